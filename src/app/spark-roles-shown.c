/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-roles"

#include "config.h"

#include "app/spark-roles.h"
#include "app/spark-window.h"

/* Videos come into an account of posts, or into one that is made for them, which owners do. */
static gboolean
may_in_some (const SparkAccount *account, const char *action)
{
  if (!g_str_equal (action, "win.paste-link") && !g_str_equal (action, "win.import"))
    return spark_roles_may (account, action);
  return account->role == SPARK_ROLE_OWNER
         || (account->platform == SPARK_PLATFORM_TRACKED && spark_roles_may (account, action));
}

static gboolean
is_allowed_in_some (SparkReplica *replica, const char *shown, const char *action)
{
  g_autoptr (GListModel) accounts = spark_replica_list_accounts (replica);
  guint n = g_list_model_get_n_items (accounts);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);

      if ((shown == NULL
           || g_str_equal (shown, account->id)
           /* These do not go to the one shown alone. */
           || g_str_equal (action, "win.paste-link") || g_str_equal (action, "win.import"))
          && may_in_some (account, action))
        return TRUE;
    }
  return n == 0;
}

gboolean
spark_roles_allow (GtkWidget *widget, const char *action, const char *id)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (widget));
  SparkBackend *backend
      = SPARK_IS_WINDOW (window) ? spark_window_get_backend (SPARK_WINDOW (window)) : NULL;
  SparkReplica *replica;

  if (backend == NULL || spark_roles_get (action) == SPARK_ROLE_VIEW)
    return TRUE;
  replica = spark_backend_get_replica (backend);
  if (id == NULL)
    return is_allowed_in_some (replica, spark_window_get_account_id (SPARK_WINDOW (window)),
                               action);
  return spark_roles_allow_in (replica, action, id);
}

gboolean
spark_roles_allow_some (GtkWidget *widget, const char *action, GHashTable *ids)
{
  g_autoptr (GHashTable) asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer id;

  if (g_hash_table_size (ids) == 0)
    return spark_roles_allow (widget, action, NULL);
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    /* Many are of the same few accounts. */
    if (g_hash_table_add (asked, spark_roles_get_account_id (id))
        && spark_roles_allow (widget, action, id))
      return TRUE;
  return FALSE;
}
