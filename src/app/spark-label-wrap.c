/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-label-wrap"

#include "config.h"

#include <adwaita.h>

#include "app/spark-label-wrap.h"

static GtkWidgetClass usual; /* what a label does itself */

/* The nearest of this type that has @label for its own, among boxes at the most. */
static GtkWidget *
find_above (GtkWidget *label, GType type)
{
  GtkWidget *widget = gtk_widget_get_parent (label);

  while (widget != NULL
         && (GTK_IS_BOX (widget) || GTK_IS_STACK (widget) || ADW_IS_BUTTON_CONTENT (widget))
         && !g_type_is_a (G_OBJECT_TYPE (widget), type))
    widget = gtk_widget_get_parent (widget);
  return widget != NULL && g_type_is_a (G_OBJECT_TYPE (widget), type) ? widget : NULL;
}

/* Says that nothing is chosen, with the width of what is; and all of these are as high as one. */
static gboolean
is_empty_choice (GtkWidget *label)
{
  return GTK_IS_STACK (gtk_widget_get_parent (label))
         && gtk_widget_get_ancestor (label, GTK_TYPE_DROP_DOWN) != NULL;
}

static gboolean
is_button_caption (GtkWidget *label)
{
  GtkWidget *button = find_above (label, GTK_TYPE_BUTTON);

  if (is_empty_choice (label))
    return FALSE;
  return (button != NULL && gtk_widget_get_ancestor (button, ADW_TYPE_HEADER_BAR) == NULL)
         || find_above (label, GTK_TYPE_CHECK_BUTTON) != NULL;
}

/* What a menu is made of, which GTK keeps to itself; the key beside it stays whole. */
static gboolean
is_menu_item (GtkWidget *label)
{
  GtkWidget *parent = gtk_widget_get_parent (label);

  return parent != NULL && g_strcmp0 (gtk_widget_get_css_name (parent), "modelbutton") == 0
         && g_strcmp0 (gtk_widget_get_css_name (label), "label") == 0;
}

/* Adwaita lets what stands beside it take all the room. */
static gboolean
is_group_title (GtkWidget *label)
{
  return g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (label)), "title") == 0
         && find_above (label, ADW_TYPE_PREFERENCES_GROUP) != NULL;
}

/* Adwaita gives it one line, and nothing that tells the rest. */
static gboolean
is_toast_title (GtkWidget *label)
{
  GtkWidget *bin = gtk_widget_get_parent (label);
  GtkWidget *toast = ADW_IS_BIN (bin) ? gtk_widget_get_parent (bin) : NULL;

  return toast != NULL && g_strcmp0 (gtk_widget_get_css_name (toast), "toast") == 0;
}

/* Adwaita cuts the choices of a row at twenty letters. */
static gboolean
is_choice (GtkWidget *label)
{
  return gtk_widget_get_ancestor (label, GTK_TYPE_LIST_VIEW) != NULL
         && gtk_widget_get_ancestor (label, GTK_TYPE_POPOVER) != NULL;
}

/* GTK shows some narrower than they ask for: their word, where it may be broken, then is. */
static gboolean
is_tooltip (GtkWidget *label)
{
  GtkWidget *widget = label;

  while (widget != NULL && g_strcmp0 (gtk_widget_get_css_name (widget), "tooltip") != 0)
    widget = gtk_widget_get_parent (widget);
  return widget != NULL;
}

/* Where there is room they stay in one line, as wide as they were. */
static void
wrap_words (GtkLabel *label)
{
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_natural_wrap_mode (label, GTK_NATURAL_WRAP_NONE);
  gtk_label_set_max_width_chars (label, -1);
  if (is_menu_item (GTK_WIDGET (label)))
    {
      /* Beside a key the longest word has less than a line. */
      gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
      gtk_label_set_xalign (label, 0);
    }
  else if (gtk_label_get_xalign (label) == 0.5f)
    gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
}

/* Its lines begin where reading does, whatever their script: Pango changes sides where that is of
 * the other direction. */
static void
justify (GtkLabel *label)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (label)) == GTK_TEXT_DIR_RTL;
  PangoLayoutLine *first;

  if (gtk_label_get_justify (label) == GTK_JUSTIFY_CENTER)
    return;
  first = pango_layout_get_line_readonly (gtk_label_get_layout (label), 0);
  gtk_label_set_justify (label, (first->resolved_dir == PANGO_DIRECTION_RTL) != rtl
                                    ? GTK_JUSTIFY_RIGHT
                                    : GTK_JUSTIFY_LEFT);
}

static void
follow_script (GtkLabel *label)
{
  if (gtk_label_get_justify (label) != GTK_JUSTIFY_LEFT
      || g_object_get_data (G_OBJECT (label), "justified") != NULL)
    return;
  g_object_set_data (G_OBJECT (label), "justified", label);
  g_signal_connect (label, "notify::label", G_CALLBACK (justify), NULL);
  justify (label);
}

static void
on_root (GtkWidget *widget)
{
  GtkLabel *label = GTK_LABEL (widget);

  usual.root (widget);
  if (is_tooltip (widget))
    return;
  if (gtk_label_get_ellipsize (label) != PANGO_ELLIPSIZE_NONE
          ? is_group_title (widget) || is_toast_title (widget) || is_choice (widget)
          : is_button_caption (widget) || is_menu_item (widget))
    wrap_words (label);
  else if (gtk_label_get_wrap (label)
           && gtk_label_get_natural_wrap_mode (label) != GTK_NATURAL_WRAP_NONE)
    gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  if (gtk_label_get_wrap (label))
    follow_script (label);
}

/* Two of GTK 4.8's habits make it give a box less than it needs, and say so.
 *
 * Asked for a height, a label looks for its least width as if a text were never wider than what it
 * was laid out for. It is, where the signs of a script are as wide as those beside them make them,
 * or a line ends in a space from right to left: then it claims a width that it does not need, and
 * that is not there. */
static void
on_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
            int *minimum_baseline, int *natural_baseline)
{
  int least, unused;

  usual.measure (widget, orientation, for_size, minimum, natural, minimum_baseline,
                 natural_baseline);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      /* A box stands all that have one on the same line, and is higher then; but not without a
       * width. */
      if (gtk_widget_get_valign (widget) != GTK_ALIGN_BASELINE)
        *minimum_baseline = *natural_baseline = -1;
      return;
    }
  if (for_size >= 0 && gtk_label_get_wrap (GTK_LABEL (widget)))
    {
      usual.measure (widget, orientation, -1, &least, &unused, &unused, &unused);
      *minimum = MIN (*minimum, least);
    }
  /* A space alone is less than nothing wide. */
  *minimum = MAX (*minimum, 0);
  *natural = MAX (*natural, *minimum);
}

void
spark_label_wrap_everywhere (void)
{
  /* Kept for good, as the type is. */
  GtkWidgetClass *label_class = g_type_class_ref (GTK_TYPE_LABEL);

  if (label_class->root == on_root)
    return;
  usual = *label_class;
  label_class->root = on_root;
  label_class->measure = on_measure;
}
