/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"
#include "server/platform/spark-platform.h"

#define MAX_DAYS   100000
#define MAX_GRANTS 100
/* Characters of an id that an answer is kept for. */
#define MAX_ID 48
/* Of answers that were not there, one in so many is kept: most codes are asked for once, and cost
 * nothing more then; what is asked for often is among them soon. */
#define KEPT_ONE_IN 8

typedef struct
{
  SparkApi *api;
  const SparkCaller *caller;
  SparkJsonWriter *writer;
} Listing;

static gboolean
write_code (const SparkCode *code, gpointer data)
{
  Listing *listing = data;

  spark_render_code_view (listing->caller, code, listing->writer);
  return TRUE;
}

static gboolean
write_link (const SparkLink *link, gpointer data)
{
  Listing *listing = data;

  spark_render_link_view (listing->api, listing->caller, link, listing->writer);
  return TRUE;
}

static gboolean
read_list (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
           gboolean links, SparkJsonWriter *writer, GError **error)
{
  Listing listing = { api, caller, writer };
  SparkObjectQuery query;
  SparkPage page;

  if (!spark_api_page (request, &page, error)
      || !spark_api_object_query (
          request, caller, links ? SPARK_TYPE_LINK_STATE : SPARK_TYPE_CODE_STATE, &query, error))
    return FALSE;
  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  if (!(links ? spark_read_links (tx, &query, TRUE, &page, write_link, &listing, error)
              : spark_read_codes (tx, &query, TRUE, &page, write_code, &listing, error)))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_string (writer, "next_cursor", page.next);
  spark_json_end_object (writer);
  g_free (page.next);
  return TRUE;
}

static gboolean
read_codes (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
            SparkJsonWriter *writer, GError **error)
{
  return read_list (api, tx, caller, request, FALSE, writer, error);
}

static gboolean
read_links (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
            SparkJsonWriter *writer, GError **error)
{
  return read_list (api, tx, caller, request, TRUE, writer, error);
}

/* While nobody commits: else it would cost more to know whether it is as it was than to read it. */
static gboolean
may_be_kept (SparkTx *tx, const char *id, gint64 *account)
{
  gint64 number;

  return spark_tx_is_steady (tx) && strlen (id) < MAX_ID && spark_id_parse (id, account, &number);
}

static gboolean
is_in_turn (void)
{
  static __thread guint turn = 0;

  return turn++ % KEPT_ONE_IN == 0;
}

static GBytes *
read_code (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
           GError **error)
{
  const char *id = spark_request_param (request, 0);
  g_auto (SparkJsonWriter) writer = { 0 };
  SparkVersion version;
  gboolean sees, keeps;
  gint64 account;
  SparkCode code;
  GBytes *body;

  if (!spark_access_check (caller, id, SPARK_ROLE_VIEW, error))
    return NULL;
  sees = spark_caller_sees_codes (caller, id);
  keeps = sees && may_be_kept (tx, id, &account);
  if (keeps)
    {
      if (!spark_read_version (tx, account, &version, error))
        return NULL;
      body = spark_kept_find (api->kept_codes, id, &version);
      if (body != NULL)
        return body;
    }
  if (!spark_read_code (tx, id, sees, &code, error))
    return NULL;
  spark_json_writer_init (&writer);
  spark_code_write (&code, &writer);
  body = spark_json_writer_steal (&writer);
  /* One that cannot be read for now, for want of its key, may be later. */
  if (keeps && code.code != NULL && is_in_turn ())
    spark_kept_put (api->kept_codes, id, &version, body);
  return body;
}

static gboolean
read_link (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
           SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);

  return spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
         && spark_render_link (api, tx, caller, id, writer, error);
}

/* --- acts --- */

static gboolean
days_member (SparkApiWrite *write, gboolean required, guint *days, GError **error)
{
  gint64 number;

  if (!(required ? spark_json_get_int (write->object, "days", &number, error)
                 : spark_json_find_int (write->object, "days", 0, &number, error)))
    return FALSE;
  /* Which periods there are is the ledger's to say; here it only has to fit. */
  *days = number < 0 || number > MAX_DAYS ? MAX_DAYS : (guint)number;
  return TRUE;
}

static gboolean
run_code (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  const char *code, *note;
  gint64 ends_at;
  guint days;

  if (!spark_json_find_string (write->object, "code", &code, error)
      || !spark_api_text_member (write->object, "note", SPARK_API_MAX_NOTE, &note, error)
      || !spark_json_find_time (write->object, "ends_at", &ends_at, error)
      || !days_member (write, code == NULL, &days, error))
    return FALSE;
  if (code == NULL)
    return spark_ledger_generate (tx, &write->actor, write->id, days, &write->made, error);
  return spark_ledger_add_code (tx, &write->actor, write->id, code, days, ends_at, note,
                                &write->made, error);
}

/* In the same transaction: what was agreed is not given up for an extension that is refused. */
static gboolean
extend_agreed (SparkTx *tx, SparkApiWrite *write, gint64 ends_at, GError **error)
{
  JsonArray *grants;
  guint n;

  if (!spark_json_find_array (write->object, "grants", &grants, error))
    return FALSE;
  n = grants != NULL ? json_array_get_length (grants) : 0;
  if (n > MAX_GRANTS)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "At most %d grants are extended with a code at once.", MAX_GRANTS);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    {
      JsonNode *id = json_array_get_element (grants, i);

      if (!JSON_NODE_HOLDS_VALUE (id) || json_node_get_value_type (id) != G_TYPE_STRING)
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                       "The grants are ids, as strings.");
          return FALSE;
        }
      if (!spark_ledger_extend_agreed (tx, &write->actor, write->id, json_node_get_string (id),
                                       ends_at, error))
        return FALSE;
    }
  return TRUE;
}

/* Up to where the code goes already, accesses are extended without it. */
static gboolean
run_extend (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  gint64 ends_at;
  guint days;

  write->made = g_strdup (write->id);
  if (!spark_json_find_time (write->object, "grants_end_at", &ends_at, error)
      || !days_member (write, ends_at == 0, &days, error)
      || !extend_agreed (tx, write, ends_at, error))
    return FALSE;
  if (ends_at == 0 || json_object_has_member (write->object, "days"))
    return spark_ledger_extend (tx, &write->actor, write->id, days, error);
  return spark_ledger_check_reaches (tx, write->id, ends_at, error);
}

static gboolean
run_replace (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return spark_ledger_replace (tx, &write->actor, write->id, &write->made, error);
}

static gboolean
run_copied (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  g_autofree char *brand = NULL;
  gint64 at = 0;

  return (write->object == NULL || spark_json_find_time (write->object, "at", &at, error))
         && spark_api_brand_member (tx, write, write->id, FALSE, &brand, error)
         && spark_ledger_copied (tx, &write->actor, write->id, brand, at, error);
}

static gboolean
run_delete (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return spark_ledger_delete_code (tx, &write->actor, write->id, error);
}

/* Where nobody can redeem it, a link would only disappoint. */
static gboolean
check_reachable (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  SparkAccount account;
  gint64 number, object;

  spark_id_parse (write->id, &number, &object);
  if (!spark_read_account (tx, number, &account, error))
    return FALSE;
  if (spark_api_brand_url (write->api, account.platform) != NULL)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_BRANDS_CANNOT_REACH,
               "Brands can't reach this computer. Copy the code, or join a server.");
  return FALSE;
}

static gboolean
run_link (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  g_autofree char *brand = NULL;
  const char *note;
  gint64 ends_at;

  return check_reachable (tx, write, error)
         && spark_api_text_member (write->object, "note", SPARK_API_MAX_NOTE, &note, error)
         && spark_json_find_time (write->object, "ends_at", &ends_at, error)
         && spark_api_brand_member (tx, write, write->id, TRUE, &brand, error)
         && spark_ledger_create_link (tx, &write->actor, write->id, brand, ends_at, note,
                                      &write->made, error);
}

static gboolean
run_withdraw (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return spark_ledger_withdraw_link (tx, &write->actor, write->id, error);
}

static const SparkApiAct make
    = { SPARK_ROLE_GENERATE, 201, TRUE, TRUE, run_code, spark_render_code };
static const SparkApiAct extend
    = { SPARK_ROLE_GENERATE, 200, TRUE, TRUE, run_extend, spark_render_code };
static const SparkApiAct replace
    = { SPARK_ROLE_REVOKE, 201, FALSE, TRUE, run_replace, spark_render_code };
static const SparkApiAct copied = { SPARK_ROLE_GENERATE, 204, FALSE, TRUE, run_copied, NULL };
static const SparkApiAct delete = { SPARK_ROLE_REVOKE, 204, FALSE, TRUE, run_delete, NULL };
static const SparkApiAct link_act
    = { SPARK_ROLE_GENERATE, 201, TRUE, TRUE, run_link, spark_render_link };
static const SparkApiAct withdraw = { SPARK_ROLE_REVOKE, 204, FALSE, TRUE, run_withdraw, NULL };

static void
get_codes (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_codes);
}

static void
get_code (SparkRequest *request, gpointer data)
{
  spark_api_find (data, request, read_code);
}

static void
get_links (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_links);
}

static void
get_link (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_link);
}

static void
post_code (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &make);
}

static void
post_extend (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &extend);
}

static void
post_replace (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &replace);
}

static void
post_copy (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &copied);
}

static void
delete_code (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &delete);
}

static void
post_link (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &link_act);
}

static void
delete_link (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &withdraw);
}

const SparkRoute spark_api_code_routes[] = {
  { SPARK_FACE_CREATORS, "POST", "/v1/videos/{id}/code", post_code, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/codes", get_codes, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/codes/{id}", get_code, 0, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/codes/{id}", delete_code, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/codes/{id}/extend", post_extend, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/codes/{id}/replace", post_replace, SPARK_API_MAX_BODY,
    FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/codes/{id}/copies", post_copy, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/videos/{id}/links", post_link, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/links", get_links, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/links/{id}", get_link, 0, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/links/{id}", delete_link, 0, FALSE },
};
const gsize spark_api_n_code_routes = G_N_ELEMENTS (spark_api_code_routes);
