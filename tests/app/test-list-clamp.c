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
  gtk_list_item_set_child (item, g_object_new (GTK_TYPE_LABEL, "label",
                                               "Morning routine that sticks", "wrap", TRUE,
                                               "width-request", GPOINTER_TO_INT (least), NULL));
}

static GtkWidget *
make_list_of (GType type, guint n_items, int least)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkStringList) strings = gtk_string_list_new (NULL);
  g_autoptr (GtkNoSelection) model = NULL;

  for (guint i = 0; i < n_items; i++)
    gtk_string_list_append (strings, "");
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup_cb), GINT_TO_POINTER (least));
  model = gtk_no_selection_new (G_LIST_MODEL (g_steal_pointer (&strings)));
  return g_object_new (type, "model", model, "factory", factory, NULL);
}

static GtkWidget *
make_list (int least)
{
  return make_list_of (GTK_TYPE_LIST_VIEW, N_ITEMS, least);
}

/* In a scrolled window: what the list holds is at the same place with both. */
static GtkWidget *
make_scrolled (GType type, GtkWidget *list, int most)
{
  return g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER, "child",
                       g_object_new (type, "maximum-size", most, "child", list, NULL), NULL);
}

static void
allocate_height (GtkWidget *widget, int width, int height)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (width, >=, least);
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, height);
  gtk_widget_allocate (widget, width, height, -1, NULL);
}

static void
allocate (GtkWidget *widget, int width)
{
  allocate_height (widget, width, HEIGHT);
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

/* How often what is around the list was asked for its size. */
static guint n_asked;

static GtkSizeRequestMode
get_mode_around (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_around (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                int *natural, int *minimum_baseline, int *natural_baseline)
{
  n_asked++;
  *minimum = *natural = 0;
}

static void
allocate_around (GtkWidget *widget, int width, int height, int baseline)
{
}

static void
ask (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
}

static void
check_settles (GType type, guint n_items, int width)
{
  static const int heights[] = { HEIGHT, HEIGHT - 60, 150, HEIGHT + 60, 60, HEIGHT };
  /* Without a window its rows are empty. */
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  GtkWidget *around = adw_bin_new ();
  GtkWidget *scrolled
      = make_scrolled (SPARK_TYPE_LIST_CLAMP, make_list_of (type, n_items, 100), 820);

  gtk_window_set_child (window, around);
  adw_bin_set_child (ADW_BIN (around), scrolled);
  gtk_widget_set_layout_manager (
      around, gtk_custom_layout_new (get_mode_around, measure_around, allocate_around));
  allocate (scrolled, width);
  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    {
      ask (around);
      n_asked = 0;
      allocate_height (scrolled, width, heights[i]);
      ask (around);
      g_assert_cmpuint (n_asked, ==, 0);
    }
  gtk_window_destroy (window);
}

/* Given another size, as after a time during which it could not be seen, it does not ask all around
 * it to be laid out again: who had their turn by then would have no size when the frame is drawn.
 */
static void
test_settled (void)
{
  static const guint lengths[] = { 0, 1, 6, N_ITEMS };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      check_settles (GTK_TYPE_LIST_VIEW, lengths[i], 600);
      check_settles (GTK_TYPE_GRID_VIEW, lengths[i], 600);
      /* What is in them is wrapped. */
      check_settles (GTK_TYPE_LIST_VIEW, lengths[i], 110);
      check_settles (GTK_TYPE_GRID_VIEW, lengths[i], 110);
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/list-clamp/width", test_width);
  g_test_add_func ("/list-clamp/scrolling", test_scrolling);
  g_test_add_func ("/list-clamp/settled", test_settled);
  return g_test_run ();
}
