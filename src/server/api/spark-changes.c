/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include "server/api/spark-api-private.h"

/* Older events are left out; they are read from /v1/events. */
#define EVENTS_MS (90 * SPARK_DAY_MS)

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

/* Where the accounts stand that a caller covers and that exist, ascending. (transfer full) */
static GArray *
list_counters (SparkTx *tx, const SparkCaller *caller, GError **error)
{
  const SparkScope scope = spark_caller_scope (caller);
  g_autoptr (GArray) counters = spark_read_counters (tx, &scope, error);

  if (counters == NULL || counters->len <= SPARK_SCOPE_MAX)
    return g_steal_pointer (&counters);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "There are more than the %d accounts that can be followed at once. Use a token for "
               "some of them.",
               SPARK_SCOPE_MAX);
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
        return spark_cursor_refuse (error);
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

/* The changes of one account behind @position, at most @left, which is then how many more there may
 * be. */
static gboolean
collect_account (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkPosition *position,
                 gint64 counter, guint *left, GPtrArray *changes, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));

  g_array_set_clear_func (rows, row_clear);
  if (!spark_read_changes (tx, position->account, position->seq, *left, add_row, rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);
      g_autoptr (GError) local = NULL;
      char *text = render_row (api, tx, caller, row, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (text != NULL)
        g_ptr_array_add (changes, text);
      position->seq = row->seq;
    }
  if (rows->len < *left)
    position->seq = MAX (position->seq, counter);
  *left -= rows->len;
  return TRUE;
}

gboolean
spark_changes_collect (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkCursor *cursor,
                       guint limit, GPtrArray *changes, gint64 *remaining, GError **error)
{
  g_autoptr (GArray) counters = list_counters (tx, caller, error);
  guint left = limit;

  *remaining = 0;
  if (counters == NULL || !check (cursor, counters, error))
    return FALSE;
  align (cursor, counters, changes);
  for (guint i = 0; i < cursor->positions->len; i++)
    {
      SparkPosition *position = &g_array_index (cursor->positions, SparkPosition, i);
      gint64 counter = g_array_index (counters, SparkPosition, i).seq;

      if (position->seq < counter && left > 0
          && !collect_account (api, tx, caller, position, counter, &left, changes, error))
        return FALSE;
      *remaining += MAX (0, counter - position->seq);
    }
  return TRUE;
}
