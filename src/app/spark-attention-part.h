/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "client/spark-attention-list.h"

G_BEGIN_DECLS

/*
 * What several can be selected of, where something needs attention: all that is about somebody's
 * access, in the same order.
 */

/* (transfer full): without a model yet, as it reads every item of one */
GtkFilterListModel *spark_attention_part_new (void);
/* Whether something of it is still to be ended, or can be given more time. */
gboolean spark_attention_part_has_open (GListModel *part);

G_END_DECLS
