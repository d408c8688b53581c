/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-event-stream"

#include "config.h"

#include <string.h>

#include "client/spark-event-stream.h"
#include "model/spark-error.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
/* Longer than any sensible wait; keeps digits from overflowing. */
#define MAX_RETRY_DIGITS 9

struct _SparkEventStream
{
  SparkStreamFunc func;
  gpointer user_data;

  /* owned */
  GString *line; /* what came of a line that is not whole */
  GString *type;
  GString *data;
  GString *id;      /* of the event under way */
  GString *last_id; /* of the whole events */
  gint64 retry;

  gboolean has_id : 1;   /* the event under way has one */
  gboolean has_data : 1; /* and some data, be it an empty line */
  gboolean after_cr : 1; /* a newline that follows belongs to the same line end */
  gboolean begun : 1;    /* the first line is behind */
  gboolean ended : 1;
};

SparkEventStream *
spark_event_stream_new (SparkStreamFunc func, gpointer user_data)
{
  SparkEventStream *self = g_new0 (SparkEventStream, 1);

  self->func = func;
  self->user_data = user_data;
  self->line = g_string_new (NULL);
  self->type = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->id = g_string_new (NULL);
  self->last_id = g_string_new (NULL);
  self->retry = -1;
  return self;
}

void
spark_event_stream_free (SparkEventStream *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->type, TRUE);
  g_string_free (self->data, TRUE);
  g_string_free (self->id, TRUE);
  g_string_free (self->last_id, TRUE);
  g_free (self);
}

const char *
spark_event_stream_get_last_id (SparkEventStream *self)
{
  return self->last_id->str;
}

gint64
spark_event_stream_get_retry (SparkEventStream *self)
{
  return self->retry;
}

static gboolean
too_long (SparkEventStream *self, GError **error)
{
  self->ended = TRUE;
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                       "The backend sent more at once than is allowed.");
  return FALSE;
}

/* The empty line: the event is whole. */
static gboolean
dispatch (SparkEventStream *self)
{
  gboolean go_on = TRUE;

  if (self->has_id)
    g_string_assign (self->last_id, self->id->str);
  if (self->has_data)
    {
      const SparkStreamEvent event = {
        .type = self->type->len > 0 ? self->type->str : "message",
        .id = self->has_id ? self->id->str : NULL,
        .data = self->data->str,
        .length = self->data->len,
      };

      go_on = self->func (&event, self->user_data);
    }
  g_string_truncate (self->type, 0);
  g_string_truncate (self->data, 0);
  g_string_truncate (self->id, 0);
  self->has_id = FALSE;
  self->has_data = FALSE;
  self->ended = !go_on;
  return go_on;
}

static gboolean
is_name (const char *name, gsize length, const char *expected)
{
  return length == strlen (expected) && memcmp (name, expected, length) == 0;
}

static void
read_retry (SparkEventStream *self, const char *value, gsize length)
{
  gint64 retry = 0;

  if (length == 0 || length > MAX_RETRY_DIGITS)
    return;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (value[i]))
        return;
      retry = retry * 10 + (value[i] - '0');
    }
  self->retry = retry;
}

static gboolean
read_field (SparkEventStream *self, const char *line, gsize length, GError **error)
{
  const char *colon = memchr (line, ':', length);
  gsize name_length = colon != NULL ? (gsize)(colon - line) : length;
  const char *value = colon != NULL ? colon + 1 : line + length;
  gsize value_length = (gsize)(line + length - value);

  if (value_length > 0 && *value == ' ')
    {
      value++;
      value_length--;
    }
  if (is_name (line, name_length, "data"))
    {
      if (self->data->len + value_length + 1 > SPARK_EVENT_STREAM_MAX)
        return too_long (self, error);
      if (self->has_data)
        g_string_append_c (self->data, '\n');
      g_string_append_len (self->data, value, (gssize)value_length);
      self->has_data = TRUE;
    }
  else if (is_name (line, name_length, "event"))
    {
      g_string_truncate (self->type, 0);
      g_string_append_len (self->type, value, (gssize)value_length);
    }
  else if (is_name (line, name_length, "id"))
    {
      if (memchr (value, '\0', value_length) == NULL)
        {
          g_string_truncate (self->id, 0);
          g_string_append_len (self->id, value, (gssize)value_length);
          self->has_id = TRUE;
        }
    }
  else if (is_name (line, name_length, "retry"))
    read_retry (self, value, value_length);
  /* Other names, and comments, whose name is empty, mean nothing. */
  return TRUE;
}

static gboolean
end_line (SparkEventStream *self, GError **error)
{
  const char *line = self->line->str;
  gsize length = self->line->len;
  gboolean go_on;

  if (!self->begun && g_str_has_prefix (line, BYTE_ORDER_MARK))
    {
      line += strlen (BYTE_ORDER_MARK);
      length -= strlen (BYTE_ORDER_MARK);
    }
  self->begun = TRUE;
  go_on = length == 0 ? dispatch (self) : read_field (self, line, length, error);
  g_string_truncate (self->line, 0);
  return go_on;
}

gboolean
spark_event_stream_push (SparkEventStream *self, const char *bytes, gsize length, GError **error)
{
  g_return_val_if_fail (!self->ended, FALSE);

  while (length > 0)
    {
      gsize part = 0;

      if (self->after_cr && *bytes == '\n')
        {
          self->after_cr = FALSE;
          bytes++;
          length--;
          continue;
        }
      self->after_cr = FALSE;
      while (part < length && bytes[part] != '\n' && bytes[part] != '\r')
        part++;
      if (self->line->len + part > SPARK_EVENT_STREAM_MAX)
        return too_long (self, error);
      g_string_append_len (self->line, bytes, (gssize)part);
      if (part == length)
        break;
      self->after_cr = bytes[part] == '\r';
      bytes += part + 1;
      length -= part + 1;
      if (!end_line (self, error))
        return FALSE;
    }
  return TRUE;
}
