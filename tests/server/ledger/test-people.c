/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "ledger-acts.h"
#include "server/ledger/spark-ledger-apps.h"
#include "server/ledger/spark-ledger-connections.h"
#include "server/ledger/spark-ledger-people.h"
#include "server/store/spark-secrets.h"
#include "server/store/spark-tx.h"

#define HOUR_MS (60 * 60 * 1000)
/* So long an invitation that has ended is kept, in case that the clock is put right. */
#define WEEK_MS (7 * SPARK_DAY_MS)
/* More than are forgotten at once. */
#define MANY 1100

/* --- brands and their ad accounts --- */

static void
test_names (Fixture *self, gconstpointer data)
{
  g_autofree char *acme = act_add_brand (self, self->account, "  Acme ", NULL);
  g_autofree char *nord = act_add_brand (self, self->account, "Nord", NULL);
  g_autofree char *long_name = g_strnfill (201, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_null (act_add_brand (self, self->account, "ACME", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
  g_clear_error (&error);
  g_assert_null (act_add_brand (self, self->account, "", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  g_assert_null (act_add_brand (self, self->account, long_name, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  act_rename_brand (self, nord, "acme", &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
  act_rename_brand (self, acme, "ACME", NULL);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_BRAND_CHANGED), ==, 1);
}

/* One brand, however it was typed, and whatever its ad account calls itself. */
static void
test_same_name (Fixture *self, gconstpointer data)
{
  static const char *const same[]
      = { "acme co", "ACME  Co", " Acme\u00a0Co ", "Acme\tCo", "ＡＣＭＥ Co" };
  g_autofree char *brand = act_add_brand (self, self->account, "Acme Co", NULL);
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *advertiser = fixture_add_advertiser (self, " ACME  CO");
  g_autofree char *grant = fixture_redeem (self, advertiser, string, NULL);
  g_autofree char *name = fixture_grant_brand (self, grant);
  g_autofree char *accents = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (name, ==, "Acme Co");
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_assert_null (act_add_brand (self, self->account, same[i], &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
      g_clear_error (&error);
    }
  accents = act_add_brand (self, self->account, "Acmé Co", NULL);
  g_assert_nonnull (accents);
  act_rename_brand (self, accents, "acme   co", &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
  g_clear_error (&error);
  g_assert_null (act_add_brand (self, self->account, "\u200d", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
}

static gboolean
name_account (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_rename_account (tx, *(gint64 *)data, "Léna Rue", "lena.travels", error);
}

static gboolean
count_event (const SparkEvent *event, gpointer n)
{
  (*(guint *)n)++;
  return TRUE;
}

/* account: 0: all */
static guint
count_found (Fixture *self, gint64 account, const char *search)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkPage page = { .limit = 100 };
  guint n = 0;

  g_assert_true (spark_read_events (
      tx,
      &(SparkObjectQuery){
          .scope.all = TRUE, .account = account, .state = -1, .type = -1, .search = search },
      &page, count_event, &n, NULL));
  spark_store_read_end (tx);
  g_assert_null (page.next);
  return n;
}

/* Of several accounts one is found by its name, with all that happened to it. */
static void
test_creator_searched (Fixture *self, gconstpointer data)
{
  static const char *const found[] = { "lÉna", "LENA.tra", "@lena.travels", "a rue" };
  static const char *const not_found[] = { "@", "lena rue travels" };
  g_autofree char *other = NULL;
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);

  g_assert_true (fixture_run (self, name_account, &account, NULL));
  g_assert_cmpuint (count_found (self, 0, found[0]), ==, 0);
  other = fixture_add_account (self, SPARK_PLATFORM_TRACKED);
  g_free (fixture_add_video (self, other, "7123456789012345679"));
  for (gsize i = 0; i < G_N_ELEMENTS (found); i++)
    {
      g_assert_cmpuint (count_found (self, 0, found[i]), ==, count_found (self, account, NULL));
      g_assert_cmpuint (count_found (self, account, found[i]), ==, 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (not_found); i++)
    g_assert_cmpuint (count_found (self, 0, not_found[i]), ==, 0);
  g_assert_cmpuint (count_found (self, 0, NULL), >, count_found (self, account, NULL));
}

/* Its history is found by its name, however that is typed, as the brand itself is. */
static void
test_brand_searched (Fixture *self, gconstpointer data)
{
  static const char *const found[]
      = { "Noël\u2122  Co", "NOE\u0308L\u2122", "noëltm\u00a0c", " ｎｏëｌ " };
  g_autofree char *brand = act_add_brand (self, self->account, "Noël\u2122  Co", NULL);
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *advertiser = fixture_add_advertiser (self, "noëltm co");
  g_autofree char *grant = fixture_redeem (self, advertiser, string, NULL);
  g_autofree char *name = fixture_grant_brand (self, grant);

  g_assert_cmpstr (name, ==, "Noël\u2122  Co");
  for (gsize i = 0; i < G_N_ELEMENTS (found); i++)
    g_assert_cmpuint (count_found (self, 0, found[i]), >, 0);
  g_assert_cmpuint (count_found (self, 0, "\u200d"), ==, 0);
  g_assert_cmpuint (count_found (self, 0, "noël tm co"), ==, 0);
}

/* A brand is known by its contact: an ad account of its name becomes its own, provisionally. */
static void
test_confirm_and_refuse (Fixture *self, gconstpointer data)
{
  g_autofree char *brand = act_add_brand (self, self->account, "Acme", NULL);
  g_autofree char *nord = act_add_brand (self, self->account, "Nord", NULL);
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "ACME");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *name = fixture_grant_brand (self, grant);
  g_autofree char *event = fixture_newest_event (self, SPARK_EVENT_ADVERTISER_NEW);
  g_autofree char *again = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (name, ==, "Acme");
  g_assert_cmpstr (event, ==, "brand: Acme, no reason, 0, 0");
  act_confirm (self, nord, acme, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  act_confirm (self, brand, acme, NULL);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);

  act_refuse (self, brand, acme, NULL);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_null (fixture_redeem (self, acme, string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_ADVERTISER_REFUSED), ==, 1);

  again = act_give_again (self, grant, NULL);
  after = fixture_redeem (self, acme, string, NULL);
  g_assert_cmpstr (again, ==, after);
}

/* --- refused attempts (rule 8) --- */

static void
test_refusals_are_counted (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  act_delete_code (self, code, NULL);
  for (int i = 0; i < 5; i++)
    g_assert_null (fixture_redeem (self, nord, string, NULL));
  first = fixture_newest_event (self, SPARK_EVENT_REDEMPTION_REFUSED);
  g_assert_cmpstr (first, ==, "brand: nobody, code_deleted, 5, 0");
  /* Another reason, and another brand, are other events. */
  act_revoke (self, grant, NULL, NULL);
  g_assert_null (fixture_redeem (self, acme, string, NULL));
  second = fixture_newest_event (self, SPARK_EVENT_REDEMPTION_REFUSED);
  g_assert_cmpstr (second, ==, "brand: Acme, access_revoked, 1, 0");
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 2);

  /* The sweep forgets only what is older than an hour. */
  self->now += HOUR_MS - 1;
  fixture_expire (self);
  g_assert_null (fixture_redeem (self, nord, string, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 2);
  self->now += HOUR_MS;
  fixture_expire (self);
  g_assert_null (fixture_redeem (self, nord, string, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 3);
  /* A clock that was set back does not fold a year of attempts into one. */
  self->now -= 400 * SPARK_DAY_MS;
  g_assert_null (fixture_redeem (self, nord, string, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 4);
}

/* An act that fails has written nothing: no event, no number, no half of it. */
static void
test_all_or_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autoptr (GError) error = NULL;
  SparkTx *tx;
  gint64 before, after;

  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_counter (tx, 1, &before, NULL));
  spark_store_read_end (tx);
  g_assert_null (act_generate (self, self->video, 30, &error));
  g_clear_error (&error);
  /* The brand is made on the way, and goes with the rest. */
  g_assert_null (act_note_grant (self, self->video, NULL, "Made", self->now - 1, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_counter (tx, 1, &after, NULL));
  spark_store_read_end (tx);
  g_assert_cmpint (before, ==, after);
  g_free (act_add_brand (self, self->account, "Made", NULL));
}

/* --- credentials --- */

static void
test_tokens (Fixture *self, gconstpointer data)
{
  const gint64 accounts[] = { 1 };
  const gint64 missing[] = { 1, 99 };
  gint64 many[SPARK_SCOPE_MAX + 1];
  g_autofree char *id = NULL;
  g_autofree char *token
      = act_create_token (self, SPARK_ROLE_REVOKE, accounts, 1, self->now + 1000, &id, NULL);
  g_autofree char *none = NULL;
  g_autoptr (GError) error = NULL;
  SparkCredential credential;
  SparkTx *tx;

  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_token (tx, token, &credential, NULL));
  g_assert_cmpstr (credential.id, ==, id);
  g_assert_cmpint (credential.roles[0], ==, SPARK_ROLE_REVOKE);
  g_assert_cmpuint (credential.scope.n_accounts, ==, 1);
  g_assert_false (spark_read_token (tx, "sbx_something", &credential, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_clear_error (&error);
  spark_store_read_end (tx);

  self->now += 1000;
  tx = spark_store_read_begin (self->store, NULL);
  g_assert_false (spark_read_token (tx, token, &credential, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_clear_error (&error);
  spark_store_read_end (tx);

  g_assert_null (act_create_token (self, SPARK_ROLE_VIEW, missing, 2, 0, &none, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = 1;
  g_assert_null (
      act_create_token (self, SPARK_ROLE_VIEW, many, G_N_ELEMENTS (many), 0, &none, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  act_revoke_token (self, id, NULL);
  act_revoke_token (self, id, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
}

/* --- seats --- */

typedef struct
{
  SparkRole role;
  guint n; /* accounts to be made */
  GArray *accounts;
  const char *invitation;
  char *made; /* an invitation, or a person */
  char *access;
} Seats;

static gboolean
run_add_accounts (SparkTx *tx, gpointer data, GError **error)
{
  Seats *self = data;

  g_array_set_size (self->accounts, 0);
  for (guint i = 0; i < self->n; i++)
    {
      g_autofree char *id = NULL;
      gint64 number;

      if (!spark_ledger_add_account (tx, &creator, SPARK_PLATFORM_SANDBOX, "One of many", NULL, &id,
                                     error))
        return FALSE;
      number = g_ascii_strtoll (id, NULL, 10);
      g_array_append_val (self->accounts, number);
    }
  return TRUE;
}

static gboolean
run_invite (SparkTx *tx, gpointer data, GError **error)
{
  Seats *self = data;

  g_clear_pointer (&self->made, g_free);
  return spark_ledger_invite (tx, self->role, (const gint64 *)self->accounts->data,
                              self->accounts->len, spark_tx_now (tx) + HOUR_MS, &self->made, error);
}

static gboolean
run_join (SparkTx *tx, gpointer data, GError **error)
{
  Seats *self = data;

  g_clear_pointer (&self->made, g_free);
  return spark_ledger_join (tx, self->invitation, "Manager", "no hash", &self->made, error);
}

static gboolean
run_add_seats (SparkTx *tx, gpointer data, GError **error)
{
  Seats *self = data;

  return spark_ledger_add_seats (tx, self->invitation, self->made, error);
}

static gboolean
run_sign_in (SparkTx *tx, gpointer data, GError **error)
{
  /* The S256 challenge of RFC 7636, appendix B. */
  const char *challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  const char *verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  Seats *self = data;
  g_auto (SparkTokens) tokens = { 0 };
  g_autofree char *code = NULL;
  g_autoptr (GError) refusal = NULL;

  g_clear_pointer (&self->access, g_free);
  if (!spark_ledger_sign_in (tx, self->made, NULL, challenge, "http://127.0.0.1/", &code, error)
      || !spark_ledger_exchange (tx, code, verifier, "http://127.0.0.1/", &tokens, &refusal, error))
    return FALSE;
  g_assert_no_error (refusal);
  self->access = g_steal_pointer (&tokens.access);
  return TRUE;
}

static char *
invite (Fixture *self, SparkRole role, GArray *accounts, guint first, guint n)
{
  g_autoptr (GArray) some = g_array_new (FALSE, FALSE, sizeof (gint64));
  Seats seats = { .role = role, .accounts = some };

  g_array_append_vals (some, &g_array_index (accounts, gint64, first), n);
  g_assert_true (fixture_run (self, run_invite, &seats, NULL));
  return seats.made;
}

static gboolean
count_account (const SparkAccount *account, gpointer data)
{
  ++*(guint *)data;
  return TRUE;
}

/* What they may do, everywhere it is looked for. */
static void
check_seats (Fixture *self, const Seats *seats, GArray *accounts, guint n)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  g_autoptr (GArray) counters = NULL;
  SparkCredential credential;
  guint n_listed = 0;

  g_assert_true (spark_read_token (tx, seats->access, &credential, NULL));
  g_assert_cmpuint (credential.scope.n_accounts, ==, n);
  counters = spark_read_counters (tx, &credential.scope, NULL);
  g_assert_cmpuint (counters->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (credential.scope.accounts[i], ==, g_array_index (accounts, gint64, i));
      g_assert_cmpint (g_array_index (counters, SparkPosition, i).account, ==,
                       credential.scope.accounts[i]);
      g_assert_cmpint (g_array_index (counters, SparkPosition, i).seq, >, 0);
    }
  g_assert_cmpint (credential.roles[0], ==, SPARK_ROLE_OWNER);
  g_assert_cmpint (credential.roles[n - 1], ==, SPARK_ROLE_VIEW);
  g_assert_true (spark_read_accounts (tx, &credential.scope, count_account, &n_listed, NULL));
  g_assert_cmpuint (n_listed, ==, n);
  spark_store_read_end (tx);
}

/* A manager has every account they were invited to; one too many is refused, never left out. */
static void
test_many_seats (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *first = NULL;
  g_autofree char *more = NULL;
  g_autofree char *too_many = NULL;
  g_autofree char *same = NULL;
  g_autofree char *last = NULL;
  g_autoptr (GError) error = NULL;
  Seats seats = { .n = 1100, .accounts = accounts };

  g_assert_true (fixture_run (self, run_add_accounts, &seats, NULL));
  first = invite (self, SPARK_ROLE_OWNER, accounts, 0, 300);
  more = invite (self, SPARK_ROLE_VIEW, accounts, 200, 700);
  too_many = invite (self, SPARK_ROLE_VIEW, accounts, 899, 102);
  same = invite (self, SPARK_ROLE_VIEW, accounts, 100, 500);
  last = invite (self, SPARK_ROLE_VIEW, accounts, 800, 200);

  seats.invitation = first;
  g_assert_true (fixture_run (self, run_join, &seats, NULL));
  seats.invitation = more;
  g_assert_true (fixture_run (self, run_add_seats, &seats, NULL));
  g_assert_true (fixture_run (self, run_sign_in, &seats, NULL));
  check_seats (self, &seats, accounts, 900);
  /* What is refused is not used up. */
  for (int i = 0; i < 2; i++)
    {
      seats.invitation = too_many;
      g_assert_false (fixture_run (self, run_add_seats, &seats, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE);
      g_clear_error (&error);
    }
  check_seats (self, &seats, accounts, 900);
  /* Accounts that they have already are not more. */
  seats.invitation = last;
  g_assert_true (fixture_run (self, run_add_seats, &seats, NULL));
  seats.invitation = same;
  g_assert_true (fixture_run (self, run_add_seats, &seats, NULL));
  check_seats (self, &seats, accounts, SPARK_SCOPE_MAX);
  g_free (seats.made);
  g_free (seats.access);
}

typedef struct
{
  const char *invitation;
  gint64 expires_at; /* 0: there is no such invitation */
  guint n_seats;
} Kept;

static gboolean
run_look (SparkTx *tx, gpointer data, GError **error)
{
  Kept *kept = data;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;

  spark_secrets_hash (kept->invitation, hash);
  if (!spark_tx_int (tx, error, &kept->expires_at, 0, "invitation_get", "b", hash, sizeof hash))
    return FALSE;
  kept->n_seats = 0;
  row = spark_tx_select (tx, error, "invitation_seats", "b", hash, sizeof hash);
  while (row != NULL && spark_statement_step (row, error))
    kept->n_seats++;
  return spark_tx_end (row, NULL, error);
}

typedef struct
{
  const char *name;
  const GArray *accounts;
  guint n; /* of them; 0: all that the person has */
} Removed;

static gboolean
run_remove_person (SparkTx *tx, gpointer data, GError **error)
{
  const Removed *self = data;

  return spark_ledger_remove_person (tx, self->name, (const gint64 *)self->accounts->data, self->n,
                                     error);
}

/* At how many accounts whoever is signed in may do something; -1: nobody is. */
static int
count_seats (Fixture *self, const Seats *seats)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  g_autoptr (GError) error = NULL;
  SparkCredential credential;
  int n = -1;

  if (spark_read_token (tx, seats->access, &credential, &error))
    n = (int)credential.scope.n_accounts;
  else
    g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  spark_store_read_end (tx);
  return n;
}

/* Whoever leaves can do nothing any more, nor sign in; the name is free for whom it is given to. */
static void
test_removed_person (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  Seats seats = { .n = 4, .accounts = accounts };
  g_autofree char *invitation = NULL;
  g_autofree char *another = NULL;
  Removed removed = { "Somebody", accounts, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, run_add_accounts, &seats, NULL));
  invitation = invite (self, SPARK_ROLE_VIEW, accounts, 0, 3);
  seats.invitation = invitation;
  g_assert_true (fixture_run (self, run_join, &seats, NULL));
  g_assert_true (fixture_run (self, run_sign_in, &seats, NULL));
  g_assert_cmpint (count_seats (self, &seats), ==, 3);

  g_assert_false (fixture_run (self, run_remove_person, &removed, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  removed = (Removed){ " MANAGER ", accounts, 4 };
  g_assert_false (fixture_run (self, run_remove_person, &removed, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (count_seats (self, &seats), ==, 3);

  g_array_remove_range (accounts, 0, 1);
  removed.n = 2;
  g_assert_true (fixture_run (self, run_remove_person, &removed, NULL));
  g_assert_cmpint (count_seats (self, &seats), ==, 1);

  removed.n = 0;
  g_assert_true (fixture_run (self, run_remove_person, &removed, NULL));
  g_assert_cmpint (count_seats (self, &seats), ==, -1);
  another = invite (self, SPARK_ROLE_VIEW, accounts, 0, 1);
  seats.invitation = another;
  /* They were about to sign in. */
  g_assert_false (fixture_run (self, run_add_seats, &seats, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_false (fixture_run (self, run_sign_in, &seats, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_true (fixture_run (self, run_join, &seats, NULL));
  g_free (seats.made);
  g_free (seats.access);
}

typedef struct
{
  const Seats *seats;
  const char *account;
  char *app;
  char *secret;
  char *code;
  SparkAppTokens tokens;
} LetIn;

static void
let_in_clear (LetIn *self)
{
  g_clear_pointer (&self->app, g_free);
  g_clear_pointer (&self->secret, g_free);
  g_clear_pointer (&self->code, g_free);
  spark_app_tokens_clear (&self->tokens);
}

static gboolean
run_consent (SparkTx *tx, gpointer data, GError **error)
{
  LetIn *self = data;
  const SparkAppOwner owner = { self->seats->made, NULL };

  let_in_clear (self);
  return spark_ledger_add_app (tx, "Reports", NULL, SPARK_APP_LEVEL_BASIC, &self->app, error)
         && spark_ledger_renew_app_secret (tx, self->app, &self->secret, error)
         && spark_ledger_consent_account (tx, self->app, self->account, "video.list", NULL, &owner,
                                          &self->code, error);
}

static gboolean
run_let_in (SparkTx *tx, gpointer data, GError **error)
{
  LetIn *self = data;

  spark_app_tokens_clear (&self->tokens);
  return spark_ledger_exchange_account (tx, self->app, self->secret, self->code, NULL,
                                        &self->tokens, error);
}

static gboolean
is_let_in (Fixture *self, const LetIn *app)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkAccountToken view;
  gboolean is = spark_read_account_token (tx, app->tokens.access, &view, NULL);

  spark_store_read_end (tx);
  return is;
}

/* An app that somebody let in does not come back with them, nor one that they were about to. */
static void
test_removed_seat (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  Seats seats = { .n = 2, .accounts = accounts };
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;
  char *ids[2];
  LetIn apps[2], waiting[2];
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, run_add_accounts, &seats, NULL));
  first = invite (self, SPARK_ROLE_OWNER, accounts, 0, 2);
  again = invite (self, SPARK_ROLE_OWNER, accounts, 0, 1);
  seats.invitation = first;
  g_assert_true (fixture_run (self, run_join, &seats, NULL));
  for (guint i = 0; i < 2; i++)
    {
      ids[i] = g_strdup_printf ("%" G_GINT64_FORMAT, g_array_index (accounts, gint64, i));
      apps[i] = waiting[i] = (LetIn){ .seats = &seats, .account = ids[i] };
      g_assert_true (fixture_run (self, run_consent, &waiting[i], NULL));
      g_assert_true (fixture_run (self, run_consent, &apps[i], NULL));
      g_assert_true (fixture_run (self, run_let_in, &apps[i], NULL));
      g_assert_true (is_let_in (self, &apps[i]));
    }
  g_assert_true (fixture_run (self, run_remove_person, &(Removed){ "Manager", accounts, 1 }, NULL));
  seats.invitation = again;
  g_assert_true (fixture_run (self, run_add_seats, &seats, NULL));
  g_assert_false (is_let_in (self, &apps[0]));
  g_assert_true (is_let_in (self, &apps[1]));
  g_assert_false (fixture_run (self, run_let_in, &waiting[0], &error));
  g_assert_error (error, SPARK_APP_ERROR, SPARK_APP_ERROR_CODE_ENDED);
  g_assert_true (fixture_run (self, run_let_in, &waiting[1], NULL));
  for (guint i = 0; i < 2; i++)
    {
      let_in_clear (&apps[i]);
      let_in_clear (&waiting[i]);
      g_free (ids[i]);
    }
  g_free (seats.made);
}

static gboolean
run_withdraw (SparkTx *tx, gpointer data, GError **error)
{
  const Removed *self = data;

  return spark_ledger_withdraw_invitations (tx, (const gint64 *)self->accounts->data, self->n,
                                            error);
}

/* An invitation that went to the wrong person is of no use to them; others are. */
static void
test_withdrawn_invitations (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  Seats seats = { .n = 5, .accounts = accounts };
  Removed withdrawn = { NULL, accounts, 3 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, run_add_accounts, &seats, NULL));
  first = invite (self, SPARK_ROLE_OWNER, accounts, 0, 1);
  second = invite (self, SPARK_ROLE_OWNER, accounts, 2, 2);
  other = invite (self, SPARK_ROLE_VIEW, accounts, 3, 2);
  g_assert_true (fixture_run (self, run_withdraw, &withdrawn, NULL));
  for (guint i = 0; i < 2; i++)
    {
      Kept kept = { .invitation = i == 0 ? first : second };

      seats.invitation = kept.invitation;
      g_assert_false (fixture_run (self, run_join, &seats, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
      g_clear_error (&error);
      g_assert_true (fixture_run (self, run_look, &kept, NULL));
      g_assert_cmpuint (kept.n_seats, ==, 0);
    }
  seats.invitation = other;
  g_assert_true (fixture_run (self, run_join, &seats, NULL));
  g_free (seats.made);
}

/* Nobody came: neither it nor its seats stay for ever. Of many, some at a time. */
static void
test_invitations_forgotten (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) invitations = g_ptr_array_new_with_free_func (g_free);
  Seats seats = { .n = 1100, .accounts = accounts };
  guint n_rounds = 1, n_left = 0;

  g_assert_true (fixture_run (self, run_add_accounts, &seats, NULL));
  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (invitations, invite (self, SPARK_ROLE_VIEW, accounts, i, 3));
  self->now += HOUR_MS + WEEK_MS - 1;
  g_assert_false (fixture_expire (self));
  for (guint i = 0; i < invitations->len; i++)
    {
      Kept kept = { .invitation = invitations->pdata[i] };

      g_assert_true (fixture_run (self, run_look, &kept, NULL));
      g_assert_cmpint (kept.expires_at, ==, self->now + 1 - WEEK_MS);
      g_assert_cmpuint (kept.n_seats, ==, 3);
    }

  self->now += 1;
  for (; fixture_expire (self); n_rounds++)
    {
      n_left = 0;
      for (guint i = 0; i < invitations->len; i++)
        {
          Kept kept = { .invitation = invitations->pdata[i] };

          g_assert_true (fixture_run (self, run_look, &kept, NULL));
          g_assert_cmpuint (kept.n_seats, ==, kept.expires_at != 0 ? 3 : 0);
          n_left += kept.expires_at != 0;
        }
      g_assert_cmpuint (n_left, ==, 50 - 20 * n_rounds);
    }
  g_assert_cmpuint (n_rounds, ==, 3);
  for (guint i = 0; i < invitations->len; i++)
    {
      Kept kept = { .invitation = invitations->pdata[i] };

      g_assert_true (fixture_run (self, run_look, &kept, NULL));
      g_assert_cmpint (kept.expires_at, ==, 0);
      g_assert_cmpuint (kept.n_seats, ==, 0);
    }
}

/* A clock that stands some days ahead for a while refuses it, and takes it from nobody. */
static void
test_invitation_outlives_a_leap (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  Seats seats = { .n = 2, .accounts = accounts };
  g_autofree char *invitation = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, run_add_accounts, &seats, NULL));
  invitation = invite (self, SPARK_ROLE_VIEW, accounts, 0, 2);
  seats.invitation = invitation;
  self->now += 6 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_false (fixture_run (self, run_join, &seats, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  self->now -= 6 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_true (fixture_run (self, run_join, &seats, NULL));
  g_assert_true (fixture_run (self, run_sign_in, &seats, NULL));
  g_assert_cmpint (count_seats (self, &seats), ==, 2);
  g_free (seats.made);
  g_free (seats.access);
}

typedef struct
{
  guint n;
  guint n_found;
} Keys;

static gboolean
run_keep_keys (SparkTx *tx, gpointer data, GError **error)
{
  const guint8 body[SPARK_FINGERPRINT_BYTES] = { 0 };

  for (guint i = 0; i < ((Keys *)data)->n; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      if (!spark_ledger_idempotency_keep (tx, "lena", key, body, "1.7", 200, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_find_keys (SparkTx *tx, gpointer data, GError **error)
{
  const guint8 body[SPARK_FINGERPRINT_BYTES] = { 0 };
  Keys *keys = data;

  keys->n_found = 0;
  for (guint i = 0; i < keys->n; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);
      g_autofree char *object = NULL;
      guint status;

      if (!spark_ledger_idempotency_find (tx, "lena", key, body, &object, &status, error))
        return FALSE;
      keys->n_found += object != NULL;
    }
  return TRUE;
}

/* Whoever was away for a day has a day of them to forget, and others write meanwhile. */
static void
test_keys_forgotten_in_portions (Fixture *self, gconstpointer data)
{
  Keys keys = { .n = 1100 };
  guint n_rounds = 1;

  g_assert_true (fixture_run (self, run_keep_keys, &keys, NULL));
  self->now += SPARK_DAY_MS;
  for (; fixture_expire (self); n_rounds++)
    {
      g_assert_true (fixture_run (self, run_find_keys, &keys, NULL));
      g_assert_cmpuint (keys.n_found, ==, keys.n - 500 * n_rounds);
    }
  g_assert_cmpuint (n_rounds, ==, 3);
  g_assert_true (fixture_run (self, run_find_keys, &keys, NULL));
  g_assert_cmpuint (keys.n_found, ==, 0);
}

typedef struct
{
  gint64 account;
  guint n; /* made, or found */
  gboolean more;
} KeptRows;

static gboolean
run_refuse (SparkTx *tx, gpointer data, GError **error)
{
  const KeptRows *self = data;

  for (guint i = 1; i <= self->n; i++)
    if (!spark_tx_exec (tx, error, "refusal_put", "iissii", self->account, (gint64)i, "7",
                        "code_expired", spark_tx_now (tx), (gint64)i))
      return FALSE;
  return TRUE;
}

static gboolean
run_count_refusals (SparkTx *tx, gpointer data, GError **error)
{
  KeptRows *self = data;
  gint64 event;

  self->n = 0;
  for (guint i = 1; i <= MANY; i++)
    {
      if (!spark_tx_int (tx, error, &event, 0, "refusal_get", "iissii", self->account, (gint64)i,
                         "7", "code_expired", (gint64)0, spark_tx_now (tx)))
        return FALSE;
      self->n += event == i;
    }
  return TRUE;
}

/* Whoever guesses codes is refused very often. */
static void
test_refusals_forgotten_in_portions (Fixture *self, gconstpointer data)
{
  static const guint left[] = { MANY - 500, MANY - 1000, 0 };
  KeptRows kept = { .account = g_ascii_strtoll (self->account, NULL, 10), .n = MANY };

  g_assert_true (fixture_run (self, run_refuse, &kept, NULL));
  self->now += HOUR_MS - 1;
  g_assert_false (fixture_expire (self));
  g_assert_true (fixture_run (self, run_count_refusals, &kept, NULL));
  g_assert_cmpuint (kept.n, ==, MANY);
  self->now += 1;
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_assert_true (fixture_expire (self) == (left[i] > 0));
      g_assert_true (fixture_run (self, run_count_refusals, &kept, NULL));
      g_assert_cmpuint (kept.n, ==, left[i]);
    }
}

/* Much of one kind keeps none of the others, whose turn comes later, waiting. */
static void
test_forgotten_side_by_side (Fixture *self, gconstpointer data)
{
  KeptRows kept = { .account = g_ascii_strtoll (self->account, NULL, 10), .n = MANY };
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  Seats seats = { .n = 3, .accounts = accounts };
  Kept invitation = { 0 };
  Keys keys = { .n = 40 };
  g_autofree char *token = NULL;

  g_assert_true (fixture_run (self, run_add_accounts, &seats, NULL));
  token = invite (self, SPARK_ROLE_VIEW, accounts, 0, 3);
  invitation.invitation = token;
  self->now += WEEK_MS;
  g_assert_true (fixture_run (self, run_keep_keys, &keys, NULL));
  self->now += SPARK_DAY_MS - HOUR_MS;
  g_assert_true (fixture_run (self, run_refuse, &kept, NULL));
  self->now += HOUR_MS;
  g_assert_true (fixture_expire (self));
  g_assert_true (fixture_run (self, run_count_refusals, &kept, NULL));
  g_assert_cmpuint (kept.n, <, MANY);
  g_assert_cmpuint (kept.n, >=, MANY - 500);
  g_assert_true (fixture_run (self, run_find_keys, &keys, NULL));
  g_assert_cmpuint (keys.n_found, ==, 0);
  g_assert_true (fixture_run (self, run_look, &invitation, NULL));
  g_assert_cmpuint (invitation.n_seats, ==, 0);
}

static gboolean
run_keep_results (SparkTx *tx, gpointer data, GError **error)
{
  const KeptRows *self = data;
  g_autoptr (GString) subjects = g_string_new ("1");

  for (guint i = 2; i <= self->n; i++)
    g_string_append_printf (subjects, ",%u", i);
  return spark_tx_exec (tx, error, "batch_rows_insert", "iiis", self->account, (gint64)1,
                        spark_tx_now (tx), subjects->str);
}

static gboolean
run_forget_results (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_forget_batch_rows (tx, 400, &((KeptRows *)data)->more, error);
}

static gboolean
run_count_results (SparkTx *tx, gpointer data, GError **error)
{
  KeptRows *self = data;
  SparkStatement *row = spark_tx_row (tx, error, "batch_counts", "ii", self->account, (gint64)1);

  if (row == NULL)
    return FALSE;
  self->n = (guint)spark_statement_int (row, 2);
  spark_statement_reset (row);
  return TRUE;
}

static void
test_results_forgotten_in_portions (Fixture *self, gconstpointer data)
{
  static const guint left[] = { MANY, MANY - 400, MANY - 800, 0 };
  KeptRows kept = { .account = g_ascii_strtoll (self->account, NULL, 10), .n = MANY };

  g_assert_true (fixture_run (self, run_keep_results, &kept, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      /* The first time they are not old enough. */
      self->now += i == 0 ? 30 * SPARK_DAY_MS - 1 : i == 1 ? 1 : 0;
      g_assert_true (fixture_run (self, run_forget_results, &kept, NULL));
      g_assert_true (kept.more == (i == 1 || i == 2));
      g_assert_true (fixture_run (self, run_count_results, &kept, NULL));
      g_assert_cmpuint (kept.n, ==, left[i]);
    }
}

static void
test_idempotency (Fixture *self, gconstpointer data)
{
  g_autofree char *object = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (act_idempotency_find (self, "lena", "key", 1, NULL));
  act_idempotency_keep (self, "lena", "key", 1, "1.7");
  object = act_idempotency_find (self, "lena", "key", 1, NULL);
  g_assert_cmpstr (object, ==, "1.7");
  g_assert_null (act_idempotency_find (self, "lena", "key", 2, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_MISMATCH);
  g_clear_error (&error);
  /* Bound to who asked. */
  g_assert_null (act_idempotency_find (self, "mia", "key", 2, NULL));

  self->now += SPARK_DAY_MS - 1;
  fixture_expire (self);
  g_assert_null (act_idempotency_find (self, "lena", "key", 2, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_MISMATCH);
  self->now += 1;
  fixture_expire (self);
  g_assert_null (act_idempotency_find (self, "lena", "key", 2, NULL));
}

/* --- where brands reach this backend --- */

typedef struct
{
  const char *url;
  SparkLedgerPosition position;
  gboolean more;
} Move;

static gboolean
run_move (SparkTx *tx, gpointer data, GError **error)
{
  Move *move = data;

  return spark_ledger_move (tx, move->url, &move->position, 2, &move->more, error);
}

static gint64
read_counter (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gint64 counter;

  g_assert_true (spark_read_counter (tx, 1, &counter, NULL));
  spark_store_read_end (tx);
  return counter;
}

/* Tells the open links and the account, a few at a time; what was told is not told again. */
static void
test_move (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *url;
    gint64 told;
  } moves[]
      = { { "http://127.0.0.1:1", 6 }, { "http://127.0.0.1:1", 0 }, { NULL, 6 }, { NULL, 0 } };
  g_autofree char *brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *withdrawn = act_create_link (self, self->video, brand, 0, NULL);

  act_withdraw (self, withdrawn, NULL);
  for (int i = 0; i < 5; i++)
    g_free (act_create_link (self, self->video, brand, 0, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      gint64 before = read_counter (self);
      Move move = { .url = moves[i].url, .more = TRUE };

      while (move.more)
        g_assert_true (fixture_run (self, run_move, &move, NULL));
      g_assert_cmpint (read_counter (self) - before, ==, moves[i].told);
    }
}

/* --- accounts and videos --- */

/* The number of an account that is gone is never another's: old cursors and keys name it. */
static void
test_delete_account (Fixture *self, gconstpointer data)
{
  g_autofree char *account = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  g_autofree char *video = fixture_add_video (self, account, "7123456789012345678");
  g_autofree char *code = act_generate (self, video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *next = NULL;
  g_autoptr (GError) error = NULL;

  act_delete_account (self, account, NULL);
  g_assert_null (fixture_redeem (self, acme, string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
  g_clear_error (&error);
  g_assert_cmpuint (fixture_count_posts (self, acme), ==, 0);
  act_delete_account (self, account, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  next = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  g_assert_cmpstr (next, !=, account);
}

static void
test_upsert (Fixture *self, gconstpointer data)
{
  g_autofree char *long_caption = g_strnfill (20000, 'x');
  SparkVideoFacts facts = { .item_id = "7123456789012345000",
                            .caption = long_caption,
                            .published_at = self->now - SPARK_DAY_MS,
                            .duration_s = -1,
                            .visibility = SPARK_VISIBILITY_PRIVATE,
                            .blockers_known = TRUE,
                            .total = { 100, -1, -1, 5 } };
  SparkVideoFacts less = { .item_id = "7123456789012345000",
                           .duration_s = 30,
                           .visibility = SPARK_VISIBILITY_UNKNOWN,
                           .total = { -1, 7, -1, -1 } };
  g_autofree char *id = NULL;
  SparkUpsert upsert;
  SparkVideo video;

  id = act_upsert_video (self, self->account, &facts, &upsert, NULL);
  g_assert_cmpint (upsert, ==, SPARK_UPSERT_ADDED);
  g_free (act_upsert_video (self, self->account, &facts, &upsert, NULL));
  g_assert_cmpint (upsert, ==, SPARK_UPSERT_UNCHANGED);
  /* What is not known leaves what is there. */
  g_free (act_upsert_video (self, self->account, &less, &upsert, NULL));
  g_assert_cmpint (upsert, ==, SPARK_UPSERT_UPDATED);
  video = fixture_video (self, id);
  g_assert_cmpint (video.visibility, ==, SPARK_VISIBILITY_PRIVATE);
  g_assert_false (video.eligible);
  g_assert_cmpint (video.total.views, ==, 100);
  g_assert_cmpint (video.total.likes, ==, 7);
  g_assert_cmpint (video.total.shares, ==, 5);
  g_assert_cmpint (video.total.comments, ==, -1);
  g_assert_cmpint (video.duration_s, ==, 30);
  facts.visibility = SPARK_VISIBILITY_PUBLIC;
  g_free (act_upsert_video (self, self->account, &facts, &upsert, NULL));
  g_assert_true (fixture_video (self, id).eligible);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

typedef struct
{
  const char *credential;
  const char *person;
  gint64 account;
  gint64 subject;
  char *batch;
} Begun;

static gboolean
run_start (SparkTx *tx, gpointer data, GError **error)
{
  Begun *self = data;
  SparkActor actor = { SPARK_ACTOR_CREATOR, self->credential, NULL };

  g_clear_pointer (&self->batch, g_free);
  return spark_ledger_start_batch (
      tx, &actor, self->person, self->account,
      &(SparkBatchTerms){ .act = SPARK_BATCH_ACT_GENERATE, .days = 30 }, &self->subject, 1,
      &self->batch, error);
}

static gboolean
run_row (SparkTx *tx, gpointer data, GError **error)
{
  Begun *self = data;
  gint64 account, batch;

  return spark_id_parse (self->batch, &account, &batch)
         && spark_ledger_run_batch_row (
             tx, account, batch, &(SparkBatchRow){ .line = 0, .subject = self->subject }, error);
}

/* A batch goes on only while whoever began it may do that. */
static void
test_begun_with_a_token (Fixture *self, gconstpointer data)
{
  gint64 account, number;
  g_autofree char *id = NULL;
  g_autofree char *weak = NULL;
  g_autofree char *token = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;
  Begun begun = { 0 };

  g_assert_true (spark_id_parse (self->video, &account, &number));
  token = act_create_token (self, SPARK_ROLE_GENERATE, &account, 1, 0, &id, NULL);
  other = act_create_token (self, SPARK_ROLE_VIEW, &account, 1, 0, &weak, NULL);
  begun = (Begun){ .credential = weak, .account = account, .subject = number };
  g_assert_true (fixture_run (self, run_start, &begun, NULL));
  g_assert_false (fixture_run (self, run_row, &begun, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_clear_error (&error);

  begun.credential = id;
  g_assert_true (fixture_run (self, run_start, &begun, NULL));
  act_revoke_token (self, id, NULL);
  g_assert_false (fixture_run (self, run_row, &begun, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_clear_error (&error);
  begun.credential = SPARK_CREDENTIAL_OWNER;
  g_assert_true (fixture_run (self, run_start, &begun, NULL));
  g_assert_true (fixture_run (self, run_row, &begun, &error));
  g_assert_no_error (error);
  g_free (begun.batch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/brands/names", test_names);
  ADD ("/brands/same-name", test_same_name);
  ADD ("/brands/confirm-and-refuse", test_confirm_and_refuse);
  ADD ("/events/creator-searched", test_creator_searched);
  ADD ("/events/brand-searched", test_brand_searched);
  ADD ("/events/refusals-are-counted", test_refusals_are_counted);
  ADD ("/events/all-or-nothing", test_all_or_nothing);
  ADD ("/credentials/tokens", test_tokens);
  ADD ("/credentials/many-seats", test_many_seats);
  ADD ("/credentials/removed-person", test_removed_person);
  ADD ("/credentials/removed-seat", test_removed_seat);
  ADD ("/credentials/withdrawn-invitations", test_withdrawn_invitations);
  ADD ("/credentials/idempotency", test_idempotency);
  ADD ("/credentials/keys-forgotten-in-portions", test_keys_forgotten_in_portions);
  ADD ("/forgotten/refusals", test_refusals_forgotten_in_portions);
  ADD ("/forgotten/side-by-side", test_forgotten_side_by_side);
  ADD ("/forgotten/results", test_results_forgotten_in_portions);
  ADD ("/credentials/invitations-forgotten", test_invitations_forgotten);
  ADD ("/credentials/invitation-outlives-a-leap", test_invitation_outlives_a_leap);
  ADD ("/accounts/move", test_move);
  ADD ("/accounts/delete", test_delete_account);
  ADD ("/videos/upsert", test_upsert);
  ADD ("/batches/begun-with-a-token", test_begun_with_a_token);
  return g_test_run ();
}
