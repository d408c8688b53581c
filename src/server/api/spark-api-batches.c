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

static gboolean
add_result (const SparkBatchResult *result, gpointer subjects)
{
  return add_number (subjects, result->id);
}

/* One more than there may be is looked for, so that too many are known to be. */
static gboolean
find_videos (SparkTx *tx, SparkApiWrite *write, JsonObject *query, gint64 account, GError **error)
{
  SparkPage page = { NULL, SPARK_BATCH_MAX_ROWS + 1, NULL };
  SparkVideoQuery videos = { .scope = spark_caller_scope (&write->caller), .account = account };
  gboolean ok = state_member (query, SPARK_TYPE_AUTHORIZATION_STATE, &videos.state, error)
                && spark_api_text_member (query, "q", 200, &videos.search, error)
                && spark_read_videos (tx, &videos, &page, add_video, write->found, error);

  g_free (page.next);
  return ok;
}

static gboolean
find_grants (SparkTx *tx, SparkApiWrite *write, JsonObject *query, gint64 account, GError **error)
{
  SparkPage page = { NULL, SPARK_BATCH_MAX_ROWS + 1, NULL };
  SparkObjectQuery grants
      = { .scope = spark_caller_scope (&write->caller), .account = account, .type = -1 };
  gboolean ok = state_member (query, SPARK_TYPE_GRANT_STATE, &grants.state, error)
                && spark_json_find_string (query, "video", &grants.video_id, error)
                && spark_json_find_string (query, "brand", &grants.brand_id, error)
                && spark_json_find_time (query, "ends_before", &grants.ends_before, error)
                && spark_api_same_account (&grants, error)
                && spark_read_grants (tx, &grants, &page, add_grant, write->found, error);

  g_free (page.next);
  return ok;
}

static gboolean
find_failed (SparkTx *tx, SparkApiWrite *write, const char *id, GError **error)
{
  SparkPage page = { NULL, SPARK_BATCH_MAX_ROWS, NULL };
  gboolean ok = spark_read_batch_results (tx, id, SPARK_BATCH_ROW_STATE_FAILED, &page, add_result,
                                          write->found, error);

  g_free (page.next);
  if (!ok || write->found->len > 0)
    return ok;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "Nothing of this batch has failed.");
  return FALSE;
}

/* What a query is of; the rest of it says what it finds. */
typedef struct
{
  gint64 account;
  gboolean of_grants;
} Query;

static gboolean
check_query (SparkApiWrite *write, JsonObject *object, SparkBatchAct act, Query *query,
             GError **error)
{
  const char *id, *kind;

  if (!spark_json_get_string (object, "account", &id, error)
      || !spark_json_find_string (object, "kind", &kind, error)
      || !spark_access_check (&write->caller, id, spark_ledger_batch_role (act), error))
    return FALSE;
  if (!spark_api_account_number (id, &query->account))
    return invalid (error, "account is the id of an account.");
  if (kind == NULL)
    kind = act == SPARK_BATCH_ACT_REVOKE ? "grant" : "video";
  query->of_grants = strcmp (kind, "grant") == 0;
  if ((query->of_grants && act != SPARK_BATCH_ACT_GENERATE)
      || (strcmp (kind, "video") == 0 && act != SPARK_BATCH_ACT_REVOKE))
    return TRUE;
  return invalid (error, "This act is not possible on objects of this kind.");
}

/* --- starting --- */

static gboolean
check_repeat (SparkTx *tx, SparkApiWrite *write, const char *id, GError **error)
{
  SparkBatch batch;

  return spark_access_check (&write->caller, id, SPARK_ROLE_GENERATE, error)
         && spark_read_batch (tx, id, &batch, error)
         && spark_access_check (&write->caller, id, spark_ledger_batch_role (batch.act), error);
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

/* What a batch is wanted of: what failed of another, ids, or what a query finds. */
typedef struct
{
  SparkBatchTerms terms;
  const char *failed_of;
  JsonArray *ids;
  JsonObject *query;
} Wish;

static gboolean
read_wish (JsonObject *object, Wish *wish, GError **error)
{
  *wish = (Wish){ 0 };
  if (!spark_json_find_string (object, "failed_of", &wish->failed_of, error))
    return FALSE;
  if (wish->failed_of != NULL)
    return TRUE;
  if (!read_terms (object, &wish->terms, error)
      || !spark_json_find_array (object, "ids", &wish->ids, error)
      || !spark_json_find_object (object, "query", &wish->query, error))
    return FALSE;
  return (wish->ids == NULL) != (wish->query == NULL)
         || invalid (error, "Say what it is on: either ids or a query.");
}

static gboolean
find_in_snapshot (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  Wish wish;
  Query query;

  if (!read_wish (write->object, &wish, error))
    return FALSE;
  if (wish.failed_of != NULL)
    return check_repeat (tx, write, wish.failed_of, error)
           && find_failed (tx, write, wish.failed_of, error);
  return check_query (write, wish.query, wish.terms.act, &query, error)
         && (query.of_grants ? find_grants (tx, write, wish.query, query.account, error)
                             : find_videos (tx, write, wish.query, query.account, error))
         && spark_ledger_check_batch_size (write->found->len, error);
}

static gboolean
find_subjects (SparkApiWrite *write, GError **error)
{
  SparkTx *tx = spark_store_read_begin (write->api->store, error);
  gboolean ok;

  if (tx == NULL)
    return FALSE;
  write->found = g_array_new (FALSE, FALSE, sizeof (gint64));
  ok = find_in_snapshot (tx, write, error);
  spark_store_read_end (tx);
  return ok;
}

/* On a thread of the desk. What was begun with the same key before is answered with that, whatever
 * would be found by now. */
static void
find (gpointer data)
{
  SparkApiWrite *write = data;
  g_autoptr (GError) refusal = NULL;
  g_autoptr (GError) error = NULL;
  gboolean repeated;

  if (!find_subjects (write, &refusal))
    {
      g_clear_pointer (&write->found, g_array_unref);
      if (spark_api_write_is_repeated (write, &repeated, &error) && !repeated)
        error = g_steal_pointer (&refusal);
    }
  spark_api_write_go_on (write, error);
}

/* @account: (out): whose objects are to be found; 0: they are given */
static gboolean
check_wish (SparkApiWrite *write, gint64 *account, GError **error)
{
  Wish wish;
  Query query;
  gint64 number;

  *account = 0;
  if (!read_wish (write->object, &wish, error))
    return FALSE;
  if (wish.failed_of != NULL)
    return spark_access_check (&write->caller, wish.failed_of, SPARK_ROLE_GENERATE, error)
           && (spark_id_parse (wish.failed_of, account, &number)
               || invalid (error, "failed_of is the id of a batch."));
  if (wish.query == NULL)
    return TRUE;
  if (!check_query (write, wish.query, wish.terms.act, &query, error))
    return FALSE;
  *account = query.account;
  return TRUE;
}

/* Thousands may be found: whoever writes does not wait for that. */
static void
start_start (SparkApiWrite *write)
{
  g_autoptr (GError) error = NULL;
  gint64 account;

  if (!check_wish (write, &account, &error) || account == 0
      || !spark_desk_give (write->api->desk, account, find, write, &error))
    spark_api_write_go_on (write, error);
}

static gboolean
run_ids (SparkTx *tx, SparkApiWrite *write, const Wish *wish, GError **error)
{
  g_autoptr (GArray) subjects = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *id = NULL;
  gint64 account = 0;

  if (!read_ids (wish->ids, subjects, &account, error))
    return FALSE;
  id = g_strdup_printf ("%" G_GINT64_FORMAT, account);
  return spark_access_check (&write->caller, id, spark_ledger_batch_role (wish->terms.act), error)
         && spark_ledger_start_batch (tx, &write->actor, account, &wish->terms,
                                      (const gint64 *)subjects->data, subjects->len, &write->made,
                                      error);
}

static gboolean
run_start (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  const gint64 *found;
  Wish wish;
  Query query;

  if (!read_wish (write->object, &wish, error))
    return FALSE;
  if (wish.ids != NULL)
    return run_ids (tx, write, &wish, error);
  if (wish.failed_of != NULL ? !check_repeat (tx, write, wish.failed_of, error)
                             : !check_query (write, wish.query, wish.terms.act, &query, error))
    return FALSE;
  /* What it was a repetition of has been forgotten since. */
  if (write->found == NULL)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "Try again.");
      return FALSE;
    }
  found = (const gint64 *)write->found->data;
  if (wish.failed_of != NULL)
    return spark_ledger_repeat_batch (tx, &write->actor, wish.failed_of, found, write->found->len,
                                      &write->made, error);
  return spark_ledger_start_batch (tx, &write->actor, query.account, &wish.terms, found,
                                   write->found->len, &write->made, error);
}

static void
after_start (SparkApi *api)
{
  spark_batches_wake (api->batches);
}

static const SparkApiAct start = { .role = SPARK_ROLE_GENERATE,
                                   .status = 202,
                                   .needs_body = TRUE,
                                   .start = start_start,
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
