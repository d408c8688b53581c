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

/* What a creator is asked for. The insights scopes only add numbers. */
#define SCOPES                                                                                     \
  "user.info.basic,user.info.username,user.info.stats,video.list,video.insights,biz.spark.auth"
#define SPARK_SCOPE "biz.spark.auth"

#define MANY 100

char *
spark_tiktok_consent_prefix (const SparkTiktokSettings *settings, SparkConsentKind kind)
{
  g_autofree char *app = g_uri_escape_string (settings->app_id, NULL, FALSE);
  g_autofree char *redirect = g_uri_escape_string (settings->redirect_url, NULL, FALSE);

  if (kind == SPARK_CONSENT_KIND_BRAND)
    return g_strdup_printf ("%s/portal/auth?app_id=%s&redirect_uri=%s&state=", settings->api_url,
                            app, redirect);
  return g_strdup_printf ("%s/v2/auth/authorize?client_key=%s&scope=" SCOPES
                          "&response_type=code&disable_auto_auth=1&redirect_uri=%s&state=",
                          settings->auth_url, app, redirect);
}

/* --- an account holder --- */

/* Reads what token and refresh_token give. */
static gboolean
read_tokens (JsonObject *data, gint64 now, SparkConnection *tokens, GError **error)
{
  const char *access = spark_tiktok_get_text (data, "access_token");
  const char *refresh = spark_tiktok_get_text (data, "refresh_token");
  const char *open_id = spark_tiktok_get_text (data, "open_id");
  const char *scope = spark_tiktok_get_text (data, "scope");
  gint64 seconds = spark_tiktok_get_int (data, "expires_in", 0);
  gint64 year = spark_tiktok_get_int (data, "refresh_token_expires_in", 0);

  if (access == NULL || refresh == NULL || seconds <= 0)
    {
      g_propagate_error (error, spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNKNOWN, 0,
                                                        "TikTok’s answer has no tokens in it."));
      return FALSE;
    }
  tokens->access = g_strdup (access);
  tokens->refresh = g_strdup (refresh);
  tokens->open_id = g_strdup (open_id);
  tokens->scope = g_strdup (scope != NULL ? scope : "");
  tokens->access_ends_at = now + MIN (seconds, G_MAXINT32) * 1000;
  tokens->refresh_ends_at = year > 0 ? now + MIN (year, G_MAXINT32) * 1000 : 0;
  return TRUE;
}

static gboolean
has_scope (const char *scopes, const char *wanted)
{
  g_auto (GStrv) list = g_strsplit (scopes, ",", -1);

  for (char **one = list; *one != NULL; one++)
    if (strcmp (g_strstrip (*one), wanted) == 0)
      return TRUE;
  return FALSE;
}

typedef struct
{
  const SparkConsent *consent;
  const SparkConnection *connection;
  const char *name;
  const char *handle;
  gint64 account;
} Connect;

static gboolean
run_connect (SparkTx *tx, gpointer data, GError **error)
{
  Connect *connect = data;

  return spark_ledger_connect (tx, connect->consent, connect->connection, connect->name,
                               connect->handle, &connect->account, error);
}

/* @tokens: what TikTok gave for the consent */
static gboolean
keep_creator (SparkTiktok *self, const SparkConsent *consent, const SparkConnection *tokens,
              GError **error)
{
  g_autoptr (JsonObject) profile = NULL;
  Connect connect = { consent, tokens, NULL, NULL, 0 };

  if (tokens->open_id == NULL)
    {
      g_propagate_error (error,
                         spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNKNOWN, 0,
                                                 "TikTok does not say whose consent it is."));
      return FALSE;
    }
  /* Without it none of what Sparkbox is for could be done. */
  if (*tokens->scope != '\0' && !has_scope (tokens->scope, SPARK_SCOPE))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
                   "TikTok was not allowed to let Sparkbox manage Spark codes. Connect again and "
                   "leave every permission on.");
      return FALSE;
    }
  /* What it is called is worth a try, but no reason to lose a code that works once. */
  profile = spark_tiktok_read_profile (self, tokens, NULL);
  if (profile != NULL)
    {
      connect.name = spark_tiktok_get_text (profile, "display_name");
      connect.handle = spark_tiktok_get_text (profile, "username");
    }
  return spark_store_write (self->store, run_connect, &connect, error);
}

static gboolean
accept_creator (SparkTiktok *self, const SparkConsent *consent, const char *code, GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) data = NULL;
  g_autoptr (GError) local = NULL;
  g_auto (SparkConnection) tokens = { 0 };

  json_object_set_string_member (params, "client_id", self->settings->app_id);
  json_object_set_string_member (params, "client_secret", self->settings->secret);
  json_object_set_string_member (params, "grant_type", "authorization_code");
  json_object_set_string_member (params, "auth_code", code);
  json_object_set_string_member (params, "redirect_uri", self->settings->redirect_url);
  data = spark_tiktok_client_call (self->client, "POST", "tt_user/oauth2/token/", NULL, NULL,
                                   params, self->cancellable, error);
  if (data == NULL || !read_tokens (data, spark_tiktok_now (self), &tokens, error))
    return FALSE;
  if (keep_creator (self, consent, &tokens, &local))
    return TRUE;
  spark_tiktok_return_creator (self, &tokens, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

JsonObject *
spark_tiktok_read_profile (SparkTiktok *self, const SparkConnection *connection, GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  JsonArray *fields = json_array_new ();

  json_object_set_string_member (params, "business_id", connection->open_id);
  json_array_add_string_element (fields, "display_name");
  json_array_add_string_element (fields, "username");
  json_object_set_array_member (params, "fields", fields);
  return spark_tiktok_client_call (self->client, "GET", "business/get/", connection->access,
                                   connection->open_id, params, self->cancellable, error);
}

/* --- an advertiser --- */

typedef struct
{
  const char *access;
  JsonArray *list; /* of {advertiser_id, advertiser_name} */
  JsonArray *ids;  /* when the list has none */
  char *invitation;
} Advertisers;

static gboolean
is_advertiser_id (const char *id)
{
  gsize length = id != NULL ? strlen (id) : 0;

  return length > 0 && length <= 32 && strspn (id, "0123456789") == length;
}

static gboolean
no_advertiser (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
               "No ad account was shared. Connect again and choose at least one.");
  return FALSE;
}

/* @first: (inout): the first ad account; NULL: there is none yet */
static gboolean
connect_all (SparkTx *tx, const char *access, JsonArray *from, char **first, GError **error)
{
  for (guint i = 0; from != NULL && i < MIN (json_array_get_length (from), MANY); i++)
    {
      JsonNode *node = json_array_get_element (from, i);
      const char *id = NULL, *name = NULL;

      if (JSON_NODE_HOLDS_OBJECT (node))
        {
          id = spark_tiktok_get_text (json_node_get_object (node), "advertiser_id");
          name = spark_tiktok_get_text (json_node_get_object (node), "advertiser_name");
        }
      else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        id = json_node_get_string (node);
      if (!is_advertiser_id (id))
        continue;
      if (!spark_ledger_connect_advertiser (tx, id, name, access, error))
        return FALSE;
      if (*first == NULL)
        *first = g_strdup (id);
    }
  return TRUE;
}

static gboolean
run_advertisers (SparkTx *tx, gpointer data, GError **error)
{
  Advertisers *advertisers = data;
  g_autofree char *first = NULL;

  g_clear_pointer (&advertisers->invitation, g_free);
  if (!connect_all (tx, advertisers->access, advertisers->list, &first, error)
      || (first == NULL && !connect_all (tx, advertisers->access, advertisers->ids, &first, error)))
    return FALSE;
  if (first != NULL)
    return spark_ledger_invite_brand (tx, first, &advertisers->invitation, error);
  return no_advertiser (error);
}

/* @ids: (nullable): of the ad accounts that were shared */
static gboolean
keep_brand (SparkTiktok *self, const char *access, JsonArray *ids, char **invitation,
            GError **error)
{
  g_autoptr (JsonObject) who = json_object_new ();
  g_autoptr (JsonObject) named = NULL;
  Advertisers advertisers = { .access = access, .ids = ids };

  if (ids == NULL || json_array_get_length (ids) == 0)
    return no_advertiser (error);
  json_object_set_string_member (who, "app_id", self->settings->app_id);
  json_object_set_string_member (who, "secret", self->settings->secret);
  named = spark_tiktok_client_call (self->client, "GET", "oauth2/advertiser/get/", access, NULL,
                                    who, self->cancellable, NULL);
  if (named != NULL)
    advertisers.list = spark_tiktok_get_array (named, "list");
  if (!spark_store_write (self->store, run_advertisers, &advertisers, error))
    {
      g_free (advertisers.invitation);
      return FALSE;
    }
  *invitation = advertisers.invitation;
  return TRUE;
}

static gboolean
accept_brand (SparkTiktok *self, const char *code, char **invitation, GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) data = NULL;
  g_autoptr (GError) local = NULL;
  const char *access;

  json_object_set_string_member (params, "app_id", self->settings->app_id);
  json_object_set_string_member (params, "secret", self->settings->secret);
  json_object_set_string_member (params, "auth_code", code);
  data = spark_tiktok_client_call (self->client, "POST", "oauth2/access_token/", NULL, NULL, params,
                                   self->cancellable, error);
  if (data == NULL)
    return FALSE;
  access = spark_tiktok_get_text (data, "access_token");
  if (access == NULL)
    return no_advertiser (error);
  if (keep_brand (self, access, spark_tiktok_get_array (data, "advertiser_ids"), invitation,
                  &local))
    return TRUE;
  spark_tiktok_return_brand (self, access, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
spark_tiktok_accept (SparkTiktok *self, const SparkConsent *consent, const char *code,
                     char **invitation, GError **error)
{
  *invitation = NULL;
  if (consent->kind == SPARK_CONSENT_KIND_BRAND)
    return accept_brand (self, code, invitation, error);
  return accept_creator (self, consent, code, error);
}

/* --- the tokens of an account --- */

static gboolean
run_keep (SparkTx *tx, gpointer data, GError **error)
{
  SparkConnection *tokens = data;

  return spark_ledger_keep_tokens (tx, tokens->account, tokens, error);
}

gboolean
spark_tiktok_refresh (SparkTiktok *self, SparkConnection *connection, GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) data = NULL;
  g_auto (SparkConnection) tokens = { .account = connection->account };

  json_object_set_string_member (params, "client_id", self->settings->app_id);
  json_object_set_string_member (params, "client_secret", self->settings->secret);
  json_object_set_string_member (params, "grant_type", "refresh_token");
  json_object_set_string_member (params, "refresh_token", connection->refresh);
  data = spark_tiktok_client_call (self->client, "POST", "tt_user/oauth2/refresh_token/", NULL,
                                   NULL, params, self->cancellable, error);
  if (data == NULL)
    return FALSE;
  if (!read_tokens (data, spark_tiktok_now (self), &tokens, NULL))
    {
      /* The old refresh token works still, as far as anybody knows. */
      g_propagate_error (error, spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNREACHABLE, 0,
                                                        "TikTok’s answer has no tokens in it."));
      return FALSE;
    }
  /* An answer that does not say leaves what is known. */
  if (tokens.refresh_ends_at == 0)
    tokens.refresh_ends_at = connection->refresh_ends_at;
  if (!spark_store_write (self->store, run_keep, &tokens, error))
    return FALSE;
  g_free (connection->access);
  g_free (connection->refresh);
  connection->access = g_steal_pointer (&tokens.access);
  connection->refresh = g_steal_pointer (&tokens.refresh);
  connection->access_ends_at = tokens.access_ends_at;
  connection->refresh_ends_at = tokens.refresh_ends_at;
  return TRUE;
}
