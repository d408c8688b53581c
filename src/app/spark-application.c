/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-application"

#include "config.h"

#include <signal.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "app/spark-about.h"
#include "app/spark-application.h"
#include "app/spark-background.h"
#include "app/spark-button-name.h"
#include "app/spark-clipboard.h"
#include "app/spark-command-line.h"
#include "app/spark-ends-reminder.h"
#include "app/spark-notified.h"
#include "app/spark-notifier.h"
#include "app/spark-label-wrap.h"
#include "app/spark-popover-fit.h"
#include "app/spark-preferences.h"
#include "app/spark-search-provider.h"
#include "app/spark-sign-ins.h"
#include "app/spark-window-acts.h"
#include "client/spark-keyring.h"
#include "client/spark-private-backend.h"
#include "client/spark-replica-writer.h"
#include "model/spark-error.h"

struct _SparkApplication
{
  AdwApplication parent_instance;

  /* borrowed */
  SparkWindow *window;
  SparkPreferences *preferences; /* weak */

  /* owned */
  GSettings *settings;
  SparkPrivateBackend *private_backend; /* once used, until the end */
  gboolean private_running;
  SparkBackend *backend; /* the one of the window, or of the background */
  SparkReplica *replica; /* of the last one, until the end */
  SparkNotifier *notifier;
  SparkEndsReminder *reminder;
  SparkSearchProvider *search_provider; /* while on the bus */
  GCancellable *opening;

  unsigned starts_hidden : 1;
  unsigned quits : 1;
  unsigned in_background : 1; /* there is no window, and it goes on */
};

G_DEFINE_FINAL_TYPE (SparkApplication, spark_application, ADW_TYPE_APPLICATION)

/* the sign-in in front of the person */

static void
set_problem (SparkApplication *self, const GError *problem)
{
  if (self->window != NULL && !g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    spark_window_set_problem (self->window, problem);
}

static void
close_backend (SparkApplication *self)
{
  /* The notifier first: what it still holds back it tells while the replica can be read. */
  g_clear_object (&self->notifier);
  g_clear_object (&self->reminder);
  if (self->backend != NULL)
    spark_backend_stop (self->backend);
  g_clear_object (&self->backend);
}

static void
on_sees_access_cb (SparkApplication *self)
{
  if (self->notifier != NULL && spark_window_sees_access (self->window))
    spark_notifier_see_access (self->notifier);
}

static void
follow_backend (SparkApplication *self, SparkBackend *backend)
{
  if (backend == self->backend)
    return;
  close_backend (self);
  if (backend == NULL)
    return;
  self->backend = g_object_ref (backend);
  g_set_object (&self->replica, spark_backend_get_replica (backend));
  self->notifier = spark_notifier_new (G_APPLICATION (self), backend, self->settings);
  self->reminder = spark_ends_reminder_new (G_APPLICATION (self), backend, self->settings);
  /* It may have been seen before anybody could be told. */
  if (self->window != NULL)
    on_sees_access_cb (self);
}

static void
on_window_backend_cb (SparkApplication *self)
{
  SparkBackend *backend = spark_window_get_backend (self->window);
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;

  follow_backend (self, backend);
  if (backend == NULL)
    return;
  /* A server joined in the window is where the next start begins. */
  if (spark_sign_ins_get (self->settings, 0, &url, &account))
    g_settings_set_boolean (self->settings, "use-private", spark_backend_is_private (backend));
}

/* What was opened goes where somebody looks. */
static void
use_backend (SparkApplication *self, SparkBackend *backend)
{
  if (self->window != NULL)
    spark_window_set_backend (self->window, backend);
  else
    follow_backend (self, backend);
}

/* A window may not show it yet. (transfer none) (nullable) */
static SparkBackend *
get_opened (SparkApplication *self)
{
  return self->window != NULL ? spark_window_get_backend (self->window) : self->backend;
}

static gboolean
is_wanted (SparkApplication *self)
{
  return self->window != NULL || self->in_background;
}

static void
on_private_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  SparkBackend *opened = get_opened (self);

  self->private_running
      = spark_private_backend_start_finish (SPARK_PRIVATE_BACKEND (source), result, &error);
  if (!self->private_running)
    set_problem (self, error);
  else if (opened != NULL && spark_backend_is_private (opened))
    spark_backend_start (opened);
}

static void
on_private_key_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = spark_keyring_replica_key_finish (result, &error);
  g_autoptr (SparkClient) client = NULL;
  g_autoptr (SparkBackend) backend = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !is_wanted (self))
    return;
  /* Without a keyring this computer's own videos are still shown; only their codes are not kept in
   * the replica, and are asked for. */
  if (key == NULL)
    {
      g_message ("Codes are not kept in the local copy: %s", error->message);
      g_clear_error (&error);
    }
  client = spark_client_new (spark_private_backend_get_url (self->private_backend), NULL);
  backend = spark_backend_new (SPARK_SIGN_IN_PRIVATE, client, key, &error);
  if (backend == NULL)
    {
      set_problem (self, error);
      return;
    }
  use_backend (self, backend);
  if (self->private_running)
    spark_backend_start (backend);
  else
    spark_private_backend_start_async (self->private_backend, self->opening, on_private_started_cb,
                                       g_object_ref (self));
}

/* It died and is back: nobody needs to wait until the next try. */
static void
on_private_ready_cb (SparkApplication *self)
{
  if (self->private_running && self->backend != NULL && spark_backend_is_private (self->backend))
    spark_backend_retry (self->backend);
}

static void
open_private (SparkApplication *self)
{
  if (self->private_backend == NULL)
    {
      self->private_backend = spark_private_backend_new ();
      g_signal_connect_object (self->private_backend, "ready", G_CALLBACK (on_private_ready_cb),
                               self, G_CONNECT_SWAPPED);
    }
  spark_keyring_replica_key_async (SPARK_SIGN_IN_PRIVATE, SPARK_SIGN_IN_PRIVATE, self->opening,
                                   on_private_key_cb, g_object_ref (self));
}

static void
on_sign_in_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkBackend) backend = spark_sign_in_open_finish (result, &error);

  if (!is_wanted (self) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (backend == NULL)
    {
      set_problem (self, error);
      return;
    }
  use_backend (self, backend);
  spark_backend_start (backend);
}

/* Opens what the settings say, instead of what is open. */
static void
open_sign_in (SparkApplication *self)
{
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;

  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  if (self->window != NULL)
    {
      spark_window_set_backend (self->window, NULL);
      spark_window_set_problem (self->window, NULL);
    }
  if (spark_sign_ins_get_first (self->settings, &url, &account))
    spark_sign_in_open_async (url, account, NULL, self->opening, on_sign_in_opened_cb,
                              g_object_ref (self));
  else
    open_private (self);
}

/* the background */

static void
enter_background (SparkApplication *self)
{
  if (self->in_background)
    return;
  self->in_background = TRUE;
  g_application_hold (G_APPLICATION (self));
}

static void
leave_background (SparkApplication *self)
{
  if (!self->in_background)
    return;
  self->in_background = FALSE;
  g_application_release (G_APPLICATION (self));
}

/* the window */

static SparkWindow *
present_window (SparkApplication *self)
{
  if (self->window == NULL)
    {
      /* Asked first: the keyring answers while the window is built. */
      if (self->backend == NULL)
        open_sign_in (self);
      self->window = spark_window_new (GTK_APPLICATION (self));
      g_signal_connect_object (self->window, "notify::backend", G_CALLBACK (on_window_backend_cb),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->window, "notify::sees-access", G_CALLBACK (on_sees_access_cb),
                               self, G_CONNECT_SWAPPED);
      if (self->backend != NULL)
        spark_window_set_backend (self->window, self->backend);
      leave_background (self);
    }
  gtk_window_present (GTK_WINDOW (self->window));
  return self->window;
}

/* actions */

/* The settings say another one than is open. Without a window, the one that comes opens it. */
static void
reopen (SparkApplication *self)
{
  if (self->window != NULL)
    open_sign_in (self);
  else
    close_backend (self);
}

/* @target: of spark_sign_in_target(). Returns: (transfer full): the id in it; NULL: it is about
 * another sign-in, whose ids are those of other things in this one, and the person is told */
static char *
take_target (SparkApplication *self, GVariant *target)
{
  g_autofree char *used = spark_sign_ins_get_first_id (self->settings);
  g_autofree char *sign_in = NULL;
  g_autofree char *id = NULL;
  AdwToast *toast;

  if (spark_sign_in_parse_target (g_variant_get_string (target, NULL), &sign_in, &id)
      && g_str_equal (sign_in, used))
    return g_steal_pointer (&id);
  toast = adw_toast_new (_ ("That was about another server"));
  spark_window_add_toast (present_window (self), toast);
  return NULL;
}

/* An act of the window that a notification offers too: app.X does win.X. */
static void
act (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  SparkApplication *self = user_data;
  g_autofree char *name = g_strconcat ("win.", g_action_get_name (G_ACTION (action)), NULL);
  g_autofree char *sign_in = spark_sign_ins_get_first_id (self->settings);
  g_autofree char *id = take_target (self, target);

  if (id != NULL)
    spark_window_act_when_ready (present_window (self), sign_in, name, id);
}

static void
show_access (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  g_autofree char *id = take_target (user_data, target);

  if (id != NULL)
    spark_window_show_access (present_window (user_data));
}

static void
join (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (present_window (user_data)), "win.join", NULL);
}

static void
use_sign_in (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  SparkApplication *self = user_data;
  const char *name = g_variant_get_string (target, NULL);
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;

  if (*name == '\0')
    g_settings_set_boolean (self->settings, "use-private", TRUE);
  else if (spark_sign_in_parse_name (name, &url, &account)
           && spark_sign_ins_contains (self->settings, url, account))
    {
      spark_sign_ins_add (self->settings, url, account, NULL);
      g_settings_set_boolean (self->settings, "use-private", FALSE);
    }
  else
    return;
  reopen (self);
  present_window (self);
}

/* Sample data are this computer's own, whatever server was joined. */
static void
sample (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  SparkApplication *self = user_data;

  g_settings_set_boolean (self->settings, "use-private", TRUE);
  if (self->backend == NULL || !spark_backend_is_private (self->backend))
    reopen (self);
  spark_window_act_when_ready (present_window (self), SPARK_SIGN_IN_PRIVATE, "win.sample", NULL);
}

static void
retry (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  SparkApplication *self = user_data;

  if (self->window != NULL)
    open_sign_in (self);
}

static void
preferences (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  SparkApplication *self = user_data;

  if (self->preferences == NULL)
    g_set_weak_pointer (&self->preferences,
                        spark_preferences_new (present_window (self), self->settings));
  gtk_window_present (GTK_WINDOW (self->preferences));
}

static void
about (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  spark_about_present (present_window (user_data));
}

static void
quit (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  GtkApplication *application = user_data;
  GList *windows;

  SPARK_APPLICATION (application)->quits = TRUE;

  /* Ending with open windows would leave what is in them unfinished. */
  while ((windows = gtk_application_get_windows (application)) != NULL)
    gtk_window_destroy (windows->data);
  g_application_quit (G_APPLICATION (application));
}

/* A menu marks the one that is used. */
static void
mark_sign_in (SparkApplication *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "use-sign-in");
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;
  g_autofree char *name = spark_sign_ins_get_first (self->settings, &url, &account)
                              ? spark_sign_in_name (url, account)
                              : g_strdup ("");

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (name));
}

/* What was begun or told of the one before leads nowhere any more. */
static void
on_sign_in_cb (SparkApplication *self)
{
  g_autofree char *sign_in = spark_sign_ins_get_first_id (self->settings);

  mark_sign_in (self);
  spark_notified_withdraw_others (G_APPLICATION (self), self->settings);
  if (self->window != NULL)
    spark_window_keep_acts_of (self->window, sign_in);
}

static const GActionEntry actions[] = {
  { "show-video", act, "s" },
  { "search-videos", act, "s" },
  { "revoke", act, "s" },
  { "extend-request", act, "s" },
  { "confirm-brand", act, "s" },
  { "attribute-grant", act, "s" },
  { "note-grant", act, "s" },
  { "show-access", show_access, "s" },
  { "join", join },
  { "sample", sample },
  { "use-sign-in", use_sign_in, "s", "''" },
  { "retry", retry },
  { "preferences", preferences },
  { "about", about },
  { "quit", quit },
};

static gboolean
on_signal_cb (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

/* lifecycle */

static void
spark_application_startup (GApplication *application)
{
  SparkApplication *self = SPARK_APPLICATION (application);
  static const struct
  {
    const char *action;
    const char *keys[3];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "win.show-help-overlay", { "<Control>question", "F1" } },
  };

  G_APPLICATION_CLASS (spark_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (APPLICATION_ID);
  spark_label_wrap_everywhere ();
  spark_button_name_everywhere ();
  spark_popover_fit_everywhere ();
  self->settings = g_settings_new (APPLICATION_ID);
  g_signal_connect_object (self->settings, "changed::sign-ins", G_CALLBACK (on_sign_in_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::use-private", G_CALLBACK (on_sign_in_cb), self,
                           G_CONNECT_SWAPPED);
  on_sign_in_cb (self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].keys);
  g_unix_signal_add (SIGTERM, on_signal_cb, self);
  g_unix_signal_add (SIGINT, on_signal_cb, self);
}

static gboolean
spark_application_dbus_register (GApplication *application, GDBusConnection *connection,
                                 const char *path, GError **error)
{
  SparkApplication *self = SPARK_APPLICATION (application);

  if (!G_APPLICATION_CLASS (spark_application_parent_class)
           ->dbus_register (application, connection, path, error))
    return FALSE;
  self->search_provider = spark_search_provider_new (application);
  return spark_search_provider_export (self->search_provider, connection, path, error);
}

static void
spark_application_dbus_unregister (GApplication *application, GDBusConnection *connection,
                                   const char *path)
{
  g_clear_object (&SPARK_APPLICATION (application)->search_provider);

  G_APPLICATION_CLASS (spark_application_parent_class)
      ->dbus_unregister (application, connection, path);
}

static void
spark_application_activate (GApplication *application)
{
  SparkApplication *self = SPARK_APPLICATION (application);

  if (!self->starts_hidden)
    {
      present_window (self);
      return;
    }
  self->starts_hidden = FALSE;
  if (g_settings_get_boolean (self->settings, "run-in-background"))
    {
      enter_background (self);
      open_sign_in (self);
    }
}

/* What runs already, with or without a window, goes on as it is. */
static int
start_hidden (SparkApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_application_register (G_APPLICATION (self), NULL, &error))
    {
      g_printerr ("sparkbox: %s\n", error->message);
      return 1;
    }
  self->starts_hidden = !g_application_get_is_remote (G_APPLICATION (self));
  return self->starts_hidden ? -1 : 0;
}

static int
spark_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  const char *video;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("sparkbox %s\n", SPARK_VERSION);
      return 0;
    }
  settings = g_settings_new (APPLICATION_ID);
  if (g_variant_dict_contains (options, "list"))
    return spark_command_line_list (settings);
  if (g_variant_dict_lookup (options, "print-code", "&s", &video))
    return spark_command_line_print_code (settings, video);
  if (g_variant_dict_contains (options, SPARK_BACKGROUND_OPTION))
    return start_hidden (SPARK_APPLICATION (application));
  if (g_variant_dict_contains (options, "sample"))
    {
      if (!g_application_register (application, NULL, &error))
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
      g_action_group_activate_action (G_ACTION_GROUP (application), "sample", NULL);
    }
  return -1;
}

static void
spark_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  SparkApplication *self = SPARK_APPLICATION (application);

  GTK_APPLICATION_CLASS (spark_application_parent_class)->window_removed (application, window);

  if (window != GTK_WINDOW (self->window))
    return;
  g_signal_handlers_disconnect_by_func (window, on_window_backend_cb, self);
  g_signal_handlers_disconnect_by_func (window, on_sees_access_cb, self);
  self->window = NULL;
  if (!self->quits && g_settings_get_boolean (self->settings, "run-in-background"))
    {
      enter_background (self);
      return;
    }
  g_cancellable_cancel (self->opening);
  close_backend (self);
}

static void
spark_application_shutdown (GApplication *application)
{
  SparkApplication *self = SPARK_APPLICATION (application);

  if (gdk_display_get_default () != NULL)
    spark_clipboard_end (gdk_display_get_clipboard (gdk_display_get_default ()));
  close_backend (self);
  if (self->private_backend != NULL)
    spark_private_backend_stop (self->private_backend);

  G_APPLICATION_CLASS (spark_application_parent_class)->shutdown (application);

  /* Last, as windows still write while they go; and by itself, as what is under way may hold the
   * backend beyond the main loop, and with it what was chosen a moment ago. */
  if (self->replica != NULL)
    spark_replica_close (self->replica);
}

static void
spark_application_dispose (GObject *object)
{
  SparkApplication *self = SPARK_APPLICATION (object);

  g_clear_weak_pointer (&self->preferences);
  g_clear_object (&self->settings);
  g_clear_object (&self->private_backend);
  g_clear_object (&self->opening);
  g_clear_object (&self->replica);

  G_OBJECT_CLASS (spark_application_parent_class)->dispose (object);
}

static void
spark_application_class_init (SparkApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_application_dispose;
  application_class->startup = spark_application_startup;
  application_class->dbus_register = spark_application_dbus_register;
  application_class->dbus_unregister = spark_application_dbus_unregister;
  application_class->activate = spark_application_activate;
  application_class->handle_local_options = spark_application_handle_local_options;
  application_class->shutdown = spark_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_removed = spark_application_window_removed;
}

static void
spark_application_init (SparkApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  g_application_add_main_option (G_APPLICATION (self), "sample", 0, G_OPTION_FLAG_NONE,
                                 G_OPTION_ARG_NONE, _ ("Begin with sample data"), NULL);
  g_application_add_main_option (G_APPLICATION (self), SPARK_BACKGROUND_OPTION, 0,
                                 G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _ ("Start without a window, if the preferences allow it"), NULL);
  g_application_add_main_option (G_APPLICATION (self), "version", 0, G_OPTION_FLAG_NONE,
                                 G_OPTION_ARG_NONE, _ ("Print the version"), NULL);
  g_application_add_main_option (
      G_APPLICATION (self), "list", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
      _ ("Print the videos: ID, state, end and caption, between tabs"), NULL);
  g_application_add_main_option (G_APPLICATION (self), "print-code", 0, G_OPTION_FLAG_NONE,
                                 G_OPTION_ARG_STRING, _ ("Print the code of a video"),
                                 /* Translators: stands for the ID of a video */
                                 _ ("VIDEO"));
}

SparkApplication *
spark_application_new (void)
{
  g_set_application_name (_ ("Sparkbox"));
  return g_object_new (SPARK_TYPE_APPLICATION, "application-id", APPLICATION_ID,
                       "resource-base-path", RESOURCE_PATH, NULL);
}
