/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "client/spark-attention-list.h"
#include "client/spark-event-list.h"
#include "client/spark-fold.h"
#include "model/spark-rules.h"
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
  NULL, "rou",    "zurich",     "早晨",      "早",          "ルーティ", "ตอนเช้า", "بالعا",
  "🎉",  "GROSSE", "\"and\" or", "\" OR x *", "routine not", "brand 3",  "notes",  "acme",
};

/* --- a list and the array that follows it --- */

typedef struct
{
  GListModel *model;
  GPtrArray *mirror; /* of items */
} Mirror;

static void
on_items_changed_cb (GListModel *model, guint position, guint removed, guint added, Mirror *self)
{
  g_assert_cmpuint (position + removed, <=, self->mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (self->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->mirror, (int)(position + i),
                        g_list_model_get_item (model, position + i));
  g_assert_cmpuint (g_list_model_get_n_items (model), >=, position + added);
}

static Mirror *
mirror_new (GListModel *model)
{
  Mirror *self = g_new0 (Mirror, 1);

  self->model = model;
  self->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed_cb), self);
  on_items_changed_cb (model, 0, 0, g_list_model_get_n_items (model), self);
  return self;
}

static void
mirror_free (Mirror *self)
{
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_ptr_array_unref (self->mirror);
  g_object_unref (self->model);
  g_free (self);
}

static void
mirror_check (Mirror *self)
{
  g_assert_cmpuint (g_list_model_get_n_items (self->model), ==, self->mirror->len);
  for (guint i = 0; i < self->mirror->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      /* An item somebody holds is the item. */
      g_assert_true (item == self->mirror->pdata[i]);
    }
}

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
has_words (const Video *video, const char *search)
{
  g_auto (GStrv) query = spark_fold_query (search);
  g_autoptr (GString) text = g_string_new (video->caption);
  g_autofree char *folded = NULL;

  if (query == NULL)
    return TRUE;
  for (guint i = 0; i < N_GRANTS; i++)
    if (grants[i].there && &videos[grants[i].video] == video)
      g_string_append_printf (text, " . Brand . %s . Notes", brands[grants[i].brand].name);
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
  return has_words (video, query->search);
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
  text = g_strdup_printf ("Brand . %s . Notes . %s", brands[grant->brand].name,
                          video->there ? video->caption : "");
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

/* --- what one change says --- */

typedef struct
{
  guint n_signals;
  guint position;
  guint removed;
  guint added;
} Said;

static void
on_said_cb (GListModel *model, guint position, guint removed, guint added, Said *said)
{
  *said = (Said){ said->n_signals + 1, position, removed, added };
}

static void
fill_videos (guint n_videos)
{
  fixture_account ("1", "Ada");
  for (guint i = 1; i <= n_videos; i++)
    {
      g_autofree char *id = g_strdup_printf ("1.%u", i);
      SparkVideo video = fixture_make_video (id, "Video", 1600000000000 + i * DAY);

      fixture_video ("1", &video);
    }
}

static void
assert_said (Said *said, guint n_signals, guint position, guint removed, guint added)
{
  g_assert_cmpuint (said->n_signals, ==, n_signals);
  if (n_signals > 0)
    {
      g_assert_cmpuint (said->position, ==, position);
      g_assert_cmpuint (said->removed, ==, removed);
      g_assert_cmpuint (said->added, ==, added);
    }
  *said = (Said){ 0 };
}

static void
test_exact (void)
{
  SparkReplica *replica = fixture_open ("exact", 1);
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, "1");
  g_autoptr (SparkVideoItem) first = NULL, again = NULL, untouched = NULL, same = NULL;
  Said said = { 0 };
  SparkVideo video;

  fill_videos (1000);
  fixture_apply (replica);
  fixture_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1000);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_said_cb), &said);
  first = g_list_model_get_item (G_LIST_MODEL (list), 300);
  untouched = g_list_model_get_item (G_LIST_MODEL (list), 301);

  /* One row, in its place. */
  video = fixture_make_video ("1.700", "Changed", 1600000000000 + 700 * DAY);
  fixture_video ("1", &video);
  fixture_apply (replica);
  assert_said (&said, 1, 300, 1, 1);
  again = g_list_model_get_item (G_LIST_MODEL (list), 300);
  same = g_list_model_get_item (G_LIST_MODEL (list), 301);
  g_assert_true (first != again);
  g_assert_cmpstr (spark_video_item_get (first)->caption, ==, "Video");
  g_assert_cmpstr (spark_video_item_get (again)->caption, ==, "Changed");
  g_assert_true (untouched == same);

  /* The same again says nothing. */
  fixture_video ("1", &video);
  fixture_apply (replica);
  assert_said (&said, 0, 0, 0, 0);

  /* A new one, a removed one. */
  video = fixture_make_video ("1.5000", "New", 1700000000000);
  fixture_video ("1", &video);
  fixture_apply (replica);
  assert_said (&said, 1, 0, 0, 1);
  fixture_gone ("1", SPARK_KIND_VIDEO, "1.5000");
  fixture_apply (replica);
  assert_said (&said, 1, 0, 1, 0);

  /* Its date changed: removed where it was, added where it is. */
  video = fixture_make_video ("1.700", "Changed", 1600000000000 + 2000 * DAY);
  fixture_video ("1", &video);
  fixture_apply (replica);
  assert_said (&said, 2, 301, 1, 0);
  g_assert_cmpuint (spark_video_list_find (list, "1.700"), ==, 0);

  /* What is of another account is none of its business. */
  video = fixture_make_video ("2.1", "Other", 1700000000000);
  fixture_video ("2", &video);
  fixture_apply (replica);
  assert_said (&said, 0, 0, 0, 0);
  g_clear_object (&list);
  fixture_close (replica);
}

/* While it is still being read, and asked from inside its own signal. */
static void
on_changed_ask_cb (SparkVideoList *list)
{
  guint at;

  spark_video_list_set_search (list, "vid");
  /* What was not read yet is not found in here; what is found is where it is said to be. */
  at = spark_video_list_find (list, "1.700");
  if (at < G_MAXUINT)
    {
      g_autoptr (SparkVideoItem) item = g_list_model_get_item (G_LIST_MODEL (list), at);

      g_assert_cmpstr (spark_video_item_get (item)->id, ==, "1.700");
    }
}

static void
test_reading (void)
{
  SparkReplica *replica = fixture_open ("reading", 1);
  g_autoptr (SparkVideoList) list = NULL;
  Mirror *mirror;

  fill_videos (1400);
  fixture_apply (replica);
  list = spark_video_list_new (replica, "1");
  mirror = mirror_new (G_LIST_MODEL (g_object_ref (list)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), <, 1400);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), >, 200);
  /* Looked for before it was read: it reads on. */
  g_assert_cmpuint (spark_video_list_find (list, "1.1"), ==, 1399);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1400);
  mirror_check (mirror);

  g_signal_connect (list, "items-changed", G_CALLBACK (on_changed_ask_cb), NULL);
  spark_video_list_set_facts (list, SPARK_FACT_NOT_AUTHORIZED, 0);
  spark_video_list_set_search (list, "video");
  fixture_gone ("1", SPARK_KIND_VIDEO, "1.1300");
  fixture_gone ("1", SPARK_KIND_VIDEO, "1.2");
  fixture_apply (replica);
  fixture_settle ();
  mirror_check (mirror);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1398);
  /* Gone in the middle of reading. */
  spark_video_list_set_search (list, NULL);
  mirror_free (mirror);
  g_clear_object (&list);
  fixture_settle ();
  fixture_close (replica);
}

/* --- months --- */

static void
test_months (void)
{
  SparkReplica *replica = fixture_open ("months", 1);
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, NULL);
  g_autoptr (GArray) months = NULL, none = NULL;
  const struct
  {
    const char *id;
    const char *time;
  } dates[] = {
    { "1.1", "2024-03-31T23:59:59Z" },
    { "1.2", "2024-03-01T00:00:00Z" },
    { "1.3", "2024-02-29T23:59:59Z" },
    { "1.4", "2023-12-31T23:59:59Z" },
    { "1.5", NULL },
    { "1.6", "2024-03-10T12:00:00Z" },
  };
  const SparkMonth expected[]
      = { { 2024, 3, 0, 3 }, { 2024, 2, 3, 1 }, { 2023, 12, 4, 1 }, { 0, 0, 5, 1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      SparkVideo video = fixture_make_video (dates[i].id, "Video", 0);

      if (dates[i].time != NULL)
        g_assert_true (spark_time_parse (dates[i].time, &video.published_at));
      fixture_video ("1", &video);
    }
  fixture_apply (replica);
  months = spark_video_list_get_months (list);
  g_assert_cmpuint (months->len, ==, G_N_ELEMENTS (expected));
  g_assert_cmpmem (months->data, months->len * sizeof (SparkMonth), expected, sizeof expected);
  g_assert_cmpuint (spark_video_list_find_month (list, 2024, 3), ==, 0);
  g_assert_cmpuint (spark_video_list_find_month (list, 2024, 2), ==, 3);
  g_assert_cmpuint (spark_video_list_find_month (list, 2024, 1), ==, 4);
  g_assert_cmpuint (spark_video_list_find_month (list, 2023, 12), ==, 4);
  g_assert_cmpuint (spark_video_list_find_month (list, 2023, 11), ==, 5);
  g_assert_cmpuint (spark_video_list_find_month (list, 2025, 1), ==, 0);
  g_assert_cmpuint (spark_video_list_find_month (list, 2024, 13), ==, G_MAXUINT);
  spark_video_list_set_sort (list, SPARK_SORT_VIEWS);
  none = spark_video_list_get_months (list);
  g_assert_cmpuint (none->len, ==, 0);
  g_clear_object (&list);
  fixture_close (replica);
}

/* --- events, links, batches, brands --- */

static void
assert_ids (GListModel *model, const char *expected)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);
      const char *id
          = SPARK_IS_EVENT_ITEM (item)   ? spark_event_item_get (SPARK_EVENT_ITEM (item))->id
            : SPARK_IS_BRAND_ITEM (item) ? spark_brand_item_get (SPARK_BRAND_ITEM (item))->id
            : SPARK_IS_LINK_ITEM (item)  ? spark_link_item_get (SPARK_LINK_ITEM (item))->id
            : SPARK_IS_BATCH_ITEM (item) ? spark_batch_item_get (SPARK_BATCH_ITEM (item))->id
                                         : spark_account_item_get (SPARK_ACCOUNT_ITEM (item))->id;

      g_string_append_printf (ids, "%s%s", ids->len > 0 ? " " : "", id);
    }
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
test_events (void)
{
  SparkReplica *replica = fixture_open ("event-list", 1);
  g_autoptr (SparkEventList) list = spark_event_list_new (replica, "1", NULL);
  g_autoptr (GListModel) of_video = spark_replica_list_events (replica, NULL, "1.1");
  Mirror *mirror = mirror_new (G_LIST_MODEL (g_object_ref (list)));
  SparkVideo video = fixture_make_video ("1.1", "Zürich by night", 1600000000000);
  const SparkEvent events[] = {
    { .id = "1.10", .type = SPARK_EVENT_CODE_GENERATED, .at = 1000, .video_id = "1.1" },
    { .id = "1.11", .type = SPARK_EVENT_CODE_REPLACED, .at = 1000, .video_id = "1.1" },
    { .id = "1.12", .type = SPARK_EVENT_GRANT_AUTHORIZED, .at = 3000, .brand = { "1.3", "Acme" } },
    { .id = "1.13",
      .type = SPARK_EVENT_GRANT_REVOKED,
      .at = 2000,
      .brand = { "1.4", "Nord" },
      .detail = { .reason = "never paid" } },
    { .id = "1.14",
      .type = SPARK_EVENT_REDEMPTION_REFUSED,
      .at = 4000,
      .brand = { "1.3", "Acme" },
      .detail = { .reason = "never_mind" } },
  };
  const SparkEvent other = { .id = "2.1", .type = SPARK_EVENT_CODE_USED, .at = 500 };

  g_assert_cmpint (spark_event_list_get_oldest (list), ==, 0);
  fixture_video ("1", &video);
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    fixture_event ("1", &events[i]);
  fixture_event ("2", &other);
  fixture_apply (replica);
  assert_ids (G_LIST_MODEL (list), "1.14 1.12 1.13 1.11 1.10");
  assert_ids (of_video, "1.11 1.10");
  g_assert_cmpint (spark_event_list_get_oldest (list), ==, 1000);
  spark_event_list_set_types (list,
                              1 << SPARK_EVENT_CODE_REPLACED | 1 << SPARK_EVENT_GRANT_REVOKED);
  assert_ids (G_LIST_MODEL (list), "1.13 1.11");
  spark_event_list_set_types (list, 0);
  spark_event_list_set_brand (list, "1.3");
  assert_ids (G_LIST_MODEL (list), "1.14 1.12");
  spark_event_list_set_brand (list, NULL);
  spark_event_list_set_search (list, "zurich");
  assert_ids (G_LIST_MODEL (list), "1.11 1.10");
  /* Words of the creator are found, names of errors are not. */
  spark_event_list_set_search (list, "never");
  assert_ids (G_LIST_MODEL (list), "1.13");
  spark_event_list_set_search (list, "");
  fixture_gone ("1", SPARK_KIND_EVENT, "1.12");
  fixture_apply (replica);
  assert_ids (G_LIST_MODEL (list), "1.14 1.13 1.11 1.10");
  mirror_check (mirror);
  mirror_free (mirror);
  g_clear_object (&list);
  g_clear_object (&of_video);
  fixture_close (replica);
}

static void
test_short (void)
{
  SparkReplica *replica = fixture_open ("short", 1);
  g_autoptr (GListModel) accounts = spark_replica_list_accounts (replica);
  g_autoptr (GListModel) all = spark_replica_list_brands (replica, NULL);
  g_autoptr (GListModel) of_account = spark_replica_list_brands (replica, "1");
  g_autoptr (GListModel) links = spark_replica_list_links (replica, "1.1");
  g_autoptr (GListModel) batches = spark_replica_list_batches (replica, "1");
  Mirror *mirror = mirror_new (g_object_ref (all));
  SparkBrand brand = { .id = "1.3", .name = "Beta" };
  const SparkLink link = { .id = "1.20", .video_id = "1.1" };
  const SparkLink other = { .id = "1.21", .video_id = "1.2" };
  const SparkBatch batch = { .id = "1.30", .act = SPARK_BATCH_ACT_IMPORT };
  Said said = { 0 };

  fixture_account ("1", "Ada");
  fixture_account ("2", "Bea");
  fixture_brand ("1", &brand);
  brand = (SparkBrand){ .id = "1.4", .name = "Gamma" };
  fixture_brand ("1", &brand);
  brand = (SparkBrand){ .id = "2.3", .name = "Alpha" };
  fixture_brand ("2", &brand);
  fixture_link ("1", &link);
  fixture_link ("1", &other);
  fixture_batch ("1", &batch);
  fixture_apply (replica);
  assert_ids (accounts, "1 2");
  assert_ids (links, "1.20");
  assert_ids (batches, "1.30");
  g_assert_cmpuint (g_list_model_get_n_items (all), ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (of_account), ==, 2);
  /* Renamed, one moves. */
  brand = (SparkBrand){ .id = "1.3", .name = "Zeta" };
  fixture_brand ("1", &brand);
  g_signal_connect (of_account, "items-changed", G_CALLBACK (on_said_cb), &said);
  fixture_apply (replica);
  assert_ids (of_account, "1.4 1.3");
  g_assert_cmpuint (said.n_signals, ==, 2);
  mirror_check (mirror);
  mirror_free (mirror);
  g_clear_object (&accounts);
  g_clear_object (&all);
  g_clear_object (&of_account);
  g_clear_object (&links);
  g_clear_object (&batches);
  fixture_close (replica);
}

/* --- what needs attention --- */

static void
assert_attention (SparkAttentionList *list, const char *expected)
{
  static const char *const names[SPARK_N_ATTENTIONS]
      = { "refused", "waiting", "unknown", "ending", "unused" };
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (SparkAttentionItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      SparkGrantItem *grant = spark_attention_item_get_grant (item);
      SparkCodeItem *code = spark_attention_item_get_code (item);
      SparkEventItem *event = spark_attention_item_get_event (item);

      g_string_append_printf (found, "%s%s:%s", found->len > 0 ? " " : "",
                              names[spark_attention_item_get_reason (item)],
                              grant != NULL  ? spark_grant_item_get (grant)->id
                              : code != NULL ? spark_code_item_get (code)->id
                                             : spark_event_item_get (event)->id);
      g_assert_true ((spark_attention_item_get_video (item) != NULL));
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static void
add_grant (const char *id, SparkGrantState state, const char *brand_id, gint64 ends_at)
{
  const SparkGrant view = { .id = id,
                            .video_id = g_str_equal (id, "1.14") ? "1.3" : "1.1",
                            .brand = { brand_id, brand_id != NULL ? "Acme" : NULL },
                            .state = state,
                            .ends_at = ends_at,
                            .ads_active = -1 };

  fixture_grant ("1", &view);
}

static void
add_code (const char *id, const char *video_id, SparkCodeState state, gint64 copied_at)
{
  const SparkCode view = { .id = id,
                           .video_id = video_id,
                           .code = "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAA",
                           .state = state,
                           .copied_at = copied_at,
                           .created_at = now - 50 * DAY };

  fixture_code ("1", &view);
}

static void
add_refusal (const char *account, const char *id, gint64 at)
{
  const SparkEvent view
      = { .id = id, .type = SPARK_EVENT_REDEMPTION_REFUSED, .at = at, .video_id = "1.1" };

  fixture_event (account, &view);
}

static void
test_attention (void)
{
  SparkReplica *replica = fixture_open ("attention", 1);
  g_autoptr (SparkAttentionList) list = spark_attention_list_new (replica, "1");
  g_autoptr (SparkAttentionItem) held = NULL, again = NULL;
  SparkVideo video = fixture_make_video ("1.1", "Video", 1600000000000);
  Mirror *mirror = mirror_new (G_LIST_MODEL (g_object_ref (list)));
  Said said = { 0 };

  now = spark_time_now ();
  fixture_video ("1", &video);
  video = fixture_make_video ("1.2", "Other", 1600000000000);
  fixture_video ("1", &video);
  video = fixture_make_video ("1.3", "Third", 1600000000000);
  fixture_video ("1", &video);
  add_grant ("1.10", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 5 * DAY);
  add_grant ("1.11", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 2 * DAY);
  add_grant ("1.12", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 20 * DAY);
  add_grant ("1.13", SPARK_GRANT_STATE_REVOKING, "1.3", now + 2 * DAY);
  add_grant ("1.14", SPARK_GRANT_STATE_AUTHORIZED, NULL, now + 2 * DAY);
  add_grant ("1.15", SPARK_GRANT_STATE_REVOKED, NULL, now + 2 * DAY);
  add_grant ("1.16", SPARK_GRANT_STATE_EXPIRED, "1.3", now - 2 * DAY);
  add_code ("1.20", "1.1", SPARK_CODE_STATE_READY, now - 15 * DAY);
  add_code ("1.21", "1.1", SPARK_CODE_STATE_READY, now - 13 * DAY);
  add_code ("1.22", "1.1", SPARK_CODE_STATE_READY, 0);
  add_code ("1.23", "1.1", SPARK_CODE_STATE_IN_USE, 0);
  add_code ("1.24", "1.2", SPARK_CODE_STATE_IN_USE, 0);
  add_code ("1.25", "1.2", SPARK_CODE_STATE_EXPIRED, 0);
  add_refusal ("1", "1.30", now - 1 * DAY);
  add_refusal ("1", "1.31", now - 15 * DAY);
  add_refusal ("1", "1.32", now);
  add_refusal ("2", "2.30", now);
  fixture_apply (replica);
  assert_attention (list, "refused:1.32 refused:1.30 waiting:1.13 unknown:1.14 unknown:1.24 "
                          "ending:1.11 ending:1.10 unused:1.22 unused:1.20");
  g_assert_cmpuint (spark_attention_list_count (list, SPARK_ATTENTION_REFUSED), ==, 2);
  g_assert_cmpuint (spark_attention_list_count (list, SPARK_ATTENTION_UNKNOWN), ==, 2);
  spark_attention_list_set_reasons (list,
                                    1 << SPARK_ATTENTION_ENDING | 1 << SPARK_ATTENTION_UNUSED);
  assert_attention (list, "ending:1.11 ending:1.10 unused:1.22 unused:1.20");
  g_assert_cmpuint (spark_attention_list_count (list, SPARK_ATTENTION_REFUSED), ==, 2);
  spark_attention_list_set_reasons (list, 0);

  /* One answered, one seen: each is one row. */
  g_signal_connect (list, "items-changed", G_CALLBACK (on_said_cb), &said);
  spark_replica_dismiss_event (replica, "1.30");
  add_grant ("1.14", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 90 * DAY);
  fixture_apply (replica);
  assert_attention (list, "refused:1.32 waiting:1.13 unknown:1.24 ending:1.11 ending:1.10 "
                          "unused:1.22 unused:1.20");
  assert_said (&said, 2, 2, 1, 0);
  /* Its video changed: the row that shows it did, and no other. */
  held = g_list_model_get_item (G_LIST_MODEL (list), 2);
  video = fixture_make_video ("1.2", "Changed", 1600000000000);
  fixture_video ("1", &video);
  fixture_apply (replica);
  assert_said (&said, 1, 2, 1, 1);
  again = g_list_model_get_item (G_LIST_MODEL (list), 2);
  g_assert_cmpstr (spark_video_item_get (spark_attention_item_get_video (again))->caption, ==,
                   "Changed");
  mirror_check (mirror);
  mirror_free (mirror);
  g_clear_object (&list);
  fixture_close (replica);
  replica = fixture_open ("attention", 1);
  list = spark_attention_list_new (replica, NULL);
  g_assert_cmpuint (spark_attention_list_count (list, SPARK_ATTENTION_REFUSED), ==, 2);
  g_clear_object (&list);
  fixture_close (replica);
}

/* --- reading while writing --- */

static void
on_counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  spark_replica_apply_finish (SPARK_REPLICA (source), result, NULL, NULL, &error);
  g_assert_no_error (error);
  --*(guint *)user_data;
}

static void
test_concurrent (void)
{
  SparkReplica *replica = fixture_open ("concurrent", 1);
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, "1");
  g_autoptr (SparkVideoList) found = spark_video_list_new (replica, "1");
  Mirror *mirrors[2] = { mirror_new (G_LIST_MODEL (g_object_ref (list))),
                         mirror_new (G_LIST_MODEL (g_object_ref (found))) };
  guint left = 20;

  spark_video_list_set_search (found, "even");
  for (guint page = 0; page < 20; page++)
    {
      g_autoptr (JsonArray) changes = NULL;

      fixture_account ("1", "Ada");
      for (guint i = 0; i < 100; i++)
        {
          /* Each is written several times over, and a third is removed on the way. */
          guint number = (page * 37 + i) % 700;
          g_autofree char *id = g_strdup_printf ("1.%u", number + 1);
          SparkVideo video = fixture_make_video (id, (page + i) % 2 == 0 ? "even" : "odd",
                                                 1600000000000 + number * DAY);

          if ((page + i) % 3 == 0)
            fixture_gone ("1", SPARK_KIND_VIDEO, id);
          else
            fixture_video ("1", &video);
        }
      changes = fixture_take ();
      spark_replica_apply_async (replica, changes, "c", 1, 0, NULL, on_counted_cb, &left);
    }
  while (left > 0)
    {
      guint n_items = g_list_model_get_n_items (G_LIST_MODEL (list));

      g_main_context_iteration (NULL, FALSE);
      n_items = g_list_model_get_n_items (G_LIST_MODEL (list));
      if (n_items > 0)
        {
          g_autoptr (SparkVideoItem) item
              = g_list_model_get_item (G_LIST_MODEL (list), (guint)pick ((int)n_items));
          g_autoptr (SparkVideoItem) again
              = spark_replica_get_video (replica, spark_video_item_get (item)->id);

          /* Whatever is written meanwhile, the list and a read say the same. */
          g_assert_nonnull (again);
          g_assert_cmpstr (spark_video_item_get (again)->caption, ==,
                           spark_video_item_get (item)->caption);
        }
    }
  fixture_settle ();
  for (guint i = 0; i < G_N_ELEMENTS (mirrors); i++)
    {
      mirror_check (mirrors[i]);
      mirror_free (mirrors[i]);
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (found)); i++)
    {
      g_autoptr (SparkVideoItem) item = g_list_model_get_item (G_LIST_MODEL (found), i);

      g_assert_cmpstr (spark_video_item_get (item)->caption, ==, "even");
    }
  g_clear_object (&list);
  g_clear_object (&found);
  fixture_close (replica);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_init ();
  g_test_add_func ("/lists/random", test_random);
  g_test_add_func ("/lists/exact", test_exact);
  g_test_add_func ("/lists/reading", test_reading);
  g_test_add_func ("/lists/months", test_months);
  g_test_add_func ("/lists/events", test_events);
  g_test_add_func ("/lists/short", test_short);
  g_test_add_func ("/lists/attention", test_attention);
  g_test_add_func ("/lists/concurrent", test_concurrent);
  result = g_test_run ();
  fixture_remove ();
  return result;
}
