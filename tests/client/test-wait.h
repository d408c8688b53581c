/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whatever a test waits for comes within this, or never. */
#define TEST_WAIT_SECONDS 20

/* A GAsyncReadyCallback that keeps the result in the GAsyncResult * that is its data. */
void test_result_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* One turn of the main loop, at most a few ms. */
void test_turn (void);

/* Runs the main loop until @condition. */
#define test_wait(condition)                                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 end_ = g_get_monotonic_time () + TEST_WAIT_SECONDS * G_USEC_PER_SEC;                    \
                                                                                                   \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > end_)                                                        \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition);                \
        test_turn ();                                                                              \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* Gives up the last reference and waits until the object is gone, which it must be soon. */
#define test_finalize(object_pointer)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    GWeakRef ref_;                                                                                 \
                                                                                                   \
    g_weak_ref_init (&ref_, *(object_pointer));                                                    \
    g_clear_object (object_pointer);                                                               \
    test_wait (test_is_gone (&ref_));                                                              \
    g_weak_ref_clear (&ref_);                                                                      \
  }                                                                                                \
  G_STMT_END

gboolean test_is_gone (GWeakRef *ref);

G_END_DECLS
