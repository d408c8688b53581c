/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>

#include "ledger-acts.h"

#define RACERS 64

static void
test_rules (Fixture *self, gconstpointer data)
{
  g_autofree char *brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *code = NULL;
  g_autofree char *link = NULL;
  g_autofree char *string = NULL;
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autoptr (GError) error = NULL;
  gint64 end = self->now + 30 * SPARK_DAY_MS;

  g_assert_null (act_create_link (self, self->video, brand, 0, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_MISSING);
  g_clear_error (&error);
  code = act_generate (self, self->video, 30, NULL);
  g_assert_null (act_create_link (self, self->video, brand, self->now, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
  g_clear_error (&error);
  g_assert_null (act_create_link (self, self->video, brand, end + 1, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
  g_clear_error (&error);
  g_assert_null (act_create_link (self, self->video, "1.9999", 0, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);

  link = act_create_link (self, self->video, brand, self->now + 1000, NULL);
  string = fixture_link_string (self, link);
  g_assert_true (spark_code_is_sparkbox (string));
  self->now += 1000;
  g_assert_null (fixture_redeem (self, acme, string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_LINK_EXPIRED);
  g_clear_error (&error);
  fixture_expire (self);
  g_assert_cmpint (fixture_link_state (self, link), ==, SPARK_LINK_STATE_EXPIRED);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_LINK_EXPIRED), ==, 1);
  act_withdraw (self, link, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_LINK_EXPIRED);
}

static void
test_withdraw (Fixture *self, gconstpointer data)
{
  g_autofree char *brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *link = act_create_link (self, self->video, brand, 0, NULL);
  g_autofree char *used = act_create_link (self, self->video, brand, 0, NULL);
  g_autofree char *string = fixture_link_string (self, used);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autoptr (GError) error = NULL;

  act_withdraw (self, link, NULL);
  act_withdraw (self, link, NULL);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_LINK_WITHDRAWN), ==, 1);
  act_withdraw (self, used, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_LINK_USED);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
}

/* Also who has access by the code is refused another brand's link, and it stays for that brand. */
static void
test_other_brand (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *code_string = fixture_code_string (self, code);
  g_autofree char *brand = fixture_add_brand (self, self->account, "Nord");
  g_autofree char *link = act_create_link (self, self->video, brand, 0, NULL);
  g_autofree char *string = fixture_link_string (self, link);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, code_string, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture_redeem (self, acme, string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_LINK_FOR_OTHER_BRAND);
  g_assert_cmpint (fixture_link_state (self, link), ==, SPARK_LINK_STATE_OPEN);
  g_free (fixture_redeem (self, nord, string, NULL));
}

/* What was agreed with one brand is extended for that one alone, and from then on with the code. */
static void
test_agreed (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *acme_brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *nord_brand = fixture_add_brand (self, self->account, "Nord");
  gint64 agreed = self->now + 5 * SPARK_DAY_MS;
  g_autofree char *acme_link = act_create_link (self, self->video, acme_brand, agreed, NULL);
  g_autofree char *nord_link = act_create_link (self, self->video, nord_brand, agreed, NULL);
  g_autofree char *acme_string = fixture_link_string (self, acme_link);
  g_autofree char *nord_string = fixture_link_string (self, nord_link);
  g_autofree char *acme_advertiser = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord_advertiser = fixture_add_advertiser (self, "Nord");
  g_autofree char *acme = fixture_redeem (self, acme_advertiser, acme_string, NULL);
  g_autofree char *nord = fixture_redeem (self, nord_advertiser, nord_string, NULL);
  g_autofree char *other_video = fixture_add_video (self, self->account, "7123456789012345671");
  g_autofree char *other = act_generate (self, other_video, 30, NULL);
  g_autoptr (GError) error = NULL;

  act_extend_agreed (self, other, acme, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  act_extend_agreed (self, code, acme, NULL);
  act_extend_agreed (self, code, acme, NULL);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_EXTENDED), ==, 1);
  g_assert_cmpint (fixture_grant_ends_at (self, acme), ==, fixture_code_ends_at (self, code));
  act_extend (self, code, 60, NULL);
  g_assert_cmpint (fixture_grant_ends_at (self, acme), ==, fixture_code_ends_at (self, code));
  g_assert_cmpint (fixture_grant_ends_at (self, nord), ==, agreed);

  self->now = agreed + SPARK_DAY_MS;
  act_extend_agreed (self, code, nord, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED);
}

/* Also to another day that is agreed: the code may have to be extended first to reach it. */
static void
test_agreed_until (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *advertiser = fixture_add_advertiser (self, "Acme");
  g_autofree char *grant = fixture_redeem (self, advertiser, string, NULL);
  gint64 first = fixture_code_ends_at (self, code), agreed = first + 5 * SPARK_DAY_MS;
  g_autoptr (GError) error = NULL;

  act_extend_until (self, code, grant, first - SPARK_DAY_MS, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
  g_clear_error (&error);
  act_extend_until (self, code, grant, self->now, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_EXTENDED), ==, 0);

  act_extend_until (self, code, grant, agreed, NULL);
  g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, first);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_EXTENDED), ==, 1);
  act_extend (self, code, 7, NULL);
  g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, agreed);
  act_extend (self, code, 7, NULL);
  g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, agreed);
  act_extend_until (self, code, grant, agreed + SPARK_DAY_MS, NULL);
  g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, agreed + SPARK_DAY_MS);
  /* What was agreed later than the code ended counts no more once another thing was. */
  act_extend_until (self, code, grant, fixture_code_ends_at (self, code) + SPARK_DAY_MS, NULL);
  act_extend_agreed (self, code, grant, NULL);
  act_extend (self, code, 60, NULL);
  g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, fixture_code_ends_at (self, code));
}

/* --- the race --- */

typedef struct
{
  Fixture *fixture;
  pthread_barrier_t *start;
  char *string;
  char *advertiser;
  char *grant;
  GError *refusal;
} Racer;

static void *
run_racer (void *data)
{
  Racer *racer = data;

  pthread_barrier_wait (racer->start);
  racer->grant = fixture_redeem (racer->fixture, racer->advertiser, racer->string, &racer->refusal);
  return NULL;
}

/* Round after round, many ad accounts press one link at once: one wins, the others are told why. */
static void
test_race (Fixture *self, gconstpointer data)
{
  char *advertisers[RACERS];

  for (int i = 0; i < RACERS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Racer %d", i);

      advertisers[i] = fixture_add_advertiser (self, name);
    }
  for (int round = 0; round < 4; round++)
    {
      g_autofree char *item = g_strdup_printf ("712345678901234%04d", round);
      g_autofree char *account = fixture_add_account (self, SPARK_PLATFORM_SANDBOX);
      g_autofree char *video = fixture_add_video (self, account, item);
      g_autofree char *code = act_generate (self, video, 30, NULL);
      g_autofree char *brand = fixture_add_brand (self, account, "Acme");
      g_autofree char *link = act_create_link (self, video, brand, 0, NULL);
      g_autofree char *string = fixture_link_string (self, link);
      pthread_barrier_t start;
      pthread_t threads[RACERS];
      Racer racers[RACERS];
      int winners = 0;

      pthread_barrier_init (&start, NULL, RACERS);
      for (int i = 0; i < RACERS; i++)
        {
          racers[i] = (Racer){ self, &start, string, advertisers[i], NULL, NULL };
          g_assert_cmpint (pthread_create (&threads[i], NULL, run_racer, &racers[i]), ==, 0);
        }
      for (int i = 0; i < RACERS; i++)
        {
          pthread_join (threads[i], NULL);
          winners += racers[i].grant != NULL;
          if (racers[i].grant == NULL)
            g_assert_error (racers[i].refusal, SPARK_ERROR, SPARK_ERROR_LINK_USED);
          g_clear_error (&racers[i].refusal);
          g_free (racers[i].grant);
        }
      pthread_barrier_destroy (&start);
      g_assert_cmpint (winners, ==, 1);
      g_assert_cmpint (fixture_link_state (self, link), ==, SPARK_LINK_STATE_REDEEMED);
      g_assert_cmpuint (fixture_authorization (self, video).grants, ==, 1);
    }
  for (int i = 0; i < RACERS; i++)
    g_free (advertisers[i]);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/links/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("rules", test_rules);
  ADD ("withdraw", test_withdraw);
  ADD ("other-brand", test_other_brand);
  ADD ("agreed", test_agreed);
  ADD ("agreed-until", test_agreed_until);
  ADD ("race", test_race);
  return g_test_run ();
}
