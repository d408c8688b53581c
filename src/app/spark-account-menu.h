/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-context.h"

G_BEGIN_DECLS

/* The menu in which a person chooses between accounts (win.select-account) and between this
 * computer and the servers joined (app.use-sign-in). */

/**
 * spark_account_menu_fill:
 * @account_id: (nullable): the account that is shown; NULL: all
 * @settings: of the application
 *
 * Leaves the menu alone where nothing changed, so that an open one stays open.
 */
void spark_account_menu_fill (GMenu *menu, SparkContext *context, const char *account_id,
                              GSettings *settings);

/* Shows the account that is shown on the menu's button, and hides it while there is nothing to
 * choose.
 * @account_id: (nullable): NULL: all, which may be one */
void spark_account_menu_name (GtkMenuButton *button, AdwAvatar *avatar, GMenu *menu,
                              SparkContext *context, const char *account_id);

G_END_DECLS
