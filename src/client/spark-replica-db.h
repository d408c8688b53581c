/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/*
 * One connection to the replica's file, with the statements of spark-replica-statements.sql by
 * name. A connection belongs to one thread at a time. Errors are SPARK_ERROR_REPLICA and name no
 * SQL.
 */
typedef struct
{
  sqlite3 *connection;
  GHashTable *statements; /* name → sqlite3_stmt */
  gboolean damaged;       /* the file was found damaged: made anew when it is closed */
  int wal_pages;          /* of the write-ahead log, after the last commit */
} SparkDb;

/* @damaged: (out) (optional): with an error, whether the file is damaged; FALSE before the call */
SparkDb *spark_db_open (const char *path, gboolean *damaged, GError **error);
void spark_db_close (SparkDb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkDb, spark_db_close)

/* Sets @error from the connection's last result; returns FALSE. */
gboolean spark_db_fail (SparkDb *self, GError **error);
gboolean spark_db_exec (SparkDb *self, const char *sql, GError **error);

/**
 * spark_db_statement:
 * @name: of a statement of the resource; an unknown one is a bug and aborts
 *
 * Returns: (transfer none) (nullable): the statement, reset, with nothing bound
 */
sqlite3_stmt *spark_db_statement (SparkDb *self, const char *name, GError **error);

/* The same, but one of the caller's own: (transfer full) */
sqlite3_stmt *spark_db_prepare (SparkDb *self, const char *name, GError **error);

/* TRUE: there is a row. FALSE without @error: there are no more, and the statement is reset. */
gboolean spark_db_step (SparkDb *self, sqlite3_stmt *stmt, GError **error);
/* Steps a statement that gives no rows. */
gboolean spark_db_run (SparkDb *self, sqlite3_stmt *stmt, GError **error);

void spark_db_bind_text (sqlite3_stmt *stmt, int index, const char *text); /* NULL: null */
/* (transfer full) (nullable) */
char *spark_db_dup_text (sqlite3_stmt *stmt, int column);
/* (transfer full): a body of @type */
GVariant *spark_db_dup_body (sqlite3_stmt *stmt, int column, const GVariantType *type);

/**
 * spark_db_open_replica:
 * @key: (nullable): as for spark_replica_new()
 *
 * Opens the file at @path for writing, or makes it anew when it is not there, damaged, of another
 * layout, or when its codes were encrypted with another key; what was chosen on this computer
 * (settings, the outbox, dismissed events) is kept as far as it can be read. Where it cannot be
 * made anew (a full disk), or not be opened for another cause than damage, it stays as it was.
 */
SparkDb *spark_db_open_replica (const char *path, GBytes *key, GError **error);

/* Opens the file at @path for reading, in a read transaction, and leaves it as it is; one that
 * spark_db_open_replica() would make anew is an error. */
SparkDb *spark_db_look_at_replica (const char *path, GBytes *key, GError **error);

/* After a damaged file was closed: makes it anew, as spark_db_open_replica() does. */
void spark_db_renew (const char *path, GBytes *key);

/* Removes the file at @path and all that belongs to it, as far as it is there. */
void spark_db_delete (const char *path);

G_END_DECLS
