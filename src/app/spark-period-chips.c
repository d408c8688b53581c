/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-period-chips"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/spark-period-chips.h"
#include "app/spark-phrases.h"
#include "model/spark-rules.h"

struct _SparkPeriodChips
{
  GtkBox parent_instance;

  GtkToggleButton *group; /* borrowed: the first chip */
  guint days;
};

enum
{
  PROP_0,
  PROP_DAYS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkPeriodChips, spark_period_chips, GTK_TYPE_BOX)

static void
on_toggled_cb (GtkToggleButton *chip, SparkPeriodChips *self)
{
  if (!gtk_toggle_button_get_active (chip))
    return;
  self->days = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chip), "days"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DAYS]);
}

static void
add_chip (SparkPeriodChips *self, guint days)
{
  g_autofree char *name = spark_phrase_period (days);
  g_autofree char *number = g_strdup_printf ("%u", days);
  GtkWidget *chip = gtk_toggle_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *number_label = gtk_label_new (number);
  GtkWidget *unit_label = gtk_label_new (ngettext ("day", "days", days));
  GtkWidget *squeezer = adw_squeezer_new ();

  /* The group is titled: a number alone is understood where there is no room for more. */
  adw_squeezer_set_allow_none (ADW_SQUEEZER (squeezer), TRUE);
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (squeezer), FALSE);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), unit_label);
  gtk_widget_add_css_class (number_label, "heading");
  gtk_widget_add_css_class (unit_label, "caption");
  gtk_box_append (GTK_BOX (box), number_label);
  gtk_box_append (GTK_BOX (box), squeezer);
  gtk_button_set_child (GTK_BUTTON (chip), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (chip), "days", GUINT_TO_POINTER (days));
  if (self->group == NULL)
    self->group = GTK_TOGGLE_BUTTON (chip);
  else
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (chip), self->group);
  g_signal_connect (chip, "toggled", G_CALLBACK (on_toggled_cb), self);
  gtk_box_append (GTK_BOX (self), chip);
}

static void
spark_period_chips_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_DAYS:
      g_value_set_uint (value, SPARK_PERIOD_CHIPS (object)->days);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_period_chips_class_init (SparkPeriodChipsClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = spark_period_chips_get_property;
  properties[PROP_DAYS] = g_param_spec_uint ("days", NULL, NULL, 0, G_MAXUINT, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
spark_period_chips_init (SparkPeriodChips *self)
{
  gtk_box_set_homogeneous (GTK_BOX (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "linked");
  gtk_widget_add_css_class (GTK_WIDGET (self), "spark-periods");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Authorization Period"), -1);
}

void
spark_period_chips_fill (SparkPeriodChips *self, const SparkAccount *account)
{
  g_return_if_fail (SPARK_IS_PERIOD_CHIPS (self));
  g_return_if_fail (self->group == NULL);

  if (account != NULL && account->n_periods > 0)
    for (guint i = 0; i < account->n_periods; i++)
      add_chip (self, account->periods[i]);
  else
    for (guint i = 0; spark_periods[i] != 0; i++)
      add_chip (self, spark_periods[i]);
}

void
spark_period_chips_choose (SparkPeriodChips *self, guint days)
{
  g_return_if_fail (SPARK_IS_PERIOD_CHIPS (self));

  for (GtkWidget *chip = gtk_widget_get_first_child (GTK_WIDGET (self)); chip != NULL;
       chip = gtk_widget_get_next_sibling (chip))
    if (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chip), "days")) == days)
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip), TRUE);
}

guint
spark_period_chips_get_days (SparkPeriodChips *self)
{
  g_return_val_if_fail (SPARK_IS_PERIOD_CHIPS (self), 0);

  return self->days;
}
