/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "ledger-ads.h"
#include "ledger-asked.h"
#include "server/ledger/spark-ledger-connections.h"

typedef struct
{
  char *code;
  char *acme;
  char *brand;
  char *link;
  char *grant;
} Redeemed;

static void
redeemed_clear (Redeemed *self)
{
  g_free (self->code);
  g_free (self->acme);
  g_free (self->brand);
  g_free (self->link);
  g_free (self->grant);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Redeemed, redeemed_clear)

static gboolean
run_connect (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_connect_advertiser (tx, data, "Acme Ads", "a-token-of-the-brand", error);
}

/* An ad account in whose name TikTok can be asked. */
static char *
add_connected (Asked *self)
{
  char *id = fixture_add_advertiser (&self->base, "Acme Ads");
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_connect, id, &error);
  g_assert_no_error (error);
  return id;
}

static Redeemed
redeem_link (Asked *self)
{
  Redeemed made = { .code = asked_make_code (self) };
  g_autofree char *string = NULL;

  made.acme = add_connected (self);
  made.brand = fixture_add_brand (&self->base, self->account, "Acme");
  made.link = act_create_link (&self->base, self->video, made.brand, 0, NULL);
  string = fixture_link_string (&self->base, made.link);
  made.grant = fixture_redeem (&self->base, made.acme, string, NULL);
  return made;
}

static void
test_link (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autofree char *string = fixture_link_string (&self->base, made.link);
  g_autofree char *nord = fixture_add_advertiser (&self->base, "Nord");
  g_autofree char *again = NULL;
  g_autoptr (SparkPlatformTask) task = asked_claim (self, SPARK_TASK_ACT_REDEEM);
  g_autoptr (GError) refusal = NULL;

  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_PENDING);
  g_assert_cmpint (fixture_link_state (&self->base, made.link), ==, SPARK_LINK_STATE_REDEEMING);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_AUTHORIZED), ==, 0);
  g_assert_cmpstr (task->string, ==, ASKED_STRING);
  g_assert_cmpstr (task->advertiser, ==, made.acme);
  /* Held for the one, closed to the others. */
  again = fixture_redeem (&self->base, made.acme, string, NULL);
  g_assert_cmpstr (again, ==, made.grant);
  g_assert_null (fixture_redeem (&self->base, nord, string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_LINK_USED);

  g_assert_true (asked_sent (self, task, 0, NULL));
  asked_post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_PENDING);
  asked_post (self, made.acme, TRUE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpint (fixture_link_state (&self->base, made.link), ==, SPARK_LINK_STATE_REDEEMED);
  g_assert_cmpint (fixture_code_state (&self->base, made.code), ==, SPARK_CODE_STATE_IN_USE);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_AUTHORIZED), ==, 1);
  asked_assert_nothing_due (self);
}

static char *
get_identity (Asked *self, const char *advertiser)
{
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);
  char *identity = g_strdup (spark_read_identity_id (tx, self->number, advertiser));

  spark_store_read_end (tx);
  return identity;
}

/* Its ads are at TikTok: one made in the sandbox says nothing of them. */
static void
test_no_sandbox_ads (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autofree char *identity = get_identity (self, made.acme);
  gint64 campaign = ads_add (&self->base, ads_make_campaign, made.acme, 0);
  AdsMake make = { .advertiser = made.acme, .identity = identity };
  g_autoptr (GError) error = NULL;

  make.parent = ads_add (&self->base, ads_make_adgroup, made.acme, campaign);
  asked_post (self, made.acme, TRUE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_false (fixture_run (&self->base, ads_make_ad, &make, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
  g_assert_cmpint (ads_read_grant (&self->base, made.grant).ads_active, ==, -1);
}

static void
test_link_refused (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autoptr (SparkPlatformTask) task = asked_claim (self, SPARK_TASK_ACT_REDEEM);

  asked_failed (self, task, "code_expired");
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_FAILED);
  g_assert_cmpint (fixture_link_state (&self->base, made.link), ==, SPARK_LINK_STATE_OPEN);
  asked_assert_nothing_due (self);
}

/* TikTok is asked in an ad account's name, or not at all. */
static void
test_link_unconnected (Asked *self, gconstpointer data)
{
  g_autofree char *code = asked_make_code (self);
  g_autofree char *brand = fixture_add_brand (&self->base, self->account, "Acme");
  g_autofree char *nord = fixture_add_advertiser (&self->base, "Nord");
  g_autofree char *acme = NULL;
  g_autofree char *link = NULL;
  g_autofree char *string = NULL;
  g_autoptr (GError) refusal = NULL;

  acme = add_connected (self);
  link = act_create_link (&self->base, self->video, brand, 0, NULL);
  string = fixture_link_string (&self->base, link);
  g_assert_null (fixture_redeem (&self->base, nord, string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT);
  g_assert_cmpint (fixture_link_state (&self->base, link), ==, SPARK_LINK_STATE_OPEN);
  g_free (fixture_redeem (&self->base, acme, string, NULL));
  g_assert_cmpint (fixture_link_state (&self->base, link), ==, SPARK_LINK_STATE_REDEEMING);
}

/* The code itself is redeemed at TikTok alone. */
static void
test_code_unknown_here (Asked *self, gconstpointer data)
{
  g_autofree char *code = asked_make_code (self);
  g_autofree char *acme = fixture_add_advertiser (&self->base, "Acme Ads");
  g_autoptr (GError) refusal = NULL;

  g_assert_null (fixture_redeem (&self->base, acme, ASKED_STRING, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
}

static void
test_seen (Asked *self, gconstpointer data)
{
  g_autofree char *code = asked_make_code (self);
  g_autofree char *acme = fixture_add_advertiser (&self->base, "Acme");
  g_autofree char *event = NULL;
  SparkPlatformStatus used = asked_ready (self, self->base.now + 30 * SPARK_DAY_MS);

  asked_post (self, acme, TRUE, self->base.now);
  asked_post (self, acme, TRUE, self->base.now);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, 1);
  event = fixture_newest_event (&self->base, SPARK_EVENT_GRANT_AUTHORIZED);
  g_assert_cmpstr (event, ==, "brand: Acme, no reason, 0, 0");
  /* It is known who used it. */
  used.used = TRUE;
  asked_status (self, NULL, &used);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_USED), ==, 0);
  /* The brand gives it up, and uses it again. */
  self->base.now += 1000;
  asked_post (self, acme, FALSE, 0);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, 0);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_UNBOUND), ==, 1);
  asked_post (self, acme, TRUE, self->base.now);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, 1);
}

/* The creator said who it was; then the brand's ad account lists it. */
static void
test_seen_after_noted (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autofree char *noted = NULL;
  g_autofree char *again = NULL;
  g_autofree char *other = NULL;
  gint64 bound_at;
  guint open;

  asked_post (self, made.acme, TRUE, self->base.now);
  for (guint confirmed = 0; confirmed < 2; confirmed++)
    {
      self->base.now += 1000;
      asked_post (self, made.acme, FALSE, 0);
      open = fixture_authorization (&self->base, self->video).grants;
      g_free (noted);
      self->base.now += 1000;
      bound_at = self->base.now;
      self->base.now += 1000;
      noted = act_note_grant (&self->base, self->video, made.brand, NULL, 0, NULL);
      asked_post (self, made.acme, TRUE, bound_at);
      /* As long as it is not sure whose ad account it is, it may be another's. */
      g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==,
                        open + (confirmed == 0 ? 2 : 1));
      if (confirmed == 1)
        break;
      act_confirm (&self->base, made.brand, made.acme, NULL);
      act_revoke (&self->base, noted, NULL, NULL);
    }
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_AUTHORIZED), ==, 2);
  /* From then on it is what the ad account lists. */
  self->base.now += 1000;
  asked_post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, noted), ==, SPARK_GRANT_STATE_UNBOUND);

  /* What was noted before it was used may have been of somebody else. */
  again = act_note_grant (&self->base, self->video, made.brand, NULL, 0, NULL);
  self->base.now += 1000;
  asked_post (self, made.acme, TRUE, self->base.now);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, open + 2);
  self->base.now += 1000;
  asked_post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, again), ==, SPARK_GRANT_STATE_AUTHORIZED);

  /* Of two it is not known which one it is. */
  other = act_note_grant (&self->base, self->video, made.brand, NULL, 0, NULL);
  asked_post (self, made.acme, TRUE, self->base.now - 5000);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, open + 3);
}

/* --- ends --- */

static void
test_revoke (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autoptr (SparkPlatformTask) redeem = asked_claim (self, SPARK_TASK_ACT_REDEEM);
  g_autoptr (SparkPlatformTask) task = NULL;

  asked_post (self, made.acme, TRUE, 0);
  act_revoke (&self->base, made.grant, "Not as agreed", NULL);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKING);
  task = asked_claim (self, SPARK_TASK_ACT_REVOKE);
  asked_later (self, task, self->base.now + SPARK_DAY_MS, "ads_running");
  asked_assert_nothing_due (self);
  /* Try again now. */
  act_revoke (&self->base, made.grant, NULL, NULL);
  g_clear_pointer (&task, spark_platform_task_free);
  task = asked_claim (self, SPARK_TASK_ACT_REVOKE);
  asked_post (self, made.acme, TRUE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKING);
  asked_post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_REVOKED), ==, 1);
  asked_assert_nothing_due (self);
}

/* Revoked before it was sent: it never is. */
static void
test_revoke_pending (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autoptr (SparkPlatformTask) redeem = asked_claim (self, SPARK_TASK_ACT_REDEEM);
  g_autoptr (SparkPlatformTask) task = NULL;
  g_autoptr (GError) error = NULL;

  act_revoke (&self->base, made.grant, NULL, NULL);
  g_assert_false (asked_sent (self, redeem, 0, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  task = asked_claim (self, SPARK_TASK_ACT_REVOKE);
  asked_post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKED);
}

static void
test_turn_off (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autoptr (SparkPlatformTask) redeem = asked_claim (self, SPARK_TASK_ACT_REDEEM);
  g_autoptr (GPtrArray) tasks = NULL;
  g_autofree char *noted = NULL;
  SparkPlatformTask *off = NULL;

  asked_post (self, made.acme, TRUE, 0);
  noted = act_note_grant (&self->base, self->video, NULL, "Nord", 0, NULL);
  act_turn_off (&self->base, self->video, NULL);
  act_turn_off (&self->base, self->video, NULL);
  g_assert_cmpint (fixture_grant_state (&self->base, noted), ==, SPARK_GRANT_STATE_REVOKING);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_AUTHORIZATION_OFF), ==, 0);
  tasks = asked_claim_all (self);
  g_assert_cmpuint (tasks->len, ==, 3);
  for (guint i = 0; i < tasks->len; i++)
    if (((SparkPlatformTask *)tasks->pdata[i])->act == SPARK_TASK_ACT_TURN_OFF)
      off = tasks->pdata[i];
  g_assert_true (asked_status (self, off, &(SparkPlatformStatus){ .exists = FALSE }));
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (fixture_grant_state (&self->base, noted), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (fixture_code_state (&self->base, made.code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_AUTHORIZATION_OFF), ==, 1);
  asked_assert_nothing_due (self);
}

/* TikTok's end is later than the one agreed: the system asks for it. */
static void
test_agreed_end (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = { .code = asked_make_code (self) };
  g_autoptr (SparkPlatformTask) redeem = NULL;
  g_autoptr (SparkPlatformTask) task = NULL;
  g_autofree char *string = NULL;
  gint64 agreed = self->base.now + 10 * SPARK_DAY_MS;

  made.acme = add_connected (self);
  made.brand = fixture_add_brand (&self->base, self->account, "Acme");
  made.link = act_create_link (&self->base, self->video, made.brand, agreed, NULL);
  string = fixture_link_string (&self->base, made.link);
  made.grant = fixture_redeem (&self->base, made.acme, string, NULL);
  redeem = asked_claim (self, SPARK_TASK_ACT_REDEEM);
  asked_post (self, made.acme, TRUE, 0);
  g_assert_cmpint (fixture_grant_ends_at (&self->base, made.grant), ==, agreed);

  self->base.now = agreed;
  fixture_expire (&self->base);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKING);
  task = asked_claim (self, SPARK_TASK_ACT_REVOKE);
  asked_failed (self, task, "platform_cannot");
  self->base.now += 20 * SPARK_DAY_MS;
  fixture_expire (&self->base);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKED);
  asked_assert_nothing_due (self);
}

static void
assert_refused (GError **error)
{
  g_assert_error (*error, SPARK_ERROR, SPARK_ERROR_NOT_CONNECTED);
  g_assert_nonnull (strstr ((*error)->message, "Connect the account again"));
  g_clear_error (error);
}

/* Whatever would wait for a connection that may never come back is refused; what ends an access
 * waits for it. */
static void
test_not_connected (Asked *self, gconstpointer data)
{
  static const SparkConnectionState ended[]
      = { SPARK_CONNECTION_STATE_LOST, SPARK_CONNECTION_STATE_ENDING,
          SPARK_CONNECTION_STATE_ENDED };
  g_autofree char *other = fixture_add_video (&self->base, self->account, "7123456789012345679");
  g_auto (Redeemed) made = { 0 };
  g_autoptr (SparkPlatformTask) redeem = NULL;
  g_autoptr (SparkPlatformTask) revoke = NULL;
  g_autoptr (GPtrArray) tasks = NULL;
  g_autofree char *code = NULL;
  g_autoptr (GError) error = NULL;

  asked_connect (self, SPARK_CONNECTION_STATE_CONNECTED);
  made = redeem_link (self);
  redeem = asked_claim (self, SPARK_TASK_ACT_REDEEM);
  asked_post (self, made.acme, TRUE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ended); i++)
    {
      asked_connect (self, ended[i]);
      g_assert_null (act_generate (&self->base, other, 30, &error));
      assert_refused (&error);
      act_extend (&self->base, made.code, 7, &error);
      assert_refused (&error);
      g_assert_null (act_replace (&self->base, made.code, &error));
      assert_refused (&error);
      asked_assert_nothing_due (self);
    }
  act_revoke (&self->base, made.grant, NULL, NULL);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKING);
  revoke = asked_claim (self, SPARK_TASK_ACT_REVOKE);

  asked_connect (self, SPARK_CONNECTION_STATE_CONNECTED);
  code = act_generate (&self->base, other, 30, NULL);
  act_extend (&self->base, made.code, 7, NULL);
  tasks = asked_claim_all (self);
  g_assert_cmpuint (tasks->len, ==, 2);
  /* Of two things in the way, the one that is to be done about it. */
  act_extend (&self->base, made.code, 7, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_WAITING);
  g_clear_error (&error);
  asked_connect (self, SPARK_CONNECTION_STATE_LOST);
  act_extend (&self->base, made.code, 7, &error);
  assert_refused (&error);
}

#define ADD(path, test)                                                                            \
  g_test_add ("/ledger/platform/" path, Asked, NULL, asked_set_up, test, asked_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("link", test_link);
  ADD ("no-sandbox-ads", test_no_sandbox_ads);
  ADD ("link-refused", test_link_refused);
  ADD ("link-unconnected", test_link_unconnected);
  ADD ("code-unknown-here", test_code_unknown_here);
  ADD ("seen", test_seen);
  ADD ("seen-after-noted", test_seen_after_noted);
  ADD ("revoke", test_revoke);
  ADD ("revoke-pending", test_revoke_pending);
  ADD ("turn-off", test_turn_off);
  ADD ("agreed-end", test_agreed_end);
  ADD ("not-connected", test_not_connected);
  return g_test_run ();
}
