/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <adwaita.h>

#include "app/spark-wrap.h"

#define WIDTH 100

/* One of a SparkWrap's, so wide. */
static GtkWidget *
add (GtkWidget *wrap, int width, gboolean expand)
{
  GtkWidget *child = g_object_new (GTK_TYPE_BOX, "width-request", width, "height-request", 10,
                                   "hexpand", expand, NULL);

  gtk_widget_set_parent (child, wrap);
  return child;
}

static void
lay_out (GtkWidget *wrap, int width)
{
  int height;

  gtk_widget_queue_resize (wrap);
  gtk_widget_measure (wrap, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_measure (wrap, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  gtk_widget_allocate (wrap, width, height, -1, NULL);
}

static void
assert_at (GtkWidget *child, float x, float y, float width)
{
  graphene_rect_t box;

  g_assert_true (gtk_widget_compute_bounds (child, gtk_widget_get_parent (child), &box));
  g_assert_cmpfloat (box.origin.x, ==, x);
  g_assert_cmpfloat (box.origin.y, ==, y);
  g_assert_cmpfloat (box.size.width, ==, width);
}

static void
test_even (void)
{
  for (int even = 0; even < 2; even++)
    {
      GtkWidget *wrap = g_object_ref_sink (g_object_new (SPARK_TYPE_WRAP, "even", even, NULL));
      GtkWidget *children[4];

      for (guint i = 0; i < G_N_ELEMENTS (children); i++)
        children[i] = add (wrap, i == 2 ? 34 : 30, TRUE);
      lay_out (wrap, WIDTH);
      assert_at (children[0], 0, 0, even ? 50 : 32);
      assert_at (children[2], even ? 0 : 64, even ? 16 : 0, even ? 50 : 36);
      assert_at (children[3], even ? 50 : 0, 16, even ? 50 : WIDTH);
      /* Not wide enough for equal ones. */
      lay_out (wrap, 124);
      assert_at (children[2], 60, 0, 34);
      assert_at (children[3], 94, 0, 30);
      lay_out (wrap, 136);
      assert_at (children[3], even ? 102 : 103, 0, even ? 34 : 33);
      g_object_unref (wrap);
    }
}

static void
test_middle (void)
{
  GtkWidget *wrap = g_object_ref_sink (g_object_new (SPARK_TYPE_WRAP, "spacing", 10, NULL));
  GtkWidget *words = add (wrap, 60, TRUE);
  GtkWidget *button = add (wrap, 40, FALSE);

  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  lay_out (wrap, 110);
  assert_at (words, 0, 0, 60);
  assert_at (button, 70, 0, 40);
  lay_out (wrap, WIDTH);
  assert_at (words, 0, 0, WIDTH);
  assert_at (button, 30, 16, 40);
  gtk_widget_set_halign (button, GTK_ALIGN_FILL);
  lay_out (wrap, WIDTH);
  assert_at (button, 0, 16, 40);
  g_object_unref (wrap);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/wrap/even", test_even);
  g_test_add_func ("/wrap/middle", test_middle);
  return g_test_run ();
}
