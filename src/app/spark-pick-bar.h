/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "model/spark-enums.h"

G_BEGIN_DECLS

#define SPARK_TYPE_PICK_BAR (spark_pick_bar_get_type ())
G_DECLARE_FINAL_TYPE (SparkPickBar, spark_pick_bar, SPARK, PICK_BAR, AdwBin)

/*
 * Selecting many rows of a list: under the list it says how many, and offers what can be done with
 * all of them (win.batch). Property: active: whether the list selects now instead of opening.
 */

/* The id of a row's item, valid as long as the item; NULL: it has none. Of two rows with the same
 * id it is acted on once. */
typedef const char *(*SparkPickId) (gpointer item);

/* @view: a list or grid view, or a list box of SparkPickBoxRow, which has its rows from elsewhere;
 * the one before, if any, loses its model. */
void spark_pick_bar_set_view (SparkPickBar *self, GtkWidget *view, SparkPickId get_id);
/* @plain: (nullable): what the view has while nothing is selected. A list box has none, and is
 * bound to @model before.
 * @model: (nullable): what is selected from: @plain's own, or a part of it in the same order; of a
 * part the view shows no more while it selects */
void spark_pick_bar_set_model (SparkPickBar *self, GtkSelectionModel *plain, GListModel *model);
/* For a page with several lists, whose ids are found in the same way: the same in @view, which is
 * no list box. The one before keeps what it has while nothing is selected. */
void spark_pick_bar_turn (SparkPickBar *self, GtkWidget *view, GtkSelectionModel *plain,
                          GListModel *model);
/* @label: with a mnemonic. The acts are in a menu instead where they have no room in one line. */
void spark_pick_bar_add_act (SparkPickBar *self, const char *label, SparkBatchAct act);
/* What is done here: @action gets the ids ("as"). Shown as an icon, which leaves room for the acts.
 */
void spark_pick_bar_add_action (SparkPickBar *self, const char *icon_name, const char *label,
                                const char *action);
/* A role may have changed: offers what it allows now. */
void spark_pick_bar_update (SparkPickBar *self);
/* Selects the row at @position, or no more. */
void spark_pick_bar_toggle (SparkPickBar *self, guint position);
/* Selects the row at @position and no other. */
void spark_pick_bar_pick_only (SparkPickBar *self, guint position);
/* Selects all rows, or none. */
void spark_pick_bar_set_all (SparkPickBar *self, gboolean picked);
/* Selects also the rows from the one with the keyboard to the one at @position. */
void spark_pick_bar_add_range (SparkPickBar *self, guint position);
/* For Escape. Returns: FALSE: there was no selecting to end */
gboolean spark_pick_bar_end (SparkPickBar *self);
gboolean spark_pick_bar_is_active (SparkPickBar *self);

G_END_DECLS
