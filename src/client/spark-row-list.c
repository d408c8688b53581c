/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-list"

#include "config.h"

#include "client/spark-item-cache.h"
#include "client/spark-row-list-private.h"

/* Rows read before a new query is shown: a view makes widgets for the first 200 or so at once, of
 * which it shows some ten. Then GROWTH times as many a frame, in idle moments: under 2 ms. */
#define FIRST_ROWS 24
#define GROWTH     2
#define MORE_ROWS  4000
#define FRAME_MS   20
/* Rows looked at in vain before the rest is left to idle. */
#define FIRST_LOOKS 2000
#define TICK_S      300

typedef struct
{
  /* owned */
  SparkReplica *replica;
  GArray *rows; /* of SparkRow */
  GArray *old;  /* what is being replaced, while that is told */
  SparkItemCache *items;
  sqlite3_stmt *stmt; /* of the scan that is under way */

  gint64 frontier; /* the last key that was scanned */
  guint old_from;  /* with `old`: rows from `split` on are the old ones from here on */
  guint split;
  guint idle_id;
  guint tick_id; /* 0: not timed */
  guint more;    /* rows to look at in the next idle moment */
  guint filling : 1;
  guint telling : 1;
  guint again : 1; /* the query changed while something was told */
} SparkRowListPrivate;

static void spark_row_list_init_model (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (SparkRowList, spark_row_list, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (SparkRowList)
                                      G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                             spark_row_list_init_model))

#define PRIV(self)       ((SparkRowListPrivate *)spark_row_list_get_instance_private (self))
#define ROW(array, i)    (g_array_index (array, SparkRow, i))
#define IS_SCANNED(self) (SPARK_ROW_LIST_GET_CLASS (self)->look != NULL)

static GArray *
new_rows (void)
{
  return g_array_new (FALSE, FALSE, sizeof (SparkRow));
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const SparkRow *first = a, *second = b;

  if (first->sort != second->sort)
    return first->sort < second->sort ? -1 : 1;
  return (first->key > second->key) - (first->key < second->key);
}

/* --- the model --- */

static GType
get_item_type (GListModel *model)
{
  return SPARK_ROW_LIST_GET_CLASS (model)->item_type;
}

static guint
get_n_items (GListModel *model)
{
  SparkRowListPrivate *priv = PRIV (SPARK_ROW_LIST (model));

  return priv->old == NULL ? priv->rows->len : priv->split + priv->old->len - priv->old_from;
}

SparkRow
spark_row_list_row (SparkRowList *self, guint at)
{
  SparkRowListPrivate *priv = PRIV (self);

  if (priv->old == NULL || at < priv->split)
    return ROW (priv->rows, at);
  return ROW (priv->old, priv->old_from + at - priv->split);
}

static gpointer
get_item (GListModel *model, guint position)
{
  SparkRowList *self = SPARK_ROW_LIST (model);
  SparkRowListPrivate *priv = PRIV (self);
  gint64 key;
  gpointer item;

  if (position >= get_n_items (model))
    return NULL;
  key = spark_row_list_row (self, position).key;
  item = spark_item_cache_get (priv->items, key);
  if (item == NULL)
    {
      item = SPARK_ROW_LIST_GET_CLASS (self)->read (self, key);
      spark_item_cache_add (priv->items, key, item);
    }
  return item;
}

static void
spark_row_list_init_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- telling what changed --- */

static gboolean
is_touched (SparkRowList *self, const SparkTouched *touched, gint64 key)
{
  SparkRowListClass *class = SPARK_ROW_LIST_GET_CLASS (self);

  return class->is_touched != NULL ? class->is_touched (self, touched, key)
                                   : spark_touched_has (touched, class->kind, key);
}

static void
tell (SparkRowList *self, guint old_end, guint start, guint removed, guint end)
{
  SparkRowListPrivate *priv = PRIV (self);

  priv->old_from = old_end;
  priv->split = end;
  g_list_model_items_changed (G_LIST_MODEL (self), start, removed, end - start);
}

/* What differs, as one range. */
static void
tell_range (SparkRowList *self, const SparkTouched *touched)
{
  SparkRowListPrivate *priv = PRIV (self);
  GArray *old = priv->old, *rows = priv->rows;
  guint start = 0, old_end = old->len, end = rows->len;

#define IS_SAME(i, j)                                                                              \
  (ROW (old, i).key == ROW (rows, j).key                                                           \
   && (touched == NULL || !is_touched (self, touched, ROW (old, i).key)))
  while (start < old_end && start < end && IS_SAME (start, start))
    start++;
  while (old_end > start && end > start && IS_SAME (old_end - 1, end - 1))
    old_end--, end--;
#undef IS_SAME
  if (old_end > start || end > start)
    tell (self, old_end, start, old_end - start, end);
}

/* The rows that stay are the same in both, in the same order: each run of others is a range. */
static void
tell_ranges (SparkRowList *self, const guint8 *old_stays, const guint8 *stays)
{
  SparkRowListPrivate *priv = PRIV (self);
  guint i = 0, j = 0;

  while (i < priv->old->len || j < priv->rows->len)
    {
      guint old_start = i, start = j;

      while (i < priv->old->len && !old_stays[i])
        i++;
      while (j < priv->rows->len && !stays[j])
        j++;
      if (i > old_start || j > start)
        tell (self, i, start, i - old_start, j);
      while (i < priv->old->len && j < priv->rows->len && old_stays[i] && stays[j])
        i++, j++;
    }
}

static gboolean
mark_stays (SparkRowList *self, const SparkTouched *touched, guint8 *old_stays, guint8 *stays)
{
  SparkRowListPrivate *priv = PRIV (self);
  GArray *old = priv->old, *rows = priv->rows;
  g_autoptr (GHashTable) now = NULL, before = NULL;
  guint i = 0, j = 0;

  for (guint at = 0; at < old->len; at++)
    old_stays[at] = !is_touched (self, touched, ROW (old, at).key);
  for (guint at = 0; at < rows->len; at++)
    stays[at] = !is_touched (self, touched, ROW (rows, at).key);
  if (IS_SCANNED (self))
    return TRUE;
  /* Read whole: rows can come and go without being touched, as time passes or others change. */
  now = g_hash_table_new (g_int64_hash, g_int64_equal);
  before = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint at = 0; at < old->len; at++)
    g_hash_table_add (before, &ROW (old, at).key);
  for (guint at = 0; at < rows->len; at++)
    {
      g_hash_table_add (now, &ROW (rows, at).key);
      stays[at] = stays[at] && g_hash_table_contains (before, &ROW (rows, at).key);
    }
  for (guint at = 0; at < old->len; at++)
    old_stays[at] = old_stays[at] && g_hash_table_contains (now, &ROW (old, at).key);
  for (;;)
    {
      while (i < old->len && !old_stays[i])
        i++;
      while (j < rows->len && !stays[j])
        j++;
      if (i == old->len || j == rows->len)
        return i == old->len && j == rows->len;
      if (ROW (old, i++).key != ROW (rows, j++).key)
        return FALSE;
    }
}

/* @rows: (transfer full). @touched: NULL: another query */
static void
replace (SparkRowList *self, GArray *rows, const SparkTouched *touched)
{
  g_autoptr (SparkRowList) keep = g_object_ref (self);
  SparkRowListPrivate *priv = PRIV (self);

  priv->old = g_steal_pointer (&priv->rows);
  priv->rows = rows;
  priv->old_from = priv->split = 0;
  priv->telling = TRUE;
  if (touched != NULL)
    {
      g_autofree guint8 *old_stays = g_malloc (priv->old->len + 1);
      g_autofree guint8 *stays = g_malloc (rows->len + 1);

      if (mark_stays (self, touched, old_stays, stays))
        tell_ranges (self, old_stays, stays);
      else
        tell_range (self, touched);
    }
  else
    tell_range (self, NULL);
  priv->telling = FALSE;
  g_clear_pointer (&priv->old, g_array_unref);
  if (priv->again)
    {
      priv->again = FALSE;
      spark_row_list_refill (self);
    }
}

/* --- reading --- */

void
spark_row_list_pause (SparkRowList *self)
{
  g_clear_pointer (&PRIV (self)->stmt, sqlite3_finalize);
}

/* TRUE: there is nothing more to read. */
static gboolean
scan (SparkRowList *self, GArray *rows, guint max_looks, guint max_rows)
{
  SparkRowListClass *class = SPARK_ROW_LIST_GET_CLASS (self);
  SparkRowListPrivate *priv = PRIV (self);
  guint looks = 0;

  if (priv->stmt == NULL)
    priv->stmt = class->scan (self, priv->frontier);
  while (looks < max_looks && rows->len < max_rows)
    {
      SparkRow row = { rows->len, 0 };

      if (priv->stmt == NULL || !spark_replica_step (priv->replica, priv->stmt))
        {
          spark_row_list_pause (self);
          return TRUE;
        }
      row.key = sqlite3_column_int64 (priv->stmt, 0);
      if (IS_SCANNED (self))
        row.sort = priv->frontier = row.key;
      if (class->accept == NULL || class->accept (self, priv->stmt, &row))
        g_array_append_val (rows, row);
      looks++;
    }
  return FALSE;
}

static GArray *
merge (GArray *first, GArray *second, const SparkTouched *without, SparkKind kind)
{
  GArray *merged = g_array_sized_new (FALSE, FALSE, sizeof (SparkRow), first->len + second->len);
  guint j = 0;

  for (guint i = 0; i < first->len; i++)
    {
      if (without != NULL && spark_touched_has (without, kind, ROW (first, i).key))
        continue;
      for (; j < second->len && compare_rows (&ROW (second, j), &ROW (first, i)) < 0; j++)
        g_array_append_val (merged, ROW (second, j));
      g_array_append_val (merged, ROW (first, i));
    }
  if (j < second->len)
    g_array_append_vals (merged, &ROW (second, j), second->len - j);
  return merged;
}

static void
add_scanned (SparkRowList *self, GArray *found)
{
  SparkRowListPrivate *priv = PRIV (self);
  guint n_rows = priv->rows->len;

  if (found->len == 0)
    return;
  g_array_sort (found, compare_rows);
  if (n_rows > 0 && compare_rows (&ROW (found, 0), &ROW (priv->rows, n_rows - 1)) < 0)
    {
      replace (self, merge (priv->rows, found, NULL, 0), NULL);
      return;
    }
  g_array_append_vals (priv->rows, found->data, found->len);
  priv->telling = TRUE;
  g_object_ref (self);
  g_list_model_items_changed (G_LIST_MODEL (self), n_rows, 0, found->len);
  priv->telling = FALSE;
  if (priv->again)
    {
      priv->again = FALSE;
      spark_row_list_refill (self);
    }
  g_object_unref (self);
}

static void
end_fill (SparkRowList *self)
{
  SparkRowListPrivate *priv = PRIV (self);

  priv->filling = FALSE;
  g_clear_handle_id (&priv->idle_id, g_source_remove);
  spark_row_list_pause (self);
}

static gboolean on_idle_cb (gpointer data);

static void
queue_more (SparkRowList *self)
{
  SparkRowListPrivate *priv = PRIV (self);

  if (priv->more < MORE_ROWS)
    priv->idle_id = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, FRAME_MS, on_idle_cb, self, NULL);
  else
    priv->idle_id = g_idle_add (on_idle_cb, self);
}

static gboolean
on_idle_cb (gpointer data)
{
  g_autoptr (SparkRowList) self = g_object_ref (data);
  SparkRowListPrivate *priv = PRIV (self);
  g_autoptr (GArray) found = new_rows ();

  priv->idle_id = 0;
  if (scan (self, found, priv->more, G_MAXUINT))
    end_fill (self);
  else
    {
      priv->more = MIN (priv->more * GROWTH, MORE_ROWS);
      queue_more (self);
    }
  add_scanned (self, found);
  return G_SOURCE_REMOVE;
}

void
spark_row_list_complete (SparkRowList *self)
{
  SparkRowListPrivate *priv = PRIV (self);
  g_autoptr (GArray) found = NULL;

  if (!priv->filling || priv->telling)
    return;
  found = new_rows ();
  scan (self, found, G_MAXUINT, G_MAXUINT);
  end_fill (self);
  add_scanned (self, found);
}

void
spark_row_list_refill (SparkRowList *self)
{
  SparkRowListPrivate *priv = PRIV (self);
  GArray *rows;

  if (priv->telling)
    {
      priv->again = TRUE;
      return;
    }
  end_fill (self);
  priv->frontier = G_MININT64;
  rows = new_rows ();
  if (!spark_replica_is_open (priv->replica))
    {
      spark_item_cache_release (priv->items);
      replace (self, rows, NULL);
      return;
    }
  if (!IS_SCANNED (self))
    scan (self, rows, G_MAXUINT, G_MAXUINT);
  else if (!scan (self, rows, FIRST_LOOKS, FIRST_ROWS))
    {
      priv->filling = TRUE;
      priv->more = FIRST_ROWS;
      queue_more (self);
    }
  if (IS_SCANNED (self))
    g_array_sort (rows, compare_rows);
  replace (self, rows, NULL);
}

/* --- following --- */

static void
follow_rows (SparkRowList *self, const SparkTouched *touched)
{
  SparkRowListClass *class = SPARK_ROW_LIST_GET_CLASS (self);
  SparkRowListPrivate *priv = PRIV (self);
  const GArray *keys = touched->keys[class->kind];
  g_autoptr (GArray) found = new_rows ();
  gboolean had = FALSE;

  if (keys == NULL)
    return;
  for (guint i = 0; i < keys->len; i++)
    {
      gint64 key = g_array_index (keys, gint64, i);
      SparkRow row = { key, key };

      spark_item_cache_forget (priv->items, key);
      /* What lies beyond is read when the scan gets there. */
      if (priv->filling && key > priv->frontier)
        continue;
      if (class->look (self, &row))
        g_array_append_val (found, row);
    }
  for (guint i = 0; !had && found->len == 0 && i < priv->rows->len; i++)
    had = spark_touched_has (touched, class->kind, ROW (priv->rows, i).key);
  if (!had && found->len == 0)
    return;
  g_array_sort (found, compare_rows);
  replace (self, merge (priv->rows, found, touched, class->kind), touched);
}

typedef struct
{
  SparkRowList *self;
  const SparkTouched *touched;
} Following;

static gboolean
is_key_touched (gint64 key, gpointer user_data)
{
  Following *following = user_data;

  return is_touched (following->self, following->touched, key);
}

void
spark_row_list_follow (SparkRowList *self, const SparkTouched *touched)
{
  SparkRowListClass *class = SPARK_ROW_LIST_GET_CLASS (self);
  SparkRowListPrivate *priv = PRIV (self);
  gboolean anew;
  GArray *rows;

  g_return_if_fail (!priv->telling);

  anew = class->asks_anew != NULL && class->asks_anew (self, touched);
  if (IS_SCANNED (self))
    {
      follow_rows (self, touched);
      if (anew)
        spark_row_list_refill (self);
      return;
    }
  if (!anew && !(spark_touched_kinds (touched) & class->kinds))
    return;
  spark_item_cache_forget_if (priv->items, is_key_touched, &(Following){ self, touched });
  rows = new_rows ();
  scan (self, rows, G_MAXUINT, G_MAXUINT);
  replace (self, rows, touched);
}

/* --- as time passes --- */

void
spark_row_list_pass_time (SparkRowList *self)
{
  if (PRIV (self)->tick_id != 0)
    SPARK_ROW_LIST_GET_CLASS (self)->pass_time (self);
}

static gboolean
on_tick_cb (gpointer data)
{
  spark_row_list_pass_time (data);
  return G_SOURCE_CONTINUE;
}

void
spark_row_list_set_timed (SparkRowList *self, gboolean timed)
{
  SparkRowListPrivate *priv = PRIV (self);

  if (!timed)
    g_clear_handle_id (&priv->tick_id, g_source_remove);
  else if (priv->tick_id == 0)
    priv->tick_id = g_timeout_add_seconds (TICK_S, on_tick_cb, self);
}

/* --- looking up --- */

guint
spark_row_list_lower_bound (SparkRowList *self, gint64 sort, gint64 key)
{
  SparkRow wanted = { sort, key };
  guint low = 0, high;

  spark_row_list_complete (self);
  high = get_n_items (G_LIST_MODEL (self));
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      SparkRow row = spark_row_list_row (self, middle);

      if (compare_rows (&row, &wanted) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

guint
spark_row_list_find (SparkRowList *self, gint64 sort, gint64 key)
{
  guint n_items = get_n_items (G_LIST_MODEL (self));

  if (IS_SCANNED (self) && !PRIV (self)->telling)
    {
      guint at = spark_row_list_lower_bound (self, sort, key);

      n_items = get_n_items (G_LIST_MODEL (self));
      return at < n_items && spark_row_list_row (self, at).key == key ? at : G_MAXUINT;
    }
  for (guint at = 0; at < n_items; at++)
    if (spark_row_list_row (self, at).key == key)
      return at;
  return G_MAXUINT;
}

/* --- the object --- */

void
spark_row_list_set_replica (SparkRowList *self, SparkReplica *replica)
{
  PRIV (self)->replica = g_object_ref (replica);
  spark_replica_add_list (replica, self);
}

SparkReplica *
spark_row_list_get_replica (SparkRowList *self)
{
  return PRIV (self)->replica;
}

static void
spark_row_list_dispose (GObject *object)
{
  SparkRowList *self = SPARK_ROW_LIST (object);
  SparkRowListPrivate *priv = PRIV (self);

  end_fill (self);
  spark_row_list_set_timed (self, FALSE);
  spark_item_cache_release (priv->items);
  if (priv->replica != NULL)
    spark_replica_remove_list (priv->replica, self);
  g_clear_object (&priv->replica);

  G_OBJECT_CLASS (spark_row_list_parent_class)->dispose (object);
}

static void
spark_row_list_finalize (GObject *object)
{
  SparkRowListPrivate *priv = PRIV (SPARK_ROW_LIST (object));

  g_array_unref (priv->rows);
  spark_item_cache_free (priv->items);

  G_OBJECT_CLASS (spark_row_list_parent_class)->finalize (object);
}

static void
spark_row_list_class_init (SparkRowListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_row_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_row_list_finalize;
  klass->pass_time = spark_row_list_refill;
}

static void
spark_row_list_init (SparkRowList *self)
{
  SparkRowListPrivate *priv = PRIV (self);

  priv->rows = new_rows ();
  priv->items = spark_item_cache_new ();
}
