/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/platform/tiktok/spark-tiktok-private.h"
#include "server/platform/tiktok/spark-tiktok-report.h"

/* An access token that ends sooner is refreshed before it is used. */
#define EARLY_MS (10 * 60 * 1000)
/* Somebody else refreshes: how long until they have. */
#define OTHERS_MS 2000

typedef struct
{
  gint64 account;
  gboolean claimed;
} Claim;

static gboolean
run_claim (SparkTx *tx, gpointer data, GError **error)
{
  Claim *claim = data;

  return spark_ledger_claim_refresh (tx, claim->account, &claim->claimed, error);
}

static gboolean
run_release (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_release_refresh (tx, ((Claim *)data)->account, error);
}

static gboolean
run_lose (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_lose_connection (tx, ((Claim *)data)->account, error);
}

static gboolean
read_connection (SparkTiktok *self, gint64 account, SparkConnection *connection, GError **error)
{
  SparkTx *tx = spark_store_read_begin (self->store, error);
  gboolean ok = tx != NULL && spark_read_connection (tx, account, connection, error);

  if (tx != NULL)
    spark_store_read_end (tx);
  return ok;
}

static GError *
not_connected (void)
{
  return spark_tiktok_error_new (SPARK_TIKTOK_ERROR_RECONNECT, 0,
                                 "This account is not connected to TikTok any more. Connect it "
                                 "again.");
}

static gboolean
lose (SparkTiktok *self, gint64 account, GError *cause, GError **error)
{
  Claim claim = { account, FALSE };

  if (g_error_matches (cause, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_RECONNECT))
    spark_store_write (self->store, run_lose, &claim, NULL);
  g_propagate_error (error, cause);
  return FALSE;
}

/* One refreshes, however many wait: the others find new tokens when they look again. */
static gboolean
refresh (SparkTiktok *self, SparkConnection *connection, GError **error)
{
  g_autofree char *before = g_strdup (connection->access);
  Claim claim = { connection->account, FALSE };
  GError *local = NULL;

  if (!spark_store_write (self->store, run_claim, &claim, error))
    return FALSE;
  if (!claim.claimed)
    {
      g_propagate_error (
          error, spark_tiktok_error_new (SPARK_TIKTOK_ERROR_WAIT, OTHERS_MS,
                                         "The tokens of this account are being refreshed."));
      return FALSE;
    }
  if (!read_connection (self, connection->account, connection, error))
    return FALSE;
  if (g_strcmp0 (before, connection->access) != 0)
    return spark_store_write (self->store, run_release, &claim, error);
  if (connection->refresh == NULL)
    local = not_connected ();
  else if (spark_tiktok_refresh (self, connection, &local))
    return TRUE;
  spark_store_write (self->store, run_release, &claim, NULL);
  /* It was sent and nobody knows: the old refresh token may work still, so it is tried again. */
  if (g_error_matches (local, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_UNCERTAIN))
    {
      g_clear_error (&local);
      local = spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNREACHABLE, OTHERS_MS,
                                      "TikTok did not answer when the tokens were to be "
                                      "refreshed.");
    }
  return lose (self, connection->account, local, error);
}

static JsonObject *
ask (SparkTiktok *self, const SparkConnection *connection, const char *method, const char *path,
     JsonObject *params, GError **error)
{
  return spark_tiktok_client_call (self->client, method, path, connection->access,
                                   connection->open_id, params, self->cancellable, error);
}

JsonObject *
spark_tiktok_as_creator (SparkTiktok *self, gint64 account, const char *method, const char *path,
                         JsonObject *params, GError **error)
{
  g_auto (SparkConnection) connection = { 0 };
  GError *local = NULL;
  JsonObject *data;

  if (!read_connection (self, account, &connection, error))
    return NULL;
  if (connection.state != SPARK_CONNECTION_STATE_CONNECTED || connection.access == NULL)
    {
      g_propagate_error (error, not_connected ());
      return NULL;
    }
  if (connection.access_ends_at - EARLY_MS < spark_tiktok_now (self)
      && !refresh (self, &connection, error))
    return NULL;
  json_object_set_string_member (params, "business_id", connection.open_id);
  data = ask (self, &connection, method, path, params, &local);
  /* Too old, or revoked: a refresh shows which. */
  if (g_error_matches (local, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_REFRESH)
      || g_error_matches (local, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_RECONNECT))
    {
      g_clear_error (&local);
      if (!refresh (self, &connection, error))
        return NULL;
      data = ask (self, &connection, method, path, params, &local);
    }
  if (data == NULL)
    lose (self, account, local, error);
  return data;
}

typedef struct
{
  const char *advertiser;
} Brand;

static gboolean
run_lose_brand (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_lose_advertiser (tx, ((Brand *)data)->advertiser, error);
}

JsonObject *
spark_tiktok_as_brand (SparkTiktok *self, const char *advertiser_id, const char *method,
                       const char *path, JsonObject *params, GError **error)
{
  g_autofree char *access = NULL;
  Brand brand = { advertiser_id };
  GError *local = NULL;
  JsonObject *data;
  SparkTx *tx = spark_store_read_begin (self->store, error);

  if (tx == NULL)
    return NULL;
  access
      = spark_read_advertiser_access (tx, advertiser_id, SPARK_CONNECTION_STATE_CONNECTED, &local);
  spark_store_read_end (tx);
  if (g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      g_clear_error (&local);
      local = spark_tiktok_error_new (SPARK_TIKTOK_ERROR_RECONNECT, 0,
                                      "This ad account is not connected to Sparkbox.");
    }
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return NULL;
    }
  json_object_set_string_member (params, "advertiser_id", advertiser_id);
  data = spark_tiktok_client_call (self->client, method, path, access, advertiser_id, params,
                                   self->cancellable, &local);
  /* These tokens have no end and cannot be refreshed. */
  if (g_error_matches (local, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_RECONNECT)
      || g_error_matches (local, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_REFRESH))
    spark_store_write (self->store, run_lose_brand, &brand, NULL);
  if (local != NULL)
    g_propagate_error (error, local);
  return data;
}
