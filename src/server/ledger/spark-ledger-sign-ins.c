/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <string.h>

#include "server/ledger/spark-ledger-private.h"

#define MAX_TOKEN  200
#define SESSION_MS (SPARK_BRAND_SESSION_DAYS * SPARK_DAY_MS)
/* How long the same request may be answered again. */
#define REPEAT_MS (G_GINT64_CONSTANT (3600) * 1000)

/* What no token is: absent, or longer than any that was ever given out. */
static gboolean
hash_token (const char *token, guint8 *hash)
{
  if (token == NULL || *token == '\0' || strnlen (token, MAX_TOKEN + 1) > MAX_TOKEN)
    return FALSE;
  spark_secrets_hash (token, hash);
  return TRUE;
}

static gboolean
check_advertiser (SparkTx *tx, const char *advertiser_id, const char **name, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "advertiser_name", "s", advertiser_id);

  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  if (name != NULL)
    *name = spark_tx_keep (tx, spark_statement_text (row, 0));
  spark_statement_reset (row);
  return TRUE;
}

/* Of this ad account, so that one more sign-in has its place. */
static gboolean
end_oldest (SparkTx *tx, const char *advertiser_id, GError **error)
{
  return spark_tx_exec (tx, error, "brand_sessions_end_oldest", "si", advertiser_id,
                        SPARK_CREDENTIALS_MAX)
         && spark_tx_exec (tx, error, "brand_session_advertisers_end_oldest", "si", advertiser_id,
                           SPARK_CREDENTIALS_MAX);
}

/* Made from the server's key, so that it need not be kept to be given again. */
static char *
derive (SparkTx *tx, guint key_number, const char *session, const char *advertiser_id,
        const char *request)
{
  /* Nothing else that this key hashes begins so. */
  g_autofree char *text = g_strjoin ("\n", "brand sign-in", session, advertiser_id, request, NULL);

  return spark_ledger_keyed_hash (tx, key_number, text);
}

gboolean
spark_ledger_sign_in_brand (SparkTx *tx, const char *session, const char *advertiser_id,
                            const char *request, char **token, GError **error)
{
  g_autofree char *made = session != NULL && request != NULL
                              ? derive (tx, 0, session, advertiser_id, request)
                              : spark_secrets_make_token ("");
  guint8 old[SPARK_FINGERPRINT_BYTES], hash[SPARK_FINGERPRINT_BYTES];
  gint64 now = spark_tx_now (tx);

  spark_secrets_hash (made, hash);
  if (!check_advertiser (tx, advertiser_id, NULL, error)
      || !spark_tx_exec (tx, error, "brand_session_put", "bii", hash, sizeof hash, now,
                         now + SESSION_MS))
    return FALSE;
  if (hash_token (session, old)
      && (!spark_tx_exec (tx, error, "brand_session_inherit", "bbisi", hash, sizeof hash, old,
                          sizeof old, now, advertiser_id, SPARK_CREDENTIALS_MAX - 1)
          || !spark_ledger_sign_out_brand (tx, session, error)))
    return FALSE;
  if (!end_oldest (tx, advertiser_id, error)
      || !spark_tx_exec (tx, error, "brand_session_add", "bsi", hash, sizeof hash, advertiser_id,
                         now))
    return FALSE;
  *token = g_steal_pointer (&made);
  return TRUE;
}

gboolean
spark_ledger_sign_in_brand_again (SparkTx *tx, const char *session, const char *advertiser_id,
                                  const char *request, char **token, GError **error)
{
  guint n = spark_secrets_n_keys (tx->secrets);
  gint64 now = spark_tx_now (tx);

  *token = NULL;
  for (guint i = 0; i < n && *token == NULL; i++)
    {
      g_autofree char *made = derive (tx, i, session, advertiser_id, request);
      guint8 hash[SPARK_FINGERPRINT_BYTES];
      gint64 expires_at;

      spark_secrets_hash (made, hash);
      if (!spark_tx_int (tx, error, &expires_at, 0, "brand_session_get", "bi", hash, sizeof hash,
                         now))
        return FALSE;
      if (expires_at - SESSION_MS > now - REPEAT_MS)
        *token = g_steal_pointer (&made);
    }
  return TRUE;
}

gboolean
spark_ledger_sign_out_brand (SparkTx *tx, const char *session, GError **error)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  return !hash_token (session, hash)
         || (spark_tx_exec (tx, error, "brand_session_drop_advertisers", "b", hash, sizeof hash)
             && spark_tx_exec (tx, error, "brand_session_drop", "b", hash, sizeof hash));
}

gboolean
spark_ledger_invite_brand (SparkTx *tx, const char *advertiser_id, char **invitation,
                           GError **error)
{
  g_autofree char *made = spark_secrets_make_token ("");
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  gint64 now = spark_tx_now (tx);

  spark_secrets_hash (made, hash);
  if (!check_advertiser (tx, advertiser_id, NULL, error)
      || !spark_tx_exec (tx, error, "brand_invitations_end_oldest", "si", advertiser_id,
                         SPARK_CREDENTIALS_MAX)
      || !spark_tx_exec (tx, error, "brand_invitation_put", "bsii", hash, sizeof hash,
                         advertiser_id, now, now + SPARK_BRAND_INVITATION_DAYS * SPARK_DAY_MS))
    return FALSE;
  *invitation = g_steal_pointer (&made);
  return TRUE;
}

/* The row of @statement; NULL with UNAUTHORIZED when there is none. */
static SparkStatement *
find_invitation (SparkTx *tx, const char *statement, const char *invitation, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row = NULL;

  if (hash_token (invitation, hash))
    row = spark_tx_row (tx, &local, statement, "bi", hash, sizeof hash, spark_tx_now (tx));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (row == NULL)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED,
                 "This invitation was used or has ended. Ask for a new one.");
  return row;
}

gboolean
spark_read_invitation (SparkTx *tx, const char *invitation, SparkAdvertiser *advertiser,
                       GError **error)
{
  SparkStatement *row = find_invitation (tx, "brand_invitation_get", invitation, error);

  if (row == NULL)
    return FALSE;
  *advertiser = (SparkAdvertiser){
    .id = spark_tx_keep (tx, spark_statement_text (row, 0)),
    .name = spark_tx_keep (tx, spark_statement_text (row, 1)),
  };
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_ledger_accept_invitation (SparkTx *tx, const char *invitation, char **advertiser_id,
                                GError **error)
{
  SparkStatement *row = find_invitation (tx, "brand_invitation_take", invitation, error);

  if (row == NULL)
    return FALSE;
  *advertiser_id = g_strdup (spark_statement_text (row, 0));
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_ledger_end_advertiser_tokens (SparkTx *tx, const char *advertiser_id, GError **error)
{
  return spark_tx_exec (tx, error, "advertiser_tokens_drop", "s", advertiser_id);
}

/* An expired one too: the creator extends the code, or makes a new link. */
static gboolean
check_extensible (const SparkGrantRow *grant, GError **error)
{
  if (grant->state == SPARK_GRANT_STATE_AUTHORIZED || grant->state == SPARK_GRANT_STATE_PENDING
      || grant->state == SPARK_GRANT_STATE_EXPIRED)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED,
               "This access was ended. Ask the creator for a new link.");
  return FALSE;
}

gboolean
spark_ledger_asked_lately (gint64 asked_at, gint64 now)
{
  return asked_at > now - SPARK_DAY_MS && asked_at <= now + SPARK_LEDGER_AHEAD_MS;
}

gboolean
spark_ledger_request_extension (SparkTx *tx, const char *advertiser_id, const char *grant_id,
                                guint days, GError **error)
{
  SparkActor actor = { SPARK_ACTOR_BRAND, advertiser_id, NULL };
  gint64 now = spark_tx_now (tx);
  SparkGrantRow grant;
  gint64 asked_at;

  if (!spark_period_is_permitted (days))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD,
                   "Choose one of the periods that TikTok allows.");
      return FALSE;
    }
  if (!check_advertiser (tx, advertiser_id, &actor.name, error)
      || !spark_grant_row_load (tx, grant_id, &grant, error))
    return FALSE;
  if (g_strcmp0 (grant.advertiser, advertiser_id) != 0)
    return spark_ledger_not_found (error);
  if (!check_extensible (&grant, error)
      || !spark_tx_int (tx, error, &asked_at, 0, "grant_extension_asked_at", "ii", grant.account,
                        grant.id))
    return FALSE;
  if (spark_ledger_asked_lately (asked_at, now))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS,
                   "The creator was asked less than a day ago.");
      return FALSE;
    }
  return spark_tx_exec (tx, error, "grant_ask_extension", "iii", grant.account, grant.id, now)
         && spark_ledger_brand_active (tx, grant.account, grant.brand, error)
         && spark_ledger_event (tx, grant.account, &actor,
                                &(SparkEventRow){ .type = SPARK_EVENT_EXTENSION_REQUESTED,
                                                  .video = grant.video,
                                                  .code = grant.code,
                                                  .link = grant.link,
                                                  .grant = grant.id,
                                                  .brand = grant.brand,
                                                  .advertiser = advertiser_id,
                                                  .days = days },
                                NULL, error);
}
