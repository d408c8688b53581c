/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "client/spark-replica.h"

G_BEGIN_DECLS

/* A row for a link of one video: whose it is, its state, and while it is open what can be done with
 * it. For gtk_list_box_bind_model(). @item: a SparkLinkItem; @user_data: this sign-in's SparkRole in
 * its account, as GINT_TO_POINTER() */
GtkWidget *spark_link_row_create (gpointer item, gpointer user_data);

/* On another day: @list is bound to @links with spark_link_row_create(). */
void spark_link_row_update_all (GtkListBox *list, GListModel *links);

G_END_DECLS
