/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-error.h"
#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

/*
 * The ledger and a platform that is only asked (TikTok). An act of the creator or a brand writes
 * what is wanted and a task, in one transaction; whoever talks to the platform claims what is due,
 * asks, and writes down here what the platform says. Nothing is taken for done because it was asked
 * for: a code, its end, its end of life and a grant become so when the platform tells of them.
 * Each function is one act inside a writing transaction, as in spark-ledger.h.
 */

typedef struct
{
  gint64 account;
  gint64 id;
  SparkTaskAct act;
  gint64 video;
  gint64 code;  /* that it is on; 0: none */
  gint64 grant; /* that it is on; 0: none */
  guint days;   /* generate, extend, replace */
  guint attempts;
  gboolean sent;       /* it was sent before, and nobody knows what became of it */
  gint64 base_ends_at; /* when sent: the end of the code before */
  char *item_id;
  char *string;     /* of the code; NULL: not known yet. Never to be logged */
  char *advertiser;   /* of the grant; NULL: none */
  gboolean consented; /* the brand agreed to what a revoke does: it redeemed here, or gives up */
} SparkPlatformTask;

void spark_platform_task_free (SparkPlatformTask *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkPlatformTask, spark_platform_task_free)

/**
 * spark_ledger_claim_tasks:
 * @lease: ms; what is not reported on by then is somebody else's
 *
 * What is due and nobody works at, oldest first. Of the acts on one video's code only the first is
 * given out, of those on one grant as well, so that they are done in their order. Those that were
 * written by a clock that was ahead are put right before: due now, but somebody may be at work at
 * what was claimed, for as long as @lease.
 *
 * Returns: (transfer full) (element-type SparkPlatformTask): NULL with @error
 */
GPtrArray *spark_ledger_claim_tasks (SparkTx *tx, guint limit, gint64 lease, GError **error);

/* It is about to be sent: from now on nobody knows, until one of the functions below says so.
 * NOT_FOUND: it is not wanted any more; then do not send it. */
gboolean spark_ledger_task_sent (SparkTx *tx, gint64 account, gint64 id, gint64 base_ends_at,
                                 GError **error);

/**
 * spark_ledger_task_later:
 * @unknown: it may have been done: whoever takes it up again looks first
 * @problem: (nullable): the nick of a SparkError, for the creator: why it has to wait
 */
gboolean spark_ledger_task_later (SparkTx *tx, gint64 account, gint64 id, gint64 due_at,
                                  gboolean unknown, const char *problem, GError **error);

/**
 * spark_ledger_task_failed:
 * @problem: the nick of a SparkError
 * @words: (nullable): what the platform said, for the creator
 *
 * It will not be done. What was wanted is taken back, with an event: a code that was to be made has
 * failed, a redemption too. A revoke is not taken back: it is asked for again, a day later.
 */
gboolean spark_ledger_task_failed (SparkTx *tx, gint64 account, gint64 id, const char *problem,
                                   const char *words, GError **error);

/* What the platform says of the code of a video. */
typedef struct
{
  gboolean exists;
  const char *string; /* NULL: not said */
  gint64 starts_at;   /* 0: not said */
  gint64 ends_at;     /* 0: not said */
  guint days;         /* in all; 0: not said */
  gboolean used;
  gboolean expired;
} SparkPlatformStatus;

/**
 * spark_ledger_apply_status:
 * @task: what it was read back for; 0: it was only looked at
 * @asked_at: when the platform was asked, ms; what was asked before what is known already changes
 *   nothing
 * @settled: (out) (optional): the task is done, and gone
 */
gboolean spark_ledger_apply_status (SparkTx *tx, gint64 account, gint64 video, gint64 task,
                                    gint64 asked_at, const SparkPlatformStatus *status,
                                    gboolean *settled, GError **error);

/* What a brand's ad account lists of a video. */
typedef struct
{
  gboolean listed;
  gboolean authorized; /* FALSE: not listed, or only as something that has ended */
  gint64 bound_at;     /* 0: not said */
  gint64 ends_at;      /* 0: not said */
} SparkPlatformPost;

/**
 * spark_ledger_apply_post:
 * @post: from a list that is whole
 *
 * An access nobody here knew of becomes a grant (seen); a redemption that waited is confirmed; a
 * revoke is, when the ad account does not list the video any more; and so is a brand's giving up.
 * A pending redemption that is not listed stays as it is: whoever asked for it knows why.
 */
gboolean spark_ledger_apply_post (SparkTx *tx, const char *advertiser, gint64 account, gint64 video,
                                  gint64 asked_at, const SparkPlatformPost *post, GError **error);

/* The same for each creator's video that is this post of the platform; of none, nothing. */
gboolean spark_ledger_apply_item (SparkTx *tx, const char *advertiser, const char *item_id,
                                  gint64 asked_at, const SparkPlatformPost *post, GError **error);
/* The posts that an ad account must list for its accesses to go on. (transfer full): a set of item
 * ids */
GHashTable *spark_read_open_posts (SparkTx *tx, const char *advertiser, GError **error);

/* Ads of the grant that run, as the brand's ad account tells; -1: not known. */
gboolean spark_ledger_apply_ads (SparkTx *tx, gint64 account, gint64 grant, gint64 ads_active,
                                 GError **error);

/* --- what to look at --- */

/* Whether spark_ledger_claim_tasks() would find something. */
gboolean spark_read_tasks_due (SparkTx *tx, gboolean *due, GError **error);

typedef struct
{
  gint64 video;
  char *item_id;
  gboolean has_code;
  SparkCodeState state; /* when it has one */
  gint64 ends_at;
  gint64 looked_at; /* 0: never */
} SparkPlatformLook;

/* The videos of an account with a code, and of those without the @limit not looked at for longest;
 * without those something is asked for. (transfer full): of SparkPlatformLook */
GArray *spark_read_looks (SparkTx *tx, gint64 account, guint limit, GError **error);

/* Who looks: @subject is anything that one node alone looks at until @until. What was written by a
 * clock that was ahead is put right instead, and is nobody's until then. */
gboolean spark_ledger_claim_turn (SparkTx *tx, const char *subject, gint64 until, gboolean *claimed,
                                  GError **error);
gboolean spark_ledger_end_turn (SparkTx *tx, const char *subject, gint64 next, GError **error);
/* @next: (out): when it is somebody's turn, or is to be put right by claiming it; 0: now */
gboolean spark_read_turn (SparkTx *tx, const char *subject, gint64 *next, GError **error);

/* The account's platform answered at @at; tells the change feed at most once a minute. */
gboolean spark_ledger_platform_seen (SparkTx *tx, gint64 account, gint64 at, GError **error);

G_END_DECLS
