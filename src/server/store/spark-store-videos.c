/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/store/spark-pager.h"

/* @lasts: beyond the row's next step, so that its texts must be copied */
static const char *
read_text (SparkTx *tx, SparkStatement *row, int column, gboolean lasts)
{
  const char *text = spark_statement_text (row, column);

  return lasts ? spark_tx_keep (tx, text) : text;
}

static void
read_video (SparkTx *tx, SparkStatement *row, gboolean lasts, SparkVideo *view)
{
  gint64 account = spark_statement_int (row, 0);
  const char *id = spark_tx_keep_id (tx, account, spark_statement_int (row, 1));

  *view = (SparkVideo){
    .id = id,
    .account_id = spark_tx_keep_number (tx, account),
    .item_id = read_text (tx, row, 2, lasts),
    .caption = read_text (tx, row, 3, lasts),
    .share_url = read_text (tx, row, 4, lasts),
    .published_at = spark_statement_int (row, 5),
    .duration_s = spark_statement_int (row, 6),
    .visibility = spark_statement_int (row, 7),
    .blockers = spark_statement_int (row, 8),
    .total = { spark_statement_int (row, 9), spark_statement_int (row, 10),
               spark_statement_int (row, 11), spark_statement_int (row, 12) },
    .paid = { spark_statement_int (row, 13), spark_statement_int (row, 14),
              spark_statement_int (row, 15), spark_statement_int (row, 16) },
    .authorization = {
      .state = spark_statement_int (row, 18),
      .ends_at = spark_statement_int (row, 19),
      .code_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 20)),
      .grants = spark_statement_int (row, 21),
      .links = spark_statement_int (row, 22),
    },
  };
  view->eligible = !spark_blockers_stop (view->blockers);
  if (spark_statement_int (row, 17) != 0)
    {
      char path[96];

      g_stpcpy (g_stpcpy (g_stpcpy (path, "/v1/videos/"), id), "/cover");
      view->cover_url = spark_tx_keep (tx, path);
    }
}

static const struct
{
  const char *statement;
  int key; /* column */
  gint64 first_key;
  gint64 first_id;
} sorts[] = {
  [SPARK_VIDEO_SORT_NEWEST] = { "videos_newest", 5, G_MAXINT64, G_MAXINT64 },
  [SPARK_VIDEO_SORT_OLDEST] = { "videos_oldest", 5, G_MININT64, 0 },
  [SPARK_VIDEO_SORT_VIEWS] = { "videos_views", 9, G_MAXINT64, G_MAXINT64 },
  [SPARK_VIDEO_SORT_ENDS] = { "videos_ends", 19, G_MININT64, 0 },
};

gboolean
spark_read_videos (SparkTx *tx, const SparkVideoQuery *query, SparkPage *page, SparkVideoFunc func,
                   gpointer data, GError **error)
{
  g_auto (SparkPager) pager = { 0 };
  g_autofree char *folded = query->search != NULL && *query->search != '\0'
                                ? g_utf8_casefold (query->search, -1)
                                : NULL;

  if (!spark_pager_init (&pager, tx, &query->scope, query->account, page, error))
    return FALSE;
  while (page->next == NULL && spark_pager_next (&pager))
    {
      g_autoptr (GError) local = NULL;
      SparkStatement *row = spark_tx_select (
          tx, &local, sorts[query->sort].statement, "iisiii", pager.account, (gint64)query->state,
          folded, pager.resumed ? pager.key : sorts[query->sort].first_key,
          pager.resumed ? pager.id : sorts[query->sort].first_id, (gint64)pager.left + 1);

      while (row != NULL && spark_statement_step (row, &local))
        {
          SparkVideo view;

          if (!spark_pager_take (&pager, page, spark_statement_int (row, 0),
                                 spark_statement_int (row, sorts[query->sort].key),
                                 spark_statement_int (row, 1)))
            break;
          read_video (tx, row, FALSE, &view);
          if (!func (&view, data))
            break;
        }
      if (row != NULL)
        spark_statement_reset (row);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
spark_read_video (SparkTx *tx, const char *id, SparkVideo *view, GError **error)
{
  SparkStatement *row = spark_tx_get (tx, error, "video_get", id);

  if (row == NULL)
    return FALSE;
  read_video (tx, row, TRUE, view);
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_video_of_item (SparkTx *tx, gint64 account, const char *item_id, SparkVideo *view,
                          GError **error)
{
  gint64 id;

  if (!spark_tx_int (tx, error, &id, 0, "video_of_item", "is", account, item_id))
    return FALSE;
  if (id == 0)
    return spark_tx_absent (NULL, error);
  return spark_read_video (tx, spark_tx_keep_id (tx, account, id), view, error);
}

gboolean
spark_read_videos_before (SparkTx *tx, gint64 account, gint64 before, guint limit,
                          SparkVideoFunc func, gpointer data, GError **error)
{
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "videos_newest", "iisiii", account, (gint64)-1,
                                         NULL, before, (gint64)0, (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkVideo view;

      read_video (tx, row, FALSE, &view);
      if (!func (&view, data))
        break;
    }
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

gboolean
spark_read_video_ads (SparkTx *tx, const char *id, guint *active, gboolean *used, GError **error)
{
  SparkStatement *row = spark_tx_get (tx, error, "video_use", id);

  if (row == NULL)
    return FALSE;
  *active = (guint)spark_statement_int (row, 0);
  *used = *active > 0 || spark_statement_int (row, 1) > 0;
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_account_totals (SparkTx *tx, gint64 account, SparkAccountTotals *totals, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "account_totals", "i", account);

  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  *totals = (SparkAccountTotals){ spark_statement_int (row, 0), spark_statement_int (row, 1), 0 };
  spark_statement_reset (row);
  return spark_tx_int (tx, error, &totals->follows, 0, "account_follows", "i", account);
}

gboolean
spark_read_engagement_days (SparkTx *tx, const char *video_id, gint64 from, gint64 to, guint limit,
                            SparkEngagementDayFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 account, video;
  SparkStatement *row;

  if (!spark_id_parse (video_id, &account, &video))
    return spark_tx_absent (NULL, error);
  row = spark_tx_select (tx, &local, "engagement_days", "iiiii", account, video, from, to,
                         (gint64)limit);
  while (row != NULL && spark_statement_step (row, &local))
    {
      const SparkEngagementDay day = {
        .day = spark_statement_int (row, 0),
        .total = { spark_statement_int (row, 1), spark_statement_int (row, 2),
                   spark_statement_int (row, 3), spark_statement_int (row, 4) },
        .paid = { spark_statement_int (row, 5), spark_statement_int (row, 6),
                  spark_statement_int (row, 7), spark_statement_int (row, 8) },
      };

      if (!func (&day, data))
        break;
    }
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

GBytes *
spark_read_cover (SparkTx *tx, const char *video_id, const char **type)
{
  SparkStatement *row = spark_tx_get (tx, NULL, "cover_get", video_id);
  GBytes *picture;
  const void *data;
  gsize length;

  if (row == NULL)
    return NULL;
  *type = spark_tx_keep (tx, spark_statement_text (row, 0));
  data = spark_statement_blob (row, 1, &length);
  picture = g_bytes_new (data, length);
  spark_statement_reset (row);
  return picture;
}
