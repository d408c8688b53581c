/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-export"

#include "config.h"

#include "client/spark-export-tables.h"
#include "model/spark-csv.h"
#include "spark-enum-types.h"

#define ENGAGEMENT(prefix) prefix "views", prefix "likes", prefix "comments", prefix "shares"

static const char *const account_columns[]
    = { "id", "name", "handle", "platform", "role", "created_at", NULL };
static const char *const video_columns[] = {
  "id",
  "account_id",
  "item_id",
  "caption",
  "share_url",
  "published_at",
  "duration_s",
  "visibility",
  "eligible",
  ENGAGEMENT (""),
  ENGAGEMENT ("paid_"),
  "state",
  "ends_at",
  "grants",
  "links",
  NULL,
};
static const char *const code_columns[]
    = { "id",      "video_id",  "caption",    "code",    "state",      "days", "starts_at",
        "ends_at", "copied_at", "copied_for", "used_at", "created_at", "note", NULL };
static const char *const link_columns[]
    = { "id",    "video_id", "caption",    "brand", "string", "url",
        "state", "ends_at",  "created_at", "note",  NULL };
static const char *const grant_columns[] = {
  "id",
  "video_id",
  "caption",
  "brand",
  "advertiser_id",
  "advertiser",
  "source",
  "state",
  "redeemed_at",
  "ends_at",
  "platform_ends_at",
  "revoked_at",
  "ads_active",
  ENGAGEMENT ("paid_"),
  NULL,
};
static const char *const brand_columns[] = { "id",
                                             "account_id",
                                             "name",
                                             "advertiser_ids",
                                             "deal_fee",
                                             "deal_currency",
                                             "deal_paid",
                                             "deal_ends_at",
                                             "grants_active",
                                             "videos",
                                             "last_activity_at",
                                             "notes",
                                             NULL };
static const char *const event_columns[]
    = { "id",       "at",      "type",    "actor_kind", "actor",    "actor_from", "brand",
        "video_id", "caption", "code_id", "link_id",    "grant_id", "advertiser", "reason",
        "count",    "days",    "ends_at", "note",       NULL };

static const SparkTable tables[] = {
  [SPARK_KIND_ACCOUNT] = { "accounts.csv", account_columns },
  [SPARK_KIND_VIDEO] = { "videos.csv", video_columns },
  [SPARK_KIND_CODE] = { "codes.csv", code_columns },
  [SPARK_KIND_LINK] = { "links.csv", link_columns },
  [SPARK_KIND_GRANT] = { "access.csv", grant_columns },
  [SPARK_KIND_BRAND] = { "brands.csv", brand_columns },
  [SPARK_KIND_EVENT] = { "activity.csv", event_columns },
};

const SparkTable *
spark_table_get (SparkKind kind)
{
  g_return_val_if_fail ((guint)kind < G_N_ELEMENTS (tables), NULL);

  return &tables[kind];
}

static void
add_engagement (GString *out, const SparkEngagement *engagement)
{
  spark_csv_int (out, engagement->views);
  spark_csv_int (out, engagement->likes);
  spark_csv_int (out, engagement->comments);
  spark_csv_int (out, engagement->shares);
}

void
spark_table_account (GString *out, const SparkAccount *account)
{
  spark_csv_text (out, account->id);
  spark_csv_text (out, account->name);
  spark_csv_text (out, account->handle);
  spark_csv_enum (out, SPARK_TYPE_PLATFORM_KIND, account->platform);
  spark_csv_enum (out, SPARK_TYPE_ROLE, account->role);
  spark_csv_time (out, account->created_at);
  spark_csv_end_row (out);
}

void
spark_table_video (GString *out, const SparkVideo *video)
{
  spark_csv_text (out, video->id);
  spark_csv_text (out, video->account_id);
  spark_csv_text (out, video->item_id);
  spark_csv_text (out, video->caption);
  spark_csv_text (out, video->share_url);
  spark_csv_time (out, video->published_at);
  spark_csv_int (out, video->duration_s);
  spark_csv_enum (out, SPARK_TYPE_VISIBILITY, video->visibility);
  spark_csv_bool (out, video->eligible);
  add_engagement (out, &video->total);
  add_engagement (out, &video->paid);
  spark_csv_enum (out, SPARK_TYPE_AUTHORIZATION_STATE, video->authorization.state);
  spark_csv_time (out, video->authorization.ends_at);
  spark_csv_int (out, video->authorization.grants);
  spark_csv_int (out, video->authorization.links);
  spark_csv_end_row (out);
}

void
spark_table_code (GString *out, const SparkCode *code, const char *caption)
{
  spark_csv_text (out, code->id);
  spark_csv_text (out, code->video_id);
  spark_csv_text (out, caption);
  spark_csv_text (out, code->code);
  spark_csv_enum (out, SPARK_TYPE_CODE_STATE, code->state);
  spark_csv_int (out, code->days);
  spark_csv_time (out, code->starts_at);
  spark_csv_time (out, code->ends_at);
  spark_csv_time (out, code->copied_at);
  spark_csv_text (out, code->copied_for.name);
  spark_csv_time (out, code->used_at);
  spark_csv_time (out, code->created_at);
  spark_csv_text (out, code->note);
  spark_csv_end_row (out);
}

void
spark_table_link (GString *out, const SparkLink *link, const char *caption)
{
  spark_csv_text (out, link->id);
  spark_csv_text (out, link->video_id);
  spark_csv_text (out, caption);
  spark_csv_text (out, link->brand.name);
  spark_csv_text (out, link->string);
  spark_csv_text (out, link->url);
  spark_csv_enum (out, SPARK_TYPE_LINK_STATE, link->state);
  spark_csv_time (out, link->ends_at);
  spark_csv_time (out, link->created_at);
  spark_csv_text (out, link->note);
  spark_csv_end_row (out);
}

void
spark_table_grant (GString *out, const SparkGrant *grant, const char *caption)
{
  spark_csv_text (out, grant->id);
  spark_csv_text (out, grant->video_id);
  spark_csv_text (out, caption);
  spark_csv_text (out, grant->brand.name);
  spark_csv_text (out, grant->advertiser.id);
  spark_csv_text (out, grant->advertiser.name);
  spark_csv_enum (out, SPARK_TYPE_GRANT_SOURCE, grant->source);
  spark_csv_enum (out, SPARK_TYPE_GRANT_STATE, grant->state);
  spark_csv_time (out, grant->redeemed_at);
  spark_csv_time (out, grant->ends_at);
  spark_csv_time (out, grant->platform_ends_at);
  spark_csv_time (out, grant->revoked_at);
  spark_csv_int (out, grant->ads_active);
  add_engagement (out, &grant->paid);
  spark_csv_end_row (out);
}

void
spark_table_brand (GString *out, const SparkBrand *brand)
{
  g_autofree char *advertisers
      = brand->advertiser_ids != NULL ? g_strjoinv (" ", (char **)brand->advertiser_ids) : NULL;
  g_autofree char *fee = brand->deal != NULL && brand->deal->fee >= 0
                             ? g_strdup_printf ("%" G_GINT64_FORMAT ".%02d", brand->deal->fee / 100,
                                                (int)(brand->deal->fee % 100))
                             : NULL;

  spark_csv_text (out, brand->id);
  spark_csv_text (out, brand->account_id);
  spark_csv_text (out, brand->name);
  spark_csv_text (out, advertisers);
  spark_csv_text (out, fee);
  spark_csv_text (out, brand->deal != NULL ? brand->deal->currency : NULL);
  spark_csv_text (out, brand->deal == NULL ? NULL : brand->deal->paid ? "true" : "false");
  spark_csv_time (out, brand->deal != NULL ? brand->deal->ends_at : 0);
  spark_csv_int (out, brand->grants_active);
  spark_csv_int (out, brand->videos);
  spark_csv_time (out, brand->last_activity_at);
  spark_csv_text (out, brand->notes);
  spark_csv_end_row (out);
}

void
spark_table_event (GString *out, const SparkEvent *event, const char *caption)
{
  spark_csv_text (out, event->id);
  spark_csv_time (out, event->at);
  spark_csv_enum (out, SPARK_TYPE_EVENT_TYPE, event->type);
  spark_csv_enum (out, SPARK_TYPE_ACTOR_KIND, event->actor.kind);
  spark_csv_text (out, event->actor.name);
  spark_csv_text (out, event->actor.from);
  spark_csv_text (out, event->brand.name);
  spark_csv_text (out, event->video_id);
  spark_csv_text (out, caption);
  spark_csv_text (out, event->code_id);
  spark_csv_text (out, event->link_id);
  spark_csv_text (out, event->grant_id);
  spark_csv_text (out, event->detail.advertiser.name);
  spark_csv_text (out, event->detail.reason);
  spark_csv_int (out, event->detail.count != 0 ? event->detail.count : -1);
  spark_csv_int (out, event->detail.days != 0 ? (gint64)event->detail.days : -1);
  spark_csv_time (out, event->detail.ends_at);
  spark_csv_text (out, event->detail.note);
  spark_csv_end_row (out);
}
