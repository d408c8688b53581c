/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-private.h"

gboolean
spark_ledger_set_link_state (SparkTx *tx, gint64 account, gint64 id, SparkLinkState state,
                             GError **error)
{
  return spark_tx_exec (tx, error, "link_set_state", "iii", account, id, (gint64)state)
         && spark_tx_touch (tx, account, SPARK_KIND_LINK, id, error);
}

gboolean
spark_ledger_create_link (SparkTx *tx, const SparkActor *actor, const char *video_id,
                          const char *brand_id, gint64 ends_at, const char *note, char **link_id,
                          GError **error)
{
  g_autofree char *string = NULL;
  g_autoptr (GBytes) secret = NULL;
  SparkVideoRow video;
  SparkCodeRow code;
  gint64 brand, id;
  gconstpointer data;
  gsize length;

  if (!spark_video_row_load (tx, video_id, &video, error)
      || !spark_ledger_brand_number (tx, video.account, brand_id, &brand, error))
    return FALSE;
  if (!video.platform->links_here)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
                   "Links need an account whose codes Sparkbox can redeem. Copy the code instead.");
      return FALSE;
    }
  if (video.code == 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_MISSING,
                   "Generate a code for this video first; a link stands on it.");
      return FALSE;
    }
  if (!spark_code_row_get (tx, video.account, video.code, &code, error))
    return FALSE;
  if (code.state == SPARK_CODE_STATE_PENDING)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_WAITING,
                   "TikTok has not made the code of this video yet. Try again in a moment.");
      return FALSE;
    }
  if (code.ends_at <= spark_tx_now (tx))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED,
                   "The code of this video has expired. Extend it first.");
      return FALSE;
    }
  if (ends_at == 0)
    ends_at = code.ends_at;
  if (ends_at <= spark_tx_now (tx) || ends_at > code.ends_at)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD,
                   "A link ends in the future, and no later than the code of its video.");
      return FALSE;
    }

  string = spark_platform_mint ();
  if (!spark_tx_next_id (tx, video.account, &id, error)
      || !spark_tx_keep_string (tx, video.account, SPARK_KIND_LINK, id, video.id, string, &secret,
                                error))
    return FALSE;
  data = g_bytes_get_data (secret, &length);
  if (!spark_tx_exec (tx, error, "link_insert", "iiiiibiisi", video.account, id, video.id,
                      video.code, brand, data, length, (gint64)SPARK_LINK_STATE_OPEN, ends_at, note,
                      spark_tx_now (tx))
      || !spark_tx_touch (tx, video.account, SPARK_KIND_LINK, id, error)
      || !spark_ledger_summarize (tx, video.account, video.id, error)
      || !spark_ledger_event (tx, video.account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_LINK_CREATED,
                                                .video = video.id,
                                                .link = id,
                                                .brand = brand,
                                                .ends_at = ends_at },
                              NULL, error))
    return FALSE;
  *link_id = spark_id_format (video.account, id);
  return TRUE;
}

gboolean
spark_ledger_withdraw_link (SparkTx *tx, const SparkActor *actor, const char *link_id,
                            GError **error)
{
  SparkLinkRow link;
  gint64 account, id;

  if (!spark_id_parse (link_id, &account, &id))
    return spark_ledger_not_found (error);
  if (!spark_link_row_get (tx, account, id, &link, error))
    return FALSE;
  switch (link.state)
    {
    case SPARK_LINK_STATE_WITHDRAWN:
      return TRUE;
    case SPARK_LINK_STATE_OPEN:
      break;
    case SPARK_LINK_STATE_EXPIRED:
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_LINK_EXPIRED, "This link has ended already.");
      return FALSE;
    case SPARK_LINK_STATE_REDEEMING:
    case SPARK_LINK_STATE_REDEEMED:
    default:
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_LINK_USED,
                   "This link has been used. To end the brand's access, revoke it.");
      return FALSE;
    }
  return spark_ledger_set_link_state (tx, account, id, SPARK_LINK_STATE_WITHDRAWN, error)
         && spark_ledger_summarize (tx, account, link.video, error)
         && spark_ledger_event (tx, account, actor,
                                &(SparkEventRow){ .type = SPARK_EVENT_LINK_WITHDRAWN,
                                                  .video = link.video,
                                                  .link = id,
                                                  .brand = link.brand },
                                NULL, error);
}
