/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include "server/adtools/spark-adtools-private.h"

#define POSTER_MS (G_GINT64_CONSTANT (3600) * 1000)

const char *
spark_item_status (SparkVisibility visibility)
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

char *
spark_poster_url (SparkCall *call, const SparkVideo *video)
{
  g_autofree char *path = spark_tx_cover_path (call->tx, video, POSTER_MS);
  g_autofree char *base = spark_request_origin (call->request);

  return path != NULL ? g_strconcat (base, path, NULL) : g_strdup ("");
}

char *
spark_avatar_url (SparkCall *call)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, call->account);
  g_autofree char *sealed
      = spark_tx_seal (call->tx, SPARK_SEAL_AVATAR, id, spark_tx_now (call->tx) + POSTER_MS);
  g_autofree char *base = spark_request_origin (call->request);

  return g_strdup_printf ("%s/avatar/%s?signature=%s", base, id, sealed);
}

/* The sandbox has no film: what it does not know of one is null, and a preview there is none of. */
void
spark_write_video_info (SparkJsonWriter *writer, SparkCall *call, const SparkVideo *video,
                        gboolean playable)
{
  g_autofree char *poster = spark_poster_url (call, video);

  spark_json_begin_object (writer, "video_info");
  if (video->duration_s >= 0)
    spark_json_int (writer, "duration", video->duration_s);
  else
    spark_json_null (writer, "duration");
  spark_json_null (writer, "bit_rate");
  spark_json_null (writer, "size");
  spark_json_null (writer, "width");
  spark_json_null (writer, "height");
  spark_json_null (writer, "signature");
  spark_json_string (writer, "video_id", video->item_id);
  spark_json_string (writer, "file_name", "");
  spark_json_string (writer, "poster_url", poster);
  spark_json_string (writer, playable ? "url" : "preview_url", "");
  if (playable)
    spark_json_null (writer, "format");
  spark_json_end_object (writer);
}

/* TikTok's enumeration is not public; clients take whatever is not AUTHORIZED for unusable. */
static const char *
auth_status (SparkGrantState state)
{
  switch (state)
    {
    case SPARK_GRANT_STATE_AUTHORIZED:
      return "AUTHORIZED";
    case SPARK_GRANT_STATE_EXPIRED:
      return "EXPIRED";
    case SPARK_GRANT_STATE_PENDING:
    case SPARK_GRANT_STATE_REVOKING:
    case SPARK_GRANT_STATE_REVOKED:
    case SPARK_GRANT_STATE_UNBOUND:
    case SPARK_GRANT_STATE_FAILED:
    default:
      return "UNAUTHORIZED";
    }
}

void
spark_write_auth_info (SparkJsonWriter *writer, const SparkAuthorizedPost *post)
{
  spark_json_begin_object (writer, "auth_info");
  /* TikTok's own examples show the moment of the binding here. */
  spark_envelope_time (writer, "invite_start_time", post->grant.redeemed_at);
  spark_envelope_time (writer, "auth_start_time", post->code_starts_at);
  spark_envelope_time (writer, "auth_end_time", post->grant.ends_at);
  spark_json_string (writer, "ad_auth_status", auth_status (post->grant.state));
  spark_json_end_object (writer);
}

/* The same words as TikTok's for why an ad does or does not run. */
const char *
spark_ad_secondary_status (const SparkAd *ad)
{
  if (ad->campaign_operation == SPARK_OPERATION_DELETE)
    return "AD_STATUS_CAMPAIGN_DELETE";
  if (ad->adgroup_operation == SPARK_OPERATION_DELETE)
    return "AD_STATUS_ADGROUP_DELETE";
  if (ad->operation == SPARK_OPERATION_DELETE)
    return "AD_STATUS_DELETE";
  switch (ad->lost)
    {
    case SPARK_AD_LOSS_REVOKED:
      return "AD_STATUS_CREATOR_AUTHORIZATION_REVOKED";
    case SPARK_AD_LOSS_EXPIRED:
    case SPARK_AD_LOSS_UNBOUND:
      return "AD_STATUS_ASSET_AUTHORIZATION_LOST";
    case SPARK_AD_LOSS_NONE:
    default:
      break;
    }
  if (ad->state == SPARK_AD_STATE_REJECTED)
    return "AD_STATUS_AUDIT_DENY";
  if (ad->state == SPARK_AD_STATE_ENDED)
    return "AD_STATUS_DONE";
  if (ad->campaign_operation == SPARK_OPERATION_DISABLE)
    return "AD_STATUS_CAMPAIGN_DISABLE";
  if (ad->adgroup_operation == SPARK_OPERATION_DISABLE)
    return "AD_STATUS_ADGROUP_DISABLE";
  if (ad->operation == SPARK_OPERATION_DISABLE)
    return "AD_STATUS_DISABLE";
  return ad->state == SPARK_AD_STATE_PENDING_REVIEW ? "AD_STATUS_AUDIT" : "AD_STATUS_DELIVERY_OK";
}
