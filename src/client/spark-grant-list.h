/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

typedef enum
{
  SPARK_ACCESS_ALL,
  SPARK_ACCESS_ENDING, /* active, and ends within 30 days */
  SPARK_ACCESS_ACTIVE, /* pending, authorized or revoking */
  SPARK_ACCESS_ENDED,
} SparkAccessFilter;

#define SPARK_TYPE_GRANT_LIST (spark_grant_list_get_type ())
G_DECLARE_FINAL_TYPE (SparkGrantList, spark_grant_list, SPARK, GRANT_LIST, SparkRowList)

/* Soonest end first; ended ones last, newest first. @account_id, @video_id: (nullable) */
SparkGrantList *spark_grant_list_new (SparkReplica *replica, const char *account_id,
                                      const char *video_id);
/* Only this brand's, in the same order */
SparkGrantList *spark_grant_list_new_of_brand (SparkReplica *replica, const char *brand_id);
void spark_grant_list_set_filter (SparkGrantList *self, SparkAccessFilter filter);
/* As spark_video_list_set_search(), in brand, ad account, the brand's notes and the caption. */
void spark_grant_list_set_search (SparkGrantList *self, const char *search);
/* Only this brand's; NULL: all */
void spark_grant_list_set_brand (SparkGrantList *self, const char *brand_id);
/* By brand, in the order of their names, unknown ones last; inside each as usual. */
void spark_grant_list_set_by_brand (SparkGrantList *self, gboolean by_brand);

/* How many each filter would show, for the counts beside them. */
guint spark_grant_list_count (SparkGrantList *self, SparkAccessFilter filter);

G_END_DECLS
