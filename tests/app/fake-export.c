/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "client/spark-export.h"

/* Nothing is exported here: the dialog is tried in a real window. */
struct _SparkExport
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (SparkExport, spark_export, G_TYPE_OBJECT)

static void
spark_export_class_init (SparkExportClass *klass)
{
}

static void
spark_export_init (SparkExport *self)
{
}

SparkExport *
spark_export_new (SparkReplica *replica, const char *account_id)
{
  return g_object_new (SPARK_TYPE_EXPORT, NULL);
}

void
spark_export_set_format (SparkExport *self, SparkExportFormat format)
{
}

void
spark_export_set_codes (SparkExport *self, gboolean codes)
{
}

void
spark_export_only_listed (SparkExport *self, SparkVideoList *list)
{
}

void
spark_export_only_ids (SparkExport *self, SparkKind kind, const char *const *ids)
{
}

void
spark_export_run_async (SparkExport *self, GFile *file, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_assert_not_reached ();
}

gboolean
spark_export_run_finish (SparkExport *self, GAsyncResult *result, GError **error)
{
  g_assert_not_reached ();
}

double
spark_export_get_progress (SparkExport *self)
{
  return 0;
}
