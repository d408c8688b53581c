/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

struct sockaddr;

/*
 * How often somebody may ask: a bucket of tokens a name, filled at a steady rate. Bounded in
 * memory: names that have been quiet long enough to be full again are forgotten, when there are very
 * many those that took little as well, and what is still too many shares one bucket; and a name that a
 * stranger chose costs the same however long it is. Thread-safe.
 */
typedef struct _SparkThrottle SparkThrottle;

/* @name: what other servers know it by, static, without ':' and ','; @rate: requests a second;
 * @burst: how many at once after a pause */
SparkThrottle *spark_throttle_new (const char *name, double rate, double burst);
void spark_throttle_free (SparkThrottle *throttle);
/* @now: in microseconds, of a clock that never goes back. FALSE: too many. */
gboolean spark_throttle_take (SparkThrottle *throttle, const char *name, gint64 now);

/*
 * --- with other servers ---
 *
 * Throttles of one name count together, whichever server is asked. Nobody is asked before something
 * is let through: each tells the others what it let through, as soon as that is a fiftieth of a
 * burst, and what came to more than there was is owed: it fills up before anything else is let
 * through. So the rate holds for all together, and only what several let through within the moment
 * that telling takes, or while they cannot tell, goes beyond one burst.
 */

/* Throttles made from now on are shared. @secret: the same at all of them, and at nobody else;
 * @wake_up: from any thread, must return quickly: spark_throttles_tell() has something */
void spark_throttles_share (const char *secret, void (*wake_up) (gpointer data), gpointer data);
/* @wake_up is not called any more. */
void spark_throttles_unshare (void);
/* What the others are to be told, in @most bytes; it counts as told. (transfer full) (nullable) */
char *spark_throttles_tell (gsize most);
/* What another server told. @now: as of spark_throttle_take() */
void spark_throttles_hear (const char *words, gint64 now);

/*
 * The name of who asks from @address (nullable: a Unix socket). (transfer full) Of IPv6 the network
 * alone: whoever has one has 2^64 addresses to ask from.
 */
char *spark_throttle_peer (const struct sockaddr *address);
/* Whether it is this computer's own (loopback). */
gboolean spark_throttle_is_here (const struct sockaddr *address);

G_END_DECLS
