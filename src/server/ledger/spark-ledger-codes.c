/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-private.h"
#include "server/store/spark-sandbox-settings.h"

static gboolean
is_live (SparkCodeState state)
{
  return state == SPARK_CODE_STATE_PENDING || state == SPARK_CODE_STATE_READY
         || state == SPARK_CODE_STATE_IN_USE;
}

static gboolean
touch_code (SparkTx *tx, const SparkCodeRow *code, GError **error)
{
  return spark_tx_touch (tx, code->account, SPARK_KIND_CODE, code->id, error)
         && spark_ledger_summarize (tx, code->account, code->video, error);
}

gboolean
spark_ledger_check_days (guint days, GError **error)
{
  if (spark_period_is_permitted (days))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD,
               "Choose 7, 30, 60, 180 or 365 days: TikTok knows no other periods.");
  return FALSE;
}

static gboolean
check_eligible (const SparkVideoRow *video, GError **error)
{
  if (!spark_blockers_stop (video->blockers) && video->visibility != SPARK_VISIBILITY_DELETED)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_VIDEO_NOT_ELIGIBLE,
               "This video cannot be used for a Spark Ad. See what stops it on its page.");
  return FALSE;
}

/* A video has one code at a time; one that has ended makes room for the next. */
static gboolean
check_no_code (SparkTx *tx, const SparkVideoRow *video, GError **error)
{
  SparkCodeRow code;

  if (video->code == 0)
    return TRUE;
  if (!spark_code_row_get (tx, video->account, video->code, &code, error))
    return FALSE;
  if (is_live (code.state) && code.ends_at <= spark_tx_now (tx))
    return spark_ledger_expire_code (tx, code.account, code.id, error);
  if (!is_live (code.state))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXISTS,
               "This video has a code already. Copy it, or extend or replace it.");
  return FALSE;
}

gboolean
spark_ledger_use_code (SparkTx *tx, gint64 account, gint64 id, GError **error)
{
  return spark_tx_exec (tx, error, "code_use", "iii", account, id, spark_tx_now (tx))
         && spark_tx_touch (tx, account, SPARK_KIND_CODE, id, error);
}

gboolean
spark_ledger_end_code (SparkTx *tx, gint64 account, gint64 id, SparkCodeState state, GError **error)
{
  return spark_tx_exec (tx, error, "grants_leave_code", "iii", account, id, G_MAXINT64)
         && spark_tx_exec (tx, error, "code_end", "iii", account, id, (gint64)state)
         && spark_tx_touch (tx, account, SPARK_KIND_CODE, id, error);
}

gboolean
spark_ledger_insert_code (SparkTx *tx, const SparkVideoRow *video, const char *string, guint days,
                          gint64 starts_at, gint64 ends_at, const char *note, gint64 *id,
                          GError **error)
{
  g_autoptr (GBytes) secret = NULL;
  SparkCodeState state = string != NULL ? SPARK_CODE_STATE_READY : SPARK_CODE_STATE_PENDING;
  gconstpointer data = "";
  gsize length = 0;

  if (!spark_tx_next_id (tx, video->account, id, error)
      || (string != NULL
          && !spark_tx_keep_string (tx, video->account, SPARK_KIND_CODE, *id, video->id, string,
                                    &secret, error)))
    return FALSE;
  if (secret != NULL)
    data = g_bytes_get_data (secret, &length);
  return spark_tx_exec (tx, error, "code_insert", "iiibiiiisi", video->account, *id, video->id,
                        data, length, (gint64)state, (gint64)days, starts_at, ends_at, note,
                        spark_tx_now (tx))
         && spark_tx_exec (tx, error, "video_set_code", "iii", video->account, video->id, *id)
         && spark_tx_touch (tx, video->account, SPARK_KIND_CODE, *id, error)
         && spark_ledger_summarize (tx, video->account, video->id, error);
}

static gboolean
ask_generate (SparkTx *tx, const SparkActor *actor, const SparkVideoRow *video, guint days,
              char **code_id, GError **error)
{
  gint64 now = spark_tx_now (tx);
  gint64 id;

  if (!spark_ledger_insert_code (tx, video, NULL, days, now, now + days * SPARK_DAY_MS, NULL, &id,
                                 error)
      || !spark_ledger_ask (tx, actor,
                            &(SparkTaskRow){ .account = video->account,
                                             .act = SPARK_TASK_ACT_GENERATE,
                                             .video = video->id,
                                             .code = id,
                                             .days = days },
                            error))
    return FALSE;
  *code_id = spark_id_format (video->account, id);
  return TRUE;
}

gboolean
spark_ledger_generate (SparkTx *tx, const SparkActor *actor, const char *video_id, guint days,
                       char **code_id, GError **error)
{
  g_autofree char *string = NULL;
  SparkVideoRow video;
  gint64 starts_at = spark_tx_now (tx);
  gint64 ends_at = starts_at + days * SPARK_DAY_MS;
  gint64 id;

  if (!spark_video_row_load (tx, video_id, &video, error) || !spark_ledger_check_days (days, error))
    return FALSE;
  if (!video.platform->makes_codes)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
                   "Make the code in the TikTok app, and add it here.");
      return FALSE;
    }
  if (!check_eligible (&video, error) || !spark_ledger_check_connected (tx, &video, error)
      || !spark_ledger_check_not_waiting (tx, &video, error) || !check_no_code (tx, &video, error))
    return FALSE;
  if (video.platform->asks)
    return ask_generate (tx, actor, &video, days, code_id, error);

  string = spark_platform_mint ();
  if (!spark_ledger_insert_code (tx, &video, string, days, starts_at, ends_at, NULL, &id, error)
      || !spark_ledger_event (tx, video.account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_CODE_GENERATED,
                                                .video = video.id,
                                                .code = id,
                                                .days = days,
                                                .ends_at = ends_at },
                              NULL, error))
    return FALSE;
  *code_id = spark_id_format (video.account, id);
  return TRUE;
}

/* Nobody may claim a code that is another video's. */
static gboolean
check_string_free (SparkTx *tx, const char *string, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_find_string (tx, &local, "fingerprint_live", string);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  spark_statement_reset (row);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXISTS,
               "This code has been added before. Copy the code of this video once more in TikTok.");
  return FALSE;
}

gboolean
spark_ledger_add_code (SparkTx *tx, const SparkActor *actor, const char *video_id, const char *code,
                       guint days, gint64 ends_at, const char *note, char **code_id, GError **error)
{
  g_autofree char *string = NULL;
  SparkVideoRow video;
  gint64 starts_at = spark_tx_now (tx);
  gint64 id;

  if (!spark_video_row_load (tx, video_id, &video, error))
    return FALSE;
  if (video.platform->makes_codes || video.platform->kind != SPARK_PLATFORM_TRACKED)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
                   "Codes of this account are made here. Generate one.");
      return FALSE;
    }
  string = spark_code_normalize (code, error);
  if (string == NULL)
    return FALSE;
  if (spark_code_is_sparkbox (string))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_CODE,
                   "This is a code of the Sparkbox sandbox; it does not work on TikTok. Copy the "
                   "code from the TikTok app.");
      return FALSE;
    }
  if (ends_at == 0)
    {
      if (!spark_ledger_check_days (days, error))
        return FALSE;
      ends_at = starts_at + days * SPARK_DAY_MS;
    }
  else if (ends_at <= starts_at || ends_at > starts_at + 10 * 366 * SPARK_DAY_MS)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD,
                   "The end must be in the future, and no more than ten years away.");
      return FALSE;
    }
  else
    days = (guint)((ends_at - starts_at + SPARK_DAY_MS - 1) / SPARK_DAY_MS);
  if (!check_no_code (tx, &video, error) || !check_string_free (tx, string, error)
      || !spark_ledger_insert_code (tx, &video, string, days, starts_at, ends_at, note, &id, error)
      || !spark_ledger_event (tx, video.account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_CODE_ADDED,
                                                .video = video.id,
                                                .code = id,
                                                .days = days,
                                                .ends_at = ends_at },
                              NULL, error))
    return FALSE;
  *code_id = spark_id_format (video.account, id);
  return TRUE;
}

/* With the code, or earlier when that was agreed. */
static gboolean
get_end (SparkTx *tx, const SparkGrantRow *grant, gint64 code_ends_at, gint64 *ends_at,
         GError **error)
{
  gint64 agreed;

  if (!spark_tx_int (tx, error, &agreed, 0, "grant_agreed", "ii", grant->account, grant->id))
    return FALSE;
  *ends_at = agreed != 0 ? MIN (agreed, code_ends_at) : code_ends_at;
  return TRUE;
}

/*
 * Grants that end with the code go on with it; those agreed to end earlier keep their end, and only
 * stay open on the platform for longer. What ended with the code has ended.
 */
gboolean
spark_ledger_lengthen_grants (SparkTx *tx, const SparkCodeRow *code, gint64 ends_at, GError **error)
{
  g_autoptr (GArray) grants = spark_grant_rows_of_video (tx, code->account, code->video, error);
  gint64 now = spark_tx_now (tx);

  /* What is over does not wait for the code's new end; the others are told theirs. */
  if (grants == NULL
      || !spark_tx_exec (tx, error, "grants_leave_code", "iii", code->account, code->id, now))
    return FALSE;
  for (guint i = 0; i < grants->len; i++)
    {
      const SparkGrantRow *grant = &g_array_index (grants, SparkGrantRow, i);

      gboolean goes_on = spark_grant_row_is_live (tx, grant) && grant->ends_at == code->ends_at;
      gint64 until = grant->ends_at;

      if (grant->code != code->id || grant->platform_ends_at <= now
          || (grant->state != SPARK_GRANT_STATE_AUTHORIZED
              && grant->state != SPARK_GRANT_STATE_EXPIRED
              && grant->state != SPARK_GRANT_STATE_REVOKING))
        continue;
      if ((goes_on && !get_end (tx, grant, ends_at, &until, error))
          || !spark_tx_exec (tx, error, "grant_set_ends", "iiii", grant->account, grant->id, until,
                             ends_at)
          || !spark_tx_touch (tx, grant->account, SPARK_KIND_GRANT, grant->id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
ask_code (SparkTx *tx, const SparkActor *actor, const SparkCodeRow *code, SparkTaskAct act,
          guint days, GError **error)
{
  return spark_ledger_ask (tx, actor,
                           &(SparkTaskRow){ .account = code->account,
                                            .act = act,
                                            .video = code->video,
                                            .code = code->id,
                                            .days = days },
                           error);
}

/* A code ends once: what is asked for already is only asked for sooner. */
static gboolean
ask_end (SparkTx *tx, const SparkActor *actor, const SparkCodeRow *code, SparkTaskAct act,
         GError **error)
{
  SparkTaskAct waiting;
  gboolean waits;

  if (!spark_ledger_waiting (tx, code->account, code->video, &waiting, &waits, error))
    return FALSE;
  if (waits && (waiting == act || waiting == SPARK_TASK_ACT_TURN_OFF))
    return spark_tx_exec (tx, error, "tasks_hurry_video", "iii", code->account, code->video,
                          spark_tx_now (tx));
  return ask_code (tx, actor, code, act, 0, error);
}

/* What the sandbox was told to refuse, where TikTok does not say. */
static gboolean
check_choices (SparkTx *tx, const SparkCodeRow *code, guint days, GError **error)
{
  SparkSettings settings;

  if (!spark_read_settings (tx, &settings, error))
    return FALSE;
  if (settings.of[SPARK_SETTING_EXTEND_EXPIRED] == 0 && code->ends_at <= spark_tx_now (tx))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED,
                   "The code has expired and cannot be extended. Make a new one.");
      return FALSE;
    }
  if (settings.of[SPARK_SETTING_MAX_DAYS] > 0
      && code->days + days > settings.of[SPARK_SETTING_MAX_DAYS])
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD,
                   "A code has at most %d days in all here.",
                   (int)settings.of[SPARK_SETTING_MAX_DAYS]);
      return FALSE;
    }
  return TRUE;
}

gboolean
spark_ledger_check_reaches (SparkTx *tx, const char *code_id, gint64 ends_at, GError **error)
{
  SparkCodeRow code;

  if (!spark_code_row_load (tx, code_id, &code, error))
    return FALSE;
  if (ends_at <= code.ends_at)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD,
               "The code ends before. Extend it, too.");
  return FALSE;
}

gboolean
spark_ledger_extend (SparkTx *tx, const SparkActor *actor, const char *code_id, guint days,
                     GError **error)
{
  SparkCodeRow code;
  SparkVideoRow video;
  gint64 now = spark_tx_now (tx);
  gint64 ends_at;
  SparkCodeState state;

  if (!spark_code_row_load (tx, code_id, &code, error) || !spark_ledger_check_days (days, error)
      || !spark_video_row_get (tx, code.account, code.video, &video, error))
    return FALSE;
  if (code.state == SPARK_CODE_STATE_DELETED || code.state == SPARK_CODE_STATE_FAILED)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_DELETED,
                   "This code has been deleted. Make a new one for the video.");
      return FALSE;
    }
  if (video.code != code.id)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXISTS,
                   "This video has a newer code. Extend that one.");
      return FALSE;
    }
  if (video.platform->redeems_here && !check_choices (tx, &code, days, error))
    return FALSE;
  if (video.platform->asks)
    return spark_ledger_check_connected (tx, &video, error)
           && spark_ledger_check_not_waiting (tx, &video, error)
           && ask_code (tx, actor, &code, SPARK_TASK_ACT_EXTEND, days, error);
  /* TikTok adds the days to what is left; of an expired code nothing is. */
  ends_at = MAX (code.ends_at, now) + days * SPARK_DAY_MS;
  state = code.used_at != 0 ? SPARK_CODE_STATE_IN_USE : SPARK_CODE_STATE_READY;
  return spark_tx_exec (tx, error, "code_extend", "iiiii", code.account, code.id, (gint64)state,
                        (gint64)(code.days + days), ends_at)
         && spark_ledger_lengthen_grants (tx, &code, ends_at, error)
         && touch_code (tx, &code, error)
         && spark_ledger_event (tx, code.account, actor,
                                &(SparkEventRow){ .type = SPARK_EVENT_CODE_EXTENDED,
                                                  .video = code.video,
                                                  .code = code.id,
                                                  .days = days,
                                                  .ends_at = ends_at },
                                NULL, error);
}

gboolean
spark_ledger_replace (SparkTx *tx, const SparkActor *actor, const char *code_id, char **new_code_id,
                      GError **error)
{
  g_autofree char *string = NULL;
  SparkCodeRow code;
  SparkVideoRow video;
  gint64 id;

  if (!spark_code_row_load (tx, code_id, &code, error)
      || !spark_video_row_get (tx, code.account, code.video, &video, error))
    return FALSE;
  if (!video.platform->makes_codes)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
                   "Delete the code in the TikTok app, make a new one there, and add it here.");
      return FALSE;
    }
  if (!is_live (code.state) || code.ends_at <= spark_tx_now (tx))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED,
                   "This code works no more, so there is nothing to replace. Generate a new one.");
      return FALSE;
    }
  if (video.platform->asks)
    {
      /* The same code until TikTok has ended it; then another. */
      *new_code_id = g_strdup (code_id);
      return spark_ledger_check_connected (tx, &video, error)
             && spark_ledger_check_not_waiting (tx, &video, error)
             && ask_code (tx, actor, &code, SPARK_TASK_ACT_REPLACE,
                          spark_period_nearest (spark_tx_now (tx), code.ends_at), error);
    }
  string = spark_platform_mint ();
  if (!spark_ledger_check_no_ads (tx, code.account, code.video, error)
      || !spark_ledger_end_code (tx, code.account, code.id, SPARK_CODE_STATE_DELETED, error)
      || !spark_ledger_insert_code (tx, &video, string, code.days, code.starts_at, code.ends_at,
                                    code.note, &id, error)
      || !spark_ledger_event (tx, code.account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_CODE_REPLACED,
                                                .video = code.video,
                                                .code = id,
                                                .ends_at = code.ends_at },
                              NULL, error))
    return FALSE;
  *new_code_id = spark_id_format (code.account, id);
  return TRUE;
}

gboolean
spark_ledger_copied (SparkTx *tx, const SparkActor *actor, const char *code_id,
                     const char *brand_id, gint64 at, GError **error)
{
  SparkCodeRow code;
  gint64 brand = 0;
  gint64 now = spark_tx_now (tx);

  if (!spark_code_row_load (tx, code_id, &code, error)
      || (brand_id != NULL
          && !spark_ledger_brand_number (tx, code.account, brand_id, &brand, error)))
    return FALSE;
  /* A copy made offline comes later with its own time; it was never in the future. */
  if (at == 0 || at > now)
    at = now;
  return spark_tx_exec (tx, error, "code_copied", "iiii", code.account, code.id, at, brand)
         && spark_tx_touch (tx, code.account, SPARK_KIND_CODE, code.id, error)
         && spark_ledger_event (tx, code.account, actor,
                                &(SparkEventRow){ .type = SPARK_EVENT_CODE_COPIED,
                                                  .video = code.video,
                                                  .code = code.id,
                                                  .brand = brand },
                                NULL, error);
}

gboolean
spark_ledger_delete_code (SparkTx *tx, const SparkActor *actor, const char *code_id, GError **error)
{
  SparkCodeRow code;
  SparkVideoRow video;

  if (!spark_code_row_load (tx, code_id, &code, error)
      || !spark_video_row_get (tx, code.account, code.video, &video, error))
    return FALSE;
  if (code.state == SPARK_CODE_STATE_DELETED)
    return TRUE;
  if (video.platform->asks && is_live (code.state))
    return ask_end (tx, actor, &code, SPARK_TASK_ACT_DELETE, error);
  return spark_ledger_check_no_ads (tx, code.account, code.video, error)
         && spark_ledger_end_code (tx, code.account, code.id, SPARK_CODE_STATE_DELETED, error)
         && spark_tx_exec (tx, error, "video_drop_code", "iii", code.account, code.video, code.id)
         && spark_ledger_summarize (tx, code.account, code.video, error)
         && spark_ledger_event (tx, code.account, actor,
                                &(SparkEventRow){ .type = SPARK_EVENT_CODE_DELETED,
                                                  .video = code.video,
                                                  .code = code.id },
                                NULL, error);
}

static gboolean
revoke_all (SparkTx *tx, const SparkActor *actor, const SparkVideoRow *video, GError **error)
{
  g_autoptr (GArray) grants = spark_grant_rows_of_video (tx, video->account, video->id, error);

  if (grants == NULL)
    return FALSE;
  for (guint i = 0; i < grants->len; i++)
    {
      const SparkGrantRow *grant = &g_array_index (grants, SparkGrantRow, i);

      if ((grant->state == SPARK_GRANT_STATE_AUTHORIZED
           || grant->state == SPARK_GRANT_STATE_PENDING)
          && !(video->platform->asks ? spark_ledger_begin_revoke (tx, actor, grant, NULL, error)
                                     : spark_ledger_end_grant (
                                         tx, actor, grant,
                                         video->platform->ends_access ? SPARK_GRANT_STATE_REVOKED
                                                                      : SPARK_GRANT_STATE_REVOKING,
                                         video->platform->ends_access ? SPARK_EVENT_GRANT_REVOKED
                                                                      : SPARK_EVENT_GRANT_REVOKING,
                                         NULL, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
withdraw_all (SparkTx *tx, const SparkActor *actor, const SparkVideoRow *video, GError **error)
{
  gint64 id;

  for (;;)
    {
      SparkLinkRow link;

      if (!spark_tx_int (tx, error, &id, 0, "link_open_of_video", "ii", video->account, video->id))
        return FALSE;
      if (id == 0)
        return TRUE;
      if (!spark_link_row_get (tx, video->account, id, &link, error)
          || !spark_ledger_set_link_state (tx, video->account, id, SPARK_LINK_STATE_WITHDRAWN,
                                           error)
          || !spark_ledger_event (tx, video->account, actor,
                                  &(SparkEventRow){ .type = SPARK_EVENT_LINK_WITHDRAWN,
                                                    .video = video->id,
                                                    .link = id,
                                                    .brand = link.brand },
                                  NULL, error))
        return FALSE;
    }
}

/* What is Sparkbox's own ends at once; the rest when TikTok says so. */
static gboolean
ask_turn_off (SparkTx *tx, const SparkActor *actor, const SparkVideoRow *video, GError **error)
{
  const SparkCodeRow code = { .account = video->account, .id = video->code, .video = video->id };

  return withdraw_all (tx, actor, video, error) && revoke_all (tx, actor, video, error)
         && spark_ledger_summarize (tx, video->account, video->id, error)
         && ask_end (tx, actor, &code, SPARK_TASK_ACT_TURN_OFF, error);
}

gboolean
spark_ledger_turn_off (SparkTx *tx, const SparkActor *actor, const char *video_id, GError **error)
{
  SparkVideoRow video;

  if (!spark_video_row_load (tx, video_id, &video, error))
    return FALSE;
  if (video.platform->asks)
    return ask_turn_off (tx, actor, &video, error);
  if (!spark_ledger_check_no_ads (tx, video.account, video.id, error))
    return FALSE;
  return (video.code == 0
          || (spark_ledger_end_code (tx, video.account, video.code, SPARK_CODE_STATE_DELETED, error)
              && spark_tx_exec (tx, error, "video_drop_code", "iii", video.account, video.id,
                                video.code)))
         && withdraw_all (tx, actor, &video, error) && revoke_all (tx, actor, &video, error)
         && spark_ledger_summarize (tx, video.account, video.id, error)
         && spark_ledger_event (
             tx, video.account, actor,
             &(SparkEventRow){ .type = SPARK_EVENT_AUTHORIZATION_OFF, .video = video.id }, NULL,
             error);
}
