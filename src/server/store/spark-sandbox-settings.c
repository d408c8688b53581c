/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "server/store/spark-sandbox-settings.h"
#include "server/store/spark-tx.h"

const SparkSettingInfo spark_setting_infos[SPARK_N_SETTINGS] = {
  [SPARK_SETTING_THROTTLE]
  = { "throttle", TRUE, 0, 100, "percent of the requests that are told to come later (40100)" },
  [SPARK_SETTING_EXPIRE_TOKENS]
  = { "expire-tokens", TRUE, 0, 1, "1: every access token is answered as expired (40102)" },
  [SPARK_SETTING_EMPTY_REPLIES]
  = { "empty-replies", TRUE, 0, 1, "1: setting and extending a post answer without data" },
  [SPARK_SETTING_ERRORS]
  = { "errors", TRUE, 0, 100, "percent of the requests that fail with a system error (50000)" },
  [SPARK_SETTING_LATENCY]
  = { "latency", TRUE, 0, 60000, "milliseconds that every answer comes later" },

  [SPARK_SETTING_IN_USE_NEEDS_AD]
  = { "in-use-needs-ad", FALSE, 0, 1,
      "1: a code is IN_USE once an ad runs on it; 0: once it was redeemed" },
  [SPARK_SETTING_EXTEND_EXPIRED]
  = { "extend-expired", FALSE, 1, 1, "1: an expired code can be extended; 0: it needs a new one" },
  [SPARK_SETTING_ONE_ADVERTISER]
  = { "one-advertiser", FALSE, 0, 1, "1: a code serves one ad account; 0: any number" },
  [SPARK_SETTING_MAX_DAYS]
  = { "max-days", FALSE, 0, 36500, "the most days a code can have in all; 0: no limit" },
  [SPARK_SETTING_ADS_SURVIVE_UNBIND]
  = { "ads-survive-unbind", FALSE, 0, 1,
      "1: ads go on after tt_video/unbind until the code's end; 0: they pause" },
  [SPARK_SETTING_KEEP_REFRESH_TOKEN]
  = { "keep-refresh-token", FALSE, 0, 1,
      "1: refreshing gives the same refresh token back; 0: a new one" },
  [SPARK_SETTING_REVIEW_SECONDS]
  = { "review-seconds", FALSE, 0, 604800, "how long the review of a new ad takes" },
  [SPARK_SETTING_REJECT_ADS] = { "reject-ads", FALSE, 0, 1, "1: the review rejects new ads" },
};

gboolean
spark_read_settings (SparkTx *tx, SparkSettings *settings, GError **error)
{
  GError *local = NULL;
  SparkStatement *row;

  if (tx->settings_known)
    {
      *settings = tx->settings;
      return TRUE;
    }
  row = spark_tx_select (tx, &local, "sandbox_settings", "");
  for (int i = 0; i < SPARK_N_SETTINGS; i++)
    settings->of[i] = spark_setting_infos[i].absent;
  while (row != NULL && spark_statement_step (row, &local))
    for (int i = 0; i < SPARK_N_SETTINGS; i++)
      if (strcmp (spark_setting_infos[i].name, spark_statement_text (row, 0)) == 0)
        settings->of[i] = CLAMP (spark_statement_int (row, 1), 0, spark_setting_infos[i].most);
  if (local == NULL)
    {
      tx->settings = *settings;
      tx->settings_known = TRUE;
      return TRUE;
    }
  g_propagate_error (error, local);
  return FALSE;
}

void
spark_expect_settings (SparkTx *tx)
{
  if (!tx->settings_known)
    spark_tx_expect (tx, "sandbox_settings", "");
}

gboolean
spark_read_setting (SparkTx *tx, SparkSetting setting, gint64 *value, GError **error)
{
  SparkSettings settings;

  if (!spark_read_settings (tx, &settings, error))
    return FALSE;
  *value = settings.of[setting];
  return TRUE;
}

gboolean
spark_write_setting (SparkTx *tx, SparkSetting setting, gint64 value, GError **error)
{
  const SparkSettingInfo *info = &spark_setting_infos[setting];

  g_return_val_if_fail (value >= 0 && value <= info->most, FALSE);
  tx->settings_known = FALSE;
  tx->job_set = TRUE;
  return value == info->absent
             ? spark_tx_exec (tx, error, "sandbox_setting_drop", "s", info->name)
             : spark_tx_exec (tx, error, "sandbox_setting_put", "si", info->name, value);
}
