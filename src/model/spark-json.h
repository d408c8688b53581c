/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* json-glib recurses without a bound, so every foreign text passes these two first. */
#define SPARK_JSON_MAX_DEPTH 64

/**
 * spark_json_parse:
 * @max_length: bytes; a longer text is refused before it is looked at
 *
 * Parses one foreign JSON text: bounded in length and depth, UTF-8, exactly one root.
 *
 * Returns: (transfer full): the root, never NULL without @error (SPARK_ERROR_INVALID_REQUEST, or
 *   SPARK_ERROR_TOO_LARGE)
 */
JsonNode *spark_json_parse (const char *text, gsize length, gsize max_length, GError **error);

/**
 * spark_json_parse_object: the same, and the root must be an object.
 */
JsonNode *spark_json_parse_object (const char *text, gsize length, gsize max_length,
                                   GError **error);

/*
 * Typed members. `get` fails with SPARK_ERROR_INVALID_REQUEST naming the member when it is absent,
 * null or of another type; `find` gives the default when it is absent or null and fails only when it
 * is of another type. Out values are untouched on failure.
 */
gboolean spark_json_get_string (JsonObject *object, const char *name, const char **value,
                                GError **error);
gboolean spark_json_find_string (JsonObject *object, const char *name, const char **value,
                                 GError **error); /* absent: NULL */
gboolean spark_json_get_int (JsonObject *object, const char *name, gint64 *value, GError **error);
gboolean spark_json_find_int (JsonObject *object, const char *name, gint64 absent, gint64 *value,
                              GError **error);
gboolean spark_json_find_bool (JsonObject *object, const char *name, gboolean absent,
                               gboolean *value, GError **error);
gboolean spark_json_find_time (JsonObject *object, const char *name, gint64 *ms,
                               GError **error); /* RFC 3339; absent: 0 */
gboolean spark_json_get_enum (JsonObject *object, const char *name, GType type, int *value,
                              GError **error);
gboolean spark_json_find_object (JsonObject *object, const char *name, JsonObject **value,
                                 GError **error); /* absent: NULL */
gboolean spark_json_find_array (JsonObject *object, const char *name, JsonArray **value,
                                GError **error); /* absent: NULL */

G_END_DECLS
