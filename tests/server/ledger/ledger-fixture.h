/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/ledger/spark-ledger.h"
#include "server/store/spark-store-read.h"

/*
 * A store in a folder of its own, with a clock that stands still until it is moved. Under
 * tests/server/postgres it is on the server given by SPARKBOX_TEST_DATABASE, in a schema of its own.
 */
typedef struct
{
  char *folder;
  char *url;
  char *schema; /* NULL: SQLite */
  SparkStore *store;
  _Atomic gint64 now;
  char *account; /* sandbox */
  char *video;   /* of it */
  gboolean in_portal; /* where a redemption is told of nothing before it comes */
} Fixture;

extern const SparkActor creator;

void fixture_set_up (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);
void fixture_reopen (Fixture *self);
/* The server ends every connection to it. FALSE: there is none. */
gboolean fixture_disconnect (Fixture *self);

/* Acts. Each runs one transaction; those that return a string abort when the act is refused. */
char *fixture_add_account (Fixture *self, SparkPlatformKind platform);
char *fixture_add_video (Fixture *self, const char *account, const char *item_id);
char *fixture_generate (Fixture *self, const char *video, guint days);
char *fixture_add_advertiser (Fixture *self, const char *name);
char *fixture_add_brand (Fixture *self, const char *account, const char *name);
char *fixture_create_link (Fixture *self, const char *video, const char *brand, gint64 ends_at);
/* The grant, or NULL with @refusal. */
char *fixture_redeem (Fixture *self, const char *advertiser, const char *string, GError **refusal);
gboolean fixture_expire (Fixture *self);

/* Any act of the ledger that takes an id and nothing else but what @run adds. */
gboolean fixture_run (Fixture *self, SparkStoreFunc run, gpointer data, GError **error);

/* Facts. */
void fixture_audit (Fixture *self); /* nothing is wrong with the database */
char *fixture_code_string (Fixture *self, const char *code);
char *fixture_link_string (Fixture *self, const char *link);
SparkCodeState fixture_code_state (Fixture *self, const char *code);
gint64 fixture_code_ends_at (Fixture *self, const char *code);
SparkLinkState fixture_link_state (Fixture *self, const char *link);
SparkGrantState fixture_grant_state (Fixture *self, const char *grant);
gint64 fixture_grant_ends_at (Fixture *self, const char *grant);
SparkAuthorization fixture_authorization (Fixture *self, const char *video); /* code_id: not kept */
char *fixture_grant_brand (Fixture *self, const char *grant); /* its name; NULL: nobody's */
gint64 fixture_brand_active_at (Fixture *self, const char *grant); /* its brand, last */
SparkVideo fixture_video (Fixture *self, const char *video);  /* strings: not kept */
guint fixture_count_events (Fixture *self, SparkEventType type);
/* The newest event of a type as "actor: brand, reason, count, days"; NULL: none. */
char *fixture_newest_event (Fixture *self, SparkEventType type);
/* Who did it, by name. */
char *fixture_newest_actor (Fixture *self, SparkEventType type);
guint fixture_count_posts (Fixture *self, const char *advertiser);
