/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"

#define MAX_POSTS 20

static const char *const identity_types[]
    = { "CUSTOMIZED_USER", "AUTH_CODE", "TT_USER", "BC_AUTH_TT", NULL };
static const char *const post_identity_types[] = { "AUTH_CODE", "TT_USER", "BC_AUTH_TT", NULL };
static const char *const item_types[] = { "VIDEO", "CAROUSEL", NULL };

/* --- identity/get --- */

static const SparkField filter_fields[] = {
  { "keyword", SPARK_FIELD_STRING, FALSE, 0, 500 },
  { NULL },
};

static const SparkField get_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "identity_type", SPARK_FIELD_ENUM, FALSE, 0, 0, identity_types },
  { "identity_authorized_bc_id", SPARK_FIELD_ID, FALSE },
  { "filtering", SPARK_FIELD_OBJECT, FALSE, 0, 0, NULL, filter_fields },
  SPARK_FIELD_PAGING (100),
  { NULL },
};

typedef struct
{
  SparkCall *call;
  SparkPageInfo page;
} List;

static gboolean
write_identity (const SparkCreatorIdentity *identity, gpointer data)
{
  List *list = data;
  SparkJsonWriter *writer = &list->call->data;

  if (!spark_page_take (&list->page))
    return TRUE;
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "identity_id", identity->identity_id);
  spark_json_string (writer, "identity_type", "AUTH_CODE");
  spark_json_null (writer, "identity_authorized_bc_id");
  spark_json_string (writer, "display_name", identity->name);
  spark_json_string (writer, "username", identity->handle);
  spark_json_string (writer, "profile_image", "");
  /* Said of accounts that are linked to a business alone. */
  spark_json_null (writer, "available_status");
  spark_json_bool (writer, "can_push_video", FALSE);
  spark_json_bool (writer, "can_pull_video", FALSE);
  spark_json_bool (writer, "can_use_live_ads", FALSE);
  spark_json_bool (writer, "can_manage_message", FALSE);
  spark_json_bool (writer, "ads_only_mode", FALSE);
  spark_json_bool (writer, "is_gpppa", FALSE);
  spark_json_end_object (writer);
  return TRUE;
}

static gboolean
is_auth_code (SparkCall *call)
{
  const char *type = spark_field_string (call->params, "identity_type");

  return type == NULL || strcmp (type, "AUTH_CODE") == 0;
}

static gboolean
run_get (SparkTx *tx, SparkCall *call, GError **error)
{
  List list = { .call = call };

  spark_page_init (&list.page, call, 20);
  spark_json_begin_array (&call->data, "identity_list");
  /* Only creators who gave a code are identities here: a list of others is an empty one. */
  if (is_auth_code (call)
      && !spark_read_identities (tx, call->advertiser, write_identity, &list, error))
    return FALSE;
  spark_json_end_array (&call->data);
  spark_page_write (&list.page, &call->data);
  return TRUE;
}

/* --- the posts of an identity --- */

typedef struct
{
  const char *identity;
  gint64 account;
} Find;

static gboolean
compare_identity (const SparkCreatorIdentity *identity, gpointer data)
{
  Find *find = data;

  if (g_strcmp0 (identity->identity_id, find->identity) == 0)
    find->account = identity->account;
  return find->account == 0;
}

static gboolean
find_account (SparkTx *tx, SparkCall *call, gint64 *account, GError **error)
{
  Find find = { .identity = spark_field_string (call->params, "identity_id") };

  if (is_auth_code (call)
      && !spark_read_identities (tx, call->advertiser, compare_identity, &find, error))
    return FALSE;
  *account = find.account;
  if (find.account == 0)
    g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_NOT_FOUND,
                 "identity_id: this ad account has no such identity.");
  return find.account != 0;
}

static const char *
status_of (SparkVisibility visibility)
{
  switch (visibility)
    {
    case SPARK_VISIBILITY_FRIENDS:
      return "STATUS_ONLY_FRIEND_SEE";
    case SPARK_VISIBILITY_PRIVATE:
      return "ITEM_STATUS_ONLY_AUTHOR_SEE";
    case SPARK_VISIBILITY_DELETED:
      return "ITEM_STATUS_USER_DELETE";
    case SPARK_VISIBILITY_PUBLIC:
    case SPARK_VISIBILITY_UNKNOWN:
    default:
      return "ITEM_STATUS_HESITATE_RECOMMEND";
    }
}

static void
write_post (SparkCall *call, const SparkAuthorizedPost *post)
{
  SparkJsonWriter *writer = &call->data;

  spark_json_string (writer, "item_id", post->video.item_id);
  spark_json_string (writer, "item_type", "VIDEO");
  spark_json_string (writer, "status", status_of (post->video.visibility));
  spark_json_string (writer, "text", post->video.caption != NULL ? post->video.caption : "");
  spark_write_auth_info (writer, post);
  spark_json_null (writer, "anchor_list");
  spark_write_video_info (writer, call, &post->video, TRUE);
  spark_json_null (writer, "carousel_info");
}

/* --- identity/video/get --- */

static const SparkField video_get_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "identity_id", SPARK_FIELD_STRING, TRUE, 0, 64 },
  { "identity_type", SPARK_FIELD_ENUM, TRUE, 0, 0, post_identity_types },
  { "identity_authorized_bc_id", SPARK_FIELD_ID, FALSE },
  { "item_type", SPARK_FIELD_ENUM, FALSE, 0, 0, item_types },
  { "keyword", SPARK_FIELD_STRING, FALSE, 0, 500 },
  { "cursor", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "count", SPARK_FIELD_INT, FALSE, 1 },
  { "exclude_adsonly", SPARK_FIELD_BOOL, FALSE },
  { NULL },
};

static gboolean
write_listed (const SparkAuthorizedPost *post, gpointer data)
{
  SparkCall *call = data;

  spark_json_begin_object (&call->data, NULL);
  write_post (call, post);
  spark_json_end_object (&call->data);
  return TRUE;
}

/* The cursor is the number of the next page; it is TikTok's business what its own is. */
static gboolean
run_video_get (SparkTx *tx, SparkCall *call, GError **error)
{
  const char *keyword = spark_field_string (call->params, "keyword");
  const char *cursor = spark_field_string (call->params, "cursor");
  const char *type = spark_field_string (call->params, "item_type");
  guint count = (guint)MIN (spark_field_int (call->params, "count", MAX_POSTS), MAX_POSTS);
  g_autofree char *next = NULL;
  gint64 account, page = 1;
  guint total = 0;

  if (!find_account (tx, call, &account, error))
    return FALSE;
  if (cursor != NULL && *cursor != '\0'
      && !g_ascii_string_to_signed (cursor, 10, 1, 100000, &page, NULL))
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                   "cursor: give the one of the answer before.");
      return FALSE;
    }
  spark_json_begin_array (&call->data, "video_list");
  if ((type == NULL || strcmp (type, "VIDEO") == 0)
      && !spark_read_authorized_posts (tx, call->advertiser, account,
                                       keyword != NULL && *keyword != '\0' ? keyword : NULL,
                                       (guint)page, count, &total, write_listed, call, error))
    return FALSE;
  spark_json_end_array (&call->data);
  next = g_strdup_printf ("%" G_GINT64_FORMAT, page + 1);
  spark_json_string (&call->data, "cursor", next);
  spark_json_bool (&call->data, "has_more", (guint64)page * count < total);
  return TRUE;
}

/* --- identity/video/info --- */

static const SparkField video_info_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "identity_id", SPARK_FIELD_STRING, TRUE, 0, 64 },
  { "identity_type", SPARK_FIELD_ENUM, TRUE, 0, 0, post_identity_types },
  { "identity_authorized_bc_id", SPARK_FIELD_ID, FALSE },
  { "item_id", SPARK_FIELD_ID, FALSE },
  { "item_ids", SPARK_FIELD_STRINGS, FALSE, 0, MAX_POSTS },
  { "item_type", SPARK_FIELD_ENUM, FALSE, 0, 0, item_types },
  { NULL },
};

/* @name: of the object; NULL in an array */
static gboolean
write_detail (SparkTx *tx, SparkCall *call, gint64 account, const char *item_id, const char *name,
              GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkAuthorizedPost post;

  if (spark_read_authorized_post (tx, call->advertiser, account, item_id, &post, &local))
    {
      spark_json_begin_object (&call->data, name);
      write_post (call, &post);
      spark_json_end_object (&call->data);
      return TRUE;
    }
  if (g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_NOT_FOUND,
                 "item_id: this identity has no post %.32s.", item_id);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
run_video_info (SparkTx *tx, SparkCall *call, GError **error)
{
  JsonArray *ids = spark_field_array (call->params, "item_ids");
  const char *id = spark_field_string (call->params, "item_id");
  gint64 account;

  if (id == NULL && ids == NULL)
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                   "Missing required field(s): item_id or item_ids.");
      return FALSE;
    }
  if (!find_account (tx, call, &account, error))
    return FALSE;
  if (id != NULL)
    return write_detail (tx, call, account, id, "video_detail", error);
  spark_json_begin_array (&call->data, "video_details");
  for (guint i = 0; i < json_array_get_length (ids); i++)
    if (!write_detail (tx, call, account, json_array_get_string_element (ids, i), NULL, error))
      return FALSE;
  spark_json_end_array (&call->data);
  return TRUE;
}

const SparkEndpoint spark_identity_endpoints[] = {
  { "GET", "identity/get/", SPARK_AUTH_ADVERTISER, get_fields, run_get },
  { "GET", "identity/video/get/", SPARK_AUTH_ADVERTISER, video_get_fields, run_video_get },
  { "GET", "identity/video/info/", SPARK_AUTH_ADVERTISER, video_info_fields, run_video_info },
  { NULL },
};
