/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "model/spark-enums.h"

G_BEGIN_DECLS

/*
 * The buttons of a SparkPickBar: what can be done with all that is selected. Main thread.
 */

/* One that does "pick.act". @label: with a mnemonic. (transfer floating) */
GtkWidget *spark_pick_acts_new_act (const char *label, SparkBatchAct act);
/* One for what is done here by @action, which its click has yet to activate. (transfer floating) */
GtkWidget *spark_pick_acts_new_icon (const char *icon_name, const char *label, const char *action);
/* Of one with an icon; NULL: it does "pick.act" */
const char *spark_pick_acts_get_action (GtkWidget *button);
/* What the role allows with nothing that is selected is not offered in @box. @ids: as for
 * spark_roles_allow_some(). Returns: TRUE: another is than before */
gboolean spark_pick_acts_show_allowed (GtkWidget *box, GHashTable *ids);
/* The same as a menu, of those seen in @box. Returns: FALSE: there is none */
gboolean spark_pick_acts_fill_menu (GtkWidget *box, GtkMenuButton *button);

G_END_DECLS
