/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-activity-page"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-activity-page.h"
#include "app/spark-activity-row.h"
#include "app/spark-context.h"
#include "app/spark-list-clamp.h"
#include "app/spark-list-top.h"
#include "app/spark-older-words.h"
#include "app/spark-page-search.h"
#include "app/spark-tab-stop.h"
#include "app/spark-unmapped.h"
#include "app/spark-whose.h"
#include "app/spark-wrap.h"
#include "client/spark-event-list.h"
#include "spark-enum-types.h"

struct _SparkActivityPage
{
  AdwBin parent_instance;

  /* template widgets */
  GtkSearchEntry *search_entry;
  GtkDropDown *filter_drop_down;
  GtkWidget *tools;
  GtkStack *stack;
  GtkScrolledWindow *scrolled_window;
  GtkListView *list_view;
  GtkWidget *older_box;
  GtkButton *older_button;
  GtkSpinner *older_spinner;
  GtkWidget *missing_label;
  GtkLabel *older_label;

  /* owned */
  SparkBackend *backend;
  SparkEventList *events;
  SparkOlderEvents *older;
  GListModel *rows; /* both, one behind the other */
  SparkPageSearch *search;
  GHashTable *bound;     /* of GtkListItem: the rows there are */
  GSignalGroup *changes; /* of the context */

  guint n_older; /* before the load under way, or the last one */
  guint n_came;  /* with it */
  gboolean loads_older;
  guint days_id; /* of the source that sets which of them begin a day */
  guint end_id;  /* of the one that looks whether the end is in view */
};

G_DEFINE_FINAL_TYPE (SparkActivityPage, spark_activity_page, ADW_TYPE_BIN)

/* In the order of the drop-down's items. */
typedef enum
{
  FILTER_ALL,
  FILTER_USED,
  FILTER_ENDED,
  FILTER_REFUSED,
  FILTER_CODES,
  FILTER_BRANDS,
  FILTER_VIDEOS,
} Filter;

static Filter
get_filter (SparkEventType type)
{
  switch (type)
    {
    case SPARK_EVENT_CODE_USED:
    case SPARK_EVENT_GRANT_AUTHORIZED:
    case SPARK_EVENT_GRANT_NOTED:
    case SPARK_EVENT_GRANT_ATTRIBUTED:
    case SPARK_EVENT_GRANT_GIVEN_AGAIN:
    case SPARK_EVENT_EXTENSION_REQUESTED:
    case SPARK_EVENT_AD_STARTED:
    case SPARK_EVENT_AD_STOPPED:
      return FILTER_USED;
    case SPARK_EVENT_GRANT_EXPIRED:
    case SPARK_EVENT_GRANT_REVOKING:
    case SPARK_EVENT_GRANT_REVOKED:
    case SPARK_EVENT_GRANT_END_NOTED:
    case SPARK_EVENT_GRANT_UNBOUND:
    case SPARK_EVENT_AUTHORIZATION_OFF:
    case SPARK_EVENT_CODE_EXPIRED:
    case SPARK_EVENT_LINK_EXPIRED:
      return FILTER_ENDED;
    case SPARK_EVENT_REDEMPTION_REFUSED:
    case SPARK_EVENT_PLATFORM_REFUSED:
      return FILTER_REFUSED;
    case SPARK_EVENT_CODE_GENERATED:
    case SPARK_EVENT_CODE_ADDED:
    case SPARK_EVENT_CODE_COPIED:
    case SPARK_EVENT_CODE_EXTENDED:
    case SPARK_EVENT_CODE_REPLACED:
    case SPARK_EVENT_CODE_DELETED:
    case SPARK_EVENT_GRANT_EXTENDED:
    case SPARK_EVENT_LINK_CREATED:
    case SPARK_EVENT_LINK_WITHDRAWN:
      return FILTER_CODES;
    case SPARK_EVENT_ADVERTISER_NEW:
    case SPARK_EVENT_ADVERTISER_CONFIRMED:
    case SPARK_EVENT_ADVERTISER_REFUSED:
    case SPARK_EVENT_BRAND_ADDED:
    case SPARK_EVENT_BRAND_CHANGED:
      return FILTER_BRANDS;
    case SPARK_EVENT_ACCOUNT_ADDED:
    case SPARK_EVENT_ACCOUNT_CONNECTED:
    case SPARK_EVENT_ACCOUNT_DISCONNECTED:
    case SPARK_EVENT_CONNECTION_LOST:
    case SPARK_EVENT_VIDEO_ADDED:
    case SPARK_EVENT_VIDEOS_IMPORTED:
      return FILTER_VIDEOS;
    }
  return FILTER_ALL;
}

/* A bit for each; 0: all */
static guint64
get_types (guint filter)
{
  g_autoptr (GEnumClass) all = g_type_class_ref (SPARK_TYPE_EVENT_TYPE);
  guint64 types = 0;

  for (guint i = 0; filter != FILTER_ALL && i < all->n_values; i++)
    if (get_filter ((SparkEventType)all->values[i].value) == filter)
      types |= G_GUINT64_CONSTANT (1) << all->values[i].value;
  return types;
}

static gboolean
is_narrowed (SparkActivityPage *self)
{
  return gtk_drop_down_get_selected (self->filter_drop_down) != 0
         || *spark_page_search_get_words (self->search) != '\0';
}

/* The end of the list is in view, or nearly: what comes behind it is wanted. */
static gboolean
is_end_near (SparkActivityPage *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled_window);
  double page = gtk_adjustment_get_page_size (adjustment);

  return g_list_model_get_n_items (self->rows) == 0
         || (page > 0
             && gtk_adjustment_get_value (adjustment) + 2 * page
                    >= gtk_adjustment_get_upper (adjustment));
}

static void
on_end_cb (gpointer data)
{
  SparkActivityPage *self = data;

  self->end_id = 0;
  if (self->older != NULL && spark_older_events_get_status (self->older) == SPARK_OLDER_SOME
      && gtk_widget_get_mapped (GTK_WIDGET (self))
      /* Before that the replica may not know yet where it begins. */
      && spark_backend_get_status (self->backend) == SPARK_BACKEND_ONLINE && is_end_near (self))
    spark_older_events_load (self->older, spark_event_list_get_oldest (self->events));
}

static void
queue_end (SparkActivityPage *self)
{
  if (self->end_id == 0)
    self->end_id = g_idle_add_once (on_end_cb, self);
}

/* How many came with a load, told as one thing however many rows they are. */
static void
count_older (SparkActivityPage *self, SparkOlderStatus status)
{
  guint n = self->older != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->older)) : 0;

  if ((status == SPARK_OLDER_LOADING && !self->loads_older) || n < self->n_older)
    self->n_older = n;
  self->n_came = n - self->n_older;
  self->loads_older = status == SPARK_OLDER_LOADING;
}

/* Said and seen; NULL: there is nothing to say. (transfer full) */
static char *
describe_older (SparkActivityPage *self, SparkOlderStatus status, gboolean empty)
{
  if (status == SPARK_OLDER_SOME && self->n_came > 0)
    return g_strdup_printf (
        ngettext ("%'u older entry loaded", "%'u older entries loaded", self->n_came),
        self->n_came);
  if (status == SPARK_OLDER_ALL && empty)
    return NULL;
  return g_strdup (spark_older_words_status (self->older));
}

static gboolean
is_list_empty (SparkActivityPage *self)
{
  return self->rows == NULL || g_list_model_get_n_items (self->rows) == 0;
}

static void
update (SparkActivityPage *self)
{
  gboolean empty = is_list_empty (self);
  SparkOlderStatus status
      = self->older != NULL ? spark_older_events_get_status (self->older) : SPARK_OLDER_ALL;
  const GError *problem = self->older != NULL ? spark_older_events_get_problem (self->older) : NULL;
  g_autofree char *words = NULL;

  count_older (self, status);
  if (self->older != NULL)
    words = describe_older (self, status, empty);
  if (!empty)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else
    gtk_stack_set_visible_child_name (self->stack, is_narrowed (self) ? "nothing" : "empty");
  gtk_widget_set_visible (self->tools, !empty || is_narrowed (self));
  gtk_widget_set_visible (GTK_WIDGET (self->older_button),
                          status == SPARK_OLDER_PAUSE || status == SPARK_OLDER_FAILED);
  gtk_widget_set_visible (GTK_WIDGET (self->older_spinner), status == SPARK_OLDER_LOADING);
  gtk_spinner_set_spinning (self->older_spinner, status == SPARK_OLDER_LOADING);
  gtk_widget_set_visible (self->missing_label, problem != NULL);
  if (words != NULL)
    gtk_label_set_label (self->older_label, words);
  gtk_button_set_label (self->older_button, problem != NULL ? _ ("_Try Again") : _ ("Load _Older"));
  gtk_widget_set_visible (self->older_box, words != NULL);
  queue_end (self);
}

static void
narrow (gpointer page, const char *words)
{
  SparkActivityPage *self = page;
  guint64 types = get_types (gtk_drop_down_get_selected (self->filter_drop_down));

  if (self->events != NULL)
    {
      spark_event_list_set_types (self->events, types);
      spark_event_list_set_search (self->events, words);
      spark_older_events_narrow (self->older, types, words);
    }
  update (self);
}

static GtkWidget *
get_view (gpointer page)
{
  SparkActivityPage *self = page;

  return is_list_empty (self) ? NULL : GTK_WIDGET (self->list_view);
}

static void
on_filter_changed_cb (SparkActivityPage *self)
{
  spark_page_search_keep_filter (self->search, gtk_drop_down_get_selected (self->filter_drop_down));
  narrow (self, spark_page_search_get_words (self->search));
}

static void
on_show_all_cb (SparkActivityPage *self)
{
  spark_page_search_set_words (self->search, "");
  gtk_drop_down_set_selected (self->filter_drop_down, 0);
}

static void
on_older_cb (SparkActivityPage *self)
{
  if (self->older != NULL)
    spark_older_events_load (self->older, spark_event_list_get_oldest (self->events));
}

/* (transfer full) (nullable): it is of none, or of one that is gone */
static SparkVideoItem *
get_video (SparkActivityPage *self, const SparkEvent *event)
{
  if (event->video_id == NULL)
    return NULL;
  return spark_replica_get_video (spark_backend_get_replica (self->backend), event->video_id);
}

static void
on_activate_cb (SparkActivityPage *self, guint position)
{
  g_autoptr (SparkEventItem) item = g_list_model_get_item (self->rows, position);
  const SparkEvent *event = item != NULL ? spark_event_item_get (item) : NULL;
  g_autoptr (SparkVideoItem) video = event != NULL ? get_video (self, event) : NULL;

  if (video != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s", event->video_id);
  else if (event != NULL && event->brand.id != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-brand", "s", event->brand.id);
  /* It went while its row was shown, which is said. */
  else if (event != NULL && event->video_id != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s", event->video_id);
}

static gboolean
starts_day (GListModel *rows, guint position, const SparkEvent *event)
{
  g_autoptr (SparkEventItem) newer = NULL;
  g_autoptr (GDateTime) day = g_date_time_new_from_unix_local (event->at / 1000);
  g_autoptr (GDateTime) newer_day = NULL;

  if (position == 0)
    return TRUE;
  newer = g_list_model_get_item (rows, position - 1);
  newer_day = g_date_time_new_from_unix_local (spark_event_item_get (newer)->at / 1000);
  return g_date_time_get_day_of_year (day) != g_date_time_get_day_of_year (newer_day)
         || g_date_time_get_year (day) != g_date_time_get_year (newer_day);
}

static void
set_day (SparkActivityPage *self, GtkListItem *list_item)
{
  SparkEventItem *item = gtk_list_item_get_item (list_item);

  spark_activity_row_set_starts_day (
      SPARK_ACTIVITY_ROW (gtk_list_item_get_child (list_item)),
      starts_day (self->rows, gtk_list_item_get_position (list_item), spark_event_item_get (item)));
}

static void
on_days_cb (gpointer data)
{
  SparkActivityPage *self = data;
  GHashTableIter iter;
  gpointer list_item;

  self->days_id = 0;
  if (self->rows == NULL)
    return;
  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, &list_item, NULL))
    set_day (self, list_item);
}

static void
queue_days (SparkActivityPage *self)
{
  if (self->days_id == 0)
    self->days_id = g_idle_add_once (on_days_cb, self);
}

/* A row that comes before another takes the day from above it; positions are right afterwards. */
static void
on_rows_changed_cb (SparkActivityPage *self)
{
  queue_days (self);
  update (self);
}

static void
on_setup_cb (SparkActivityPage *self, GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, GTK_WIDGET (spark_activity_row_new ()));
}

static void
on_bind_cb (SparkActivityPage *self, GtkListItem *list_item)
{
  SparkActivityRow *row = SPARK_ACTIVITY_ROW (gtk_list_item_get_child (list_item));
  SparkEventItem *item = gtk_list_item_get_item (list_item);
  const SparkEvent *event = spark_event_item_get (item);
  g_autoptr (SparkVideoItem) video = get_video (self, event);

  spark_activity_row_set_event (row, item, video);
  set_day (self, list_item);
  g_hash_table_add (self->bound, list_item);
  gtk_list_item_set_activatable (list_item, video != NULL || event->brand.id != NULL);
}

static void
on_unbind_cb (SparkActivityPage *self, GtkListItem *list_item)
{
  g_hash_table_remove (self->bound, list_item);
  spark_activity_row_set_event (SPARK_ACTIVITY_ROW (gtk_list_item_get_child (list_item)), NULL,
                                NULL);
}

static void
drop_lists (SparkActivityPage *self)
{
  g_clear_handle_id (&self->days_id, g_source_remove);
  g_clear_handle_id (&self->end_id, g_source_remove);
  if (self->backend != NULL)
    g_signal_handlers_disconnect_by_data (self->backend, self);
  gtk_list_view_set_model (self->list_view, NULL);
  if (self->rows != NULL)
    g_signal_handlers_disconnect_by_data (self->rows, self);
  if (self->older != NULL)
    g_signal_handlers_disconnect_by_data (self->older, self);
  g_clear_object (&self->rows);
  g_clear_object (&self->older);
  g_clear_object (&self->events);
  g_clear_object (&self->backend);
}

static void
spark_activity_page_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (spark_activity_page_parent_class)->root (widget);
  spark_whose_follow (widget, SPARK_ACTIVITY_PAGE (widget)->changes);
}

static void
spark_activity_page_unroot (GtkWidget *widget)
{
  g_signal_group_set_target (SPARK_ACTIVITY_PAGE (widget)->changes, NULL);
  GTK_WIDGET_CLASS (spark_activity_page_parent_class)->unroot (widget);
}

static void
spark_activity_page_dispose (GObject *object)
{
  SparkActivityPage *self = SPARK_ACTIVITY_PAGE (object);

  if (self->list_view != NULL)
    drop_lists (self);
  g_clear_object (&self->changes);
  g_clear_pointer (&self->search, spark_page_search_free);

  G_OBJECT_CLASS (spark_activity_page_parent_class)->dispose (object);
}

static void
spark_activity_page_finalize (GObject *object)
{
  g_hash_table_unref (SPARK_ACTIVITY_PAGE (object)->bound);
  G_OBJECT_CLASS (spark_activity_page_parent_class)->finalize (object);
}

static void
spark_activity_page_class_init (SparkActivityPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_activity_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_activity_page_finalize;
  widget_class->root = spark_activity_page_root;
  widget_class->unroot = spark_activity_page_unroot;
  g_type_ensure (SPARK_TYPE_LIST_CLAMP);
  g_type_ensure (SPARK_TYPE_TAB_STOP);
  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-activity-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, filter_drop_down);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, tools);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, scrolled_window);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, older_box);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, older_button);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, older_spinner);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, missing_label);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityPage, older_label);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_older_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_cb);
}

static void
spark_activity_page_init (SparkActivityPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkAdjustment *adjustment;

  self->bound = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->changes = g_signal_group_new (SPARK_TYPE_CONTEXT);
  /* In another time zone other events begin a day. */
  g_signal_group_connect_swapped (self->changes, "new-day", G_CALLBACK (queue_days), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_pages (self->stack);
  self->search = spark_page_search_new (self->search_entry, narrow, get_view, self, "activity");
  /* The keyboard comes to the button within it, which has no name of its own. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->filter_drop_down))),
      GTK_ACCESSIBLE_PROPERTY_LABEL,
      gtk_widget_get_tooltip_text (GTK_WIDGET (self->filter_drop_down)), -1);
  g_signal_connect_swapped (factory, "setup", G_CALLBACK (on_setup_cb), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (on_bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (on_unbind_cb), self);
  gtk_list_view_set_factory (self->list_view, factory);
  adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled_window);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (queue_end), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (queue_end), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (queue_end), NULL);
  update (self);
}

GtkWidget *
spark_activity_page_new (void)
{
  return g_object_new (SPARK_TYPE_ACTIVITY_PAGE, NULL);
}

void
spark_activity_page_set_backend (SparkActivityPage *self, SparkBackend *backend,
                                 const char *account_id)
{
  g_autoptr (GtkNoSelection) selection = NULL;
  GListStore *parts;
  guint filter;

  g_return_if_fail (SPARK_IS_ACTIVITY_PAGE (self));

  drop_lists (self);
  filter = spark_page_search_turn (self->search, backend, account_id,
                                   gtk_drop_down_get_selected (self->filter_drop_down));
  gtk_drop_down_set_selected (self->filter_drop_down,
                              filter <= FILTER_VIDEOS ? filter : FILTER_ALL);
  if (backend != NULL)
    {
      self->backend = g_object_ref (backend);
      self->events = spark_event_list_new (spark_backend_get_replica (backend), account_id, NULL);
      self->older = spark_older_events_new (spark_backend_get_client (backend), account_id);
      g_signal_connect_swapped (self->older, "notify::status", G_CALLBACK (update), self);
      g_signal_connect_swapped (self->backend, "notify::status", G_CALLBACK (queue_end), self);
      parts = g_list_store_new (G_TYPE_LIST_MODEL);
      g_list_store_append (parts, self->events);
      g_list_store_append (parts, self->older);
      self->rows = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));
      g_signal_connect_swapped (self->rows, "items-changed", G_CALLBACK (on_rows_changed_cb), self);
      narrow (self, spark_page_search_get_words (self->search));
      selection = gtk_no_selection_new (g_object_ref (self->rows));
      gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
      spark_list_keep_top (GTK_WIDGET (self->list_view), G_LIST_MODEL (selection));
    }
  update (self);
}

SparkPageSearch *
spark_activity_page_get_search (SparkActivityPage *self)
{
  g_return_val_if_fail (SPARK_IS_ACTIVITY_PAGE (self), NULL);

  return self->search;
}
