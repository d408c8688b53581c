/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Whether @model is but a part of what @plain (nullable) shows */
gboolean spark_pick_place_is_part (GtkSelectionModel *plain, GListModel *model);
/* Where the row of @part is in @whole, which has all of its items, in the same order. An invalid
 * @position stays so. */
guint spark_pick_place_in_whole (GListModel *part, guint position, GListModel *whole);
/* The other way round; of a row that @part has not: the next that it has, or its last. */
guint spark_pick_place_in_part (GListModel *whole, guint position, GListModel *part);

G_END_DECLS
