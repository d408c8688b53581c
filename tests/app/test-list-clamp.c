/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <adwaita.h>

#include "app/spark-list-clamp.h"

#define HEIGHT  500
#define N_ITEMS 300

static void
on_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer least)
{
  gtk_list_item_set_child (item,
                           g_object_new (GTK_TYPE_LABEL, "label", "Morning routine",
                                         "width-request", GPOINTER_TO_INT (least), NULL));
}

static GtkWidget *
make_list (int least)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkStringList) strings = gtk_string_list_new (NULL);

  for (guint i = 0; i < N_ITEMS; i++)
    gtk_string_list_append (strings, "");
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup_cb), GINT_TO_POINTER (least));
  return gtk_list_view_new (
      GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_steal_pointer (&strings)))),
      factory);
}

/* In a scrolled window: what the list holds is at the same place with both. */
static GtkWidget *
make_scrolled (GType type, GtkWidget *list, int most)
{
  return g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER, "child",
                       g_object_new (type, "maximum-size", most, "child", list, NULL), NULL);
}

static void
allocate (GtkWidget *widget, int width)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (width, >=, least);
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, HEIGHT);
  gtk_widget_allocate (widget, width, HEIGHT, -1, NULL);
}

static void
test_width (void)
{
  static const struct
  {
    int least;
    int most;
  } sizes[] = { { 100, 820 }, { 250, 300 }, { 600, 820 }, { 900, 820 }, { 100, 1280 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GtkWidget *lists[] = { make_list (sizes[i].least), make_list (sizes[i].least) };
      GType types[] = { SPARK_TYPE_LIST_CLAMP, ADW_TYPE_CLAMP_SCROLLABLE };
      GtkWidget *scrolled[2];
      int least;

      for (guint k = 0; k < 2; k++)
        scrolled[k] = g_object_ref_sink (make_scrolled (types[k], lists[k], sizes[i].most));
      gtk_widget_measure (scrolled[1], GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      for (int width = least; width < 2000; width += 37)
        {
          graphene_rect_t places[2];

          for (guint k = 0; k < 2; k++)
            {
              allocate (scrolled[k], width);
              g_assert_true (gtk_widget_compute_bounds (lists[k], scrolled[k], &places[k]));
            }
          g_assert_cmpfloat (places[0].origin.x, ==, places[1].origin.x);
          g_assert_cmpfloat (places[0].size.width, ==, places[1].size.width);
          g_assert_cmpfloat (places[0].size.height, ==, HEIGHT);
        }
      for (guint k = 0; k < 2; k++)
        g_object_unref (scrolled[k]);
    }
}

/* The list has the scrolled window's adjustments, and gives them back. */
static void
test_scrolling (void)
{
  GtkWidget *list = make_list (100);
  GtkWidget *scrolled = g_object_ref_sink (make_scrolled (SPARK_TYPE_LIST_CLAMP, list, 820));
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  allocate (scrolled, 600);
  g_assert_true (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list)) == adjustment);
  g_assert_cmpfloat (gtk_adjustment_get_page_size (adjustment), ==, HEIGHT);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), >, N_ITEMS);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), NULL);
  g_object_add_weak_pointer (G_OBJECT (scrolled), (gpointer *)&scrolled);
  g_object_unref (scrolled);
  g_assert_null (scrolled);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/list-clamp/width", test_width);
  g_test_add_func ("/list-clamp/scrolling", test_scrolling);
  return g_test_run ();
}
