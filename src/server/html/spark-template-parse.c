/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-html"

#include "config.h"

#include <string.h>

#include "server/html/spark-template-private.h"

#define MAX_OPEN 16

/* As much of HTML as tells where a value stands. What a template must not have, it refuses. */
typedef enum
{
  IN_TEXT,
  IN_TAG,
  IN_VALUE, /* of an attribute, between double quotes */
} State;

typedef struct
{
  const char *name; /* of the template */
  const char *source;
  GArray *nodes;
  State state;
  GString *word;      /* the tag's or attribute's name that is being read */
  gboolean tag_named; /* the word of this tag was its own name */
  gboolean script;    /* the tag is one in which text is not text */
  gboolean address;   /* the attribute holds one */
  gboolean code;      /* the attribute holds script or style */
  gboolean begun;     /* the attribute has something in it */
  struct
  {
    guint node;
    State state;
  } open[MAX_OPEN];
  guint n_open;
} Parser;

static gboolean
fail (Parser *self, const char *at, const char *why, GError **error)
{
  guint line = 1;

  for (const char *p = self->source; p < at; p++)
    line += *p == '\n';
  g_set_error (error, SPARK_TEMPLATE_ERROR, 0, "%s:%u: %s.", self->name, line, why);
  return FALSE;
}

static gboolean
is_one_of (const char *word, const char *const *list)
{
  return g_strv_contains (list, word);
}

/* --- literals --- */

static void
end_word (Parser *self)
{
  static const char *const scripts[]
      = { "script", "style", "textarea", "title", "template", "noscript", NULL };

  if (self->word->len > 0 && !self->tag_named)
    {
      self->tag_named = TRUE;
      /* A title's text is text, but for tags: escaped it is right. */
      self->script = is_one_of (self->word->str, scripts) && strcmp (self->word->str, "title") != 0
                     && strcmp (self->word->str, "noscript") != 0;
      g_string_truncate (self->word, 0);
    }
}

static gboolean
read_tag (Parser *self, const char *at, GError **error)
{
  static const char *const addresses[] = { "href", "src", "action", "formaction", NULL };

  switch (*at)
    {
    case '>':
      end_word (self);
      self->state = IN_TEXT;
      if (self->script && at[-1] != '/' && strncmp (at + 1, "</", 2) != 0)
        return fail (self, at, "script and style stand in files of their own", error);
      self->script = FALSE;
      return TRUE;
    case '"':
      if (at[-1] != '=' || self->word->len == 0)
        return fail (self, at, "a quote stands only behind an attribute’s name and =", error);
      self->state = IN_VALUE;
      self->begun = FALSE;
      self->address = is_one_of (self->word->str, addresses);
      self->code = g_str_has_prefix (self->word->str, "on")
                   || strcmp (self->word->str, "style") == 0
                   || strcmp (self->word->str, "srcdoc") == 0;
      g_string_truncate (self->word, 0);
      if (self->code)
        return fail (self, at, "an attribute cannot hold script or style", error);
      return TRUE;
    case '\'':
    case '<':
      return fail (self, at, "this character does not belong in a tag", error);
    case '=':
      if (at[1] != '"')
        return fail (self, at, "attributes stand in double quotes", error);
      return TRUE;
    case ' ':
    case '\n':
    case '\t':
      end_word (self);
      g_string_truncate (self->word, 0);
      return TRUE;
    default:
      g_string_append_c (self->word, g_ascii_tolower (*at));
      return TRUE;
    }
}

static gboolean
read_literal (Parser *self, const char *from, const char *to, GError **error)
{
  SparkTemplateNode node = { SPARK_NODE_LITERAL, SPARK_PLACE_TEXT, NULL, 0 };

  for (const char *at = from; at < to; at++)
    switch (self->state)
      {
      case IN_TEXT:
        if (*at != '<')
          break;
        if (g_str_has_prefix (at, "<!--"))
          return fail (self, at, "comments are written {{! … }}", error);
        self->state = IN_TAG;
        self->tag_named = FALSE;
        g_string_truncate (self->word, 0);
        break;
      case IN_TAG:
        if (!read_tag (self, at, error))
          return FALSE;
        break;
      case IN_VALUE:
      default:
        if (*at == '"')
          self->state = IN_TAG;
        self->begun = TRUE;
        break;
      }
  if (to > from)
    {
      node.text = g_strndup (from, (gsize)(to - from));
      g_array_append_val (self->nodes, node);
    }
  return TRUE;
}

/* --- marks --- */

static SparkPlace
get_place (const Parser *self)
{
  if (self->state == IN_TEXT)
    return SPARK_PLACE_TEXT;
  if (self->state == IN_TAG)
    return SPARK_PLACE_TAG;
  if (!self->address)
    return SPARK_PLACE_ATTRIBUTE;
  return self->begun ? SPARK_PLACE_ADDRESS_PART : SPARK_PLACE_ADDRESS;
}

static gboolean
close_section (Parser *self, const char *at, const char *name, GError **error)
{
  SparkTemplateNode *section;

  if (self->n_open == 0)
    return fail (self, at, "nothing is open here", error);
  section = &g_array_index (self->nodes, SparkTemplateNode, self->open[--self->n_open].node);
  if (strcmp (section->text, name) != 0)
    return fail (self, at, "another section is open here", error);
  if (self->state != self->open[self->n_open].state)
    return fail (self, at, "a section ends where it began: in text, a tag or a value", error);
  /* The loop that renders goes on behind this index. */
  section->end = self->nodes->len;
  return TRUE;
}

static gboolean
open_section (Parser *self, const char *at, SparkNodeKind kind, const char *name, GError **error)
{
  SparkTemplateNode node = { kind, get_place (self), g_strdup (name), 0 };

  if (self->n_open == MAX_OPEN)
    {
      g_free (node.text);
      return fail (self, at, "too many sections are open", error);
    }
  self->open[self->n_open].node = self->nodes->len;
  self->open[self->n_open++].state = self->state;
  g_array_append_val (self->nodes, node);
  return TRUE;
}

static gboolean
add_node (Parser *self, const char *at, SparkNodeKind kind, const char *text, GError **error)
{
  SparkTemplateNode node = { kind, get_place (self), NULL, 0 };

  if (node.place == SPARK_PLACE_TAG)
    return fail (self, at, "a value stands in text or in a quoted attribute", error);
  if (kind != SPARK_NODE_VALUE && node.place >= SPARK_PLACE_ADDRESS)
    return fail (self, at, "only a value stands in an address", error);
  if ((kind == SPARK_NODE_INCLUDE || kind == SPARK_NODE_SLOT) && node.place != SPARK_PLACE_TEXT)
    return fail (self, at, "a template stands in text", error);
  node.text = g_strdup (text);
  g_array_append_val (self->nodes, node);
  self->begun = TRUE;
  return TRUE;
}

static gboolean
read_mark (Parser *self, const char *at, const char *mark, GError **error)
{
  switch (mark[0])
    {
    case '!':
      return TRUE;
    case '#':
      return open_section (self, at, SPARK_NODE_SECTION, mark + 1, error);
    case '^':
      return open_section (self, at, SPARK_NODE_UNLESS, mark + 1, error);
    case '/':
      return close_section (self, at, mark + 1, error);
    case '_':
      return add_node (self, at, SPARK_NODE_MESSAGE, mark + 1, error);
    case '>':
      return add_node (self, at, SPARK_NODE_INCLUDE, mark + 1, error);
    case '%':
      return add_node (self, at, SPARK_NODE_SLOT, "", error);
    default:
      return add_node (self, at, SPARK_NODE_VALUE, mark, error);
    }
}

/* The end of a mark: of "{{_Until {date}}}" it is the last two braces. */
static const char *
find_end (const char *at)
{
  const char *end = strstr (at, "}}");

  while (end != NULL && end[2] == '}')
    end++;
  return end;
}

static gboolean
parse (Parser *self, GError **error)
{
  const char *at = self->source;

  for (;;)
    {
      const char *begin = strstr (at, "{{");
      const char *end;
      g_autofree char *mark = NULL;

      if (!read_literal (self, at, begin != NULL ? begin : at + strlen (at), error))
        return FALSE;
      if (begin == NULL)
        break;
      end = find_end (begin);
      if (end == NULL)
        return fail (self, begin, "this mark does not end", error);
      mark = g_strndup (begin + 2, (gsize)(end - begin - 2));
      if (!read_mark (self, begin, mark, error))
        return FALSE;
      at = end + 2;
    }
  if (self->n_open > 0)
    return fail (self, at, "a section is still open", error);
  return self->state == IN_TEXT || fail (self, at, "a tag is still open", error);
}

gboolean
spark_template_parse (const char *name, const char *source, GArray *nodes, GError **error)
{
  Parser parser = { .name = name, .source = source, .nodes = nodes };
  gboolean ok;

  parser.word = g_string_new (NULL);
  ok = parse (&parser, error);
  g_string_free (parser.word, TRUE);
  return ok;
}
