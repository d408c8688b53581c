/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "failing-server.h"

G_BEGIN_DECLS

/* Every way in which a request can fail, and what the client makes of it. */

/* @status, @code: of FAILING_PROBLEM */
GError *failing_make_error (Failing how, guint status, const char *code);

typedef void (*FailingFound) (guint status, const char *code, gpointer data);

/* @found is called with each code of openapi.yaml below @top, and its status; how many there are. */
guint failing_each_problem (const char *top, FailingFound found, gpointer data);

G_END_DECLS
