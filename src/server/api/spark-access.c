/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "server/api/spark-api-private.h"

void
spark_caller_clear (SparkCaller *caller)
{
  g_clear_pointer (&caller->closed, g_array_unref);
  if (caller->borrowed)
    return;
  g_clear_pointer (&caller->id, g_free);
  g_clear_pointer (&caller->name, g_free);
  g_clear_pointer (&caller->device, g_free);
  g_clear_pointer (&caller->person, g_free);
  g_clear_pointer (&caller->accounts, g_free);
  g_clear_pointer (&caller->roles, g_free);
}

void
spark_caller_update (SparkCaller *caller, const SparkCredential *credential)
{
  caller->n_accounts = credential->scope.n_accounts;
  g_free (caller->accounts);
  caller->accounts = g_memdup2 (credential->scope.accounts,
                                credential->scope.n_accounts * sizeof *caller->accounts);
  g_free (caller->roles);
  caller->roles
      = g_memdup2 (credential->roles, credential->scope.n_accounts * sizeof *caller->roles);
}

gboolean
spark_access_look_again (SparkTx *tx, SparkCaller *caller, GError **error)
{
  SparkCredential credential;

  if (caller->all)
    return TRUE;
  if (!spark_read_token_again (tx, &caller->token, &credential, error))
    return FALSE;
  spark_caller_update (caller, &credential);
  return TRUE;
}

SparkScope
spark_caller_scope (const SparkCaller *caller)
{
  return (SparkScope){ caller->all, caller->accounts, caller->n_accounts };
}

const char *
spark_caller_holder (const SparkCaller *caller)
{
  return caller->person != NULL ? caller->person : caller->id;
}

SparkActor
spark_caller_actor (const SparkCaller *caller)
{
  return (SparkActor){ SPARK_ACTOR_CREATOR, spark_caller_holder (caller), caller->name,
                       caller->device };
}

gboolean
spark_access_borrow (SparkTx *tx, SparkRequest *request, SparkCaller *caller, GError **error)
{
  const char *token = spark_request_bearer (request);
  SparkCredential credential;

  *caller = (SparkCaller){ .borrowed = TRUE };
  if (token == NULL && spark_request_is_unix (request))
    {
      if (!spark_request_is_same_user (request))
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
                       "This socket belongs to another user.");
          return FALSE;
        }
      caller->id = (char *)SPARK_CREDENTIAL_OWNER;
      caller->all = TRUE;
      caller->closed = spark_read_closed_accounts (tx, error);
      return caller->closed != NULL;
    }
  if (!spark_read_token (tx, token, &credential, error))
    return FALSE;
  caller->id = (char *)credential.id;
  caller->name = (char *)credential.name;
  caller->device = (char *)credential.device;
  caller->person = (char *)credential.person;
  caller->token = credential.token;
  caller->accounts = (gint64 *)credential.scope.accounts;
  caller->roles = (SparkRole *)credential.roles;
  caller->n_accounts = credential.scope.n_accounts;
  return TRUE;
}

gboolean
spark_access_authenticate (SparkTx *tx, SparkRequest *request, SparkCaller *caller, GError **error)
{
  if (!spark_access_borrow (tx, request, caller, error))
    return FALSE;
  caller->id = g_strdup (caller->id);
  caller->name = g_strdup (caller->name);
  caller->device = g_strdup (caller->device);
  caller->person = g_strdup (caller->person);
  caller->accounts = g_memdup2 (caller->accounts, caller->n_accounts * sizeof *caller->accounts);
  caller->roles = g_memdup2 (caller->roles, caller->n_accounts * sizeof *caller->roles);
  caller->borrowed = FALSE;
  return TRUE;
}

static gboolean
refuse_role (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
               "Your role does not allow this. Ask whoever invited you.");
  return FALSE;
}

gboolean
spark_access_check_any (const SparkCaller *caller, SparkRole role, GError **error)
{
  for (gsize i = 0; i < caller->n_accounts; i++)
    if (caller->roles[i] >= role)
      return TRUE;
  return caller->all || refuse_role (error);
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

static int
compare_accounts (const void *a, const void *b)
{
  gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;

  return (one > other) - (one < other);
}

static gboolean
find_role (const SparkCaller *caller, const char *id, SparkRole *role)
{
  const gint64 *found;
  gint64 account, number;

  if (!spark_id_parse (id, &account, &number) && !spark_api_account_number (id, &account))
    return FALSE;
  *role = SPARK_ROLE_OWNER;
  if (caller->all)
    return TRUE;
  if (caller->n_accounts == 0)
    return FALSE;
  found
      = bsearch (&account, caller->accounts, caller->n_accounts, sizeof account, compare_accounts);
  if (found == NULL)
    return FALSE;
  *role = caller->roles[found - caller->accounts];
  return TRUE;
}

SparkRole
spark_caller_role (const SparkCaller *caller, const char *id)
{
  SparkRole role;

  return find_role (caller, id, &role) ? role : SPARK_ROLE_VIEW;
}

/* Of an object: the account itself is not found where it is looked for. */
static gboolean
is_closed (const SparkCaller *caller, const char *id)
{
  gint64 account, number;

  if (!caller->all || !spark_id_parse (id, &account, &number))
    return FALSE;
  for (guint i = 0; i < caller->closed->len; i++)
    if (g_array_index (caller->closed, gint64, i) == account)
      return TRUE;
  return FALSE;
}

gboolean
spark_access_check (const SparkCaller *caller, const char *id, SparkRole role, GError **error)
{
  SparkRole held;

  if (is_closed (caller, id) || !find_role (caller, id, &held))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
                   "It is not here. It may have been removed.");
      return FALSE;
    }
  return held >= role || refuse_role (error);
}

gboolean
spark_access_check_account (const SparkCaller *caller, const char *id, SparkRole role,
                            gint64 *account, GError **error)
{
  if (!spark_api_account_number (id, account))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
                   "It is not here. It may have been removed.");
      return FALSE;
    }
  return spark_access_check (caller, id, role, error);
}
