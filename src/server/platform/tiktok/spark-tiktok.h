/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/platform/tiktok/spark-tiktok-client.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * What the parts of the connector share, and asking in somebody's name. Belongs to the connector's
 * thread; the settings do not change.
 */
typedef struct
{
  char *app_id;
  char *secret;
  char *redirect_url; /* where TikTok sends the browser back to: …/connect/callback */
  char *auth_url;     /* https://www.tiktok.com: where account holders consent */
  char *api_url;      /* https://business-api.tiktok.com: everything else */
} SparkTiktokSettings;

typedef struct
{
  const SparkTiktokSettings *settings;
  SparkStore *store;
  SparkTiktokBudget *budget;
  SparkTiktokClient *client;
  GCancellable *cancellable; /* the connector ends */
} SparkTiktok;

/**
 * spark_tiktok_as_creator:
 * @account: of the platform tiktok
 * @params: what spark_tiktok_client_call() takes; `business_id` is put in
 *
 * Asks with the account's token, which is refreshed before when it must be, and once more when
 * TikTok says it is too old. RECONNECT is written down at the account, and from then on comes
 * without asking. Blocks; never within a transaction.
 *
 * Returns: (transfer full): see spark_tiktok_client_call()
 */
JsonObject *spark_tiktok_as_creator (SparkTiktok *self, gint64 account, const char *method,
                                     const char *path, JsonObject *params, GError **error);
/**
 * spark_tiktok_as_brand:
 * @advertiser_id: of an ad account whose owner consented; `advertiser_id` is put in
 *
 * The same with the token of that ad account, which lives until it is revoked.
 */
JsonObject *spark_tiktok_as_brand (SparkTiktok *self, const char *advertiser_id, const char *method,
                                   const char *path, JsonObject *params, GError **error);

G_END_DECLS
