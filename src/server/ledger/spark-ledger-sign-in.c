/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "server/ledger/spark-ledger-people.h"
#include "server/ledger/spark-ledger-private.h"

#define MAX_DEVICE 100
/* How long the same request may be sent again, though its answer was used: whoever has its key is
 * who sent it. So long a code is known as well that was used, for whoever has it and not the key.
 */
#define REPEAT_MS SPARK_DAY_MS

typedef enum
{
  SECRET_CODE,
  SECRET_ACCESS,
  SECRET_REFRESH,
} SecretKind;

typedef struct
{
  SecretKind kind;
  const char *sign_in; /* of the transaction */
  gint64 expires_at;
  gint64 used_at;
  guint8 proof[SPARK_FINGERPRINT_BYTES];
  guint8 hash[SPARK_FINGERPRINT_BYTES];
} Secret;

void
spark_tokens_clear (SparkTokens *tokens)
{
  g_clear_pointer (&tokens->access, g_free);
  g_clear_pointer (&tokens->refresh, g_free);
  g_clear_pointer (&tokens->name, g_free);
}

static void
hash_two (const char *one, const char *two, guint8 *hash)
{
  g_autofree char *text = g_strconcat (one, "\n", two, NULL);

  spark_secrets_hash (text, hash);
}

static gboolean
refuse (GError **refusal, const char *message)
{
  g_set_error (refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED, "%s", message);
  return TRUE;
}

static gboolean
insert_secret (SparkTx *tx, SecretKind kind, const char *sign_in, const char *secret, gint64 life,
               const guint8 *proof, GError **error)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  spark_secrets_hash (secret, hash);
  return spark_tx_exec (tx, error, "sign_in_secret_insert", "bisib", hash, sizeof hash,
                        (gint64)kind, sign_in, spark_tx_now (tx) + life, proof,
                        (gsize)(proof != NULL ? SPARK_FINGERPRINT_BYTES : 0));
}

/* @found: FALSE when there is no such secret of this kind. */
static gboolean
find_secret (SparkTx *tx, const char *text, Secret *secret, gboolean *found, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row;
  const void *proof;
  gsize length;

  *secret = (Secret){ 0 };
  spark_secrets_hash (text, secret->hash);
  row = spark_tx_row (tx, &local, "sign_in_secret_get", "b", secret->hash, sizeof secret->hash);
  *found = row != NULL;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  secret->kind = spark_statement_int (row, 0);
  secret->sign_in = spark_tx_keep (tx, spark_statement_text (row, 1));
  secret->expires_at = spark_statement_int (row, 2);
  secret->used_at = spark_statement_int (row, 3);
  proof = spark_statement_blob (row, 4, &length);
  if (length == sizeof secret->proof)
    memcpy (secret->proof, proof, length);
  spark_statement_reset (row);
  return TRUE;
}

static gboolean
end_sign_in (SparkTx *tx, const char *sign_in, GError **error)
{
  return spark_tx_exec (tx, error, "sign_in_drop_secrets", "s", sign_in)
         && spark_tx_exec (tx, error, "sign_in_drop", "s", sign_in);
}

/* Those of a person that one more leaves no place for. */
static gboolean
end_oldest (SparkTx *tx, const char *person, GError **error)
{
  return spark_tx_exec (tx, error, "sign_ins_end_oldest_secrets", "si", person,
                        SPARK_CREDENTIALS_MAX)
         && spark_tx_exec (tx, error, "sign_ins_end_oldest", "si", person, SPARK_CREDENTIALS_MAX);
}

gboolean
spark_ledger_sign_in (SparkTx *tx, const char *person, const char *device, const char *challenge,
                      const char *redirect_uri, char **code, GError **error)
{
  g_autofree char *made = spark_secrets_make_token (SPARK_CODE_PREFIX);
  g_autofree char *shown
      = device != NULL ? g_utf8_substring (device, 0, MIN (g_utf8_strlen (device, -1), MAX_DEVICE))
                       : NULL;
  guint8 random[16], proof[SPARK_FINGERPRINT_BYTES];
  char id[sizeof random * 2 + 1];

  randombytes_buf (random, sizeof random);
  sodium_bin2hex (id, sizeof id, random, sizeof random);
  hash_two (challenge, redirect_uri, proof);
  if (!spark_ledger_check_person (tx, person, error) || !end_oldest (tx, person, error)
      || !spark_tx_exec (tx, error, "sign_in_insert", "sssi", id, person, shown, spark_tx_now (tx))
      || !insert_secret (tx, SECRET_CODE, id, made, SPARK_CODE_LIFE_MS, proof, error))
    return FALSE;
  *code = g_steal_pointer (&made);
  return TRUE;
}

/* Base64url of SHA-256 without padding (RFC 7636, 4.2). */
static char *
challenge_of (const char *verifier)
{
  guint8 digest[crypto_hash_sha256_BYTES];
  char text[sodium_base64_ENCODED_LEN (sizeof digest, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  crypto_hash_sha256 (digest, (const guint8 *)verifier, strlen (verifier));
  sodium_bin2base64 (text, sizeof text, digest, sizeof digest,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strdup (text);
}

static gboolean
insert_tokens (SparkTx *tx, const Secret *used, const SparkTokens *tokens, GError **error)
{
  const char *sign_in = used->sign_in;

  return spark_tx_exec (tx, error, "sign_in_secrets_end_oldest", "sib", sign_in,
                        SPARK_CREDENTIALS_MAX, used->hash, sizeof used->hash)
         && insert_secret (tx, SECRET_ACCESS, sign_in, tokens->access, SPARK_ACCESS_LIFE_MS, NULL,
                           error)
         && insert_secret (tx, SECRET_REFRESH, sign_in, tokens->refresh, SPARK_REFRESH_LIFE_MS,
                           NULL, error)
         && spark_tx_exec (tx, error, "sign_in_used", "si", sign_in, spark_tx_now (tx))
         /* Not what this request came with, whatever the clock says: it may come again. */
         && spark_tx_exec (tx, error, "sign_in_secrets_drop_old", "sib", sign_in, spark_tx_now (tx),
                           used->hash, sizeof used->hash);
}

static gboolean
find_name (SparkTx *tx, const char *sign_in, char **name, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "sign_in_name", "s", sign_in);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  *name = g_strdup (spark_statement_text (row, 0));
  spark_statement_reset (row);
  return TRUE;
}

/* A refresh token says whose it is, and that the server made it: so that one that comes a second
 * time ends its sign-in although it is not kept any more. */
static char *
mark (SparkTx *tx, guint key_number, const char *sign_in, const char *made)
{
  g_autofree char *text = g_strconcat (made, ".", sign_in, NULL);
  /* Nothing else that this key hashes begins so. */
  g_autofree char *marked = g_strconcat ("mark\n", text, NULL);
  g_autofree char *hash = spark_ledger_keyed_hash (tx, key_number, marked);

  return g_strconcat (text, ".", hash, NULL);
}

/* The sign-in of a refresh token that was made here; NULL: it was not. (transfer full) */
static char *
find_marked (SparkTx *tx, const char *refresh)
{
  g_auto (GStrv) parts = g_strsplit (refresh, ".", 4);
  guint n = spark_secrets_n_keys (tx->secrets);
  gsize length = strlen (refresh);

  for (guint i = 0; i < n && g_strv_length (parts) == 3; i++)
    {
      g_autofree char *made = mark (tx, i, parts[1], parts[0]);

      if (strlen (made) == length && sodium_memcmp (made, refresh, length) == 0)
        return g_strdup (parts[1]);
    }
  return NULL;
}

/* The answer to one request, made from the server's key, so that it need not be kept to be given
 * again. */
static char *
derive (SparkTx *tx, guint key_number, const char *prefix, const char *refresh, const char *key)
{
  g_autofree char *text = g_strconcat (prefix, "\n", refresh, "\n", key, NULL);
  g_autofree char *hash = spark_ledger_keyed_hash (tx, key_number, text);

  return g_strconcat (prefix, hash, NULL);
}

/* The tokens of a request, as the key of this number makes them. */
static void
derive_tokens (SparkTx *tx, guint key_number, const char *sign_in, const char *used,
               const char *key, SparkTokens *tokens)
{
  g_autofree char *made = derive (tx, key_number, SPARK_REFRESH_PREFIX, used, key);

  spark_tokens_clear (tokens);
  tokens->access = derive (tx, key_number, SPARK_ACCESS_PREFIX, used, key);
  tokens->refresh = mark (tx, key_number, sign_in, made);
  tokens->expires_in = SPARK_ACCESS_LIFE_MS / 1000;
}

/* The same tokens again: made with the key the server had then. @next: (out): their refresh token.
 * @found: FALSE: it has the key no more. */
static gboolean
derive_again (SparkTx *tx, const char *sign_in, const char *used, const char *key,
              SparkTokens *tokens, Secret *next, gboolean *found, GError **error)
{
  guint n = spark_secrets_n_keys (tx->secrets);

  *found = FALSE;
  for (guint i = 0; i < n && !*found; i++)
    {
      derive_tokens (tx, i, sign_in, used, key, tokens);
      if (!find_secret (tx, tokens->refresh, next, found, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
end_reused (SparkTx *tx, const Secret *secret, GError **refusal, GError **error)
{
  return end_sign_in (tx, secret->sign_in, error)
         && refuse (refusal, secret->kind == SECRET_CODE
                                 ? "This authorization code was used already. Sign in again."
                                 : "This refresh token was used already, so the sign-in was ended "
                                   "to be safe. Sign in again.");
}

/* The first use of a secret, by the request that @proof names. */
static gboolean
use (SparkTx *tx, const Secret *secret, const char *text, const char *key, const guint8 *proof,
     SparkTokens *tokens, GError **error)
{
  gint64 now = spark_tx_now (tx);

  derive_tokens (tx, 0, secret->sign_in, text, key, tokens);
  return spark_tx_exec (tx, error, "sign_in_secret_use", "bibi", secret->hash, sizeof secret->hash,
                        now, proof, (gsize)SPARK_FINGERPRINT_BYTES,
                        MAX (secret->expires_at, now + REPEAT_MS))
         && insert_tokens (tx, secret, tokens, error);
}

/* What it was answered with is there as long as nobody used it, however long that takes and
 * whatever the clock says meanwhile. */
static gboolean
answer_again (SparkTx *tx, const Secret *secret, const char *used, const char *key,
              SparkTokens *tokens, GError **refusal, GError **error)
{
  gint64 age = spark_tx_now (tx) - secret->used_at;
  Secret next;
  gboolean found;

  if (!derive_again (tx, secret->sign_in, used, key, tokens, &next, &found, error))
    return FALSE;
  if (found && (next.used_at == 0 || age < REPEAT_MS))
    {
      tokens->expires_in = MAX (tokens->expires_in - MAX (age, 0) / 1000, 1);
      return TRUE;
    }
  spark_tokens_clear (tokens);
  return found ? end_reused (tx, secret, refusal, error)
               : refuse (refusal, "This sign-in has ended. Sign in again.");
}

/* What a code was exchanged with: the proof of whoever asked for it, and the request's key. */
static void
prove_exchange (const guint8 *proof, const char *key, guint8 *exchange)
{
  char text[SPARK_FINGERPRINT_BYTES * 2 + 1];

  sodium_bin2hex (text, sizeof text, proof, SPARK_FINGERPRINT_BYTES);
  hash_two (text, key, exchange);
}

gboolean
spark_ledger_exchange (SparkTx *tx, const char *code, const char *verifier,
                       const char *redirect_uri, const char *key, SparkTokens *tokens,
                       GError **refusal, GError **error)
{
  g_autofree char *challenge = challenge_of (verifier);
  g_autofree char *nonce = key != NULL ? g_strdup (key) : spark_secrets_make_token ("");
  guint8 proof[SPARK_FINGERPRINT_BYTES], exchange[SPARK_FINGERPRINT_BYTES];
  Secret secret;
  gboolean found;

  if (!find_secret (tx, code, &secret, &found, error))
    return FALSE;
  if (!found || secret.kind != SECRET_CODE)
    return refuse (refusal, "There is no such authorization code. Sign in again.");
  hash_two (challenge, redirect_uri, proof);
  prove_exchange (proof, nonce, exchange);
  if (secret.used_at != 0)
    return sodium_memcmp (exchange, secret.proof, sizeof exchange) == 0
               ? answer_again (tx, &secret, code, nonce, tokens, refusal, error)
                     && (tokens->access == NULL
                         || find_name (tx, secret.sign_in, &tokens->name, error))
               : end_reused (tx, &secret, refusal, error);
  if (secret.expires_at <= spark_tx_now (tx))
    return refuse (refusal, "This authorization code is too old. Sign in again.");
  if (sodium_memcmp (proof, secret.proof, sizeof proof) != 0)
    return refuse (refusal, "This authorization code was asked for by somebody else.");
  return use (tx, &secret, code, nonce, exchange, tokens, error)
         && find_name (tx, secret.sign_in, &tokens->name, error);
}

gboolean
spark_ledger_refresh (SparkTx *tx, const char *refresh, const char *key, SparkTokens *tokens,
                      GError **refusal, GError **error)
{
  g_autofree char *nonce = key != NULL ? g_strdup (key) : spark_secrets_make_token ("");
  guint8 proof[SPARK_FINGERPRINT_BYTES];
  Secret secret;
  gboolean found;

  if (!find_secret (tx, refresh, &secret, &found, error))
    return FALSE;
  if (!found)
    {
      g_autofree char *sign_in = find_marked (tx, refresh);

      return (sign_in == NULL || end_sign_in (tx, sign_in, error))
             && refuse (refusal, "This sign-in has ended. Sign in again.");
    }
  /* However old it is: when nobody came for so long is found out with a clock that can be believed,
   * by spark_ledger_forget(). */
  if (secret.kind != SECRET_REFRESH)
    return refuse (refusal, "This sign-in has ended. Sign in again.");
  spark_secrets_hash (nonce, proof);
  if (secret.used_at != 0)
    return sodium_memcmp (proof, secret.proof, sizeof proof) == 0
               ? answer_again (tx, &secret, refresh, nonce, tokens, refusal, error)
               : end_reused (tx, &secret, refusal, error);
  return use (tx, &secret, refresh, nonce, proof, tokens, error);
}

gboolean
spark_ledger_sign_out (SparkTx *tx, const char *token, GError **error)
{
  Secret secret;
  gboolean found;

  return find_secret (tx, token, &secret, &found, error)
         && (!found || end_sign_in (tx, secret.sign_in, error));
}

gboolean
spark_ledger_end_sign_in (SparkTx *tx, const char *person, const char *sign_in, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "sign_in_person", "s", sign_in);
  gboolean theirs;

  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  theirs = g_strcmp0 (spark_statement_text (row, 0), person) == 0;
  spark_statement_reset (row);
  return theirs ? end_sign_in (tx, sign_in, error) : spark_ledger_not_found (error);
}
