/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-covers.h"
#include "client/spark-backend.h"

G_BEGIN_DECLS

#define SPARK_TYPE_CONTEXT (spark_context_get_type ())
G_DECLARE_FINAL_TYPE (SparkContext, spark_context, SPARK, CONTEXT, GObject)

/*
 * What every page of the window shares: the sign-in and account in front of the person, and what is
 * possible now. The window sets it; pages read it. Main thread.
 *
 * Signals:
 *   "reset": another backend or account: lists are made anew
 *   "changed": accounts, terms, the backend's status or the possibility to act changed: what is
 *     shown is filled in anew
 *   "updated" (SparkKinds): the replica has new content of these kinds
 *   "new-day": it is another day, days begin at another time, or times are told by another clock;
 *     "changed" follows
 */
SparkContext *spark_context_new (void);

/* @backend, @account_id: (nullable) */
void spark_context_set (SparkContext *self, SparkBackend *backend, const char *account_id);
/* Somebody comes to the window: it may be in another time zone now. */
void spark_context_look_at_day (SparkContext *self);
SparkBackend *spark_context_get_backend (SparkContext *self);  /* (nullable) */
SparkReplica *spark_context_get_replica (SparkContext *self);  /* (nullable) */
SparkClient *spark_context_get_client (SparkContext *self);    /* (nullable) */
const char *spark_context_get_account_id (SparkContext *self); /* (nullable): all */
SparkCovers *spark_context_get_covers (SparkContext *self);

/* Of SparkAccountItem; empty without a backend. (transfer none) */
GListModel *spark_context_get_accounts (SparkContext *self);
/* (nullable): NULL: not known (yet). Valid until "changed". */
const SparkAccount *spark_context_get_account (SparkContext *self, const char *id);
/* An account's name as by spark_phrase_name(), with what tells it apart from others of that name:
 * its handle, else its platform, else which one of them it is. (transfer full) */
char *spark_context_name_account (SparkContext *self, const SparkAccount *account);
/* The same of the account @id; NULL where it is the one that is shown, there is no other, or it is
 * not known. (transfer full) */
char *spark_context_describe_whose (SparkContext *self, const char *id);
/* The period that Generate & Copy uses for this account. */
guint spark_context_get_days (SparkContext *self, const SparkAccount *account);

/* Whether accounts can be connected to TikTok at this backend, as far as it said. */
gboolean spark_context_get_connects (SparkContext *self);

/* Why the backend can't be asked now, as a sentence; NULL: it can. */
const char *spark_context_get_obstacle (SparkContext *self);
void spark_context_set_obstacle (SparkContext *self, const char *obstacle);

G_END_DECLS
