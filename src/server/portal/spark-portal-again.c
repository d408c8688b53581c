/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "server/portal/spark-portal-private.h"

#define FORM_HASH_BYTES 32

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Names and values, each with the NUL that no other begins before. */
static void
hash_form (GHashTable *form, guint8 *hash)
{
  g_autofree const char **names = (const char **)g_hash_table_get_keys_as_array (form, NULL);
  crypto_generichash_state state;
  guint n = g_hash_table_size (form);

  qsort (names, n, sizeof *names, compare);
  crypto_generichash_init (&state, NULL, 0, FORM_HASH_BYTES);
  for (guint i = 0; i < n; i++)
    {
      const char *value = g_hash_table_lookup (form, names[i]);

      crypto_generichash_update (&state, (const guint8 *)names[i], strlen (names[i]) + 1);
      crypto_generichash_update (&state, (const guint8 *)value, strlen (value) + 1);
    }
  crypto_generichash_final (&state, hash, FORM_HASH_BYTES);
}

/* No credential's id looks so. */
static char *
make_caller (const SparkPortalAct *act, const char *purpose)
{
  return g_strconcat (purpose, "\n", act->visitor->session, NULL);
}

gboolean
spark_portal_keep_done (SparkTx *tx, SparkPortalAct *act, const char *purpose, GError **error)
{
  g_autofree char *caller = make_caller (act, purpose);
  g_autofree char *made
      = g_strjoin (" ", act->account_id, act->made != NULL ? act->made : "", NULL);
  guint8 hash[FORM_HASH_BYTES];

  hash_form (act->form, hash);
  return spark_ledger_idempotency_keep (tx, caller, g_hash_table_lookup (act->form, "ticket"), hash,
                                        made, 303, error);
}

/* NULL without @error: no such form was sent. (transfer full) */
static char *
find_made (SparkTx *tx, SparkPortalAct *act, const char *purpose, const char *ticket,
           GError **error)
{
  g_autofree char *caller = make_caller (act, purpose);
  g_autoptr (GError) local = NULL;
  guint8 hash[FORM_HASH_BYTES];
  char *made;
  guint status;

  hash_form (act->form, hash);
  if (!spark_ledger_idempotency_find (tx, caller, ticket, hash, &made, &status, &local)
      && !g_error_matches (local, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_MISMATCH))
    g_propagate_error (error, g_steal_pointer (&local));
  return made;
}

/* @made: what was kept */
static gboolean
take_made (SparkTx *tx, SparkPortalAct *act, const char *ticket, const char *made, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (made, " ", 2);

  if (!spark_ledger_sign_in_brand_again (tx, act->visitor->session, parts[0], ticket, &act->session,
                                         error))
    return FALSE;
  if (act->session != NULL)
    {
      act->account_id = g_strdup (parts[0]);
      act->made = g_strdup (parts[1]);
    }
  return TRUE;
}

gboolean
spark_portal_find_done (SparkTx *tx, SparkPortalAct *act, const char *purpose, gboolean *found,
                        GError **error)
{
  const char *ticket = g_hash_table_lookup (act->form, "ticket");
  g_autoptr (GError) local = NULL;
  g_autofree char *made = ticket != NULL ? find_made (tx, act, purpose, ticket, &local) : NULL;

  if (local == NULL && made != NULL)
    take_made (tx, act, ticket, made, &local);
  *found = act->session != NULL;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
