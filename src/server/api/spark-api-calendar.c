/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"
#include "server/html/spark-language.h"
#include "server/ledger/spark-ledger-calendars.h"

#define N_(text) text

/* Of each kind, in all accounts together: what ends soonest is what a calendar is for. */
#define MAX_ENTRIES 2000
/* RFC 5545, 3.1: octets of a line without its end. */
#define LINE 75
/* Of a caption, in characters: a calendar shows one line. */
#define CAPTION 60

typedef struct
{
  gint64 id;
  char *name;
} Account;

static void
account_clear (gpointer data)
{
  g_free (((Account *)data)->name);
}

typedef struct
{
  const Account *account; /* borrowed */
  char *id;
  char *video_id;
  char *brand;
  gint64 ends_at;
  guint order; /* of those that end together */
} Entry;

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  g_free (entry->id);
  g_free (entry->video_id);
  g_free (entry->brand);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *one = a, *other = b;

  if (one->ends_at != other->ends_at)
    return one->ends_at < other->ends_at ? -1 : 1;
  return one->order < other->order ? -1 : one->order > other->order;
}

/* Entries of a kind, of one account after the other. */
typedef struct
{
  GArray *entries; /* of Entry */
  const Account *account;
  gint64 until; /* what ends later comes behind all that there is room for */
  guint order;
} Gathering;

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
add_entry (const SparkEnd *end, gpointer data)
{
  Gathering *self = data;
  const Entry entry = { self->account,         g_strdup (end->id), g_strdup (end->video_id),
                        g_strdup (end->brand), end->ends_at,       self->order++ };

  g_array_append_val (self->entries, entry);
  return end->ends_at < self->until;
}

/* Those that end soonest, and one more where there are more. */
static GArray *
gather (SparkTx *tx, GArray *accounts, SparkKind of, GError **error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  Gathering self = { .entries = entries, .until = G_MAXINT64 };

  g_array_set_clear_func (entries, entry_clear);
  for (guint i = 0; i < accounts->len; i++)
    {
      self.account = &g_array_index (accounts, Account, i);
      if (!spark_read_ends (tx, self.account->id, of, spark_tx_now (tx), MAX_ENTRIES + 1, add_entry,
                            &self, error))
        return NULL;
      g_array_sort (entries, compare_entries);
      if (entries->len <= MAX_ENTRIES)
        continue;
      g_array_set_size (entries, MAX_ENTRIES + 1);
      self.until = g_array_index (entries, Entry, MAX_ENTRIES).ends_at;
    }
  return g_steal_pointer (&entries);
}

/* (transfer full) */
static char *
describe (const Entry *entry, SparkKind of, const SparkVideo *video, const SparkLanguage *language)
{
  g_autofree char *caption
      = short_caption (video->caption != NULL ? video->caption : video->item_id);

  /* TRANSLATORS: entries of a calendar, each on the day of the end */
  if (entry->video_id == NULL)
    return spark_language_fill (language, N_ ("Deal with {brand} ends"), "brand", entry->brand,
                                NULL);
  if (of == SPARK_KIND_CODE)
    return spark_language_fill (language, N_ ("Unused code for “{caption}” ends"), "caption",
                                caption, NULL);
  if (entry->brand != NULL)
    return spark_language_fill (language, N_ ("{brand}: access to “{caption}” ends"), "brand",
                                entry->brand, "caption", caption, NULL);
  return spark_language_fill (language, N_ ("Access to “{caption}” ends"), "caption", caption,
                              NULL);
}

static gboolean
append_entries (SparkTx *tx, const char *epoch, const SparkLanguage *language, GArray *accounts,
                SparkKind of, const char *kind, gboolean *more, GString *out, GError **error)
{
  g_autoptr (GArray) entries = gather (tx, accounts, of, error);

  if (entries == NULL)
    return FALSE;
  if (entries->len > MAX_ENTRIES)
    {
      g_array_set_size (entries, MAX_ENTRIES);
      *more = TRUE;
    }
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);
      g_autofree char *summary = NULL;
      SparkVideo video = { 0 };

      if (entry->video_id != NULL && !spark_read_video (tx, entry->video_id, &video, error))
        return FALSE;
      summary = describe (entry, of, &video, language);
      if (accounts->len > 1)
        {
          g_autofree char *what = g_steal_pointer (&summary);

          /* TRANSLATORS: entry of a calendar of several creators: "Anna · Access to “X” ends" */
          summary = spark_language_fill (language, N_ ("{account} · {what}"), "account",
                                         entry->account->name, "what", what, NULL);
        }
      append_event (out, epoch, kind, entry->id, entry->ends_at, spark_tx_now (tx), summary,
                    video.share_url);
    }
  return TRUE;
}

/* Whoever looks at the calendar sees that it is not all. */
static void
append_more (GString *out, const char *epoch, const SparkLanguage *language, gint64 now)
{
  /* TRANSLATORS: entry of a calendar, on the day on which it is read */
  const char *summary = spark_language_get (
      language, N_ ("Some ends are missing here: there are too many. Sparkbox "
                    "shows all of them."));

  append_event (out, epoch, "more", "0", now, now, summary, NULL);
}

static gboolean
write_calendar (SparkApi *api, SparkTx *tx, GArray *accounts, const SparkLanguage *language,
                GString *out, GError **error)
{
  const char *epoch = spark_store_epoch (api->store);
  gboolean more = FALSE;

  append_line (out, "BEGIN:VCALENDAR");
  append_line (out, "VERSION:2.0");
  append_line (out, "PRODID:-//Sparkbox//Ends//EN");
  append_text (out, "X-WR-CALNAME",
               accounts->len == 1 ? g_array_index (accounts, Account, 0).name : "Sparkbox");
  if (!append_entries (tx, epoch, language, accounts, SPARK_KIND_GRANT, "grant", &more, out, error)
      || !append_entries (tx, epoch, language, accounts, SPARK_KIND_CODE, "code", &more, out, error)
      || !append_entries (tx, epoch, language, accounts, SPARK_KIND_BRAND, "deal", &more, out,
                          error))
    return FALSE;
  if (more)
    append_more (out, epoch, language, spark_tx_now (tx));
  append_line (out, "END:VCALENDAR");
  return TRUE;
}

/* What somebody may have, of one account, or of all that are theirs. */
typedef struct
{
  SparkApi *api;
  SparkRequest *request;
  gint64 account;     /* 0: all */
  SparkCaller caller; /* of all */
  const SparkLanguage *language;
} Wish;

static void
wish_free (Wish *wish)
{
  spark_caller_clear (&wish->caller);
  g_free (wish);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wish, wish_free)

static gboolean
check_caller (SparkTx *tx, Wish *wish, GError **error)
{
  const char *id = spark_request_param (wish->request, 0);

  wish->language = spark_language_choose (spark_request_header (wish->request, "Accept-Language"));
  return spark_access_authenticate (tx, wish->request, &wish->caller, error)
         && (id == NULL
             || spark_access_check_account (&wish->caller, id, SPARK_ROLE_VIEW, &wish->account,
                                            error));
}

/* A calendar program asks in its own language, or in none: it gets that of whoever copied the
 * address. */
static gboolean
check_address (SparkTx *tx, Wish *wish, GError **error)
{
  g_autofree char *language = NULL;

  if (!spark_read_calendar (tx, spark_request_param (wish->request, 0), &wish->account, &language,
                            error))
    return FALSE;
  wish->language = spark_language_choose (language);
  return TRUE;
}

static gboolean
add_account (const SparkAccount *shown, gpointer accounts)
{
  const Account account = { g_ascii_strtoll (shown->id, NULL, 10), g_strdup (shown->name) };

  g_array_append_val ((GArray *)accounts, account);
  return TRUE;
}

static gboolean
fulfil (Wish *wish, SparkTx *tx, GString *out, GError **error)
{
  const SparkScope scope = spark_caller_scope (&wish->caller);
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (Account));
  SparkAccount shown;

  g_array_set_clear_func (accounts, account_clear);
  if (wish->account == 0)
    return spark_read_accounts (tx, &scope, add_account, accounts, error)
           && write_calendar (wish->api, tx, accounts, wish->language, out, error);
  return spark_read_account (tx, wish->account, &shown, error) && add_account (&shown, accounts)
         && write_calendar (wish->api, tx, accounts, wish->language, out, error);
}

/* On a thread of the desk. */
static void
make_calendar (gpointer data)
{
  g_autoptr (Wish) wish = data;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SparkTx *tx = spark_store_read_begin (wish->api->store, &error);

  if (tx != NULL)
    {
      fulfil (wish, tx, out, &error);
      spark_store_read_end (tx);
    }
  if (error == NULL)
    {
      g_autoptr (GBytes) body = g_bytes_new (out->str, out->len);

      spark_request_respond (wish->request, 200, "text/calendar; charset=utf-8", body);
    }
  else
    spark_api_refuse (wish->request, error);
}

/* Whose answer it is: who has many accounts has no more of the desk than who has one. */
static gint64
get_queue (const Wish *wish)
{
  if (wish->account != 0)
    return wish->account;
  return wish->caller.n_accounts > 0 ? wish->caller.accounts[0] : G_MAXINT64;
}

static void
respond (SparkRequest *request, SparkApi *api,
         gboolean (*check) (SparkTx *tx, Wish *wish, GError **error))
{
  g_autoptr (Wish) wish = g_new0 (Wish, 1);
  g_autoptr (GError) error = NULL;
  SparkTx *tx = spark_store_read_begin (api->store, &error);

  wish->api = api;
  wish->request = request;
  if (tx != NULL)
    {
      check (tx, wish, &error);
      spark_store_read_end (tx);
    }
  if (error != NULL)
    {
      spark_api_refuse (request, error);
      return;
    }
  spark_request_wait (request);
  if (spark_desk_give (api->desk, get_queue (wish), make_calendar, wish, &error))
    g_steal_pointer (&wish);
  else
    spark_api_refuse (request, error);
}

static void
get_calendar (SparkRequest *request, gpointer data)
{
  respond (request, data, check_caller);
}

static void
get_shared_calendar (SparkRequest *request, gpointer data)
{
  respond (request, data, check_address);
}

/* --- the address --- */

static gboolean
run_share (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  const SparkLanguage *language
      = spark_language_choose (spark_request_header (write->request, "Accept-Language"));
  gboolean replace = FALSE;

  if (write->object != NULL
      && !spark_json_find_bool (write->object, "replace", FALSE, &replace, error))
    return FALSE;
  if (!spark_ledger_share_calendar (tx, write->id, spark_caller_holder (&write->caller),
                                    spark_language_tag (language), replace, error))
    return FALSE;
  write->made = g_strdup (write->id);
  return TRUE;
}

static gboolean
run_end (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return spark_ledger_end_calendar (tx, write->id, spark_caller_holder (&write->caller), error);
}

static gboolean
render_address (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                SparkJsonWriter *writer, GError **error)
{
  g_autofree char *secret = NULL;
  g_autofree char *path = NULL;
  gint64 account = 0;

  spark_api_account_number (id, &account);
  secret = spark_read_calendar_secret (tx, account, spark_caller_holder (caller), error);
  if (secret == NULL)
    return FALSE;
  path = g_strdup_printf ("/v1/calendars/%s/ends.ics", secret);
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "path", path);
  spark_json_end_object (writer);
  return TRUE;
}

static const SparkApiAct share = { .role = SPARK_ROLE_VIEW,
                                   .status = 201,
                                   .checks_id = TRUE,
                                   .run = run_share,
                                   .render = render_address };
static const SparkApiAct end
    = { .role = SPARK_ROLE_VIEW, .status = 204, .checks_id = TRUE, .run = run_end };

static void
post_address (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &share);
}

static void
delete_address (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &end);
}

const SparkRoute spark_api_calendar_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/calendar.ics", get_calendar, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/accounts/{id}/calendar.ics", get_calendar, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/accounts/{id}/calendar-address", post_address,
    SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/accounts/{id}/calendar-address", delete_address, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/calendars/{secret}/ends.ics", get_shared_calendar, 0, FALSE },
};
const gsize spark_api_n_calendar_routes = G_N_ELEMENTS (spark_api_calendar_routes);
