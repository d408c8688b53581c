/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "ledger-acts.h"
#include "server/ledger/spark-ledger-apps.h"

typedef struct
{
  const char *one;
  const char *two;
  const char *three;
  guint days;
  gint64 until;
  char *made;
  gboolean existing;
  GError *refusal;
} Act;

static void
act_clear (Act *act)
{
  g_clear_pointer (&act->made, g_free);
  g_clear_error (&act->refusal);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Act, act_clear)

/* --- sign-ins --- */

static gboolean
run_sign_in (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_sign_in_brand (tx, act->one, act->two, act->three, &act->made, error);
}

static gboolean
run_sign_in_again (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_sign_in_brand_again (tx, act->one, act->two, act->three, &act->made, error);
}

static gboolean
run_sign_out (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_sign_out_brand (tx, ((Act *)data)->one, error);
}

static gboolean
run_invite (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_invite_brand (tx, act->one, &act->made, error);
}

static gboolean
run_accept (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_accept_invitation (tx, act->one, &act->made, error);
}

/* @session: (nullable): goes on */
static char *
sign_in (Fixture *fixture, const char *session, const char *advertiser)
{
  g_auto (Act) act = { .one = session, .two = advertiser };

  g_assert_true (fixture_run (fixture, run_sign_in, &act, NULL));
  return g_steal_pointer (&act.made);
}

static gboolean
add_name (const SparkAdvertiser *advertiser, gpointer data)
{
  g_string_append_printf (data, "%s ", advertiser->name);
  return TRUE;
}

/* The ad accounts of a sign-in; NULL: it is none. */
static char *
names_of (Fixture *fixture, const char *session)
{
  SparkTx *tx = spark_store_read_begin (fixture->store, NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean found = spark_read_brand_session (tx, session, add_name, names, &error);

  spark_store_read_end (tx);
  if (found)
    return g_string_free (g_steal_pointer (&names), FALSE);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  return NULL;
}

static void
assert_names (Fixture *fixture, const char *session, const char *expected)
{
  g_autofree char *names = names_of (fixture, session);

  g_assert_cmpstr (names, ==, expected);
}

static void
test_sign_in (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *nord = NULL, *first = NULL, *second = NULL, *third = NULL;

  fixture->now += 1;
  nord = fixture_add_advertiser (fixture, "Nord");
  first = sign_in (fixture, NULL, acme);
  assert_names (fixture, first, "Acme ");
  /* One more ad account: a new token, and the old one is over. */
  second = sign_in (fixture, first, nord);
  assert_names (fixture, second, "Acme Nord ");
  assert_names (fixture, first, NULL);
  third = sign_in (fixture, second, nord);
  assert_names (fixture, third, "Acme Nord ");
  assert_names (fixture, "", NULL);
  assert_names (fixture, NULL, NULL);
  assert_names (fixture, "no such token", NULL);

  fixture->now += SPARK_BRAND_SESSION_DAYS * SPARK_DAY_MS - 1;
  assert_names (fixture, third, "Acme Nord ");
  fixture->now += 1;
  assert_names (fixture, third, NULL);
  fixture_expire (fixture);
  assert_names (fixture, third, NULL);
}

/* A sign-in that is over gives nothing to the one that follows it. */
static void
test_sign_in_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *nord = fixture_add_advertiser (fixture, "Nord");
  g_autofree char *first = sign_in (fixture, NULL, acme);
  g_autofree char *second = NULL, *third = NULL;
  g_auto (Act) out = { 0 };

  fixture->now += SPARK_BRAND_SESSION_DAYS * SPARK_DAY_MS;
  second = sign_in (fixture, first, nord);
  assert_names (fixture, second, "Nord ");
  out.one = second;
  g_assert_true (fixture_run (fixture, run_sign_out, &out, NULL));
  assert_names (fixture, second, NULL);
  third = sign_in (fixture, second, acme);
  assert_names (fixture, third, "Acme ");
}

/* @expected: NULL: it is none */
static void
assert_again (Fixture *fixture, const char *session, const char *advertiser, const char *request,
              const char *expected)
{
  g_auto (Act) again = { .one = session, .two = advertiser, .three = request };

  g_assert_true (fixture_run (fixture, run_sign_in_again, &again, NULL));
  g_assert_cmpstr (again.made, ==, expected);
}

/* Whoever asked for it, and nobody else, is given the same sign-in again, as long as it lasts. */
static void
test_sign_in_repeated (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *first = sign_in (fixture, NULL, acme);
  g_autofree char *nord = NULL, *third = NULL;
  g_auto (Act) act = { .one = first, .three = "request" };
  g_auto (Act) out = { .three = "another" };

  fixture->now += 1;
  nord = fixture_add_advertiser (fixture, "Nord");
  act.two = out.two = nord;
  assert_again (fixture, first, nord, "request", NULL);
  g_assert_true (fixture_run (fixture, run_sign_in, &act, NULL));
  assert_names (fixture, act.made, "Acme Nord ");
  assert_again (fixture, first, nord, "request", act.made);
  assert_again (fixture, first, nord, "request", act.made);
  assert_again (fixture, first, nord, "Request", NULL);
  assert_again (fixture, first, acme, "request", NULL);
  assert_again (fixture, act.made, nord, "request", NULL);
  assert_again (fixture, "another", nord, "request", NULL);

  fixture->now += 60 * 60 * 1000 - 1;
  assert_again (fixture, first, nord, "request", act.made);
  fixture->now += 1;
  assert_again (fixture, first, nord, "request", NULL);
  assert_names (fixture, act.made, "Acme Nord ");

  /* What has gone on as another, or was signed out, comes no more. */
  out.one = act.made;
  g_assert_true (fixture_run (fixture, run_sign_in, &out, NULL));
  assert_again (fixture, act.made, nord, "another", out.made);
  third = sign_in (fixture, out.made, acme);
  assert_again (fixture, act.made, nord, "another", NULL);
  g_free (g_steal_pointer (&out.made));
  out.one = third;
  g_assert_true (fixture_run (fixture, run_sign_in, &out, NULL));
  assert_again (fixture, third, nord, "another", out.made);
  out.one = out.made;
  g_assert_true (fixture_run (fixture, run_sign_out, &out, NULL));
  assert_again (fixture, third, nord, "another", NULL);
}

static void
test_sign_in_unknown (Fixture *fixture, gconstpointer data)
{
  g_auto (Act) act = { .two = "7000000000000000000" };
  g_autoptr (GError) error = NULL;

  g_assert_false (fixture_run (fixture, run_sign_in, &act, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
}

static void
test_invitation (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_auto (Act) invite = { .one = acme };
  g_auto (Act) late = { .one = acme };
  g_auto (Act) accept = { 0 };
  g_auto (Act) again = { 0 };
  g_auto (Act) too_late = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (fixture, run_invite, &invite, NULL));
  accept.one = again.one = invite.made;
  g_assert_true (fixture_run (fixture, run_accept, &accept, NULL));
  g_assert_cmpstr (accept.made, ==, acme);
  g_assert_false (fixture_run (fixture, run_accept, &again, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_clear_error (&error);

  g_assert_true (fixture_run (fixture, run_invite, &late, NULL));
  fixture->now += SPARK_BRAND_INVITATION_DAYS * SPARK_DAY_MS;
  too_late.one = late.made;
  g_assert_false (fixture_run (fixture, run_accept, &too_late, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
}

/* --- how many --- */

/* Whether the invitation is one; it stays. */
static gboolean
invites (Fixture *fixture, const char *invitation)
{
  SparkTx *tx = spark_store_read_begin (fixture->store, NULL);
  g_autoptr (GError) error = NULL;
  SparkAdvertiser advertiser;
  gboolean found = spark_read_invitation (tx, invitation, &advertiser, &error);

  spark_store_read_end (tx);
  if (!found)
    g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  return found;
}

static gboolean
opens (Fixture *fixture, const char *token)
{
  SparkTx *tx = spark_store_read_begin (fixture->store, NULL);
  const char *app;
  g_autoptr (GArray) found = spark_read_token_advertisers (tx, token, &app, NULL);

  spark_store_read_end (tx);
  return found != NULL;
}

static char *
make_invitation (Fixture *fixture, const char *advertiser)
{
  g_auto (Act) act = { .one = advertiser };

  g_assert_true (fixture_run (fixture, run_invite, &act, NULL));
  return g_steal_pointer (&act.made);
}

static char *
make_token (Fixture *fixture, const char *advertiser)
{
  return act_advertiser_token (fixture, advertiser, NULL);
}

static char *
make_sign_in (Fixture *fixture, const char *advertiser)
{
  return sign_in (fixture, NULL, advertiser);
}

static gboolean
is_signed_in (Fixture *fixture, const char *session)
{
  g_autofree char *names = names_of (fixture, session);

  return names != NULL;
}

/* One more than an ad account may have ends its oldest, and nobody else's. */
static void
test_oldest_ends (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    char *(*make) (Fixture *fixture, const char *advertiser);
    gboolean (*works) (Fixture *fixture, const char *made);
  } kinds[]
      = { { make_token, opens }, { make_invitation, invites }, { make_sign_in, is_signed_in } };
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *nord = fixture_add_advertiser (fixture, "Nord");

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *other = kinds[i].make (fixture, nord);
      g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func (g_free);

      for (guint n = 0; n < SPARK_CREDENTIALS_MAX; n++)
        {
          fixture->now += 1;
          g_ptr_array_add (made, kinds[i].make (fixture, acme));
        }
      g_assert_true (kinds[i].works (fixture, made->pdata[0]));
      /* The newest stays, also when the clock was set back. */
      fixture->now -= SPARK_DAY_MS;
      g_ptr_array_add (made, kinds[i].make (fixture, acme));
      g_assert_false (kinds[i].works (fixture, made->pdata[0]));
      for (guint n = 1; n < made->len; n++)
        g_assert_true (kinds[i].works (fixture, made->pdata[n]));
      g_assert_true (kinds[i].works (fixture, other));
      fixture->now += SPARK_DAY_MS;
    }
}

/* Whoever is signed in for another ad account too stays so for that one. */
static void
test_oldest_ends_alone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *nord = fixture_add_advertiser (fixture, "Nord");
  g_autofree char *first = sign_in (fixture, NULL, acme);
  g_autofree char *both = sign_in (fixture, first, nord);

  for (guint n = 0; n < SPARK_CREDENTIALS_MAX; n++)
    {
      fixture->now += 1;
      g_free (sign_in (fixture, NULL, acme));
    }
  assert_names (fixture, both, "Nord ");
}

/* A sign-in leaves behind the ad account that was added first. */
static void
test_oldest_left_behind (Fixture *fixture, gconstpointer data)
{
  g_autofree char *session = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *names = NULL;
  g_autofree char *second = NULL;
  g_autofree char *again = NULL;

  for (guint n = 0; n <= SPARK_CREDENTIALS_MAX; n++)
    {
      g_autofree char *name = g_strdup_printf ("%03u", n);
      g_autofree char *advertiser = fixture_add_advertiser (fixture, name);
      char *next = sign_in (fixture, session, advertiser);

      g_free (session);
      session = next;
      fixture->now += 1;
      if (n == 1)
        second = g_steal_pointer (&advertiser);
      if (n > 0)
        g_string_append_printf (expected, "%s ", name);
    }
  assert_names (fixture, session, expected->str);
  /* What it has already takes no other's place, and is then the last to go. */
  again = sign_in (fixture, session, second);
  assert_names (fixture, again, expected->str);
  {
    g_autofree char *more = fixture_add_advertiser (fixture, "more");

    fixture->now += 1;
    g_free (session);
    session = sign_in (fixture, again, more);
  }
  names = names_of (fixture, session);
  g_assert_true (g_str_has_prefix (names, "001 003 004 "));
  g_assert_true (g_str_has_suffix (names, " 100 more "));
}

/* --- previews --- */

static gboolean
preview (Fixture *fixture, const char *advertiser, const char *string, gboolean *existing,
         GError **refusal)
{
  SparkTx *tx = spark_store_read_begin (fixture->store, NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok = spark_ledger_preview_redemption (tx, advertiser, string, existing, refusal, &error);

  spark_store_read_end (tx);
  g_assert_no_error (error);
  return ok;
}

static void
assert_preview (Fixture *fixture, const char *advertiser, const char *string, gboolean existing,
                int refusal)
{
  g_autoptr (GError) why = NULL;
  gboolean found;

  g_assert_true (preview (fixture, advertiser, string, &found, &why));
  g_assert_cmpint (found, ==, existing);
  g_assert_cmpint (why != NULL ? why->code : -1, ==, refusal);
}

/* A preview says what redeeming then does, and leaves no trace. */
static void
test_preview (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *nord = fixture_add_advertiser (fixture, "Nord");
  g_autofree char *code = fixture_generate (fixture, fixture->video, 7);
  g_autofree char *brand = fixture_add_brand (fixture, fixture->account, "Acme");
  g_autofree char *link = fixture_create_link (fixture, fixture->video, brand, 0);
  g_autofree char *string = fixture_link_string (fixture, link);
  g_autofree char *code_string = fixture_code_string (fixture, code);
  g_autofree char *grant = NULL;

  assert_preview (fixture, NULL, "#nothing", FALSE, SPARK_ERROR_CODE_UNKNOWN);
  assert_preview (fixture, NULL, string, FALSE, -1);
  assert_preview (fixture, acme, string, FALSE, -1);
  g_assert_cmpint (fixture_link_state (fixture, link), ==, SPARK_LINK_STATE_OPEN);

  grant = fixture_redeem (fixture, acme, string, NULL);
  assert_preview (fixture, NULL, string, FALSE, SPARK_ERROR_LINK_USED);
  assert_preview (fixture, acme, string, TRUE, -1);
  assert_preview (fixture, nord, string, FALSE, SPARK_ERROR_LINK_USED);
  assert_preview (fixture, nord, code_string, FALSE, -1);
  fixture->now += 7 * SPARK_DAY_MS;
  assert_preview (fixture, nord, code_string, FALSE, SPARK_ERROR_CODE_EXPIRED);
  g_assert_cmpuint (fixture_count_events (fixture, SPARK_EVENT_REDEMPTION_REFUSED), ==, 0);
}

/* --- asking to extend --- */

static gboolean
run_ask (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;

  return spark_ledger_request_extension (tx, act->one, act->two, act->days, error);
}

static void
assert_ask (Fixture *fixture, const char *advertiser, const char *grant, guint days, int refusal)
{
  g_auto (Act) act = { .one = advertiser, .two = grant, .days = days };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (fixture_run (fixture, run_ask, &act, &error), ==, refusal < 0);
  g_assert_cmpint (error != NULL ? error->code : -1, ==, refusal);
}

static gboolean
run_revoke (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_revoke (tx, &creator, ((Act *)data)->one, NULL, error);
}

static void
test_ask (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *nord = fixture_add_advertiser (fixture, "Nord");
  g_autofree char *code = fixture_generate (fixture, fixture->video, 7);
  g_autofree char *string = fixture_code_string (fixture, code);
  g_autofree char *grant = fixture_redeem (fixture, acme, string, NULL);
  g_autofree char *event = NULL;

  assert_ask (fixture, nord, grant, 30, SPARK_ERROR_NOT_FOUND);
  assert_ask (fixture, acme, "1.999", 30, SPARK_ERROR_NOT_FOUND);
  assert_ask (fixture, acme, grant, 31, SPARK_ERROR_INVALID_PERIOD);
  assert_ask (fixture, acme, grant, 0, SPARK_ERROR_INVALID_PERIOD);
  g_assert_cmpuint (fixture_count_events (fixture, SPARK_EVENT_EXTENSION_REQUESTED), ==, 0);

  assert_ask (fixture, acme, grant, 30, -1);
  event = fixture_newest_event (fixture, SPARK_EVENT_EXTENSION_REQUESTED);
  g_assert_cmpstr (event, ==, "brand: Acme, no reason, 0, 30");
  fixture->now += SPARK_DAY_MS - 1;
  assert_ask (fixture, acme, grant, 60, SPARK_ERROR_TOO_MANY_REQUESTS);
  fixture->now += 1;
  assert_ask (fixture, acme, grant, 60, -1);
  /* A clock that was ahead then, and is set right. */
  fixture->now -= SPARK_DAY_MS;
  assert_ask (fixture, acme, grant, 60, -1);
  assert_ask (fixture, acme, grant, 60, SPARK_ERROR_TOO_MANY_REQUESTS);
  fixture->now += SPARK_DAY_MS;

  /* What has expired may be asked for; what was revoked may not. */
  fixture->now += 7 * SPARK_DAY_MS;
  fixture_expire (fixture);
  g_assert_cmpint (fixture_grant_state (fixture, grant), ==, SPARK_GRANT_STATE_EXPIRED);
  assert_ask (fixture, acme, grant, 7, -1);
  g_assert_cmpuint (fixture_count_events (fixture, SPARK_EVENT_EXTENSION_REQUESTED), ==, 4);
}

static void
test_ask_after_revoke (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *code = fixture_generate (fixture, fixture->video, 7);
  g_autofree char *string = fixture_code_string (fixture, code);
  g_autofree char *grant = fixture_redeem (fixture, acme, string, NULL);
  g_auto (Act) revoke = { .one = grant };

  g_assert_true (fixture_run (fixture, run_revoke, &revoke, NULL));
  assert_ask (fixture, acme, grant, 30, SPARK_ERROR_GRANT_ENDED);
}

/* --- the list --- */

typedef struct
{
  guint count;
  SparkGrantState state;
  gint64 asked_at;
} Seen;

static gboolean
see (const SparkBrandPost *post, gpointer data)
{
  Seen *seen = data;

  seen->count++;
  seen->state = post->grant.state;
  seen->asked_at = post->extension_asked_at;
  return TRUE;
}

static void
test_posts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (fixture, "Acme");
  g_autofree char *code = fixture_generate (fixture, fixture->video, 7);
  g_autofree char *string = fixture_code_string (fixture, code);
  g_autofree char *grant = fixture_redeem (fixture, acme, string, NULL);
  g_auto (Act) revoke = { .one = grant };
  Seen seen = { 0 };
  guint total;
  SparkTx *tx;

  assert_ask (fixture, acme, grant, 30, -1);
  g_assert_true (fixture_run (fixture, run_revoke, &revoke, NULL));
  tx = spark_store_read_begin (fixture->store, NULL);
  g_assert_true (spark_read_brand_posts (tx, acme, 1, 10, &total, see, &seen, NULL));
  g_assert_cmpuint (total, ==, 1);
  g_assert_cmpuint (seen.count, ==, 1);
  g_assert_cmpint (seen.state, ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (seen.asked_at, ==, fixture->now);
  seen.count = 0;
  g_assert_true (spark_read_brand_posts (tx, acme, 2, 10, &total, see, &seen, NULL));
  g_assert_cmpuint (seen.count, ==, 0);
  g_assert_true (spark_read_brand_posts (tx, "7", 1, 10, &total, see, &seen, NULL));
  g_assert_cmpuint (total, ==, 0);
  spark_store_read_end (tx);
}

/* --- what is handed out sealed --- */

static void
assert_unseal (Fixture *fixture, const char *purpose, const char *sealed, const char *expected)
{
  SparkTx *tx = spark_store_read_begin (fixture->store, NULL);
  g_autofree char *text = spark_tx_unseal (tx, purpose, sealed);

  spark_store_read_end (tx);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_seal (Fixture *fixture, gconstpointer data)
{
  SparkTx *tx = spark_store_read_begin (fixture->store, NULL);
  g_autofree char *sealed = spark_tx_seal (tx, "redeem", "a\nb é", fixture->now + 1000);
  g_autofree char *again = spark_tx_seal (tx, "redeem", "a\nb é", fixture->now + 1000);

  spark_store_read_end (tx);
  g_assert_cmpstr (sealed, !=, again);
  assert_unseal (fixture, "redeem", sealed, "a\nb é");
  assert_unseal (fixture, "cover", sealed, NULL);
  assert_unseal (fixture, "redeem", NULL, NULL);
  assert_unseal (fixture, "redeem", "", NULL);
  assert_unseal (fixture, "redeem", "!", NULL);
  for (gsize i = 0; i < strlen (sealed); i++)
    {
      g_autofree char *changed = g_strdup (sealed);

      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      assert_unseal (fixture, "redeem", changed, NULL);
    }
  fixture->now += 1000;
  assert_unseal (fixture, "redeem", sealed, NULL);
}

#define add(path, function)                                                                        \
  g_test_add ("/ledger/brand-page/" path, Fixture, NULL, fixture_set_up, function,                 \
              fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("sign-in", test_sign_in);
  add ("sign-in/again", test_sign_in_again);
  add ("sign-in/repeated", test_sign_in_repeated);
  add ("sign-in/unknown", test_sign_in_unknown);
  add ("invitation", test_invitation);
  add ("oldest-ends", test_oldest_ends);
  add ("oldest-ends/alone", test_oldest_ends_alone);
  add ("oldest-left-behind", test_oldest_left_behind);
  add ("preview", test_preview);
  add ("ask", test_ask);
  add ("ask/after-revoke", test_ask_after_revoke);
  add ("posts", test_posts);
  add ("seal", test_seal);
  return g_test_run ();
}
