/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-press"

#include "config.h"

#include "app/spark-pointer.h"
#include "app/spark-press.h"

/* Before whatever the event is for: what follows a release comes from the main loop, after that. */
static gboolean
on_event_cb (SparkContext *context, GdkEvent *event)
{
  SparkReplica *replica = spark_context_get_replica (context);
  GdkEventType type = gdk_event_get_event_type (event);

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
