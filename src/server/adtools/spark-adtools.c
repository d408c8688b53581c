/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"

/* TikTok's Basic level: 10 requests a second. (TikTok API for Business, "Rate limits") */
#define RATE  10
#define BURST 20

gboolean
spark_adtools_require (const char *name, const char *value, GError **error)
{
  if (value != NULL && *value != '\0')
    return TRUE;
  g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
               "Missing required field(s): %s.", name);
  return FALSE;
}

static gboolean
take (SparkAdtools *adtools, const char *kind, const char *name, GError **error)
{
  g_autofree char *key = g_strconcat (kind, name, NULL);

  if (spark_throttle_take (adtools->throttle, key, g_get_monotonic_time ()))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS, "Too many requests.");
  return FALSE;
}

gboolean
spark_adtools_authenticate (SparkAdtools *adtools, SparkTx *tx, SparkRequest *request,
                            const char *advertiser_id, SparkAdvertiser *advertiser, GError **error)
{
  const char *token = spark_request_header (request, "Access-Token");
  g_autoptr (GError) local = NULL;

  if (token == NULL || *token == '\0')
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_TOKEN_MISSING,
                   "Access token is null, you should set it in http header with key Access-Token.");
      return FALSE;
    }
  if (!spark_read_advertiser_by_token (tx, token, advertiser, &local))
    {
      if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED))
        g_propagate_error (error, g_steal_pointer (&local));
      /* A wrong token costs its sender's own bucket, so that guessing is slow. */
      else if (take (adtools, "peer ", spark_request_peer (request), error))
        g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_TOKEN_WRONG,
                     "Access token is incorrect or has been revoked.");
      return FALSE;
    }
  if (!take (adtools, "advertiser ", advertiser->id, error)
      || !spark_adtools_require ("advertiser_id", advertiser_id, error))
    return FALSE;
  if (strcmp (advertiser_id, advertiser->id) == 0)
    return TRUE;
  g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_NO_PERMISSION,
               "The access token has no permission for this advertiser_id.");
  return FALSE;
}

static void
refuse (SparkRequest *request, const GError *error, gpointer data)
{
  g_autoptr (GBytes) text = NULL;

  if (!g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      spark_envelope_refuse (request, error);
      return;
    }
  text = g_bytes_new_static ("404 page not found", strlen ("404 page not found"));
  spark_request_respond (request, 404, "text/plain; charset=utf-8", text);
}

SparkAdtools *
spark_adtools_new (SparkStore *store)
{
  SparkAdtools *adtools = g_new0 (SparkAdtools, 1);

  adtools->store = store;
  adtools->throttle = spark_throttle_new (RATE, BURST);
  return adtools;
}

void
spark_adtools_add_routes (SparkAdtools *adtools, SparkHttp *http)
{
  spark_http_add_routes (http, spark_adtools_video_routes, spark_adtools_n_video_routes, adtools);
  spark_http_add_refuse (http, SPARK_FACE_BRANDS, "/open_api", refuse, NULL);
}

void
spark_adtools_free (SparkAdtools *adtools)
{
  spark_throttle_free (adtools->throttle);
  g_free (adtools);
}
