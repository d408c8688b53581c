/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"

/* One brand with access by the code. */
typedef struct
{
  char *code;
  char *string;
  char *acme;
  char *grant;
} Used;

static Used
use_code (Fixture *self)
{
  Used used;

  used.code = act_generate (self, self->video, 30, NULL);
  used.string = fixture_code_string (self, used.code);
  used.acme = fixture_add_advertiser (self, "Acme");
  used.grant = fixture_redeem (self, used.acme, used.string, NULL);
  return used;
}

static void
used_clear (Used *used)
{
  g_free (used->code);
  g_free (used->string);
  g_free (used->acme);
  g_free (used->grant);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Used, used_clear)

/* A grant whose end has passed is over, also before the sweep has said so. */
static void
test_ended_is_over (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *again = NULL;
  g_autofree char *event = NULL;
  g_autoptr (GError) refusal = NULL;

  self->now += 30 * SPARK_DAY_MS;
  g_assert_null (fixture_redeem (self, used.acme, used.string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED);
  act_extend (self, used.code, 7, NULL);
  again = fixture_redeem (self, used.acme, used.string, NULL);
  g_assert_cmpstr (again, !=, used.grant);
  fixture_expire (self);
  g_assert_cmpint (fixture_grant_state (self, used.grant), ==, SPARK_GRANT_STATE_EXPIRED);
  g_assert_cmpint (fixture_grant_state (self, again), ==, SPARK_GRANT_STATE_AUTHORIZED);
  event = fixture_newest_event (self, SPARK_EVENT_GRANT_EXPIRED);
  g_assert_cmpstr (event, ==, "system: Acme, no reason, 0, 0");
}

/* What ends with its code ends then, once, whatever becomes of the code. */
static void
test_ends_with_code (Fixture *self, gconstpointer data)
{
  const char *fate = data;
  g_auto (Used) used = use_code (self);
  g_autofree char *other = NULL;

  if (g_str_equal (fate, "delete"))
    act_delete_code (self, used.code, NULL);
  else if (g_str_equal (fate, "replace"))
    other = act_replace (self, used.code, NULL);
  else if (g_str_equal (fate, "extend"))
    act_extend (self, used.code, 7, NULL);
  fixture_audit (self);
  self->now += 30 * SPARK_DAY_MS - 1;
  fixture_expire (self);
  g_assert_cmpint (fixture_grant_state (self, used.grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
  self->now += g_str_equal (fate, "extend") ? 7 * SPARK_DAY_MS + 1 : 1;
  for (guint i = 0; i < 2; i++)
    fixture_expire (self);
  g_assert_cmpint (fixture_grant_state (self, used.grant), ==, SPARK_GRANT_STATE_EXPIRED);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_EXPIRED), ==, 1);
  fixture_audit (self);
}

static void
test_revoke (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *other = fixture_redeem (self, nord, used.string, NULL);
  g_autofree char *event = NULL;
  g_autoptr (GError) error = NULL;
  SparkRevocation preview = act_preview (self, used.grant);

  g_assert_true (preview.certain);
  g_assert_true (preview.code_still_works);
  g_assert_cmpuint (preview.other_grants, ==, 1);
  g_assert_cmpint (preview.open_until, ==, 0);

  act_revoke (self, used.grant, "Not as agreed", NULL);
  act_revoke (self, used.grant, "Once more", NULL);
  event = fixture_newest_event (self, SPARK_EVENT_GRANT_REVOKED);
  g_assert_cmpstr (event, ==, "creator: Acme, Not as agreed, 0, 0");
  g_assert_cmpuint (fixture_authorization (self, self->video).grants, ==, 1);

  /* What is over cannot be revoked. */
  self->now += 30 * SPARK_DAY_MS;
  fixture_expire (self);
  act_revoke (self, other, NULL, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED);
}

static void
test_give_again (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *last = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (act_give_again (self, used.grant, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_NOT_REVOKED);
  g_clear_error (&error);

  act_revoke (self, used.grant, NULL, NULL);
  first = act_give_again (self, used.grant, NULL);
  second = act_give_again (self, used.grant, NULL);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_GIVEN_AGAIN), ==, 1);

  act_revoke (self, first, NULL, NULL);
  act_delete_code (self, used.code, NULL);
  g_assert_null (act_give_again (self, first, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_MISSING);
  g_clear_error (&error);

  /* Under the video's new code. */
  last = act_generate (self, self->video, 7, NULL);
  g_free (act_give_again (self, first, NULL));
  g_assert_cmpint (fixture_code_state (self, last), ==, SPARK_CODE_STATE_IN_USE);
  self->now += 7 * SPARK_DAY_MS;
  g_assert_null (act_give_again (self, used.grant, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED);
}

/* The fixture's video. */
#define ITEM "7123456789012345678"

static gboolean
keep_string (const SparkAuthorizedPost *post, gpointer data)
{
  char **string = data;

  g_assert_null (*string);
  *string = g_strdup (post->code.code != NULL ? post->code.code : "none");
  return TRUE;
}

/* The code that an ad account is shown with a post. */
static char *
shown_code (Fixture *self, const char *advertiser)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  g_autoptr (GError) error = NULL;
  char *string = NULL;
  guint total;

  spark_read_authorized_posts (tx, advertiser, 0, NULL, 1, 10, &total, keep_string, &string,
                               &error);
  g_assert_no_error (error);
  spark_store_read_end (tx);
  return string;
}

/* An ad account reads back what it redeemed, and no code that it was never given. */
static void
test_shown_code (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *redeemed = shown_code (self, used.acme);
  g_autofree char *again = NULL;
  g_autofree char *more = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *replaced = NULL;

  g_assert_cmpstr (redeemed, ==, used.string);
  act_revoke (self, used.grant, NULL, NULL);
  replaced = act_replace (self, used.code, NULL);
  again = act_give_again (self, used.grant, NULL);
  second = shown_code (self, used.acme);
  g_assert_cmpstr (second, ==, "none");
  act_revoke (self, again, NULL, NULL);
  more = act_give_again (self, again, NULL);
  third = shown_code (self, used.acme);
  g_assert_cmpstr (third, ==, "none");
}

/* The grant of one post, as an ad account reads it. */
static char *
read_post (Fixture *self, const char *advertiser, gint64 account, const char *item_id,
           GError **error)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkAuthorizedPost post;
  char *grant = NULL;

  if (spark_read_authorized_post (tx, advertiser, account, item_id, &post, error))
    {
      g_assert_cmpstr (post.video.item_id, ==, item_id);
      grant = g_strdup (post.grant.id);
    }
  spark_store_read_end (tx);
  return grant;
}

/* One post is the newest of its grants, and nobody else's. */
static void
test_one_post (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *other = fixture_add_advertiser (self, "Nord");
  g_autofree char *second = fixture_add_video (self, self->account, "7123456789012345679");
  g_autofree char *code = fixture_generate (self, second, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *theirs = fixture_redeem (self, other, string, NULL);
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);
  g_autofree char *first = read_post (self, used.acme, account, ITEM, NULL);
  g_autofree char *again = NULL;
  g_autofree char *newest = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (theirs);
  g_assert_cmpstr (first, ==, used.grant);
  act_revoke (self, used.grant, NULL, NULL);
  again = act_give_again (self, used.grant, NULL);
  newest = read_post (self, used.acme, account, ITEM, NULL);
  g_assert_cmpstr (newest, ==, again);

  g_assert_null (read_post (self, used.acme, account, "7123456789012345679", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (read_post (self, other, account, ITEM, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (read_post (self, used.acme, account + 1, ITEM, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
}

static void
test_note (Fixture *self, gconstpointer data)
{
  g_autofree char *account = fixture_add_account (self, SPARK_PLATFORM_TRACKED);
  g_autofree char *video = fixture_add_video (self, account, "7123456789012345678");
  g_autofree char *code = NULL;
  g_autofree char *grant = NULL;
  g_autofree char *late = NULL;
  g_autofree char *again = NULL;
  g_autofree char *more = NULL;
  g_autofree char *brand = NULL;
  g_autoptr (GError) error = NULL;
  SparkRevocation preview;

  g_assert_null (act_note_grant (self, video, NULL, "Acme", 0, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_MISSING);
  g_clear_error (&error);
  code = act_add_code (self, video,
                       "#Ab3dEf6hIj9kLmNoPqRsTuVwXyZ0123456789abcdefGHIJKLmnopqrstu=", 30, 0, NULL);
  g_assert_null (act_note_grant (self, video, NULL, "  ", 0, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  g_assert_null (act_note_grant (self, video, NULL, "Acme", self->now, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
  g_clear_error (&error);

  grant = act_note_grant (self, video, NULL, "Acme", self->now + 10 * SPARK_DAY_MS, NULL);
  brand = fixture_grant_brand (self, grant);
  g_assert_cmpstr (brand, ==, "Acme");
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_IN_USE);
  /* No access outlives the code on the platform. */
  late = act_note_grant (self, video, NULL, "ACME", self->now + 90 * SPARK_DAY_MS, NULL);
  g_assert_cmpint (fixture_grant_ends_at (self, late), ==, self->now + 30 * SPARK_DAY_MS);

  /* TikTok ends nothing for one brand: it stays open, and Sparkbox says until when. */
  preview = act_preview (self, grant);
  g_assert_false (preview.certain);
  g_assert_cmpint (preview.open_until, ==, self->now + 30 * SPARK_DAY_MS);
  act_revoke (self, grant, NULL, NULL);
  act_revoke (self, grant, NULL, NULL);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_REVOKING);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_REVOKING), ==, 1);
  g_assert_cmpuint (fixture_authorization (self, video).grants, ==, 2);

  /* Lifting it makes one new grant, however often it is said, and ends the waiting one. */
  act_revoke (self, late, NULL, NULL);
  again = act_give_again (self, grant, NULL);
  more = act_give_again (self, grant, NULL);
  g_assert_cmpstr (again, ==, more);
  g_assert_cmpuint (fixture_authorization (self, video).grants, ==, 2);

  self->now += 29 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (fixture_grant_state (self, late), ==, SPARK_GRANT_STATE_REVOKING);
  self->now += SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (fixture_grant_state (self, late), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (fixture_grant_state (self, again), ==, SPARK_GRANT_STATE_EXPIRED);
}

/* Nothing tells whether the brand has removed the video: the creator does. */
static void
test_note_end (Fixture *self, gconstpointer data)
{
  g_autofree char *account = fixture_add_account (self, SPARK_PLATFORM_TRACKED);
  g_autofree char *video = fixture_add_video (self, account, "7100000000000000009");
  g_autofree char *code = act_add_code (
      self, video, "#Ab3dEf6hIj9kLmNoPqRsTuVwXyZ0123456789abcdefGHIJKLmnopqrstu=", 30, 0, NULL);
  g_autofree char *acme = act_note_grant (self, video, NULL, "Acme", 0, NULL);
  g_autofree char *nord = act_note_grant (self, video, NULL, "Nord", 0, NULL);
  g_auto (Used) sandbox = use_code (self);
  g_autofree char *event = NULL;
  g_autoptr (GError) error = NULL;

  act_note_end (self, sandbox.grant, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT);
  g_clear_error (&error);
  act_note_end (self, acme, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_NOT_REVOKED);
  g_clear_error (&error);

  act_revoke (self, acme, NULL, NULL);
  g_assert_cmpuint (fixture_authorization (self, video).grants, ==, 2);
  self->now += SPARK_DAY_MS;
  act_note_end (self, acme, NULL);
  act_note_end (self, acme, NULL);
  g_assert_cmpint (fixture_grant_state (self, acme), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpuint (fixture_authorization (self, video).grants, ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_END_NOTED), ==, 1);
  event = fixture_newest_event (self, SPARK_EVENT_GRANT_END_NOTED);
  g_assert_true (g_str_has_prefix (event, "creator: Acme"));

  /* The code's end has nothing more to say of it. */
  self->now += 30 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (fixture_grant_state (self, acme), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_REVOKED), ==, 0);
  act_note_end (self, nord, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED);
  fixture_audit (self);
}

/* What the creator says of an ad account is remembered: its next redemption is that brand's. */
static void
test_attribute (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *other_account = fixture_add_account (self, SPARK_PLATFORM_SANDBOX);
  g_autofree char *foreign = fixture_add_brand (self, other_account, "Foreign");
  g_autofree char *brand = fixture_add_brand (self, self->account, "Mother Company");
  g_autofree char *video = fixture_add_video (self, self->account, "7123456789012345679");
  g_autofree char *code = act_generate (self, video, 30, NULL);
  g_autofree char *link = act_create_link (self, video, brand, 0, NULL);
  g_autofree char *string = fixture_link_string (self, link);
  g_autofree char *name = NULL;
  g_autofree char *grant = NULL;
  g_autoptr (GError) error = NULL;

  act_attribute (self, used.grant, foreign, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  act_attribute (self, used.grant, brand, NULL);
  act_attribute (self, used.grant, brand, NULL);
  name = fixture_grant_brand (self, used.grant);
  g_assert_cmpstr (name, ==, "Mother Company");
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_ATTRIBUTED), ==, 1);
  grant = fixture_redeem (self, used.acme, string, NULL);
  g_assert_nonnull (grant);
}

/* By whatever its brand did, or what was done with what it has; never earlier than before. */
static void
test_activity (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *brand = fixture_add_brand (self, self->account, "Mother Company");
  g_autofree char *again = NULL;

  g_assert_cmpint (fixture_brand_active_at (self, used.grant), ==, self->now);
  self->now += SPARK_DAY_MS;
  act_unbind (self, used.acme, "7123456789012345678", NULL);
  g_assert_cmpint (fixture_brand_active_at (self, used.grant), ==, self->now);
  self->now += SPARK_DAY_MS;
  again = fixture_redeem (self, used.acme, used.string, NULL);
  g_assert_cmpint (fixture_brand_active_at (self, used.grant), ==, self->now);
  self->now -= SPARK_DAY_MS;
  act_revoke (self, again, NULL, NULL);
  g_assert_cmpint (fixture_brand_active_at (self, again), ==, self->now + SPARK_DAY_MS);
  self->now += 2 * SPARK_DAY_MS;
  act_attribute (self, again, brand, NULL);
  g_assert_cmpint (fixture_brand_active_at (self, again), ==, self->now);
  g_assert_cmpint (fixture_brand_active_at (self, used.grant), ==, self->now);
}

static void
test_unbind (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *event = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  act_unbind (self, used.acme, "7123456789012340000", &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  act_unbind (self, used.acme, "7123456789012345678", NULL);
  g_assert_cmpint (fixture_grant_state (self, used.grant), ==, SPARK_GRANT_STATE_UNBOUND);
  event = fixture_newest_event (self, SPARK_EVENT_GRANT_UNBOUND);
  g_assert_cmpstr (event, ==, "brand: Acme, no reason, 0, 0");
  again = fixture_redeem (self, used.acme, used.string, NULL);
  g_assert_cmpstr (again, !=, used.grant);
}

/* --- many at once --- */

typedef struct
{
  gint64 account;
  gint64 subject;
  char *batch;
} Many;

static gboolean
run_start (SparkTx *tx, gpointer data, GError **error)
{
  Many *self = data;

  return spark_ledger_start_batch (
      tx, &(SparkActor){ SPARK_ACTOR_CREATOR, SPARK_CREDENTIAL_OWNER, NULL, NULL }, self->account,
      &(SparkBatchTerms){ .act = SPARK_BATCH_ACT_EXTEND, .days = 30 }, &self->subject, 1,
      &self->batch, error);
}

static gboolean
run_row (SparkTx *tx, gpointer data, GError **error)
{
  Many *self = data;
  gint64 account, batch;

  return spark_id_parse (self->batch, &account, &batch)
         && spark_ledger_run_batch_row (
             tx, account, batch, &(SparkBatchRow){ .line = 0, .subject = self->subject }, error);
}

/* As one row of many. */
static void
extend_row (Fixture *self, const char *grant, GError **error)
{
  Many many = { 0 };

  g_assert_true (spark_id_parse (grant, &many.account, &many.subject));
  g_assert_true (fixture_run (self, run_start, &many, NULL));
  fixture_run (self, run_row, &many, error);
  g_free (many.batch);
}

/* A code goes on for those who have access; for whom it was taken away it is not even lengthened. */
static void
test_extend_many (Fixture *self, gconstpointer data)
{
  g_auto (Used) used = use_code (self);
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *other = fixture_redeem (self, nord, used.string, NULL);
  gint64 end = fixture_code_ends_at (self, used.code);
  g_autoptr (GError) error = NULL;

  act_revoke (self, used.grant, NULL, NULL);
  extend_row (self, used.grant, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED);
  g_clear_error (&error);
  g_assert_cmpint (fixture_code_ends_at (self, used.code), ==, end);

  extend_row (self, other, &error);
  g_assert_no_error (error);
  end += 30 * SPARK_DAY_MS;
  g_assert_cmpint (fixture_code_ends_at (self, used.code), ==, end);
  g_assert_cmpint (fixture_grant_ends_at (self, other), ==, end);

  self->now = end;
  for (guint i = 0; i < 2; i++)
    {
      extend_row (self, other, &error);
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED);
      g_clear_error (&error);
      g_assert_cmpint (fixture_code_ends_at (self, used.code), ==, end);
      fixture_expire (self);
    }
  g_assert_cmpint (fixture_grant_state (self, other), ==, SPARK_GRANT_STATE_EXPIRED);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/grants/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  static const char *const fates[] = { "none", "extend", "delete", "replace" };

  g_test_init (&argc, &argv, NULL);
  ADD ("ended-is-over", test_ended_is_over);
  for (gsize i = 0; i < G_N_ELEMENTS (fates); i++)
    {
      g_autofree char *path = g_strconcat ("/grants/ends-with-code/", fates[i], NULL);

      g_test_add (path, Fixture, fates[i], fixture_set_up, test_ends_with_code, fixture_tear_down);
    }
  ADD ("revoke", test_revoke);
  ADD ("give-again", test_give_again);
  ADD ("shown-code", test_shown_code);
  ADD ("one-post", test_one_post);
  ADD ("note", test_note);
  ADD ("note-end", test_note_end);
  ADD ("attribute", test_attribute);
  ADD ("activity", test_activity);
  ADD ("unbind", test_unbind);
  ADD ("extend-many", test_extend_many);
  return g_test_run ();
}
