/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-client.h"
#include "client/spark-replica.h"

G_BEGIN_DECLS

typedef enum
{
  SPARK_EXPORT_JSON,   /* one document, its objects as /v1 writes them */
  SPARK_EXPORT_TABLES, /* a ZIP file with a CSV table for each kind of object */
} SparkExportFormat;

#define SPARK_TYPE_EXPORT (spark_export_get_type ())
G_DECLARE_FINAL_TYPE (SparkExport, spark_export, SPARK, EXPORT, GObject)

/*
 * Writes what the replica knows to a file: accounts, videos, codes, links, access, brands and
 * events. It reads one state of the replica, on a thread of its own. Events come newest first;
 * behind them, by account, those that are older than what the replica has of it, which it asks the
 * backend for a page at a time. Main thread.
 */

/* @account_id: (nullable): NULL for all */
SparkExport *spark_export_new (SparkReplica *replica, const char *account_id);
void spark_export_set_format (SparkExport *self, SparkExportFormat format);
/* Whether the strings of codes and links are written too, which are not otherwise. */
void spark_export_set_codes (SparkExport *self, gboolean codes);

/* Who is asked for older events; NULL, as at first: they are left out. */
void spark_export_set_client (SparkExport *self, SparkClient *client);

/* Only the videos that @list shows now and what belongs to them. */
void spark_export_only_listed (SparkExport *self, SparkVideoList *list);
/* Only these videos (SPARK_KIND_VIDEO), or this access (SPARK_KIND_GRANT), and what belongs to
 * them. */
void spark_export_only_ids (SparkExport *self, SparkKind kind, const char *const *ids);

/**
 * spark_export_run_async:
 * @file: on this computer; it is replaced when all is written, and left as it is otherwise
 */
void spark_export_run_async (SparkExport *self, GFile *file, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
gboolean spark_export_run_finish (SparkExport *self, GAsyncResult *result, GError **error);

/* After it ran: whether older events, if there are any, are not in the file. */
gboolean spark_export_is_partial (SparkExport *self);

/* From 0 to 1, while it runs. */
double spark_export_get_progress (SparkExport *self);

G_END_DECLS
