/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "fake-backend.h"

/* What needs attention, as a test adds it: a store that hangs on the replica. */

struct _SparkAttentionItem
{
  GObject parent_instance;

  SparkAttention reason;
  SparkVideoItem *video;
  SparkGrantItem *grant;
  SparkCodeItem *code;
  SparkEventItem *event;
  SparkLinkItem *link;
};

G_DEFINE_FINAL_TYPE (SparkAttentionItem, spark_attention_item, G_TYPE_OBJECT)

static void
spark_attention_item_finalize (GObject *object)
{
  SparkAttentionItem *self = SPARK_ATTENTION_ITEM (object);

  g_clear_object (&self->video);
  g_clear_object (&self->grant);
  g_clear_object (&self->code);
  g_clear_object (&self->event);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (spark_attention_item_parent_class)->finalize (object);
}

static void
spark_attention_item_class_init (SparkAttentionItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_attention_item_finalize;
}

static void
spark_attention_item_init (SparkAttentionItem *self)
{
}

SparkAttention
spark_attention_item_get_reason (SparkAttentionItem *self)
{
  return self->reason;
}

SparkVideoItem *
spark_attention_item_get_video (SparkAttentionItem *self)
{
  return self->video;
}

SparkGrantItem *
spark_attention_item_get_grant (SparkAttentionItem *self)
{
  return self->grant;
}

SparkCodeItem *
spark_attention_item_get_code (SparkAttentionItem *self)
{
  return self->code;
}

SparkEventItem *
spark_attention_item_get_event (SparkAttentionItem *self)
{
  return self->event;
}

SparkLinkItem *
spark_attention_item_get_link (SparkAttentionItem *self)
{
  return self->link;
}

struct _SparkAttentionList
{
  GObject parent_instance;
  GListStore *store;
};

static GType
attention_list_get_item_type (GListModel *model)
{
  return SPARK_TYPE_ATTENTION_ITEM;
}

static guint
attention_list_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (SPARK_ATTENTION_LIST (model)->store));
}

static gpointer
attention_list_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (SPARK_ATTENTION_LIST (model)->store), position);
}

static void
attention_list_init_model (GListModelInterface *iface)
{
  iface->get_item_type = attention_list_get_item_type;
  iface->get_n_items = attention_list_get_n_items;
  iface->get_item = attention_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SparkAttentionList, spark_attention_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, attention_list_init_model))

static void
spark_attention_list_finalize (GObject *object)
{
  g_object_unref (SPARK_ATTENTION_LIST (object)->store);
  G_OBJECT_CLASS (spark_attention_list_parent_class)->finalize (object);
}

static void
spark_attention_list_class_init (SparkAttentionListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_attention_list_finalize;
}

static void
spark_attention_list_init (SparkAttentionList *self)
{
}

static GListStore *
get_store (SparkReplica *replica)
{
  GListStore *store = g_object_get_data (G_OBJECT (replica), "attention");

  if (store == NULL)
    {
      store = g_list_store_new (SPARK_TYPE_ATTENTION_ITEM);
      g_object_set_data_full (G_OBJECT (replica), "attention", store, g_object_unref);
    }
  return store;
}

SparkAttentionList *
spark_attention_list_new (SparkReplica *replica, const char *account_id)
{
  SparkAttentionList *self = g_object_new (SPARK_TYPE_ATTENTION_LIST, NULL);

  self->store = g_object_ref (get_store (replica));
  g_signal_connect_object (self->store, "items-changed", G_CALLBACK (g_list_model_items_changed),
                           self, G_CONNECT_SWAPPED);
  return self;
}

static void
dismiss_event (SparkReplica *self, const char *event_id)
{
  GListStore *store = get_store (self);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i-- > 0;)
    {
      g_autoptr (SparkAttentionItem) item = g_list_model_get_item (G_LIST_MODEL (store), i);

      if (item->event == NULL || !g_str_equal (spark_event_item_get (item->event)->id, event_id))
        continue;
      g_object_set_data_full (G_OBJECT (self), event_id, g_object_ref (item), g_object_unref);
      g_list_store_remove (store, i);
    }
}

void
spark_replica_dismiss_events (SparkReplica *self, const char *const *ids)
{
  for (gsize i = 0; ids[i] != NULL; i++)
    dismiss_event (self, ids[i]);
  g_signal_emit_by_name (self, "dismissed", ids);
}

void
spark_replica_restore_events (SparkReplica *self, const char *const *ids)
{
  for (gsize i = 0; ids[i] != NULL; i++)
    g_list_store_insert (get_store (self), 0, g_object_get_data (G_OBJECT (self), ids[i]));
}

void
fake_add_attention (SparkReplica *self, SparkAttention reason, const char *video_id,
                    const char *grant_id, const char *code_id, const char *event_id)
{
  g_autoptr (SparkAttentionItem) item = g_object_new (SPARK_TYPE_ATTENTION_ITEM, NULL);

  item->reason = reason;
  item->video = video_id != NULL ? spark_replica_get_video (self, video_id) : NULL;
  item->grant = grant_id != NULL ? spark_replica_get_grant (self, grant_id) : NULL;
  item->code = code_id != NULL ? spark_replica_get_code (self, code_id) : NULL;
  item->event = event_id != NULL ? spark_replica_get_event (self, event_id) : NULL;
  if (item->event != NULL && spark_event_item_get (item->event)->link_id != NULL)
    item->link = spark_replica_get_link (self, spark_event_item_get (item->event)->link_id);
  g_list_store_append (get_store (self), item);
}
