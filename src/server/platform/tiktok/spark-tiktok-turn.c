/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include "model/spark-error.h"
#include "server/ledger/spark-ledger-platform.h"
#include "server/platform/tiktok/spark-tiktok-report.h"
#include "server/platform/tiktok/spark-tiktok-turn.h"

/* Somebody else has it: how soon it may have ended early. */
#define OTHERS_MS 1000

typedef struct
{
  const char *subject;
  gint64 until;
  gboolean claimed;
} Turn;

static gboolean
run_take (SparkTx *tx, gpointer data, GError **error)
{
  Turn *turn = data;

  return spark_ledger_claim_turn (tx, turn->subject, turn->until, &turn->claimed, error);
}

static gboolean
run_end (SparkTx *tx, gpointer data, GError **error)
{
  Turn *turn = data;

  return spark_ledger_end_turn (tx, turn->subject, turn->until, error);
}

gboolean
spark_tiktok_turn_take (SparkTiktok *self, const char *subject, gint64 *next)
{
  Turn turn = { subject, 0, FALSE };
  /* Reads by itself, which cannot be done inside of another read. */
  gint64 at = G_MAXINT64, now = spark_tiktok_now (self);
  SparkTx *tx = spark_store_read_begin (self->store, NULL);

  if (tx != NULL)
    {
      spark_read_turn (tx, subject, &at, NULL);
      spark_store_read_end (tx);
    }
  turn.until = now + SPARK_TIKTOK_LEASE_MS;
  if (at <= now && spark_store_write (self->store, run_take, &turn, NULL) && turn.claimed)
    return TRUE;
  *next = MIN (*next, MAX (at, now + OTHERS_MS));
  return FALSE;
}

void
spark_tiktok_turn_end (SparkTiktok *self, const char *subject, gint64 at, gint64 *next)
{
  Turn turn = { subject, at, FALSE };
  g_autoptr (GError) error = NULL;

  /* Else it is somebody's turn when the lease is over. */
  if (!spark_store_write (self->store, run_end, &turn, &error))
    {
      g_autofree char *what = g_strconcat ("Looked at later: ", subject, NULL);

      spark_error_log (G_LOG_DOMAIN, what, error);
    }
  *next = MIN (*next, at);
}
