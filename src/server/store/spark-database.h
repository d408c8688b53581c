/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * One connection to an engine: named statements in, typed columns out. The engine is SQLite; nothing
 * above this header knows. A connection and its statements belong to one thread at a time. Errors are
 * SPARK_ERROR_UNAVAILABLE and name no SQL.
 */
typedef struct _SparkDatabase SparkDatabase;
typedef struct _SparkStatement SparkStatement;

/* @write: may change the database; makes the file (mode 0600) when it is not there. */
SparkDatabase *spark_database_open (const char *path, gboolean write, GError **error);
void spark_database_close (SparkDatabase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkDatabase, spark_database_close)

/* Brings the schema up to date, in one transaction. */
gboolean spark_database_migrate (SparkDatabase *self, GError **error);

gboolean spark_database_begin (SparkDatabase *self, gboolean write, GError **error);
gboolean spark_database_commit (SparkDatabase *self, GError **error);
void spark_database_rollback (SparkDatabase *self);
gboolean spark_database_savepoint (SparkDatabase *self, GError **error);
gboolean spark_database_release (SparkDatabase *self, GError **error);
void spark_database_rollback_savepoint (SparkDatabase *self);

/* Copies what has been committed from the log into the file; never waits for readers. */
void spark_database_checkpoint (SparkDatabase *self);
/* A number that changes when another connection committed. */
gint64 spark_database_version (SparkDatabase *self);

/**
 * spark_database_statement:
 * @name: of a statement in statements.sql; an unknown one is a bug and aborts
 *
 * Returns: (transfer none): the statement, reset, with no values bound (NULL)
 */
SparkStatement *spark_database_statement (SparkDatabase *self, const char *name, GError **error);
void spark_statement_bind_int (SparkStatement *self, int index, gint64 value);
void spark_statement_bind_text (SparkStatement *self, int index, const char *value);
void spark_statement_bind_blob (SparkStatement *self, int index, const void *data, gsize length);
/* TRUE: there is a row. FALSE without @error: there are no more; the statement is reset. */
gboolean spark_statement_step (SparkStatement *self, GError **error);
void spark_statement_reset (SparkStatement *self);
/* Columns are counted from 0; text and blobs are valid until the next step or reset. */
gint64 spark_statement_int (SparkStatement *self, int column);
const char *spark_statement_text (SparkStatement *self, int column);
const void *spark_statement_blob (SparkStatement *self, int column, gsize *length);

G_END_DECLS
