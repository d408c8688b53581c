/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * spark_browser_open:
 * @parent: what was acted in; nothing is told once it is gone
 * @address: of the web
 *
 * Opens the person's browser. Where none can be opened, a dialog over @parent says so and gives the
 * address to copy. Main thread.
 */
void spark_browser_open (GtkWindow *parent, const char *address);

/* A dialog over @parent with @address to copy, for whichever browser the person prefers. */
void spark_browser_give_address (GtkWindow *parent, const char *heading, const char *body,
                                 const char *address);

G_END_DECLS
