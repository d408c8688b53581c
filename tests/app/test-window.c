/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-window-acts.h"
#include "fake-backend.h"
#include "test-window.h"

struct _SparkWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *overlay;
  SparkBackend *backend;
  SparkContext *context;
  AdwToast *toast;
  gboolean toast_new;
  char *shown;
  char *account_id;
  gboolean acts_stopped;
};

enum
{
  PROP_0,
  PROP_ACTS_STOPPED,
  PROP_BACKEND
};

G_DEFINE_FINAL_TYPE (SparkWindow, spark_window, ADW_TYPE_APPLICATION_WINDOW)

static void
spark_window_dispose (GObject *object)
{
  SparkWindow *self = SPARK_WINDOW (object);

  if (self->context != NULL)
    spark_context_set (self->context, NULL, NULL);
  g_clear_object (&self->context);
  g_clear_object (&self->backend);
  g_clear_object (&self->toast);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->account_id, g_free);
  G_OBJECT_CLASS (spark_window_parent_class)->dispose (object);
}

static void
spark_window_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_ACTS_STOPPED)
    g_value_set_boolean (value, SPARK_WINDOW (object)->acts_stopped);
  else if (prop_id == PROP_BACKEND)
    g_value_set_object (value, SPARK_WINDOW (object)->backend);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
spark_window_class_init (SparkWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_window_dispose;
  G_OBJECT_CLASS (klass)->get_property = spark_window_get_property;
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), PROP_ACTS_STOPPED,
      g_param_spec_boolean ("acts-stopped", NULL, NULL, FALSE, G_PARAM_READABLE));
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), PROP_BACKEND,
      g_param_spec_object ("backend", NULL, NULL, SPARK_TYPE_BACKEND, G_PARAM_READABLE));
  spark_window_install_acts (GTK_WIDGET_CLASS (klass));
}

static void
spark_window_init (SparkWindow *self)
{
  self->backend = fake_backend_new ();
  self->overlay = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), GTK_WIDGET (self->overlay));
  gtk_window_set_default_size (GTK_WINDOW (self), 700, 600);
}

SparkBackend *
spark_window_get_backend (SparkWindow *self)
{
  return self->backend;
}

SparkContext *
spark_window_get_context (SparkWindow *self)
{
  if (self->context == NULL)
    {
      self->context = spark_context_new ();
      spark_context_set (self->context, self->backend, self->account_id);
    }
  return self->context;
}

void
spark_window_set_backend (SparkWindow *self, SparkBackend *backend)
{
  g_set_object (&self->backend, backend);
  if (self->context != NULL)
    spark_context_set (self->context, backend, self->account_id);
}

void
spark_window_add_toast (SparkWindow *self, AdwToast *toast)
{
  g_set_object (&self->toast, toast);
  self->toast_new = TRUE;
  adw_toast_overlay_add_toast (self->overlay, toast);
}

void
spark_window_dismiss_toast (SparkWindow *self, AdwToast *toast)
{
  adw_toast_dismiss (toast);
}

void
spark_window_show_video (SparkWindow *self, const char *id)
{
  g_free (self->shown);
  self->shown = g_strdup (id);
}

void
spark_window_show_added_video (SparkWindow *self, const char *id)
{
  spark_window_show_video (self, id);
}

void
spark_window_show_brand (SparkWindow *self, const char *id)
{
  g_free (self->shown);
  self->shown = g_strdup (id);
}

void
spark_window_show_access (SparkWindow *self)
{
  spark_window_show_video (self, "access");
}

SparkVideoList *
spark_window_get_filtered_videos (SparkWindow *self)
{
  return NULL;
}

const char *
spark_window_get_account_id (SparkWindow *self)
{
  return self->account_id;
}

gboolean
spark_window_stops_act (SparkWindow *self, const char *action)
{
  return self->acts_stopped && g_str_equal (action, "win.generate");
}

void
test_window_set_acts_stopped (SparkWindow *self, gboolean stopped)
{
  self->acts_stopped = stopped;
  g_object_notify (G_OBJECT (self), "acts-stopped");
}

void
test_window_set_account_id (SparkWindow *self, const char *account_id)
{
  g_free (self->account_id);
  self->account_id = g_strdup (account_id);
  if (self->context != NULL)
    spark_context_set (self->context, self->backend, account_id);
}

void
test_window_set_backend (SparkWindow *self, SparkBackend *backend)
{
  g_set_object (&self->backend, backend);
  if (self->context != NULL)
    spark_context_set (self->context, backend, self->account_id);
  g_object_notify (G_OBJECT (self), "backend");
}

SparkWindow *
test_window_new (GtkWidget *child)
{
  SparkWindow *self = g_object_new (SPARK_TYPE_WINDOW, NULL);

  fake_reset ();
  if (child == NULL)
    child = gtk_label_new ("Videos");
  adw_toast_overlay_set_child (self->overlay, child);
  gtk_window_present (GTK_WINDOW (self));
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (self)));
  return self;
}

void
test_window_free (SparkWindow *self)
{
  GtkWindow *dialog = test_has_dialog (self) ? test_get_dialog (self) : NULL;
  GWeakRef window_ref, dialog_ref, backend_ref;

  g_weak_ref_init (&window_ref, self);
  g_weak_ref_init (&dialog_ref, dialog);
  g_weak_ref_init (&backend_ref, self->backend);
  gtk_window_destroy (GTK_WINDOW (self));
  for (gint64 until = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;;)
    {
      g_autoptr (GObject) window = g_weak_ref_get (&window_ref);
      g_autoptr (GObject) other = g_weak_ref_get (&dialog_ref);
      g_autoptr (GObject) backend = g_weak_ref_get (&backend_ref);

      if (window == NULL && other == NULL && backend == NULL)
        break;
      if (g_get_monotonic_time () >= until)
        g_error ("This outlived the window:%s%s%s", window != NULL ? " itself" : "",
                 other != NULL ? " a dialog" : "", backend != NULL ? " the backend" : "");
      g_clear_object (&window);
      g_clear_object (&other);
      g_clear_object (&backend);
      test_turn ();
    }
  g_weak_ref_clear (&window_ref);
  g_weak_ref_clear (&dialog_ref);
  g_weak_ref_clear (&backend_ref);
}

void
test_window_act (SparkWindow *self, const char *action, const char *target)
{
  gboolean known = target != NULL
                       ? gtk_widget_activate_action (GTK_WIDGET (self), action, "s", target)
                       : gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);

  g_assert_true (known);
}

char *
test_window_take_toast (SparkWindow *self)
{
  if (!self->toast_new)
    return NULL;
  self->toast_new = FALSE;
  return g_strdup (adw_toast_get_title (self->toast));
}

void
test_window_press_toast (SparkWindow *self)
{
  const char *action = adw_toast_get_action_name (self->toast);

  if (action == NULL)
    g_signal_emit_by_name (self->toast, "button-clicked");
  else
    g_assert_true (gtk_widget_activate_action_variant (
        GTK_WIDGET (self), action, adw_toast_get_action_target_value (self->toast)));
}

const char *
test_window_get_shown (SparkWindow *self)
{
  return self->shown;
}

static GtkWindow *
find_dialog (SparkWindow *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i > 0; i--)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i - 1);

      if (window != GTK_WINDOW (self) && gtk_widget_get_visible (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

gboolean
test_has_dialog (SparkWindow *self)
{
  return find_dialog (self) != NULL;
}

GtkWindow *
test_get_dialog (SparkWindow *self)
{
  test_wait (find_dialog (self) != NULL);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (find_dialog (self))));
  return find_dialog (self);
}

void
test_close_dialog (SparkWindow *self, GtkWindow *dialog)
{
  gtk_window_close (dialog);
  test_wait (!test_has_dialog (self));
}
