/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-list"

#include "config.h"

#include "client/spark-attention-item.h"

struct _SparkAttentionItem
{
  GObject parent_instance;

  SparkAttention reason;

  /* owned */
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

SparkAttentionItem *
spark_attention_item_new (SparkAttention reason, SparkVideoItem *video, SparkGrantItem *grant,
                          SparkCodeItem *code, SparkEventItem *event, SparkLinkItem *link)
{
  SparkAttentionItem *self = g_object_new (SPARK_TYPE_ATTENTION_ITEM, NULL);

  self->reason = reason;
  self->video = video;
  self->grant = grant;
  self->code = code;
  self->event = event;
  self->link = link;
  return self;
}

SparkAttention
spark_attention_item_get_reason (SparkAttentionItem *self)
{
  g_return_val_if_fail (SPARK_IS_ATTENTION_ITEM (self), SPARK_ATTENTION_REFUSED);

  return self->reason;
}

SparkVideoItem *
spark_attention_item_get_video (SparkAttentionItem *self)
{
  g_return_val_if_fail (SPARK_IS_ATTENTION_ITEM (self), NULL);

  return self->video;
}

SparkGrantItem *
spark_attention_item_get_grant (SparkAttentionItem *self)
{
  g_return_val_if_fail (SPARK_IS_ATTENTION_ITEM (self), NULL);

  return self->grant;
}

SparkCodeItem *
spark_attention_item_get_code (SparkAttentionItem *self)
{
  g_return_val_if_fail (SPARK_IS_ATTENTION_ITEM (self), NULL);

  return self->code;
}

SparkEventItem *
spark_attention_item_get_event (SparkAttentionItem *self)
{
  g_return_val_if_fail (SPARK_IS_ATTENTION_ITEM (self), NULL);

  return self->event;
}

SparkLinkItem *
spark_attention_item_get_link (SparkAttentionItem *self)
{
  g_return_val_if_fail (SPARK_IS_ATTENTION_ITEM (self), NULL);

  return self->link;
}
