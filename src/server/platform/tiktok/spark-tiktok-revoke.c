/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/platform/tiktok/spark-tiktok-private.h"
#include "server/platform/tiktok/spark-tiktok-report.h"
#include "server/platform/tiktok/spark-tiktok-turn.h"

/*
 * Connections that were ended: TikTok is told, and the tokens go. Likewise what TikTok gave for a
 * consent that came to nothing here.
 */

/* How often TikTok is tried again. A creator's tokens go anyway after a day, when the access token
 * is worth nothing any more. */
#define REVOKE_AGAIN_MS (60 * 1000)
#define MANY            100

/* --- creators --- */

typedef struct
{
  gint64 account;
} Forget;

static gboolean
run_forget (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_forget_tokens (tx, ((Forget *)data)->account, error);
}

/* Revoking twice does no harm. */
static gboolean
tell_of_creator (SparkTiktok *self, const char *access, GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) data = NULL;

  json_object_set_string_member (params, "client_id", self->settings->app_id);
  json_object_set_string_member (params, "client_secret", self->settings->secret);
  json_object_set_string_member (params, "access_token", access);
  data = spark_tiktok_client_call (self->client, "POST", "tt_user/oauth2/revoke/", NULL, NULL,
                                   params, self->cancellable, error);
  return data != NULL;
}

static gboolean
read_ended (SparkTiktok *self, gint64 account, SparkConnection *connection)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gboolean ok = tx != NULL && spark_read_connection (tx, account, connection, NULL);

  if (tx != NULL)
    spark_store_read_end (tx);
  return ok && connection->state == SPARK_CONNECTION_STATE_ENDING;
}

/* FALSE: it is to be tried again. */
static gboolean
revoke_one (SparkTiktok *self, gint64 account)
{
  g_auto (SparkConnection) connection = { 0 };
  g_autoptr (GError) error = NULL;
  Forget forget = { account };
  gint64 now = spark_tiktok_now (self);

  if (!read_ended (self, account, &connection))
    return TRUE;
  /* An access token that is over cannot be revoked: a fresh one ends the consent with it. */
  if (connection.refresh != NULL && connection.access_ends_at <= now)
    spark_tiktok_refresh (self, &connection, NULL);
  /* What is uncertain is simply sent again. */
  if (connection.access != NULL && !tell_of_creator (self, connection.access, &error)
      && connection.access_ends_at + SPARK_DAY_MS > now
      && (spark_tiktok_error_is_passing (error) || error->domain != SPARK_TIKTOK_ERROR
          || error->code == SPARK_TIKTOK_ERROR_UNCERTAIN))
    return FALSE;
  return spark_store_write (self->store, run_forget, &forget, NULL);
}

/* Returns: when to try again; now: it is over */
static gint64
try_creator (SparkTiktok *self, gint64 account)
{
  return spark_tiktok_now (self) + (revoke_one (self, account) ? 0 : REVOKE_AGAIN_MS);
}

static void
revoke_creators (SparkTiktok *self, gint64 *next)
{
  g_autoptr (GArray) accounts = NULL;
  SparkTx *tx = spark_store_read_begin (self->store, NULL);

  if (tx == NULL)
    return;
  accounts = spark_read_connections (tx, SPARK_CONNECTION_STATE_ENDING, 0, MANY, NULL);
  spark_store_read_end (tx);
  for (guint i = 0; accounts != NULL && i < accounts->len; i++)
    {
      gint64 account = g_array_index (accounts, gint64, i);
      g_autofree char *subject = g_strdup_printf ("ending %" G_GINT64_FORMAT, account);

      if (!g_cancellable_is_cancelled (self->cancellable)
          && spark_tiktok_turn_take (self, subject, next))
        spark_tiktok_turn_end (self, subject, try_creator (self, account), next);
    }
}

/* --- brands --- */

typedef struct
{
  const char *advertiser;
} Advertiser;

static gboolean
run_forget_advertiser (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_forget_advertiser (tx, ((Advertiser *)data)->advertiser, error);
}

static gboolean
tell_of_brand (SparkTiktok *self, const char *access, GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) data = NULL;

  json_object_set_string_member (params, "app_id", self->settings->app_id);
  json_object_set_string_member (params, "secret", self->settings->secret);
  json_object_set_string_member (params, "access_token", access);
  data = spark_tiktok_client_call (self->client, "POST", "oauth2/revoke_token/", NULL, NULL, params,
                                   self->cancellable, error);
  return data != NULL;
}

/* (transfer full): NULL: there is nothing to revoke. */
static char *
read_ended_access (SparkTiktok *self, const char *advertiser, GError **error)
{
  SparkTx *tx = spark_store_read_begin (self->store, error);
  g_autoptr (GError) local = NULL;
  gboolean shared = TRUE;
  char *access = NULL;

  if (tx == NULL)
    return NULL;
  if (spark_read_advertiser_token_shared (tx, advertiser, &shared, &local) && !shared)
    access = spark_read_advertiser_access (tx, advertiser, SPARK_CONNECTION_STATE_ENDING, &local);
  spark_store_read_end (tx);
  if (local != NULL && !g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local));
  return access;
}

/* Whether TikTok may still take it: then the token is kept, for it has no end of its own. */
static gboolean
may_be_told (const GError *error)
{
  return error->domain != SPARK_TIKTOK_ERROR || spark_tiktok_error_is_passing (error)
         || error->code == SPARK_TIKTOK_ERROR_UNCERTAIN
         || error->code == SPARK_TIKTOK_ERROR_MISCONFIGURED;
}

/* FALSE: it is to be tried again. The token goes with the last ad account that it is for. */
static gboolean
revoke_brand (SparkTiktok *self, const char *advertiser)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *access = read_ended_access (self, advertiser, &error);
  Advertiser forget = { advertiser };

  if (access != NULL)
    {
      tell_of_brand (self, access, &error);
      explicit_bzero (access, strlen (access));
      if (error != NULL && may_be_told (error))
        return FALSE;
    }
  else if (error != NULL)
    return FALSE;
  return spark_store_write (self->store, run_forget_advertiser, &forget, NULL);
}

static gboolean
add_advertiser (const SparkAdvertiser *advertiser, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (advertiser->id));
  return TRUE;
}

static void
revoke_brands (SparkTiktok *self, gint64 *next)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  SparkTx *tx = spark_store_read_begin (self->store, NULL);

  if (tx == NULL)
    return;
  spark_read_advertiser_connections (tx, SPARK_CONNECTION_STATE_ENDING, NULL, MANY, add_advertiser,
                                     ids, NULL);
  spark_store_read_end (tx);
  for (guint i = 0; i < ids->len && !g_cancellable_is_cancelled (self->cancellable); i++)
    {
      g_autofree char *subject = g_strconcat ("ending advertiser ", ids->pdata[i], NULL);
      gboolean over;

      if (!spark_tiktok_turn_take (self, subject, next))
        continue;
      over = revoke_brand (self, ids->pdata[i]);
      spark_tiktok_turn_end (self, subject, spark_tiktok_now (self) + (over ? 0 : REVOKE_AGAIN_MS),
                             next);
    }
}

/* --- what a consent gave that came to nothing --- */

/* Only where it is certain that nothing was kept: an answer of the database that was lost is no
 * refusal. */
static gboolean
is_refusal (const GError *error)
{
  return error->domain == SPARK_ERROR
         && (error->code == SPARK_ERROR_INVALID_REQUEST || error->code == SPARK_ERROR_FORBIDDEN
             || error->code == SPARK_ERROR_NOT_FOUND || error->code == SPARK_ERROR_TOO_LARGE);
}

static void
log_returned (const GError *error)
{
  if (error == NULL)
    g_message ("TikTok was told to end the tokens of a consent that came to nothing.");
  else
    g_message ("The tokens of a consent that came to nothing end by themselves: %s",
               error->message);
}

/* Whether @what is kept here for somebody else, as far as anybody knows. */
static gboolean
is_used (SparkTiktok *self,
         gboolean (*read) (SparkTx *tx, const char *what, gboolean *used, GError **error),
         const char *what)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gboolean used = TRUE;

  if (tx == NULL)
    return TRUE;
  if (!read (tx, what, &used, NULL))
    used = TRUE;
  spark_store_read_end (tx);
  return used;
}

void
spark_tiktok_return_creator (SparkTiktok *self, const SparkConnection *tokens, const GError *why)
{
  g_autoptr (GError) error = NULL;

  /* TikTok ends the whole consent with a token, for all who have one of it. */
  if (!is_refusal (why)
      || (tokens->open_id != NULL && is_used (self, spark_read_is_connected, tokens->open_id)))
    return;
  tell_of_creator (self, tokens->access, &error);
  log_returned (error);
}

void
spark_tiktok_return_brand (SparkTiktok *self, const char *access, const GError *why)
{
  g_autoptr (GError) error = NULL;

  /* It may be given the same token again, which ad accounts are connected with. */
  if (!is_refusal (why) || is_used (self, spark_read_is_advertiser_token, access))
    return;
  tell_of_brand (self, access, &error);
  log_returned (error);
}

void
spark_tiktok_revoke_due (SparkTiktok *self, gint64 *next)
{
  spark_tiktok_client_set_use (self->client, SPARK_TIKTOK_USE_END);
  revoke_creators (self, next);
  revoke_brands (self, next);
  spark_tiktok_client_set_use (self->client, SPARK_TIKTOK_USE_ORDINARY);
}
