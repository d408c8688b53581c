/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * After it has laid out @window anew, GTK looks again at what is under the pointer: what was there may
 * have gone. GTK 4.8 does so on X11 only with a window manager that tells when a frame has been drawn.
 * From here on it does so with any; else whoever presses without moving the pointer presses nothing.
 * While something moves, it does so once that rests, and every second.
 */
void spark_pointer_look (GtkWidget *window);

G_END_DECLS
