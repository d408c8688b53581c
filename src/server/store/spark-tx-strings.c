/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "model/spark-rules.h"
#include "server/store/spark-tx.h"

/*
 * Codes and links as they are kept: encrypted, and found by their fingerprint. One key may be
 * taking another's place meanwhile, by another process: what is written is written with the key the
 * database is under at that moment, and what is looked for is looked for under all there are.
 */

static gboolean
choose_key (SparkTx *tx, SparkStatement *row, GError **error)
{
  gboolean ok = spark_secrets_choose (tx->secrets, spark_statement_text (row, 0), error);

  spark_statement_reset (row);
  return ok;
}

/* The database's key cannot become another before this transaction has ended. */
static gboolean
hold_key (SparkTx *tx, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "key_hold", "");

  return row != NULL ? choose_key (tx, row, error)
                     : spark_tx_absent (g_steal_pointer (&local), error);
}

GBytes *
spark_tx_encrypt (SparkTx *tx, const char *text, GError **error)
{
  return hold_key (tx, error) ? spark_secrets_encrypt (tx->secrets, text) : NULL;
}

gboolean
spark_tx_derive (SparkTx *tx, const char *text, guint8 *derived, GError **error)
{
  if (!hold_key (tx, error))
    return FALSE;
  spark_secrets_fingerprint (tx->secrets, 0, text, derived);
  return TRUE;
}

gboolean
spark_tx_keep_string (SparkTx *tx, gint64 account, SparkKind kind, gint64 id, gint64 video,
                      const char *string, GBytes **secret, GError **error)
{
  g_autoptr (GBytes) box = spark_tx_encrypt (tx, string, error);
  guint8 fingerprint[SPARK_FINGERPRINT_BYTES];

  if (box == NULL)
    return FALSE;
  /* Under the other keys it may lead to what it stood for before. */
  for (guint key = 1; key < spark_secrets_n_keys (tx->secrets); key++)
    {
      spark_secrets_fingerprint (tx->secrets, key, string, fingerprint);
      if (!spark_tx_exec (tx, error, "fingerprint_drop", "b", fingerprint, sizeof fingerprint))
        return FALSE;
    }
  spark_secrets_fingerprint (tx->secrets, 0, string, fingerprint);
  spark_known_strings_drop (tx->known_strings, fingerprint);
  if (!spark_tx_exec (tx, error, "fingerprint_put", "biiii", fingerprint, sizeof fingerprint,
                      account, (gint64)kind, id, video))
    return FALSE;
  *secret = g_steal_pointer (&box);
  return TRUE;
}

void
spark_tx_expect_string (SparkTx *tx, const char *name, const char *string)
{
  guint8 fingerprint[SPARK_FINGERPRINT_BYTES];

  if (!spark_database_can_expect (tx->database))
    return;
  spark_secrets_fingerprint (tx->secrets, 0, string, fingerprint);
  spark_tx_expect (tx, name, "b", fingerprint, sizeof fingerprint);
}

const SparkKnownString *
spark_tx_known_string (SparkTx *tx, const char *string)
{
  guint8 fingerprint[SPARK_FINGERPRINT_BYTES];

  if (!tx->writes)
    return NULL;
  spark_secrets_fingerprint (tx->secrets, 0, string, fingerprint);
  return spark_known_strings_find (tx->known_strings, fingerprint);
}

/* Those of TikTok's make may be added again, and lead elsewhere then. */
static void
learn (SparkTx *tx, const char *string, const guint8 *fingerprint, SparkStatement *row)
{
  const SparkKnownString found = { spark_statement_int (row, 0), spark_statement_int (row, 1),
                                   spark_statement_int (row, 2), spark_statement_int (row, 3) };

  if (tx->writes && spark_code_is_sparkbox (string))
    spark_known_strings_put (tx->known_strings, fingerprint, &found);
}

/* FALSE without @error: no row under any key. */
static gboolean
try_keys (SparkTx *tx, const char *name, const char *string, SparkStatement **row, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint8 fingerprint[SPARK_FINGERPRINT_BYTES];

  *row = NULL;
  for (guint key = 0; key < spark_secrets_n_keys (tx->secrets); key++)
    {
      spark_secrets_fingerprint (tx->secrets, key, string, fingerprint);
      *row = spark_tx_row (tx, &local, name, "b", fingerprint, sizeof fingerprint);
      if (*row != NULL)
        {
          if (key == 0 && strcmp (name, "fingerprint_get") == 0)
            learn (tx, string, fingerprint, *row);
          return TRUE;
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return FALSE;
}

/* Whether the database is under a key that was not the current one here; it is then. */
static gboolean
has_moved (SparkTx *tx, GError **error)
{
  SparkStatement *row = spark_tx_row (tx, error, "meta_get", "s", "key_check");
  char name[SPARK_KEY_NAME_BYTES];

  if (row == NULL)
    return FALSE;
  spark_secrets_key_name (tx->secrets, 0, name);
  if (g_strcmp0 (spark_statement_text (row, 0), name) == 0)
    {
      spark_statement_reset (row);
      return FALSE;
    }
  return choose_key (tx, row, error);
}

SparkStatement *
spark_tx_find_string (SparkTx *tx, GError **error, const char *name, const char *string)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row;

  if (try_keys (tx, name, string, &row, &local))
    return row;
  if (local == NULL && has_moved (tx, &local) && try_keys (tx, name, string, &row, &local))
    return row;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

void
spark_tx_pseudonym (SparkTx *tx, const char *text, guint8 *hash)
{
  const char *salt = spark_store_salt (tx->store);

  crypto_generichash (hash, SPARK_FINGERPRINT_BYTES, (const guint8 *)text, strlen (text),
                      (const guint8 *)salt, strlen (salt));
}
