/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-rest"

#include "config.h"

#include "app/spark-rest.h"

typedef struct
{
  /* owned */
  GtkAdjustment *adjustment; /* NULL: nothing around it is scrolled */

  SparkRestFunc func;
  double value; /* where it was in the last frame */
} Rest;

static void
rest_free (Rest *rest)
{
  g_clear_object (&rest->adjustment);
  g_free (rest);
}

static double
get_value (Rest *rest)
{
  return rest->adjustment != NULL ? gtk_adjustment_get_value (rest->adjustment) : 0;
}

static gboolean
on_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Rest *rest = user_data;
  double value = get_value (rest);

  if (rest->value != value)
    {
      rest->value = value;
      return G_SOURCE_CONTINUE;
    }
  rest->func (widget);
  return G_SOURCE_REMOVE;
}

guint
spark_rest_add (GtkWidget *widget, SparkRestFunc func)
{
  GtkWidget *scrolled;
  Rest *rest;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), 0);

  rest = g_new0 (Rest, 1);
  scrolled = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  if (scrolled != NULL)
    rest->adjustment = g_object_ref (
        gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)));
  rest->func = func;
  rest->value = get_value (rest);
  return gtk_widget_add_tick_callback (widget, on_tick_cb, rest, (GDestroyNotify)rest_free);
}
