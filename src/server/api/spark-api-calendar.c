/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"

/* Ends that are still to come, the newest first, are what a calendar is for. */
#define MAX_ENTRIES 2000
/* RFC 5545, 3.1: octets of a line without its end. */
#define LINE 75
/* Of a caption, in characters: a calendar shows one line. */
#define CAPTION 60

typedef struct
{
  char *id;
  char *video_id;
  char *brand;
  gint64 ends_at;
} Entry;

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  g_free (entry->id);
  g_free (entry->video_id);
  g_free (entry->brand);
}

/* One content line, folded where a line becomes too long, never within a character. */
static void
append_line (GString *out, const char *line)
{
  gsize left = LINE;

  for (const char *at = line; *at != '\0';)
    {
      gsize length = g_utf8_next_char (at) - at;

      if (length > left)
        {
          g_string_append (out, "\r\n ");
          left = LINE - 1;
        }
      g_string_append_len (out, at, (gssize)length);
      left -= length;
      at += length;
    }
  g_string_append (out, "\r\n");
}

static void
append_text (GString *out, const char *name, const char *text)
{
  g_autoptr (GString) line = g_string_new (name);

  g_string_append_c (line, ':');
  for (const char *c = text; *c != '\0'; c++)
    if (*c == '\n')
      g_string_append (line, "\\n");
    else if (strchr (",;\\", *c) != NULL)
      g_string_append_printf (line, "\\%c", *c);
    else if (!g_ascii_iscntrl (*c))
      g_string_append_c (line, *c);
  append_line (out, line->str);
}

static void
append_time (GString *out, const char *name, gint64 ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *text = g_date_time_format (time, "%Y%m%dT%H%M%SZ");
  g_autofree char *line = g_strconcat (name, ":", text, NULL);

  append_line (out, line);
}

static char *
short_caption (const char *caption)
{
  g_autofree char *one_line = g_strdelimit (g_strdup (caption != NULL ? caption : ""), "\r\n", ' ');
  g_autofree char *start = NULL;

  if (g_utf8_strlen (one_line, -1) <= CAPTION)
    return g_steal_pointer (&one_line);
  start = g_utf8_substring (one_line, 0, CAPTION);
  return g_strconcat (start, "…", NULL);
}

static void
append_event (GString *out, const char *epoch, const char *kind, const char *id, gint64 at,
              gint64 now, const char *summary, const char *url)
{
  g_autofree char *uid = g_strdup_printf ("%s-%s@%s.sparkbox", kind, id, epoch);

  append_line (out, "BEGIN:VEVENT");
  append_text (out, "UID", uid);
  append_time (out, "DTSTAMP", now);
  append_time (out, "DTSTART", at);
  append_text (out, "SUMMARY", summary);
  append_line (out, "TRANSP:TRANSPARENT");
  if (url != NULL)
    {
      g_autofree char *line = g_strconcat ("URL:", url, NULL);

      append_line (out, line);
    }
  append_line (out, "END:VEVENT");
}

static gboolean
add_entry (GArray *entries, const char *id, const char *video_id, const char *brand, gint64 ends_at,
           gint64 now)
{
  Entry entry = { g_strdup (id), g_strdup (video_id), g_strdup (brand), ends_at };

  if (ends_at > now)
    g_array_append_val (entries, entry);
  else
    entry_clear (&entry);
  return TRUE;
}

typedef struct
{
  GArray *entries;
  gint64 now;
} Collect;

static gboolean
add_grant (const SparkGrant *grant, gpointer data)
{
  Collect *self = data;
  const char *brand = grant->brand.name != NULL ? grant->brand.name : grant->advertiser.name;

  return add_entry (self->entries, grant->id, grant->video_id, brand, grant->ends_at, self->now);
}

static gboolean
add_code (const SparkCode *code, gpointer data)
{
  Collect *self = data;

  return add_entry (self->entries, code->id, code->video_id, NULL, code->ends_at, self->now);
}

static gboolean
add_brand (const SparkBrand *brand, gpointer data)
{
  Collect *self = data;

  return brand->deal == NULL
         || add_entry (self->entries, brand->id, NULL, brand->name, brand->deal->ends_at,
                       self->now);
}

static gboolean
append_entries (SparkTx *tx, const char *epoch, const char *kind, GArray *entries, gint64 now,
                GString *out, GError **error)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);
      g_autofree char *caption = NULL;
      g_autofree char *summary = NULL;
      SparkVideo video = { 0 };

      if (entry->video_id != NULL && !spark_read_video (tx, entry->video_id, &video, error))
        return FALSE;
      caption = short_caption (video.caption != NULL ? video.caption : video.item_id);
      if (entry->video_id == NULL)
        summary = g_strdup_printf ("Deal with %s ends", entry->brand);
      else if (strcmp (kind, "code") == 0)
        summary = g_strdup_printf ("Unused code for “%s” ends", caption);
      else if (entry->brand != NULL)
        summary = g_strdup_printf ("%s: access to “%s” ends", entry->brand, caption);
      else
        summary = g_strdup_printf ("Access to “%s” ends", caption);
      append_event (out, epoch, kind, entry->id, entry->ends_at, now, summary, video.share_url);
    }
  return TRUE;
}

static gboolean
write_calendar (SparkApi *api, SparkTx *tx, const SparkCaller *caller, gint64 account,
                const char *name, GString *out, GError **error)
{
  g_autoptr (GArray) grants = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autoptr (GArray) codes = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autoptr (GArray) brands = g_array_new (FALSE, FALSE, sizeof (Entry));
  const char *epoch = spark_store_epoch (api->store);
  gint64 now = spark_tx_now (tx);
  SparkObjectQuery query
      = { .scope = spark_caller_scope (caller), .account = account, .type = -1, .state = -1 };
  SparkPage page[3]
      = { { .limit = MAX_ENTRIES }, { .limit = MAX_ENTRIES }, { .limit = MAX_ENTRIES } };
  Collect of_grants = { grants, now }, of_codes = { codes, now }, of_brands = { brands, now };
  gboolean ok;

  g_array_set_clear_func (grants, entry_clear);
  g_array_set_clear_func (codes, entry_clear);
  g_array_set_clear_func (brands, entry_clear);
  append_line (out, "BEGIN:VCALENDAR");
  append_line (out, "VERSION:2.0");
  append_line (out, "PRODID:-//Sparkbox//Ends//EN");
  append_text (out, "X-WR-CALNAME", name);
  query.state = SPARK_GRANT_STATE_AUTHORIZED;
  ok = spark_read_grants (tx, &query, &page[0], add_grant, &of_grants, error);
  query.state = SPARK_CODE_STATE_READY;
  ok = ok && spark_read_codes (tx, &query, FALSE, &page[1], add_code, &of_codes, error);
  query.state = -1;
  ok = ok && spark_read_brands (tx, &query, &page[2], add_brand, &of_brands, error)
       && append_entries (tx, epoch, "grant", grants, now, out, error)
       && append_entries (tx, epoch, "code", codes, now, out, error)
       && append_entries (tx, epoch, "deal", brands, now, out, error);
  append_line (out, "END:VCALENDAR");
  for (gsize i = 0; i < G_N_ELEMENTS (page); i++)
    g_free (page[i].next);
  return ok;
}

static gboolean
read_calendar (SparkApi *api, SparkRequest *request, GString *out, GError **error)
{
  SparkTx *tx = spark_store_read_begin (api->store, error);
  const char *id = spark_request_param (request, 0);
  g_auto (SparkCaller) caller = { 0 };
  SparkAccount account;
  gint64 number = 0;
  gboolean ok;

  if (tx == NULL)
    return FALSE;
  ok = spark_access_authenticate (tx, request, &caller, error)
       && spark_access_check (&caller, id, SPARK_ROLE_VIEW, error);
  if (ok)
    spark_api_account_number (id, &number);
  ok = ok && spark_read_account (tx, number, &account, error)
       && write_calendar (api, tx, &caller, number, account.name, out, error);
  spark_store_read_end (tx);
  return ok;
}

static void
get_calendar (SparkRequest *request, gpointer data)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (read_calendar (data, request, out, &error))
    {
      g_autoptr (GBytes) body = g_bytes_new (out->str, out->len);

      spark_request_respond (request, 200, "text/calendar; charset=utf-8", body);
    }
  else
    spark_api_refuse (request, error);
}

const SparkRoute spark_api_calendar_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/accounts/{id}/calendar.ics", get_calendar, 0, FALSE },
};
const gsize spark_api_n_calendar_routes = G_N_ELEMENTS (spark_api_calendar_routes);
