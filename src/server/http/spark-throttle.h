/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

struct sockaddr;

/*
 * How often somebody may ask: a bucket of tokens a name, filled at a steady rate. Bounded in
 * memory: names that have been quiet long enough to be full again are forgotten, and a name that a
 * stranger chose costs the same however long it is. Thread-safe.
 */
typedef struct _SparkThrottle SparkThrottle;

/* @rate: requests a second; @burst: how many at once after a pause */
SparkThrottle *spark_throttle_new (double rate, double burst);
void spark_throttle_free (SparkThrottle *throttle);
/* @now: in microseconds, of a clock that never goes back. FALSE: too many. */
gboolean spark_throttle_take (SparkThrottle *throttle, const char *name, gint64 now);

/*
 * The name of who asks from @address (nullable: a Unix socket). (transfer full) Of IPv6 the network
 * alone: whoever has one has 2^64 addresses to ask from.
 */
char *spark_throttle_peer (const struct sockaddr *address);
/* Whether it is this computer's own (loopback). */
gboolean spark_throttle_is_here (const struct sockaddr *address);

G_END_DECLS
