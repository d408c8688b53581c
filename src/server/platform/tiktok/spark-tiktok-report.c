/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/platform/tiktok/spark-tiktok-report.h"
#include "spark-enum-types.h"

#define FIRST_MS   2000
#define LONGEST_MS (15 * 60 * 1000)
/* TikTok may be slow to show what it did: so many looks before it is asked for again. */
#define LOOKS 4

gint64
spark_tiktok_now (SparkTiktok *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gint64 now;

  if (tx == NULL)
    return spark_time_now ();
  now = spark_tx_now (tx);
  spark_store_read_end (tx);
  return now;
}

typedef struct
{
  const SparkPlatformTask *task;
  gint64 at; /* the end before; when it is due again */
  gboolean unknown;
  const char *problem;
  const char *words;
} Report;

static gboolean
run_sent (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_sent (tx, report->task->account, report->task->id, report->at, error);
}

static gboolean
run_later (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_later (tx, report->task->account, report->task->id, report->at,
                                  report->unknown, report->problem, error);
}

static gboolean
run_failed (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_failed (tx, report->task->account, report->task->id, report->problem,
                                   report->words, error);
}

/* What is not wanted any more needs no report. */
static gboolean
write_down (SparkTiktok *self, SparkStoreFunc run, Report *report)
{
  g_autoptr (GError) error = NULL;

  if (spark_store_write (self->store, run, report, &error))
    return TRUE;
  if (!g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    spark_error_log (G_LOG_DOMAIN, "What TikTok answered could not be written down", error);
  return FALSE;
}

gboolean
spark_tiktok_report_sent (SparkTiktok *self, const SparkPlatformTask *task, gint64 base_ends_at)
{
  return write_down (self, run_sent, &(Report){ .task = task, .at = base_ends_at });
}

void
spark_tiktok_report_later (SparkTiktok *self, const SparkPlatformTask *task, gint64 wait_ms,
                           gboolean unknown, SparkError problem)
{
  gint64 wait = MIN (FIRST_MS << MIN (task->attempts, 16), LONGEST_MS);

  write_down (self, run_later,
              &(Report){ .task = task,
                         .at = spark_tiktok_now (self) + (wait_ms > 0 ? wait_ms : wait),
                         .unknown = unknown,
                         .problem = spark_enum_to_string (SPARK_TYPE_ERROR, (int)problem) });
}

void
spark_tiktok_report_failed (SparkTiktok *self, const SparkPlatformTask *task, SparkError problem,
                            const char *words)
{
  write_down (self, run_failed,
              &(Report){ .task = task,
                         .problem = spark_enum_to_string (SPARK_TYPE_ERROR, (int)problem),
                         .words = words });
}

void
spark_tiktok_report_error (SparkTiktok *self, const SparkPlatformTask *task, const GError *error,
                           gboolean unknown)
{
  gint64 wait = spark_tiktok_error_get_wait (error);

  /* The connector ends, or the database does not write: whoever takes it up next knows no more. */
  if (error->domain != SPARK_TIKTOK_ERROR)
    {
      spark_tiktok_report_later (self, task, 0, unknown, SPARK_ERROR_UNAVAILABLE);
      return;
    }
  switch ((SparkTiktokError)error->code)
    {
    case SPARK_TIKTOK_ERROR_WAIT:
      spark_tiktok_report_later (self, task, wait, unknown, SPARK_ERROR_TOO_MANY_REQUESTS);
      return;
    case SPARK_TIKTOK_ERROR_RECONNECT:
    case SPARK_TIKTOK_ERROR_REFRESH:
      spark_tiktok_report_later (self, task, LONGEST_MS, unknown, SPARK_ERROR_UNAUTHORIZED);
      return;
    case SPARK_TIKTOK_ERROR_UNREACHABLE:
    case SPARK_TIKTOK_ERROR_UNCERTAIN:
    case SPARK_TIKTOK_ERROR_MISCONFIGURED:
      spark_tiktok_report_later (self, task, 0, unknown, SPARK_ERROR_UNAVAILABLE);
      return;
    case SPARK_TIKTOK_ERROR_DENIED:
      spark_tiktok_report_failed (self, task, SPARK_ERROR_FORBIDDEN, error->message);
      return;
    case SPARK_TIKTOK_ERROR_MISSING:
      spark_tiktok_report_failed (self, task, SPARK_ERROR_NOT_FOUND, error->message);
      return;
    case SPARK_TIKTOK_ERROR_REFUSED:
    case SPARK_TIKTOK_ERROR_UNKNOWN:
    default:
      spark_tiktok_report_failed (self, task, SPARK_ERROR_PLATFORM_CANNOT, error->message);
    }
}

gboolean
spark_tiktok_may_repeat (const SparkPlatformTask *task)
{
  return !task->sent || task->attempts % LOOKS == 0;
}
