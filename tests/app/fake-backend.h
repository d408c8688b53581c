/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-attention-list.h"
#include "client/spark-backend.h"
#include "client/spark-keyring.h"

G_BEGIN_DECLS

/*
 * The interface of src/client played in memory, so that every refusal of a backend can be shown to
 * a dialog: linked instead of it. What is sent is written down; what is answered is set before.
 */

/* Forgets everything sent and set. */
void fake_reset (void);

/* The next request whose "METHOD path" is @request is answered with @json, "" for an empty answer.
 */
void fake_answer (const char *request, const char *json);
void fake_refuse (const char *request, GError *error); /* takes @error */
/* "METHOD path body", one a line, in order */
const char *fake_sent (void);
void fake_note (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* The Idempotency-Key of the last POST that had one chosen for it; NULL: none yet */
const char *fake_get_key (void);
/* Requests wait until fake_release(). */
void fake_hold (void);
void fake_release (void);
/* Only the last that came; the others go on waiting. */
void fake_release_last (void);

/* What every picture is that is fetched; before: there is none. */
void fake_set_picture (GBytes *bytes);

/* What storing into the keyring answers; takes @error, NULL: it works. */
void fake_set_keyring (GError *error);
/* From now on the keyring stores only when it is told to; FALSE: there is nothing to store. */
void fake_slow_keyring (void);
gboolean fake_end_slow_keyring (void);

/* The client of a new backend, and what it has of answers: fake-client.c, or a test that has the
 * real one. */
SparkClient *fake_client_new (void);
void fake_client_reset (void);

SparkBackend *fake_backend_new (void);
void fake_backend_set_status (SparkBackend *self, SparkBackendStatus status);

/* How far back its events go: see spark_event_list_get_oldest() and spark_event_list_is_whole(). */
void fake_set_reach (SparkReplica *self, gint64 oldest, gboolean whole);
/* A first load of it has not ended. */
void fake_set_loading (SparkReplica *self, gboolean loading);

/* Rows of the replica; the strings must be static. */
void fake_add_account (SparkReplica *self, const SparkAccount *account);
void fake_add_video (SparkReplica *self, const SparkVideo *video);
void fake_add_code (SparkReplica *self, const SparkCode *code);
void fake_add_link (SparkReplica *self, const SparkLink *link);
void fake_add_grant (SparkReplica *self, const SparkGrant *grant);
void fake_add_event (SparkReplica *self, const SparkEvent *event);
void fake_add_brand (SparkReplica *self, const SparkBrand *brand);
void fake_add_batch (SparkReplica *self, const SparkBatch *batch);
/* A thing that needs attention, about rows that were added before; all but @reason (nullable). */
void fake_add_attention (SparkReplica *self, SparkAttention reason, const char *video_id,
                         const char *grant_id, const char *code_id, const char *event_id);

G_END_DECLS
