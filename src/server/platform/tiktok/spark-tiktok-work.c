/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/ledger/spark-ledger-connections.h"
#include "server/platform/tiktok/spark-tiktok-authorization.h"
#include "server/platform/tiktok/spark-tiktok-brands.h"
#include "server/platform/tiktok/spark-tiktok-report.h"
#include "server/platform/tiktok/spark-tiktok-schedule.h"
#include "server/platform/tiktok/spark-tiktok-turn.h"
#include "server/platform/tiktok/spark-tiktok-work.h"

/* Few at once, so that the others of many get their turn, on whatever node. */
#define TASKS 8
/* How soon a wish is taken up. */
#define IDLE_MS 1000
/* How often an ad account's list is read. */
#define LIST_MS             (60 * 1000)
#define TROUBLE_MS          30000
#define VIDEOS_WITHOUT_CODE 50
/* Accounts, and ad accounts, of one backend. */
#define MAX_SUBJECTS 100000

static gboolean
is_over (SparkTiktok *self)
{
  return self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable);
}

static void
call_again (gint64 *next, gint64 at)
{
  *next = MIN (*next, at);
}

/* --- wishes --- */

static gboolean
run_claim (SparkTx *tx, gpointer data, GError **error)
{
  GPtrArray **tasks = data;

  g_clear_pointer (tasks, g_ptr_array_unref);
  *tasks = spark_ledger_claim_tasks (tx, TASKS, SPARK_TIKTOK_LEASE_MS, error);
  return *tasks != NULL;
}

/* A look that writes nothing: most of the time nobody wants anything. */
static gboolean
has_due (SparkTiktok *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gboolean due = FALSE;

  if (tx == NULL)
    return FALSE;
  spark_read_tasks_due (tx, &due, NULL);
  spark_store_read_end (tx);
  return due;
}

static void
work_at (SparkTiktok *self, const SparkPlatformTask *task)
{
  if (task->grant != 0)
    spark_tiktok_work_at_grant (self, task);
  else
    spark_tiktok_work_at_code (self, task);
}

void
spark_tiktok_work_due (SparkTiktok *self, gint64 *next)
{
  gboolean more = TRUE;

  while (more && !is_over (self))
    {
      g_autoptr (GPtrArray) tasks = NULL;
      g_autoptr (GError) error = NULL;

      if (!has_due (self))
        break;
      if (!spark_store_write (self->store, run_claim, &tasks, &error))
        {
          spark_error_log (G_LOG_DOMAIN, "What TikTok is to be asked for could not be read", error);
          break;
        }
      /* What is left when the connector ends is due again when its lease is over. */
      for (guint i = 0; i < tasks->len && !is_over (self); i++)
        work_at (self, tasks->pdata[i]);
      more = tasks->len > 0;
    }
  call_again (next, spark_tiktok_now (self) + IDLE_MS);
}

/* --- looks --- */

/* Those that are connected, one page after the other. */
static GArray *
read_accounts (SparkTiktok *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  GArray *accounts;

  if (tx == NULL)
    return NULL;
  accounts = spark_read_connections (tx, SPARK_CONNECTION_STATE_CONNECTED, 0, MAX_SUBJECTS, NULL);
  spark_store_read_end (tx);
  return accounts;
}

static gboolean
add_advertiser (const SparkAdvertiser *advertiser, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (advertiser->id));
  return TRUE;
}

static GPtrArray *
read_advertisers (SparkTiktok *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  SparkTx *tx = spark_store_read_begin (self->store, NULL);

  if (tx == NULL)
    return NULL;
  spark_read_advertiser_connections (tx, SPARK_CONNECTION_STATE_CONNECTED, NULL, MAX_SUBJECTS,
                                     add_advertiser, ids, NULL);
  spark_store_read_end (tx);
  return g_steal_pointer (&ids);
}

/* When to try again after something went wrong. */
static gint64
after (SparkTiktok *self, const GError *error)
{
  gint64 wait = spark_tiktok_error_get_wait (error);

  return spark_tiktok_now (self) + (wait > 0 ? wait : TROUBLE_MS);
}

static GArray *
read_looks (SparkTiktok *self, gint64 account, GError **error)
{
  SparkTx *tx = spark_store_read_begin (self->store, error);
  GArray *looks;

  if (tx == NULL)
    return NULL;
  looks = spark_read_looks (tx, account, VIDEOS_WITHOUT_CODE, error);
  spark_store_read_end (tx);
  return looks;
}

static gboolean
run_count (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_count_unasked (tx, *(gint64 *)data, error);
}

/* Returns: when to look again */
static gint64
look_at_account (SparkTiktok *self, gint64 account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) looks = read_looks (self, account, &error);
  gint64 now = spark_tiktok_now (self), next = 0;
  guint due = looks != NULL ? spark_tiktok_schedule_pick (looks, now, &next) : 0;

  for (guint i = 0; i < MIN (due, SPARK_TIKTOK_LOOKS_A_ROUND) && error == NULL && !is_over (self);
       i++)
    {
      const SparkPlatformLook *look = &g_array_index (looks, SparkPlatformLook, i);

      spark_tiktok_look_at_code (self, account, look->video, look->item_id, &error);
    }
  if (due > 0)
    spark_store_write (self->store, run_count, &account, NULL);
  if (error != NULL)
    {
      g_debug ("The codes of account %" G_GINT64_FORMAT " could not be looked at: %s", account,
               error->message);
      return after (self, error);
    }
  now = spark_tiktok_now (self);
  /* Of an account that was just connected the videos are on their way. */
  return due > SPARK_TIKTOK_LOOKS_A_ROUND || looks->len == 0
             ? now + SPARK_TIKTOK_ROUND_MS
             : CLAMP (next, now + SPARK_TIKTOK_ROUND_MS, now + LIST_MS);
}

void
spark_tiktok_look_due (SparkTiktok *self, gint64 *next)
{
  g_autoptr (GArray) accounts = read_accounts (self);

  for (guint i = 0; accounts != NULL && i < accounts->len && !is_over (self); i++)
    {
      gint64 account = g_array_index (accounts, gint64, i);
      g_autofree char *subject = g_strdup_printf ("account %" G_GINT64_FORMAT, account);

      if (spark_tiktok_turn_take (self, subject, next))
        spark_tiktok_turn_end (self, subject, look_at_account (self, account), next);
    }
}

void
spark_tiktok_list_due (SparkTiktok *self, gint64 *next)
{
  g_autoptr (GPtrArray) advertisers = read_advertisers (self);

  for (guint i = 0; advertisers != NULL && i < advertisers->len && !is_over (self); i++)
    {
      const char *advertiser = advertisers->pdata[i];
      g_autofree char *subject = g_strconcat ("advertiser ", advertiser, NULL);
      g_autoptr (GError) error = NULL;

      if (!spark_tiktok_turn_take (self, subject, next))
        continue;
      if (spark_tiktok_look_at_brand (self, advertiser, &error))
        spark_tiktok_turn_end (self, subject, spark_tiktok_now (self) + LIST_MS, next);
      else
        {
          g_debug ("What ad account %s lists could not be read: %s", advertiser, error->message);
          spark_tiktok_turn_end (self, subject, after (self, error), next);
        }
    }
}
