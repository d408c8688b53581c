/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-platform.h"
#include "server/ledger/spark-ledger-private.h"

/* TikTok's ends are a second off at times. */
#define SLACK_MS (60 * 1000)

/* What is known of one video's code while the platform's news of it is written down. */
typedef struct
{
  SparkTx *tx;
  const SparkPlatformStatus *status;
  SparkTaskRow task; /* id 0: it was only looked at */
  const SparkActor *actor;
  SparkVideoRow video;
  SparkCodeRow code;  /* id 0: none */
  const char *string; /* of the code; NULL: not known yet */
  gboolean settled;
  gboolean first; /* nothing is known of what the video was before */
} News;

static gboolean
is_live (SparkCodeState state)
{
  return state == SPARK_CODE_STATE_PENDING || state == SPARK_CODE_STATE_READY
         || state == SPARK_CODE_STATE_IN_USE;
}

static gboolean
load_code (News *self, GError **error)
{
  g_autofree char *id = NULL;
  SparkCode view;

  self->code = (SparkCodeRow){ 0 };
  self->string = NULL;
  if (self->video.code == 0)
    return TRUE;
  id = spark_id_format (self->video.account, self->video.code);
  if (!spark_code_row_get (self->tx, self->video.account, self->video.code, &self->code, error)
      || !spark_read_code (self->tx, id, TRUE, &view, error))
    return FALSE;
  self->string = view.code;
  return TRUE;
}

static gboolean
reload (News *self, GError **error)
{
  return spark_video_row_get (self->tx, self->video.account, self->video.id, &self->video, error)
         && load_code (self, error);
}

static gboolean
tell (News *self, SparkEventType type, guint days, gint64 ends_at, GError **error)
{
  return spark_ledger_event (self->tx, self->video.account, self->actor,
                             &(SparkEventRow){ .type = type,
                                               .video = self->video.id,
                                               .code = self->code.id,
                                               .days = days,
                                               .ends_at = ends_at },
                             NULL, error);
}

/* --- it is gone --- */

static gboolean
delete_code (News *self, GError **error)
{
  return spark_ledger_end_code (self->tx, self->code.account, self->code.id,
                                SPARK_CODE_STATE_DELETED, error)
         && spark_tx_exec (self->tx, error, "video_drop_code", "iii", self->code.account,
                           self->code.video, self->code.id);
}

/* The old one is gone: from here on it is another that is made, on the same terms. */
static gboolean
go_on_with_new (News *self, GError **error)
{
  gint64 now = spark_tx_now (self->tx), old = self->task.code, id;

  return spark_ledger_insert_code (self->tx, &self->video, NULL, self->task.days, now,
                                   now + self->task.days * SPARK_DAY_MS,
                                   self->code.id == old ? self->code.note : NULL, &id, error)
         && spark_tx_exec (self->tx, error, "task_become", "iiiii", self->task.account,
                           self->task.id, (gint64)SPARK_TASK_ACT_GENERATE, id, now)
         && spark_ledger_tell_waiting (self->tx, self->task.account, old, NULL, error)
         && spark_ledger_tell_waiting (self->tx, self->task.account, id, NULL, error)
         && spark_ledger_event (self->tx, self->task.account, self->actor,
                                &(SparkEventRow){ .type = SPARK_EVENT_CODE_REPLACED,
                                                  .video = self->video.id,
                                                  .code = id,
                                                  .days = self->task.days },
                                NULL, error);
}

/* The platform lets nobody use the video any more: that is the end of every access to it. */
static gboolean
end_all (News *self, GError **error)
{
  g_autoptr (GArray) grants
      = spark_grant_rows_of_video (self->tx, self->video.account, self->video.id, error);

  if (grants == NULL)
    return FALSE;
  for (guint i = 0; i < grants->len; i++)
    {
      const SparkGrantRow *grant = &g_array_index (grants, SparkGrantRow, i);

      if ((grant->state == SPARK_GRANT_STATE_AUTHORIZED
           || grant->state == SPARK_GRANT_STATE_REVOKING)
          && (!spark_ledger_drop_tasks_of_grant (self->tx, grant->account, grant->id, error)
              || !spark_ledger_end_grant (self->tx, self->actor, grant, SPARK_GRANT_STATE_REVOKED,
                                          SPARK_EVENT_GRANT_REVOKED, NULL, error)))
        return FALSE;
    }
  return tell (self, SPARK_EVENT_AUTHORIZATION_OFF, 0, 0, error);
}

static gboolean
apply_absent (News *self, GError **error)
{
  SparkTaskAct act = self->task.act;
  gboolean replaces = self->task.id != 0 && act == SPARK_TASK_ACT_REPLACE;

  /* What is still to be made was not there when it was looked for. */
  if (self->code.id != 0
      && (self->code.state == SPARK_CODE_STATE_READY || self->code.state == SPARK_CODE_STATE_IN_USE
          || self->code.state == SPARK_CODE_STATE_EXPIRED)
      && (!delete_code (self, error)
          || (!replaces && !tell (self, SPARK_EVENT_CODE_DELETED, 0, 0, error))))
    return FALSE;
  if (replaces && !(self->code.id != 0 && self->code.state == SPARK_CODE_STATE_PENDING))
    return go_on_with_new (self, error);
  self->settled
      = self->task.id != 0 && (act == SPARK_TASK_ACT_DELETE || act == SPARK_TASK_ACT_TURN_OFF);
  if (self->settled && act == SPARK_TASK_ACT_TURN_OFF && !end_all (self, error))
    return FALSE;
  return spark_ledger_summarize (self->tx, self->video.account, self->video.id, error);
}

/* --- it is there --- */

static guint
count_days (const SparkPlatformStatus *status, gint64 starts_at, gint64 ends_at)
{
  return status->days != 0 ? status->days : (guint)(MAX (ends_at - starts_at, 0) / SPARK_DAY_MS);
}

/* A code that was asked for has come. */
static gboolean
arrive (News *self, GError **error)
{
  const SparkPlatformStatus *status = self->status;
  g_autoptr (GBytes) secret = NULL;
  gint64 starts_at = status->starts_at != 0 ? status->starts_at : self->code.starts_at;
  gint64 ends_at = status->ends_at != 0 ? status->ends_at : self->code.ends_at;
  guint days = count_days (status, starts_at, ends_at);
  gconstpointer data;
  gsize length;

  if (!spark_tx_keep_string (self->tx, self->code.account, SPARK_KIND_CODE, self->code.id,
                             self->code.video, status->string, &secret, error))
    return FALSE;
  data = g_bytes_get_data (secret, &length);
  return spark_tx_exec (self->tx, error, "code_arrived", "iibiiii", self->code.account,
                        self->code.id, data, length, (gint64)SPARK_CODE_STATE_READY, (gint64)days,
                        starts_at, ends_at)
         && spark_tx_touch (self->tx, self->code.account, SPARK_KIND_CODE, self->code.id, error)
         && tell (self, SPARK_EVENT_CODE_GENERATED, days, ends_at, error) && reload (self, error);
}

/* One that was made elsewhere: in the TikTok app. */
static gboolean
discover (News *self, GError **error)
{
  const SparkPlatformStatus *status = self->status;
  gint64 now = spark_tx_now (self->tx);
  gint64 starts_at = status->starts_at != 0 ? status->starts_at : now;
  gint64 ends_at = status->ends_at != 0 ? status->ends_at : starts_at;
  guint days = count_days (status, starts_at, ends_at);
  gint64 id;

  return spark_ledger_insert_code (self->tx, &self->video, status->string, days, starts_at, ends_at,
                                   NULL, &id, error)
         && reload (self, error) && tell (self, SPARK_EVENT_CODE_ADDED, days, ends_at, error);
}

/* The platform's end is the end, of the code and of what stands on it. */
static gboolean
move_end (News *self, gint64 ends_at, GError **error)
{
  g_autoptr (GArray) grants = NULL;
  SparkCodeState state = self->code.used_at != 0 ? SPARK_CODE_STATE_IN_USE : SPARK_CODE_STATE_READY;
  guint days = count_days (self->status, self->code.starts_at, ends_at);
  gboolean later = ends_at > self->code.ends_at;

  if (!spark_tx_exec (self->tx, error, "code_extend", "iiiii", self->code.account, self->code.id,
                      (gint64)state, (gint64)days, ends_at)
      || !spark_tx_touch (self->tx, self->code.account, SPARK_KIND_CODE, self->code.id, error))
    return FALSE;
  if (later)
    return spark_ledger_lengthen_grants (self->tx, &self->code, ends_at, error)
           && tell (self, SPARK_EVENT_CODE_EXTENDED,
                    (guint)((ends_at - self->code.ends_at + SPARK_DAY_MS / 2) / SPARK_DAY_MS),
                    ends_at, error)
           && reload (self, error);
  grants = spark_grant_rows_of_video (self->tx, self->code.account, self->code.video, error);
  for (guint i = 0; grants != NULL && i < grants->len; i++)
    {
      const SparkGrantRow *grant = &g_array_index (grants, SparkGrantRow, i);

      if (grant->code == self->code.id
          && (grant->state == SPARK_GRANT_STATE_AUTHORIZED
              || grant->state == SPARK_GRANT_STATE_REVOKING)
          && (!spark_tx_exec (self->tx, error, "grant_set_ends", "iiii", grant->account, grant->id,
                              MIN (grant->ends_at, ends_at), ends_at)
              || !spark_tx_touch (self->tx, grant->account, SPARK_KIND_GRANT, grant->id, error)))
        return FALSE;
    }
  return grants != NULL && reload (self, error);
}

/* Somebody is known who may have used it. */
static gboolean
is_explained (News *self, gboolean *explained, GError **error)
{
  g_autoptr (GArray) grants
      = spark_grant_rows_of_video (self->tx, self->code.account, self->code.video, error);

  *explained = FALSE;
  for (guint i = 0; grants != NULL && i < grants->len; i++)
    {
      const SparkGrantRow *grant = &g_array_index (grants, SparkGrantRow, i);

      *explained |= grant->code == self->code.id && grant->state != SPARK_GRANT_STATE_FAILED;
    }
  return grants != NULL;
}

static gboolean
use (News *self, GError **error)
{
  gboolean explained;

  if (!is_explained (self, &explained, error)
      || !spark_ledger_use_code (self->tx, self->code.account, self->code.id, error))
    return FALSE;
  return explained
         || spark_ledger_event (self->tx, self->code.account, &spark_ledger_system,
                                &(SparkEventRow){ .type = SPARK_EVENT_CODE_USED,
                                                  .video = self->code.video,
                                                  .code = self->code.id,
                                                  .ends_at = self->code.ends_at,
                                                  .earlier = self->first },
                                NULL, error);
}

static gboolean
is_settled (const News *self)
{
  switch (self->task.act)
    {
    case SPARK_TASK_ACT_GENERATE:
      return self->string != NULL && is_live (self->code.state);
    case SPARK_TASK_ACT_EXTEND:
      return self->task.sent && self->code.id == self->task.code
             && self->code.ends_at
                    >= self->task.base_ends_at + self->task.days * SPARK_DAY_MS - SLACK_MS;
    case SPARK_TASK_ACT_DELETE:
    case SPARK_TASK_ACT_REPLACE:
      /* Another stands in its place. */
      return self->code.id != self->task.code;
    case SPARK_TASK_ACT_TURN_OFF:
    case SPARK_TASK_ACT_REVOKE:
    case SPARK_TASK_ACT_REDEEM:
    default:
      return FALSE;
    }
}

static gboolean
apply_present (News *self, GError **error)
{
  const SparkPlatformStatus *status = self->status;
  gboolean other = status->string != NULL && self->string != NULL
                   && g_strcmp0 (status->string, self->string) != 0;

  if (other && self->code.state != SPARK_CODE_STATE_DELETED
      && (!delete_code (self, error) || !tell (self, SPARK_EVENT_CODE_DELETED, 0, 0, error)))
    return FALSE;
  if (self->code.id == 0 || other)
    {
      /* Without its string nothing can be known of it. */
      if (status->string != NULL && !discover (self, error))
        return FALSE;
    }
  else if (self->code.state == SPARK_CODE_STATE_PENDING && status->string != NULL
           && !arrive (self, error))
    return FALSE;
  if (self->code.id == 0 || self->string == NULL)
    return spark_ledger_summarize (self->tx, self->video.account, self->video.id, error);

  if (status->ends_at != 0
      && (ABS (status->ends_at - self->code.ends_at) > SLACK_MS
          || (!is_live (self->code.state) && status->ends_at > spark_tx_now (self->tx)
              && !status->expired))
      && !move_end (self, status->ends_at, error))
    return FALSE;
  if (status->used && self->code.state == SPARK_CODE_STATE_READY
      && (!use (self, error) || !reload (self, error)))
    return FALSE;
  if (status->expired && is_live (self->code.state)
      && (!spark_ledger_expire_code (self->tx, self->code.account, self->code.id, error)
          || !reload (self, error)))
    return FALSE;
  self->settled = self->task.id != 0 && is_settled (self);
  return spark_ledger_summarize (self->tx, self->video.account, self->video.id, error);
}

/* --- */

/* Unless it is older than what is known. */
static gboolean
is_news (News *self, gint64 asked_at, gboolean *news, GError **error)
{
  gint64 known, unasked = 0;

  if (!spark_tx_int (self->tx, error, &known, 0, "video_status_at", "ii", self->video.account,
                     self->video.id)
      || (known == 0
          && !spark_tx_int (self->tx, error, &unasked, 0, "connection_unasked", "i",
                            self->video.account)))
    return FALSE;
  /* What a video has that comes once all were asked about came with it. */
  self->first = unasked != 0;
  *news = asked_at >= known || known > spark_tx_now (self->tx) + SPARK_LEDGER_AHEAD_MS;
  return !*news
         || spark_tx_exec (self->tx, error, "video_set_status_at", "iii", self->video.account,
                           self->video.id, asked_at);
}

gboolean
spark_ledger_apply_status (SparkTx *tx, gint64 account, gint64 video, gint64 task, gint64 asked_at,
                           const SparkPlatformStatus *status, gboolean *settled, GError **error)
{
  News self = { .tx = tx, .status = status, .actor = &spark_ledger_system };
  gboolean news;

  if (settled != NULL)
    *settled = FALSE;
  if ((task != 0 && !spark_task_row_get (tx, account, task, &self.task, error))
      || !spark_video_row_get (tx, account, video, &self.video, error) || !load_code (&self, error)
      || !is_news (&self, asked_at, &news, error))
    return FALSE;
  if (!news)
    return TRUE;
  if (task != 0)
    self.actor = &self.task.actor;
  if (!(status->exists ? apply_present (&self, error) : apply_absent (&self, error)))
    return FALSE;
  if (settled != NULL)
    *settled = self.settled;
  return !self.settled || spark_ledger_drop_task (tx, &self.task, error);
}
