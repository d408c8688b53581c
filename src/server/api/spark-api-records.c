/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include "server/api/spark-api-private.h"
#include "server/drawing/spark-drawing.h"
#include "server/record/spark-record.h"

/* Lives as long as its request, whose words it has. */
typedef struct
{
  SparkApi *api;
  SparkRequest *request;
  gint64 account;
  const char *grant; /* at most one of them; neither: all of the account */
  const char *brand;
  gint64 from;
  gint64 to;
  gboolean pdf;
} Wish;

static gboolean
refuse (GError **error, const char *words)
{
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, words);
  return FALSE;
}

static gboolean
read_time (SparkRequest *request, const char *name, gint64 *ms, GError **error)
{
  const char *text = spark_request_query (request, name);

  if (text == NULL || spark_time_parse (text, ms))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "%s is a time such as 2026-03-01T18:00:00Z.", name);
  return FALSE;
}

static gboolean
read_wish (SparkRequest *request, Wish *wish, GError **error)
{
  const char *format = spark_request_query (request, "format");

  wish->grant = spark_request_query (request, "grant");
  wish->brand = spark_request_query (request, "brand");
  wish->pdf = format == NULL || g_str_equal (format, "pdf");
  if (wish->grant != NULL && wish->brand != NULL)
    return refuse (error, "A record is of a brand or of a grant.");
  if (!wish->pdf && !g_str_equal (format, "csv"))
    return refuse (error, "format is pdf or csv.");
  if (!read_time (request, "from", &wish->from, error)
      || !read_time (request, "to", &wish->to, error))
    return FALSE;
  return wish->to == 0 || wish->from < wish->to || refuse (error, "from must be before to.");
}

/* Another account's is not found, as if it were not there. */
static gboolean
check_part (const SparkCaller *caller, gint64 account, const char *id, GError **error)
{
  gint64 owner, number;

  if (id == NULL)
    return TRUE;
  if (!spark_access_check (caller, id, SPARK_ROLE_VIEW, error))
    return FALSE;
  if (spark_id_parse (id, &owner, &number) && owner == account)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "There is no such object.");
  return FALSE;
}

/* Whether they may have it is decided at once. */
static gboolean
check (SparkApi *api, SparkRequest *request, Wish *wish, GError **error)
{
  SparkTx *tx = spark_store_read_begin (api->store, error);
  const char *id = spark_request_param (request, 0);
  g_auto (SparkCaller) caller = { 0 };
  gint64 account = 0;
  gboolean ok;

  if (tx == NULL)
    return FALSE;
  ok = spark_access_authenticate (tx, request, &caller, error)
       && spark_access_check_account (&caller, id, SPARK_ROLE_VIEW, &account, error)
       && read_wish (request, wish, error);
  wish->account = account;
  ok = ok && check_part (&caller, wish->account, wish->grant, error)
       && check_part (&caller, wish->account, wish->brand, error);
  spark_store_read_end (tx);
  return ok;
}

static gboolean
collect (SparkApi *api, const Wish *wish, SparkRecord *record, GError **error)
{
  SparkTx *tx = spark_store_read_begin (api->store, error);
  gboolean ok;

  if (tx == NULL)
    return FALSE;
  ok = spark_record_collect (tx, wish->account, wish->grant, wish->brand, wish->from, wish->to,
                             record, error);
  spark_store_read_end (tx);
  return ok;
}

static void
write_signature (SparkApi *api, GBytes *content, SparkJsonWriter *writer)
{
  g_autofree char *signature = NULL;

  if (api->signing == NULL)
    {
      spark_json_null (writer, "signature");
      return;
    }
  signature = spark_signing_sign (api->signing, g_bytes_get_data (content, NULL),
                                  g_bytes_get_size (content));
  spark_json_begin_object (writer, "signature");
  spark_json_string (writer, "algorithm", "ed25519");
  spark_json_string (writer, "key", spark_signing_get_public (api->signing));
  spark_json_string (writer, "signature", signature);
  spark_json_end_object (writer);
}

/* On a thread of the desk. */
static void
make_record (gpointer data)
{
  g_autofree Wish *wish = data;
  SparkApi *api = wish->api;
  SparkRequest *request = wish->request;
  g_auto (SparkRecord) record
      = { .language = spark_language_choose (spark_request_header (request, "Accept-Language")) };
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autofree char *text = NULL;

  /* Drawn when the snapshot is let go. */
  if (collect (api, wish, &record, &error))
    content = wish->pdf ? spark_drawing_record (&record, &error) : spark_record_write_csv (&record);
  if (content == NULL)
    {
      spark_api_refuse (request, error);
      return;
    }
  spark_request_add_header (request, "Vary", "Accept-Language");
  spark_request_add_header (request, "Content-Language", spark_language_tag (record.language));
  text = g_base64_encode (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "subject", record.subject);
  spark_json_string (&writer, "type", wish->pdf ? "application/pdf" : "text/csv; charset=utf-8");
  spark_json_int (&writer, "lines", record.lines->len);
  spark_json_time (&writer, "made_at", record.made_at);
  spark_json_string (&writer, "content", text);
  write_signature (api, content, &writer);
  spark_json_end_object (&writer);
  spark_api_respond (request, 200, &writer);
}

static void
get_record (SparkRequest *request, gpointer data)
{
  SparkApi *api = data;
  g_autofree Wish *wish = g_new0 (Wish, 1);
  g_autoptr (GError) error = NULL;

  wish->api = api;
  wish->request = request;
  if (!check (api, request, wish, &error))
    {
      spark_api_refuse (request, error);
      return;
    }
  spark_request_wait (request);
  if (spark_desk_give (api->desk, wish->account, make_record, wish, &error))
    g_steal_pointer (&wish);
  else
    spark_api_refuse (request, error);
}

/* For everybody: who has been handed a record checks it with this. */
static void
get_key (SparkRequest *request, gpointer data)
{
  SparkApi *api = data;
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GError) error = NULL;

  if (api->signing == NULL)
    {
      error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
                                   "This server has no signing key.");
      spark_api_refuse (request, error);
      return;
    }
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "algorithm", "ed25519");
  spark_json_string (&writer, "key", spark_signing_get_public (api->signing));
  spark_json_end_object (&writer);
  spark_api_respond (request, 200, &writer);
}

const SparkRoute spark_api_record_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/accounts/{id}/record", get_record, 0, FALSE },
  { SPARK_FACE_CREATORS | SPARK_FACE_BRANDS, "GET", "/.well-known/sparkbox-signing-key", get_key, 0,
    FALSE },
};
const gsize spark_api_n_record_routes = G_N_ELEMENTS (spark_api_record_routes);
