/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <string.h>

#include "server/http/spark-http-private.h"

/*
 * RFC 9112, 2.2, 3.2, 5.1, 6.1 and 6.3. The library takes one of several lengths, and leaves the
 * rest for the next request. It takes a bare line feed for the end of a line, what follows a NUL in
 * one for nothing, and lines that are folded for one; of none of these it tells. But all it gives
 * are parts of the head as it came, so it shows in how far they stand from each other.
 *
 * In a body in chunks it takes a line feed likewise, and that does not show at all: whoever sends
 * one has sent its last request, so that nothing behind it is taken for another.
 */

typedef struct
{
  SparkRequest *request;
  guint lengths;
  guint encodings;
  guint hosts;
  guint authorizations;
  gboolean strange;  /* something that not everybody reads alike */
  gboolean in_place; /* all so far stood where they have to */
  const char *next;  /* where the next name has to */
} Framing;

/* Of the end of a line. */
#define CRLF 2

typedef guint8 Bytes __attribute__ ((vector_size (16)));

/* Control characters: a carriage return is the end of a line to some. In a name a space too. */
static gboolean
is_strange (const char *text, gsize length, gboolean name)
{
  const guint8 least = name ? ' ' + 1 : ' ', allowed = name ? ' ' + 1 : '\t';

  for (gsize at = 0; at < length; at += sizeof (Bytes))
    {
      Bytes bytes, strange;
      guint64 words[2];

      memset (&bytes, 'a', sizeof bytes);
      memcpy (&bytes, text + at, MIN (length - at, sizeof bytes));
      strange = (Bytes)(((bytes < least) & (bytes != allowed)) | (bytes == 127));
      memcpy (words, &strange, sizeof words);
      if ((words[0] | words[1]) != 0)
        return TRUE;
    }
  return FALSE;
}

/* Most write it in the same case. */
static inline gboolean
begins (const char *text, const char *other)
{
  return strncmp (text, other, strlen (other)) == 0
         || g_ascii_strncasecmp (text, other, strlen (other)) == 0;
}

static inline gboolean
is (const char *text, gsize length, const char *other)
{
  return length == strlen (other) && begins (text, other);
}

static void
note_authorization (SparkRequest *request, const char *value)
{
  if (value != NULL && begins (value, "Bearer "))
    request->bearer = value + strlen ("Bearer ");
}

static enum MHD_Result
look (void *cls, enum MHD_ValueKind kind, const char *name, size_t name_length, const char *value,
      size_t length)
{
  Framing *self = cls;
  gboolean stands = name == self->next;

  self->next = value != NULL ? value + length + CRLF : NULL;
  self->in_place = self->in_place && stands;
  if (is_strange (name, name_length, TRUE) || (value != NULL && is_strange (value, length, FALSE)))
    self->strange = TRUE;
  else if (is (name, name_length, MHD_HTTP_HEADER_HOST))
    self->hosts++;
  else if (is (name, name_length, MHD_HTTP_HEADER_AUTHORIZATION))
    {
      if (self->authorizations++ == 0)
        note_authorization (self->request, value);
    }
  else if (is (name, name_length, MHD_HTTP_HEADER_CONTENT_LENGTH))
    {
      self->lengths++;
      self->request->length = value != NULL ? g_ascii_strtoull (value, NULL, 10) : 0;
    }
  else if (is (name, name_length, MHD_HTTP_HEADER_TRANSFER_ENCODING))
    {
      self->encodings++;
      self->strange = self->strange || value == NULL || !is (value, length, "chunked");
    }
  else if (is (name, name_length, MHD_HTTP_HEADER_FORWARDED)
           || is (name, name_length, "X-Forwarded-For"))
    self->request->forwarded = TRUE;
  return MHD_YES;
}

/* The request's first line is three words with a space between them. Where each stands is compared
 * as a number: they need not be parts of the same. */
static gboolean
is_one_line (SparkRequest *request)
{
  return request->method + strlen (request->method) + 1 == request->uri
         && request->uri + request->uri_length + 1 == request->version;
}

/* Whether an empty line follows, and the body. */
static gboolean
ends_at (SparkRequest *request, const char *next)
{
  const union MHD_ConnectionInfo *info
      = MHD_get_connection_info (request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

  return info != NULL && next != NULL && request->method + info->header_size == next + CRLF;
}

gboolean
spark_framing_shows (void)
{
  return strcmp (MHD_get_version (), "0.9.75") == 0;
}

gboolean
spark_request_look (SparkRequest *request)
{
  Framing self = { .request = request,
                   .in_place = is_one_line (request),
                   .next = request->version + strlen (request->version) + CRLF };

  MHD_get_connection_values_n (request->connection, MHD_HEADER_KIND, look, &self);
  request->last = self.encodings > 0;
  return !self.strange && self.lengths + self.encodings <= 1 && self.hosts <= 1
         && (!request->listener->http->framing_shows
             || (self.in_place && ends_at (request, self.next)));
}
