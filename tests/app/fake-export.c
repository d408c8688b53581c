/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "client/spark-export.h"
#include "fake-backend.h"

/* Writes no file, only down that it was to. */
struct _SparkExport
{
  GObject parent_instance;
  gboolean asks;
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
spark_export_set_client (SparkExport *self, SparkClient *client)
{
  self->asks = client != NULL;
}

gboolean
spark_export_is_partial (SparkExport *self)
{
  return !self->asks;
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
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  fake_note (self->asks ? "export, asking for older\n" : "export\n");
  g_task_return_boolean (task, TRUE);
}

gboolean
spark_export_run_finish (SparkExport *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

double
spark_export_get_progress (SparkExport *self)
{
  return 0;
}
