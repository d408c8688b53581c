/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <errno.h>
#include <string.h>

#include "server/adtools/spark-plain.h"

#define SPACES " \t\n\r"

/* Whatever is not plain stops the reading. */

static gboolean
take (char **at, char wanted)
{
  *at += strspn (*at, SPACES);
  if (**at != wanted)
    return FALSE;
  (*at)++;
  return TRUE;
}

/* Ends it where it is. */
static char *
take_string (char **at)
{
  char *text = *at, *end;

  if (!take (&text, '"'))
    return NULL;
  for (end = text; *end != '"'; end++)
    if ((guchar)*end < ' ' || *end == '\\')
      return NULL;
  *end = '\0';
  *at = end + 1;
  return text;
}

/* What comes after it must not be part of a number. */
static gboolean
take_integer (char **at, gint64 *value)
{
  const char *digits;

  *at += strspn (*at, SPACES);
  digits = **at == '-' ? *at + 1 : *at;
  if (!g_ascii_isdigit (digits[0]) || (digits[0] == '0' && g_ascii_isdigit (digits[1])))
    return FALSE;
  errno = 0;
  *value = g_ascii_strtoll (*at, at, 10);
  return errno == 0;
}

static gboolean
take_member (char **at, JsonObject *object)
{
  const char *name = take_string (at);
  const char *text;
  gint64 number;

  if (name == NULL || !take (at, ':'))
    return FALSE;
  if ((text = take_string (at)) != NULL)
    json_object_set_string_member (object, name, text);
  else if (take_integer (at, &number))
    json_object_set_int_member (object, name, number);
  else
    return FALSE;
  return TRUE;
}

static gboolean
take_object (char *at, JsonObject *object)
{
  if (!take (&at, '{'))
    return FALSE;
  if (!take (&at, '}'))
    {
      do
        if (!take_member (&at, object))
          return FALSE;
      while (take (&at, ','));
      if (!take (&at, '}'))
        return FALSE;
    }
  return take (&at, '\0');
}

JsonNode *
spark_plain_parse (const char *text, gsize length)
{
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *copy = NULL;
  JsonNode *root;

  if (length == 0 || !g_utf8_validate_len (text, length, NULL))
    return NULL;
  object = json_object_new ();
  copy = g_strndup (text, length);
  if (!take_object (copy, object))
    return NULL;
  root = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (root, g_steal_pointer (&object));
  return root;
}
