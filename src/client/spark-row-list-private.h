/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica-private.h"
#include "client/spark-row-list.h"
#include "client/spark-touched.h"

G_BEGIN_DECLS

/* Once, before anything else. */
void spark_row_list_set_replica (SparkRowList *self, SparkReplica *replica);
SparkReplica *spark_row_list_get_replica (SparkRowList *self);

/* What the list asks for changed: reads it anew. */
void spark_row_list_refill (SparkRowList *self);

/* Whether time alone changes what the list holds: it is looked at every few minutes then. */
void spark_row_list_set_timed (SparkRowList *self, gboolean timed);
/* Looks at it now, if it is timed. */
void spark_row_list_pass_time (SparkRowList *self);

/* The replica closed or changed. `pause` before the snapshot moves on. */
void spark_row_list_pause (SparkRowList *self);
void spark_row_list_follow (SparkRowList *self, const SparkTouched *touched);

/* G_MAXUINT: not in it. @sort: as accept() set it; ignored by a list that is read whole */
guint spark_row_list_find (SparkRowList *self, gint64 sort, gint64 key);
/* The position of the first row that is not before (@sort, @key), completing the list as needed. */
guint spark_row_list_lower_bound (SparkRowList *self, gint64 sort, gint64 key);
/* @at must be less than the number of rows. */
SparkRow spark_row_list_row (SparkRowList *self, guint at);

G_END_DECLS
