/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica-db.h"
#include "client/spark-replica-writer.h"
#include "client/spark-touched.h"

G_BEGIN_DECLS

/*
 * The transaction that takes changes into the replica. Writer thread, inside the transaction.
 */
typedef struct
{
  /* borrowed */
  SparkDb *db;
  GBytes *key; /* NULL: codes are not kept */
  SparkTouched *touched;

  /* owned */
  GHashTable *accounts; /* id → number, as seen in this transaction */
  GHashTable *reworded; /* ids of videos whose search text may have changed */
  GStrvBuilder *new_events;

  gint64 server_now;
  gint64 load;
  gint64 load_since; /* of what a load brings, events from then on are new */
  SparkApplyFlags flags;
  SparkKinds kinds;     /* what really changed */
  gboolean key_dropped; /* noted that a code could not be kept */
} SparkApply;

void spark_apply_init (SparkApply *self, SparkDb *db, GBytes *key, SparkTouched *touched);
void spark_apply_clear (SparkApply *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkApply, spark_apply_clear)

/* Does all that spark_replica_apply_async() promises. */
gboolean spark_apply_changes (SparkApply *self, JsonArray *changes, const char *cursor,
                              GError **error);

/* The kinds: one object each; unchanged ones only get the load's number. */

typedef struct
{
  const SparkChange *change;
  gint64 account; /* the number of its account */
} SparkApplyContext;

gboolean spark_apply_video (SparkApply *self, const SparkApplyContext *context, GError **error);
gboolean spark_apply_remove_video (SparkApply *self, const char *id, GError **error);
/* Writes the search text of the videos of `reworded`. */
gboolean spark_apply_words (SparkApply *self, GError **error);
gboolean spark_apply_event (SparkApply *self, const SparkApplyContext *context, GError **error);
/* Codes, links, grants, brands and batches. */
gboolean spark_apply_object (SparkApply *self, const SparkApplyContext *context, GError **error);
gboolean spark_apply_remove_object (SparkApply *self, SparkKind kind, const char *id,
                                    GError **error);

/* What the kinds share. */

/* A key that orders by time, newest first; unknown times come last. @taken: a statement that tells
 * whether a key is. */
gboolean spark_apply_time_key (SparkApply *self, const char *taken, gint64 ms, const char *id,
                               gint64 *key, GError **error);
void spark_apply_touch (SparkApply *self, SparkKind kind, gint64 key);
/* Runs a statement that returns keys for @text, and touches those of @kind. */
gboolean spark_apply_touch_found (SparkApply *self, const char *statement, const char *text,
                                  SparkKind kind, GError **error);
void spark_apply_bind_body (sqlite3_stmt *stmt, int index, GVariant *body);
gboolean spark_apply_has_body (sqlite3_stmt *stmt, int column, GVariant *body);

G_END_DECLS
