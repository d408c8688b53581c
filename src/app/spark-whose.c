/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-whose"

#include "config.h"

#include "app/spark-roles.h"
#include "app/spark-whose.h"
#include "app/spark-window.h"

static SparkContext *
get_context (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return SPARK_IS_WINDOW (root) ? spark_window_get_context (SPARK_WINDOW (root)) : NULL;
}

char *
spark_whose (GtkWidget *widget, const char *id)
{
  SparkContext *context = get_context (widget);
  g_autofree char *account_id = spark_roles_get_account_id (id);

  return context != NULL ? spark_context_describe_whose (context, account_id) : NULL;
}

char *
spark_whose_words (GtkWidget *widget, const char *id)
{
  SparkContext *context = get_context (widget);
  g_autofree char *account_id = spark_roles_get_account_id (id);
  g_autofree char *whose = spark_whose (widget, id);
  const SparkAccount *account
      = whose != NULL ? spark_context_get_account (context, account_id) : NULL;

  return account != NULL ? g_strjoin (" ", account->name, account->handle, NULL) : NULL;
}

void
spark_whose_follow (GtkWidget *row, GSignalGroup *changes)
{
  g_signal_group_set_target (changes, get_context (row));
}
