/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-metrics"

#include "config.h"

#include <stdatomic.h>

#include "server/metrics/spark-metrics.h"

#define MAX_BOUNDS 14

static const struct
{
  const char *name;
  const char *help;
} counters[SPARK_N_COUNTERS] = {
  [SPARK_COUNTER_COMMITS] = { "sparkbox_commits_total", "Durable transactions." },
  [SPARK_COUNTER_COMMITS_FAILED]
  = { "sparkbox_commits_failed_total", "Transactions the database did not take." },
  [SPARK_COUNTER_WRITES] = { "sparkbox_writes_total", "Changes that were made." },
  [SPARK_COUNTER_WRITES_FAILED]
  = { "sparkbox_writes_failed_total", "Changes that a rule or the database did not let through." },
  [SPARK_COUNTER_WRITES_REFUSED]
  = { "sparkbox_writes_refused_total", "Changes that found the writer's queue full." },
  [SPARK_COUNTER_THROTTLED] = { "sparkbox_throttled_total", "Requests that came too often." },
  [SPARK_COUNTER_CONNECTIONS_REFUSED]
  = { "sparkbox_connections_refused_total", "Connections of an address that had too many." },
  [SPARK_COUNTER_CONNECTIONS_SLOW]
  = { "sparkbox_connections_slow_total", "Connections ended for a request that did not come." },
};

static const struct
{
  const char *name;
  const char *help;
} gauges[SPARK_N_GAUGES] = {
  [SPARK_GAUGE_CLOCK_WAITS]
  = { "sparkbox_clock_waits", "Whether nothing ends because the clock is not believed yet." },
};

static const struct
{
  const char *name;
  const char *help;
  double unit;               /* what a value is multiplied by */
  gint64 bounds[MAX_BOUNDS]; /* 0: no more */
} histograms[SPARK_N_HISTOGRAMS] = {
  [SPARK_HISTOGRAM_REQUEST] = { "sparkbox_http_request_seconds",
                                "From the beginning of a request to its answer.",
                                1e-6,
                                { 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000,
                                  500000, 1000000, 5000000 } },
  [SPARK_HISTOGRAM_COMMIT] = { "sparkbox_commit_seconds",
                               "What a transaction took, with the disk.",
                               1e-6,
                               { 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000,
                                 500000, 1000000, 5000000 } },
  [SPARK_HISTOGRAM_BATCH] = { "sparkbox_commit_writes",
                              "Changes in one transaction.",
                              1,
                              { 1, 2, 4, 8, 16, 32, 64, 128, 256 } },
};

/* Each on a cache line of its own: many threads add to them. */
static struct
{
  _Alignas(64) _Atomic guint64 value;
} counted[SPARK_N_COUNTERS];

static _Atomic guint set[SPARK_N_GAUGES];

static struct
{
  _Alignas(64) _Atomic guint64 sum;
  _Atomic guint64 buckets[MAX_BOUNDS + 1]; /* the last: above all bounds */
} observed[SPARK_N_HISTOGRAMS];

void
spark_metrics_count (SparkCounter counter)
{
  atomic_fetch_add_explicit (&counted[counter].value, 1, memory_order_relaxed);
}

void
spark_metrics_set (SparkGauge gauge, guint value)
{
  atomic_store_explicit (&set[gauge], value, memory_order_relaxed);
}

void
spark_metrics_observe (SparkHistogram histogram, gint64 value)
{
  const gint64 *bounds = histograms[histogram].bounds;
  guint i = 0;

  while (i < MAX_BOUNDS && bounds[i] != 0 && value > bounds[i])
    i++;
  if (i < MAX_BOUNDS && bounds[i] == 0)
    i = MAX_BOUNDS;
  atomic_fetch_add_explicit (&observed[histogram].buckets[i], 1, memory_order_relaxed);
  atomic_fetch_add_explicit (&observed[histogram].sum, (guint64)MAX (value, 0),
                             memory_order_relaxed);
}

void
spark_metrics_write_head (GString *text, const char *name, const char *type, const char *help)
{
  g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Whatever the locale. */
static void
append_number (GString *text, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.10g", number));
}

static void
write_histogram (GString *text, SparkHistogram histogram)
{
  const char *name = histograms[histogram].name;
  double unit = histograms[histogram].unit;
  guint64 total = 0;

  spark_metrics_write_head (text, name, "histogram", histograms[histogram].help);
  for (guint i = 0; i < MAX_BOUNDS && histograms[histogram].bounds[i] != 0; i++)
    {
      total += atomic_load_explicit (&observed[histogram].buckets[i], memory_order_relaxed);
      g_string_append_printf (text, "%s_bucket{le=\"", name);
      append_number (text, (double)histograms[histogram].bounds[i] * unit);
      g_string_append_printf (text, "\"} %" G_GUINT64_FORMAT "\n", total);
    }
  total += atomic_load_explicit (&observed[histogram].buckets[MAX_BOUNDS], memory_order_relaxed);
  g_string_append_printf (text, "%s_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n%s_sum ", name,
                          total, name);
  append_number (text, (double)atomic_load_explicit (&observed[histogram].sum, memory_order_relaxed)
                           * unit);
  g_string_append_printf (text, "\n%s_count %" G_GUINT64_FORMAT "\n", name, total);
}

void
spark_metrics_write (GString *text)
{
  for (guint i = 0; i < SPARK_N_COUNTERS; i++)
    {
      spark_metrics_write_head (text, counters[i].name, "counter", counters[i].help);
      g_string_append_printf (text, "%s %" G_GUINT64_FORMAT "\n", counters[i].name,
                              atomic_load_explicit (&counted[i].value, memory_order_relaxed));
    }
  for (guint i = 0; i < SPARK_N_GAUGES; i++)
    {
      spark_metrics_write_head (text, gauges[i].name, "gauge", gauges[i].help);
      g_string_append_printf (text, "%s %u\n", gauges[i].name,
                              atomic_load_explicit (&set[i], memory_order_relaxed));
    }
  for (guint i = 0; i < SPARK_N_HISTOGRAMS; i++)
    write_histogram (text, i);
}
