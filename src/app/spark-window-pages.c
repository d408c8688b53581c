/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-pages"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-roles.h"
#include "app/spark-unmapped.h"
#include "app/spark-window-private.h"

gboolean
spark_window_is_at (SparkWindow *self, const char *page)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), page) == 0;
}

static gboolean
shows (SparkWindow *self, gpointer page)
{
  return adw_view_stack_get_visible_child (self->view_stack) == page;
}

/* --- the window around the pages --- */

static gboolean
shows_brand (SparkWindow *self)
{
  return gtk_stack_get_visible_child (self->content_stack) == GTK_WIDGET (self->brand_page);
}

gboolean
spark_window_is_content_gone (SparkWindow *self)
{
  return shows_brand (self) ? spark_brand_page_get_id (self->brand_page) == NULL
                            : spark_video_page_get_id (self->video_page) == NULL;
}

/* Of the page that is shown. */
static SparkPageSearch *
get_search (SparkWindow *self)
{
  if (shows (self, self->videos_page))
    return spark_videos_page_get_search (self->videos_page);
  if (shows (self, self->access_page))
    return spark_access_page_get_search (self->access_page);
  return spark_activity_page_get_search (self->activity_page);
}

/* What is typed anywhere goes to the search of the list that is seen. */
static void
capture_keys (SparkWindow *self, gboolean lists)
{
  SparkPageSearch *seen = lists ? get_search (self) : NULL;
  SparkPageSearch *all[] = { spark_videos_page_get_search (self->videos_page),
                             spark_access_page_get_search (self->access_page),
                             spark_activity_page_get_search (self->activity_page) };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    spark_page_search_capture_keys (all[i], all[i] == seen ? GTK_WIDGET (self) : NULL);
}

gboolean
spark_window_sees_access (SparkWindow *self)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (self), FALSE);

  return self->sees_access;
}

void
spark_window_look_at_access (SparkWindow *self)
{
  gboolean sees = self->split_view != NULL && spark_window_is_at (self, "main")
                  && shows (self, self->access_page)
                  && !(spark_split_view_get_collapsed (self->split_view)
                       && spark_split_view_get_show_content (self->split_view))
                  && gtk_window_is_active (GTK_WINDOW (self));

  if (sees == self->sees_access)
    return;
  self->sees_access = sees;
  g_object_notify (G_OBJECT (self), "sees-access");
}

void
spark_window_update_chrome (SparkWindow *self)
{
  gboolean main = spark_window_is_at (self, "main");
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
  gtk_widget_set_visible (GTK_WIDGET (self->add_button),
                          lists && spark_roles_allow (GTK_WIDGET (self), "win.paste-link", NULL));
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
  capture_keys (self, lists);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.back", main && content);
  spark_window_look_at_access (self);
}

static gboolean
on_chrome_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  SPARK_WINDOW (widget)->chrome_tick = 0;
  spark_window_update_chrome (SPARK_WINDOW (widget));
  return G_SOURCE_REMOVE;
}

/* What folds tells so while it is given its size: what has its size by then, as the header bar,
 * must not change before the next frame. */
void
spark_window_queue_update_chrome (SparkWindow *self)
{
  if (self->chrome_tick == 0)
    self->chrome_tick
        = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_chrome_tick_cb, NULL, NULL);
}

/* --- the page to begin with --- */

static char *
get_page_setting (SparkWindow *self)
{
  const char *account_id = spark_window_get_account_id (self);

  return g_strconcat ("page", account_id != NULL ? "." : NULL, account_id, NULL);
}

static void
keep_page (SparkWindow *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);
  g_autofree char *name = NULL;

  if (replica == NULL || self->page_open)
    return;
  name = get_page_setting (self);
  spark_replica_set_setting (replica, name,
                             adw_view_stack_get_visible_child_name (self->view_stack));
}

void
spark_window_keep_page (SparkWindow *self)
{
  /* Before there is an account nothing is chosen yet, which is not to have chosen all. */
  if (!self->account_open)
    keep_page (self);
}

/* The video that is to be shown is in a list of its own. */
static void
go_to_kept_page (SparkWindow *self, SparkReplica *replica)
{
  g_autofree char *name = get_page_setting (self);
  g_autofree char *page = spark_replica_get_setting (replica, name);

  if (page != NULL && g_strcmp0 (self->pending_action, "win.show-video") != 0
      && adw_view_stack_get_child_by_name (self->view_stack, page) != NULL)
    adw_view_stack_set_visible_child_name (self->view_stack, page);
}

void
spark_window_restore_page (SparkWindow *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);

  if (replica == NULL)
    return;
  if (self->page_open)
    go_to_kept_page (self, replica);
  self->page_open = FALSE;
  spark_window_keep_page (self);
}

void
spark_window_turn_page (SparkWindow *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);

  if (replica == NULL || self->page_open)
    return;
  go_to_kept_page (self, replica);
  spark_window_keep_page (self);
}

static void
on_page_cb (SparkWindow *self)
{
  self->page_open = FALSE;
  /* Whoever turns to a page has chosen it, however little there is yet. */
  keep_page (self);
  spark_window_update_chrome (self);
}

static void
on_show_content_cb (SparkWindow *self)
{
  if (!spark_split_view_get_show_content (self->split_view))
    spark_videos_page_select (self->videos_page, NULL);
  spark_window_update_chrome (self);
}

/* --- the pages, made once the window is shown --- */

/* What is beside the lists: by itself, so that no turn of the main loop takes long. */
static void
make_content (SparkWindow *self)
{
  self->content_stack = g_object_ref_sink (GTK_STACK (gtk_stack_new ()));
  self->video_page = g_object_new (SPARK_TYPE_VIDEO_PAGE, NULL);
  self->brand_page = g_object_new (SPARK_TYPE_BRAND_PAGE, NULL);
  gtk_stack_add_child (self->content_stack, GTK_WIDGET (self->video_page));
  gtk_stack_add_child (self->content_stack, GTK_WIDGET (self->brand_page));
  spark_unmapped_hide_pages (self->content_stack);
}

static void
make_pages (SparkWindow *self)
{
  g_autoptr (GtkBuilder) builder
      = gtk_builder_new_from_resource (RESOURCE_PATH "/spark-window-pages.ui");
  g_autoptr (SparkBackend) backend = g_steal_pointer (&self->waiting);

#define GET(name) gtk_builder_get_object (builder, name)
  self->switcher_title = ADW_VIEW_SWITCHER_TITLE (GET ("switcher_title"));
  self->switcher_bar = ADW_VIEW_SWITCHER_BAR (GET ("switcher_bar"));
  self->split_view = SPARK_SPLIT_VIEW (GET ("split_view"));
  self->view_stack = ADW_VIEW_STACK (GET ("view_stack"));
  self->videos_page = SPARK_VIDEOS_PAGE (GET ("videos_page"));
  self->access_page = SPARK_ACCESS_PAGE (GET ("access_page"));
  self->activity_page = SPARK_ACTIVITY_PAGE (GET ("activity_page"));
#undef GET
  g_object_set (self->split_view, "content", self->content_stack, NULL);
  gtk_stack_add_named (self->title_stack, GTK_WIDGET (self->switcher_title), "switcher");
  gtk_stack_add_named (self->root_stack, GTK_WIDGET (self->split_view), "main");
  gtk_box_append (self->box, GTK_WIDGET (self->switcher_bar));
  spark_unmapped_hide (GTK_WIDGET (self->switcher_title));
  spark_unmapped_hide_within (self->switcher_title);
  spark_unmapped_hide_within (self->switcher_bar);
  spark_unmapped_hide (GTK_WIDGET (self->split_view));
  spark_unmapped_hide_pages (self->view_stack);
  g_signal_connect_swapped (self->switcher_title, "notify::title-visible",
                            G_CALLBACK (spark_window_queue_update_chrome), self);
  g_signal_connect_swapped (self->split_view, "notify::collapsed",
                            G_CALLBACK (spark_window_queue_update_chrome), self);
  g_signal_connect_swapped (self->split_view, "notify::show-content",
                            G_CALLBACK (on_show_content_cb), self);
  g_signal_connect_swapped (self->view_stack, "notify::visible-child", G_CALLBACK (on_page_cb),
                            self);
  spark_videos_page_set_context (self->videos_page, self->context);
  spark_video_page_set_context (self->video_page, self->context);
  spark_brand_page_set_context (self->brand_page, self->context);
  /* After the pages, so that they have already followed. */
  g_signal_connect_swapped (self->context, "changed", G_CALLBACK (spark_window_on_context_changed),
                            self);
  g_signal_connect_swapped (self->context, "updated", G_CALLBACK (spark_window_on_context_updated),
                            self);
  spark_window_update_chrome (self);
  if (backend != NULL)
    {
      /* What went wrong since it was given is its own, and is told with it. */
      g_autoptr (GError) problem = g_steal_pointer (&self->problem);

      spark_window_set_backend (self, backend);
      if (problem != NULL)
        spark_window_set_problem (self, problem);
    }
}

void
spark_window_ensure_pages (SparkWindow *self)
{
  if (self->split_view != NULL)
    return;
  g_clear_handle_id (&self->pages_id, g_source_remove);
  if (self->content_stack == NULL)
    make_content (self);
  make_pages (self);
}

/* A turn of the main loop for each part, apart from the frames, so that none takes long. */
static gboolean
on_idle_cb (gpointer user_data)
{
  SparkWindow *self = user_data;

  if (self->content_stack == NULL)
    {
      make_content (self);
      return G_SOURCE_CONTINUE;
    }
  self->pages_id = 0;
  spark_window_ensure_pages (self);
  return G_SOURCE_REMOVE;
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
  if (self->split_view == NULL)
    self->pages_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle_cb, self, NULL);
  return G_SOURCE_REMOVE;
}

void
spark_window_queue_pages (SparkWindow *self)
{
  gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame_cb, NULL, NULL);
}

/* --- the way among them --- */

static void
search (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);

  if (spark_split_view_get_collapsed (self->split_view))
    spark_split_view_set_show_content (self->split_view, FALSE);
  spark_page_search_focus (get_search (self));
}

/* Where the account shown has none of them, in all. */
static void
choose_searched_account (SparkWindow *self, const char *terms)
{
  const char *account_id = spark_window_get_account_id (self);
  g_autoptr (SparkVideoList) videos
      = spark_video_list_new (spark_context_get_replica (self->context), account_id);

  spark_video_list_set_search (videos, terms);
  if (account_id != NULL && g_list_model_get_n_items (G_LIST_MODEL (videos)) == 0)
    g_object_set (self, "account-id", "", NULL);
}

static void
search_videos (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);
  const char *terms = g_variant_get_string (target, NULL);

  if (spark_context_get_replica (self->context) == NULL)
    return;
  choose_searched_account (self, terms);
  gtk_widget_activate_action (widget, "win.show-page", "s", "videos");
  spark_videos_page_search (self->videos_page, terms);
}

static void
back (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  /* Whoever is elsewhere already, as GTK presses a button a while after its key, stays there. */
  gboolean moves = focus == NULL || focus == self->back_button
                   || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->content_stack));

  spark_split_view_set_show_content (self->split_view, FALSE);
  if (moves)
    gtk_widget_child_focus (adw_view_stack_get_visible_child (self->view_stack),
                            GTK_DIR_TAB_FORWARD);
}

static void
show_page (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *self = SPARK_WINDOW (widget);
  const char *page = g_variant_get_string (target, NULL);

  spark_window_ensure_pages (self);
  if (adw_view_stack_get_child_by_name (self->view_stack, page) == NULL)
    return;
  self->page_open = FALSE;
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

void
spark_window_install_pages (GtkWidgetClass *klass)
{
  g_type_ensure (SPARK_TYPE_SPLIT_VIEW);
  g_type_ensure (SPARK_TYPE_VIDEOS_PAGE);
  g_type_ensure (SPARK_TYPE_ACCESS_PAGE);
  g_type_ensure (SPARK_TYPE_ACTIVITY_PAGE);
  g_type_ensure (SPARK_TYPE_VIDEO_PAGE);
  g_type_ensure (SPARK_TYPE_BRAND_PAGE);
  gtk_widget_class_install_action (klass, "win.search", NULL, search);
  gtk_widget_class_install_action (klass, "win.search-videos", "s", search_videos);
  gtk_widget_class_install_action (klass, "win.back", NULL, back);
  gtk_widget_class_install_action (klass, "win.show-page", "s", show_page);
  gtk_widget_class_install_action (klass, "win.copy", NULL, copy);
}

/* Whoever has gone on to something else is not taken back to a video that was only to come. */
static void
forget_pending_video (SparkWindow *self)
{
  if (g_strcmp0 (self->pending_action, "win.show-video") != 0)
    return;
  spark_window_forget_act (self);
}

void
spark_window_show_video (SparkWindow *self, const char *id)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  spark_window_ensure_pages (self);
  forget_pending_video (self);
  self->page_open = FALSE;
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
  spark_window_update_chrome (self);
  if (spark_split_view_get_collapsed (self->split_view))
    spark_video_page_focus (self->video_page);
}

void
spark_window_show_brand (SparkWindow *self, const char *id)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  spark_window_ensure_pages (self);
  forget_pending_video (self);
  self->page_open = FALSE;
  if (!spark_brand_page_show (self->brand_page, id))
    {
      spark_window_add_toast (self, adw_toast_new (_ ("This brand is no longer there")));
      return;
    }
  spark_videos_page_select (self->videos_page, NULL);
  gtk_stack_set_visible_child (self->content_stack, GTK_WIDGET (self->brand_page));
  spark_split_view_set_show_content (self->split_view, TRUE);
  spark_window_update_chrome (self);
  if (spark_split_view_get_collapsed (self->split_view))
    spark_brand_page_focus (self->brand_page);
}

void
spark_window_show_access (SparkWindow *self)
{
  g_return_if_fail (SPARK_IS_WINDOW (self));

  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-page", "s", "access");
}

SparkVideoList *
spark_window_get_filtered_videos (SparkWindow *self)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (self), NULL);

  if (self->view_stack == NULL || !shows (self, self->videos_page))
    return NULL;
  return spark_videos_page_get_filtered (self->videos_page);
}
