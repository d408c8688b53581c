/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_ACT_BUTTON (spark_act_button_get_type ())
G_DECLARE_FINAL_TYPE (SparkActButton, spark_act_button, SPARK, ACT_BUTTON, GtkButton)

/*
 * A button of a row: of an act of the window, which it is given and does as any GtkActionable.
 * GTK keeps an entry in the list and in the window for each action that a row's own button was ever
 * given, until the list goes, and passes each change of an action through all of them. This one asks
 * the window itself.
 */
GtkWidget *spark_act_button_new (void);

G_END_DECLS
