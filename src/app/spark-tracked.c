/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tracked"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-roles.h"
#include "app/spark-tracked.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "spark-enum-types.h"

static void
on_account_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  SparkAccount account;

  if (error == NULL && (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer)))
    error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No account.");
  if (error != NULL || !spark_account_read (&account, json_node_get_object (answer), &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_strdup (account.id), g_free);
}

static char *
find_tracked (SparkWindow *window)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  const char *shown = spark_window_get_account_id (window);
  g_autoptr (GListModel) accounts = spark_replica_list_accounts (replica);
  g_autofree char *first = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);

      if (account->platform != SPARK_PLATFORM_TRACKED || !spark_roles_may (account, "win.import"))
        continue;
      if (g_strcmp0 (account->id, shown) == 0)
        return g_strdup (account->id);
      if (first == NULL)
        first = g_strdup (account->id);
    }
  return g_steal_pointer (&first);
}

void
spark_tracked_account_async (SparkWindow *window, const char *handle, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  SparkBackend *backend = spark_window_get_backend (window);
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) body = NULL;
  g_autofree char *name = NULL;
  char *id;

  g_task_set_source_tag (task, spark_tracked_account_async);
  if (backend == NULL)
    {
      g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_OFFLINE, "There is no backend yet.");
      return;
    }
  id = find_tracked (window);
  if (id != NULL)
    {
      g_task_return_pointer (task, id, g_free);
      return;
    }
  /* Translators: name of the account that holds a creator’s own videos */
  name = handle != NULL ? g_strconcat ("@", handle, NULL) : g_strdup (_ ("My TikTok"));
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "name", name);
  spark_json_enum (&writer, "platform", SPARK_TYPE_PLATFORM_KIND, SPARK_PLATFORM_TRACKED);
  if (handle != NULL)
    spark_json_string (&writer, "handle", handle);
  spark_json_end_object (&writer);
  body = spark_json_writer_steal (&writer);
  spark_client_send_async (spark_backend_get_client (backend), "POST", "/v1/accounts", body,
                           cancellable, on_account_made_cb, g_steal_pointer (&task));
}

char *
spark_tracked_account_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
