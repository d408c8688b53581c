/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-backend"

#include "config.h"

#include "client/spark-backend-private.h"
#include "client/spark-client-private.h"
#include "model/spark-error.h"

#define PAGE 500 /* changes */

typedef struct
{
  SparkBackend *self;    /* (owned) */
  GCancellable *attempt; /* (owned) */
  JsonNode *page;        /* (owned) */
  char *cursor;
  gint64 remaining;
  guint n_items;
  gboolean begins : 1;
  gboolean more : 1;
} Page;

static void
page_free (Page *page)
{
  g_object_unref (page->self);
  g_object_unref (page->attempt);
  g_clear_pointer (&page->page, json_node_unref);
  g_free (page->cursor);
  g_free (page);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static void load_page (SparkBackend *self);

static void
on_page_applied (SparkBackend *self, const GError *error, gpointer data)
{
  g_autoptr (Page) page = data;

  if (error == NULL && page->begins)
    self->from_start = FALSE;
  if (page->attempt != self->attempt)
    {
      spark_backend_go_on (self);
      return;
    }
  if (error != NULL)
    {
      spark_backend_fail (self, error);
      return;
    }
  if (self->progress >= 0 && self->load_total > 0)
    spark_backend_set_progress (self, 1 - (double)page->remaining / (double)self->load_total);
  if (page->more)
    load_page (self);
  else
    {
      spark_backend_set_progress (self, -1);
      spark_backend_open_feed (self);
    }
}

static gboolean
read_page (Page *page, JsonArray **items, GError **error)
{
  JsonObject *object = json_node_get_object (page->page);
  const char *cursor;
  gboolean more;

  *items = NULL;
  if (!spark_json_find_array (object, "items", items, NULL) || *items == NULL
      || !spark_json_get_string (object, "cursor", &cursor, NULL)
      || !spark_json_find_bool (object, "has_more", FALSE, &more, NULL)
      || !spark_json_find_int (object, "remaining", 0, &page->remaining, NULL)
      /* no step forward: it would go on forever */
      || (more && g_strcmp0 (cursor, page->cursor) == 0))
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                           "The backend’s changes cannot be read.");
      return FALSE;
    }
  page->more = more;
  page->n_items = json_array_get_length (*items);
  page->remaining = MAX (page->remaining, 0);
  g_free (page->cursor);
  page->cursor = g_strdup (cursor);
  return TRUE;
}

static void
on_page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Page) page = user_data;
  SparkBackend *self = page->self;
  SparkApplyFlags flags = SPARK_APPLY_LOAD;
  JsonArray *items;
  g_autoptr (GError) error = NULL;

  page->page = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  if (page->attempt != self->attempt)
    return;
  if (error == NULL && page->page == NULL)
    g_set_error_literal (&error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                         "The backend’s changes cannot be read.");
  if (error != NULL || !read_page (page, &items, &error))
    {
      spark_backend_fail (self, error);
      return;
    }
  if (page->begins)
    flags |= SPARK_APPLY_LOAD_BEGINS;
  if (!page->more)
    flags |= SPARK_APPLY_LOAD_ENDS;
  self->load_total = MAX (self->load_total, page->remaining + page->n_items);
  spark_backend_apply (self, page->page, items, page->cursor, flags, on_page_applied, page);
  g_steal_pointer (&page);
}

static void
load_page (SparkBackend *self)
{
  g_autofree char *cursor = self->from_start ? NULL : spark_replica_get_cursor (self->replica);
  g_autofree char *path = NULL;
  Page *page = g_new0 (Page, 1);

  if (cursor != NULL)
    {
      g_autofree char *after = spark_client_path ("&after=%s", cursor);

      path = g_strdup_printf ("/v1/changes?limit=%d%s", PAGE, after);
    }
  else
    path = g_strdup_printf ("/v1/changes?limit=%d", PAGE);
  page->self = g_object_ref (self);
  page->attempt = g_object_ref (self->attempt);
  page->begins = cursor == NULL;
  page->cursor = g_steal_pointer (&cursor);
  spark_client_send_async (self->client, "GET", path, NULL, self->attempt, on_page_cb, page);
}

void
spark_backend_load (SparkBackend *self)
{
  SparkReplicaState state = spark_replica_get_state (self->replica);

  self->load_total = 0;
  /* Who has seen all goes on seeing it; a first load is shown as one. */
  if (state == SPARK_REPLICA_EMPTY || state == SPARK_REPLICA_LOADING)
    {
      spark_backend_set_progress (self, 0);
      spark_backend_set_status (self, SPARK_BACKEND_LOADING, NULL);
    }
  load_page (self);
}
