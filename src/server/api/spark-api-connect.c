/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"
#include "server/ledger/spark-ledger-connections.h"

/* Connecting an account to TikTok: the browser is sent there, and comes back to /connect/callback.
 */

void
spark_api_set_connector (SparkApi *api, const char *consent_prefix, SparkApiWake wake,
                         gpointer data)
{
  api->consent_prefix = g_strdup (consent_prefix);
  spark_feed_hub_set_wake (api->hub, wake, data);
}

void
spark_api_unset_connector (SparkApi *api)
{
  spark_feed_hub_set_wake (api->hub, NULL, NULL);
}

/* A consent belongs to no account yet, so no change told of it. */
static void
wake (SparkApi *api)
{
  spark_feed_hub_wake (api->hub);
}

static gboolean
read_offer (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
            SparkJsonWriter *writer, GError **error)
{
  spark_json_begin_object (writer, NULL);
  spark_json_bool (writer, "tiktok", api->consent_prefix != NULL);
  spark_json_end_object (writer);
  return TRUE;
}

static gboolean
begin (SparkTx *tx, SparkApiWrite *write, gint64 account, GError **error)
{
  const SparkConsent consent = {
    .kind = SPARK_CONSENT_KIND_CREATOR,
    .account = account,
    .asker = write->caller.id,
    .person = write->caller.person,
  };

  if (write->api->consent_prefix != NULL)
    return spark_ledger_begin_consent (tx, &consent, &write->made, error);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
               "This backend has no app id of TikTok. Whoever runs it can set one.");
  return FALSE;
}

static gboolean
run_begin_new (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  if (write->caller.all || write->caller.person != NULL)
    return begin (tx, write, 0, error);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
               "An access token cannot get another account. Sign in as a person.");
  return FALSE;
}

static gboolean
run_begin (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  gint64 account;

  return spark_access_check_account (&write->caller, write->id, SPARK_ROLE_OWNER, &account, error)
         && begin (tx, write, account, error);
}

static gboolean
run_end (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  if (!spark_ledger_disconnect (tx, &write->actor, write->id, error))
    return FALSE;
  write->made = g_strdup (write->id);
  return TRUE;
}

static gboolean
render_consent (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                SparkJsonWriter *writer, GError **error)
{
  g_autofree char *state = spark_read_consent_state (tx, id, caller->id, error);
  g_autofree char *url = NULL;

  if (state == NULL)
    return FALSE;
  url = g_strconcat (api->consent_prefix, state, NULL);
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "url", url);
  spark_json_end_object (writer);
  return TRUE;
}

static const SparkApiAct begin_new = { .status = 201,
                                       .run = run_begin_new,
                                       .render = render_consent,
                                       .after = wake,
                                       .unowned = TRUE,
                                       .personal = TRUE };
static const SparkApiAct begin_old = { .role = SPARK_ROLE_OWNER,
                                       .status = 201,
                                       .checks_id = TRUE,
                                       .run = run_begin,
                                       .render = render_consent,
                                       .after = wake,
                                       .unowned = TRUE };
static const SparkApiAct end = { .role = SPARK_ROLE_OWNER,
                                 .status = 200,
                                 .checks_id = TRUE,
                                 .run = run_end,
                                 .render = spark_render_account,
                                 .after = wake };

static void
get_connect (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_offer);
}

static void
post_connect (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &begin_new);
}

static void
post_account_connect (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &begin_old);
}

static void
delete_account_connect (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &end);
}

const SparkRoute spark_api_connect_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/connect", get_connect, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/connect", post_connect, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/accounts/{id}/connect", post_account_connect, 0, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/accounts/{id}/connect", delete_account_connect, 0, FALSE },
};
const gsize spark_api_n_connect_routes = G_N_ELEMENTS (spark_api_connect_routes);
