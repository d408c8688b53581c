/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"
#include "server/adtools/spark-fields.h"

/* Bytes of one of many strings: ids, and names that are known. */
#define MAX_ITEM 128
#define MAX_TEXT 65536

static gboolean
wrong (const SparkField *field, const char *what, GError **error)
{
  g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER, "%s: %s", field->name,
               what);
  return FALSE;
}

/* --- reading what was checked --- */

static JsonNode *
member (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

const char *
spark_field_string (JsonObject *object, const char *name)
{
  JsonNode *node = member (object, name);

  return holds (node, G_TYPE_STRING) ? json_node_get_string (node) : NULL;
}

gint64
spark_field_int (JsonObject *object, const char *name, gint64 absent)
{
  JsonNode *node = member (object, name);

  return holds (node, G_TYPE_INT64) ? json_node_get_int (node) : absent;
}

double
spark_field_number (JsonObject *object, const char *name)
{
  JsonNode *node = member (object, name);

  return holds (node, G_TYPE_INT64) || holds (node, G_TYPE_DOUBLE) ? json_node_get_double (node)
                                                                   : 0;
}

gboolean
spark_field_bool (JsonObject *object, const char *name, gboolean absent)
{
  JsonNode *node = member (object, name);

  return holds (node, G_TYPE_BOOLEAN) ? json_node_get_boolean (node) : absent;
}

JsonArray *
spark_field_array (JsonObject *object, const char *name)
{
  JsonNode *node = member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonObject *
spark_field_object (JsonObject *object, const char *name)
{
  JsonNode *node = member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

gint64
spark_field_id (JsonObject *object, const char *name)
{
  const char *text = spark_field_string (object, name);
  gint64 id = 0;

  return text != NULL && g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, &id, NULL) ? id : 0;
}

static gboolean
parse_time (const char *text, gint64 *ms)
{
  g_autofree char *iso = NULL;
  g_autoptr (GDateTime) time = NULL;

  if (strlen (text) != 19 || text[10] != ' ')
    return FALSE;
  iso = g_strdup_printf ("%.10sT%sZ", text, text + 11);
  time = g_date_time_new_from_iso8601 (iso, NULL);
  if (time == NULL)
    return FALSE;
  *ms = g_date_time_to_unix (time) * 1000;
  return TRUE;
}

static gboolean
parse_day (const char *text, gint64 *day)
{
  g_autofree char *midnight = NULL;
  gint64 ms;

  if (strlen (text) != 10)
    return FALSE;
  midnight = g_strconcat (text, " 00:00:00", NULL);
  if (!parse_time (midnight, &ms))
    return FALSE;
  *day = ms / (24 * 60 * 60 * 1000);
  return TRUE;
}

gint64
spark_field_time (JsonObject *object, const char *name)
{
  const char *text = spark_field_string (object, name);
  gint64 ms = 0;

  return text != NULL && parse_time (text, &ms) ? ms : 0;
}

gint64
spark_field_day (JsonObject *object, const char *name)
{
  const char *text = spark_field_string (object, name);
  gint64 day = 0;

  return text != NULL && parse_day (text, &day) ? day : 0;
}

gboolean
spark_strings_have (JsonArray *strings, const char *string)
{
  for (guint i = 0; strings != NULL && i < json_array_get_length (strings); i++)
    if (g_strcmp0 (json_array_get_string_element (strings, i), string) == 0)
      return TRUE;
  return FALSE;
}

/* --- checking --- */

static gboolean
is_one_of (const char *const *values, const char *text)
{
  return values == NULL || g_strv_contains (values, text);
}

static gboolean
check_text (const SparkField *field, const char *text, GError **error)
{
  gint64 ignored;

  if (field->most > 0 && g_utf8_strlen (text, -1) > field->most)
    {
      g_autofree char *what
          = g_strdup_printf ("must not exceed %" G_GINT64_FORMAT " characters.", field->most);

      return wrong (field, what, error);
    }
  switch ((int)field->type)
    {
    case SPARK_FIELD_ID:
      if (*text == '\0' || strspn (text, "0123456789") != strlen (text) || strlen (text) > 32)
        return wrong (field, "Not a valid id.", error);
      break;
    case SPARK_FIELD_ENUM:
      if (!is_one_of (field->values, text))
        {
          g_autofree char *choices = g_strjoinv (", ", (char **)field->values);
          g_autofree char *what = g_strdup_printf ("must be one of: %s.", choices);

          return wrong (field, what, error);
        }
      break;
    case SPARK_FIELD_TIME:
      if (!parse_time (text, &ignored))
        return wrong (field, "must have the format YYYY-MM-DD HH:MM:SS.", error);
      break;
    case SPARK_FIELD_DATE:
      if (!parse_day (text, &ignored))
        return wrong (field, "must have the format YYYY-MM-DD.", error);
      break;
    default:
      break;
    }
  return TRUE;
}

static gboolean
check_number (const SparkField *field, double value, GError **error)
{
  if (value >= (double)field->least && (field->most == 0 || value <= (double)field->most))
    return TRUE;
  if (field->most == 0)
    g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                 "%s: must be a number of at least %" G_GINT64_FORMAT ".", field->name,
                 field->least);
  else
    g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                 "%s: must be a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".",
                 field->name, field->least, field->most);
  return FALSE;
}

static gboolean
check_items (const SparkField *field, JsonArray *array, GError **error)
{
  guint n = json_array_get_length (array);

  if (field->most > 0 && n > field->most)
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_TOO_MANY_IDS,
                   "%s: must not have more than %" G_GINT64_FORMAT " items.", field->name,
                   field->most);
      return FALSE;
    }
  if (field->required && n == 0)
    return wrong (field, "must not be empty.", error);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *item = json_array_get_element (array, i);

      if (field->type == SPARK_FIELD_OBJECTS)
        {
          if (!JSON_NODE_HOLDS_OBJECT (item))
            return wrong (field, "must be an array of objects.", error);
          if (field->members != NULL
              && !spark_fields_check (field->members, json_node_get_object (item), error))
            return FALSE;
          continue;
        }
      if (holds (item, G_TYPE_INT64))
        {
          g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (item));

          json_node_set_string (item, digits);
        }
      if (!holds (item, G_TYPE_STRING))
        return wrong (field, "must be an array of strings.", error);
      if (strlen (json_node_get_string (item)) > MAX_ITEM)
        return wrong (field, "An item is too long.", error);
      if (!is_one_of (field->values, json_node_get_string (item)))
        {
          g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                       "%s: \"%.64s\" is not supported.", field->name, json_node_get_string (item));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_value (const SparkField *field, JsonNode *node, GError **error)
{
  switch (field->type)
    {
    case SPARK_FIELD_ID:
      if (holds (node, G_TYPE_INT64))
        {
          g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));

          json_node_set_string (node, digits);
        }
      G_GNUC_FALLTHROUGH;
    case SPARK_FIELD_STRING:
    case SPARK_FIELD_ENUM:
    case SPARK_FIELD_TIME:
    case SPARK_FIELD_DATE:
      return holds (node, G_TYPE_STRING) ? check_text (field, json_node_get_string (node), error)
                                         : wrong (field, "Not a valid string.", error);
    case SPARK_FIELD_INT:
      return holds (node, G_TYPE_INT64)
                 ? check_number (field, (double)json_node_get_int (node), error)
                 : wrong (field, "Not a valid integer.", error);
    case SPARK_FIELD_NUMBER:
      return holds (node, G_TYPE_INT64) || holds (node, G_TYPE_DOUBLE)
                 ? check_number (field, json_node_get_double (node), error)
                 : wrong (field, "Not a valid number.", error);
    case SPARK_FIELD_BOOL:
      return holds (node, G_TYPE_BOOLEAN) || wrong (field, "Not a valid boolean.", error);
    case SPARK_FIELD_OBJECT:
      if (!JSON_NODE_HOLDS_OBJECT (node))
        return wrong (field, "Not a valid object.", error);
      return field->members == NULL
             || spark_fields_check (field->members, json_node_get_object (node), error);
    case SPARK_FIELD_STRINGS:
    case SPARK_FIELD_OBJECTS:
    default:
      return JSON_NODE_HOLDS_ARRAY (node) ? check_items (field, json_node_get_array (node), error)
                                          : wrong (field, "Not a valid array.", error);
    }
}

gboolean
spark_fields_check (const SparkField *fields, JsonObject *object, GError **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);

  for (const SparkField *field = fields; field->name != NULL; field++)
    if (field->required && member (object, field->name) == NULL)
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", field->name);
  if (missing->len > 0)
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                   "Missing required field(s): %s.", missing->str);
      return FALSE;
    }
  for (const SparkField *field = fields; field->name != NULL; field++)
    {
      JsonNode *node = member (object, field->name);

      if (node == NULL)
        continue;
      if (!check_value (field, node, error))
        return FALSE;
      if (field->required && holds (node, G_TYPE_STRING) && *json_node_get_string (node) == '\0')
        return wrong (field, "must not be empty.", error);
    }
  return TRUE;
}

/* --- queries --- */

static JsonNode *
node_from_text (const SparkField *field, const char *text, GError **error)
{
  JsonNode *node = NULL;
  gint64 number;
  double real;
  char *end;

  switch (field->type)
    {
    case SPARK_FIELD_INT:
      if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return json_node_init_int (json_node_alloc (), number);
      break;
    case SPARK_FIELD_NUMBER:
      real = g_ascii_strtod (text, &end);
      if (end != text && *end == '\0')
        return json_node_init_double (json_node_alloc (), real);
      break;
    case SPARK_FIELD_BOOL:
      if (g_ascii_strcasecmp (text, "true") == 0 || g_ascii_strcasecmp (text, "false") == 0)
        return json_node_init_boolean (json_node_alloc (), g_ascii_strcasecmp (text, "true") == 0);
      break;
    case SPARK_FIELD_STRINGS:
    case SPARK_FIELD_OBJECT:
    case SPARK_FIELD_OBJECTS:
      node = spark_json_parse (text, strlen (text), MAX_TEXT, NULL);
      if (node == NULL)
        wrong (field, "must be JSON text, such as [\"…\"] or {\"…\":\"…\"}.", error);
      return node;
    case SPARK_FIELD_STRING:
    case SPARK_FIELD_ID:
    case SPARK_FIELD_ENUM:
    case SPARK_FIELD_TIME:
    case SPARK_FIELD_DATE:
    default:
      return json_node_init_string (json_node_alloc (), text);
    }
  wrong (field, "Not a valid value.", error);
  return NULL;
}

JsonNode *
spark_fields_from_query (const SparkField *fields, SparkRequest *request, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonNode *root;

  for (const SparkField *field = fields; field->name != NULL; field++)
    {
      const char *text = spark_request_query (request, field->name);
      JsonNode *node;

      if (text == NULL)
        continue;
      node = node_from_text (field, text, error);
      if (node == NULL)
        return NULL;
      json_object_set_member (object, field->name, node);
    }
  root = json_node_alloc ();
  return json_node_init_object (root, object);
}

char *
spark_fields_keep (const SparkField *fields, JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_alloc ();
  g_autoptr (JsonObject) kept = json_object_new ();

  for (const SparkField *field = fields; field->name != NULL; field++)
    {
      JsonNode *node = member (object, field->name);

      if (node != NULL)
        json_object_set_member (kept, field->name, json_node_copy (node));
    }
  json_node_init_object (root, kept);
  return json_to_string (root, FALSE);
}
