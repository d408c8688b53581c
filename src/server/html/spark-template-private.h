/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/html/spark-template.h"

G_BEGIN_DECLS

typedef enum
{
  SPARK_NODE_LITERAL,
  SPARK_NODE_VALUE,
  SPARK_NODE_MESSAGE,
  SPARK_NODE_SECTION,
  SPARK_NODE_UNLESS,
  SPARK_NODE_INCLUDE,
  SPARK_NODE_SLOT,
} SparkNodeKind;

/* Where something stands, which decides how it is escaped. */
typedef enum
{
  SPARK_PLACE_TEXT,
  SPARK_PLACE_ATTRIBUTE,
  SPARK_PLACE_ADDRESS,      /* the beginning of an address */
  SPARK_PLACE_ADDRESS_PART, /* behind its beginning */
  SPARK_PLACE_TAG,          /* between attributes: sections only */
} SparkPlace;

typedef struct
{
  SparkNodeKind kind;
  SparkPlace place;
  char *text; /* the literal, the name or the message */
  guint end;  /* of a section: the node behind its last */
} SparkTemplateNode;

struct _SparkTemplates
{
  GHashTable *templates; /* of name to GArray of SparkTemplateNode */
};

/* Appends the nodes of @source; a section's own nodes follow it up to its `end`. */
gboolean spark_template_parse (const char *name, const char *source, GArray *nodes, GError **error);

G_END_DECLS
