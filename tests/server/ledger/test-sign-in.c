/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "ledger-fixture.h"
#include "server/ledger/spark-ledger-people.h"
#include "server/store/spark-secrets.h"

#define MINUTE_MS (G_GINT64_CONSTANT (60) * 1000)
#define REDIRECT  "http://127.0.0.1:4711/"
/* The example of RFC 7636, appendix B. */
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

typedef struct
{
  const char *one;
  const char *two;
  const char *three;
  const char *key;
  char *made;
  SparkTokens tokens;
  GError *refusal;
} Act;

static void
act_clear (Act *act)
{
  g_clear_pointer (&act->made, g_free);
  spark_tokens_clear (&act->tokens);
  g_clear_error (&act->refusal);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Act, act_clear)

static gboolean
run_invite (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;
  gint64 account = g_ascii_strtoll (act->one, NULL, 10);

  return spark_ledger_invite (tx, SPARK_ROLE_GENERATE, &account, 1,
                              spark_tx_now (tx) + 7 * SPARK_DAY_MS, &act->made, error);
}

static gboolean
run_join (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_join (tx, act->one, act->two, "hash", &act->made, error);
}

static gboolean
run_sign_in (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_sign_in (tx, act->one, "Laptop", CHALLENGE, REDIRECT, &act->made, error);
}

static gboolean
run_exchange (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  spark_tokens_clear (&act->tokens);
  g_clear_error (&act->refusal);
  return spark_ledger_exchange (tx, act->one, act->two, act->three, act->key, &act->tokens,
                                &act->refusal, error);
}

static gboolean
run_refresh (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  spark_tokens_clear (&act->tokens);
  g_clear_error (&act->refusal);
  return spark_ledger_refresh (tx, act->one, act->two, &act->tokens, &act->refusal, error);
}

static gboolean
run_sign_out (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_sign_out (tx, ((Act *)data)->one, error);
}

static void
run (Fixture *self, SparkStoreFunc func, Act *act)
{
  g_autoptr (GError) error = NULL;

  fixture_run (self, func, act, &error);
  g_assert_no_error (error);
}

static char *
invite (Fixture *self)
{
  g_auto (Act) act = { .one = self->account };

  run (self, run_invite, &act);
  g_assert_true (g_str_has_prefix (act.made, SPARK_INVITATION_PREFIX));
  return g_steal_pointer (&act.made);
}

static char *
join (Fixture *self, const char *name)
{
  g_autofree char *invitation = invite (self);
  g_auto (Act) act = { .one = invitation, .two = name };

  run (self, run_join, &act);
  return g_steal_pointer (&act.made);
}

static char *
sign_in (Fixture *self, const char *person)
{
  g_auto (Act) act = { .one = person };

  run (self, run_sign_in, &act);
  return g_steal_pointer (&act.made);
}

/* Whether the access token opens anything, and with what role. */
static gboolean
accepts (Fixture *self, const char *access, SparkRole *role)
{
  g_autoptr (GError) error = NULL;
  SparkTx *tx = spark_store_read_begin (self->store, &error);
  SparkCredential credential;
  gboolean ok;

  g_assert_no_error (error);
  ok = spark_read_token (tx, access, &credential, &error);
  if (ok && role != NULL)
    {
      g_assert_cmpuint (credential.scope.n_accounts, ==, 1);
      *role = credential.roles[0];
    }
  if (!ok)
    g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  spark_store_read_end (tx);
  return ok;
}

static void
start (Fixture *self, Act *act)
{
  g_autofree char *person = join (self, "lena@example.com");
  g_autofree char *code = sign_in (self, person);

  *act = (Act){ .one = code, .two = VERIFIER, .three = REDIRECT };
  run (self, run_exchange, act);
  g_assert_no_error (act->refusal);
  act->one = act->two = act->three = NULL;
}

static void
test_exchange (Fixture *self, gconstpointer data)
{
  g_auto (Act) act = { 0 };
  SparkRole role;

  start (self, &act);
  g_assert_cmpint (act.tokens.expires_in, ==, 3600);
  g_assert_true (accepts (self, act.tokens.access, &role));
  g_assert_cmpint (role, ==, SPARK_ROLE_GENERATE);
  /* A refresh token opens nothing, and no token outlives its time. */
  g_assert_false (accepts (self, act.tokens.refresh, NULL));
  self->now += 61 * MINUTE_MS;
  g_assert_false (accepts (self, act.tokens.access, NULL));
}

static void
test_exchange_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *person = join (self, "Lena");
  const struct
  {
    const char *verifier;
    const char *redirect_uri;
    gint64 later;
  } cases[] = {
    { "another-verifier-another-verifier-another-verifier", REDIRECT, 0 },
    { VERIFIER, "http://127.0.0.1:4712/", 0 },
    { VERIFIER, REDIRECT, 2 * MINUTE_MS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *code = sign_in (self, person);
      g_auto (Act) act = { .one = code, .two = cases[i].verifier, .three = cases[i].redirect_uri };

      self->now += cases[i].later;
      run (self, run_exchange, &act);
      g_assert_error (act.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
      g_assert_null (act.tokens.access);
    }
}

/* A code that comes twice was stolen: what it gave out is ended. */
static void
test_code_twice (Fixture *self, gconstpointer data)
{
  g_autofree char *person = join (self, "Lena");
  g_autofree char *code = sign_in (self, person);
  g_auto (Act) first = { .one = code, .two = VERIFIER, .three = REDIRECT };
  g_auto (Act) second = { .one = code, .two = VERIFIER, .three = REDIRECT };

  run (self, run_exchange, &first);
  g_assert_no_error (first.refusal);
  run (self, run_exchange, &second);
  g_assert_error (second.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_assert_false (accepts (self, first.tokens.access, NULL));
}

/* An answer lost on the way signs nobody out: the same request gets it again. */
static void
test_exchange_again (Fixture *self, gconstpointer data)
{
  const struct
  {
    const char *verifier;
    const char *redirect_uri;
    const char *key;
  } others[] = {
    { VERIFIER, REDIRECT, "other" },
    { VERIFIER, REDIRECT, NULL },
    { "another-verifier-another-verifier-another-verifier", REDIRECT, "key" },
    { VERIFIER, "http://127.0.0.1:4712/", "key" },
  };
  g_autofree char *person = join (self, "Lena");

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *code = sign_in (self, person);
      g_auto (Act) first = { .one = code, .two = VERIFIER, .three = REDIRECT, .key = "key" };
      g_auto (Act) again = first;
      g_auto (Act) other = { .one = code,
                             .two = others[i].verifier,
                             .three = others[i].redirect_uri,
                             .key = others[i].key };

      run (self, run_exchange, &first);
      g_assert_no_error (first.refusal);
      g_assert_cmpstr (first.tokens.name, ==, "Lena");
      /* Later than a code may be exchanged. */
      self->now += 30 * MINUTE_MS;
      run (self, run_exchange, &again);
      g_assert_no_error (again.refusal);
      g_assert_cmpstr (again.tokens.access, ==, first.tokens.access);
      g_assert_cmpstr (again.tokens.refresh, ==, first.tokens.refresh);
      g_assert_cmpstr (again.tokens.name, ==, "Lena");
      g_assert_cmpint (again.tokens.expires_in, ==, 1800);
      g_assert_true (accepts (self, first.tokens.access, NULL));
      /* Whoever has the code and not the request ends the sign-in. */
      run (self, run_exchange, &other);
      g_assert_error (other.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
      g_assert_null (other.tokens.access);
      g_assert_false (accepts (self, first.tokens.access, NULL));
    }
}

/* A day later a code is only known as one that was used, and ends its sign-in. */
static void
test_exchange_again_late (Fixture *self, gconstpointer data)
{
  g_autofree char *person = join (self, "Lena");
  g_autofree char *code = sign_in (self, person);
  g_auto (Act) first = { .one = code, .two = VERIFIER, .three = REDIRECT, .key = "key" };
  g_auto (Act) late = first;
  g_auto (Act) refreshed = { .two = "next" };

  run (self, run_exchange, &first);
  refreshed.one = first.tokens.refresh;
  run (self, run_refresh, &refreshed);
  g_assert_no_error (refreshed.refusal);
  self->now += SPARK_DAY_MS;
  run (self, run_exchange, &late);
  g_assert_error (late.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_assert_null (late.tokens.access);
  g_assert_null (late.tokens.name);
  late.one = refreshed.tokens.refresh;
  late.two = "after";
  run (self, run_refresh, &late);
  g_assert_error (late.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
}

static void
test_refresh (Fixture *self, gconstpointer data)
{
  g_auto (Act) signed_in = { 0 };
  g_auto (Act) first = { 0 };
  g_auto (Act) again = { 0 };
  g_auto (Act) reused = { 0 };

  start (self, &signed_in);
  first.one = again.one = reused.one = signed_in.tokens.refresh;
  first.two = again.two = "request 1";
  reused.two = "request 2";
  run (self, run_refresh, &first);
  g_assert_no_error (first.refusal);
  g_assert_true (accepts (self, first.tokens.access, NULL));
  g_assert_cmpstr (first.tokens.refresh, !=, signed_in.tokens.refresh);

  /* The answer was lost, and the same request comes again. */
  run (self, run_refresh, &again);
  g_assert_no_error (again.refusal);
  g_assert_cmpstr (again.tokens.access, ==, first.tokens.access);
  g_assert_cmpstr (again.tokens.refresh, ==, first.tokens.refresh);

  run (self, run_refresh, &reused);
  g_assert_error (reused.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_assert_false (accepts (self, first.tokens.access, NULL));
  g_clear_pointer (&first.tokens.access, g_free);
  {
    g_auto (Act) after = { .one = first.tokens.refresh };

    run (self, run_refresh, &after);
    g_assert_error (after.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  }
}

static void
test_refresh_repeated_too_late (Fixture *self, gconstpointer data)
{
  g_auto (Act) signed_in = { 0 };
  g_auto (Act) first = { .two = "request" };
  g_auto (Act) second = { .two = "next request" };
  g_auto (Act) again = { .two = "request" };
  g_auto (Act) late = { .two = "request" };

  start (self, &signed_in);
  first.one = again.one = late.one = signed_in.tokens.refresh;
  run (self, run_refresh, &first);
  second.one = first.tokens.refresh;
  self->now += SPARK_DAY_MS - MINUTE_MS;
  run (self, run_refresh, &second);
  g_assert_no_error (second.refusal);
  run (self, run_refresh, &again);
  g_assert_no_error (again.refusal);
  g_assert_true (accepts (self, second.tokens.access, NULL));
  self->now += MINUTE_MS;
  run (self, run_refresh, &late);
  g_assert_error (late.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_assert_false (accepts (self, second.tokens.access, NULL));
}

/* The clock leaps ahead while a sign-in is renewed, before the request or between it and the same
 * again, and is put right. */
static void
test_refresh_while_it_leaps (Fixture *self, gconstpointer data)
{
  const gint64 leaps[]
      = { 2 * SPARK_DAY_MS, SPARK_REFRESH_LIFE_MS + SPARK_DAY_MS, 10 * 365 * SPARK_DAY_MS };
  const gint64 right = self->now;
  g_auto (Act) signed_in = { 0 };
  g_autofree char *refresh = NULL;

  start (self, &signed_in);
  refresh = g_steal_pointer (&signed_in.tokens.refresh);
  for (guint i = 0; i < G_N_ELEMENTS (leaps); i++)
    for (guint ahead = 1; ahead < 8; ahead++)
      {
        /* Which of these three come while the clock is ahead: the request, the same again, and the
         * one that uses their answer. */
        g_autofree char *key = g_strdup_printf ("%u %u", i, ahead);
        g_auto (Act) first = { .one = refresh, .two = key };
        g_auto (Act) again = { .one = refresh, .two = key };
        g_auto (Act) next = { .two = "next" };

        self->now = right + (ahead & 1 ? leaps[i] : 0);
        run (self, run_refresh, &first);
        g_assert_no_error (first.refusal);
        self->now = right + (ahead & 2 ? leaps[i] : 0);
        run (self, run_refresh, &again);
        g_assert_no_error (again.refusal);
        g_assert_cmpstr (again.tokens.refresh, ==, first.tokens.refresh);
        g_assert_cmpint (again.tokens.expires_in, >, 0);
        g_assert_cmpint (again.tokens.expires_in, <=, SPARK_ACCESS_LIFE_MS / 1000);
        next.one = again.tokens.refresh;
        self->now = right + (ahead & 4 ? leaps[i] : 0);
        run (self, run_refresh, &next);
        g_assert_no_error (next.refusal);
        g_assert_true (accepts (self, next.tokens.access, NULL));
        self->now = right;
        fixture_expire (self);
        g_assert_true (accepts (self, next.tokens.access, NULL));
        g_free (refresh);
        refresh = g_steal_pointer (&next.tokens.refresh);
      }
}

/* Nobody came for so long: then there is nothing any more to renew. */
static void
test_refresh_too_old (Fixture *self, gconstpointer data)
{
  g_auto (Act) signed_in = { 0 };
  g_auto (Act) late = { 0 };

  start (self, &signed_in);
  late.one = signed_in.tokens.refresh;
  self->now += SPARK_REFRESH_LIFE_MS;
  fixture_expire (self);
  run (self, run_refresh, &late);
  g_assert_error (late.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
}

static void
test_sign_out (Fixture *self, gconstpointer data)
{
  g_auto (Act) act = { 0 };

  start (self, &act);
  act.one = act.tokens.refresh;
  run (self, run_sign_out, &act);
  g_assert_false (accepts (self, act.tokens.access, NULL));
  run (self, run_sign_out, &act);
}

static gboolean
count (const SparkSignIn *view, gpointer data)
{
  ++*(guint *)data;
  return TRUE;
}

static guint
count_sign_ins (Fixture *self, const char *person)
{
  g_autoptr (GError) error = NULL;
  SparkTx *tx = spark_store_read_begin (self->store, &error);
  guint n = 0;

  g_assert_no_error (error);
  g_assert_true (spark_read_sign_ins (tx, person, count, &n, &error));
  spark_store_read_end (tx);
  return n;
}

/* A device is in the list from when it signed in to when it could not go on any more. */
static void
test_forgotten (Fixture *self, gconstpointer data)
{
  g_autofree char *person = join (self, "Lena");
  g_autofree char *abandoned = sign_in (self, person);
  g_autofree char *used = sign_in (self, person);
  g_auto (Act) act = { .one = used, .two = VERIFIER, .three = REDIRECT };
  g_auto (Act) late = { .one = abandoned, .two = VERIFIER, .three = REDIRECT };

  g_assert_cmpuint (count_sign_ins (self, person), ==, 0);
  fixture_expire (self);
  run (self, run_exchange, &act);
  g_assert_no_error (act.refusal);
  g_assert_cmpuint (count_sign_ins (self, person), ==, 1);

  self->now += SPARK_CODE_LIFE_MS;
  fixture_expire (self);
  run (self, run_exchange, &late);
  g_assert_error (late.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_assert_nonnull (strstr (late.refusal->message, "no such"));
  g_assert_true (accepts (self, act.tokens.access, NULL));

  self->now += SPARK_REFRESH_LIFE_MS - SPARK_CODE_LIFE_MS - 1;
  fixture_expire (self);
  g_assert_cmpuint (count_sign_ins (self, person), ==, 1);
  self->now += 1;
  fixture_expire (self);
  g_assert_cmpuint (count_sign_ins (self, person), ==, 0);
}

/* One more than a person may have ends the one that was not used for longest. */
static void
test_oldest_ends (Fixture *self, gconstpointer data)
{
  g_autofree char *person = join (self, "Lena");
  g_autofree char *other = join (self, "Tom");
  g_autofree char *others = sign_in (self, other);
  g_auto (Act) theirs = { .one = others, .two = VERIFIER, .three = REDIRECT };
  g_autoptr (GPtrArray) access = g_ptr_array_new_with_free_func (g_free);
  g_auto (Act) renewed = { 0 };
  g_autofree char *refresh = NULL;

  run (self, run_exchange, &theirs);
  for (guint n = 0; n <= SPARK_CREDENTIALS_MAX; n++)
    {
      g_autofree char *code = sign_in (self, person);
      g_auto (Act) act = { .one = code, .two = VERIFIER, .three = REDIRECT };

      run (self, run_exchange, &act);
      g_assert_no_error (act.refusal);
      g_ptr_array_add (access, g_steal_pointer (&act.tokens.access));
      if (n == 0)
        refresh = g_steal_pointer (&act.tokens.refresh);
      self->now += 1;
      if (n == SPARK_CREDENTIALS_MAX - 1)
        {
          g_assert_cmpuint (count_sign_ins (self, person), ==, SPARK_CREDENTIALS_MAX);
          renewed.one = refresh;
          run (self, run_refresh, &renewed);
          g_assert_no_error (renewed.refusal);
          self->now += 1;
        }
    }
  g_assert_cmpuint (count_sign_ins (self, person), ==, SPARK_CREDENTIALS_MAX);
  for (guint n = 0; n < access->len; n++)
    g_assert_cmpint (accepts (self, access->pdata[n], NULL), ==, n != 1);
  g_assert_true (accepts (self, renewed.tokens.access, NULL));
  g_assert_true (accepts (self, theirs.tokens.access, NULL));
}

/* However often one is refreshed: the oldest of its tokens end, and it goes on; but one of them
 * that comes once more, after whoever stole it refreshed as often as that takes, still ends all. */
static void
test_oldest_tokens_end (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) access = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) refresh = g_ptr_array_new_with_free_func (g_free);
  g_auto (Act) first = { 0 };
  g_autofree char *tampered = NULL;
  g_auto (Act) forged = { .two = "another request" };
  g_auto (Act) reused = { .two = "another request" };

  start (self, &first);
  g_ptr_array_add (access, g_strdup (first.tokens.access));
  g_ptr_array_add (refresh, g_strdup (first.tokens.refresh));
  for (guint n = 1; n <= SPARK_CREDENTIALS_MAX + 1; n++)
    {
      g_auto (Act) act = { .one = refresh->pdata[n - 1], .two = "request" };

      self->now += 1000;
      run (self, run_refresh, &act);
      g_assert_no_error (act.refusal);
      g_ptr_array_add (access, g_steal_pointer (&act.tokens.access));
      g_ptr_array_add (refresh, g_steal_pointer (&act.tokens.refresh));
      g_assert_true (accepts (self, access->pdata[n], NULL));
    }
  for (guint n = 0, accepted = 0; n < access->len; n++)
    {
      accepted += accepts (self, access->pdata[n], NULL);
      if (n == access->len - 1)
        g_assert_cmpuint (accepted, ==, SPARK_CREDENTIALS_MAX);
    }
  /* A clock that was set back ends none that is in use. */
  self->now -= 10 * MINUTE_MS;
  for (guint n = 0; n < 2; n++)
    {
      g_auto (Act) act = { .one = refresh->pdata[refresh->len - 1], .two = "request" };

      run (self, run_refresh, &act);
      g_assert_no_error (act.refusal);
      g_ptr_array_add (access, g_steal_pointer (&act.tokens.access));
      g_ptr_array_add (refresh, g_steal_pointer (&act.tokens.refresh));
      g_assert_true (accepts (self, access->pdata[access->len - 1], NULL));
    }
  forged.one = tampered = g_strdup (refresh->pdata[0]);
  tampered[strlen (SPARK_REFRESH_PREFIX)] ^= 1;
  run (self, run_refresh, &forged);
  g_assert_error (forged.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_assert_true (accepts (self, access->pdata[access->len - 1], NULL));
  reused.one = refresh->pdata[0];
  run (self, run_refresh, &reused);
  g_assert_error (reused.refusal, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_assert_false (accepts (self, access->pdata[access->len - 1], NULL));
}

static void
test_invitation_once (Fixture *self, gconstpointer data)
{
  g_autofree char *invitation = invite (self);
  g_autoptr (GError) error = NULL;
  g_auto (Act) first = { .one = invitation, .two = "Lena" };
  g_auto (Act) second = { .one = invitation, .two = "Tom" };

  run (self, run_join, &first);
  g_assert_false (fixture_run (self, run_join, &second, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
}

static void
test_invitation_ended (Fixture *self, gconstpointer data)
{
  g_autofree char *invitation = invite (self);
  g_autoptr (GError) error = NULL;
  g_auto (Act) act = { .one = invitation, .two = "Lena" };

  self->now += 8 * SPARK_DAY_MS;
  g_assert_false (fixture_run (self, run_join, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
}

/* A name is one person's, however it is written; the invitation is not used up by the refusal. */
static void
test_name_taken (Fixture *self, gconstpointer data)
{
  g_autofree char *person = join (self, "Lena");
  g_autofree char *invitation = invite (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) blind = NULL;
  g_auto (Act) guess = { .one = "none of ours", .two = "Lena" };
  g_auto (Act) same = { .one = invitation, .two = " LENA " };
  g_auto (Act) other = { .one = invitation, .two = "Tom" };

  g_assert_nonnull (person);
  /* Whoever has no invitation does not learn that there is one of this name. */
  g_assert_false (fixture_run (self, run_join, &guess, &blind));
  g_assert_error (blind, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_assert_false (fixture_run (self, run_join, &same, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  run (self, run_join, &other);
}

/* Neither what only looks like another's name, nor what cannot be read. */
static void
test_name_unclear (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "Zoe\xcc\x81", "Le\xe2\x80\x8dna\nadmin",
                                       "\xe2\x80\xae"
                                       "anel",
                                       "\x1b[2J" };
  g_autofree char *person = join (self, "ZO\xc3\x89");
  g_autofree char *invitation = invite (self);

  g_assert_nonnull (person);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (Act) act = { .one = invitation, .two = names[i] };
      g_autoptr (GError) error = NULL;

      g_assert_false (fixture_run (self, run_join, &act, &error));
      if (i == 0)
        g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
      else
        g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
    }
}

#define add(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/ledger/sign-in/exchange", test_exchange);
  add ("/ledger/sign-in/exchange-refused", test_exchange_refused);
  add ("/ledger/sign-in/exchange-again", test_exchange_again);
  add ("/ledger/sign-in/exchange-again-late", test_exchange_again_late);
  add ("/ledger/sign-in/code-twice", test_code_twice);
  add ("/ledger/sign-in/refresh", test_refresh);
  add ("/ledger/sign-in/refresh-repeated-too-late", test_refresh_repeated_too_late);
  add ("/ledger/sign-in/refresh-while-it-leaps", test_refresh_while_it_leaps);
  add ("/ledger/sign-in/refresh-too-old", test_refresh_too_old);
  add ("/ledger/sign-in/sign-out", test_sign_out);
  add ("/ledger/sign-in/forgotten", test_forgotten);
  add ("/ledger/sign-in/oldest-ends", test_oldest_ends);
  add ("/ledger/sign-in/oldest-tokens-end", test_oldest_tokens_end);
  add ("/ledger/sign-in/invitation-once", test_invitation_once);
  add ("/ledger/sign-in/invitation-ended", test_invitation_ended);
  add ("/ledger/sign-in/name-taken", test_name_taken);
  add ("/ledger/sign-in/name-unclear", test_name_unclear);
  return g_test_run ();
}
