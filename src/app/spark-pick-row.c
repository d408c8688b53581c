/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-pick-row.h"

/* Style class of what a head stands above: it looks as a row. */
#define BELOW_HEADING "spark-below-heading"

/* @whole: the row, or what holds it with its check and its head */
static void
set_whole (GtkListItem *list_item, GtkWidget *whole)
{
  g_object_set_data (G_OBJECT (whole), "spark-list-item", list_item);
  gtk_list_item_set_child (list_item, whole);
}

/* To hold its check too. */
static GtkWidget *
put_in_box (GtkListItem *list_item, GtkWidget *row)
{
  g_autoptr (GtkWidget) kept = g_object_ref (row);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *head = spark_pick_row_find_head (list_item);

  if (head == NULL)
    set_whole (list_item, box);
  else
    {
      gtk_box_remove (GTK_BOX (gtk_widget_get_parent (head)), row);
      gtk_box_append (GTK_BOX (gtk_widget_get_parent (head)), box);
      gtk_widget_add_css_class (box, BELOW_HEADING);
    }
  gtk_widget_set_hexpand (row, TRUE);
  gtk_box_append (GTK_BOX (box), row);
  return box;
}

GtkWidget *
spark_pick_row_new_check (void)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_widget_set_can_target (check, FALSE);
  /* One that is merely not focusable says of each Tab that it took it, and keeps it. */
  gtk_widget_set_can_focus (check, FALSE);
  /* For screen readers, which only look at this. */
  gtk_widget_set_focusable (check, FALSE);
  return check;
}

static GtkWidget *
add_check (GtkListItem *list_item)
{
  GtkWidget *check = spark_pick_row_new_check ();
  GtkWidget *row = spark_pick_row_get (list_item);
  GtkWidget *holder = gtk_widget_get_parent (row);

  g_object_bind_property (list_item, "selected", check, "active", G_BINDING_SYNC_CREATE);
  if (GTK_IS_OVERLAY (holder))
    {
      gtk_widget_set_halign (check, GTK_ALIGN_START);
      gtk_widget_set_valign (check, GTK_ALIGN_START);
      gtk_widget_add_css_class (check, "spark-on-cover");
      gtk_overlay_add_overlay (GTK_OVERLAY (holder), check);
    }
  else
    {
      gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
      gtk_widget_set_margin_start (check, 3);
      gtk_box_prepend (GTK_BOX (put_in_box (list_item, row)), check);
    }
  g_object_set_data (G_OBJECT (list_item), "spark-check", check);
  return check;
}

/* A list has hundreds of rows, and is seldom selected from: their checks, and what holds them, are
 * made only then. */
static void
on_active_changed_cb (GtkListItem *list_item)
{
  gboolean active
      = spark_pick_bar_is_active (g_object_get_data (G_OBJECT (list_item), "spark-pick-bar"));
  GtkWidget *whole = gtk_list_item_get_child (list_item);
  GtkWidget *check = g_object_get_data (G_OBJECT (list_item), "spark-check");
  GtkWidget *acts = g_object_get_data (G_OBJECT (list_item), "spark-acts");

  if (whole == NULL)
    return;
  if (check == NULL && active)
    check = add_check (list_item);
  if (check != NULL)
    gtk_widget_set_visible (check, active);
  gtk_widget_set_sensitive (acts, !active);
}

static void
equip (SparkPickBar *bar, GtkListItem *list_item, GtkWidget *whole, GtkWidget *row, GtkWidget *acts)
{
  g_object_set_data (G_OBJECT (list_item), "spark-pick-bar", bar);
  g_object_set_data (G_OBJECT (list_item), "spark-row", row);
  g_object_set_data (G_OBJECT (list_item), "spark-acts", acts);
  set_whole (list_item, whole);
  g_signal_connect_object (bar, "notify::active", G_CALLBACK (on_active_changed_cb), list_item,
                           G_CONNECT_SWAPPED);
  on_active_changed_cb (list_item);
}

void
spark_pick_row_wrap (SparkPickBar *bar, GtkListItem *list_item, GtkWidget *row, GtkWidget *acts)
{
  equip (bar, list_item, row, row, acts);
}

void
spark_pick_row_wrap_cell (SparkPickBar *bar, GtkListItem *list_item, GtkWidget *cell,
                          GtkWidget *acts)
{
  GtkWidget *overlay = gtk_overlay_new ();

  gtk_overlay_set_child (GTK_OVERLAY (overlay), cell);
  equip (bar, list_item, overlay, cell, acts);
}

GtkWidget *
spark_pick_row_find_head (GtkListItem *list_item)
{
  return g_object_get_data (G_OBJECT (list_item), "spark-head");
}

GtkWidget *
spark_pick_row_get_head (GtkListItem *list_item)
{
  GtkWidget *head = spark_pick_row_find_head (list_item);
  g_autoptr (GtkWidget) whole = NULL;
  GtkWidget *outer;

  if (head != NULL)
    return head;
  whole = g_object_ref (gtk_list_item_get_child (list_item));
  head = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_visible (head, FALSE);
  set_whole (list_item, outer);
  gtk_box_append (GTK_BOX (outer), head);
  gtk_box_append (GTK_BOX (outer), whole);
  gtk_widget_add_css_class (whole, BELOW_HEADING);
  g_object_set_data (G_OBJECT (list_item), "spark-head", head);
  return head;
}

gpointer
spark_pick_row_get (GtkListItem *list_item)
{
  return g_object_get_data (G_OBJECT (list_item), "spark-row");
}

GtkListItem *
spark_pick_row_get_list_item (GtkWidget *widget)
{
  GtkWidget *whole = gtk_widget_get_first_child (widget);

  return whole != NULL ? g_object_get_data (G_OBJECT (whole), "spark-list-item") : NULL;
}

guint
spark_pick_row_get_position (GtkWidget *widget)
{
  GtkListItem *list_item;

  if (GTK_IS_LIST_BOX_ROW (widget))
    return (guint)gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (widget));
  list_item = widget != NULL ? spark_pick_row_get_list_item (widget) : NULL;
  return list_item != NULL ? gtk_list_item_get_position (list_item) : GTK_INVALID_LIST_POSITION;
}

GtkWidget *
spark_pick_row_find (GtkWidget *view, guint position)
{
  g_return_val_if_fail (GTK_IS_WIDGET (view), NULL);

  if (GTK_IS_LIST_BOX (view))
    return GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (view), (int)position));
  for (GtkWidget *widget = gtk_widget_get_first_child (view); widget != NULL;
       widget = gtk_widget_get_next_sibling (widget))
    if (spark_pick_row_get_position (widget) == position)
      return widget;
  return NULL;
}
