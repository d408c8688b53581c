/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * How much TikTok may be asked: 40 requests a minute of each account and endpoint and 600 of all
 * accounts together (the Accounts API: paths business/… and tt_user/…), 10 a second and 600 a
 * minute of everything else (the Marketing API); and when TikTok says it is too much, less. Counts
 * over a sliding minute, so that no clock's minute can be straddled. Thread-safe.
 *
 * With a database it is counted there, by all nodes together, and a restart forgets nothing; the
 * time is the database's, and @now is not looked at. Without one, @now is any clock that does not
 * go backwards, in ms.
 */
typedef struct _SparkTiktokBudget SparkTiktokBudget;

#define SPARK_TIKTOK_ENDPOINT_PER_MINUTE 40
#define SPARK_TIKTOK_APP_PER_MINUTE      600
#define SPARK_TIKTOK_APP_PER_SECOND      10

/* What a request is for decides how much of the Marketing API's limits it may use: access can be
 * ended however much else is asked, and however many strangers come with codes that are none. */
typedef enum
{
  SPARK_TIKTOK_USE_ORDINARY,  /* leaves a tenth */
  SPARK_TIKTOK_USE_STRANGERS, /* of a browser that came back: leaves half */
  SPARK_TIKTOK_USE_END,       /* ends access: uses all */
} SparkTiktokUse;

/* @store: (nullable): where it is counted; borrowed. Each call that follows waits for its writer.
 */
SparkTiktokBudget *spark_tiktok_budget_new (SparkStore *store);
void spark_tiktok_budget_free (SparkTiktokBudget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkTiktokBudget, spark_tiktok_budget_free)

/* What was counted days ago leaves the database. */
void spark_tiktok_budget_tidy (SparkTiktokBudget *self);

/**
 * spark_tiktok_budget_take:
 * @subject: (nullable): whose it is: an open_id or an advertiser id; NULL: the app's alone
 * @path: of the endpoint, below /open_api/v1.3/
 *
 * Returns: 0: go ahead, it is counted; else after how many ms to try again, and nothing is counted
 */
gint64 spark_tiktok_budget_take (SparkTiktokBudget *self, SparkTiktokUse use, const char *subject,
                                 const char *path, gint64 now);

/**
 * spark_tiktok_budget_throttled:
 * @code: 40016 or 40100 (the app asks too much), 40133 (this ad account), or 429 as a status
 * @words: (nullable): TikTok's own, which name what was passed: a limit a second, a minute, a day
 * @utc: the wall clock in ms, for a day ends at midnight in UTC
 *
 * Returns: how long nothing is asked, in ms. Longer each time it is said again.
 */
gint64 spark_tiktok_budget_throttled (SparkTiktokBudget *self, const char *subject,
                                      const char *path, gint64 code, const char *words, gint64 now,
                                      gint64 utc);
/* TikTok answered again: the next time it is too much begins with a short wait. */
void spark_tiktok_budget_answered (SparkTiktokBudget *self, const char *subject, const char *path);

G_END_DECLS
