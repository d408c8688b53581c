/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What this process has counted since it began, in Prometheus' text format. Counting is an atomic
 * addition, from any thread. Nothing counted has a name that a stranger chose.
 */
typedef enum
{
  SPARK_COUNTER_COMMITS,
  SPARK_COUNTER_COMMITS_FAILED,
  SPARK_COUNTER_WRITES,
  SPARK_COUNTER_WRITES_FAILED,  /* a rule or the database did not let them */
  SPARK_COUNTER_WRITES_REFUSED, /* the queue was full */
  SPARK_COUNTER_THROTTLED,
  SPARK_COUNTER_CONNECTIONS_REFUSED, /* of an address that has too many */
  SPARK_COUNTER_CONNECTIONS_SLOW,
  SPARK_N_COUNTERS,
} SparkCounter;

typedef enum
{
  SPARK_GAUGE_CLOCK_WAITS, /* 1: nothing ends until the clock has stayed for a while; else 0 */
  SPARK_N_GAUGES,
} SparkGauge;

typedef enum
{
  SPARK_HISTOGRAM_REQUEST, /* µs */
  SPARK_HISTOGRAM_COMMIT,  /* µs */
  SPARK_HISTOGRAM_BATCH,   /* writes of one commit */
  SPARK_N_HISTOGRAMS,
} SparkHistogram;

void spark_metrics_count (SparkCounter counter);
/* Until then it is 0. */
void spark_metrics_set (SparkGauge gauge, guint value);
void spark_metrics_observe (SparkHistogram histogram, gint64 value);

/* Appends all of it. */
void spark_metrics_write (GString *text);
/* Appends what describes a metric, for those that are not counted here. @type: "counter", "gauge"
 */
void spark_metrics_write_head (GString *text, const char *name, const char *type, const char *help);

G_END_DECLS
