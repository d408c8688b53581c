/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include "server/adtools/spark-adtools-private.h"

/* TikTok's numbers for what an app may do: ad accounts, ads, reports, creatives, posts, identities.
 */
static const int scopes[] = { 1, 2, 4, 6, 69, 690, 691, 693 };

#define TEXT(name)                                                                                 \
  {                                                                                                \
    name, SPARK_FIELD_STRING, TRUE, 0, 512                                                         \
  }

/* --- oauth2/access_token --- */

static const SparkField access_token_fields[] = {
  { "app_id", SPARK_FIELD_ID, TRUE },
  TEXT ("secret"),
  TEXT ("auth_code"),
  { NULL },
};

static gboolean
run_access_token (SparkTx *tx, SparkCall *call, GError **error)
{
  g_autoptr (GArray) advertisers = NULL;
  g_autofree char *token = NULL;
  const char *app;

  if (!spark_ledger_exchange_advertisers (tx, spark_field_string (call->params, "app_id"),
                                          spark_field_string (call->params, "secret"),
                                          spark_field_string (call->params, "auth_code"), &token,
                                          error))
    return FALSE;
  advertisers = spark_read_token_advertisers (tx, token, &app, error);
  if (advertisers == NULL)
    return FALSE;
  spark_json_string (&call->data, "access_token", token);
  spark_json_begin_array (&call->data, "advertiser_ids");
  for (guint i = 0; i < advertisers->len; i++)
    spark_json_string (&call->data, NULL, g_array_index (advertisers, SparkTokenAdvertiser, i).id);
  spark_json_end_array (&call->data);
  spark_json_begin_array (&call->data, "scope");
  for (gsize i = 0; i < G_N_ELEMENTS (scopes); i++)
    spark_json_int (&call->data, NULL, scopes[i]);
  spark_json_end_array (&call->data);
  return TRUE;
}

/* --- oauth2/revoke_token --- */

static const SparkField revoke_token_fields[] = {
  { "app_id", SPARK_FIELD_ID, TRUE },
  TEXT ("secret"),
  TEXT ("access_token"),
  { NULL },
};

static gboolean
run_revoke_token (SparkTx *tx, SparkCall *call, GError **error)
{
  return spark_ledger_revoke_advertiser_token (
      tx, spark_field_string (call->params, "app_id"), spark_field_string (call->params, "secret"),
      spark_field_string (call->params, "access_token"), error);
}

/* --- oauth2/advertiser/get --- */

static const SparkField advertiser_get_fields[] = {
  { "app_id", SPARK_FIELD_ID, TRUE },
  TEXT ("secret"),
  { NULL },
};

static gboolean
run_advertiser_get (SparkTx *tx, SparkCall *call, GError **error)
{
  const char *app = spark_field_string (call->params, "app_id");
  SparkApp view;

  if (!spark_read_app_with_secret (tx, app, spark_field_string (call->params, "secret"), &view,
                                   error))
    return FALSE;
  if (g_strcmp0 (call->app, app) != 0)
    {
      g_set_error_literal (error, SPARK_RETURN_ERROR, SPARK_RETURN_APP_MISMATCH,
                           "The access token was given to another app.");
      return FALSE;
    }
  spark_json_begin_array (&call->data, "list");
  for (guint i = 0; i < call->advertisers->len; i++)
    {
      const SparkTokenAdvertiser *advertiser
          = &g_array_index (call->advertisers, SparkTokenAdvertiser, i);

      spark_json_begin_object (&call->data, NULL);
      spark_json_string (&call->data, "advertiser_id", advertiser->id);
      spark_json_string (&call->data, "advertiser_name", advertiser->name);
      spark_json_end_object (&call->data);
    }
  spark_json_end_array (&call->data);
  return TRUE;
}

const SparkEndpoint spark_oauth_endpoints[] = {
  { "POST", "oauth2/access_token/", SPARK_AUTH_NONE, access_token_fields, run_access_token },
  { "POST", "oauth2/revoke_token/", SPARK_AUTH_NONE, revoke_token_fields, run_revoke_token },
  { "GET", "oauth2/advertiser/get/", SPARK_AUTH_TOKEN, advertiser_get_fields, run_advertiser_get },
  { NULL },
};
