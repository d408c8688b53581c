/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include "model/spark-rules.h"
#include "server/adtools/spark-adtools-private.h"
#include "server/ledger/spark-ledger.h"

static const char *const item_types[] = { "VIDEO", "CAROUSEL", NULL };

/* What begins an item_info; the caller ends the object. */
static void
write_item_info (SparkJsonWriter *writer, const SparkVideo *video, const char *auth_code)
{
  spark_json_begin_object (writer, "item_info");
  spark_json_string (writer, "auth_code", auth_code != NULL ? auth_code : "");
  spark_json_string (writer, "item_id", video->item_id);
  spark_json_string (writer, "item_type", "VIDEO");
  spark_json_string (writer, "text", video->caption != NULL ? video->caption : "");
  spark_json_string (writer, "status", spark_item_status (video->visibility));
  spark_json_null (writer, "carousel_info");
  spark_json_null (writer, "anchor_list");
}

static void
write_user_info (SparkJsonWriter *writer, const char *handle, const char *name,
                 const char *identity_id)
{
  spark_json_begin_object (writer, "user_info");
  spark_json_string (writer, "tiktok_name", handle != NULL ? handle : name);
  spark_json_string (writer, "identity_id", identity_id);
  spark_json_string (writer, "identity_type", "AUTH_CODE");
  spark_json_end_object (writer);
}

/* TikTok's own answers for TikTok's posts, whatever is known of them here. */
static gboolean
check_platform (SparkPlatformKind platform, GError **refusal)
{
  if (platform == SPARK_PLATFORM_SANDBOX)
    return TRUE;
  g_set_error (refusal, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
               "auth_code: it is not of a sandbox account, and only those are here. Use a code in "
               "TikTok Ads Manager, and a link on its page.");
  return FALSE;
}

/* --- authorize --- */

static const SparkField authorize_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "auth_code", SPARK_FIELD_STRING, TRUE, 0, 512 },
  { "original_post_auth_code", SPARK_FIELD_STRING, FALSE, 0, 512 },
  { NULL },
};

/* @error: also for a string that nothing has */
static gboolean
check_string (SparkTx *tx, const char *string, GError **refusal, GError **error)
{
  SparkRedeemable found;

  return spark_read_redeemable (tx, string, &found, error)
         && check_platform (found.platform, refusal);
}

/* A duet or stitch shows another post too, whose creator must have authorized it as well. */
static gboolean
check_post (SparkTx *tx, SparkPlatformKind platform, SparkBlockers blockers, gpointer data,
            GError **refusal)
{
  SparkCall *call = data;
  const char *given = spark_field_string (call->params, "original_post_auth_code");
  g_autofree char *original = NULL;
  gboolean existing;

  if (!check_platform (platform, refusal))
    return FALSE;
  if ((blockers & (SPARK_BLOCKER_DUET | SPARK_BLOCKER_STITCH)) == 0)
    return TRUE;
  if (given == NULL || *given == '\0')
    {
      g_set_error (
          refusal, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
          "original_post_auth_code: the post is a duet or stitch; the code of the original "
          "post is needed too.");
      return FALSE;
    }
  original = spark_code_normalize (given, refusal);
  return original != NULL && check_string (tx, original, refusal, refusal)
         && spark_ledger_preview_redemption (tx, NULL, original, &existing, refusal, refusal)
         && *refusal == NULL;
}

/* It is the same in each run. */
static const char *
get_string (SparkCall *call, GError **refusal)
{
  if (call->string == NULL)
    call->string = spark_code_normalize (spark_field_string (call->params, "auth_code"), refusal);
  return call->string;
}

static void
expect_authorize (SparkTx *tx, SparkCall *call)
{
  const char *string = get_string (call, NULL);

  if (string != NULL)
    spark_ledger_expect_redemption (tx, string);
}

static gboolean
begin_authorize (SparkTx *tx, SparkCall *call, GError **error)
{
  const char *string = get_string (call, NULL);

  return string == NULL || spark_ledger_begin_redemption (tx, call->advertiser, string, error);
}

static gboolean
run_authorize (SparkTx *tx, SparkCall *call, GError **error)
{
  g_auto (SparkRedemption) redemption = { 0 };
  const char *string = get_string (call, &call->refusal);
  g_autoptr (GError) why = NULL;

  if (string == NULL)
    return TRUE;
  if (!spark_ledger_redeem_if (tx, call->advertiser, string, check_post, call, &redemption,
                               &call->refusal, error))
    return FALSE;
  /* TikTok's own codes are known here, but nothing that brands use. */
  if (g_error_matches (call->refusal, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN)
      && !check_string (tx, string, &why, NULL) && why != NULL)
    {
      g_clear_error (&call->refusal);
      call->refusal = g_steal_pointer (&why);
    }
  return TRUE;
}

/* --- unbind --- */

static const SparkField unbind_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "item_id", SPARK_FIELD_ID, TRUE },
  { NULL },
};

static gboolean
run_unbind (SparkTx *tx, SparkCall *call, GError **error)
{
  return spark_ledger_unbind_of_platform (tx, call->advertiser,
                                          spark_field_string (call->params, "item_id"),
                                          SPARK_PLATFORM_SANDBOX, error);
}

/* --- info --- */

static const SparkField info_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "auth_code", SPARK_FIELD_STRING, TRUE, 0, 512 },
  { NULL },
};

static gboolean
run_info (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkJsonWriter *writer = &call->data;
  g_autofree char *string
      = spark_code_normalize (spark_field_string (call->params, "auth_code"), error);
  SparkRedeemable found;
  gboolean existing;

  if (string == NULL)
    return FALSE;
  if (!check_string (tx, string, &call->refusal, error))
    return call->refusal != NULL;
  /* The same words as for authorize, which alone decides. */
  if (!spark_ledger_preview_redemption (tx, call->advertiser, string, &existing, &call->refusal,
                                        error))
    return FALSE;
  if (call->refusal != NULL)
    return TRUE;
  if (!spark_read_redeemable (tx, string, &found, error))
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

  write_user_info (writer, found.handle, found.account_name,
                   spark_read_identity_id (tx, found.account, call->advertiser));
  spark_write_video_info (writer, call, &found.video, FALSE);
  return TRUE;
}

/* --- list --- */

static const SparkField list_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "item_types", SPARK_FIELD_STRINGS, FALSE, 0, 2, item_types },
  { "keyword", SPARK_FIELD_STRING, FALSE, 0, 500 },
  SPARK_FIELD_PAGING (50),
  { NULL },
};

static gboolean
write_post (const SparkAuthorizedPost *post, gpointer data)
{
  SparkCall *call = data;
  SparkJsonWriter *writer = &call->data;

  spark_json_begin_object (writer, NULL);
  write_item_info (writer, &post->video, post->code.code);
  spark_json_end_object (writer);
  spark_write_auth_info (writer, post);
  write_user_info (writer, post->handle, post->account_name, post->identity_id);
  spark_write_video_info (writer, call, &post->video, FALSE);
  spark_json_end_object (writer);
  return TRUE;
}

static gboolean
run_list (SparkTx *tx, SparkCall *call, GError **error)
{
  JsonArray *types = spark_field_array (call->params, "item_types");
  const char *keyword = spark_field_string (call->params, "keyword");
  SparkPageInfo page;

  spark_page_init (&page, call, 20);
  spark_json_begin_array (&call->data, "list");
  /* Only videos are here: a list of other types is an empty one. */
  if ((types == NULL || json_array_get_length (types) == 0 || spark_strings_have (types, "VIDEO"))
      && !spark_read_authorized_posts (tx, call->advertiser, 0,
                                       keyword != NULL && *keyword != '\0' ? keyword : NULL,
                                       page.page, page.size, &page.total, write_post, call, error))
    return FALSE;
  spark_json_end_array (&call->data);
  spark_page_write (&page, &call->data);
  return TRUE;
}

const SparkEndpoint spark_tt_video_endpoints[] = {
  /* Tighter than the rest, as clients find it; TikTok gives no figure. */
  { "POST",
    "tt_video/authorize/",
    SPARK_AUTH_ADVERTISER,
    authorize_fields,
    run_authorize,
    NULL,
    { .per_second = 5 },
    expect_authorize,
    begin_authorize },
  { "POST", "tt_video/unbind/", SPARK_AUTH_ADVERTISER, unbind_fields, run_unbind },
  { "GET", "tt_video/info/", SPARK_AUTH_ADVERTISER, info_fields, run_info },
  { "GET", "tt_video/list/", SPARK_AUTH_ADVERTISER, list_fields, run_list },
  { NULL },
};
