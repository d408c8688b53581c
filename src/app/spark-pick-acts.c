/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-menu-button.h"
#include "app/spark-pick-acts.h"
#include "app/spark-roles.h"
#include "spark-enum-types.h"

#define ACTION "action" /* data of a button with an icon */
#define ACT    "act"    /* of the others */

GtkWidget *
spark_pick_acts_new_act (const char *label, SparkBatchAct act)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_object_set_data (G_OBJECT (button), ACT, GINT_TO_POINTER (act));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s",
                                    spark_enum_to_string (SPARK_TYPE_BATCH_ACT, (int)act));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "pick.act");
  return button;
}

GtkWidget *
spark_pick_acts_new_icon (const char *icon_name, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), ACTION, g_strdup (action), g_free);
  return button;
}

const char *
spark_pick_acts_get_action (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), ACTION);
}

static const char *
get_role_action (GtkWidget *button)
{
  const char *action = spark_pick_acts_get_action (button);

  if (action != NULL)
    return action;
  return spark_roles_of_batch (
      (SparkBatchAct)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), ACT)));
}

gboolean
spark_pick_acts_show_allowed (GtkWidget *box, GHashTable *ids)
{
  gboolean changed = FALSE;

  for (GtkWidget *button = gtk_widget_get_first_child (box); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    {
      gboolean allowed = spark_roles_allow_some (box, get_role_action (button), ids);

      changed |= allowed != gtk_widget_get_visible (button);
      gtk_widget_set_visible (button, allowed);
    }
  return changed;
}

gboolean
spark_pick_acts_fill_menu (GtkWidget *box, GtkMenuButton *acts_button)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  for (GtkWidget *button = gtk_widget_get_first_child (box); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    if (gtk_widget_get_visible (button))
      {
        g_autoptr (GMenuItem) item
            = g_menu_item_new (gtk_button_get_label (GTK_BUTTON (button)), NULL);

        g_menu_item_set_action_and_target_value (
            item, gtk_actionable_get_action_name (GTK_ACTIONABLE (button)),
            gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)));
        g_menu_append_item (menu, item);
      }
  spark_menu_button_set_menu (acts_button, G_MENU_MODEL (menu));
  return g_menu_model_get_n_items (G_MENU_MODEL (menu)) > 0;
}
