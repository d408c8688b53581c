/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-shortcuts"

#include "config.h"

#include "app/spark-shortcuts.h"
#include "app/spark-unmapped.h"

void
spark_shortcuts_present (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder
      = gtk_builder_new_from_resource (RESOURCE_PATH "/spark-shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (window, parent);
  gtk_window_set_destroy_with_parent (window, TRUE);
  spark_unmapped_hide_within (window);
  gtk_window_present (window);
}
