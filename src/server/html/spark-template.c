/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-html"

#include "config.h"

#include <string.h>

#include "model/spark-quark.h"
#include "server/html/spark-template-private.h"

/* Templates nest as our own files do; data cannot make them deeper. */
#define MAX_DEPTH 16

SPARK_DEFINE_QUARK ("spark-template-error-quark", spark_template_error)

static void
node_clear (gpointer data)
{
  g_free (((SparkTemplateNode *)data)->text);
}

static void
template_free (gpointer template)
{
  g_array_unref (template);
}

SparkTemplates *
spark_templates_new (void)
{
  SparkTemplates *self = g_new0 (SparkTemplates, 1);

  self->templates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, template_free);
  return self;
}

void
spark_templates_free (SparkTemplates *self)
{
  g_hash_table_unref (self->templates);
  g_free (self);
}

gboolean
spark_templates_add (SparkTemplates *self, const char *name, const char *source, GError **error)
{
  g_autoptr (GArray) nodes = g_array_new (FALSE, FALSE, sizeof (SparkTemplateNode));

  g_array_set_clear_func (nodes, node_clear);
  if (!spark_template_parse (name, source, nodes, error))
    return FALSE;
  g_hash_table_replace (self->templates, g_strdup (name), g_steal_pointer (&nodes));
  return TRUE;
}

static gboolean
check (SparkTemplates *self, const char *name, guint depth, GError **error)
{
  GArray *nodes = g_hash_table_lookup (self->templates, name);

  if (nodes == NULL || depth == MAX_DEPTH)
    {
      g_set_error (error, SPARK_TEMPLATE_ERROR, 0,
                   nodes == NULL ? "There is no template “%s”." : "“%s” includes itself.", name);
      return FALSE;
    }
  for (guint i = 0; i < nodes->len; i++)
    {
      const SparkTemplateNode *node = &g_array_index (nodes, SparkTemplateNode, i);

      if (node->kind == SPARK_NODE_INCLUDE && !check (self, node->text, depth + 1, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
spark_templates_check (SparkTemplates *self, GError **error)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->templates);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!check (self, name, 0, error))
      return FALSE;
  return TRUE;
}

void
spark_templates_each_message (SparkTemplates *self,
                              void (*func) (const char *message, gpointer data), gpointer data)
{
  GHashTableIter iter;
  gpointer nodes;

  g_hash_table_iter_init (&iter, self->templates);
  while (g_hash_table_iter_next (&iter, NULL, &nodes))
    for (guint i = 0; i < ((GArray *)nodes)->len; i++)
      {
        const SparkTemplateNode *node = &g_array_index ((GArray *)nodes, SparkTemplateNode, i);

        if (node->kind == SPARK_NODE_MESSAGE)
          func (node->text, data);
      }
}

/* --- rendering --- */

typedef struct
{
  SparkTemplates *templates;
  const char *slot; /* the template for {{%}} */
  const SparkLanguage *language;
  JsonObject *scopes[MAX_DEPTH]; /* innermost last */
  guint n_scopes;
  GString *out;
} Rendering;

static JsonNode *
look_up (const Rendering *self, const char *name)
{
  for (guint i = self->n_scopes; i > 0; i--)
    {
      JsonNode *node = json_object_get_member (self->scopes[i - 1], name);

      if (node != NULL)
        return node;
    }
  return NULL;
}

static gboolean
is_true (JsonNode *node)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return FALSE;
  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_array_get_length (json_node_get_array (node)) > 0;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node);
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return *json_node_get_string (node) != '\0';
  return json_node_get_int (node) != 0;
}

/* (transfer full): "" for what is not there */
static char *
to_text (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
}

static void
append_escaped (GString *out, const char *text)
{
  /* Also ' and the control characters, so it is right within quotes as well. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (out, escaped);
}

static gboolean
is_safe_address (const char *text)
{
  /* Browsers drop tabs and line ends from an address before they read it. */
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      return FALSE;
  return (text[0] == '/' && text[1] != '/' && text[1] != '\\') || text[0] == '#'
         || g_str_has_prefix (text, "https://") || g_str_has_prefix (text, "http://");
}

static void
append_value (Rendering *self, const SparkTemplateNode *node)
{
  g_autofree char *text = to_text (look_up (self, node->text));
  g_autofree char *part = NULL;

  switch (node->place)
    {
    case SPARK_PLACE_ADDRESS:
      append_escaped (self->out, is_safe_address (text) ? text : "#");
      break;
    case SPARK_PLACE_ADDRESS_PART:
      part = g_uri_escape_string (text, NULL, FALSE);
      append_escaped (self->out, part);
      break;
    case SPARK_PLACE_TEXT:
    case SPARK_PLACE_ATTRIBUTE:
    case SPARK_PLACE_TAG:
    default:
      append_escaped (self->out, text);
    }
}

static void
append_message (Rendering *self, const SparkTemplateNode *node)
{
  const char *message = spark_language_get (self->language, node->text);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *open, *close;

  while ((open = strchr (message, '{')) != NULL && (close = strchr (open, '}')) != NULL)
    {
      g_autofree char *name = g_strndup (open + 1, (gsize)(close - open - 1));
      g_autofree char *value = to_text (look_up (self, name));

      g_string_append_len (text, message, open - message);
      g_string_append_printf (text, SPARK_ISOLATE "%s" SPARK_ISOLATE_END, value);
      message = close + 1;
    }
  g_string_append (text, message);
  append_escaped (self->out, text->str);
}

static void render_nodes (Rendering *self, GArray *nodes, guint from, guint to);

static void
render_in (Rendering *self, JsonNode *scope, GArray *nodes, guint from, guint to)
{
  gboolean pushed = JSON_NODE_HOLDS_OBJECT (scope) && self->n_scopes < MAX_DEPTH;

  if (pushed)
    self->scopes[self->n_scopes++] = json_node_get_object (scope);
  render_nodes (self, nodes, from, to);
  if (pushed)
    self->n_scopes--;
}

static void
render_section (Rendering *self, const SparkTemplateNode *node, GArray *nodes, guint at)
{
  JsonNode *value = look_up (self, node->text);
  JsonArray *array;

  if (node->kind == SPARK_NODE_UNLESS)
    {
      if (!is_true (value))
        render_nodes (self, nodes, at + 1, node->end);
      return;
    }
  if (!is_true (value))
    return;
  if (!JSON_NODE_HOLDS_ARRAY (value))
    {
      render_in (self, value, nodes, at + 1, node->end);
      return;
    }
  array = json_node_get_array (value);
  for (guint i = 0; i < json_array_get_length (array); i++)
    render_in (self, json_array_get_element (array, i), nodes, at + 1, node->end);
}

static void
render_template (Rendering *self, const char *name)
{
  GArray *nodes = g_hash_table_lookup (self->templates->templates, name);

  g_return_if_fail (nodes != NULL);
  render_nodes (self, nodes, 0, nodes->len);
}

static void
render_nodes (Rendering *self, GArray *nodes, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      const SparkTemplateNode *node = &g_array_index (nodes, SparkTemplateNode, i);

      switch (node->kind)
        {
        case SPARK_NODE_LITERAL:
          g_string_append (self->out, node->text);
          break;
        case SPARK_NODE_VALUE:
          append_value (self, node);
          break;
        case SPARK_NODE_MESSAGE:
          append_message (self, node);
          break;
        case SPARK_NODE_INCLUDE:
          render_template (self, node->text);
          break;
        case SPARK_NODE_SLOT:
          if (self->slot != NULL)
            render_template (self, g_steal_pointer (&self->slot));
          break;
        case SPARK_NODE_SECTION:
        case SPARK_NODE_UNLESS:
        default:
          render_section (self, node, nodes, i);
          i = node->end - 1;
          break;
        }
    }
}

GBytes *
spark_templates_render (SparkTemplates *self, const char *frame, const char *name, JsonObject *data,
                        const SparkLanguage *language)
{
  Rendering rendering = {
    .templates = self,
    .slot = frame != NULL ? name : NULL,
    .language = language,
    .scopes = { data },
    .n_scopes = 1,
    .out = g_string_sized_new (8192),
  };

  render_template (&rendering, frame != NULL ? frame : name);
  return g_string_free_to_bytes (rendering.out);
}

SparkTemplates *
spark_templates_load (GResource *resource, const char *path)
{
  g_autoptr (SparkTemplates) templates = spark_templates_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = g_resource_enumerate_children (resource, path, 0, NULL);

  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *file = g_strconcat (path, *name, NULL);
      g_autoptr (GBytes) source = g_resource_lookup_data (resource, file, 0, NULL);
      g_autofree char *text = NULL;
      gsize length;
      const char *data = g_bytes_get_data (source, &length);

      text = g_strndup (data, length);
      *strrchr (*name, '.') = '\0';
      if (!spark_templates_add (templates, *name, text, &error))
        g_error ("%s", error->message);
    }
  if (!spark_templates_check (templates, &error))
    g_error ("%s", error->message);
  return g_steal_pointer (&templates);
}
