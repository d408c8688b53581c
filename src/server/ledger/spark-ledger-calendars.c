/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "server/ledger/spark-ledger-calendars.h"
#include "server/ledger/spark-ledger-private.h"

#define NONCE_BYTES 16

/* (transfer full) */
static char *
make_secret (SparkTx *tx, gint64 account, const char *holder, const char *nonce, GError **error)
{
  g_autofree char *text
      = g_strdup_printf ("calendar\n%" G_GINT64_FORMAT "\n%s\n%s", account, holder, nonce);
  guint8 derived[SPARK_FINGERPRINT_BYTES];
  char secret[sodium_base64_ENCODED_LEN (sizeof derived, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  if (!spark_tx_derive (tx, text, derived, error))
    return NULL;
  sodium_bin2base64 (secret, sizeof secret, derived, sizeof derived,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strdup (secret);
}

char *
spark_read_calendar_secret (SparkTx *tx, gint64 account, const char *holder, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *nonce = NULL;
  g_autofree char *secret = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES], made[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row = spark_tx_row (tx, &local, "calendar_of", "is", account, holder);
  const void *kept;
  gsize length;

  if (row == NULL)
    {
      spark_tx_absent (g_steal_pointer (&local), error);
      return NULL;
    }
  kept = spark_statement_blob (row, 0, &length);
  if (kept != NULL && length == sizeof hash)
    memcpy (hash, kept, sizeof hash);
  nonce = g_strdup (spark_statement_text (row, 1));
  spark_statement_reset (row);
  secret = make_secret (tx, account, holder, nonce, error);
  if (secret == NULL)
    return NULL;
  spark_secrets_hash (secret, made);
  if (length == sizeof hash && sodium_memcmp (hash, made, sizeof hash) == 0)
    return g_steal_pointer (&secret);
  spark_ledger_not_found (error);
  return NULL;
}

gboolean
spark_ledger_share_calendar (SparkTx *tx, const char *account_id, const char *holder,
                             const char *language, gboolean replace, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *old = NULL;
  g_autofree char *secret = NULL;
  guint8 random[NONCE_BYTES], hash[SPARK_FINGERPRINT_BYTES];
  char nonce[sizeof random * 2 + 1];
  gint64 account;

  if (!spark_ledger_account_number (tx, account_id, &account, error)
      || !spark_tx_lock (tx, account, error))
    return FALSE;
  if (!replace)
    {
      old = spark_read_calendar_secret (tx, account, holder, &local);
      if (old != NULL)
        return TRUE;
      if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  randombytes_buf (random, sizeof random);
  sodium_bin2hex (nonce, sizeof nonce, random, sizeof random);
  secret = make_secret (tx, account, holder, nonce, error);
  if (secret == NULL)
    return FALSE;
  spark_secrets_hash (secret, hash);
  return spark_tx_exec (tx, error, "calendar_drop", "is", account, holder)
         && spark_tx_exec (tx, error, "calendar_put", "bisss", hash, sizeof hash, account, holder,
                           nonce, language);
}

gboolean
spark_ledger_end_calendar (SparkTx *tx, const char *account_id, const char *holder, GError **error)
{
  gint64 account;

  return spark_ledger_account_number (tx, account_id, &account, error)
         && spark_tx_exec (tx, error, "calendar_drop", "is", account, holder);
}

gboolean
spark_read_calendar (SparkTx *tx, const char *secret, gint64 *account, char **language,
                     GError **error)
{
  g_autoptr (GError) local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;

  spark_secrets_hash (secret, hash);
  row = spark_tx_row (tx, &local, "calendar_get", "bi", hash, sizeof hash, spark_tx_now (tx));
  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  *account = spark_statement_int (row, 0);
  *language = g_strdup (spark_statement_text (row, 1));
  spark_statement_reset (row);
  return TRUE;
}
