/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"

#define VIDEOS 60

/* Lists of videos are in the order of what they were published at, and of their ids where that is
 * the same, whatever order they came in: no page leaves one out, or tells of one twice. */

typedef struct
{
  gint64 published_at;
  gint64 id;
} Known;

/* What the video that came as the @i-th was published at. */
typedef gint64 (*Published) (gint64 i);

static gint64
newest_first (gint64 i)
{
  return 1000 - i;
}

static gint64
oldest_first (gint64 i)
{
  return i;
}

static gint64
at_once (gint64 i)
{
  return 7;
}

/* What was there before, newest first, and then what was published since. */
static gint64
grown (gint64 i)
{
  return i < VIDEOS / 2 ? VIDEOS - i : VIDEOS + i;
}

static gint64
three_by_three (gint64 i)
{
  return i / 3 * 3 - i % 3;
}

static gint64
every_other (gint64 i)
{
  return i % 2 == 0 ? i : 1000 + i;
}

static gint64
mixed (gint64 i)
{
  return i * 37 % 61;
}

static const Published orders[]
    = { newest_first, oldest_first, at_once, grown, three_by_three, every_other, mixed };

typedef struct
{
  const char *account;
  Published published;
} Fill;

static gboolean
fill (SparkTx *tx, gpointer data, GError **error)
{
  const Fill *self = data;

  for (gint64 i = 0; i < VIDEOS; i++)
    {
      g_autofree char *item
          = g_strdup_printf ("%" G_GINT64_FORMAT, G_GINT64_CONSTANT (7300000000000000000) + i);
      g_autofree char *video = NULL;
      SparkUpsert upsert;

      if (!spark_ledger_upsert_video (
              tx, &creator, self->account,
              &(SparkVideoFacts){ .item_id = item,
                                  .published_at = self->published (i) * 1000,
                                  .duration_s = -1,
                                  .total = { i, 1, 0, 0 } },
              FALSE, &video, &upsert, error))
        return FALSE;
      /* Other objects take ids in between: few, and once many. */
      for (gint64 j = 0; j < (i == 20 ? 40 : i % 3); j++)
        {
          g_autofree char *name = g_strdup_printf ("Brand %d %d", (int)i, (int)j);
          g_autofree char *brand = NULL;

          if (!spark_ledger_add_brand (tx, &creator, self->account, name, NULL, &brand, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
keep (const SparkVideo *video, gpointer list)
{
  Known known = { video->published_at, 0 };
  gint64 account;

  g_assert_true (spark_id_parse (video->id, &account, &known.id));
  g_array_append_val (list, known);
  return TRUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Known *left = a, *right = b;

  if (left->published_at != right->published_at)
    return left->published_at < right->published_at ? -1 : 1;
  return left->id < right->id ? -1 : left->id > right->id;
}

static GArray *
list (Fixture *self, const SparkVideoQuery *query, guint limit)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Known));
  g_autofree char *after = NULL;

  do
    {
      SparkTx *tx = spark_store_read_begin (self->store, NULL);
      SparkPage page = { .after = after, .limit = limit };
      g_autoptr (GError) error = NULL;
      guint before = found->len;

      spark_read_videos (tx, query, &page, keep, found, &error);
      g_assert_no_error (error);
      spark_store_read_end (tx);
      g_assert_cmpuint (found->len - before, <=, limit);
      g_assert_true (page.next == NULL || found->len - before == limit);
      g_free (after);
      after = page.next;
    }
  while (after != NULL);
  return found;
}

/* The same newest first, by pages whose cursor is a time alone. */
static GArray *
list_by_time (Fixture *self, gint64 account, guint limit)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Known));
  gint64 cursor = self->now;
  gboolean more = TRUE;

  while (more)
    {
      SparkTx *tx = spark_store_read_begin (self->store, NULL);
      g_autoptr (GError) error = NULL;
      guint before = found->len;

      spark_read_videos_from (tx, account, cursor, limit + 1, keep, found, &error);
      g_assert_no_error (error);
      more = found->len > before + limit;
      if (more)
        {
          const Known *last = &g_array_index (found, Known, before + limit - 1);
          g_autofree char *id = spark_id_format (account, last->id);

          g_array_set_size (found, before + limit);
          g_assert_true (spark_read_video_cursor (tx, id, last->published_at, &cursor, NULL));
        }
      spark_store_read_end (tx);
      g_assert_cmpuint (found->len, <=, VIDEOS);
    }
  return found;
}

static void
test_order (Fixture *self, gconstpointer data)
{
  static const guint limits[] = { 1, 7, 20, 59, 60, 100 };

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *account = act_add_account (self, SPARK_PLATFORM_SANDBOX, "Mia", NULL);
      Fill filling = { account, orders[i] };
      SparkVideoQuery query = { .scope.all = TRUE, .state = -1 };
      g_autoptr (GArray) rising = NULL;

      g_assert_true (fixture_run (self, fill, &filling, NULL));
      query.account = g_ascii_strtoll (account, NULL, 10);
      query.sort = SPARK_VIDEO_SORT_VIEWS;
      rising = list (self, &query, VIDEOS);
      g_assert_cmpuint (rising->len, ==, VIDEOS);
      g_array_sort (rising, compare);
      for (gsize j = 0; j < 2 * G_N_ELEMENTS (limits); j++)
        {
          g_autoptr (GArray) found = NULL;

          query.sort = j % 2 == 0 ? SPARK_VIDEO_SORT_OLDEST : SPARK_VIDEO_SORT_NEWEST;
          found = list (self, &query, limits[j / 2]);
          g_assert_cmpuint (found->len, ==, VIDEOS);
          for (guint k = 0; k < VIDEOS; k++)
            g_assert_cmpint (
                compare (&g_array_index (found, Known, k),
                         &g_array_index (rising, Known, j % 2 == 0 ? k : VIDEOS - 1 - k)),
                ==, 0);
          if (j % 2 == 0)
            continue;
          g_array_unref (found);
          found = list_by_time (self, query.account, limits[j / 2]);
          g_assert_cmpuint (found->len, ==, VIDEOS);
          for (guint k = 0; k < VIDEOS; k++)
            g_assert_cmpint (compare (&g_array_index (found, Known, k),
                                      &g_array_index (rising, Known, VIDEOS - 1 - k)),
                             ==, 0);
        }
    }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/ledger/videos/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("order", test_order);
  return g_test_run ();
}
