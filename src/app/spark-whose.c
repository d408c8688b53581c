/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-whose"

#include "config.h"

#include "app/spark-phrases.h"
#include "app/spark-whose.h"
#include "app/spark-window.h"

char *
spark_whose (GtkWidget *widget, const char *id)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (widget));
  SparkBackend *backend
      = SPARK_IS_WINDOW (window) ? spark_window_get_backend (SPARK_WINDOW (window)) : NULL;
  g_autoptr (GListModel) accounts = NULL;
  g_autoptr (SparkAccountItem) account = NULL;
  g_autofree char *account_id = NULL;
  const char *name;
  SparkReplica *replica;

  if (backend == NULL || spark_window_get_account_id (SPARK_WINDOW (window)) != NULL)
    return NULL;
  replica = spark_backend_get_replica (backend);
  accounts = spark_replica_list_accounts (replica);
  if (g_list_model_get_n_items (accounts) < 2)
    return NULL;
  account_id = g_strndup (id, strcspn (id, "."));
  account = spark_replica_get_account (replica, account_id);
  name = account != NULL ? spark_account_item_get (account)->name : NULL;
  return name != NULL ? spark_phrase_name (name) : NULL;
}
