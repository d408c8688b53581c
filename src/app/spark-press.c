/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-press"

#include "config.h"

#include "app/spark-pointer.h"
#include "app/spark-press.h"

#define BUTTONS                                                                                    \
  (GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK | GDK_BUTTON4_MASK | GDK_BUTTON5_MASK)

/* Data of the controller: a button is down */
#define PRESSED "spark-pressed"

static void
set_pressed (GtkEventController *events, gboolean pressed)
{
  g_object_set_data (G_OBJECT (events), PRESSED, GINT_TO_POINTER (pressed));
}

/* GTK's own motion, for what moved under the pointer, tells the buttons as they are by now: while a
 * release is still to come, that none is down. The gesture that waits for it would give up. */
static gboolean
is_ahead (GtkEventController *events, GdkEvent *event)
{
  if (gdk_event_get_modifier_state (event) & BUTTONS)
    return FALSE;
  if (gdk_event_get_time (event) == GDK_CURRENT_TIME)
    return g_object_get_data (G_OBJECT (events), PRESSED) != NULL;
  /* The release of a press that moves the window goes to the window manager. */
  set_pressed (events, FALSE);
  return FALSE;
}

/* Before whatever the event is for: what follows a release comes from the main loop, after that. */
static gboolean
on_event_cb (SparkContext *context, GdkEvent *event, GtkEventController *events)
{
  SparkReplica *replica = spark_context_get_replica (context);
  GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_MOTION_NOTIFY)
    return is_ahead (events, event) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
  if (type == GDK_BUTTON_PRESS || type == GDK_BUTTON_RELEASE || type == GDK_GRAB_BROKEN)
    set_pressed (events, type == GDK_BUTTON_PRESS);
  if (replica == NULL)
    return GDK_EVENT_PROPAGATE;
  if (type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN)
    spark_replica_hold (replica);
  else if (type == GDK_BUTTON_RELEASE || type == GDK_TOUCH_END || type == GDK_TOUCH_CANCEL
           || type == GDK_GRAB_BROKEN)
    spark_replica_release (replica);
  return GDK_EVENT_PROPAGATE;
}

void
spark_press_hold (GtkWidget *window, SparkContext *context)
{
  GtkEventController *events;

  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (SPARK_IS_CONTEXT (context));

  events = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_object (events, "event", G_CALLBACK (on_event_cb), context, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (window, events);
  spark_pointer_look (window);
}
