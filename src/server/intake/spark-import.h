/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <stdatomic.h>

#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

/* Reading a data export into an account: the file is streamed, and written in short transactions.
 */

typedef struct
{
  guint added;
  guint updated;
  guint skipped; /* not understood */
  guint done;    /* looked at, those that were there already included */
} SparkImportCounts;

/* After each transaction, on the importing thread. */
typedef void (*SparkImportProgress) (const SparkImportCounts *counts, gpointer data);

/* Whose import it is, and who follows it. */
typedef struct
{
  SparkActor actor;  /* without an id: at the server's own terminal */
  const char *batch; /* (nullable): ends the import early once it is stopped, with UNAVAILABLE */
  SparkImportProgress progress;
  gpointer data;           /* of progress */
  const atomic_bool *stop; /* (nullable): ends it early, with UNAVAILABLE, when it becomes true */
} SparkImportTerms;

/* Of an account, and of one file: no creator has as many. */
#define SPARK_IMPORT_MAX_VIDEOS 200000

/* Of one file, unpacked: four times what may be sent. A zip can hold a thousand times its size. */
#define SPARK_IMPORT_MAX_BYTES (G_GUINT64_CONSTANT (4) << 30)

/* For tests. */
void spark_import_set_max_videos (guint most);
void spark_import_set_max_bytes (guint64 most);

/**
 * spark_import_run:
 * @fd: the export: JSON text, or a zip that holds it; read from where it stands, not closed
 *
 * Blocks; any thread but the writer's. What was written before an error stays: the same file can be
 * imported again. IMPORT_MALFORMED, IMPORT_IS_TXT, TOO_LARGE (more than SPARK_IMPORT_MAX_VIDEOS),
 * NOT_FOUND (the account), FORBIDDEN (the actor may not generate there, or not any more).
 */
gboolean spark_import_run (SparkStore *store, const SparkImportTerms *terms, const char *account_id,
                           int fd, SparkImportCounts *counts, GError **error);

/* Whether the beginning of a file could be an export: fails as spark_import_run() would. */
gboolean spark_import_check (int fd, GError **error);

G_END_DECLS
