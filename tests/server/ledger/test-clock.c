/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"
#include "ledger-ads.h"

#define YEAR_MS (365 * SPARK_DAY_MS)

/* The clock of a machine may be wrong, and be set right: whatever happened meanwhile stays true,
 * the change numbers only rise, and what goes by the time goes on by the right one. */

static gint64
counter (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gint64 seq;

  g_assert_true (spark_read_counter (tx, g_ascii_strtoll (self->account, NULL, 10), &seq, NULL));
  spark_store_read_end (tx);
  return seq;
}

static gboolean
keep_id (const SparkEvent *event, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (event->id));
  return TRUE;
}

/* Every event once, by pages of two. */
static guint
page_events (Fixture *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const SparkObjectQuery query = { .scope.all = TRUE, .state = -1, .type = -1 };
  g_autofree char *after = NULL;

  do
    {
      SparkTx *tx = spark_store_read_begin (self->store, NULL);
      SparkPage page = { .after = after, .limit = 2 };

      g_assert_true (spark_read_events (tx, &query, &page, keep_id, ids, NULL));
      spark_store_read_end (tx);
      g_free (after);
      after = page.next;
    }
  while (after != NULL);
  for (guint i = 0; i < ids->len; i++)
    g_assert_true (g_hash_table_add (seen, ids->pdata[i]));
  return ids->len;
}

/* A year ahead everything ends, once; back again it is over nonetheless, and what is made then has
 * the right time. */
static void
test_a_year_ahead (Fixture *self, gconstpointer data)
{
  g_autofree char *brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *link = act_create_link (self, self->video, brand, 0, NULL);
  g_autofree char *link_string = fixture_link_string (self, link);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *again = NULL;
  g_autofree char *fresh = NULL;
  g_autofree char *fresh_string = NULL;
  g_autoptr (GError) error = NULL;
  gint64 right = self->now, seq = counter (self);
  guint events = page_events (self);

  self->now = right + YEAR_MS;
  fixture_expire (self);
  g_assert_cmpint (counter (self), >, seq);
  seq = counter (self);
  g_assert_cmpuint (page_events (self), ==, events + 3);
  /* Back below the newest event, and below the account itself. */
  for (guint i = 0; i < 2; i++)
    {
      self->now = right - (gint64)i * YEAR_MS;
      fixture_expire (self);
      fixture_expire (self);
      g_assert_cmpint (counter (self), ==, seq);
      g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_EXPIRED);
      g_assert_cmpint (fixture_link_state (self, link), ==, SPARK_LINK_STATE_EXPIRED);
      g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_EXPIRED);
      for (guint j = 0; j < 2; j++)
        {
          g_assert_null (fixture_redeem (self, nord, j == 0 ? string : link_string, &error));
          g_assert_nonnull (error);
          g_assert_false (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_INTERNAL));
          g_clear_error (&error);
        }
      seq = counter (self);
    }
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CODE_EXPIRED), ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_LINK_EXPIRED), ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_EXPIRED), ==, 1);

  self->now = right;
  fresh = act_generate (self, self->video, 30, NULL);
  g_assert_cmpint (fixture_code_ends_at (self, fresh), ==, right + 30 * SPARK_DAY_MS);
  fresh_string = fixture_code_string (self, fresh);
  again = fixture_redeem (self, acme, fresh_string, NULL);
  g_assert_cmpint (fixture_grant_state (self, again), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpint (counter (self), >, seq);
  page_events (self);
  fixture_audit (self);
}

/* A day to and fro: nothing ends, nothing is lost, whatever order the times are in. */
static void
test_a_day_to_and_fro (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  gint64 right = self->now, seq = counter (self), end = fixture_code_ends_at (self, code);
  guint events = page_events (self);

  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("Brand %u", i);
      g_autofree char *advertiser = fixture_add_advertiser (self, name);
      g_autofree char *grant = NULL;
      g_autofree char *same = NULL;
      g_autoptr (GError) error = NULL;

      self->now = right + ((gint64)(i % 3) - 1) * SPARK_DAY_MS;
      fixture_expire (self);
      grant = fixture_redeem (self, advertiser, string, &error);
      g_assert_no_error (error);
      same = fixture_redeem (self, advertiser, string, NULL);
      g_assert_cmpstr (grant, ==, same);
      g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, end);
      g_assert_cmpint (counter (self), >, seq);
      seq = counter (self);
    }
  g_assert_cmpuint (page_events (self), >=, events + 6);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_IN_USE);
  fixture_audit (self);
}

/* What was answered under a wrong clock is answered the same, and what a wrong clock ended works
 * again where only the time decides. */
static void
test_keys_and_tokens (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  const gint64 account = g_ascii_strtoll (self->account, NULL, 10);
  g_autofree char *token
      = act_create_token (self, SPARK_ROLE_OWNER, &account, 1, self->now + SPARK_DAY_MS, &id, NULL);
  gint64 right = self->now;

  for (guint i = 0; i < 3; i++)
    {
      SparkCredential credential;
      SparkTx *tx;

      self->now = right + (i == 1 ? YEAR_MS : 0);
      tx = spark_store_read_begin (self->store, NULL);
      g_assert_true (spark_read_token (tx, token, &credential, NULL) == (i != 1));
      spark_store_read_end (tx);
    }
  self->now = right + YEAR_MS;
  act_idempotency_keep (self, "token", "key", 1, self->video);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *object = NULL;

      self->now = right - (gint64)i * SPARK_DAY_MS;
      fixture_expire (self);
      object = act_idempotency_find (self, "token", "key", 1, NULL);
      g_assert_cmpstr (object, ==, self->video);
    }
}

/* A clock that leaps does not let what is repeated be done twice: only what is swept is gone. */
static void
test_keys_while_it_leaps (Fixture *self, gconstpointer data)
{
  g_autofree char *object = NULL;

  act_idempotency_keep (self, "token", "key", 1, self->video);
  self->now += YEAR_MS;
  object = act_idempotency_find (self, "token", "key", 1, NULL);
  g_assert_cmpstr (object, ==, self->video);
  fixture_expire (self);
  g_assert_null (act_idempotency_find (self, "token", "key", 1, NULL));
}

static gboolean
run_import (SparkTx *tx, gpointer data, GError **error)
{
  g_autofree char *id = NULL;

  return spark_ledger_add_batch (tx, data, &id, error);
}

static gboolean
run_close (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_close_for_now (tx, data, spark_tx_now (tx) + SPARK_MAKING_MS, error);
}

/* When the only import was last heard of. */
static gint64
import_heard_of (Fixture *self)
{
  g_autoptr (GArray) running = NULL;
  SparkTx *tx = spark_store_read_begin (self->store, NULL);

  running = spark_read_running_batches (tx, 10, NULL);
  spark_store_read_end (tx);
  g_assert_cmpuint (running->len, ==, 1);
  return g_array_index (running, SparkRunningBatch, 0).updated_at;
}

static gboolean
has_removals (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gboolean has = spark_ledger_has_removals (tx);

  spark_store_read_end (tx);
  return has;
}

/* What somebody was at who is gone is found in time, and not before: they may be at work. */
static void
test_left_undone (Fixture *self, gconstpointer data)
{
  g_autofree char *account = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  gint64 right = self->now;

  self->now = right + YEAR_MS;
  g_assert_true (fixture_run (self, run_import, self->account, NULL));
  g_assert_true (fixture_run (self, run_close, account, NULL));
  self->now = right;
  fixture_expire (self);
  g_assert_cmpint (import_heard_of (self), ==, right);
  g_assert_false (has_removals (self));
  self->now = right + SPARK_MAKING_MS - 1;
  fixture_expire (self);
  g_assert_cmpint (import_heard_of (self), ==, right);
  g_assert_false (has_removals (self));
  self->now = right + SPARK_MAKING_MS;
  g_assert_true (has_removals (self));
}

/* What ads bring is told within a minute, also after the clock was ahead. */
static void
test_engagement (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  gint64 right = self->now, ad, seq;

  ads_scene_init (&scene, self);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  self->now = right + SPARK_DAY_MS;
  /* The first is told at once, the second put off. */
  g_assert_true (ads_deliver_views (self, scene.acme, ad, 10));
  g_assert_true (ads_deliver_views (self, scene.acme, ad, 10));
  self->now = right;
  seq = counter (self);
  fixture_expire (self);
  g_assert_cmpint (counter (self), ==, seq + 3);
  self->now = right + SPARK_DAY_MS;
  g_assert_true (ads_deliver_views (self, scene.acme, ad, 10));
  self->now = right;
  seq = counter (self);
  g_assert_true (ads_deliver_views (self, scene.acme, ad, 10));
  g_assert_cmpint (counter (self), >=, seq + 3);
  g_assert_cmpint (fixture_video (self, self->video).paid.views, ==, 40);
  fixture_audit (self);
}

static gboolean
run_newest (SparkTx *tx, gpointer newest, GError **error)
{
  return spark_ledger_newest (tx, newest, error);
}

/* What a start compares its clock with. */
static void
test_newest (Fixture *self, gconstpointer data)
{
  g_autofree char *code = NULL;
  gint64 newest, right = self->now;

  g_assert_true (fixture_run (self, run_newest, &newest, NULL));
  g_assert_cmpint (newest, ==, right);
  self->now = right + YEAR_MS;
  code = act_generate (self, self->video, 30, NULL);
  g_assert_true (fixture_run (self, run_newest, &newest, NULL));
  g_assert_cmpint (newest, ==, right + YEAR_MS);
  self->now = right + 1000;
  act_delete_code (self, code, NULL);
  g_assert_true (fixture_run (self, run_newest, &newest, NULL));
  g_assert_cmpint (newest, ==, right + 1000);
}

typedef struct
{
  const char *advertiser;
  char *made;
  gboolean open;
} BrandInvitation;

static gboolean
run_invite_brand (SparkTx *tx, gpointer data, GError **error)
{
  BrandInvitation *self = data;

  return spark_ledger_invite_brand (tx, self->advertiser, &self->made, error);
}

static gboolean
run_look (SparkTx *tx, gpointer data, GError **error)
{
  BrandInvitation *self = data;
  SparkAdvertiser advertiser;

  self->open = spark_read_invitation (tx, self->made, &advertiser, NULL);
  return TRUE;
}

/* Made years ahead, it is open no longer than any other, once the clock is right. */
static void
test_brand_invitation_made_ahead (Fixture *self, gconstpointer data)
{
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  BrandInvitation invitation = { acme };

  self->now += 3 * YEAR_MS;
  g_assert_true (fixture_run (self, run_invite_brand, &invitation, NULL));
  self->now -= 3 * YEAR_MS;
  fixture_expire (self);
  self->now += SPARK_BRAND_INVITATION_DAYS * SPARK_DAY_MS - 1;
  g_assert_true (fixture_run (self, run_look, &invitation, NULL));
  g_assert_true (invitation.open);
  self->now++;
  g_assert_true (fixture_run (self, run_look, &invitation, NULL));
  g_assert_false (invitation.open);
  g_free (invitation.made);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/ledger/clock/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a-year-ahead", test_a_year_ahead);
  ADD ("a-day-to-and-fro", test_a_day_to_and_fro);
  ADD ("keys-and-tokens", test_keys_and_tokens);
  ADD ("keys-while-it-leaps", test_keys_while_it_leaps);
  ADD ("left-undone", test_left_undone);
  ADD ("engagement", test_engagement);
  ADD ("newest", test_newest);
  ADD ("brand-invitation-made-ahead", test_brand_invitation_made_ahead);
  return g_test_run ();
}
