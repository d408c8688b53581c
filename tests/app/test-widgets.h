/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a test of widgets sees and waits for, whatever window they are in. */

/* Begins as the application does: with Adwaita, and with labels that wrap as they do there. */
void test_begin (void);
/* The same for a program of tests, with the locale and without animations. */
void test_begin_still (int *argc, char ***argv);
/* The @n-th widget of @type below @root, itself included */
gpointer test_find (gpointer root, GType type, guint n);
/* The first button below @root with this label, as it stands in the sources. */
gpointer test_find_button (gpointer root, const char *label);
/* Presses it. */
void test_press (gpointer root, const char *label);
/* What Enter does in @window: it presses the button that has the keyboard, else the default one. */
void test_press_enter (gpointer window);
/* All texts of labels below @root, a line each, as far as they are visible. (transfer full) */
char *test_texts (gpointer root);
/* The same, without the pages of a stack and what else is folded away. (transfer full) */
char *test_seen_texts (gpointer root);
/* Waits until @part is in test_texts(), however long that takes. */
void test_wait_for_text (gpointer root, const char *part);

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

/* From now on numbers are written as in a language that sets their thousands apart with commas, or
 * no longer. */
void test_group_numbers (gboolean grouped);

/* Waits for one turn of the main loop, at most 50 ms. */
void test_turn (void);

G_END_DECLS
