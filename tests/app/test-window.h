/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-window.h"
#include "test-widgets.h"

G_BEGIN_DECLS

/*
 * A window with nothing but the acts, and what a test needs to see of them. Linked instead of the
 * real one.
 */
SparkWindow *test_window_new (GtkWidget *child);
/* Destroys it and all dialogs, and proves that nothing keeps them or the backend alive. */
void test_window_free (SparkWindow *self);

/* All at first. */
void test_window_set_account_id (SparkWindow *self, const char *account_id);

/* As where another server is chosen. */
void test_window_set_backend (SparkWindow *self, SparkBackend *backend);
/* Only win.generate needs the backend here. */
void test_window_set_acts_stopped (SparkWindow *self, gboolean stopped);

/* Activates a win. action with a string target, or without one for NULL. */
void test_window_act (SparkWindow *self, const char *action, const char *target);
/* The last toast's title; NULL: none since this was asked last. (transfer full) */
char *test_window_take_toast (SparkWindow *self);
/* Presses the button of the last toast. */
void test_window_press_toast (SparkWindow *self);
/* (nullable): the last video shown */
const char *test_window_get_shown (SparkWindow *self);

/* The dialog on top; waits for it. */
GtkWindow *test_get_dialog (SparkWindow *self);
gboolean test_has_dialog (SparkWindow *self);
/* Closes it, and waits until no dialog is there. */
void test_close_dialog (SparkWindow *self, GtkWindow *dialog);
G_END_DECLS
