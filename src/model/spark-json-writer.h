/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * A small streaming writer of JSON text (RFC 8259). Commas are its own business; names are given
 * with each member. Strings must be UTF-8; bytes that are not are replaced by U+FFFD.
 * Not thread-safe; one writer belongs to one thread at a time.
 */
typedef struct
{
  GString *text;
  gboolean comma;
} SparkJsonWriter;

void spark_json_writer_init (SparkJsonWriter *writer);
void spark_json_writer_clear (SparkJsonWriter *writer);
/* About how many bytes there will be, so that what was written is not moved again and again. */
void spark_json_writer_reserve (SparkJsonWriter *writer, gsize length);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkJsonWriter, spark_json_writer_clear)

/* @name is NULL in arrays and for the root. */
void spark_json_begin_object (SparkJsonWriter *writer, const char *name);
void spark_json_end_object (SparkJsonWriter *writer);
void spark_json_begin_array (SparkJsonWriter *writer, const char *name);
void spark_json_end_array (SparkJsonWriter *writer);
void spark_json_string (SparkJsonWriter *writer, const char *name, const char *value); /* NULL: null */
void spark_json_int (SparkJsonWriter *writer, const char *name, gint64 value);
void spark_json_bool (SparkJsonWriter *writer, const char *name, gboolean value);
void spark_json_null (SparkJsonWriter *writer, const char *name);
void spark_json_time (SparkJsonWriter *writer, const char *name, gint64 ms); /* 0: null */
void spark_json_enum (SparkJsonWriter *writer, const char *name, GType type, int value);
/* @json must be valid JSON text already */
void spark_json_raw (SparkJsonWriter *writer, const char *name, const char *json);
/* Only the name of a member whose value a *_write function writes next. */
void spark_json_name (SparkJsonWriter *writer, const char *name);

/**
 * spark_json_writer_steal:
 *
 * Returns: (transfer full): the text; the writer is empty afterwards and must still be cleared
 */
GBytes *spark_json_writer_steal (SparkJsonWriter *writer);

G_END_DECLS
