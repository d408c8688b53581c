/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "client/spark-backend.h"

G_BEGIN_DECLS

#define SPARK_TYPE_WINDOW (spark_window_get_type ())
G_DECLARE_FINAL_TYPE (SparkWindow, spark_window, SPARK, WINDOW, AdwApplicationWindow)

/* The main window: everything it shows comes from one sign-in's backend. Main thread. */

/* (nullable): NULL before sign-in */
SparkBackend *spark_window_get_backend (SparkWindow *self);
void spark_window_set_backend (SparkWindow *self, SparkBackend *backend);
/* Takes @toast. */
void spark_window_add_toast (SparkWindow *self, AdwToast *toast);
void spark_window_show_video (SparkWindow *self, const char *id);
void spark_window_show_access (SparkWindow *self);
/* (nullable): the account shown now; NULL: all, or none yet */
const char *spark_window_get_account_id (SparkWindow *self);

G_END_DECLS
