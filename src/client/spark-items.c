/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include "client/spark-items.h"
#include "client/spark-replica-bodies.h"

/* An object with the body it keeps, the view into it, and what else the view points to. */
#define DEFINE_ITEM(Name, name, MORE, CLEAR)                                                       \
  struct _Spark##Name##Item                                                                        \
  {                                                                                                \
    GObject parent_instance;                                                                       \
                                                                                                   \
    GVariant *body;                                                                                \
    Spark##Name view;                                                                              \
    MORE                                                                                           \
  };                                                                                               \
                                                                                                   \
  G_DEFINE_FINAL_TYPE (Spark##Name##Item, spark_##name##_item, G_TYPE_OBJECT)                      \
                                                                                                   \
  static void spark_##name##_item_finalize (GObject *object)                                       \
  {                                                                                                \
    Spark##Name##Item *self = (Spark##Name##Item *)object;                                         \
                                                                                                   \
    CLEAR                                                                                          \
    g_variant_unref (self->body);                                                                  \
    G_OBJECT_CLASS (spark_##name##_item_parent_class)->finalize (object);                          \
  }                                                                                                \
                                                                                                   \
  static void spark_##name##_item_class_init (Spark##Name##ItemClass *klass)                       \
  {                                                                                                \
    G_OBJECT_CLASS (klass)->finalize = spark_##name##_item_finalize;                               \
  }                                                                                                \
                                                                                                   \
  static void spark_##name##_item_init (Spark##Name##Item *self)                                   \
  {                                                                                                \
  }                                                                                                \
                                                                                                   \
  const Spark##Name *spark_##name##_item_get (Spark##Name##Item *self)                             \
  {                                                                                                \
    return &self->view;                                                                            \
  }

/* The usual `new` of an item whose view needs its body alone. */
#define DEFINE_NEW(Name, name)                                                                     \
  Spark##Name##Item *spark_##name##_item_new (GVariant *body)                                      \
  {                                                                                                \
    Spark##Name##Item *self = g_object_new (spark_##name##_item_get_type (), NULL);                \
                                                                                                   \
    self->body = g_variant_ref (body);                                                             \
    spark_##name##_unpack (&self->view, body);                                                     \
    return self;                                                                                   \
  }

/* clang-format off */
DEFINE_ITEM (Account, account, , )
DEFINE_NEW (Account, account)
DEFINE_ITEM (Video, video, , )
DEFINE_NEW (Video, video)
DEFINE_ITEM (Event, event, , )
DEFINE_NEW (Event, event)
DEFINE_ITEM (Batch, batch, , )
DEFINE_NEW (Batch, batch)
DEFINE_ITEM (Code, code, char *code;, g_free (self->code);)
DEFINE_ITEM (Link, link, char *string; char *url;, g_free (self->string); g_free (self->url);)
DEFINE_ITEM (Brand, brand, SparkBrandStorage storage;, spark_brand_storage_clear (&self->storage);)
DEFINE_ITEM (Grant, grant, GVariant *video_body; SparkVideo video; char *brand_name;,
             g_clear_pointer (&self->video_body, g_variant_unref); g_free (self->brand_name);)
/* clang-format on */

SparkCodeItem *
spark_code_item_new (GVariant *body, char *code)
{
  SparkCodeItem *self = g_object_new (SPARK_TYPE_CODE_ITEM, NULL);

  self->body = g_variant_ref (body);
  self->code = code;
  spark_code_unpack (&self->view, body);
  self->view.code = code;
  return self;
}

SparkLinkItem *
spark_link_item_new (GVariant *body, char *string, char *url)
{
  SparkLinkItem *self = g_object_new (SPARK_TYPE_LINK_ITEM, NULL);

  self->body = g_variant_ref (body);
  self->string = string;
  self->url = url;
  spark_link_unpack (&self->view, body);
  self->view.string = string;
  self->view.url = url;
  return self;
}

SparkBrandItem *
spark_brand_item_new (GVariant *body)
{
  SparkBrandItem *self = g_object_new (SPARK_TYPE_BRAND_ITEM, NULL);

  self->body = g_variant_ref (body);
  spark_brand_unpack (&self->view, &self->storage, body);
  return self;
}

SparkGrantItem *
spark_grant_item_new (GVariant *body, GVariant *video, const char *brand_name)
{
  SparkGrantItem *self = g_object_new (SPARK_TYPE_GRANT_ITEM, NULL);

  self->body = g_variant_ref (body);
  spark_grant_unpack (&self->view, body);
  if (brand_name != NULL && g_strcmp0 (brand_name, self->view.brand.name) != 0)
    self->view.brand.name = self->brand_name = g_strdup (brand_name);
  if (video != NULL)
    {
      self->video_body = g_variant_ref (video);
      spark_video_unpack (&self->video, video);
    }
  return self;
}

const SparkVideo *
spark_grant_item_get_video (SparkGrantItem *self)
{
  g_return_val_if_fail (SPARK_IS_GRANT_ITEM (self), NULL);

  return self->video_body != NULL ? &self->video : NULL;
}
