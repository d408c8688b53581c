/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-button-name"

#include "config.h"

#include "app/spark-button-name.h"

static GtkWidgetClass usual; /* what a button does itself */

/* Its label, which its mnemonic belongs to, goes on naming it. A name that was given to it stays.
 */
static void
drop_written (GtkButton *button)
{
  const char *written = gtk_button_get_label (button);
  g_autofree char *given = written != NULL ? gtk_test_accessible_check_property (
                               GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, written)
                                           : NULL;

  if (written != NULL && given == NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static void
on_root (GtkWidget *button)
{
  usual.root (button);
  if (!gtk_button_get_use_underline (GTK_BUTTON (button)))
    return;
  drop_written (GTK_BUTTON (button));
  /* Another caption names it anew. */
  g_signal_handlers_disconnect_by_func (button, drop_written, NULL);
  g_signal_connect (button, "notify::label", G_CALLBACK (drop_written), NULL);
}

void
spark_button_name_everywhere (void)
{
  /* Kept for good, as the type is. */
  GtkWidgetClass *button_class = g_type_class_ref (GTK_TYPE_BUTTON);

  if (button_class->root == on_root)
    return;
  usual = *button_class;
  button_class->root = on_root;
}
