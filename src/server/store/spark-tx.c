/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <stdarg.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/store/spark-tx.h"

/* Recent changes of an account that are folded together, and accounts of a transaction for which it
 * is done: the others' wait for their next one. */
#define FOLD      512
#define MAX_FOLDS 8
/* So that a transaction takes some 15 ms for such rows. */
#define ROOM 300
/* Changes that are written down in one row, and numbers between two of them that are of others. */
#define MAX_PACK    512
#define MAX_SKIPPED 16
/* Above the kind of an object in what is written there. */
#define KIND_BITS 4

SparkTx *
spark_tx_new (SparkStore *store, SparkDatabase *database, SparkSecrets *secrets)
{
  SparkTx *tx = g_new0 (SparkTx, 1);

  tx->store = store;
  tx->database = database;
  tx->secrets = secrets;
  tx->strings = g_string_chunk_new (1024);
  tx->locked = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  tx->held = g_array_new (FALSE, FALSE, sizeof (SparkTxHeld));
  tx->changes = g_array_new (FALSE, FALSE, sizeof (SparkTxChange));
  tx->accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  tx->roles = g_array_new (FALSE, FALSE, sizeof (SparkRole));
  tx->known_tokens = spark_known_tokens_new ();
  tx->known_versions = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  tx->known_strings = spark_known_strings_new ();
  tx->known_rows = spark_known_rows_new ();
  tx->job_known = g_array_new (FALSE, FALSE, sizeof (SparkTxChange));
  return tx;
}

void
spark_tx_free (SparkTx *tx)
{
  g_string_chunk_free (tx->strings);
  g_hash_table_unref (tx->locked);
  g_array_unref (tx->held);
  g_array_unref (tx->changes);
  g_array_unref (tx->accounts);
  g_array_unref (tx->roles);
  spark_known_tokens_free (tx->known_tokens);
  g_hash_table_unref (tx->known_versions);
  spark_known_strings_free (tx->known_strings);
  spark_known_rows_free (tx->known_rows);
  g_array_unref (tx->job_known);
  g_free (tx);
}

gboolean
spark_tx_is_steady (SparkTx *tx)
{
  return tx->steady;
}

gint64
spark_tx_now (SparkTx *tx)
{
  return tx->now;
}

void
spark_tx_set_now (SparkTx *tx, gint64 now)
{
  tx->now = now;
}

/* --- writing --- */

void
spark_tx_begin (SparkTx *tx)
{
  guint session = spark_database_session (tx->database);

  if (session != tx->session)
    spark_tx_lost (tx);
  tx->session = session;
  tx->writes = TRUE;
  tx->room = ROOM;
  tx->settings_known = FALSE;
  g_array_set_size (tx->held, 0);
  g_array_set_size (tx->changes, 0);
  g_hash_table_remove_all (tx->locked);
}

void
spark_tx_job_begin (SparkTx *tx)
{
  g_array_set_size (tx->held, 0);
  g_array_set_size (tx->job_known, 0);
  tx->job_set = FALSE;
  tx->job_changes = tx->changes->len;
  tx->job_room = tx->room;
}

void
spark_tx_job_undo (SparkTx *tx)
{
  for (guint i = 0; i < tx->held->len; i++)
    {
      SparkTxHeld *held = &g_array_index (tx->held, SparkTxHeld, i);

      *held->account = held->before;
    }
  /* What it read may have been its own. */
  for (guint i = 0; i < tx->job_known->len; i++)
    {
      const SparkTxChange *known = &g_array_index (tx->job_known, SparkTxChange, i);

      spark_known_rows_drop (tx->known_rows, known->account->account, known->kind, known->id);
    }
  g_array_set_size (tx->changes, tx->job_changes);
  tx->room = tx->job_room;
  if (tx->job_set)
    tx->settings_known = FALSE;
}

void
spark_tx_lost (SparkTx *tx)
{
  spark_known_rows_clear (tx->known_rows);
}

guint *
spark_tx_room (SparkTx *tx)
{
  return &tx->room;
}

static SparkTxAccount *
find_held (SparkTx *tx, gint64 account)
{
  for (guint i = 0; i < tx->held->len; i++)
    {
      SparkTxAccount *held = g_array_index (tx->held, SparkTxHeld, i).account;

      if (held->account == account)
        return held;
    }
  return NULL;
}

/* The lock that a job took while it ran by itself ends with what it did, where that is undone:
 * others may have written before it is taken again. */
static gboolean
is_behind (const SparkTxAccount *held, SparkStatement *row)
{
  return !held->moved
         && (held->counter != spark_statement_int (row, 0)
             || held->last_id != spark_statement_int (row, 1));
}

static void
read_account (SparkTx *tx, SparkTxAccount *held, SparkStatement *row)
{
  held->counter = spark_statement_int (row, 0);
  held->last_id = spark_statement_int (row, 1);
  held->folded = spark_statement_int (row, 2);
  held->platform = spark_statement_int (row, 3);
  spark_known_rows_hold (tx->known_rows, held->account, held->counter);
}

/* The engine is asked once for each job: it decides which jobs may go on together. */
static SparkTxAccount *
hold (SparkTx *tx, gint64 account, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkTxAccount *held = find_held (tx, account);
  SparkTxHeld mark;
  SparkStatement *row;

  if (held != NULL)
    return held;
  row = spark_tx_row (tx, &local, "account_lock", "i", account);
  held = g_hash_table_lookup (tx->locked, &account);
  if (row == NULL || (held != NULL && held->gone))
    {
      if (row != NULL)
        spark_statement_reset (row);
      spark_tx_absent (g_steal_pointer (&local), error);
      return NULL;
    }
  if (held == NULL)
    {
      held = g_new0 (SparkTxAccount, 1);
      held->account = account;
      g_hash_table_insert (tx->locked, &held->account, held);
      read_account (tx, held, row);
    }
  else if (is_behind (held, row))
    read_account (tx, held, row);
  spark_statement_reset (row);
  mark = (SparkTxHeld){ held, *held };
  g_array_append_val (tx->held, mark);
  return held;
}

gboolean
spark_tx_lock (SparkTx *tx, gint64 account, GError **error)
{
  return !tx->writes || hold (tx, account, error) != NULL;
}

gboolean
spark_tx_lock_all (SparkTx *tx, const gint64 *accounts, gsize n_accounts, GError **error)
{
  g_autoptr (GError) local = NULL;

  /* Goes on after the first that is not free: the engine then waits for all of them at once. */
  for (gsize i = 0; i < n_accounts; i++)
    spark_tx_lock (tx, accounts[i], local == NULL ? &local : NULL);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
spark_tx_platform (SparkTx *tx, gint64 account, gint64 *platform, GError **error)
{
  SparkTxAccount *held;

  if (!tx->writes)
    return spark_tx_int (tx, error, platform, -1, "account_platform", "i", account)
           && (*platform >= 0 || spark_tx_absent (NULL, error));
  held = hold (tx, account, error);
  if (held != NULL)
    *platform = held->platform;
  return held != NULL;
}

void
spark_tx_set_platform (SparkTx *tx, gint64 account, gint64 platform)
{
  SparkTxAccount *held = find_held (tx, account);

  g_assert (held != NULL);
  held->platform = platform;
}

gboolean
spark_tx_next_id (SparkTx *tx, gint64 account, gint64 *id, GError **error)
{
  SparkTxAccount *held = hold (tx, account, error);

  if (held == NULL)
    return FALSE;
  held->moved = TRUE;
  *id = ++held->last_id;
  return TRUE;
}

gboolean
spark_tx_next_change (SparkTx *tx, gint64 account, gint64 *id, GError **error)
{
  SparkTxAccount *held = hold (tx, account, error);

  if (held == NULL)
    return FALSE;
  held->moved = TRUE;
  *id = MAX (held->counter, held->last_id) + 1;
  held->counter = held->last_id = *id;
  return TRUE;
}

gboolean
spark_tx_touch (SparkTx *tx, gint64 account, SparkKind kind, gint64 id, GError **error)
{
  SparkTxAccount *held = hold (tx, account, error);
  SparkTxChange change;

  if (held == NULL)
    return FALSE;
  held->moved = TRUE;
  spark_known_rows_drop (tx->known_rows, account, kind, id);
  change = (SparkTxChange){ held, kind, id, ++held->counter };
  g_array_append_val (tx->changes, change);
  return TRUE;
}

gboolean
spark_tx_touch_granted (SparkTx *tx, gint64 account, gint64 seq, GError **error)
{
  SparkTxAccount *held = hold (tx, account, error);

  if (held == NULL)
    return FALSE;
  held->moved = TRUE;
  held->counter++;
  g_assert (held->counter == seq);
  return TRUE;
}

void
spark_tx_forget (SparkTx *tx, gint64 account)
{
  SparkTxAccount *held = find_held (tx, account);

  g_assert (held != NULL);
  held->gone = TRUE;
  spark_known_rows_forget (tx->known_rows, account);
}

const SparkKnownRow *
spark_tx_known_row (SparkTx *tx, gint64 account, SparkKind kind, gint64 id)
{
  return tx->writes ? spark_known_rows_find (tx->known_rows, account, kind, id) : NULL;
}

void
spark_tx_know_row (SparkTx *tx, gint64 account, SparkKind kind, gint64 id, const SparkKnownRow *row)
{
  SparkTxAccount *held = find_held (tx, account);
  const SparkTxChange known = { held, kind, id, 0 };

  if (held == NULL)
    return;
  g_array_append_val (tx->job_known, known);
  spark_known_rows_put (tx->known_rows, account, kind, id, row);
}

static guint
change_hash (gconstpointer key)
{
  const SparkTxChange *change = key;

  return g_direct_hash (change->account) ^ (guint)change->id * 31 ^ (guint)change->kind;
}

static gboolean
change_equal (gconstpointer a, gconstpointer b)
{
  const SparkTxChange *left = a, *right = b;

  return left->account == right->account && left->kind == right->kind && left->id == right->id;
}

/* Changes of one account, from the last to the first, without a gap. */
typedef struct
{
  GString *objects;
  guint n_objects;
  gint64 seq; /* of the last */
} Pack;

static void
pack_free (gpointer data)
{
  Pack *self = data;

  g_string_free (self->objects, TRUE);
  g_free (self);
}

static void
pack_add (Pack *self, const SparkTxChange *change, gboolean is_last)
{
  char digits[SPARK_MAX_DIGITS];

  g_assert (self->n_objects == 0 || change->seq == self->seq - self->n_objects);
  if (self->n_objects++ == 0)
    self->seq = change->seq;
  else
    g_string_append_c (self->objects, ',');
  if (is_last)
    g_string_append_len (self->objects, digits,
                         spark_digits (digits, (change->id << KIND_BITS) | (gint64)change->kind)
                             - digits);
  else
    g_string_append (self->objects, "-1");
}

static gboolean
pack_write (Pack *self, SparkTx *tx, const SparkTxAccount *account, GError **error)
{
  gboolean ok = self->n_objects == 0
                || spark_tx_exec (tx, error, "changes_put", "iiis", account->account, self->seq,
                                  self->seq - self->n_objects + 1, self->objects->str);

  g_string_truncate (self->objects, 0);
  self->n_objects = 0;
  return ok;
}

/* The numbers between are those of events and grants that came, and of what the grants say. FALSE:
 * too many for it. */
static gboolean
pack_skip_to (Pack *self, gint64 seq)
{
  gint64 skipped = self->n_objects > 0 ? self->seq - self->n_objects - seq : 0;

  if (skipped > MAX_SKIPPED || self->n_objects + skipped >= MAX_PACK)
    return FALSE;
  for (self->n_objects += skipped; skipped > 0; skipped--)
    g_string_append (self->objects, ",-1");
  return TRUE;
}

static Pack *
find_pack (GHashTable *packs, SparkTxAccount *account)
{
  Pack *pack = g_hash_table_lookup (packs, account);

  if (pack == NULL)
    {
      pack = g_new0 (Pack, 1);
      pack->objects = g_string_new (NULL);
      g_hash_table_insert (packs, account, pack);
    }
  return pack;
}

/* Of the changes of one object only the last is of interest. */
static gboolean
write_changes (SparkTx *tx, GError **error)
{
  g_autoptr (GHashTable) written = g_hash_table_new (change_hash, change_equal);
  g_autoptr (GHashTable) packs = g_hash_table_new_full (NULL, NULL, NULL, pack_free);
  GHashTableIter iter;
  gpointer account, pack;

  for (guint i = tx->changes->len; i-- > 0;)
    {
      SparkTxChange *change = &g_array_index (tx->changes, SparkTxChange, i);

      if (change->account->gone)
        continue;
      pack = find_pack (packs, change->account);
      if (!pack_skip_to (pack, change->seq) && !pack_write (pack, tx, change->account, error))
        return FALSE;
      pack_add (pack, change, g_hash_table_add (written, change));
      if (((Pack *)pack)->n_objects == MAX_PACK && !pack_write (pack, tx, change->account, error))
        return FALSE;
    }
  g_hash_table_iter_init (&iter, packs);
  while (g_hash_table_iter_next (&iter, &account, &pack))
    if (!pack_write (pack, tx, account, error))
      return FALSE;
  return TRUE;
}

static gboolean
fold_changes (SparkTx *tx, SparkTxAccount *held, guint *folds, GError **error)
{
  if (held->counter - held->folded < FOLD || *folds == MAX_FOLDS)
    return TRUE;
  ++*folds;
  held->folded = held->counter;
  return spark_tx_exec (tx, error, "changes_fold", "i", held->account)
         && spark_tx_exec (tx, error, "changes_folded", "i", held->account);
}

GArray *
spark_tx_touched (SparkTx *tx)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, tx->locked);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SparkTxAccount *held = value;

      if (held->moved || held->gone)
        g_array_append_val (accounts, held->account);
    }
  return accounts->len > 0 ? g_steal_pointer (&accounts) : NULL;
}

gboolean
spark_tx_finish (SparkTx *tx, const char *node, GError **error)
{
  g_autoptr (GArray) touched = spark_tx_touched (tx);
  guint folds = 0;

  if (touched == NULL)
    return TRUE;
  if (!write_changes (tx, error))
    return FALSE;
  for (guint i = 0; i < touched->len; i++)
    {
      SparkTxAccount *held = g_hash_table_lookup (tx->locked, &g_array_index (touched, gint64, i));

      spark_known_rows_leave (tx->known_rows, held->account, held->counter);
      if (!held->gone
          && (!fold_changes (tx, held, &folds, error)
              || !spark_tx_exec (tx, error, "account_counters", "iiii", held->account,
                                 held->counter, held->last_id, held->folded)))
        return FALSE;
    }
  return spark_database_notify (tx->database, node, (const gint64 *)touched->data, touched->len,
                                error);
}

/* --- statements --- */

static SparkStatement *
bind (SparkTx *tx, GError **error, const char *name, const char *types, va_list values)
{
  SparkStatement *statement = spark_database_statement (tx->database, name, error);

  for (int i = 0; statement != NULL && types[i] != '\0'; i++)
    switch (types[i])
      {
      case 'i':
        spark_statement_bind_int (statement, i + 1, va_arg (values, gint64));
        break;
      case 's':
        spark_statement_bind_text (statement, i + 1, va_arg (values, const char *));
        break;
      case 'b':
        {
          const void *data = va_arg (values, const void *);
          gsize length = va_arg (values, gsize);

          spark_statement_bind_blob (statement, i + 1, data, length);
          break;
        }
      default:
        g_assert_not_reached ();
      }
  return statement;
}

SparkStatement *
spark_tx_select (SparkTx *tx, GError **error, const char *name, const char *types, ...)
{
  SparkStatement *statement;
  va_list values;

  va_start (values, types);
  statement = bind (tx, error, name, types, values);
  va_end (values);
  return statement;
}

void
spark_tx_expect (SparkTx *tx, const char *name, const char *types, ...)
{
  SparkStatement *statement;
  va_list values;

  if (!spark_database_can_expect (tx->database))
    return;
  va_start (values, types);
  statement = bind (tx, NULL, name, types, values);
  va_end (values);
  if (statement != NULL)
    spark_statement_expect (statement);
}

gboolean
spark_tx_exec (SparkTx *tx, GError **error, const char *name, const char *types, ...)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *statement;
  va_list values;

  va_start (values, types);
  statement = bind (tx, &local, name, types, values);
  va_end (values);
  while (statement != NULL && spark_statement_step (statement, &local))
    continue;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

SparkStatement *
spark_tx_row (SparkTx *tx, GError **error, const char *name, const char *types, ...)
{
  SparkStatement *statement;
  va_list values;

  va_start (values, types);
  statement = bind (tx, error, name, types, values);
  va_end (values);
  return statement != NULL && spark_statement_step (statement, error) ? statement : NULL;
}

gboolean
spark_tx_int (SparkTx *tx, GError **error, gint64 *value, gint64 absent, const char *name,
              const char *types, ...)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *statement;
  va_list values;

  va_start (values, types);
  statement = bind (tx, &local, name, types, values);
  va_end (values);
  *value = absent;
  if (statement != NULL && spark_statement_step (statement, &local))
    {
      *value = spark_statement_int (statement, 0);
      spark_statement_reset (statement);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
spark_tx_absent (GError *local, GError **error)
{
  if (local != NULL)
    g_propagate_error (error, local);
  else
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
                 "It is not here. It may have been removed.");
  return FALSE;
}

gboolean
spark_tx_end (SparkStatement *row, GError *local, GError **error)
{
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

SparkStatement *
spark_tx_get (SparkTx *tx, GError **error, const char *name, const char *id)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = NULL;
  gint64 account, number;

  if (spark_id_parse (id, &account, &number))
    row = spark_tx_row (tx, &local, name, "ii", account, number);
  if (row == NULL)
    spark_tx_absent (g_steal_pointer (&local), error);
  return row;
}

const char *
spark_tx_keep (SparkTx *tx, const char *text)
{
  return text != NULL ? g_string_chunk_insert (tx->strings, text) : NULL;
}

const char *
spark_tx_keep_id (SparkTx *tx, gint64 account, gint64 id)
{
  char text[2 * SPARK_MAX_DIGITS + 2];
  char *end;

  if (id == 0)
    return NULL;
  end = spark_digits (text, account);
  *end++ = '.';
  end = spark_digits (end, id);
  return g_string_chunk_insert_len (tx->strings, text, end - text);
}

const char *
spark_tx_keep_number (SparkTx *tx, gint64 number)
{
  char text[SPARK_MAX_DIGITS];

  return g_string_chunk_insert_len (tx->strings, text, spark_digits (text, number) - text);
}
