/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-context.h"

G_BEGIN_DECLS

#define SPARK_TYPE_ACCOUNT_MENU (spark_account_menu_get_type ())
G_DECLARE_FINAL_TYPE (SparkAccountMenu, spark_account_menu, SPARK, ACCOUNT_MENU, GObject)

/*
 * The menu in which a person chooses between accounts (win.select-account) and between this
 * computer and the servers joined (app.use-sign-in). Many accounts can be searched in it by name
 * and handle. Main thread.
 */

/**
 * spark_account_menu_new:
 * @button: whose menu it is, and whose child is an AdwAvatar; has to live as long
 * @settings: of the application
 */
SparkAccountMenu *spark_account_menu_new (GtkMenuButton *button, GSettings *settings);

/**
 * spark_account_menu_update:
 * @account_id: (nullable): the account that is shown; NULL: all, which may be one
 *
 * Fills it anew and shows the account on the button. What did not change is left alone, so that an
 * open menu stays open.
 */
void spark_account_menu_update (SparkAccountMenu *self, SparkContext *context,
                                const char *account_id);

G_END_DECLS
