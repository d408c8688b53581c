/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>

#include "ledger-fixture.h"
#include "server/store/spark-tx.h"

#define RACERS 16

static void
test_first_redemption (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *again = fixture_redeem (self, acme, string, NULL);
  SparkAuthorization authorization = fixture_authorization (self, self->video);

  g_assert_cmpstr (grant, ==, again);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_IN_USE);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, self->now + 30 * SPARK_DAY_MS);
  g_assert_cmpint (authorization.state, ==, SPARK_AUTHORIZATION_IN_USE);
  g_assert_cmpuint (authorization.grants, ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_AUTHORIZED), ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_ADVERTISER_NEW), ==, 1);
  g_assert_cmpuint (fixture_count_posts (self, acme), ==, 1);
}

static void
test_several_brands (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *first = fixture_redeem (self, acme, string, NULL);
  g_autofree char *second = fixture_redeem (self, nord, string, NULL);

  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (fixture_authorization (self, self->video).grants, ==, 2);
}

typedef struct
{
  const char *string;
  const char *code;
  const char *video;
} Move;

static gboolean
move_string (SparkTx *tx, gpointer data, GError **error)
{
  const Move *move = data;
  g_autoptr (GBytes) secret = NULL;
  gint64 account, code, video;

  g_assert_true (spark_id_parse (move->code, &account, &code)
                 && spark_id_parse (move->video, &account, &video));
  return spark_tx_keep_string (tx, account, SPARK_KIND_CODE, code, video, move->string, &secret,
                               error);
}

/* Where a string led before is known until it is made to lead elsewhere: it leads where it leads now,
 * also when nothing is there any more where it led. */
static void
test_moved_string (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *first = fixture_redeem (self, acme, string, NULL);
  g_autofree char *other = fixture_add_account (self, SPARK_PLATFORM_SANDBOX);
  g_autofree char *video = fixture_add_video (self, other, "7100000000000000099");
  g_autofree char *another = fixture_generate (self, video, 30);
  g_autofree char *begin = g_strconcat (other, ".", NULL);
  g_autofree char *second = NULL, *third = NULL;

  g_assert_true (fixture_run (self, move_string, &(Move){ string, another, video }, NULL));
  second = fixture_redeem (self, nord, string, NULL);
  g_assert_true (g_str_has_prefix (second, begin));
  g_assert_false (g_str_has_prefix (first, begin));
  third = fixture_redeem (self, acme, string, NULL);
  g_assert_true (g_str_has_prefix (third, begin));
  g_assert_cmpuint (fixture_authorization (self, self->video).grants, ==, 1);
  g_assert_cmpuint (fixture_authorization (self, video).grants, ==, 2);
}

static gboolean
revoke_grant (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_revoke (tx, &creator, data, "Not agreed", error);
}

typedef struct
{
  const char *grant;
  char *result;
} Again;

static gboolean
give_again (SparkTx *tx, gpointer data, GError **error)
{
  Again *again = data;

  return spark_ledger_give_again (tx, &creator, again->grant, &again->result, error);
}

static void
test_revoke_and_give_again (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *other = fixture_redeem (self, nord, string, NULL);
  g_autofree char *refused = NULL;
  g_autofree char *existing = NULL;
  g_autoptr (GError) refusal = NULL;
  Again again = { grant, NULL };

  g_assert_true (fixture_run (self, revoke_grant, grant, NULL));
  g_assert_true (fixture_run (self, revoke_grant, grant, NULL));
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (fixture_grant_state (self, other), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpuint (fixture_count_posts (self, acme), ==, 0);
  g_assert_cmpuint (fixture_count_posts (self, nord), ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_REVOKED), ==, 1);
  refused = fixture_redeem (self, acme, string, &refusal);
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED);

  g_assert_true (fixture_run (self, give_again, &again, NULL));
  g_assert_cmpstr (again.result, !=, grant);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (fixture_grant_state (self, again.result), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpuint (fixture_count_posts (self, acme), ==, 1);
  existing = fixture_redeem (self, acme, string, NULL);
  g_assert_cmpstr (existing, ==, again.result);
  g_free (again.result);
}

static gboolean
delete_code (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_delete_code (tx, &creator, data, error);
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 7);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *who = NULL;
  g_autoptr (GError) refusal = NULL;

  g_assert_null (fixture_redeem (self, nord, "#Sparkboxnone", &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
  g_clear_error (&refusal);

  g_assert_true (fixture_run (self, delete_code, code, NULL));
  g_assert_null (fixture_redeem (self, nord, string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_DELETED);
  g_clear_error (&refusal);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);

  /* One event an hour for a brand, a code and a reason. */
  g_assert_null (fixture_redeem (self, nord, string, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 1);
  who = fixture_newest_actor (self, SPARK_EVENT_REDEMPTION_REFUSED);
  g_assert_cmpstr (who, ==, "Nord");
  self->now += 61 * 60 * 1000;
  g_assert_null (fixture_redeem (self, nord, string, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 2);
}

static void
test_expired (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 7);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autoptr (GError) refusal = NULL;

  self->now += 7 * SPARK_DAY_MS;
  g_assert_null (fixture_redeem (self, nord, string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED);
  g_assert_false (fixture_expire (self));
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_EXPIRED);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_EXPIRED);
  g_assert_cmpint (fixture_authorization (self, self->video).state, ==,
                   SPARK_AUTHORIZATION_EXPIRED);
  g_assert_cmpuint (fixture_authorization (self, self->video).grants, ==, 0);
  fixture_expire (self);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_EXPIRED), ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CODE_EXPIRED), ==, 1);
}

static void
test_link (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *other_brand = fixture_add_brand (self, self->account, "Nord");
  g_autofree char *link
      = fixture_create_link (self, self->video, brand, self->now + 10 * SPARK_DAY_MS);
  g_autofree char *other = fixture_create_link (self, self->video, other_brand, 0);
  g_autofree char *string = fixture_link_string (self, link);
  g_autofree char *other_string = fixture_link_string (self, other);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme EU");
  g_autofree char *second = fixture_add_advertiser (self, "Acme US");
  g_autofree char *grant = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) refusal = NULL;

  g_assert_cmpuint (fixture_authorization (self, self->video).links, ==, 2);
  grant = fixture_redeem (self, acme, string, NULL);
  again = fixture_redeem (self, acme, string, NULL);
  g_assert_cmpstr (grant, ==, again);
  g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, self->now + 10 * SPARK_DAY_MS);
  g_assert_cmpint (fixture_link_state (self, link), ==, SPARK_LINK_STATE_REDEEMED);
  g_assert_cmpuint (fixture_authorization (self, self->video).links, ==, 1);
  g_assert_null (fixture_redeem (self, second, string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_LINK_USED);
  g_clear_error (&refusal);

  /* The ad account is Acme's now; a link for Nord is not for it. */
  g_free (fixture_add_video (self, self->account, "7123456789012345679"));
  g_assert_true (fixture_run (self, revoke_grant, grant, NULL));
  g_assert_null (fixture_redeem (self, acme, other_string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED);
}

static void
test_link_for_other_brand (Fixture *self, gconstpointer data)
{
  g_autofree char *video = fixture_add_video (self, self->account, "7123456789012345679");
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *second_code = fixture_generate (self, video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *nord_brand = fixture_add_brand (self, self->account, "Nord");
  g_autofree char *link = fixture_create_link (self, video, nord_brand, 0);
  g_autofree char *link_string = fixture_link_string (self, link);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autoptr (GError) refusal = NULL;

  g_assert_null (fixture_redeem (self, acme, link_string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_LINK_FOR_OTHER_BRAND);
  g_assert_cmpint (fixture_link_state (self, link), ==, SPARK_LINK_STATE_OPEN);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 1);
}

static gboolean
withdraw (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_withdraw_link (tx, &creator, data, error);
}

static void
test_withdrawn_link (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *link = fixture_create_link (self, self->video, brand, 0);
  g_autofree char *string = fixture_link_string (self, link);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autoptr (GError) refusal = NULL;

  g_assert_true (fixture_run (self, withdraw, link, NULL));
  g_assert_null (fixture_redeem (self, acme, string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_LINK_WITHDRAWN);
}

/* Many ad accounts press at once; exactly one wins, and the others are told why. */
typedef struct
{
  Fixture *fixture;
  pthread_barrier_t *start;
  const char *string;
  char *advertiser;
  char *grant;
  GError *refusal;
} Racer;

static void *
race (void *data)
{
  Racer *racer = data;

  pthread_barrier_wait (racer->start);
  racer->grant = fixture_redeem (racer->fixture, racer->advertiser, racer->string, &racer->refusal);
  return NULL;
}

static void
test_race (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *link = fixture_create_link (self, self->video, brand, 0);
  g_autofree char *string = fixture_link_string (self, link);
  pthread_barrier_t start;
  pthread_t threads[RACERS];
  Racer racers[RACERS] = { 0 };
  guint winners = 0;

  pthread_barrier_init (&start, NULL, RACERS);
  for (guint i = 0; i < RACERS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Acme %u", i);

      racers[i] = (Racer){ self, &start, string, fixture_add_advertiser (self, name), NULL, NULL };
    }
  for (guint i = 0; i < RACERS; i++)
    pthread_create (&threads[i], NULL, race, &racers[i]);
  for (guint i = 0; i < RACERS; i++)
    {
      pthread_join (threads[i], NULL);
      winners += racers[i].grant != NULL;
      if (racers[i].grant == NULL)
        g_assert_error (racers[i].refusal, SPARK_ERROR, SPARK_ERROR_LINK_USED);
      g_free (racers[i].advertiser);
      g_free (racers[i].grant);
      g_clear_error (&racers[i].refusal);
    }
  pthread_barrier_destroy (&start);
  g_assert_cmpuint (winners, ==, 1);
  g_assert_cmpuint (fixture_authorization (self, self->video).grants, ==, 1);
}

static gboolean
unbind (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_unbind (tx, data, "7123456789012345678", error);
}

static void
test_unbind (Fixture *self, gconstpointer data)
{
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (self, unbind, acme, NULL));
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_UNBOUND);
  g_assert_cmpuint (fixture_count_posts (self, acme), ==, 0);
  g_assert_false (fixture_run (self, unbind, acme, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  again = fixture_redeem (self, acme, string, NULL);
  g_assert_cmpstr (again, !=, grant);
}

static void
set_up_portal (Fixture *self, gconstpointer data)
{
  fixture_set_up (self, data);
  self->in_portal = TRUE;
}

#define ADD(path, func)                                                                            \
  g_test_add ("/redeem/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down);            \
  g_test_add ("/redeem/" path "/portal", Fixture, NULL, set_up_portal, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("first", test_first_redemption);
  ADD ("several-brands", test_several_brands);
  ADD ("moved-string", test_moved_string);
  ADD ("revoke-and-give-again", test_revoke_and_give_again);
  ADD ("refusals", test_refusals);
  ADD ("expired", test_expired);
  ADD ("link", test_link);
  ADD ("link-for-other-brand", test_link_for_other_brand);
  ADD ("withdrawn-link", test_withdrawn_link);
  ADD ("race", test_race);
  ADD ("unbind", test_unbind);
  return g_test_run ();
}
