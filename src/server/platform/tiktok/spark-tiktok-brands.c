/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include "model/spark-rules.h"
#include "server/platform/tiktok/spark-tiktok-brands.h"
#include "server/platform/tiktok/spark-tiktok-posts.h"
#include "server/platform/tiktok/spark-tiktok-report.h"

#define AUTHORIZE   "tt_video/authorize/"
#define UNBIND      "tt_video/unbind/"
#define AD_STATUS   "ad/status/update/"
#define ADS_AT_ONCE 20
/* A brand that is not connected stops its ads when it likes. */
#define UNCONNECTED_MS (6 * 60 * 60 * 1000)

static const SparkPlatformPost not_listed = { .authorized = FALSE };

/* --- all an ad account lists --- */

typedef struct
{
  const char *advertiser;
  GHashTable *posts;
  gint64 asked_at;
} Whole;

static gboolean
run_whole (SparkTx *tx, gpointer data, GError **error)
{
  Whole *whole = data;
  g_autoptr (GHashTable) open = spark_read_open_posts (tx, whole->advertiser, error);
  GHashTableIter iter;
  const char *item_id;
  SparkPlatformPost *post;

  if (open == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, whole->posts);
  while (g_hash_table_iter_next (&iter, (gpointer *)&item_id, (gpointer *)&post))
    {
      g_hash_table_remove (open, item_id);
      if (!spark_ledger_apply_item (tx, whole->advertiser, item_id, whole->asked_at, post, error))
        return FALSE;
    }
  g_hash_table_iter_init (&iter, open);
  while (g_hash_table_iter_next (&iter, (gpointer *)&item_id, NULL))
    if (!spark_ledger_apply_item (tx, whole->advertiser, item_id, whole->asked_at, &not_listed,
                                  error))
      return FALSE;
  return TRUE;
}

gboolean
spark_tiktok_look_at_brand (SparkTiktok *self, const char *advertiser, GError **error)
{
  gint64 asked_at = spark_tiktok_now (self);
  g_autoptr (GHashTable) posts = spark_tiktok_list_posts (self, advertiser, NULL, error);
  Whole whole = { advertiser, posts, asked_at };

  return posts != NULL && spark_store_write (self->store, run_whole, &whole, error);
}

/* --- one post of one ad account --- */

typedef struct
{
  const SparkPlatformTask *task;
  SparkPlatformPost post;
  gint64 asked_at;
  gint64 ads; /* that run; -1: not known */
} One;

static gboolean
run_one (SparkTx *tx, gpointer data, GError **error)
{
  One *one = data;

  return spark_ledger_apply_post (tx, one->task->advertiser, one->task->account, one->task->video,
                                  one->asked_at, &one->post, error);
}

static gboolean
run_ads (SparkTx *tx, gpointer data, GError **error)
{
  One *one = data;

  return spark_ledger_apply_ads (tx, one->task->account, one->task->grant, one->ads, error);
}

/* Looks it up and writes it down. */
static gboolean
look (SparkTiktok *self, One *one, GError **error)
{
  g_autoptr (GHashTable) posts = NULL;
  SparkPlatformPost *post;

  one->asked_at = spark_tiktok_now (self);
  posts = spark_tiktok_list_posts (self, one->task->advertiser, one->task->item_id, error);
  if (posts == NULL)
    return FALSE;
  post = g_hash_table_lookup (posts, one->task->item_id);
  one->post = post != NULL ? *post : not_listed;
  return spark_store_write (self->store, run_one, one, error);
}

/* TRUE: it could be looked up; else it has been reported on. */
static gboolean
try_look (SparkTiktok *self, One *one, gboolean unknown)
{
  g_autoptr (GError) error = NULL;

  if (look (self, one, &error))
    return TRUE;
  spark_tiktok_report_error (self, one->task, error, unknown);
  return FALSE;
}

static gboolean
post_as_brand (SparkTiktok *self, const SparkPlatformTask *task, const char *path, const char *name,
               const char *value, GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) data = NULL;

  json_object_set_string_member (params, name, value);
  data = spark_tiktok_as_brand (self, task->advertiser, "POST", path, params, error);
  return data != NULL;
}

static gboolean
did_nothing (const GError *error)
{
  return error->domain != SPARK_TIKTOK_ERROR
         || (!g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_UNCERTAIN)
             && error->code != SPARK_TIKTOK_ERROR_REFUSED
             && error->code != SPARK_TIKTOK_ERROR_MISSING
             && error->code != SPARK_TIKTOK_ERROR_UNKNOWN);
}

/* --- redeem --- */

static void
redeem (SparkTiktok *self, const SparkPlatformTask *task)
{
  One one = { .task = task };
  g_autoptr (GError) error = NULL;

  if (!try_look (self, &one, task->sent) || one.post.authorized)
    return;
  if (task->string == NULL)
    {
      spark_tiktok_report_failed (self, task, SPARK_ERROR_CODE_DELETED,
                                  "The video has no code any more.");
      return;
    }
  if (!spark_tiktok_may_repeat (task))
    {
      spark_tiktok_report_later (self, task, 0, TRUE, SPARK_ERROR_UNAVAILABLE);
      return;
    }
  if (!spark_tiktok_report_sent (self, task, 0))
    return;
  if (!post_as_brand (self, task, AUTHORIZE, "auth_code", task->string, &error)
      && did_nothing (error))
    {
      spark_tiktok_report_error (self, task, error, FALSE);
      return;
    }
  /* Also after a refusal: what is bound already is refused, and is authorized. */
  if (!try_look (self, &one, TRUE) || one.post.authorized)
    return;
  if (error != NULL && !g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_UNCERTAIN))
    spark_tiktok_report_error (self, task, error, FALSE);
  else
    spark_tiktok_report_later (self, task, 0, TRUE, SPARK_ERROR_UNAVAILABLE);
}

/* --- revoke --- */

static gboolean
pause_some (SparkTiktok *self, const SparkPlatformTask *task, GPtrArray *ids, guint from,
            GError **error)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) data = NULL;
  JsonArray *array = json_array_new ();

  for (guint i = from; i < MIN (from + ADS_AT_ONCE, ids->len); i++)
    json_array_add_string_element (array, ids->pdata[i]);
  json_object_set_array_member (params, "ad_ids", array);
  json_object_set_string_member (params, "operation_status", "DISABLE");
  data = spark_tiktok_as_brand (self, task->advertiser, "POST", AD_STATUS, params, error);
  return data != NULL;
}

/* Whatever became of it, the ads are counted again. */
static gboolean
pause_ads (SparkTiktok *self, One *one, GError **error)
{
  g_autoptr (GPtrArray) ids
      = spark_tiktok_list_ads (self, one->task->advertiser, one->task->item_id, error);
  g_autoptr (GPtrArray) left = NULL;

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i += ADS_AT_ONCE)
    {
      g_autoptr (GError) local = NULL;

      if (!pause_some (self, one->task, ids, i, &local))
        g_debug ("Ads could not be paused: %s", local->message);
    }
  if (ids->len > 0)
    {
      left = spark_tiktok_list_ads (self, one->task->advertiser, one->task->item_id, error);
      if (left == NULL)
        return FALSE;
    }
  one->ads = left != NULL ? left->len : 0;
  return spark_store_write (self->store, run_ads, one, error);
}

/* What the brand agreed to when it redeemed: its ads on this video pause, and the video is given
 * up. What it used outside Sparkbox is only looked at. */
static void
end_access (SparkTiktok *self, const SparkPlatformTask *task)
{
  One one = { .task = task, .ads = -1 };
  g_autoptr (GError) error = NULL;

  if (task->advertiser == NULL)
    {
      spark_tiktok_report_later (self, task, UNCONNECTED_MS, FALSE, SPARK_ERROR_PLATFORM_CANNOT);
      return;
    }
  if (!try_look (self, &one, TRUE) || !one.post.authorized)
    return;
  if (!task->consented)
    {
      spark_tiktok_report_later (self, task, 0, FALSE, SPARK_ERROR_ADS_RUNNING);
      return;
    }
  if (!spark_tiktok_report_sent (self, task, 0))
    return;
  if (!pause_ads (self, &one, &error)
      || !post_as_brand (self, task, UNBIND, "item_id", task->item_id, &error))
    g_debug ("The video is not given up yet: %s", error->message);
  if (!try_look (self, &one, TRUE) || !one.post.authorized)
    return;
  /* Where TikTok lets only go what has ended, it is asked until then. */
  spark_tiktok_report_later (self, task, 0, FALSE,
                             one.ads == 0 ? SPARK_ERROR_PLATFORM_WAITING : SPARK_ERROR_ADS_RUNNING);
}

void
spark_tiktok_work_at_grant (SparkTiktok *self, const SparkPlatformTask *task)
{
  if (task->act == SPARK_TASK_ACT_REDEEM)
    {
      redeem (self, task);
      return;
    }
  spark_tiktok_client_set_use (self->client, SPARK_TIKTOK_USE_END);
  end_access (self, task);
  spark_tiktok_client_set_use (self->client, SPARK_TIKTOK_USE_ORDINARY);
}
