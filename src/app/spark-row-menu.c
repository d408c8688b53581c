/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-menu"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/spark-row-menu.h"

typedef struct
{
  GtkWidget *list; /* whose this is */
  SparkRowMenuFill fill;
  gpointer user_data;

  GtkWidget *popover; /* weak, below what holds the list, whose own children are rows; NULL: none */
  GtkWidget *row;     /* weak, whose menu it is */
  GtkWidget *focus;   /* weak, what had the keyboard in that row */
} RowMenu;

static void
row_menu_free (RowMenu *self)
{
  GtkWidget *popover = self->popover;

  g_clear_weak_pointer (&self->popover);
  g_clear_weak_pointer (&self->row);
  g_clear_weak_pointer (&self->focus);
  if (popover != NULL)
    {
      g_signal_handlers_disconnect_by_data (popover, self);
      gtk_widget_unparent (popover);
    }
  g_free (self);
}

/* what the buttons of a row do */

/* (transfer full): without mnemonics */
static char *
escape (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "_", -1);

  return g_strjoinv ("__", parts);
}

void
spark_row_menu_append (GMenu *menu, const char *label, const char *action, const char *id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", id);
  g_menu_append_item (menu, item);
}

void
spark_row_menu_append_name (GMenu *menu, const char *name, const char *action, const char *id)
{
  g_autofree char *label = escape (name);

  spark_row_menu_append (menu, label, action, id);
}

static const char *
find_label (GtkWidget *widget)
{
  const char *label = NULL;

  if (GTK_IS_LABEL (widget))
    return gtk_label_get_label (GTK_LABEL (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && label == NULL;
       child = gtk_widget_get_next_sibling (child))
    label = find_label (child);
  return label;
}

/* A picture says in its tooltip what it means. */
static void
append_button (GMenu *menu, GtkWidget *button)
{
  GtkActionable *actionable = GTK_ACTIONABLE (button);
  const char *label = find_label (button);
  g_autofree char *plain = escape (label != NULL ? label : gtk_widget_get_tooltip_text (button));
  g_autoptr (GMenuItem) item = g_menu_item_new (plain, NULL);

  g_menu_item_set_action_and_target_value (item, gtk_actionable_get_action_name (actionable),
                                           gtk_actionable_get_action_target_value (actionable));
  g_menu_append_item (menu, item);
}

void
spark_row_menu_append_buttons (GMenu *menu, GtkWidget *widget)
{
  if (!gtk_widget_get_visible (widget))
    return;
  if (GTK_IS_BUTTON (widget))
    {
      if (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) != NULL)
        append_button (menu, widget);
      return;
    }
  /* What waits as a whole offers nothing now. */
  if (!gtk_widget_get_sensitive (widget))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    spark_row_menu_append_buttons (menu, child);
}

/* the menu */

static void
on_closed_cb (RowMenu *self)
{
  GtkWidget *focus = self->focus != NULL ? self->focus : self->row;

  if (focus != NULL && gtk_widget_get_mapped (focus) && !gtk_widget_grab_focus (focus))
    gtk_widget_child_focus (focus, GTK_DIR_TAB_FORWARD);
}

static void
ensure_popover (RowMenu *self)
{
  GtkWidget *holder = gtk_widget_get_ancestor (self->list, ADW_TYPE_BIN);

  if (self->popover != NULL)
    return;
  g_set_weak_pointer (&self->popover, gtk_popover_menu_new_from_model (NULL));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->popover), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More"), -1);
  g_signal_connect_swapped (self->popover, "closed", G_CALLBACK (on_closed_cb), self);
  gtk_widget_set_parent (self->popover, holder);
  /* The list may outlive it. */
  g_signal_connect_object (holder, "destroy", G_CALLBACK (gtk_widget_unparent), self->popover,
                           G_CONNECT_SWAPPED);
}

/* Of @widget in @self's list, the list's own widget around it; NULL: none */
static GtkWidget *
find_row (RowMenu *self, GtkWidget *widget)
{
  GtkWidget *row = NULL;

  for (; widget != NULL && widget != self->list; widget = gtk_widget_get_parent (widget))
    row = widget;
  return widget != NULL ? row : NULL;
}

/* @place in @list, of which as much as can be seen of @holder, where it may have been scrolled away */
static GdkRectangle
find_place (GtkWidget *list, GtkWidget *holder, const GdkRectangle *place)
{
  int height = gtk_widget_get_height (holder);
  double x, y;
  int top, bottom;

  gtk_widget_translate_coordinates (list, holder, place->x, place->y, &x, &y);
  bottom = CLAMP ((int)y + place->height, 1, MAX (1, height));
  top = CLAMP ((int)y, 0, bottom - 1);
  return (GdkRectangle){ (int)x, top, place->width, bottom - top };
}

/* @place: in the list */
static gboolean
open (RowMenu *self, GtkWidget *row, const GdkRectangle *place)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (self->list));
  GdkRectangle there;

  if (self->fill != NULL)
    self->fill (row, menu, self->user_data);
  else
    spark_row_menu_append_buttons (menu, row);
  if (g_menu_model_get_n_items (G_MENU_MODEL (menu)) == 0)
    return FALSE;
  ensure_popover (self);
  g_set_weak_pointer (&self->row, row);
  g_set_weak_pointer (&self->focus,
                      focus != NULL && gtk_widget_is_ancestor (focus, row) ? focus : NULL);
  there = find_place (self->list, gtk_widget_get_parent (self->popover), place);
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->popover), G_MENU_MODEL (menu));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &there);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  return TRUE;
}

static gboolean
open_at (RowMenu *self, double x, double y)
{
  GtkWidget *row = find_row (self, gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT));

  return row != NULL && open (self, row, &(GdkRectangle){ (int)x, (int)y, 1, 1 });
}

static void
on_pressed_cb (RowMenu *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (open_at (self, x, y))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
on_long_pressed_cb (RowMenu *self, double x, double y, GtkGesture *gesture)
{
  if (open_at (self, x, y))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static gboolean
on_key_cb (GtkWidget *list, GVariant *args, gpointer user_data)
{
  RowMenu *self = user_data;
  GtkWidget *row = find_row (self, gtk_root_get_focus (gtk_widget_get_root (list)));
  graphene_rect_t bounds;

  if (row == NULL || !gtk_widget_compute_bounds (row, list, &bounds))
    return FALSE;
  return open (self, row,
               &(GdkRectangle){ (int)bounds.origin.x, (int)bounds.origin.y, (int)bounds.size.width,
                                (int)bounds.size.height });
}

static void
add_gesture (RowMenu *self, GtkGesture *gesture, const char *signal, GCallback callback)
{
  g_signal_connect_swapped (gesture, signal, callback, self);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (gesture));
}

void
spark_row_menu_attach (GtkWidget *list, SparkRowMenuFill fill, gpointer user_data)
{
  RowMenu *self;
  GtkGesture *click, *press;
  GtkEventController *keys;

  g_return_if_fail (GTK_IS_LIST_VIEW (list) || GTK_IS_GRID_VIEW (list) || GTK_IS_LIST_BOX (list));

  self = g_new0 (RowMenu, 1);
  self->list = list;
  self->fill = fill;
  self->user_data = user_data;
  g_object_set_data_full (G_OBJECT (list), "spark-row-menu", self, (GDestroyNotify)row_menu_free);

  click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  add_gesture (self, click, "pressed", G_CALLBACK (on_pressed_cb));
  press = gtk_gesture_long_press_new ();
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  add_gesture (self, press, "pressed", G_CALLBACK (on_long_pressed_cb));

  keys = gtk_shortcut_controller_new ();
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                        gtk_callback_action_new (on_key_cb, self, NULL)));
  gtk_widget_add_controller (list, keys);
}
