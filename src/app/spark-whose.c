/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-whose"

#include "config.h"

#include <string.h>

#include "app/spark-whose.h"
#include "app/spark-window.h"

char *
spark_whose (GtkWidget *widget, const char *id)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *account_id = g_strndup (id, strcspn (id, "."));

  return SPARK_IS_WINDOW (root) ? spark_context_describe_whose (
             spark_window_get_context (SPARK_WINDOW (root)), account_id)
                                : NULL;
}
