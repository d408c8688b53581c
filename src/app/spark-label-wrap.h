/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Lets the words of every button, of every item of a menu, of a toast, and a group's title, go into
 * further lines where they have no room in one, in the windows of GTK and Adwaita too: neither can
 * say so in a template. Buttons of a header bar stay as they are.
 *
 * Every other label that wraps breaks a word that is longer than a line, in every script: the least
 * width it reports is one that it keeps to, whatever its height. Its lines begin on the side where
 * the window is read from, in every script, unless they are in the middle.
 *
 * Once, before the first window. Main thread.
 */
void spark_label_wrap_everywhere (void);

G_END_DECLS
