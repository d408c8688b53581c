/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include "server/api/spark-api-private.h"

typedef struct
{
  SparkApi *api;
  const SparkCaller *caller;
  SparkJsonWriter *writer;
} Listing;

static gboolean
write_account (const SparkAccount *account, gpointer data)
{
  Listing *listing = data;

  spark_render_account_view (listing->api, listing->caller, account, listing->writer);
  return TRUE;
}

static gboolean
read_list (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
           SparkJsonWriter *writer, GError **error)
{
  SparkScope scope = spark_caller_scope (caller);
  Listing listing = { api, caller, writer };

  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  if (!spark_read_accounts (tx, &scope, write_account, &listing, error))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_null (writer, "next_cursor");
  spark_json_end_object (writer);
  return TRUE;
}

static gboolean
read_one (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
          SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);

  return spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
         && spark_render_account (api, tx, caller, id, writer, error);
}

/* @type: (transfer full) (out) */
static GBytes *
find_avatar (SparkApi *api, SparkRequest *request, char **type, GError **error)
{
  const char *id = spark_request_param (request, 0);
  SparkTx *tx = spark_store_read_begin (api->store, error);
  g_auto (SparkCaller) caller = { 0 };
  const char *found = NULL;
  GBytes *picture = NULL;
  gint64 account = 0;

  if (tx == NULL)
    return NULL;
  if (spark_access_authenticate (tx, request, &caller, error)
      && spark_access_check_account (&caller, id, SPARK_ROLE_VIEW, &account, error))
    {
      picture = spark_read_avatar (tx, account, &found);
      if (picture == NULL)
        g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "This account has no avatar here.");
    }
  *type = g_strdup (found);
  spark_store_read_end (tx);
  return picture;
}

static gboolean
run_add (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  const char *name, *handle;
  int platform;

  if (!write->caller.all)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
                   "Accounts of this server are added by whoever runs it.");
      return FALSE;
    }
  return spark_json_get_string (write->object, "name", &name, error)
         && spark_api_text_member (write->object, "handle", 100, &handle, error)
         && spark_json_get_enum (write->object, "platform", SPARK_TYPE_PLATFORM_KIND, &platform,
                                 error)
         && spark_ledger_add_account (tx, &write->actor, platform, name, handle, &write->made,
                                      error);
}

static gboolean
run_delete (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return spark_ledger_delete_account (tx, &write->actor, write->id, error);
}

static void
after_delete (SparkApi *api)
{
  spark_batches_wake (api->batches);
}

static const SparkApiAct add
    = { SPARK_ROLE_OWNER, 201, TRUE, FALSE, run_add, spark_render_account };
static const SparkApiAct delete = { .role = SPARK_ROLE_OWNER,
                                    .status = 204,
                                    .checks_id = TRUE,
                                    .run = run_delete,
                                    .after = after_delete };

static void
get_accounts (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_list);
}

static void
get_account (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_one);
}

static void
get_avatar (SparkRequest *request, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autoptr (GBytes) picture = find_avatar (data, request, &type, &error);

  if (picture == NULL)
    {
      spark_api_refuse (request, error);
      return;
    }
  spark_request_respond (request, 200, type, picture);
}

static void
post_account (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &add);
}

static void
delete_account (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &delete);
}

const SparkRoute spark_api_account_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/accounts", get_accounts, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/accounts", post_account, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/accounts/{id}", get_account, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/accounts/{id}/avatar", get_avatar, 0, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/accounts/{id}", delete_account, 0, FALSE },
};
const gsize spark_api_n_account_routes = G_N_ELEMENTS (spark_api_account_routes);
