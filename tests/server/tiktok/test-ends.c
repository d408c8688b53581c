/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "world.h"

/*
 * When a video can be given up, and when a code be deleted, TikTok's sources do not agree. Under
 * each behaviour an access ends in the end, and until then nothing says that it has.
 */
#define UNBIND     "tt_video/unbind/"
#define TIMEOUT_MS 5000
#define SOME       6
#define MANY       40

typedef struct
{
  Unbind unbind;
  Deletion deletion;
} Behaviour;

/* The problem that the creator is told of; NULL: none */
static gboolean
find_problem (const SparkGrant *grant, gpointer data)
{
  char **problem = data;

  g_free (*problem);
  *problem = g_strdup (grant->problem);
  return TRUE;
}

/* Of the account's only grant. (transfer full) */
static char *
get_problem (World *self)
{
  const gint64 accounts[] = { self->number };
  const SparkObjectQuery query
      = { .scope = { .accounts = accounts, .n_accounts = 1 }, .state = -1, .type = -1 };
  SparkPage page = { .limit = 10 };
  char *problem = NULL;
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);

  g_assert_true (spark_read_grants (tx, &query, &page, find_problem, &problem, NULL));
  spark_store_read_end (tx);
  g_free (page.next);
  return problem;
}

static World *
begin (const Behaviour *as)
{
  World *self = world_new (TIMEOUT_MS);

  double_behave (self->tiktok, as->unbind, as->deletion);
  return self;
}

/* All is as it is at TikTok, and nothing is left to do. */
static void
end (World *self)
{
  g_assert_true (world_is_idle (self));
  world_look (self);
  world_audit (self);
  world_free (self);
}

/* The brand's ads are paused and nothing else is so yet. */
static void
check_waits (World *self, const char *grant)
{
  g_autofree char *problem = get_problem (self);

  g_assert_false (world_is_idle (self));
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_REVOKING);
  g_assert_cmpstr (problem, ==, "platform_waiting");
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_REVOKED), ==, 0);
  g_assert_true (double_is_bound (self->tiktok, 0, 0));
  g_assert_cmpuint (double_asked (self->tiktok, UNBIND), >, 0);
  g_assert_cmpuint (double_done (self->tiktok, UNBIND), ==, 0);
}

static void
check_revoked (World *self, const char *grant)
{
  g_autofree char *problem = get_problem (self);

  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_null (problem);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_REVOKED), ==, 1);
  g_assert_false (double_is_bound (self->tiktok, 0, 0));
}

/* A brand that redeemed a link and runs ads. */
static char *
end_access (World *self, const Behaviour *as)
{
  char *grant = world_give_access (self);

  double_start_ad (self->tiktok, 0, 0);
  double_start_ad (self->tiktok, 0, 0);
  world_look (self);
  act_revoke (&self->base, grant, NULL, NULL);
  world_work (self, SOME);
  g_assert_cmpuint (double_ads (self->tiktok, 0, 0), ==, 0);
  if (as->unbind == UNBIND_UNUSED)
    {
      check_revoked (self, grant);
      g_assert_cmpuint (double_done (self->tiktok, UNBIND), ==, 1);
    }
  else
    check_waits (self, grant);
  return grant;
}

static void
test_with_the_code (gconstpointer data)
{
  const Behaviour *as = data;
  World *self = begin (as);
  g_autofree char *grant = end_access (self, as);

  /* As TikTok tells it; its time is over by the clock as well. */
  self->base.now = double_post (self->tiktok, 0).ends_at + SPARK_DAY_MS;
  world_work (self, MANY);
  check_revoked (self, grant);
  fixture_expire (&self->base);
  check_revoked (self, grant);
  end (self);
}

/* What paused ads hold or not: deleting the code ends it, or their brand has to delete them first.
 * Whoever was given up holds nothing any more. */
static void
go_on_once_ads_are_gone (World *self, const Behaviour *as, const char *grant, SparkEventType type)
{
  g_autofree char *code = world_code (self, 0);

  world_work (self, SOME);
  if (as->unbind == UNBIND_ENDED && as->deletion == DELETION_GONE)
    {
      check_waits (self, grant);
      g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_IN_USE);
      g_assert_cmpuint (fixture_count_events (&self->base, type), ==, 0);
      g_assert_true (double_post (self->tiktok, 0).exists);
      double_delete_ads (self->tiktok, 0);
    }
  world_work (self, MANY);
  check_revoked (self, grant);
  g_assert_false (double_post (self->tiktok, 0).exists);
  g_assert_cmpuint (fixture_count_events (&self->base, type), ==, 1);
}

static void
test_by_deleting (gconstpointer data)
{
  const Behaviour *as = data;
  World *self = begin (as);
  g_autofree char *grant = end_access (self, as);
  g_autofree char *code = world_code (self, 0);

  act_delete_code (&self->base, code, NULL);
  go_on_once_ads_are_gone (self, as, grant, SPARK_EVENT_CODE_DELETED);
  g_assert_cmpuint (double_done (self->tiktok, UNBIND), ==, 1);
  end (self);
}

static void
test_by_turning_off (gconstpointer data)
{
  const Behaviour *as = data;
  World *self = begin (as);
  g_autofree char *grant = end_access (self, as);

  act_turn_off (&self->base, self->videos[0], NULL);
  go_on_once_ads_are_gone (self, as, grant, SPARK_EVENT_AUTHORIZATION_OFF);
  end (self);
}

/* An ad that nobody here may stop: its brand pauses it, which is enough or not. */
static void
test_others_ads (gconstpointer data)
{
  const Behaviour *as = data;
  World *self = begin (as);
  g_autofree char *code = world_make_code (self);

  double_use (self->tiktok, 1, 0);
  double_start_ad (self->tiktok, 1, 0);
  world_look (self);
  act_delete_code (&self->base, code, NULL);
  world_work (self, SOME);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_IN_USE);
  g_assert_cmpuint (double_ads (self->tiktok, 1, 0), ==, 1);
  double_stop_ads (self->tiktok, 1);
  world_work (self, SOME);
  if (as->deletion == DELETION_GONE)
    {
      g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_IN_USE);
      g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 0);
      double_delete_ads (self->tiktok, 1);
      world_work (self, MANY);
    }
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 1);
  end (self);
}

/* (transfer full) */
static char *
get_brand (World *self, const char *grant)
{
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);
  SparkGrant view;
  char *brand;

  g_assert_true (spark_read_grant (tx, grant, &view, NULL));
  brand = g_strdup (view.brand.id);
  spark_store_read_end (tx);
  return brand;
}

/* The brand gives up what it used: that is so when TikTok says it is, and no revoke by the creator.
 */
static void
test_given_up (gconstpointer data)
{
  const Behaviour *as = data;
  World *self = begin (as);
  g_autofree char *grant = world_give_access (self);
  g_autofree char *item = double_item (0);
  g_autofree char *link = NULL;
  g_autofree char *string = NULL;
  g_autofree char *again = NULL;

  act_unbind (&self->base, double_brand (0), item, NULL);
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_REVOKING);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_UNBOUND), ==, 0);
  world_work (self, SOME);
  if (as->unbind == UNBIND_ENDED)
    {
      check_waits (self, grant);
      self->base.now = double_post (self->tiktok, 0).ends_at + SPARK_DAY_MS;
      world_work (self, MANY);
    }
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_UNBOUND);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_UNBOUND), ==, 1);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_REVOKED), ==, 0);
  g_assert_false (double_is_bound (self->tiktok, 0, 0));
  world_look (self);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_AUTHORIZED), ==, 1);
  if (as->unbind == UNBIND_UNUSED)
    {
      g_autofree char *brand = get_brand (self, grant);

      link = act_create_link (&self->base, self->videos[0], brand, 0, NULL);
      string = fixture_link_string (&self->base, link);
      again = fixture_redeem (&self->base, double_brand (0), string, NULL);
      world_work (self, MANY);
      g_assert_cmpint (fixture_grant_state (&self->base, again), ==, SPARK_GRANT_STATE_AUTHORIZED);
    }
  end (self);
}

/* A brand that thinks again need not wait until TikTok let it go. */
static void
test_given_up_and_back (gconstpointer data)
{
  const Behaviour *as = data;
  World *self = begin (as);
  g_autofree char *grant = world_give_access (self);
  g_autofree char *item = double_item (0);
  g_autofree char *brand = get_brand (self, grant);
  g_autofree char *link = NULL;
  g_autofree char *string = NULL;
  g_autofree char *again = NULL;

  act_unbind (&self->base, double_brand (0), item, NULL);
  if (as->deletion == DELETION_GONE)
    world_work (self, SOME);
  link = act_create_link (&self->base, self->videos[0], brand, 0, NULL);
  string = fixture_link_string (&self->base, link);
  again = fixture_redeem (&self->base, double_brand (0), string, NULL);
  world_work (self, MANY);
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_UNBOUND);
  g_assert_cmpint (fixture_grant_state (&self->base, again), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_UNBOUND), ==, 1);
  end (self);
}

/* What the brand used outside Sparkbox it may give up here as well. */
static void
test_seen_given_up (gconstpointer data)
{
  const Behaviour *as = data;
  World *self = begin (as);
  g_autofree char *code = world_make_code (self);
  g_autofree char *item = double_item (0);

  double_use (self->tiktok, 0, 0);
  world_look (self);
  act_unbind (&self->base, double_brand (0), item, NULL);
  world_work (self, SOME);
  g_assert_cmpuint (double_asked (self->tiktok, UNBIND), >, 0);
  g_assert_cmpint (double_is_bound (self->tiktok, 0, 0), ==, as->unbind == UNBIND_ENDED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_UNBOUND), ==,
                    as->unbind == UNBIND_ENDED ? 0 : 1);
  self->base.now = double_post (self->tiktok, 0).ends_at + SPARK_DAY_MS;
  world_work (self, MANY);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_UNBOUND), ==, 1);
  end (self);
}

/* The creator has the last word. */
static void
test_given_up_and_revoked (gconstpointer data)
{
  const Behaviour *as = data;
  World *self = begin (as);
  g_autofree char *grant = world_give_access (self);
  g_autofree char *item = double_item (0);
  g_autoptr (GError) error = NULL;

  act_unbind (&self->base, double_brand (0), item, NULL);
  g_assert_null (act_give_again (&self->base, grant, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_NOT_REVOKED);
  act_revoke (&self->base, grant, "no more", NULL);
  act_revoke (&self->base, grant, "no more", NULL);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_REVOKING), ==, 2);
  self->base.now = double_post (self->tiktok, 0).ends_at + SPARK_DAY_MS;
  world_work (self, MANY);
  check_revoked (self, grant);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_UNBOUND), ==, 0);
  end (self);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (gconstpointer data);
  } cases[] = {
    { "with-the-code", test_with_the_code },
    { "by-deleting", test_by_deleting },
    { "by-turning-off", test_by_turning_off },
    { "others-ads", test_others_ads },
    { "given-up", test_given_up },
    { "given-up-and-back", test_given_up_and_back },
    { "seen-given-up", test_seen_given_up },
    { "given-up-and-revoked", test_given_up_and_revoked },
  };
  static const char *const unbinds[] = { "unused", "ended" };
  static const char *const deletions[] = { "paused", "gone" };

  g_test_init (&argc, &argv, NULL);
  for (Unbind unbind = 0; unbind < N_UNBINDS; unbind++)
    for (Deletion deletion = 0; deletion < N_DELETIONS; deletion++)
      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          g_autofree char *name
              = g_strdup_printf ("/tiktok/ends/unbind-%s/deletion-%s/%s", unbinds[unbind],
                                 deletions[deletion], cases[i].name);
          Behaviour *as = g_new (Behaviour, 1);

          *as = (Behaviour){ unbind, deletion };
          g_test_add_data_func_full (name, as, cases[i].run, g_free);
        }
  return g_test_run ();
}
