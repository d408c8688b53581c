/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-enums.h"
#include "model/spark-json-writer.h"
#include "model/spark-rules.h"

/* Of a short text, which most are: longer ones soon have what they need. */
#define ROOM 500

void
spark_json_writer_init (SparkJsonWriter *writer)
{
  writer->text = g_string_sized_new (ROOM);
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
  gsize length = writer->text->len;
  char *text = g_string_free (g_steal_pointer (&writer->text), FALSE);

  /* Without the room that a long one had to grow: some are kept for long. */
  if (length > ROOM)
    text = g_realloc (text, length + 1);
  return g_bytes_new_take (text, length);
}

/* Room for so many bytes more at the end of the text. */
static char *
room (GString *text, gsize length)
{
  gsize used = text->len;

  if (used + length >= text->allocated_len)
    {
      g_string_set_size (text, used + length);
      text->len = used;
    }
  return text->str + used;
}

void
spark_json_writer_reserve (SparkJsonWriter *writer, gsize length)
{
  room (writer->text, length);
}

static void
ends_at (GString *text, char *at)
{
  *at = '\0';
  text->len = (gsize)(at - text->str);
}

/* What a byte of a string becomes behind a backslash; 0: it stands for itself. */
static const char escapes[256] = {
  ['"'] = '"', ['\\'] = '\\', [0] = 'u',  [1] = 'u',  [2] = 'u',  [3] = 'u',  [4] = 'u',
  [5] = 'u',   [6] = 'u',     [7] = 'u',  [8] = 'u',  [9] = 't',  [10] = 'n', [11] = 'u',
  [12] = 'u',  [13] = 'r',    [14] = 'u', [15] = 'u', [16] = 'u', [17] = 'u', [18] = 'u',
  [19] = 'u',  [20] = 'u',    [21] = 'u', [22] = 'u', [23] = 'u', [24] = 'u', [25] = 'u',
  [26] = 'u',  [27] = 'u',    [28] = 'u', [29] = 'u', [30] = 'u', [31] = 'u',
};

static void
append_escaped (GString *text, const char *value, gsize length)
{
  static const char hex[] = "0123456789abcdef";
  const char *end = value + length;
  char *at = room (text, 6 * length + 2);

  *at++ = '"';
  while (value < end)
    {
      const char *run = value;
      guchar c = 0;

      while (value < end && escapes[c = (guchar)*value] == 0)
        value++;
      memcpy (at, run, (gsize)(value - run));
      at += value - run;
      if (value == end)
        break;
      value++;
      *at++ = '\\';
      *at++ = escapes[c];
      if (escapes[c] == 'u')
        {
          *at++ = '0';
          *at++ = '0';
          *at++ = hex[c >> 4];
          *at++ = hex[c & 15];
        }
    }
  *at++ = '"';
  ends_at (text, at);
}

/* Whether all eight bytes stand for themselves: of ASCII, and nothing to be escaped. */
static gboolean
is_plain (guint64 word)
{
  const guint64 ones = ~(guint64)0 / 255, highs = ones * 128;
  guint64 quotes = word ^ (ones * '"');
  guint64 backslashes = word ^ (ones * '\\');

  /* None has its high bit, is less than a space, or has become 0. */
  return ((word | ((word - ones * ' ') & ~word) | ((quotes - ones) & ~quotes)
           | ((backslashes - ones) & ~backslashes))
          & highs)
         == 0;
}

/* The same of sixteen. */
static gboolean
is_plain_text (const char *text)
{
  gint8 __attribute__ ((vector_size (16))) bytes, others;
  guint64 words[2];

  memcpy (&bytes, text, sizeof bytes);
  /* Those that are no ASCII are below nought. */
  others = (bytes < ' ') | (bytes == '"') | (bytes == '\\');
  memcpy (words, &others, sizeof words);
  return (words[0] | words[1]) == 0;
}

/* How many bytes from the start stand for themselves. What is no whole number of words, as most
 * names are, is looked at in words that overlap. */
static gsize
plain_length (const char *text, gsize length)
{
  guint32 halves[2];
  guint64 word;
  gsize at = 0;

  if (length >= sizeof *halves && length < sizeof word)
    {
      memcpy (&halves[0], text, sizeof *halves);
      memcpy (&halves[1], text + length - sizeof *halves, sizeof *halves);
      memcpy (&word, halves, sizeof word);
      if (is_plain (word))
        return length;
    }
  while (at + 2 * sizeof word <= length && is_plain_text (text + at))
    at += 2 * sizeof word;
  for (; at + sizeof word <= length; at += sizeof word)
    {
      memcpy (&word, text + at, sizeof word);
      if (!is_plain (word))
        break;
    }
  if (at > 0 && at < length && at + sizeof word > length)
    {
      memcpy (&word, text + length - sizeof word, sizeof word);
      if (is_plain (word))
        return length;
    }
  while (at < length && (guchar)text[at] < 0x80 && escapes[(guchar)text[at]] == 0)
    at++;
  return at;
}

static void
append_plain (GString *text, const char *value, gsize length)
{
  char *at = room (text, length + 2);

  *at++ = '"';
  at = mempcpy (at, value, length);
  *at++ = '"';
  ends_at (text, at);
}

void
spark_json_name (SparkJsonWriter *writer, const char *name)
{
  gsize length = name != NULL ? strlen (name) : 0;
  gboolean plain = plain_length (name, length) == length;
  char *at = room (writer->text, plain ? length + 4 : 1);

  if (writer->comma)
    *at++ = ',';
  writer->comma = FALSE;
  if (name != NULL && plain)
    {
      *at++ = '"';
      at = mempcpy (at, name, length);
      *at++ = '"';
      *at++ = ':';
    }
  ends_at (writer->text, at);
  if (!plain)
    {
      append_escaped (writer->text, name, length);
      g_string_append_c (writer->text, ':');
    }
}

void
spark_json_open (SparkJsonWriter *writer, char bracket)
{
  g_string_append_c (writer->text, bracket);
}

void
spark_json_close (SparkJsonWriter *writer, char bracket)
{
  g_string_append_c (writer->text, bracket);
  writer->comma = TRUE;
}

void
spark_json_put_raw (SparkJsonWriter *writer, const char *json, gsize length)
{
  ends_at (writer->text, mempcpy (room (writer->text, length), json, length));
  writer->comma = TRUE;
}

void
spark_json_put_string (SparkJsonWriter *writer, const char *value)
{
  gsize length;

  if (value == NULL)
    {
      spark_json_put_raw (writer, "null", strlen ("null"));
      return;
    }

  length = strlen (value);
  if (plain_length (value, length) == length)
    append_plain (writer->text, value, length);
  else if (g_utf8_validate_len (value, length, NULL))
    append_escaped (writer->text, value, length);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (value, (gssize)length);

      append_escaped (writer->text, valid, strlen (valid));
    }
  writer->comma = TRUE;
}

void
spark_json_put_int (SparkJsonWriter *writer, gint64 value)
{
  ends_at (writer->text, spark_digits (room (writer->text, SPARK_MAX_DIGITS), value));
  writer->comma = TRUE;
}

void
spark_json_put_time (SparkJsonWriter *writer, gint64 ms)
{
  char text[SPARK_MAX_TIME];

  if (ms == 0)
    {
      spark_json_put_raw (writer, "null", strlen ("null"));
      return;
    }
  append_plain (writer->text, text, (gsize)(spark_time_write (ms, text) - text));
  writer->comma = TRUE;
}
