/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"

#define DEFAULT_LIMIT 20
#define MAX_LIMIT     100
/* Bytes of answers kept for who asks the same again. */
#define MAX_KEPT (16 * 1024 * 1024)
#define MAX_KEPT_CODES 4096

void
spark_api_refuse (SparkRequest *request, const GError *error)
{
  guint status;
  g_autoptr (GBytes) body = spark_error_to_problem (error, spark_request_id (request), &status);

  if (status == 401)
    spark_request_add_header (request, "WWW-Authenticate", "Bearer");
  if (status == 503 || status == 429)
    spark_request_add_header (request, "Retry-After", "1");
  spark_request_respond (request, status, "application/problem+json", body);
}

void
spark_api_respond (SparkRequest *request, guint status, SparkJsonWriter *writer)
{
  g_autoptr (GBytes) body = spark_json_writer_steal (writer);

  spark_request_respond (request, status, "application/json", body);
}

void
spark_api_read (SparkApi *api, SparkRequest *request, SparkApiRead read)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_auto (SparkCaller) caller = { 0 };
  g_autoptr (GError) error = NULL;
  SparkTx *tx;

  spark_json_writer_init (&writer);
  tx = spark_store_read_begin (api->store, &error);
  if (tx != NULL)
    {
      if (spark_access_borrow (tx, request, &caller, &error))
        read (api, tx, &caller, request, &writer, &error);
      spark_store_read_end (tx);
    }
  if (error != NULL)
    spark_api_refuse (request, error);
  else
    spark_api_respond (request, 200, &writer);
}

void
spark_api_find (SparkApi *api, SparkRequest *request, SparkApiFind find)
{
  g_auto (SparkCaller) caller = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  SparkTx *tx = spark_store_read_begin (api->store, &error);

  if (tx != NULL)
    {
      if (spark_access_borrow (tx, request, &caller, &error))
        body = find (api, tx, &caller, request, &error);
      spark_store_read_end (tx);
    }
  if (body != NULL)
    spark_request_respond (request, 200, "application/json", body);
  else
    spark_api_refuse (request, error);
}

gboolean
spark_api_page (SparkRequest *request, SparkPage *page, GError **error)
{
  const char *limit = spark_request_query (request, "limit");
  gint64 number = DEFAULT_LIMIT;

  if (limit != NULL && (!g_ascii_string_to_signed (limit, 10, 1, MAX_LIMIT, &number, NULL)))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The limit is a number from 1 to %d.", MAX_LIMIT);
      return FALSE;
    }
  *page = (SparkPage){ .after = spark_request_query (request, "cursor"), .limit = (guint)number };
  if (page->after != NULL && *page->after == '\0')
    page->after = NULL;
  return TRUE;
}

/* A filter by id: it must be one of the caller's. */
static gboolean
id_filter (SparkRequest *request, const SparkCaller *caller, const char *name, const char **id,
           GError **error)
{
  *id = spark_request_query (request, name);
  return *id == NULL || spark_access_check (caller, *id, SPARK_ROLE_VIEW, error);
}

gboolean
spark_api_same_account (SparkObjectQuery *query, GError **error)
{
  gint64 video = 0, brand = 0, number;

  if ((query->video_id == NULL || spark_id_parse (query->video_id, &video, &number))
      && (query->brand_id == NULL || spark_id_parse (query->brand_id, &brand, &number))
      && (query->account == 0 || video == 0 || video == query->account)
      && (query->account == 0 || brand == 0 || brand == query->account)
      && (video == 0 || brand == 0 || video == brand))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "Account, video and brand must be ids of one account.");
  return FALSE;
}

gboolean
spark_api_object_query (SparkRequest *request, const SparkCaller *caller, GType state_type,
                        SparkObjectQuery *query, GError **error)
{
  const char *account, *state, *ends_before;

  *query = (SparkObjectQuery){ .scope = spark_caller_scope (caller), .state = -1, .type = -1 };
  if (!id_filter (request, caller, "account", &account, error)
      || !id_filter (request, caller, "video", &query->video_id, error)
      || !id_filter (request, caller, "brand", &query->brand_id, error))
    return FALSE;
  if (account != NULL && !spark_api_account_number (account, &query->account))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "account is the id of an account.");
      return FALSE;
    }
  if (!spark_api_same_account (query, error))
    return FALSE;
  state = spark_request_query (request, "state");
  if (state != NULL && state_type != G_TYPE_NONE
      && !spark_enum_from_string (state_type, state, &query->state))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "There is no such state.");
      return FALSE;
    }
  ends_before = spark_request_query (request, "ends_before");
  if (ends_before != NULL && !spark_time_parse (ends_before, &query->ends_before))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "ends_before is a time such as 2026-03-01T18:00:00Z.");
      return FALSE;
    }
  return TRUE;
}

gboolean
spark_api_text_member (JsonObject *object, const char *name, guint max, const char **text,
                       GError **error)
{
  const char *found;

  if (!spark_json_find_string (object, name, &found, error))
    return FALSE;
  if (found != NULL && g_utf8_strlen (found, -1) > max)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The member \"%s\" has at most %u characters.", name, max);
      return FALSE;
    }
  *text = found;
  return TRUE;
}

gboolean
spark_api_brand_member (SparkTx *tx, SparkApiWrite *write, const char *owner_id, gboolean required,
                        char **brand_id, GError **error)
{
  JsonNode *node = write->object != NULL ? json_object_get_member (write->object, "brand") : NULL;
  gint64 account = 0, number;

  *brand_id = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    {
      if (!required)
        return TRUE;
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The member \"brand\" is missing.");
      return FALSE;
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      const char *name;

      spark_id_parse (owner_id, &account, &number);
      return spark_json_get_string (json_node_get_object (node), "name", &name, error)
             && spark_ledger_find_brand (tx, &write->actor, account, name, brand_id, error);
    }
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The member \"brand\" must be an id, or an object with a name.");
      return FALSE;
    }
  *brand_id = g_strdup (json_node_get_string (node));
  return spark_access_check (&write->caller, *brand_id, SPARK_ROLE_VIEW, error);
}

/* --- health --- */

static void
health (SparkRequest *request, gpointer data)
{
  SparkApi *api = data;
  g_auto (SparkJsonWriter) writer = { 0 };
  SparkTx *tx = spark_store_read_begin (api->store, NULL);

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "status", tx != NULL ? "ok" : "unavailable");
  spark_json_string (&writer, "service", "sparkbox");
  spark_json_int (&writer, "api", 1);
  spark_json_end_object (&writer);
  if (tx != NULL)
    spark_store_read_end (tx);
  spark_api_respond (request, tx != NULL ? 200 : 503, &writer);
}

static const SparkRoute health_routes[] = {
  { SPARK_FACE_HEALTH, "GET", "/healthz", health, 0, FALSE },
};

/* --- the whole --- */

SparkApi *
spark_api_new (SparkStore *store, const char *brand_url)
{
  SparkApi *api = g_new0 (SparkApi, 1);

  api->store = store;
  api->brand_url = g_strdup (brand_url);
  api->running = g_hash_table_new (g_str_hash, g_str_equal);
  pthread_mutex_init (&api->running_lock, NULL);
  api->hub = spark_feed_hub_new (api);
  api->imports = spark_imports_new (api);
  api->desk = spark_desk_new (api->store);
  api->batches = spark_batches_new (api);
  api->kept = spark_kept_new (MAX_KEPT, NULL);
  api->kept_codes = spark_kept_new (MAX_KEPT_CODES * 1024, spark_vault_new (MAX_KEPT_CODES));
  return api;
}

void
spark_api_set_sandbox_url (SparkApi *api, const char *sandbox_url)
{
  /* Once; requests may be read already. */
  g_atomic_pointer_set (&api->sandbox_url, g_strdup (sandbox_url));
}

void
spark_api_set_signing (SparkApi *api, SparkSigning *signing)
{
  api->signing = signing;
}

static void
refuse (SparkRequest *request, const GError *error, gpointer data)
{
  spark_api_refuse (request, error);
}

void
spark_api_add_routes (SparkApi *api, SparkHttp *http)
{
  const struct
  {
    const SparkRoute *routes;
    gsize n;
  } tables[] = {
    { health_routes, G_N_ELEMENTS (health_routes) },
    { spark_api_account_routes, spark_api_n_account_routes },
    { spark_api_connect_routes, spark_api_n_connect_routes },
    { spark_api_video_routes, spark_api_n_video_routes },
    { spark_api_code_routes, spark_api_n_code_routes },
    { spark_api_grant_routes, spark_api_n_grant_routes },
    { spark_api_brand_routes, spark_api_n_brand_routes },
    { spark_api_calendar_routes, spark_api_n_calendar_routes },
    { spark_api_record_routes, spark_api_n_record_routes },
    { spark_api_batch_routes, spark_api_n_batch_routes },
    { spark_api_intake_routes, spark_api_n_intake_routes },
    { spark_api_sign_in_routes, spark_api_n_sign_in_routes },
    { spark_api_change_routes, spark_api_n_change_routes },
  };
  /* Where what goes wrong is told to a program, also beside the brands' pages. */
  static const char *const prefixes[] = { "/v1", "/healthz", "/metrics", "/oauth", "/.well-known" };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    spark_http_add_routes (http, tables[i].routes, tables[i].n, api);
  spark_http_add_refuse (http, SPARK_FACE_HEALTH, "/", refuse, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    spark_http_add_refuse (http, SPARK_FACE_CREATORS | SPARK_FACE_HEALTH, prefixes[i], refuse,
                           NULL);
}

void
spark_api_free (SparkApi *api)
{
  spark_batches_free (api->batches);
  spark_imports_free (api->imports);
  spark_desk_free (api->desk);
  spark_feed_hub_free (api->hub);
  spark_kept_free (api->kept);
  spark_kept_free (api->kept_codes);
  spark_signing_free (api->signing);
  g_hash_table_unref (api->running);
  pthread_mutex_destroy (&api->running_lock);
  g_free (api->consent_prefix);
  g_free (api->brand_url);
  g_free (api->sandbox_url);
  g_free (api);
}
