/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-window.h"

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
/* The @n-th widget of @type below @root, itself included */
gpointer test_find (gpointer root, GType type, guint n);
/* All texts of labels below @root, a line each, as far as they are visible. (transfer full) */
char *test_texts (gpointer root);

/* Runs the main loop until @expression is true. */
#define test_wait(expression)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;                                  \
                                                                                                   \
    while (!(expression))                                                                          \
      {                                                                                            \
        g_assert_cmpint (g_get_monotonic_time (), <, until);                                       \
        test_turn ();                                                                              \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* Waits for one turn of the main loop, at most 50 ms. */
void test_turn (void);

G_END_DECLS
