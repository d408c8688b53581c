/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-older-events"

#include "config.h"

#include "app/spark-older-events.h"
#include "client/spark-event-list.h"
#include "model/spark-rules.h"

#define PAGE 100

struct _SparkOlderEvents
{
  GObject parent_instance;

  /* owned */
  SparkClient *client;
  char *account_id;
  GPtrArray *items; /* of SparkEventItem */
  char *cursor;     /* of the next page */
  GCancellable *cancellable;

  gint64 before;
  SparkOlderStatus status;
  gboolean shown;
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
  SparkOlderEvents *self = SPARK_OLDER_EVENTS (model);

  return self->shown ? self->items->len : 0;
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
  g_ptr_array_unref (self->items);
  g_free (self->account_id);
  g_free (self->cursor);

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
  self->shown = TRUE;
}

static void
set_status (SparkOlderEvents *self, SparkOlderStatus status)
{
  self->status = status;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

/* An event that cannot be read is left out, not the page. */
static void
add_page (SparkOlderEvents *self, JsonObject *page)
{
  guint before = self->items->len;
  const char *cursor = NULL;
  JsonArray *items = NULL;

  spark_json_find_array (page, "items", &items, NULL);
  spark_json_find_string (page, "next_cursor", &cursor, NULL);
  for (guint i = 0; items != NULL && i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      SparkEventItem *item
          = JSON_NODE_HOLDS_OBJECT (node)
                ? spark_event_item_new_from_json (json_node_get_object (node), NULL)
                : NULL;

      if (item != NULL)
        g_ptr_array_add (self->items, item);
    }
  g_free (self->cursor);
  self->cursor = g_strdup (cursor);
  if (self->shown && self->items->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->items->len - before);
  set_status (self, cursor != NULL ? SPARK_OLDER_SOME : SPARK_OLDER_ALL);
}

static void
on_page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkOlderEvents) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (answer != NULL)
    add_page (self, json_node_get_object (answer));
  else
    set_status (self, SPARK_OLDER_FAILED);
}

SparkOlderEvents *
spark_older_events_new (SparkClient *client, const char *account_id)
{
  SparkOlderEvents *self = g_object_new (SPARK_TYPE_OLDER_EVENTS, NULL);

  self->client = g_object_ref (client);
  self->account_id = g_strdup (account_id);
  return self;
}

SparkOlderStatus
spark_older_events_get_status (SparkOlderEvents *self)
{
  return self->status;
}

void
spark_older_events_load (SparkOlderEvents *self, gint64 before)
{
  g_autoptr (GString) path = g_string_new ("/v1/events?limit=" G_STRINGIFY (PAGE));
  g_autofree char *time = NULL;

  g_return_if_fail (SPARK_IS_OLDER_EVENTS (self));

  if (self->status == SPARK_OLDER_LOADING || self->status == SPARK_OLDER_ALL)
    return;
  if (self->before == 0)
    self->before = before;
  if (self->account_id != NULL)
    {
      g_string_append (path, "&account=");
      g_string_append_uri_escaped (path, self->account_id, NULL, FALSE);
    }
  if (self->before != 0)
    {
      time = spark_time_format (self->before);
      g_string_append (path, "&before=");
      g_string_append_uri_escaped (path, time, NULL, FALSE);
    }
  if (self->cursor != NULL)
    {
      g_string_append (path, "&cursor=");
      g_string_append_uri_escaped (path, self->cursor, NULL, FALSE);
    }
  set_status (self, SPARK_OLDER_LOADING);
  spark_client_send_async (self->client, "GET", path->str, NULL, self->cancellable, on_page_cb,
                           g_object_ref (self));
}

void
spark_older_events_set_shown (SparkOlderEvents *self, gboolean shown)
{
  g_return_if_fail (SPARK_IS_OLDER_EVENTS (self));

  if (self->shown == shown)
    return;
  self->shown = shown;
  if (self->items->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, shown ? 0 : self->items->len,
                                shown ? self->items->len : 0);
}
