/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-private.h"
#include "spark-enum-types.h"

/* Batches that may be under way at once, of an account and of all. */
#define MAX_RUNNING        16
#define MAX_RUNNING_IN_ALL 512

#define KEEP_MS (30 * SPARK_DAY_MS)
/* Looking for the rows of one batch takes as long as forgetting so many. */
#define A_BATCH 8

SparkRole
spark_ledger_batch_role (SparkBatchAct act)
{
  return act == SPARK_BATCH_ACT_GENERATE || act == SPARK_BATCH_ACT_EXTEND ? SPARK_ROLE_GENERATE
                                                                          : SPARK_ROLE_REVOKE;
}

gboolean
spark_ledger_check_batch_size (gsize n_subjects, GError **error)
{
  if (n_subjects <= SPARK_BATCH_MAX_ROWS)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "That is more than the %d that can be done at once. Choose fewer.",
               SPARK_BATCH_MAX_ROWS);
  return FALSE;
}

/* What runs is worked at in turn: with too many none would come to its end. */
static gboolean
check_running (SparkTx *tx, gint64 account, GError **error)
{
  SparkStatement *row = spark_tx_row (tx, error, "batches_running_count", "i", account);
  gint64 own, all;

  if (row == NULL)
    return FALSE;
  own = spark_statement_int (row, 0);
  all = spark_statement_int (row, 1);
  spark_statement_reset (row);
  if (own >= MAX_RUNNING)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS,
                   "%d batches of this account are under way. Wait until one of them is done.",
                   MAX_RUNNING);
      return FALSE;
    }
  if (all >= MAX_RUNNING_IN_ALL)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The backend has too much to do. Try again in a minute.");
      return FALSE;
    }
  return TRUE;
}

static gboolean
insert_batch (SparkTx *tx, const SparkActor *actor, gint64 account, const SparkBatchTerms *terms,
              guint total, gint64 *batch, GError **error)
{
  return spark_tx_lock (tx, account, error) && check_running (tx, account, error)
         && spark_tx_next_id (tx, account, batch, error)
         && spark_tx_exec (tx, error, "batch_insert", "iisiissssii", account, *batch,
                           spark_enum_to_string (SPARK_TYPE_BATCH_ACT, terms->act), (gint64)total,
                           (gint64)terms->days, terms->reason, actor->id, actor->name, actor->from,
                           spark_tx_now (tx), (gint64)terms->agreed)
         && spark_tx_touch (tx, account, SPARK_KIND_BATCH, *batch, error);
}

gboolean
spark_ledger_add_batch (SparkTx *tx, const char *account_id, char **id, GError **error)
{
  const SparkBatchTerms terms = { .act = SPARK_BATCH_ACT_IMPORT };
  gint64 account, batch;

  if (!spark_ledger_account_number (tx, account_id, &account, error)
      || !insert_batch (tx, &spark_ledger_system, account, &terms, 0, &batch, error))
    return FALSE;
  *id = spark_id_format (account, batch);
  return TRUE;
}

gboolean
spark_ledger_update_batch (SparkTx *tx, const SparkBatch *batch, GError **error)
{
  gint64 account, number;

  if (!spark_id_parse (batch->id, &account, &number))
    return spark_ledger_not_found (error);
  return spark_tx_lock (tx, account, error)
         && spark_tx_exec (tx, error, "batch_update", "iiiiiiiisi", account, number,
                           (gint64)batch->state, (gint64)batch->done, (gint64)batch->total,
                           (gint64)batch->added, (gint64)batch->updated, (gint64)batch->skipped,
                           batch->problem, spark_tx_now (tx))
         && spark_tx_touch (tx, account, SPARK_KIND_BATCH, number, error);
}

gboolean
spark_ledger_batch_goes_on (SparkTx *tx, const char *batch_id, gboolean *goes_on, GError **error)
{
  gint64 account, number, state;

  if (!spark_id_parse (batch_id, &account, &number))
    return spark_ledger_not_found (error);
  if (!spark_tx_lock (tx, account, error)
      || !spark_tx_int (tx, error, &state, -1, "batch_state", "ii", account, number))
    return FALSE;
  *goes_on = state != SPARK_BATCH_STATE_STOPPED;
  return TRUE;
}

gboolean
spark_ledger_stop_batch (SparkTx *tx, const char *batch_id, GError **error)
{
  gint64 account, number, state;

  if (!spark_id_parse (batch_id, &account, &number))
    return spark_ledger_not_found (error);
  if (!spark_tx_lock (tx, account, error)
      || !spark_tx_int (tx, error, &state, -1, "batch_state", "ii", account, number))
    return FALSE;
  if (state < 0)
    return spark_ledger_not_found (error);
  return state != SPARK_BATCH_STATE_RUNNING
         || (spark_tx_exec (tx, error, "batch_stop", "iii", account, number, spark_tx_now (tx))
             && spark_tx_touch (tx, account, SPARK_KIND_BATCH, number, error));
}

gboolean
spark_ledger_start_batch (SparkTx *tx, const SparkActor *actor, gint64 account,
                          const SparkBatchTerms *terms, const gint64 *subjects, gsize n_subjects,
                          char **id, GError **error)
{
  g_autoptr (GString) numbers = g_string_new (NULL);
  gint64 batch, platform;

  if (!spark_ledger_check_batch_size (n_subjects, error))
    return FALSE;
  if ((terms->act == SPARK_BATCH_ACT_GENERATE || terms->act == SPARK_BATCH_ACT_EXTEND)
      && !spark_ledger_check_days (terms->days, error))
    return FALSE;
  if (!spark_tx_platform (tx, account, &platform, error))
    return FALSE;
  if (!insert_batch (tx, actor, account, terms, (guint)n_subjects, &batch, error))
    return FALSE;
  /* All at once: thousands of statements would keep the writer. */
  for (gsize i = 0; i < n_subjects; i++)
    g_string_append_printf (numbers, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", subjects[i]);
  if (n_subjects > 0
      && !spark_tx_exec (tx, error, "batch_rows_insert", "iiis", account, batch, spark_tx_now (tx),
                         numbers->str))
    return FALSE;
  /* Of nothing nobody would tell that it is done. */
  if (n_subjects == 0
      && !spark_tx_exec (tx, error, "batch_progress", "iiiiii", account, batch,
                         (gint64)SPARK_BATCH_STATE_DONE, (gint64)0, (gint64)0, spark_tx_now (tx)))
    return FALSE;
  *id = spark_id_format (account, batch);
  return TRUE;
}

/* Strings live as long as the transaction. @state: (optional) */
static gboolean
load_terms (SparkTx *tx, gint64 account, gint64 batch, SparkBatchTerms *terms, SparkActor *actor,
            SparkBatchState *state, GError **error)
{
  SparkStatement *row = spark_tx_row (tx, error, "batch_terms", "ii", account, batch);

  if (row == NULL)
    return spark_ledger_not_found (error);
  *terms = (SparkBatchTerms){
    .days = (guint)spark_statement_int (row, 1),
    .reason = spark_tx_keep (tx, spark_statement_text (row, 2)),
    .agreed = spark_statement_int (row, 7) != 0,
  };
  *actor = (SparkActor){
    .kind = SPARK_ACTOR_CREATOR,
    .id = spark_tx_keep (tx, spark_statement_text (row, 3)),
    .name = spark_tx_keep (tx, spark_statement_text (row, 4)),
    .from = spark_tx_keep (tx, spark_statement_text (row, 5)),
  };
  if (state != NULL)
    *state = spark_statement_int (row, 6);
  if (!spark_batch_act_parse (spark_statement_text (row, 0), &terms->act))
    terms->act = SPARK_BATCH_ACT_IMPORT;
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_ledger_repeat_batch (SparkTx *tx, const SparkActor *actor, const char *batch_id,
                           const gint64 *subjects, gsize n_subjects, char **id, GError **error)
{
  SparkBatchTerms terms;
  SparkActor before;
  gint64 account, batch;

  if (!spark_id_parse (batch_id, &account, &batch))
    return spark_ledger_not_found (error);
  return spark_tx_lock (tx, account, error)
         && load_terms (tx, account, batch, &terms, &before, NULL, error)
         && spark_ledger_start_batch (tx, actor, account, &terms, subjects, n_subjects, id, error);
}

static gboolean
missing (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_MISSING,
               "The video has no code. Make one first.");
  return FALSE;
}

/* The code that an id stands for: itself, or that of the video or the grant. @grant: (out): id 0:
 * it is no grant */
static gboolean
find_code (SparkTx *tx, gint64 account, gint64 subject, gint64 *code, SparkGrantRow *grant,
           GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *id = spark_id_format (account, subject);
  SparkVideoRow video;
  SparkCodeRow found;

  *code = subject;
  grant->id = 0;
  if (spark_code_row_get (tx, account, subject, &found, &local))
    return TRUE;
  if (g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      g_clear_error (&local);
      if (spark_video_row_get (tx, account, subject, &video, &local))
        {
          *code = video.code;
          return video.code != 0 || missing (error);
        }
    }
  if (g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      g_clear_error (&local);
      if (spark_grant_row_load (tx, id, grant, &local))
        {
          *code = grant->code;
          return grant->code != 0 || missing (error);
        }
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The code may go on for others: what is over, or is being taken away, gets no longer by it, and
 * would be told to be. */
static gboolean
check_goes_on (SparkTx *tx, const SparkBatchTerms *terms, const SparkGrantRow *grant,
               GError **error)
{
  if (terms->act != SPARK_BATCH_ACT_EXTEND || grant->id == 0 || spark_grant_row_is_live (tx, grant))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED,
               "This access has ended. Give it again, or send the brand a new link.");
  return FALSE;
}

/* Extend and delete: what several rows stand for is done once; each grant's own end moves. */
static gboolean
act_on_code (SparkTx *tx, const SparkActor *actor, const SparkBatchTerms *terms, gint64 account,
             gint64 batch, gint64 subject, gint64 *made, GError **error)
{
  g_autofree char *id = NULL;
  SparkGrantRow grant;
  gint64 before;

  if (!find_code (tx, account, subject, made, &grant, error)
      || !check_goes_on (tx, terms, &grant, error)
      || !spark_tx_int (tx, error, &before, 0, "batch_has_made", "iii", account, batch, *made))
    return FALSE;
  id = spark_id_format (account, *made);
  if (terms->agreed && grant.id != 0)
    {
      g_autofree char *grant_id = spark_id_format (account, grant.id);

      if (!spark_ledger_extend_agreed (tx, actor, id, grant_id, 0, error))
        return FALSE;
    }
  if (before != 0)
    return TRUE;
  return terms->act == SPARK_BATCH_ACT_EXTEND
             ? spark_ledger_extend (tx, actor, id, terms->days, error)
             : spark_ledger_delete_code (tx, actor, id, error);
}

static gboolean
act_on (SparkTx *tx, const SparkActor *actor, const SparkBatchTerms *terms, gint64 account,
        gint64 batch, gint64 subject, gint64 *made, GError **error)
{
  g_autofree char *id = spark_id_format (account, subject);
  g_autofree char *code = NULL;
  gint64 of;

  switch (terms->act)
    {
    case SPARK_BATCH_ACT_GENERATE:
      return spark_ledger_generate (tx, actor, id, terms->days, &code, error)
             && spark_id_parse (code, &of, made);
    case SPARK_BATCH_ACT_REVOKE:
      *made = subject;
      return spark_ledger_revoke (tx, actor, id, terms->reason, error);
    case SPARK_BATCH_ACT_EXTEND:
    case SPARK_BATCH_ACT_DELETE:
      return act_on_code (tx, actor, terms, account, batch, subject, made, error);
    case SPARK_BATCH_ACT_IMPORT:
    default:
      return spark_ledger_not_found (error);
    }
}

gboolean
spark_ledger_run_batch_row (SparkTx *tx, gint64 account, gint64 batch, const SparkBatchRow *row,
                            GError **error)
{
  SparkBatchTerms terms;
  SparkActor actor;
  SparkBatchState batch_state;
  gint64 state, made = 0;

  if (!spark_tx_lock (tx, account, error)
      || !spark_tx_int (tx, error, &state, -1, "batch_row_state", "iii", account, batch, row->line))
    return FALSE;
  /* Another node was here before. */
  if (state != SPARK_BATCH_ROW_STATE_WAITING)
    return TRUE;
  if (!load_terms (tx, account, batch, &terms, &actor, &batch_state, error))
    return FALSE;
  return batch_state == SPARK_BATCH_STATE_STOPPED
         || (spark_ledger_check_role (tx, actor.id, account, spark_ledger_batch_role (terms.act),
                                      error)
             && act_on (tx, &actor, &terms, account, batch, row->subject, &made, error)
             && spark_tx_exec (tx, error, "batch_row_set", "iiiisi", account, batch, row->line,
                               (gint64)SPARK_BATCH_ROW_STATE_DONE, NULL, made));
}

gboolean
spark_ledger_advance_batch (SparkTx *tx, gint64 account, gint64 batch,
                            const SparkBatchFailure *failures, gsize n_failures, GError **error)
{
  SparkStatement *row;
  gint64 done, failed, total;

  if (!spark_tx_lock (tx, account, error))
    return FALSE;
  for (gsize i = 0; i < n_failures; i++)
    if (!spark_tx_exec (tx, error, "batch_row_set", "iiiisi", account, batch, failures[i].line,
                        (gint64)SPARK_BATCH_ROW_STATE_FAILED, failures[i].problem, (gint64)0))
      return FALSE;
  row = spark_tx_row (tx, error, "batch_counts", "ii", account, batch);
  if (row == NULL)
    return spark_ledger_not_found (error);
  done = spark_statement_int (row, 0);
  failed = spark_statement_int (row, 1);
  total = spark_statement_int (row, 2);
  spark_statement_reset (row);
  return spark_tx_exec (
             tx, error, "batch_progress", "iiiiii", account, batch,
             (gint64)(done == total ? SPARK_BATCH_STATE_DONE : SPARK_BATCH_STATE_RUNNING), done,
             failed, spark_tx_now (tx))
         && spark_tx_touch (tx, account, SPARK_KIND_BATCH, batch, error);
}

gboolean
spark_ledger_fail_batch (SparkTx *tx, gint64 account, gint64 batch, SparkError problem,
                         GError **error)
{
  return spark_tx_lock (tx, account, error)
         && spark_tx_exec (tx, error, "batch_fail", "iisi", account, batch,
                           spark_enum_to_string (SPARK_TYPE_ERROR, problem), spark_tx_now (tx))
         && spark_tx_touch (tx, account, SPARK_KIND_BATCH, batch, error);
}

gboolean
spark_ledger_forget_batch_rows (SparkTx *tx, guint limit, gboolean *more, GError **error)
{
  gint64 until = spark_tx_now (tx) - KEEP_MS;

  *more = TRUE;
  while (*more && limit > 0)
    {
      guint left = limit;

      if (!spark_ledger_forget_some (tx, "batch_rows_forget", until, &left, error))
        return FALSE;
      *more = left < limit;
      limit = left - MIN (left, A_BATCH);
    }
  return TRUE;
}
