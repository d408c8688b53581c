/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "ledger-acts.h"
#include "ledger-ads.h"
#include "server/intake/spark-sample.h"
#include "server/store/spark-tx.h"

/* So many that they would keep the writer for far longer than a portion may. LONG_WORK_VIDEOS: another
 * number, up to SPARK_SAMPLE_MAX_VIDEOS. */
#define VIDEOS 1000
#define ADS    3000
/* Grants that some of them stand on, one each: these cost most. */
#define CARRIERS 500
/* What nobody who writes may have to wait for, in µs. */
#define LONGEST_HOLD 50000
#define MAX_SESSIONS 16

/*
 * How long each transaction of long work keeps the writer: by what is worked for it, on the writer's
 * thread and in PostgreSQL's sessions, which does not depend on how busy the machine is with other
 * things. The writer asks for the time as each begins.
 */
typedef struct
{
  Fixture base;
  pthread_t writer;
  clockid_t sessions[MAX_SESSIONS];
  guint n_sessions;
  gint64 began;   /* all in µs; 0: not measured now */
  gint64 longest;
  gint64 whole;
  guint n;
  gint64 wall_began;
  gint64 wall_longest;
  guint n_long;
} Watched;

static gint64
read_cpu (clockid_t clock)
{
  struct timespec used = { 0 };

  clock_gettime (clock, &used);
  return (gint64)used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

static gint64
own_time (const Watched *self)
{
  gint64 used = read_cpu (CLOCK_THREAD_CPUTIME_ID);

  for (guint i = 0; i < self->n_sessions; i++)
    used += read_cpu (self->sessions[i]);
  return used;
}

static void
note (Watched *self)
{
  gint64 used = own_time (self), now = g_get_monotonic_time ();
  gint64 took = used - self->began, wall = now - self->wall_began;

  self->longest = MAX (self->longest, took);
  self->wall_longest = MAX (self->wall_longest, wall);
  self->n_long += wall > LONGEST_HOLD;
  self->whole += took;
  self->n++;
  self->began = used;
  self->wall_began = now;
}

static gint64
read_clock (gpointer data)
{
  Watched *self = data;

  if (pthread_equal (pthread_self (), self->writer) && self->began != 0)
    note (self);
  return self->base.now;
}

static gboolean
run_know_writer (SparkTx *tx, gpointer data, GError **error)
{
  ((Watched *)data)->writer = pthread_self ();
  return TRUE;
}

static gboolean
run_begin (SparkTx *tx, gpointer data, GError **error)
{
  Watched *self = data;

  self->longest = self->whole = self->wall_longest = 0;
  self->n = self->n_long = 0;
  self->began = own_time (self);
  self->wall_began = g_get_monotonic_time ();
  return TRUE;
}

static gboolean
run_end (SparkTx *tx, gpointer data, GError **error)
{
  ((Watched *)data)->began = 0;
  return TRUE;
}

/* The processes of PostgreSQL that work for somebody: all are of this test. */
static void
find_sessions (Watched *self)
{
  const char *server = g_getenv ("SPARKBOX_TEST_POSTGRES_PID");
  g_autofree char *path = NULL, *children = NULL;
  g_auto (GStrv) ids = NULL;

  if (self->base.schema == NULL)
    return;
  path = g_strdup_printf ("/proc/%s/task/%s/children", server, server);
  g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
  ids = g_strsplit (g_strstrip (children), " ", -1);
  for (char **id = ids; *id != NULL; id++)
    {
      g_autofree char *command = g_strdup_printf ("/proc/%s/cmdline", *id);
      g_autofree char *title = NULL;

      if (g_file_get_contents (command, &title, NULL, NULL)
          && g_str_has_prefix (title, "postgres: test ")
          && clock_getcpuclockid (atoi (*id), &self->sessions[self->n_sessions]) == 0)
        self->n_sessions++;
      g_assert_cmpuint (self->n_sessions, <, MAX_SESSIONS);
    }
  g_assert_cmpuint (self->n_sessions, >, 0);
}

static void
set_up (Watched *self, gconstpointer data)
{
  fixture_set_up (&self->base, NULL);
  g_assert_true (fixture_run (&self->base, run_know_writer, self, NULL));
  find_sessions (self);
  spark_store_set_clock (self->base.store, read_clock, self);
}

static void
tear_down (Watched *self, gconstpointer data)
{
  fixture_tear_down (&self->base, NULL);
}

static void
begin (Watched *self)
{
  g_assert_true (fixture_run (&self->base, run_begin, self, NULL));
}

static void
end (Watched *self, const char *what)
{
  g_assert_true (fixture_run (&self->base, run_end, self, NULL));
  g_test_message ("%s: %u transactions, the longest %d µs of %d µs; by the clock on the wall %d µs, "
                  "%u longer than may be",
                  what, self->n, (int)self->longest, (int)self->whole, (int)self->wall_longest,
                  self->n_long);
  g_assert_cmpint (self->longest, <=, LONGEST_HOLD);
  g_assert_cmpuint (self->n, >, 3);
}

static gboolean
run_delete (SparkTx *tx, gpointer account, GError **error)
{
  return spark_ledger_delete_account (tx, &creator, account, error);
}

static void
test_sample (Watched *self, gconstpointer data)
{
  const char *wanted = g_getenv ("LONG_WORK_VIDEOS");
  SparkRemoval removal = SPARK_REMOVAL_INIT;
  g_autofree char *account = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  begin (self);
  spark_sample_write (self->base.store, wanted != NULL ? (guint)atoi (wanted) : VIDEOS, &account,
                      &error);
  g_assert_no_error (error);
  end (self, "making");

  g_assert_true (fixture_run (&self->base, run_delete, account, NULL));
  begin (self);
  while (more)
    g_assert_true (spark_ledger_remove_some (self->base.store, &removal, &more, NULL));
  end (self, "removing");
}

/* --- ads --- */

typedef struct
{
  const char *advertiser;
  const char *identity;
  gint64 campaign;
  gint64 last; /* that was made */
  gint64 own;  /* the last that has a grant of its own */
  guint first; /* of this portion */
  guint n;
  const char *account;
  GPtrArray *items; /* of the videos with grants of their own */
} Crowd;

static gboolean
run_crowd (SparkTx *tx, gpointer data, GError **error)
{
  Crowd *crowd = data;
  gint64 adgroup = 0;

  for (guint i = crowd->first; i < crowd->first + crowd->n; i++)
    {
      AdsMake group = { .advertiser = crowd->advertiser, .parent = crowd->campaign };
      gint64 id;

      if (i % SPARK_MAX_ADS_OF_ADGROUP == 0 || adgroup == 0)
        {
          if (!ads_make_adgroup (tx, &group, error))
            return FALSE;
          adgroup = group.id;
        }
      if (!spark_ledger_add_ad (
              tx, crowd->advertiser,
              &(SparkAdDraft){ .adgroup = adgroup,
                               .name = "Ad",
                               .item_id = i < crowd->items->len ? crowd->items->pdata[i] : ADS_ITEM,
                               .identity_id = crowd->identity,
                               .details = "{\"ad_text\": \"Morning routine\"}" },
              &id, error))
        return FALSE;
      crowd->last = id;
      if (i < crowd->items->len)
        crowd->own = id;
    }
  return TRUE;
}

static gboolean
run_carriers (SparkTx *tx, gpointer data, GError **error)
{
  Crowd *crowd = data;

  for (guint i = crowd->first; i < crowd->first + crowd->n; i++)
    {
      g_autofree char *item = g_strdup_printf ("72000000000000%05u", i);
      g_autofree char *video = NULL, *code = NULL;
      const char *string;
      g_auto (SparkRedemption) redemption = { 0 };
      g_autoptr (GError) refusal = NULL;
      SparkUpsert upsert;
      SparkCode view;

      if (!spark_ledger_upsert_video (tx, &creator, crowd->account,
                                      &(SparkVideoFacts){ .item_id = item, .duration_s = 10 }, FALSE,
                                      &video, &upsert, error)
          || !spark_ledger_generate (tx, &creator, video, 30, &code, error)
          || !spark_read_code (tx, code, TRUE, &view, error))
        return FALSE;
      string = view.code;
      if (!spark_ledger_redeem (tx, crowd->advertiser, string, &redemption, &refusal, error))
        return FALSE;
      g_assert_no_error (refusal);
      g_ptr_array_add (crowd->items, g_steal_pointer (&item));
    }
  return TRUE;
}

static void
run_portions (Fixture *self, SparkStoreFunc run, Crowd *crowd, guint all)
{
  for (crowd->first = 0; crowd->first < all; crowd->first += crowd->n)
    {
      g_autoptr (GError) error = NULL;

      crowd->n = MIN (100, all - crowd->first);
      fixture_run (self, run, crowd, &error);
      g_assert_no_error (error);
    }
}

static gboolean
run_is_behind (SparkTx *tx, gpointer more, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "ads_behind_next", "");

  *(gboolean *)more = row != NULL;
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

static gboolean
run_follow (SparkTx *tx, gpointer more, GError **error)
{
  return spark_ledger_follow_ads (tx, more, error);
}

/* They follow by themselves. */
static void
await_following (Watched *self)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  gboolean more = TRUE;

  while (more)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_assert_true (fixture_run (&self->base, run_is_behind, &more, NULL));
    }
}

typedef struct
{
  const AdsScene *scene;
  gint64 ad;
  gboolean delivered;
  char *again; /* the grant that it stands on then */
} Stop;

static gboolean
run_stop (SparkTx *tx, gpointer data, GError **error)
{
  Stop *stop = data;
  const SparkMetrics metrics = { { 0 } };
  SparkAd ad;

  if (!spark_ledger_revoke (tx, &creator, stop->scene->grant, NULL, error)
      || !spark_read_ad (tx, stop->scene->acme, stop->ad, &ad, error))
    return FALSE;
  /* It has yet to follow, but it brings nothing any more. */
  g_assert_cmpint (ad.state, ==, SPARK_AD_STATE_ACTIVE);
  if (!spark_ledger_deliver (tx, stop->scene->acme, stop->ad, 20000, &metrics, &stop->delivered,
                             error)
      || !spark_ledger_give_again (tx, &creator, stop->scene->grant, &stop->again, error))
    return FALSE;
  /* Before it has followed the one, it stands on the other. */
  return spark_ledger_operate (tx, stop->scene->acme, SPARK_AD_LEVEL_AD, stop->ad,
                               SPARK_OPERATION_ENABLE, error);
}

/* A campaign with thousands of ads, and a grant with most of them. */
static void
test_ads (Watched *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  Fixture *base = &self->base;
  SparkTx *tx;
  Stop stop;
  gboolean more = TRUE;
  g_autofree char *identity = NULL;
  g_autofree char *again = NULL;
  Crowd crowd = { .account = base->account, .items = items };

  ads_set (base, SPARK_SETTING_REVIEW_SECONDS, 0);
  ads_scene_init (&scene, base);
  tx = spark_store_read_begin (base->store, NULL);
  identity = g_strdup (spark_read_identity_id (tx, g_ascii_strtoll (base->account, NULL, 10),
                                               scene.acme));
  spark_store_read_end (tx);
  crowd.advertiser = scene.acme;
  crowd.identity = identity;
  crowd.campaign = scene.campaign;
  run_portions (base, run_carriers, &crowd, CARRIERS);
  run_portions (base, run_crowd, &crowd, ADS);
  g_assert_cmpint (ads_read_grant (base, scene.grant).ads_active, ==, ADS - CARRIERS);

  for (guint on = 0; on < 2; on++)
    {
      begin (self);
      g_assert_true (ads_operate (base, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                                  on ? SPARK_OPERATION_ENABLE : SPARK_OPERATION_DISABLE, &error));
      await_following (self);
      end (self, on ? "turning on" : "turning off");
      g_assert_cmpint (ads_read_grant (base, scene.grant).ads_active, ==,
                       on ? ADS - CARRIERS : 0);
    }

  begin (self);
  stop = (Stop){ &scene, crowd.last, TRUE, NULL };
  fixture_run (base, run_stop, &stop, &error);
  g_assert_no_error (error);
  g_assert_false (stop.delivered);
  g_assert_cmpint (ads_read_grant (base, scene.grant).ads_active, ==, 0);
  await_following (self);
  end (self, "revoking");
  again = stop.again;
  g_assert_cmpint (ads_read_grant (base, scene.grant).ads_active, ==, 0);
  g_assert_cmpint (ads_read_grant (base, again).ads_active, ==, 1);
  g_assert_cmpint (ads_read_ad (base, scene.acme, crowd.last).state, ==, SPARK_AD_STATE_ACTIVE);
  /* Each is told once. */
  g_assert_cmpuint (fixture_count_events (base, SPARK_EVENT_GRANT_REVOKED), ==, 1);

  /* A post is found among a thousand. */
  begin (self);
  act_unbind (base, scene.acme, items->pdata[0], &error);
  g_assert_no_error (error);
  g_assert_true (fixture_run (base, run_end, self, NULL));
  g_test_message ("unbinding: %d µs", (int)self->longest);

  /* What a crash leaves behind follows afterwards. */
  g_assert_true (ads_operate (base, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                              SPARK_OPERATION_DISABLE, &error));
  fixture_reopen (base);
  while (more)
    g_assert_true (fixture_run (base, run_follow, &more, NULL));
  g_assert_cmpint (ads_read_ad (base, scene.acme, crowd.own).state, ==, SPARK_AD_STATE_PAUSED);
}

/* --- batches --- */

static gboolean
run_batch (SparkTx *tx, gpointer data, GError **error)
{
  Fixture *base = data;
  const SparkBatchTerms terms = { .act = SPARK_BATCH_ACT_GENERATE, .days = 30 };
  g_autofree gint64 *subjects = g_new (gint64, SPARK_BATCH_MAX_ROWS);
  g_autofree char *id = NULL;

  /* That they are nothing's does not matter before they are worked at. */
  for (gint64 i = 0; i < SPARK_BATCH_MAX_ROWS; i++)
    subjects[i] = 1000000 + i;
  return spark_ledger_start_batch (tx, &creator, g_ascii_strtoll (base->account, NULL, 10), &terms,
                                   subjects, SPARK_BATCH_MAX_ROWS, &id, error);
}

static void
test_batch (Watched *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* What is done for the first time is prepared first. */
  for (guint i = 0; i < 3; i++)
    {
      begin (self);
      fixture_run (&self->base, run_batch, &self->base, &error);
      g_assert_no_error (error);
      g_assert_true (fixture_run (&self->base, run_end, self, NULL));
      g_test_message ("a batch of %d rows: %d µs", SPARK_BATCH_MAX_ROWS, (int)self->longest);
      /* Of what a stranger sends several fit into one transaction. */
      g_assert_cmpint (self->longest, <=, LONGEST_HOLD / 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/intake/long-work/sample", Watched, NULL, set_up, test_sample, tear_down);
  g_test_add ("/intake/long-work/ads", Watched, NULL, set_up, test_ads, tear_down);
  g_test_add ("/intake/long-work/batch", Watched, NULL, set_up, test_batch, tear_down);
  return g_test_run ();
}
