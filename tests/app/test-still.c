/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-still.h"
#include "test-widgets.h"

#define WIDTH  120
#define HEIGHT 48
/* Of 255: once more put onto the window, a colour is rounded once more. */
#define ROUNDED 2

typedef struct
{
  GtkWidget *window;
  GtkWidget *still;
  GtkWidget *box;
} Fixture;

static Fixture
make (void)
{
  Fixture made = { gtk_window_new (), g_object_new (SPARK_TYPE_STILL, NULL),
                   gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6) };

  gtk_box_append (GTK_BOX (made.box), gtk_image_new_from_icon_name ("open-menu-symbolic"));
  gtk_box_append (GTK_BOX (made.box), gtk_button_new_with_label ("Revoke"));
  gtk_widget_set_size_request (made.box, WIDTH, HEIGHT);
  gtk_widget_set_halign (made.box, GTK_ALIGN_START);
  gtk_widget_set_valign (made.box, GTK_ALIGN_START);
  adw_bin_set_child (ADW_BIN (made.still), made.box);
  gtk_window_set_child (GTK_WINDOW (made.window), made.still);
  gtk_window_present (GTK_WINDOW (made.window));
  test_wait (gtk_widget_get_width (made.box) > 0);
  return made;
}

static GskRenderNode *
snapshot (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (widget),
                          gtk_widget_get_height (widget));
  return gtk_snapshot_free_to_node (snapshot);
}

static cairo_surface_t *
draw (GtkWidget *widget)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  g_autoptr (GskRenderNode) node = snapshot (widget);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 0.9, 0.5, 0.1);
  cairo_paint (cr);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static int
get_difference (cairo_surface_t *one, cairo_surface_t *other)
{
  const guchar *first = cairo_image_surface_get_data (one);
  const guchar *second = cairo_image_surface_get_data (other);
  int most = 0;

  for (int i = 0; i < HEIGHT * cairo_image_surface_get_stride (one); i++)
    most = MAX (most, ABS (first[i] - second[i]));
  return most;
}

static gboolean
is_picture (GskRenderNode *node)
{
  GskRenderNodeType type = gsk_render_node_get_node_type (node);

  if (type == GSK_TRANSFORM_NODE)
    return is_picture (gsk_transform_node_get_child (node));
  if (type == GSK_CLIP_NODE)
    return is_picture (gsk_clip_node_get_child (node));
  return type == GSK_CAIRO_NODE;
}

/* All of the child is one node, which looks as the child does. */
static void
test_picture (void)
{
  Fixture fixture = make ();
  g_autoptr (GskRenderNode) node = snapshot (fixture.still);
  g_autoptr (GskRenderNode) inside = snapshot (fixture.box);
  cairo_surface_t *drawn = draw (fixture.still);
  cairo_surface_t *expected = draw (fixture.box);

  g_assert_true (is_picture (node));
  g_assert_false (is_picture (inside));
  g_assert_cmpint (get_difference (drawn, expected), <=, ROUNDED);
  cairo_surface_destroy (drawn);
  cairo_surface_destroy (expected);
  gtk_window_destroy (GTK_WINDOW (fixture.window));
}

static void
test_changed (void)
{
  Fixture fixture = make ();
  GtkWidget *button = gtk_widget_get_last_child (fixture.box);
  int width = gtk_widget_get_width (button);
  cairo_surface_t *before = draw (fixture.still);
  cairo_surface_t *drawn, *expected;

  gtk_button_set_label (GTK_BUTTON (button), "Extend");
  /* The next frame lays it out anew. */
  test_wait (gtk_widget_get_width (button) != width);
  drawn = draw (fixture.still);
  expected = draw (fixture.box);
  g_assert_cmpint (get_difference (drawn, before), >, 50);
  g_assert_cmpint (get_difference (drawn, expected), <=, ROUNDED);
  cairo_surface_destroy (before);
  cairo_surface_destroy (drawn);
  cairo_surface_destroy (expected);
  gtk_window_destroy (GTK_WINDOW (fixture.window));
}

static void
test_empty (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *still = g_object_new (SPARK_TYPE_STILL, NULL);
  g_autoptr (GskRenderNode) node = NULL;

  gtk_window_set_child (GTK_WINDOW (window), still);
  gtk_window_present (GTK_WINDOW (window));
  test_wait (gtk_widget_get_width (still) > 0);
  node = snapshot (still);
  g_assert_null (node);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_begin ();
  g_test_add_func ("/still/picture", test_picture);
  g_test_add_func ("/still/changed", test_changed);
  g_test_add_func ("/still/empty", test_empty);
  return g_test_run ();
}
