/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "model/spark-fold.h"
#include "client/spark-row-list-private.h"
#include "model/spark-rules.h"
#include "mirror.h"
#include "replica-fixture.h"

#define DAY       SPARK_DAY_MS
#define N_VIDEOS  420 /* more than a list reads at once */
#define N_GRANTS  60
#define N_BRANDS  8
#define N_ROUNDS  25
#define N_CHANGES 12

/*
 * What the lists show under random changes is compared with the same question asked of plain
 * arrays, and what they said on the way (items-changed) is replayed onto an array of its own.
 */

typedef struct
{
  gboolean there;
  char id[16];
  const char *account;
  const char *caption;
  gint64 published_at;
  gint64 views;
  guint grants;
  SparkAuthorizationState state;
  gint64 ends_at;
  gboolean eligible;
} Video;

typedef struct
{
  gboolean there;
  char id[16];
  guint video;
  guint brand;
  SparkGrantState state;
  gint64 ends_at;
  gint64 revoked_at;
} Grant;

typedef struct
{
  char id[16];
  char name[32];
} Brand;

static Video videos[N_VIDEOS];
static Grant grants[N_GRANTS];
static Brand brands[N_BRANDS];
static gint64 now;

static const char *const captions[] = {
  "Morning routine",
  "Evening routine in Zürich",
  "我的早晨咖啡",
  "早起きルーティン",
  "สวัสดีตอนเช้า",
  "مرحبا بالعالم",
  "Party 🎉 tonight",
  "Größe zählt",
  "Unboxing: \"AND\" OR",
  "routine NOT * NEAR",
  "🎉🎉",
  "",
};
static const char *const searches[] = {
  NULL,    "rou",  "zurich", "早晨",       "早",        "ルーティ",    "ตอนเช้า",
  "بالعا", "🎉",    "GROSSE", "\"and\" or", "\" OR x *", "routine not", "brand 3",
  "notes", "acme", "ada",    "be",         "ada rou",   "bea brand",
};

/* --- the random world --- */

static int
pick (int n)
{
  return g_test_rand_int_range (0, n);
}

static gint64
some_end (void)
{
  /* Never near the edge of a day, which moves while the test runs. */
  return now + g_test_rand_int_range (-40, 60) * DAY + DAY / 2 + pick (1000);
}

static void
put_video (guint i)
{
  Video *video = &videos[i];
  SparkVideo view;

  if (!video->there || pick (4) == 0)
    {
      /* Some share a moment, some have none. */
      video->published_at = pick (10) == 0 ? 0 : now - pick (900) * DAY - pick (3) * 1000;
      video->caption = captions[pick (G_N_ELEMENTS (captions))];
      video->account = pick (4) == 0 ? "2" : "1";
    }
  video->there = TRUE;
  video->views = pick (5) == 0 ? -1 : pick (50);
  video->grants = (guint)pick (3);
  video->state = pick (3) == 0 ? (SparkAuthorizationState)pick (5) : SPARK_AUTHORIZATION_OFF;
  video->ends_at = video->state != SPARK_AUTHORIZATION_OFF ? some_end () : 0;
  video->eligible = pick (10) != 0;
  view = fixture_make_video (video->id, video->caption, video->published_at);
  view.account_id = video->account;
  view.total.views = video->views;
  view.eligible = video->eligible;
  view.authorization.state = video->state;
  view.authorization.ends_at = video->ends_at;
  view.authorization.grants = video->grants;
  fixture_video (video->account, &view);
}

static void
put_grant (guint i)
{
  Grant *grant = &grants[i];
  SparkGrant view = { 0 };

  if (!grant->there)
    {
      grant->video = (guint)pick (N_VIDEOS / 10);
      grant->brand = (guint)pick (N_BRANDS);
    }
  grant->there = TRUE;
  grant->state = (SparkGrantState)pick (SPARK_GRANT_STATE_FAILED + 1);
  grant->ends_at = some_end ();
  grant->revoked_at = grant->state == SPARK_GRANT_STATE_REVOKED ? now - pick (90) * DAY : 0;
  view.id = grant->id;
  view.video_id = videos[grant->video].id;
  /* What the grant calls the brand may be out of date. */
  view.brand = (SparkRef){ brands[grant->brand].id, "Brand" };
  view.state = grant->state;
  view.ends_at = grant->ends_at;
  view.revoked_at = grant->revoked_at;
  fixture_grant ("1", &view);
}

static void
put_brand (guint i)
{
  const SparkBrand view = { .id = brands[i].id, .name = brands[i].name, .notes = "Notes" };

  g_snprintf (brands[i].name, sizeof brands[i].name, "Brand %d %s", pick (6),
              pick (3) == 0 ? "Acme" : "");
  fixture_brand ("1", &view);
}

static void
change_something (void)
{
  int what = pick (20);
  guint i;

  if (what < 10)
    put_video ((guint)pick (N_VIDEOS));
  else if (what < 12)
    {
      i = (guint)pick (N_VIDEOS);
      if (videos[i].there)
        fixture_gone (videos[i].account, SPARK_KIND_VIDEO, videos[i].id);
      videos[i].there = FALSE;
    }
  else if (what < 17)
    put_grant ((guint)pick (N_GRANTS));
  else if (what < 18)
    {
      i = (guint)pick (N_GRANTS);
      if (grants[i].there)
        fixture_gone ("1", SPARK_KIND_GRANT, grants[i].id);
      grants[i].there = FALSE;
    }
  else
    put_brand ((guint)pick (N_BRANDS));
}

/* --- the naive answers --- */

typedef struct
{
  const char *account;
  const char *search;
  SparkFacts facts;
  guint days;
  int brand; /* -1: all */
  SparkVideoSort sort;
} VideoQuery;

static gboolean
is_live (const Video *video)
{
  return video->state == SPARK_AUTHORIZATION_READY || video->state == SPARK_AUTHORIZATION_IN_USE;
}

static gboolean
has_words (const Video *video, const VideoQuery *asked)
{
  g_auto (GStrv) query = spark_fold_query (asked->search);
  g_autoptr (GString) text = g_string_new (video->caption);
  g_autofree char *folded = NULL;

  if (query == NULL)
    return TRUE;
  for (guint i = 0; i < N_GRANTS; i++)
    if (grants[i].there && &videos[grants[i].video] == video)
      g_string_append_printf (text, " . Brand . %s . Notes", brands[grants[i].brand].name);
  if (asked->account == NULL)
    g_string_append (text, g_str_equal (video->account, "1") ? " . Ada" : " . Bea");
  folded = spark_fold (text->str);
  return spark_fold_match (folded, (const char *const *)query);
}

static gboolean
is_wanted (const Video *video, const VideoQuery *query)
{
  gboolean has_brand = query->brand < 0;
  SparkFacts states = query->facts & 15, state = 0;

  if (!video->there || (query->account != NULL && !g_str_equal (query->account, video->account)))
    return FALSE;
  for (guint i = 0; i < N_GRANTS; i++)
    has_brand |= grants[i].there && &videos[grants[i].video] == video
                 && (int)grants[i].brand == query->brand;
  if (!has_brand)
    return FALSE;
  if (video->state == SPARK_AUTHORIZATION_READY)
    state = SPARK_FACT_READY;
  if (video->state == SPARK_AUTHORIZATION_IN_USE)
    state = SPARK_FACT_IN_USE;
  if (video->state == SPARK_AUTHORIZATION_OFF || video->state == SPARK_AUTHORIZATION_EXPIRED)
    state = SPARK_FACT_NOT_AUTHORIZED;
  if (video->state == SPARK_AUTHORIZATION_EXPIRED)
    state |= SPARK_FACT_EXPIRED;
  if (states != 0 && !(states & state))
    return FALSE;
  if (query->facts & SPARK_FACT_PROBLEM && video->eligible)
    return FALSE;
  if (query->facts & SPARK_FACT_ENDING
      && (!is_live (video) || video->ends_at <= now || video->ends_at > now + query->days * DAY))
    return FALSE;
  return has_words (video, query);
}

/* Smaller comes first; equal ones may come in any order. */
static gint64
rank (const Video *video, SparkVideoSort sort)
{
  switch (sort)
    {
    case SPARK_SORT_VIEWS:
      return -video->views;
    case SPARK_SORT_BRANDS:
      return -(gint64)video->grants;
    case SPARK_SORT_END:
      if (video->ends_at == 0)
        return G_MAXINT64;
      return is_live (video) ? video->ends_at : G_MAXINT64 / 2 - video->ends_at;
    case SPARK_SORT_DATE:
    default:
      return -video->published_at;
    }
}

static const Video *
find_video (const char *id)
{
  guint number = (guint)g_ascii_strtoull (strchr (id, '.') + 1, NULL, 10);

  return &videos[number - 1];
}

static void
check_videos (SparkVideoList *list, const VideoQuery *query)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (list));
  gint64 last = G_MININT64;
  guint n_wanted = 0;

  for (guint i = 0; i < N_VIDEOS; i++)
    n_wanted += is_wanted (&videos[i], query);
  if (n_items != n_wanted)
    g_error ("%u videos, not %u: account %s, search \"%s\", facts %u, brand %d, sort %d", n_items,
             n_wanted, query->account, query->search, query->facts, query->brand, query->sort);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (SparkVideoItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      const SparkVideo *view = spark_video_item_get (item);
      const Video *video = find_video (view->id);

      g_assert_true (is_wanted (video, query));
      g_assert_cmpstr (view->caption, ==, video->caption);
      g_assert_cmpint (view->total.views, ==, video->views);
      g_assert_cmpint (view->authorization.ends_at, ==, video->ends_at);
      g_assert_cmpint (rank (video, query->sort), >=, last);
      last = rank (video, query->sort);
      g_assert_cmpuint (spark_video_list_find (list, view->id), ==, i);
    }
}

static void
check_counts (SparkVideoList *list, const VideoQuery *query)
{
  VideoQuery counted = { query->account, NULL, (SparkFacts)pick (64), 10, -1, SPARK_SORT_DATE };
  guint n_wanted = 0;

  for (guint i = 0; i < N_VIDEOS; i++)
    n_wanted += is_wanted (&videos[i], &counted);
  g_assert_cmpuint (spark_video_list_count (list, counted.facts, counted.days), ==, n_wanted);
}

static void
ask_videos (SparkVideoList *list, VideoQuery *query)
{
  switch (pick (5))
    {
    case 0:
      query->search = searches[pick (G_N_ELEMENTS (searches))];
      spark_video_list_set_search (list, query->search);
      break;
    case 1:
      query->facts = pick (2) == 0 ? (SparkFacts)pick (64) : SPARK_FACT_NONE;
      query->days = (guint)g_test_rand_int_range (1, 30);
      spark_video_list_set_facts (list, query->facts, query->days);
      break;
    case 2:
      query->sort = (SparkVideoSort)pick (4);
      spark_video_list_set_sort (list, query->sort);
      break;
    case 3:
      query->brand = pick (N_BRANDS + 8) - 8;
      query->brand = MAX (query->brand, -1);
      spark_video_list_set_brand (list, query->brand >= 0 ? brands[query->brand].id : NULL);
      break;
    default:
      query->search = NULL;
      query->facts = SPARK_FACT_NONE;
      spark_video_list_set_search (list, NULL);
      spark_video_list_set_facts (list, SPARK_FACT_NONE, 0);
    }
}

typedef struct
{
  const char *account;
  SparkAccessFilter filter;
  const char *search;
  int brand;
  gboolean by_brand;
} GrantQuery;

static gboolean
is_active (const Grant *grant)
{
  return grant->state == SPARK_GRANT_STATE_PENDING || grant->state == SPARK_GRANT_STATE_AUTHORIZED
         || grant->state == SPARK_GRANT_STATE_REVOKING;
}

static gboolean
is_granted (const Grant *grant, const GrantQuery *query, SparkAccessFilter filter)
{
  const Video *video = &videos[grant->video];
  g_auto (GStrv) words = spark_fold_query (query->search);
  g_autofree char *text = NULL, *folded = NULL;

  if (!grant->there || (query->account != NULL && !g_str_equal (query->account, "1"))
      || (query->brand >= 0 && (int)grant->brand != query->brand)
      || (filter == SPARK_ACCESS_ACTIVE && !is_active (grant))
      || (filter == SPARK_ACCESS_ENDED && is_active (grant))
      || (filter == SPARK_ACCESS_ENDING && (!is_active (grant) || grant->ends_at > now + 30 * DAY)))
    return FALSE;
  text = g_strdup_printf ("Brand . %s . Notes . %s . %s", brands[grant->brand].name,
                          video->there ? video->caption : "", query->account == NULL ? "Ada" : "");
  folded = spark_fold (text);
  return spark_fold_match (folded, (const char *const *)words);
}

static gint64
rank_grant (const Grant *grant)
{
  if (is_active (grant))
    return grant->ends_at;
  return G_MAXINT64 - (grant->revoked_at != 0 ? grant->revoked_at : grant->ends_at);
}

static void
check_grants (SparkGrantList *list, const GrantQuery *query)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (list));
  const Grant *last = NULL;

  for (SparkAccessFilter filter = SPARK_ACCESS_ALL; filter <= SPARK_ACCESS_ENDED; filter++)
    {
      guint n_wanted = 0;

      for (guint i = 0; i < N_GRANTS; i++)
        n_wanted += is_granted (&grants[i], query, filter);
      g_assert_cmpuint (spark_grant_list_count (list, filter), ==, n_wanted);
      if (filter == query->filter)
        g_assert_cmpuint (n_items, ==, n_wanted);
    }
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      const SparkGrant *view = spark_grant_item_get (item);
      const SparkVideo *video = spark_grant_item_get_video (item);
      const Grant *grant = &grants[g_ascii_strtoull (view->id + 2, NULL, 10) - 10001];

      g_assert_true (is_granted (grant, query, query->filter));
      g_assert_cmpstr (view->brand.name, ==, brands[grant->brand].name);
      g_assert_cmpint (view->state, ==, grant->state);
      g_assert_true ((video != NULL) == videos[grant->video].there);
      if (video != NULL)
        g_assert_cmpint (video->total.views, ==, videos[grant->video].views);
      if (last != NULL && (!query->by_brand || last->brand == grant->brand))
        g_assert_cmpint (rank_grant (grant), >=, rank_grant (last));
      else if (last != NULL)
        g_assert_cmpint (g_utf8_collate (brands[last->brand].name, brands[grant->brand].name), <=,
                         0);
      last = grant;
    }
}

static void
ask_grants (SparkGrantList *list, GrantQuery *query)
{
  switch (pick (4))
    {
    case 0:
      query->search = searches[pick (G_N_ELEMENTS (searches))];
      spark_grant_list_set_search (list, query->search);
      break;
    case 1:
      query->filter = (SparkAccessFilter)pick (SPARK_ACCESS_ENDED + 1);
      spark_grant_list_set_filter (list, query->filter);
      break;
    case 2:
      query->brand = pick (3) == 0 ? pick (N_BRANDS) : -1;
      spark_grant_list_set_brand (list, query->brand >= 0 ? brands[query->brand].id : NULL);
      break;
    default:
      query->by_brand = pick (2) == 0;
      spark_grant_list_set_by_brand (list, query->by_brand);
    }
}

static void
make_world (void)
{
  now = spark_time_now ();
  for (guint i = 0; i < N_VIDEOS; i++)
    g_snprintf (videos[i].id, sizeof videos[i].id, "1.%u", i + 1);
  for (guint i = 0; i < N_GRANTS; i++)
    g_snprintf (grants[i].id, sizeof grants[i].id, "1.%u", i + 10001);
  for (guint i = 0; i < N_BRANDS; i++)
    g_snprintf (brands[i].id, sizeof brands[i].id, "1.%u", i + 20001);
  fixture_account ("1", "Ada");
  fixture_account ("2", "Bea");
  for (guint i = 0; i < N_BRANDS; i++)
    put_brand (i);
  for (guint i = 0; i < N_VIDEOS; i++)
    if (pick (8) != 0)
      put_video (i);
}

#define N_LISTS 4

static void
test_random (void)
{
  SparkReplica *replica = fixture_open ("random", 1);
  SparkVideoList *video_lists[N_LISTS];
  SparkGrantList *grant_lists[N_LISTS];
  VideoQuery queries[N_LISTS];
  GrantQuery grant_queries[N_LISTS];
  g_autoptr (GPtrArray) mirrors = g_ptr_array_new_with_free_func ((GDestroyNotify)mirror_free);

  for (guint i = 0; i < N_LISTS; i++)
    {
      const char *const accounts[] = { NULL, "1", "2" };

      queries[i] = (VideoQuery){ accounts[i % 3], NULL, 0, 14, -1, SPARK_SORT_DATE };
      grant_queries[i] = (GrantQuery){ accounts[i % 3], SPARK_ACCESS_ALL, NULL, -1, FALSE };
      video_lists[i] = spark_video_list_new (replica, accounts[i % 3]);
      grant_lists[i] = spark_grant_list_new (replica, accounts[i % 3], NULL);
      g_ptr_array_add (mirrors, mirror_new (G_LIST_MODEL (video_lists[i])));
      g_ptr_array_add (mirrors, mirror_new (G_LIST_MODEL (grant_lists[i])));
    }
  make_world ();
  fixture_apply (replica);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint which = (guint)pick (N_LISTS);

      for (int i = pick (N_CHANGES); i > 0; i--)
        change_something ();
      ask_videos (video_lists[which], &queries[which]);
      ask_grants (grant_lists[which], &grant_queries[which]);
      /* Sometimes in the middle of what they still read. */
      if (pick (2) == 0)
        fixture_settle ();
      fixture_apply (replica);
      for (guint i = 0; i < mirrors->len; i++)
        mirror_check (mirrors->pdata[i]);
      if (pick (2) == 0)
        fixture_settle ();
      for (guint i = 0; i < N_LISTS; i++)
        {
          spark_row_list_complete (SPARK_ROW_LIST (video_lists[i]));
          spark_row_list_complete (SPARK_ROW_LIST (grant_lists[i]));
          fixture_settle ();
          mirror_check (mirrors->pdata[2 * i]);
          check_videos (video_lists[i], &queries[i]);
          check_counts (video_lists[i], &queries[i]);
          check_grants (grant_lists[i], &grant_queries[i]);
        }
    }
  g_clear_pointer (&mirrors, g_ptr_array_unref);
  fixture_close (replica);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_init ();
  g_test_add_func ("/lists/random", test_random);
  result = g_test_run ();
  fixture_remove ();
  return result;
}
