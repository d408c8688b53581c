/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-months-popover"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-format.h"
#include "app/spark-months-popover.h"
#include "app/spark-phrases.h"

struct _SparkMonthsPopover
{
  GtkPopover parent_instance;

  /* template widgets */
  GtkListBox *list_box;

  /* owned */
  SparkVideoList *list;
  GArray *months; /* of SparkMonth, a row each */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SparkMonthsPopover, spark_months_popover, GTK_TYPE_POPOVER)

static char *
describe_month (const SparkMonth *month)
{
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *name = NULL;

  if (month->month != 0)
    date = g_date_time_new_local (month->year, month->month, 1, 0, 0, 0);
  if (date == NULL)
    return g_strdup (_ ("Unknown date"));
  /* Translators: month and year as a heading: %OB is the month's name by itself, %Y the year */
  name = g_date_time_format (date, C_ ("month", "%OB %Y"));
  return spark_phrase_beginning (name);
}

static GtkWidget *
create_row (const SparkMonth *month)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  g_autofree char *name = describe_month (month);
  g_autofree char *number = spark_format_exact_count (month->n_videos);
  g_autofree char *count
      = g_strdup_printf (ngettext ("%'u video", "%'u videos", month->n_videos), month->n_videos);
  /* Translators: a month, then how many videos it has: “March 2026, 12 videos” */
  g_autofree char *spoken = g_strdup_printf (C_ ("month", "%s, %s"), name, count);
  GtkWidget *name_label = gtk_label_new (name);
  GtkWidget *count_label = gtk_label_new (number);

  gtk_label_set_xalign (GTK_LABEL (name_label), 0);
  gtk_widget_set_hexpand (name_label, TRUE);
  gtk_widget_add_css_class (count_label, "dim-label");
  gtk_widget_add_css_class (count_label, "numeric");
  gtk_box_append (GTK_BOX (box), name_label);
  gtk_box_append (GTK_BOX (box), count_label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

static void
clear (SparkMonthsPopover *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list_box))) != NULL)
    gtk_list_box_remove (self->list_box, row);
  g_clear_pointer (&self->months, g_array_unref);
}

static void
on_show_cb (SparkMonthsPopover *self)
{
  clear (self);
  if (self->list == NULL)
    return;
  self->months = spark_video_list_get_months (self->list);
  for (guint i = 0; i < self->months->len; i++)
    gtk_list_box_append (self->list_box, create_row (&g_array_index (self->months, SparkMonth, i)));
  gtk_widget_child_focus (GTK_WIDGET (self->list_box), GTK_DIR_TAB_FORWARD);
}

static void
on_row_activated_cb (SparkMonthsPopover *self, GtkListBoxRow *row)
{
  const SparkMonth *month
      = &g_array_index (self->months, SparkMonth, gtk_list_box_row_get_index (row));
  guint position = month->position;

  /* The list may have changed since. */
  if (month->month != 0 && self->list != NULL)
    position = spark_video_list_find_month (self->list, month->year, month->month);
  gtk_popover_popdown (GTK_POPOVER (self));
  if (position != G_MAXUINT)
    g_signal_emit (self, signals[CHOSEN], 0, position);
}

static void
spark_months_popover_dispose (GObject *object)
{
  SparkMonthsPopover *self = SPARK_MONTHS_POPOVER (object);

  g_clear_object (&self->list);
  g_clear_pointer (&self->months, g_array_unref);

  G_OBJECT_CLASS (spark_months_popover_parent_class)->dispose (object);
}

static void
spark_months_popover_class_init (SparkMonthsPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_months_popover_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-months-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkMonthsPopover, list_box);
  gtk_widget_class_bind_template_callback (widget_class, on_show_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated_cb);
}

static void
spark_months_popover_init (SparkMonthsPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
spark_months_popover_set_list (SparkMonthsPopover *self, SparkVideoList *list)
{
  g_return_if_fail (SPARK_IS_MONTHS_POPOVER (self));

  g_set_object (&self->list, list);
}
