/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "server/ledger/spark-ledger-connections.h"
#include "server/ledger/spark-ledger-private.h"

#define MAX_UNDER_WAY 10
#define MAX_STATE     200

void
spark_consent_clear (SparkConsent *consent)
{
  g_clear_pointer (&consent->asker, g_free);
  g_clear_pointer (&consent->person, g_free);
}

static gboolean
check_account (SparkTx *tx, gint64 account, GError **error)
{
  const SparkPlatform *platform;

  if (account == 0)
    return TRUE;
  if (!spark_tx_lock (tx, account, error) || !spark_ledger_platform (tx, account, &platform, error))
    return FALSE;
  if (platform->kind != SPARK_PLATFORM_SANDBOX)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
               "An account with sample data cannot become a real one. Connect TikTok as a new "
               "account.");
  return FALSE;
}

/* Of what is asked for now. */
static gint64
latest_end (SparkTx *tx)
{
  return spark_tx_now (tx) + SPARK_CONSENT_LIFE_MS + SPARK_LEDGER_AHEAD_MS;
}

gboolean
spark_ledger_begin_consent (SparkTx *tx, const SparkConsent *consent, char **id, GError **error)
{
  g_autofree char *state = spark_secrets_make_token ("");
  g_autoptr (GBytes) box = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  char hex[2 * SPARK_FINGERPRINT_BYTES + 1];
  gint64 now = spark_tx_now (tx), under_way;

  spark_secrets_hash (state, hash);
  if (!check_account (tx, consent->account, error)
      || !spark_tx_int (tx, error, &under_way, 0, "consents_of_asker", "sii", consent->asker, now,
                        latest_end (tx)))
    return FALSE;
  if (under_way >= MAX_UNDER_WAY)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS,
                   "Finish connecting in the browser, or try again in %d minutes.",
                   (int)(SPARK_CONSENT_LIFE_MS / 60000));
      return FALSE;
    }
  box = spark_tx_encrypt (tx, state, error);
  if (box == NULL
      || !spark_tx_exec (tx, error, "consent_insert", "bbiissi", hash, sizeof hash,
                         g_bytes_get_data (box, NULL), g_bytes_get_size (box),
                         (gint64)consent->kind, consent->account, consent->asker, consent->person,
                         now + SPARK_CONSENT_LIFE_MS))
    return FALSE;
  *id = g_strdup (sodium_bin2hex (hex, sizeof hex, hash, sizeof hash));
  return TRUE;
}

char *
spark_read_consent_state (SparkTx *tx, const char *id, const char *asker, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row = NULL;
  char *state = NULL;
  gsize length;

  if (sodium_hex2bin (hash, sizeof hash, id, strlen (id), NULL, &length, NULL) == 0
      && length == sizeof hash)
    row = spark_tx_row (tx, &local, "consent_get", "bi", hash, sizeof hash, spark_tx_now (tx));
  if (row != NULL)
    {
      const void *secret = spark_statement_blob (row, 0, &length);

      if (g_strcmp0 (spark_statement_text (row, 3), asker) == 0)
        state = spark_secrets_decrypt (tx->secrets, secret, length);
      spark_statement_reset (row);
    }
  if (state == NULL)
    spark_tx_absent (g_steal_pointer (&local), error);
  return state;
}

static gboolean
find_consent (SparkTx *tx, const char *state, guint8 *hash, SparkConsent *consent, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row;

  if (state == NULL || strnlen (state, MAX_STATE + 1) > MAX_STATE)
    return spark_tx_absent (NULL, error);
  spark_secrets_hash (state, hash);
  row = spark_tx_row (tx, &local, "consent_get", "bi", hash, (gsize)SPARK_FINGERPRINT_BYTES,
                      spark_tx_now (tx));
  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  spark_consent_clear (consent);
  *consent = (SparkConsent){
    .kind = spark_statement_int (row, 1),
    .account = spark_statement_int (row, 2),
    .asker = g_strdup (spark_statement_text (row, 3)),
    .person = g_strdup (spark_statement_text (row, 4)),
  };
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_consent (SparkTx *tx, const char *state, SparkConsent *consent, char **whose,
                    GError **error)
{
  g_autoptr (GError) local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;
  SparkAccount account;

  *whose = NULL;
  if (!find_consent (tx, state, hash, consent, error))
    return FALSE;
  if (consent->person != NULL)
    {
      row = spark_tx_row (tx, &local, "person_name", "s", consent->person);
      if (row == NULL)
        return spark_tx_absent (g_steal_pointer (&local), error);
      *whose = g_strdup (spark_statement_text (row, 0));
      spark_statement_reset (row);
    }
  else if (consent->account != 0)
    {
      if (!spark_read_account (tx, consent->account, &account, error))
        return FALSE;
      *whose = g_strdup (account.name);
    }
  return TRUE;
}

gboolean
spark_ledger_take_consent (SparkTx *tx, const char *state, SparkConsent *consent, GError **error)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  gint64 kind;

  /* Of two that bring the same state, on whatever nodes, one finds it. */
  return find_consent (tx, state, hash, consent, error)
         && spark_tx_int (tx, error, &kind, -1, "consent_drop", "b", hash, sizeof hash)
         && (kind >= 0 || spark_tx_absent (NULL, error));
}

gboolean
spark_read_consents_open (SparkTx *tx, gint64 *until, GError **error)
{
  return spark_tx_int (tx, error, until, 0, "consents_open", "ii", spark_tx_now (tx),
                       latest_end (tx));
}
