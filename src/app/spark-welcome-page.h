/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SPARK_TYPE_WELCOME_PAGE (spark_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (SparkWelcomePage, spark_welcome_page, SPARK, WELCOME_PAGE, AdwBin)

/* What there is to do while there is no account: it only activates actions of the window. */
GtkWidget *spark_welcome_page_new (void);

/* Whether the backend can connect an account to TikTok. */
void spark_welcome_page_set_connects (SparkWelcomePage *self, gboolean connects);

G_END_DECLS
