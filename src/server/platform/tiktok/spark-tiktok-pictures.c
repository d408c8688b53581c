/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "server/platform/tiktok/spark-tiktok-private.h"
#include "server/platform/tiktok/spark-tiktok-videos.h"

#define MAX_PICTURE (1024 * 1024)
#define TIMEOUT_MS  10000

/* What it is by its first bytes; whoever shows it must not have to guess. */
static const char *
find_type (const guint8 *data, gsize length)
{
  if (length > 3 && memcmp (data, "\xff\xd8\xff", 3) == 0)
    return "image/jpeg";
  if (length > 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0)
    return "image/png";
  if (length > 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
    return "image/webp";
  return NULL;
}

GBytes *
spark_tiktok_fetch_picture (SparkTiktok *self, const char *url, const char **type)
{
  /* Only where TikTok itself is asked without TLS (a sandbox on this computer) may a picture come
   * so. */
  gboolean plain = g_str_has_prefix (self->settings->api_url, "http:");
  g_autoptr (GBytes) picture = NULL;
  gsize length;
  const guint8 *data;

  if (!g_str_has_prefix (url, "https://") && !(plain && g_str_has_prefix (url, "http://")))
    return NULL;
  /* Nor may whoever writes these addresses have this server look around where it stands. */
  picture = spark_tiktok_client_fetch (self->client, url, !plain, MAX_PICTURE, TIMEOUT_MS,
                                       self->cancellable);
  if (picture == NULL)
    return NULL;
  data = g_bytes_get_data (picture, &length);
  *type = find_type (data, length);
  return *type != NULL ? g_steal_pointer (&picture) : NULL;
}
