/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Events as a backend gives them: page after page.
 */

/* To what is asked for; NULL: not asked. */
void spark_event_page_append (GString *path, const char *name, const char *value);

/**
 * spark_event_page_read:
 * @answer: (nullable)
 * @cursor: (nullable): of this page
 * @items: (out) (transfer none)
 * @next: (out) (transfer none) (nullable): the cursor of the next page; NULL: this is the last one
 *
 * Returns: FALSE with SPARK_ERROR_MALFORMED_ANSWER: what is no page must not pass for the last one,
 * and what makes no step forward would go on forever.
 */
gboolean spark_event_page_read (JsonNode *answer, const char *cursor, JsonArray **items,
                                const char **next, GError **error);

G_END_DECLS
