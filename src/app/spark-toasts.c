/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-toasts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-toast-layout.h"
#include "app/spark-toasts.h"

/* Whatever comes next, one stays at least so long: it is to be seen. */
#define COMES_US (600 * G_TIME_SPAN_MILLISECOND)

struct _SparkToasts
{
  /* borrowed */
  AdwToastOverlay *overlay;
  GtkWindow *window;   /* NULL until there was a toast */
  GtkWidget *focus;    /* had the keyboard before; weak */
  GdkSurface *surface; /* the window's; weak */

  /* owned */
  AdwToast *shown; /* NULL: none */
  AdwToast *over;  /* shown over it, which comes back then; NULL: none */
  AdwToast *next;  /* waits until what is shown has come */
  GQueue later;    /* without a timeout, had to give way: each comes back once nothing waits */

  gint64 come_at; /* when whatever came last has come */
  guint step_id;
  guint fit_id;
  /* as soon as it has come: */
  gboolean goes;      /* the one that is shown */
  gboolean over_goes; /* the one over it */

  gboolean slides; /* of the settings, while nothing does */
};

static void plan (SparkToasts *self);

/* --- the keyboard --- */

static gboolean
is_in_toast (SparkToasts *self, GtkWidget *widget)
{
  return gtk_widget_is_ancestor (widget, GTK_WIDGET (self->overlay))
         && !gtk_widget_is_ancestor (widget, adw_toast_overlay_get_child (self->overlay));
}

/* A row out of sight is not mapped, and goes nowhere: Tab leads on from it. */
static gboolean
is_out_of_sight (GtkWidget *widget)
{
  GtkWidget *list = gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_VIEW);

  if (list == NULL)
    list = gtk_widget_get_ancestor (widget, GTK_TYPE_GRID_VIEW);
  return list != NULL && gtk_widget_get_mapped (list) && gtk_widget_is_visible (widget);
}

static gboolean
is_gone (GtkWidget *widget)
{
  return widget == NULL || (!gtk_widget_get_mapped (widget) && !is_out_of_sight (widget));
}

static void
on_focus_cb (GtkWindow *window, GParamSpec *pspec, SparkToasts *self)
{
  GtkWidget *focus = gtk_window_get_focus (window);
  gboolean was_gone = is_gone (self->focus);

  g_set_weak_pointer (&self->focus, focus);
  if (focus != NULL && was_gone && is_in_toast (self, focus)
      && !gtk_widget_child_focus (adw_toast_overlay_get_child (self->overlay), GTK_DIR_TAB_FORWARD))
    gtk_window_set_focus (window, NULL);
}

static void
watch (SparkToasts *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->overlay));

  if (self->window != NULL || !GTK_IS_WINDOW (root))
    return;
  g_set_weak_pointer (&self->window, GTK_WINDOW (root));
  g_set_weak_pointer (&self->focus, gtk_window_get_focus (self->window));
  g_signal_connect (self->window, "notify::focus-widget", G_CALLBACK (on_focus_cb), self);
}

/* --- its room --- */

static void
queue_resize (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    gtk_widget_queue_resize (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    queue_resize (child);
}

static gboolean
on_fit_cb (gpointer data)
{
  SparkToasts *self = data;
  GtkWidget *toast = gtk_widget_get_last_child (GTK_WIDGET (self->overlay));

  self->fit_id = 0;
  if (toast != NULL && toast != adw_toast_overlay_get_child (self->overlay))
    queue_resize (toast);
  return G_SOURCE_REMOVE;
}

/* How many lines its words take depends on the window, which has its new size only afterwards. */
static void
on_width_cb (SparkToasts *self)
{
  if (self->fit_id == 0 && (self->shown != NULL || self->over != NULL))
    self->fit_id = g_idle_add (on_fit_cb, self);
}

static void
watch_width (SparkToasts *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self->overlay));
  GdkSurface *surface = native != NULL ? gtk_native_get_surface (native) : NULL;

  if (surface == self->surface)
    return;
  if (self->surface != NULL)
    g_signal_handlers_disconnect_by_data (self->surface, self);
  g_set_weak_pointer (&self->surface, surface);
  if (surface != NULL)
    g_signal_connect_swapped (surface, "notify::width", G_CALLBACK (on_width_cb), self);
}

/* libadwaita 1.2 gives its buttons no name. */
static void
name_buttons (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) && gtk_button_get_icon_name (GTK_BUTTON (widget)) != NULL)
    gtk_widget_set_tooltip_text (widget, _ ("Close"));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_buttons (child);
}

/* What is shown above all may be one that comes back, for which Adwaita makes a new widget. */
static void
equip (SparkToasts *self)
{
  GtkWidget *widget = gtk_widget_get_last_child (GTK_WIDGET (self->overlay));

  if (widget == NULL || widget == adw_toast_overlay_get_child (self->overlay)
      || SPARK_IS_TOAST_LAYOUT (gtk_widget_get_layout_manager (widget)))
    return;
  gtk_widget_set_layout_manager (widget, spark_toast_layout_new ());
  name_buttons (widget);
}

/* --- one after another --- */

/* What stays until it is answered is not lost to what is said meanwhile. */
static gboolean
stays (AdwToast *toast)
{
  return adw_toast_get_timeout (toast) == 0;
}

static void
bring_back (SparkToasts *self)
{
  if (self->next == NULL && self->over == NULL)
    self->next = g_queue_pop_tail (&self->later);
}

/* libadwaita 1.2 uses a toast after it has freed it, where one is sent away that is still sliding
 * in: by Escape or its own buttons as well. So it is there at once. */
static void
stop_sliding (SparkToasts *self)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self->overlay));

  g_object_get (settings, "gtk-enable-animations", &self->slides, NULL);
  if (self->slides)
    g_object_set (settings, "gtk-enable-animations", FALSE, NULL);
}

static void
slide_again (SparkToasts *self)
{
  if (self->slides)
    gtk_settings_reset_property (gtk_widget_get_settings (GTK_WIDGET (self->overlay)),
                                 "gtk-enable-animations");
  self->slides = FALSE;
}

/* Before Adwaita lets the one below come back. */
static void
on_goes_cb (AdwToast *toast, SparkToasts *self)
{
  if (toast == self->over && self->shown != NULL)
    stop_sliding (self);
}

/* After it has. */
static void
on_dismissed_cb (AdwToast *toast, SparkToasts *self)
{
  slide_again (self);
  g_signal_handlers_disconnect_by_data (toast, self);
  if (toast == self->shown)
    {
      self->goes = FALSE;
      g_clear_object (&self->shown);
    }
  else
    {
      self->over_goes = FALSE;
      g_clear_object (&self->over);
      self->come_at = g_get_monotonic_time () + COMES_US;
      equip (self);
    }
  bring_back (self);
  plan (self);
}

static void
give (SparkToasts *self, AdwToast *toast)
{
  self->come_at = g_get_monotonic_time () + COMES_US;
  g_signal_connect (toast, "dismissed", G_CALLBACK (on_goes_cb), self);
  g_signal_connect_after (toast, "dismissed", G_CALLBACK (on_dismissed_cb), self);
  stop_sliding (self);
  adw_toast_overlay_add_toast (self->overlay, toast);
  slide_again (self);
  watch_width (self);
  equip (self);
}

static gboolean
on_step_cb (gpointer data)
{
  SparkToasts *self = data;

  self->step_id = 0;
  /* What it was shown over may have gone before it. */
  if (self->over != NULL && (self->next != NULL || self->over_goes))
    {
      if (stays (self->over) && !self->over_goes)
        g_queue_push_tail (&self->later, g_object_ref (self->over));
      adw_toast_dismiss (self->over);
    }
  else if (self->shown == NULL && self->next != NULL)
    {
      self->shown = g_object_ref (self->next);
      give (self, g_steal_pointer (&self->next));
    }
  else if (self->shown != NULL && self->next != NULL && stays (self->shown) && !self->goes)
    {
      self->over = g_object_ref (self->next);
      adw_toast_set_priority (self->over, ADW_TOAST_PRIORITY_HIGH);
      give (self, g_steal_pointer (&self->next));
    }
  else if (self->shown != NULL && (self->goes || self->next != NULL))
    adw_toast_dismiss (self->shown);
  return G_SOURCE_REMOVE;
}

/* Whatever there is to do, as soon as nothing is coming. */
static void
plan (SparkToasts *self)
{
  gint64 wait = MAX (self->come_at - g_get_monotonic_time (), 0);

  if (self->step_id != 0 || (self->next == NULL && !self->goes && !self->over_goes))
    return;
  if (self->shown == NULL && self->over == NULL)
    wait = 0;
  self->step_id = g_timeout_add ((guint)(wait / G_TIME_SPAN_MILLISECOND), on_step_cb, self);
}

SparkToasts *
spark_toasts_new (AdwToastOverlay *overlay)
{
  SparkToasts *self = g_new0 (SparkToasts, 1);

  self->overlay = overlay;
  return self;
}

void
spark_toasts_free (SparkToasts *self)
{
  g_clear_handle_id (&self->step_id, g_source_remove);
  g_clear_handle_id (&self->fit_id, g_source_remove);
  slide_again (self);
  if (self->surface != NULL)
    g_signal_handlers_disconnect_by_data (self->surface, self);
  g_clear_weak_pointer (&self->surface);
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_data (self->window, self);
  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->focus);
  if (self->shown != NULL)
    g_signal_handlers_disconnect_by_data (self->shown, self);
  if (self->over != NULL)
    g_signal_handlers_disconnect_by_data (self->over, self);
  g_clear_object (&self->shown);
  g_clear_object (&self->over);
  g_clear_object (&self->next);
  g_queue_clear_full (&self->later, g_object_unref);
  g_free (self);
}

void
spark_toasts_add (SparkToasts *self, AdwToast *toast)
{
  g_return_if_fail (ADW_IS_TOAST (toast));

  watch (self);
  if (self->next != NULL && stays (self->next))
    g_queue_push_tail (&self->later, g_steal_pointer (&self->next));
  g_clear_object (&self->next);
  self->next = toast;
  /* At once where nothing is in the way. */
  if (self->shown == NULL && self->over == NULL && self->step_id == 0)
    on_step_cb (self);
  else
    plan (self);
}

void
spark_toasts_dismiss (SparkToasts *self, AdwToast *toast)
{
  g_return_if_fail (ADW_IS_TOAST (toast));

  if (toast == self->next)
    g_clear_object (&self->next);
  else if (g_queue_remove (&self->later, toast))
    g_object_unref (toast);
  else if (toast == self->shown)
    self->goes = TRUE;
  else if (toast == self->over)
    self->over_goes = TRUE;
  plan (self);
}
