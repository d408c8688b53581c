/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-fixture.h"
#include "server/store/spark-tx.h"

/*
 * What a writer knows of a code and its video, of which very many redemptions come, and when it
 * must read them again.
 */

/* So many that an account is relied on, and its rows are known. */
#define MANY    12
#define NUMBERS 5

typedef struct
{
  Fixture parent;
  SparkStore *other; /* as of another process */
  char *code;
  char *string;
  guint n_brands;
} Known;

static gint64
read_clock (gpointer data)
{
  return ((Fixture *)data)->now;
}

static char *
redeem (Known *self, GError **refusal)
{
  g_autofree char *name = g_strdup_printf ("Brand %u", self->n_brands++);
  g_autofree char *brand = fixture_add_advertiser (&self->parent, name);

  return fixture_redeem (&self->parent, brand, self->string, refusal);
}

static void
redeem_many (Known *self)
{
  for (guint i = 0; i < MANY; i++)
    {
      g_autoptr (GError) refusal = NULL;
      g_autofree char *grant = redeem (self, &refusal);

      g_assert_no_error (refusal);
    }
}

static void
check_refused (Known *self, SparkError code)
{
  g_autoptr (GError) refusal = NULL;

  g_assert_null (redeem (self, &refusal));
  g_assert_error (refusal, SPARK_ERROR, (int)code);
}

static void
set_up (Known *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  fixture_set_up (&self->parent, data);
  key = g_build_filename (self->parent.folder, "sparkbox.db.key", NULL);
  self->other = spark_store_open (self->parent.url, key, &error);
  g_assert_no_error (error);
  spark_store_set_clock (self->other, read_clock, &self->parent);
  self->code = fixture_generate (&self->parent, self->parent.video, 30);
  self->string = fixture_code_string (&self->parent, self->code);
  redeem_many (self);
}

static void
tear_down (Known *self, gconstpointer data)
{
  spark_store_close (self->other);
  g_free (self->code);
  g_free (self->string);
  fixture_tear_down (&self->parent, data);
}

typedef struct
{
  const Known *known;
  SparkKind told; /* of what, NUMBERS times; ACCOUNT: of nothing */
  gboolean redeems;
  gboolean fails;
  gboolean spoils; /* what else is written, too */
} End;

/* Ends the code behind the ledger's back. */
static gboolean
end_code (SparkTx *tx, gpointer data, GError **error)
{
  const End *end = data;
  gint64 account, code;

  g_assert_true (spark_id_parse (end->known->code, &account, &code));
  if (!spark_tx_lock (tx, account, error)
      || !spark_tx_exec (tx, error, "code_end", "iii", account, code,
                         (gint64)SPARK_CODE_STATE_DELETED))
    return FALSE;
  if (end->redeems)
    {
      g_auto (SparkRedemption) redemption = { 0 };
      g_autoptr (GError) refusal = NULL;

      if (!spark_ledger_redeem_if (tx, "1", end->known->string, NULL, NULL, &redemption, &refusal,
                                   error))
        return FALSE;
      g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_DELETED);
    }
  for (guint i = 0; end->told != SPARK_KIND_ACCOUNT && i < NUMBERS; i++)
    if (!spark_tx_touch (tx, account, end->told, code, error))
      return FALSE;
  if (end->spoils && !spark_tx_exec (tx, error, "meta_set", "ss", "key_check", "again"))
    return FALSE;
  if (end->fails)
    g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "Thought better of it.");
  return !end->fails;
}

/* They are not read again: nobody sees what nobody tells of. */
static void
test_not_read_again (Known *self, gconstpointer data)
{
  g_autofree char *grant = NULL;

  g_assert_true (fixture_run (&self->parent, end_code, &(End){ self, SPARK_KIND_ACCOUNT }, NULL));
  grant = redeem (self, NULL);
  g_assert_nonnull (grant);
}

static gboolean
delete_code (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_delete_code (tx, &creator, data, error);
}

static gboolean
set_visibility (SparkTx *tx, const Known *self, SparkVisibility visibility, SparkBlockers blockers,
                GError **error)
{
  g_autofree char *id = NULL;
  SparkUpsert upsert;

  return spark_ledger_upsert_video (tx, &creator, self->parent.account,
                                    &(SparkVideoFacts){ .item_id = "7123456789012345678",
                                                        .visibility = visibility,
                                                        .blockers = blockers,
                                                        .blockers_known = TRUE },
                                    FALSE, &id, &upsert, error);
}

static gboolean
make_private (SparkTx *tx, gpointer data, GError **error)
{
  return set_visibility (tx, data, SPARK_VISIBILITY_PRIVATE, SPARK_BLOCKER_PRIVATE, error);
}

static gboolean
make_public (SparkTx *tx, gpointer data, GError **error)
{
  return set_visibility (tx, data, SPARK_VISIBILITY_PUBLIC, 0, error);
}

static void
test_changed_here (Known *self, gconstpointer data)
{
  g_assert_true (fixture_run (&self->parent, make_private, self, NULL));
  check_refused (self, SPARK_ERROR_VIDEO_NOT_ELIGIBLE);
}

static void
test_deleted_here (Known *self, gconstpointer data)
{
  g_assert_true (fixture_run (&self->parent, delete_code, self->code, NULL));
  check_refused (self, SPARK_ERROR_CODE_DELETED);
}

static void
test_changed_elsewhere (Known *self, gconstpointer data)
{
  g_assert_true (spark_store_write (self->other, make_private, self, NULL));
  check_refused (self, SPARK_ERROR_VIDEO_NOT_ELIGIBLE);
}

static void
test_deleted_elsewhere (Known *self, gconstpointer data)
{
  g_assert_true (spark_store_write (self->other, delete_code, self->code, NULL));
  check_refused (self, SPARK_ERROR_CODE_DELETED);
}

static gboolean
turn_off (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_turn_off (tx, &creator, data, error);
}

static gboolean
replace (SparkTx *tx, gpointer data, GError **error)
{
  g_autofree char *code = NULL;

  return spark_ledger_replace (tx, &creator, data, &code, error);
}

static gboolean
extend (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_extend (tx, &creator, data, 30, error);
}

static gboolean
delete_account (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_delete_account (tx, &creator, data, error);
}

static void
test_turned_off_elsewhere (Known *self, gconstpointer data)
{
  g_assert_true (spark_store_write (self->other, turn_off, self->parent.video, NULL));
  check_refused (self, SPARK_ERROR_CODE_DELETED);
}

static void
test_replaced_elsewhere (Known *self, gconstpointer data)
{
  g_assert_true (spark_store_write (self->other, replace, self->code, NULL));
  check_refused (self, SPARK_ERROR_CODE_DELETED);
}

/* What was refused is not refused for ever. */
static void
test_extended_elsewhere (Known *self, gconstpointer data)
{
  self->parent.now += 31 * SPARK_DAY_MS;
  check_refused (self, SPARK_ERROR_CODE_EXPIRED);
  g_assert_true (spark_store_write (self->other, extend, self->code, NULL));
  redeem_many (self);
  g_assert_true (fixture_run (&self->parent, extend, self->code, NULL));
  self->parent.now += 31 * SPARK_DAY_MS;
  redeem_many (self);
  fixture_audit (&self->parent);
}

static void
test_public_again_elsewhere (Known *self, gconstpointer data)
{
  g_assert_true (fixture_run (&self->parent, make_private, self, NULL));
  for (guint i = 0; i < MANY; i++)
    check_refused (self, SPARK_ERROR_VIDEO_NOT_ELIGIBLE);
  g_assert_true (spark_store_write (self->other, make_public, self, NULL));
  redeem_many (self);
  fixture_audit (&self->parent);
}

static void
test_account_deleted (Known *self, gconstpointer data)
{
  g_assert_true (fixture_run (&self->parent, delete_account, self->parent.account, NULL));
  check_refused (self, SPARK_ERROR_CODE_UNKNOWN);
}

static void
test_account_deleted_elsewhere (Known *self, gconstpointer data)
{
  g_assert_true (spark_store_write (self->other, delete_account, self->parent.account, NULL));
  check_refused (self, SPARK_ERROR_CODE_UNKNOWN);
}

static void
test_ended (Known *self, gconstpointer data)
{
  self->parent.now += 31 * SPARK_DAY_MS;
  check_refused (self, SPARK_ERROR_CODE_EXPIRED);
}

static gboolean
touch_code (SparkTx *tx, gpointer data, GError **error)
{
  gint64 account, code;

  g_assert_true (spark_id_parse (data, &account, &code));
  return spark_tx_touch (tx, account, SPARK_KIND_CODE, code, error);
}

static gboolean
touch_brand (SparkTx *tx, gpointer data, GError **error)
{
  return spark_tx_touch (tx, g_ascii_strtoll (data, NULL, 10), SPARK_KIND_BRAND, 1, error);
}

/* The account is relied on again before its code is read again. */
static void
rely_anew (Known *self)
{
  for (guint i = 0; i < MANY; i++)
    g_assert_true (fixture_run (&self->parent, touch_brand, self->parent.account, NULL));
}

/* What is read in between is what is then taken back. */
static void
test_undone (Known *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (fixture_run (&self->parent, touch_code, self->code, NULL));
  g_assert_false (fixture_run (&self->parent, end_code,
                               &(End){ self, SPARK_KIND_ACCOUNT, .redeems = TRUE, .fails = TRUE },
                               &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  rely_anew (self);
  redeem_many (self);
}

/* A transaction that failed took numbers that another takes after it. */
static void
test_lost (Known *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fixture_run (&self->parent, end_code,
                               &(End){ self, SPARK_KIND_BRAND, .spoils = TRUE }, &error));
  g_assert_nonnull (error);
  g_assert_true (spark_store_write (self->other, end_code, &(End){ self, SPARK_KIND_BRAND }, NULL));
  rely_anew (self);
  check_refused (self, SPARK_ERROR_CODE_DELETED);
}

/* Many come of another code before one does of what was changed elsewhere. */
static void
test_long_ago (Known *self, gconstpointer data)
{
  g_assert_true (spark_store_write (self->other, delete_code, self->code, NULL));
  rely_anew (self);
  check_refused (self, SPARK_ERROR_CODE_DELETED);
}

/* The server that is found then may have been behind, and have the same number by now. */
static void
test_connected_anew (Known *self, gconstpointer data)
{
  g_assert_true (
      spark_store_write (self->other, end_code, &(End){ self, SPARK_KIND_ACCOUNT }, NULL));
  if (fixture_disconnect (&self->parent))
    check_refused (self, SPARK_ERROR_CODE_DELETED);
  else
    g_test_skip ("needs a server");
}

/* --- two jobs of one transaction --- */

#define TIME_LIMIT_US (60 * G_USEC_PER_SEC)

typedef struct
{
  Known *known;
  GAsyncQueue *both; /* they are queued */
  GAsyncQueue *done; /* TRUE for each that went well, else 2 */
  gint64 first;      /* an account that both need first */
  char *brand;
  _Atomic gboolean failed;
  _Atomic gboolean ended;
  guint runs;
  GThread *_Atomic deleting; /* on another node */
  gboolean deleted;          /* by then */
} Two;

static gboolean
wait_for_both (SparkTx *tx, gpointer data, GError **error)
{
  g_assert_nonnull (g_async_queue_timeout_pop (((Two *)data)->both, TIME_LIMIT_US));
  return TRUE;
}

static void
on_done (gpointer data, const GError *error)
{
  g_async_queue_push (((Two *)data)->done, GINT_TO_POINTER (error == NULL ? 1 : 2));
}

static gboolean
lock_late_and_fail (SparkTx *tx, gpointer data, GError **error)
{
  Two *two = data;
  gint64 account, code;

  g_assert_true (spark_id_parse (two->known->code, &account, &code));
  /* It has written, so that it goes on by itself. */
  if (!spark_tx_lock (tx, two->first, error)
      || !spark_tx_exec (tx, error, "code_end", "iii", two->first, code,
                         (gint64)SPARK_CODE_STATE_DELETED)
      || !spark_tx_lock (tx, account, error))
    return FALSE;
  two->failed = TRUE;
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "Thought better of it.");
  return FALSE;
}

static gboolean
redeem_behind (SparkTx *tx, gpointer data, GError **error)
{
  Two *two = data;
  g_auto (SparkRedemption) redemption = { 0 };
  g_autoptr (GError) refusal = NULL;

  if (!two->failed)
    return spark_tx_lock (tx, two->first, error);
  if (!two->ended)
    {
      two->ended = TRUE;
      g_assert_true (spark_store_write (two->known->other, delete_code, two->known->code, NULL));
    }
  if (!spark_ledger_redeem_if (tx, two->brand, two->known->string, NULL, NULL, &redemption,
                               &refusal, error))
    return FALSE;
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_DELETED);
  return TRUE;
}

/* A job's lock went with what it did: another node wrote before it was taken again. */
static void
test_lock_lost (Known *self, gconstpointer data)
{
  g_autofree char *first = fixture_add_account (&self->parent, SPARK_PLATFORM_SANDBOX);
  g_autofree char *brand = fixture_add_advertiser (&self->parent, "Late");
  g_autoptr (GAsyncQueue) both = g_async_queue_new (), done = g_async_queue_new ();
  Two two = { .known = self,
              .both = both,
              .done = done,
              .first = g_ascii_strtoll (first, NULL, 10),
              .brand = brand };

  if (self->parent.schema == NULL)
    {
      g_test_skip ("needs a server");
      return;
    }
  spark_store_submit (self->parent.store, wait_for_both, on_done, &two);
  spark_store_submit (self->parent.store, lock_late_and_fail, on_done, &two);
  spark_store_submit (self->parent.store, redeem_behind, on_done, &two);
  g_async_queue_push (both, GINT_TO_POINTER (TRUE));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (GPOINTER_TO_INT (g_async_queue_timeout_pop (done, TIME_LIMIT_US)), ==,
                     i == 1 ? 2 : 1);
  g_assert_true (two.ended);
  fixture_audit (&self->parent);
}

static gpointer
delete_elsewhere (gpointer data)
{
  Two *two = data;

  g_assert_true (spark_store_write (two->known->other, delete_code, two->known->code, NULL));
  g_async_queue_push (two->both, GINT_TO_POINTER (TRUE));
  return NULL;
}

/* Wants the account's lock, and what it reads behind it, before the other takes that lock by
 * itself. */
static gboolean
redeem_before (SparkTx *tx, gpointer data, GError **error)
{
  Two *two = data;
  g_auto (SparkRedemption) redemption = { 0 };
  g_autoptr (GError) refusal = NULL;

  if (two->runs++ == 0)
    return spark_tx_lock (tx, two->first, error);
  if (two->failed && two->deleting == NULL)
    {
      two->deleting = g_thread_new ("deletes", delete_elsewhere, two);
      /* It waits for the lock, where there is one. */
      two->deleted = g_async_queue_timeout_pop (two->both, G_USEC_PER_SEC) != NULL;
    }
  if (!spark_ledger_redeem_if (tx, two->brand, two->known->string, NULL, NULL, &redemption,
                               &refusal, error))
    return FALSE;
  if (two->deleted)
    g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_DELETED);
  else
    g_assert_no_error (refusal);
  return TRUE;
}

/* What is read of an account is read behind its lock, also where that was lost meanwhile. */
static void
test_lock_lost_early (Known *self, gconstpointer data)
{
  g_autofree char *first = fixture_add_account (&self->parent, SPARK_PLATFORM_SANDBOX);
  g_autofree char *brand = fixture_add_advertiser (&self->parent, "Early");
  g_autofree char *grant = NULL;
  g_autoptr (GAsyncQueue) both = g_async_queue_new (), done = g_async_queue_new ();
  Two two = { .known = self,
              .both = both,
              .done = done,
              .first = g_ascii_strtoll (first, NULL, 10),
              .brand = brand };

  if (self->parent.schema == NULL)
    {
      g_test_skip ("needs a server");
      return;
    }
  /* From now on its rows are read again. */
  g_assert_true (spark_store_write (self->other, extend, self->code, NULL));
  grant = redeem (self, NULL);
  g_assert_nonnull (grant);
  spark_store_submit (self->parent.store, wait_for_both, on_done, &two);
  spark_store_submit (self->parent.store, redeem_before, on_done, &two);
  spark_store_submit (self->parent.store, lock_late_and_fail, on_done, &two);
  g_async_queue_push (both, GINT_TO_POINTER (TRUE));
  for (guint i = 0; i < 3; i++)
    g_assert_nonnull (g_async_queue_timeout_pop (done, TIME_LIMIT_US));
  g_assert_true (two.failed);
  g_assert_nonnull (two.deleting);
  g_thread_join (two.deleting);
  check_refused (self, SPARK_ERROR_CODE_DELETED);
  fixture_audit (&self->parent);
}

#define ADD(path, func) g_test_add ("/known/" path, Known, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("not-read-again", test_not_read_again);
  ADD ("changed-here", test_changed_here);
  ADD ("deleted-here", test_deleted_here);
  ADD ("changed-elsewhere", test_changed_elsewhere);
  ADD ("deleted-elsewhere", test_deleted_elsewhere);
  ADD ("turned-off-elsewhere", test_turned_off_elsewhere);
  ADD ("replaced-elsewhere", test_replaced_elsewhere);
  ADD ("extended-elsewhere", test_extended_elsewhere);
  ADD ("public-again-elsewhere", test_public_again_elsewhere);
  ADD ("account-deleted", test_account_deleted);
  ADD ("account-deleted-elsewhere", test_account_deleted_elsewhere);
  ADD ("ended", test_ended);
  ADD ("undone", test_undone);
  ADD ("lost", test_lost);
  ADD ("long-ago", test_long_ago);
  ADD ("connected-anew", test_connected_anew);
  ADD ("lock-lost", test_lock_lost);
  ADD ("lock-lost-early", test_lock_lost_early);
  return g_test_run ();
}
