/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-pick-bar"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-pick-acts.h"
#include "app/spark-pick-bar.h"
#include "app/spark-pick-box.h"
#include "app/spark-pick-place.h"
#include "app/spark-pick-row.h"
#include "app/spark-pick-view.h"
#include "app/spark-picked.h"
#include "app/spark-unmapped.h"
#include "app/spark-wrap.h"

/* For so many the row with the keyboard is kept in view. */
#define FOLLOW_FRAMES 8

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
  SparkPicked *picked;

  gconstpointer pressed; /* row, only to compare */
  SparkPickId get_id;
  guint follow_frames; /* for which the row with the keyboard is still kept in view */
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

/* FALSE too where there is nothing to select from */
static gboolean
is_selecting (SparkPickBar *self)
{
  return spark_picked_get_selection (self->picked) != NULL;
}

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

/* What is selected may go by itself, and the acts with it: the keyboard stays where one selects. */
static void
leave_acts (SparkPickBar *self)
{
  guint top;

  if (!self->active || !has_focus (self))
    return;
  top = spark_pick_view_find_top (self->view);
  spark_pick_view_focus_row (self->view, top != GTK_INVALID_LIST_POSITION ? top : 0);
}

static void
update (SparkPickBar *self)
{
  guint64 n = spark_picked_count (self->picked);
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

static void
update_acts (SparkPickBar *self)
{
  GHashTable *ids = spark_picked_get_ids (self->picked);

  spark_pick_acts_show_allowed (self->icons, ids);
  if (spark_pick_acts_show_allowed (self->act_box, ids) || !self->filled)
    gtk_widget_set_visible (self->acts,
                            spark_pick_acts_fill_menu (self->act_box, self->acts_button));
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
    spark_pick_box_mark (GTK_LIST_BOX (self->view), spark_picked_get_selection (self->picked));
}

static void
tell (SparkPickBar *self)
{
  update (self);
  update_acts (self);
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
  GtkSelectionModel *selection;

  spark_picked_end (self->picked);
  if (self->active && self->model != NULL)
    spark_picked_begin (self->picked, self->model, self->is_part, self->get_id);
  selection = spark_picked_get_selection (self->picked);
  /* Where one click activates, the row under the pointer becomes the only one that is selected. */
  set_view_model (self, selection != NULL ? selection : self->plain,
                  self->single_click && !self->active);
  /* Nothing of what was selected in another model is any more. */
  if (self->active)
    update_acts (self);
  gtk_revealer_set_reveal_child (self->revealer, self->active);
  update (self);
}

/* The row that has the keyboard; GTK_INVALID_LIST_POSITION: none */
static guint
find_focused (SparkPickBar *self)
{
  return spark_pick_row_get_position (spark_pick_view_find_row (self->view, get_focus (self)));
}

/* Each frame finds in place what the one before laid out, and the acts may take some. */
static gboolean
on_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  SparkPickBar *self = SPARK_PICK_BAR (widget);

  if (self->view != NULL)
    spark_pick_view_show_row (self->view, find_focused (self));
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
  top = spark_pick_view_find_top (self->view);
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
    spark_pick_view_focus_row (self->view, focused);
  if (top != GTK_INVALID_LIST_POSITION)
    spark_pick_view_scroll_to (self->view, top);
  if (self->is_part && focused != GTK_INVALID_LIST_POSITION)
    follow_focused (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

static void
act_on_picked (GtkWidget *widget, const char *name, GVariant *target)
{
  SparkPickBar *self = SPARK_PICK_BAR (widget);

  if (is_selecting (self))
    gtk_widget_activate_action (widget, "win.batch", "(s@as)", g_variant_get_string (target, NULL),
                                spark_picked_list (self->picked));
}

static void
on_icon_cb (GtkButton *button, SparkPickBar *self)
{
  if (is_selecting (self))
    gtk_widget_activate_action (GTK_WIDGET (self), spark_pick_acts_get_action (GTK_WIDGET (button)),
                                "@as", spark_picked_list (self->picked));
}

/* The row there; NULL: there is none, or none is selected now */
static GtkWidget *
find_at (SparkPickBar *self, double x, double y)
{
  if (!is_selecting (self))
    return NULL;
  return spark_pick_view_find_row (self->view,
                                   gtk_widget_pick (self->view, x, y, GTK_PICK_DEFAULT));
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
    spark_pick_bar_add_range (self, position);
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

  spark_picked_end (self->picked);
  g_clear_object (&self->plain);
  g_clear_object (&self->model);
  leave_view (self);

  G_OBJECT_CLASS (spark_pick_bar_parent_class)->dispose (object);
}

static void
spark_pick_bar_finalize (GObject *object)
{
  g_object_unref (SPARK_PICK_BAR (object)->picked);

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
  self->picked = spark_picked_new ();
  g_signal_connect_swapped (self->picked, "marked", G_CALLBACK (mark_rows), self);
  g_signal_connect_swapped (self->picked, "changed", G_CALLBACK (tell), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->revealer, "notify::child-revealed", G_CALLBACK (on_revealed_cb),
                            self);
  spark_unmapped_hide_pages (self->revealer);
  spark_unmapped_hide_pages (self->acts);
}

static void
enter_view (SparkPickBar *self, GtkWidget *view, SparkPickId get_id)
{
  self->view = g_object_ref (view);
  self->keys = gtk_shortcut_controller_new ();
  self->get_id = get_id;
  self->single_click = spark_pick_view_has_single_click (view);
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

void
spark_pick_bar_set_model (SparkPickBar *self, GtkSelectionModel *plain, GListModel *model)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  g_set_object (&self->plain, plain);
  g_set_object (&self->model, model);
  self->is_part = spark_pick_place_is_part (plain, model);
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
  gtk_box_append (GTK_BOX (self->act_box), spark_pick_acts_new_act (label, act));
}

void
spark_pick_bar_add_action (SparkPickBar *self, const char *icon_name, const char *label,
                           const char *action)
{
  GtkWidget *button = spark_pick_acts_new_icon (icon_name, label, action);

  g_signal_connect (button, "clicked", G_CALLBACK (on_icon_cb), self);
  gtk_box_append (GTK_BOX (self->icons), button);
}

void
spark_pick_bar_toggle (SparkPickBar *self, guint position)
{
  GtkSelectionModel *selection;

  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  selection = spark_picked_get_selection (self->picked);
  if (selection == NULL)
    return;
  if (gtk_selection_model_is_selected (selection, position))
    gtk_selection_model_unselect_item (selection, position);
  else
    gtk_selection_model_select_item (selection, position, FALSE);
}

void
spark_pick_bar_pick_only (SparkPickBar *self, guint position)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  if (is_selecting (self))
    gtk_selection_model_select_item (spark_picked_get_selection (self->picked), position, TRUE);
}

void
spark_pick_bar_set_all (SparkPickBar *self, gboolean picked)
{
  GtkSelectionModel *selection;

  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  selection = spark_picked_get_selection (self->picked);
  if (selection != NULL && picked)
    gtk_selection_model_select_all (selection);
  else if (selection != NULL)
    gtk_selection_model_unselect_all (selection);
}

void
spark_pick_bar_add_range (SparkPickBar *self, guint position)
{
  guint start;

  g_return_if_fail (SPARK_IS_PICK_BAR (self));

  if (!is_selecting (self))
    return;
  /* As with the arrow keys; without a row that has the keyboard, of this row alone. */
  start = find_focused (self);
  if (start == GTK_INVALID_LIST_POSITION)
    start = position;
  gtk_selection_model_select_range (spark_picked_get_selection (self->picked),
                                    MIN (start, position),
                                    MAX (start, position) - MIN (start, position) + 1, FALSE);
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
