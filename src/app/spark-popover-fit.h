/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Lets no popover ask to be wider than its window, unless it cannot be narrower: GTK only knows the
 * screen, and a telephone has nothing beside the window. What is in it has to wrap or scroll then.
 * One that belongs to what scrolls closes when the letters change: it may no longer be there.
 *
 * Once, before the first window. Main thread.
 */
void spark_popover_fit_everywhere (void);

G_END_DECLS
