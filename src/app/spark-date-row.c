/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-date-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-date-row.h"
#include "app/spark-phrases.h"

struct _SparkDateRow
{
  AdwActionRow parent_instance;

  /* template widgets */
  GtkMenuButton *menu_button;
  GtkPopover *popover;
  GtkCalendar *calendar;
  GtkWidget *clear_button;

  /* borrowed */
  GtkEventController *own_keys; /* the calendar's */
  GtkGesture *own_click;

  /* owned */
  char *hint;

  gint64 end;
  int month;       /* that the calendar shows, counted from the year 0 */
  gboolean placed; /* the calendar's keyboard is on the marked day, or went on from there */
};

G_DEFINE_FINAL_TYPE (SparkDateRow, spark_date_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_END = 1,
  PROP_HINT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
choose_day (SparkDateRow *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autoptr (GDateTime) last_second
      = g_date_time_new_local (g_date_time_get_year (day), g_date_time_get_month (day),
                               g_date_time_get_day_of_month (day), 23, 59, 59);

  spark_date_row_set_end (self, g_date_time_to_unix (last_second) * 1000 + 999);
  gtk_popover_popdown (self->popover);
}

static int
get_month (SparkDateRow *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);

  return g_date_time_get_year (day) * 12 + g_date_time_get_month (day) - 1;
}

static void
on_month_shown_cb (SparkDateRow *self)
{
  self->month = get_month (self);
}

/* Going to a month that has no such day marks another day, which nobody chose. It comes before the
 * signal of the new month. */
static void
on_day_selected_cb (SparkDateRow *self)
{
  if (get_month (self) == self->month)
    choose_day (self);
}

static gboolean
is_marked_day (GtkWidget *widget)
{
  return gtk_widget_has_css_class (widget, "day-number")
         && (gtk_widget_get_state_flags (widget) & GTK_STATE_FLAG_SELECTED) != 0;
}

static GtkWidget *
find_marked_day (GtkWidget *widget)
{
  GtkWidget *found = is_marked_day (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_marked_day (child);
  return found;
}

/* Otherwise arrow keys begin in GtkCalendar's first corner. FALSE: it has not been laid out yet. */
static gboolean
place_keyboard (SparkDateRow *self)
{
  GtkWidget *day = find_marked_day (GTK_WIDGET (self->calendar));
  graphene_rect_t bounds;

  if (self->placed)
    return TRUE;
  if (day == NULL || gtk_widget_get_width (day) == 0
      || !gtk_widget_compute_bounds (day, GTK_WIDGET (self->calendar), &bounds))
    return FALSE;
  self->placed = TRUE;
  g_signal_handlers_block_by_func (self->calendar, on_day_selected_cb, self);
  g_signal_emit_by_name (self->own_click, "pressed", 1,
                         (double)(bounds.origin.x + bounds.size.width / 2),
                         (double)(bounds.origin.y + bounds.size.height / 2));
  g_signal_handlers_unblock_by_func (self->calendar, on_day_selected_cb, self);
  return TRUE;
}

/* GtkCalendar tells of a day only when it was not marked before, and knows no Enter. */
static gboolean
on_calendar_key_cb (SparkDateRow *self, guint keyval, guint keycode, GdkModifierType state)
{
  int month = self->month;
  gboolean placed, handled;

  /* Its buttons for months and years have keys of their own. */
  if (!gtk_widget_is_focus (GTK_WIDGET (self->calendar)))
    return FALSE;
  placed = place_keyboard (self);
  switch (keyval)
    {
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
    case GDK_KEY_Return:
    case GDK_KEY_ISO_Enter:
    case GDK_KEY_KP_Enter:
      /* Who is that quick means the day that is marked. */
      if (placed)
        g_signal_emit_by_name (self->own_keys, "key-pressed", GDK_KEY_space, keycode, state,
                               &handled);
      /* A day beside those of the month only leads to its own. */
      if (self->month == month)
        choose_day (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* The same for who presses the marked day. */
static void
on_calendar_released_cb (SparkDateRow *self, int n_press, double x, double y)
{
  GtkWidget *day = gtk_widget_pick (GTK_WIDGET (self->calendar), x, y, GTK_PICK_DEFAULT);

  if (day != NULL && is_marked_day (day))
    choose_day (self);
}

static void
listen (SparkDateRow *self)
{
  g_autoptr (GListModel) controllers
      = gtk_widget_observe_controllers (GTK_WIDGET (self->calendar));
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        self->own_keys = controller;
      else if (GTK_IS_GESTURE_CLICK (controller))
        self->own_click = GTK_GESTURE (controller);
    }
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_calendar_key_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self->calendar), keys);
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_calendar_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->calendar), GTK_EVENT_CONTROLLER (click));
}

/* GTK names none of the calendar's own buttons: those around the month, then those around the
 * year. */
static void
name_buttons (SparkDateRow *self)
{
  const char *const names[]
      = { _ ("Previous Month"), _ ("Next Month"), _ ("Previous Year"), _ ("Next Year") };
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->calendar));
  gsize n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (header);
       child != NULL && n < G_N_ELEMENTS (names); child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      names[n++], -1);
}

/* It opens with the day that is chosen. */
static void
on_popover_show_cb (SparkDateRow *self)
{
  g_autoptr (GDateTime) day = self->end != 0 ? g_date_time_new_from_unix_local (self->end / 1000)
                                             : g_date_time_new_now_local ();

  self->placed = FALSE;
  g_signal_handlers_block_by_func (self->calendar, on_day_selected_cb, self);
  gtk_calendar_select_day (self->calendar, day);
  g_signal_handlers_unblock_by_func (self->calendar, on_day_selected_cb, self);
  on_month_shown_cb (self);
}

static void
on_clear_cb (SparkDateRow *self)
{
  spark_date_row_set_end (self, 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->menu_button));
}

static void
spark_date_row_update (SparkDateRow *self)
{
  g_autofree char *day = self->end != 0 ? spark_phrase_day (self->end) : NULL;
  g_autofree char *name = NULL;
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));

  /* What it says of leaving it open needs the room once a day is chosen. */
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               day == NULL && self->hint != NULL ? self->hint : "");
  gtk_menu_button_set_label (self->menu_button, day != NULL ? day : _ ("Choose…"));
  gtk_widget_set_visible (self->clear_button, day != NULL);
  name = g_strdup_printf ("%s: %s", title, day != NULL ? day : _ ("Choose…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  /* The row lets its title name it too, which is read after its name. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->menu_button),
                                 GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->calendar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
}

static void
spark_date_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_END:
      g_value_set_int64 (value, SPARK_DATE_ROW (object)->end);
      break;
    case PROP_HINT:
      g_value_set_string (value, SPARK_DATE_ROW (object)->hint);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_date_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_END:
      spark_date_row_set_end (SPARK_DATE_ROW (object), g_value_get_int64 (value));
      break;
    case PROP_HINT:
      spark_date_row_set_hint (SPARK_DATE_ROW (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_date_row_finalize (GObject *object)
{
  g_free (SPARK_DATE_ROW (object)->hint);

  G_OBJECT_CLASS (spark_date_row_parent_class)->finalize (object);
}

/* Beside the day what it is for would be a column of single words. */
static void
spark_date_row_root (GtkWidget *widget)
{
  SparkDateRow *self = SPARK_DATE_ROW (widget);
  GtkWidget *header = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (widget));

  GTK_WIDGET_CLASS (spark_date_row_parent_class)->root (widget);
  if (GTK_IS_BOX (header)
      && gtk_widget_has_css_class (GTK_WIDGET (gtk_widget_get_root (widget)), "large-letters"))
    {
      gtk_orientable_set_orientation (GTK_ORIENTABLE (header), GTK_ORIENTATION_VERTICAL);
      /* Without an edge its words would stand farther in than those above them. */
      gtk_widget_remove_css_class (GTK_WIDGET (self->menu_button), "flat");
      gtk_widget_set_margin_bottom (GTK_WIDGET (self->menu_button), 9);
    }
}

static void
spark_date_row_class_init (SparkDateRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = spark_date_row_finalize;
  object_class->get_property = spark_date_row_get_property;
  object_class->set_property = spark_date_row_set_property;
  widget_class->root = spark_date_row_root;

  properties[PROP_END]
      = g_param_spec_int64 ("end", NULL, NULL, 0, G_MAXINT64, 0,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-date-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkDateRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SparkDateRow, popover);
  gtk_widget_class_bind_template_child (widget_class, SparkDateRow, calendar);
  gtk_widget_class_bind_template_child (widget_class, SparkDateRow, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, on_day_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_month_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_popover_show_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_cb);
}

static void
spark_date_row_init (SparkDateRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_buttons (self);
  listen (self);
  g_signal_connect (self, "notify::title", G_CALLBACK (spark_date_row_update), NULL);
  spark_date_row_update (self);
}

gint64
spark_date_row_get_end (SparkDateRow *self)
{
  g_return_val_if_fail (SPARK_IS_DATE_ROW (self), 0);

  return self->end;
}

void
spark_date_row_set_end (SparkDateRow *self, gint64 end)
{
  g_return_if_fail (SPARK_IS_DATE_ROW (self));

  if (self->end == end)
    return;
  self->end = end;
  spark_date_row_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_END]);
}

void
spark_date_row_set_hint (SparkDateRow *self, const char *hint)
{
  g_return_if_fail (SPARK_IS_DATE_ROW (self));

  g_free (self->hint);
  self->hint = g_strdup (hint);
  spark_date_row_update (self);
}
