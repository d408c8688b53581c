/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-history-group"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-button-name.h"
#include "app/spark-event-row.h"
#include "app/spark-focus.h"
#include "app/spark-history-group.h"
#include "app/spark-older-words.h"
#include "client/spark-event-list.h"

#define FIRST 10
#define STEP  50

struct _SparkHistoryGroup
{
  AdwPreferencesGroup parent_instance;

  /* template widgets */
  GtkListBox *list;
  GtkWidget *older_box;
  GtkWidget *missing_label;
  GtkLabel *older_label;
  GtkButton *more_button;

  /* owned */
  SparkContext *context;
  SparkEventList *events;
  SparkOlderEvents *older;
  GtkSliceListModel *shown; /* of both; NULL: of nothing */

  gint64 since;         /* nothing happened before, in ms; 0: not known */
  SparkEventType begin; /* nor before this */
  guint n_before;       /* rows when more were asked for */
};

G_DEFINE_FINAL_TYPE (SparkHistoryGroup, spark_history_group, ADW_TYPE_PREFERENCES_GROUP)

static guint
count_all (SparkHistoryGroup *self)
{
  return g_list_model_get_n_items (gtk_slice_list_model_get_model (self->shown));
}

static gboolean
begins_here (SparkHistoryGroup *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->events));
  g_autoptr (SparkEventItem) oldest
      = n > 0 ? g_list_model_get_item (G_LIST_MODEL (self->events), n - 1) : NULL;

  return oldest != NULL && spark_event_item_get (oldest)->type == self->begin;
}

/* Whether something may have happened that the replica does not have. */
static gboolean
may_be_older (SparkHistoryGroup *self)
{
  gint64 reach;

  /* Before that it does not know where it begins. */
  if (!spark_replica_is_whole (spark_context_get_replica (self->context))
      || spark_older_events_get_status (self->older) == SPARK_OLDER_ALL || begins_here (self)
      || spark_event_list_is_whole (self->events))
    return FALSE;
  reach = spark_event_list_get_oldest (self->events);
  return self->since == 0 || reach == 0 || self->since < reach;
}

/* While it connects, which takes a moment, nothing is said of it. */
static gboolean
can_ask (SparkHistoryGroup *self)
{
  return spark_context_get_obstacle (self->context) == NULL
         && spark_backend_get_status (spark_context_get_backend (self->context))
                == SPARK_BACKEND_ONLINE;
}

/* Said and seen; NULL: there is nothing to say */
static const char *
describe_older (SparkHistoryGroup *self)
{
  const char *obstacle = spark_context_get_obstacle (self->context);
  SparkOlderStatus status = spark_older_events_get_status (self->older);

  if (obstacle != NULL && (status == SPARK_OLDER_SOME || status == SPARK_OLDER_PAUSE))
    return obstacle;
  return spark_older_words_status (self->older);
}

/* The keyboard of the button, when that goes, goes on where the rows do, or beside the group. */
static void
leave_button (SparkHistoryGroup *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  GtkListBoxRow *row
      = n > 0 ? gtk_list_box_get_row_at_index (self->list, (int)MIN (self->n_before, n - 1)) : NULL;

  if (row == NULL)
    spark_focus_leave (GTK_WIDGET (self->more_button));
  else if (gtk_widget_has_focus (GTK_WIDGET (self->more_button)))
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
set_more (SparkHistoryGroup *self, gboolean visible, gboolean again, gboolean possible)
{
  GtkWidget *button = GTK_WIDGET (self->more_button);

  gtk_button_set_label (self->more_button, again ? _ ("_Try Again") : _ ("_Show More"));
  spark_button_name_set (
      button, again ? gtk_label_get_text (GTK_LABEL (gtk_button_get_child (self->more_button)))
                    : _ ("Show More History"));
  if (!visible)
    leave_button (self);
  gtk_widget_set_sensitive (button, possible);
  gtk_widget_set_visible (button, visible);
}

static void
update (SparkHistoryGroup *self)
{
  gboolean older, hidden;
  const char *words = NULL;
  SparkOlderStatus status;
  guint n;

  if (self->shown == NULL || spark_context_get_backend (self->context) == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }
  n = count_all (self);
  hidden = n > gtk_slice_list_model_get_size (self->shown);
  older = may_be_older (self);
  status = spark_older_events_get_status (self->older);
  /* The end is said to who asked for it. */
  if (!hidden && (older || status == SPARK_OLDER_ALL))
    words = describe_older (self);
  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
  gtk_widget_set_visible (self->missing_label, words != NULL && status == SPARK_OLDER_FAILED);
  if (words != NULL)
    gtk_label_set_label (self->older_label, words);
  gtk_widget_set_visible (self->older_box, words != NULL);
  set_more (self, hidden || older, !hidden && status == SPARK_OLDER_FAILED,
            hidden || can_ask (self));
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0 || older || words != NULL);
}

static void
on_more_cb (SparkHistoryGroup *self)
{
  guint size = gtk_slice_list_model_get_size (self->shown);
  gboolean hidden = count_all (self) > size;

  if (!hidden && spark_older_events_get_status (self->older) == SPARK_OLDER_LOADING)
    return;
  self->n_before = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  gtk_slice_list_model_set_size (self->shown, self->n_before + STEP);
  if (!hidden)
    spark_older_events_load (self->older, spark_event_list_get_oldest (self->events));
  update (self);
}

static void
drop (SparkHistoryGroup *self)
{
  gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  if (self->shown != NULL)
    g_signal_handlers_disconnect_by_data (self->shown, self);
  if (self->older != NULL)
    g_signal_handlers_disconnect_by_data (self->older, self);
  g_clear_object (&self->shown);
  g_clear_object (&self->older);
  g_clear_object (&self->events);
}

/* Nothing where @video_id and @brand_id are NULL. */
static void
show (SparkHistoryGroup *self, const char *account_id, const char *video_id, const char *brand_id)
{
  SparkReplica *replica = spark_context_get_replica (self->context);
  GListStore *parts;
  GListModel *all;

  drop (self);
  if (replica != NULL && (video_id != NULL || brand_id != NULL))
    {
      self->events = spark_event_list_new (replica, account_id, video_id);
      if (brand_id != NULL)
        spark_event_list_set_brand (self->events, brand_id);
      self->older = spark_older_events_new (spark_context_get_client (self->context), account_id);
      spark_older_events_only (self->older, video_id, brand_id);
      g_signal_connect_swapped (self->older, "notify::status", G_CALLBACK (update), self);
      parts = g_list_store_new (G_TYPE_LIST_MODEL);
      g_list_store_append (parts, self->events);
      g_list_store_append (parts, self->older);
      all = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
      self->shown = gtk_slice_list_model_new (all, 0, FIRST);
      g_signal_connect_swapped (self->shown, "items-changed", G_CALLBACK (update), self);
      gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->shown), spark_event_row_create, NULL,
                               NULL);
    }
  update (self);
}

static void
spark_history_group_dispose (GObject *object)
{
  SparkHistoryGroup *self = SPARK_HISTORY_GROUP (object);

  if (self->list != NULL)
    drop (self);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (spark_history_group_parent_class)->dispose (object);
}

static void
spark_history_group_class_init (SparkHistoryGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_history_group_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-history-group.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkHistoryGroup, list);
  gtk_widget_class_bind_template_child (widget_class, SparkHistoryGroup, older_box);
  gtk_widget_class_bind_template_child (widget_class, SparkHistoryGroup, missing_label);
  gtk_widget_class_bind_template_child (widget_class, SparkHistoryGroup, older_label);
  gtk_widget_class_bind_template_child (widget_class, SparkHistoryGroup, more_button);
  gtk_widget_class_bind_template_callback (widget_class, on_more_cb);
}

static void
spark_history_group_init (SparkHistoryGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
spark_history_group_set_context (SparkHistoryGroup *self, SparkContext *context)
{
  g_return_if_fail (SPARK_IS_HISTORY_GROUP (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (context, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

void
spark_history_group_show_video (SparkHistoryGroup *self, const SparkVideo *video)
{
  g_return_if_fail (SPARK_IS_HISTORY_GROUP (self));

  self->since = video != NULL ? video->published_at : 0;
  self->begin = SPARK_EVENT_VIDEO_ADDED;
  if (video != NULL)
    show (self, video->account_id, video->id, NULL);
  else
    show (self, NULL, NULL, NULL);
}

void
spark_history_group_show_brand (SparkHistoryGroup *self, const SparkBrand *brand)
{
  g_return_if_fail (SPARK_IS_HISTORY_GROUP (self));

  self->since = 0;
  self->begin = SPARK_EVENT_BRAND_ADDED;
  if (brand != NULL)
    show (self, brand->account_id, NULL, brand->id);
  else
    show (self, NULL, NULL, NULL);
}

void
spark_history_group_turn_day (SparkHistoryGroup *self)
{
  g_return_if_fail (SPARK_IS_HISTORY_GROUP (self));

  if (self->shown != NULL)
    spark_event_row_update_all (self->list, G_LIST_MODEL (self->shown));
}
