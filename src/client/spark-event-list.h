/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

#define SPARK_TYPE_EVENT_LIST (spark_event_list_get_type ())
G_DECLARE_FINAL_TYPE (SparkEventList, spark_event_list, SPARK, EVENT_LIST, SparkRowList)

/*
 * Events, newest first, as far back as the replica goes: at least 90 days. Older ones are asked of
 * GET /v1/events and shown after these: see spark_event_list_get_oldest().
 */

/* @account_id, @video_id: (nullable): NULL for all */
SparkEventList *spark_event_list_new (SparkReplica *replica, const char *account_id,
                                      const char *video_id);
/* A bit (1 << SPARK_EVENT_…) for each type that is shown; 0: all */
void spark_event_list_set_types (SparkEventList *self, guint64 types);
void spark_event_list_set_brand (SparkEventList *self, const char *brand_id); /* NULL: all */
/* As spark_video_list_set_search(), in the names of the brand, the ad account and who did it,
 * notes, reasons given, and the caption of the video. */
void spark_event_list_set_search (SparkEventList *self, const char *search);

/**
 * spark_event_list_get_oldest:
 *
 * Returns: the moment, in ms, of the oldest event the replica has of this account (whatever the
 * list is filtered by): what is older is not here. 0: it has none
 */
gint64 spark_event_list_get_oldest (SparkEventList *self);

/* Whether that is where its account began: nothing is older. FALSE for all accounts. */
gboolean spark_event_list_is_whole (SparkEventList *self);

/**
 * spark_event_item_new_from_json:
 * @object: an Event of /v1 that is not in the replica
 *
 * Returns: (transfer full): it as a row, for the older ones
 */
SparkEventItem *spark_event_item_new_from_json (JsonObject *object, GError **error);

G_END_DECLS
