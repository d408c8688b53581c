/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "double.h"
#include "server/platform/tiktok/spark-tiktok-work.h"
#include "tests/server/ledger/ledger-acts.h"

G_BEGIN_DECLS

/* A creator's account that is connected to the double, with its posts as videos, and two brands' ad
 * accounts that are. What the connector's thread would do is done when the test says so. */
typedef struct
{
  Fixture base;
  Double *tiktok;
  SparkTiktokSettings settings;
  SparkTiktokBudget *budget;
  SparkTiktok connector;
  char *account;
  gint64 number; /* of the account */
  guint timeout_ms;
  gint64 skew; /* by how much the double's clock is ahead, ms */
  char *videos[DOUBLE_POSTS];
  gboolean brands_return; /* owners of ad accounts connect again within a quarter of an hour */
} World;

/* @timeout_ms: of one request */
World *world_new (guint timeout_ms);
void world_free (World *self);
/* The backend ends at this moment, and begins again. */
void world_restart (World *self);
/* The consent was lost: the creator connects again. */
void world_connect (World *self);

/* Works until nothing is wanted any more, or @rounds are over; each round a quarter of an hour. */
void world_work (World *self, guint rounds);
gboolean world_is_idle (World *self);
/* What else the connector does by itself, videos and ended connections, @minutes times. */
void world_tick (World *self, guint minutes);
/* Looks at every code and every list, as often as it takes. */
void world_look (World *self);
/* Once, and whatever comes of it. */
void world_try_look (World *self);
/* All that is written down agrees with itself, and with the double. */
void world_audit (World *self);

/* The first video's code, of 30 days, as TikTok has it. (transfer full) */
char *world_make_code (World *self);
/* The first brand redeems a link to the first video; the grant, as TikTok has it. (transfer full)
 */
char *world_give_access (World *self);

char *world_code (World *self,
                  guint post); /* id of the video's code; NULL: none. (transfer full) */

G_END_DECLS
