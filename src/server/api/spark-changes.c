/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/api/spark-api-private.h"

#define MAX_ACCOUNTS 128
/* "account:seq," for each account, in base64. */
#define MAX_CURSOR 8192
/* Older events are left out; they are read from /v1/events. */
#define EVENTS_MS (90 * SPARK_DAY_MS)

void
spark_cursor_clear (SparkCursor *cursor)
{
  g_clear_pointer (&cursor->positions, g_array_unref);
}

static gboolean
resync (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_RESYNC,
               "This position is not one of this backend's. Load everything again.");
  return FALSE;
}

/* The inside of a cursor: epoch and "account:seq" pairs, separated by commas. */
static gboolean
parse_text (SparkCursor *cursor, const char *text, const char *epoch, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", MAX_ACCOUNTS + 3);
  guint n = g_strv_length (parts);

  if (n == 0 || n > MAX_ACCOUNTS + 1 || strcmp (parts[0], epoch) != 0)
    return resync (error);
  for (guint i = 1; i < n; i++)
    {
      long long account, seq;
      SparkPosition position;
      char end;

      if (sscanf (parts[i], "%lld:%lld%c", &account, &seq, &end) != 2 || account <= 0 || seq < 0)
        return resync (error);
      position = (SparkPosition){ account, seq };
      if (i > 1
          && g_array_index (cursor->positions, SparkPosition, i - 2).account >= position.account)
        return resync (error);
      g_array_append_val (cursor->positions, position);
    }
  return TRUE;
}

gboolean
spark_cursor_parse (SparkCursor *cursor, const char *text, SparkStore *store, GError **error)
{
  char inside[MAX_CURSOR];
  gsize length;

  cursor->positions = g_array_new (FALSE, FALSE, sizeof (SparkPosition));
  if (text == NULL || *text == '\0')
    return TRUE;
  if (strlen (text) > MAX_CURSOR
      || sodium_base642bin ((guint8 *)inside, sizeof inside - 1, text, strlen (text), NULL, &length,
                            NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
             != 0
      || memchr (inside, '\0', length) != NULL)
    return resync (error);
  inside[length] = '\0';
  return parse_text (cursor, inside, spark_store_epoch (store), error);
}

char *
spark_cursor_format (const SparkCursor *cursor, SparkStore *store)
{
  g_autoptr (GString) inside = g_string_new (spark_store_epoch (store));
  gsize size;
  char *text;

  for (guint i = 0; i < cursor->positions->len; i++)
    {
      const SparkPosition *position = &g_array_index (cursor->positions, SparkPosition, i);

      g_string_append_printf (inside, ",%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, position->account,
                              position->seq);
    }
  size = sodium_base64_encoded_len (inside->len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text = g_malloc (size);
  sodium_bin2base64 (text, size, (const guint8 *)inside->str, inside->len,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}

/* --- collecting --- */

typedef struct
{
  gint64 account;
  gint64 seq;
  SparkKind kind;
  char *id;
} Row;

static void
row_clear (gpointer data)
{
  g_free (((Row *)data)->id);
}

static gboolean
add_row (const SparkChangeRow *change, gpointer data)
{
  Row row = { change->account, change->seq, change->kind, g_strdup (change->id) };

  g_array_append_val ((GArray *)data, row);
  return TRUE;
}

static void
write_change (SparkJsonWriter *writer, const Row *row, GBytes *object)
{
  spark_json_begin_object (writer, NULL);
  {
    char account[24];

    g_snprintf (account, sizeof account, "%" G_GINT64_FORMAT, row->account);
    spark_json_string (writer, "account_id", account);
  }
  spark_json_int (writer, "seq", row->seq);
  spark_json_enum (writer, "kind", SPARK_TYPE_KIND, row->kind);
  spark_json_string (writer, "id", row->id);
  if (object != NULL)
    {
      g_autofree char *text
          = g_strndup (g_bytes_get_data (object, NULL), g_bytes_get_size (object));

      spark_json_raw (writer, "object", text);
    }
  else
    spark_json_null (writer, "object");
  spark_json_end_object (writer);
}

static char *
take_text (SparkJsonWriter *writer)
{
  g_autoptr (GBytes) bytes = spark_json_writer_steal (writer);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static gboolean
is_old_event (SparkTx *tx, const Row *row)
{
  SparkEvent event;

  return row->kind == SPARK_KIND_EVENT && spark_read_event (tx, row->id, &event, NULL)
         && event.at < spark_tx_now (tx) - EVENTS_MS;
}

/* One change as text; NULL: it is left out. */
static char *
render_row (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const Row *row, GError **error)
{
  g_auto (SparkJsonWriter) object = { 0 };
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (is_old_event (tx, row))
    return NULL;
  spark_json_writer_init (&object);
  spark_json_writer_init (&writer);
  if (spark_render (api, tx, caller, row->kind, row->id, &object, &local))
    bytes = spark_json_writer_steal (&object);
  else if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  write_change (&writer, row, bytes);
  return take_text (&writer);
}

static gboolean
add_counter (SparkTx *tx, gint64 account, GArray *counters, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkPosition counter = { account, 0 };

  if (spark_read_counter (tx, account, &counter.seq, &local))
    g_array_append_val (counters, counter);
  else if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

static gboolean
add_account (const SparkAccount *account, gpointer data)
{
  gint64 number = 0;

  spark_api_account_number (account->id, &number);
  g_array_append_val ((GArray *)data, number);
  return TRUE;
}

/* Where the accounts stand that a caller covers and that exist, ascending. (transfer full) */
static GArray *
list_counters (SparkTx *tx, const SparkCaller *caller, GError **error)
{
  g_autoptr (GArray) counters = g_array_new (FALSE, FALSE, sizeof (SparkPosition));
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));
  SparkScope scope = spark_caller_scope (caller);

  if (scope.all)
    {
      if (!spark_read_accounts (tx, &scope, add_account, all, error))
        return NULL;
      scope.accounts = (const gint64 *)all->data;
      scope.n_accounts = all->len;
    }
  for (gsize i = 0; i < scope.n_accounts && counters->len <= MAX_ACCOUNTS; i++)
    if (!add_counter (tx, scope.accounts[i], counters, error))
      return NULL;
  if (counters->len <= MAX_ACCOUNTS)
    return g_steal_pointer (&counters);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "There are more than the %d accounts that can be followed at once. Use a token for "
               "some of them.",
               MAX_ACCOUNTS);
  return NULL;
}

static gboolean
check (const SparkCursor *cursor, const GArray *counters, GError **error)
{
  guint at = 0;

  /* Both ascend. Another's account is passed over: its counter is nobody's business. */
  for (guint i = 0; i < cursor->positions->len; i++)
    {
      const SparkPosition *position = &g_array_index (cursor->positions, SparkPosition, i);

      while (at < counters->len
             && g_array_index (counters, SparkPosition, at).account < position->account)
        at++;
      if (at < counters->len
          && g_array_index (counters, SparkPosition, at).account == position->account
          && position->seq > g_array_index (counters, SparkPosition, at).seq)
        return resync (error);
    }
  return TRUE;
}

gboolean
spark_cursor_check (const SparkCursor *cursor, SparkTx *tx, const SparkCaller *caller,
                    GError **error)
{
  g_autoptr (GArray) counters = list_counters (tx, caller, error);

  return counters != NULL && check (cursor, counters, error);
}

/* Positions for exactly the accounts that are there; those that have gone are told. */
static void
align (SparkCursor *cursor, const GArray *counters, GPtrArray *changes)
{
  GArray *aligned = g_array_new (FALSE, FALSE, sizeof (SparkPosition));
  guint at = 0;

  for (guint i = 0; i <= counters->len; i++)
    {
      gint64 account
          = i < counters->len ? g_array_index (counters, SparkPosition, i).account : G_MAXINT64;
      SparkPosition position = { account, 0 };

      for (; at < cursor->positions->len; at++)
        {
          SparkPosition old = g_array_index (cursor->positions, SparkPosition, at);

          if (old.account > account)
            break;
          if (old.account == account)
            position.seq = old.seq;
          else
            {
              g_auto (SparkJsonWriter) writer = { 0 };
              g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, old.account);
              Row gone = { old.account, old.seq, SPARK_KIND_ACCOUNT, id };

              spark_json_writer_init (&writer);
              write_change (&writer, &gone, NULL);
              g_ptr_array_add (changes, take_text (&writer));
            }
        }
      if (i < counters->len)
        g_array_append_val (aligned, position);
    }
  g_array_unref (cursor->positions);
  cursor->positions = aligned;
}

gboolean
spark_cursor_remaining (const SparkCursor *cursor, SparkTx *tx, gint64 *remaining, GError **error)
{
  *remaining = 0;
  for (guint i = 0; i < cursor->positions->len; i++)
    {
      const SparkPosition *position = &g_array_index (cursor->positions, SparkPosition, i);
      gint64 counter;

      if (!spark_read_counter (tx, position->account, &counter, error))
        return FALSE;
      *remaining += counter - position->seq;
    }
  return TRUE;
}

gboolean
spark_changes_collect (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkCursor *cursor,
                       guint limit, GPtrArray *changes, gboolean *more, GError **error)
{
  g_autoptr (GArray) counters = list_counters (tx, caller, error);
  guint left = limit;

  *more = FALSE;
  if (counters == NULL || !check (cursor, counters, error))
    return FALSE;
  align (cursor, counters, changes);
  for (guint i = 0; i < cursor->positions->len; i++)
    {
      SparkPosition *position = &g_array_index (cursor->positions, SparkPosition, i);
      gint64 counter = g_array_index (counters, SparkPosition, i).seq;
      g_autoptr (GArray) rows = NULL;

      if (position->seq == counter)
        continue;
      if (left == 0)
        {
          *more = TRUE;
          return TRUE;
        }
      rows = g_array_new (FALSE, FALSE, sizeof (Row));
      g_array_set_clear_func (rows, row_clear);
      if (!spark_read_changes (tx, position->account, position->seq, left, add_row, rows, error))
        return FALSE;
      for (guint row = 0; row < rows->len; row++)
        {
          g_autoptr (GError) local = NULL;
          char *text = render_row (api, tx, caller, &g_array_index (rows, Row, row), &local);

          if (local != NULL)
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          if (text != NULL)
            g_ptr_array_add (changes, text);
        }
      left -= rows->len;
      if (rows->len > 0)
        position->seq = g_array_index (rows, Row, rows->len - 1).seq;
      *more = position->seq < counter;
      if (*more)
        return TRUE;
      position->seq = counter;
    }
  return TRUE;
}
