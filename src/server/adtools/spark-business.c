/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "model/spark-rules.h"
#include "server/adtools/spark-adtools-private.h"
#include "server/ledger/spark-ledger.h"

#define DEFAULT_DAYS 30
#define MAX_VIDEOS   20

#define BUSINESS_ID                                                                                \
  {                                                                                                \
    "business_id", SPARK_FIELD_STRING, TRUE, 0, 128                                                \
  }

/* --- business/get --- */

static const SparkField get_fields[] = {
  BUSINESS_ID,
  { "fields", SPARK_FIELD_STRINGS, FALSE, 0, 50 },
  { "start_date", SPARK_FIELD_DATE, FALSE },
  { "end_date", SPARK_FIELD_DATE, FALSE },
  { NULL },
};

typedef struct
{
  SparkAccount account;
  SparkAccountTotals totals;
  const char *image;
} Profile;

static void
write_username (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, ((const Profile *)view)->account.handle);
}

static void
write_display_name (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, ((const Profile *)view)->account.name);
}

static void
write_image (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, ((const Profile *)view)->image);
}

static void
write_empty (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, "");
}

static void
write_no (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_bool (writer, name, FALSE);
}

/* The sandbox knows of those alone that ads won. */
static void
write_followers (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_int (writer, name, ((const Profile *)view)->totals.follows);
}

static void
write_likes (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_int (writer, name, ((const Profile *)view)->totals.likes);
}

static void
write_videos (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_int (writer, name, ((const Profile *)view)->totals.videos);
}

/* No figures by day are kept for an account. */
static void
write_no_metrics (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_begin_array (writer, name);
  spark_json_end_array (writer);
}

static const SparkMember profile_members[] = {
  { "username", write_username },
  { "display_name", write_display_name },
  { "profile_image", write_image },
  { "profile_deep_link", NULL },
  { "bio_description", NULL },
  { "is_verified", write_no },
  { "is_business_account", write_no },
  { "followers_count", write_followers },
  { "following_count", NULL },
  { "total_likes", write_likes },
  { "videos_count", write_videos },
  { "metrics", write_no_metrics },
  { "audience_ages", write_no_metrics },
  { "audience_genders", write_no_metrics },
  { "audience_countries", write_no_metrics },
  { "audience_cities", write_no_metrics },
  { NULL },
};

/* What is told when nothing is asked for. */
static void
want (SparkCall *call, const char *const *names)
{
  JsonArray *fields = spark_field_array (call->params, "fields");

  if (fields != NULL && json_array_get_length (fields) > 0)
    return;
  fields = json_array_new ();
  for (; *names != NULL; names++)
    json_array_add_string_element (fields, *names);
  json_object_set_array_member (call->params, "fields", fields);
}

static gboolean
run_get (SparkTx *tx, SparkCall *call, GError **error)
{
  static const char *const usual[] = { "display_name", "profile_image", NULL };
  g_autofree char *image = spark_avatar_url (call);
  Profile profile = { .image = image };

  want (call, usual);
  if (!spark_members_check (call, profile_members, error)
      || !spark_read_account (tx, call->account, &profile.account, error)
      || !spark_read_account_totals (tx, call->account, &profile.totals, error))
    return FALSE;
  spark_members_write (call, profile_members, &profile, NULL);
  return TRUE;
}

/* --- business/video/list --- */

static const SparkField video_filter_fields[] = {
  { "video_ids", SPARK_FIELD_STRINGS, FALSE, 0, MAX_VIDEOS },
  { "ad_post_only", SPARK_FIELD_BOOL, FALSE },
  { NULL },
};

static const SparkField video_list_fields[] = {
  BUSINESS_ID,
  { "fields", SPARK_FIELD_STRINGS, FALSE, 0, 50 },
  { "filters", SPARK_FIELD_OBJECT, FALSE, 0, 0, NULL, video_filter_fields },
  { "cursor", SPARK_FIELD_INT, FALSE, 0 },
  { "max_count", SPARK_FIELD_INT, FALSE, 1, MAX_VIDEOS },
  { NULL },
};

typedef struct
{
  SparkVideo video;
  gboolean is_ad;
  const char *thumbnail;
} Post;

#define WRITE(function, expression)                                                                \
  static void function (SparkJsonWriter *writer, const char *name, gconstpointer view)             \
  {                                                                                                \
    const SparkVideo *video = &((const Post *)view)->video;                                        \
    expression;                                                                                    \
  }

static void
write_count (SparkJsonWriter *writer, const char *name, gint64 count)
{
  if (count < 0)
    spark_json_null (writer, name);
  else
    spark_json_int (writer, name, count);
}

/* The one time in TikTok's interface that is a text of seconds. */
static void
write_seconds (SparkJsonWriter *writer, const char *name, gint64 ms)
{
  spark_envelope_id (writer, name, ms / 1000);
}

WRITE (write_item_id, spark_json_string (writer, name, video->item_id))
WRITE (write_media_type, (void)video; spark_json_string (writer, name, "VIDEO"))
WRITE (write_share_url, spark_json_string (writer, name, video->share_url))
WRITE (write_caption, spark_json_string (writer, name, video->caption))
WRITE (write_duration, write_count (writer, name, video->duration_s))
WRITE (write_create_time, write_seconds (writer, name, video->published_at))
WRITE (write_video_likes, write_count (writer, name, video->total.likes))
WRITE (write_comments, write_count (writer, name, video->total.comments))
WRITE (write_shares, write_count (writer, name, video->total.shares))
WRITE (write_views, write_count (writer, name, video->total.views))

static void
write_is_ad (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_bool (writer, name, ((const Post *)view)->is_ad);
}

static void
write_thumbnail (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, ((const Post *)view)->thumbnail);
}

static const SparkMember video_members[] = {
  { "item_id", write_item_id },
  { "media_type", write_media_type },
  { "is_ad", write_is_ad },
  { "thumbnail_url", write_thumbnail },
  { "share_url", write_share_url },
  { "embed_url", write_empty },
  { "caption", write_caption },
  { "video_duration", write_duration },
  { "create_time", write_create_time },
  { "likes", write_video_likes },
  { "comments", write_comments },
  { "shares", write_shares },
  { "video_views", write_views },
  { "favorites", NULL },
  { "reach", NULL },
  { "total_time_watched", NULL },
  { "average_time_watched", NULL },
  { "full_video_watched_rate", NULL },
  { "new_followers", NULL },
  { "profile_views", NULL },
  { "website_clicks", NULL },
  { "phone_number_clicks", NULL },
  { "lead_submissions", NULL },
  { "app_download_clicks", NULL },
  { "email_clicks", NULL },
  { "address_clicks", NULL },
  { "video_view_retention", write_no_metrics },
  { "impression_sources", write_no_metrics },
  { "audience_genders", write_no_metrics },
  { "audience_countries", write_no_metrics },
  { "audience_cities", write_no_metrics },
  { "audience_types", write_no_metrics },
  { "engagement_likes", write_no_metrics },
  { NULL },
};

static gboolean
write_video (SparkTx *tx, SparkCall *call, const SparkVideo *video, gboolean ads_only,
             GError **error)
{
  g_autofree char *thumbnail = spark_poster_url (call, video);
  Post post = { .video = *video, .thumbnail = thumbnail };
  guint active;

  if (!spark_read_video_ads (tx, video->id, &active, &post.is_ad, error))
    return FALSE;
  if (ads_only && !post.is_ad)
    return TRUE;
  spark_json_begin_object (&call->data, NULL);
  spark_members_write (call, video_members, &post, NULL);
  spark_json_end_object (&call->data);
  return TRUE;
}

/* Those that are asked for by id: what is not the creator's is left out, as at TikTok. */
static gboolean
write_wanted (SparkTx *tx, SparkCall *call, JsonArray *ids, gboolean ads_only, GError **error)
{
  for (guint i = 0; i < json_array_get_length (ids); i++)
    {
      g_autoptr (GError) local = NULL;
      SparkVideo video;

      if (spark_read_video_of_item (tx, call->account, json_array_get_string_element (ids, i),
                                    &video, &local))
        {
          if (!write_video (tx, call, &video, ads_only, error))
            return FALSE;
        }
      else if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

typedef struct
{
  SparkTx *tx;
  SparkCall *call;
  guint left;
  gboolean more;
  const char *last; /* the video that was written last; of the transaction */
  gint64 cursor;
  GError *error;
} Listing;

static gboolean
write_listed (const SparkVideo *video, gpointer data)
{
  Listing *listing = data;

  if (listing->left == 0)
    {
      listing->more = TRUE;
      return FALSE;
    }
  listing->left--;
  listing->last = video->id;
  listing->cursor = video->published_at;
  return write_video (listing->tx, listing->call, video, FALSE, &listing->error);
}

static gboolean
run_video_list (SparkTx *tx, SparkCall *call, GError **error)
{
  static const char *const usual[] = { "item_id", NULL };
  JsonObject *filters = spark_field_object (call->params, "filters");
  JsonArray *ids = spark_field_array (filters, "video_ids");
  gboolean ads_only = spark_field_bool (filters, "ad_post_only", FALSE);
  gint64 cursor = spark_field_int (call->params, "cursor", 0);
  Listing listing
      = { .tx = tx, .call = call, .left = (guint)spark_field_int (call->params, "max_count", 10) };

  want (call, usual);
  if (!spark_members_check (call, video_members, error))
    return FALSE;
  if (ads_only && ids == NULL)
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                   "filters: ad_post_only is possible together with video_ids only.");
      return FALSE;
    }
  spark_json_begin_array (&call->data, "videos");
  if (ids != NULL)
    {
      if (!write_wanted (tx, call, ids, ads_only, error))
        return FALSE;
    }
  else if (!spark_read_videos_from (tx, call->account, cursor != 0 ? cursor : spark_tx_now (tx) + 1,
                                    listing.left + 1, write_listed, &listing, error)
           || listing.error != NULL)
    {
      if (listing.error != NULL)
        g_propagate_error (error, listing.error);
      return FALSE;
    }
  if (listing.more
      && !spark_read_video_cursor (tx, listing.last, listing.cursor, &listing.cursor, error))
    return FALSE;
  spark_json_end_array (&call->data);
  spark_json_int (&call->data, "cursor", listing.cursor);
  spark_json_bool (&call->data, "has_more", listing.more);
  return TRUE;
}

/* --- business/post/authorize/… --- */

static const SparkField setting_fields[] = {
  BUSINESS_ID,
  { "item_id", SPARK_FIELD_ID, TRUE },
  { "is_ad_promotable", SPARK_FIELD_BOOL, TRUE },
  { "authorization_days", SPARK_FIELD_INT, FALSE, 1, 365 },
  { NULL },
};
static const SparkField extend_fields[] = {
  BUSINESS_ID,
  { "item_id", SPARK_FIELD_ID, TRUE },
  { "authorization_days", SPARK_FIELD_INT, FALSE, 1, 365 },
  { NULL },
};
static const SparkField post_fields[] = {
  BUSINESS_ID,
  { "item_id", SPARK_FIELD_ID, TRUE },
  { NULL },
};

static gboolean
find_video (SparkTx *tx, SparkCall *call, SparkVideo *video, GError **error)
{
  return spark_read_video_of_item (tx, call->account, spark_field_string (call->params, "item_id"),
                                   video, error);
}

/* The app does it for the owner who let it in. */
static gboolean
find_actor (SparkTx *tx, SparkCall *call, SparkActor *actor, GError **error)
{
  SparkApp app;

  if (!spark_ledger_find_creator_actor (tx, call->holder, actor, error)
      || !spark_read_app (tx, call->app, &app, error))
    return FALSE;
  actor->from = app.name;
  return TRUE;
}

static gboolean
no_code (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_MISSING,
               "The post has no authorization code. Turn on its ad authorization first.");
  return FALSE;
}

static void
write_code (SparkCall *call, const char *item_id, const SparkCode *code)
{
  SparkJsonWriter *writer = &call->data;

  spark_json_string (writer, "item_id", item_id);
  spark_json_string (writer, "auth_code", code->code);
  spark_envelope_time (writer, "auth_code_start_time", code->starts_at);
  spark_envelope_time (writer, "auth_code_end_time", code->ends_at);
  spark_json_int (writer, "authorization_days", code->days);
}

static gboolean
write_change (SparkTx *tx, SparkCall *call, const SparkVideo *video, const char *code_id,
              GError **error)
{
  SparkCode code;

  if (call->settings.of[SPARK_SETTING_EMPTY_REPLIES] != 0)
    return TRUE;
  if (!spark_read_code (tx, code_id, TRUE, &code, error))
    return FALSE;
  write_code (call, video->item_id, &code);
  return TRUE;
}

static guint
get_days (SparkCall *call)
{
  return (guint)spark_field_int (call->params, "authorization_days", DEFAULT_DAYS);
}

static gboolean
run_setting (SparkTx *tx, SparkCall *call, GError **error)
{
  g_autofree char *made = NULL;
  SparkVideo video;
  SparkActor actor;
  const char *code;

  if (!find_video (tx, call, &video, error) || !find_actor (tx, call, &actor, error))
    return FALSE;
  if (!spark_field_bool (call->params, "is_ad_promotable", TRUE))
    return spark_ledger_turn_off (tx, &actor, video.id, error);
  /* It is on already: nothing is to be done. */
  code = video.authorization.code_id;
  if (code == NULL || video.authorization.state == SPARK_AUTHORIZATION_EXPIRED)
    {
      if (!spark_ledger_generate (tx, &actor, video.id, get_days (call), &made, error))
        return FALSE;
      code = made;
    }
  return write_change (tx, call, &video, code, error);
}

static gboolean
note_code (const SparkCode *code, gpointer data)
{
  *(gboolean *)data = TRUE;
  return FALSE;
}

static gboolean
had_code (SparkTx *tx, const SparkVideo *video, gboolean *had, GError **error)
{
  SparkPage page = { .limit = 1 };
  gboolean ok;

  *had = FALSE;
  ok = spark_read_codes (
      tx, &(SparkObjectQuery){ .scope.all = TRUE, .video_id = video->id, .state = -1 }, FALSE,
      &page, note_code, had, error);
  g_free (page.next);
  return ok;
}

static gboolean
run_extend (SparkTx *tx, SparkCall *call, GError **error)
{
  g_autofree char *made = NULL;
  SparkVideo video;
  SparkActor actor;
  const char *code;
  gboolean had;

  if (!find_video (tx, call, &video, error) || !find_actor (tx, call, &actor, error)
      || !had_code (tx, &video, &had, error))
    return FALSE;
  code = video.authorization.code_id;
  if (code != NULL)
    return spark_ledger_extend (tx, &actor, code, get_days (call), error)
           && write_change (tx, call, &video, code, error);
  /* After a deletion the same call makes a new code. */
  return (had || no_code (error))
         && spark_ledger_generate (tx, &actor, video.id, get_days (call), &made, error)
         && write_change (tx, call, &video, made, error);
}

static const char *
code_status (SparkCall *call, const SparkCode *code, guint active, gint64 now)
{
  if (code->state == SPARK_CODE_STATE_EXPIRED || code->ends_at <= now)
    return "EXPIRED";
  if (call->settings.of[SPARK_SETTING_IN_USE_NEEDS_AD] != 0)
    return active > 0 ? "IN_USE" : "NOT_USED";
  return code->state == SPARK_CODE_STATE_IN_USE ? "IN_USE" : "NOT_USED";
}

static gboolean
run_status (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkVideo video;
  SparkCode code;
  guint active;
  gboolean used;

  if (!find_video (tx, call, &video, error))
    return FALSE;
  if (video.authorization.code_id == NULL)
    return no_code (error);
  if (!spark_read_code (tx, video.authorization.code_id, TRUE, &code, error)
      || !spark_read_video_ads (tx, video.id, &active, &used, error))
    return FALSE;
  write_code (call, video.item_id, &code);
  spark_json_string (&call->data, "auth_code_status",
                     code_status (call, &code, active, spark_tx_now (tx)));
  return TRUE;
}

static gboolean
run_delete (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkVideo video;
  SparkActor actor;

  if (!find_video (tx, call, &video, error) || !find_actor (tx, call, &actor, error))
    return FALSE;
  if (video.authorization.code_id == NULL)
    return no_code (error);
  if (!spark_ledger_delete_code (tx, &actor, video.authorization.code_id, error))
    return FALSE;
  spark_json_string (&call->data, "item_id", video.item_id);
  spark_json_string (&call->data, "auth_code_status", "DELETED");
  return TRUE;
}

#define SPARK_SCOPE "biz.spark.auth"

const SparkEndpoint spark_business_endpoints[] = {
  { "GET", "business/get/", SPARK_AUTH_CREATOR, get_fields, run_get, "user.info.basic" },
  { "GET", "business/video/list/", SPARK_AUTH_CREATOR, video_list_fields, run_video_list,
    "video.list" },
  { "POST", "business/post/authorize/setting/", SPARK_AUTH_CREATOR, setting_fields, run_setting,
    SPARK_SCOPE },
  { "POST", "business/post/authorize/", SPARK_AUTH_CREATOR, extend_fields, run_extend,
    SPARK_SCOPE },
  { "GET", "business/post/authorize/status/", SPARK_AUTH_CREATOR, post_fields, run_status,
    SPARK_SCOPE },
  { "POST", "business/post/authorize/delete/", SPARK_AUTH_CREATOR, post_fields, run_delete,
    SPARK_SCOPE },
  { NULL },
};
