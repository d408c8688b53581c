/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-older-events"

#include "config.h"

#include "app/spark-older-events.h"
#include "client/spark-event-list.h"
#include "model/spark-event-page.h"
#include "model/spark-fold.h"
#include "model/spark-rules.h"

#define PAGE 100
/* Asked for one after the other when there is nothing wanted on them; then the person decides. */
#define MAX_PAGES 10
/* Bytes that the backend takes. */
#define MAX_SEARCH 200

struct _SparkOlderEvents
{
  GObject parent_instance;

  /* owned */
  SparkClient *client;
  char *account_id;
  char *video_id;
  char *brand_id;
  GPtrArray *items; /* of SparkEventItem */
  char *cursor;     /* of the next page */
  char *search;
  GCancellable *cancellable;
  GError *problem; /* (nullable): why the last page is missing */

  guint64 types;
  gint64 before;
  guint n_pages; /* of this time */
  SparkOlderStatus status;
};

enum
{
  PROP_0,
  PROP_STATUS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SparkOlderEvents, spark_older_events, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return SPARK_TYPE_EVENT_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return SPARK_OLDER_EVENTS (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  return position < get_n_items (model)
             ? g_object_ref (SPARK_OLDER_EVENTS (model)->items->pdata[position])
             : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
spark_older_events_dispose (GObject *object)
{
  SparkOlderEvents *self = SPARK_OLDER_EVENTS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (spark_older_events_parent_class)->dispose (object);
}

static void
spark_older_events_finalize (GObject *object)
{
  SparkOlderEvents *self = SPARK_OLDER_EVENTS (object);

  g_clear_object (&self->cancellable);
  g_clear_error (&self->problem);
  g_ptr_array_unref (self->items);
  g_free (self->account_id);
  g_free (self->video_id);
  g_free (self->brand_id);
  g_free (self->cursor);
  g_free (self->search);

  G_OBJECT_CLASS (spark_older_events_parent_class)->finalize (object);
}

static void
spark_older_events_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_STATUS:
      g_value_set_int (value, (int)SPARK_OLDER_EVENTS (object)->status);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_older_events_class_init (SparkOlderEventsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = spark_older_events_dispose;
  object_class->finalize = spark_older_events_finalize;
  object_class->get_property = spark_older_events_get_property;

  properties[PROP_STATUS]
      = g_param_spec_int ("status", NULL, NULL, SPARK_OLDER_SOME, SPARK_OLDER_ALL, SPARK_OLDER_SOME,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
spark_older_events_init (SparkOlderEvents *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

static void
set_status (SparkOlderEvents *self, SparkOlderStatus status)
{
  self->status = status;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

static gboolean
is_wanted (SparkOlderEvents *self, SparkEventItem *item)
{
  return self->types == 0
         || (self->types & (G_GUINT64_CONSTANT (1) << spark_event_item_get (item)->type)) != 0;
}

static void ask (SparkOlderEvents *self);

/* An event that cannot be read is left out, not the page. */
static void
add_page (SparkOlderEvents *self, JsonArray *items, const char *cursor)
{
  guint before = self->items->len;

  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      g_autoptr (SparkEventItem) item
          = JSON_NODE_HOLDS_OBJECT (node)
                ? spark_event_item_new_from_json (json_node_get_object (node), NULL)
                : NULL;

      if (item != NULL && is_wanted (self, item))
        g_ptr_array_add (self->items, g_steal_pointer (&item));
    }
  g_free (self->cursor);
  self->cursor = g_strdup (cursor);
  if (self->items->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->items->len - before);
  else if (cursor != NULL && ++self->n_pages < MAX_PAGES)
    {
      ask (self);
      return;
    }
  set_status (self, cursor == NULL              ? SPARK_OLDER_ALL
                    : self->items->len > before ? SPARK_OLDER_SOME
                                                : SPARK_OLDER_PAUSE);
}

static void
on_page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkOlderEvents) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  JsonArray *items;
  const char *cursor;

  /* Closed, or for what is not wanted any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->client == NULL)
    return;
  if (error == NULL && spark_event_page_read (answer, self->cursor, &items, &cursor, &error))
    {
      add_page (self, items, cursor);
      return;
    }
  g_clear_error (&self->problem);
  self->problem = g_steal_pointer (&error);
  set_status (self, SPARK_OLDER_FAILED);
}

static void
ask (SparkOlderEvents *self)
{
  g_autoptr (GString) path = g_string_new ("/v1/events?limit=" G_STRINGIFY (PAGE));
  g_autofree char *time = self->before != 0 ? spark_time_format (self->before) : NULL;

  spark_event_page_append (path, "account", self->account_id);
  spark_event_page_append (path, "video", self->video_id);
  spark_event_page_append (path, "brand", self->brand_id);
  spark_event_page_append (path, "before", time);
  spark_event_page_append (path, "q", self->search);
  spark_event_page_append (path, "cursor", self->cursor);
  spark_client_send_async (self->client, "GET", path->str, NULL, self->cancellable, on_page_cb,
                           g_object_ref (self));
}

SparkOlderEvents *
spark_older_events_new (SparkClient *client, const char *account_id)
{
  SparkOlderEvents *self = g_object_new (SPARK_TYPE_OLDER_EVENTS, NULL);

  self->client = g_object_ref (client);
  self->account_id = g_strdup (account_id);
  return self;
}

void
spark_older_events_only (SparkOlderEvents *self, const char *video_id, const char *brand_id)
{
  g_return_if_fail (SPARK_IS_OLDER_EVENTS (self));

  g_free (self->video_id);
  g_free (self->brand_id);
  self->video_id = g_strdup (video_id);
  self->brand_id = g_strdup (brand_id);
}

SparkOlderStatus
spark_older_events_get_status (SparkOlderEvents *self)
{
  return self->status;
}

const GError *
spark_older_events_get_problem (SparkOlderEvents *self)
{
  return self->status == SPARK_OLDER_FAILED ? self->problem : NULL;
}

void
spark_older_events_load (SparkOlderEvents *self, gint64 before)
{
  g_return_if_fail (SPARK_IS_OLDER_EVENTS (self));

  if (self->status == SPARK_OLDER_LOADING || self->status == SPARK_OLDER_ALL)
    return;
  if (self->before == 0)
    self->before = before;
  self->n_pages = 0;
  set_status (self, SPARK_OLDER_LOADING);
  ask (self);
}

void
spark_older_events_narrow (SparkOlderEvents *self, guint64 types, const char *search)
{
  g_autofree char *asked = spark_fold_shorten (search, MAX_SEARCH);
  guint n = self->items->len;

  g_return_if_fail (SPARK_IS_OLDER_EVENTS (self));

  if (self->types == types && g_strcmp0 (self->search, asked) == 0)
    return;
  self->types = types;
  g_free (self->search);
  self->search = g_steal_pointer (&asked);
  g_clear_pointer (&self->cursor, g_free);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_ptr_array_set_size (self->items, 0);
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  set_status (self, SPARK_OLDER_SOME);
}
