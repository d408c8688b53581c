/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-batch-part.h"
#include "app/spark-dialog.h"

G_BEGIN_DECLS

/* A list of what became of the objects of an act on many: of those that failed, or of those that
 * are done. Part of its dialog. Main thread. */
typedef struct
{
  /* template widgets of the dialog */
  AdwPreferencesGroup *group;
  GtkListBox *list;
  GtkLabel *more_label;

  /* borrowed */
  SparkDialog *dialog;
  GPtrArray *parts; /* of SparkBatchPart */

  void (*tell) (SparkDialog *dialog);
  SparkBatchRowState state; /* of them all */
  gboolean looks_at_all;    /* also at those that failed and are not shown */
  guint n;                  /* that were asked for last */
  guint n_under_way;        /* parts that are asked for now */
} SparkBatchResults;

/**
 * spark_batch_results_init:
 * @state: SPARK_BATCH_ROW_STATE_FAILED or _DONE
 * @tell: called when results came, or why they did not: each of @parts keeps it
 *
 * The widgets are set by the template. Where what failed may have needed nothing, set looks_at_all.
 */
void spark_batch_results_init (SparkBatchResults *self, SparkBatchRowState state,
                               SparkDialog *dialog, GPtrArray *parts,
                               void (*tell) (SparkDialog *dialog));

/* Asks for as many as are shown or looked at, where their number changed since. */
void spark_batch_results_load (SparkBatchResults *self);
/* Asks once more for those that did not come. */
void spark_batch_results_load_missing (SparkBatchResults *self);
/* Hides the list: another begins. */
void spark_batch_results_clear (SparkBatchResults *self);

G_END_DECLS
