/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Of the toggle buttons side by side in @scrolled the one that is active is scrolled to whenever it
 * becomes so, and when there is less room or larger letters. @scrolled holds a viewport with their
 * box. Main thread; for as long as @scrolled lives.
 */
void spark_chosen_keep_in_view (GtkScrolledWindow *scrolled);

G_END_DECLS
