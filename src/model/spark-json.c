/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-enums.h"
#include "model/spark-error.h"
#include "model/spark-json.h"
#include "model/spark-rules.h"

static gboolean
not_json (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "The text is not valid JSON.");
  return FALSE;
}

/* The four hexadecimal digits of "\uXXXX"; -1: it is none. */
static int
escaped_unit (const char *text, gsize length)
{
  int unit = 0;

  if (length < 6 || text[0] != '\\' || text[1] != 'u')
    return -1;
  for (gsize i = 2; i < 6; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return -1;
      unit = unit << 4 | g_ascii_xdigit_value (text[i]);
    }
  return unit;
}

/*
 * Bytes of the escape that @text begins with; 0: it is none. Half of a surrogate pair is no
 * character; json-glib refuses it too, but leaks what it has read of the string. Behind a NUL it
 * would say nothing of what follows, and nowhere could that be kept.
 */
static gsize
escape_length (const char *text, gsize length)
{
  int unit, second;

  if (length < 2 || text[1] == '\0' || strchr ("\"\\/bfnrtu", text[1]) == NULL)
    return 0;
  if (text[1] != 'u')
    return 2;
  unit = escaped_unit (text, length);
  if (unit < 0xd800 || unit > 0xdfff)
    return unit <= 0 ? 0 : 6;
  if (unit >= 0xdc00 || length < 12)
    return 0;
  second = escaped_unit (text + 6, length - 6);
  return second >= 0xdc00 && second <= 0xdfff ? 12 : 0;
}

#define SCALAR "+-.0123456789eEtrufalsn"

static gsize
digits_length (const char *text, gsize length)
{
  gsize n = 0;

  while (n < length && g_ascii_isdigit (text[n]))
    n++;
  return n;
}

/* RFC 8259, 6. */
static gboolean
is_number (const char *text, gsize length)
{
  gsize at = text[0] == '-';
  gsize n = digits_length (text + at, length - at);

  if (n == 0 || (n > 1 && text[at] == '0'))
    return FALSE;
  at += n;
  if (at < length && text[at] == '.')
    {
      n = digits_length (text + at + 1, length - at - 1);
      if (n == 0)
        return FALSE;
      at += n + 1;
    }
  if (at < length && (text[at] == 'e' || text[at] == 'E'))
    {
      at++;
      at += at < length && (text[at] == '+' || text[at] == '-');
      n = digits_length (text + at, length - at);
      if (n == 0)
        return FALSE;
      at += n;
    }
  return at == length;
}

/* Bytes of the number or word that @text begins with; 0: it is none. json-glib takes more for
 * numbers than there are, and what begins with 0 as octal. */
static gsize
scalar_length (const char *text, gsize length)
{
  static const char *const words[] = { "true", "false", "null" };
  gsize n = 0;

  while (n < length && text[n] != '\0' && strchr (SCALAR, text[n]) != NULL)
    n++;
  if (n == 0)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (n == strlen (words[i]) && strncmp (text, words[i], n) == 0)
      return n;
  return is_number (text, n) ? n : 0;
}

/*
 * Walks over the text once: bounds the depth and makes sure that there is one root and nothing
 * behind it. It is no validator, but what json-glib takes beyond JSON it refuses: in a comment or
 * between other quotes a quotation mark would hide the depth of what follows.
 */
static gboolean
check_shape (const char *text, gsize length, GError **error)
{
  guint depth = 0;
  gboolean in_string = FALSE;
  guint roots = 0;
  gsize scalar;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (in_string)
        {
          if (c == '\\')
            {
              gsize escape = escape_length (text + i, length - i);

              if (escape == 0)
                return not_json (error);
              i += escape - 1;
            }
          else if (c == '"')
            in_string = FALSE;
          else if ((guint8)c < 0x20)
            return not_json (error);
          continue;
        }
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        continue;
      if (depth == 0)
        roots++;
      switch (c)
        {
        case '"':
          in_string = TRUE;
          break;
        case '[':
        case '{':
          if (++depth > SPARK_JSON_MAX_DEPTH)
            {
              g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                           "The JSON is nested deeper than %d levels.", SPARK_JSON_MAX_DEPTH);
              return FALSE;
            }
          break;
        case ']':
        case '}':
          if (depth > 0)
            depth--;
          break;
        case ',':
        case ':':
          break;
        default:
          scalar = scalar_length (text + i, length - i);
          if (scalar == 0)
            return not_json (error);
          i += scalar - 1;
          break;
        }
    }

  if (roots != 1 || depth != 0 || in_string)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The text is not one whole JSON value.");
      return FALSE;
    }
  return TRUE;
}

JsonNode *
spark_json_parse (const char *text, gsize length, gsize max_length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local = NULL;
  JsonNode *root;

  if (length > max_length)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE,
                   "The JSON is larger than the %" G_GSIZE_FORMAT " bytes allowed here.",
                   max_length);
      return NULL;
    }
  if (!g_utf8_validate_len (text, length, NULL))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "The JSON is not valid UTF-8.");
      return NULL;
    }
  if (!check_shape (text, length, error))
    return NULL;

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, (gssize)length, &local))
    {
      /* json-glib quotes what it stumbled over, which could be a secret: its message stays here. */
      not_json (error);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "The JSON is empty.");
      return NULL;
    }
  return json_node_ref (root);
}

JsonNode *
spark_json_parse_object (const char *text, gsize length, gsize max_length, GError **error)
{
  g_autoptr (JsonNode) root = spark_json_parse (text, length, max_length, error);

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "A JSON object is needed.");
      return NULL;
    }
  return g_steal_pointer (&root);
}

/* The member's node; NULL when it is absent or null. */
static JsonNode *
find (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

static gboolean
missing (const char *name, GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "The member \"%s\" is missing.",
               name);
  return FALSE;
}

static gboolean
wrong (const char *name, const char *wanted, GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "The member \"%s\" must be %s.",
               name, wanted);
  return FALSE;
}

gboolean
spark_json_find_string (JsonObject *object, const char *name, const char **value, GError **error)
{
  JsonNode *node = find (object, name);

  if (node != NULL
      && (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING))
    return wrong (name, "a string", error);
  *value = node != NULL ? json_node_get_string (node) : NULL;
  return TRUE;
}

gboolean
spark_json_get_string (JsonObject *object, const char *name, const char **value, GError **error)
{
  const char *found;

  if (!spark_json_find_string (object, name, &found, error))
    return FALSE;
  if (found == NULL)
    return missing (name, error);
  *value = found;
  return TRUE;
}

gboolean
spark_json_find_int (JsonObject *object, const char *name, gint64 absent, gint64 *value,
                     GError **error)
{
  JsonNode *node = find (object, name);

  if (node != NULL
      && (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64))
    return wrong (name, "an integer", error);
  *value = node != NULL ? json_node_get_int (node) : absent;
  return TRUE;
}

gboolean
spark_json_get_int (JsonObject *object, const char *name, gint64 *value, GError **error)
{
  if (find (object, name) == NULL)
    return missing (name, error);
  return spark_json_find_int (object, name, 0, value, error);
}

gboolean
spark_json_find_bool (JsonObject *object, const char *name, gboolean absent, gboolean *value,
                      GError **error)
{
  JsonNode *node = find (object, name);

  if (node != NULL
      && (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN))
    return wrong (name, "true or false", error);
  *value = node != NULL ? json_node_get_boolean (node) : absent;
  return TRUE;
}

gboolean
spark_json_find_time (JsonObject *object, const char *name, gint64 *ms, GError **error)
{
  const char *text;
  gint64 parsed = 0;

  if (!spark_json_find_string (object, name, &text, error))
    return FALSE;
  if (text != NULL && !spark_time_parse (text, &parsed))
    return wrong (name, "a time such as \"2026-03-01T18:00:00Z\"", error);
  *ms = parsed;
  return TRUE;
}

gboolean
spark_json_get_enum (JsonObject *object, const char *name, GType type, int *value, GError **error)
{
  const char *text;

  if (!spark_json_get_string (object, name, &text, error))
    return FALSE;
  if (!spark_enum_from_string (type, text, value))
    return wrong (name, "one of the spellings listed in the description of the interface", error);
  return TRUE;
}

gboolean
spark_json_find_object (JsonObject *object, const char *name, JsonObject **value, GError **error)
{
  JsonNode *node = find (object, name);

  if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
    return wrong (name, "an object", error);
  *value = node != NULL ? json_node_get_object (node) : NULL;
  return TRUE;
}

gboolean
spark_json_find_array (JsonObject *object, const char *name, JsonArray **value, GError **error)
{
  JsonNode *node = find (object, name);

  if (node != NULL && !JSON_NODE_HOLDS_ARRAY (node))
    return wrong (name, "an array", error);
  *value = node != NULL ? json_node_get_array (node) : NULL;
  return TRUE;
}
