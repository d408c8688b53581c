/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-event-row"

#include "config.h"

#include <adwaita.h>

#include "app/spark-event-row.h"
#include "app/spark-event-words.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "client/spark-replica.h"

GtkWidget *
spark_event_row_create (gpointer item, gpointer user_data)
{
  const SparkEvent *event = spark_event_item_get (item);
  g_autofree char *text = spark_event_describe (event);
  g_autofree char *detail = spark_event_describe_detail (event);
  g_autofree char *moment = spark_format_moment (event->at);
  g_autofree char *when = spark_phrase_beginning (moment);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (when);

  /* Among the properties of g_object_new() it would come after the title was read as markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), detail != NULL ? detail : "");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return row;
}
