/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-client.h"
#include "client/spark-replica.h"

G_BEGIN_DECLS

#define SPARK_TYPE_OLDER_EVENTS (spark_older_events_get_type ())
G_DECLARE_FINAL_TYPE (SparkOlderEvents, spark_older_events, SPARK, OLDER_EVENTS, GObject)

/*
 * What happened before the replica begins: a GListModel of SparkEventItem, newest first, that grows
 * by a page each time it is asked to. Property: status.
 */
typedef enum
{
  SPARK_OLDER_SOME, /* there may be more */
  SPARK_OLDER_LOADING,
  SPARK_OLDER_FAILED, /* it can be tried again */
  SPARK_OLDER_ALL,
} SparkOlderStatus;

/* @account_id: (nullable): NULL for all */
SparkOlderEvents *spark_older_events_new (SparkClient *client, const char *account_id);
SparkOlderStatus spark_older_events_get_status (SparkOlderEvents *self);
/* @before: in ms: where the replica begins; only looked at the first time */
void spark_older_events_load (SparkOlderEvents *self, gint64 before);
/* Empty while it is not shown; nothing is forgotten. */
void spark_older_events_set_shown (SparkOlderEvents *self, gboolean shown);

G_END_DECLS
