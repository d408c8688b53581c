/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "ledger-acts.h"
#include "server/ledger/spark-ledger-connections.h"
#include "server/store/spark-tx.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)

/* One act, and what it works with. */
typedef struct
{
  SparkConsent consent;
  SparkConnection connection;
  const char *name;
  const char *state;
  gint64 account;
  char *made;
  gboolean claimed;
  gint64 next;
} Act;

static gboolean
run_begin (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;
  g_autofree char *id = NULL;

  g_clear_pointer (&act->made, g_free);
  if (!spark_ledger_begin_consent (tx, &act->consent, &id, error))
    return FALSE;
  act->made = spark_read_consent_state (tx, id, act->consent.asker, error);
  /* Nobody else is told it. */
  g_assert_null (spark_read_consent_state (tx, id, "somebody", NULL));
  return act->made != NULL;
}

static gboolean
run_take (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_take_consent (tx, act->state, &act->consent, error);
}

static gboolean
run_connect (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;
  gint64 platform;

  if (!spark_ledger_connect (tx, &act->consent, &act->connection, act->name, "mia", &act->account,
                             error))
    return FALSE;
  /* What follows in the same transaction knows it. */
  g_assert_true (spark_tx_platform (tx, act->account, &platform, error));
  g_assert_cmpint (platform, ==, SPARK_PLATFORM_TIKTOK);
  return TRUE;
}

static gboolean
run_claim (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_claim_refresh (tx, act->account, &act->claimed, error);
}

static gboolean
run_keep (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_keep_tokens (tx, act->account, &act->connection, error);
}

static gboolean
run_lose (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_lose_connection (tx, ((Act *)data)->account, error);
}

static gboolean
run_profile_looked_at (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_profile_looked_at (tx, act->account, act->next, error);
}

static gboolean
run_videos_looked_at (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_videos_looked_at (tx, act->account, act->next, 7, FALSE, error);
}

static void
read_back (Fixture *self, gint64 account, SparkConnection *connection)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);

  g_assert_true (spark_read_connection (tx, account, connection, NULL));
  spark_store_read_end (tx);
}

static void
test_consents (Fixture *self, gconstpointer data)
{
  Act act = { .consent = { .asker = (char *)"owner" } };
  Act back = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, run_begin, &act, NULL));
  back.state = act.made;
  g_assert_true (fixture_run (self, run_take, &back, NULL));
  g_assert_cmpstr (back.consent.asker, ==, "owner");
  g_assert_false (fixture_run (self, run_take, &back, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* too late */
  g_assert_true (fixture_run (self, run_begin, &act, NULL));
  back.state = act.made;
  self->now += SPARK_CONSENT_LIFE_MS;
  g_assert_false (fixture_run (self, run_take, &back, NULL));
  back.state = "nonsense";
  g_assert_false (fixture_run (self, run_take, &back, NULL));
  back.state = NULL;
  g_assert_false (fixture_run (self, run_take, &back, NULL));

  /* Only so many at once, each asker for itself. */
  for (guint i = 0; i < 10; i++)
    g_assert_true (fixture_run (self, run_begin, &act, NULL));
  g_assert_false (fixture_run (self, run_begin, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS);
  g_clear_error (&error);
  act.consent.asker = (char *)"other";
  g_assert_true (fixture_run (self, run_begin, &act, NULL));
  self->now += SPARK_CONSENT_LIFE_MS;
  act.consent.asker = (char *)"owner";
  g_assert_true (fixture_run (self, run_begin, &act, NULL));

  /* Sample data stays sample data. */
  act.consent.account = atoi (self->account);
  g_assert_false (fixture_run (self, run_begin, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT);
  g_free (act.made);
  spark_consent_clear (&back.consent);
}

static Act
connection_of (const char *open_id, gint64 now)
{
  return (Act){ .consent = { .asker = (char *)"owner" },
                .name = "Mia",
                .connection = { .open_id = (char *)open_id,
                                .scope = (char *)"biz.spark.auth",
                                .access = (char *)"act.secret",
                                .refresh = (char *)"rft.secret",
                                .access_ends_at = now + DAY_MS,
                                .refresh_ends_at = now + 365 * DAY_MS } };
}

typedef struct
{
  gint64 account;
  SparkRole role;
} Seat;

static gboolean
run_seat (SparkTx *tx, gpointer data, GError **error)
{
  const Seat *seat = data;

  return spark_tx_exec (tx, error, "seat_put", "sii", "stranger", seat->account,
                        (gint64)seat->role);
}

static void
test_connect (Fixture *self, gconstpointer data)
{
  g_autofree char *tracked = fixture_add_account (self, SPARK_PLATFORM_TRACKED);
  g_auto (SparkConnection) kept = { 0 };
  Act act = connection_of ("open-1", self->now);
  g_autofree char *token = NULL;
  gint64 first, account;
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  first = act.account;
  read_back (self, first, &kept);
  g_assert_cmpstr (kept.access, ==, "act.secret");
  g_assert_cmpstr (kept.refresh, ==, "rft.secret");
  g_assert_cmpint (kept.state, ==, SPARK_CONNECTION_STATE_CONNECTED);
  /* the same at TikTok once more: the same here */
  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  g_assert_cmpint (act.account, ==, first);

  /* It is connected as another account. */
  act.consent.account = atoi (tracked);
  g_assert_false (fixture_run (self, run_connect, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  /* in place; then somebody else signs in at TikTok */
  act.connection.open_id = (char *)"open-2";
  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  g_assert_cmpint (act.account, ==, atoi (tracked));
  act.connection.open_id = (char *)"open-3";
  g_assert_false (fixture_run (self, run_connect, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  /* Whoever lost the account meanwhile connects nothing to it. */
  account = atoi (tracked);
  g_free (act_create_token (self, SPARK_ROLE_OWNER, &account, 1, 0, &token, NULL));
  act.connection.open_id = (char *)"open-2";
  act.consent.asker = token;
  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  act_revoke_token (self, token, NULL);
  g_assert_false (fixture_run (self, run_connect, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_clear_error (&error);
  /* Nobody gets somebody else's account by signing in as them at TikTok. */
  act.consent = (SparkConsent){ .asker = (char *)"p", .person = (char *)"stranger" };
  act.connection.open_id = (char *)"open-1";
  g_assert_false (fixture_run (self, run_connect, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  /* Whoever was removed meanwhile gets no account that nobody sees. */
  act.connection.open_id = (char *)"open-4";
  g_assert_false (fixture_run (self, run_connect, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_clear_error (&error);
  act.connection.open_id = (char *)"open-1";
  /* A seat there is not enough either: the account is managed by its owner. */
  for (SparkRole role = SPARK_ROLE_VIEW; role <= SPARK_ROLE_OWNER; role++)
    {
      g_assert_true (fixture_run (self, run_seat, &(Seat){ first, role }, NULL));
      g_assert_true (fixture_run (self, run_connect, &act, &error) == (role == SPARK_ROLE_OWNER));
      if (role != SPARK_ROLE_OWNER)
        g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
      g_clear_error (&error);
    }
  g_assert_cmpint (act.account, ==, first);
}

static void
test_refresh (Fixture *self, gconstpointer data)
{
  Act act = connection_of ("open-1", self->now);
  g_auto (SparkConnection) kept = { 0 };

  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  /* Of all that want to, one does. */
  g_assert_true (fixture_run (self, run_claim, &act, NULL));
  g_assert_true (act.claimed);
  g_assert_true (fixture_run (self, run_claim, &act, NULL));
  g_assert_false (act.claimed);
  act.connection.access = (char *)"act.fresh";
  act.connection.refresh = (char *)"rft.fresh";
  g_assert_true (fixture_run (self, run_keep, &act, NULL));
  read_back (self, act.account, &kept);
  g_assert_cmpstr (kept.access, ==, "act.fresh");
  g_assert_cmpstr (kept.refresh, ==, "rft.fresh");
  g_assert_true (fixture_run (self, run_claim, &act, NULL));
  g_assert_true (act.claimed);
  /* Whoever died with it does not keep it. */
  self->now += SPARK_REFRESH_LEASE_MS;
  g_assert_true (fixture_run (self, run_claim, &act, NULL));
  g_assert_true (act.claimed);
}

static void
test_lose (Fixture *self, gconstpointer data)
{
  Act act = connection_of ("open-1", self->now);
  g_auto (SparkConnection) kept = { 0 };

  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  g_assert_true (fixture_run (self, run_lose, &act, NULL));
  g_assert_true (fixture_run (self, run_lose, &act, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CONNECTION_LOST), ==, 1);
  read_back (self, act.account, &kept);
  g_assert_cmpint (kept.state, ==, SPARK_CONNECTION_STATE_LOST);
  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  read_back (self, act.account, &kept);
  g_assert_cmpint (kept.state, ==, SPARK_CONNECTION_STATE_CONNECTED);
}

/* --- a clock that was ahead, and is set right --- */

/* Whoever claimed it may be at work. */
static void
test_claimed_ahead (Fixture *self, gconstpointer data)
{
  Act act = connection_of ("open-1", self->now);
  gint64 right = self->now;

  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  self->now = right + DAY_MS;
  g_assert_true (fixture_run (self, run_claim, &act, NULL));
  g_assert_true (act.claimed);
  for (guint i = 0; i < 2; i++)
    {
      self->now = right + i * (SPARK_REFRESH_LEASE_MS - 1);
      g_assert_true (fixture_run (self, run_claim, &act, NULL));
      g_assert_false (act.claimed);
    }
  self->now = right + SPARK_REFRESH_LEASE_MS;
  g_assert_true (fixture_run (self, run_claim, &act, NULL));
  g_assert_true (act.claimed);
}

/* When the account is due to be looked at; 0: it is now, for @profile and @videos. */
static gint64
look_due (Fixture *self, gboolean *profile, gboolean *videos)
{
  g_autoptr (GArray) due = NULL;
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkConnectionDue *one;
  gint64 next;

  due = spark_read_connections_due (tx, 10, &next, NULL);
  spark_store_read_end (tx);
  g_assert_nonnull (due);
  *profile = *videos = FALSE;
  if (due->len == 0)
    return next;
  g_assert_cmpint (next, <=, self->now);
  one = &g_array_index (due, SparkConnectionDue, 0);
  *profile = one->profile_at <= self->now;
  *videos = one->videos_at <= self->now;
  g_assert_true (*profile || *videos);
  return 0;
}

static void
test_looked_at_ahead (Fixture *self, gconstpointer data)
{
  Act act = connection_of ("open-1", self->now);
  gint64 right = self->now;
  gboolean profile, videos;

  g_assert_true (fixture_run (self, run_connect, &act, NULL));
  for (guint i = 0; i < 2; i++)
    {
      self->now = right + DAY_MS;
      act.next = self->now + 1000;
      g_assert_true (fixture_run (self, run_profile_looked_at, &act, NULL));
      g_assert_true (fixture_run (self, run_videos_looked_at, &act, NULL));
      g_assert_cmpint (look_due (self, &profile, &videos), ==, act.next);
      self->now = right;
      g_assert_cmpint (look_due (self, &profile, &videos), ==, 0);
      g_assert_true (profile && videos);
      /* To look at one of them does not hide the other. */
      act.next = right + 2000;
      g_assert_true (
          fixture_run (self, i == 0 ? run_profile_looked_at : run_videos_looked_at, &act, NULL));
      g_assert_cmpint (look_due (self, &profile, &videos), ==, 0);
      g_assert_true (profile == (i == 1) && videos == (i == 0));
      g_assert_true (
          fixture_run (self, i == 1 ? run_profile_looked_at : run_videos_looked_at, &act, NULL));
      g_assert_cmpint (look_due (self, &profile, &videos), ==, act.next);
    }
}

/* Whoever asked then is not refused until that time has come again. */
static void
test_consents_ahead (Fixture *self, gconstpointer data)
{
  Act act = { .consent = { .asker = (char *)"owner" } };
  gint64 right = self->now, until;
  SparkTx *tx;

  self->now = right + DAY_MS;
  for (guint i = 0; i < 10; i++)
    g_assert_true (fixture_run (self, run_begin, &act, NULL));
  g_assert_false (fixture_run (self, run_begin, &act, NULL));
  self->now = right;
  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_consents_open (tx, &until, NULL));
  spark_store_read_end (tx);
  g_assert_cmpint (until, ==, 0);
  g_assert_true (fixture_run (self, run_begin, &act, NULL));
  g_free (act.made);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/connections/consents", test_consents);
  ADD ("/connections/connect", test_connect);
  ADD ("/connections/refresh", test_refresh);
  ADD ("/connections/lose", test_lose);
  ADD ("/connections/claimed-ahead", test_claimed_ahead);
  ADD ("/connections/looked-at-ahead", test_looked_at_ahead);
  ADD ("/connections/consents-ahead", test_consents_ahead);
  return g_test_run ();
}
