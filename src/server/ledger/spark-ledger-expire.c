/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-private.h"

gboolean
spark_ledger_expire_code (SparkTx *tx, gint64 account, gint64 id, GError **error)
{
  SparkCodeRow code;

  return spark_code_row_get (tx, account, id, &code, error)
         && spark_ledger_end_code (tx, account, id, SPARK_CODE_STATE_EXPIRED, error)
         && spark_ledger_summarize (tx, account, code.video, error)
         && spark_ledger_event (tx, account, &spark_ledger_system,
                                &(SparkEventRow){ .type = SPARK_EVENT_CODE_EXPIRED,
                                                  .video = code.video,
                                                  .code = id,
                                                  .ends_at = code.ends_at },
                                NULL, error);
}

/*
 * Each of these looks again, now that the account is locked: another node may have been faster.
 */
static gboolean
expire_code (SparkTx *tx, gint64 account, gint64 id, GError **error)
{
  SparkCodeRow code;

  if (!spark_code_row_get (tx, account, id, &code, error))
    return FALSE;
  return (code.state != SPARK_CODE_STATE_READY && code.state != SPARK_CODE_STATE_IN_USE)
         || code.ends_at > spark_tx_now (tx) || spark_ledger_expire_code (tx, account, id, error);
}

static gboolean
expire_link (SparkTx *tx, gint64 account, gint64 id, GError **error)
{
  SparkLinkRow link;

  if (!spark_link_row_get (tx, account, id, &link, error))
    return FALSE;
  if (link.state != SPARK_LINK_STATE_OPEN || link.ends_at > spark_tx_now (tx))
    return TRUE;
  return spark_ledger_set_link_state (tx, account, id, SPARK_LINK_STATE_EXPIRED, error)
         && spark_ledger_summarize (tx, account, link.video, error)
         && spark_ledger_event (tx, account, &spark_ledger_system,
                                &(SparkEventRow){ .type = SPARK_EVENT_LINK_EXPIRED,
                                                  .video = link.video,
                                                  .link = id,
                                                  .brand = link.brand,
                                                  .ends_at = link.ends_at },
                                NULL, error);
}

/* What could not be read back, a revoke or that the brand gave up, is over when the platform's own
 * period is. */
static gboolean
expire_grant (SparkTx *tx, gint64 account, gint64 id, GError **error)
{
  g_autofree char *text = spark_id_format (account, id);
  SparkGrantState state = SPARK_GRANT_STATE_EXPIRED;
  SparkEventType type = SPARK_EVENT_GRANT_EXPIRED;
  SparkGrantRow grant;
  SparkVideoRow video;
  gboolean revoking, given_up;

  if (!spark_grant_row_load (tx, text, &grant, error))
    return FALSE;
  revoking = grant.state == SPARK_GRANT_STATE_REVOKING;
  if ((!revoking && grant.state != SPARK_GRANT_STATE_AUTHORIZED)
      || (revoking ? grant.platform_ends_at : grant.ends_at) > spark_tx_now (tx))
    return TRUE;
  if (!spark_video_row_get (tx, account, grant.video, &video, error)
      || !spark_ledger_is_given_up (tx, &grant, &given_up, error))
    return FALSE;
  /* The platform's end is later than the one agreed: it is asked to end it. */
  if (!revoking && video.platform->asks && grant.platform_ends_at > spark_tx_now (tx))
    return spark_ledger_begin_revoke (tx, &spark_ledger_system, &grant, NULL, error)
           && spark_ledger_summarize (tx, account, grant.video, error);
  if (revoking)
    {
      state = given_up ? SPARK_GRANT_STATE_UNBOUND : SPARK_GRANT_STATE_REVOKED;
      type = given_up ? SPARK_EVENT_GRANT_UNBOUND : SPARK_EVENT_GRANT_REVOKED;
    }
  return (!video.platform->asks || spark_ledger_drop_tasks_of_grant (tx, account, id, error))
         && spark_ledger_end_grant (tx, &spark_ledger_system, &grant, state, type, NULL, error)
         && spark_ledger_summarize (tx, account, grant.video, error);
}

/* The brand gave the post up and its ads went on: not beyond the code. */
static gboolean
expire_ads (SparkTx *tx, gint64 account, gint64 id, GError **error)
{
  g_autofree char *text = spark_id_format (account, id);
  SparkGrantRow grant;
  guint paused;

  return spark_grant_row_load (tx, text, &grant, error)
         && spark_ledger_lose_ads (tx, &grant, SPARK_AD_LOSS_EXPIRED, &paused, error)
         && spark_tx_touch (tx, account, SPARK_KIND_GRANT, id, error)
         && spark_ledger_brand_active (tx, account, grant.brand, error)
         && spark_ledger_event (tx, account, &spark_ledger_system,
                                &(SparkEventRow){ .type = SPARK_EVENT_AD_STOPPED,
                                                  .video = grant.video,
                                                  .code = grant.code,
                                                  .grant = id,
                                                  .brand = grant.brand,
                                                  .advertiser = grant.advertiser,
                                                  .reason = "authorization_expired",
                                                  .count = paused },
                                NULL, error);
}

static int
compare_accounts (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

  return left < right ? -1 : left > right;
}

/* All at once rather than one after the other. @ids: account and number, in turn */
static gboolean
lock_accounts (SparkTx *tx, GArray *ids, GError **error)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < ids->len; i += 2)
    g_array_append_vals (accounts, &g_array_index (ids, gint64, i), 1);
  g_array_sort (accounts, compare_accounts);
  return spark_tx_lock_all (tx, (const gint64 *)accounts->data, accounts->len, error);
}

GArray *
spark_ledger_due (SparkTx *tx, const char *statement, guint limit, gint64 account, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_select (tx, &local, statement, "iii", spark_tx_now (tx), (gint64)limit, account);

  while (row != NULL && spark_statement_step (row, &local))
    for (int column = 0; column < 2; column++)
      {
        gint64 value = spark_statement_int (row, column);

        g_array_append_val (ids, value);
      }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return lock_accounts (tx, ids, error) ? g_steal_pointer (&ids) : NULL;
}

static gboolean
expire_some (SparkTx *tx, const char *due,
             gboolean (*expire) (SparkTx *tx, gint64 account, gint64 id, GError **error),
             gint64 account, guint limit, guint *done, GError **error)
{
  g_autoptr (GArray) ids = spark_ledger_due (tx, due, limit - *done, account, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i += 2, (*done)++)
    if (!expire (tx, g_array_index (ids, gint64, i), g_array_index (ids, gint64, i + 1), error))
      return FALSE;
  return TRUE;
}

/* @account: 0: of all that are open */
static gboolean
expire_due (SparkTx *tx, gint64 account, guint limit, gboolean *more, GError **error)
{
  guint done = 0;

  /* With the codes that end last: grants are found by theirs. */
  if (!expire_some (tx, "grants_due", expire_grant, account, limit, &done, error)
      || !expire_some (tx, "grants_due_with_code", expire_grant, account, limit, &done, error)
      || !expire_some (tx, "links_due", expire_link, account, limit, &done, error)
      || !expire_some (tx, "codes_due", expire_code, account, limit, &done, error)
      || !expire_some (tx, "grants_unbound_due", expire_ads, account, limit, &done, error)
      || !spark_ledger_wake_ads (tx, account, limit, &done, error)
      || !expire_some (tx, "videos_announce_due", spark_ledger_announce, account, limit, &done,
                       error))
    return FALSE;
  *more = done == limit;
  return TRUE;
}

/* What a clock wrote that was ahead would stay as it is until that time has come again: whoever
 * makes an account or imports may still be at work, and an invitation be open, for as long as ever.
 * Codes and links end when somebody was told they do; what is signed in, its person can end. */
static gboolean
put_right (SparkTx *tx, GError **error)
{
  gint64 now = spark_tx_now (tx);

  return spark_tx_exec (tx, error, "closed_put_right", "i", now + SPARK_MAKING_MS)
         && spark_tx_exec (tx, error, "batches_put_right", "i", now)
         && spark_tx_exec (tx, error, "invitations_put_right", "i", now)
         && spark_tx_exec (tx, error, "brand_invitations_put_right", "i", now);
}

gboolean
spark_ledger_expire (SparkTx *tx, guint limit, gboolean *more, GError **error)
{
  gboolean more_to_forget = FALSE;

  /* What belongs to no account first: whoever writes that excludes the other nodes, so that one of
   * them alone sees what is due. */
  if (!spark_ledger_forget (tx, &more_to_forget, error) || !put_right (tx, error)
      || !expire_due (tx, 0, limit, more, error))
    return FALSE;
  *more = *more || more_to_forget;
  return TRUE;
}

gboolean
spark_ledger_expire_account (SparkTx *tx, const char *account_id, guint limit, gboolean *more,
                             GError **error)
{
  gint64 account;

  return spark_ledger_account_number (tx, account_id, &account, error)
         && expire_due (tx, account, limit, more, error);
}

gboolean
spark_ledger_newest (SparkTx *tx, gint64 *newest, GError **error)
{
  return spark_tx_int (tx, error, newest, 0, "recorded_newest", "");
}
