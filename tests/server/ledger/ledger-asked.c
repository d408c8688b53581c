/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-asked.h"
#include "server/ledger/spark-ledger-check.h"
#include "server/ledger/spark-ledger-connections.h"
#include "server/store/spark-tx.h"

static gboolean
add_account (SparkTx *tx, gpointer data, GError **error)
{
  Asked *self = data;

  return spark_tx_int (tx, error, &self->number, 0, "account_insert", "issi",
                       (gint64)SPARK_PLATFORM_TIKTOK, "Lena", "lena.films", spark_tx_now (tx))
         && spark_tx_touch (tx, self->number, SPARK_KIND_ACCOUNT, self->number, error);
}

void
asked_set_up (Asked *self, gconstpointer data)
{
  gint64 account;

  fixture_set_up (&self->base, data);
  g_assert_true (fixture_run (&self->base, add_account, self, NULL));
  self->account = g_strdup_printf ("%" G_GINT64_FORMAT, self->number);
  self->video = fixture_add_video (&self->base, self->account, ASKED_ITEM);
  g_assert_true (spark_id_parse (self->video, &account, &self->video_number));
}

typedef struct
{
  Asked *asked;
  SparkConnectionState state;
} Connecting;

static gboolean
run_connect (SparkTx *tx, gpointer data, GError **error)
{
  const Connecting *self = data;
  Asked *asked = self->asked;
  const SparkConsent consent = { .asker = (char *)"owner", .account = asked->number };
  const SparkConnection connection = { .open_id = (char *)"open-lena",
                                       .scope = (char *)"user.info.basic",
                                       .access = (char *)"act.lena",
                                       .refresh = (char *)"rft.lena",
                                       .access_ends_at = spark_tx_now (tx) + SPARK_DAY_MS,
                                       .refresh_ends_at = spark_tx_now (tx) + 365 * SPARK_DAY_MS };
  gint64 account;

  if (!spark_ledger_connect (tx, &consent, &connection, "Lena", "lena.films", &account, error))
    return FALSE;
  if (self->state == SPARK_CONNECTION_STATE_LOST)
    return spark_ledger_lose_connection (tx, account, error);
  return self->state == SPARK_CONNECTION_STATE_CONNECTED
         || (spark_ledger_disconnect (tx, &creator, asked->account, error)
             && (self->state == SPARK_CONNECTION_STATE_ENDING
                 || spark_ledger_forget_tokens (tx, account, error)));
}

void
asked_connect (Asked *self, SparkConnectionState state)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_connect, &(Connecting){ self, state }, &error);
  g_assert_no_error (error);
}

static void
on_found (const char *rule, const char *id, gpointer data)
{
  g_error ("%s: %s", rule, id);
}

static gboolean
audit (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_check (tx, on_found, NULL, error);
}

void
asked_tear_down (Asked *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, audit, NULL, &error);
  g_assert_no_error (error);
  g_free (self->account);
  g_free (self->video);
  fixture_tear_down (&self->base, data);
}

typedef struct
{
  Asked *asked;
  SparkPlatformTask *task;
  const SparkPlatformStatus *status;
  const SparkPlatformPost *post;
  const char *advertiser;
  const char *problem;
  gint64 at;
  gboolean settled;
  GPtrArray *tasks;
} Report;

static gboolean
run_claim (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  g_clear_pointer (&report->tasks, g_ptr_array_unref);
  report->tasks = spark_ledger_claim_tasks (tx, 10, ASKED_LEASE, error);
  return report->tasks != NULL;
}

GPtrArray *
asked_claim_all (Asked *self)
{
  Report report = { .asked = self };
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_claim, &report, &error);
  g_assert_no_error (error);
  return report.tasks;
}

SparkPlatformTask *
asked_claim (Asked *self, SparkTaskAct act)
{
  g_autoptr (GPtrArray) tasks = asked_claim_all (self);

  g_assert_cmpuint (tasks->len, ==, 1);
  g_assert_cmpint (((SparkPlatformTask *)tasks->pdata[0])->act, ==, act);
  return g_ptr_array_steal_index (tasks, 0);
}

void
asked_assert_nothing_due (Asked *self)
{
  g_autoptr (GPtrArray) tasks = asked_claim_all (self);

  g_assert_cmpuint (tasks->len, ==, 0);
}

static gboolean
run_sent (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_sent (tx, report->task->account, report->task->id, report->at, error);
}

gboolean
asked_sent (Asked *self, SparkPlatformTask *task, gint64 base, GError **error)
{
  return fixture_run (&self->base, run_sent, &(Report){ .task = task, .at = base }, error);
}

static gboolean
run_status (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_apply_status (tx, report->asked->number, report->asked->video_number,
                                    report->task != NULL ? report->task->id : 0, report->at,
                                    report->status, &report->settled, error);
}

gboolean
asked_status_at (Asked *self, SparkPlatformTask *task, gint64 at, const SparkPlatformStatus *status)
{
  Report report = { .asked = self, .task = task, .status = status, .at = at };
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_status, &report, &error);
  g_assert_no_error (error);
  return report.settled;
}

gboolean
asked_status (Asked *self, SparkPlatformTask *task, const SparkPlatformStatus *status)
{
  return asked_status_at (self, task, self->base.now, status);
}

static gboolean
run_later (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_later (tx, report->task->account, report->task->id, report->at, TRUE,
                                  report->problem, error);
}

static gboolean
run_failed (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_failed (tx, report->task->account, report->task->id, report->problem,
                                   "The words of TikTok", error);
}

void
asked_later (Asked *self, SparkPlatformTask *task, gint64 at, const char *problem)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_later, &(Report){ .task = task, .at = at, .problem = problem },
               &error);
  g_assert_no_error (error);
}

void
asked_failed (Asked *self, SparkPlatformTask *task, const char *problem)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_failed, &(Report){ .task = task, .problem = problem }, &error);
  g_assert_no_error (error);
}

static gboolean
run_post (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_apply_post (tx, report->advertiser, report->asked->number,
                                  report->asked->video_number, report->at, report->post, error);
}

void
asked_post (Asked *self, const char *advertiser, gboolean authorized, gint64 bound_at)
{
  const SparkPlatformPost listed
      = { .listed = authorized, .authorized = authorized, .bound_at = bound_at };
  g_autoptr (GError) error = NULL;

  fixture_run (
      &self->base, run_post,
      &(Report){ .asked = self, .advertiser = advertiser, .post = &listed, .at = self->base.now },
      &error);
  g_assert_no_error (error);
}

char *
asked_make_code (Asked *self)
{
  char *code = act_generate (&self->base, self->video, 30, NULL);
  g_autoptr (SparkPlatformTask) task = asked_claim (self, SPARK_TASK_ACT_GENERATE);

  g_assert_true (asked_sent (self, task, 0, NULL));
  g_assert_true (
      asked_status (self, task,
                    &(SparkPlatformStatus){ .exists = TRUE,
                                            .string = ASKED_STRING,
                                            .starts_at = self->base.now,
                                            .ends_at = self->base.now + 30 * SPARK_DAY_MS,
                                            .days = 30 }));
  return code;
}

SparkPlatformStatus
asked_ready (Asked *self, gint64 ends_at)
{
  return (SparkPlatformStatus){ .exists = TRUE, .string = ASKED_STRING, .ends_at = ends_at };
}
