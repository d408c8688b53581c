/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * GTK 4.8 tells screen readers the caption of a button twice where it has a mnemonic: as it is
 * written in the source, with its underscore, and as it is seen. This leaves what is seen, for
 * every button, those of GTK's and Adwaita's own windows too.
 *
 * Once, before the first window. Main thread.
 */
void spark_button_name_everywhere (void);
/* Names @button for screen readers in place of what stands on it. Main thread. */
void spark_button_name_set (gpointer button, const char *name);

G_END_DECLS
