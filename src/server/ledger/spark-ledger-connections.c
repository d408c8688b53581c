/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <string.h>

#include "model/spark-fold.h"
#include "server/ledger/spark-ledger-connections.h"
#include "server/ledger/spark-ledger-people.h"
#include "server/ledger/spark-ledger-private.h"

#define MAX_NAME     200
#define UNASKED_STEP 10

static void
wipe (char **secret)
{
  if (*secret != NULL)
    explicit_bzero (*secret, strlen (*secret));
  g_clear_pointer (secret, g_free);
}

void
spark_connection_clear (SparkConnection *connection)
{
  g_clear_pointer (&connection->open_id, g_free);
  g_clear_pointer (&connection->scope, g_free);
  wipe (&connection->access);
  wipe (&connection->refresh);
}

static char *
open_box (SparkTx *tx, SparkStatement *row, int column)
{
  gsize length;
  const void *data = spark_statement_blob (row, column, &length);

  return data != NULL ? spark_secrets_decrypt (tx->secrets, data, length) : NULL;
}

gboolean
spark_read_connection (SparkTx *tx, gint64 account, SparkConnection *connection, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "connection_get", "i", account);

  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  spark_connection_clear (connection);
  *connection = (SparkConnection){
    .account = account,
    .open_id = g_strdup (spark_statement_text (row, 1)),
    .scope = g_strdup (spark_statement_text (row, 2)),
    .access = open_box (tx, row, 3),
    .access_ends_at = spark_statement_int (row, 4),
    .refresh = open_box (tx, row, 5),
    .refresh_ends_at = spark_statement_int (row, 6),
    .state = spark_statement_int (row, 7),
  };
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_is_connected (SparkTx *tx, const char *open_id, gboolean *connected, GError **error)
{
  g_auto (SparkConnection) connection = { 0 };
  g_autoptr (GError) local = NULL;
  gint64 account;

  *connected = FALSE;
  if (!spark_tx_int (tx, error, &account, 0, "connection_of_open_id", "s", open_id))
    return FALSE;
  if (account == 0)
    return TRUE;
  if (spark_read_connection (tx, account, &connection, &local))
    *connected = connection.state == SPARK_CONNECTION_STATE_CONNECTED;
  else if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

/* --- connecting --- */

static gboolean
refuse (const char *why, GError **error)
{
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, why);
  return FALSE;
}

/* As much of a stranger's name as can be one here. */
static char *
tidy_name (const char *name, const char *handle)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL && *name != '\0' ? name : "", -1);
  g_autofree char *part = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_NAME));

  g_strstrip (part);
  if (spark_name_is_clear (part))
    return g_steal_pointer (&part);
  return g_strdup (handle != NULL && *handle != '\0' ? handle : "TikTok");
}

/* To connect it anew is for whoever may manage the account. */
static gboolean
is_owner (SparkTx *tx, const char *person, gint64 account, gboolean *has, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "seats_of", "s", person);

  *has = FALSE;
  while (row != NULL && spark_statement_step (row, &local))
    *has |= spark_statement_int (row, 0) == account
            && spark_statement_int (row, 1) == SPARK_ROLE_OWNER;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static const char *
get_holder (const SparkConsent *consent)
{
  return consent->person != NULL ? consent->person : consent->asker;
}

/* Which account it is; *account is 0 when it is yet to be made. */
static gboolean
find_account (SparkTx *tx, const SparkConsent *consent, const char *open_id, gint64 *account,
              GError **error)
{
  gint64 known;
  gboolean mine = TRUE;

  if (!spark_tx_int (tx, error, &known, 0, "connection_of_open_id", "s", open_id))
    return FALSE;
  if (consent->account != 0 && known != 0 && known != consent->account)
    return refuse ("This TikTok account is connected here already, as another account.", error);
  if (consent->account != 0)
    {
      g_auto (SparkConnection) old = { 0 };
      g_autoptr (GError) local = NULL;

      if (!spark_tx_lock (tx, consent->account, error)
          || !spark_ledger_check_role (tx, get_holder (consent), consent->account, SPARK_ROLE_OWNER,
                                       error))
        return FALSE;
      if (spark_read_connection (tx, consent->account, &old, &local))
        {
          if (strcmp (old.open_id, open_id) != 0)
            return refuse ("You signed in to TikTok as somebody else. Sign in there with the "
                           "account you want to connect, or connect this one as a new account.",
                           error);
        }
      else if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      *account = consent->account;
      return TRUE;
    }
  if (known != 0 && consent->person != NULL && !is_owner (tx, consent->person, known, &mine, error))
    return FALSE;
  if (!mine)
    return refuse ("This TikTok account is connected on this server already. Ask whoever connected "
                   "it for an invitation.",
                   error);
  *account = known;
  return known == 0 || spark_tx_lock (tx, known, error);
}

static gboolean
put_connection (SparkTx *tx, gint64 account, const SparkConnection *connection, GError **error)
{
  g_autoptr (GBytes) access = spark_tx_encrypt (tx, connection->access, error);
  g_autoptr (GBytes) refresh
      = access != NULL ? spark_tx_encrypt (tx, connection->refresh, error) : NULL;

  return refresh != NULL
         && spark_tx_exec (tx, error, "open_id_put", "si", connection->open_id, account)
         && spark_tx_exec (tx, error, "connection_put", "issbibii", account, connection->open_id,
                           connection->scope, g_bytes_get_data (access, NULL),
                           g_bytes_get_size (access), connection->access_ends_at,
                           g_bytes_get_data (refresh, NULL), g_bytes_get_size (refresh),
                           connection->refresh_ends_at, (gint64)SPARK_CONNECTION_STATE_CONNECTED);
}

gboolean
spark_ledger_connect (SparkTx *tx, const SparkConsent *consent, const SparkConnection *connection,
                      const char *name, const char *handle, gint64 *account, GError **error)
{
  g_autofree char *tidy = tidy_name (name, handle);
  SparkActor creator;
  gint64 number;
  gboolean added;

  if (!find_account (tx, consent, connection->open_id, &number, error)
      || !spark_ledger_find_creator_actor (tx, get_holder (consent), &creator, error))
    return FALSE;
  added = number == 0;
  if (added && consent->person != NULL && !spark_ledger_check_seats (tx, consent->person, 1, error))
    return FALSE;
  if (added)
    {
      if (!spark_tx_int (tx, error, &number, 0, "account_insert", "issi",
                         (gint64)SPARK_PLATFORM_TIKTOK, tidy, handle, spark_tx_now (tx))
          || (consent->person != NULL
              && !spark_tx_exec (tx, error, "seat_put", "sii", consent->person, number,
                                 (gint64)SPARK_ROLE_OWNER)))
        return FALSE;
    }
  else
    {
      if (!spark_tx_exec (tx, error, "account_become", "iis", number, (gint64)SPARK_PLATFORM_TIKTOK,
                          handle))
        return FALSE;
      spark_tx_set_platform (tx, number, SPARK_PLATFORM_TIKTOK);
    }
  if (!put_connection (tx, number, connection, error)
      || !spark_tx_touch (tx, number, SPARK_KIND_ACCOUNT, number, error)
      || (added
          && !spark_ledger_event (tx, number, &creator,
                                  &(SparkEventRow){ .type = SPARK_EVENT_ACCOUNT_ADDED }, NULL,
                                  error))
      || !spark_ledger_event (tx, number, &creator,
                              &(SparkEventRow){ .type = SPARK_EVENT_ACCOUNT_CONNECTED }, NULL,
                              error))
    return FALSE;
  *account = number;
  return TRUE;
}

/* --- as time goes on --- */

static gboolean
set_state (SparkTx *tx, const SparkActor *actor, gint64 account, SparkConnectionState state,
           SparkEventType type, GError **error)
{
  return spark_tx_exec (tx, error, "connection_set_state", "ii", account, (gint64)state)
         && spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error)
         && spark_ledger_event (tx, account, actor, &(SparkEventRow){ .type = type }, NULL, error);
}

gboolean
spark_ledger_disconnect (SparkTx *tx, const SparkActor *actor, const char *account_id,
                         GError **error)
{
  g_auto (SparkConnection) connection = { 0 };
  gint64 account;

  if (!spark_ledger_account_number (tx, account_id, &account, error)
      || !spark_read_connection (tx, account, &connection, error))
    return FALSE;
  if (connection.state >= SPARK_CONNECTION_STATE_ENDING)
    return TRUE;
  return set_state (tx, actor, account, SPARK_CONNECTION_STATE_ENDING,
                    SPARK_EVENT_ACCOUNT_DISCONNECTED, error);
}

gboolean
spark_ledger_forget_tokens (SparkTx *tx, gint64 account, GError **error)
{
  g_auto (SparkConnection) connection = { 0 };
  g_autoptr (GError) local = NULL;

  if (!spark_tx_lock (tx, account, &local))
    {
      if (g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        return spark_tx_exec (tx, error, "connection_drop", "i", account);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!spark_read_connection (tx, account, &connection, error))
    return FALSE;
  /* It was connected again meanwhile. */
  if (connection.state != SPARK_CONNECTION_STATE_ENDING)
    return TRUE;
  return spark_tx_exec (tx, error, "connection_drop_tokens", "ii", account,
                        (gint64)SPARK_CONNECTION_STATE_ENDED)
         && spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error);
}

gboolean
spark_ledger_lose_connection (SparkTx *tx, gint64 account, GError **error)
{
  g_auto (SparkConnection) connection = { 0 };

  if (!spark_tx_lock (tx, account, error)
      || !spark_read_connection (tx, account, &connection, error))
    return FALSE;
  return connection.state != SPARK_CONNECTION_STATE_CONNECTED
         || set_state (tx, &spark_ledger_system, account, SPARK_CONNECTION_STATE_LOST,
                       SPARK_EVENT_CONNECTION_LOST, error);
}

/* What a clock wrote that was ahead would be waited for until that time has come again: what is to
 * be looked at is due now; whoever refreshes the tokens may be at work, for one lease more. */
static gboolean
put_right (SparkTx *tx, gint64 account, GError **error)
{
  return spark_tx_exec (tx, error, "connection_put_right", "iii", account, spark_tx_now (tx),
                        spark_tx_now (tx) + SPARK_REFRESH_LEASE_MS);
}

gboolean
spark_ledger_claim_refresh (SparkTx *tx, gint64 account, gboolean *claimed, GError **error)
{
  gint64 now = spark_tx_now (tx), found;

  if (!put_right (tx, account, error)
      || !spark_tx_int (tx, error, &found, 0, "connection_claim", "iii", account,
                        now + SPARK_REFRESH_LEASE_MS, now))
    return FALSE;
  *claimed = found != 0;
  return TRUE;
}

gboolean
spark_ledger_release_refresh (SparkTx *tx, gint64 account, GError **error)
{
  return spark_tx_exec (tx, error, "connection_release", "i", account);
}

gboolean
spark_ledger_keep_tokens (SparkTx *tx, gint64 account, const SparkConnection *tokens,
                          GError **error)
{
  g_auto (SparkConnection) old = { 0 };
  g_autoptr (GBytes) access = spark_tx_encrypt (tx, tokens->access, error);
  g_autoptr (GBytes) refresh
      = access != NULL ? spark_tx_encrypt (tx, tokens->refresh, error) : NULL;

  if (refresh == NULL || !spark_tx_lock (tx, account, error)
      || !spark_read_connection (tx, account, &old, error)
      || !spark_tx_exec (tx, error, "connection_keep_tokens", "ibibi", account,
                         g_bytes_get_data (access, NULL), g_bytes_get_size (access),
                         tokens->access_ends_at, g_bytes_get_data (refresh, NULL),
                         g_bytes_get_size (refresh), tokens->refresh_ends_at))
    return FALSE;
  /* The year counts on: an end that moved by seconds is nothing to tell. */
  return ABS (old.refresh_ends_at - tokens->refresh_ends_at) < SPARK_DAY_MS
         || spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error);
}

gboolean
spark_ledger_rename_account (SparkTx *tx, gint64 account, const char *name, const char *handle,
                             GError **error)
{
  g_autofree char *tidy = tidy_name (name, handle);
  SparkAccount view;

  if (!spark_tx_lock (tx, account, error) || !spark_read_account (tx, account, &view, error))
    return FALSE;
  if (handle == NULL)
    handle = view.handle;
  if (strcmp (view.name, tidy) == 0 && g_strcmp0 (view.handle, handle) == 0)
    return TRUE;
  return spark_tx_exec (tx, error, "account_rename", "iss", account, tidy, handle)
         && spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error);
}

gboolean
spark_ledger_keep_avatar (SparkTx *tx, gint64 account, const char *path, const char *type,
                          GBytes *picture, GError **error)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, picture);
  gsize length;
  const void *data = g_bytes_get_data (picture, &length);

  digest[16] = '\0';
  return spark_tx_lock (tx, account, error)
         && spark_tx_exec (tx, error, "avatar_put", "isssb", account, path, digest, type, data,
                           length)
         && spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error);
}

gboolean
spark_read_avatar_is_of (SparkTx *tx, gint64 account, const char *path)
{
  gint64 found = 0;

  return spark_tx_int (tx, NULL, &found, 0, "avatar_is_of", "is", account, path) && found > 0;
}

GArray *
spark_read_connections (SparkTx *tx, SparkConnectionState state, gint64 after, guint limit,
                        GError **error)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "connections_in_state", "iii", (gint64)state,
                                         after, (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      gint64 account = spark_statement_int (row, 0);

      g_array_append_val (accounts, account);
    }
  if (local == NULL)
    return g_steal_pointer (&accounts);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GArray *
spark_read_connections_due (SparkTx *tx, guint limit, gint64 *next, GError **error)
{
  g_autoptr (GArray) due = g_array_new (FALSE, FALSE, sizeof (SparkConnectionDue));
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_select (tx, &local, "connections_due", "ii", spark_tx_now (tx), (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkConnectionDue one = { spark_statement_int (row, 0), spark_statement_int (row, 1),
                                 spark_statement_int (row, 2), spark_statement_int (row, 3),
                                 spark_statement_int (row, 4) >= 0 };

      g_array_append_val (due, one);
    }
  if (local == NULL
      && spark_tx_int (tx, &local, next, 0, "connections_next_due", "i", spark_tx_now (tx)))
    return g_steal_pointer (&due);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

gboolean
spark_ledger_profile_looked_at (SparkTx *tx, gint64 account, gint64 next, GError **error)
{
  return put_right (tx, account, error)
         && spark_tx_exec (tx, error, "connection_set_profile_at", "iii", account, next,
                           spark_tx_now (tx));
}

/* Told in steps, so that an account does not change with each video. */
static gboolean
count_unasked (SparkTx *tx, gint64 account, gint64 known, GError **error)
{
  gint64 unasked;

  if (!spark_tx_lock (tx, account, error)
      || !spark_tx_int (tx, error, &unasked, 0, "looks_never", "i", account))
    return FALSE;
  return (unasked > 0 && unasked > known - UNASKED_STEP)
         || (spark_tx_exec (tx, error, "connection_set_unasked", "ii", account, unasked)
             && spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error));
}

gboolean
spark_ledger_videos_looked_at (SparkTx *tx, gint64 account, gint64 next, gint64 cursor,
                               gboolean whole, GError **error)
{
  gint64 unasked = 0;

  if (whole && !spark_tx_int (tx, error, &unasked, 0, "connection_unasked", "i", account))
    return FALSE;
  return put_right (tx, account, error)
         && spark_tx_exec (tx, error, "connection_set_videos_at", "iiii", account, next, cursor,
                           spark_tx_now (tx))
         && (unasked >= 0 || count_unasked (tx, account, G_MAXINT64, error));
}

gboolean
spark_ledger_count_unasked (SparkTx *tx, gint64 account, GError **error)
{
  gint64 unasked;

  return spark_tx_int (tx, error, &unasked, 0, "connection_unasked", "i", account)
         && (unasked <= 0 || count_unasked (tx, account, unasked, error));
}

/* --- brands' ad accounts --- */

/* What is told apart by it is random and long. (transfer full) */
static char *
hash_access (const char *access)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, access, -1);
}

gboolean
spark_ledger_connect_advertiser (SparkTx *tx, const char *advertiser_id, const char *name,
                                 const char *access, GError **error)
{
  g_autofree char *tidy = tidy_name (name, advertiser_id);
  g_autofree char *words = spark_fold_kept (tidy);
  g_autoptr (GBytes) box = spark_tx_encrypt (tx, access, error);
  g_autofree char *token = hash_access (access);
  gint64 now = spark_tx_now (tx);

  return box != NULL
         && spark_tx_exec (tx, error, "advertiser_know", "ssis", advertiser_id, tidy, now, words)
         && spark_tx_exec (tx, error, "advertiser_connection_put", "ssbsi", advertiser_id, tidy,
                           g_bytes_get_data (box, NULL), g_bytes_get_size (box), token, now);
}

char *
spark_read_advertiser_access (SparkTx *tx, const char *advertiser_id, SparkConnectionState state,
                              GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_row (tx, &local, "advertiser_connection_get", "si", advertiser_id, (gint64)state);
  char *access = NULL;

  if (row != NULL)
    {
      access = open_box (tx, row, 0);
      spark_statement_reset (row);
    }
  if (access == NULL)
    spark_tx_absent (g_steal_pointer (&local), error);
  return access;
}

gboolean
spark_ledger_lose_advertiser (SparkTx *tx, const char *advertiser_id, GError **error)
{
  return spark_tx_exec (tx, error, "advertiser_connection_lose", "s", advertiser_id);
}

gboolean
spark_ledger_disconnect_advertiser (SparkTx *tx, const char *advertiser_id, GError **error)
{
  return spark_tx_exec (tx, error, "advertiser_connection_end", "s", advertiser_id);
}

gboolean
spark_ledger_forget_advertiser (SparkTx *tx, const char *advertiser_id, GError **error)
{
  return spark_tx_exec (tx, error, "advertiser_connection_drop", "s", advertiser_id);
}

gboolean
spark_read_advertiser_connection (SparkTx *tx, const char *advertiser_id,
                                  SparkConnectionState *state, GError **error)
{
  gint64 found;

  if (!spark_tx_int (tx, error, &found, SPARK_CONNECTION_STATE_NONE, "advertiser_connection_state",
                     "s", advertiser_id))
    return FALSE;
  *state = (SparkConnectionState)found;
  return TRUE;
}

gboolean
spark_read_advertiser_token_shared (SparkTx *tx, const char *advertiser_id, gboolean *shared,
                                    GError **error)
{
  gint64 found;

  if (!spark_tx_int (tx, error, &found, 0, "advertiser_connection_shared", "s", advertiser_id))
    return FALSE;
  *shared = found != 0;
  return TRUE;
}

gboolean
spark_read_is_advertiser_token (SparkTx *tx, const char *access, gboolean *used, GError **error)
{
  g_autofree char *token = hash_access (access);
  gint64 found;

  if (!spark_tx_int (tx, error, &found, 0, "advertiser_connection_has_token", "s", token))
    return FALSE;
  *used = found != 0;
  return TRUE;
}

gboolean
spark_read_advertiser_connections (SparkTx *tx, SparkConnectionState state, const char *after,
                                   guint limit, SparkAdvertiserFunc func, gpointer data,
                                   GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "advertiser_connections_list", "sii",
                                         after != NULL ? after : "", (gint64)limit, (gint64)state);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAdvertiser advertiser = { spark_statement_text (row, 0), spark_statement_text (row, 1) };

      if (!func (&advertiser, data))
        {
          spark_statement_reset (row);
          break;
        }
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
