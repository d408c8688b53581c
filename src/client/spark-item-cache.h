/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * The items that a list has made of its rows: one a key, for as long as somebody holds it. The last
 * 256 are held here: a view keeps some 205, and while it is scrolled gives up rows that it asks for
 * again a moment later. For one thread.
 */
typedef struct _SparkItemCache SparkItemCache;

typedef gboolean (*SparkItemCacheFunc) (gint64 key, gpointer user_data);

SparkItemCache *spark_item_cache_new (void);
void spark_item_cache_free (SparkItemCache *self);

/* (transfer full) (nullable): NULL: nobody holds one */
gpointer spark_item_cache_get (SparkItemCache *self, gint64 key);
/* @item: (transfer none): a GObject. There must be none of @key. */
void spark_item_cache_add (SparkItemCache *self, gint64 key, gpointer item);

/* The next one of @key is another. */
void spark_item_cache_forget (SparkItemCache *self, gint64 key);
/* So it is of each key of which @func says TRUE. */
void spark_item_cache_forget_if (SparkItemCache *self, SparkItemCacheFunc func, gpointer user_data);
/* Holds no item any more; those that others hold are still known. */
void spark_item_cache_release (SparkItemCache *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkItemCache, spark_item_cache_free)

G_END_DECLS
