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

/* What may be said otherwise tomorrow. Below, where it takes no room from what happened. */
static void
update (AdwActionRow *row, SparkEventItem *item)
{
  const SparkEvent *event = spark_event_item_get (item);
  g_autofree char *detail = spark_event_describe_detail (event);
  g_autofree char *moment = spark_format_moment (event->at);
  g_autofree char *when = spark_phrase_beginning (moment);

  g_autofree char *facts
      = spark_phrase_facts ((const char *const[]){ when, detail != NULL ? detail : "", NULL });

  adw_action_row_set_subtitle (row, facts);
}

GtkWidget *
spark_event_row_create (gpointer item, gpointer user_data)
{
  const SparkEvent *event = spark_event_item_get (item);
  g_autofree char *text = spark_event_describe (event);
  GtkWidget *row = adw_action_row_new ();

  /* Among the properties of g_object_new() it would come after the title was read as markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  update (ADW_ACTION_ROW (row), item);
  return row;
}

void
spark_event_row_update_all (GtkListBox *list, GListModel *events)
{
  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (SparkEventItem) item = g_list_model_get_item (events, i);

      update (ADW_ACTION_ROW (gtk_list_box_get_row_at_index (list, (int)i)), item);
    }
}
