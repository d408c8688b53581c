/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>
#include <yajl/yajl_parse.h>

#include "server/adtools/spark-plain.h"

typedef struct
{
  JsonObject *object; /* NULL: it has not begun */
  char *name;         /* of the value that follows */
} Plain;

/* Whatever is not plain stops the reading. */

static int
on_other (void *data)
{
  return 0;
}

static int
on_boolean (void *data, int value)
{
  return 0;
}

static int
on_double (void *data, double value)
{
  return 0;
}

static int
on_start (void *data)
{
  Plain *self = data;

  if (self->object != NULL)
    return 0;
  self->object = json_object_new ();
  return 1;
}

static int
on_name (void *data, const unsigned char *text, size_t length)
{
  Plain *self = data;

  g_free (self->name);
  self->name = g_strndup ((const char *)text, length);
  return 1;
}

static int
on_string (void *data, const unsigned char *text, size_t length)
{
  Plain *self = data;
  g_autofree char *value = NULL;

  if (self->object == NULL)
    return 0;
  value = g_strndup ((const char *)text, length);
  json_object_set_string_member (self->object, self->name, value);
  return 1;
}

static int
on_integer (void *data, long long value)
{
  Plain *self = data;

  if (self->object == NULL)
    return 0;
  json_object_set_int_member (self->object, self->name, value);
  return 1;
}

static const yajl_callbacks callbacks = {
  .yajl_null = on_other,
  .yajl_boolean = on_boolean,
  .yajl_integer = on_integer,
  .yajl_double = on_double,
  .yajl_string = on_string,
  .yajl_start_map = on_start,
  .yajl_map_key = on_name,
  .yajl_start_array = on_other,
};

JsonNode *
spark_plain_parse (const char *text, gsize length)
{
  Plain plain = { 0 };
  JsonNode *root = NULL;
  yajl_handle yajl;

  /* It takes escapes, bytes that are no characters, and what is no white space of JSON. */
  if (length == 0 || memchr (text, '\\', length) != NULL || memchr (text, '\v', length) != NULL
      || memchr (text, '\f', length) != NULL || !g_utf8_validate_len (text, length, NULL))
    return NULL;
  yajl = yajl_alloc (&callbacks, NULL, &plain);
  yajl_config (yajl, yajl_dont_validate_strings, 1);
  if (yajl_parse (yajl, (const unsigned char *)text, length) == yajl_status_ok
      && yajl_complete_parse (yajl) == yajl_status_ok && plain.object != NULL)
    {
      root = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (root, g_steal_pointer (&plain.object));
    }
  yajl_free (yajl);
  g_clear_pointer (&plain.object, json_object_unref);
  g_free (plain.name);
  return root;
}
