/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "ledger-acts.h"
#include "server/ledger/spark-ledger-people.h"
#include "server/store/spark-secrets.h"
#include "server/store/spark-tx.h"

/* What is over is forgotten, some at a time: whoever was away for long has much of it, and others
 * write meanwhile. */

#define PORTION 500

/* A row, and what belongs to it, that ends now. */
typedef struct
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  char name[32];
  const char *advertiser;
} Row;

typedef struct
{
  const char *name;
  gint64 kept; /* after its end */
  guint portion;
  guint rows; /* of each */
  gboolean (*put) (SparkTx *tx, const Row *row, gint64 now, GError **error);
  /* How many rows there are of it. */
  guint (*count) (SparkTx *tx, const Row *row, GError **error);
} Kind;

static gboolean
put_app_code (SparkTx *tx, const Row *row, gint64 now, GError **error)
{
  return spark_tx_exec (tx, error, "app_code_insert", "bsisssiss", row->hash, sizeof row->hash,
                        "app", (gint64)1, "1", NULL, NULL, now, NULL, NULL);
}

static gboolean
put_app_token (SparkTx *tx, const Row *row, gint64 now, GError **error)
{
  return spark_tx_exec (tx, error, "app_token_insert", "bsiississ", row->hash, sizeof row->hash,
                        "app", (gint64)0, (gint64)1, "scope", row->name, now, NULL, NULL);
}

static gboolean
put_session (SparkTx *tx, const Row *row, gint64 now, GError **error)
{
  return spark_tx_exec (tx, error, "brand_session_put", "bii", row->hash, sizeof row->hash, now,
                        now)
         && spark_tx_exec (tx, error, "brand_session_add", "bsi", row->hash, sizeof row->hash,
                           row->advertiser, now);
}

static gboolean
put_invitation (SparkTx *tx, const Row *row, gint64 now, GError **error)
{
  return spark_tx_exec (tx, error, "brand_invitation_put", "bsii", row->hash, sizeof row->hash,
                        row->advertiser, now, now);
}

static gboolean
put_unused (SparkTx *tx, const Row *row, gint64 now, GError **error)
{
  return spark_tx_exec (tx, error, "sign_in_insert", "sssi", row->name, "lena", NULL, now)
         && spark_tx_exec (tx, error, "sign_in_secret_insert", "bisib", row->hash, sizeof row->hash,
                           (gint64)0, row->name, now, NULL, (gsize)0);
}

static gboolean
put_sign_in (SparkTx *tx, const Row *row, gint64 now, GError **error)
{
  return put_unused (tx, row, now, error)
         && spark_tx_exec (tx, error, "sign_in_used", "si", row->name, now);
}

static gboolean
put_consent (SparkTx *tx, const Row *row, gint64 now, GError **error)
{
  return spark_tx_exec (tx, error, "consent_insert", "bbiissi", row->hash, sizeof row->hash,
                        row->hash, sizeof row->hash, (gint64)0, (gint64)0, "lena", NULL, now);
}

/* @row: (transfer full) (nullable) */
static guint
is_there (SparkStatement *row)
{
  if (row == NULL)
    return 0;
  spark_statement_reset (row);
  return 1;
}

static guint
count_app_code (SparkTx *tx, const Row *row, GError **error)
{
  return is_there (spark_tx_row (tx, error, "app_code_get", "b", row->hash, sizeof row->hash));
}

static guint
count_app_token (SparkTx *tx, const Row *row, GError **error)
{
  return is_there (spark_tx_row (tx, error, "app_token_get", "b", row->hash, sizeof row->hash));
}

static guint
count_session (SparkTx *tx, const Row *row, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint n = is_there (
      spark_tx_row (tx, &local, "brand_session_get", "bi", row->hash, sizeof row->hash, (gint64)0));

  if (local == NULL)
    n += is_there (
        spark_tx_row (tx, &local, "brand_session_advertisers", "b", row->hash, sizeof row->hash));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return n;
}

static guint
count_invitation (SparkTx *tx, const Row *row, GError **error)
{
  return is_there (spark_tx_row (tx, error, "brand_invitation_get", "bi", row->hash,
                                 sizeof row->hash, (gint64)0));
}

static guint
count_sign_in (SparkTx *tx, const Row *row, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint n = is_there (spark_tx_row (tx, &local, "sign_in_person", "s", row->name));

  if (local == NULL)
    n += is_there (
        spark_tx_row (tx, &local, "sign_in_secret_get", "b", row->hash, sizeof row->hash));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return n;
}

static guint
count_consent (SparkTx *tx, const Row *row, GError **error)
{
  return is_there (
      spark_tx_row (tx, error, "consent_get", "bi", row->hash, sizeof row->hash, (gint64)0));
}

static const Kind kinds[] = {
  { "app-codes", SPARK_DAY_MS, PORTION, 1, put_app_code, count_app_code },
  { "app-tokens", 7 * SPARK_DAY_MS, PORTION, 1, put_app_token, count_app_token },
  { "brand-sessions", 0, 20, 2, put_session, count_session },
  { "brand-invitations", 7 * SPARK_DAY_MS, PORTION, 1, put_invitation, count_invitation },
  { "sign-ins", SPARK_REFRESH_LIFE_MS, 20, 2, put_sign_in, count_sign_in },
  { "sign-ins-unused", SPARK_CODE_LIFE_MS, 20, 2, put_unused, count_sign_in },
  { "consents", 0, PORTION, 1, put_consent, count_consent },
};

typedef struct
{
  const Kind *kind;
  const char *advertiser;
  guint n;
  guint whole; /* found with all that belongs to them */
  guint parts; /* rows found of others */
} Rows;

static void
name_row (Row *row, const Rows *rows, guint i)
{
  g_autofree char *text = g_strdup_printf ("%s %u", rows->kind->name, i);

  spark_secrets_hash (text, row->hash);
  g_snprintf (row->name, sizeof row->name, "%s %u", rows->kind->name, i);
  row->advertiser = rows->advertiser;
}

static gboolean
run_put (SparkTx *tx, gpointer data, GError **error)
{
  const Rows *self = data;
  Row row;

  for (guint i = 0; i < self->n; i++)
    {
      name_row (&row, self, i);
      if (!self->kind->put (tx, &row, spark_tx_now (tx), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_count (SparkTx *tx, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  Rows *self = data;
  Row row;

  self->whole = self->parts = 0;
  for (guint i = 0; i < self->n && local == NULL; i++)
    {
      guint found;

      name_row (&row, self, i);
      found = self->kind->count (tx, &row, &local);
      if (found == self->kind->rows)
        self->whole++;
      else
        self->parts += found;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* How many there are, none of them half. */
static guint
count (Fixture *self, Rows *rows)
{
  g_assert_true (fixture_run (self, run_count, rows, NULL));
  g_assert_cmpuint (rows->parts, ==, 0);
  return rows->whole;
}

static void
test_one (Fixture *self, gconstpointer data)
{
  const Kind *kind = data;
  g_autofree char *advertiser = fixture_add_advertiser (self, "Acme");
  Rows rows = { .kind = kind, .advertiser = advertiser, .n = kind->portion + 1 };
  gint64 end = self->now;

  g_assert_true (fixture_run (self, run_put, &rows, NULL));
  g_assert_cmpuint (count (self, &rows), ==, rows.n);
  self->now = end + kind->kept - 1;
  g_assert_false (fixture_expire (self));
  g_assert_cmpuint (count (self, &rows), ==, rows.n);
  self->now = end + kind->kept;
  g_assert_true (fixture_expire (self));
  g_assert_cmpuint (count (self, &rows), ==, 1);
  g_assert_false (fixture_expire (self));
  g_assert_cmpuint (count (self, &rows), ==, 0);
}

/* Of all kinds together no more at a time than of one. */
static void
test_all (Fixture *self, gconstpointer data)
{
  g_autofree char *advertiser = fixture_add_advertiser (self, "Acme");
  Rows rows[G_N_ELEMENTS (kinds)] = { 0 };
  guint left = 0;
  gboolean more = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      rows[i] = (Rows){ .kind = &kinds[i],
                        .advertiser = advertiser,
                        .n = kinds[i].portion == PORTION ? 60 : 10 };
      g_assert_true (fixture_run (self, run_put, &rows[i], NULL));
      left += count (self, &rows[i]) * (PORTION / kinds[i].portion);
    }
  self->now += SPARK_REFRESH_LIFE_MS;
  for (guint before = left; more; before = left)
    {
      more = fixture_expire (self);
      left = 0;
      for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
        left += count (self, &rows[i]) * (PORTION / kinds[i].portion);
      g_assert_cmpuint (before - left, <=, PORTION);
    }
  g_assert_cmpuint (left, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/ledger/forget/", kinds[i].name, NULL);

      g_test_add (path, Fixture, &kinds[i], fixture_set_up, test_one, fixture_tear_down);
    }
  g_test_add ("/ledger/forget/all", Fixture, NULL, fixture_set_up, test_all, fixture_tear_down);
  return g_test_run ();
}
