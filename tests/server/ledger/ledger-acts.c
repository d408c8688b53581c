/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "ledger-acts.h"

typedef struct
{
  SparkPlatformKind platform;
  const char *first;
  const char *second;
  const char *third;
  const SparkVideoFacts *facts;
  const SparkDeal *deal;
  const gint64 *accounts;
  gsize n_accounts;
  SparkRole role;
  guint days;
  guint more;
  gint64 at;
  guint8 body[32];
  SparkUpsert upsert;
  SparkRevocation revocation;
  char *made;
  char *id;
} Act;

/* A transaction that has to be tried again runs its jobs once more. */
static Act *
afresh (Act *act)
{
  g_clear_pointer (&act->made, g_free);
  g_clear_pointer (&act->id, g_free);
  return act;
}

static char *
perform (Fixture *self, SparkStoreFunc run, Act *act, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (fixture_run (self, run, act, &local))
    return act->made;
  g_assert_nonnull (local);
  if (error == NULL)
    g_assert_no_error (local);
  /* What a failed act had made is undone with it. */
  g_free (act->made);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
run_add_account (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_add_account (tx, &creator, act->platform, act->first, NULL, &act->made,
                                   error);
}

char *
act_add_account (Fixture *self, SparkPlatformKind platform, const char *name, GError **error)
{
  return perform (self, run_add_account, &(Act){ .platform = platform, .first = name }, error);
}

static gboolean
run_delete_account (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_delete_account (tx, &creator, act->first, error);
}

void
act_delete_account (Fixture *self, const char *account, GError **error)
{
  perform (self, run_delete_account, &(Act){ .first = account }, error);
}

static gboolean
run_generate (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_generate (tx, &creator, act->first, act->days, &act->made, error);
}

char *
act_generate (Fixture *self, const char *video, guint days, GError **error)
{
  return perform (self, run_generate, &(Act){ .first = video, .days = days }, error);
}

static gboolean
run_add_code (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_add_code (tx, &creator, act->first, act->second, act->days, act->at, NULL,
                                &act->made, error);
}

char *
act_add_code (Fixture *self, const char *video, const char *code, guint days, gint64 ends_at,
              GError **error)
{
  return perform (self, run_add_code,
                  &(Act){ .first = video, .second = code, .days = days, .at = ends_at }, error);
}

static gboolean
run_extend (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_extend (tx, &creator, act->first, act->days, error);
}

void
act_extend (Fixture *self, const char *code, guint days, GError **error)
{
  perform (self, run_extend, &(Act){ .first = code, .days = days }, error);
}

static gboolean
run_extend_agreed (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_extend_agreed (tx, &creator, act->first, act->second, act->at, error);
}

void
act_extend_agreed (Fixture *self, const char *code, const char *grant, GError **error)
{
  act_extend_until (self, code, grant, 0, error);
}

void
act_extend_until (Fixture *self, const char *code, const char *grant, gint64 ends_at, GError **error)
{
  perform (self, run_extend_agreed, &(Act){ .first = code, .second = grant, .at = ends_at }, error);
}

static gboolean
run_replace (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_replace (tx, &creator, act->first, &act->made, error);
}

char *
act_replace (Fixture *self, const char *code, GError **error)
{
  return perform (self, run_replace, &(Act){ .first = code }, error);
}

static gboolean
run_copied (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_copied (tx, &creator, act->first, act->second, act->at, error);
}

void
act_copied (Fixture *self, const char *code, const char *brand, gint64 at, GError **error)
{
  perform (self, run_copied, &(Act){ .first = code, .second = brand, .at = at }, error);
}

static gboolean
run_delete_code (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_delete_code (tx, &creator, act->first, error);
}

void
act_delete_code (Fixture *self, const char *code, GError **error)
{
  perform (self, run_delete_code, &(Act){ .first = code }, error);
}

static gboolean
run_turn_off (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_turn_off (tx, &creator, act->first, error);
}

void
act_turn_off (Fixture *self, const char *video, GError **error)
{
  perform (self, run_turn_off, &(Act){ .first = video }, error);
}

static gboolean
run_create_link (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_create_link (tx, &creator, act->first, act->second, act->at, NULL, &act->made,
                                   error);
}

char *
act_create_link (Fixture *self, const char *video, const char *brand, gint64 ends_at,
                 GError **error)
{
  return perform (self, run_create_link, &(Act){ .first = video, .second = brand, .at = ends_at },
                  error);
}

static gboolean
run_withdraw (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_withdraw_link (tx, &creator, act->first, error);
}

void
act_withdraw (Fixture *self, const char *link, GError **error)
{
  perform (self, run_withdraw, &(Act){ .first = link }, error);
}

static gboolean
run_unbind (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_unbind (tx, act->first, act->second, error);
}

void
act_unbind (Fixture *self, const char *advertiser, const char *item_id, GError **error)
{
  perform (self, run_unbind, &(Act){ .first = advertiser, .second = item_id }, error);
}

static gboolean
run_note_grant (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_note_grant (tx, &creator, act->first, act->second, act->third, act->at,
                                  &act->made, error);
}

char *
act_note_grant (Fixture *self, const char *video, const char *brand, const char *brand_name,
                gint64 ends_at, GError **error)
{
  return perform (self, run_note_grant,
                  &(Act){ .first = video, .second = brand, .third = brand_name, .at = ends_at },
                  error);
}

static gboolean
run_attribute (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_attribute_grant (tx, &creator, act->first, act->second, error);
}

void
act_attribute (Fixture *self, const char *grant, const char *brand, GError **error)
{
  perform (self, run_attribute, &(Act){ .first = grant, .second = brand }, error);
}

static gboolean
run_revoke (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_revoke (tx, &creator, act->first, act->second, error);
}

void
act_revoke (Fixture *self, const char *grant, const char *reason, GError **error)
{
  perform (self, run_revoke, &(Act){ .first = grant, .second = reason }, error);
}

static gboolean
run_note_end (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_note_end (tx, &creator, act->first, error);
}

void
act_note_end (Fixture *self, const char *grant, GError **error)
{
  perform (self, run_note_end, &(Act){ .first = grant }, error);
}

static gboolean
run_give_again (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_give_again (tx, &creator, act->first, &act->made, error);
}

char *
act_give_again (Fixture *self, const char *grant, GError **error)
{
  return perform (self, run_give_again, &(Act){ .first = grant }, error);
}

static gboolean
run_add_brand (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_add_brand (tx, &creator, act->first, act->second, NULL, &act->made, error);
}

char *
act_add_brand (Fixture *self, const char *account, const char *name, GError **error)
{
  return perform (self, run_add_brand, &(Act){ .first = account, .second = name }, error);
}

static gboolean
run_rename_brand (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_update_brand (tx, &creator, act->first, act->second, NULL, NULL, error);
}

void
act_rename_brand (Fixture *self, const char *brand, const char *name, GError **error)
{
  perform (self, run_rename_brand, &(Act){ .first = brand, .second = name }, error);
}

static gboolean
run_set_deal (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_update_brand (tx, &creator, act->first, NULL, NULL, act->deal, error);
}

void
act_set_deal (Fixture *self, const char *brand, const SparkDeal *deal, GError **error)
{
  perform (self, run_set_deal, &(Act){ .first = brand, .deal = deal }, error);
}

static gboolean
run_confirm (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_confirm_advertiser (tx, &creator, act->first, act->second, error);
}

void
act_confirm (Fixture *self, const char *brand, const char *advertiser, GError **error)
{
  perform (self, run_confirm, &(Act){ .first = brand, .second = advertiser }, error);
}

static gboolean
run_refuse (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_refuse_advertiser (tx, &creator, act->first, act->second, error);
}

void
act_refuse (Fixture *self, const char *brand, const char *advertiser, GError **error)
{
  perform (self, run_refuse, &(Act){ .first = brand, .second = advertiser }, error);
}

static gboolean
run_revoke_token (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_revoke_token (tx, act->first, error);
}

void
act_revoke_token (Fixture *self, const char *id, GError **error)
{
  perform (self, run_revoke_token, &(Act){ .first = id }, error);
}

static gboolean
run_advertiser_token (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_create_advertiser_token (tx, act->first, &act->made, error);
}

char *
act_advertiser_token (Fixture *self, const char *advertiser, GError **error)
{
  return perform (self, run_advertiser_token, &(Act){ .first = advertiser }, error);
}

static gboolean
run_upsert (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_upsert_video (tx, &creator, act->first, act->facts, FALSE, &act->made,
                                    &act->upsert, error);
}

char *
act_upsert_video (Fixture *self, const char *account, const SparkVideoFacts *facts,
                  SparkUpsert *upsert, GError **error)
{
  Act act = { .first = account, .facts = facts };
  char *id = perform (self, run_upsert, &act, error);

  if (upsert != NULL)
    *upsert = act.upsert;
  return id;
}

static gboolean
run_note_import (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_note_import (tx, &creator, act->first, act->days, act->more, 0, error);
}

void
act_note_import (Fixture *self, const char *account, guint added, guint updated)
{
  perform (self, run_note_import, &(Act){ .first = account, .days = added, .more = updated }, NULL);
}

static gboolean
run_preview (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_preview_revocation (tx, act->first, &act->revocation, error);
}

SparkRevocation
act_preview (Fixture *self, const char *grant)
{
  Act act = { .first = grant };

  perform (self, run_preview, &act, NULL);
  act.revocation.grant_id = NULL;
  return act.revocation;
}

static gboolean
run_create_token (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_create_token (tx, "Laptop", act->role, act->accounts, act->n_accounts,
                                    act->at, &act->id, &act->made, error);
}

char *
act_create_token (Fixture *self, SparkRole role, const gint64 *accounts, gsize n_accounts,
                  gint64 expires_at, char **id, GError **error)
{
  Act act = { .role = role, .accounts = accounts, .n_accounts = n_accounts, .at = expires_at };
  char *token = perform (self, run_create_token, &act, error);

  *id = act.id;
  return token;
}

static gboolean
run_find (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);
  guint status;

  return spark_ledger_idempotency_find (tx, act->first, act->second, act->body, &act->made, &status,
                                        error);
}

char *
act_idempotency_find (Fixture *self, const char *caller, const char *key, guint8 body,
                      GError **error)
{
  Act act = { .first = caller, .second = key };

  memset (act.body, body, sizeof act.body);
  return perform (self, run_find, &act, error);
}

static gboolean
run_keep (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_idempotency_keep (tx, act->first, act->second, act->body, act->third, 201,
                                        error);
}

void
act_idempotency_keep (Fixture *self, const char *caller, const char *key, guint8 body,
                      const char *object)
{
  Act act = { .first = caller, .second = key, .third = object };

  memset (act.body, body, sizeof act.body);
  perform (self, run_keep, &act, NULL);
}
