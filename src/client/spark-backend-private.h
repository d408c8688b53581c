/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-backend.h"
#include "client/spark-feed.h"
#include "client/spark-outbox.h"
#include "client/spark-replica-writer.h"

G_BEGIN_DECLS

typedef struct
{
  guint first_wait_ms;   /* before connecting again; doubles */
  guint longest_wait_ms; /* up to this */
  guint dead_ms;         /* how long a feed may be silent: more than two of its pings */
} SparkBackendTimes;

struct _SparkBackend
{
  GObject parent_instance;

  /* owned */
  char *id;
  SparkClient *client;
  SparkReplica *replica;
  SparkOutbox *outbox;
  SparkFeed *feed;       /* NULL: none is open */
  GCancellable *attempt; /* to get to an open feed; NULL: none is under way */
  GError *problem;       /* (nullable) */
  GString *pending;      /* whole bursts of the feed, not yet applied */
  char *pending_cursor;  /* behind them; NULL: nothing is pending */
  GNetworkMonitor *monitor;

  SparkBackendTimes times;
  SparkBackendStatus status;
  double progress;
  gint64 load_total; /* changes of the load under way, at most */
  gint64 online_at;  /* monotonic: since when with the feed that is open; 0: not yet */
  gint64 asked_wait_ms; /* by the feed before, ahead of the next; 0: it did not say */
  guint n_failures;
  guint wait_id;
  guint settle_id;

  gboolean started : 1;
  gboolean applying : 1;     /* one transaction at a time: none may follow one that failed */
  gboolean connect_next : 1; /* as soon as nothing is being applied */
  gboolean from_start : 1;   /* the position is of no use: load everything again */
  gboolean resynced : 1;     /* that was tried since it was online: not over and over */
  gboolean caught_up : 1;    /* the feed has given all that there was */
};

/* For tests: before it is started. */
void spark_backend_set_times (SparkBackend *self, const SparkBackendTimes *times);

void spark_backend_set_status (SparkBackend *self, SparkBackendStatus status,
                               const GError *problem);
void spark_backend_set_progress (SparkBackend *self, double progress);

/* Keeps until when the replica was up to date: once it is, and before its feed is given up. */
void spark_backend_note_fresh (SparkBackend *self);

/* Connects again in time: after what the backend asked for, and longer the more often it failed. */
void spark_backend_wait_and_connect (SparkBackend *self);
/* The connection, or the attempt at one, came to nothing: says so and tries again in time. */
void spark_backend_fail (SparkBackend *self, const GError *error);
/* Trying again would not help before somebody did something. */
gboolean spark_backend_needs_person (const GError *error);

/* Begins anew, as soon as nothing is being applied. */
void spark_backend_connect (SparkBackend *self);
/* Gives up the feed, or the attempt at one. */
void spark_backend_drop_connection (SparkBackend *self);
/* Emits "changed". */
void spark_backend_tell_changed (SparkBackend *self, SparkKinds kinds);

/* @error: NULL: it was applied. Called also when the backend was stopped meanwhile. */
typedef void (*SparkBackendApplied) (SparkBackend *self, const GError *error, gpointer data);

/* One transaction on the replica, and what it brought told; never two at once.
 * @changes: what holds @items */
void spark_backend_apply (SparkBackend *self, JsonNode *changes, JsonArray *items,
                          const char *cursor, SparkApplyFlags flags, SparkBackendApplied applied,
                          gpointer data);

/* The last part of connecting: the replica is whole. */
void spark_backend_open_feed (SparkBackend *self);

/* Loads all from the start, or what is missing of it, then opens the feed. */
void spark_backend_load (SparkBackend *self);
/* Nothing is being applied (any more): goes on with what waits for that. */
void spark_backend_go_on (SparkBackend *self);

G_END_DECLS
