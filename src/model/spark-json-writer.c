/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-enums.h"
#include "model/spark-json-writer.h"
#include "model/spark-rules.h"

void
spark_json_writer_init (SparkJsonWriter *writer)
{
  writer->text = g_string_sized_new (1024);
  writer->comma = FALSE;
}

void
spark_json_writer_clear (SparkJsonWriter *writer)
{
  if (writer->text != NULL)
    g_string_free (g_steal_pointer (&writer->text), TRUE);
}

GBytes *
spark_json_writer_steal (SparkJsonWriter *writer)
{
  GBytes *bytes = g_string_free_to_bytes (g_steal_pointer (&writer->text));

  spark_json_writer_init (writer);
  return bytes;
}

static void
append_escaped (GString *text, const char *value, gsize length)
{
  const char *run = value;
  const char *end = value + length;

  g_string_append_c (text, '"');
  for (const char *at = value; at < end; at++)
    {
      guchar c = (guchar)*at;

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (text, run, at - run);
      run = at + 1;
      switch (c)
        {
        case '"':
          g_string_append (text, "\\\"");
          break;
        case '\\':
          g_string_append (text, "\\\\");
          break;
        case '\n':
          g_string_append (text, "\\n");
          break;
        case '\r':
          g_string_append (text, "\\r");
          break;
        case '\t':
          g_string_append (text, "\\t");
          break;
        default:
          g_string_append_printf (text, "\\u%04x", c);
          break;
        }
    }
  g_string_append_len (text, run, end - run);
  g_string_append_c (text, '"');
}

void
spark_json_name (SparkJsonWriter *writer, const char *name)
{
  if (writer->comma)
    g_string_append_c (writer->text, ',');
  writer->comma = FALSE;
  if (name != NULL)
    {
      append_escaped (writer->text, name, strlen (name));
      g_string_append_c (writer->text, ':');
    }
}

static void
begin (SparkJsonWriter *writer, const char *name, char bracket)
{
  spark_json_name (writer, name);
  g_string_append_c (writer->text, bracket);
}

static void
end (SparkJsonWriter *writer, char bracket)
{
  g_string_append_c (writer->text, bracket);
  writer->comma = TRUE;
}

void
spark_json_begin_object (SparkJsonWriter *writer, const char *name)
{
  begin (writer, name, '{');
}

void
spark_json_end_object (SparkJsonWriter *writer)
{
  end (writer, '}');
}

void
spark_json_begin_array (SparkJsonWriter *writer, const char *name)
{
  begin (writer, name, '[');
}

void
spark_json_end_array (SparkJsonWriter *writer)
{
  end (writer, ']');
}

void
spark_json_raw (SparkJsonWriter *writer, const char *name, const char *json)
{
  spark_json_name (writer, name);
  g_string_append (writer->text, json);
  writer->comma = TRUE;
}

void
spark_json_string (SparkJsonWriter *writer, const char *name, const char *value)
{
  gsize length;

  if (value == NULL)
    {
      spark_json_null (writer, name);
      return;
    }

  spark_json_name (writer, name);
  length = strlen (value);
  if (g_utf8_validate_len (value, length, NULL))
    append_escaped (writer->text, value, length);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (value, (gssize)length);

      append_escaped (writer->text, valid, strlen (valid));
    }
  writer->comma = TRUE;
}

void
spark_json_int (SparkJsonWriter *writer, const char *name, gint64 value)
{
  char digits[32];

  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, value);
  spark_json_raw (writer, name, digits);
}

void
spark_json_bool (SparkJsonWriter *writer, const char *name, gboolean value)
{
  spark_json_raw (writer, name, value ? "true" : "false");
}

void
spark_json_null (SparkJsonWriter *writer, const char *name)
{
  spark_json_raw (writer, name, "null");
}

void
spark_json_time (SparkJsonWriter *writer, const char *name, gint64 ms)
{
  g_autofree char *text = ms != 0 ? spark_time_format (ms) : NULL;

  spark_json_string (writer, name, text);
}

void
spark_json_enum (SparkJsonWriter *writer, const char *name, GType type, int value)
{
  spark_json_string (writer, name, spark_enum_to_string (type, value));
}
