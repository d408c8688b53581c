/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-pointer"

#include "config.h"

#include "app/spark-pointer.h"

#define LOOKING "spark-looking"

static gboolean
look_cb (gpointer user_data)
{
  GdkSurface *surface = user_data;
  GdkFrameClock *clock = gdk_surface_get_frame_clock (surface);

  g_object_set_data (G_OBJECT (surface), LOOKING, NULL);
  if (clock != NULL)
    gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_FLUSH_EVENTS);
  return G_SOURCE_REMOVE;
}

/* As GTK does: asked for within a frame, the next would follow at once. */
static void
on_layout_cb (GdkSurface *surface)
{
  if (g_object_get_data (G_OBJECT (surface), LOOKING) != NULL)
    return;
  g_object_set_data (G_OBJECT (surface), LOOKING, surface);
  g_idle_add_full (GDK_PRIORITY_REDRAW + 20, look_cb, g_object_ref (surface), g_object_unref);
}

static void
on_realize_cb (GtkWidget *window)
{
  g_signal_connect (gtk_native_get_surface (GTK_NATIVE (window)), "layout",
                    G_CALLBACK (on_layout_cb), NULL);
}

void
spark_pointer_look (GtkWidget *window)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  g_signal_connect (window, "realize", G_CALLBACK (on_realize_cb), NULL);
  if (gtk_widget_get_realized (window))
    on_realize_cb (window);
}
