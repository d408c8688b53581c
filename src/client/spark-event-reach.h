/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica-db.h"

G_BEGIN_DECLS

/* How far back the replica's events of one account go. */
typedef struct
{
  gint64 oldest;  /* in ms; 0: it has none */
  gboolean whole; /* with that it began: nothing is older */
} SparkEventReach;

/* @account: its number in the file */
gboolean spark_event_reach_find (SparkDb *db, gint64 account, SparkEventReach *reach,
                                 GError **error);

G_END_DECLS
