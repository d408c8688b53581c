/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/* The terms a person chose last, kept per sign-in in the replica's settings. */

/* The last period that @account permits: the last with this brand, else with any; 30 days at first.
 * @brand_id: (nullable) */
guint spark_terms_get_days (SparkReplica *replica, const SparkAccount *account,
                            const char *brand_id);
void spark_terms_set_days (SparkReplica *replica, guint days);
/* Whether @account (nullable: any) knows codes of this period */
gboolean spark_terms_permit (const SparkAccount *account, guint days);
/* With this brand; @brand_id: (nullable): with none, which is not noted */
void spark_terms_set_brand_days (SparkReplica *replica, const char *brand_id, guint days);

/**
 * spark_terms_find_common:
 * @accounts: (element-type SparkAccountItem)
 * @common: (out): has nothing but the periods that each of them permits, and none where they have
 *   none in common; of no account those there are
 */
void spark_terms_find_common (GPtrArray *accounts, SparkAccount *common);

/* Whether turning on ad authorization was explained and agreed to for this account. */
gboolean spark_terms_get_consent (SparkReplica *replica, const char *account_id);
void spark_terms_set_consent (SparkReplica *replica, const char *account_id);

/* The shortest period of @account that reaches @deal_end (ms) from @from; the longest if none does
 */
guint spark_terms_nearest (const SparkAccount *account, gint64 from, gint64 deal_end);

/* What is to be done where Sparkbox cannot extend itself, in a sentence */
const char *spark_terms_get_extension_by_hand (void);

/* @text, and where Sparkbox cannot extend on @account's platform, that the person has to.
 * (transfer full) */
char *spark_terms_describe_extension (const SparkAccount *account, const char *text);

G_END_DECLS
