/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <adwaita.h>

#include "app/spark-banner.h"
#include "app/spark-menu-button.h"
#include "app/spark-split-view.h"
#include "test-widgets.h"

/* What is made or laid out only when it is to be seen. */

static GtkWindow *
show (GtkWidget *child)
{
  GtkWindow *window = GTK_WINDOW (adw_window_new ());
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), child);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_default_size (window, 400, 300);
  gtk_window_present (window);
  test_wait (gtk_widget_get_mapped (child));
  return window;
}

static int
get_least_width (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

static void
test_banner (void)
{
  SparkBanner *banner
      = g_object_new (SPARK_TYPE_BANNER, "title", "The server does not answer.", NULL);
  GtkWindow *window = show (GTK_WIDGET (banner));
  GtkWidget *label = test_find (banner, GTK_TYPE_LABEL, 0);

  g_assert_cmpint (get_least_width (GTK_WIDGET (banner)), ==, 0);
  g_assert_false (gtk_widget_get_mapped (label));

  /* It slides in and out, both to the end. */
  spark_banner_set_revealed (banner, TRUE);
  test_wait (gtk_widget_get_mapped (label));
  g_assert_cmpint (get_least_width (GTK_WIDGET (banner)), >, 0);
  test_wait (gtk_widget_get_height (GTK_WIDGET (banner)) >= gtk_widget_get_height (label));
  spark_banner_set_revealed (banner, FALSE);
  g_assert_true (gtk_widget_get_mapped (label));
  test_wait (!gtk_widget_get_mapped (label));
  g_assert_cmpint (get_least_width (GTK_WIDGET (banner)), ==, 0);

  spark_banner_set_revealed (banner, TRUE);
  spark_banner_set_revealed (banner, FALSE);
  test_wait (!gtk_widget_get_mapped (label));
  gtk_window_destroy (window);
}

static void
test_menu (void)
{
  GtkMenuButton *button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWindow *window;
  GtkPopover *popover;

  g_menu_append (menu, "About", "app.about");
  spark_menu_button_set_menu (button, G_MENU_MODEL (menu));
  window = show (GTK_WIDGET (button));
  g_assert_null (gtk_menu_button_get_popover (button));
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (button)));

  gtk_menu_button_popup (button);
  popover = gtk_menu_button_get_popover (button);
  g_assert_true (GTK_IS_POPOVER_MENU (popover));
  g_assert_true (gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (popover))
                 == G_MENU_MODEL (menu));
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  gtk_menu_button_popdown (button);
  test_wait (!gtk_widget_get_mapped (GTK_WIDGET (popover)));
  gtk_menu_button_popup (button);
  g_assert_true (gtk_menu_button_get_popover (button) == popover);
  gtk_menu_button_popdown (button);
  gtk_window_destroy (window);
}

static guint
count_visible_children (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child))
      n++;
  return n;
}

/* The list alone, or all: list, separator, content, and the shadows between them. */
static void
test_split_view (void)
{
  SparkSplitView *view = g_object_new (SPARK_TYPE_SPLIT_VIEW, "sidebar", gtk_label_new ("Videos"),
                                       "content", gtk_label_new ("Video"), NULL);
  GtkWindow *window = show (GTK_WIDGET (view));
  GtkWidget *leaflet = test_find (view, ADW_TYPE_LEAFLET, 0);

  g_assert_cmpuint (count_visible_children (leaflet), ==, 1);
  spark_split_view_set_show_content (view, TRUE);
  g_assert_cmpuint (count_visible_children (leaflet), >, 3);
  test_wait (spark_split_view_get_collapsed (view));
  test_wait (!adw_leaflet_get_child_transition_running (ADW_LEAFLET (leaflet)));
  g_assert_cmpuint (count_visible_children (leaflet), >, 3);
  spark_split_view_set_show_content (view, FALSE);
  g_assert_true (adw_leaflet_get_child_transition_running (ADW_LEAFLET (leaflet)));
  g_assert_cmpuint (count_visible_children (leaflet), >, 3);
  test_wait (!adw_leaflet_get_child_transition_running (ADW_LEAFLET (leaflet)));
  g_assert_cmpuint (count_visible_children (leaflet), ==, 1);
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  g_test_add_func ("/later/banner", test_banner);
  g_test_add_func ("/later/menu", test_menu);
  g_test_add_func ("/later/split-view", test_split_view);
  return g_test_run ();
}
