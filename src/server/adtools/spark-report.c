/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"

#define MAX_DAYS_BY_DAY 30
#define MAX_DAYS        365
#define DAY_MS          G_GINT64_CONSTANT (86400000)

static const char *const report_types[] = { "BASIC", NULL };
static const char *const levels[]
    = { "AUCTION_ADVERTISER", "AUCTION_CAMPAIGN", "AUCTION_ADGROUP", "AUCTION_AD", NULL };
static const char *const dimensions[]
    = { "advertiser_id", "campaign_id", "adgroup_id", "ad_id", "post_id", "stat_time_day", NULL };
static const char *const order_types[] = { "ASC", "DESC", NULL };
static const char *const filter_types[] = { "IN", NULL };
static const char *const filter_names[] = { "campaign_ids", "adgroup_ids", "ad_ids", NULL };

static const SparkField filter_fields[] = {
  { "field_name", SPARK_FIELD_ENUM, TRUE, 0, 0, filter_names },
  { "filter_type", SPARK_FIELD_ENUM, TRUE, 0, 0, filter_types },
  { "filter_value", SPARK_FIELD_STRING, TRUE, 0, 65536 },
  { NULL },
};

static const SparkField get_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "report_type", SPARK_FIELD_ENUM, TRUE, 0, 0, report_types },
  { "data_level", SPARK_FIELD_ENUM, TRUE, 0, 0, levels },
  { "dimensions", SPARK_FIELD_STRINGS, TRUE, 0, 4, dimensions },
  { "metrics", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "start_date", SPARK_FIELD_DATE, FALSE },
  { "end_date", SPARK_FIELD_DATE, FALSE },
  { "query_lifetime", SPARK_FIELD_BOOL, FALSE },
  { "enable_total_metrics", SPARK_FIELD_BOOL, FALSE },
  { "filtering", SPARK_FIELD_OBJECTS, FALSE, 0, 10, NULL, filter_fields },
  { "order_field", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "order_type", SPARK_FIELD_ENUM, FALSE, 0, 0, order_types },
  SPARK_FIELD_PAGING (1000),
  { NULL },
};

/* --- what is told --- */

/* Counted; a share of two of them, times @factor; a name of the ad; or always 0 here. */
typedef struct
{
  const char *name;
  int counted; /* -1: none */
  int by;      /* -1: not divided */
  double factor;
  int decimals;
} Metric;

static const Metric metrics[] = {
  { "spend", SPARK_METRIC_SPEND, -1, 0.01, 2 },
  { "impressions", SPARK_METRIC_IMPRESSIONS, -1, 1, 0 },
  { "reach", SPARK_METRIC_REACH, -1, 1, 0 },
  { "frequency", SPARK_METRIC_IMPRESSIONS, SPARK_METRIC_REACH, 1, 2 },
  { "clicks", SPARK_METRIC_CLICKS, -1, 1, 0 },
  { "ctr", SPARK_METRIC_CLICKS, SPARK_METRIC_IMPRESSIONS, 100, 2 },
  { "cpc", SPARK_METRIC_SPEND, SPARK_METRIC_CLICKS, 0.01, 2 },
  { "cpm", SPARK_METRIC_SPEND, SPARK_METRIC_IMPRESSIONS, 10, 2 },
  { "cost_per_1000_reached", SPARK_METRIC_SPEND, SPARK_METRIC_REACH, 10, 2 },
  { "video_play_actions", SPARK_METRIC_VIEWS, -1, 1, 0 },
  { "video_watched_2s", SPARK_METRIC_VIEWS_2S, -1, 1, 0 },
  { "video_watched_6s", SPARK_METRIC_VIEWS_6S, -1, 1, 0 },
  { "video_views_p25", SPARK_METRIC_VIEWS_P25, -1, 1, 0 },
  { "video_views_p50", SPARK_METRIC_VIEWS_P50, -1, 1, 0 },
  { "video_views_p75", SPARK_METRIC_VIEWS_P75, -1, 1, 0 },
  { "video_views_p100", SPARK_METRIC_VIEWS_P100, -1, 1, 0 },
  { "average_video_play", SPARK_METRIC_WATCHED_MS, SPARK_METRIC_VIEWS, 0.001, 2 },
  { "engaged_view", SPARK_METRIC_VIEWS_6S, -1, 1, 0 },
  { "paid_engaged_view", SPARK_METRIC_VIEWS_6S, -1, 1, 0 },
  { "likes", SPARK_METRIC_LIKES, -1, 1, 0 },
  { "comments", SPARK_METRIC_COMMENTS, -1, 1, 0 },
  { "shares", SPARK_METRIC_SHARES, -1, 1, 0 },
  { "follows", SPARK_METRIC_FOLLOWS, -1, 1, 0 },
  { "profile_visits", SPARK_METRIC_PROFILE_VISITS, -1, 1, 0 },
  { "profile_visits_rate", SPARK_METRIC_PROFILE_VISITS, SPARK_METRIC_IMPRESSIONS, 100, 2 },
  { "clicks_on_music_disc", -1, -1, 0, 0 },
  { "duet_clicks", -1, -1, 0, 0 },
  { "stitch_clicks", -1, -1, 0, 0 },
  { "sound_usage_clicks", -1, -1, 0, 0 },
  { "anchor_clicks", -1, -1, 0, 0 },
  { "conversion", -1, -1, 0, 0 },
};

/* Those that TikTok calls the sum of all the others. */
static const int engagements[]
    = { SPARK_METRIC_CLICKS, SPARK_METRIC_LIKES,   SPARK_METRIC_COMMENTS,
        SPARK_METRIC_SHARES, SPARK_METRIC_FOLLOWS, SPARK_METRIC_PROFILE_VISITS };

static const char *const names[] = { "ad_name",     "adgroup_name", "campaign_name",  "adgroup_id",
                                     "campaign_id", "ad_id",        "tiktok_post_id", NULL };

static const char *const default_metrics[] = { "spend", "impressions", NULL };

typedef struct
{
  SparkAd ad; /* the one that it was first met for; names live as long as the transaction */
  gint64 day; /* -1: of all days */
  SparkMetrics metrics;
  double order;
} Row;

static double
value_of (const Metric *metric, const SparkMetrics *of)
{
  double value = metric->counted >= 0 ? (double)of->of[metric->counted] * metric->factor : 0;

  if (metric->by < 0)
    return value;
  return of->of[metric->by] > 0 ? value / (double)of->of[metric->by] : 0;
}

static const Metric *
find_metric (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (metrics); i++)
    if (strcmp (metrics[i].name, name) == 0)
      return &metrics[i];
  return NULL;
}

static gint64
count_engagements (const SparkMetrics *of)
{
  gint64 sum = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (engagements); i++)
    sum += of->of[engagements[i]];
  return sum;
}

static gboolean
is_known (const char *name)
{
  return find_metric (name) != NULL || g_strv_contains (names, name)
         || strcmp (name, "engagements") == 0;
}

static void
write_name (SparkJsonWriter *writer, const char *name, const SparkAd *ad)
{
  if (strcmp (name, "ad_name") == 0)
    spark_json_string (writer, name, ad->name);
  else if (strcmp (name, "adgroup_name") == 0)
    spark_json_string (writer, name, ad->adgroup_name);
  else if (strcmp (name, "campaign_name") == 0)
    spark_json_string (writer, name, ad->campaign_name);
  else if (strcmp (name, "adgroup_id") == 0)
    spark_envelope_id (writer, name, ad->adgroup);
  else if (strcmp (name, "campaign_id") == 0)
    spark_envelope_id (writer, name, ad->campaign);
  else if (strcmp (name, "ad_id") == 0)
    spark_envelope_id (writer, name, ad->id);
  else
    spark_json_string (writer, name, ad->item_id);
}

/* Every value is a string, as at TikTok. @ad: NULL for totals */
static void
write_metric (SparkJsonWriter *writer, const char *name, const SparkMetrics *of, const SparkAd *ad)
{
  const Metric *metric = find_metric (name);
  char text[64];

  if (metric == NULL && strcmp (name, "engagements") != 0)
    {
      if (ad != NULL)
        write_name (writer, name, ad);
      return;
    }
  if (metric == NULL)
    g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, count_engagements (of));
  else
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%df", metric->decimals);
      g_ascii_formatd (text, sizeof text, format, value_of (metric, of));
    }
  spark_json_string (writer, name, text);
}

static void
write_metrics (SparkCall *call, const char *name, const SparkMetrics *of, const SparkAd *ad)
{
  JsonArray *wanted = spark_field_array (call->params, "metrics");
  guint n = wanted != NULL ? json_array_get_length (wanted) : 0;

  spark_json_begin_object (&call->data, name);
  for (guint i = 0; i < n; i++)
    write_metric (&call->data, json_array_get_string_element (wanted, i), of, ad);
  for (const char *const *metric = default_metrics; n == 0 && *metric != NULL; metric++)
    write_metric (&call->data, *metric, of, ad);
  spark_json_end_object (&call->data);
}

/* --- gathering --- */

/* One of "filtering": the ads that are told of. */
typedef struct
{
  const char *name;
  GHashTable *ids; /* gint64 */
} Filter;

typedef struct
{
  SparkCall *call;
  GStringChunk *strings; /* of the ads */
  GArray *filters;       /* of Filter */
  GHashTable *ads;       /* of id to SparkAd: those that pass */
  GHashTable *rows;      /* of key to Row */
  GPtrArray *order;      /* borrowed from rows, as they came */
  gboolean by_day;
  JsonArray *dimensions;
} Gather;

static void
filter_clear (gpointer data)
{
  g_hash_table_unref (((Filter *)data)->ids);
}

/* What is no list of ids lets nothing pass. */
static GHashTable *
parse_ids (const char *value)
{
  g_autoptr (JsonNode) root = spark_json_parse (value, strlen (value), G_MAXSIZE, NULL);
  GHashTable *ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  JsonArray *array
      = root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      gint64 id = 0;

      if (!JSON_NODE_HOLDS_VALUE (item))
        continue;
      if (json_node_get_value_type (item) == G_TYPE_STRING)
        g_ascii_string_to_signed (json_node_get_string (item), 10, 1, G_MAXINT64, &id, NULL);
      else
        id = json_node_get_int (item);
      g_hash_table_add (ids, g_memdup2 (&id, sizeof id));
    }
  return ids;
}

static GArray *
parse_filters (SparkCall *call)
{
  JsonArray *given = spark_field_array (call->params, "filtering");
  GArray *filters = g_array_new (FALSE, FALSE, sizeof (Filter));

  g_array_set_clear_func (filters, filter_clear);
  for (guint i = 0; given != NULL && i < json_array_get_length (given); i++)
    {
      JsonObject *object = json_array_get_object_element (given, i);
      Filter filter = { spark_field_string (object, "field_name"),
                        parse_ids (spark_field_string (object, "filter_value")) };

      g_array_append_val (filters, filter);
    }
  return filters;
}

static gboolean
passes (const Gather *gather, const SparkAd *ad)
{
  for (guint i = 0; i < gather->filters->len; i++)
    {
      const Filter *filter = &g_array_index (gather->filters, Filter, i);
      gint64 id = strcmp (filter->name, "ad_ids") == 0        ? ad->id
                  : strcmp (filter->name, "adgroup_ids") == 0 ? ad->adgroup
                                                              : ad->campaign;

      if (!g_hash_table_contains (filter->ids, &id))
        return FALSE;
    }
  return TRUE;
}

static gboolean
gather_ad (const SparkAd *ad, gpointer data)
{
  Gather *gather = data;
  SparkAd *copy;

  if (!passes (gather, ad))
    return TRUE;
  copy = g_memdup2 (ad, sizeof *ad);
  copy->name = g_string_chunk_insert (gather->strings, ad->name);
  copy->item_id = g_string_chunk_insert (gather->strings, ad->item_id);
  copy->campaign_name = g_string_chunk_insert_const (gather->strings, ad->campaign_name);
  copy->adgroup_name = g_string_chunk_insert_const (gather->strings, ad->adgroup_name);
  copy->details = NULL;
  copy->advertiser = NULL;
  g_hash_table_insert (gather->ads, g_memdup2 (&ad->id, sizeof ad->id), copy);
  return TRUE;
}

static char *
make_key (Gather *gather, const SparkAd *ad, gint64 day)
{
  GString *key = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (gather->dimensions); i++)
    {
      const char *name = json_array_get_string_element (gather->dimensions, i);

      if (strcmp (name, "ad_id") == 0)
        g_string_append_printf (key, "%" G_GINT64_FORMAT " ", ad->id);
      else if (strcmp (name, "adgroup_id") == 0)
        g_string_append_printf (key, "%" G_GINT64_FORMAT " ", ad->adgroup);
      else if (strcmp (name, "campaign_id") == 0)
        g_string_append_printf (key, "%" G_GINT64_FORMAT " ", ad->campaign);
      else if (strcmp (name, "post_id") == 0)
        g_string_append_printf (key, "%s ", ad->item_id);
      else if (strcmp (name, "stat_time_day") == 0)
        g_string_append_printf (key, "%" G_GINT64_FORMAT " ", day);
    }
  return g_string_free (key, FALSE);
}

static gboolean
gather_day (const SparkAdDay *day, gpointer data)
{
  Gather *gather = data;
  const SparkAd *ad = g_hash_table_lookup (gather->ads, &day->ad);
  g_autofree char *key = NULL;
  Row *row;

  if (ad == NULL)
    return TRUE;
  key = make_key (gather, ad, day->day);
  row = g_hash_table_lookup (gather->rows, key);
  if (row == NULL)
    {
      row = g_new0 (Row, 1);
      row->ad = *ad;
      row->day = gather->by_day ? day->day : -1;
      g_hash_table_insert (gather->rows, g_steal_pointer (&key), row);
      g_ptr_array_add (gather->order, row);
    }
  for (int i = 0; i < SPARK_N_METRICS; i++)
    row->metrics.of[i] += day->metrics.of[i];
  return TRUE;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *first = *(const Row *const *)a;
  const Row *second = *(const Row *const *)b;

  return first->order < second->order ? -1 : first->order > second->order;
}

static void
sort_rows (Gather *gather)
{
  const char *field = spark_field_string (gather->call->params, "order_field");
  const char *type = spark_field_string (gather->call->params, "order_type");
  double sign = g_strcmp0 (type, "ASC") == 0 ? 1 : -1;
  const Metric *metric = field != NULL ? find_metric (field) : NULL;

  if (field == NULL)
    return;
  for (guint i = 0; i < gather->order->len; i++)
    {
      Row *row = gather->order->pdata[i];

      row->order
          = sign
            * (metric != NULL                       ? value_of (metric, &row->metrics)
               : strcmp (field, "engagements") == 0 ? (double)count_engagements (&row->metrics)
                                                    : (double)row->day);
    }
  g_ptr_array_sort (gather->order, compare_rows);
}

/* --- answering --- */

static void
write_dimensions (Gather *gather, const Row *row)
{
  SparkJsonWriter *writer = &gather->call->data;

  spark_json_begin_object (writer, "dimensions");
  for (guint i = 0; i < json_array_get_length (gather->dimensions); i++)
    {
      const char *name = json_array_get_string_element (gather->dimensions, i);

      if (strcmp (name, "advertiser_id") == 0)
        spark_json_string (writer, name, gather->call->advertiser);
      else if (strcmp (name, "post_id") == 0)
        spark_json_string (writer, name, row->ad.item_id);
      else if (strcmp (name, "stat_time_day") != 0)
        write_name (writer, name, &row->ad);
      else if (row->day == 0)
        spark_json_string (writer, name, "1970-01-01 00:00:00");
      else
        spark_envelope_time (writer, name, row->day * DAY_MS);
    }
  spark_json_end_object (writer);
}

static void
write_rows (Gather *gather)
{
  SparkCall *call = gather->call;
  SparkMetrics total = { { 0 } };
  SparkPageInfo page;

  spark_page_init (&page, call, 10);
  spark_json_begin_array (&call->data, "list");
  for (guint i = 0; i < gather->order->len; i++)
    {
      const Row *row = gather->order->pdata[i];

      for (int j = 0; j < SPARK_N_METRICS; j++)
        total.of[j] += row->metrics.of[j];
      if (!spark_page_take (&page) || spark_call_is_full (call))
        continue;
      spark_json_begin_object (&call->data, NULL);
      write_dimensions (gather, row);
      write_metrics (call, "metrics", &row->metrics, &row->ad);
      spark_json_end_object (&call->data);
    }
  spark_json_end_array (&call->data);
  spark_page_write (&page, &call->data);
  if (spark_field_bool (call->params, "enable_total_metrics", FALSE))
    write_metrics (call, "total_metrics", &total, NULL);
}

/* --- checking --- */

static gboolean
wrong (const char *message, GError **error)
{
  g_set_error_literal (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER, message);
  return FALSE;
}

static gboolean
check_metrics (SparkCall *call, GError **error)
{
  JsonArray *wanted = spark_field_array (call->params, "metrics");
  const char *order = spark_field_string (call->params, "order_field");

  for (guint i = 0; wanted != NULL && i < json_array_get_length (wanted); i++)
    {
      const char *name = json_array_get_string_element (wanted, i);

      if (!is_known (name))
        {
          g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                       "metrics: \"%.64s\" is not supported.", name);
          return FALSE;
        }
    }
  if (order != NULL && find_metric (order) == NULL && strcmp (order, "engagements") != 0
      && strcmp (order, "stat_time_day") != 0)
    return wrong ("order_field: must be a metric.", error);
  return TRUE;
}

static gboolean
check_range (SparkCall *call, gboolean by_day, gint64 *first, gint64 *last, GError **error)
{
  *first = 0;
  *last = G_MAXINT32;
  if (spark_field_bool (call->params, "query_lifetime", FALSE))
    return !by_day || wrong ("query_lifetime: is not possible with stat_time_day.", error);
  if (spark_field_string (call->params, "start_date") == NULL
      || spark_field_string (call->params, "end_date") == NULL)
    return wrong ("Missing required field(s): start_date, end_date.", error);
  *first = spark_field_day (call->params, "start_date");
  *last = spark_field_day (call->params, "end_date");
  if (*last < *first)
    return wrong ("end_date: must not be before start_date.", error);
  if (*last - *first >= (by_day ? MAX_DAYS_BY_DAY : MAX_DAYS))
    return wrong (by_day ? "start_date, end_date: at most 30 days with stat_time_day."
                         : "start_date, end_date: at most 365 days.",
                  error);
  return TRUE;
}

/* The data level's own id is among the dimensions, and none that is finer. */
static gboolean
check_dimensions (SparkCall *call, JsonArray *wanted, GError **error)
{
  static const char *const ids[] = { "advertiser_id", "campaign_id", "adgroup_id", "ad_id", NULL };
  const char *level = spark_field_string (call->params, "data_level");
  guint at = 0;

  while (strcmp (levels[at], level) != 0)
    at++;
  for (guint i = at + 1; ids[i] != NULL; i++)
    if (spark_strings_have (wanted, ids[i]))
      {
        g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                     "dimensions: %s is not possible with the data_level %s.", ids[i], level);
        return FALSE;
      }
  return TRUE;
}

static gboolean
run_get (SparkTx *tx, SparkCall *call, GError **error)
{
  g_autoptr (GHashTable) ads = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GArray) filters = parse_filters (call);
  g_autoptr (GStringChunk) strings = g_string_chunk_new (4096);
  Gather gather = {
    .call = call, .strings = strings, .filters = filters, .ads = ads, .rows = rows, .order = order
  };
  gint64 first, last;

  gather.dimensions = spark_field_array (call->params, "dimensions");
  gather.by_day = spark_strings_have (gather.dimensions, "stat_time_day");
  if (!check_metrics (call, error) || !check_dimensions (call, gather.dimensions, error)
      || !check_range (call, gather.by_day, &first, &last, error)
      || !spark_read_ads (tx, call->advertiser, gather_ad, &gather, error)
      || !spark_read_ad_days (tx, call->advertiser, first, last, gather_day, &gather, error))
    return FALSE;
  sort_rows (&gather);
  write_rows (&gather);
  return spark_call_check_size (call, error);
}

const SparkEndpoint spark_report_endpoints[] = {
  { "GET", "report/integrated/get/", SPARK_AUTH_ADVERTISER, get_fields, run_get },
  { NULL },
};
