/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-date-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-date-row.h"
#include "app/spark-phrases.h"

struct _SparkDateRow
{
  AdwActionRow parent_instance;

  /* template widgets */
  GtkMenuButton *menu_button;
  GtkPopover *popover;
  GtkCalendar *calendar;
  GtkWidget *clear_button;

  /* owned */
  char *hint;

  gint64 end;
};

G_DEFINE_FINAL_TYPE (SparkDateRow, spark_date_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_END = 1,
  PROP_HINT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
on_day_selected_cb (SparkDateRow *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autoptr (GDateTime) last_second
      = g_date_time_new_local (g_date_time_get_year (day), g_date_time_get_month (day),
                               g_date_time_get_day_of_month (day), 23, 59, 59);

  spark_date_row_set_end (self, g_date_time_to_unix (last_second) * 1000 + 999);
  gtk_popover_popdown (self->popover);
}

static void
on_clear_cb (SparkDateRow *self)
{
  spark_date_row_set_end (self, 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->menu_button));
}

static void
spark_date_row_update (SparkDateRow *self)
{
  g_autofree char *day = self->end != 0 ? spark_phrase_day (self->end) : NULL;
  g_autofree char *name = NULL;
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));

  /* What it says of leaving it open needs the room once a day is chosen. */
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               day == NULL && self->hint != NULL ? self->hint : "");
  gtk_menu_button_set_label (self->menu_button, day != NULL ? day : _ ("Choose…"));
  gtk_widget_set_visible (self->clear_button, day != NULL);
  name = g_strdup_printf ("%s: %s", title, day != NULL ? day : _ ("Choose…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
spark_date_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_END:
      g_value_set_int64 (value, SPARK_DATE_ROW (object)->end);
      break;
    case PROP_HINT:
      g_value_set_string (value, SPARK_DATE_ROW (object)->hint);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_date_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_END:
      spark_date_row_set_end (SPARK_DATE_ROW (object), g_value_get_int64 (value));
      break;
    case PROP_HINT:
      spark_date_row_set_hint (SPARK_DATE_ROW (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_date_row_finalize (GObject *object)
{
  g_free (SPARK_DATE_ROW (object)->hint);

  G_OBJECT_CLASS (spark_date_row_parent_class)->finalize (object);
}

/* Beside the day what it is for would be a column of single words. */
static void
spark_date_row_root (GtkWidget *widget)
{
  GtkWidget *header = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (widget));

  GTK_WIDGET_CLASS (spark_date_row_parent_class)->root (widget);
  if (GTK_IS_BOX (header)
      && gtk_widget_has_css_class (GTK_WIDGET (gtk_widget_get_root (widget)), "large-letters"))
    gtk_orientable_set_orientation (GTK_ORIENTABLE (header), GTK_ORIENTATION_VERTICAL);
}

static void
spark_date_row_class_init (SparkDateRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = spark_date_row_finalize;
  object_class->get_property = spark_date_row_get_property;
  object_class->set_property = spark_date_row_set_property;
  widget_class->root = spark_date_row_root;

  properties[PROP_END]
      = g_param_spec_int64 ("end", NULL, NULL, 0, G_MAXINT64, 0,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-date-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkDateRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SparkDateRow, popover);
  gtk_widget_class_bind_template_child (widget_class, SparkDateRow, calendar);
  gtk_widget_class_bind_template_child (widget_class, SparkDateRow, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, on_day_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_cb);
}

static void
spark_date_row_init (SparkDateRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::title", G_CALLBACK (spark_date_row_update), NULL);
  spark_date_row_update (self);
}

gint64
spark_date_row_get_end (SparkDateRow *self)
{
  g_return_val_if_fail (SPARK_IS_DATE_ROW (self), 0);

  return self->end;
}

void
spark_date_row_set_end (SparkDateRow *self, gint64 end)
{
  g_return_if_fail (SPARK_IS_DATE_ROW (self));

  if (self->end == end)
    return;
  self->end = end;
  spark_date_row_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_END]);
}

void
spark_date_row_set_hint (SparkDateRow *self, const char *hint)
{
  g_return_if_fail (SPARK_IS_DATE_ROW (self));

  g_free (self->hint);
  self->hint = g_strdup (hint);
  spark_date_row_update (self);
}
