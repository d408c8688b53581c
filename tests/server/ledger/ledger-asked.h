/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "ledger-acts.h"
#include "server/ledger/spark-ledger-platform.h"

#define ASKED_ITEM   "7123456789012345678"
#define ASKED_STRING "#1Ea2bcde3fUMghijEkL4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1rC1b/5Rw4="
#define ASKED_LEASE  60000 /* ms, of a task */

/* A creator's account on the platform that is only asked, with one video (ASKED_ITEM). */
typedef struct
{
  Fixture base;
  char *account;
  char *video;
  gint64 number; /* of the account */
  gint64 video_number;
} Asked;

void asked_set_up (Asked *self, gconstpointer data);
/* Audits everything: whatever a test did, all that is written down agrees. */
void asked_tear_down (Asked *self, gconstpointer data);

/* Connects the account; what ends the connection after that comes of it at once. */
void asked_connect (Asked *self, SparkConnectionState state);

/*
 * What whoever talks to the platform does: takes the tasks that are due (one that is taken is not
 * due for ASKED_LEASE), says that one was sent, what the platform said, that one is to be tried
 * again at a time, or that it failed.
 */
GPtrArray *asked_claim_all (Asked *self);
/* The only one that is due, which is an @act. */
SparkPlatformTask *asked_claim (Asked *self, SparkTaskAct act);
void asked_assert_nothing_due (Asked *self);
/* @base: the end of the code when it was sent. FALSE with @error: it must not be. */
gboolean asked_sent (Asked *self, SparkPlatformTask *task, gint64 base, GError **error);
/* What a read of the code's status said, now or @at. TRUE: @task (NULL: none) is settled by it. */
gboolean asked_status (Asked *self, SparkPlatformTask *task, const SparkPlatformStatus *status);
gboolean asked_status_at (Asked *self, SparkPlatformTask *task, gint64 at,
                          const SparkPlatformStatus *status);
void asked_later (Asked *self, SparkPlatformTask *task, gint64 at, const char *problem);
void asked_failed (Asked *self, SparkPlatformTask *task, const char *problem);
/* What the list of @advertiser's posts said of the video. */
void asked_post (Asked *self, const char *advertiser, gboolean authorized, gint64 bound_at);

/* A code that is ready, as after 30 days were asked for; its string is ASKED_STRING. */
char *asked_make_code (Asked *self);
/* The status of that code, with another end. */
SparkPlatformStatus asked_ready (Asked *self, gint64 ends_at);
