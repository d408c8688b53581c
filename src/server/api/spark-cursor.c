/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "server/api/spark-api-private.h"

/*
 * A position in the changes of many accounts must fit into the head of a request, which is small,
 * for every connection has room for one. So it is packed: the epoch and a comma, then how many
 * accounts there are and two widths, then for each account how much greater its number is than
 * that of the one before, and where it stands. Both are Exponential-Golomb codes: above the lowest
 * bits, as many as the width says, the number and one more, after as many zeros as that has bits
 * behind its first. The width is the one that makes it shortest, and few that are far off cost
 * little: a thousand accounts among fifty thousand, with millions of changes each, take 4 KiB.
 */
#define HEAD_BYTES 4
#define MAX_WIDTH  61
/* As text. */
#define MAX_CURSOR 6000

typedef struct
{
  GByteArray *bytes;
  guint used; /* bits of the last byte */
} BitWriter;

typedef struct
{
  const guint8 *bytes;
  gsize at; /* in bits */
  gsize end;
} BitReader;

void
spark_cursor_clear (SparkCursor *cursor)
{
  g_clear_pointer (&cursor->positions, g_array_unref);
}

gboolean
spark_cursor_refuse (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_RESYNC,
               "This position is not one of this backend's. Load everything again.");
  return FALSE;
}

/* --- numbers as bits --- */

static void
put_bit (BitWriter *self, guint bit)
{
  const guint8 none = 0;

  if (self->used % 8 == 0)
    {
      g_byte_array_append (self->bytes, &none, 1);
      self->used = 0;
    }
  self->bytes->data[self->bytes->len - 1] |= (guint8)(bit << self->used++);
}

static void
put_number (BitWriter *self, guint64 number, guint width)
{
  const guint64 above = (number >> width) + 1;
  const guint behind = g_bit_storage (above) - 1;

  for (guint i = 0; i < behind; i++)
    put_bit (self, 0);
  for (guint i = behind + 1; i > 0; i--)
    put_bit (self, above >> (i - 1) & 1);
  for (guint i = width; i > 0; i--)
    put_bit (self, number >> (i - 1) & 1);
}

static gboolean
take_bit (BitReader *self, guint *bit)
{
  if (self->at == self->end)
    return FALSE;
  *bit = self->bytes[self->at / 8] >> self->at % 8 & 1;
  self->at++;
  return TRUE;
}

static gboolean
take_number (BitReader *self, guint width, gint64 *number)
{
  guint64 above = 1;
  guint behind = 0, bit = 0;

  while (take_bit (self, &bit) && bit == 0)
    behind++;
  if (bit == 0 || behind + width > 62)
    return FALSE;
  for (; behind > 0; behind--)
    {
      if (!take_bit (self, &bit))
        return FALSE;
      above = above << 1 | bit;
    }
  above--;
  for (; width > 0; width--)
    {
      if (!take_bit (self, &bit))
        return FALSE;
      above = above << 1 | bit;
    }
  *number = (gint64)above;
  return TRUE;
}

static guint8
choose_width (const guint64 *numbers, guint n)
{
  gsize shortest = G_MAXSIZE;
  guint8 best = 0;

  for (guint8 width = 0; width <= MAX_WIDTH; width++)
    {
      gsize bits = (gsize)n * (width + 1);

      for (guint i = 0; i < n && bits < shortest; i++)
        bits += 2 * (g_bit_storage ((numbers[i] >> width) + 1) - 1);
      if (bits < shortest)
        {
          shortest = bits;
          best = width;
        }
    }
  return best;
}

/* --- positions --- */

static void
put_positions (const GArray *positions, GByteArray *bytes)
{
  const guint n = positions->len;
  g_autofree guint64 *steps = g_new (guint64, n);
  g_autofree guint64 *seqs = g_new (guint64, n);
  BitWriter writer = { .bytes = bytes };
  guint8 head[HEAD_BYTES] = { (guint8)(n >> 8), (guint8)n };
  gint64 account = 0;

  for (guint i = 0; i < n; i++)
    {
      const SparkPosition *position = &g_array_index (positions, SparkPosition, i);

      steps[i] = (guint64)(position->account - account);
      seqs[i] = (guint64)position->seq;
      account = position->account;
    }
  head[2] = choose_width (steps, n);
  head[3] = choose_width (seqs, n);
  g_byte_array_append (bytes, head, sizeof head);
  for (guint i = 0; i < n; i++)
    {
      put_number (&writer, steps[i], head[2]);
      put_number (&writer, seqs[i], head[3]);
    }
}

static gboolean
take_positions (GArray *positions, const guint8 *bytes, gsize length)
{
  BitReader reader = { .bytes = bytes + HEAD_BYTES };
  gint64 account = 0;
  guint n;

  if (length == 0)
    return TRUE;
  if (length <= HEAD_BYTES || bytes[2] > MAX_WIDTH || bytes[3] > MAX_WIDTH)
    return FALSE;
  n = (guint)bytes[0] << 8 | bytes[1];
  if (n == 0 || n > SPARK_SCOPE_MAX)
    return FALSE;
  reader.end = 8 * (length - HEAD_BYTES);
  for (guint i = 0; i < n; i++)
    {
      SparkPosition position;
      gint64 step;

      if (!take_number (&reader, bytes[2], &step) || step == 0 || step > G_MAXINT64 - account
          || !take_number (&reader, bytes[3], &position.seq))
        return FALSE;
      position.account = account += step;
      g_array_append_val (positions, position);
    }
  return reader.end - reader.at < 8;
}

gboolean
spark_cursor_parse (SparkCursor *cursor, const char *text, SparkStore *store, GError **error)
{
  g_autofree char *begin = g_strconcat (spark_store_epoch (store), ",", NULL);
  const gsize begin_length = strlen (begin);
  guint8 inside[MAX_CURSOR];
  gsize length;

  cursor->positions = g_array_new (FALSE, FALSE, sizeof (SparkPosition));
  if (text == NULL || *text == '\0')
    return TRUE;
  if (strlen (text) > MAX_CURSOR
      || sodium_base642bin (inside, sizeof inside, text, strlen (text), NULL, &length, NULL,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING)
             != 0
      || length < begin_length || memcmp (inside, begin, begin_length) != 0
      || !take_positions (cursor->positions, inside + begin_length, length - begin_length))
    return spark_cursor_refuse (error);
  return TRUE;
}

char *
spark_cursor_format (const SparkCursor *cursor, SparkStore *store)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  const char *epoch = spark_store_epoch (store);
  gsize size;
  char *text;

  g_byte_array_append (inside, (const guint8 *)epoch, (guint)strlen (epoch));
  g_byte_array_append (inside, (const guint8 *)",", 1);
  if (cursor->positions->len > 0)
    put_positions (cursor->positions, inside);
  size = sodium_base64_encoded_len (inside->len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text = g_malloc (size);
  sodium_bin2base64 (text, size, inside->data, inside->len,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}
