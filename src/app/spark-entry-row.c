/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-entry-row"

#include "config.h"

#include "app/spark-entry-row.h"

struct _SparkEntryRow
{
  AdwEntryRow parent_instance;
};

G_DEFINE_FINAL_TYPE (SparkEntryRow, spark_entry_row, ADW_TYPE_ENTRY_ROW)

static void
on_title_cb (AdwPreferencesRow *row)
{
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (row))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, adw_preferences_row_get_title (row), -1);
}

void
spark_entry_row_announce (AdwEntryRow *row)
{
  g_return_if_fail (ADW_IS_ENTRY_ROW (row));

  /* What has the keyboard is the text in the row, which by itself is nothing to a screen reader. */
  g_object_set (gtk_editable_get_delegate (GTK_EDITABLE (row)), "accessible-role",
                GTK_ACCESSIBLE_ROLE_TEXT_BOX, NULL);
  g_signal_connect (row, "notify::title", G_CALLBACK (on_title_cb), NULL);
  on_title_cb (ADW_PREFERENCES_ROW (row));
}

static void
spark_entry_row_class_init (SparkEntryRowClass *klass)
{
}

static void
spark_entry_row_init (SparkEntryRow *self)
{
  spark_entry_row_announce (ADW_ENTRY_ROW (self));
}
