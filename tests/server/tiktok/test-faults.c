/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "world.h"

#define SETTING   "business/post/authorize/setting/"
#define AUTHORIZE "business/post/authorize/"
#define STATUS    "business/post/authorize/status/"
#define DELETE    "business/post/authorize/delete/"
#define REDEEM    "tt_video/authorize/"
#define LIST      "tt_video/list/"
#define UNBIND    "tt_video/unbind/"
#define ADS       "ad/get/"
#define PAUSE     "ad/status/update/"

/* Where an answer is kept back, and where none is: a busy machine makes no fault of its own. */
#define TIMEOUT_MS 250
#define PATIENT_MS 30000
#define ROUNDS     30

/* --- what is done; each leaves the world as it then must be, whatever went wrong --- */

static void
generate (World *self, const char *path, Fault fault)
{
  g_autofree char *code = NULL;

  double_fail (self->tiktok, path, fault, 1);
  code = world_make_code (self);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  g_assert_cmpuint (double_done (self->tiktok, SETTING), ==, 1);
  g_assert_cmpuint (double_done (self->tiktok, AUTHORIZE), ==, 0);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_GENERATED), ==, 1);
}

static void
extend (World *self, const char *path, Fault fault)
{
  g_autofree char *code = world_make_code (self);
  gint64 end = double_post (self->tiktok, 0).ends_at;

  double_fail (self->tiktok, path, fault, 1);
  act_extend (&self->base, code, 7, NULL);
  world_work (self, ROUNDS);
  g_assert_cmpint (double_post (self->tiktok, 0).ends_at, ==, end + 7 * SPARK_DAY_MS);
  g_assert_cmpuint (double_done (self->tiktok, AUTHORIZE), ==, 1);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_EXTENDED), ==, 1);
}

static void
end_code (World *self, const char *path, Fault fault)
{
  g_autofree char *code = world_make_code (self);

  double_fail (self->tiktok, path, fault, 1);
  act_delete_code (&self->base, code, NULL);
  world_work (self, ROUNDS);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 1);
}

static void
replace (World *self, const char *path, Fault fault)
{
  g_autofree char *code = world_make_code (self);
  g_autofree char *other = NULL;

  double_fail (self->tiktok, path, fault, 1);
  g_free (act_replace (&self->base, code, NULL));
  world_work (self, ROUNDS);
  other = world_code (self, 0);
  g_assert_cmpstr (other, !=, code);
  g_assert_cmpint (fixture_code_state (&self->base, other), ==, SPARK_CODE_STATE_READY);
  g_assert_cmpuint (double_done (self->tiktok, DELETE), ==, 1);
  g_assert_cmpuint (double_done (self->tiktok, SETTING), ==, 2);
}

static void
turn_off (World *self, const char *path, Fault fault)
{
  g_autofree char *grant = world_give_access (self);

  double_use (self->tiktok, 1, 0);
  world_look (self);
  double_fail (self->tiktok, path, fault, 1);
  act_turn_off (&self->base, self->videos[0], NULL);
  world_work (self, ROUNDS);
  g_assert_false (double_is_bound (self->tiktok, 0, 0));
  g_assert_false (double_is_bound (self->tiktok, 1, 0));
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_AUTHORIZATION_OFF), ==, 1);
}

static void
redeem (World *self, const char *path, Fault fault)
{
  g_autofree char *grant = NULL;

  double_fail (self->tiktok, path, fault, 1);
  grant = world_give_access (self);
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpuint (double_done (self->tiktok, REDEEM), ==, 1);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_AUTHORIZED), ==, 1);
}

static void
end_access (World *self, const char *path, Fault fault)
{
  g_autofree char *grant = world_give_access (self);

  double_start_ad (self->tiktok, 0, 0);
  double_start_ad (self->tiktok, 0, 0);
  double_fail (self->tiktok, path, fault, 1);
  act_revoke (&self->base, grant, NULL, NULL);
  world_work (self, ROUNDS);
  g_assert_cmpuint (double_ads (self->tiktok, 0, 0), ==, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_REVOKED), ==, 1);
}

static const struct
{
  const char *name;
  void (*run) (World *self, const char *path, Fault fault);
  const char *paths[5];
} acts[] = {
  { "generate", generate, { SETTING, STATUS } },
  { "extend", extend, { AUTHORIZE, STATUS } },
  { "delete", end_code, { DELETE, STATUS } },
  { "replace", replace, { DELETE, SETTING, STATUS } },
  { "turn-off", turn_off, { SETTING, STATUS } },
  { "redeem", redeem, { REDEEM, LIST } },
  { "revoke", end_access, { UNBIND, LIST, ADS, PAUSE } },
};

typedef struct
{
  guint act;
  const char *path;
} Case;

/* A brand's token is not refreshed: its owner connects again. */
static gboolean
is_lost (const char *path, Fault fault)
{
  return !g_str_has_prefix (path, "business/")
         && (fault == FAULT_TOKEN_EXPIRED || fault == FAULT_TOKEN_REVOKED);
}

static void
test_faults (gconstpointer data)
{
  const Case *which = data;

  for (Fault fault = FAULT_NONE; fault < N_FAULTS; fault++)
    {
      World *self;

      g_test_message ("%s", fault_names[fault]);
      self = world_new (fault_is_silent (fault) ? TIMEOUT_MS : PATIENT_MS);
      self->brands_return = is_lost (which->path, fault);
      acts[which->act].run (self, which->path, fault);
      g_assert_true (world_is_idle (self));
      double_fail (self->tiktok, which->path, FAULT_NONE, 0);
      world_look (self);
      world_audit (self);
      world_free (self);
    }
}

/* Nobody has consented any more: it waits, and goes on once the creator has connected again. */
static void
test_consent_lost (void)
{
  World *self = world_new (PATIENT_MS);
  g_autofree char *code = act_generate (&self->base, self->videos[0], 30, NULL);

  double_set_consent (self->tiktok, FALSE);
  double_fail (self->tiktok, STATUS, FAULT_TOKEN_REVOKED, 1);
  world_work (self, 10);
  g_assert_false (world_is_idle (self));
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_PENDING);
  g_assert_cmpuint (double_done (self->tiktok, SETTING), ==, 0);
  double_set_consent (self->tiktok, TRUE);
  world_connect (self);
  world_work (self, ROUNDS);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  world_audit (self);
  world_free (self);
}

/* TikTok refuses while an ad runs that nobody here may stop; afterwards it is done by itself. */
static void
test_waits_for_ads (void)
{
  World *self = world_new (PATIENT_MS);
  g_autofree char *code = world_make_code (self);

  double_use (self->tiktok, 1, 0);
  double_start_ad (self->tiktok, 1, 0);
  world_look (self);
  act_turn_off (&self->base, self->videos[0], NULL);
  world_work (self, 10);
  g_assert_false (world_is_idle (self));
  g_assert_cmpuint (double_ads (self->tiktok, 1, 0), ==, 1);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_AUTHORIZATION_OFF), ==, 0);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_IN_USE);
  double_stop_ads (self->tiktok, 1);
  world_work (self, ROUNDS);
  g_assert_true (world_is_idle (self));
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_AUTHORIZATION_OFF), ==, 1);
  world_audit (self);
  world_free (self);
}

/* An access was given twice, and the second is being taken away: giving again, by either, ends that. */
static void
test_given_again (void)
{
  World *self = world_new (PATIENT_MS);
  g_autofree char *first = world_give_access (self);
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  act_revoke (&self->base, first, NULL, NULL);
  world_work (self, ROUNDS);
  g_assert_cmpint (fixture_grant_state (&self->base, first), ==, SPARK_GRANT_STATE_REVOKED);
  second = act_give_again (&self->base, first, NULL);
  world_work (self, ROUNDS);
  g_assert_cmpint (fixture_grant_state (&self->base, second), ==, SPARK_GRANT_STATE_AUTHORIZED);
  act_revoke (&self->base, second, NULL, NULL);
  third = act_give_again (&self->base, first, NULL);
  world_work (self, ROUNDS);
  world_look (self);
  g_assert_cmpint (fixture_grant_state (&self->base, second), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (fixture_grant_state (&self->base, third), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_true (double_is_bound (self->tiktok, 0, 0));
  world_audit (self);
  world_free (self);
}

/* TikTok's clock is not ours. */
static void
test_clock_skew (void)
{
  static const gint64 hours[] = { -26, -3, 3, 26 };

  for (guint i = 0; i < G_N_ELEMENTS (hours); i++)
    {
      World *self = world_new (PATIENT_MS);
      g_autofree char *grant = NULL;
      g_autofree char *code = NULL;

      self->skew = hours[i] * 60 * 60 * 1000;
      grant = world_give_access (self);
      code = world_code (self, 0);
      act_extend (&self->base, code, 7, NULL);
      world_work (self, ROUNDS);
      double_use (self->tiktok, 1, 0);
      world_look (self);
      world_audit (self);
      g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
      act_revoke (&self->base, grant, NULL, NULL);
      world_work (self, ROUNDS);
      world_look (self);
      world_audit (self);
      world_free (self);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint act = 0; act < G_N_ELEMENTS (acts); act++)
    for (const char *const *path = acts[act].paths; *path != NULL; path++)
      {
        g_autofree char *what = g_strdelimit (g_strdup (*path), "/", '-');
        g_autofree char *name = g_strdup_printf ("/tiktok/faults/%s/%s", acts[act].name, what);
        Case *which = g_new (Case, 1);

        *which = (Case){ act, *path };
        g_test_add_data_func_full (name, which, test_faults, g_free);
      }
  g_test_add_func ("/tiktok/faults/consent-lost", test_consent_lost);
  g_test_add_func ("/tiktok/faults/clock-skew", test_clock_skew);
  g_test_add_func ("/tiktok/faults/given-again", test_given_again);
  g_test_add_func ("/tiktok/faults/waits-for-ads", test_waits_for_ads);
  return g_test_run ();
}
