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
 * each time it is asked to. Property: status.
 */
typedef enum
{
  SPARK_OLDER_SOME,  /* there may be more */
  SPARK_OLDER_PAUSE, /* the same, but far back there was nothing that is wanted */
  SPARK_OLDER_LOADING,
  SPARK_OLDER_FAILED, /* it can be tried again */
  SPARK_OLDER_ALL,
} SparkOlderStatus;

/* @account_id: (nullable): NULL for all */
SparkOlderEvents *spark_older_events_new (SparkClient *client, const char *account_id);
/* Only of this video or brand; before anything is loaded. @video_id, @brand_id: (nullable) */
void spark_older_events_only (SparkOlderEvents *self, const char *video_id, const char *brand_id);
SparkOlderStatus spark_older_events_get_status (SparkOlderEvents *self);
/* (nullable): of SPARK_OLDER_FAILED */
const GError *spark_older_events_get_problem (SparkOlderEvents *self);
/* @before: in ms: where the replica begins; only looked at the first time */
void spark_older_events_load (SparkOlderEvents *self, gint64 before);
/**
 * spark_older_events_narrow:
 * @types: a bit (1 << SPARK_EVENT_…) for each type that is wanted; 0: all
 * @search: (nullable): what the backend looks for in them
 *
 * Forgets what was loaded for anything else.
 */
void spark_older_events_narrow (SparkOlderEvents *self, guint64 types, const char *search);

G_END_DECLS
