/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"

/* --- credentials --- */

static void
test_tokens (Fixture *self, gconstpointer data)
{
  const gint64 accounts[] = { 1 };
  const gint64 missing[] = { 1, 99 };
  gint64 many[SPARK_SCOPE_MAX + 1];
  g_autofree char *id = NULL;
  g_autofree char *token
      = act_create_token (self, SPARK_ROLE_REVOKE, accounts, 1, self->now + 1000, &id, NULL);
  g_autofree char *none = NULL;
  g_autoptr (GError) error = NULL;
  SparkCredential credential;
  SparkTx *tx;

  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_token (tx, token, &credential, NULL));
  g_assert_cmpstr (credential.id, ==, id);
  g_assert_cmpint (credential.roles[0], ==, SPARK_ROLE_REVOKE);
  g_assert_cmpuint (credential.scope.n_accounts, ==, 1);
  g_assert_false (spark_read_token (tx, "sbx_something", &credential, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_clear_error (&error);
  spark_store_read_end (tx);

  self->now += 1000;
  tx = spark_store_read_begin (self->store, NULL);
  g_assert_false (spark_read_token (tx, token, &credential, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_clear_error (&error);
  spark_store_read_end (tx);

  g_assert_null (act_create_token (self, SPARK_ROLE_VIEW, missing, 2, 0, &none, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = 1;
  g_assert_null (
      act_create_token (self, SPARK_ROLE_VIEW, many, G_N_ELEMENTS (many), 0, &none, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  act_revoke_token (self, id, NULL);
  act_revoke_token (self, id, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
}

/* --- where brands reach this backend --- */

typedef struct
{
  const char *url;
  SparkLedgerPosition position;
  gboolean more;
} Move;

static gboolean
run_move (SparkTx *tx, gpointer data, GError **error)
{
  Move *move = data;

  return spark_ledger_move (tx, move->url, &move->position, 2, &move->more, error);
}

static gint64
read_counter (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gint64 counter;

  g_assert_true (spark_read_counter (tx, 1, &counter, NULL));
  spark_store_read_end (tx);
  return counter;
}

/* Tells the open links and the account, a few at a time; what was told is not told again. */
static void
test_move (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *url;
    gint64 told;
  } moves[]
      = { { "http://127.0.0.1:1", 6 }, { "http://127.0.0.1:1", 0 }, { NULL, 6 }, { NULL, 0 } };
  g_autofree char *brand = fixture_add_brand (self, self->account, "Acme");
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *withdrawn = act_create_link (self, self->video, brand, 0, NULL);

  act_withdraw (self, withdrawn, NULL);
  for (int i = 0; i < 5; i++)
    g_free (act_create_link (self, self->video, brand, 0, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      gint64 before = read_counter (self);
      Move move = { .url = moves[i].url, .more = TRUE };

      while (move.more)
        g_assert_true (fixture_run (self, run_move, &move, NULL));
      g_assert_cmpint (read_counter (self) - before, ==, moves[i].told);
    }
}

/* --- accounts and videos --- */

/* The number of an account that is gone is never another's: old cursors and keys name it. */
static void
test_delete_account (Fixture *self, gconstpointer data)
{
  g_autofree char *account = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  g_autofree char *video = fixture_add_video (self, account, "7123456789012345678");
  g_autofree char *code = act_generate (self, video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *next = NULL;
  g_autoptr (GError) error = NULL;

  act_delete_account (self, account, NULL);
  g_assert_null (fixture_redeem (self, acme, string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
  g_clear_error (&error);
  g_assert_cmpuint (fixture_count_posts (self, acme), ==, 0);
  act_delete_account (self, account, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  next = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  g_assert_cmpstr (next, !=, account);
}

static void
test_upsert (Fixture *self, gconstpointer data)
{
  g_autofree char *long_caption = g_strnfill (20000, 'x');
  SparkVideoFacts facts = { .item_id = "7123456789012345000",
                            .caption = long_caption,
                            .published_at = self->now - SPARK_DAY_MS,
                            .duration_s = -1,
                            .visibility = SPARK_VISIBILITY_PRIVATE,
                            .blockers_known = TRUE,
                            .total = { 100, -1, -1, 5 } };
  SparkVideoFacts less = { .item_id = "7123456789012345000",
                           .duration_s = 30,
                           .visibility = SPARK_VISIBILITY_UNKNOWN,
                           .total = { -1, 7, -1, -1 } };
  g_autofree char *id = NULL;
  SparkUpsert upsert;
  SparkVideo video;

  id = act_upsert_video (self, self->account, &facts, &upsert, NULL);
  g_assert_cmpint (upsert, ==, SPARK_UPSERT_ADDED);
  g_free (act_upsert_video (self, self->account, &facts, &upsert, NULL));
  g_assert_cmpint (upsert, ==, SPARK_UPSERT_UNCHANGED);
  /* What is not known leaves what is there. */
  g_free (act_upsert_video (self, self->account, &less, &upsert, NULL));
  g_assert_cmpint (upsert, ==, SPARK_UPSERT_UPDATED);
  video = fixture_video (self, id);
  g_assert_cmpint (video.visibility, ==, SPARK_VISIBILITY_PRIVATE);
  g_assert_false (video.eligible);
  g_assert_cmpint (video.total.views, ==, 100);
  g_assert_cmpint (video.total.likes, ==, 7);
  g_assert_cmpint (video.total.shares, ==, 5);
  g_assert_cmpint (video.total.comments, ==, -1);
  g_assert_cmpint (video.duration_s, ==, 30);
  facts.visibility = SPARK_VISIBILITY_PUBLIC;
  g_free (act_upsert_video (self, self->account, &facts, &upsert, NULL));
  g_assert_true (fixture_video (self, id).eligible);
}

/* --- many at once --- */

typedef struct
{
  const char *holder;
  gint64 account;
  gint64 subject;
  char *batch;
} Begun;

static gboolean
run_start (SparkTx *tx, gpointer data, GError **error)
{
  Begun *self = data;
  SparkActor actor = { SPARK_ACTOR_CREATOR, self->holder, NULL, NULL };

  g_clear_pointer (&self->batch, g_free);
  return spark_ledger_start_batch (
      tx, &actor, self->account, &(SparkBatchTerms){ .act = SPARK_BATCH_ACT_GENERATE, .days = 30 },
      &self->subject, 1, &self->batch, error);
}

static gboolean
run_row (SparkTx *tx, gpointer data, GError **error)
{
  Begun *self = data;
  gint64 account, batch;

  return spark_id_parse (self->batch, &account, &batch)
         && spark_ledger_run_batch_row (
             tx, account, batch, &(SparkBatchRow){ .line = 0, .subject = self->subject }, error);
}

/* A batch goes on only while whoever began it may do that. */
static void
test_begun_with_a_token (Fixture *self, gconstpointer data)
{
  gint64 account, number;
  g_autofree char *id = NULL;
  g_autofree char *weak = NULL;
  g_autofree char *token = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;
  Begun begun = { 0 };

  g_assert_true (spark_id_parse (self->video, &account, &number));
  token = act_create_token (self, SPARK_ROLE_GENERATE, &account, 1, 0, &id, NULL);
  other = act_create_token (self, SPARK_ROLE_VIEW, &account, 1, 0, &weak, NULL);
  begun = (Begun){ .holder = weak, .account = account, .subject = number };
  g_assert_true (fixture_run (self, run_start, &begun, NULL));
  g_assert_false (fixture_run (self, run_row, &begun, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_clear_error (&error);

  begun.holder = id;
  g_assert_true (fixture_run (self, run_start, &begun, NULL));
  act_revoke_token (self, id, NULL);
  g_assert_false (fixture_run (self, run_row, &begun, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_clear_error (&error);
  begun.holder = SPARK_CREDENTIAL_OWNER;
  g_assert_true (fixture_run (self, run_start, &begun, NULL));
  g_assert_true (fixture_run (self, run_row, &begun, &error));
  g_assert_no_error (error);
  g_free (begun.batch);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/credentials/tokens", test_tokens);
  ADD ("/accounts/move", test_move);
  ADD ("/accounts/delete", test_delete_account);
  ADD ("/videos/upsert", test_upsert);
  ADD ("/batches/begun-with-a-token", test_begun_with_a_token);
  return g_test_run ();
}
