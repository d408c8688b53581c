/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "model/spark-fold.h"
#include "server/ledger/spark-ledger-private.h"

#define MAX_NAME        200
#define BODY_HASH_BYTES 32

gboolean
spark_ledger_create_token (SparkTx *tx, const char *name, SparkRole role, const gint64 *accounts,
                           gsize n_accounts, gint64 expires_at, char **id, char **token,
                           GError **error)
{
  g_autofree char *made = spark_secrets_make_token (SPARK_TOKEN_PREFIX);
  g_autofree char *made_id = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  guint8 random[8];
  char hex[sizeof random * 2 + 1];

  if (n_accounts == 0 || n_accounts > SPARK_SCOPE_MAX)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "A token covers 1 to %d accounts.", SPARK_SCOPE_MAX);
      return FALSE;
    }
  randombytes_buf (random, sizeof random);
  sodium_bin2hex (hex, sizeof hex, random, sizeof random);
  made_id = g_strdup (hex);
  spark_secrets_hash (made, hash);
  if (!spark_tx_exec (tx, error, "token_insert", "bssiii", hash, sizeof hash, made_id, name,
                      (gint64)role, spark_tx_now (tx), expires_at))
    return FALSE;
  for (gsize i = 0; i < n_accounts; i++)
    {
      const SparkPlatform *platform;

      if (!spark_ledger_platform (tx, accounts[i], &platform, error)
          || !spark_tx_exec (tx, error, "token_account_put", "bi", hash, sizeof hash, accounts[i]))
        return FALSE;
    }
  *id = g_steal_pointer (&made_id);
  *token = g_steal_pointer (&made);
  return TRUE;
}

gboolean
spark_ledger_revoke_token (SparkTx *tx, const char *id, GError **error)
{
  gint64 exists;

  if (!spark_tx_int (tx, error, &exists, 0, "token_exists", "s", id))
    return FALSE;
  if (exists == 0)
    return spark_ledger_not_found (error);
  return spark_tx_exec (tx, error, "token_drop_accounts", "s", id)
         && spark_tx_exec (tx, error, "token_drop", "s", id);
}

gboolean
spark_ledger_add_advertiser (SparkTx *tx, const char *name, char **advertiser_id, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (name != NULL ? name : ""));
  g_autofree char *words = spark_fold_kept (trimmed);
  g_autofree char *id = NULL;

  if (!spark_name_is_clear (trimmed) || g_utf8_strlen (trimmed, -1) > MAX_NAME)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "Give the ad account a name of at most %d characters that can be seen.",
                   MAX_NAME);
      return FALSE;
    }
  /* TikTok's have 16 to 19 digits and begin with 7. */
  id = g_strdup_printf ("7%09u%09u", randombytes_uniform (1000000000),
                        randombytes_uniform (1000000000));
  if (!spark_tx_exec (tx, error, "advertiser_insert", "ssis", id, trimmed, spark_tx_now (tx),
                      words))
    return FALSE;
  *advertiser_id = g_steal_pointer (&id);
  return TRUE;
}

gboolean
spark_ledger_put_advertiser_token (SparkTx *tx, const guint8 *hash, const char *advertiser_id,
                                   const char *app, GError **error)
{
  return spark_tx_exec (tx, error, "advertiser_tokens_end_oldest", "si", advertiser_id,
                        SPARK_CREDENTIALS_MAX)
         && spark_tx_exec (tx, error, "advertiser_token_insert", "bssi", hash,
                           (gsize)SPARK_FINGERPRINT_BYTES, advertiser_id, app, spark_tx_now (tx));
}

gboolean
spark_ledger_create_advertiser_token (SparkTx *tx, const char *advertiser_id, char **token,
                                      GError **error)
{
  g_autofree char *made = spark_secrets_make_token ("");
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row = spark_tx_row (tx, error, "advertiser_name", "s", advertiser_id);

  if (row == NULL)
    return spark_ledger_not_found (error);
  spark_statement_reset (row);
  spark_secrets_hash (made, hash);
  if (!spark_ledger_put_advertiser_token (tx, hash, advertiser_id, NULL, error))
    return FALSE;
  *token = g_steal_pointer (&made);
  return TRUE;
}

/* The hash of who asked and the key they chose; neither is kept. */
static void
idempotency_hash (const char *caller, const char *key, guint8 *hash)
{
  g_autofree char *text = g_strconcat (caller, "\n", key, NULL);

  spark_secrets_hash (text, hash);
}

gboolean
spark_ledger_idempotency_find (SparkTx *tx, const char *caller, const char *key,
                               const guint8 *body_hash, char **object_id, guint *status,
                               GError **error)
{
  g_autoptr (GError) local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;
  gboolean same;
  gsize length;
  const void *body;

  *object_id = NULL;
  idempotency_hash (caller, key, hash);
  /* However old it is: as long as it is there, nothing is done twice, whatever the clock says. */
  row = spark_tx_row (tx, &local, "idempotency_get", "b", hash, sizeof hash);
  if (row == NULL)
    {
      if (local == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  body = spark_statement_blob (row, 0, &length);
  same = length == BODY_HASH_BYTES && sodium_memcmp (body, body_hash, BODY_HASH_BYTES) == 0;
  if (same)
    {
      *object_id = g_strdup (spark_statement_text (row, 1));
      *status = (guint)spark_statement_int (row, 2);
    }
  spark_statement_reset (row);
  if (!same)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_MISMATCH,
                 "This Idempotency-Key was used for another request. Use a new one.");
  return same;
}

gboolean
spark_ledger_idempotency_keep (SparkTx *tx, const char *caller, const char *key,
                               const guint8 *body_hash, const char *object_id, guint status,
                               GError **error)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  idempotency_hash (caller, key, hash);
  return spark_tx_exec (tx, error, "idempotency_put", "bbsii", hash, sizeof hash, body_hash,
                        (gsize)BODY_HASH_BYTES, object_id, (gint64)status, spark_tx_now (tx));
}
