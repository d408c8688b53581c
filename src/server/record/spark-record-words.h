/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/record/spark-record.h"

G_BEGIN_DECLS

/* What a record says, to somebody who may never have seen Sparkbox. All: (transfer full). */

char *spark_record_describe_event (const SparkLanguage *language, const SparkEvent *event);
char *spark_record_describe_actor (const SparkLanguage *language, const SparkEvent *event);
char *spark_record_describe_grant (const SparkLanguage *language, const SparkGrant *grant);

/**
 * spark_record_describe_subject:
 * @brand: (nullable): NULL for all, or for one that is not known
 * @caption: (nullable): of the one video that it is about; NULL for all
 */
char *spark_record_describe_subject (const SparkLanguage *language, const char *brand,
                                     const char *caption, const char *item_id);

G_END_DECLS
