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
  char *advertiser; /* of the grant; NULL: none */
} SparkPlatformTask;

void spark_platform_task_free (SparkPlatformTask *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkPlatformTask, spark_platform_task_free)

/**
 * spark_ledger_claim_tasks:
 * @lease: ms; what is not reported on by then is somebody else's
 *
 * What is due and nobody works at, oldest first. Of the acts on one video's code only the first is
 * given out, of those on one grant as well, so that they are done in their order.
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
  gboolean authorized; /* FALSE: it does not list it, or only as something that has ended */
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

/* Ads of the grant that run, as the brand's ad account tells; -1: not known. */
gboolean spark_ledger_apply_ads (SparkTx *tx, gint64 account, gint64 grant, gint64 ads_active,
                                 GError **error);

/* The account's platform answered at @at; tells the change feed at most once a minute. */
gboolean spark_ledger_platform_seen (SparkTx *tx, gint64 account, gint64 at, GError **error);

G_END_DECLS
