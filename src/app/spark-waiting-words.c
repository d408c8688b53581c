/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-waiting-words.h"

static SparkPlatformKind
get_platform (const SparkGrant *grant, SparkReplica *replica)
{
  g_autofree char *account_id = spark_roles_get_account_id (grant->id);
  g_autoptr (SparkAccountItem) account
      = replica != NULL ? spark_replica_get_account (replica, account_id) : NULL;

  return account != NULL ? spark_account_item_get (account)->platform : SPARK_PLATFORM_SANDBOX;
}

SparkWaiting
spark_waiting_get (const SparkGrant *grant, SparkReplica *replica)
{
  static const char *const of_tiktok[]
      = { "platform_waiting", "too_many_requests", "unavailable", NULL };
  SparkPlatformKind platform = get_platform (grant, replica);

  /* Where the creator alone knows what became of an access, nothing is known of ads. */
  if (platform == SPARK_PLATFORM_TRACKED)
    return SPARK_WAITING_BRAND;
  if (grant->problem == NULL)
    return platform == SPARK_PLATFORM_TIKTOK ? SPARK_WAITING_TIKTOK : SPARK_WAITING_ADS;
  return g_strv_contains (of_tiktok, grant->problem) ? SPARK_WAITING_TIKTOK : SPARK_WAITING_ADS;
}

char *
spark_waiting_describe (const SparkGrant *grant, SparkReplica *replica)
{
  g_autofree char *brand = spark_phrase_brand (grant);

  switch (spark_waiting_get (grant, replica))
    {
    case SPARK_WAITING_TIKTOK:
      return g_strdup (_ ("Waiting for TikTok"));
    case SPARK_WAITING_BRAND:
      /* Translators: %s: a brand */
      return g_strdup_printf (_ ("Ask %s to remove the video"), brand);
    case SPARK_WAITING_ADS:
      break;
    }
  /* Translators: %s: a brand */
  return g_strdup_printf (_ ("Waiting for %s’s ads to stop"), brand);
}
