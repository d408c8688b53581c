/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-access-acts.h"
#include "client/spark-attention-list.h"

static const char *
get_id (gpointer item)
{
  SparkGrantItem *grant
      = SPARK_IS_ATTENTION_ITEM (item) ? spark_attention_item_get_grant (item) : item;

  return grant != NULL ? spark_grant_item_get (grant)->id : NULL;
}

void
spark_access_acts_add (SparkPickBar *bar, GtkWidget *view)
{
  g_return_if_fail (SPARK_IS_PICK_BAR (bar));

  spark_pick_bar_set_view (bar, view, get_id);
  spark_pick_bar_add_act (bar, _ ("_Extend…"), SPARK_BATCH_ACT_EXTEND);
  spark_pick_bar_add_act (bar, _ ("_Revoke…"), SPARK_BATCH_ACT_REVOKE);
  spark_pick_bar_add_action (bar, "edit-copy-symbolic", _ ("Copy Renewal Message"),
                             "win.copy-renewal");
  spark_pick_bar_add_action (bar, "document-save-symbolic", _ ("Export…"), "win.export-selected");
}
