/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-split-view"

#include "config.h"

#include <adwaita.h>

#include "app/spark-pane.h"
#include "app/spark-split-view.h"
#include "app/spark-unmapped.h"

/* The narrowest screen that Sparkbox fits. */
#define MIN_WIDTH     360
#define CONTENT_WIDTH 420

struct _SparkSplitView
{
  GtkWidget parent_instance;

  /* built widgets */
  AdwLeaflet *leaflet;
  SparkPane *sidebar;
  SparkPane *content;
  GtkWidget *separator;

  gboolean show_content;
};

enum
{
  PROP_0,
  PROP_SIDEBAR,
  PROP_CONTENT,
  PROP_COLLAPSED,
  PROP_SHOW_CONTENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkSplitView, spark_split_view, GTK_TYPE_WIDGET)

/* Whenever it is given its size, a leaflet gives the shadows that it draws beside a moving page
 * their style classes again. Then all is looked through for what has a new style, every row of
 * every list, in each frame of scrolling; but not for what is hidden. */
static void
show_shadows (SparkSplitView *self, gboolean visible)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->leaflet)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (child != GTK_WIDGET (self->sidebar) && child != self->separator
        && child != GTK_WIDGET (self->content))
      gtk_widget_set_visible (child, visible);
}

/* The content leaves the layout only after it has moved away. */
static void
update_visibility (SparkSplitView *self)
{
  gboolean moving = adw_leaflet_get_folded (self->leaflet)
                    && adw_leaflet_get_child_transition_running (self->leaflet);
  gboolean visible = self->show_content || moving;

  gtk_widget_set_visible (GTK_WIDGET (self->content), visible);
  gtk_widget_set_visible (self->separator, visible);
  show_shadows (self, visible);
}

static void
on_folded_cb (SparkSplitView *self)
{
  update_visibility (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLLAPSED]);
}

static void
on_visible_child_cb (SparkSplitView *self)
{
  gboolean content = adw_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->content);

  if (adw_leaflet_get_folded (self->leaflet) && self->show_content && !content)
    spark_split_view_set_show_content (self, FALSE);
}

static void
spark_split_view_dispose (GObject *object)
{
  SparkSplitView *self = SPARK_SPLIT_VIEW (object);

  if (self->leaflet != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->leaflet, self);
      gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->leaflet)));
    }
  G_OBJECT_CLASS (spark_split_view_parent_class)->dispose (object);
}

static void
spark_split_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkSplitView *self = SPARK_SPLIT_VIEW (object);

  switch (prop_id)
    {
    case PROP_SIDEBAR:
      g_object_get_property (G_OBJECT (self->sidebar), "child", value);
      break;
    case PROP_CONTENT:
      g_object_get_property (G_OBJECT (self->content), "child", value);
      break;
    case PROP_COLLAPSED:
      g_value_set_boolean (value, spark_split_view_get_collapsed (self));
      break;
    case PROP_SHOW_CONTENT:
      g_value_set_boolean (value, self->show_content);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_split_view_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  SparkSplitView *self = SPARK_SPLIT_VIEW (object);

  switch (prop_id)
    {
    case PROP_SIDEBAR:
      g_object_set_property (G_OBJECT (self->sidebar), "child", value);
      break;
    case PROP_CONTENT:
      g_object_set_property (G_OBJECT (self->content), "child", value);
      break;
    case PROP_SHOW_CONTENT:
      spark_split_view_set_show_content (self, g_value_get_boolean (value));
      break;
    case PROP_COLLAPSED:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_split_view_class_init (SparkSplitViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_split_view_dispose;
  object_class->get_property = spark_split_view_get_property;
  object_class->set_property = spark_split_view_set_property;

  properties[PROP_SIDEBAR] = g_param_spec_object ("sidebar", NULL, NULL, GTK_TYPE_WIDGET,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COLLAPSED] = g_param_spec_boolean ("collapsed", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW_CONTENT]
      = g_param_spec_boolean ("show-content", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

/* With a widget all that comes after it is styled anew: the pages, while the shadows are shown. */
static void
put_shadows_last (GtkWidget *leaflet)
{
  GtkWidget *first_page = gtk_widget_get_last_child (leaflet);
  GtkWidget *shadow;

  while ((shadow = gtk_widget_get_first_child (leaflet)) != first_page)
    {
      gtk_widget_insert_before (shadow, leaflet, NULL);
      /* What comes last is found first under the pointer. */
      gtk_widget_set_can_target (shadow, FALSE);
    }
}

static void
spark_split_view_init (SparkSplitView *self)
{
  AdwLeafletPage *page;

  self->leaflet = ADW_LEAFLET (adw_leaflet_new ());
  self->sidebar = g_object_new (SPARK_TYPE_PANE, "min-width", MIN_WIDTH, "natural-width",
                                CONTENT_WIDTH, "hexpand", TRUE, NULL);
  self->content = g_object_new (SPARK_TYPE_PANE, "min-width", MIN_WIDTH, "natural-width",
                                CONTENT_WIDTH, "hexpand", FALSE, "visible", FALSE, NULL);
  self->separator = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_visible (self->separator, FALSE);

  adw_leaflet_set_can_navigate_back (self->leaflet, TRUE);
  adw_leaflet_append (self->leaflet, GTK_WIDGET (self->sidebar));
  put_shadows_last (GTK_WIDGET (self->leaflet));
  page = adw_leaflet_append (self->leaflet, self->separator);
  adw_leaflet_page_set_navigatable (page, FALSE);
  adw_leaflet_append (self->leaflet, GTK_WIDGET (self->content));
  gtk_widget_set_parent (GTK_WIDGET (self->leaflet), GTK_WIDGET (self));
  update_visibility (self);
  spark_unmapped_hide_pages (self->leaflet);

  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (on_folded_cb), self);
  g_signal_connect_swapped (self->leaflet, "notify::child-transition-running",
                            G_CALLBACK (update_visibility), self);
  g_signal_connect_swapped (self->leaflet, "notify::visible-child",
                            G_CALLBACK (on_visible_child_cb), self);
}

gboolean
spark_split_view_get_collapsed (SparkSplitView *self)
{
  g_return_val_if_fail (SPARK_IS_SPLIT_VIEW (self), FALSE);

  return adw_leaflet_get_folded (self->leaflet);
}

gboolean
spark_split_view_get_show_content (SparkSplitView *self)
{
  g_return_val_if_fail (SPARK_IS_SPLIT_VIEW (self), FALSE);

  return self->show_content;
}

void
spark_split_view_set_show_content (SparkSplitView *self, gboolean show_content)
{
  g_return_if_fail (SPARK_IS_SPLIT_VIEW (self));

  if (self->show_content == !!show_content)
    return;
  self->show_content = !!show_content;
  if (self->show_content)
    update_visibility (self);
  adw_leaflet_set_visible_child (self->leaflet,
                                 GTK_WIDGET (self->show_content ? self->content : self->sidebar));
  update_visibility (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_CONTENT]);
}
