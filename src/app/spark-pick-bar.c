/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-pick-bar"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-menu-button.h"
#include "app/spark-pick-bar.h"
#include "app/spark-pick-box.h"
#include "app/spark-pick-ids.h"
#include "app/spark-pick-place.h"
#include "app/spark-pick-row.h"
#include "app/spark-roles.h"
#include "app/spark-unmapped.h"
#include "app/spark-wrap.h"
#include "spark-enum-types.h"

/* Of more rows than this it is not known which they are, and those that change are no longer
 * selected. */
#define MAX_KEPT 1000

/* For so many the row with the keyboard is kept in view. */
#define FOLLOW_FRAMES 8
/* A row that moves is taken away and added again; a long list is read anew in steps. */
#define SETTLED_MS 100

struct _SparkPickBar
{
  AdwBin parent_instance;

  /* template widgets */
  GtkRevealer *revealer;
  GtkLabel *count_label;
  GtkWidget *icons;
  GtkWidget *acts;
  GtkWidget *act_box;
  GtkMenuButton *acts_button; /* in place of the acts, where these have no room in one line */

  /* owned */
  GtkWidget *view;
  GtkEventController *keys;  /* of the view */
  GtkEventController *click; /* of the view */
  GtkSelectionModel *plain;
  GListModel *model;
  GtkSelectionModel *picked;
  GHashTable *kept; /* what is picked: in how many rows each id stands */
  GHashTable *lost; /* the same of what was, and whose rows went: they may come back */

  gconstpointer pressed; /* row, only to compare */
  SparkPickId get_id;
  guint follow_frames; /* for which the row with the keyboard is still kept in view */
  guint settled_id; /* 0: nothing is lost, and what is told of the picked is what is so */
  guint active : 1;
  guint is_part : 1;      /* less is selected from than is shown else */
  guint filled : 1;       /* the menu of the acts */
  guint single_click : 1; /* activates a row of the view */
};

enum
{
  PROP_0,
  PROP_ACTIVE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkPickBar, spark_pick_bar, ADW_TYPE_BIN)

static GtkWidget *
get_focus (SparkPickBar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return root != NULL ? gtk_root_get_focus (root) : NULL;
}

static gboolean
has_focus (SparkPickBar *self)
{
  GtkWidget *focus = get_focus (self);

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}

static guint find_top (SparkPickBar *self);
static void focus_row (SparkPickBar *self, guint position);

/* What is selected may go by itself, and the acts with it: the keyboard stays where one selects. */
static void
leave_acts (SparkPickBar *self)
{
  guint top;

  if (!self->active || !has_focus (self))
    return;
  top = find_top (self);
  focus_row (self, top != GTK_INVALID_LIST_POSITION ? top : 0);
}

/* What stands in two rows is acted on once. */
static guint64
count_picked (SparkPickBar *self)
{
  g_autoptr (GtkBitset) rows = NULL;

  if (self->picked == NULL)
    return 0;
  rows = gtk_selection_model_get_selection (self->picked);
  if (!self->is_part && gtk_bitset_get_size (rows) > MAX_KEPT)
    return gtk_bitset_get_size (rows);
  return g_hash_table_size (self->kept);
}

static void
update (SparkPickBar *self)
{
  guint64 n = count_picked (self);
  g_autofree char *text = NULL;

  if (n == 0)
    text = g_strdup (_ ("Select rows"));
  else
    text = g_strdup_printf (ngettext ("%'u selected", "%'u selected", (gulong)n), (guint)n);
  gtk_label_set_label (self->count_label, text);
  if (n == 0)
    leave_acts (self);
  gtk_widget_set_sensitive (self->icons, n > 0);
  gtk_widget_set_sensitive (self->acts, n > 0);
}

/* A row that changes is to its list another one in its place, and would not be selected. A part of
 * a list was read whole to find it. (transfer full) */
static GHashTable *
collect (SparkPickBar *self)
{
  g_autoptr (GtkBitset) rows = gtk_selection_model_get_selection (self->picked);

  if (!self->is_part && gtk_bitset_get_size (rows) > MAX_KEPT)
    return spark_pick_ids_new ();
  return spark_pick_ids_collect (self->model, rows, self->get_id);
}

static void
keep (SparkPickBar *self)
{
  g_hash_table_unref (self->kept);
  self->kept = collect (self);
}

static const char *
get_role_action (GtkWidget *button)
{
  const char *action = g_object_get_data (G_OBJECT (button), "action");

  if (action != NULL)
    return action;
  return spark_roles_of_batch (
      (SparkBatchAct)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "act")));
}

/* What the role allows with nothing that is selected is not offered. TRUE: another is than
 * before */
static gboolean
show_allowed (SparkPickBar *self, GtkWidget *box)
{
  gboolean changed = FALSE;

  for (GtkWidget *button = gtk_widget_get_first_child (box); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    {
      gboolean allowed
          = spark_roles_allow_some (GTK_WIDGET (self), get_role_action (button), self->kept);

      changed |= allowed != gtk_widget_get_visible (button);
      gtk_widget_set_visible (button, allowed);
    }
  return changed;
}

static void
fill_menu (SparkPickBar *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  for (GtkWidget *button = gtk_widget_get_first_child (self->act_box); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    if (gtk_widget_get_visible (button))
      {
        g_autoptr (GMenuItem) item
            = g_menu_item_new (gtk_button_get_label (GTK_BUTTON (button)), NULL);

        g_menu_item_set_action_and_target_value (
            item, gtk_actionable_get_action_name (GTK_ACTIONABLE (button)),
            gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)));
        g_menu_append_item (menu, item);
      }
  gtk_widget_set_visible (self->acts, g_menu_model_get_n_items (G_MENU_MODEL (menu)) > 0);
  spark_menu_button_set_menu (self->acts_button, G_MENU_MODEL (menu));
}

static void
update_acts (SparkPickBar *self)
{
  show_allowed (self, self->icons);
  if (show_allowed (self, self->act_box) || !self->filled)
    fill_menu (self);
  self->filled = TRUE;
}

void
spark_pick_bar_update (SparkPickBar *self)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  if (self->active)
    update_acts (self);
}

/* The rows of a list box know nothing of a selection model. */
static void
mark_rows (SparkPickBar *self)
{
  if (GTK_IS_LIST_BOX (self->view))
    spark_pick_box_mark (GTK_LIST_BOX (self->view), self->picked);
}

static void
tell (SparkPickBar *self)
{
  update (self);
  update_acts (self);
}

static void
forget_lost (SparkPickBar *self)
{
  g_hash_table_remove_all (self->lost);
  g_clear_handle_id (&self->settled_id, g_source_remove);
}

static gboolean
on_settled_cb (gpointer data)
{
  SparkPickBar *self = data;

  self->settled_id = 0;
  forget_lost (self);
  tell (self);
  return G_SOURCE_REMOVE;
}

/* By a person: who unselects something does not wait for what is on its way. */
static void
on_selection_changed_cb (SparkPickBar *self)
{
  g_autoptr (GHashTable) before = g_hash_table_ref (self->kept);
  g_autoptr (GHashTable) unselected = spark_pick_ids_new ();

  mark_rows (self);
  keep (self);
  spark_pick_ids_add_lost (unselected, before, self->kept);
  if (g_hash_table_size (unselected) > 0)
    forget_lost (self);
  if (self->settled_id == 0)
    tell (self);
}

/* FALSE: none of those that came was selected elsewhere. */
static gboolean
pick_again (SparkPickBar *self, guint start, guint added)
{
  gboolean any = FALSE;

  g_signal_handlers_block_by_func (self->picked, on_selection_changed_cb, self);
  for (guint i = start; i < start + added && g_hash_table_size (self->lost) > 0; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      if (item == NULL || !spark_pick_ids_take (self->lost, self->get_id (item)))
        continue;
      gtk_selection_model_select_item (self->picked, i, FALSE);
      any = TRUE;
    }
  g_signal_handlers_unblock_by_func (self->picked, on_selection_changed_cb, self);
  return any;
}

/* What is lost for a moment is not told of: neither does a screen reader say other numbers, nor
 * does the keyboard leave an act. */
static void
on_items_changed_cb (SparkPickBar *self, guint start, guint removed, guint added)
{
  g_autoptr (GHashTable) before = g_hash_table_ref (self->kept);

  keep (self);
  if (removed > 0)
    spark_pick_ids_add_lost (self->lost, before, self->kept);
  if (pick_again (self, start, added))
    keep (self);
  mark_rows (self);
  g_clear_handle_id (&self->settled_id, g_source_remove);
  if (g_hash_table_size (self->lost) > 0)
    self->settled_id = g_timeout_add (SETTLED_MS, on_settled_cb, self);
  else
    tell (self);
}

static void
drop_picked (SparkPickBar *self)
{
  if (self->picked != NULL)
    g_signal_handlers_disconnect_by_data (self->picked, self);
  g_clear_object (&self->picked);
  g_hash_table_remove_all (self->kept);
  forget_lost (self);
}

static void
leave_view (SparkPickBar *self)
{
  if (self->view == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->view, self);
  gtk_widget_remove_controller (self->view, self->keys);
  gtk_widget_remove_controller (self->view, self->click);
  self->keys = self->click = NULL;
  g_clear_object (&self->view);
}

static void
set_view_model (SparkPickBar *self, GtkSelectionModel *model, gboolean single_click)
{
  if (self->view == NULL)
    return;
  if (GTK_IS_LIST_BOX (self->view))
    mark_rows (self);
  else
    g_object_set (self->view, "model", model, "single-click-activate", single_click, NULL);
}

static void
apply (SparkPickBar *self)
{
  drop_picked (self);
  if (self->active && self->model != NULL)
    {
      self->picked = GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (self->model)));
      g_signal_connect_swapped (self->picked, "selection-changed",
                                G_CALLBACK (on_selection_changed_cb), self);
      /* Once the view has followed, which is told of what is selected then. */
      g_signal_connect_data (self->picked, "items-changed", G_CALLBACK (on_items_changed_cb), self,
                             NULL, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }
  /* Where one click activates, the row under the pointer becomes the only one that is selected. */
  set_view_model (self, self->picked != NULL ? self->picked : self->plain,
                  self->single_click && !self->active);
  /* Nothing of what was selected in another model is any more. */
  if (self->active)
    update_acts (self);
  gtk_revealer_set_reveal_child (self->revealer, self->active);
  update (self);
}

/* The view's row that is or holds @widget; NULL: it is in none */
static GtkWidget *
find_row (SparkPickBar *self, GtkWidget *widget)
{
  while (widget != NULL && gtk_widget_get_parent (widget) != self->view)
    widget = gtk_widget_get_parent (widget);
  return spark_pick_row_get_position (widget) != GTK_INVALID_LIST_POSITION ? widget : NULL;
}

/* The row that has the keyboard; GTK_INVALID_LIST_POSITION: none */
static guint
find_focused (SparkPickBar *self)
{
  return spark_pick_row_get_position (find_row (self, get_focus (self)));
}

/* The first row that is in view from its top on; GTK_INVALID_LIST_POSITION: none */
static guint
find_top (SparkPickBar *self)
{
  /* A list box lies in what is scrolled. */
  GtkWidget *port = GTK_IS_LIST_BOX (self->view)
                        ? gtk_widget_get_ancestor (self->view, GTK_TYPE_SCROLLED_WINDOW)
                        : self->view;

  for (GtkWidget *widget = gtk_widget_get_first_child (self->view); widget != NULL;
       widget = gtk_widget_get_next_sibling (widget))
    {
      guint position = spark_pick_row_get_position (widget);
      graphene_rect_t place;

      if (position != GTK_INVALID_LIST_POSITION && port != NULL && gtk_widget_get_mapped (widget)
          && gtk_widget_compute_bounds (widget, port, &place) && place.origin.y >= 0)
        return position;
    }
  return GTK_INVALID_LIST_POSITION;
}

/* Of a view that has no size of its rows yet; then the row comes to its top. */
static void
scroll_to (SparkPickBar *self, guint position)
{
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", position);
}

static void
focus_row (SparkPickBar *self, guint position)
{
  GtkWidget *row;

  scroll_to (self, position);
  row = spark_pick_row_find (self->view, position);
  if (row == NULL)
    return;
  /* A row of a list box has the keyboard only while it can be picked. */
  if (gtk_widget_get_focusable (row))
    gtk_widget_grab_focus (row);
  else
    gtk_widget_child_focus (gtk_widget_get_first_child (row), GTK_DIR_TAB_FORWARD);
}

static void
show_focused (SparkPickBar *self)
{
  guint focused = find_focused (self);
  GtkWidget *row = spark_pick_row_find (self->view, focused);
  GtkWidget *port;
  graphene_rect_t place;

  if (row == NULL)
    return;
  if (!GTK_IS_LIST_BOX (self->view))
    {
      scroll_to (self, focused);
      return;
    }
  port = gtk_widget_get_ancestor (self->view, GTK_TYPE_SCROLLED_WINDOW);
  if (port != NULL && gtk_widget_compute_bounds (row, port, &place))
    {
      GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (port));
      double top = gtk_adjustment_get_value (adjustment) + place.origin.y;

      gtk_adjustment_clamp_page (adjustment, top, top + place.size.height);
    }
}

/* Each frame finds in place what the one before laid out, and the acts may take some. */
static gboolean
on_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  SparkPickBar *self = SPARK_PICK_BAR (widget);

  if (self->view != NULL)
    show_focused (self);
  return --self->follow_frames > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* Rows that come back may push it out of view. */
static void
follow_focused (SparkPickBar *self)
{
  if (self->follow_frames == 0)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick_cb, NULL, NULL);
  self->follow_frames = FOLLOW_FRAMES;
}

/* What it came over may be the row with the keyboard. */
static void
on_revealed_cb (SparkPickBar *self)
{
  if (gtk_revealer_get_child_revealed (self->revealer))
    follow_focused (self);
}

/* The place, in what is shown now, of a row of what was shown before */
static guint
find_place (SparkPickBar *self, guint position)
{
  if (!self->is_part)
    return position;
  return self->active
             ? spark_pick_place_in_part (G_LIST_MODEL (self->plain), position, self->model)
             : spark_pick_place_in_whole (self->model, position, G_LIST_MODEL (self->plain));
}

/* With another model a view begins anew with its first row: it shows what it showed. The keyboard
 * goes to the rows that are to be picked, and back to them from the acts as these go. Rows that
 * come back above the first are seen too. */
static void
set_active (SparkPickBar *self, gboolean active)
{
  /* It may have gone with the last row of a part. */
  gboolean had_focus = has_focus (self) || (self->is_part && get_focus (self) == NULL);
  guint focused, top;
  gboolean at_top;

  if (self->active == !!active)
    return;
  focused = find_focused (self);
  top = find_top (self);
  self->active = !!active;
  apply (self);
  at_top = !active && self->is_part && (top == 0 || top == GTK_INVALID_LIST_POSITION);
  focused = find_place (
      self, focused != GTK_INVALID_LIST_POSITION || !(active || had_focus) ? focused : top);
  top = at_top ? 0 : find_place (self, top);
  /* None was left. */
  if (focused == GTK_INVALID_LIST_POSITION && had_focus)
    focused = top;
  if (focused != GTK_INVALID_LIST_POSITION)
    focus_row (self, focused);
  if (top != GTK_INVALID_LIST_POSITION)
    scroll_to (self, top);
  if (self->is_part && focused != GTK_INVALID_LIST_POSITION)
    follow_focused (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

/* What stands in two rows is there once. (transfer full): floating */
static GVariant *
list_picked (SparkPickBar *self)
{
  g_autoptr (GtkBitset) rows = gtk_selection_model_get_selection (self->picked);
  g_autoptr (GHashTable) listed = spark_pick_ids_new ();
  GVariantBuilder ids = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, rows, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, position);
      const char *id = item != NULL ? self->get_id (item) : NULL;

      if (id != NULL && g_hash_table_add (listed, g_strdup (id)))
        g_variant_builder_add (&ids, "s", id);
    }
  return g_variant_builder_end (&ids);
}

static void
act_on_picked (GtkWidget *widget, const char *name, GVariant *target)
{
  SparkPickBar *self = SPARK_PICK_BAR (widget);

  if (self->picked != NULL)
    gtk_widget_activate_action (widget, "win.batch", "(s@as)", g_variant_get_string (target, NULL),
                                list_picked (self));
}

static void
on_icon_cb (GtkButton *button, SparkPickBar *self)
{
  if (self->picked != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), g_object_get_data (G_OBJECT (button), "action"),
                                "@as", list_picked (self));
}

/* From the row that has the keyboard, as with the arrow keys; without one, of this row alone. */
static void
pick_range (SparkPickBar *self, guint position)
{
  guint start = find_focused (self);

  if (start == GTK_INVALID_LIST_POSITION)
    start = position;
  gtk_selection_model_select_range (self->picked, MIN (start, position),
                                    MAX (start, position) - MIN (start, position) + 1, FALSE);
}

/* The row there; NULL: there is none, or none is selected now */
static GtkWidget *
find_at (SparkPickBar *self, double x, double y)
{
  return self->picked != NULL
             ? find_row (self, gtk_widget_pick (self->view, x, y, GTK_PICK_DEFAULT))
             : NULL;
}

/* Before the row, whose own buttons are not meant now, and before GTK, for which a row that is
 * pressed is the only one. A finger may have come to scroll. */
static void
on_pressed_cb (SparkPickBar *self, int n_press, double x, double y, GtkGesture *click)
{
  self->pressed = find_at (self, x, y);
  if (self->pressed == NULL)
    gtk_gesture_set_state (click, GTK_EVENT_SEQUENCE_DENIED);
  else if (gtk_gesture_single_get_current_sequence (GTK_GESTURE_SINGLE (click)) == NULL)
    gtk_gesture_set_state (click, GTK_EVENT_SEQUENCE_CLAIMED);
}

/* Never after a scroll, which has taken the finger away. */
static void
on_released_cb (SparkPickBar *self, int n_press, double x, double y, GtkGesture *click)
{
  GtkWidget *row = find_at (self, x, y);
  guint position;

  if (row == NULL || row != self->pressed)
    return;
  gtk_gesture_set_state (click, GTK_EVENT_SEQUENCE_CLAIMED);
  position = spark_pick_row_get_position (row);
  if (gtk_event_controller_get_current_event_state (self->click) & GDK_SHIFT_MASK)
    pick_range (self, position);
  else
    spark_pick_bar_toggle (self, position);
  /* Where the next range begins, and the keyboard goes on. */
  gtk_widget_grab_focus (row);
}

static gboolean
on_escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return spark_pick_bar_end (user_data);
}

/* At the acts themselves */
static gboolean
on_bar_escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return spark_pick_bar_end (SPARK_PICK_BAR (widget));
}

static void
spark_pick_bar_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, SPARK_PICK_BAR (object)->active);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_pick_bar_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      set_active (SPARK_PICK_BAR (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_pick_bar_dispose (GObject *object)
{
  SparkPickBar *self = SPARK_PICK_BAR (object);

  drop_picked (self);
  g_clear_object (&self->plain);
  g_clear_object (&self->model);
  leave_view (self);

  G_OBJECT_CLASS (spark_pick_bar_parent_class)->dispose (object);
}

static void
spark_pick_bar_finalize (GObject *object)
{
  g_hash_table_unref (SPARK_PICK_BAR (object)->kept);
  g_hash_table_unref (SPARK_PICK_BAR (object)->lost);

  G_OBJECT_CLASS (spark_pick_bar_parent_class)->finalize (object);
}

static void
spark_pick_bar_class_init (SparkPickBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_pick_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_pick_bar_finalize;
  G_OBJECT_CLASS (klass)->get_property = spark_pick_bar_get_property;
  G_OBJECT_CLASS (klass)->set_property = spark_pick_bar_set_property;
  properties[PROP_ACTIVE]
      = g_param_spec_boolean ("active", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-pick-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkPickBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, SparkPickBar, count_label);
  gtk_widget_class_bind_template_child (widget_class, SparkPickBar, icons);
  gtk_widget_class_bind_template_child (widget_class, SparkPickBar, acts);
  gtk_widget_class_bind_template_child (widget_class, SparkPickBar, act_box);
  gtk_widget_class_bind_template_child (widget_class, SparkPickBar, acts_button);
  gtk_widget_class_install_action (widget_class, "pick.act", "s", act_on_picked);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_bar_escape_cb, NULL);
}

static void
spark_pick_bar_init (SparkPickBar *self)
{
  self->kept = spark_pick_ids_new ();
  self->lost = spark_pick_ids_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->revealer, "notify::child-revealed", G_CALLBACK (on_revealed_cb),
                            self);
  spark_unmapped_hide_pages (self->revealer);
  spark_unmapped_hide_pages (self->acts);
}

static gboolean
is_activated_by_one_click (GtkWidget *view)
{
  gboolean is = FALSE;

  if (GTK_IS_LIST_BOX (view))
    return FALSE;
  g_object_get (view, "single-click-activate", &is, NULL);
  return is;
}

static void
enter_view (SparkPickBar *self, GtkWidget *view, SparkPickId get_id)
{
  self->view = g_object_ref (view);
  self->keys = gtk_shortcut_controller_new ();
  self->get_id = get_id;
  self->single_click = is_activated_by_one_click (view);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (self->keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                        gtk_callback_action_new (on_escape_cb, self, NULL)));
  gtk_widget_add_controller (view, self->keys);
  self->click = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());
  gtk_event_controller_set_propagation_phase (self->click, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->click, "pressed", G_CALLBACK (on_pressed_cb), self);
  g_signal_connect_swapped (self->click, "released", G_CALLBACK (on_released_cb), self);
  gtk_widget_add_controller (view, self->click);
  if (GTK_IS_LIST_BOX (view))
    spark_pick_box_follow (GTK_LIST_BOX (view), self);
}

void
spark_pick_bar_set_view (SparkPickBar *self, GtkWidget *view, SparkPickId get_id)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));
  g_return_if_fail (GTK_IS_LIST_VIEW (view) || GTK_IS_GRID_VIEW (view) || GTK_IS_LIST_BOX (view));

  if (self->view == view)
    return;
  set_view_model (self, NULL, self->single_click);
  leave_view (self);
  enter_view (self, view, get_id);
  apply (self);
}

/* Whether @model is but a part of what @plain shows */
static gboolean
is_part (GtkSelectionModel *plain, GListModel *model)
{
  g_autoptr (GListModel) whole = NULL;

  if (plain != NULL)
    g_object_get (plain, "model", &whole, NULL);
  return whole != NULL && whole != model;
}

void
spark_pick_bar_set_model (SparkPickBar *self, GtkSelectionModel *plain, GListModel *model)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  g_set_object (&self->plain, plain);
  g_set_object (&self->model, model);
  self->is_part = is_part (plain, model);
  apply (self);
}

void
spark_pick_bar_turn (SparkPickBar *self, GtkWidget *view, GtkSelectionModel *plain,
                     GListModel *model)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));
  g_return_if_fail (GTK_IS_LIST_VIEW (view) || GTK_IS_GRID_VIEW (view));

  if (self->view != view)
    {
      set_active (self, FALSE);
      leave_view (self);
      enter_view (self, view, self->get_id);
    }
  spark_pick_bar_set_model (self, plain, model);
}

void
spark_pick_bar_add_act (SparkPickBar *self, const char *label, SparkBatchAct act)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_object_set_data (G_OBJECT (button), "act", GINT_TO_POINTER (act));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s",
                                    spark_enum_to_string (SPARK_TYPE_BATCH_ACT, (int)act));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "pick.act");
  gtk_box_append (GTK_BOX (self->act_box), button);
}

void
spark_pick_bar_add_action (SparkPickBar *self, const char *icon_name, const char *label,
                           const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "action", g_strdup (action), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_icon_cb), self);
  gtk_box_append (GTK_BOX (self->icons), button);
}

void
spark_pick_bar_toggle (SparkPickBar *self, guint position)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  if (self->picked == NULL)
    return;
  if (gtk_selection_model_is_selected (self->picked, position))
    gtk_selection_model_unselect_item (self->picked, position);
  else
    gtk_selection_model_select_item (self->picked, position, FALSE);
}

void
spark_pick_bar_pick_only (SparkPickBar *self, guint position)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  if (self->picked != NULL)
    gtk_selection_model_select_item (self->picked, position, TRUE);
}

void
spark_pick_bar_set_all (SparkPickBar *self, gboolean picked)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  if (self->picked != NULL && picked)
    gtk_selection_model_select_all (self->picked);
  else if (self->picked != NULL)
    gtk_selection_model_unselect_all (self->picked);
}

void
spark_pick_bar_add_range (SparkPickBar *self, guint position)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  if (self->picked != NULL)
    pick_range (self, position);
}

gboolean
spark_pick_bar_end (SparkPickBar *self)
{
  g_return_val_if_fail (SPARK_IS_PICK_BAR (self), FALSE);

  if (!self->active)
    return FALSE;
  set_active (self, FALSE);
  return TRUE;
}

gboolean
spark_pick_bar_is_active (SparkPickBar *self)
{
  g_return_val_if_fail (SPARK_IS_PICK_BAR (self), FALSE);

  return self->active;
}
