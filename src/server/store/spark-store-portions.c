/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include "server/store/spark-store-private.h"
#include "server/store/spark-tx.h"

/* What others have between the portions of long work, in µs. */
#define MIN_TURN 1000
#define MAX_TURN 100000
/* Rows that a portion of long work has at most. */
#define MAX_PORTION 5000

gboolean
spark_store_write_paced (SparkStore *self, SparkStoreFunc run, gpointer data, SparkPace *pace,
                         GError **error)
{
  gint64 began = g_get_monotonic_time ();
  gboolean ok = spark_store_write (self, run, data, error);
  gint64 took = g_get_monotonic_time () - began;

  if (pace->least == 0 || took < pace->least)
    pace->least = took;
  if (took - pace->least > SPARK_PORTION_US * 3 / 2)
    pace->rows = MAX (pace->rows / 2, MAX (pace->fewest, 1));
  else if (took - pace->least < SPARK_PORTION_US / 2)
    pace->rows = MIN (pace->rows * 2, MAX_PORTION);
  g_usleep ((gulong)CLAMP (took, MIN_TURN, MAX_TURN));
  return ok;
}

gboolean
spark_store_write_portion (SparkStore *self, SparkStoreFunc run, gpointer data, GError **error)
{
  SparkPace pace = { .rows = 1 };

  return spark_store_write_paced (self, run, data, &pace, error);
}

typedef struct
{
  SparkTx *tx; /* the writer's; borrowed */
  SparkTxPortion run;
  gboolean more;
} GoOn;

static gboolean
run_portion (SparkTx *tx, gpointer data, GError **error)
{
  GoOn *self = data;

  return self->run (tx, &self->more, error);
}

/* On the writer's thread, as whatever else looks at whether it goes on. */
static void
portion_done (gpointer data, const GError *error)
{
  GoOn *self = data;

  if (error == NULL && (self->more || self->tx->asked_again))
    {
      self->tx->asked_again = FALSE;
      spark_store_submit (self->tx->store, run_portion, portion_done, self);
    }
  else
    {
      self->tx->goes_on = self->tx->asked_again = FALSE;
      g_free (self);
    }
}

void
spark_tx_go_on (SparkTx *tx, SparkTxPortion portion)
{
  GoOn *self;

  /* Its last portion may be done already, without what is written now. */
  tx->asked_again = tx->goes_on;
  if (tx->goes_on)
    return;
  tx->goes_on = TRUE;
  self = g_new0 (GoOn, 1);
  self->tx = tx;
  self->run = portion;
  spark_store_submit (tx->store, run_portion, portion_done, self);
}
