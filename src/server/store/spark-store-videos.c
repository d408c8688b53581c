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

typedef struct
{
  const char *statement;
  const char *found;  /* the statement where something is searched for */
  const char *places; /* the keys and ids alone, from an index; NULL: there is none */
  int key;            /* column */
  gint64 first_key;
  gint64 first_id;
} Sort;

static const Sort sorts[] = {
  [SPARK_VIDEO_SORT_NEWEST]
  = { "videos_newest", "videos_newest_found", "video_places_newest", 5, G_MAXINT64, G_MAXINT64 },
  [SPARK_VIDEO_SORT_OLDEST]
  = { "videos_oldest", "videos_oldest_found", "video_places_oldest", 5, G_MININT64, 0 },
  [SPARK_VIDEO_SORT_VIEWS]
  = { "videos_views", "videos_views_found", NULL, 9, G_MAXINT64, G_MAXINT64 },
  [SPARK_VIDEO_SORT_ENDS] = { "videos_ends", "videos_ends_found", NULL, 19, G_MININT64, 0 },
};

/* --- runs --- */

/*
 * Looking up each row of a list in the table takes a fifth of the time that the whole list does.
 * But videos came in the order in which they were published, or backwards: those that follow each
 * other in the list mostly lie side by side in the table as well. Such a run is read in one go.
 */

/* How far apart the ids may be: what lies between is read in vain. Between two videos there are the
 * ids of their codes, links and grants. */
#define MAX_GAP 16

typedef struct
{
  gint64 key;
  gint64 id;
} Place;

static gboolean
list_places (SparkTx *tx, const Sort *sort, const SparkPager *pager, GArray *places, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_select (tx, &local, sort->places, "iiii", pager->account,
                         pager->resumed ? pager->key : sort->first_key,
                         pager->resumed ? pager->id : sort->first_id, (gint64)pager->left + 1);

  while (row != NULL && spark_statement_step (row, &local))
    {
      Place place = { spark_statement_int (row, 0), spark_statement_int (row, 1) };

      g_array_append_val (places, place);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* How many from @places on, of @n_places, are one run, upwards or downwards. */
static guint
run_length (const Place *places, guint n_places)
{
  gint64 way = n_places > 1 && places[1].id < places[0].id ? -1 : 1;
  guint length = 1;

  while (length < n_places)
    {
      gint64 step = (places[length].id - places[length - 1].id) * way;

      if (step <= 0 || step > MAX_GAP)
        break;
      length++;
    }
  return length;
}

static guint
count_runs (const GArray *places)
{
  guint runs = 0;

  for (guint at = 0; at < places->len; runs++)
    at += run_length (&g_array_index (places, Place, at), places->len - at);
  return runs;
}

/* @more: whether @func wants any */
static gboolean
read_run (SparkTx *tx, SparkPager *pager, SparkPage *page, const Place *places, guint length,
          SparkVideoFunc func, gpointer data, gboolean *more, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 first = places[0].id, last = places[length - 1].id;
  SparkStatement *row
      = spark_tx_select (tx, &local, first <= last ? "videos_up" : "videos_down", "iii",
                         pager->account, MIN (first, last), MAX (first, last));
  guint at = 0;

  while (row != NULL && *more && at < length && spark_statement_step (row, &local))
    {
      SparkVideo view;

      if (spark_statement_int (row, 1) != places[at].id)
        continue;
      if (!spark_pager_take (pager, page, pager->account, places[at].key, places[at].id))
        break;
      read_video (tx, row, FALSE, &view);
      *more = func (&view, data);
      at++;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

/* @done: whether it was worth while; else nothing was read. */
static gboolean
read_runs (SparkTx *tx, const Sort *sort, SparkPager *pager, SparkPage *page, SparkVideoFunc func,
           gpointer data, gboolean *done, GError **error)
{
  g_autoptr (GArray) places = g_array_sized_new (FALSE, FALSE, sizeof (Place), pager->left + 1);
  gboolean more = TRUE;

  if (!list_places (tx, sort, pager, places, error))
    return FALSE;
  *done = count_runs (places) <= 1 + places->len / 4;
  for (guint at = 0; *done && more && at < places->len;)
    {
      const Place *run = &g_array_index (places, Place, at);
      guint length = run_length (run, places->len - at);

      if (!read_run (tx, pager, page, run, length, func, data, &more, error))
        return FALSE;
      at += length;
    }
  return TRUE;
}

/* --- lists --- */

static gboolean
read_rows (SparkTx *tx, const SparkVideoQuery *query, SparkPager *pager, SparkPage *page,
           SparkVideoFunc func, gpointer data, GError **error)
{
  const Sort *sort = &sorts[query->sort];
  g_autoptr (GError) local = NULL;
  g_auto (SparkSearch) search = { NULL };
  gint64 key = pager->resumed ? pager->key : sort->first_key;
  gint64 id = pager->resumed ? pager->id : sort->first_id;
  gint64 state = query->state, limit = (gint64)pager->left + 1;
  SparkStatement *row;

  if (!spark_pager_search (pager, tx, query->search, &search, error))
    return FALSE;
  row = search.text != NULL ? spark_tx_select (tx, &local, sort->found, "iisiiis", pager->account,
                                               state, search.text, key, id, limit, search.words)
                            : spark_tx_select (tx, &local, sort->statement, "iiiii", pager->account,
                                               state, key, id, limit);
  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkVideo view;

      if (!spark_pager_take (pager, page, spark_statement_int (row, 0),
                             spark_statement_int (row, sort->key), spark_statement_int (row, 1)))
        break;
      read_video (tx, row, FALSE, &view);
      if (!func (&view, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

gboolean
spark_read_videos (SparkTx *tx, const SparkVideoQuery *query, SparkPage *page, SparkVideoFunc func,
                   gpointer data, GError **error)
{
  g_auto (SparkPager) pager = { 0 };
  gboolean searches = query->search != NULL && *query->search != '\0';
  /* Each statement more is a trip more where the database is another process. */
  gboolean in_runs = query->state < 0 && !searches && sorts[query->sort].places != NULL
                     && !spark_database_can_expect (tx->database);

  if (!spark_pager_init (&pager, tx, &query->scope, query->account, page, error))
    return FALSE;
  while (page->next == NULL && spark_pager_next (&pager))
    {
      gboolean done = FALSE;

      if (in_runs && !read_runs (tx, &sorts[query->sort], &pager, page, func, data, &done, error))
        return FALSE;
      if (!done && !read_rows (tx, query, &pager, page, func, data, error))
        return FALSE;
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

/* Those behind this place in the list. */
static gboolean
read_newest (SparkTx *tx, gint64 account, gint64 published_at, gint64 id, guint limit,
             SparkVideoFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "videos_newest", "iiiii", account, (gint64)-1,
                                         published_at, id, (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkVideo view;

      read_video (tx, row, FALSE, &view);
      if (!func (&view, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

gboolean
spark_read_videos_before (SparkTx *tx, gint64 account, gint64 before, guint limit,
                          SparkVideoFunc func, gpointer data, GError **error)
{
  return read_newest (tx, account, before, 0, limit, func, data, error);
}

gboolean
spark_read_videos_from (SparkTx *tx, gint64 account, gint64 cursor, guint limit,
                        SparkVideoFunc func, gpointer data, GError **error)
{
  gint64 at, id;

  return spark_tx_int (tx, error, &at, cursor, "video_time_up_to", "ii", account, cursor)
         && spark_tx_int (tx, error, &id, G_MAXINT64, "video_among", "iii", account, at,
                          cursor - at)
         && read_newest (tx, account, at, id, limit, func, data, error);
}

gboolean
spark_read_video_cursor (SparkTx *tx, const char *id, gint64 published_at, gint64 *cursor,
                         GError **error)
{
  gint64 account, number, left;

  if (!spark_id_parse (id, &account, &number))
    return spark_tx_absent (NULL, error);
  if (!spark_tx_int (tx, error, &left, 0, "videos_among_below", "iii", account, published_at,
                     number))
    return FALSE;
  *cursor = published_at + left;
  return TRUE;
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
  return spark_tx_end (row, g_steal_pointer (&local), error);
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
