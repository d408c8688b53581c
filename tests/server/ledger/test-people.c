/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"
#include "ledger-people.h"
#include "server/ledger/spark-ledger-apps.h"

#define HOUR_MS (60 * 60 * 1000)
/* So long an invitation that has ended is kept, in case that the clock is put right. */
#define WEEK_MS (7 * SPARK_DAY_MS)

static gboolean
run_join (SparkTx *tx, gpointer data, GError **error)
{
  PeopleSeats *self = data;

  g_clear_pointer (&self->made, g_free);
  return spark_ledger_join (tx, self->invitation, "Manager", "no hash", &self->made, error);
}

static gboolean
run_add_seats (SparkTx *tx, gpointer data, GError **error)
{
  PeopleSeats *self = data;

  return spark_ledger_add_seats (tx, self->invitation, self->made, error);
}

static gboolean
run_sign_in (SparkTx *tx, gpointer data, GError **error)
{
  /* The S256 challenge of RFC 7636, appendix B. */
  const char *challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  const char *verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  PeopleSeats *self = data;
  g_auto (SparkTokens) tokens = { 0 };
  g_autofree char *code = NULL;
  g_autoptr (GError) refusal = NULL;

  g_clear_pointer (&self->access, g_free);
  if (!spark_ledger_sign_in (tx, self->made, NULL, challenge, "http://127.0.0.1/", &code, error)
      || !spark_ledger_exchange (tx, code, verifier, "http://127.0.0.1/", NULL, &tokens, &refusal,
                                 error))
    return FALSE;
  g_assert_no_error (refusal);
  self->access = g_steal_pointer (&tokens.access);
  return TRUE;
}

static gboolean
count_account (const SparkAccount *account, gpointer data)
{
  ++*(guint *)data;
  return TRUE;
}

/* What they may do, everywhere it is looked for. */
static void
check_seats (Fixture *self, const PeopleSeats *seats, GArray *accounts, guint n)
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
  PeopleSeats seats = { .n = 1100, .accounts = accounts };

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  first = people_invite (self, SPARK_ROLE_OWNER, accounts, 0, 300);
  more = people_invite (self, SPARK_ROLE_VIEW, accounts, 200, 700);
  too_many = people_invite (self, SPARK_ROLE_VIEW, accounts, 899, 102);
  same = people_invite (self, SPARK_ROLE_VIEW, accounts, 100, 500);
  last = people_invite (self, SPARK_ROLE_VIEW, accounts, 800, 200);

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
count_seats (Fixture *self, const PeopleSeats *seats)
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
  PeopleSeats seats = { .n = 4, .accounts = accounts };
  g_autofree char *invitation = NULL;
  g_autofree char *another = NULL;
  Removed removed = { "Somebody", accounts, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  invitation = people_invite (self, SPARK_ROLE_VIEW, accounts, 0, 3);
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
  another = people_invite (self, SPARK_ROLE_VIEW, accounts, 0, 1);
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
  const PeopleSeats *seats;
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
  PeopleSeats seats = { .n = 2, .accounts = accounts };
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;
  char *ids[2];
  g_autofree char *same = NULL;
  LetIn apps[2], waiting[2], with_zero;
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  first = people_invite (self, SPARK_ROLE_OWNER, accounts, 0, 2);
  again = people_invite (self, SPARK_ROLE_OWNER, accounts, 0, 1);
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
  same = g_strconcat ("0", ids[0], NULL);
  with_zero = (LetIn){ .seats = &seats, .account = same };
  g_assert_true (fixture_run (self, run_consent, &with_zero, NULL));
  g_assert_true (fixture_run (self, run_remove_person, &(Removed){ "Manager", accounts, 1 }, NULL));
  seats.invitation = again;
  g_assert_true (fixture_run (self, run_add_seats, &seats, NULL));
  g_assert_false (is_let_in (self, &apps[0]));
  g_assert_true (is_let_in (self, &apps[1]));
  g_assert_false (fixture_run (self, run_let_in, &waiting[0], &error));
  g_assert_error (error, SPARK_APP_ERROR, SPARK_APP_ERROR_CODE_ENDED);
  g_clear_error (&error);
  g_assert_false (fixture_run (self, run_let_in, &with_zero, &error));
  g_assert_error (error, SPARK_APP_ERROR, SPARK_APP_ERROR_CODE_ENDED);
  let_in_clear (&with_zero);
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
  PeopleSeats seats = { .n = 5, .accounts = accounts };
  Removed withdrawn = { NULL, accounts, 3 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  first = people_invite (self, SPARK_ROLE_OWNER, accounts, 0, 1);
  second = people_invite (self, SPARK_ROLE_OWNER, accounts, 2, 2);
  other = people_invite (self, SPARK_ROLE_VIEW, accounts, 3, 2);
  g_assert_true (fixture_run (self, run_withdraw, &withdrawn, NULL));
  for (guint i = 0; i < 2; i++)
    {
      PeopleInvitation kept = { .invitation = i == 0 ? first : second };

      seats.invitation = kept.invitation;
      g_assert_false (fixture_run (self, run_join, &seats, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
      g_clear_error (&error);
      g_assert_true (fixture_run (self, people_look, &kept, NULL));
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
  PeopleSeats seats = { .n = 1100, .accounts = accounts };
  guint n_rounds = 1, n_left = 0;

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (invitations, people_invite (self, SPARK_ROLE_VIEW, accounts, i, 3));
  self->now += HOUR_MS + WEEK_MS - 1;
  g_assert_false (fixture_expire (self));
  for (guint i = 0; i < invitations->len; i++)
    {
      PeopleInvitation kept = { .invitation = invitations->pdata[i] };

      g_assert_true (fixture_run (self, people_look, &kept, NULL));
      g_assert_cmpint (kept.expires_at, ==, self->now + 1 - WEEK_MS);
      g_assert_cmpuint (kept.n_seats, ==, 3);
    }

  self->now += 1;
  for (; fixture_expire (self); n_rounds++)
    {
      n_left = 0;
      for (guint i = 0; i < invitations->len; i++)
        {
          PeopleInvitation kept = { .invitation = invitations->pdata[i] };

          g_assert_true (fixture_run (self, people_look, &kept, NULL));
          g_assert_cmpuint (kept.n_seats, ==, kept.expires_at != 0 ? 3 : 0);
          n_left += kept.expires_at != 0;
        }
      g_assert_cmpuint (n_left, ==, 50 - 20 * n_rounds);
    }
  g_assert_cmpuint (n_rounds, ==, 3);
  for (guint i = 0; i < invitations->len; i++)
    {
      PeopleInvitation kept = { .invitation = invitations->pdata[i] };

      g_assert_true (fixture_run (self, people_look, &kept, NULL));
      g_assert_cmpint (kept.expires_at, ==, 0);
      g_assert_cmpuint (kept.n_seats, ==, 0);
    }
}

/* A clock that stands some days ahead for a while refuses it, and takes it from nobody. */
static void
test_invitation_outlives_a_leap (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  PeopleSeats seats = { .n = 2, .accounts = accounts };
  g_autofree char *invitation = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  invitation = people_invite (self, SPARK_ROLE_VIEW, accounts, 0, 2);
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

/* One that was made while the clock stood years ahead is as long as any other, once it is right. */
static void
test_invitation_made_ahead (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  PeopleSeats seats = { .n = 1, .accounts = accounts };
  g_autofree char *ahead = NULL, *before = NULL;
  PeopleInvitation kept;

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  before = people_invite (self, SPARK_ROLE_VIEW, accounts, 0, 1);
  self->now += 3 * 365 * SPARK_DAY_MS;
  ahead = people_invite (self, SPARK_ROLE_VIEW, accounts, 0, 1);
  self->now -= 3 * 365 * SPARK_DAY_MS + 1000;
  fixture_expire (self);
  for (int i = 0; i < 2; i++)
    {
      kept = (PeopleInvitation){ .invitation = i == 0 ? ahead : before };
      g_assert_true (fixture_run (self, people_look, &kept, NULL));
      g_assert_cmpint (kept.expires_at, ==, self->now + HOUR_MS + i * 1000);
    }
}

static void
delete_account (Fixture *self, GArray *accounts, guint at)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, g_array_index (accounts, gint64, at));

  act_delete_account (self, id, NULL);
}

/* Of two accounts the other remains; of none there is nothing to join. */
static void
test_deleted_accounts (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  PeopleSeats seats = { .n = 2, .accounts = accounts };
  g_autofree char *both = NULL, *one = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  one = people_invite (self, SPARK_ROLE_VIEW, accounts, 0, 1);
  both = people_invite (self, SPARK_ROLE_VIEW, accounts, 0, 2);
  delete_account (self, accounts, 0);
  seats.invitation = one;
  g_assert_false (fixture_run (self, run_join, &seats, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  seats.invitation = both;
  g_assert_true (fixture_run (self, run_join, &seats, NULL));
  g_assert_true (fixture_run (self, run_sign_in, &seats, NULL));
  g_assert_cmpint (count_seats (self, &seats), ==, 1);
  g_free (seats.made);
  g_free (seats.access);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/credentials/many-seats", test_many_seats);
  ADD ("/credentials/removed-person", test_removed_person);
  ADD ("/credentials/removed-seat", test_removed_seat);
  ADD ("/credentials/withdrawn-invitations", test_withdrawn_invitations);
  ADD ("/credentials/invitations-forgotten", test_invitations_forgotten);
  ADD ("/credentials/invitation-outlives-a-leap", test_invitation_outlives_a_leap);
  ADD ("/credentials/invitation-made-ahead", test_invitation_made_ahead);
  ADD ("/credentials/deleted-accounts", test_deleted_accounts);
  return g_test_run ();
}
