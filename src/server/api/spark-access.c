/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"

void
spark_caller_clear (SparkCaller *caller)
{
  g_clear_pointer (&caller->id, g_free);
}

SparkScope
spark_caller_scope (const SparkCaller *caller)
{
  return (SparkScope){ caller->all, caller->accounts, caller->n_accounts };
}

SparkActor
spark_caller_actor (const SparkCaller *caller)
{
  return (SparkActor){ SPARK_ACTOR_CREATOR, caller->id, NULL };
}

gboolean
spark_access_authenticate (SparkTx *tx, SparkRequest *request, SparkCaller *caller, GError **error)
{
  const char *token = spark_request_bearer (request);
  SparkCredential credential;

  *caller = (SparkCaller){ 0 };
  if (token == NULL && spark_request_is_unix (request))
    {
      if (!spark_request_is_same_user (request))
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
                       "This socket belongs to another user.");
          return FALSE;
        }
      caller->id = g_strdup ("owner");
      caller->role = SPARK_ROLE_OWNER;
      caller->all = TRUE;
      return TRUE;
    }
  if (!spark_read_token (tx, token, &credential, error))
    return FALSE;
  caller->id = g_strdup (credential.id);
  caller->role = credential.role;
  caller->expires_at = credential.expires_at;
  caller->n_accounts = credential.scope.n_accounts;
  memcpy (caller->accounts, credential.scope.accounts,
          credential.scope.n_accounts * sizeof caller->accounts[0]);
  return TRUE;
}

gboolean
spark_access_check_role (const SparkCaller *caller, SparkRole role, GError **error)
{
  if (caller->role >= role)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
               "Your role does not allow this. Ask whoever invited you.");
  return FALSE;
}

gboolean
spark_api_account_number (const char *text, gint64 *account)
{
  char *end;
  guint64 number;

  if (text == NULL || !g_ascii_isdigit (text[0]))
    return FALSE;
  number = g_ascii_strtoull (text, &end, 10);
  if (*end != '\0' || number == 0 || number > G_MAXINT64)
    return FALSE;
  *account = (gint64)number;
  return TRUE;
}

gboolean
spark_access_check (const SparkCaller *caller, const char *id, SparkRole role, GError **error)
{
  gint64 account, number;
  gboolean covered = FALSE;

  if (spark_id_parse (id, &account, &number) || spark_api_account_number (id, &account))
    {
      covered = caller->all;
      for (gsize i = 0; !covered && i < caller->n_accounts; i++)
        covered = caller->accounts[i] == account;
    }
  if (!covered)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
                   "It is not here. It may have been removed.");
      return FALSE;
    }
  return spark_access_check_role (caller, role, error);
}
