/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <sodium.h>

#include "model/spark-fold.h"
#include "server/ledger/spark-ledger-private.h"
#include "server/store/spark-sandbox-settings.h"

const SparkActor spark_ledger_system = { SPARK_ACTOR_SYSTEM, NULL, NULL };

gboolean
spark_ledger_not_found (GError **error)
{
  if (error == NULL || *error == NULL)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
                 "It is not here. It may have been removed.");
  return FALSE;
}

char *
spark_ledger_keyed_hash (SparkTx *tx, guint key_number, const char *text)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  char encoded[sodium_base64_ENCODED_LEN (sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  spark_secrets_fingerprint (tx->secrets, key_number, text, hash);
  sodium_bin2base64 (encoded, sizeof encoded, hash, sizeof hash,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strdup (encoded);
}

/* For the row that is read next: it is fetched with the lock where that is waited for. */
static gboolean
lock_for (SparkTx *tx, gint64 account, const char *name, gint64 id, GError **error)
{
  if (spark_tx_lock (tx, account, error))
    return TRUE;
  spark_tx_expect (tx, name, "ii", account, id);
  return FALSE;
}

gboolean
spark_video_row_get (SparkTx *tx, gint64 account, gint64 id, SparkVideoRow *row, GError **error)
{
  SparkStatement *found;
  gint64 platform;

  if (!lock_for (tx, account, "video_row", id, error))
    return FALSE;
  /* A reader, which locks nothing, asks for both at once. */
  if (!tx->writes)
    spark_tx_expect (tx, "video_row", "ii", account, id);
  if (!spark_tx_platform (tx, account, &platform, error))
    return FALSE;
  found = spark_tx_row (tx, error, "video_row", "ii", account, id);
  if (found == NULL)
    return spark_ledger_not_found (error);
  *row = (SparkVideoRow){
    .account = account,
    .id = id,
    .platform = spark_platform_get (platform),
    .item_id = spark_tx_keep (tx, spark_statement_text (found, 0)),
    .visibility = spark_statement_int (found, 1),
    .blockers = spark_statement_int (found, 2),
    .code = spark_statement_int (found, 3),
  };
  spark_statement_reset (found);
  return TRUE;
}

gboolean
spark_video_row_load (SparkTx *tx, const char *id, SparkVideoRow *row, GError **error)
{
  gint64 account, number;

  return spark_id_parse (id, &account, &number)
             ? spark_video_row_get (tx, account, number, row, error)
             : spark_ledger_not_found (error);
}

gboolean
spark_code_row_get (SparkTx *tx, gint64 account, gint64 id, SparkCodeRow *row, GError **error)
{
  SparkStatement *found;

  if (!lock_for (tx, account, "code_row", id, error))
    return FALSE;
  found = spark_tx_row (tx, error, "code_row", "ii", account, id);
  if (found == NULL)
    return spark_ledger_not_found (error);
  *row = (SparkCodeRow){
    .account = account,
    .id = id,
    .video = spark_statement_int (found, 0),
    .state = spark_statement_int (found, 1),
    .days = spark_statement_int (found, 2),
    .starts_at = spark_statement_int (found, 3),
    .ends_at = spark_statement_int (found, 4),
    .used_at = spark_statement_int (found, 5),
    .note = spark_tx_keep (tx, spark_statement_text (found, 6)),
  };
  spark_statement_reset (found);
  return TRUE;
}

gboolean
spark_code_row_load (SparkTx *tx, const char *id, SparkCodeRow *row, GError **error)
{
  gint64 account, number;

  return spark_id_parse (id, &account, &number)
             ? spark_code_row_get (tx, account, number, row, error)
             : spark_ledger_not_found (error);
}

gboolean
spark_link_row_get (SparkTx *tx, gint64 account, gint64 id, SparkLinkRow *row, GError **error)
{
  SparkStatement *found;

  if (!lock_for (tx, account, "link_row", id, error))
    return FALSE;
  found = spark_tx_row (tx, error, "link_row", "ii", account, id);
  if (found == NULL)
    return spark_ledger_not_found (error);
  *row = (SparkLinkRow){
    .account = account,
    .id = id,
    .video = spark_statement_int (found, 0),
    .code = spark_statement_int (found, 1),
    .brand = spark_statement_int (found, 2),
    .state = spark_statement_int (found, 3),
    .ends_at = spark_statement_int (found, 4),
  };
  spark_statement_reset (found);
  return TRUE;
}

void
spark_grant_row_read (SparkTx *tx, SparkStatement *statement, SparkGrantRow *row)
{
  *row = (SparkGrantRow){
    .account = spark_statement_int (statement, 0),
    .id = spark_statement_int (statement, 1),
    .video = spark_statement_int (statement, 2),
    .code = spark_statement_int (statement, 3),
    .link = spark_statement_int (statement, 4),
    .brand = spark_statement_int (statement, 5),
    .advertiser = spark_tx_keep (tx, spark_statement_text (statement, 6)),
    .source = spark_statement_int (statement, 7),
    .state = spark_statement_int (statement, 8),
    .redeemed_at = spark_statement_int (statement, 9),
    .ends_at = spark_statement_int (statement, 10),
    .platform_ends_at = spark_statement_int (statement, 11),
    .ads_active = spark_statement_int (statement, 12),
  };
}

gboolean
spark_grant_row_is_live (SparkTx *tx, const SparkGrantRow *row)
{
  return (row->state == SPARK_GRANT_STATE_AUTHORIZED || row->state == SPARK_GRANT_STATE_PENDING)
         && row->ends_at > spark_tx_now (tx);
}

gboolean
spark_grant_row_load (SparkTx *tx, const char *id, SparkGrantRow *row, GError **error)
{
  SparkStatement *found;
  gint64 account, number;

  if (!spark_id_parse (id, &account, &number))
    return spark_ledger_not_found (error);
  if (!spark_tx_lock (tx, account, error))
    return FALSE;
  found = spark_tx_row (tx, error, "grant_row", "ii", account, number);
  if (found == NULL)
    return spark_ledger_not_found (error);
  spark_grant_row_read (tx, found, row);
  spark_statement_reset (found);
  return TRUE;
}

static GArray *
read_rows (SparkTx *tx, SparkStatement *found, GError *selected, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SparkGrantRow));
  g_autoptr (GError) local = selected;

  while (found != NULL && spark_statement_step (found, &local))
    {
      SparkGrantRow row;

      spark_grant_row_read (tx, found, &row);
      g_array_append_val (rows, row);
    }
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GArray *
spark_grant_rows_of_video (SparkTx *tx, gint64 account, gint64 video, GError **error)
{
  GError *local = NULL;
  SparkStatement *found = NULL;

  if (spark_tx_lock (tx, account, &local))
    found = spark_tx_select (tx, &local, "grant_rows_of_video", "ii", account, video);
  return read_rows (tx, found, local, error);
}

GArray *
spark_post_rows (SparkTx *tx, const char *advertiser_id, const char *item_id, int platform,
                 GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SparkPostRow));
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  SparkStatement *found = spark_tx_select (tx, &local, "grants_of_post", "ssi", advertiser_id,
                                           item_id, (gint64)platform);

  while (found != NULL && spark_statement_step (found, &local))
    {
      SparkPostRow row = { .platform = spark_platform_get (spark_statement_int (found, 13)) };

      spark_grant_row_read (tx, found, &row.grant);
      g_array_append_val (rows, row);
      g_array_append_val (accounts, row.grant.account);
    }
  return spark_tx_end (found, g_steal_pointer (&local), error)
                 && spark_tx_lock_all (tx, (const gint64 *)accounts->data, accounts->len, error)
             ? g_steal_pointer (&rows)
             : NULL;
}

gboolean
spark_ledger_account_number (SparkTx *tx, const char *account_id, gint64 *account, GError **error)
{
  char *end = NULL;
  guint64 number = account_id != NULL && g_ascii_isdigit (account_id[0])
                       ? g_ascii_strtoull (account_id, &end, 10)
                       : 0;
  gint64 platform;

  if (number == 0 || number > G_MAXINT64 || *end != '\0')
    return spark_ledger_not_found (error);
  if (!spark_tx_platform (tx, (gint64)number, &platform, error))
    return FALSE;
  *account = (gint64)number;
  return TRUE;
}

gboolean
spark_ledger_platform (SparkTx *tx, gint64 account, const SparkPlatform **platform, GError **error)
{
  gint64 kind;

  if (!spark_tx_platform (tx, account, &kind, error))
    return FALSE;
  *platform = spark_platform_get (kind);
  return TRUE;
}

gboolean
spark_ledger_brand_number (SparkTx *tx, gint64 account, const char *brand_id, gint64 *brand,
                           GError **error)
{
  gint64 of, number, found;

  if (!spark_id_parse (brand_id, &of, &number) || of != account)
    return spark_ledger_not_found (error);
  if (!spark_tx_lock (tx, account, error)
      || !spark_tx_int (tx, error, &found, 0, "brand_exists", "ii", account, number))
    return FALSE;
  if (found == 0)
    return spark_ledger_not_found (error);
  *brand = number;
  return TRUE;
}

gboolean
spark_ledger_summarize (SparkTx *tx, gint64 account, gint64 video, GError **error)
{
  return spark_tx_exec (tx, error, "video_summarize", "ii", account, video)
         && spark_tx_touch (tx, account, SPARK_KIND_VIDEO, video, error);
}

gboolean
spark_ledger_summarize_redeemed (SparkTx *tx, const SparkGrantRow *grant, GError **error)
{
  return spark_tx_exec (tx, error, "video_granted", "iiii", grant->account, grant->video,
                        (gint64)SPARK_CODE_STATE_IN_USE, grant->id)
         && spark_tx_touch_granted (tx, grant->account, grant->id + 2, error);
}

gboolean
spark_ledger_brand_active (SparkTx *tx, gint64 account, gint64 brand, GError **error)
{
  return brand == 0
         || (spark_tx_exec (tx, error, "brand_active", "iii", account, brand, spark_tx_now (tx))
             && spark_tx_touch (tx, account, SPARK_KIND_BRAND, brand, error));
}

/* (transfer full): what the event itself says in words of somebody */
static char *
fold_event (const SparkEventRow *event)
{
  /* Elsewhere it is the name of an error. */
  gboolean says_why
      = event->type == SPARK_EVENT_GRANT_REVOKED || event->type == SPARK_EVENT_GRANT_REVOKING;
  const char *texts[] = { event->note, says_why ? event->reason : NULL };

  return spark_fold_texts (texts, G_N_ELEMENTS (texts));
}

gboolean
spark_ledger_event (SparkTx *tx, gint64 account, const SparkActor *actor,
                    const SparkEventRow *event, gint64 *id, GError **error)
{
  g_autofree char *words = fold_event (event);
  const char *actor_texts[] = { actor->name, actor->from };
  g_autofree char *actor_words = spark_fold_texts (actor_texts, G_N_ELEMENTS (actor_texts));
  gint64 number;

  if (!spark_tx_next_change (tx, account, &number, error)
      || !spark_tx_exec (tx, error, "event_insert", "iiiiisssiiiiissiiisiss", account, number,
                         (gint64)event->type, spark_tx_now (tx), (gint64)actor->kind, actor->id,
                         actor->name, actor->from, event->video, event->code, event->link,
                         event->grant, event->brand, event->reason, event->advertiser,
                         (gint64)event->count, (gint64)event->days, event->ends_at, event->note,
                         (gint64)event->earlier, words, actor_words))
    return FALSE;
  if (id != NULL)
    *id = number;
  return TRUE;
}

/* A grant that begins now says itself that its brand has changed, and when it was active last: the
 * brand's own row, one of very many, stays as it is. */
static gboolean
brand_began (SparkTx *tx, const SparkGrantRow *grant, GError **error)
{
  return grant->redeemed_at == spark_tx_now (tx)
             ? grant->brand == 0
                   || spark_tx_touch_granted (tx, grant->account, grant->id + 1, error)
             : spark_ledger_brand_active (tx, grant->account, grant->brand, error);
}

gboolean
spark_ledger_insert_grant (SparkTx *tx, SparkGrantRow *grant, GError **error)
{
  gboolean lives
      = grant->state == SPARK_GRANT_STATE_AUTHORIZED || grant->state == SPARK_GRANT_STATE_REVOKING;
  gint64 expiry_due = lives && !grant->with_code ? grant->ends_at : 0;

  return spark_tx_next_change (tx, grant->account, &grant->id, error)
         && spark_tx_exec (tx, error, "grant_insert", "iiiiiisiiiiiii", grant->account, grant->id,
                           grant->video, grant->code, grant->link, grant->brand, grant->advertiser,
                           (gint64)grant->source, (gint64)grant->state, grant->redeemed_at,
                           grant->ends_at, grant->platform_ends_at, grant->ads_active, expiry_due)
         && (grant->advertiser == NULL
             || spark_tx_exec (tx, error, "advertiser_post_put", "sii", grant->advertiser,
                               grant->account, grant->id))
         && brand_began (tx, grant, error);
}

static gboolean
pause_ads (SparkTx *tx, const SparkGrantRow *grant, SparkGrantState state, guint *paused,
           GError **error)
{
  SparkAdLoss loss = SPARK_AD_LOSS_REVOKED;
  gint64 survive = 0;

  if (grant->advertiser == NULL || grant->ads_active < 0)
    return TRUE;
  if (state == SPARK_GRANT_STATE_UNBOUND)
    {
      loss = SPARK_AD_LOSS_UNBOUND;
      if (!spark_read_setting (tx, SPARK_SETTING_ADS_SURVIVE_UNBIND, &survive, error))
        return FALSE;
    }
  else if (state == SPARK_GRANT_STATE_EXPIRED)
    loss = SPARK_AD_LOSS_EXPIRED;
  return survive != 0 || spark_ledger_lose_ads (tx, grant, loss, paused, error);
}

gboolean
spark_ledger_end_grant (SparkTx *tx, const SparkActor *actor, const SparkGrantRow *grant,
                        SparkGrantState state, SparkEventType type, const char *reason,
                        GError **error)
{
  SparkEventRow event = {
    .type = type,
    .video = grant->video,
    .code = grant->code,
    .link = grant->link,
    .grant = grant->id,
    .brand = grant->brand,
    .advertiser = grant->advertiser,
    .reason = reason,
    /* What was noted to have ended does not last until then. */
    .ends_at = type == SPARK_EVENT_GRANT_END_NOTED ? 0 : grant->platform_ends_at,
  };
  gint64 revoked_at = state == SPARK_GRANT_STATE_REVOKED ? spark_tx_now (tx) : 0;

  /* In the same transaction: no ad outlives what it stands on. */
  return pause_ads (tx, grant, state, &event.count, error)
         && spark_tx_exec (tx, error, "grant_set_state", "iiii", grant->account, grant->id,
                           (gint64)state, revoked_at)
         && spark_tx_touch (tx, grant->account, SPARK_KIND_GRANT, grant->id, error)
         && spark_ledger_brand_active (tx, grant->account, grant->brand, error)
         && spark_ledger_event (tx, grant->account, actor, &event, NULL, error);
}

gboolean
spark_ledger_find_creator_actor (SparkTx *tx, const char *holder, SparkActor *actor, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = holder != NULL ? spark_tx_row (tx, &local, "holder_name", "s", holder) : NULL;

  *actor = (SparkActor){ .kind = SPARK_ACTOR_CREATOR, .id = spark_tx_keep (tx, holder) };
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  actor->name = spark_tx_keep (tx, spark_statement_text (row, 0));
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_ledger_check_role (SparkTx *tx, const char *holder, gint64 account, SparkRole role,
                         GError **error)
{
  gint64 held;

  if (g_strcmp0 (holder, SPARK_CREDENTIAL_OWNER) == 0)
    return TRUE;
  if (!spark_tx_int (tx, error, &held, -1, "role_held", "sii", holder, account, spark_tx_now (tx)))
    return FALSE;
  if (held >= (gint64)role)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
               "Whoever began this may not do it any more.");
  return FALSE;
}
