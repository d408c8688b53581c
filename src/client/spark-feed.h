/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-client.h"

G_BEGIN_DECLS

#define SPARK_TYPE_FEED (spark_feed_get_type ())
G_DECLARE_FINAL_TYPE (SparkFeed, spark_feed, SPARK, FEED, GObject)

/*
 * One open /v1/feed, from its opening to its end. Private to src/client; main thread.
 *
 * Signals:
 *   "burst" (const char *changes, const char *cursor): the JSON texts of whole changes, separated by
 *     commas, and the position behind them; the first that is caught up comes without changes
 *   "ready" (): all that there was when it was opened has been given
 *   "ended" (GError *error): it ended; error (nullable) says why, as in SparkClient; NULL: the
 *     backend ended it. Comes once, and nothing after it.
 */

/* @dead_ms: how long it may be silent before it counts as broken */
SparkFeed *spark_feed_new (SparkClient *client, guint dead_ms);
void spark_feed_open (SparkFeed *self, const char *after);
/* Reads no more until resumed; what is silent then is not broken. */
void spark_feed_set_paused (SparkFeed *self, gboolean paused);
/* When anything came of it last, in ms since 1970 */
gint64 spark_feed_get_heard_at (SparkFeed *self);
/* How long the backend asks to wait before the next is opened, in ms; -1: it did not say. */
gint64 spark_feed_get_retry (SparkFeed *self);
/* Ends it without a signal. */
void spark_feed_close (SparkFeed *self);

G_END_DECLS
