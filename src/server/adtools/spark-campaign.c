/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"

static const char *const objectives[] = {
  "REACH",
  "TRAFFIC",
  "VIDEO_VIEWS",
  "ENGAGEMENT",
  "LEAD_GENERATION",
  "APP_PROMOTION",
  "WEB_CONVERSIONS",
  "PRODUCT_SALES",
  "COMMUNITY_INTERACTION",
  NULL,
};
static const char *const budget_modes[] = {
  "BUDGET_MODE_INFINITE",
  "BUDGET_MODE_DAY",
  "BUDGET_MODE_TOTAL",
  "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
  NULL,
};

/* --- create --- */

static const SparkField create_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "campaign_name", SPARK_FIELD_STRING, TRUE, 0, 512 },
  { "objective_type", SPARK_FIELD_ENUM, TRUE, 0, 0, objectives },
  { "budget_mode", SPARK_FIELD_ENUM, TRUE, 0, 0, budget_modes },
  { "budget", SPARK_FIELD_NUMBER, FALSE, 0, 1000000000 },
  { "operation_status", SPARK_FIELD_ENUM, FALSE, 0, 0, spark_operation_names },

  { "special_industries", SPARK_FIELD_STRINGS, FALSE, 0, 10 },
  { "budget_optimize_on", SPARK_FIELD_BOOL, FALSE },
  { "request_id", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "po_number", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { NULL },
};

/* What is kept as it was given, and shown again. */
static const SparkField kept_fields[] = {
  { "objective_type" },
  { "budget_mode" },
  { "campaign_type" },
  { "special_industries" },
  { "budget_optimize_on" },
  { "po_number" },
  { NULL },
};

static const char *
secondary_status (const SparkCampaign *campaign)
{
  switch (campaign->operation)
    {
    case SPARK_OPERATION_DELETE:
      return "CAMPAIGN_STATUS_DELETE";
    case SPARK_OPERATION_DISABLE:
      return "CAMPAIGN_STATUS_DISABLE";
    case SPARK_OPERATION_ENABLE:
    default:
      return "CAMPAIGN_STATUS_ENABLE";
    }
}

#define WRITE(function, expression)                                                                \
  static void function (SparkJsonWriter *writer, const char *name, gconstpointer view)             \
  {                                                                                                \
    const SparkCampaign *campaign = view;                                                          \
    expression;                                                                                    \
  }

WRITE (write_id, spark_envelope_id (writer, name, campaign->id))
WRITE (write_name, spark_json_string (writer, name, campaign->name))
WRITE (write_budget, spark_write_money (writer, name, campaign->budget))
WRITE (write_operation,
       spark_json_string (writer, name, spark_operation_name (campaign->operation)))
WRITE (write_secondary, spark_json_string (writer, name, secondary_status (campaign)))
WRITE (write_created, spark_envelope_time (writer, name, campaign->created_at))
WRITE (write_modified, spark_envelope_time (writer, name, campaign->modified_at))
WRITE (write_true, (void)campaign; spark_json_bool (writer, name, TRUE))
WRITE (write_false, (void)campaign; spark_json_bool (writer, name, FALSE))
WRITE (write_type, (void)campaign; spark_json_string (writer, name, "REGULAR_CAMPAIGN"))
WRITE (write_objective, (void)campaign; spark_json_string (writer, name, "LANDING_PAGE"))

static const SparkMember members[] = {
  { "campaign_id", write_id },
  { "campaign_name", write_name },
  { "objective_type", NULL },
  { "objective", write_objective },
  { "campaign_type", write_type },
  { "budget_mode", NULL },
  { "budget", write_budget },
  { "operation_status", write_operation },
  { "secondary_status", write_secondary },
  { "create_time", write_created },
  { "modify_time", write_modified },
  { "is_new_structure", write_true },
  { "is_smart_performance_campaign", write_false },
  { "is_search_campaign", write_false },
  { "special_industries", NULL },
  { "budget_optimize_on", NULL },
  { "po_number", NULL },
  { "app_promotion_type", NULL },
  { "virtual_objective_type", NULL },
  { "app_id", NULL },
  { "bid_type", NULL },
  { "deep_bid_type", NULL },
  { "roas_bid", NULL },
  { "optimization_goal", NULL },
  { "rta_id", NULL },
  { NULL },
};

static void
write_campaign (SparkCall *call, const SparkCampaign *campaign)
{
  if (spark_call_wants (call, "advertiser_id"))
    spark_json_string (&call->data, "advertiser_id", call->advertiser);
  spark_members_write (call, members, campaign, campaign->details);
}

static gboolean
run_create (SparkTx *tx, SparkCall *call, GError **error)
{
  const char *mode = spark_field_string (call->params, "budget_mode");
  g_autofree char *details = NULL;
  SparkCampaignDraft draft = {
    .name = spark_field_string (call->params, "campaign_name"),
    .unique = spark_field_string (call->params, "request_id") == NULL,
    .operation = spark_operation_of (call, "operation_status"),
    .budget = spark_hundredths (call->params, "budget"),
    .daily = strcmp (mode, "BUDGET_MODE_TOTAL") != 0,
  };
  SparkCampaign campaign;
  gint64 id;

  if (!spark_budget_check (call->params, error))
    return FALSE;
  if (strcmp (mode, "BUDGET_MODE_INFINITE") == 0)
    draft.budget = 0;
  details = spark_fields_keep (kept_fields, call->params);
  draft.details = details;
  if (!spark_ledger_add_campaign (tx, call->advertiser, &draft, &id, error)
      || !spark_read_campaign (tx, call->advertiser, id, &campaign, error))
    return FALSE;
  write_campaign (call, &campaign);
  return TRUE;
}

/* --- get --- */

static const SparkField filter_fields[] = {
  { "campaign_ids", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { "campaign_name", SPARK_FIELD_STRING, FALSE, 0, 512 },
  { "primary_status", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "secondary_status", SPARK_FIELD_STRING, FALSE, 0, 64 },
  { "creation_filter_start_time", SPARK_FIELD_TIME, FALSE },
  { "creation_filter_end_time", SPARK_FIELD_TIME, FALSE },
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
list_campaign (const SparkCampaign *campaign, gpointer data)
{
  SparkListing *list = data;

  if (!spark_filter_id (list->filtering, "campaign_ids", campaign->id)
      || !spark_filter_status (list->filtering, secondary_status (campaign),
                               campaign->operation == SPARK_OPERATION_DELETE)
      || !spark_filter_text (list->filtering, "campaign_name", campaign->name)
      || !spark_filter_created (list->filtering, campaign->created_at)
      || !spark_listing_take (list))
    return TRUE;
  spark_json_begin_object (&list->call->data, NULL);
  write_campaign (list->call, campaign);
  spark_json_end_object (&list->call->data);
  return TRUE;
}

static gboolean
run_get (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkListing list;

  if (!spark_listing_begin (&list, tx, call, members, error)
      || !spark_read_campaigns (tx, call->advertiser, list_campaign, &list, error))
    return FALSE;
  return spark_listing_end (&list, error);
}

/* --- status/update --- */

static const SparkField status_fields[] = {
  SPARK_FIELD_ADVERTISER,
  { "campaign_ids", SPARK_FIELD_STRINGS, TRUE, 0, 20 },
  { "operation_status", SPARK_FIELD_ENUM, TRUE, 0, 0, spark_operation_names },
  { NULL },
};

static gboolean
run_status (SparkTx *tx, SparkCall *call, GError **error)
{
  return spark_run_status_update (tx, call, SPARK_AD_LEVEL_CAMPAIGN, "campaign_ids",
                                  "campaign_list", "campaign_id", error);
}

const SparkEndpoint spark_campaign_endpoints[] = {
  { "POST", "campaign/create/", SPARK_AUTH_ADVERTISER, create_fields, run_create },
  { "GET", "campaign/get/", SPARK_AUTH_ADVERTISER, get_fields, run_get },
  { "POST", "campaign/status/update/", SPARK_AUTH_ADVERTISER, status_fields, run_status },
  { NULL },
};
