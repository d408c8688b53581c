/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "model/spark-rules.h"
#include "server/adtools/spark-adtools-private.h"
#include "server/ledger/spark-ledger.h"
#include "server/platform/spark-platform.h"

#define MAX_BODY          65536
#define MAX_KEYWORD       500
#define MAX_PAGE          100000
#define MAX_PAGE_SIZE     50
#define DEFAULT_PAGE_SIZE 20

/* --- what the answers have in common --- */

static const char *
item_status (SparkVisibility visibility)
{
  switch (visibility)
    {
    case SPARK_VISIBILITY_FRIENDS:
      return "ONLY_FRIEND_SEE";
    case SPARK_VISIBILITY_PRIVATE:
      return "ONLY_AUTHOR_SEE";
    case SPARK_VISIBILITY_DELETED:
      return "USER_DELETE";
    case SPARK_VISIBILITY_PUBLIC:
    case SPARK_VISIBILITY_UNKNOWN:
    default:
      return "HESITATE_RECOMMEND";
    }
}

static void
write_item_info (SparkJsonWriter *writer, const SparkVideo *video, const char *auth_code)
{
  spark_json_begin_object (writer, "item_info");
  spark_json_string (writer, "auth_code", auth_code != NULL ? auth_code : "");
  spark_json_string (writer, "item_id", video->item_id);
  spark_json_string (writer, "item_type", "VIDEO");
  spark_json_string (writer, "text", video->caption != NULL ? video->caption : "");
  spark_json_string (writer, "status", item_status (video->visibility));
  spark_json_null (writer, "carousel_info");
  spark_json_null (writer, "anchor_list");
}

static void
write_user_info (SparkJsonWriter *writer, const char *name, const char *identity_id)
{
  spark_json_begin_object (writer, "user_info");
  spark_json_string (writer, "tiktok_name", name);
  spark_json_string (writer, "identity_id", identity_id);
  spark_json_string (writer, "identity_type", "AUTH_CODE");
  spark_json_end_object (writer);
}

/* What the sandbox does not know about the picture and the file is absent. */
static void
write_video_info (SparkJsonWriter *writer, const SparkVideo *video)
{
  spark_json_begin_object (writer, "video_info");
  if (video->duration_s >= 0)
    spark_json_int (writer, "duration", video->duration_s);
  spark_json_string (writer, "video_id", video->item_id);
  spark_json_string (writer, "file_name", "");
  spark_json_string (writer, "poster_url", "");
  spark_json_string (writer, "preview_url", "");
  spark_json_end_object (writer);
}

/* --- authorize, unbind: one act in one transaction --- */

typedef struct _Act Act;
struct _Act
{
  SparkAdtools *adtools;
  SparkRequest *request;
  JsonNode *body;
  const char *advertiser_id;
  char *subject;   /* the code or link of authorize, the post of unbind */
  GError *refusal; /* of a redemption: written down, and so no failure of the transaction */
};

static void
act_free (Act *act)
{
  g_clear_pointer (&act->body, json_node_unref);
  g_clear_error (&act->refusal);
  g_free (act->subject);
  g_free (act);
}

static gboolean
authenticate (Act *act, GError **error)
{
  SparkTx *tx = spark_store_read_begin (act->adtools->store, error);
  SparkAdvertiser advertiser;
  gboolean ok;

  if (tx == NULL)
    return FALSE;
  ok = spark_adtools_authenticate (act->adtools, tx, act->request, act->advertiser_id, &advertiser,
                                   error);
  spark_store_read_end (tx);
  return ok;
}

/* @subject: the member that says what it is about */
static gboolean
parse_act (Act *act, const char *subject, GError **error)
{
  GBytes *body = spark_request_body (act->request);
  const char *value = NULL;
  JsonObject *object;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  act->body = spark_json_parse_object (text, length, MAX_BODY, error);
  if (act->body == NULL)
    return FALSE;
  object = json_node_get_object (act->body);
  if (!spark_json_find_string (object, "advertiser_id", &act->advertiser_id, error)
      || !authenticate (act, error) || !spark_json_find_string (object, subject, &value, error)
      || !spark_adtools_require (subject, value, error))
    return FALSE;
  act->subject = g_strdup (value);
  return TRUE;
}

static void
done (gpointer data, const GError *error)
{
  Act *act = data;
  SparkRequest *request = act->request;
  g_autoptr (GError) refusal = g_steal_pointer (&act->refusal);
  g_auto (SparkJsonWriter) writer = { 0 };

  act_free (act);
  if (error != NULL || refusal != NULL)
    {
      spark_envelope_refuse (request, error != NULL ? error : refusal);
      return;
    }
  spark_json_writer_init (&writer);
  spark_envelope_begin (request, &writer);
  spark_envelope_respond (request, &writer);
}

static void
begin_act (SparkAdtools *adtools, SparkRequest *request, const char *subject, SparkStoreFunc run)
{
  Act *act = g_new0 (Act, 1);
  g_autoptr (GError) error = NULL;

  act->adtools = adtools;
  act->request = request;
  if (!parse_act (act, subject, &error))
    {
      act_free (act);
      spark_envelope_refuse (request, error);
      return;
    }
  spark_request_wait (request);
  spark_store_submit (adtools->store, run, done, act);
}

static gboolean
run_authorize (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;
  g_auto (SparkRedemption) redemption = { 0 };
  g_autofree char *string = NULL;

  g_clear_error (&act->refusal);
  string = spark_code_normalize (act->subject, &act->refusal);
  return string == NULL
         || spark_ledger_redeem (tx, act->advertiser_id, string, &redemption, &act->refusal, error);
}

static gboolean
run_unbind (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_unbind (tx, act->advertiser_id, act->subject, error);
}

static void
authorize (SparkRequest *request, gpointer data)
{
  begin_act (data, request, "auth_code", run_authorize);
}

static void
unbind (SparkRequest *request, gpointer data)
{
  begin_act (data, request, "item_id", run_unbind);
}

/* --- info, list: read --- */

typedef gboolean (*Read) (SparkTx *tx, const SparkAdvertiser *advertiser, SparkRequest *request,
                          SparkJsonWriter *writer, GError **error);

static void
begin_read (SparkAdtools *adtools, SparkRequest *request, Read read)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GError) error = NULL;
  SparkAdvertiser advertiser;
  SparkTx *tx;

  spark_json_writer_init (&writer);
  spark_envelope_begin (request, &writer);
  tx = spark_store_read_begin (adtools->store, &error);
  if (tx != NULL)
    {
      if (spark_adtools_authenticate (adtools, tx, request,
                                      spark_request_query (request, "advertiser_id"), &advertiser,
                                      &error))
        read (tx, &advertiser, request, &writer, &error);
      spark_store_read_end (tx);
    }
  if (error != NULL)
    spark_envelope_refuse (request, error);
  else
    spark_envelope_respond (request, &writer);
}

/* The same words as for authorize; the ledger alone decides whether it is redeemed. */
static gboolean
check_usable (const SparkRedeemable *found, gint64 now, GError **error)
{
  if (!spark_platform_get (found->platform)->redeems_here)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN,
                 "There is no such code. Check it with the creator.");
  else if (found->is_link && found->link.state == SPARK_LINK_STATE_WITHDRAWN)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_LINK_WITHDRAWN,
                 "The creator has withdrawn this link. Ask for a new one.");
  else if (found->code.state == SPARK_CODE_STATE_DELETED
           || found->code.state == SPARK_CODE_STATE_FAILED)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_DELETED,
                 "The code has been deleted. Ask the creator for a new one.");
  else if (found->code.ends_at <= now || (found->is_link && found->link.ends_at <= now))
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED,
                 "It has expired. Ask the creator to extend it.");
  else
    return TRUE;
  return FALSE;
}

static gboolean
read_info (SparkTx *tx, const SparkAdvertiser *advertiser, SparkRequest *request,
           SparkJsonWriter *writer, GError **error)
{
  const char *given = spark_request_query (request, "auth_code");
  g_autofree char *string = NULL;
  SparkRedeemable found;

  if (!spark_adtools_require ("auth_code", given, error)
      || (string = spark_code_normalize (given, error)) == NULL
      || !spark_read_redeemable (tx, string, &found, error)
      || !check_usable (&found, spark_tx_now (tx), error))
    return FALSE;

  spark_json_begin_object (writer, "auth_info");
  spark_envelope_time (writer, "auth_start_time", found.code.starts_at);
  spark_envelope_time (writer, "auth_end_time",
                       found.is_link ? MIN (found.link.ends_at, found.code.ends_at)
                                     : found.code.ends_at);
  spark_json_end_object (writer);

  write_item_info (writer, &found.video, string);
  spark_json_string (writer, "stitch_original_item_id", "0");
  spark_json_string (writer, "duet_original_item_id", "0");
  spark_json_bool (writer, "is_multi_duet_stitch", FALSE);
  spark_json_begin_array (writer, "mentioned_item_ids");
  spark_json_end_array (writer);
  spark_json_end_object (writer);

  write_user_info (writer, found.account_name,
                   spark_read_identity_id (tx, found.account, advertiser->id));
  write_video_info (writer, &found.video);
  return TRUE;
}

static gboolean
write_post (const SparkAuthorizedPost *post, gpointer data)
{
  SparkJsonWriter *writer = data;
  gboolean authorized = post->grant.state == SPARK_GRANT_STATE_AUTHORIZED;

  spark_json_begin_object (writer, NULL);
  write_item_info (writer, &post->video, post->code.code);
  spark_json_end_object (writer);
  spark_json_begin_object (writer, "auth_info");
  /* TikTok's own examples show the moment of the binding here. */
  spark_envelope_time (writer, "invite_start_time", post->grant.redeemed_at);
  spark_envelope_time (writer, "auth_start_time", post->code_starts_at);
  spark_envelope_time (writer, "auth_end_time", post->grant.ends_at);
  spark_json_string (writer, "ad_auth_status", authorized ? "AUTHORIZED" : "EXPIRED");
  spark_json_end_object (writer);
  write_user_info (writer, post->account_name, post->identity_id);
  write_video_info (writer, &post->video);
  spark_json_end_object (writer);
  return TRUE;
}

static gboolean
number (SparkRequest *request, const char *name, guint absent, guint most, guint *value,
        GError **error)
{
  const char *text = spark_request_query (request, name);
  gint64 parsed = absent;

  if (text != NULL && !g_ascii_string_to_signed (text, 10, 1, most, &parsed, NULL))
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                   "%s: must be a number from 1 to %u.", name, most);
      return FALSE;
    }
  *value = (guint)parsed;
  return TRUE;
}

/* Only videos are here: a list of other types is an empty one. */
static gboolean
wants_videos (SparkRequest *request, gboolean *wanted, GError **error)
{
  const char *text = spark_request_query (request, "item_types");
  g_autoptr (JsonNode) types = NULL;
  JsonArray *array;

  *wanted = TRUE;
  if (text == NULL)
    return TRUE;
  types = spark_json_parse (text, strlen (text), MAX_BODY, NULL);
  if (types == NULL || !JSON_NODE_HOLDS_ARRAY (types))
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                   "item_types: must be a JSON array such as [\"VIDEO\"].");
      return FALSE;
    }
  array = json_node_get_array (types);
  *wanted = json_array_get_length (array) == 0;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *type = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (type) && json_node_get_value_type (type) == G_TYPE_STRING
          && strcmp (json_node_get_string (type), "VIDEO") == 0)
        *wanted = TRUE;
    }
  return TRUE;
}

static gboolean
read_list (SparkTx *tx, const SparkAdvertiser *advertiser, SparkRequest *request,
           SparkJsonWriter *writer, GError **error)
{
  const char *keyword = spark_request_query (request, "keyword");
  guint page, page_size, total = 0;
  gboolean wanted;

  if (!number (request, "page", 1, MAX_PAGE, &page, error)
      || !number (request, "page_size", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, &page_size, error)
      || !wants_videos (request, &wanted, error))
    return FALSE;
  if (keyword != NULL && g_utf8_strlen (keyword, -1) > MAX_KEYWORD)
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                   "keyword: must not exceed %d characters.", MAX_KEYWORD);
      return FALSE;
    }
  spark_json_begin_array (writer, "list");
  if (wanted
      && !spark_read_authorized_posts (tx, advertiser->id,
                                       keyword != NULL && *keyword != '\0' ? keyword : NULL, page,
                                       page_size, &total, write_post, writer, error))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_begin_object (writer, "page_info");
  spark_json_int (writer, "page", page);
  spark_json_int (writer, "page_size", page_size);
  spark_json_int (writer, "total_number", total);
  spark_json_int (writer, "total_page", (total + page_size - 1) / page_size);
  spark_json_end_object (writer);
  return TRUE;
}

static void
info (SparkRequest *request, gpointer data)
{
  begin_read (data, request, read_info);
}

static void
list (SparkRequest *request, gpointer data)
{
  begin_read (data, request, read_list);
}

#define TT_VIDEO "/open_api/v1.3/tt_video/"

const SparkRoute spark_adtools_video_routes[] = {
  { SPARK_FACE_BRANDS, "POST", TT_VIDEO "authorize/", authorize, MAX_BODY, FALSE },
  { SPARK_FACE_BRANDS, "POST", TT_VIDEO "unbind/", unbind, MAX_BODY, FALSE },
  { SPARK_FACE_BRANDS, "GET", TT_VIDEO "info/", info, 0, FALSE },
  { SPARK_FACE_BRANDS, "GET", TT_VIDEO "list/", list, 0, FALSE },
};
const gsize spark_adtools_n_video_routes = G_N_ELEMENTS (spark_adtools_video_routes);
