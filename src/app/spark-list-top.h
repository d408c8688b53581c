/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A list view keeps in view what was in view, so that rows that come before it push its top away.
 * After this call one that shows its top goes on showing it, as a person expects of what is new.
 * @view: a list or grid view
 * @model: the one under it; to be called after @view has it. Main thread.
 */
void spark_list_keep_top (GtkWidget *view, GListModel *model);

G_END_DECLS
