/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-access-page.h"
#include "app/spark-account-menu.h"
#include "app/spark-activity-page.h"
#include "app/spark-banner.h"
#include "app/spark-brand-page.h"
#include "app/spark-split-view.h"
#include "app/spark-toasts.h"
#include "app/spark-video-page.h"
#include "app/spark-videos-page.h"
#include "app/spark-welcome-page.h"
#include "app/spark-window.h"

G_BEGIN_DECLS

/* Shared by the files that implement the window itself: spark-window.c (what it shows: backend,
 * account), spark-window-pages.c (the pages, and the way among them), spark-window-status.c (what
 * it says of the backend). */

struct _SparkWindow
{
  AdwApplicationWindow parent_instance;

  /* template widgets */
  GtkBox *box;
  AdwToastOverlay *toast_overlay;
  GtkStack *title_stack;
  AdwWindowTitle *plain_title;
  GtkWidget *back_button;
  GtkMenuButton *add_button;
  GMenuModel *add_menu;
  GtkMenuButton *menu_button;
  GMenuModel *primary_menu;
  GtkMenuButton *account_button;
  SparkBanner *sandbox_banner;
  SparkBanner *connection_banner;
  SparkBanner *status_banner;
  GtkStack *root_stack;
  AdwBin *starting_page;
  GtkProgressBar *progress_bar;

  /* made when they are first needed */
  AdwStatusPage *problem_page;
  GtkButton *problem_button;
  SparkWelcomePage *welcome_page;

  /* the pages, made once the window is shown */
  AdwViewSwitcherTitle *switcher_title;
  AdwViewSwitcherBar *switcher_bar;
  SparkSplitView *split_view;
  AdwViewStack *view_stack;
  SparkVideosPage *videos_page;
  SparkAccessPage *access_page;
  SparkActivityPage *activity_page;
  SparkVideoPage *video_page;
  SparkBrandPage *brand_page;

  /* owned */
  GtkStack *content_stack;
  SparkBackend *waiting; /* for the pages */
  SparkContext *context;
  GSettings *settings;
  SparkAccountMenu *account_menu;
  char *lost_id; /* the account that the banner offers to connect again */
  guint news_id; /* the banner may say something else then */
  GError *problem;
  SparkToasts *toasts;    /* NULL: there was none yet */
  AdwToast *missed_toast; /* says that pictures are missing; NULL: not said of this server */
  char *pending_action;   /* waits for the backend */
  char *pending_sign_in;  /* for that one alone */
  gboolean pending_comes; /* not before what it is about is here */
  gboolean account_open; /* which account to begin with was never said */
  gboolean page_open;    /* nor was a page asked for */
  char *pending_id;

  guint chrome_tick;
  guint starting_id; /* says what is waited for */
  guint pages_id;    /* makes the pages */
  guint painted : 1;
  guint acts_stopped : 1; /* what needs the backend is insensitive */
  guint sees_access : 1;
};

/* (nullable): the pages' one; that of spark_window_get_backend() may still wait for them */
SparkBackend *spark_window_get_current (SparkWindow *self);

/* What waits for the backend is not run. */
void spark_window_forget_act (SparkWindow *self);

/* --- the pages --- */

void spark_window_install_pages (GtkWidgetClass *klass);
/* Makes the pages once the window has been seen. */
void spark_window_queue_pages (SparkWindow *self);
void spark_window_ensure_pages (SparkWindow *self);
/* Notes which of the lists is looked at in this account, for the next window. */
void spark_window_keep_page (SparkWindow *self);
/* Once: the one that was looked at last, unless another was asked for meanwhile. */
void spark_window_restore_page (SparkWindow *self);
/* Another account is shown: the list that was looked at in it; the same for one not seen before. */
void spark_window_turn_page (SparkWindow *self);
/* Which of "starting", "problem", "welcome" and "main" is in front. */
gboolean spark_window_is_at (SparkWindow *self, const char *page);
/* What the detail is about is not there (any more). */
gboolean spark_window_is_content_gone (SparkWindow *self);
void spark_window_update_chrome (SparkWindow *self);
void spark_window_look_at_access (SparkWindow *self);
void spark_window_queue_update_chrome (SparkWindow *self);

/* --- what it says of the backend --- */

void spark_window_install_status (GtkWidgetClass *klass);
void spark_window_update_status (SparkWindow *self);
void spark_window_update_progress (SparkWindow *self);
/* Says once for each server, and after each try again, that pictures are missing. */
void spark_window_watch_pictures (SparkWindow *self);
/* The keyboard goes to what one came for: to the first choice of a page that has little else. */
void spark_window_focus_page (SparkWindow *self);

/* --- what it shows --- */

void spark_window_on_context_changed (SparkWindow *self);
void spark_window_on_context_updated (SparkWindow *self);

G_END_DECLS
