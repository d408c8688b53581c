/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What few need and large libraries do lies in modules beside the program, which are loaded when
 * they are first used: a start costs only what every start needs. SPARKBOX_MODULES names another
 * folder, for programs that lie elsewhere, such as tests.
 */

/**
 * spark_module_find:
 * @name: of a module: "drawing" is sparkboxd-drawing.so
 * @symbol: a function of it
 *
 * A module stays loaded. Thread-safe.
 *
 * Returns: (nullable): the function, or NULL with SPARK_ERROR_UNAVAILABLE
 */
gpointer spark_module_find (const char *name, const char *symbol, GError **error);

G_END_DECLS
