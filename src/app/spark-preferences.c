/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-preferences"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-background-group.h"
#include "app/spark-devices-group.h"
#include "app/spark-ends-reminder.h"
#include "app/spark-preferences.h"
#include "app/spark-servers-group.h"
#include "app/spark-unmapped.h"

struct _SparkPreferences
{
  AdwPreferencesWindow parent_instance;

  /* template widgets */
  GtkSwitch *used_switch;
  GtkSwitch *refused_switch;
  GtkSwitch *revoked_switch;
  GtkSwitch *requests_switch;
  GtkSwitch *ends_switch;
  AdwComboRow *days_row;
  GtkStringList *days_list;
  SparkBackgroundGroup *background_group;
  AdwComboRow *clipboard_row;
  SparkServersGroup *servers_group;
  SparkDevicesGroup *devices_group;

  /* owned */
  GVariant *other_days; /* than are offered; NULL: there were none */
};

G_DEFINE_FINAL_TYPE (SparkPreferences, spark_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* In the order of the row's list. */
static const char *const clear_after[] = { "never", "1-minute", "5-minutes", "15-minutes" };

static gboolean
get_clear_after (GValue *value, GVariant *setting, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (clear_after); i++)
    if (g_str_equal (clear_after[i], g_variant_get_string (setting, NULL)))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  return FALSE;
}

static GVariant *
set_clear_after (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint selected = g_value_get_uint (value);

  return selected < G_N_ELEMENTS (clear_after) ? g_variant_new_string (clear_after[selected])
                                               : NULL;
}

/* In the order of the row's list; the furthest first, ended by 0. */
static const guint ends_days[][SPARK_ENDS_DAYS_MAX]
    = { { 30, 7 }, { 14, 3 }, { 7, 1 }, { 3 }, { 1 } };

static gboolean
get_ends_days (GValue *value, GVariant *setting, gpointer user_data)
{
  SparkPreferences *self = user_data;
  guint days[SPARK_ENDS_DAYS_MAX] = { 0 };
  guint selected = 0;

  spark_ends_days_read (setting, days);
  while (selected < G_N_ELEMENTS (ends_days)
         && memcmp (days, ends_days[selected], sizeof (days)) != 0)
    selected++;
  /* Whoever chose others elsewhere can come back to them. */
  if (selected == G_N_ELEMENTS (ends_days))
    {
      if (self->other_days == NULL)
        /* Translators: other days before the end than those that are offered */
        gtk_string_list_append (self->days_list, _ ("Custom"));
      g_clear_pointer (&self->other_days, g_variant_unref);
      self->other_days = g_variant_ref (setting);
    }
  g_value_set_uint (value, selected);
  return TRUE;
}

static GVariant *
set_ends_days (const GValue *value, const GVariantType *type, gpointer user_data)
{
  SparkPreferences *self = user_data;
  guint selected = g_value_get_uint (value);
  guint n = 0;

  if (selected >= G_N_ELEMENTS (ends_days))
    return self->other_days != NULL ? g_variant_ref (self->other_days) : NULL;
  while (n < SPARK_ENDS_DAYS_MAX && ends_days[selected][n] != 0)
    n++;
  return g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, ends_days[selected], n, sizeof (guint));
}

static void
on_backend_cb (SparkPreferences *self, GParamSpec *pspec, SparkWindow *window)
{
  spark_devices_group_set_backend (self->devices_group, spark_window_get_backend (window));
}

static void
on_new_day_cb (SparkPreferences *self)
{
  if (self->devices_group != NULL)
    spark_devices_group_turn_day (self->devices_group);
}

static void
unbind (gpointer widget, const char *property)
{
  g_settings_unbind (widget, property);
  g_settings_unbind (widget, "sensitive");
}

/* libadwaita 1.2 never lets go of the groups of its preferences window: what ours hold must not
 * stay with them. */
static void
spark_preferences_dispose (GObject *object)
{
  SparkPreferences *self = SPARK_PREFERENCES (object);

  if (self->clipboard_row != NULL)
    {
      unbind (self->used_switch, "active");
      unbind (self->refused_switch, "active");
      unbind (self->revoked_switch, "active");
      unbind (self->requests_switch, "active");
      unbind (self->ends_switch, "active");
      unbind (self->days_row, "selected");
      unbind (self->clipboard_row, "selected");
      spark_background_group_stop (self->background_group);
      spark_servers_group_stop (self->servers_group);
      spark_devices_group_set_backend (self->devices_group, NULL);
    }
  g_clear_pointer (&self->other_days, g_variant_unref);

  G_OBJECT_CLASS (spark_preferences_parent_class)->dispose (object);
}

static void
spark_preferences_class_init (SparkPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_preferences_dispose;

  g_type_ensure (SPARK_TYPE_BACKGROUND_GROUP);
  g_type_ensure (SPARK_TYPE_SERVERS_GROUP);
  g_type_ensure (SPARK_TYPE_DEVICES_GROUP);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, used_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, refused_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, revoked_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, requests_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, ends_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, days_row);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, days_list);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, background_group);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, clipboard_row);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, servers_group);
  gtk_widget_class_bind_template_child (widget_class, SparkPreferences, devices_group);
}

static void
spark_preferences_init (SparkPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_within (self);
}

SparkPreferences *
spark_preferences_new (SparkWindow *window, GSettings *settings)
{
  SparkPreferences *self
      = g_object_new (SPARK_TYPE_PREFERENCES, "transient-for", window, "modal", TRUE, NULL);
  const struct
  {
    const char *key;
    GtkSwitch *widget;
  } switches[] = {
    { "notify-used", self->used_switch },       { "notify-refused", self->refused_switch },
    { "notify-revoked", self->revoked_switch }, { "notify-requests", self->requests_switch },
    { "notify-ends", self->ends_switch },
  };

  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    g_settings_bind (settings, switches[i].key, switches[i].widget, "active",
                     G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "ends-days", self->days_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, get_ends_days, set_ends_days, self, NULL);
  spark_background_group_set_up (self->background_group, settings);
  g_settings_bind_with_mapping (settings, "clear-clipboard", self->clipboard_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, get_clear_after, set_clear_after, NULL,
                                NULL);
  spark_servers_group_set_up (self->servers_group, window, settings, self->devices_group);
  g_signal_connect_object (window, "notify::backend", G_CALLBACK (on_backend_cb), self,
                           G_CONNECT_SWAPPED);
  spark_devices_group_set_backend (self->devices_group, spark_window_get_backend (window));
  g_signal_connect_object (spark_window_get_context (window), "new-day", G_CALLBACK (on_new_day_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}
