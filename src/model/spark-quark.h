/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

/**
 * SPARK_DEFINE_QUARK:
 * @name: what the quark stands for, in quotes
 * @function: of the domain, without "_quark"
 *
 * As G_DEFINE_QUARK(), for what several threads may ask for first: GLib's writes what it keeps
 * without a lock.
 */
#define SPARK_DEFINE_QUARK(name, function)                                                         \
  GQuark function##_quark (void)                                                                   \
  {                                                                                                \
    static gsize quark;                                                                            \
                                                                                                   \
    if (g_once_init_enter (&quark))                                                                \
      g_once_init_leave (&quark, g_quark_from_static_string (name));                               \
    return (GQuark)quark;                                                                          \
  }
