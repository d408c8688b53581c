/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-access-page.h"
#include "app/spark-account-menu.h"
#include "app/spark-activity-page.h"
#include "app/spark-banner.h"
#include "app/spark-connection-news.h"
#include "app/spark-brand-page.h"
#include "app/spark-shortcuts.h"
#include "app/spark-split-view.h"
#include "app/spark-status.h"
#include "app/spark-unmapped.h"
#include "app/spark-video-page.h"
#include "app/spark-videos-page.h"
#include "app/spark-welcome-page.h"
#include "app/spark-window-acts-private.h"
#include "app/spark-window-acts.h"
#include "app/spark-window-paste.h"
#include "model/spark-rules.h"

#define ACCOUNT_SETTING "account"

struct _SparkWindow
{
  AdwApplicationWindow parent_instance;

  /* template widgets */
  AdwToastOverlay *toast_overlay;
  GtkStack *title_stack;
  AdwWindowTitle *plain_title;
  AdwViewSwitcherTitle *switcher_title;
  GtkWidget *back_button;
  GtkWidget *add_button;
  GtkMenuButton *account_button;
  AdwAvatar *account_avatar;
  GMenu *account_menu;
  SparkBanner *sandbox_banner;
  SparkBanner *connection_banner;
  SparkBanner *status_banner;
  GtkStack *root_stack;
  GtkSpinner *spinner;
  AdwStatusPage *problem_page;
  GtkButton *problem_button;
  GtkProgressBar *progress_bar;
  AdwViewSwitcherBar *switcher_bar;

  /* the pages, made once the window is shown */
  SparkWelcomePage *welcome_page;
  SparkSplitView *split_view;
  AdwViewStack *view_stack;
  SparkVideosPage *videos_page;
  SparkAccessPage *access_page;
  SparkActivityPage *activity_page;
  GtkStack *content_stack;
  SparkVideoPage *video_page;
  SparkBrandPage *brand_page;

  /* owned */
  SparkBackend *waiting; /* for the pages */
  SparkContext *context;
  GSettings *settings;
  char *lost_id; /* the account that the banner offers to connect again */
  guint news_id; /* the banner may say something else then */
  GError *problem;
  AdwToast *toast;      /* weak: the last one, as long as it is shown */
  char *pending_action; /* waits for the backend */
  char *pending_id;

  guint chrome_tick;
  guint painted : 1;
};

enum
{
  PROP_0,
  PROP_BACKEND,
  PROP_ACCOUNT_ID,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkWindow, spark_window, ADW_TYPE_APPLICATION_WINDOW)

/* What needs the backend; insensitive while the banner says why. */
static const char *const online_actions[] = {
  "win.generate",      "win.generate-terms", "win.add-code",      "win.change-code",
  "win.extend",        "win.replace",        "win.delete-code",   "win.revoke",
  "win.give-again",    "win.undo-revoke",    "win.note-grant",    "win.attribute-grant",
  "win.paste-link",    "win.import",         "win.confirm-brand", "win.batch",
  "win.share-link",    "win.withdraw-link",  "win.record",        "win.record-brand",
  "win.save-calendar",
};

static SparkBackend *
get_backend (SparkWindow *self)
{
  return spark_context_get_backend (self->context);
}

static gboolean
is_at (SparkWindow *self, const char *page)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), page) == 0;
}

static gboolean
shows (SparkWindow *self, gpointer page)
{
  return adw_view_stack_get_visible_child (self->view_stack) == page;
}

/* the window around the pages */

static gboolean
shows_brand (SparkWindow *self)
{
  return gtk_stack_get_visible_child (self->content_stack) == GTK_WIDGET (self->brand_page);
}

/* What the detail is about is not there (any more). */
static gboolean
is_content_gone (SparkWindow *self)
{
  return shows_brand (self) ? spark_brand_page_get_id (self->brand_page) == NULL
                            : spark_video_page_get_id (self->video_page) == NULL;
}

static void
update_chrome (SparkWindow *self)
{
  gboolean main = is_at (self, "main");
  gboolean collapsed, content, covered, lists;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.back", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search", main);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.copy", main);
  if (self->split_view == NULL)
    return;
  collapsed = spark_split_view_get_collapsed (self->split_view);
  content = spark_split_view_get_show_content (self->split_view);
  covered = main && collapsed && content;
  lists = main && !covered;
  gtk_widget_set_visible (self->back_button, covered);
  gtk_widget_set_visible (self->add_button, lists);
  gtk_stack_set_visible_child_name (self->title_stack, lists ? "switcher" : "plain");
  adw_window_title_set_title (self->plain_title, !covered             ? _ ("Sparkbox")
                                                 : shows_brand (self) ? _ ("Brand")
                                                                      : _ ("Video"));
  adw_view_switcher_bar_set_reveal (
      self->switcher_bar,
      lists && adw_view_switcher_title_get_title_visible (self->switcher_title));
  g_object_set (self->video_page, "closable", !collapsed, NULL);
  g_object_set (self->brand_page, "closable", !collapsed, NULL);
  spark_videos_page_set_follow (self->videos_page, !collapsed && content);
  spark_videos_page_capture_keys (
      self->videos_page, lists && shows (self, self->videos_page) ? GTK_WIDGET (self) : NULL);
  spark_access_page_capture_keys (
      self->access_page, lists && shows (self, self->access_page) ? GTK_WIDGET (self) : NULL);
  spark_activity_page_capture_keys (
      self->activity_page, lists && shows (self, self->activity_page) ? GTK_WIDGET (self) : NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.back", main && content);
}

static gboolean
update_chrome_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  SPARK_WINDOW (widget)->chrome_tick = 0;
  update_chrome (SPARK_WINDOW (widget));
  return G_SOURCE_REMOVE;
}

/* What folds tells so while it is given its size: what has its size by then, as the header bar,
 * must not change before the next frame. */
static void
queue_update_chrome (SparkWindow *self)
{
  if (self->chrome_tick == 0)
    self->chrome_tick
        = gtk_widget_add_tick_callback (GTK_WIDGET (self), update_chrome_cb, NULL, NULL);
}

static void
on_page_cb (SparkWindow *self)
{
  update_chrome (self);
}

static void
on_show_content_cb (SparkWindow *self)
{
  if (!spark_split_view_get_show_content (self->split_view))
    spark_videos_page_select (self->videos_page, NULL);
  update_chrome (self);
}

static void
on_status_button_cb (SparkWindow *self)
{
  SparkStatus status;

  spark_status_describe (get_backend (self), self->problem, &status);
  if (status.action != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), status.action, NULL);
}

static const char *
choose_page (SparkWindow *self, const SparkStatus *status)
{
  SparkBackend *backend = get_backend (self);

  if (g_list_model_get_n_items (spark_context_get_accounts (self->context)) > 0)
    return "main";
  if (status->sentence != NULL)
    return "problem";
  return backend != NULL && spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE ? "welcome"
                                                                                       : "starting";
}

static void
update_sandbox_banner (SparkWindow *self)
{
  GListModel *accounts = spark_context_get_accounts (self->context);
  const char *shown = spark_window_get_account_id (self);
  g_autofree char *sandbox = NULL;
  g_autofree char *text = NULL;
  guint others = 0;

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);

      if (shown != NULL && g_strcmp0 (shown, account->id) != 0)
        continue;
      if (account->platform != SPARK_PLATFORM_SANDBOX)
        others++;
      else if (sandbox == NULL)
        sandbox = g_strdup (account->name);
    }
  if (sandbox != NULL && others > 0)
    /* Translators: %s: name of an account */
    text = g_strdup_printf (_ ("Includes sample data. The codes of %s do not work on TikTok."),
                            sandbox);
  else if (sandbox != NULL)
    text = g_strdup (_ ("Sample data. These codes do not work on TikTok."));
  if (text != NULL)
    spark_banner_set_title (self->sandbox_banner, text);
  spark_banner_set_revealed (self->sandbox_banner, text != NULL);
}

static void update_connection_banner (SparkWindow *self);

static gboolean
on_news_due_cb (gpointer user_data)
{
  SparkWindow *self = user_data;

  self->news_id = 0;
  update_connection_banner (self);
  return G_SOURCE_REMOVE;
}

/* How it stands with TikTok is only worth telling while it is known how it stands with the backend.
 */
static void
update_connection_banner (SparkWindow *self)
{
  g_auto (SparkConnectionNews) news = { 0 };
  SparkBackend *backend = get_backend (self);
  gint64 now = spark_time_now (), later = 0;

  g_clear_handle_id (&self->news_id, g_source_remove);
  if (backend != NULL && spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE)
    spark_connection_news_read (&news, self->context, spark_window_get_account_id (self), now,
                                &later);
  if (later > 0)
    self->news_id = g_timeout_add_seconds ((guint)CLAMP ((later - now) / 1000 + 1, 1, 3600),
                                           on_news_due_cb, self);
  if (news.sentence != NULL)
    {
      spark_banner_set_title (self->connection_banner, news.sentence);
      spark_banner_set_button_label (self->connection_banner,
                                     news.account_id != NULL ? _ ("Connect Again") : NULL);
    }
  g_free (self->lost_id);
  self->lost_id = g_steal_pointer (&news.account_id);
  spark_banner_set_revealed (self->connection_banner, news.sentence != NULL);
}

static void
on_connection_button_cb (SparkWindow *self)
{
  if (self->lost_id != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.connect-account", "s", self->lost_id);
}

static void
update_progress (SparkWindow *self)
{
  SparkBackend *backend = get_backend (self);
  double progress = -1;

  if (backend != NULL && spark_backend_get_status (backend) == SPARK_BACKEND_LOADING)
    g_object_get (backend, "progress", &progress, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), progress >= 0);
  gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (progress, 0, 1));
}

/* What had the keyboard may be gone with its page; then it goes to the new one, and not to whatever
 * comes next, such as a toast, which would stay as long as it has it. */
static void
show_root_page (SparkWindow *self, const char *page)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *old = gtk_stack_get_visible_child (self->root_stack);
  gboolean moves = focus == NULL || (old != NULL && gtk_widget_is_ancestor (focus, old));

  if (is_at (self, page))
    return;
  /* What there is at the start is seen at once. */
  gtk_stack_set_visible_child_full (self->root_stack, page,
                                    is_at (self, "starting") ? GTK_STACK_TRANSITION_TYPE_NONE
                                                             : GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  if (moves)
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->root_stack), GTK_DIR_TAB_FORWARD);
}

static void
update_status (SparkWindow *self)
{
  SparkBackend *backend = get_backend (self);
  SparkStatus status;
  const char *page;
  gboolean busy;

  spark_status_describe (backend, self->problem, &status);
  spark_context_set_obstacle (self->context, status.obstacle);
  page = choose_page (self, &status);
  show_root_page (self, page);
  gtk_spinner_set_spinning (self->spinner, g_str_equal (page, "starting"));
  if (status.sentence != NULL)
    {
      spark_banner_set_title (self->status_banner, status.sentence);
      spark_banner_set_button_label (self->status_banner, status.button);
      adw_status_page_set_icon_name (self->problem_page, status.icon_name);
      adw_status_page_set_title (self->problem_page, status.title);
      adw_status_page_set_description (self->problem_page, status.sentence);
      gtk_button_set_label (self->problem_button, status.button);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->problem_button), status.action);
    }
  spark_banner_set_revealed (self->status_banner,
                             status.sentence != NULL && g_str_equal (page, "main"));
  /* While it connects, which takes a moment, nothing flickers: the acts say it themselves. */
  busy = status.sentence != NULL;
  for (guint i = 0; i < G_N_ELEMENTS (online_actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), online_actions[i], !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.sample",
                                 !busy && backend != NULL && spark_backend_is_private (backend));
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

static gboolean
can_act (SparkWindow *self)
{
  SparkBackend *backend = get_backend (self);
  g_autoptr (SparkVideoItem) video = NULL;

  if (self->pending_action == NULL || backend == NULL)
    return FALSE;
  if (g_str_equal (self->pending_action, "win.show-video"))
    video = spark_replica_get_video (spark_backend_get_replica (backend), self->pending_id);
  return video != NULL || spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE;
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
  if (g_str_equal (action, "win.sample") && select_sandbox (self))
    return;
  if (id != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), action, "s", id);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
}

void
spark_window_act_when_ready (SparkWindow *self, const char *action, const char *id)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  g_free (self->pending_action);
  g_free (self->pending_id);
  self->pending_action = g_strdup (action);
  self->pending_id = g_strdup (id);
  act_if_ready (self);
}

/* what the pages share */

static void
on_context_changed_cb (SparkWindow *self)
{
  const char *account_id = spark_window_get_account_id (self);

  /* The account shown is gone: all are shown then. */
  if (account_id != NULL && spark_context_get_account (self->context, account_id) == NULL
      && get_backend (self) != NULL
      && spark_backend_get_status (get_backend (self)) == SPARK_BACKEND_ONLINE)
    {
      g_object_set (self, "account-id", "", NULL);
      return;
    }
  update_status (self);
  update_sandbox_banner (self);
  update_connection_banner (self);
  update_progress (self);
  if (self->welcome_page != NULL)
    spark_welcome_page_set_connects (self->welcome_page,
                                     spark_context_get_connects (self->context));
  spark_account_menu_fill (self->account_menu, self->context, account_id, self->settings);
  spark_account_menu_name (self->account_button, self->account_avatar, self->account_menu,
                           self->context, account_id);
  update_chrome (self);
  act_if_ready (self);
}

static void
on_context_updated_cb (SparkWindow *self)
{
  if (is_content_gone (self))
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
  if (is_content_gone (self))
    spark_split_view_set_show_content (self->split_view, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCOUNT_ID]);
}

static void
set_account_id (SparkWindow *self, const char *account_id)
{
  SparkReplica *replica = spark_context_get_replica (self->context);

  if (replica == NULL)
    return;
  spark_replica_set_setting (replica, ACCOUNT_SETTING, account_id);
  show_account (self, get_backend (self), account_id);
}

/* the pages */

static void
make_pages (SparkWindow *self)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (RESOURCE_PATH
                                                                  "/spark-window-pages.ui");
  g_autoptr (SparkBackend) backend = g_steal_pointer (&self->waiting);

#define GET(name) gtk_builder_get_object (builder, name)
  self->welcome_page = SPARK_WELCOME_PAGE (GET ("welcome_page"));
  self->split_view = SPARK_SPLIT_VIEW (GET ("split_view"));
  self->view_stack = ADW_VIEW_STACK (GET ("view_stack"));
  self->videos_page = SPARK_VIDEOS_PAGE (GET ("videos_page"));
  self->access_page = SPARK_ACCESS_PAGE (GET ("access_page"));
  self->activity_page = SPARK_ACTIVITY_PAGE (GET ("activity_page"));
  self->content_stack = GTK_STACK (GET ("content_stack"));
  self->video_page = SPARK_VIDEO_PAGE (GET ("video_page"));
  self->brand_page = SPARK_BRAND_PAGE (GET ("brand_page"));
#undef GET
  gtk_stack_add_named (self->root_stack, GTK_WIDGET (self->welcome_page), "welcome");
  gtk_stack_add_named (self->root_stack, GTK_WIDGET (self->split_view), "main");
  spark_unmapped_hide (GTK_WIDGET (self->welcome_page));
  spark_unmapped_hide (GTK_WIDGET (self->split_view));
  spark_unmapped_hide_pages (self->view_stack);
  adw_view_switcher_title_set_stack (self->switcher_title, self->view_stack);
  adw_view_switcher_bar_set_stack (self->switcher_bar, self->view_stack);
  g_signal_connect_swapped (self->split_view, "notify::collapsed",
                            G_CALLBACK (queue_update_chrome), self);
  g_signal_connect_swapped (self->split_view, "notify::show-content",
                            G_CALLBACK (on_show_content_cb), self);
  g_signal_connect_swapped (self->view_stack, "notify::visible-child", G_CALLBACK (on_page_cb),
                            self);
  spark_videos_page_set_context (self->videos_page, self->context);
  spark_video_page_set_context (self->video_page, self->context);
  spark_brand_page_set_context (self->brand_page, self->context);
  /* After the pages, so that they have already followed. */
  g_signal_connect_swapped (self->context, "changed", G_CALLBACK (on_context_changed_cb), self);
  g_signal_connect_swapped (self->context, "updated", G_CALLBACK (on_context_updated_cb), self);
  update_chrome (self);
  if (backend != NULL)
    spark_window_set_backend (self, backend);
}

static void
ensure_pages (SparkWindow *self)
{
  if (self->split_view == NULL)
    make_pages (self);
}

/* The window is seen before there is all that takes time to make. */
static gboolean
on_frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  SparkWindow *self = SPARK_WINDOW (widget);

  if (!self->painted)
    {
      self->painted = TRUE;
      return G_SOURCE_CONTINUE;
    }
  ensure_pages (self);
  return G_SOURCE_REMOVE;
}

/* actions */

static void
search (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);

  if (spark_split_view_get_collapsed (self->split_view))
    spark_split_view_set_show_content (self->split_view, FALSE);
  if (shows (self, self->videos_page))
    spark_videos_page_focus_search (self->videos_page);
  else if (shows (self, self->access_page))
    spark_access_page_focus_search (self->access_page);
  else
    spark_activity_page_focus_search (self->activity_page);
}

static void
back (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);

  spark_split_view_set_show_content (self->split_view, FALSE);
  gtk_widget_child_focus (adw_view_stack_get_visible_child (self->view_stack), GTK_DIR_TAB_FORWARD);
}

static void
show_page (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);
  const char *page = g_variant_get_string (target, NULL);

  ensure_pages (self);
  if (adw_view_stack_get_child_by_name (self->view_stack, page) == NULL)
    return;
  adw_view_stack_set_visible_child_name (self->view_stack, page);
  if (spark_split_view_get_collapsed (self->split_view))
    spark_split_view_set_show_content (self->split_view, FALSE);
}

static void
copy (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);
  const char *id = spark_split_view_get_show_content (self->split_view) && !shows_brand (self)
                       ? spark_video_page_get_id (self->video_page)
                       : spark_videos_page_get_selected (self->videos_page);

  if (id != NULL)
    gtk_widget_activate_action (widget, "win.copy-code", "s", id);
}

static void
retry (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (self->problem != NULL && application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "retry", NULL);
  else if (get_backend (self) != NULL)
    spark_backend_retry (get_backend (self));
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
  g_clear_object (&self->waiting);
  g_clear_object (&self->settings);
  g_clear_error (&self->problem);
  g_clear_weak_pointer (&self->toast);
  g_clear_pointer (&self->pending_action, g_free);
  g_clear_pointer (&self->pending_id, g_free);
  g_clear_pointer (&self->lost_id, g_free);
  g_clear_handle_id (&self->news_id, g_source_remove);

  G_OBJECT_CLASS (spark_window_parent_class)->dispose (object);
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

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass, RESOURCE_PATH "/spark-window.ui");
  gtk_widget_class_bind_template_child (klass, SparkWindow, toast_overlay);
  gtk_widget_class_bind_template_child (klass, SparkWindow, title_stack);
  gtk_widget_class_bind_template_child (klass, SparkWindow, plain_title);
  gtk_widget_class_bind_template_child (klass, SparkWindow, switcher_title);
  gtk_widget_class_bind_template_child (klass, SparkWindow, back_button);
  gtk_widget_class_bind_template_child (klass, SparkWindow, add_button);
  gtk_widget_class_bind_template_child (klass, SparkWindow, account_button);
  gtk_widget_class_bind_template_child (klass, SparkWindow, account_avatar);
  gtk_widget_class_bind_template_child (klass, SparkWindow, account_menu);
  gtk_widget_class_bind_template_child (klass, SparkWindow, sandbox_banner);
  gtk_widget_class_bind_template_child (klass, SparkWindow, connection_banner);
  gtk_widget_class_bind_template_callback (klass, on_connection_button_cb);
  gtk_widget_class_bind_template_child (klass, SparkWindow, status_banner);
  gtk_widget_class_bind_template_child (klass, SparkWindow, root_stack);
  gtk_widget_class_bind_template_child (klass, SparkWindow, spinner);
  gtk_widget_class_bind_template_child (klass, SparkWindow, problem_page);
  gtk_widget_class_bind_template_child (klass, SparkWindow, problem_button);
  gtk_widget_class_bind_template_child (klass, SparkWindow, progress_bar);
  gtk_widget_class_bind_template_child (klass, SparkWindow, switcher_bar);
  gtk_widget_class_bind_template_callback (klass, on_status_button_cb);
}

static void
show_shortcuts (GtkWidget *widget, const char *action, GVariant *target)
{
  spark_shortcuts_present (GTK_WINDOW (widget));
}

static void
install_actions (GtkWidgetClass *klass)
{
  spark_window_install_acts (klass);
  spark_window_install_paste (klass);
  gtk_widget_class_install_action (klass, "win.search", NULL, search);
  gtk_widget_class_install_action (klass, "win.show-help-overlay", NULL, show_shortcuts);
  gtk_widget_class_install_action (klass, "win.back", NULL, back);
  gtk_widget_class_install_action (klass, "win.show-page", "s", show_page);
  gtk_widget_class_install_action (klass, "win.copy", NULL, copy);
  gtk_widget_class_install_action (klass, "win.retry", NULL, retry);
  gtk_widget_class_install_property_action (klass, "win.select-account", "account-id");

  gtk_widget_class_add_binding_action (klass, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Escape, 0, "win.back", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Left, GDK_ALT_MASK, "win.back", NULL);
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

  properties[PROP_BACKEND]
      = g_param_spec_object ("backend", NULL, NULL, SPARK_TYPE_BACKEND,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACCOUNT_ID]
      = g_param_spec_string ("account-id", NULL, NULL, "",
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SPARK_TYPE_BANNER);
  g_type_ensure (SPARK_TYPE_SPLIT_VIEW);
  g_type_ensure (SPARK_TYPE_VIDEOS_PAGE);
  g_type_ensure (SPARK_TYPE_ACCESS_PAGE);
  g_type_ensure (SPARK_TYPE_ACTIVITY_PAGE);
  g_type_ensure (SPARK_TYPE_VIDEO_PAGE);
  g_type_ensure (SPARK_TYPE_BRAND_PAGE);
  g_type_ensure (SPARK_TYPE_WELCOME_PAGE);
  bind_template (widget_class);
  install_actions (widget_class);
}

static void
spark_window_init (SparkWindow *self)
{
  self->settings = g_settings_new (APPLICATION_ID);
  self->context = spark_context_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_pages (self->title_stack);
  spark_unmapped_hide_pages (self->root_stack);

  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->settings, "changed::sign-ins", G_CALLBACK (on_context_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->switcher_title, "notify::title-visible",
                            G_CALLBACK (queue_update_chrome), self);

  gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame_cb, NULL, NULL);
  on_context_changed_cb (self);
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
  return self->context != NULL ? get_backend (self) : NULL;
}

void
spark_window_set_backend (SparkWindow *self, SparkBackend *backend)
{
  SparkBackend *old;
  g_autofree char *account_id = NULL;

  g_return_if_fail (SPARK_IS_WINDOW (self));

  if (self->split_view == NULL)
    {
      g_set_object (&self->waiting, backend);
      return;
    }
  old = get_backend (self);
  if (old == backend)
    return;
  if (old != NULL)
    g_signal_handlers_disconnect_by_func (old, update_progress, self);
  if (backend != NULL)
    {
      g_signal_connect_object (backend, "notify::progress", G_CALLBACK (update_progress), self,
                               G_CONNECT_SWAPPED);
      account_id = spark_replica_get_setting (spark_backend_get_replica (backend), ACCOUNT_SETTING);
    }
  g_clear_error (&self->problem);
  show_account (self, backend, account_id);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BACKEND]);
}

void
spark_window_set_problem (SparkWindow *self, const GError *problem)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  g_clear_error (&self->problem);
  if (problem != NULL)
    self->problem = g_error_copy (problem);
  on_context_changed_cb (self);
}

void
spark_window_add_toast (SparkWindow *self, AdwToast *toast)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  /* What was just done is said now, not after what was said before; what is still being done keeps
   * its toast until it is. */
  if (self->toast != NULL && adw_toast_get_timeout (self->toast) == 0)
    adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  else if (self->toast != NULL)
    spark_acts_toast_dismiss (self->toast);
  if (self->toast == NULL || adw_toast_get_timeout (self->toast) != 0)
    g_set_weak_pointer (&self->toast, toast);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

void
spark_window_show_video (SparkWindow *self, const char *id)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  ensure_pages (self);
  if (!spark_video_page_show (self->video_page, id))
    {
      AdwToast *toast = adw_toast_new (_ ("This video is no longer there"));

      spark_split_view_set_show_content (self->split_view, FALSE);
      spark_window_add_toast (self, toast);
      return;
    }
  gtk_stack_set_visible_child (self->content_stack, GTK_WIDGET (self->video_page));
  spark_videos_page_select (self->videos_page, id);
  spark_split_view_set_show_content (self->split_view, TRUE);
  update_chrome (self);
  if (spark_split_view_get_collapsed (self->split_view))
    spark_video_page_focus (self->video_page);
}

void
spark_window_show_brand (SparkWindow *self, const char *id)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  ensure_pages (self);
  if (!spark_brand_page_show (self->brand_page, id))
    {
      spark_window_add_toast (self, adw_toast_new (_ ("This brand is no longer there")));
      return;
    }
  spark_videos_page_select (self->videos_page, NULL);
  gtk_stack_set_visible_child (self->content_stack, GTK_WIDGET (self->brand_page));
  spark_split_view_set_show_content (self->split_view, TRUE);
  update_chrome (self);
  if (spark_split_view_get_collapsed (self->split_view))
    spark_brand_page_focus (self->brand_page);
}

void
spark_window_show_access (SparkWindow *self)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-page", "s", "access");
}

const char *
spark_window_get_account_id (SparkWindow *self)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (self), NULL);

  return self->context != NULL ? spark_context_get_account_id (self->context) : NULL;
}

SparkVideoList *
spark_window_get_filtered_videos (SparkWindow *self)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (self), NULL);

  return self->view_stack != NULL && shows (self, self->videos_page) ? spark_videos_page_get_filtered (self->videos_page)
                                         : NULL;
}
