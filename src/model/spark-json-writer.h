/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib-object.h>
#include <string.h>

#include "model/spark-enums.h"

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

/* Only the name of a member whose value a *_write function writes next. */
void spark_json_name (SparkJsonWriter *writer, const char *name);

/* The parts of what is inlined below; not to be called from elsewhere. */
void spark_json_open (SparkJsonWriter *writer, char bracket);
void spark_json_close (SparkJsonWriter *writer, char bracket);
void spark_json_put_string (SparkJsonWriter *writer, const char *value);
void spark_json_put_int (SparkJsonWriter *writer, gint64 value);
void spark_json_put_time (SparkJsonWriter *writer, gint64 ms);
void spark_json_put_raw (SparkJsonWriter *writer, const char *json, gsize length);

/* A name that stands in the code is measured and looked at by the compiler, not again each time: a
 * list has thousands. It is of ASCII that can be seen. */
static inline void
spark_json_member (SparkJsonWriter *writer, const char *name)
{
  if (name != NULL && __builtin_constant_p (strlen (name)) && strchr (name, '"') == NULL
      && strchr (name, '\\') == NULL)
    {
      const gsize length = strlen (name);
      GString *text = writer->text;
      char *at;

      if (text->len + length + 4 >= text->allocated_len)
        spark_json_writer_reserve (writer, length + 4);
      at = text->str + text->len;
      *at = ',';
      at += writer->comma;
      *at++ = '"';
      memcpy (at, name, length);
      at[length] = '"';
      at[length + 1] = ':';
      text->len += length + 3 + (gsize)writer->comma;
      writer->comma = FALSE;
    }
  else
    spark_json_name (writer, name);
}

/* @name is NULL in arrays and for the root. */
static inline void
spark_json_begin_object (SparkJsonWriter *writer, const char *name)
{
  spark_json_member (writer, name);
  spark_json_open (writer, '{');
}

static inline void
spark_json_end_object (SparkJsonWriter *writer)
{
  spark_json_close (writer, '}');
}

static inline void
spark_json_begin_array (SparkJsonWriter *writer, const char *name)
{
  spark_json_member (writer, name);
  spark_json_open (writer, '[');
}

static inline void
spark_json_end_array (SparkJsonWriter *writer)
{
  spark_json_close (writer, ']');
}

/* @value: NULL: null */
static inline void
spark_json_string (SparkJsonWriter *writer, const char *name, const char *value)
{
  spark_json_member (writer, name);
  spark_json_put_string (writer, value);
}

static inline void
spark_json_int (SparkJsonWriter *writer, const char *name, gint64 value)
{
  spark_json_member (writer, name);
  spark_json_put_int (writer, value);
}

/* @json must be valid JSON text already */
static inline void
spark_json_raw (SparkJsonWriter *writer, const char *name, const char *json)
{
  spark_json_member (writer, name);
  spark_json_put_raw (writer, json, strlen (json));
}

static inline void
spark_json_bool (SparkJsonWriter *writer, const char *name, gboolean value)
{
  spark_json_raw (writer, name, value ? "true" : "false");
}

static inline void
spark_json_null (SparkJsonWriter *writer, const char *name)
{
  spark_json_raw (writer, name, "null");
}

/* @ms: 0: null */
static inline void
spark_json_time (SparkJsonWriter *writer, const char *name, gint64 ms)
{
  spark_json_member (writer, name);
  spark_json_put_time (writer, ms);
}

static inline void
spark_json_enum (SparkJsonWriter *writer, const char *name, GType type, int value)
{
  spark_json_string (writer, name, spark_enum_to_string (type, value));
}

/**
 * spark_json_writer_steal:
 *
 * Clears it as well.
 *
 * Returns: (transfer full): the text
 */
GBytes *spark_json_writer_steal (SparkJsonWriter *writer);

G_END_DECLS
