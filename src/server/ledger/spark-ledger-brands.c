/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <string.h>

#include "model/spark-fold.h"
#include "server/ledger/spark-ledger-private.h"

#define MAX_NAME 200

/* Trims; folds so that "ACME" and "Acme" are one brand. */
static gboolean
check_name (const char *name, char **trimmed, char **folded, GError **error)
{
  g_autofree char *copy = g_strstrip (g_strdup (name != NULL ? name : ""));
  g_autofree char *one = spark_brand_name_fold (copy);

  if (*one == '\0' || g_utf8_strlen (copy, -1) > MAX_NAME)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "Give the brand a name of at most %d characters.", MAX_NAME);
      return FALSE;
    }
  *folded = g_steal_pointer (&one);
  *trimmed = g_steal_pointer (&copy);
  return TRUE;
}

static gboolean
insert_brand (SparkTx *tx, const SparkActor *actor, gint64 account, const char *name,
              const char *folded, const char *notes, char **brand_id, GError **error)
{
  g_autofree char *words = spark_fold_kept (name);
  gint64 brand;

  if (!spark_tx_next_id (tx, account, &brand, error)
      || !spark_tx_exec (tx, error, "brand_insert", "iissss", account, brand, name, folded, notes,
                         words)
      || !spark_tx_touch (tx, account, SPARK_KIND_BRAND, brand, error)
      || !spark_ledger_event (tx, account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_BRAND_ADDED, .brand = brand },
                              NULL, error))
    return FALSE;
  *brand_id = spark_id_format (account, brand);
  return TRUE;
}

gboolean
spark_ledger_add_brand (SparkTx *tx, const SparkActor *actor, const char *account_id,
                        const char *name, const char *notes, char **brand_id, GError **error)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *folded = NULL;
  gint64 account, existing;

  if (!spark_ledger_account_number (tx, account_id, &account, error)
      || !check_name (name, &trimmed, &folded, error)
      || !spark_tx_int (tx, error, &existing, 0, "brand_by_name", "is", account, folded))
    return FALSE;
  if (existing != 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS,
                   "You have a brand of this name already.");
      return FALSE;
    }
  return insert_brand (tx, actor, account, trimmed, folded, notes, brand_id, error);
}

gboolean
spark_ledger_find_brand (SparkTx *tx, const SparkActor *actor, gint64 account, const char *name,
                         char **brand_id, GError **error)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *folded = NULL;
  gint64 existing;

  if (!check_name (name, &trimmed, &folded, error)
      || !spark_tx_int (tx, error, &existing, 0, "brand_by_name", "is", account, folded))
    return FALSE;
  if (existing == 0)
    return insert_brand (tx, actor, account, trimmed, folded, NULL, brand_id, error);
  *brand_id = spark_id_format (account, existing);
  return TRUE;
}

gboolean
spark_ledger_update_brand (SparkTx *tx, const SparkActor *actor, const char *brand_id,
                           const char *name, const char *notes, const SparkDeal *deal,
                           GError **error)
{
  gint64 account, brand, number, existing;

  if (!spark_id_parse (brand_id, &account, &number))
    return spark_ledger_not_found (error);
  if (!spark_ledger_brand_number (tx, account, brand_id, &brand, error))
    return FALSE;
  if (name != NULL)
    {
      g_autofree char *trimmed = NULL;
      g_autofree char *folded = NULL;
      g_autofree char *words = spark_fold_kept (name);

      if (!check_name (name, &trimmed, &folded, error)
          || !spark_tx_int (tx, error, &existing, 0, "brand_by_name", "is", account, folded))
        return FALSE;
      if (existing != 0 && existing != brand)
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS,
                       "You have another brand of this name.");
          return FALSE;
        }
      if (!spark_tx_exec (tx, error, "brand_set_name", "iisss", account, brand, trimmed, folded,
                          words))
        return FALSE;
    }
  if (notes != NULL && !spark_tx_exec (tx, error, "brand_set_notes", "iis", account, brand, notes))
    return FALSE;
  if (deal != NULL
      && !spark_tx_exec (tx, error, "brand_set_deal", "iiisii", account, brand, deal->fee,
                         deal->currency, (gint64)deal->paid, deal->ends_at))
    return FALSE;
  return spark_tx_touch (tx, account, SPARK_KIND_BRAND, brand, error)
         && spark_ledger_event (
             tx, account, actor,
             &(SparkEventRow){ .type = SPARK_EVENT_BRAND_CHANGED, .brand = brand }, NULL, error);
}

static gboolean
answer_advertiser (SparkTx *tx, const SparkActor *actor, const char *brand_id,
                   const char *advertiser_id, gint64 state, SparkEventType type, gint64 *account,
                   gint64 *brand, GError **error)
{
  gint64 number, attached;

  if (!spark_id_parse (brand_id, account, &number))
    return spark_ledger_not_found (error);
  if (!spark_ledger_brand_number (tx, *account, brand_id, brand, error)
      || !spark_tx_int (tx, error, &attached, 0, "brand_advertiser_get", "is", *account,
                        advertiser_id))
    return FALSE;
  if (attached != *brand)
    return spark_ledger_not_found (error);
  return spark_tx_exec (tx, error, "brand_advertiser_put", "isii", *account, advertiser_id, *brand,
                        state)
         && spark_tx_touch (tx, *account, SPARK_KIND_BRAND, *brand, error)
         && spark_ledger_event (
             tx, *account, actor,
             &(SparkEventRow){ .type = type, .brand = *brand, .advertiser = advertiser_id }, NULL,
             error);
}

gboolean
spark_ledger_confirm_advertiser (SparkTx *tx, const SparkActor *actor, const char *brand_id,
                                 const char *advertiser_id, GError **error)
{
  gint64 account, brand;

  return answer_advertiser (tx, actor, brand_id, advertiser_id, SPARK_ATTACHED_CONFIRMED,
                            SPARK_EVENT_ADVERTISER_CONFIRMED, &account, &brand, error);
}

gboolean
spark_ledger_refuse_advertiser (SparkTx *tx, const SparkActor *actor, const char *brand_id,
                                const char *advertiser_id, GError **error)
{
  g_autoptr (GArray) grants = g_array_new (FALSE, FALSE, sizeof (SparkGrantRow));
  g_autoptr (GError) local = NULL;
  SparkStatement *row;
  gint64 account, brand;

  if (!answer_advertiser (tx, actor, brand_id, advertiser_id, SPARK_ATTACHED_REFUSED,
                          SPARK_EVENT_ADVERTISER_REFUSED, &account, &brand, error))
    return FALSE;
  row = spark_tx_select (tx, &local, "grants_live_of_advertiser", "si", advertiser_id, account);
  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkGrantRow grant;

      spark_grant_row_read (tx, row, &grant);
      g_array_append_val (grants, grant);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (guint i = 0; i < grants->len; i++)
    {
      const SparkGrantRow *grant = &g_array_index (grants, SparkGrantRow, i);
      g_autofree char *id = spark_id_format (grant->account, grant->id);

      if (!spark_ledger_revoke (tx, actor, id, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* The brand that an ad account of this name belongs to: the one of that name, or a new one. */
static gboolean
make_brand (SparkTx *tx, const SparkActor *advertiser, gint64 account, gint64 *brand,
            GError **error)
{
  g_autofree char *folded = spark_brand_name_fold (advertiser->name);
  g_autofree char *words = spark_fold_kept (advertiser->name);

  if (!spark_tx_int (tx, error, brand, 0, "brand_by_name", "is", account, folded))
    return FALSE;
  if (*brand != 0)
    return TRUE;
  return spark_tx_next_id (tx, account, brand, error)
         && spark_tx_exec (tx, error, "brand_insert", "iissss", account, *brand, advertiser->name,
                           folded, NULL, words)
         && spark_tx_touch (tx, account, SPARK_KIND_BRAND, *brand, error);
}

gboolean
spark_ledger_attach (SparkTx *tx, const SparkActor *advertiser, gint64 account, gint64 video,
                     gint64 *brand, GError **error)
{
  gint64 attached;

  if (!spark_tx_int (tx, error, &attached, 0, "brand_advertiser_get", "is", account,
                     advertiser->id))
    return FALSE;
  if (attached != 0)
    {
      *brand = attached;
      return TRUE;
    }
  if (*brand == 0 && !make_brand (tx, advertiser, account, brand, error))
    return FALSE;
  return spark_tx_exec (tx, error, "brand_advertiser_put", "isii", account, advertiser->id, *brand,
                        (gint64)SPARK_ATTACHED_NEW)
         && spark_ledger_event (tx, account, advertiser,
                                &(SparkEventRow){ .type = SPARK_EVENT_ADVERTISER_NEW,
                                                  .video = video,
                                                  .brand = *brand,
                                                  .advertiser = advertiser->id },
                                NULL, error);
}
