/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-link-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-act-button.h"
#include "app/spark-link-row.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"

/* (transfer full) */
static char *
describe (const SparkLink *link)
{
  g_autofree char *day = link->ends_at != 0 ? spark_phrase_day_and_distance (link->ends_at) : NULL;

  switch (link->state)
    {
    case SPARK_LINK_STATE_OPEN:
      /* Translators: %s: a day and how far away it is */
      return day != NULL ? g_strdup_printf (_ ("Open until %s"), day) : g_strdup (_ ("Open"));
    case SPARK_LINK_STATE_REDEEMING:
      return g_strdup (_ ("Being redeemed"));
    case SPARK_LINK_STATE_REDEEMED:
      return g_strdup (_ ("Redeemed"));
    case SPARK_LINK_STATE_EXPIRED:
      /* Translators: %s: a day and how far away it is */
      return day != NULL ? g_strdup_printf (_ ("Ended %s"), day) : g_strdup (_ ("Ended"));
    case SPARK_LINK_STATE_WITHDRAWN:
      return g_strdup (C_ ("link", "Withdrawn"));
    }
  return g_strdup ("");
}

/* Takes @name. */
static void
add_act (GtkWidget *row, const char *icon, const char *tooltip, const char *action, const char *id,
         char *name)
{
  GtkWidget *button = spark_act_button_new ();
  g_autofree char *owned_name = name;

  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  owned_name, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
update (AdwActionRow *row, const SparkLink *link)
{
  g_autofree char *state = describe (link);

  adw_action_row_set_subtitle (row, state);
}

GtkWidget *
spark_link_row_create (gpointer item, gpointer user_data)
{
  const SparkLink *link = spark_link_item_get (item);
  const SparkAccount account = { .role = (SparkRole)GPOINTER_TO_INT (user_data) };
  const char *brand = link->brand.name != NULL ? link->brand.name : _ ("Someone");
  GtkWidget *row = adw_action_row_new ();

  gtk_widget_add_css_class (row, "spark-above-placeholder");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), brand);
  update (ADW_ACTION_ROW (row), link);
  if (link->brand.id != NULL)
    {
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", link->brand.id);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.show-brand");
    }
  if (link->state != SPARK_LINK_STATE_OPEN || !spark_roles_may (&account, "win.copy-link"))
    return row;
  add_act (row, "edit-copy-symbolic", _ ("Copy the Link"), "win.copy-link", link->id,
           /* Translators: %s: a brand */
           g_strdup_printf (_ ("Copy the link for %s"), brand));
  add_act (row, "emblem-shared-symbolic", _ ("Show and Share…"), "win.show-link", link->id,
           /* Translators: %s: a brand */
           g_strdup_printf (_ ("Show and share the link for %s…"), brand));
  if (!spark_roles_may (&account, "win.withdraw-link"))
    return row;
  add_act (row, "edit-delete-symbolic", _ ("Withdraw…"), "win.withdraw-link", link->id,
           /* Translators: %s: a brand */
           g_strdup_printf (_ ("Withdraw the link for %s…"), brand));
  return row;
}

void
spark_link_row_update_all (GtkListBox *list, GListModel *links)
{
  for (guint i = 0; i < g_list_model_get_n_items (links); i++)
    {
      g_autoptr (SparkLinkItem) item = g_list_model_get_item (links, i);

      update (ADW_ACTION_ROW (gtk_list_box_get_row_at_index (list, (int)i)),
              spark_link_item_get (item));
    }
}
