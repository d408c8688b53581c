/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica-writer.h"

G_BEGIN_DECLS

/*
 * A real replica in a data directory of the test's own, filled as the feed fills it: objects are
 * written as /v1 writes them, gathered, and applied in one transaction.
 */

/* Makes the data directory; before anything that asks for it. */
void fixture_init (void);
void fixture_remove (void);

/* 32 bytes that are all @byte. */
GBytes *fixture_key (guint8 byte);
SparkReplica *fixture_open (const char *id, guint8 key); /* key 0: none */
/* Closes, and proves that the replica goes. */
void fixture_close (SparkReplica *replica);
char *fixture_path (const char *id, const char *suffix);

void fixture_account (const char *id, const char *name);
void fixture_creator (const char *id, const char *name, const char *handle);
void fixture_video (const char *account, const SparkVideo *video);
void fixture_code (const char *account, const SparkCode *code);
void fixture_link (const char *account, const SparkLink *link);
void fixture_grant (const char *account, const SparkGrant *grant);
void fixture_brand (const char *account, const SparkBrand *brand);
void fixture_event (const char *account, const SparkEvent *event);
void fixture_batch (const char *account, const SparkBatch *batch);
void fixture_gone (const char *account, SparkKind kind, const char *id);
/* Any JSON as the next change. */
void fixture_raw (const char *json);

/* Applies what was gathered, waits, and forgets it. */
void fixture_apply_full (SparkReplica *replica, const char *cursor, gint64 server_now,
                         SparkApplyFlags flags, SparkKinds *kinds, GStrv *new_events);
void fixture_apply (SparkReplica *replica);
/* The same where it must fail: (transfer full): why it did. */
GError *fixture_apply_refused (SparkReplica *replica, GCancellable *cancellable);
/* The gathered changes, for a test that applies them itself: (transfer full) */
JsonArray *fixture_take (void);
/* Until nothing is left to do. */
void fixture_settle (void);

/* A video of which only this much matters. */
SparkVideo fixture_make_video (const char *id, const char *caption, gint64 published_at);

G_END_DECLS
