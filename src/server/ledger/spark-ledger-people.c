/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-people.h"
#include "server/ledger/spark-ledger-private.h"

#define MAX_NAME 200

typedef struct
{
  gint64 account;
  gint64 role;
} Seat;

gboolean
spark_ledger_invite (SparkTx *tx, SparkRole role, const gint64 *accounts, gsize n_accounts,
                     gint64 expires_at, char **invitation, GError **error)
{
  g_autofree char *made = spark_secrets_make_token (SPARK_INVITATION_PREFIX);
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  if (n_accounts == 0 || n_accounts > SPARK_SCOPE_MAX)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "An invitation covers 1 to %d accounts.", SPARK_SCOPE_MAX);
      return FALSE;
    }
  spark_secrets_hash (made, hash);
  if (!spark_tx_exec (tx, error, "invitation_insert", "bii", hash, sizeof hash, spark_tx_now (tx),
                      expires_at))
    return FALSE;
  for (gsize i = 0; i < n_accounts; i++)
    {
      const SparkPlatform *platform;

      if (!spark_ledger_platform (tx, accounts[i], &platform, error)
          || !spark_tx_exec (tx, error, "invitation_seat_put", "bii", hash, sizeof hash,
                             accounts[i], (gint64)role))
        return FALSE;
    }
  *invitation = g_steal_pointer (&made);
  return TRUE;
}

gboolean
spark_ledger_withdraw_invitations (SparkTx *tx, const gint64 *accounts, gsize n_accounts,
                                   GError **error)
{
  for (gsize i = 0; i < n_accounts; i++)
    if (!spark_tx_exec (tx, error, "account_withdraw_invitations", "i", accounts[i])
        || !spark_tx_exec (tx, error, "account_withdraw_invitation_seats", "i", accounts[i]))
      return FALSE;
  return TRUE;
}

static GArray *
read_seats (SparkTx *tx, const guint8 *hash, GError **error)
{
  g_autoptr (GArray) seats = g_array_new (FALSE, FALSE, sizeof (Seat));
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_select (tx, &local, "invitation_seats", "b", hash, (gsize)SPARK_FINGERPRINT_BYTES);

  while (row != NULL && spark_statement_step (row, &local))
    {
      Seat seat = { spark_statement_int (row, 0), spark_statement_int (row, 1) };

      g_array_append_val (seats, seat);
    }
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return g_steal_pointer (&seats);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
refuse_invitation (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
               "This invitation was used already, or it has ended. Ask for a new one.");
  return FALSE;
}

/* NOT_FOUND where it is none any more. */
static gboolean
check_invitation (SparkTx *tx, const guint8 hash[SPARK_FINGERPRINT_BYTES], GError **error)
{
  gint64 expires_at;

  if (!spark_tx_int (tx, error, &expires_at, 0, "invitation_get", "b", hash,
                     SPARK_FINGERPRINT_BYTES))
    return FALSE;
  if (expires_at > spark_tx_now (tx))
    return TRUE;
  return refuse_invitation (error);
}

gboolean
spark_ledger_check_person (SparkTx *tx, const char *person, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "person_name", "s", person);

  if (row != NULL)
    {
      spark_statement_reset (row);
      return TRUE;
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
                 "Whoever began this may not do it any more.");
  return FALSE;
}

gboolean
spark_ledger_check_seats (SparkTx *tx, const char *person, gsize n_more, GError **error)
{
  gint64 held;

  if (!spark_ledger_check_person (tx, person, error)
      || !spark_tx_int (tx, error, &held, 0, "seats_count", "s", person))
    return FALSE;
  if (held + (gint64)n_more <= SPARK_SCOPE_MAX)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE,
               "One person can have %d accounts at most. Join with another name for these.",
               SPARK_SCOPE_MAX);
  return FALSE;
}

/* How many of the seats are at accounts the person has none at yet. */
static gboolean
count_new (SparkTx *tx, const char *person, const GArray *seats, gsize *n_new, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "seats_of", "s", person);
  guint at = 0;

  /* Both ascend. */
  *n_new = seats->len;
  while (row != NULL && spark_statement_step (row, &local))
    {
      gint64 account = spark_statement_int (row, 0);

      while (at < seats->len && g_array_index (seats, Seat, at).account < account)
        at++;
      *n_new -= at < seats->len && g_array_index (seats, Seat, at).account == account;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

gboolean
spark_ledger_add_seats (SparkTx *tx, const char *invitation, const char *person, GError **error)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  g_autoptr (GArray) seats = NULL;
  gsize n_new;

  spark_secrets_hash (invitation, hash);
  if (!check_invitation (tx, hash, error))
    return FALSE;
  seats = read_seats (tx, hash, error);
  /* All its accounts were deleted since. */
  if (seats != NULL && seats->len == 0)
    return refuse_invitation (error);
  if (seats == NULL || !count_new (tx, person, seats, &n_new, error)
      || !spark_ledger_check_seats (tx, person, n_new, error))
    return FALSE;
  for (guint i = 0; i < seats->len; i++)
    {
      const Seat *seat = &g_array_index (seats, Seat, i);

      if (!spark_tx_exec (tx, error, "seat_put", "sii", person, seat->account, seat->role))
        return FALSE;
    }
  return spark_tx_exec (tx, error, "invitation_drop_seats", "b", hash, sizeof hash)
         && spark_tx_exec (tx, error, "invitation_drop", "b", hash, sizeof hash);
}

gboolean
spark_ledger_join (SparkTx *tx, const char *invitation, const char *name, const char *password,
                   char **person, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (name));
  g_autofree char *folded = spark_name_fold (trimmed);
  g_autofree char *id = spark_secrets_make_token ("");
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;
  g_autoptr (GError) local = NULL;

  /* First: whoever has no invitation is not told which names there are. */
  spark_secrets_hash (invitation, hash);
  if (!check_invitation (tx, hash, error))
    return FALSE;
  if (!spark_name_is_clear (trimmed) || g_utf8_strlen (trimmed, -1) > MAX_NAME)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "Choose a name of at most %d characters that can be seen.", MAX_NAME);
      return FALSE;
    }
  row = spark_tx_row (tx, &local, "person_by_name", "s", folded);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row != NULL)
    {
      spark_statement_reset (row);
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED,
                   "Somebody has this name already. Sign in, or choose another.");
      return FALSE;
    }
  if (!spark_tx_exec (tx, error, "person_insert", "ssssi", id, trimmed, folded, password,
                      spark_tx_now (tx))
      || !spark_ledger_add_seats (tx, invitation, id, error))
    return FALSE;
  *person = g_steal_pointer (&id);
  return TRUE;
}

static gboolean
drop_seat (SparkTx *tx, const char *person, gint64 account, GError **error)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, account);
  gint64 dropped;

  if (!spark_tx_int (tx, error, &dropped, 0, "seat_drop", "si", person, account)
      || !spark_tx_exec (tx, error, "calendar_drop", "is", account, person)
      || !spark_tx_exec (tx, error, "seat_drop_consents", "si", person, account)
      || !spark_tx_exec (tx, error, "seat_end_app_codes", "ss", person, id)
      || !spark_tx_exec (tx, error, "seat_drop_app_tokens", "si", person, account))
    return FALSE;
  if (dropped != 0)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
               "This person has no seat at the account %" G_GINT64_FORMAT ".", account);
  return FALSE;
}

static gboolean
drop_person (SparkTx *tx, const char *person, GError **error)
{
  static const char *const statements[]
      = { "person_drop_seats",     "person_drop_secrets",  "person_drop_sign_ins",
          "person_drop_calendars", "person_drop_consents", "person_drop" };

  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    if (!spark_tx_exec (tx, error, statements[i], "s", person))
      return FALSE;
  return TRUE;
}

gboolean
spark_ledger_remove_person (SparkTx *tx, const char *name, const gint64 *accounts, gsize n_accounts,
                            GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (name));
  g_autofree char *folded = spark_name_fold (trimmed);
  g_autofree char *person = NULL;
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "person_by_name", "s", folded);

  if (row == NULL)
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "Nobody signs in as “%s”.",
                     trimmed);
      return FALSE;
    }
  person = g_strdup (spark_statement_text (row, 0));
  spark_statement_reset (row);
  for (gsize i = 0; i < n_accounts; i++)
    if (!drop_seat (tx, person, accounts[i], error))
      return FALSE;
  return n_accounts > 0 || drop_person (tx, person, error);
}
