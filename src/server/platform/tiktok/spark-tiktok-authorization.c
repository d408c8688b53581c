/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "model/spark-rules.h"
#include "server/platform/tiktok/spark-tiktok-authorization.h"
#include "server/platform/tiktok/spark-tiktok-report.h"

#define SETTING   "business/post/authorize/setting/"
#define AUTHORIZE "business/post/authorize/"
#define STATUS    "business/post/authorize/status/"
#define DELETE    "business/post/authorize/delete/"

/* What TikTok said, when it was asked, and where it is to be written down. */
typedef struct
{
  gint64 account;
  gint64 video;
  gint64 task; /* 0: none */
  gint64 asked_at;
  char *string; /* owned */
  SparkPlatformStatus status;
  gboolean settled;
  gboolean off; /* TikTok took it that ad authorization is turned off */
} Told;

static void
told_clear (Told *told)
{
  g_free (told->string);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

/* --- status --- */

static gboolean
strange (GError **error)
{
  g_propagate_error (error, spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNREACHABLE, 0,
                                                    "TikTok’s answer does not say what the code "
                                                    "is."));
  return FALSE;
}

/* The one of a code that is none is an error; of the codes it may have, those that say so. */
static gboolean
says_absent (const GError *error)
{
  gint64 code;

  if (error->domain != SPARK_TIKTOK_ERROR)
    return FALSE;
  code = spark_tiktok_error_get_detail (error)->code;
  return code == 40000 || code == 40002 || code == 40007;
}

static gboolean
read_status (JsonObject *data, const char *item_id, Told *told, GError **error)
{
  const char *about = spark_tiktok_get_text (data, "item_id");
  const char *state = spark_tiktok_get_text (data, "auth_code_status");
  const char *code = spark_tiktok_get_text (data, "auth_code");
  gint64 days = spark_tiktok_get_int (data, "authorization_days", 0);

  if ((about != NULL && strcmp (about, item_id) != 0) || state == NULL)
    return strange (error);
  if (strcmp (state, "DELETED") == 0)
    return TRUE;
  told->string = code != NULL ? spark_code_normalize (code, NULL) : NULL;
  if (told->string == NULL || spark_tiktok_get_time (data, "auth_code_end_time") == 0)
    return strange (error);
  told->status = (SparkPlatformStatus){
    .exists = TRUE,
    .string = told->string,
    .starts_at = spark_tiktok_get_time (data, "auth_code_start_time"),
    .ends_at = spark_tiktok_get_time (data, "auth_code_end_time"),
    .days = days > 0 && days < G_MAXINT ? (guint)days : 0,
    .used = strcmp (state, "IN_USE") == 0,
    .expired = strcmp (state, "EXPIRED") == 0,
  };
  return TRUE;
}

static JsonObject *
new_params (const char *item_id)
{
  JsonObject *params = json_object_new ();

  json_object_set_string_member (params, "item_id", item_id);
  return params;
}

static gboolean
ask_status (SparkTiktok *self, const char *item_id, Told *told, GError **error)
{
  g_autoptr (JsonObject) params = new_params (item_id);
  g_autoptr (JsonObject) data = NULL;
  GError *local = NULL;

  told->asked_at = spark_tiktok_now (self);
  g_clear_pointer (&told->string, g_free);
  told->status = (SparkPlatformStatus){ 0 };
  data = spark_tiktok_as_creator (self, told->account, "GET", STATUS, params, &local);
  if (data != NULL)
    return read_status (data, item_id, told, error);
  if (says_absent (local))
    {
      g_error_free (local);
      return TRUE;
    }
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
run_apply (SparkTx *tx, gpointer data, GError **error)
{
  Told *told = data;

  return spark_ledger_apply_status (tx, told->account, told->video, told->task, told->asked_at,
                                    &told->status, &told->settled, error)
         && spark_ledger_platform_seen (tx, told->account, told->asked_at, error);
}

static gboolean
look (SparkTiktok *self, const char *item_id, Told *told, GError **error)
{
  told->settled = FALSE;
  return ask_status (self, item_id, told, error)
         && spark_store_write (self->store, run_apply, told, error);
}

gboolean
spark_tiktok_look_at_code (SparkTiktok *self, gint64 account, gint64 video, const char *item_id,
                           GError **error)
{
  g_auto (Told) told = { .account = account, .video = video };

  return look (self, item_id, &told, error);
}

/* --- tasks --- */

static gboolean
send (SparkTiktok *self, const SparkPlatformTask *task, const char *path, GError **error)
{
  g_autoptr (JsonObject) params = new_params (task->item_id);
  g_autoptr (JsonObject) data = NULL;

  if (strcmp (path, SETTING) == 0)
    json_object_set_boolean_member (params, "is_ad_promotable",
                                    task->act != SPARK_TASK_ACT_TURN_OFF);
  if (task->days > 0 && strcmp (path, DELETE) != 0)
    json_object_set_int_member (params, "authorization_days", task->days);
  data = spark_tiktok_as_creator (self, task->account, "POST", path, params, error);
  return data != NULL;
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_REFUSED)
         || g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_MISSING)
         || g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_UNKNOWN);
}

static gboolean
is_uncertain (const GError *error)
{
  return g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_UNCERTAIN);
}

/* It was sent, and TikTok does not show it (yet). */
static void
report_not_shown (SparkTiktok *self, const SparkPlatformTask *task, GError *refused)
{
  switch (task->act)
    {
    case SPARK_TASK_ACT_DELETE:
    case SPARK_TASK_ACT_REPLACE:
    case SPARK_TASK_ACT_TURN_OFF:
      /* TikTok refuses while an ad uses the video, and says it in words of its own. It can be asked
       * as often as one likes. */
      spark_tiktok_report_later (self, task, 0, FALSE,
                                 refused != NULL ? SPARK_ERROR_ADS_RUNNING
                                                 : SPARK_ERROR_UNAVAILABLE);
      return;
    case SPARK_TASK_ACT_GENERATE:
    case SPARK_TASK_ACT_EXTEND:
    case SPARK_TASK_ACT_REVOKE:
    case SPARK_TASK_ACT_REDEEM:
    default:
      if (refused != NULL)
        spark_tiktok_report_error (self, task, refused, FALSE);
      else
        spark_tiktok_report_later (self, task, 0, TRUE, SPARK_ERROR_UNAVAILABLE);
    }
}

/* Looks for what was sent; TRUE: it has been reported on. */
static gboolean
read_back (SparkTiktok *self, const SparkPlatformTask *task, gboolean unknown, Told *told)
{
  g_autoptr (GError) error = NULL;
  gboolean replaced;

  /* That a video has no code does not mean that it is off. */
  told->task = task->act == SPARK_TASK_ACT_TURN_OFF && !told->off ? 0 : task->id;
  if (!look (self, task->item_id, told, &error))
    {
      if (!g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        spark_tiktok_report_error (self, task, error, unknown);
      return TRUE;
    }
  /* It is another task now, which makes the new one. */
  replaced = task->act == SPARK_TASK_ACT_REPLACE && !told->status.exists;
  return told->settled || replaced;
}

static const char *
get_path (SparkTaskAct act)
{
  switch (act)
    {
    case SPARK_TASK_ACT_EXTEND:
      return AUTHORIZE;
    case SPARK_TASK_ACT_DELETE:
    case SPARK_TASK_ACT_REPLACE:
      return DELETE;
    case SPARK_TASK_ACT_GENERATE:
    case SPARK_TASK_ACT_TURN_OFF:
    case SPARK_TASK_ACT_REVOKE:
    case SPARK_TASK_ACT_REDEEM:
    default:
      return SETTING;
    }
}

/* Where one way did not lead there, the other may: sources do not agree which does. */
static const char *
get_other_path (SparkTaskAct act)
{
  switch (act)
    {
    case SPARK_TASK_ACT_GENERATE:
      return AUTHORIZE;
    case SPARK_TASK_ACT_TURN_OFF:
      return DELETE;
    case SPARK_TASK_ACT_EXTEND:
    case SPARK_TASK_ACT_DELETE:
    case SPARK_TASK_ACT_REPLACE:
    case SPARK_TASK_ACT_REVOKE:
    case SPARK_TASK_ACT_REDEEM:
    default:
      return NULL;
    }
}

/* TRUE: it has been reported on. @refused: (out): TikTok did nothing, and says why */
static gboolean
try_path (SparkTiktok *self, const SparkPlatformTask *task, const char *path, Told *told,
          GError **refused)
{
  g_autoptr (GError) error = NULL;

  if (!spark_tiktok_report_sent (self, task, told->status.ends_at))
    return TRUE;
  if (!send (self, task, path, &error) && !is_uncertain (error) && !is_refusal (error))
    {
      spark_tiktok_report_error (self, task, error, FALSE);
      return TRUE;
    }
  told->off |= error == NULL && strcmp (path, SETTING) == 0 && task->act == SPARK_TASK_ACT_TURN_OFF;
  if (read_back (self, task, !is_refusal (error), told))
    return TRUE;
  if (is_refusal (error))
    g_propagate_error (refused, g_steal_pointer (&error));
  return FALSE;
}

static gboolean
can_begin (SparkTiktok *self, const SparkPlatformTask *task, Told *told)
{
  /* Whether ad authorization is on cannot be read: turning it off is always asked for. */
  if (task->act == SPARK_TASK_ACT_TURN_OFF)
    return TRUE;
  if (read_back (self, task, task->sent, told))
    return FALSE;
  if (task->act == SPARK_TASK_ACT_EXTEND
      && (!told->status.exists || g_strcmp0 (told->status.string, task->string) != 0))
    {
      spark_tiktok_report_failed (self, task, SPARK_ERROR_CODE_DELETED,
                                  "This code is not at TikTok any more.");
      return FALSE;
    }
  if (spark_tiktok_may_repeat (task))
    return TRUE;
  spark_tiktok_report_later (self, task, 0, TRUE, SPARK_ERROR_UNAVAILABLE);
  return FALSE;
}

void
spark_tiktok_work_at_code (SparkTiktok *self, const SparkPlatformTask *task)
{
  g_auto (Told) told = { .account = task->account, .video = task->video };
  const char *other = get_other_path (task->act);
  g_autoptr (GError) refused = NULL;

  if (!can_begin (self, task, &told)
      || try_path (self, task, get_path (task->act), &told, &refused))
    return;
  /* Only when the first way certainly did nothing, or the second still has something to end. */
  if (other != NULL && (refused != NULL || told.off))
    {
      g_clear_error (&refused);
      if (try_path (self, task, other, &told, &refused))
        return;
    }
  report_not_shown (self, task, refused);
}
