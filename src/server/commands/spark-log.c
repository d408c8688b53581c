/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "model/spark-json-writer.h"
#include "model/spark-rules.h"
#include "server/commands/spark-log.h"

#define PREFIX "SPARK_"

static const char *
find (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0 && strcmp (fields[i].key, key) == 0)
      return fields[i].value;
  return NULL;
}

/* Whole, so that the lines of two threads do not mix. */
static GLogWriterOutput
write_line (GString *line)
{
  gsize done = 0;

  g_string_append_c (line, '\n');
  while (done < line->len)
    {
      gssize n = write (STDERR_FILENO, line->str + done, line->len - done);

      if (n <= 0)
        return G_LOG_WRITER_UNHANDLED;
      done += (gsize)n;
    }
  return G_LOG_WRITER_HANDLED;
}

static const char *
level_name (GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_ERROR)
    return "error";
  if (level & G_LOG_LEVEL_CRITICAL)
    return "critical";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  if (level & G_LOG_LEVEL_MESSAGE)
    return "message";
  return level & G_LOG_LEVEL_INFO ? "info" : "debug";
}

/* Only what was asked for is logged at the level of information. */
static gboolean
is_wanted (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  return (level & (G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG)) == 0
         || find (fields, n_fields, PREFIX "REQUEST") != NULL
         || !g_log_writer_default_would_drop (level, find (fields, n_fields, "GLIB_DOMAIN"));
}

static GLogWriterOutput
write_json (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GString) line = NULL;

  if (!is_wanted (level, fields, n_fields))
    return G_LOG_WRITER_HANDLED;
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_time (&writer, "time", spark_time_now ());
  spark_json_string (&writer, "level", level_name (level));
  spark_json_string (&writer, "domain", find (fields, n_fields, "GLIB_DOMAIN"));
  spark_json_string (&writer, "message", find (fields, n_fields, "MESSAGE"));
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_has_prefix (fields[i].key, PREFIX) && fields[i].length < 0)
      {
        g_autofree char *name = g_ascii_strdown (fields[i].key + strlen (PREFIX), -1);

        spark_json_string (&writer, name, fields[i].value);
      }
  spark_json_end_object (&writer);
  body = spark_json_writer_steal (&writer);
  line = g_string_new_len (g_bytes_get_data (body, NULL), (gssize)g_bytes_get_size (body));
  return write_line (line);
}

static GLogWriterOutput
write_text (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_autoptr (GString) line = NULL;

  if (find (fields, n_fields, PREFIX "REQUEST") == NULL)
    return g_log_writer_default (level, fields, n_fields, data);
  line = g_string_new (find (fields, n_fields, "MESSAGE"));
  return write_line (line);
}

static GLogWriterOutput
write_journal (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if (!is_wanted (level, fields, n_fields))
    return G_LOG_WRITER_HANDLED;
  if (g_log_writer_journald (level, fields, n_fields, data) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;
  return write_text (level, fields, n_fields, data);
}

gboolean
spark_log_set_format (const char *format)
{
  GLogWriterFunc writer;

  if (strcmp (format, "text") == 0)
    writer = write_text;
  else if (strcmp (format, "json") == 0)
    writer = write_json;
  else if (strcmp (format, "journal") == 0)
    writer = write_journal;
  else
    return FALSE;
  g_log_set_writer_func (writer, NULL, NULL);
  return TRUE;
}
