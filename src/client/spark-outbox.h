/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-client.h"
#include "client/spark-replica.h"

G_BEGIN_DECLS

#define SPARK_TYPE_OUTBOX (spark_outbox_get_type ())
G_DECLARE_FINAL_TYPE (SparkOutbox, spark_outbox, SPARK, OUTBOX, GObject)

/* Sends what the replica keeps for later, in order, one at a time. Private to src/client. */
SparkOutbox *spark_outbox_new (SparkClient *client, SparkReplica *replica);
void spark_outbox_add (SparkOutbox *self, const char *path, const char *body);
/* Whether the backend can be reached: sends while it can. */
void spark_outbox_set_online (SparkOutbox *self, gboolean online);
/* How long to wait before what could not be sent is tried again meanwhile. */
void spark_outbox_set_wait (SparkOutbox *self, guint ms);

G_END_DECLS
