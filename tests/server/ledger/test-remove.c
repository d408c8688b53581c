/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "ledger-acts.h"
#include "ledger-ads.h"
#include "server/ledger/spark-ledger-check.h"
#include "server/store/spark-tx.h"

#define VIDEOS 400
/* So many that they would keep the writer for far longer than a portion may. */
#define MANY_VIDEOS 15000
/* What nobody who writes may have to wait for, in µs. */
#define LONGEST_HOLD 50000

typedef struct
{
  const char *account;
  gint64 n;
} Fill;

static gboolean
fill_some (SparkTx *tx, gpointer data, GError **error)
{
  const char *account = ((Fill *)data)->account;

  for (gint64 i = 0; i < ((Fill *)data)->n; i++)
    {
      g_autofree char *item
          = g_strdup_printf ("%" G_GINT64_FORMAT, G_GINT64_CONSTANT (7300000000000000000) + i);
      g_autofree char *video = NULL;
      g_autofree char *code = NULL;
      SparkUpsert upsert;

      if (!spark_ledger_upsert_video (
              tx, &creator, account,
              &(SparkVideoFacts){ .item_id = item, .duration_s = -1, .total = { 5, 1, 0, 0 } },
              FALSE, &video, &upsert, error)
          || !spark_ledger_generate (tx, &creator, video, 30, &code, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fill (SparkTx *tx, gpointer data, GError **error)
{
  return fill_some (tx, &(Fill){ data, VIDEOS }, error);
}

static void
on_problem (const char *rule, const char *id, gpointer n)
{
  g_test_message ("%s: %s", id, rule);
  ++*(guint *)n;
}

/* Rows of a removed account are problems, unless they are known to be on their way out. */
static void
audit (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  guint n = 0;

  g_assert_true (spark_ledger_check (tx, on_problem, &n, NULL));
  spark_store_read_end (tx);
  g_assert_cmpuint (n, ==, 0);
}

static guint
count_closed (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  g_autoptr (GArray) closed = spark_read_closed_accounts (tx, NULL);

  spark_store_read_end (tx);
  return closed->len;
}

static gboolean
count_account (const SparkAccount *account, gpointer n)
{
  ++*(guint *)n;
  return TRUE;
}

static guint
count_accounts (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  guint n = 0;

  g_assert_true (spark_read_accounts (tx, &(SparkScope){ .all = TRUE }, count_account, &n, NULL));
  spark_store_read_end (tx);
  return n;
}

static void
remove_all (SparkStore *store, guint *n_portions)
{
  SparkRemoval removal = SPARK_REMOVAL_INIT;
  gboolean more = TRUE;

  for (*n_portions = 0; more; ++*n_portions)
    {
      g_autoptr (GError) error = NULL;

      spark_ledger_remove_some (store, &removal, &more, &error);
      g_assert_no_error (error);
    }
}

/* Row by row, with everything that others do in between, and the store closed on the way. */
static void
test_in_portions (Fixture *self, gconstpointer data)
{
  g_autofree char *account = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  g_autofree char *video = fixture_add_video (self, account, "7123456789012345999");
  g_autofree char *brand = fixture_add_brand (self, account, "Acme");
  g_autofree char *code = act_generate (self, video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *link = act_create_link (self, video, brand, 0, NULL);
  g_autofree char *link_string = fixture_link_string (self, link);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *other = act_generate (self, self->video, 30, NULL);
  g_autofree char *other_string = fixture_code_string (self, other);
  g_autoptr (GError) error = NULL;
  guint n = 0;
  gboolean more = TRUE;

  act_delete_account (self, account, NULL);
  self->now += 31 * SPARK_DAY_MS;
  /* What is due of it is not found any more, and does not hinder the rest. */
  fixture_expire (self);
  g_assert_cmpint (fixture_code_state (self, other), ==, SPARK_CODE_STATE_EXPIRED);
  for (; more; n++)
    {
      SparkRemoval removal = { .pace.rows = 1 };

      g_assert_cmpuint (count_accounts (self), ==, 1);
      g_assert_cmpuint (fixture_count_posts (self, acme), ==, 0);
      audit (self);
      for (guint i = 0; i < 2; i++)
        {
          g_assert_null (fixture_redeem (self, nord, i == 0 ? string : link_string, &error));
          g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
          g_clear_error (&error);
        }
      g_assert_null (act_generate (self, video, 30, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
      g_clear_error (&error);
      act_delete_account (self, account, &error);
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
      g_clear_error (&error);
      if (n == 5)
        fixture_reopen (self);
      g_assert_true (spark_ledger_remove_some (self->store, &removal, &more, NULL));
    }
  /* codes, links, fingerprints, grants, events, … are each at least one row. */
  g_assert_cmpuint (n, >=, 15);
  g_assert_cmpuint (count_closed (self), ==, 0);
  audit (self);
}

/* Tables of which each portion begins behind the last row of the one before. */
#define KEYED 13
/* More than there are tables at all. */
#define MOST_TABLES 32

typedef struct
{
  gint64 account;
  gint64 video;
} Owner;

/* Two rows of what no act of the sandbox makes two of. */
static gboolean
fill_rest (SparkTx *tx, gpointer data, GError **error)
{
  const Owner *owner = data;
  gint64 now = spark_tx_now (tx);

  for (gint64 i = 0; i < 2; i++)
    {
      gint64 id = owner->video + 1000 + i;

      if (!spark_tx_exec (tx, error, "task_insert", "iiiiiiiisssi", owner->account, id, (gint64)0,
                          owner->video, (gint64)0, (gint64)0, (gint64)0, (gint64)0, NULL, NULL,
                          NULL, now)
          || !spark_tx_exec (tx, error, "batch_insert", "iisiissssii", owner->account, id,
                             "generate", (gint64)2, (gint64)30, NULL, NULL, NULL, NULL, now,
                             (gint64)0)
          || !spark_tx_exec (tx, error, "batch_rows_insert", "iiis", owner->account, id, now, "1,2")
          || !spark_tx_exec (tx, error, "engagement_put", "iiiiiiiiiii", owner->account,
                             owner->video, i, i, i, i, i, i, i, i, i)
          || !spark_tx_exec (tx, error, "cover_put", "iisb", owner->account, id, "image/png", "",
                             (gsize)0))
        return FALSE;
    }
  return spark_tx_exec (tx, error, "changes_fold", "i", owner->account);
}

typedef struct
{
  const char *advertiser;
  const char *grant;
} PostOf;

static gboolean
put_post (SparkTx *tx, gpointer data, GError **error)
{
  const PostOf *post = data;
  gint64 account, grant;

  return spark_id_parse (post->grant, &account, &grant)
         && spark_tx_exec (tx, error, "advertiser_post_put", "sii", post->advertiser, account,
                           grant);
}

/* The portion that ended here took rows in the order of a key: none is 0. */
static gboolean
has_key (const SparkRemoval *removal)
{
  return removal->after[0] > 0 || removal->after[1] > 0;
}

/* Behind the last row of a table there is nothing, whatever lies before: what a portion goes
 * through does not grow with what the others have removed. */
static void
test_behind_the_last (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *brand = fixture_add_brand (self, self->account, "Kite");
  g_autofree char *video = fixture_add_video (self, self->account, "7123456789012345999");
  SparkRemoval removal = SPARK_REMOVAL_INIT;
  gboolean begun[MOST_TABLES] = { FALSE }, again[MOST_TABLES] = { FALSE };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *code = NULL;
  g_autofree char *grant = NULL;
  guint n_begun = 0, n_again = 0;
  gboolean more = TRUE;
  gint64 adgroup;
  Owner owner;

  ads_scene_init (&scene, self);
  grant = fixture_redeem (self, nord, scene.string, NULL);
  adgroup = ads_add (self, ads_make_adgroup, nord, ads_add (self, ads_make_campaign, nord, 0));
  ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  ads_add_ad (self, nord, adgroup, NULL);
  code = act_generate (self, video, 30, NULL);
  first = act_create_link (self, self->video, brand, 0, NULL);
  second = act_create_link (self, video, brand, 0, NULL);
  g_assert_true (spark_id_parse (self->video, &owner.account, &owner.video));
  g_assert_true (fixture_run (self, fill_rest, &owner, NULL));
  act_delete_account (self, self->account, NULL);

  while (more)
    {
      guint table = removal.done;
      gboolean skips = has_key (&removal) && !begun[table];

      if (skips)
        {
          begun[table] = TRUE;
          n_begun++;
          removal.after[0] = removal.after[1] = G_MAXINT64;
        }
      removal.pace.rows = 1;
      g_assert_true (spark_ledger_remove_some (self->store, &removal, &more, NULL));
      if (skips)
        g_assert_cmpuint (removal.done, !=, table);
      else if (has_key (&removal) && begun[removal.done] && !again[removal.done])
        {
          again[removal.done] = TRUE;
          n_again++;
        }
      /* What the ad account sees goes with its grant, not before. */
      if (skips && n_begun == 1)
        g_assert_false (fixture_run (self, put_post, &(PostOf){ nord, grant }, NULL));
    }
  /* What was passed over went in the end. */
  g_assert_cmpuint (n_begun, ==, KEYED);
  g_assert_cmpuint (n_again, ==, KEYED);
  g_assert_cmpuint (count_closed (self), ==, 0);
  audit (self);
}

typedef struct
{
  Fixture *fixture;
  atomic_bool stop;
  atomic_uint n;
  gint64 longest; /* µs */
} Other;

static void *
run_other (void *data)
{
  Other *other = data;

  while (!atomic_load (&other->stop))
    {
      gint64 began = g_get_monotonic_time ();

      act_note_import (other->fixture, other->fixture->account, 1, 0);
      other->longest = MAX (other->longest, g_get_monotonic_time () - began);
      atomic_fetch_add (&other->n, 1);
    }
  spark_store_leave (other->fixture->store);
  return NULL;
}

typedef struct
{
  SparkStore *store;
  guint n;
} Node;

static void *
run_removal (void *data)
{
  Node *node = data;

  remove_all (node->store, &node->n);
  spark_store_leave (node->store);
  return NULL;
}

/* Two nodes at the same account, and others who write. */
static void
test_beside_others (Fixture *self, gconstpointer data)
{
  g_autofree char *account = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  g_autoptr (SparkStore) node = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;
  Other other = { .fixture = self };
  Node second = { 0 };
  pthread_t threads[2];
  guint n;

  fixture_run (self, fill, account, &error);
  g_assert_no_error (error);
  key = g_build_filename (self->folder, "sparkbox.db.key", NULL);
  node = spark_store_open (self->url, key, &error);
  g_assert_no_error (error);
  act_delete_account (self, account, NULL);
  pthread_create (&threads[0], NULL, run_other, &other);
  /* A busy machine may begin it only when all is over. */
  while (atomic_load (&other.n) == 0)
    g_usleep (100);
  second.store = node;
  pthread_create (&threads[1], NULL, run_removal, &second);
  remove_all (self->store, &n);
  pthread_join (threads[1], NULL);
  atomic_store (&other.stop, TRUE);
  pthread_join (threads[0], NULL);
  g_test_message ("%u and %u portions, %u writes of others beside them, the longest %d ms", n,
                  second.n, atomic_load (&other.n), (int)(other.longest / 1000));
  /* In one transaction nobody else would have come in between. How many are whose is chance; the
   * last of each only finds that nothing is left. */
  g_assert_cmpuint (n + second.n, >, 5);
  g_assert_cmpuint (atomic_load (&other.n), >, 4);
  g_assert_cmpuint (count_closed (self), ==, 0);
  audit (self);
}

static gboolean
read_clock (SparkTx *tx, gpointer used, GError **error)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  *(gint64 *)used = (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
  return TRUE;
}

/* What the writer's thread has worked for, in µs: however busy the machine is with other things. */
static gint64
writer_time (Fixture *self)
{
  gint64 used = 0;

  g_assert_true (fixture_run (self, read_clock, &used, NULL));
  return used;
}

/* Where the writer does the work itself. */
static void
test_no_long_hold (Fixture *self, gconstpointer data)
{
  g_autofree char *account = NULL;
  SparkRemoval removal = SPARK_REMOVAL_INIT;
  gint64 longest = 0, whole = 0;
  gboolean more = TRUE;
  guint n = 0;

  if (self->schema != NULL)
    {
      g_test_skip ("PostgreSQL works in another process");
      return;
    }
  account = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  g_assert_true (fixture_run (self, fill_some, &(Fill){ account, MANY_VIDEOS }, NULL));
  act_delete_account (self, account, NULL);
  for (; more; n++)
    {
      gint64 began = writer_time (self), took;

      g_assert_true (spark_ledger_remove_some (self->store, &removal, &more, NULL));
      took = writer_time (self) - began;
      longest = MAX (longest, took);
      whole += took;
    }
  g_test_message ("%u portions, the longest %d µs of %d µs", n, (int)longest, (int)whole);
  g_assert_cmpint (longest, <=, LONGEST_HOLD);
  g_assert_cmpint (whole, >, LONGEST_HOLD);
  g_assert_cmpuint (count_closed (self), ==, 0);
}

typedef struct
{
  const char *account;
  gint64 until;
} Close;

static gboolean
run_close (SparkTx *tx, gpointer data, GError **error)
{
  const Close *close = data;

  return spark_ledger_close_for_now (tx, close->account, close->until, error);
}

static gboolean
run_open (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_open_account (tx, data, error);
}

/* An account that is being made is nobody's, until it is opened; whoever was making it may be gone.
 */
static void
test_being_made (Fixture *self, gconstpointer data)
{
  g_autofree char *account = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
  g_autofree char *video = fixture_add_video (self, account, "7123456789012345999");
  Close close = { account, self->now + 60 * SPARK_DAY_MS };
  g_autofree char *code = NULL;
  guint n;

  g_assert_true (fixture_run (self, run_close, &close, NULL));
  g_assert_cmpuint (count_accounts (self), ==, 1);
  code = act_generate (self, video, 30, NULL);
  self->now += 31 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_READY);
  remove_all (self->store, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (fixture_run (self, run_open, account, NULL));
  g_assert_cmpuint (count_accounts (self), ==, 2);
  fixture_expire (self);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_EXPIRED);

  close.until = self->now + 1000;
  g_assert_true (fixture_run (self, run_close, &close, NULL));
  self->now += 1000;
  remove_all (self->store, &n);
  g_assert_cmpuint (count_accounts (self), ==, 1);
  g_assert_cmpuint (count_closed (self), ==, 0);
  g_assert_false (fixture_run (self, run_open, account, NULL));
  audit (self);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/ledger/remove/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("in-portions", test_in_portions);
  ADD ("behind-the-last", test_behind_the_last);
  ADD ("beside-others", test_beside_others);
  ADD ("no-long-hold", test_no_long_hold);
  ADD ("being-made", test_being_made);
  return g_test_run ();
}
