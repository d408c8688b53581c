/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-record"

#include "config.h"

#include "model/spark-csv.h"
#include "model/spark-error.h"
#include "server/record/spark-record-words.h"

static void
line_clear (gpointer data)
{
  SparkRecordLine *line = data;

  g_free (line->what);
  g_free (line->who);
  g_free (line->video_id);
  g_free (line->video);
}

void
spark_record_clear (SparkRecord *record)
{
  g_clear_pointer (&record->account, g_free);
  g_clear_pointer (&record->subject, g_free);
  g_clear_pointer (&record->access, g_ptr_array_unref);
  g_clear_pointer (&record->lines, g_array_unref);
}

/* --- collecting --- */

typedef struct
{
  SparkRecord *record;
  const char *grant_id;
  char *video_id; /* of the grant, as the next two */
  char *code_id;
  char *link_id;
  gboolean done;
  gboolean full;
} Collect;

static gboolean
is_about (const Collect *self, const SparkEvent *event)
{
  if (self->grant_id == NULL || g_strcmp0 (event->grant_id, self->grant_id) == 0)
    return TRUE;
  /* What happened to the code or link it stands on, unless that was another brand's doing. */
  return event->grant_id == NULL
         && ((event->link_id != NULL && g_strcmp0 (event->link_id, self->link_id) == 0)
             || (event->link_id == NULL && event->code_id != NULL
                 && g_strcmp0 (event->code_id, self->code_id) == 0));
}

static gboolean
add_event (const SparkEvent *event, gpointer data)
{
  Collect *self = data;
  SparkRecord *record = self->record;
  SparkRecordLine line = { 0 };

  /* They come newest first. */
  if (self->done || self->full)
    return TRUE;
  if (event->at < record->from)
    {
      self->done = TRUE;
      return TRUE;
    }
  if (!is_about (self, event))
    return TRUE;
  if (record->lines->len >= SPARK_RECORD_MAX)
    {
      self->full = TRUE;
      return TRUE;
    }
  line.at = event->at;
  line.what = spark_record_describe_event (record->language, event);
  line.who = spark_record_describe_actor (record->language, event);
  line.video_id = g_strdup (event->video_id);
  g_array_append_val (record->lines, line);
  return TRUE;
}

static gboolean
collect_events (SparkTx *tx, const SparkObjectQuery *query, Collect *self, GError **error)
{
  g_autofree char *after = NULL;
  gboolean ok;

  do
    {
      SparkPage page = { .after = after, .limit = 100 };

      ok = spark_read_events (tx, query, &page, add_event, self, error);
      g_free (after);
      after = page.next;
    }
  while (ok && after != NULL && !self->done && !self->full);
  if (self->full)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "This record would have more than %d lines. Ask for a shorter period.",
                   SPARK_RECORD_MAX);
      return FALSE;
    }
  return ok;
}

static gboolean
fill_captions (SparkTx *tx, SparkRecord *record, GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < record->lines->len; i++)
    {
      SparkRecordLine *line = &g_array_index (record->lines, SparkRecordLine, i);
      g_autoptr (GError) local = NULL;
      SparkVideo video = { 0 };

      if (line->video_id == NULL)
        continue;
      if (!g_hash_table_contains (known, line->video_id))
        {
          if (!spark_read_video (tx, line->video_id, &video, &local)
              && !g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          g_hash_table_insert (known, g_strdup (line->video_id),
                               g_strdup (local != NULL           ? NULL
                                         : video.caption != NULL ? video.caption
                                                                 : video.item_id));
        }
      line->video = g_strdup (g_hash_table_lookup (known, line->video_id));
    }
  return TRUE;
}

/* Whether it began before the period ended, and may have lasted until it began. */
static gboolean
is_of_period (const SparkRecord *record, const SparkGrant *grant)
{
  gint64 ended = G_MAXINT64;

  if (record->to != 0 && grant->redeemed_at >= record->to)
    return FALSE;
  if (grant->revoked_at != 0)
    ended = grant->revoked_at;
  else if (grant->state == SPARK_GRANT_STATE_EXPIRED)
    ended = MAX (grant->ends_at, grant->platform_ends_at);
  return ended >= record->from;
}

static void
add_access (SparkRecord *record, const SparkGrant *grant)
{
  g_ptr_array_add (record->access, spark_record_describe_grant (record->language, grant));
}

static gboolean
add_access_of_period (const SparkGrant *grant, gpointer data)
{
  Collect *self = data;

  if (self->full || !is_of_period (self->record, grant))
    return TRUE;
  self->full = self->record->access->len == SPARK_RECORD_MAX;
  if (!self->full)
    add_access (self->record, grant);
  return TRUE;
}

static gboolean
collect_grant (SparkTx *tx, const char *id, Collect *self, GError **error)
{
  g_autofree char *brand = NULL;
  SparkGrant grant = { 0 };
  SparkVideo video = { 0 };

  if (!spark_read_grant (tx, id, &grant, error))
    return FALSE;
  add_access (self->record, &grant);
  self->video_id = g_strdup (grant.video_id);
  self->code_id = g_strdup (grant.code_id);
  self->link_id = g_strdup (grant.link_id);
  brand = g_strdup (grant.brand.name);
  if (!spark_read_video (tx, self->video_id, &video, error))
    return FALSE;
  self->record->subject = spark_record_describe_subject (
      self->record->language, brand, video.caption != NULL ? video.caption : "", video.item_id);
  return TRUE;
}

static gboolean
collect_all (SparkTx *tx, gint64 account, const char *brand_id, Collect *self, GError **error)
{
  SparkRecord *record = self->record;
  const SparkScope scope = { .accounts = &account, .n_accounts = 1 };
  const SparkObjectQuery query
      = { .scope = scope, .account = account, .brand_id = brand_id, .type = -1, .state = -1 };
  g_autofree char *after = NULL;
  SparkBrand brand = { 0 };
  gboolean ok;

  if (brand_id != NULL && !spark_read_brand (tx, brand_id, &brand, error))
    return FALSE;
  record->subject = spark_record_describe_subject (
      record->language, brand_id != NULL ? brand.name : NULL, NULL, NULL);
  do
    {
      SparkPage page = { .after = after, .limit = 100 };

      ok = spark_read_grants (tx, &query, &page, add_access_of_period, self, error);
      g_free (after);
      after = page.next;
    }
  while (ok && after != NULL && !self->full);
  if (!self->full)
    return ok;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "This record would name more than %d accesses. Ask for a shorter period, for one "
               "brand or for one access.",
               SPARK_RECORD_MAX);
  return FALSE;
}

static void
reverse (GArray *lines)
{
  for (guint i = 0, j = lines->len; i + 1 < j; i++)
    {
      SparkRecordLine *a = &g_array_index (lines, SparkRecordLine, i);
      SparkRecordLine *b = &g_array_index (lines, SparkRecordLine, --j);
      SparkRecordLine c = *a;

      *a = *b;
      *b = c;
    }
}

gboolean
spark_record_collect (SparkTx *tx, gint64 account, const char *grant_id, const char *brand_id,
                      gint64 from, gint64 to, SparkRecord *record, GError **error)
{
  const SparkScope scope = { .accounts = &account, .n_accounts = 1 };
  SparkObjectQuery query = {
    .scope = scope, .account = account, .brand_id = brand_id, .before = to, .type = -1, .state = -1
  };
  Collect self = { .record = record, .grant_id = grant_id };
  SparkAccount view;
  gboolean ok;

  record->from = from;
  record->to = to;
  record->made_at = spark_tx_now (tx);
  record->access = g_ptr_array_new_with_free_func (g_free);
  record->lines = g_array_new (FALSE, FALSE, sizeof (SparkRecordLine));
  g_array_set_clear_func (record->lines, line_clear);
  if (!spark_read_account (tx, account, &view, error))
    return FALSE;
  record->account = view.handle != NULL ? g_strdup_printf ("%s (@%s)", view.name, view.handle)
                                        : g_strdup (view.name);
  ok = grant_id != NULL ? collect_grant (tx, grant_id, &self, error)
                        : collect_all (tx, account, brand_id, &self, error);
  query.video_id = self.video_id;
  ok = ok && collect_events (tx, &query, &self, error) && fill_captions (tx, record, error);
  reverse (record->lines);
  g_free (self.video_id);
  g_free (self.code_id);
  g_free (self.link_id);
  return ok;
}

GBytes *
spark_record_write_csv (const SparkRecord *record)
{
  static const char *const columns[] = { "at", "what", "recorded_by", "video_id", "video", NULL };
  GString *out = g_string_new (SPARK_CSV_BEGIN);

  spark_csv_header (out, columns);
  for (guint i = 0; i < record->lines->len; i++)
    {
      const SparkRecordLine *line = &g_array_index (record->lines, SparkRecordLine, i);

      spark_csv_time (out, line->at);
      spark_csv_text (out, line->what);
      spark_csv_text (out, line->who);
      spark_csv_text (out, line->video_id);
      spark_csv_text (out, line->video);
      spark_csv_end_row (out);
    }
  return g_string_free_to_bytes (out);
}
