/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-picked"

#include "config.h"

#include "app/spark-pick-ids.h"
#include "app/spark-picked.h"

/* Of more rows than this it is not known which they are, and those that change are no longer
 * selected. */
#define MAX_KEPT 1000

/* A row that moves is taken away and added again; a long list is read anew in steps. */
#define SETTLED_MS 100

struct _SparkPicked
{
  GObject parent_instance;

  /* owned */
  GListModel *model;
  GtkSelectionModel *selection;
  GHashTable *kept; /* what is selected: in how many rows each id stands */
  GHashTable *lost; /* the same of what was, and whose rows went: they may come back */

  SparkPickId get_id;
  guint settled_id; /* 0: nothing is lost, and what was told is what is so */
  gboolean is_part;
};

enum
{
  MARKED,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SparkPicked, spark_picked, G_TYPE_OBJECT)

/* (transfer full) */
static GHashTable *
collect (SparkPicked *self)
{
  g_autoptr (GtkBitset) rows = gtk_selection_model_get_selection (self->selection);

  if (!self->is_part && gtk_bitset_get_size (rows) > MAX_KEPT)
    return spark_pick_ids_new ();
  return spark_pick_ids_collect (self->model, rows, self->get_id);
}

static void
keep (SparkPicked *self)
{
  g_hash_table_unref (self->kept);
  self->kept = collect (self);
}

static void
mark (SparkPicked *self)
{
  g_signal_emit (self, signals[MARKED], 0);
}

static void
tell (SparkPicked *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
forget_lost (SparkPicked *self)
{
  g_hash_table_remove_all (self->lost);
  g_clear_handle_id (&self->settled_id, g_source_remove);
}

static gboolean
on_settled_cb (gpointer data)
{
  SparkPicked *self = data;

  self->settled_id = 0;
  forget_lost (self);
  tell (self);
  return G_SOURCE_REMOVE;
}

/* By a person: who unselects something does not wait for what is on its way. */
static void
on_selection_changed_cb (SparkPicked *self)
{
  g_autoptr (GHashTable) before = g_hash_table_ref (self->kept);
  g_autoptr (GHashTable) unselected = spark_pick_ids_new ();

  mark (self);
  keep (self);
  spark_pick_ids_add_lost (unselected, before, self->kept);
  if (g_hash_table_size (unselected) > 0)
    forget_lost (self);
  if (self->settled_id == 0)
    tell (self);
}

/* FALSE: none of those that came was selected elsewhere. */
static gboolean
pick_again (SparkPicked *self, guint start, guint added)
{
  gboolean any = FALSE;

  g_signal_handlers_block_by_func (self->selection, on_selection_changed_cb, self);
  for (guint i = start; i < start + added && g_hash_table_size (self->lost) > 0; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      if (item == NULL || !spark_pick_ids_take (self->lost, self->get_id (item)))
        continue;
      gtk_selection_model_select_item (self->selection, i, FALSE);
      any = TRUE;
    }
  g_signal_handlers_unblock_by_func (self->selection, on_selection_changed_cb, self);
  return any;
}

/* What is lost for a moment is not told of: neither does a screen reader say other numbers, nor
 * does the keyboard leave an act. */
static void
on_items_changed_cb (SparkPicked *self, guint start, guint removed, guint added)
{
  g_autoptr (GHashTable) before = g_hash_table_ref (self->kept);

  keep (self);
  if (removed > 0)
    spark_pick_ids_add_lost (self->lost, before, self->kept);
  if (pick_again (self, start, added))
    keep (self);
  mark (self);
  g_clear_handle_id (&self->settled_id, g_source_remove);
  if (g_hash_table_size (self->lost) > 0)
    self->settled_id = g_timeout_add (SETTLED_MS, on_settled_cb, self);
  else
    tell (self);
}

static void
spark_picked_dispose (GObject *object)
{
  spark_picked_end (SPARK_PICKED (object));

  G_OBJECT_CLASS (spark_picked_parent_class)->dispose (object);
}

static void
spark_picked_finalize (GObject *object)
{
  g_hash_table_unref (SPARK_PICKED (object)->kept);
  g_hash_table_unref (SPARK_PICKED (object)->lost);

  G_OBJECT_CLASS (spark_picked_parent_class)->finalize (object);
}

static void
spark_picked_class_init (SparkPickedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_picked_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_picked_finalize;

  signals[MARKED] = g_signal_new ("marked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
spark_picked_init (SparkPicked *self)
{
  self->kept = spark_pick_ids_new ();
  self->lost = spark_pick_ids_new ();
}

SparkPicked *
spark_picked_new (void)
{
  return g_object_new (SPARK_TYPE_PICKED, NULL);
}

void
spark_picked_begin (SparkPicked *self, GListModel *model, gboolean is_part, SparkPickId get_id)
{
  g_return_if_fail (SPARK_IS_PICKED (self));
  g_return_if_fail (self->selection == NULL);

  self->model = g_object_ref (model);
  self->is_part = is_part;
  self->get_id = get_id;
  self->selection = GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (model)));
  g_signal_connect_swapped (self->selection, "selection-changed",
                            G_CALLBACK (on_selection_changed_cb), self);
  /* Once the view has followed, which is told of what is selected then. */
  g_signal_connect_data (self->selection, "items-changed", G_CALLBACK (on_items_changed_cb), self,
                         NULL, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

void
spark_picked_end (SparkPicked *self)
{
  g_return_if_fail (SPARK_IS_PICKED (self));

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_hash_table_remove_all (self->kept);
  forget_lost (self);
}

GtkSelectionModel *
spark_picked_get_selection (SparkPicked *self)
{
  g_return_val_if_fail (SPARK_IS_PICKED (self), NULL);

  return self->selection;
}

guint64
spark_picked_count (SparkPicked *self)
{
  g_autoptr (GtkBitset) rows = NULL;

  g_return_val_if_fail (SPARK_IS_PICKED (self), 0);

  if (self->selection == NULL)
    return 0;
  rows = gtk_selection_model_get_selection (self->selection);
  if (!self->is_part && gtk_bitset_get_size (rows) > MAX_KEPT)
    return gtk_bitset_get_size (rows);
  return g_hash_table_size (self->kept);
}

GHashTable *
spark_picked_get_ids (SparkPicked *self)
{
  g_return_val_if_fail (SPARK_IS_PICKED (self), NULL);

  return self->kept;
}

GVariant *
spark_picked_list (SparkPicked *self)
{
  g_autoptr (GtkBitset) rows = gtk_selection_model_get_selection (self->selection);
  g_autoptr (GHashTable) listed = spark_pick_ids_new ();
  GVariantBuilder ids = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, rows, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, position);
      const char *id = item != NULL ? self->get_id (item) : NULL;

      if (id != NULL && g_hash_table_add (listed, g_strdup (id)))
        g_variant_builder_add (&ids, "s", id);
    }
  return g_variant_builder_end (&ids);
}
