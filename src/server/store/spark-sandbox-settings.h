/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * How the sandbox behaves, kept in the database so that a running server obeys: faults, for those
 * who test against it, and choices where TikTok publishes no answer.
 */
typedef enum
{
  /* faults */
  SPARK_SETTING_THROTTLE,
  SPARK_SETTING_EXPIRE_TOKENS,
  SPARK_SETTING_EMPTY_REPLIES,
  SPARK_SETTING_ERRORS,
  SPARK_SETTING_LATENCY,
  /* choices */
  SPARK_SETTING_IN_USE_NEEDS_AD,
  SPARK_SETTING_EXTEND_EXPIRED,
  SPARK_SETTING_ONE_ADVERTISER,
  SPARK_SETTING_MAX_DAYS,
  SPARK_SETTING_ADS_SURVIVE_UNBIND,
  SPARK_SETTING_KEEP_REFRESH_TOKEN,
  SPARK_SETTING_REVIEW_SECONDS,
  SPARK_SETTING_REJECT_ADS,
  SPARK_N_SETTINGS,
} SparkSetting;

typedef struct
{
  const char *name;
  gboolean fault;
  gint64 absent; /* the default */
  gint64 most;   /* from 0 to this */
  const char *summary;
} SparkSettingInfo;

extern const SparkSettingInfo spark_setting_infos[SPARK_N_SETTINGS];

typedef struct
{
  gint64 of[SPARK_N_SETTINGS];
} SparkSettings;

gboolean spark_read_settings (SparkTx *tx, SparkSettings *settings, GError **error);
/* That will be asked: spark_tx_expect(). */
void spark_expect_settings (SparkTx *tx);
gboolean spark_read_setting (SparkTx *tx, SparkSetting setting, gint64 *value, GError **error);
/* @value of the range of @setting; the default is kept as absence. */
gboolean spark_write_setting (SparkTx *tx, SparkSetting setting, gint64 value, GError **error);

G_END_DECLS
