/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/store/spark-pager.h"

#define MAX_TOKEN 200

/* What no token is: absent, or longer than any that was ever given out. */
static gboolean
hash_token (const char *token, guint8 *hash, GError **error)
{
  if (token == NULL || *token == '\0' || strnlen (token, MAX_TOKEN + 1) > MAX_TOKEN)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED,
                   "Sign in first: the token is missing or not valid.");
      return FALSE;
    }
  spark_secrets_hash (token, hash);
  return TRUE;
}

static gboolean
unauthorized (GError *local, GError **error)
{
  if (local != NULL)
    g_propagate_error (error, local);
  else
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED,
                 "The token is not valid any more. Ask for a new one.");
  return FALSE;
}

/* Its accounts, a row each with the role there; of one without an account there is a row too. */
static gboolean
read_accounts (SparkTx *tx, SparkStatement *row, SparkCredential *view, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_array_set_size (tx->accounts, 0);
  g_array_set_size (tx->roles, 0);
  do
    {
      gint64 account = spark_statement_int (row, 4);
      SparkRole role = (SparkRole)spark_statement_int (row, 5);

      if (account == 0)
        continue;
      g_array_append_val (tx->accounts, account);
      g_array_append_val (tx->roles, role);
    }
  while (spark_statement_step (row, &local));
  view->scope = (SparkScope){ FALSE, (const gint64 *)tx->accounts->data, tx->accounts->len };
  view->roles = (const SparkRole *)tx->roles->data;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
has_time_left (SparkTx *tx, const SparkCredential *view)
{
  return view->expires_at > tx->now || (view->expires_at == 0 && !view->token.of_sign_in);
}

static gboolean
look_token_up (SparkTx *tx, const SparkTokenKey *key, SparkCredential *view, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_row (tx, &local, key->of_sign_in ? "access_token_get" : "token_get", "b",
                      key->hash, (gsize)SPARK_FINGERPRINT_BYTES);

  if (row == NULL)
    return unauthorized (g_steal_pointer (&local), error);
  *view = (SparkCredential){
    .id = spark_tx_keep (tx, spark_statement_text (row, 0)),
    .name = spark_tx_keep (tx, spark_statement_text (row, 1)),
    .expires_at = spark_statement_int (row, 2),
    .person = spark_tx_keep (tx, spark_statement_text (row, 3)),
    .device = spark_tx_keep (tx, spark_statement_text (row, 6)),
    .token = *key,
  };
  if (has_time_left (tx, view))
    return read_accounts (tx, row, view, error);
  spark_statement_reset (row);
  return unauthorized (NULL, error);
}

/* A token made at the terminal has one role over its accounts; with an access token of a sign-in, the
 * person may do what their seats are now. */
gboolean
spark_read_token_again (SparkTx *tx, const SparkTokenKey *key, SparkCredential *view,
                        GError **error)
{
  const SparkCredential *known = spark_known_tokens_find (tx->known_tokens, key);

  if (known != NULL)
    {
      *view = *known;
      return has_time_left (tx, view) || unauthorized (NULL, error);
    }
  if (!look_token_up (tx, key, view, error))
    return FALSE;
  /* Beside somebody who writes all the time it would be forgotten before it is of use. */
  if (tx->steady)
    spark_known_tokens_put (tx->known_tokens, view);
  return TRUE;
}

gboolean
spark_read_token (SparkTx *tx, const char *token, SparkCredential *view, GError **error)
{
  SparkTokenKey key;

  if (!hash_token (token, key.hash, error))
    return FALSE;
  key.of_sign_in = g_str_has_prefix (token, SPARK_ACCESS_PREFIX);
  return spark_read_token_again (tx, &key, view, error);
}

gboolean
spark_read_person (SparkTx *tx, const char *name, SparkPerson *view, GError **error)
{
  g_autofree char *folded = spark_name_fold (name);
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "person_by_name", "s", folded);

  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  *view = (SparkPerson){
    .id = spark_tx_keep (tx, spark_statement_text (row, 0)),
    .name = spark_tx_keep (tx, spark_statement_text (row, 1)),
    .password = spark_tx_keep (tx, spark_statement_text (row, 2)),
  };
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_sign_ins (SparkTx *tx, const char *person, SparkSignInFunc func, gpointer data,
                     GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "sign_ins_of", "s", person);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkSignIn view = {
        .id = spark_statement_text (row, 0),
        .device = spark_statement_text (row, 1),
        .created_at = spark_statement_int (row, 2),
        .used_at = spark_statement_int (row, 3),
      };

      if (!func (&view, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

gboolean
spark_read_tokens (SparkTx *tx, SparkTokenFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "tokens_list", "");

  while (row != NULL && spark_statement_step (row, &local))
    if (!func (spark_statement_text (row, 0), spark_statement_text (row, 1), data))
      break;
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

gboolean
spark_read_seats (SparkTx *tx, SparkSeatFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "seats_list", "");

  while (row != NULL && spark_statement_step (row, &local))
    if (!func (spark_statement_text (row, 0), spark_statement_int (row, 1),
               (int)spark_statement_int (row, 2), data))
      break;
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

gboolean
spark_read_advertisers (SparkTx *tx, SparkAdvertiserFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "advertisers_list", "");

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAdvertiser view = { spark_statement_text (row, 0), spark_statement_text (row, 1) };

      if (!func (&view, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

static gboolean
code_unknown (GError *local, GError **error)
{
  if (local != NULL)
    g_propagate_error (error, local);
  else
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN,
                 "There is no such code. Check it with the creator.");
  return FALSE;
}

gboolean
spark_read_redeemable (SparkTx *tx, const char *string, SparkRedeemable *view, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkAccount account;
  SparkStatement *row;
  const char *id;

  *view = (SparkRedeemable){ 0 };
  row = spark_tx_find_string (tx, &local, "fingerprint_get", string);
  if (row == NULL)
    return code_unknown (g_steal_pointer (&local), error);
  view->account = spark_statement_int (row, 0);
  view->is_link = spark_statement_int (row, 1) == SPARK_KIND_LINK;
  id = spark_tx_keep_id (tx, view->account, spark_statement_int (row, 2));
  spark_statement_reset (row);

  if (view->is_link)
    {
      if (!spark_read_link (tx, id, FALSE, &view->link, error)
          || !spark_read_video (tx, view->link.video_id, &view->video, error))
        return FALSE;
      id = view->video.authorization.code_id;
      if (id != NULL && !spark_read_code (tx, id, FALSE, &view->code, error))
        return FALSE;
      if (id == NULL)
        view->code.state = SPARK_CODE_STATE_DELETED;
    }
  else if (!spark_read_code (tx, id, FALSE, &view->code, error)
           || !spark_read_video (tx, view->code.video_id, &view->video, error))
    return FALSE;
  if (!spark_read_account (tx, view->account, &account, error))
    return FALSE;
  view->platform = account.platform;
  view->account_name = account.name;
  view->handle = account.handle;
  return TRUE;
}

const char *
spark_read_identity_id (SparkTx *tx, gint64 account, const char *advertiser_id)
{
  g_autofree char *text
      = g_strdup_printf ("identity %" G_GINT64_FORMAT " %s", account, advertiser_id);
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  char hex[33];

  spark_tx_pseudonym (tx, text, hash);
  sodium_bin2hex (hex, sizeof hex, hash, 16);
  return spark_tx_keep (tx, hex);
}

gboolean
spark_read_identities (SparkTx *tx, const char *advertiser_id, SparkCreatorIdentityFunc func,
                       gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "advertiser_creators", "s", advertiser_id);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkCreatorIdentity view = {
        .account = spark_statement_int (row, 0),
        .name = spark_tx_keep (tx, spark_statement_text (row, 1)),
        .handle = spark_tx_keep (tx, spark_statement_text (row, 2)),
      };

      view.identity_id = spark_read_identity_id (tx, view.account, advertiser_id);
      if (!func (&view, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

static gboolean
read_authorized (SparkTx *tx, SparkStatement *row, const char *advertiser_id,
                 SparkAuthorizedPost *post, GError **error)
{
  gint64 account = spark_statement_int (row, 0);
  gboolean by_code = spark_statement_int (row, 6) != 0;

  *post = (SparkAuthorizedPost){
    .account_name = spark_tx_keep (tx, spark_statement_text (row, 2)),
    .handle = spark_tx_keep (tx, spark_statement_text (row, 3)),
    .code_starts_at = spark_statement_int (row, 5),
    .identity_id = spark_read_identity_id (tx, account, advertiser_id),
  };
  return spark_read_grant (tx, spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
                           &post->grant, error)
         && spark_read_code (tx, post->grant.code_id, by_code, &post->code, error)
         && spark_read_video (tx, post->grant.video_id, &post->video, error);
}

gboolean
spark_read_authorized_post (SparkTx *tx, const char *advertiser_id, gint64 account,
                            const char *item_id, SparkAuthorizedPost *post, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_row (tx, &local, "authorized_post", "sis", advertiser_id, account, item_id);
  gboolean ok;

  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  ok = read_authorized (tx, row, advertiser_id, post, error);
  spark_statement_reset (row);
  return ok;
}

gboolean
spark_read_authorized_posts (SparkTx *tx, const char *advertiser_id, gint64 account_number,
                             const char *keyword, guint page, guint page_size, guint *total,
                             SparkAuthorizedPostFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *folded = keyword != NULL ? g_utf8_casefold (keyword, -1) : NULL;
  SparkStatement *row;
  gint64 count;

  if (!spark_tx_int (tx, error, &count, 0, "authorized_posts_count", "sis", advertiser_id,
                     account_number, folded))
    return FALSE;
  *total = (guint)count;
  row = spark_tx_select (tx, &local, "authorized_posts", "sisii", advertiser_id, account_number,
                         folded, (gint64)page_size, (gint64)(page - 1) * page_size);
  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAuthorizedPost post;

      if (!read_authorized (tx, row, advertiser_id, &post, &local) || !func (&post, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}
