/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"

static const char *const identity_types[]
    = { "CUSTOMIZED_USER", "AUTH_CODE", "TT_USER", "BC_AUTH_TT", NULL };
static const char *const formats[]
    = { "SINGLE_VIDEO", "SINGLE_IMAGE", "CAROUSEL_ADS", "CATALOG_CAROUSEL", "LIVE_CONTENT", NULL };
static const char *const on_off[] = { "ON", "OFF", NULL };
static const char *const enable_disable[] = { "ENABLE", "DISABLE", NULL };

/* --- create --- */

static const SparkField creative_fields[] = {
  { "ad_name", SPARK_FIELD_STRING, FALSE, 0, 512 },
  { "identity_type", SPARK_FIELD_ENUM, TRUE, 0, 0, identity_types },
  { "identity_id", SPARK_FIELD_STRING, TRUE, 0, 64 },
  { "identity_authorized_bc_id", SPARK_FIELD_ID, FALSE },
  { "tiktok_item_id", SPARK_FIELD_ID, FALSE },
  { "ad_format", SPARK_FIELD_ENUM, FALSE, 0, 0, formats },
  { "ad_text", SPARK_FIELD_STRING, FALSE, 0, 512 },
  { "video_id", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "image_ids", SPARK_FIELD_STRINGS, FALSE, 0, 35 },
  { "call_to_action", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "call_to_action_id", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "landing_page_url", SPARK_FIELD_STRING, FALSE, 0, 2000 },
  { "display_name", SPARK_FIELD_STRING, FALSE, 0, 100 },
  { "dark_post_status", SPARK_FIELD_ENUM, FALSE, 0, 0, on_off },
  { "promotional_music_disabled", SPARK_FIELD_BOOL, FALSE },
  { "item_duet_status", SPARK_FIELD_ENUM, FALSE, 0, 0, enable_disable },
  { "item_stitch_status", SPARK_FIELD_ENUM, FALSE, 0, 0, enable_disable },
  { "operation_status", SPARK_FIELD_ENUM, FALSE, 0, 0, spark_operation_names },
  { "tracking_pixel_id", SPARK_FIELD_INT, FALSE },
  { "impression_tracking_url", SPARK_FIELD_STRING, FALSE, 0, 2000 },
  { "click_tracking_url", SPARK_FIELD_STRING, FALSE, 0, 2000 },
  { NULL },
};

static const SparkField create_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "adgroup_id", SPARK_FIELD_ID, TRUE },
  { "creatives", SPARK_FIELD_OBJECTS, TRUE, 0, 20, NULL, creative_fields },
  { NULL },
};

static const SparkField kept_fields[] = {
  { "identity_type" },
  { "identity_id" },
  { "ad_format" },
  { "call_to_action" },
  { "call_to_action_id" },
  { "landing_page_url" },
  { "display_name" },
  { "dark_post_status" },
  { "promotional_music_disabled" },
  { "item_duet_status" },
  { "item_stitch_status" },
  { "tracking_pixel_id" },
  { "impression_tracking_url" },
  { "click_tracking_url" },
  { NULL },
};

#define WRITE(function, expression)                                                                \
  static void function (SparkJsonWriter *writer, const char *name, gconstpointer view)             \
  {                                                                                                \
    const SparkAd *ad = view;                                                                      \
    expression;                                                                                    \
  }

WRITE (write_advertiser, spark_json_string (writer, name, ad->advertiser))
WRITE (write_id, spark_envelope_id (writer, name, ad->id))
WRITE (write_name, spark_json_string (writer, name, ad->name))
WRITE (write_campaign_id, spark_envelope_id (writer, name, ad->campaign))
WRITE (write_campaign_name, spark_json_string (writer, name, ad->campaign_name))
WRITE (write_adgroup_id, spark_envelope_id (writer, name, ad->adgroup))
WRITE (write_adgroup_name, spark_json_string (writer, name, ad->adgroup_name))
WRITE (write_item_id, spark_json_string (writer, name, ad->item_id))
WRITE (write_operation, spark_json_string (writer, name, spark_operation_name (ad->operation)))
WRITE (write_secondary, spark_json_string (writer, name, spark_ad_secondary_status (ad)))
WRITE (write_created, spark_envelope_time (writer, name, ad->created_at))
WRITE (write_modified, spark_envelope_time (writer, name, ad->modified_at))
WRITE (write_true, (void)ad; spark_json_bool (writer, name, TRUE))
WRITE (write_false, (void)ad; spark_json_bool (writer, name, FALSE))
/* The post has its own text and picture. */
WRITE (write_no_text, (void)ad; spark_json_string (writer, name, ""))
WRITE (write_no_list, (void)ad; spark_json_begin_array (writer, name);
       spark_json_end_array (writer))

static const SparkMember members[] = {
  { "advertiser_id", write_advertiser },
  { "campaign_id", write_campaign_id },
  { "campaign_name", write_campaign_name },
  { "adgroup_id", write_adgroup_id },
  { "adgroup_name", write_adgroup_name },
  { "ad_id", write_id },
  { "ad_name", write_name },
  { "tiktok_item_id", write_item_id },
  { "operation_status", write_operation },
  { "secondary_status", write_secondary },
  { "create_time", write_created },
  { "modify_time", write_modified },
  { "identity_type", NULL },
  { "identity_id", NULL },
  { "identity_authorized_bc_id", NULL },
  { "ad_format", NULL },
  { "ad_text", write_no_text },
  { "video_id", NULL },
  { "image_ids", write_no_list },
  { "music_id", NULL },
  { "call_to_action", NULL },
  { "call_to_action_id", NULL },
  { "landing_page_url", NULL },
  { "display_name", NULL },
  { "dark_post_status", NULL },
  { "promotional_music_disabled", NULL },
  { "item_duet_status", NULL },
  { "item_stitch_status", NULL },
  { "branded_content_disabled", NULL },
  { "tracking_pixel_id", NULL },
  { "impression_tracking_url", NULL },
  { "click_tracking_url", NULL },
  { "page_id", NULL },
  { "deeplink", NULL },
  { "deeplink_type", NULL },
  { "card_id", NULL },
  { "playable_url", NULL },
  { "app_name", NULL },
  { "avatar_icon_web_uri", NULL },
  { "profile_image_url", NULL },
  { "creative_type", NULL },
  { "creative_authorized", write_false },
  { "is_aco", write_false },
  { "is_new_structure", write_true },
  { "optimization_event", NULL },
  { "vast_moat_enabled", write_false },
  { NULL },
};

static gboolean
wrong (guint index, const char *what, GError **error)
{
  g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER, "creatives[%u].%s", index,
               what);
  return FALSE;
}

/* Only the pull of an authorized post is possible here: what its post is stays as it is. */
static gboolean
check_creative (JsonObject *creative, guint index, GError **error)
{
  const char *text = spark_field_string (creative, "ad_text");
  const char *format = spark_field_string (creative, "ad_format");

  if (strcmp (spark_field_string (creative, "identity_type"), "AUTH_CODE") != 0)
    return wrong (index, "identity_type: only AUTH_CODE is possible in this sandbox.", error);
  if (spark_field_string (creative, "tiktok_item_id") == NULL)
    return wrong (index, "tiktok_item_id: is required with AUTH_CODE.", error);
  if ((text != NULL && *text != '\0') || spark_field_string (creative, "video_id") != NULL)
    return wrong (index, "ad_text, video_id: are not possible with tiktok_item_id.", error);
  if (format != NULL && strcmp (format, "SINGLE_VIDEO") != 0)
    return wrong (index, "ad_format: must be SINGLE_VIDEO.", error);
  return TRUE;
}

static void
fill_defaults (JsonObject *creative)
{
  if (!json_object_has_member (creative, "ad_format"))
    json_object_set_string_member (creative, "ad_format", "SINGLE_VIDEO");
  if (!json_object_has_member (creative, "promotional_music_disabled"))
    json_object_set_boolean_member (creative, "promotional_music_disabled", TRUE);
  if (!json_object_has_member (creative, "dark_post_status"))
    json_object_set_string_member (creative, "dark_post_status", "ON");
}

static SparkOperation
operation_of (JsonObject *creative)
{
  return g_strcmp0 (spark_field_string (creative, "operation_status"), "DISABLE") == 0
             ? SPARK_OPERATION_DISABLE
             : SPARK_OPERATION_ENABLE;
}

static gboolean
create_one (SparkTx *tx, SparkCall *call, JsonObject *creative, guint index, gint64 *id,
            GError **error)
{
  const char *name = spark_field_string (creative, "ad_name");
  g_autofree char *made_name = NULL;
  g_autofree char *details = NULL;

  if (!check_creative (creative, index, error))
    return FALSE;
  fill_defaults (creative);
  details = spark_fields_keep (kept_fields, creative);
  if (name == NULL || *name == '\0')
    name = made_name = g_strdup_printf ("Ad %s", spark_field_string (creative, "tiktok_item_id"));
  if (spark_ledger_add_ad (tx, call->advertiser,
                           &(SparkAdDraft){
                               .adgroup = spark_field_id (call->params, "adgroup_id"),
                               .name = name,
                               .operation = operation_of (creative),
                               .item_id = spark_field_string (creative, "tiktok_item_id"),
                               .identity_id = spark_field_string (creative, "identity_id"),
                               .details = details,
                           },
                           id, error))
    return TRUE;
  if (g_error_matches (*error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE))
    {
      g_autofree char *message = g_strdup ((*error)->message);

      g_clear_error (error);
      g_set_error_literal (error, SPARK_RETURN_ERROR, SPARK_RETURN_AD_LIMIT, message);
    }
  return FALSE;
}

/* All of them or none: one that fails undoes the others. */
static gboolean
run_create (SparkTx *tx, SparkCall *call, GError **error)
{
  JsonArray *creatives = spark_field_array (call->params, "creatives");
  guint n = json_array_get_length (creatives);
  g_autofree gint64 *ids = g_new (gint64, n);

  for (guint i = 0; i < n; i++)
    if (!create_one (tx, call, json_array_get_object_element (creatives, i), i, &ids[i], error))
      return FALSE;
  spark_json_begin_array (&call->data, "ad_ids");
  for (guint i = 0; i < n; i++)
    spark_envelope_id (&call->data, NULL, ids[i]);
  spark_json_end_array (&call->data);
  spark_json_bool (&call->data, "need_audit", call->settings.of[SPARK_SETTING_REVIEW_SECONDS] > 0);
  spark_json_begin_array (&call->data, "creatives");
  for (guint i = 0; i < n; i++)
    {
      SparkAd ad;

      if (!spark_read_ad (tx, call->advertiser, ids[i], &ad, error))
        return FALSE;
      spark_json_begin_object (&call->data, NULL);
      spark_members_write (call, members, &ad, ad.details);
      spark_json_end_object (&call->data);
    }
  spark_json_end_array (&call->data);
  return TRUE;
}

/* --- get --- */

static const SparkField filter_fields[] = {
  { "campaign_ids", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "adgroup_ids", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "ad_ids", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "primary_status", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "secondary_status", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "creation_filter_start_time", SPARK_FIELD_TIME, FALSE },
  { "creation_filter_end_time", SPARK_FIELD_TIME, FALSE },
  { "modified_after", SPARK_FIELD_TIME, FALSE },
  { NULL },
};

static const SparkField get_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "fields", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "filtering", SPARK_FIELD_OBJECT, FALSE, 0, 0, NULL, filter_fields },
  SPARK_FIELD_PAGING (1000),
  { NULL },
};

static gboolean
is_deleted (const SparkAd *ad)
{
  return ad->operation == SPARK_OPERATION_DELETE || ad->adgroup_operation == SPARK_OPERATION_DELETE
         || ad->campaign_operation == SPARK_OPERATION_DELETE;
}

static gboolean
list_ad (const SparkAd *ad, gpointer data)
{
  SparkListing *list = data;

  if (!spark_filter_id (list->filtering, "ad_ids", ad->id)
      || !spark_filter_id (list->filtering, "adgroup_ids", ad->adgroup)
      || !spark_filter_id (list->filtering, "campaign_ids", ad->campaign)
      || !spark_filter_status (list->filtering, spark_ad_secondary_status (ad), is_deleted (ad))
      || !spark_filter_created (list->filtering, ad->created_at)
      || ad->modified_at < spark_field_time (list->filtering, "modified_after")
      || !spark_listing_take (list))
    return TRUE;
  spark_json_begin_object (&list->call->data, NULL);
  spark_members_write (list->call, members, ad, ad->details);
  spark_json_end_object (&list->call->data);
  return TRUE;
}

static gboolean
run_get (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkListing list;

  if (!spark_listing_begin (&list, tx, call, members, error)
      || !spark_read_ads (tx, call->advertiser, list_ad, &list, error))
    return FALSE;
  return spark_listing_end (&list, error);
}

/* --- status/update --- */

static const SparkField status_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "ad_ids", SPARK_FIELD_STRINGS, TRUE, 0, 20 },
  { "operation_status", SPARK_FIELD_ENUM, TRUE, 0, 0, spark_operation_names },
  { NULL },
};

static gboolean
run_status (SparkTx *tx, SparkCall *call, GError **error)
{
  return spark_run_status_update (tx, call, SPARK_AD_LEVEL_AD, "ad_ids", NULL, NULL, error);
}

const SparkEndpoint spark_ad_endpoints[] = {
  /* TikTok's Basic level for making ads. */
  { "POST",
    "ad/create/",
    SPARK_AUTH_ADVERTISER,
    create_fields,
    run_create,
    NULL,
    { .per_second = 5, .per_minute = 150, .per_day = 86400, .pause = 300 } },
  { "GET", "ad/get/", SPARK_AUTH_ADVERTISER, get_fields, run_get },
  { "POST", "ad/status/update/", SPARK_AUTH_ADVERTISER, status_fields, run_status },
  { NULL },
};
