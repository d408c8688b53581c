/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-rekey.h"
#include "server/store/spark-tx.h"

/* Rows of one transaction: a few milliseconds of the writer. */
#define PORTION 100

/* What a table is in the order of. */
typedef enum
{
  KEY_NUMBERS, /* account and number */
  KEY_TEXT,
  KEY_BYTES,
} KeyKind;

/* Every column that is encrypted: a statement that reads it in the order of its table's key, and
 * one that puts a new value in an old one's place. */
static const struct
{
  const char *read;
  const char *write;
  KeyKind kind;
  gboolean found; /* it is looked up by its fingerprint */
} columns[] = {
  { "rekey_codes", "rekey_code", KEY_NUMBERS, TRUE },
  { "rekey_links", "rekey_link", KEY_NUMBERS, TRUE },
  { "rekey_accesses", "rekey_access", KEY_NUMBERS, FALSE },
  { "rekey_refreshes", "rekey_refresh", KEY_NUMBERS, FALSE },
  { "rekey_advertiser_accesses", "rekey_advertiser_access", KEY_TEXT, FALSE },
  { "rekey_consents", "rekey_consent", KEY_BYTES, FALSE },
};

/* Where a row stands in its table. */
typedef struct
{
  gint64 account;
  gint64 id;
  GBytes *key; /* of text with the NUL */
} Place;

typedef struct
{
  guint column;
  gboolean clean; /* fingerprints under other keys are taken away; else all is made anew */
  Place after;

  /* What the last portion came to. */
  Place last;
  guint n_rows;
  guint n_changed;
} Pass;

typedef struct
{
  Place place;
  GBytes *box;
} Row;

static void
row_clear (gpointer data)
{
  Row *row = data;

  g_bytes_unref (row->place.key);
  g_bytes_unref (row->box);
}

static GBytes *
bytes_of (SparkStatement *row, int column)
{
  gsize length;
  const void *data = spark_statement_blob (row, column, &length);

  return g_bytes_new (data, length);
}

static SparkStatement *
select_rows (SparkTx *tx, const Pass *pass, GError **error)
{
  const char *name = columns[pass->column].read;
  gsize length;
  gconstpointer key = g_bytes_get_data (pass->after.key, &length);

  switch (columns[pass->column].kind)
    {
    case KEY_TEXT:
      return spark_tx_select (tx, error, name, "si", key, (gint64)PORTION);
    case KEY_BYTES:
      return spark_tx_select (tx, error, name, "bi", key, length, (gint64)PORTION);
    case KEY_NUMBERS:
    default:
      return spark_tx_select (tx, error, name, "iii", pass->after.account, pass->after.id,
                              (gint64)PORTION);
    }
}

static Row
read_row (SparkStatement *found, KeyKind kind)
{
  const char *text;

  switch (kind)
    {
    case KEY_TEXT:
      text = spark_statement_text (found, 0);
      return (Row){ { .key = g_bytes_new (text, strlen (text) + 1) }, bytes_of (found, 1) };
    case KEY_BYTES:
      return (Row){ { .key = bytes_of (found, 0) }, bytes_of (found, 1) };
    case KEY_NUMBERS:
    default:
      return (Row){ { spark_statement_int (found, 0), spark_statement_int (found, 1),
                      g_bytes_new (NULL, 0) },
                    bytes_of (found, 2) };
    }
}

static GArray *
read_rows (SparkTx *tx, const Pass *pass, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_autoptr (GError) local = NULL;
  SparkStatement *found = select_rows (tx, pass, &local);

  g_array_set_clear_func (rows, row_clear);
  while (found != NULL && spark_statement_step (found, &local))
    {
      Row row = read_row (found, columns[pass->column].kind);

      g_array_append_val (rows, row);
    }
  if (found != NULL)
    spark_statement_reset (found);
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
write_row (SparkTx *tx, const Pass *pass, const Row *row, GBytes *renewed, GError **error)
{
  const char *name = columns[pass->column].write;
  gsize length, new_length, key_length;
  gconstpointer box = g_bytes_get_data (row->box, &length);
  gconstpointer new_box = g_bytes_get_data (renewed, &new_length);
  gconstpointer key = g_bytes_get_data (row->place.key, &key_length);

  switch (columns[pass->column].kind)
    {
    case KEY_TEXT:
      return spark_tx_exec (tx, error, name, "sbb", key, box, length, new_box, new_length);
    case KEY_BYTES:
      return spark_tx_exec (tx, error, name, "bbb", key, key_length, box, length, new_box,
                            new_length);
    case KEY_NUMBERS:
    default:
      return spark_tx_exec (tx, error, name, "iibb", row->place.account, row->place.id, box, length,
                            new_box, new_length);
    }
}

/* The string is found under the current key too; under the old one it goes on being found by those
 * who do not know the new one yet. */
static gboolean
copy_fingerprints (SparkTx *tx, const char *string, GError **error)
{
  guint8 current[SPARK_FINGERPRINT_BYTES], old[SPARK_FINGERPRINT_BYTES];

  spark_secrets_fingerprint (tx->secrets, 0, string, current);
  for (guint key = 1; key < spark_secrets_n_keys (tx->secrets); key++)
    {
      spark_secrets_fingerprint (tx->secrets, key, string, old);
      if (!spark_tx_exec (tx, error, "fingerprint_copy", "bb", current, sizeof current, old,
                          sizeof old))
        return FALSE;
    }
  return TRUE;
}

static gboolean
drop_fingerprints (SparkTx *tx, const char *string, GError **error)
{
  guint8 old[SPARK_FINGERPRINT_BYTES];

  for (guint key = 1; key < spark_secrets_n_keys (tx->secrets); key++)
    {
      spark_secrets_fingerprint (tx->secrets, key, string, old);
      if (!spark_tx_exec (tx, error, "fingerprint_drop", "b", old, sizeof old))
        return FALSE;
    }
  return TRUE;
}

static gboolean
renew_row (SparkTx *tx, Pass *pass, const Row *row, GError **error)
{
  gboolean found = columns[pass->column].found;
  gsize length;
  gconstpointer box = g_bytes_get_data (row->box, &length);
  g_autofree char *string = NULL;
  g_autoptr (GBytes) renewed = NULL;

  /* A code that is still to come. */
  if (length == 0)
    return TRUE;
  string = spark_secrets_decrypt (tx->secrets, box, length);
  if (string == NULL)
    {
      g_set_error (
          error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
          "Something was encrypted with a key that is not in the file (%s, %" G_GINT64_FORMAT
          ".%" G_GINT64_FORMAT "). Nothing is lost: put that key back and try again.",
          columns[pass->column].write, row->place.account, row->place.id);
      return FALSE;
    }
  if (pass->clean)
    return !found || drop_fingerprints (tx, string, error);
  if (!spark_secrets_is_old (tx->secrets, box, length))
    return TRUE;
  renewed = spark_secrets_encrypt (tx->secrets, string);
  pass->n_changed++;
  return (!found || copy_fingerprints (tx, string, error))
         && write_row (tx, pass, row, renewed, error);
}

static void
move_to (Place *place, const Place *to)
{
  GBytes *key = g_bytes_ref (to->key);

  g_clear_pointer (&place->key, g_bytes_unref);
  *place = (Place){ to->account, to->id, key };
}

static gboolean
run_portion (SparkTx *tx, gpointer data, GError **error)
{
  Pass *pass = data;
  g_autoptr (GArray) rows = read_rows (tx, pass, error);

  if (rows == NULL)
    return FALSE;
  pass->n_rows = rows->len;
  pass->n_changed = 0;
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if (!renew_row (tx, pass, row, error))
        return FALSE;
      move_to (&pass->last, &row->place);
    }
  return TRUE;
}

/* Goes through one column, leaving others as much of the writer's time as it takes. */
static gboolean
run_column (SparkStore *store, Pass *pass, guint64 *n_changed, GError **error)
{
  do
    {
      if (!spark_store_write_portion (store, run_portion, pass, error))
        return FALSE;
      *n_changed += pass->n_changed;
      if (pass->n_rows > 0)
        move_to (&pass->after, &pass->last);
    }
  while (pass->n_rows == PORTION);
  return TRUE;
}

static gboolean
run_pass (SparkStore *store, gboolean clean, guint64 *n_changed, GError **error)
{
  gboolean ok = TRUE;

  *n_changed = 0;
  for (guint i = 0; ok && i < G_N_ELEMENTS (columns); i++)
    {
      /* Before the first: the empty text, or a byte of nought. */
      Pass pass = { .column = i,
                    .clean = clean,
                    .after = { .account = -1, .key = g_bytes_new ("", 1) } };

      ok = (clean && !columns[i].found) || run_column (store, &pass, n_changed, error);
      g_clear_pointer (&pass.after.key, g_bytes_unref);
      g_clear_pointer (&pass.last.key, g_bytes_unref);
    }
  return ok;
}

static gboolean
run_move (SparkTx *tx, gpointer name, GError **error)
{
  return spark_tx_exec (tx, error, "key_move", "s", (const char *)name);
}

/* One process at a time: two would each add a key that the other's file does not have. */
static int
lock (SparkSecrets *secrets, char **path, GError **error)
{
  struct stat key, held, named;
  int fd;

  /* It is written anew, and would be the administrator's own: the server could not read it. */
  if (stat (spark_secrets_path (secrets), &key) == 0 && key.st_uid != geteuid ())
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The key file %s belongs to another user: run this as that user.",
                   spark_secrets_path (secrets));
      return -1;
    }
  *path = g_strconcat (spark_secrets_path (secrets), ".lock", NULL);
  fd = open (*path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &held) == 0
      && stat (*path, &named) == 0 && held.st_ino == named.st_ino)
    return fd;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               fd >= 0 ? "Another process is changing the key (%s)."
                       : "The key cannot be changed here: %s cannot be written.",
               *path);
  if (fd >= 0)
    close (fd);
  return -1;
}

static void
unlock (int fd, const char *path)
{
  unlink (path);
  close (fd);
}

gboolean
spark_store_prepare_key (SparkStore *store, GError **error)
{
  SparkSecrets *secrets = spark_store_secrets (store);
  char name[SPARK_KEY_NAME_BYTES];
  g_autofree char *path = NULL;
  gboolean ok;
  int fd = lock (secrets, &path, error);

  if (fd < 0)
    return FALSE;
  ok = spark_secrets_n_keys (secrets) == 1;
  if (!ok)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "There is a new key already; “sparkboxd key rotate” goes on with it.");
  ok = ok && spark_secrets_add_key (secrets, name, error);
  unlock (fd, path);
  return ok;
}

/* Steps 1 and 2. */
static gboolean
begin (SparkStore *store, SparkSecrets *secrets, gboolean *resumed, GError **error)
{
  char current[SPARK_KEY_NAME_BYTES], newest[SPARK_KEY_NAME_BYTES];

  spark_secrets_key_name (secrets, 0, current);
  spark_secrets_newest_key (secrets, newest);
  *resumed = FALSE;
  if (strcmp (current, newest) == 0)
    {
      *resumed = spark_secrets_n_keys (secrets) > 1;
      if (*resumed)
        return TRUE;
      if (!spark_secrets_add_key (secrets, newest, error))
        return FALSE;
    }
  return spark_store_write (store, run_move, newest, error)
         && spark_secrets_choose (secrets, newest, error);
}

gboolean
spark_store_rekey (SparkStore *store, SparkRekey *done, GError **error)
{
  SparkSecrets *secrets = spark_store_secrets (store);
  g_autofree char *path = NULL;
  guint64 changed = 0;
  gboolean ok;
  int fd = lock (secrets, &path, error);

  *done = (SparkRekey){ 0 };
  if (fd < 0)
    return FALSE;
  ok = begin (store, secrets, &done->resumed, error);
  do
    {
      ok = ok && run_pass (store, FALSE, &changed, error);
      done->encrypted += ok ? changed : 0;
    }
  while (ok && changed > 0);
  ok = ok && run_pass (store, TRUE, &changed, error) && spark_secrets_drop_others (secrets, error);
  unlock (fd, path);
  return ok;
}
