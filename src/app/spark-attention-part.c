/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-attention-part.h"
#include "app/spark-open-access.h"

static gboolean
is_about_access (gpointer item, gpointer user_data)
{
  return spark_attention_item_get_grant (item) != NULL;
}

GtkFilterListModel *
spark_attention_part_new (void)
{
  return gtk_filter_list_model_new (
      NULL, GTK_FILTER (gtk_custom_filter_new (is_about_access, NULL, NULL)));
}

gboolean
spark_attention_part_has_open (GListModel *part)
{
  guint n = g_list_model_get_n_items (part);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SparkAttentionItem) item = g_list_model_get_item (part, i);
      SparkGrantItem *grant = item != NULL ? spark_attention_item_get_grant (item) : NULL;

      if (grant != NULL && spark_open_access_is (spark_grant_item_get (grant)))
        return TRUE;
    }
  return FALSE;
}
