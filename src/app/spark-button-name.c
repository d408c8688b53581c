/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-button-name"

#include "config.h"

#include "app/spark-button-name.h"

static GtkWidgetClass usual; /* what a button does itself */

/* Either names it: its label, which its mnemonic belongs to, or the name that was given to it. */
static void
name_once (GtkButton *button)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (button);
  const char *written = gtk_button_get_label (button);
  g_autofree char *given = NULL;

  if (written == NULL
      || !gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL))
    return;
  given = gtk_test_accessible_check_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, written);
  if (given != NULL)
    gtk_accessible_reset_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  else
    gtk_accessible_reset_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static void
on_root (GtkWidget *button)
{
  usual.root (button);
  if (!gtk_button_get_use_underline (GTK_BUTTON (button)))
    return;
  name_once (GTK_BUTTON (button));
  /* Another caption names it anew. */
  g_signal_handlers_disconnect_by_func (button, name_once, NULL);
  g_signal_connect (button, "notify::label", G_CALLBACK (name_once), NULL);
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

void
spark_button_name_set (gpointer button, const char *name)
{
  g_return_if_fail (GTK_IS_ACCESSIBLE (button));

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}
