/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"
#include "server/drawing/spark-drawing.h"

#define MAX_SEARCH 200
/* Of engagement over time. */
#define DEFAULT_DAYS 90
#define MAX_DAYS     1100
/* What most take up in a list. More would let a hundred of them want a mapping of their own, whose
 * pages the kernel clears each time. */
#define BYTES_OF_VIDEO 576

static gboolean
write_video (const SparkVideo *video, gpointer writer)
{
  spark_video_write (video, writer);
  return TRUE;
}

static gboolean
parse_query (SparkRequest *request, const SparkCaller *caller, SparkVideoQuery *query,
             GError **error)
{
  static const char *const sorts[] = { "newest", "oldest", "views", "ends" };
  const char *account = spark_request_query (request, "account");
  const char *state = spark_request_query (request, "state");
  const char *sort = spark_request_query (request, "sort");
  gboolean known = sort == NULL;

  *query = (SparkVideoQuery){ .scope = spark_caller_scope (caller), .state = -1 };
  query->search = spark_request_query (request, "q");
  if (account != NULL)
    {
      if (!spark_access_check (caller, account, SPARK_ROLE_VIEW, error))
        return FALSE;
      if (!spark_api_account_number (account, &query->account))
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                       "account is the id of an account.");
          return FALSE;
        }
    }
  for (guint i = 0; sort != NULL && i < G_N_ELEMENTS (sorts); i++)
    if (strcmp (sorts[i], sort) == 0)
      {
        query->sort = i;
        known = TRUE;
      }
  if (!known
      || (state != NULL
          && !spark_enum_from_string (SPARK_TYPE_AUTHORIZATION_STATE, state, &query->state))
      || (query->search != NULL && strlen (query->search) > MAX_SEARCH))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "There is no such state or sort, or the search is too long.");
      return FALSE;
    }
  return TRUE;
}

static gboolean
write_list (SparkTx *tx, const SparkVideoQuery *query, SparkPage *page, SparkJsonWriter *writer,
            GError **error)
{
  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  if (!spark_read_videos (tx, query, page, write_video, writer, error))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_string (writer, "next_cursor", page->next);
  spark_json_end_object (writer);
  g_free (page->next);
  return TRUE;
}

/* The account whose version tells whether the list is the same as before; 0: there is none. */
static gint64
account_of_list (const SparkVideoQuery *query)
{
  if (query->search != NULL)
    return 0;
  if (query->account == 0 && !query->scope.all && query->scope.n_accounts == 1)
    return query->scope.accounts[0];
  return query->account;
}

/* It says nothing that depends on the role or the time. */
static GBytes *
read_list (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
           GError **error)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autofree char *key = NULL;
  SparkVersion version;
  SparkVideoQuery query;
  SparkPage page;
  gint64 account;
  GBytes *body;

  if (!spark_api_page (request, &page, error) || !parse_query (request, caller, &query, error))
    return NULL;
  account = account_of_list (&query);
  if (account != 0)
    {
      if (!spark_read_version (tx, account, &version, error))
        return NULL;
      key = g_strdup_printf ("videos %" G_GINT64_FORMAT " %d %d %u %s", account, query.state,
                             query.sort, page.limit, page.after != NULL ? page.after : "");
      body = spark_kept_find (api->kept, key, &version);
      if (body != NULL)
        return body;
    }
  spark_json_writer_init (&writer);
  spark_json_writer_reserve (&writer, (gsize)page.limit * BYTES_OF_VIDEO);
  if (!write_list (tx, &query, &page, &writer, error))
    return NULL;
  body = spark_json_writer_steal (&writer);
  if (key != NULL)
    spark_kept_put (api->kept, key, &version, body);
  return body;
}

static gboolean
read_one (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
          SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);

  return spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
         && spark_render_video (api, tx, caller, id, writer, error);
}

static gboolean
day_query (SparkRequest *request, const char *name, gint64 absent, gint64 *day, GError **error)
{
  const char *text = spark_request_query (request, name);

  *day = absent;
  if (text == NULL || spark_date_parse (text, day))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "%s is a date such as 2026-03-01.",
               name);
  return FALSE;
}

static gboolean
write_day (const SparkEngagementDay *day, gpointer writer)
{
  spark_engagement_day_write (day, writer);
  return TRUE;
}

static gboolean
read_engagement (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
                 SparkJsonWriter *writer, GError **error)
{
  const char *id = spark_request_param (request, 0);
  gint64 today = spark_tx_now (tx) / SPARK_DAY_MS;
  gint64 from, to;
  SparkVideo video;

  if (!spark_access_check (caller, id, SPARK_ROLE_VIEW, error)
      || !day_query (request, "to", today, &to, error)
      || !day_query (request, "from", to - DEFAULT_DAYS + 1, &from, error)
      || !spark_read_video (tx, id, &video, error))
    return FALSE;
  if (from > to || to - from >= MAX_DAYS)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "Ask for 1 to %d days: from comes before to.", MAX_DAYS);
      return FALSE;
    }
  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  if (!spark_read_engagement_days (tx, id, from, to, MAX_DAYS, write_day, writer, error))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_null (writer, "next_cursor");
  spark_json_end_object (writer);
  return TRUE;
}

/* A pasted link: the video it names, which may be here already. */
static gboolean
run_paste (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  g_autofree char *item_id = NULL;
  g_autofree char *handle = NULL;
  g_autofree char *shared = NULL;
  const char *account, *url;
  SparkUpsert upsert;

  if (!spark_json_get_string (write->object, "account", &account, error)
      || !spark_json_get_string (write->object, "url", &url, error)
      || !spark_access_check (&write->caller, account, SPARK_ROLE_GENERATE, error))
    return FALSE;
  item_id = spark_video_link_parse (url, &handle, error);
  if (item_id == NULL)
    return FALSE;
  /* What was pasted may carry who shared it with whom, and need not be TikTok's own address. */
  shared = spark_video_link_make (item_id, handle);
  if (!spark_ledger_upsert_video (
          tx, &write->actor, account,
          &(SparkVideoFacts){ .item_id = item_id,
                              .share_url = shared,
                              /* An id holds the second of its making in its upper half. */
                              .published_at
                              = (gint64)(g_ascii_strtoull (item_id, NULL, 10) >> 32) * 1000,
                              .duration_s = -1,
                              .visibility = SPARK_VISIBILITY_UNKNOWN,
                              .total = { -1, -1, -1, -1 } },
          FALSE, &write->made, &upsert, error))
    return FALSE;
  if (upsert != SPARK_UPSERT_ADDED)
    write->status = 200;
  return TRUE;
}

static gboolean
run_turn_off (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return spark_ledger_turn_off (tx, &write->actor, write->id, error);
}

static const SparkApiAct paste
    = { SPARK_ROLE_GENERATE, 201, TRUE, FALSE, run_paste, spark_render_video };
static const SparkApiAct turn_off = { SPARK_ROLE_REVOKE, 204, FALSE, TRUE, run_turn_off, NULL };

static void
get_videos (SparkRequest *request, gpointer data)
{
  spark_api_find (data, request, read_list);
}

static void
get_video (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_one);
}

static void
get_engagement (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_engagement);
}

static void
post_video (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &paste);
}

static void
delete_authorization (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &turn_off);
}

/* The picture: fetched before, or drawn. @type: (transfer full) (out) */
static GBytes *
find_cover (SparkApi *api, SparkRequest *request, char **type, GError **error)
{
  const char *id = spark_request_param (request, 0);
  SparkTx *tx = spark_store_read_begin (api->store, error);
  g_auto (SparkCaller) caller = { 0 };
  g_autofree char *item_id = NULL;
  const char *found = "image/png";
  GBytes *picture = NULL;
  SparkVideo video;

  if (tx == NULL)
    return NULL;
  if (spark_access_authenticate (tx, request, &caller, error)
      && spark_access_check (&caller, id, SPARK_ROLE_VIEW, error)
      && spark_read_video (tx, id, &video, error))
    {
      picture = spark_read_cover (tx, id, &found);
      if (picture == NULL && video.cover_url != NULL)
        item_id = g_strdup (video.item_id);
      else if (picture == NULL)
        g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "This video has no cover here.");
    }
  *type = g_strdup (found);
  spark_store_read_end (tx);
  return item_id != NULL ? spark_drawing_cover (item_id, error) : picture;
}

static void
get_cover (SparkRequest *request, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  g_autoptr (GBytes) picture = find_cover (data, request, &type, &error);

  if (picture == NULL)
    {
      spark_api_refuse (request, error);
      return;
    }
  spark_request_respond (request, 200, type, picture);
}

const SparkRoute spark_api_video_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/videos", get_videos, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/v1/videos", post_video, SPARK_API_MAX_BODY, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/videos/{id}", get_video, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/videos/{id}/engagement", get_engagement, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/videos/{id}/cover", get_cover, 0, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/videos/{id}/authorization", delete_authorization, 0,
    FALSE },
};
const gsize spark_api_n_video_routes = G_N_ELEMENTS (spark_api_video_routes);
