/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <string.h>

#include "model/spark-fold.h"
#include "server/ledger/spark-ledger-private.h"

#define MAX_NAME    200
#define MAX_CAPTION 8192

gboolean
spark_ledger_add_account (SparkTx *tx, const SparkActor *actor, SparkPlatformKind platform,
                          const char *name, const char *handle, char **id, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (name != NULL ? name : ""));
  gint64 account;

  if (*trimmed == '\0' || g_utf8_strlen (trimmed, -1) > MAX_NAME)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "Give the account a name of at most %d characters.", MAX_NAME);
      return FALSE;
    }
  if (platform == SPARK_PLATFORM_TIKTOK)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
                   "An account at TikTok is connected, not added: POST /v1/connect.");
      return FALSE;
    }
  if (!spark_tx_int (tx, error, &account, 0, "account_insert", "issi", (gint64)platform, trimmed,
                     handle, spark_tx_now (tx))
      || !spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error)
      || !spark_ledger_event (tx, account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_ACCOUNT_ADDED }, NULL, error))
    return FALSE;
  *id = g_strdup_printf ("%" G_GINT64_FORMAT, account);
  return TRUE;
}

/* A private or deleted video stops a Spark Ad, whoever found out. */
static void
derive_blockers (SparkVideoFacts *facts)
{
  facts->blockers &= ~(SPARK_BLOCKER_PRIVATE | SPARK_BLOCKER_DELETED);
  if (facts->visibility == SPARK_VISIBILITY_PRIVATE
      || facts->visibility == SPARK_VISIBILITY_FRIENDS)
    facts->blockers |= SPARK_BLOCKER_PRIVATE;
  if (facts->visibility == SPARK_VISIBILITY_DELETED)
    facts->blockers |= SPARK_BLOCKER_DELETED;
}

/* Whether what is known now differs from what is there; what is not known leaves it. */
static gboolean
merge_facts (SparkStatement *row, SparkVideoFacts *facts)
{
  gboolean changed = FALSE;
  struct
  {
    gint64 *fact;
    int column;
    gint64 unknown;
  } numbers[] = {
    { &facts->published_at, 3, 0 },    { &facts->duration_s, 4, -1 },
    { &facts->total.views, 7, -1 },    { &facts->total.likes, 8, -1 },
    { &facts->total.comments, 9, -1 }, { &facts->total.shares, 10, -1 },
  };
  const int paid = 11; /* its first column */
  gint64 visibility = spark_statement_int (row, 5);
  gint64 blockers = spark_statement_int (row, 6);

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      gint64 old = spark_statement_int (row, numbers[i].column);

      if (*numbers[i].fact == numbers[i].unknown)
        *numbers[i].fact = old;
      else if (numbers[i].column >= 7)
        /* Whoever knows a total from outside knows nothing of what ads won here. */
        *numbers[i].fact += MAX (spark_statement_int (row, numbers[i].column - 7 + paid), 0);
      changed |= *numbers[i].fact != old;
    }
  changed
      |= facts->caption != NULL && g_strcmp0 (facts->caption, spark_statement_text (row, 1)) != 0;
  /* One link to a video is as good as another. */
  if (spark_statement_text (row, 2) != NULL)
    facts->share_url = NULL;
  changed |= facts->share_url != NULL;
  if (facts->visibility == SPARK_VISIBILITY_UNKNOWN)
    facts->visibility = visibility;
  if (!facts->blockers_known)
    facts->blockers = blockers;
  derive_blockers (facts);
  return changed || (gint64)facts->visibility != visibility || (gint64)facts->blockers != blockers;
}

/* As much of a caption as is kept, whole characters only. */
static char *
keep_caption (const char *caption)
{
  const char *end = NULL;
  gsize length;

  if (caption == NULL)
    return NULL;
  length = strnlen (caption, MAX_CAPTION);
  if (caption[length] != '\0' && !g_utf8_validate (caption, length, &end)
      && g_utf8_get_char_validated (end, caption + length - end) == (gunichar)-2)
    length = end - caption;
  return g_utf8_make_valid (caption, length);
}

static gboolean
write_video (SparkTx *tx, gint64 account, gint64 number, const SparkVideoFacts *facts,
             const SparkEngagement *paid, gboolean added, GError **error)
{
  const SparkEngagementDay day = { spark_tx_now (tx) / SPARK_DAY_MS, facts->total, *paid };
  gboolean told = facts->caption != NULL || added;
  g_autofree char *folded = facts->caption != NULL ? g_utf8_casefold (facts->caption, -1) : NULL;
  g_autofree char *words = told ? spark_fold_video (facts->caption, facts->item_id) : NULL;

  if (added
      && !spark_tx_exec (tx, error, "video_insert", "iisii", account, number, facts->item_id,
                         (gint64)facts->visibility, (gint64)facts->has_cover))
    return FALSE;
  return spark_tx_exec (tx, error, "video_update", "iisssiiiiiiiis", account, number,
                        facts->caption, folded, facts->share_url, facts->published_at,
                        facts->duration_s, (gint64)facts->visibility, (gint64)facts->blockers,
                        facts->total.views, facts->total.likes, facts->total.comments,
                        facts->total.shares, words)
         && spark_ledger_keep_engagement (tx, account, number, &day, error)
         && spark_tx_touch (tx, account, SPARK_KIND_VIDEO, number, error);
}

gboolean
spark_ledger_upsert_video (SparkTx *tx, const SparkActor *actor, const char *account_id,
                           const SparkVideoFacts *facts, gboolean quiet, char **id,
                           SparkUpsert *upsert, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *caption = keep_caption (facts->caption);
  SparkVideoFacts merged = *facts;
  SparkEngagement paid = { -1, -1, -1, -1 };
  SparkStatement *row;
  gint64 account, number = 0;

  merged.caption = caption;
  if (!spark_ledger_account_number (tx, account_id, &account, error))
    return FALSE;
  row = spark_tx_row (tx, &local, "video_facts", "is", account, facts->item_id);
  if (row != NULL)
    {
      number = spark_statement_int (row, 0);
      *upsert = merge_facts (row, &merged) ? SPARK_UPSERT_UPDATED : SPARK_UPSERT_UNCHANGED;
      paid = (SparkEngagement){ spark_statement_int (row, 11), spark_statement_int (row, 12),
                                spark_statement_int (row, 13), spark_statement_int (row, 14) };
      spark_statement_reset (row);
    }
  else if (local == NULL)
    {
      derive_blockers (&merged);
      *upsert = SPARK_UPSERT_ADDED;
      if (!spark_tx_next_id (tx, account, &number, error))
        return FALSE;
    }
  else
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (*upsert != SPARK_UPSERT_UNCHANGED
      && !write_video (tx, account, number, &merged, &paid, *upsert == SPARK_UPSERT_ADDED, error))
    return FALSE;
  if (*upsert == SPARK_UPSERT_ADDED && !quiet
      && !spark_ledger_event (tx, account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_VIDEO_ADDED, .video = number },
                              NULL, error))
    return FALSE;
  if (id != NULL)
    *id = spark_id_format (account, number);
  return TRUE;
}

gboolean
spark_ledger_note_import (SparkTx *tx, const SparkActor *actor, const char *account_id, guint added,
                          guint updated, guint skipped, GError **error)
{
  gint64 account;

  if (!spark_ledger_account_number (tx, account_id, &account, error))
    return FALSE;
  /* The same file once more changes nothing, so there is nothing to tell. */
  return added + updated == 0
         || spark_ledger_event (
             tx, account, actor,
             &(SparkEventRow){ .type = SPARK_EVENT_VIDEOS_IMPORTED, .count = added + updated },
             NULL, error);
}

gboolean
spark_ledger_keep_cover (SparkTx *tx, const char *video_id, const char *type, GBytes *picture,
                         GError **error)
{
  SparkVideoRow video;
  gsize length;
  const void *data = g_bytes_get_data (picture, &length);

  return spark_video_row_load (tx, video_id, &video, error)
         && spark_tx_exec (tx, error, "cover_put", "iisb", video.account, video.id, type, data,
                           length)
         && spark_tx_exec (tx, error, "video_has_cover", "ii", video.account, video.id)
         && spark_tx_touch (tx, video.account, SPARK_KIND_VIDEO, video.id, error);
}
