/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include "server/http/spark-http-private.h"
#include "server/metrics/spark-metrics.h"

/*
 * What is told of requests: counts for the metrics, and a line each where that is wanted. Both know
 * the template of a route alone: an address may hold a link, a query anything.
 */

static const char *const classes[SPARK_HTTP_CLASSES] = { "1xx", "2xx", "3xx", "4xx", "5xx" };

static void
append_route (GString *text, const char *method, const char *path, const _Atomic guint64 *counts)
{
  for (guint i = 0; i < SPARK_HTTP_CLASSES; i++)
    {
      guint64 n = atomic_load_explicit (&counts[i], memory_order_relaxed);

      if (n > 0)
        g_string_append_printf (text,
                                "sparkbox_http_requests_total{method=\"%s\",path=\"%s\","
                                "status=\"%s\"} %" G_GUINT64_FORMAT "\n",
                                method, path, classes[i], n);
    }
}

static void
get_metrics (SparkRequest *request, gpointer data)
{
  SparkHttp *http = data;
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) body = NULL;
  guint feeds, connections;

  spark_metrics_write_head (text, "sparkbox_http_requests_total", "counter",
                            "Answers, by the path of their route; none: nothing is there.");
  for (guint i = 0; i < http->routes->len; i++)
    {
      const SparkRouteEntry *entry = http->routes->pdata[i];

      append_route (text, entry->route.method, entry->route.path, entry->counts);
    }
  append_route (text, "", "", http->unrouted);
  pthread_mutex_lock (&http->lock);
  feeds = g_hash_table_size (http->streams);
  pthread_mutex_unlock (&http->lock);
  pthread_mutex_lock (&http->connections_lock);
  connections = g_hash_table_size (http->connections);
  pthread_mutex_unlock (&http->connections_lock);
  spark_metrics_write_head (text, "sparkbox_feeds", "gauge", "Feeds that are open.");
  g_string_append_printf (text, "sparkbox_feeds %u\n", feeds);
  spark_metrics_write_head (text, "sparkbox_connections", "gauge", "Connections that are open.");
  g_string_append_printf (text, "sparkbox_connections %u\n", connections);
  spark_metrics_write (text);
  body = g_string_free_to_bytes (text);
  spark_request_respond (request, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", body);
}

static const SparkRoute routes[] = {
  { SPARK_FACE_METRICS, "GET", "/metrics", get_metrics, 0, FALSE },
};

void
spark_http_add_metrics (SparkHttp *self)
{
  spark_http_add_routes (self, routes, G_N_ELEMENTS (routes), self);
}

static void
log_request (SparkRequest *request, gint64 duration)
{
  const char *route = request->entry != NULL ? request->entry->route.path : "";
  char status[8], microseconds[24], message[160];
  const GLogField fields[] = {
    { "MESSAGE", message, -1 },
    { "PRIORITY", "6", -1 },
    { "GLIB_DOMAIN", G_LOG_DOMAIN, -1 },
    { "SPARK_REQUEST", request->id, -1 },
    { "SPARK_METHOD", request->entry != NULL ? request->entry->route.method : "", -1 },
    { "SPARK_ROUTE", route, -1 },
    { "SPARK_STATUS", status, -1 },
    { "SPARK_MICROSECONDS", microseconds, -1 },
    { "SPARK_PEER", spark_request_peer (request), -1 },
  };

  g_snprintf (status, sizeof status, "%u", request->answer.status);
  g_snprintf (microseconds, sizeof microseconds, "%" G_GINT64_FORMAT, duration);
  g_snprintf (message, sizeof message, "%s %s %s %s µs %s", request->id,
              request->entry != NULL ? request->entry->route.method : "-", status, microseconds,
              *route != '\0' ? route : "-");
  g_log_structured_array (G_LOG_LEVEL_INFO, fields, G_N_ELEMENTS (fields));
}

void
spark_request_told (SparkRequest *request)
{
  SparkHttp *http = request->listener->http;
  _Atomic guint64 *counts = request->entry != NULL ? request->entry->counts : http->unrouted;
  gint64 duration = g_get_monotonic_time () - request->started;

  atomic_fetch_add_explicit (&counts[CLAMP (request->answer.status / 100, 1, 5) - 1], 1,
                             memory_order_relaxed);
  spark_metrics_observe (SPARK_HISTOGRAM_REQUEST, duration);
  if (http->options.log_requests)
    log_request (request, duration);
}
