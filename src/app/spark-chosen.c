/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-chosen"

#include "config.h"

#include "app/spark-chosen.h"

#define MARGIN 24 /* of the next one, so that it is seen that there is one */

static GtkWidget *
get_box (GtkScrolledWindow *scrolled)
{
  return gtk_viewport_get_child (GTK_VIEWPORT (gtk_scrolled_window_get_child (scrolled)));
}

/* With something of its neighbours; of one that is too wide, where it begins. */
static void
scroll_to (GtkWidget *button, const graphene_rect_t *bounds, GtkAdjustment *adjustment)
{
  double page = gtk_adjustment_get_page_size (adjustment);
  double margin = MIN (MARGIN, (page - bounds->size.width) / 2);
  double start = bounds->origin.x;
  double end = start + bounds->size.width;

  if (margin >= 0)
    gtk_adjustment_clamp_page (adjustment, start - margin, end + margin);
  else if (gtk_widget_get_direction (button) == GTK_TEXT_DIR_RTL)
    gtk_adjustment_set_value (adjustment, end - page);
  else
    gtk_adjustment_set_value (adjustment, start);
}

static void
scroll (GtkScrolledWindow *scrolled)
{
  GtkWidget *box = get_box (scrolled);
  graphene_rect_t bounds;

  for (GtkWidget *button = gtk_widget_get_first_child (box); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button))
        && gtk_widget_compute_bounds (button, box, &bounds))
      scroll_to (button, &bounds, gtk_scrolled_window_get_hadjustment (scrolled));
}

static gboolean
on_frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  scroll (GTK_SCROLLED_WINDOW (widget));
  return G_SOURCE_REMOVE;
}

/* Sizes are told while they are given, when nothing may be scrolled yet. */
static void
queue_scroll (GtkWidget *scrolled)
{
  gtk_widget_add_tick_callback (scrolled, on_frame_cb, NULL, NULL);
}

void
spark_chosen_keep_in_view (GtkScrolledWindow *scrolled)
{
  g_return_if_fail (GTK_IS_SCROLLED_WINDOW (scrolled));

  for (GtkWidget *button = gtk_widget_get_first_child (get_box (scrolled)); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    g_signal_connect_object (button, "notify::active", G_CALLBACK (queue_scroll), scrolled,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_hadjustment (scrolled), "changed",
                           G_CALLBACK (queue_scroll), scrolled, G_CONNECT_SWAPPED);
}
