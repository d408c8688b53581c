/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-obstacle"

#include "config.h"

#include "app/spark-obstacle.h"

/* What has the keyboard: of a row with a text, that is inside the row. */
static GtkAccessible *
find_accessible (GtkWidget *field)
{
  return GTK_IS_EDITABLE (field) ? GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (field)))
                                 : GTK_ACCESSIBLE (field);
}

static void
describe (GtkAccessible *accessible, const char *sentence)
{
  if (sentence != NULL)
    gtk_accessible_update_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
  else
    gtk_accessible_reset_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static void
mark (GtkWidget *field, gboolean wrong)
{
  if (!GTK_IS_EDITABLE (field))
    return;
  if (wrong)
    gtk_widget_add_css_class (field, "error");
  else
    gtk_widget_remove_css_class (field, "error");
  gtk_accessible_update_state (find_accessible (field), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
leave_field (SparkObstacle *self)
{
  GtkWidget *group = gtk_widget_get_ancestor (GTK_WIDGET (self->label), ADW_TYPE_PREFERENCES_GROUP);

  if (group != NULL)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->label));
  if (self->field != NULL)
    {
      mark (self->field, FALSE);
      describe (find_accessible (self->field), NULL);
    }
  g_clear_weak_pointer (&self->field);
}

static void
enter_field (SparkObstacle *self, GtkWidget *field)
{
  GtkWidget *group = gtk_widget_get_ancestor (field, ADW_TYPE_PREFERENCES_GROUP);

  g_return_if_fail (group != NULL);

  g_set_weak_pointer (&self->field, field);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->label));
}

void
spark_obstacle_init (SparkObstacle *self, GtkWidget *button)
{
  self->button = button;
  self->label = g_object_ref_sink (g_object_new (
      GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "wrap", TRUE, "xalign", 0.0f,
      "margin-top", 9, "margin-start", 12, "margin-end", 12, "visible", FALSE, NULL));
}

void
spark_obstacle_clear (SparkObstacle *self)
{
  g_clear_weak_pointer (&self->field);
  g_clear_object (&self->label);
}

void
spark_obstacle_set (SparkObstacle *self, GtkWidget *field, const char *sentence, gboolean missing)
{
  if (field != self->field)
    {
      leave_field (self);
      if (field != NULL)
        enter_field (self, field);
    }
  self->asked |= !missing;
  if (field != NULL)
    {
      mark (field, sentence != NULL && !missing);
      describe (find_accessible (field), sentence);
      if (missing)
        gtk_accessible_update_property (find_accessible (field), GTK_ACCESSIBLE_PROPERTY_REQUIRED,
                                        TRUE, -1);
    }
  describe (GTK_ACCESSIBLE (self->button), sentence);
  gtk_widget_set_tooltip_text (self->button, sentence);
  if (missing)
    gtk_widget_remove_css_class (GTK_WIDGET (self->label), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->label), "error");
  gtk_label_set_label (self->label, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->label), sentence != NULL && self->asked);
}

void
spark_obstacle_show (SparkObstacle *self)
{
  self->asked = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->label), self->field != NULL);
  if (self->field != NULL)
    gtk_widget_grab_focus (self->field);
}
