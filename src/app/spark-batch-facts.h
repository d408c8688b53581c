/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-batch-part.h"
#include "app/spark-window.h"

G_BEGIN_DECLS

/*
 * What the replica knows of the objects an act on many is to be done on. They may be thousands, so
 * that they are looked at a few at a time, between what else there is to do. Main thread.
 */
typedef struct
{
  gboolean complete; /* all were looked at */

  /* extend: of the codes, each once */
  gint64 first_end; /* the earliest end they have now; 0: none is known */
  gint64 last_end;
  guint n_others; /* have access by these codes, were not chosen, and end with them */

  /* revoke: the ads that run where Sparkbox ends access */
  guint ads_paused;     /* where the platform ends it at once */
  guint ads_asked;      /* where it is asked to */
  gboolean ads_unknown; /* of some it is not known */
} SparkBatchFacts;

typedef struct _SparkBatchLook SparkBatchLook;

/* @parts: (element-type SparkBatchPart). @done is called once, from the main loop. */
SparkBatchLook *spark_batch_look_new (SparkWindow *window, SparkBatchAct act, GPtrArray *parts,
                                      GFunc done, gpointer user_data);
void spark_batch_look_free (SparkBatchLook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkBatchLook, spark_batch_look_free)

/* As far as they were looked at; valid as long as @self */
const SparkBatchFacts *spark_batch_look_get_facts (SparkBatchLook *self);

G_END_DECLS
