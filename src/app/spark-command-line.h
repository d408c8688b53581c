/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What the program prints instead of opening a window: from the copy on this computer of the
 * sign-in that comes first, as it was when Sparkbox ran last, or as it is while it runs. Each
 * returns the status to exit with; what went wrong is on stderr. Run the default main context.
 */

/* A line a video, newest first: ID, state, end (RFC 3339, or nothing) and caption, between tabs. */
int spark_command_line_list (GSettings *settings);

/* @video: an id as in the list, or TikTok's own. Only the code goes to stdout. */
int spark_command_line_print_code (GSettings *settings, const char *video);

G_END_DECLS
