/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "model/spark-error.h"
#include "model/spark-event-page.h"
#include "model/spark-json.h"

void
spark_event_page_append (GString *path, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (path, "&%s=", name);
  g_string_append_uri_escaped (path, value, NULL, FALSE);
}

gboolean
spark_event_page_read (JsonNode *answer, const char *cursor, JsonArray **items, const char **next,
                       GError **error)
{
  JsonObject *page
      = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;

  *items = NULL;
  *next = NULL;
  if (page != NULL && spark_json_find_array (page, "items", items, NULL) && *items != NULL
      && spark_json_find_string (page, "next_cursor", next, NULL)
      && (*next == NULL || g_strcmp0 (*next, cursor) != 0))
    return TRUE;
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                       "The backend’s events cannot be read.");
  return FALSE;
}
