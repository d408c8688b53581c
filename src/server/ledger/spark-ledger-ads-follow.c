/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <stdlib.h>

#include "server/ledger/spark-ledger-ads.h"
#include "server/ledger/spark-ledger-private.h"
#include "server/store/spark-store-read.h"

/*
 * What an ad is follows from its ad group, its campaign, its grant and the clock. Of these one may
 * have thousands of ads: those that do not fit into the transaction that changes it are written
 * down as behind, and follow in portions, also after a crash, on whichever node looks first.
 */

/* A grant whose ads change costs its row, its brand's and an event, beside the ads. */
#define CARRIER_COST 10

static gboolean
counts (SparkAdState state)
{
  return state == SPARK_AD_STATE_ACTIVE || state == SPARK_AD_STATE_PENDING_REVIEW;
}

SparkAdState
spark_ledger_ad_state (const SparkAd *ad, gint64 now, gint64 *wakes_at)
{
  *wakes_at = 0;
  if (ad->operation == SPARK_OPERATION_DELETE || ad->adgroup_operation == SPARK_OPERATION_DELETE
      || ad->campaign_operation == SPARK_OPERATION_DELETE)
    return SPARK_AD_STATE_ENDED;
  if (ad->lost != SPARK_AD_LOSS_NONE)
    return SPARK_AD_STATE_PAUSED;
  if (ad->rejected && ad->review_at <= now)
    return SPARK_AD_STATE_REJECTED;
  if (ad->ends_at != 0 && ad->ends_at <= now)
    return SPARK_AD_STATE_ENDED;
  if (ad->operation == SPARK_OPERATION_DISABLE || ad->adgroup_operation == SPARK_OPERATION_DISABLE
      || ad->campaign_operation == SPARK_OPERATION_DISABLE)
    return SPARK_AD_STATE_PAUSED;
  if (ad->review_at > now)
    {
      *wakes_at = ad->review_at;
      return SPARK_AD_STATE_PENDING_REVIEW;
    }
  *wakes_at = ad->ends_at;
  return SPARK_AD_STATE_ACTIVE;
}

/* @change: (out): of how many of its grant's ads run or wait for their review */
static gboolean
write_ad (SparkTx *tx, SparkAd *ad, int *change, GError **error)
{
  gboolean counted = counts (ad->state);

  ad->state = spark_ledger_ad_state (ad, spark_tx_now (tx), &ad->wakes_at);
  *change = counts (ad->state) - counted;
  return spark_tx_exec (tx, error, "ad_update", "siiiiiii", ad->advertiser, ad->id,
                        (gint64)ad->operation, ad->grant, (gint64)ad->state, (gint64)ad->lost,
                        ad->wakes_at, spark_tx_now (tx));
}

/* --- what a grant carries --- */

/* Whether the grant carries no ad any more, and some have yet to follow it. */
static gboolean
is_behind (SparkTx *tx, const char *advertiser, gint64 account, gint64 grant, gboolean *behind,
           GError **error)
{
  gint64 found;

  if (!spark_tx_int (tx, error, &found, 0, "ads_behind_grant", "sii", advertiser, account, grant))
    return FALSE;
  *behind = found != 0;
  return TRUE;
}

/* Tells the creator of @change ads of a grant that started (> 0) or stopped. */
static gboolean
tell_change (SparkTx *tx, const SparkActor *actor, gint64 account, gint64 number, int change,
             const char *reason, GError **error)
{
  g_autofree char *id = spark_id_format (account, number);
  SparkGrantRow grant;
  gboolean behind;

  /* The creator's account may be gone; the ad stays in the brand's reports. */
  if (account == 0 || change == 0)
    return TRUE;
  if (!spark_grant_row_load (tx, id, &grant, error)
      || !is_behind (tx, grant.advertiser, account, number, &behind, error))
    return FALSE;
  /* It was told of all its ads when they were lost. */
  if (behind)
    return TRUE;
  return spark_tx_exec (tx, error, "grant_set_ads", "iii", account, number,
                           MAX (MAX (grant.ads_active, 0) + change, 0))
         && spark_tx_touch (tx, account, SPARK_KIND_GRANT, number, error)
         && spark_ledger_brand_active (tx, account, grant.brand, error)
         && spark_ledger_event (
             tx, account, actor,
             &(SparkEventRow){ .type = change > 0 ? SPARK_EVENT_AD_STARTED : SPARK_EVENT_AD_STOPPED,
                               .video = grant.video,
                               .code = grant.code,
                               .grant = grant.id,
                               .brand = grant.brand,
                               .advertiser = grant.advertiser,
                               .reason = change < 0 ? reason : NULL,
                               .count = (guint)abs (change) },
             NULL, error);
}

/* A grant whose ads have changed. */
typedef struct
{
  gint64 account;
  gint64 grant;
  const char *reason; /* static */
  int change;
} Carrier;

static guint
carrier_hash (gconstpointer key)
{
  const Carrier *self = key;

  return (guint)self->account * 31 ^ (guint)self->grant;
}

static gboolean
carrier_equal (gconstpointer a, gconstpointer b)
{
  const Carrier *left = a, *right = b;

  return left->account == right->account && left->grant == right->grant
         && left->reason == right->reason;
}

static GHashTable *
carriers_new (void)
{
  return g_hash_table_new_full (carrier_hash, carrier_equal, NULL, g_free);
}

static void
note_change (GHashTable *carriers, const SparkAd *ad, int change, const char *reason)
{
  Carrier key = { ad->account, ad->grant, reason, 0 };
  Carrier *known = g_hash_table_lookup (carriers, &key);

  if (ad->account == 0 || change == 0)
    return;
  if (known == NULL)
    {
      known = g_memdup2 (&key, sizeof key);
      g_hash_table_add (carriers, known);
    }
  known->change += change;
}

static int
compare_carriers (gconstpointer a, gconstpointer b)
{
  const Carrier *one = *(Carrier *const *)a, *other = *(Carrier *const *)b;

  if (one->account != other->account)
    return one->account < other->account ? -1 : 1;
  return (one->grant > other->grant) - (one->grant < other->grant);
}

/* Each once, in the order of their numbers. */
static gboolean
tell_changes (SparkTx *tx, const SparkActor *actor, GHashTable *carriers, GError **error)
{
  guint n;
  g_autofree gpointer *each = g_hash_table_get_keys_as_array (carriers, &n);

  qsort (each, n, sizeof *each, compare_carriers);
  for (guint i = 0; i < n; i++)
    {
      const Carrier *one = each[i];

      if (!tell_change (tx, actor, one->account, one->grant, one->change, one->reason, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
spark_ledger_load_ad (SparkTx *tx, const char *advertiser, gint64 id, SparkAd *ad, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!spark_read_ad (tx, advertiser, id, ad, error))
    return FALSE;
  if (ad->account == 0)
    return TRUE;
  if (spark_tx_lock (tx, ad->account, &local))
    return spark_read_ad (tx, advertiser, id, ad, error);
  if (g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    /* Its account has been removed; the ad is one of those that are still to leave it. */
    return spark_tx_exec (tx, error, "ad_leave", "si", advertiser, id)
           && spark_read_ad (tx, advertiser, id, ad, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
spark_ledger_update_ad (SparkTx *tx, const SparkActor *actor, SparkAd *ad, const char *reason,
                        GError **error)
{
  int change;

  return write_ad (tx, ad, &change, error)
         && tell_change (tx, actor, ad->account, ad->grant, change, reason, error);
}

gboolean
spark_ledger_tell_new_ad (SparkTx *tx, const SparkActor *actor, const SparkAd *ad, GError **error)
{
  return tell_change (tx, actor, ad->account, ad->grant, counts (ad->state), NULL, error);
}

/* --- those that are behind --- */

typedef struct
{
  const char *advertiser;
  SparkAdsOf of;
  gint64 account; /* of a grant, else 0 */
  gint64 id;
  gint64 after; /* the last ad that has followed */
  SparkAdLoss lost; /* of a grant */
} Behind;

static int
compare_accounts (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

  return (left > right) - (left < right);
}

/* Locks the accounts of these ads, ascending. What has been removed is left out of @locked. */
static gboolean
lock_accounts (SparkTx *tx, const GArray *ads, GHashTable *locked, GError **error)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < ads->len; i++)
    g_array_append_vals (accounts, &g_array_index (ads, SparkAd, i).account, 1);
  g_array_sort (accounts, compare_accounts);
  for (guint i = 0; i < accounts->len; i++)
    {
      const gint64 *account = &g_array_index (accounts, gint64, i);
      g_autoptr (GError) local = NULL;

      if (*account == 0 || (i > 0 && *account == account[-1]))
        continue;
      /* Goes on after one that is not free, as spark_tx_lock_all() does. */
      if (spark_tx_lock (tx, *account, &local))
        g_hash_table_add (locked, g_memdup2 (account, sizeof *account));
      else if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND) && first == NULL)
        first = g_steal_pointer (&local);
    }
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/* @room: (inout): what this transaction may still write; @whole: (out): all have followed */
static gboolean
follow_some (SparkTx *tx, Behind *what, GHashTable *carriers, guint *room, gboolean *whole,
             GError **error)
{
  g_autoptr (GHashTable) locked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GArray) ads = NULL;
  guint wanted = *room, i;

  *whole = FALSE;
  if (wanted == 0)
    return TRUE;
  ads = spark_read_ads_of (tx, what->of, what->advertiser, what->account, what->id, what->after,
                           wanted, error);
  if (ads == NULL || !lock_accounts (tx, ads, locked, error))
    return FALSE;
  /* Once more, now that nobody else writes them. */
  g_array_unref (ads);
  ads = spark_read_ads_of (tx, what->of, what->advertiser, what->account, what->id, what->after,
                           wanted, error);
  if (ads == NULL)
    return FALSE;
  for (i = 0; i < ads->len && *room > 0; i++)
    {
      SparkAd *ad = &g_array_index (ads, SparkAd, i);
      guint cost = 1, n_carriers = g_hash_table_size (carriers);
      int change;

      /* Its account has been removed, or it was made just now and is what it is to be. */
      if (ad->account != 0 && !g_hash_table_contains (locked, &ad->account))
        {
          if (!spark_ledger_load_ad (tx, what->advertiser, ad->id, ad, error))
            return FALSE;
        }
      if (what->lost != SPARK_AD_LOSS_NONE)
        ad->lost = what->lost;
      if (!write_ad (tx, ad, &change, error))
        return FALSE;
      if (what->of != SPARK_ADS_OF_GRANT)
        note_change (carriers, ad, change, "by_brand");
      cost += (g_hash_table_size (carriers) - n_carriers) * CARRIER_COST;
      *room -= MIN (*room, cost);
      what->after = ad->id;
    }
  *whole = i == ads->len && ads->len < wanted;
  return TRUE;
}

static gboolean
run_follow (SparkTx *tx, gboolean *more, GError **error)
{
  return spark_ledger_follow_ads (tx, more, error);
}

static gboolean
put_behind (SparkTx *tx, const Behind *what, GError **error)
{
  return spark_tx_exec (tx, error, "ads_behind_put", "siiiii", what->advertiser, (gint64)what->of,
                        what->account, what->id, what->after, (gint64)what->lost);
}

/* @carriers: what has changed of whom */
static gboolean
follow (SparkTx *tx, Behind *what, GHashTable *carriers, gboolean *whole, GError **error)
{
  guint *room = spark_tx_room (tx);

  if (!follow_some (tx, what, carriers, room, whole, error))
    return FALSE;
  if (*whole)
    return spark_tx_exec (tx, error, "ads_behind_drop", "siii", what->advertiser, (gint64)what->of,
                          what->account, what->id);
  spark_tx_go_on (tx, run_follow);
  return put_behind (tx, what, error);
}

gboolean
spark_ledger_ads_follow (SparkTx *tx, const SparkActor *actor, SparkAdsOf of, gint64 id,
                         GError **error)
{
  g_autoptr (GHashTable) carriers = carriers_new ();
  Behind what = { .advertiser = actor->id, .of = of, .id = id };
  gboolean whole;

  return follow (tx, &what, carriers, &whole, error)
         && tell_changes (tx, actor, carriers, error);
}

static gboolean
lose_some (SparkTx *tx, Behind *what, gboolean *whole, GError **error)
{
  g_autoptr (GHashTable) none = carriers_new ();

  return follow (tx, what, none, whole, error);
}

gboolean
spark_ledger_lose_ads (SparkTx *tx, const SparkGrantRow *grant, SparkAdLoss loss, guint *paused,
                       GError **error)
{
  Behind what = { grant->advertiser, SPARK_ADS_OF_GRANT, grant->account, grant->id, 0, loss };
  gboolean whole;

  /* Those that are behind pause, too: it is one act, counted and told once. */
  *paused = (guint)MAX (grant->ads_active, 0);
  return lose_some (tx, &what, &whole, error)
         && (*paused == 0
             || spark_tx_exec (tx, error, "grant_set_ads", "iii", grant->account, grant->id,
                               (gint64)0));
}

/* Of a grant that has ended. */
static gboolean
go_on_losing (SparkTx *tx, Behind *what, gboolean *whole, GError **error)
{
  g_autofree char *id = spark_id_format (what->account, what->id);
  g_autoptr (GError) local = NULL;
  SparkGrantRow grant;

  if (spark_grant_row_load (tx, id, &grant, &local))
    return lose_some (tx, what, whole, error);
  if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* The account has been removed, and its ads leave with it. */
  *whole = TRUE;
  return spark_tx_exec (tx, error, "ads_behind_drop", "siii", what->advertiser, (gint64)what->of,
                        what->account, what->id);
}

/* Also writes it, as it is: whoever writes what is of no account excludes the other nodes and whoever
 * changes a campaign, and reads it anew after that. @found: (out)
 */
static gboolean
take_behind (SparkTx *tx, Behind *what, gboolean *found, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "ads_behind_next", "");

  *found = row != NULL;
  if (row == NULL)
    return spark_tx_end (NULL, g_steal_pointer (&local), error);
  *what = (Behind){
    .advertiser = spark_tx_keep (tx, spark_statement_text (row, 0)),
    .of = spark_statement_int (row, 1),
    .account = spark_statement_int (row, 2),
    .id = spark_statement_int (row, 3),
    .after = spark_statement_int (row, 4),
    .lost = spark_statement_int (row, 5),
  };
  spark_statement_reset (row);
  return put_behind (tx, what, error);
}

gboolean
spark_ledger_follow_ads (SparkTx *tx, gboolean *more, GError **error)
{
  gboolean whole = TRUE;

  while (whole)
    {
      g_autoptr (GHashTable) carriers = carriers_new ();
      gboolean found;
      SparkActor actor;
      Behind what;

      if (!take_behind (tx, &what, &found, error))
        return FALSE;
      if (!found)
        break;
      if (what.of == SPARK_ADS_OF_GRANT ? !go_on_losing (tx, &what, &whole, error)
                                        : !spark_ledger_find_brand_actor (tx, what.advertiser,
                                                                          &actor, error)
                                              || !follow (tx, &what, carriers, &whole, error)
                                              || !tell_changes (tx, &actor, carriers, error))
        return FALSE;
    }
  *more = !whole;
  return TRUE;
}

gboolean
spark_ledger_resume_ads (SparkTx *tx, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "ads_behind_next", "");

  if (row != NULL)
    {
      spark_statement_reset (row);
      spark_tx_go_on (tx, run_follow);
    }
  return spark_tx_end (NULL, g_steal_pointer (&local), error);
}

gboolean
spark_ledger_ad_is_lost (SparkTx *tx, const SparkAd *ad, gboolean *lost, GError **error)
{
  *lost = ad->lost != SPARK_AD_LOSS_NONE;
  return *lost || is_behind (tx, ad->advertiser, ad->account, ad->grant, lost, error);
}

/* --- the passing of time --- */

static gboolean
wake (SparkTx *tx, const SparkAdKey *key, GHashTable *carriers, GError **error)
{
  SparkAd ad;
  int change;

  if (!spark_ledger_load_ad (tx, key->advertiser, key->id, &ad, error)
      || !write_ad (tx, &ad, &change, error))
    return FALSE;
  note_change (carriers, &ad, change, ad.state == SPARK_AD_STATE_REJECTED ? "rejected" : "ended");
  return TRUE;
}

static void
key_clear (gpointer data)
{
  g_free (((SparkAdKey *)data)->advertiser);
}

gboolean
spark_ledger_wake_ads (SparkTx *tx, gint64 account, guint limit, guint *done, GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (SparkAdKey));
  g_autoptr (GHashTable) carriers = carriers_new ();
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "ads_waking", "iii", spark_tx_now (tx),
                                         (gint64)(limit - *done), account);

  g_array_set_clear_func (keys, key_clear);
  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAdKey key = { g_strdup (spark_statement_text (row, 0)), spark_statement_int (row, 1) };

      g_array_append_val (keys, key);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (guint i = 0; i < keys->len; i++, (*done)++)
    if (!wake (tx, &g_array_index (keys, SparkAdKey, i), carriers, error))
      return FALSE;
  return tell_changes (tx, &spark_ledger_system, carriers, error);
}
