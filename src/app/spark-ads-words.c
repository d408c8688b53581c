/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ads-words"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-ads-words.h"

char *
spark_ads_describe_end (int ads_active, gboolean certain)
{
  if (ads_active <= 0)
    return NULL;
  return g_strdup_printf (
      certain ? ngettext ("%'d ad that is running is paused.",
                          "%'d ads that are running are paused.", (gulong)ads_active)
              : ngettext ("%'d ad is running and may go on until the brand stops it.",
                          "%'d ads are running and may go on until the brand stops them.",
                          (gulong)ads_active),
      ads_active);
}
