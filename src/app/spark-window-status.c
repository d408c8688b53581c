/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-status"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-connection-news.h"
#include "app/spark-roles.h"
#include "app/spark-status.h"
#include "app/spark-unmapped.h"
#include "app/spark-window-private.h"
#include "model/spark-rules.h"

#define RETELL_MS (G_GINT64_CONSTANT (60) * 60 * 1000)

/* Most starts are over before it could be read. */
#define STARTING_MS 500

/* What needs the backend; insensitive while the banner says why. */
static const char *const online_actions[] = {
  "win.generate",
  "win.generate-terms",
  "win.add-code",
  "win.change-code",
  "win.extend",
  "win.extend-request",
  "win.replace",
  "win.delete-code",
  "win.revoke",
  "win.revoke-brand",
  "win.give-again",
  "win.undo-revoke",
  "win.turn-off",
  "win.note-end",
  "win.note-grant",
  "win.attribute-grant",
  "win.paste-link",
  "win.import",
  "win.confirm-brand",
  "win.confirm-advertiser",
  "win.refuse-advertiser",
  "win.edit-brand",
  "win.batch",
  "win.share-link",
  "win.withdraw-link",
  "win.record",
  "win.record-brand",
  "win.record-grant",
  "win.save-calendar",
  "win.copy-calendar-address",
  "win.replace-calendar-address",
  "win.connect-tiktok",
  "win.connect-account",
  "win.disconnect-account",
};

static void
describe_status (SparkWindow *self, SparkStatus *status)
{
  spark_status_describe (spark_window_get_current (self), self->problem,
                         spark_roles_allow (GTK_WIDGET (self), "win.copy-code", NULL), status);
}

static void
on_status_button_cb (SparkWindow *self)
{
  g_auto (SparkStatus) status = { 0 };

  describe_status (self, &status);
  if (status.action != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), status.action, NULL);
}

static const char *
choose_page (SparkWindow *self, const SparkStatus *status)
{
  SparkBackend *backend = spark_window_get_current (self);

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

static gboolean
on_news_due_cb (gpointer user_data)
{
  SparkWindow *self = user_data;

  self->news_id = 0;
  spark_window_update_status (self);
  return G_SOURCE_REMOVE;
}

/* How it stands with TikTok is only worth telling while it is known how it stands with the backend.
 */
static void
update_connection_banner (SparkWindow *self)
{
  g_auto (SparkConnectionNews) news = { 0 };
  SparkBackend *backend = spark_window_get_current (self);
  gint64 now = spark_time_now (), later = 0;

  g_clear_handle_id (&self->news_id, g_source_remove);
  if (backend != NULL && spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE)
    spark_connection_news_read (&news, self->context, spark_window_get_account_id (self), now,
                                &later);
  else
    /* What was today is yesterday then. */
    later = now + RETELL_MS;
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

void
spark_window_update_progress (SparkWindow *self)
{
  SparkBackend *backend = spark_window_get_current (self);
  double progress = -1;

  if (backend != NULL && spark_backend_get_status (backend) == SPARK_BACKEND_LOADING)
    g_object_get (backend, "progress", &progress, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), progress >= 0);
  gtk_progress_bar_set_fraction (self->progress_bar, CLAMP (progress, 0, 1));
}

static void
add_root_page (SparkWindow *self, gpointer page, const char *name)
{
  gtk_stack_add_named (self->root_stack, page, name);
  spark_unmapped_hide (page);
}

static void
make_welcome_page (SparkWindow *self)
{
  self->welcome_page = SPARK_WELCOME_PAGE (spark_welcome_page_new ());
  spark_welcome_page_set_connects (self->welcome_page, spark_context_get_connects (self->context));
  add_root_page (self, self->welcome_page, "welcome");
}

static void
make_problem_page (SparkWindow *self)
{
  GtkWidget *button = gtk_button_new ();

  self->problem_button = GTK_BUTTON (button);
  gtk_button_set_use_underline (self->problem_button, TRUE);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_add_css_class (button, "suggested-action");
  self->problem_page = ADW_STATUS_PAGE (adw_status_page_new ());
  adw_status_page_set_child (self->problem_page, button);
  add_root_page (self, self->problem_page, "problem");
}

static gboolean
on_starting_cb (gpointer user_data)
{
  SparkWindow *self = user_data;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *spinner = gtk_spinner_new ();
  GtkWidget *label = gtk_label_new (_ ("Opening your Sparkbox…"));

  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), spinner);
  gtk_box_append (GTK_BOX (box), label);
  adw_bin_set_child (self->starting_page, box);
  self->starting_id = 0;
  return G_SOURCE_REMOVE;
}

static void
update_starting_page (SparkWindow *self, gboolean shown)
{
  if (!shown)
    {
      g_clear_handle_id (&self->starting_id, g_source_remove);
      adw_bin_set_child (self->starting_page, NULL);
    }
  else if (self->starting_id == 0 && adw_bin_get_child (self->starting_page) == NULL)
    self->starting_id = g_timeout_add (STARTING_MS, on_starting_cb, self);
}

void
spark_window_focus_page (SparkWindow *self)
{
  if (spark_window_is_at (self, "starting"))
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  else if (!spark_window_is_at (self, "main"))
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->root_stack), GTK_DIR_TAB_FORWARD);
}

/* What had the keyboard may be gone with its page; then it goes to the new one, and not to whatever
 * comes next, such as a toast, which would stay as long as it has it. */
static void
show_root_page (SparkWindow *self, const char *page)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *old = gtk_stack_get_visible_child (self->root_stack);
  gboolean moves = focus == NULL || (old != NULL && gtk_widget_is_ancestor (focus, old));
  gboolean starts = spark_window_is_at (self, "starting");

  if (spark_window_is_at (self, page))
    return;
  /* What there is at the start is seen at once. */
  gtk_stack_set_visible_child_full (self->root_stack, page,
                                    starts ? GTK_STACK_TRANSITION_TYPE_NONE
                                           : GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  /* In a list to begin with, the first is its search, with which a screen's keyboard would come. */
  if (moves && starts && g_str_equal (page, "main"))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  else if (moves)
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->root_stack), GTK_DIR_TAB_FORWARD);
}

/* GTK tells everything that shows an action also that nothing changed. */
static void
stop_acts (SparkWindow *self, gboolean stopped)
{
  if (self->acts_stopped == stopped)
    return;
  self->acts_stopped = stopped;
  for (guint i = 0; i < G_N_ELEMENTS (online_actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), online_actions[i], !stopped);
  g_object_notify (G_OBJECT (self), "acts-stopped");
}

gboolean
spark_window_stops_act (SparkWindow *self, const char *action)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (self), FALSE);

  for (guint i = 0; self->acts_stopped && i < G_N_ELEMENTS (online_actions); i++)
    if (g_str_equal (online_actions[i], action))
      return TRUE;
  return FALSE;
}

static void
update_backend_status (SparkWindow *self)
{
  SparkBackend *backend = spark_window_get_current (self);
  g_auto (SparkStatus) status = { 0 };
  const char *page;
  gboolean busy;

  describe_status (self, &status);
  spark_context_set_obstacle (self->context, status.obstacle);
  page = choose_page (self, &status);
  if (self->welcome_page == NULL && g_str_equal (page, "welcome"))
    make_welcome_page (self);
  if (self->problem_page == NULL && g_str_equal (page, "problem"))
    make_problem_page (self);
  show_root_page (self, page);
  update_starting_page (self, g_str_equal (page, "starting"));
  if (status.sentence != NULL)
    {
      spark_banner_set_title (self->status_banner, status.sentence);
      spark_banner_set_button_label (self->status_banner, status.button);
    }
  if (status.sentence != NULL && self->problem_page != NULL)
    {
      adw_status_page_set_icon_name (self->problem_page, status.icon_name);
      adw_status_page_set_title (self->problem_page, status.title);
      adw_status_page_set_description (self->problem_page,
                                       status.blank != NULL ? status.blank : status.sentence);
      gtk_button_set_label (self->problem_button, status.button);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->problem_button), status.action);
    }
  spark_banner_set_revealed (self->status_banner,
                             status.sentence != NULL && g_str_equal (page, "main"));
  /* While it connects, which takes a moment, nothing flickers: the acts say it themselves. */
  busy = status.sentence != NULL;
  stop_acts (self, busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.sample",
                                 !busy && backend != NULL && spark_backend_is_private (backend));
}

void
spark_window_update_status (SparkWindow *self)
{
  update_backend_status (self);
  update_sandbox_banner (self);
  update_connection_banner (self);
  spark_window_update_progress (self);
}

static void
retry (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  if (self->problem != NULL && application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "retry", NULL);
  else if (spark_window_get_current (self) != NULL)
    spark_backend_retry (spark_window_get_current (self));
}

void
spark_window_install_status (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_callback (klass, on_connection_button_cb);
  gtk_widget_class_bind_template_callback (klass, on_status_button_cb);
  gtk_widget_class_install_action (klass, "win.retry", NULL, retry);
}
