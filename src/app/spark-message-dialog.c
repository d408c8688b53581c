/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-message-dialog"

#include "config.h"

#include "app/spark-message-dialog.h"
#include "app/spark-unmapped.h"

static gboolean
on_squeezed_idle_cb (gpointer squeezer)
{
  gtk_widget_queue_resize (squeezer);
  return G_SOURCE_REMOVE;
}

static void
on_squeezed_cb (GtkWidget *squeezer)
{
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_squeezed_idle_cb, g_object_ref (squeezer),
                   g_object_unref);
}

/* libadwaita 1.2 chooses between buttons beside each other and one above the other while these are
 * given their size; that they need another one then is lost at times, and none is seen. */
static void
watch_squeezers (GtkWidget *widget)
{
  if (ADW_IS_SQUEEZER (widget))
    {
      /* One above the other rather than in several lines each. */
      adw_squeezer_set_switch_threshold_policy (ADW_SQUEEZER (widget),
                                                ADW_FOLD_THRESHOLD_POLICY_NATURAL);
      g_signal_connect (widget, "notify::visible-child", G_CALLBACK (on_squeezed_cb), NULL);
      spark_unmapped_hide_pages (widget);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    watch_squeezers (child);
}

void
spark_message_dialog_mend (AdwMessageDialog *dialog)
{
  g_return_if_fail (ADW_IS_MESSAGE_DIALOG (dialog));

  watch_squeezers (GTK_WIDGET (dialog));
}

AdwMessageDialog *
spark_message_dialog_new (GtkWindow *parent, const char *heading, const char *body)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));

  spark_message_dialog_mend (dialog);
  return dialog;
}
