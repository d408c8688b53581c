/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-record"

#include "config.h"

#include "model/spark-csv.h"
#include "model/spark-error.h"
#include "server/record/spark-record.h"
#include "spark-enum-types.h"

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
  g_clear_pointer (&record->maker, g_free);
  g_clear_pointer (&record->access, g_ptr_array_unref);
  g_clear_pointer (&record->lines, g_array_unref);
}

/* What an event means to somebody who has never seen Sparkbox; "%s" is the brand. Others by their
 * type. */
static const struct
{
  SparkEventType type;
  const char *words;
} words[] = {
  { SPARK_EVENT_CODE_GENERATED, "Code generated; ad authorization is on" },
  { SPARK_EVENT_CODE_ADDED, "Code made in the TikTok app noted" },
  { SPARK_EVENT_CODE_COPIED, "Code copied" },
  { SPARK_EVENT_CODE_USED, "Code used; TikTok does not say by whom" },
  { SPARK_EVENT_CODE_EXTENDED, "Code extended" },
  { SPARK_EVENT_CODE_REPLACED, "Code replaced by another" },
  { SPARK_EVENT_CODE_DELETED, "Code deleted: nobody new can use it" },
  { SPARK_EVENT_CODE_EXPIRED, "Code expired" },
  { SPARK_EVENT_AUTHORIZATION_OFF, "Ad authorization of the video turned off for all" },
  { SPARK_EVENT_GRANT_AUTHORIZED, "%s was authorized" },
  { SPARK_EVENT_GRANT_NOTED, "Noted that %s used the code" },
  { SPARK_EVENT_GRANT_ATTRIBUTED, "Use of the code attributed to %s" },
  { SPARK_EVENT_GRANT_EXPIRED, "Access of %s ended as agreed" },
  { SPARK_EVENT_GRANT_REVOKING, "Revoke of the access of %s sent" },
  { SPARK_EVENT_GRANT_REVOKED, "Access of %s revoked, and read back" },
  { SPARK_EVENT_GRANT_GIVEN_AGAIN, "%s was given access again" },
  { SPARK_EVENT_GRANT_UNBOUND, "%s gave up its access" },
  { SPARK_EVENT_REDEMPTION_REFUSED, "%s tried to use it and was refused" },
  { SPARK_EVENT_ADVERTISER_NEW, "New ad account for %s" },
  { SPARK_EVENT_ADVERTISER_CONFIRMED, "Ad account of %s confirmed" },
  { SPARK_EVENT_ADVERTISER_REFUSED, "Ad account for %s refused" },
  { SPARK_EVENT_EXTENSION_REQUESTED, "%s asked for an extension" },
  { SPARK_EVENT_AD_STARTED, "%s started a Spark Ad" },
  { SPARK_EVENT_AD_STOPPED, "A Spark Ad of %s stopped" },
  { SPARK_EVENT_BRAND_ADDED, "%s added to the brands" },
  { SPARK_EVENT_BRAND_CHANGED, "What is noted of %s changed" },
};

static char *
describe (const SparkEvent *event)
{
  const char *brand = event->brand.name != NULL               ? event->brand.name
                      : event->detail.advertiser.name != NULL ? event->detail.advertiser.name
                                                              : "somebody";
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].type == event->type)
      {
        g_auto (GStrv) parts = g_strsplit (words[i].words, "%s", 2);

        g_string_append (text, parts[0]);
        if (parts[1] != NULL)
          g_string_append_printf (text, "%s%s", brand, parts[1]);
        else if (event->brand.name != NULL)
          g_string_append_printf (text, " (%s)", event->brand.name);
      }
  if (text->len == 0)
    {
      g_string_append (text, spark_enum_to_string (SPARK_TYPE_EVENT_TYPE, (int)event->type));
      g_strdelimit (text->str, "_", ' ');
      text->str[0] = g_ascii_toupper (text->str[0]);
    }
  if (event->detail.advertiser.id != NULL)
    g_string_append_printf (text, ", ad account %s", event->detail.advertiser.id);
  if (event->detail.days > 0)
    g_string_append_printf (text, ", %u days", event->detail.days);
  if (event->detail.ends_at > 0)
    {
      g_autofree char *end = spark_record_format_time (event->detail.ends_at);

      g_string_append_printf (text, ", until %s", end);
    }
  if (event->detail.count > 1)
    g_string_append_printf (text, ", %d times", event->detail.count);
  if (event->detail.reason != NULL && *event->detail.reason != '\0')
    g_string_append_printf (text, ". Reason: %s", event->detail.reason);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
describe_actor (const SparkEvent *event)
{
  const char *kind = event->actor.kind == SPARK_ACTOR_CREATOR ? "the creator’s side"
                     : event->actor.kind == SPARK_ACTOR_BRAND ? "the brand"
                                                              : "Sparkbox, by itself";

  return event->actor.name != NULL && event->actor.kind != SPARK_ACTOR_SYSTEM
             ? g_strdup_printf ("%s (%s)", event->actor.name, kind)
             : g_strdup (kind);
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
  line.what = describe (event);
  line.who = describe_actor (event);
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

static void
append_time (GString *text, const char *before, gint64 ms)
{
  if (ms > 0)
    {
      g_autofree char *time = spark_record_format_time (ms);

      g_string_append_printf (text, "%s%s", before, time);
    }
}

static gboolean
add_access (const SparkGrant *grant, gpointer data)
{
  static const char *const sources[] = {
    [SPARK_GRANT_SOURCE_REDEEMED] = "redeemed through Sparkbox",
    [SPARK_GRANT_SOURCE_SEEN] = "seen in the brand’s ad account",
    [SPARK_GRANT_SOURCE_NOTED] = "noted by the creator",
  };
  SparkRecord *record = data;
  g_autoptr (GString) text = g_string_new (grant->brand.name);

  if (grant->brand.name == NULL)
    g_string_append (text,
                     grant->advertiser.name != NULL ? grant->advertiser.name : "Unknown brand");
  if (grant->advertiser.id != NULL)
    g_string_append_printf (text, ", ad account %s", grant->advertiser.id);
  g_string_append_printf (text, ": %s (%s)",
                          spark_enum_to_string (SPARK_TYPE_GRANT_STATE, (int)grant->state),
                          sources[grant->source]);
  append_time (text, ", since ", grant->redeemed_at);
  append_time (text, ", agreed until ", grant->ends_at);
  append_time (text, ", open on the platform until ", grant->platform_ends_at);
  append_time (text, ", revoked ", grant->revoked_at);
  g_ptr_array_add (record->access, g_string_free (g_steal_pointer (&text), FALSE));
  return TRUE;
}

static gboolean
collect_grant (SparkTx *tx, const char *id, Collect *self, GError **error)
{
  SparkGrant grant = { 0 };
  SparkVideo video = { 0 };

  if (!spark_read_grant (tx, id, &grant, error))
    return FALSE;
  add_access (&grant, self->record);
  self->video_id = g_strdup (grant.video_id);
  self->code_id = g_strdup (grant.code_id);
  self->link_id = g_strdup (grant.link_id);
  self->record->subject = g_strdup (grant.brand.name != NULL ? grant.brand.name : "Unknown brand");
  if (!spark_read_video (tx, self->video_id, &video, error))
    return FALSE;
  {
    g_autofree char *brand = g_steal_pointer (&self->record->subject);

    self->record->subject
        = g_strdup_printf ("Access of %s to “%s” (%s)", brand,
                           video.caption != NULL ? video.caption : "", video.item_id);
  }
  return TRUE;
}

static gboolean
collect_all (SparkTx *tx, gint64 account, const char *brand_id, SparkRecord *record, GError **error)
{
  const SparkScope scope = { .accounts = &account, .n_accounts = 1 };
  const SparkObjectQuery query
      = { .scope = scope, .account = account, .brand_id = brand_id, .type = -1, .state = -1 };
  g_autofree char *after = NULL;
  SparkBrand brand = { 0 };
  gboolean ok;

  if (brand_id != NULL && !spark_read_brand (tx, brand_id, &brand, error))
    return FALSE;
  record->subject = brand_id != NULL ? g_strdup_printf ("All access of %s", brand.name)
                                     : g_strdup ("All access");
  do
    {
      SparkPage page = { .after = after, .limit = 100 };

      ok = spark_read_grants (tx, &query, &page, add_access, record, error);
      g_free (after);
      after = page.next;
    }
  while (ok && after != NULL && record->access->len < SPARK_RECORD_MAX);
  return ok;
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
                        : collect_all (tx, account, brand_id, record, error);
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
