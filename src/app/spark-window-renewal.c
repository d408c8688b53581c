/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-acts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-renewal.h"
#include "app/spark-window-acts-private.h"

static void
copy_renewal (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (GPtrArray) grants = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree const char **ids = g_variant_get_strv (target, NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; replica != NULL && ids[i] != NULL; i++)
    {
      SparkGrantItem *item = spark_replica_get_grant (replica, ids[i]);

      if (item != NULL)
        g_ptr_array_add (grants, item);
    }
  if (grants->len == 0)
    {
      spark_acts_toast (window, _ ("It is no longer there"));
      return;
    }
  text = spark_renewal_write (grants,
                              spark_context_get_accounts (spark_window_get_context (window)));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  spark_acts_toast (window, _ ("Renewal message copied"));
}

void
spark_window_install_renewal_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.copy-renewal", "as", copy_renewal);
}
