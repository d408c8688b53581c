/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "server/store/spark-known-rows.h"

#define MAX_KNOWN 16384
/* How often one after the other an account must have been where it was left before that is relied
 * on: what was not read with the lock, and is not known behind it, costs a round trip more. */
#define MIN_ALONE 8

typedef struct
{
  gint64 account;
  gint64 counter;
  guint64 since; /* what was put before says nothing */
  guint alone;   /* how often it was where it was left */
} Account;

typedef struct
{
  gint64 account;
  gint64 id;
  SparkKind kind;
  guint64 put;
  SparkKnownRow row;
} Known;

struct _SparkKnownRows
{
  GHashTable *accounts; /* of Account, each its own key */
  GHashTable *rows;     /* of Known, likewise */
  guint64 clock;        /* counts up */
};

static guint
known_hash (gconstpointer data)
{
  const Known *known = data;

  return ((guint)known->account * 16777619U ^ (guint)known->id) * 16 + (guint)known->kind;
}

static gboolean
known_equal (gconstpointer a, gconstpointer b)
{
  const Known *one = a, *other = b;

  return one->account == other->account && one->id == other->id && one->kind == other->kind;
}

SparkKnownRows *
spark_known_rows_new (void)
{
  SparkKnownRows *self = g_new0 (SparkKnownRows, 1);

  /* The number is what Account begins with. */
  self->accounts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->rows = g_hash_table_new_full (known_hash, known_equal, g_free, NULL);
  return self;
}

void
spark_known_rows_free (SparkKnownRows *self)
{
  g_hash_table_unref (self->accounts);
  g_hash_table_unref (self->rows);
  g_free (self);
}

void
spark_known_rows_hold (SparkKnownRows *self, gint64 number, gint64 counter)
{
  Account *account = g_hash_table_lookup (self->accounts, &number);

  if (account == NULL)
    {
      if (g_hash_table_size (self->accounts) >= MAX_KNOWN)
        spark_known_rows_clear (self);
      account = g_new0 (Account, 1);
      account->account = number;
      /* One that was forgotten while it was locked may have been read of again before it ended. */
      account->since = ++self->clock;
      g_hash_table_add (self->accounts, account);
    }
  else if (account->counter == counter)
    account->alone = MIN (account->alone + 1, MIN_ALONE);
  else
    {
      spark_known_rows_forget (self, number);
      account->alone = 0;
    }
  account->counter = counter;
}

void
spark_known_rows_leave (SparkKnownRows *self, gint64 number, gint64 counter)
{
  Account *account = g_hash_table_lookup (self->accounts, &number);

  if (account != NULL)
    account->counter = counter;
}

const SparkKnownRow *
spark_known_rows_find (SparkKnownRows *self, gint64 number, SparkKind kind, gint64 id)
{
  const Known asked = { .account = number, .id = id, .kind = kind };
  const Account *account = g_hash_table_lookup (self->accounts, &number);
  const Known *known = NULL;

  if (account != NULL && account->alone == MIN_ALONE)
    known = g_hash_table_lookup (self->rows, &asked);
  return known != NULL && known->put >= account->since ? &known->row : NULL;
}

void
spark_known_rows_put (SparkKnownRows *self, gint64 number, SparkKind kind, gint64 id,
                      const SparkKnownRow *row)
{
  Known *known = g_new0 (Known, 1);

  if (g_hash_table_size (self->rows) >= MAX_KNOWN)
    g_hash_table_remove_all (self->rows);
  *known = (Known){ number, id, kind, self->clock, *row };
  g_hash_table_add (self->rows, known);
}

void
spark_known_rows_drop (SparkKnownRows *self, gint64 number, SparkKind kind, gint64 id)
{
  const Known asked = { .account = number, .id = id, .kind = kind };

  g_hash_table_remove (self->rows, &asked);
}

void
spark_known_rows_forget (SparkKnownRows *self, gint64 number)
{
  Account *account = g_hash_table_lookup (self->accounts, &number);

  if (account != NULL)
    account->since = ++self->clock;
}

void
spark_known_rows_clear (SparkKnownRows *self)
{
  g_hash_table_remove_all (self->accounts);
  g_hash_table_remove_all (self->rows);
}
