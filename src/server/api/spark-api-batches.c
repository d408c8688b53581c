/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"

/* Room for as many ids as a batch may have. */
#define MAX_BODY (256 * 1024)
#define MAX_DAYS 100000

static gboolean
invalid (GError **error, const char *message)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "%s", message);
  return FALSE;
}

/* --- what it is on --- */

static gboolean
add_id (GArray *subjects, GHashTable *known, JsonNode *node, gint64 *account, GError **error)
{
  const char *id = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
  gint64 of, number;

  if (id == NULL || !spark_id_parse (id, &of, &number) || (*account != 0 && of != *account))
    return invalid (error, "The ids must be strings, of objects of one account.");
  *account = of;
  if (g_hash_table_add (known, g_memdup2 (&number, sizeof number)))
    g_array_append_val (subjects, number);
  return TRUE;
}

static gboolean
read_ids (JsonArray *ids, GArray *subjects, gint64 *account, GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint n = json_array_get_length (ids);

  if (n == 0)
    return invalid (error, "Give at least one id.");
  for (guint i = 0; i < n; i++)
    if (!add_id (subjects, known, json_array_get_element (ids, i), account, error))
      return FALSE;
  return TRUE;
}

static gboolean
add_number (GArray *subjects, const char *id)
{
  gint64 account, number;

  if (spark_id_parse (id, &account, &number))
    g_array_append_val (subjects, number);
  return TRUE;
}

static gboolean
add_video (const SparkVideo *video, gpointer subjects)
{
  return add_number (subjects, video->id);
}

static gboolean
add_grant (const SparkGrant *grant, gpointer subjects)
{
  return add_number (subjects, grant->id);
}

static gboolean
state_member (JsonObject *query, GType type, int *state, GError **error)
{
  const char *text;

  *state = -1;
  if (!spark_json_find_string (query, "state", &text, error))
    return FALSE;
  return text == NULL || spark_enum_from_string (type, text, state)
         || invalid (error, "There is no such state.");
}

/* One more than there may be is looked for, so that too many are known to be. */
static gboolean
find_videos (SparkTx *tx, SparkApiWrite *write, JsonObject *query, gint64 account, GArray *subjects,
             GError **error)
{
  SparkPage page = { NULL, SPARK_BATCH_MAX_ROWS + 1, NULL };
  SparkVideoQuery videos = { .scope = spark_caller_scope (&write->caller), .account = account };
  gboolean ok = state_member (query, SPARK_TYPE_AUTHORIZATION_STATE, &videos.state, error)
                && spark_api_text_member (query, "q", 200, &videos.search, error)
                && spark_read_videos (tx, &videos, &page, add_video, subjects, error);

  g_free (page.next);
  return ok;
}

static gboolean
find_grants (SparkTx *tx, SparkApiWrite *write, JsonObject *query, gint64 account, GArray *subjects,
             GError **error)
{
  SparkPage page = { NULL, SPARK_BATCH_MAX_ROWS + 1, NULL };
  SparkObjectQuery grants
      = { .scope = spark_caller_scope (&write->caller), .account = account, .type = -1 };
  gboolean ok = state_member (query, SPARK_TYPE_GRANT_STATE, &grants.state, error)
                && spark_json_find_string (query, "video", &grants.video_id, error)
                && spark_json_find_string (query, "brand", &grants.brand_id, error)
                && spark_json_find_time (query, "ends_before", &grants.ends_before, error)
                && spark_api_same_account (&grants, error)
                && spark_read_grants (tx, &grants, &page, add_grant, subjects, error);

  g_free (page.next);
  return ok;
}

static gboolean
run_query (SparkTx *tx, SparkApiWrite *write, JsonObject *query, SparkBatchAct act, SparkRole role,
           GArray *subjects, gint64 *account, GError **error)
{
  const char *id, *kind;

  if (!spark_json_get_string (query, "account", &id, error)
      || !spark_json_find_string (query, "kind", &kind, error)
      || !spark_access_check (&write->caller, id, role, error))
    return FALSE;
  if (!spark_api_account_number (id, account))
    return invalid (error, "account is the id of an account.");
  if (kind == NULL)
    kind = act == SPARK_BATCH_ACT_REVOKE ? "grant" : "video";
  if (strcmp (kind, "video") == 0 && act != SPARK_BATCH_ACT_REVOKE)
    return find_videos (tx, write, query, *account, subjects, error);
  if (strcmp (kind, "grant") == 0 && act != SPARK_BATCH_ACT_GENERATE)
    return find_grants (tx, write, query, *account, subjects, error);
  return invalid (error, "This act is not possible on objects of this kind.");
}

/* --- starting --- */

static gboolean
repeat (SparkTx *tx, SparkApiWrite *write, const char *id, GError **error)
{
  SparkBatch batch;

  return spark_access_check (&write->caller, id, SPARK_ROLE_GENERATE, error)
         && spark_read_batch (tx, id, &batch, error)
         && spark_access_check (&write->caller, id, spark_ledger_batch_role (batch.act), error)
         && spark_ledger_repeat_batch (tx, &write->actor, write->caller.person, id, &write->made,
                                       error);
}

static gboolean
read_terms (JsonObject *object, SparkBatchTerms *terms, GError **error)
{
  gint64 days;
  int act;

  if (!spark_json_get_enum (object, "act", SPARK_TYPE_BATCH_ACT, &act, error)
      || !spark_json_find_int (object, "days", 0, &days, error)
      || !spark_json_find_bool (object, "agreed", FALSE, &terms->agreed, error)
      || !spark_api_text_member (object, "reason", SPARK_API_MAX_NOTE, &terms->reason, error))
    return FALSE;
  terms->act = act;
  terms->days = days < 0 || days > MAX_DAYS ? MAX_DAYS : (guint)days;
  if (act == SPARK_BATCH_ACT_REVOKE || act == SPARK_BATCH_ACT_DELETE)
    terms->days = 0;
  if (act != SPARK_BATCH_ACT_REVOKE)
    terms->reason = NULL;
  if (act != SPARK_BATCH_ACT_EXTEND)
    terms->agreed = FALSE;
  return act != SPARK_BATCH_ACT_IMPORT
         || invalid (error, "A data export is imported at its account's address.");
}

static gboolean
run_start (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  g_autoptr (GArray) subjects = g_array_new (FALSE, FALSE, sizeof (gint64));
  SparkBatchTerms terms = { 0 };
  const char *failed_of;
  JsonArray *ids;
  JsonObject *query;
  gint64 account = 0;

  if (!spark_json_find_string (write->object, "failed_of", &failed_of, error))
    return FALSE;
  if (failed_of != NULL)
    return repeat (tx, write, failed_of, error);
  if (!read_terms (write->object, &terms, error)
      || !spark_json_find_array (write->object, "ids", &ids, error)
      || !spark_json_find_object (write->object, "query", &query, error))
    return FALSE;
  if ((ids == NULL) == (query == NULL))
    return invalid (error, "Say what it is on: either ids or a query.");
  if (ids != NULL)
    {
      g_autofree char *id = NULL;

      if (!read_ids (ids, subjects, &account, error))
        return FALSE;
      id = g_strdup_printf ("%" G_GINT64_FORMAT, account);
      if (!spark_access_check (&write->caller, id, spark_ledger_batch_role (terms.act), error))
        return FALSE;
    }
  else if (!run_query (tx, write, query, terms.act, spark_ledger_batch_role (terms.act), subjects,
                       &account, error))
    return FALSE;
  return spark_ledger_start_batch (tx, &write->actor, write->caller.person, account, &terms,
                                   (const gint64 *)subjects->data, subjects->len, &write->made,
                                   error);
}

static void
after_start (SparkApi *api)
{
  spark_batches_wake (api->batches);
}

static const SparkApiAct start = { .role = SPARK_ROLE_GENERATE,
                                   .status = 202,
                                   .needs_body = TRUE,
                                   .run = run_start,
                                   .render = spark_render_batch,
                                   .after = after_start,
                                   .max_body = MAX_BODY };

/* --- stopping --- */

static gboolean
run_stop (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  SparkBatch batch;

  if (!spark_read_batch (tx, write->id, &batch, error)
      || !spark_access_check (&write->caller, write->id,
                              batch.act == SPARK_BATCH_ACT_IMPORT
                                  ? SPARK_ROLE_GENERATE
                                  : spark_ledger_batch_role (batch.act),
                              error))
    return FALSE;
  write->made = g_strdup (write->id);
  return spark_ledger_stop_batch (tx, write->id, error);
}

static const SparkApiAct stop = { .role = SPARK_ROLE_GENERATE,
                                  .status = 200,
                                  .checks_id = TRUE,
                                  .run = run_stop,
                                  .render = spark_render_batch };

/* --- looking --- */

static gboolean
read_one (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
          SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);

  return spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
         && spark_render_batch (api, tx, caller, id, writer, error);
}

static gboolean
write_result (const SparkBatchResult *result, gpointer writer)
{
  spark_batch_result_write (result, writer);
  return TRUE;
}

static gboolean
read_results (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
              SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);
  const char *text = spark_request_query (request, "state");
  int state = -1;
  SparkBatch batch;
  SparkPage page;

  if (!spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
      || !spark_api_page (request, &page, error) || !spark_read_batch (tx, id, &batch, error))
    return FALSE;
  if (text != NULL && !spark_enum_from_string (SPARK_TYPE_BATCH_ROW_STATE, text, &state))
    return invalid (error, "There is no such state.");
  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  if (!spark_read_batch_results (tx, id, state, &page, write_result, writer, error))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_string (writer, "next_cursor", page.next);
  spark_json_end_object (writer);
  g_free (page.next);
  return TRUE;
}

static void
post_batch (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &start);
}

static void
delete_batch (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &stop);
}

static void
get_batch (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_one);
}

static void
get_results (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_results);
}

const SparkRoute spark_api_batch_routes[] = {
  { SPARK_FACE_CREATORS, "POST", "/v1/batches", post_batch, MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/batches/{id}", get_batch, 0, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/batches/{id}", delete_batch, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/batches/{id}/results", get_results, 0, FALSE },
};
const gsize spark_api_n_batch_routes = G_N_ELEMENTS (spark_api_batch_routes);
