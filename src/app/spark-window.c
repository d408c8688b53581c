/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-menu-button.h"
#include "app/spark-press.h"
#include "app/spark-shortcuts.h"
#include "app/spark-still.h"
#include "app/spark-unmapped.h"
#include "app/spark-window-acts-private.h"
#include "app/spark-window-acts.h"
#include "app/spark-window-paste.h"
#include "app/spark-window-private.h"

#define ACCOUNT_SETTING "account"

enum
{
  PROP_0,
  PROP_BACKEND,
  PROP_ACCOUNT_ID,
  PROP_ACTS_STOPPED,
  PROP_SEES_ACCESS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkWindow, spark_window, ADW_TYPE_APPLICATION_WINDOW)

SparkBackend *
spark_window_get_current (SparkWindow *self)
{
  return spark_context_get_backend (self->context);
}

/* what waits for the backend */

static gboolean
select_sandbox (SparkWindow *self)
{
  GListModel *accounts = spark_context_get_accounts (self->context);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);

      if (spark_account_item_get (item)->platform == SPARK_PLATFORM_SANDBOX)
        {
          g_object_set (self, "account-id", spark_account_item_get (item)->id, NULL);
          return TRUE;
        }
    }
  return FALSE;
}

void
spark_window_forget_act (SparkWindow *self)
{
  g_clear_pointer (&self->pending_action, g_free);
  g_clear_pointer (&self->pending_id, g_free);
  g_clear_pointer (&self->pending_sign_in, g_free);
}

void
spark_window_keep_acts_of (SparkWindow *self, const char *sign_in)
{
  g_return_if_fail (SPARK_IS_WINDOW (self) && sign_in != NULL);

  if (self->pending_action != NULL && !g_str_equal (self->pending_sign_in, sign_in))
    spark_window_forget_act (self);
}

static gboolean
can_act (SparkWindow *self)
{
  SparkBackend *backend = spark_window_get_current (self);
  g_autoptr (SparkVideoItem) video = NULL;

  if (self->pending_action == NULL || backend == NULL
      || !g_str_equal (self->pending_sign_in, spark_backend_get_id (backend)))
    return FALSE;
  if (g_str_equal (self->pending_action, "win.show-video"))
    video = spark_replica_get_video (spark_backend_get_replica (backend), self->pending_id);
  /* What is searched is on this computer, once it is known in which account. */
  if (g_str_equal (self->pending_action, "win.search-videos"))
    return !self->account_open
           && g_list_model_get_n_items (spark_context_get_accounts (self->context)) > 0;
  return video != NULL
         || (!self->pending_comes && spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE);
}

static void
act_if_ready (SparkWindow *self)
{
  g_autofree char *action = NULL;
  g_autofree char *id = NULL;

  if (!can_act (self))
    return;
  action = g_steal_pointer (&self->pending_action);
  id = g_steal_pointer (&self->pending_id);
  spark_window_forget_act (self);
  if (g_str_equal (action, "win.sample") && select_sandbox (self))
    return;
  if (id != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), action, "s", id);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
}

static void
act_later (SparkWindow *self, const char *sign_in, const char *action, const char *id,
           gboolean comes)
{
  spark_window_forget_act (self);
  self->pending_sign_in = g_strdup (sign_in);
  self->pending_action = g_strdup (action);
  self->pending_id = g_strdup (id);
  self->pending_comes = comes;
  act_if_ready (self);
}

void
spark_window_act_when_ready (SparkWindow *self, const char *sign_in, const char *action,
                             const char *id)
{
  g_return_if_fail (SPARK_IS_WINDOW (self) && sign_in != NULL);

  act_later (self, sign_in, action, id, FALSE);
}

void
spark_window_show_added_video (SparkWindow *self, const char *id)
{
  SparkBackend *backend;

  g_return_if_fail (SPARK_IS_WINDOW (self));

  backend = spark_window_get_current (self);
  if (backend != NULL)
    act_later (self, spark_backend_get_id (backend), "win.show-video", id, TRUE);
}

/* which account is shown first */

/* A creator’s own, where samples are beside it; who has several of them begins with the overview.
 */
static const char *
choose_account (SparkWindow *self)
{
  GListModel *accounts = spark_context_get_accounts (self->context);
  const char *chosen = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);

      if (account->platform == SPARK_PLATFORM_SANDBOX)
        continue;
      if (chosen != NULL)
        return NULL;
      chosen = spark_context_get_account (self->context, account->id)->id;
    }
  return g_list_model_get_n_items (accounts) > 1 ? chosen : NULL;
}

/* Once, when it is known what there is; what comes later is not jumped to. */
static gboolean
choose_first_account (SparkWindow *self)
{
  SparkBackend *backend = spark_window_get_current (self);
  g_autofree char *id = NULL;

  if (!self->account_open || backend == NULL
      || spark_backend_get_status (backend) == SPARK_BACKEND_LOADING
      || g_list_model_get_n_items (spark_context_get_accounts (self->context)) == 0)
    return FALSE;
  self->account_open = FALSE;
  id = g_strdup (choose_account (self));
  if (id != NULL)
    g_object_set (self, "account-id", id, NULL);
  else
    spark_window_keep_page (self);
  return id != NULL;
}

/* what the pages share */

void
spark_window_on_context_changed (SparkWindow *self)
{
  const char *account_id;

  if (choose_first_account (self))
    return;
  account_id = spark_window_get_account_id (self);
  /* The account shown is gone: all are shown then. */
  if (account_id != NULL && spark_context_get_account (self->context, account_id) == NULL
      && spark_window_get_current (self) != NULL
      && spark_backend_get_status (spark_window_get_current (self)) == SPARK_BACKEND_ONLINE)
    {
      g_object_set (self, "account-id", "", NULL);
      return;
    }
  spark_window_update_status (self);
  if (self->welcome_page != NULL)
    spark_welcome_page_set_connects (self->welcome_page,
                                     spark_context_get_connects (self->context));
  spark_account_menu_update (self->account_menu, self->context, account_id);
  spark_window_update_chrome (self);
  act_if_ready (self);
}

void
spark_window_on_context_updated (SparkWindow *self)
{
  if (spark_window_is_content_gone (self))
    spark_split_view_set_show_content (self->split_view, FALSE);
  act_if_ready (self);
}

static void
show_account (SparkWindow *self, SparkBackend *backend, const char *account_id)
{
  g_autofree char *id = account_id != NULL && *account_id != '\0' ? g_strdup (account_id) : NULL;

  spark_context_set (self->context, backend, id);
  spark_access_page_set_backend (self->access_page, backend, id);
  spark_activity_page_set_backend (self->activity_page, backend, id);
  if (spark_window_is_content_gone (self))
    spark_split_view_set_show_content (self->split_view, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCOUNT_ID]);
}

static void
set_account_id (SparkWindow *self, const char *account_id)
{
  SparkReplica *replica = spark_context_get_replica (self->context);

  if (replica == NULL)
    return;
  self->account_open = FALSE;
  spark_replica_set_setting (replica, ACCOUNT_SETTING, account_id);
  show_account (self, spark_window_get_current (self), account_id);
  spark_window_turn_page (self);
}

static void
spark_window_dispose (GObject *object)
{
  SparkWindow *self = SPARK_WINDOW (object);

  if (self->context != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->context, self);
      spark_context_set (self->context, NULL, NULL);
    }
  g_clear_object (&self->context);
  g_clear_object (&self->account_menu);
  g_clear_object (&self->waiting);
  g_clear_object (&self->missed_toast);
  g_clear_object (&self->settings);
  g_clear_error (&self->problem);
  g_clear_pointer (&self->toasts, spark_toasts_free);
  spark_window_forget_act (self);
  g_clear_pointer (&self->lost_id, g_free);
  g_clear_handle_id (&self->news_id, g_source_remove);
  g_clear_handle_id (&self->starting_id, g_source_remove);
  g_clear_handle_id (&self->pages_id, g_source_remove);

  G_OBJECT_CLASS (spark_window_parent_class)->dispose (object);
  /* Until then what is disposed asks for it. */
  g_clear_object (&self->content_stack);
}

static void
spark_window_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkWindow *self = SPARK_WINDOW (object);
  const char *account_id;

  switch (prop_id)
    {
    case PROP_BACKEND:
      g_value_set_object (value, spark_window_get_backend (self));
      break;
    case PROP_ACCOUNT_ID:
      account_id = spark_window_get_account_id (self);
      g_value_set_string (value, account_id != NULL ? account_id : "");
      break;
    case PROP_ACTS_STOPPED:
      g_value_set_boolean (value, self->acts_stopped);
      break;
    case PROP_SEES_ACCESS:
      g_value_set_boolean (value, self->sees_access);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_window_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SparkWindow *self = SPARK_WINDOW (object);

  switch (prop_id)
    {
    case PROP_BACKEND:
      spark_window_set_backend (self, g_value_get_object (value));
      break;
    case PROP_ACCOUNT_ID:
      set_account_id (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* GTK gives the keyboard to whatever is first: to a button of the header bar. */
static void
spark_window_show (GtkWidget *widget)
{
  gboolean has_focus = gtk_window_get_focus (GTK_WINDOW (widget)) != NULL;

  GTK_WIDGET_CLASS (spark_window_parent_class)->show (widget);
  if (!has_focus)
    spark_window_focus_page (SPARK_WINDOW (widget));
}

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass, RESOURCE_PATH "/spark-window.ui");
  gtk_widget_class_bind_template_child (klass, SparkWindow, box);
  gtk_widget_class_bind_template_child (klass, SparkWindow, toast_overlay);
  gtk_widget_class_bind_template_child (klass, SparkWindow, title_stack);
  gtk_widget_class_bind_template_child (klass, SparkWindow, plain_title);
  gtk_widget_class_bind_template_child (klass, SparkWindow, back_button);
  gtk_widget_class_bind_template_child (klass, SparkWindow, add_button);
  gtk_widget_class_bind_template_child (klass, SparkWindow, add_menu);
  gtk_widget_class_bind_template_child (klass, SparkWindow, menu_button);
  gtk_widget_class_bind_template_child (klass, SparkWindow, primary_menu);
  gtk_widget_class_bind_template_child (klass, SparkWindow, account_button);
  gtk_widget_class_bind_template_child (klass, SparkWindow, sandbox_banner);
  gtk_widget_class_bind_template_child (klass, SparkWindow, connection_banner);
  gtk_widget_class_bind_template_child (klass, SparkWindow, status_banner);
  gtk_widget_class_bind_template_child (klass, SparkWindow, root_stack);
  gtk_widget_class_bind_template_child (klass, SparkWindow, starting_page);
  gtk_widget_class_bind_template_child (klass, SparkWindow, progress_bar);
}

static void
show_shortcuts (GtkWidget *widget, const char *action, GVariant *target)
{
  spark_shortcuts_present (GTK_WINDOW (widget));
}

/* The arrow that the button points to. */
static gboolean
go_back (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  GtkTextDirection direction;

  g_variant_get (args, "(i)", &direction);
  return gtk_widget_get_direction (widget) == direction
         && gtk_widget_activate_action (widget, "win.back", NULL);
}

static void
install_actions (GtkWidgetClass *klass)
{
  spark_window_install_acts (klass);
  spark_window_install_paste (klass);
  spark_window_install_pages (klass);
  spark_window_install_status (klass);
  gtk_widget_class_install_action (klass, "win.show-help-overlay", NULL, show_shortcuts);
  gtk_widget_class_install_property_action (klass, "win.select-account", "account-id");

  gtk_widget_class_add_binding_action (klass, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Escape, 0, "win.back", NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_Left, GDK_ALT_MASK, go_back, "(i)",
                                GTK_TEXT_DIR_LTR);
  gtk_widget_class_add_binding (klass, GDK_KEY_Right, GDK_ALT_MASK, go_back, "(i)",
                                GTK_TEXT_DIR_RTL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_1, GDK_ALT_MASK, "win.show-page", "s",
                                       "videos");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_2, GDK_ALT_MASK, "win.show-page", "s",
                                       "access");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_3, GDK_ALT_MASK, "win.show-page", "s",
                                       "activity");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK, "win.copy", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_n, GDK_CONTROL_MASK, "win.paste-link", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_o, GDK_CONTROL_MASK, "win.import", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_r, GDK_CONTROL_MASK, "win.retry", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F5, 0, "win.retry", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
spark_window_class_init (SparkWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_window_dispose;
  object_class->get_property = spark_window_get_property;
  object_class->set_property = spark_window_set_property;
  widget_class->show = spark_window_show;

  properties[PROP_BACKEND]
      = g_param_spec_object ("backend", NULL, NULL, SPARK_TYPE_BACKEND,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACCOUNT_ID]
      = g_param_spec_string ("account-id", NULL, NULL, "",
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACTS_STOPPED] = g_param_spec_boolean ("acts-stopped", NULL, NULL, FALSE,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SEES_ACCESS] = g_param_spec_boolean ("sees-access", NULL, NULL, FALSE,
                                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SPARK_TYPE_BANNER);
  g_type_ensure (SPARK_TYPE_STILL);
  bind_template (widget_class);
  install_actions (widget_class);
}

static void
spark_window_init (SparkWindow *self)
{
  self->settings = g_settings_new (APPLICATION_ID);
  self->context = spark_context_new ();
  self->page_open = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_pages (self->title_stack);
  spark_unmapped_hide_pages (self->root_stack);
  spark_menu_button_set_menu (self->add_button, self->add_menu);
  spark_menu_button_set_menu (self->menu_button, self->primary_menu);
  self->account_menu = spark_account_menu_new (self->account_button, self->settings);

  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->settings, "changed::sign-ins",
                           G_CALLBACK (spark_window_on_context_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::is-active", G_CALLBACK (spark_context_look_at_day),
                           self->context, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (spark_window_look_at_access), NULL);
  spark_press_hold (GTK_WIDGET (self), self->context);
  spark_window_watch_pictures (self);

  spark_window_queue_pages (self);
  spark_window_on_context_changed (self);
}

SparkWindow *
spark_window_new (GtkApplication *application)
{
  return g_object_new (SPARK_TYPE_WINDOW, "application", application, NULL);
}

SparkBackend *
spark_window_get_backend (SparkWindow *self)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (self), NULL);

  if (self->waiting != NULL)
    return self->waiting;
  return self->context != NULL ? spark_window_get_current (self) : NULL;
}

SparkContext *
spark_window_get_context (SparkWindow *self)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (self), NULL);

  return self->context;
}

void
spark_window_set_backend (SparkWindow *self, SparkBackend *backend)
{
  SparkBackend *old;
  g_autofree char *account_id = NULL;

  g_return_if_fail (SPARK_IS_WINDOW (self));

  if (self->split_view == NULL)
    {
      g_clear_error (&self->problem);
      /* Only the pages are late: what else follows it does so before it starts and tells of events,
       * each of which comes once. */
      if (g_set_object (&self->waiting, backend))
        g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BACKEND]);
      return;
    }
  old = spark_window_get_current (self);
  if (old == backend)
    return;
  if (old != NULL)
    g_signal_handlers_disconnect_by_func (old, spark_window_update_progress, self);
  if (backend != NULL)
    {
      g_signal_connect_object (backend, "notify::progress",
                               G_CALLBACK (spark_window_update_progress), self, G_CONNECT_SWAPPED);
      account_id = spark_replica_get_setting (spark_backend_get_replica (backend), ACCOUNT_SETTING);
    }
  if (backend != NULL)
    spark_window_keep_acts_of (self, spark_backend_get_id (backend));
  g_clear_error (&self->problem);
  self->account_open = backend != NULL && account_id == NULL;
  /* The ids of one server name other videos on another, so nothing shown may stay. */
  if (old != NULL && backend != NULL)
    show_account (self, NULL, NULL);
  show_account (self, backend, account_id);
  spark_window_restore_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BACKEND]);
}

void
spark_window_set_problem (SparkWindow *self, const GError *problem)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  g_clear_error (&self->problem);
  if (problem != NULL)
    self->problem = g_error_copy (problem);
  spark_window_on_context_changed (self);
}

void
spark_window_add_toast (SparkWindow *self, AdwToast *toast)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  if (self->toasts == NULL)
    self->toasts = spark_toasts_new (self->toast_overlay);
  spark_toasts_add (self->toasts, toast);
}

void
spark_window_dismiss_toast (SparkWindow *self, AdwToast *toast)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  if (self->toasts != NULL)
    spark_toasts_dismiss (self->toasts, toast);
}

const char *
spark_window_get_account_id (SparkWindow *self)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (self), NULL);

  return self->context != NULL ? spark_context_get_account_id (self->context) : NULL;
}
