/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"

#define MAX_SEARCH 200

static gboolean
write_grant (const SparkGrant *grant, gpointer writer)
{
  spark_grant_write (grant, writer);
  return TRUE;
}

typedef struct
{
  const SparkCaller *caller;
  SparkJsonWriter *writer;
} Listing;

static gboolean
write_event (const SparkEvent *event, gpointer data)
{
  Listing *listing = data;

  spark_render_event_view (listing->caller, event, listing->writer);
  return TRUE;
}

static gboolean
event_query (SparkRequest *request, SparkObjectQuery *query, GError **error)
{
  const char *before = spark_request_query (request, "before");

  query->search = spark_request_query (request, "q");
  if ((before == NULL || spark_time_parse (before, &query->before))
      && (query->search == NULL || strlen (query->search) <= MAX_SEARCH))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "before is a time such as 2026-03-01T18:00:00Z, and q has at most %d bytes.",
               MAX_SEARCH);
  return FALSE;
}

static gboolean
read_list (SparkTx *tx, const SparkCaller *caller, SparkRequest *request, gboolean events,
           SparkJsonWriter *writer, GError **error)
{
  const char *type = spark_request_query (request, "type");
  Listing listing = { caller, writer };
  SparkObjectQuery query;
  SparkPage page;

  if (!spark_api_page (request, &page, error)
      || !spark_api_object_query (request, caller, events ? G_TYPE_NONE : SPARK_TYPE_GRANT_STATE,
                                  &query, error))
    return FALSE;
  if (events && !event_query (request, &query, error))
    return FALSE;
  if (events && type != NULL && !spark_enum_from_string (SPARK_TYPE_EVENT_TYPE, type, &query.type))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "There is no such event type.");
      return FALSE;
    }
  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  if (!(events ? spark_read_events (tx, &query, &page, write_event, &listing, error)
               : spark_read_grants (tx, &query, &page, write_grant, writer, error)))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_string (writer, "next_cursor", page.next);
  spark_json_end_object (writer);
  g_free (page.next);
  return TRUE;
}

static gboolean
read_grants (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
             SparkJsonWriter *writer, GError **error)
{
  return read_list (tx, caller, request, FALSE, writer, error);
}

static gboolean
read_events (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
             SparkJsonWriter *writer, GError **error)
{
  return read_list (tx, caller, request, TRUE, writer, error);
}

static gboolean
read_grant (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
            SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);

  return spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
         && spark_render_grant (api, tx, caller, id, writer, error);
}

static gboolean
read_revocation (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
                 SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);
  SparkRevocation revocation;

  if (!spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
      || !spark_ledger_preview_revocation (tx, id, &revocation, error))
    return FALSE;
  spark_revocation_write (&revocation, writer);
  return TRUE;
}

static gboolean
run_note (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  g_autofree char *brand = NULL;
  gint64 ends_at;

  return spark_json_find_time (write->object, "ends_at", &ends_at, error)
         && spark_api_brand_member (tx, write, write->id, TRUE, &brand, error)
         && spark_ledger_note_grant (tx, &write->actor, write->id, brand, NULL, ends_at,
                                     &write->made, error);
}

static gboolean
run_attribute (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  g_autofree char *brand = NULL;

  write->made = g_strdup (write->id);
  return spark_api_brand_member (tx, write, write->id, TRUE, &brand, error)
         && spark_ledger_attribute_grant (tx, &write->actor, write->id, brand, error);
}

static gboolean
run_revoke (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  const char *reason = NULL;

  write->made = g_strdup (write->id);
  return (write->object == NULL
          || spark_api_text_member (write->object, "reason", SPARK_API_MAX_NOTE, &reason, error))
         && spark_ledger_revoke (tx, &write->actor, write->id, reason, error);
}

static gboolean
run_note_end (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  write->made = g_strdup (write->id);
  return spark_ledger_note_end (tx, &write->actor, write->id, error);
}

static gboolean
run_give_again (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return spark_ledger_give_again (tx, &write->actor, write->id, &write->made, error);
}

static const SparkApiAct note
    = { SPARK_ROLE_GENERATE, 201, TRUE, TRUE, run_note, spark_render_grant };
static const SparkApiAct attribute
    = { SPARK_ROLE_GENERATE, 200, TRUE, TRUE, run_attribute, spark_render_grant };
static const SparkApiAct revoke_act
    = { SPARK_ROLE_REVOKE, 200, FALSE, TRUE, run_revoke, spark_render_grant };
static const SparkApiAct note_end
    = { SPARK_ROLE_REVOKE, 200, FALSE, TRUE, run_note_end, spark_render_grant };
static const SparkApiAct give_again
    = { SPARK_ROLE_REVOKE, 201, FALSE, TRUE, run_give_again, spark_render_grant };

static void
get_grants (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_grants);
}

static void
get_grant (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_grant);
}

static void
get_events (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_events);
}

static void
get_revocation (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_revocation);
}

static void
post_grant (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &note);
}

static void
patch_grant (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &attribute);
}

static void
post_revoke (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &revoke_act);
}

static void
post_ended (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &note_end);
}

static void
delete_revocation (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &give_again);
}

const SparkRoute spark_api_grant_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/grants", get_grants, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/grants/{id}", get_grant, 0, FALSE },
  { SPARK_FACE_CREATORS, "PATCH", "/v1/grants/{id}", patch_grant, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/videos/{id}/grants", post_grant, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/grants/{id}/revocation", get_revocation, 0, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/grants/{id}/revocation", delete_revocation, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/grants/{id}/revoke", post_revoke, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/grants/{id}/ended", post_ended, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/events", get_events, 0, FALSE },
};
const gsize spark_api_n_grant_routes = G_N_ELEMENTS (spark_api_grant_routes);
