/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <sodium.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/store/spark-store-private.h"

gint64
spark_store_now (SparkStore *self)
{
  return self->now != NULL ? self->now (self->now_data) : spark_time_now ();
}

/* --- reading --- */

static void
reader_free (gpointer data)
{
  SparkTx *tx = data;
  SparkDatabase *database = tx->database;

  spark_tx_free (tx);
  spark_database_close (database);
}

/* A thread that had a reader has ended. */
static void
reader_abandoned (void *data)
{
  SparkTx *tx = data;
  SparkStore *self = tx->store;

  pthread_mutex_lock (&self->readers_lock);
  g_ptr_array_remove_fast (self->readers, tx);
  pthread_mutex_unlock (&self->readers_lock);
}

void
spark_store_leave (SparkStore *self)
{
  SparkTx *tx = pthread_getspecific (self->reader_key);

  if (tx == NULL)
    return;
  pthread_setspecific (self->reader_key, NULL);
  reader_abandoned (tx);
}

SparkTx *
spark_store_read_begin (SparkStore *self, GError **error)
{
  SparkTx *tx = pthread_getspecific (self->reader_key);
  guint64 state;

  if (tx == NULL)
    {
      SparkDatabase *database = spark_database_open (self->url, FALSE, error);

      if (database == NULL)
        return NULL;
      tx = spark_tx_new (self, database, self->secrets);
      pthread_mutex_lock (&self->readers_lock);
      g_ptr_array_add (self->readers, tx);
      pthread_mutex_unlock (&self->readers_lock);
      pthread_setspecific (self->reader_key, tx);
    }
  tx->kept = FALSE;
  if (!spark_database_begin (tx->database, FALSE, error))
    return NULL;
  state = spark_database_state (tx->database);
  tx->steady = state != 0 && state == tx->state;
  if (!tx->steady)
    {
      spark_known_tokens_forget (tx->known_tokens);
      if (g_hash_table_size (tx->known_versions) > 0)
        g_hash_table_remove_all (tx->known_versions);
    }
  tx->state = state;
  tx->now = spark_store_now (self);
  tx->settings_known = FALSE;
  return tx;
}

void
spark_store_read_end (SparkTx *tx)
{
  tx->kept = tx->rests && spark_database_keep (tx->database);
  if (!tx->kept)
    spark_database_rollback (tx->database);
  g_string_chunk_clear (tx->strings);
}

void
spark_store_rest (SparkStore *self)
{
  SparkTx *tx = pthread_getspecific (self->reader_key);

  if (tx == NULL)
    return;
  /* Who rests once will again: what it reads until then may be kept. */
  tx->rests = TRUE;
  if (tx->kept)
    spark_database_rollback (tx->database);
  tx->kept = FALSE;
}

/* --- opening and closing --- */

static char *
make_random (void)
{
  guint8 random[12];
  char text[sizeof random * 2 + 1];

  randombytes_buf (random, sizeof random);
  sodium_bin2hex (text, sizeof text, random, sizeof random);
  return g_strdup (text);
}

static gboolean
read_meta (SparkTx *tx, const char *name, char **value, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "meta_get", "s", name);

  if (row != NULL)
    {
      *value = g_strdup (spark_statement_text (row, 0));
      spark_statement_reset (row);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
make_meta (SparkTx *tx, const char *name, char **value, GError **error)
{
  guint8 random[32];

  if (!read_meta (tx, name, value, error))
    return FALSE;
  if (*value != NULL)
    return TRUE;
  *value = g_malloc (sizeof random * 2 + 1);
  randombytes_buf (random, sizeof random);
  sodium_bin2hex (*value, sizeof random * 2 + 1, random, sizeof random);
  return spark_tx_exec (tx, error, "meta_set", "ss", name, *value);
}

/*
 * A database without key_check is new, also when its making was cut off; only a new one may get a
 * new key. It tells whether a key is the database's: two nodes with different keys would each lose
 * what the other writes. One without an epoch alone is a backup that is opened for the first time:
 * positions in the feeds of the database it was made from, or of one restored before, are not
 * positions in it.
 */
static gboolean
load_key_and_epoch (SparkTx *tx, gpointer data, GError **error)
{
  const char *key_path = data;
  SparkStore *self = tx->store;
  char check[SPARK_KEY_NAME_BYTES];
  g_autofree char *known = NULL;
  gint64 ignored;

  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->salt, g_free);
  g_clear_pointer (&self->secrets, spark_secrets_free);
  if (!read_meta (tx, "epoch", &self->epoch, error)
      || (self->epoch == NULL
          && (!spark_tx_int (tx, error, &ignored, 0, "exclude_others", "")
              || !read_meta (tx, "epoch", &self->epoch, error)))
      || !read_meta (tx, "key_check", &known, error))
    return FALSE;
  self->secrets = spark_secrets_load (key_path, known == NULL, error);
  if (self->secrets == NULL)
    return FALSE;
  if (known != NULL && !spark_secrets_choose (self->secrets, known, NULL))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The key file %s is not the one of this database.", key_path);
      return FALSE;
    }
  if (self->epoch != NULL)
    return make_meta (tx, "salt", &self->salt, error);
  self->epoch = make_random ();
  spark_secrets_key_name (self->secrets, 0, check);
  return make_meta (tx, "salt", &self->salt, error)
         && (known != NULL || spark_tx_exec (tx, error, "meta_set", "ss", "key_check", check))
         && spark_tx_exec (tx, error, "meta_set", "ss", "epoch", self->epoch);
}

static void
store_free (SparkStore *self)
{
  spark_store_stop_writer (self);
  pthread_key_delete (self->reader_key);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  spark_database_close (self->listen_database);
  spark_database_close (self->checkpoint_database);
  spark_database_close (self->database);
  spark_secrets_free (self->secrets);
  pthread_mutex_destroy (&self->changed_lock);
  pthread_mutex_destroy (&self->readers_lock);
  pthread_mutex_destroy (&self->queue_lock);
  pthread_cond_destroy (&self->queue_filled);
  pthread_mutex_destroy (&self->checkpoint_lock);
  pthread_cond_destroy (&self->checkpoint_wanted);
  g_free (self->url);
  g_free (self->epoch);
  g_free (self->salt);
  g_free (self->node);
  g_free (self);
}

static SparkStore *
store_new (const char *url)
{
  SparkStore *self = g_new0 (SparkStore, 1);
  pthread_condattr_t monotonic;

  self->url = g_strdup (url);
  self->readers = g_ptr_array_new_with_free_func (reader_free);
  self->node = make_random ();
  g_queue_init (&self->queue);
  pthread_key_create (&self->reader_key, reader_abandoned);
  pthread_mutex_init (&self->changed_lock, NULL);
  pthread_mutex_init (&self->readers_lock, NULL);
  pthread_mutex_init (&self->queue_lock, NULL);
  pthread_mutex_init (&self->checkpoint_lock, NULL);
  pthread_cond_init (&self->checkpoint_wanted, NULL);
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init (&self->queue_filled, &monotonic);
  pthread_condattr_destroy (&monotonic);
  return self;
}

/* Beside a database that is a file; one on a server has no such place. */
static char *
find_key_path (const char *url, const char *key_path, GError **error)
{
  const char *path = spark_database_path (url);

  if (key_path != NULL)
    return g_strdup (key_path);
  if (path != NULL)
    return g_strconcat (path, ".key", NULL);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "Say where the key of the codes in this database is: --key FILE. All that use the "
               "database need the same key; it is made with a new database.");
  return NULL;
}

static gboolean
check_url (const char *url, GError **error)
{
  if (spark_database_knows (url))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "This is not a database that Sparkbox knows. Give sqlite:PATH or "
               "postgresql://…");
  return FALSE;
}

SparkStore *
spark_store_open (const char *url, const char *key_path, GError **error)
{
  g_autofree char *key = NULL;
  SparkStore *self;

  if (!check_url (url, error))
    return NULL;
  key = find_key_path (url, key_path, error);
  if (key == NULL)
    return NULL;
  self = store_new (url);

  self->database = spark_database_open (url, TRUE, error);
  if (self->database == NULL || !spark_database_migrate (self->database, error)
      || (spark_database_can_listen (self->database)
          && (self->listen_database = spark_database_open (url, FALSE, error)) == NULL))
    {
      store_free (self);
      return NULL;
    }
  self->running = pthread_create (&self->writer, NULL, spark_store_run_writer, self) == 0;
  if (!self->running)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The database cannot be used: there can be no more threads.");
      store_free (self);
      return NULL;
    }
  if (!spark_store_write (self, load_key_and_epoch, key, error))
    {
      store_free (self);
      return NULL;
    }
  if ((spark_database_has_checkpoints (self->database)
       && pthread_create (&self->checkpointer, NULL, spark_store_run_checkpointer, self) != 0)
      || (self->listen_database != NULL
          && pthread_create (&self->listener, NULL, spark_store_run_listener, self) != 0))
    g_error ("There can be no more threads.");
  return self;
}

void
spark_store_close (SparkStore *self)
{
  if (self == NULL)
    return;
  spark_store_stop_writer (self);
  self->running = FALSE;
  if (self->listen_database != NULL)
    {
      spark_database_stop_listening (self->listen_database);
      pthread_join (self->listener, NULL);
    }
  if (spark_database_has_checkpoints (self->database))
    {
      pthread_mutex_lock (&self->checkpoint_lock);
      self->checkpoint_closing = TRUE;
      pthread_cond_signal (&self->checkpoint_wanted);
      pthread_mutex_unlock (&self->checkpoint_lock);
      pthread_join (self->checkpointer, NULL);
    }
  store_free (self);
}

void
spark_store_set_changed (SparkStore *self, SparkStoreChanged changed, gpointer data)
{
  pthread_mutex_lock (&self->changed_lock);
  self->changed_data = data;
  self->changed = changed;
  pthread_mutex_unlock (&self->changed_lock);
}

void
spark_store_set_gather (SparkStore *self, SparkStoreGather gather)
{
  atomic_store (&self->gather, gather);
}

gboolean
spark_store_set_talk (SparkStore *self, const SparkStoreTalk *talk, gpointer data)
{
  pthread_mutex_lock (&self->changed_lock);
  self->talk = talk != NULL ? *talk : (SparkStoreTalk){ NULL, NULL };
  self->talk_data = data;
  pthread_mutex_unlock (&self->changed_lock);
  return self->listen_database != NULL;
}

void
spark_store_talk (SparkStore *self)
{
  spark_database_talk (self->listen_database);
}

void
spark_store_set_clock (SparkStore *self, gint64 (*clock) (gpointer data), gpointer data)
{
  self->now_data = data;
  self->now = clock;
}

/* --- without opening --- */

gboolean
spark_store_migrate (const char *url, GError **error)
{
  g_autoptr (SparkDatabase) database = NULL;

  if (!check_url (url, error))
    return FALSE;
  database = spark_database_open (url, TRUE, error);
  return database != NULL && spark_database_migrate (database, error);
}

gboolean
spark_store_backup (const char *url, const char *path, GError **error)
{
  g_autoptr (SparkDatabase) database = NULL;

  if (!check_url (url, error))
    return FALSE;
  if (spark_database_path (url) == NULL)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "PostgreSQL is backed up with its own pg_dump. After a restore, before anything "
                   "connects, run: DELETE FROM meta WHERE name = 'epoch'");
      return FALSE;
    }
  database = spark_database_open (url, FALSE, error);
  return database != NULL && spark_database_backup (database, path, error);
}

gboolean
spark_store_inspect (const char *url, SparkStoreProblem problem, gpointer data, GError **error)
{
  g_autoptr (SparkDatabase) database = NULL;

  if (!check_url (url, error))
    return FALSE;
  /* Its server looks after them. */
  if (spark_database_path (url) == NULL)
    return TRUE;
  database = spark_database_open (url, FALSE, error);
  return database != NULL && spark_database_inspect (database, problem, data, error);
}

const char *
spark_store_epoch (SparkStore *self)
{
  return self->epoch;
}

const char *
spark_store_salt (SparkStore *self)
{
  return self->salt;
}

SparkSecrets *
spark_store_secrets (SparkStore *self)
{
  return self->secrets;
}
