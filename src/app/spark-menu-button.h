/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Gives @button the menu @menu, whose widgets are made when it is opened first: most never are.
 * Until then @button has no popover. Main thread.
 */
void spark_menu_button_set_menu (GtkMenuButton *button, GMenuModel *menu);

G_END_DECLS
