/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <adwaita.h>

#include "app/spark-label-wrap.h"

#define ARABIC                                                                                     \
  "يستغرق TikTok حتى أربعة أيام، ثم يحتفظ بالملف أربعة أيام "                                            \
  "تحت «تنزيل البيانات»"
#define ANY_SIZE (1024 * 1024)

static void
measure (GtkWidget *widget, int height, int *least, int *natural)
{
  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, height, least, natural, NULL, NULL);
}

static GtkWidget *
show (GtkWidget *child)
{
  GtkWidget *window = adw_window_new ();

  adw_window_set_content (ADW_WINDOW (window), child);
  return window;
}

/* Whatever its height is, a text needs no more than the least it said. */
static void
test_least (void)
{
  static const char *texts[] = { ARABIC, "授权期限 (A)", "Words of a usual length", " " };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", texts[i], "wrap", TRUE, NULL);
      GtkWidget *window = show (label);
      int least, natural;

      g_assert_cmpint (gtk_label_get_wrap_mode (GTK_LABEL (label)), ==, PANGO_WRAP_WORD_CHAR);
      measure (label, -1, &least, &natural);
      g_assert_cmpint (least, >=, 0);
      for (int width = MAX (least, 1); width <= natural; width++)
        {
          int height, needed, wished;

          gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
          measure (label, height, &needed, &wished);
          g_assert_cmpint (needed, <=, least);
          g_assert_cmpint (wished, >=, needed);
        }
      measure (label, ANY_SIZE, &natural, NULL);
      g_assert_cmpint (natural, <=, least);
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

/* Side by side with an icon and other signs, whatever the width: as high without one. */
static void
test_height (void)
{
  static const char *texts[] = { "据 Sparkbox 所知，没有人使用过它。", "它无法恢复，但你可以生成另一个。",
                                 ARABIC };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      GtkWidget *window = show (box);
      int least, in_widest;

      gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
      gtk_box_append (GTK_BOX (box),
                      g_object_new (GTK_TYPE_LABEL, "label", texts[i], "wrap", TRUE, NULL));
      gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, ANY_SIZE, &in_widest, NULL, NULL, NULL);
      gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, -1, &least, NULL, NULL, NULL);
      g_assert_cmpint (in_widest, <=, least);
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

static int
get_width (GtkWidget *widget, gboolean natural)
{
  int least, nice;

  measure (widget, -1, &least, &nice);
  return natural ? nice : least;
}

/* In one line where there is room, never narrower than a word. */
static void
test_button (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *button = gtk_button_new_with_label ("Generate and copy");
  GtkWidget *word = gtk_button_new_with_label ("Generate");
  int wide = get_width (button, TRUE);
  GtkWidget *window;

  g_assert_cmpint (get_width (button, FALSE), ==, wide);
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), word);
  window = show (box);
  g_assert_cmpint (get_width (button, TRUE), ==, wide);
  g_assert_cmpint (get_width (button, FALSE), <, wide);
  g_assert_cmpint (get_width (button, FALSE), >=, get_width (word, FALSE));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A bar is not made higher by its buttons. */
static void
test_header_bar (void)
{
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *button = gtk_button_new_with_label ("Generate and copy");
  GtkWidget *window;

  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), button);
  window = show (bar);
  g_assert_cmpint (get_width (button, FALSE), ==, get_width (button, TRUE));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A tooltip is as wide as GTK makes it: its word is never broken. */
static void
test_tooltip (void)
{
  GtkWidget *tooltip = g_object_new (GTK_TYPE_BOX, "css-name", "tooltip", NULL);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", "More", "wrap", TRUE, NULL);
  GtkWidget *window;

  gtk_box_append (GTK_BOX (tooltip), label);
  window = show (tooltip);
  g_assert_cmpint (gtk_label_get_wrap_mode (GTK_LABEL (label)), ==, PANGO_WRAP_WORD);
  g_assert_cmpint (get_width (label, FALSE), ==, get_width (label, TRUE));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Every line begins where reading does, whatever its script. */
static void
test_sides (void)
{
  static const char *texts[] = { "Packing one bag for two weeks in Norway", ARABIC,
                                 "1234 5678 9012 3456 7890 1234 5678 9012" };
  GtkWidget *label, *window;

  for (GtkTextDirection direction = GTK_TEXT_DIR_LTR; direction <= GTK_TEXT_DIR_RTL; direction++)
    {
      gtk_widget_set_default_direction (direction);
      label = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, NULL);
      window = show (label);
      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        {
          PangoLayout *layout;
          PangoLayoutIter *iter;
          int least = G_MAXINT, most = 0;

          gtk_label_set_label (GTK_LABEL (label), texts[i]);
          layout = pango_layout_copy (gtk_label_get_layout (GTK_LABEL (label)));
          pango_layout_set_width (layout, 120 * PANGO_SCALE);
          iter = pango_layout_get_iter (layout);
          do
            {
              PangoRectangle line;
              int side;

              pango_layout_iter_get_line_extents (iter, NULL, &line);
              side = direction == GTK_TEXT_DIR_RTL ? line.x + line.width : line.x;
              least = MIN (least, side);
              most = MAX (most, side);
            }
          while (pango_layout_iter_next_line (iter));
          pango_layout_iter_free (iter);
          g_assert_cmpint (pango_layout_get_line_count (layout), >, 1);
          g_assert_cmpint (most - least, <=, PANGO_SCALE);
          g_object_unref (layout);
        }
      gtk_window_destroy (GTK_WINDOW (window));
    }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  spark_label_wrap_everywhere ();
  spark_label_wrap_everywhere ();

  g_test_add_func ("/label-wrap/least", test_least);
  g_test_add_func ("/label-wrap/height", test_height);
  g_test_add_func ("/label-wrap/button", test_button);
  g_test_add_func ("/label-wrap/header-bar", test_header_bar);
  g_test_add_func ("/label-wrap/tooltip", test_tooltip);
  g_test_add_func ("/label-wrap/sides", test_sides);
  return g_test_run ();
}
