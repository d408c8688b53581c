/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-context.h"

G_BEGIN_DECLS

#define SPARK_TYPE_WINDOW (spark_window_get_type ())
G_DECLARE_FINAL_TYPE (SparkWindow, spark_window, SPARK, WINDOW, AdwApplicationWindow)

/*
 * The main window: everything it shows comes from one sign-in's backend. Main thread.
 *
 * Properties: backend; account-id (the account shown, "" for all); acts-stopped (read-only: what needs
 * the backend is insensitive); sees-access (read-only: spark_window_sees_access()).
 * Besides those of spark-window-acts.h its actions are win.search, win.search-videos (terms), win.back, win.show-page
 * ("videos", "access", "activity"), win.select-account (account id, "" for all), win.copy (the code of the
 * video in front of the person), win.paste and win.retry.
 */
SparkWindow *spark_window_new (GtkApplication *application);

/* (nullable): NULL before sign-in */
SparkBackend *spark_window_get_backend (SparkWindow *self);
void spark_window_set_backend (SparkWindow *self, SparkBackend *backend);
/* What the window shows: of which backend, and which account. (nullable) (transfer none): NULL once
 * the window is disposed of */
SparkContext *spark_window_get_context (SparkWindow *self);
/* Takes @toast. */
void spark_window_add_toast (SparkWindow *self, AdwToast *toast);
/* Takes away what was added, once it has come. */
void spark_window_dismiss_toast (SparkWindow *self, AdwToast *toast);
void spark_window_show_video (SparkWindow *self, const char *id);
/* The same of one that the backend has just made: the feed may bring it only after the answer. */
void spark_window_show_added_video (SparkWindow *self, const char *id);
void spark_window_show_brand (SparkWindow *self, const char *id);
void spark_window_show_access (SparkWindow *self);
/* The page is in front, in the window that somebody works with. */
gboolean spark_window_sees_access (SparkWindow *self);
/* (nullable): the account shown now; NULL: all, or none yet */
const char *spark_window_get_account_id (SparkWindow *self);
/* (nullable): the videos in front of the person, when they are filtered or searched */
SparkVideoList *spark_window_get_filtered_videos (SparkWindow *self);

/* Whether @action waits for the backend now, as the property acts-stopped says of all that need it. */
gboolean spark_window_stops_act (SparkWindow *self, const char *action);

/**
 * spark_window_set_problem:
 * @problem: (nullable): why the backend could not be opened or started; win.retry then runs
 *   app.retry. NULL: there is none (any more).
 */
void spark_window_set_problem (SparkWindow *self, const GError *problem);

/**
 * spark_window_act_when_ready:
 * @sign_in: spark_backend_get_id() of the backend that it is about
 * @action: an action of the window
 * @id: of a video or grant, its target; NULL: it has none
 *
 * Runs it as soon as that backend is connected, so that it can be asked for before there is one; never
 * on another.
 */
void spark_window_act_when_ready (SparkWindow *self, const char *sign_in, const char *action,
                                  const char *id);
/* Another is chosen than what waits is about: it is not to be run when that one comes back. */
void spark_window_keep_acts_of (SparkWindow *self, const char *sign_in);

G_END_DECLS
