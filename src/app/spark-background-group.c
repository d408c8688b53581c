/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-background-group"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-background-group.h"
#include "app/spark-background.h"

#define BACKGROUND "run-in-background"
#define AT_LOGIN   "start-at-login"

struct _SparkBackgroundGroup
{
  AdwPreferencesGroup parent_instance;

  /* template widgets */
  GtkWidget *background_row;
  GtkSwitch *background_switch;
  GtkWidget *login_row;
  GtkSwitch *login_switch;
  AdwPreferencesRow *problem_row;
  GtkLabel *problem_label;

  /* owned */
  GSettings *settings;
  GCancellable *asking; /* NULL: nothing is being asked */

  /* what is asked for */
  gboolean background;
  gboolean at_login;
};

G_DEFINE_FINAL_TYPE (SparkBackgroundGroup, spark_background_group, ADW_TYPE_PREFERENCES_GROUP)

static gboolean on_background_cb (GtkSwitch *widget, gboolean wanted, SparkBackgroundGroup *self);
static gboolean on_login_cb (GtkSwitch *widget, gboolean wanted, SparkBackgroundGroup *self);

static void
show (GtkSwitch *widget, gpointer handler, SparkBackgroundGroup *self, gboolean on)
{
  g_signal_handlers_block_by_func (widget, handler, self);
  gtk_switch_set_active (widget, on);
  gtk_switch_set_state (widget, on);
  g_signal_handlers_unblock_by_func (widget, handler, self);
}

/* The switches say what is, not what was asked for. */
static void
update (SparkBackgroundGroup *self)
{
  gboolean background = g_settings_get_boolean (self->settings, BACKGROUND);

  show (self->background_switch, on_background_cb, self, background);
  show (self->login_switch, on_login_cb, self,
        background && g_settings_get_boolean (self->settings, AT_LOGIN));
  gtk_widget_set_sensitive (self->background_row, self->asking == NULL);
  gtk_widget_set_sensitive (self->login_row, self->asking == NULL && background);
}

static const char *
describe (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return _ ("Your desktop did not allow it. Allow Sparkbox to run in the background in the "
              "settings of your desktop, then try again.");
  return _ ("This desktop offers no way to allow it, so notifications come only while the window "
            "is open. It needs the package xdg-desktop-portal and one for your desktop.");
}

static void
on_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkBackgroundGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean allowed = spark_background_request_finish (result, &error);

  if (self->settings == NULL)
    return;
  g_clear_object (&self->asking);
  /* To stop needs nobody's leave. */
  if (allowed || !self->background)
    {
      g_settings_set_boolean (self->settings, BACKGROUND, self->background);
      g_settings_set_boolean (self->settings, AT_LOGIN, self->at_login);
    }
  else
    {
      gtk_label_set_label (self->problem_label, describe (error));
      gtk_widget_set_visible (GTK_WIDGET (self->problem_row), TRUE);
    }
  update (self);
}

static void
ask (SparkBackgroundGroup *self, gboolean background, gboolean at_login)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  self->background = background;
  self->at_login = at_login;
  self->asking = g_cancellable_new ();
  gtk_widget_set_visible (GTK_WIDGET (self->problem_row), FALSE);
  update (self);
  spark_background_request_async (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, at_login,
                                  self->asking, on_answered_cb, g_object_ref (self));
}

static gboolean
on_background_cb (GtkSwitch *widget, gboolean wanted, SparkBackgroundGroup *self)
{
  if (wanted || g_settings_get_boolean (self->settings, AT_LOGIN))
    ask (self, wanted, FALSE);
  else
    {
      g_settings_set_boolean (self->settings, BACKGROUND, FALSE);
      update (self);
    }
  return TRUE;
}

static gboolean
on_login_cb (GtkSwitch *widget, gboolean wanted, SparkBackgroundGroup *self)
{
  ask (self, TRUE, wanted);
  return TRUE;
}

static void
spark_background_group_dispose (GObject *object)
{
  spark_background_group_stop (SPARK_BACKGROUND_GROUP (object));

  G_OBJECT_CLASS (spark_background_group_parent_class)->dispose (object);
}

static void
spark_background_group_class_init (SparkBackgroundGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_background_group_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-background-group.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBackgroundGroup, background_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBackgroundGroup, background_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkBackgroundGroup, login_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBackgroundGroup, login_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkBackgroundGroup, problem_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBackgroundGroup, problem_label);
}

static void
spark_background_group_init (SparkBackgroundGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
spark_background_group_set_up (SparkBackgroundGroup *self, GSettings *settings)
{
  self->settings = g_object_ref (settings);
  g_signal_connect (self->background_switch, "state-set", G_CALLBACK (on_background_cb), self);
  g_signal_connect (self->login_switch, "state-set", G_CALLBACK (on_login_cb), self);
  update (self);
}

void
spark_background_group_stop (SparkBackgroundGroup *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->settings);
}
