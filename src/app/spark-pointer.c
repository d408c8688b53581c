/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-pointer"

#include "config.h"

#include "app/spark-pointer.h"

#define LOOK "spark-look"

/* So many layouts, each so soon after the one before, are of something that moves, as a list that
 * is scrolled: nobody can aim at it, and looking costs half as much as a frame. It is looked at
 * once it rests, and now and then. */
#define MOVING    3
#define SOON_MS   100
#define SELDOM_US G_USEC_PER_SEC

typedef struct
{
  GdkSurface *surface; /* borrowed: its own */
  guint source;        /* 0: nothing is to be looked at */
  guint n_layouts;     /* of a row */
  gint64 layout_at;    /* the last; monotonic, µs */
  gint64 looked_at;
} Look;

static void
look_free (gpointer data)
{
  Look *self = data;

  g_clear_handle_id (&self->source, g_source_remove);
  g_free (self);
}

static gboolean
look_cb (gpointer user_data)
{
  Look *self = user_data;
  GdkFrameClock *clock = gdk_surface_get_frame_clock (self->surface);

  self->source = 0;
  self->looked_at = g_get_monotonic_time ();
  if (clock != NULL)
    gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_FLUSH_EVENTS);
  return G_SOURCE_REMOVE;
}

static gboolean
is_soon (Look *self, gint64 now)
{
  return now - self->layout_at < SOON_MS * G_TIME_SPAN_MILLISECOND;
}

static gboolean
wait_cb (gpointer user_data)
{
  Look *self = user_data;
  gint64 now = g_get_monotonic_time ();

  return is_soon (self, now) && now - self->looked_at < SELDOM_US ? G_SOURCE_CONTINUE
                                                                  : look_cb (self);
}

static void
on_layout_cb (Look *self)
{
  gint64 now = g_get_monotonic_time ();

  self->n_layouts = is_soon (self, now) ? self->n_layouts + 1 : 1;
  self->layout_at = now;
  if (self->source != 0)
    return;
  /* As GTK does: asked for within a frame, the next would follow at once. */
  self->source = self->n_layouts <= MOVING
                     ? g_idle_add_full (GDK_PRIORITY_REDRAW + 20, look_cb, self, NULL)
                     : g_timeout_add (SOON_MS, wait_cb, self);
}

static void
on_realize_cb (GtkWidget *window)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));
  Look *look;

  if (g_object_get_data (G_OBJECT (surface), LOOK) != NULL)
    return;
  look = g_new0 (Look, 1);
  look->surface = surface;
  g_object_set_data_full (G_OBJECT (look->surface), LOOK, look, look_free);
  g_signal_connect_swapped (look->surface, "layout", G_CALLBACK (on_layout_cb), look);
}

void
spark_pointer_look (GtkWidget *window)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  g_signal_connect (window, "realize", G_CALLBACK (on_realize_cb), NULL);
  if (gtk_widget_get_realized (window))
    on_realize_cb (window);
}
