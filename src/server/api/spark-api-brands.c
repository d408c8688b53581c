/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"

static gboolean
write_brand (const SparkBrand *brand, gpointer writer)
{
  spark_brand_write (brand, writer);
  return TRUE;
}

static gboolean
read_list (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
           SparkJsonWriter *writer, GError **error)
{
  SparkObjectQuery query;
  SparkPage page;

  if (!spark_api_page (request, &page, error)
      || !spark_api_object_query (request, caller, G_TYPE_NONE, &query, error))
    return FALSE;
  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  if (!spark_read_brands (tx, &query, &page, write_brand, writer, error))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_string (writer, "next_cursor", page.next);
  spark_json_end_object (writer);
  g_free (page.next);
  return TRUE;
}

static gboolean
read_one (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
          SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);

  return spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
         && spark_render_brand (api, tx, caller, id, writer, error);
}

static gboolean
run_add (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  const char *account, *name, *notes;

  return spark_json_get_string (write->object, "account", &account, error)
         && spark_json_get_string (write->object, "name", &name, error)
         && spark_api_text_member (write->object, "notes", SPARK_API_MAX_NOTE, &notes, error)
         && spark_access_check (&write->caller, account, SPARK_ROLE_GENERATE, error)
         && spark_ledger_add_brand (tx, &write->actor, account, name, notes, &write->made, error);
}

static gboolean
read_deal (JsonObject *object, SparkDeal *deal, GError **error)
{
  if (!spark_json_find_int (object, "fee", -1, &deal->fee, error)
      || !spark_json_find_string (object, "currency", &deal->currency, error)
      || !spark_json_find_bool (object, "paid", FALSE, &deal->paid, error)
      || !spark_json_find_time (object, "ends_at", &deal->ends_at, error))
    return FALSE;
  if (deal->fee >= -1
      && (deal->currency == NULL
          || (strlen (deal->currency) == 3
              && strspn (deal->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3)))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "A fee is counted in hundredths, and its currency has three letters, such as EUR.");
  return FALSE;
}

static gboolean
run_update (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  const char *name, *notes;
  JsonObject *object;
  SparkDeal deal = { 0 };

  write->made = g_strdup (write->id);
  if (!spark_json_find_string (write->object, "name", &name, error)
      || !spark_api_text_member (write->object, "notes", SPARK_API_MAX_NOTE, &notes, error)
      || !spark_json_find_object (write->object, "deal", &object, error))
    return FALSE;
  if (object != NULL && !read_deal (object, &deal, error))
    return FALSE;
  return spark_ledger_update_brand (tx, &write->actor, write->id, name, notes,
                                    object != NULL ? &deal : NULL, error);
}

static gboolean
run_confirm (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  write->made = g_strdup (write->id);
  return spark_ledger_confirm_advertiser (tx, &write->actor, write->id, write->second, error);
}

static gboolean
run_refuse (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  write->made = g_strdup (write->id);
  return spark_ledger_refuse_advertiser (tx, &write->actor, write->id, write->second, error);
}

static const SparkApiAct add
    = { SPARK_ROLE_GENERATE, 201, TRUE, FALSE, run_add, spark_render_brand };
static const SparkApiAct update
    = { SPARK_ROLE_GENERATE, 200, TRUE, TRUE, run_update, spark_render_brand };
static const SparkApiAct confirm
    = { SPARK_ROLE_GENERATE, 200, FALSE, TRUE, run_confirm, spark_render_brand };
static const SparkApiAct refuse
    = { SPARK_ROLE_REVOKE, 200, FALSE, TRUE, run_refuse, spark_render_brand };

static void
get_brands (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_list);
}

static void
get_brand (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_one);
}

static void
post_brand (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &add);
}

static void
patch_brand (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &update);
}

static void
post_confirm (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &confirm);
}

static void
post_refuse (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &refuse);
}

const SparkRoute spark_api_brand_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/brands", get_brands, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/brands", post_brand, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/brands/{id}", get_brand, 0, FALSE },
  { SPARK_FACE_CREATORS, "PATCH", "/v1/brands/{id}", patch_brand, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/brands/{id}/advertisers/{advertiser}/confirm", post_confirm,
    SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/brands/{id}/advertisers/{advertiser}/refuse", post_refuse,
    SPARK_API_MAX_BODY, FALSE },
};
const gsize spark_api_n_brand_routes = G_N_ELEMENTS (spark_api_brand_routes);
