/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <string.h>

#include "server/http/spark-http-private.h"

/*
 * RFC 9112, 2.2, 3.2, 5.1, 6.1 and 6.3. The library takes one of several lengths, and leaves the
 * rest for the next request. It takes a bare line feed for the end of a line, and what follows a
 * NUL in one for nothing; of neither it tells.
 */

typedef struct
{
  guint lengths;
  guint encodings;
  guint hosts;
  gboolean strange; /* something that not everybody reads alike */
} Framing;

/* A carriage return is the end of a line to some. */
static gboolean
has_control (const char *text)
{
  while (*text == '\t' || (*text != '\0' && !g_ascii_iscntrl (*text)))
    text++;
  return *text != '\0';
}

static enum MHD_Result
look (void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
  Framing *self = cls;

  if (name[strcspn (name, " \t")] != '\0' || has_control (name)
      || (value != NULL && has_control (value)))
    self->strange = TRUE;
  else if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0)
    self->lengths++;
  else if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_HOST) == 0)
    self->hosts++;
  else if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0)
    {
      self->encodings++;
      self->strange = self->strange || value == NULL || g_ascii_strcasecmp (value, "chunked") != 0;
    }
  return MHD_YES;
}

gboolean
spark_request_is_clear (SparkRequest *request)
{
  Framing self = { 0 };

  MHD_get_connection_values (request->connection, MHD_HEADER_KIND, look, &self);
  return !self.strange && self.lengths + self.encodings <= 1 && self.hosts <= 1;
}
