/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A list and the array that follows it by what it says (items-changed). */
typedef struct
{
  GListModel *model;
  GPtrArray *mirror; /* of items */
} Mirror;

Mirror *mirror_new (GListModel *model); /* @model: (transfer full) */
void mirror_free (Mirror *self);
/* That both hold the same. */
void mirror_check (Mirror *self);

/* What a list said last, and how often it said something since it was asked. */
typedef struct
{
  guint n_signals;
  guint position;
  guint removed;
  guint added;
} Said;

void said_follow (Said *said, GListModel *model); /* for as long as @model is there */
void said_assert (Said *said, guint n_signals, guint position, guint removed, guint added);

G_END_DECLS
