/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "client/spark-event-list.h"
#include "fake-backend.h"
#include "model/spark-rules.h"

/* Every kind of row: an object with a copy of its view, whose strings are static. */
#define DEFINE_ITEM(Name, name, NAME)                                                              \
  struct _Spark##Name##Item                                                                        \
  {                                                                                                \
    GObject parent_instance;                                                                       \
    Spark##Name view;                                                                              \
    SparkReplica *replica;                                                                         \
  };                                                                                               \
  G_DEFINE_FINAL_TYPE (Spark##Name##Item, spark_##name##_item, G_TYPE_OBJECT)                      \
  static void spark_##name##_item_class_init (Spark##Name##ItemClass *klass)                       \
  {                                                                                                \
  }                                                                                                \
  static void spark_##name##_item_init (Spark##Name##Item *self)                                   \
  {                                                                                                \
  }                                                                                                \
  const Spark##Name *spark_##name##_item_get (Spark##Name##Item *self)                             \
  {                                                                                                \
    return &self->view;                                                                            \
  }                                                                                                \
  void fake_add_##name (SparkReplica *replica, const Spark##Name *view)                            \
  {                                                                                                \
    g_autoptr (Spark##Name##Item) item = g_object_new (SPARK_TYPE_##NAME##_ITEM, NULL);            \
                                                                                                   \
    item->view = *view;                                                                            \
    item->replica = replica;                                                                       \
    add (replica, view->id, G_OBJECT (item));                                                      \
  }

struct _SparkReplica
{
  GObject parent_instance;
  GPtrArray *rows;
  GHashTable *by_id;
  GHashTable *settings;
  gint64 oldest; /* event */
  gboolean whole;
  gboolean loading;
};

/* What is asked of a list of events, which here knows no replica, is asked of this. */
static SparkReplica *last_replica;

G_DEFINE_FINAL_TYPE (SparkReplica, spark_replica, G_TYPE_OBJECT)

static void
add (SparkReplica *self, const char *id, GObject *item)
{
  gpointer old = g_hash_table_lookup (self->by_id, id);

  if (old != NULL)
    g_ptr_array_remove (self->rows, old);
  g_ptr_array_add (self->rows, g_object_ref (item));
  g_hash_table_insert (self->by_id, g_strdup (id), item);
}

static gpointer
get (SparkReplica *self, GType type, const char *id)
{
  GObject *item = g_hash_table_lookup (self->by_id, id);

  return item != NULL && G_OBJECT_TYPE (item) == type ? g_object_ref (item) : NULL;
}

static GListModel *
list (SparkReplica *self, GType type)
{
  GListStore *store = g_list_store_new (type);

  for (guint i = 0; i < self->rows->len; i++)
    if (G_OBJECT_TYPE (g_ptr_array_index (self->rows, i)) == type)
      g_list_store_append (store, g_ptr_array_index (self->rows, i));
  return G_LIST_MODEL (store);
}

DEFINE_ITEM (Account, account, ACCOUNT)
DEFINE_ITEM (Video, video, VIDEO)
DEFINE_ITEM (Code, code, CODE)
DEFINE_ITEM (Link, link, LINK)
DEFINE_ITEM (Grant, grant, GRANT)
DEFINE_ITEM (Event, event, EVENT)
DEFINE_ITEM (Brand, brand, BRAND)
DEFINE_ITEM (Batch, batch, BATCH)

static void
spark_replica_finalize (GObject *object)
{
  SparkReplica *self = SPARK_REPLICA (object);

  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->settings);
  G_OBJECT_CLASS (spark_replica_parent_class)->finalize (object);
}

static void
spark_replica_class_init (SparkReplicaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_replica_finalize;
  g_signal_new ("dismissed", SPARK_TYPE_REPLICA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_STRV);
}

static void
spark_replica_init (SparkReplica *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->whole = TRUE;
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
spark_replica_pass_time (SparkReplica *self)
{
}

void
spark_replica_hold (SparkReplica *self)
{
}

void
spark_replica_release (SparkReplica *self)
{
}

SparkVideoItem *
spark_replica_get_video (SparkReplica *self, const char *id)
{
  return get (self, SPARK_TYPE_VIDEO_ITEM, id);
}

SparkVideoItem *
spark_replica_find_video (SparkReplica *self, const char *item_id)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GObject *row = g_ptr_array_index (self->rows, i);

      if (SPARK_IS_VIDEO_ITEM (row)
          && g_strcmp0 (SPARK_VIDEO_ITEM (row)->view.item_id, item_id) == 0)
        return SPARK_VIDEO_ITEM (g_object_ref (row));
    }
  return NULL;
}

SparkVideoItem *
spark_replica_find_code (SparkReplica *self, const char *code)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GObject *row = g_ptr_array_index (self->rows, i);

      if (SPARK_IS_CODE_ITEM (row) && g_strcmp0 (SPARK_CODE_ITEM (row)->view.code, code) == 0)
        return spark_replica_get_video (self, SPARK_CODE_ITEM (row)->view.video_id);
    }
  return NULL;
}

SparkCodeItem *
spark_replica_get_code (SparkReplica *self, const char *id)
{
  return get (self, SPARK_TYPE_CODE_ITEM, id);
}

SparkLinkItem *
spark_replica_get_link (SparkReplica *self, const char *id)
{
  return get (self, SPARK_TYPE_LINK_ITEM, id);
}

SparkGrantItem *
spark_replica_get_grant (SparkReplica *self, const char *id)
{
  return get (self, SPARK_TYPE_GRANT_ITEM, id);
}

SparkEventItem *
spark_replica_get_event (SparkReplica *self, const char *id)
{
  return get (self, SPARK_TYPE_EVENT_ITEM, id);
}

SparkBrandItem *
spark_replica_get_brand (SparkReplica *self, const char *id)
{
  return get (self, SPARK_TYPE_BRAND_ITEM, id);
}

SparkAccountItem *
spark_replica_get_account (SparkReplica *self, const char *id)
{
  return get (self, SPARK_TYPE_ACCOUNT_ITEM, id);
}

SparkBatchItem *
spark_replica_get_batch (SparkReplica *self, const char *id)
{
  return get (self, SPARK_TYPE_BATCH_ITEM, id);
}

GListModel *
spark_replica_list_accounts (SparkReplica *self)
{
  return list (self, SPARK_TYPE_ACCOUNT_ITEM);
}

GListModel *
spark_replica_list_brands (SparkReplica *self, const char *account_id)
{
  return list (self, SPARK_TYPE_BRAND_ITEM);
}

GListModel *
spark_replica_list_namesakes (SparkReplica *self, const char *brand_id)
{
  GListModel *brands = list (self, SPARK_TYPE_BRAND_ITEM);
  g_autoptr (SparkBrandItem) brand = spark_replica_get_brand (self, brand_id);

  for (guint i = g_list_model_get_n_items (brands); i-- > 0;)
    {
      g_autoptr (SparkBrandItem) item = g_list_model_get_item (brands, i);

      if (item == brand
          || strcmp (spark_brand_item_get (item)->name, spark_brand_item_get (brand)->name) != 0)
        g_list_store_remove (G_LIST_STORE (brands), i);
    }
  return brands;
}

GListModel *
spark_replica_list_links (SparkReplica *self, const char *video_id)
{
  GListModel *links = list (self, SPARK_TYPE_LINK_ITEM);

  for (guint i = g_list_model_get_n_items (links); i-- > 0;)
    {
      g_autoptr (SparkLinkItem) item = g_list_model_get_item (links, i);

      if (g_strcmp0 (spark_link_item_get (item)->video_id, video_id) != 0)
        g_list_store_remove (G_LIST_STORE (links), i);
    }
  return links;
}

GListModel *
spark_replica_list_events (SparkReplica *self, const char *account_id, const char *video_id)
{
  GListModel *events = list (self, SPARK_TYPE_EVENT_ITEM);

  for (guint i = g_list_model_get_n_items (events); video_id != NULL && i-- > 0;)
    {
      g_autoptr (SparkEventItem) item = g_list_model_get_item (events, i);

      if (g_strcmp0 (item->view.video_id, video_id) != 0)
        g_list_store_remove (G_LIST_STORE (events), i);
    }
  return events;
}

/* Only a list model is asked of it. */
SparkEventList *
spark_event_list_new (SparkReplica *replica, const char *account_id, const char *video_id)
{
  last_replica = replica;
  return (SparkEventList *)spark_replica_list_events (replica, account_id, video_id);
}

void
spark_event_list_set_brand (SparkEventList *self, const char *brand_id)
{
  GListStore *events = (GListStore *)self;

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (events)); i-- > 0;)
    {
      g_autoptr (SparkEventItem) item = g_list_model_get_item (G_LIST_MODEL (events), i);

      if (g_strcmp0 (item->view.brand.id, brand_id) != 0)
        g_list_store_remove (events, i);
    }
}

gboolean
spark_replica_is_whole (SparkReplica *self)
{
  return !self->loading;
}

void
fake_set_loading (SparkReplica *self, gboolean loading)
{
  self->loading = loading;
}

void
fake_set_reach (SparkReplica *self, gint64 oldest, gboolean whole)
{
  self->oldest = oldest;
  self->whole = whole;
}

gint64
spark_event_list_get_oldest (SparkEventList *self)
{
  return last_replica->oldest;
}

gboolean
spark_event_list_is_whole (SparkEventList *self)
{
  return last_replica->whole;
}

SparkEventItem *
spark_event_item_new_from_json (JsonObject *object, GError **error)
{
  SparkEventItem *item;
  SparkEvent view;

  if (!spark_event_read (&view, object, error))
    return NULL;
  view.id = g_intern_string (view.id);
  view.actor.id = NULL;
  view.actor.name = g_intern_string (view.actor.name);
  view.video_id = g_intern_string (view.video_id);
  view.code_id = view.link_id = view.grant_id = NULL;
  view.brand = (SparkRef){ g_intern_string (view.brand.id), g_intern_string (view.brand.name) };
  view.detail = (SparkEventDetail){ 0 };
  item = g_object_new (SPARK_TYPE_EVENT_ITEM, NULL);
  item->view = view;
  return item;
}

char *
spark_replica_get_setting (SparkReplica *self, const char *name)
{
  return g_strdup (g_hash_table_lookup (self->settings, name));
}

void
spark_replica_set_setting (SparkReplica *self, const char *name, const char *value)
{
  g_hash_table_insert (self->settings, g_strdup (name), g_strdup (value));
}

const SparkVideo *
spark_grant_item_get_video (SparkGrantItem *self)
{
  SparkVideoItem *video = g_hash_table_lookup (self->replica->by_id, self->view.video_id);

  return video != NULL ? &video->view : NULL;
}

/* SparkGrantList */

struct _SparkGrantList
{
  GObject parent_instance;
  SparkReplica *replica;
  char *video_id;
  char *brand_id;
  char *search;
  SparkAccessFilter filter;
  GPtrArray *items;
};

static GType
grant_list_get_item_type (GListModel *model)
{
  return SPARK_TYPE_GRANT_ITEM;
}

static guint
grant_list_get_n_items (GListModel *model)
{
  return SPARK_GRANT_LIST (model)->items->len;
}

static gpointer
grant_list_get_item (GListModel *model, guint position)
{
  SparkGrantList *self = SPARK_GRANT_LIST (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
grant_list_init_model (GListModelInterface *iface)
{
  iface->get_item_type = grant_list_get_item_type;
  iface->get_n_items = grant_list_get_n_items;
  iface->get_item = grant_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SparkGrantList, spark_grant_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, grant_list_init_model))

static void
spark_grant_list_finalize (GObject *object)
{
  SparkGrantList *self = SPARK_GRANT_LIST (object);

  g_object_unref (self->replica);
  g_ptr_array_unref (self->items);
  g_free (self->video_id);
  g_free (self->brand_id);
  g_free (self->search);
  G_OBJECT_CLASS (spark_grant_list_parent_class)->finalize (object);
}

static void
spark_grant_list_class_init (SparkGrantListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_grant_list_finalize;
}

static void
spark_grant_list_init (SparkGrantList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

static gboolean
shows (SparkGrantList *self, const SparkGrant *grant, SparkAccessFilter filter)
{
  gboolean open = grant->state == SPARK_GRANT_STATE_PENDING
                  || grant->state == SPARK_GRANT_STATE_AUTHORIZED
                  || grant->state == SPARK_GRANT_STATE_REVOKING;

  if (self->video_id != NULL && g_strcmp0 (self->video_id, grant->video_id) != 0)
    return FALSE;
  if (self->brand_id != NULL && g_strcmp0 (self->brand_id, grant->brand.id) != 0)
    return FALSE;
  if (self->search != NULL && *self->search != '\0'
      && (grant->brand.name == NULL || strstr (grant->brand.name, self->search) == NULL))
    return FALSE;
  switch (filter)
    {
    case SPARK_ACCESS_ALL:
      return TRUE;
    case SPARK_ACCESS_ENDING:
      return open && grant->ends_at < spark_time_now () + 30 * SPARK_DAY_MS;
    case SPARK_ACCESS_ACTIVE:
      return open;
    case SPARK_ACCESS_ENDED:
      return !open;
    }
  return FALSE;
}

static void
refill (SparkGrantList *self)
{
  guint old = self->items->len;

  g_ptr_array_set_size (self->items, 0);
  for (guint i = 0; i < self->replica->rows->len; i++)
    {
      GObject *row = g_ptr_array_index (self->replica->rows, i);

      if (SPARK_IS_GRANT_ITEM (row) && shows (self, &SPARK_GRANT_ITEM (row)->view, self->filter))
        g_ptr_array_add (self->items, g_object_ref (row));
    }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, old, self->items->len);
}

static int
compare_brands (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(SparkGrantItem *const *)a)->view.brand.name,
                    (*(SparkGrantItem *const *)b)->view.brand.name);
}

SparkGrantList *
spark_grant_list_new (SparkReplica *replica, const char *account_id, const char *video_id)
{
  SparkGrantList *self = g_object_new (SPARK_TYPE_GRANT_LIST, NULL);

  self->replica = g_object_ref (replica);
  self->video_id = g_strdup (video_id);
  refill (self);
  return self;
}

void
spark_grant_list_set_brand (SparkGrantList *self, const char *brand_id)
{
  g_free (self->brand_id);
  self->brand_id = g_strdup (brand_id);
  refill (self);
}

SparkGrantList *
spark_grant_list_new_of_brand (SparkReplica *replica, const char *brand_id)
{
  SparkGrantList *self = spark_grant_list_new (replica, NULL, NULL);

  spark_grant_list_set_brand (self, brand_id);
  return self;
}

void
spark_grant_list_set_filter (SparkGrantList *self, SparkAccessFilter filter)
{
  self->filter = filter;
  refill (self);
}

void
spark_grant_list_set_search (SparkGrantList *self, const char *search)
{
  g_free (self->search);
  self->search = g_strdup (search);
  refill (self);
}

void
spark_grant_list_set_by_brand (SparkGrantList *self, gboolean by_brand)
{
  if (by_brand)
    g_ptr_array_sort (self->items, compare_brands);
  else
    refill (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, self->items->len, self->items->len);
}

guint
spark_grant_list_count (SparkGrantList *self, SparkAccessFilter filter)
{
  guint count = 0;

  for (guint i = 0; i < self->replica->rows->len; i++)
    {
      GObject *row = g_ptr_array_index (self->replica->rows, i);

      count += SPARK_IS_GRANT_ITEM (row) && shows (self, &SPARK_GRANT_ITEM (row)->view, filter);
    }
  return count;
}
