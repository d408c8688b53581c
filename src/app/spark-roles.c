/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-roles"

#include "config.h"

#include <string.h>

#include "app/spark-roles.h"

static const struct
{
  const char *action;
  SparkRole role;
} acts[] = {
  { "win.copy-code", SPARK_ROLE_GENERATE },
  { "win.copy-for", SPARK_ROLE_GENERATE },
  { "win.generate", SPARK_ROLE_GENERATE },
  { "win.generate-terms", SPARK_ROLE_GENERATE },
  { "win.add-code", SPARK_ROLE_GENERATE },
  { "win.extend", SPARK_ROLE_GENERATE },
  { "win.extend-request", SPARK_ROLE_GENERATE },
  { "win.replace", SPARK_ROLE_REVOKE },
  { "win.change-code", SPARK_ROLE_REVOKE },
  { "win.delete-code", SPARK_ROLE_REVOKE },
  { "win.share-link", SPARK_ROLE_GENERATE },
  { "win.copy-link", SPARK_ROLE_GENERATE },
  { "win.show-link", SPARK_ROLE_GENERATE },
  { "win.withdraw-link", SPARK_ROLE_REVOKE },
  { "win.note-grant", SPARK_ROLE_GENERATE },
  { "win.attribute-grant", SPARK_ROLE_GENERATE },
  { "win.confirm-brand", SPARK_ROLE_GENERATE },
  { "win.revoke", SPARK_ROLE_REVOKE },
  { "win.give-again", SPARK_ROLE_REVOKE },
  { "win.undo-revoke", SPARK_ROLE_REVOKE },
  { "win.note-end", SPARK_ROLE_REVOKE },
  { "win.turn-off", SPARK_ROLE_REVOKE },
  { "win.edit-brand", SPARK_ROLE_GENERATE },
  { "win.confirm-advertiser", SPARK_ROLE_GENERATE },
  { "win.refuse-advertiser", SPARK_ROLE_REVOKE },
  { "win.revoke-brand", SPARK_ROLE_REVOKE },
  { "win.connect-account", SPARK_ROLE_OWNER },
  { "win.disconnect-account", SPARK_ROLE_OWNER },
  { "win.paste-link", SPARK_ROLE_GENERATE },
  { "win.import", SPARK_ROLE_GENERATE },
};

const char *
spark_roles_get_act (guint index, SparkRole *role)
{
  if (index >= G_N_ELEMENTS (acts))
    return NULL;
  *role = acts[index].role;
  return acts[index].action;
}

SparkRole
spark_roles_get (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_str_equal (acts[i].action, action))
      return acts[i].role;
  return SPARK_ROLE_VIEW;
}

gboolean
spark_roles_may (const SparkAccount *account, const char *action)
{
  return account == NULL || account->role >= spark_roles_get (action);
}

char *
spark_roles_get_account_id (const char *id)
{
  return g_strndup (id, strcspn (id, "."));
}

gboolean
spark_roles_allow_in (SparkReplica *replica, const char *action, const char *id)
{
  g_autofree char *account_id = spark_roles_get_account_id (id);
  g_autoptr (SparkAccountItem) account = spark_replica_get_account (replica, account_id);

  return account == NULL || spark_roles_may (spark_account_item_get (account), action);
}

const char *
spark_roles_of_batch (SparkBatchAct act)
{
  switch (act)
    {
    case SPARK_BATCH_ACT_REVOKE:
      return "win.revoke";
    case SPARK_BATCH_ACT_EXTEND:
      return "win.extend";
    case SPARK_BATCH_ACT_IMPORT:
      return "win.import";
    case SPARK_BATCH_ACT_DELETE:
      return "win.delete-code";
    case SPARK_BATCH_ACT_GENERATE:
      break;
    }
  return "win.generate";
}
