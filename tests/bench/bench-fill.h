/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/* What the benchmarks of the application share. Times are CPU time. */
double bench_cpu_ms (void);    /* of the process */
double bench_thread_ms (void); /* of this thread */
/* Runs the main loop until nothing is left to do. */
void bench_settle (void);

/* The replica of the sign-in @id, in the user's data folder; ends the program if it cannot be. */
SparkReplica *bench_open_replica (const char *id);

/**
 * bench_fill:
 * @apply_cpu: (out): what taking them in cost the whole process
 * @longest: (out): the longest turn of the main loop meanwhile, of the main thread alone, with a
 *   list that follows
 *
 * Loads @n_accounts and the @n_videos of the first of them as a first load does, in pages.
 */
void bench_fill (SparkReplica *replica, guint n_accounts, guint n_videos, double *apply_cpu,
                 double *longest);

G_END_DECLS
