/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-platform.h"
#include "server/ledger/spark-ledger-private.h"

#define SEEN_MS (60 * 1000)

void
spark_platform_task_free (SparkPlatformTask *task)
{
  g_free (task->item_id);
  g_free (task->string);
  g_free (task->advertiser);
  g_free (task);
}

gboolean
spark_ledger_brand_is_connected (SparkTx *tx, const char *advertiser, gboolean *connected,
                                 GError **error)
{
  gint64 found;

  if (!spark_tx_int (tx, error, &found, 0, "brand_is_connected", "s", advertiser))
    return FALSE;
  *connected = found != 0;
  return TRUE;
}

gboolean
spark_ledger_ask (SparkTx *tx, const SparkActor *actor, const SparkTaskRow *task, GError **error)
{
  gint64 id;

  if (!spark_tx_next_id (tx, task->account, &id, error)
      || !spark_tx_exec (tx, error, "task_insert", "iiiiiiiisssi", task->account, id,
                         (gint64)task->act, task->video, task->code, task->grant,
                         (gint64)task->days, (gint64)actor->kind, actor->id, actor->name,
                         actor->from, spark_tx_now (tx)))
    return FALSE;
  return task->code == 0 || spark_ledger_tell_waiting (tx, task->account, task->code, NULL, error);
}

gboolean
spark_ledger_tell_waiting (SparkTx *tx, gint64 account, gint64 code, const char *problem,
                           GError **error)
{
  gint64 act;

  return spark_tx_int (tx, error, &act, -1, "task_of_code", "ii", account, code)
         && spark_tx_exec (tx, error, "code_set_waiting", "iiis", account, code, act + 1,
                           act < 0 ? NULL : problem)
         && spark_tx_touch (tx, account, SPARK_KIND_CODE, code, error);
}

gboolean
spark_ledger_waiting (SparkTx *tx, gint64 account, gint64 video, SparkTaskAct *act,
                      gboolean *waiting, GError **error)
{
  gint64 number;

  if (!spark_tx_int (tx, error, &number, -1, "task_of_video", "ii", account, video))
    return FALSE;
  *waiting = number >= 0;
  *act = (SparkTaskAct)MAX (number, 0);
  return TRUE;
}

gboolean
spark_ledger_check_not_waiting (SparkTx *tx, const SparkVideoRow *video, GError **error)
{
  SparkTaskAct act;
  gboolean waiting;

  if (!video->platform->asks)
    return TRUE;
  if (!spark_ledger_waiting (tx, video->account, video->id, &act, &waiting, error))
    return FALSE;
  if (!waiting)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_WAITING,
               "TikTok has not done the last change of this video yet. Wait for it, or delete the "
               "code.");
  return FALSE;
}

gboolean
spark_ledger_check_connected (SparkTx *tx, const SparkVideoRow *video, GError **error)
{
  gint64 state;

  if (!video->platform->asks)
    return TRUE;
  if (!spark_tx_int (tx, error, &state, SPARK_CONNECTION_STATE_NONE, "connection_state", "i",
                     video->account))
    return FALSE;
  if (state <= SPARK_CONNECTION_STATE_CONNECTED)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_CONNECTED,
               "This account is no longer connected to TikTok. Connect the account again, then try "
               "again.");
  return FALSE;
}

gboolean
spark_task_row_get (SparkTx *tx, gint64 account, gint64 id, SparkTaskRow *row, GError **error)
{
  SparkStatement *found;

  if (!spark_tx_lock (tx, account, error))
    return FALSE;
  found = spark_tx_row (tx, error, "task_get", "ii", account, id);
  if (found == NULL)
    return spark_ledger_not_found (error);
  *row = (SparkTaskRow){
    .account = account,
    .id = id,
    .act = spark_statement_int (found, 0),
    .video = spark_statement_int (found, 1),
    .code = spark_statement_int (found, 2),
    .grant = spark_statement_int (found, 3),
    .days = spark_statement_int (found, 4),
    .actor = { spark_statement_int (found, 5), spark_tx_keep (tx, spark_statement_text (found, 6)),
               spark_tx_keep (tx, spark_statement_text (found, 7)),
               spark_tx_keep (tx, spark_statement_text (found, 8)) },
    .due_at = spark_statement_int (found, 9),
    .claimed_until = spark_statement_int (found, 10),
    .attempts = spark_statement_int (found, 11),
    .sent = spark_statement_int (found, 12) != 0,
    .base_ends_at = spark_statement_int (found, 13),
    .written_at = spark_statement_int (found, 14),
  };
  spark_statement_reset (found);
  return TRUE;
}

gboolean
spark_ledger_drop_task (SparkTx *tx, const SparkTaskRow *task, GError **error)
{
  return spark_tx_exec (tx, error, "task_drop", "ii", task->account, task->id)
         && (task->code == 0
             || spark_ledger_tell_waiting (tx, task->account, task->code, NULL, error));
}

gboolean
spark_ledger_drop_tasks_of_grant (SparkTx *tx, gint64 account, gint64 grant, GError **error)
{
  return spark_tx_exec (tx, error, "tasks_drop_grant", "ii", account, grant)
         && spark_tx_exec (tx, error, "grant_set_problem", "iis", account, grant, NULL);
}

gboolean
spark_ledger_is_given_up (SparkTx *tx, const SparkGrantRow *grant, gboolean *given_up,
                          GError **error)
{
  gint64 kind = -1;

  *given_up = FALSE;
  if (grant->state == SPARK_GRANT_STATE_REVOKING
      && !spark_tx_int (tx, error, &kind, -1, "task_revoke_by", "ii", grant->account, grant->id))
    return FALSE;
  *given_up = kind == SPARK_ACTOR_BRAND;
  return TRUE;
}

/* --- claiming --- */

static gboolean
fill_code (SparkTx *tx, SparkPlatformTask *task, gint64 code, GError **error)
{
  g_autofree char *id = spark_id_format (task->account, code);
  SparkCode view;

  if (!spark_read_code (tx, id, TRUE, &view, error))
    return FALSE;
  task->string = g_strdup (view.code);
  return TRUE;
}

static SparkPlatformTask *
claim (SparkTx *tx, const SparkTaskRow *row, gint64 lease, GError **error)
{
  g_autoptr (SparkPlatformTask) task = g_new0 (SparkPlatformTask, 1);
  SparkVideoRow video;
  gint64 code;

  *task = (SparkPlatformTask){
    .account = row->account,
    .id = row->id,
    .act = row->act,
    .video = row->video,
    .code = row->code,
    .grant = row->grant,
    .days = row->days,
    .attempts = row->attempts,
    .sent = row->sent,
    .base_ends_at = row->base_ends_at,
  };
  if (!spark_video_row_get (tx, row->account, row->video, &video, error))
    return NULL;
  task->item_id = g_strdup (video.item_id);
  if (row->grant != 0)
    {
      g_autofree char *id = spark_id_format (row->account, row->grant);
      SparkGrantRow grant;

      if (!spark_grant_row_load (tx, id, &grant, error))
        return NULL;
      task->advertiser = g_strdup (grant.advertiser);
      task->consented
          = grant.source == SPARK_GRANT_SOURCE_REDEEMED || row->actor.kind == SPARK_ACTOR_BRAND;
    }
  code = row->code != 0 ? row->code : video.code;
  if ((code != 0 && !fill_code (tx, task, code, error))
      || !spark_tx_exec (tx, error, "task_claim", "iiii", row->account, row->id,
                         spark_tx_now (tx) + lease, spark_tx_now (tx)))
    return NULL;
  return g_steal_pointer (&task);
}

/* Looks again, now that the account is locked: another node may have been faster. @found: (out) */
static gboolean
get_again (SparkTx *tx, const GArray *ids, guint i, SparkTaskRow *row, gboolean *found,
           GError **error)
{
  g_autoptr (GError) local = NULL;

  *found = spark_task_row_get (tx, g_array_index (ids, gint64, i),
                               g_array_index (ids, gint64, i + 1), row, &local);
  if (*found || g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* What was put off by a clock that was ahead would wait until that time has come again. */
static gboolean
put_right (SparkTx *tx, guint limit, gint64 lease, GError **error)
{
  g_autoptr (GArray) ids = spark_ledger_due (tx, "tasks_ahead", limit, 0, error);
  gint64 now = spark_tx_now (tx);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i += 2)
    {
      SparkTaskRow row;
      gboolean found;

      if (!get_again (tx, ids, i, &row, &found, error)
          || (found && row.written_at > now + SPARK_LEDGER_AHEAD_MS
              && !spark_tx_exec (tx, error, "task_put_right", "iiii", row.account, row.id, now,
                                 row.claimed_until > now ? now + lease : 0)))
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
spark_ledger_claim_tasks (SparkTx *tx, guint limit, gint64 lease, GError **error)
{
  g_autoptr (GPtrArray) tasks
      = g_ptr_array_new_with_free_func ((GDestroyNotify)spark_platform_task_free);
  g_autoptr (GArray) ids = NULL;
  gint64 now = spark_tx_now (tx);

  if (!put_right (tx, limit, lease, error))
    return NULL;
  ids = spark_ledger_due (tx, "tasks_due", limit, 0, error);
  if (ids == NULL)
    return NULL;
  for (guint i = 0; i < ids->len; i += 2)
    {
      SparkTaskRow row;
      SparkPlatformTask *task;
      gboolean found;

      if (!get_again (tx, ids, i, &row, &found, error))
        return NULL;
      if (!found || row.due_at > now || row.claimed_until > now)
        continue;
      task = claim (tx, &row, lease, error);
      if (task == NULL)
        return NULL;
      g_ptr_array_add (tasks, task);
    }
  return g_steal_pointer (&tasks);
}

/* --- what became of it --- */

gboolean
spark_ledger_task_sent (SparkTx *tx, gint64 account, gint64 id, gint64 base_ends_at, GError **error)
{
  SparkTaskRow task;

  return spark_task_row_get (tx, account, id, &task, error)
         && spark_tx_exec (tx, error, "task_sent", "iii", account, id, base_ends_at);
}

/* Where the creator sees that it has to wait: at the code or at the grant. */
static gboolean
tell_problem (SparkTx *tx, const SparkTaskRow *task, const char *problem, GError **error)
{
  if (task->grant != 0)
    return spark_tx_exec (tx, error, "grant_set_problem", "iis", task->account, task->grant,
                          problem)
           && spark_tx_touch (tx, task->account, SPARK_KIND_GRANT, task->grant, error);
  return task->code == 0
         || spark_ledger_tell_waiting (tx, task->account, task->code, problem, error);
}

gboolean
spark_ledger_task_later (SparkTx *tx, gint64 account, gint64 id, gint64 due_at, gboolean unknown,
                         const char *problem, GError **error)
{
  SparkTaskRow task;

  return spark_task_row_get (tx, account, id, &task, error)
         && spark_tx_exec (tx, error, "task_later", "iiiii", account, id, due_at,
                           (gint64)(unknown ? 1 : 0), spark_tx_now (tx))
         && tell_problem (tx, &task, problem, error);
}

static gboolean
tell_refused (SparkTx *tx, const SparkTaskRow *task, const SparkGrantRow *grant,
              const char *problem, const char *words, GError **error)
{
  return spark_ledger_event (
      tx, task->account, &spark_ledger_system,
      &(SparkEventRow){ .type = SPARK_EVENT_PLATFORM_REFUSED,
                        .video = task->video,
                        .code = task->code,
                        .grant = task->grant,
                        .link = grant != NULL ? grant->link : 0,
                        .brand = grant != NULL ? grant->brand : 0,
                        .advertiser = grant != NULL ? grant->advertiser : NULL,
                        .reason = problem,
                        .days = task->days,
                        .note = words },
      NULL, error);
}

/* A link that was not redeemed after all can be tried again, while it lasts. */
static gboolean
reopen_link (SparkTx *tx, const SparkGrantRow *grant, GError **error)
{
  SparkLinkRow link;

  if (grant->link == 0)
    return TRUE;
  if (!spark_link_row_get (tx, grant->account, grant->link, &link, error))
    return FALSE;
  return link.state != SPARK_LINK_STATE_REDEEMING
         || spark_ledger_set_link_state (tx, grant->account, grant->link, SPARK_LINK_STATE_OPEN,
                                         error);
}

static gboolean
fail_redemption (SparkTx *tx, const SparkTaskRow *task, const SparkGrantRow *grant, GError **error)
{
  return spark_ledger_drop_tasks_of_grant (tx, task->account, task->grant, error)
         && spark_tx_exec (tx, error, "grant_set_state", "iiii", task->account, task->grant,
                           (gint64)SPARK_GRANT_STATE_FAILED, (gint64)0)
         && spark_tx_touch (tx, task->account, SPARK_KIND_GRANT, task->grant, error)
         && reopen_link (tx, grant, error)
         && spark_ledger_summarize (tx, task->account, task->video, error);
}

static gboolean
fail_code (SparkTx *tx, const SparkTaskRow *task, GError **error)
{
  SparkCodeRow code;

  if (!spark_ledger_drop_task (tx, task, error))
    return FALSE;
  if (task->act != SPARK_TASK_ACT_GENERATE)
    return TRUE;
  if (!spark_code_row_get (tx, task->account, task->code, &code, error))
    return FALSE;
  return code.state != SPARK_CODE_STATE_PENDING
         || (spark_ledger_end_code (tx, task->account, task->code, SPARK_CODE_STATE_FAILED, error)
             && spark_tx_exec (tx, error, "video_drop_code", "iii", task->account, task->video,
                               task->code)
             && spark_ledger_summarize (tx, task->account, task->video, error));
}

gboolean
spark_ledger_task_failed (SparkTx *tx, gint64 account, gint64 id, const char *problem,
                          const char *words, GError **error)
{
  g_autofree char *grant_id = NULL;
  SparkGrantRow grant;
  SparkTaskRow task;

  if (!spark_task_row_get (tx, account, id, &task, error))
    return FALSE;
  if (task.grant == 0)
    return fail_code (tx, &task, error) && tell_refused (tx, &task, NULL, problem, words, error);
  grant_id = spark_id_format (account, task.grant);
  if (!spark_grant_row_load (tx, grant_id, &grant, error))
    return FALSE;
  if (task.act == SPARK_TASK_ACT_REDEEM && grant.state != SPARK_GRANT_STATE_PENDING)
    return spark_ledger_drop_task (tx, &task, error);
  if (task.act == SPARK_TASK_ACT_REDEEM)
    return fail_redemption (tx, &task, &grant, error)
           && tell_refused (tx, &task, &grant, problem, words, error);
  return spark_ledger_task_later (tx, account, id, spark_tx_now (tx) + SPARK_DAY_MS, FALSE, problem,
                                  error);
}

/* --- news --- */

gboolean
spark_ledger_platform_seen (SparkTx *tx, gint64 account, gint64 at, GError **error)
{
  gint64 seen;

  if (!spark_tx_lock (tx, account, error)
      || !spark_tx_int (tx, error, &seen, -1, "account_seen", "i", account))
    return FALSE;
  /* Unless it was told by a clock that has been set back since. */
  return seen < 0 || (at < seen + SEEN_MS && seen <= at + SPARK_LEDGER_AHEAD_MS)
         || (spark_tx_exec (tx, error, "account_set_seen", "ii", account, at)
             && spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error));
}

gboolean
spark_ledger_apply_ads (SparkTx *tx, gint64 account, gint64 grant, gint64 ads_active,
                        GError **error)
{
  g_autofree char *id = spark_id_format (account, grant);
  SparkGrantRow row;

  if (!spark_grant_row_load (tx, id, &row, error))
    return FALSE;
  return row.ads_active == ads_active
         || (spark_tx_exec (tx, error, "grant_set_ads", "iii", account, grant, ads_active)
             && spark_tx_touch (tx, account, SPARK_KIND_GRANT, grant, error)
             && (row.brand == 0
                 || spark_tx_touch (tx, account, SPARK_KIND_BRAND, row.brand, error)));
}
