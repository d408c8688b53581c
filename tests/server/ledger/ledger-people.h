/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "ledger-fixture.h"
#include "server/ledger/spark-ledger-people.h"

typedef struct
{
  SparkRole role;
  guint n; /* accounts to be made */
  GArray *accounts;
  const char *invitation;
  char *made; /* an invitation, or a person */
  char *access;
} PeopleSeats;

typedef struct
{
  const char *invitation;
  gint64 expires_at; /* 0: there is no such invitation */
  guint n_seats;
} PeopleInvitation;

/* In a transaction; data: a PeopleSeats, whose accounts are made. */
gboolean people_add_accounts (SparkTx *tx, gpointer data, GError **error);
/* For an hour, to so many of @accounts. (transfer full) */
char *people_invite (Fixture *self, SparkRole role, GArray *accounts, guint first, guint n);
/* In a transaction; data: a PeopleInvitation, of which it is told what is kept. */
gboolean people_look (SparkTx *tx, gpointer data, GError **error);
