/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The name of each brand above its first row, in a list of accesses that is ordered by brand: GTK
 * 4.8 has no sections. It opens the brand's page, and the rows name their videos instead; what they
 * say to screen readers stays. A list without headings costs nothing. Main thread.
 */
typedef struct _SparkBrandHeadings SparkBrandHeadings;

/* @view: borrowed; of SparkAccessRow, wrapped by spark_pick_row_wrap() */
SparkBrandHeadings *spark_brand_headings_new (GtkListView *view);
void spark_brand_headings_free (SparkBrandHeadings *self);

/* @grants: (nullable): what the view shows, a list of SparkGrantItem; NULL: nothing any more */
void spark_brand_headings_set_model (SparkBrandHeadings *self, GListModel *grants);
/* Whether there are any. To be called once the list is in that order, or in another. */
void spark_brand_headings_set_shown (SparkBrandHeadings *self, gboolean shown);
/* What a row shows has changed, or whose it is. */
void spark_brand_headings_update (SparkBrandHeadings *self);

/* For a factory's bind. */
void spark_brand_headings_bind (SparkBrandHeadings *self, GtkListItem *list_item);
/* What the buttons of @row, the view's own widget, do, and the brand's page where that is further
 * up. */
void spark_brand_headings_fill_menu (SparkBrandHeadings *self, GtkWidget *row, GMenu *menu);

G_END_DECLS
