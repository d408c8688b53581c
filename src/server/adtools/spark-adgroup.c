/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"

static const char *const budget_modes[]
    = { "BUDGET_MODE_INFINITE", "BUDGET_MODE_DAY", "BUDGET_MODE_TOTAL",
        "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", NULL };
static const char *const schedule_types[] = { "SCHEDULE_FROM_NOW", "SCHEDULE_START_END", NULL };
static const char *const placement_types[]
    = { "PLACEMENT_TYPE_NORMAL", "PLACEMENT_TYPE_AUTOMATIC", NULL };

/* --- create --- */

static const SparkField create_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "campaign_id", SPARK_FIELD_ID, TRUE },
  { "adgroup_name", SPARK_FIELD_STRING, TRUE, 0, 512 },
  { "budget_mode", SPARK_FIELD_ENUM, TRUE, 0, 0, budget_modes },
  { "budget", SPARK_FIELD_NUMBER, FALSE, 0, 1000000000 },
  { "schedule_type", SPARK_FIELD_ENUM, TRUE, 0, 0, schedule_types },
  { "schedule_start_time", SPARK_FIELD_TIME, TRUE },
  { "schedule_end_time", SPARK_FIELD_TIME, FALSE },
  { "optimization_goal", SPARK_FIELD_STRING, TRUE, 0, 64 },
  { "billing_event", SPARK_FIELD_STRING, TRUE, 0, 64 },
  { "location_ids", SPARK_FIELD_STRINGS, TRUE, 0, 3000 },
  { "promotion_type", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "placement_type", SPARK_FIELD_ENUM, FALSE, 0, 0, placement_types },
  { "placements", SPARK_FIELD_STRINGS, FALSE, 0, 10 },
  { "operation_status", SPARK_FIELD_ENUM, FALSE, 0, 0, spark_operation_names },
  { "bid_type", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "bid_price", SPARK_FIELD_NUMBER, FALSE, 0, 1000000000 },
  { "conversion_bid_price", SPARK_FIELD_NUMBER, FALSE, 0, 1000000000 },
  { "pacing", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "gender", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "age_groups", SPARK_FIELD_STRINGS, FALSE, 0, 20 },
  { "languages", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "operating_systems", SPARK_FIELD_STRINGS, FALSE, 0, 5 },
  { "interest_category_ids", SPARK_FIELD_STRINGS, FALSE, 0, 1000 },
  { "audience_ids", SPARK_FIELD_STRINGS, FALSE, 0, 1000 },
  { "excluded_audience_ids", SPARK_FIELD_STRINGS, FALSE, 0, 1000 },
  { "comment_disabled", SPARK_FIELD_BOOL, FALSE },
  { "video_download_disabled", SPARK_FIELD_BOOL, FALSE },
  { "share_disabled", SPARK_FIELD_BOOL, FALSE },
  { "dayparting", SPARK_FIELD_STRING, FALSE, 0, 336 },
  { "frequency", SPARK_FIELD_INT, FALSE, 0, 1000 },
  { "frequency_schedule", SPARK_FIELD_INT, FALSE, 0, 1000 },
  { NULL },
};

static const SparkField kept_fields[] = {
  { "budget_mode" },
  { "schedule_type" },
  { "optimization_goal" },
  { "billing_event" },
  { "location_ids" },
  { "promotion_type" },
  { "placement_type" },
  { "placements" },
  { "bid_type" },
  { "bid_price" },
  { "conversion_bid_price" },
  { "pacing" },
  { "gender" },
  { "age_groups" },
  { "languages" },
  { "operating_systems" },
  { "interest_category_ids" },
  { "audience_ids" },
  { "excluded_audience_ids" },
  { "comment_disabled" },
  { "video_download_disabled" },
  { "share_disabled" },
  { "dayparting" },
  { "frequency" },
  { "frequency_schedule" },
  { NULL },
};

static const char *
secondary_status (const SparkAdGroup *adgroup, gint64 now)
{
  if (adgroup->campaign_operation == SPARK_OPERATION_DELETE)
    return "ADGROUP_STATUS_CAMPAIGN_DELETE";
  if (adgroup->operation == SPARK_OPERATION_DELETE)
    return "ADGROUP_STATUS_DELETE";
  if (adgroup->ends_at != 0 && adgroup->ends_at <= now)
    return "ADGROUP_STATUS_TIME_DONE";
  if (adgroup->campaign_operation == SPARK_OPERATION_DISABLE)
    return "ADGROUP_STATUS_CAMPAIGN_DISABLE";
  if (adgroup->operation == SPARK_OPERATION_DISABLE)
    return "ADGROUP_STATUS_DISABLE";
  return adgroup->starts_at > now ? "ADGROUP_STATUS_NOT_START" : "ADGROUP_STATUS_DELIVERY_OK";
}

typedef struct
{
  const SparkAdGroup *adgroup;
  gint64 now;
} View;

#define WRITE(function, expression)                                                                \
  static void function (SparkJsonWriter *writer, const char *name, gconstpointer view)             \
  {                                                                                                \
    const SparkAdGroup *adgroup = ((const View *)view)->adgroup;                                   \
    gint64 now = ((const View *)view)->now;                                                        \
    (void)now;                                                                                     \
    expression;                                                                                    \
  }

WRITE (write_id, spark_envelope_id (writer, name, adgroup->id))
WRITE (write_name, spark_json_string (writer, name, adgroup->name))
WRITE (write_campaign_id, spark_envelope_id (writer, name, adgroup->campaign))
WRITE (write_campaign_name, spark_json_string (writer, name, adgroup->campaign_name))
WRITE (write_budget, spark_write_money (writer, name, adgroup->budget))
WRITE (write_operation, spark_json_string (writer, name, spark_operation_name (adgroup->operation)))
WRITE (write_secondary, spark_json_string (writer, name, secondary_status (adgroup, now)))
WRITE (write_starts, spark_envelope_time (writer, name, adgroup->starts_at))
WRITE (write_ends, spark_envelope_time (writer, name, adgroup->ends_at))
WRITE (write_created, spark_envelope_time (writer, name, adgroup->created_at))
WRITE (write_modified, spark_envelope_time (writer, name, adgroup->modified_at))
WRITE (write_true, (void)adgroup; spark_json_bool (writer, name, TRUE))
WRITE (write_false, (void)adgroup; spark_json_bool (writer, name, FALSE))

static const SparkMember members[] = {
  { "adgroup_id", write_id },
  { "adgroup_name", write_name },
  { "campaign_id", write_campaign_id },
  { "campaign_name", write_campaign_name },
  { "budget", write_budget },
  { "operation_status", write_operation },
  { "secondary_status", write_secondary },
  { "schedule_start_time", write_starts },
  { "schedule_end_time", write_ends },
  { "create_time", write_created },
  { "modify_time", write_modified },
  { "is_new_structure", write_true },
  { "is_smart_performance_campaign", write_false },
  { "budget_mode", NULL },
  { "schedule_type", NULL },
  { "optimization_goal", NULL },
  { "billing_event", NULL },
  { "location_ids", NULL },
  { "promotion_type", NULL },
  { "placement_type", NULL },
  { "placements", NULL },
  { "bid_type", NULL },
  { "bid_price", NULL },
  { "conversion_bid_price", NULL },
  { "deep_bid_type", NULL },
  { "pacing", NULL },
  { "gender", NULL },
  { "age_groups", NULL },
  { "languages", NULL },
  { "operating_systems", NULL },
  { "interest_category_ids", NULL },
  { "audience_ids", NULL },
  { "excluded_audience_ids", NULL },
  { "comment_disabled", NULL },
  { "video_download_disabled", NULL },
  { "share_disabled", NULL },
  { "dayparting", NULL },
  { "frequency", NULL },
  { "frequency_schedule", NULL },
  { "pixel_id", NULL },
  { "app_id", NULL },
  { "identity_id", NULL },
  { "identity_type", NULL },
  { NULL },
};

static void
write_adgroup (SparkCall *call, const SparkAdGroup *adgroup, gint64 now)
{
  if (spark_call_wants (call, "advertiser_id"))
    spark_json_string (&call->data, "advertiser_id", call->advertiser);
  spark_members_write (call, members, &(View){ adgroup, now }, adgroup->details);
}

static gboolean
check (SparkCall *call, const SparkAdGroupDraft *draft, GError **error)
{
  const char *type = spark_field_string (call->params, "schedule_type");

  if (strcmp (type, "SCHEDULE_START_END") == 0 && draft->ends_at <= draft->starts_at)
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                   "schedule_end_time: must be later than schedule_start_time.");
      return FALSE;
    }
  return spark_budget_check (call->params, error);
}

static gboolean
run_create (SparkTx *tx, SparkCall *call, GError **error)
{
  const char *mode = spark_field_string (call->params, "budget_mode");
  g_autofree char *details = NULL;
  SparkAdGroupDraft draft = {
    .campaign = spark_field_id (call->params, "campaign_id"),
    .name = spark_field_string (call->params, "adgroup_name"),
    .operation = spark_operation_of (call, "operation_status"),
    .budget = spark_hundredths (call->params, "budget"),
    .daily = strcmp (mode, "BUDGET_MODE_TOTAL") != 0,
    .starts_at = spark_field_time (call->params, "schedule_start_time"),
    .ends_at = spark_field_time (call->params, "schedule_end_time"),
  };
  SparkAdGroup adgroup;
  gint64 id;

  if (!check (call, &draft, error))
    return FALSE;
  if (strcmp (mode, "BUDGET_MODE_INFINITE") == 0)
    draft.budget = 0;
  if (strcmp (spark_field_string (call->params, "schedule_type"), "SCHEDULE_FROM_NOW") == 0)
    draft.ends_at = 0;
  details = spark_fields_keep (kept_fields, call->params);
  draft.details = details;
  if (!spark_ledger_add_adgroup (tx, call->advertiser, &draft, &id, error)
      || !spark_read_adgroup (tx, call->advertiser, id, &adgroup, error))
    return FALSE;
  write_adgroup (call, &adgroup, spark_tx_now (tx));
  return TRUE;
}

/* --- get --- */

static const SparkField filter_fields[] = {
  { "campaign_ids", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "adgroup_ids", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "adgroup_name", SPARK_FIELD_STRING, FALSE, 0, 512 },
  { "primary_status", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "secondary_status", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { NULL },
};

static const SparkField get_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "fields", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "filtering", SPARK_FIELD_OBJECT, FALSE, 0, 0, NULL, filter_fields },
  SPARK_FIELD_PAGING (1000),
  { NULL },
};

static gboolean
list_adgroup (const SparkAdGroup *adgroup, gpointer data)
{
  SparkListing *list = data;

  if (!spark_filter_id (list->filtering, "adgroup_ids", adgroup->id)
      || !spark_filter_id (list->filtering, "campaign_ids", adgroup->campaign)
      || !spark_filter_status (list->filtering, secondary_status (adgroup, list->now),
                               adgroup->operation == SPARK_OPERATION_DELETE
                                   || adgroup->campaign_operation == SPARK_OPERATION_DELETE)
      || !spark_filter_text (list->filtering, "adgroup_name", adgroup->name)
      || !spark_listing_take (list))
    return TRUE;
  spark_json_begin_object (&list->call->data, NULL);
  write_adgroup (list->call, adgroup, list->now);
  spark_json_end_object (&list->call->data);
  return TRUE;
}

static gboolean
run_get (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkListing list;

  if (!spark_listing_begin (&list, tx, call, members, error)
      || !spark_read_adgroups (tx, call->advertiser, list_adgroup, &list, error))
    return FALSE;
  return spark_listing_end (&list, error);
}

/* --- status/update --- */

static const SparkField status_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "adgroup_ids", SPARK_FIELD_STRINGS, TRUE, 0, 20 },
  { "operation_status", SPARK_FIELD_ENUM, TRUE, 0, 0, spark_operation_names },
  { NULL },
};

static gboolean
run_status (SparkTx *tx, SparkCall *call, GError **error)
{
  return spark_run_status_update (tx, call, SPARK_AD_LEVEL_ADGROUP, "adgroup_ids", "adgroup_list",
                                  "adgroup_id", error);
}

const SparkEndpoint spark_adgroup_endpoints[] = {
  { "POST", "adgroup/create/", SPARK_AUTH_ADVERTISER, create_fields, run_create },
  { "GET", "adgroup/get/", SPARK_AUTH_ADVERTISER, get_fields, run_get },
  { "POST", "adgroup/status/update/", SPARK_AUTH_ADVERTISER, status_fields, run_status },
  { NULL },
};
