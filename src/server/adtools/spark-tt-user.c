/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"

#define TEXT(name)                                                                                 \
  {                                                                                                \
    name, SPARK_FIELD_STRING, TRUE, 0, 512                                                         \
  }

static const SparkField token_fields[] = {
  TEXT ("client_id"), TEXT ("client_secret"), TEXT ("grant_type"),
  TEXT ("auth_code"), TEXT ("redirect_uri"),  { NULL },
};
static const SparkField refresh_fields[] = {
  TEXT ("client_id"), TEXT ("client_secret"), TEXT ("grant_type"), TEXT ("refresh_token"), { NULL },
};
static const SparkField revoke_fields[] = {
  TEXT ("client_id"),
  TEXT ("client_secret"),
  TEXT ("access_token"),
  { NULL },
};
static const SparkField info_fields[] = {
  { "app_id", SPARK_FIELD_ID, TRUE },
  TEXT ("access_token"),
  { NULL },
};

static gboolean
check_grant_type (SparkCall *call, const char *wanted, GError **error)
{
  if (strcmp (spark_field_string (call->params, "grant_type"), wanted) == 0)
    return TRUE;
  g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_WRONG_GRANT_TYPE, "grant_type: must be %s.",
               wanted);
  return FALSE;
}

static void
write_tokens (SparkTx *tx, SparkCall *call, const SparkAppTokens *tokens)
{
  SparkJsonWriter *writer = &call->data;

  spark_json_string (writer, "access_token", tokens->access);
  spark_json_string (writer, "token_type", "Bearer");
  spark_json_string (writer, "scope", tokens->scope);
  spark_json_int (writer, "expires_in", SPARK_APP_ACCESS_SECONDS);
  spark_json_string (writer, "refresh_token", tokens->refresh);
  spark_json_int (writer, "refresh_token_expires_in",
                  (tokens->refresh_expires_at - spark_tx_now (tx)) / 1000);
  spark_json_string (
      writer, "open_id",
      spark_read_open_id (tx, tokens->account, spark_field_string (call->params, "client_id")));
}

static gboolean
run_token (SparkTx *tx, SparkCall *call, GError **error)
{
  g_auto (SparkAppTokens) tokens = { 0 };

  if (!check_grant_type (call, "authorization_code", error)
      || !spark_ledger_exchange_account (tx, spark_field_string (call->params, "client_id"),
                                         spark_field_string (call->params, "client_secret"),
                                         spark_field_string (call->params, "auth_code"),
                                         spark_field_string (call->params, "redirect_uri"), &tokens,
                                         error))
    return FALSE;
  write_tokens (tx, call, &tokens);
  return TRUE;
}

static gboolean
run_refresh (SparkTx *tx, SparkCall *call, GError **error)
{
  g_auto (SparkAppTokens) tokens = { 0 };

  if (!check_grant_type (call, "refresh_token", error)
      || !spark_ledger_refresh_account (tx, spark_field_string (call->params, "client_id"),
                                        spark_field_string (call->params, "client_secret"),
                                        spark_field_string (call->params, "refresh_token"), &tokens,
                                        error))
    return FALSE;
  write_tokens (tx, call, &tokens);
  return TRUE;
}

static gboolean
run_revoke (SparkTx *tx, SparkCall *call, GError **error)
{
  return spark_ledger_revoke_account_token (tx, spark_field_string (call->params, "client_id"),
                                            spark_field_string (call->params, "client_secret"),
                                            spark_field_string (call->params, "access_token"),
                                            error);
}

static gboolean
run_info (SparkTx *tx, SparkCall *call, GError **error)
{
  const char *app = spark_field_string (call->params, "app_id");
  SparkAccountToken token;

  if (!spark_read_account_token (tx, spark_field_string (call->params, "access_token"), &token,
                                 error))
    return FALSE;
  if (g_strcmp0 (token.app, app) != 0)
    {
      g_set_error_literal (error, SPARK_RETURN_ERROR, SPARK_RETURN_APP_MISMATCH,
                           "The access token was given to another app.");
      return FALSE;
    }
  spark_json_string (&call->data, "app_id", app);
  spark_json_string (&call->data, "scope", token.scope);
  spark_json_string (&call->data, "creator_id", spark_read_open_id (tx, token.account, app));
  return TRUE;
}

const SparkEndpoint spark_tt_user_endpoints[] = {
  { "POST", "tt_user/oauth2/token/", SPARK_AUTH_NONE, token_fields, run_token },
  { "POST", "tt_user/oauth2/refresh_token/", SPARK_AUTH_NONE, refresh_fields, run_refresh },
  { "POST", "tt_user/oauth2/revoke/", SPARK_AUTH_NONE, revoke_fields, run_revoke },
  { "POST", "tt_user/token_info/get/", SPARK_AUTH_NONE, info_fields, run_info },
  { NULL },
};
