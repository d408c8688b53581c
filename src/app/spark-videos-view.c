/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-videos-view"

#include "config.h"

#include "app/spark-list-clamp.h"
#include "app/spark-list-row.h"
#include "app/spark-list-top.h"
#include "app/spark-pick-row.h"
#include "app/spark-row-menu.h"
#include "app/spark-tab-stop.h"
#include "app/spark-unmapped.h"
#include "app/spark-video-acts.h"
#include "app/spark-video-cell.h"
#include "app/spark-video-row.h"
#include "app/spark-videos-view.h"

struct _SparkVideosView
{
  AdwBin parent_instance;

  /* template widgets */
  GtkStack *stack;
  GtkListView *list_view;
  GtkGridView *grid_view;

  /* borrowed */
  SparkPickBar *pick_bar;

  /* owned */
  SparkContext *context;

  guint covers : 1;
};

G_DEFINE_FINAL_TYPE (SparkVideosView, spark_videos_view, ADW_TYPE_BIN)

GtkWidget *
spark_videos_view_get_view (SparkVideosView *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEOS_VIEW (self), NULL);

  return self->covers ? GTK_WIDGET (self->grid_view) : GTK_WIDGET (self->list_view);
}

static const char *
get_id (gpointer item)
{
  return spark_video_item_get (item)->id;
}

static void
on_activate_cb (SparkVideosView *self, guint position, GtkWidget *view)
{
  g_autoptr (GtkSelectionModel) model = NULL;
  g_autoptr (SparkVideoItem) item = NULL;

  if (spark_pick_bar_is_active (self->pick_bar))
    {
      spark_pick_bar_toggle (self->pick_bar, position);
      return;
    }
  g_object_get (view, "model", &model, NULL);
  item = model != NULL ? g_list_model_get_item (G_LIST_MODEL (model), position) : NULL;
  if (item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s", get_id (item));
}

static void
fill_menu (GtkWidget *row, GMenu *menu, gpointer user_data)
{
  SparkVideosView *self = user_data;
  GtkListItem *list_item = spark_pick_row_get_list_item (row);
  SparkVideoItem *item = list_item != NULL ? gtk_list_item_get_item (list_item) : NULL;

  /* Then the acts are for all that are selected. */
  if (item != NULL && !spark_pick_bar_is_active (self->pick_bar))
    spark_video_acts_fill_menu (self->context, spark_video_item_get (item), menu);
}

/* rows and cells */

static void
on_setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, SparkVideosView *self)
{
  GtkWidget *row = spark_video_row_new (self->context);

  spark_pick_row_wrap (self->pick_bar, list_item, row,
                       spark_video_row_get_acts (SPARK_VIDEO_ROW (row)));
}

static void
on_bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_video_row_set_item (spark_pick_row_get (list_item), gtk_list_item_get_item (list_item));
}

static void
on_unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_video_row_set_item (spark_pick_row_get (list_item), NULL);
}

static void
on_setup_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, SparkVideosView *self)
{
  GtkWidget *cell = spark_video_cell_new (self->context);

  spark_pick_row_wrap_cell (self->pick_bar, list_item, cell,
                            spark_video_cell_get_acts (SPARK_VIDEO_CELL (cell)));
}

static void
on_bind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_video_cell_set_item (spark_pick_row_get (list_item),
                             gtk_list_item_get_item (list_item));
}

static void
on_unbind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_video_cell_set_item (spark_pick_row_get (list_item), NULL);
}

static GtkListItemFactory *
create_factory (SparkVideosView *self, GCallback setup, GCallback bind, GCallback unbind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", setup, self);
  g_signal_connect (factory, "bind", bind, NULL);
  g_signal_connect (factory, "unbind", unbind, NULL);
  return factory;
}

static void
spark_videos_view_dispose (GObject *object)
{
  g_clear_object (&SPARK_VIDEOS_VIEW (object)->context);

  G_OBJECT_CLASS (spark_videos_view_parent_class)->dispose (object);
}

static void
spark_videos_view_class_init (SparkVideosViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_videos_view_dispose;
  g_type_ensure (SPARK_TYPE_LIST_CLAMP);
  g_type_ensure (SPARK_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-videos-view.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkVideosView, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosView, list_view);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosView, grid_view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_cb);
}

static void
spark_videos_view_init (SparkVideosView *self)
{
  g_autoptr (GtkListItemFactory) rows = NULL;
  g_autoptr (GtkListItemFactory) cells = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_pages (self->stack);
  rows = create_factory (self, G_CALLBACK (on_setup_row_cb), G_CALLBACK (on_bind_row_cb),
                         G_CALLBACK (on_unbind_row_cb));
  cells = create_factory (self, G_CALLBACK (on_setup_cell_cb), G_CALLBACK (on_bind_cell_cb),
                          G_CALLBACK (on_unbind_cell_cb));
  gtk_list_view_set_factory (self->list_view, rows);
  gtk_grid_view_set_factory (self->grid_view, cells);
  spark_row_menu_attach (GTK_WIDGET (self->list_view), fill_menu, self);
  spark_row_menu_attach (GTK_WIDGET (self->grid_view), fill_menu, self);
}

void
spark_videos_view_set_up (SparkVideosView *self, SparkContext *context, SparkPickBar *pick_bar)
{
  g_return_if_fail (SPARK_IS_VIDEOS_VIEW (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  self->pick_bar = pick_bar;
  spark_pick_bar_set_view (pick_bar, spark_videos_view_get_view (self), get_id);
}

void
spark_videos_view_set_model (SparkVideosView *self, GtkSelectionModel *selection,
                             GListModel *videos)
{
  g_return_if_fail (SPARK_IS_VIDEOS_VIEW (self));

  spark_pick_bar_set_model (self->pick_bar, selection, videos);
  if (selection != NULL)
    {
      spark_list_keep_top (GTK_WIDGET (self->list_view), G_LIST_MODEL (selection));
      spark_list_keep_top (GTK_WIDGET (self->grid_view), G_LIST_MODEL (selection));
    }
}

void
spark_videos_view_set_covers (SparkVideosView *self, gboolean covers)
{
  g_return_if_fail (SPARK_IS_VIDEOS_VIEW (self));

  if (self->covers == !!covers)
    return;
  self->covers = !!covers;
  if (self->pick_bar != NULL)
    spark_pick_bar_set_view (self->pick_bar, spark_videos_view_get_view (self), get_id);
  gtk_stack_set_visible_child_name (self->stack, covers ? "covers" : "list");
}

int
spark_videos_view_get_maximum_size (SparkVideosView *self)
{
  int size;

  g_return_val_if_fail (SPARK_IS_VIDEOS_VIEW (self), 0);

  g_object_get (gtk_widget_get_parent (spark_videos_view_get_view (self)), "maximum-size", &size,
                NULL);
  return size;
}

void
spark_videos_view_scroll_to (SparkVideosView *self, guint position)
{
  g_return_if_fail (SPARK_IS_VIDEOS_VIEW (self));

  gtk_widget_activate_action (spark_videos_view_get_view (self), "list.scroll-to-item", "u",
                              position);
}

void
spark_videos_view_jump_to (SparkVideosView *self, guint position)
{
  GtkWidget *view;
  GtkAdjustment *adjustment;
  GtkWidget *row;

  g_return_if_fail (SPARK_IS_VIDEOS_VIEW (self));

  view = spark_videos_view_get_view (self);
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  /* A row comes into view at the edge it was beyond: from the end, at the top. */
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  spark_videos_view_scroll_to (self, position);
  row = spark_pick_row_find (view, position);
  gtk_widget_grab_focus (row != NULL ? row : view);
}
