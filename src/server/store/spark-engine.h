/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-database.h"

G_BEGIN_DECLS

/*
 * What an engine implements: each member is the function of spark-database.h of the same name, and
 * is described there. An engine's own connections and statements begin with these structs.
 */
typedef struct
{
  const char *dialect; /* of its .sql files */

  SparkDatabase *(*open) (const char *url, gboolean write, GError **error);
  void (*close) (SparkDatabase *self);
  gboolean (*migrate) (SparkDatabase *self, GError **error);
  gboolean (*prepare) (SparkDatabase *self, const char *name, const char *sql, GError **error);
  /* Only of files: a server's has tools of its own for both. */
  gboolean (*backup) (SparkDatabase *self, const char *path, GError **error);
  gboolean (*inspect) (SparkDatabase *self, void (*problem) (const char *words, gpointer data),
                       gpointer data, GError **error);

  gboolean (*begin) (SparkDatabase *self, gboolean write, GError **error);
  void (*send_commit) (SparkDatabase *self); /* NULL: nothing is won by it */
  gboolean (*commit) (SparkDatabase *self, GError **error);
  void (*rollback) (SparkDatabase *self);
  guint64 (*state) (SparkDatabase *self);        /* NULL: never known */
  guint (*session) (SparkDatabase *self);        /* NULL: always the same */
  gboolean (*keep) (SparkDatabase *self);        /* NULL: never */
  SparkFailure (*failure) (SparkDatabase *self); /* NULL: always FINAL */
  gboolean (*job_begin) (SparkDatabase *self, GError **error);
  SparkJobEnd (*job_end) (SparkDatabase *self, gboolean ok, GError **error);
  gboolean (*fetch) (SparkDatabase *self, gboolean *again, GError **error); /* NULL: none waits */
  void (*jobs_end) (SparkDatabase *self); /* NULL: nothing to do */

  /* The next two: NULL where the engine sees to it itself. */
  void (*checkpoint) (SparkDatabase *self);
  gint64 (*log_pages) (SparkDatabase *self);
  gint64 (*version) (SparkDatabase *self);
  /* The next four: NULL where version() tells of other processes. */
  gboolean (*notify) (SparkDatabase *self, const char *node, const gint64 *accounts,
                      gsize n_accounts, GError **error);
  gboolean (*listen) (SparkDatabase *self, const char *node, const SparkDatabaseListener *listener,
                      GError **error);
  void (*stop_listening) (SparkDatabase *self);
  void (*talk) (SparkDatabase *self);

  SparkStatement *(*statement) (SparkDatabase *self, const char *name, GError **error);
  void (*bind_int) (SparkStatement *self, int index, gint64 value);
  void (*bind_text) (SparkStatement *self, int index, const char *value);
  void (*bind_blob) (SparkStatement *self, int index, const void *data, gsize length);
  void (*expect) (SparkStatement *self); /* NULL: an expectation wins nothing */
  gboolean (*step) (SparkStatement *self, GError **error);
  void (*reset) (SparkStatement *self);
  gint64 (*get_int) (SparkStatement *self, int column);
  const char *(*get_text) (SparkStatement *self, int column);
  const void *(*get_blob) (SparkStatement *self, int column, gsize *length);
} SparkEngine;

struct _SparkDatabase
{
  const SparkEngine *engine;
};

struct _SparkStatement
{
  const SparkEngine *engine;
};

/* The texts of an engine's dialect. */
typedef struct
{
  /* Of a statement; an unknown name is a bug and aborts. */
  const char *(*sql) (const SparkEngine *engine, const char *name);
  /* Of the migration to @version, or NULL when there is none: it is the newest. */
  const char *(*schema) (const SparkEngine *engine, gint64 version);
} SparkEngineTexts;

extern const SparkEngineTexts spark_engine_texts;

extern const SparkEngine spark_engine_sqlite;

G_END_DECLS
