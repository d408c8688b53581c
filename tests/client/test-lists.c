/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"
#include "../search-cases.h"
#include "client/spark-attention-list.h"
#include "client/spark-event-list.h"
#include "model/spark-rules.h"
#include "mirror.h"
#include "replica-fixture.h"

#define DAY SPARK_DAY_MS

/* --- what one change says --- */

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
  said_follow (&said, G_LIST_MODEL (list));
  first = g_list_model_get_item (G_LIST_MODEL (list), 300);
  untouched = g_list_model_get_item (G_LIST_MODEL (list), 301);

  /* One row, in its place. */
  video = fixture_make_video ("1.700", "Changed", 1600000000000 + 700 * DAY);
  fixture_video ("1", &video);
  fixture_apply (replica);
  said_assert (&said, 1, 300, 1, 1);
  again = g_list_model_get_item (G_LIST_MODEL (list), 300);
  same = g_list_model_get_item (G_LIST_MODEL (list), 301);
  g_assert_true (first != again);
  g_assert_cmpstr (spark_video_item_get (first)->caption, ==, "Video");
  g_assert_cmpstr (spark_video_item_get (again)->caption, ==, "Changed");
  g_assert_true (untouched == same);

  /* The same again says nothing. */
  fixture_video ("1", &video);
  fixture_apply (replica);
  said_assert (&said, 0, 0, 0, 0);

  /* A new one, a removed one. */
  video = fixture_make_video ("1.5000", "New", 1700000000000);
  fixture_video ("1", &video);
  fixture_apply (replica);
  said_assert (&said, 1, 0, 0, 1);
  fixture_gone ("1", SPARK_KIND_VIDEO, "1.5000");
  fixture_apply (replica);
  said_assert (&said, 1, 0, 1, 0);

  /* Its date changed: removed where it was, added where it is. */
  video = fixture_make_video ("1.700", "Changed", 1600000000000 + 2000 * DAY);
  fixture_video ("1", &video);
  fixture_apply (replica);
  said_assert (&said, 2, 301, 1, 0);
  g_assert_cmpuint (spark_video_list_find (list, "1.700"), ==, 0);

  /* What is of another account is none of its business. */
  video = fixture_make_video ("2.1", "Other", 1700000000000);
  fixture_video ("2", &video);
  fixture_apply (replica);
  said_assert (&said, 0, 0, 0, 0);
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
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), >, 20);
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
  while (g_list_model_get_n_items (G_LIST_MODEL (list)) != 1398)
    g_main_context_iteration (NULL, TRUE);
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

/* --- what nobody holds --- */

static void
look_at (SparkVideoList *list, guint from, guint to)
{
  for (guint at = from; at < to; at++)
    {
      g_autoptr (SparkVideoItem) item = g_list_model_get_item (G_LIST_MODEL (list), at);

      g_assert_nonnull (item);
    }
}

static void
test_held (void)
{
  SparkReplica *replica = fixture_open ("held", 1);
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, "1");
  g_autoptr (SparkVideoItem) changed = NULL;
  gpointer first, second;
  SparkVideo video;

  fill_videos (1000);
  fixture_apply (replica);
  fixture_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1000);

  /* A view that gives up a row and asks for it again gets it without another look at the file. */
  look_at (list, 0, 2);
  first = g_list_model_get_item (G_LIST_MODEL (list), 0);
  second = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_object_add_weak_pointer (first, &first);
  g_object_add_weak_pointer (second, &second);
  g_object_unref (first);
  g_object_unref (second);
  look_at (list, 2, 205);
  g_assert_nonnull (first);

  /* One that changed is read anew, whoever held it. */
  video = fixture_make_video ("1.1000", "Changed", 1600000000000 + 1000 * DAY);
  fixture_video ("1", &video);
  fixture_apply (replica);
  changed = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_true ((gpointer)changed != first);
  g_assert_cmpstr (spark_video_item_get (changed)->caption, ==, "Changed");

  /* However many are looked at, few are held. */
  look_at (list, 205, 600);
  g_assert_null (first);
  g_assert_null (second);

  /* None of a list that is gone, but what others hold stays whole. */
  first = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_object_add_weak_pointer (first, &first);
  g_object_unref (first);
  g_assert_nonnull (first);
  g_clear_object (&list);
  g_assert_null (first);
  g_assert_cmpstr (spark_video_item_get (changed)->caption, ==, "Changed");
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
            : SPARK_IS_VIDEO_ITEM (item) ? spark_video_item_get (SPARK_VIDEO_ITEM (item))->id
            : SPARK_IS_GRANT_ITEM (item) ? spark_grant_item_get (SPARK_GRANT_ITEM (item))->id
                                         : spark_account_item_get (SPARK_ACCOUNT_ITEM (item))->id;

      g_string_append_printf (ids, "%s%s", ids->len > 0 ? " " : "", id);
    }
  g_assert_cmpstr (ids->str, ==, expected);
}

/* Where all accounts are shown, whose something is finds it too, as its name and handle are now. */

static void
search_all (SparkVideoList *videos, SparkGrantList *grants, SparkEventList *events,
            const char *search)
{
  spark_video_list_set_search (videos, search);
  spark_grant_list_set_search (grants, search);
  spark_event_list_set_search (events, search);
}

/* The same of everything here as at the backend. */
static void
test_searches (void)
{
  SparkReplica *replica = fixture_open ("searches", 1);
  g_autoptr (SparkVideoList) videos = spark_video_list_new (replica, "1");
  g_autoptr (SparkGrantList) grants = spark_grant_list_new (replica, "1", NULL);
  g_autoptr (SparkEventList) events = spark_event_list_new (replica, "1", NULL);
  static const char *const numbers[] = { SEARCHED_NUMBER, OTHER_NUMBER };
  static const char *const captions[] = { SEARCHED_CAPTION, OTHER_CAPTION };
  static const char *const brands[] = { SEARCHED_BRAND, OTHER_BRAND };
  gboolean ok = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *id = g_strdup_printf ("1.%u", i + 1);
      g_autofree char *of_brand = g_strdup_printf ("1.%u", i + 11);
      SparkVideo video = fixture_make_video (id, captions[i], 1600000000000 - i * DAY);
      SparkBrand brand = { .id = of_brand, .name = brands[i] };
      SparkGrant grant = { .id = id,
                           .video_id = id,
                           .brand = { of_brand, brands[i] },
                           .state = SPARK_GRANT_STATE_AUTHORIZED,
                           .ends_at = 1000 + i };
      SparkEvent event = { .id = id,
                           .type = SPARK_EVENT_LINK_CREATED,
                           .at = 1000 - i,
                           .video_id = id,
                           .brand = { of_brand, brands[i] } };

      video.item_id = numbers[i];
      fixture_video ("1", &video);
      fixture_brand ("1", &brand);
      fixture_grant ("1", &grant);
      fixture_event ("1", &event);
    }
  fixture_apply (replica);
  for (guint i = 0; i < G_N_ELEMENTS (search_cases); i++)
    {
      const SearchCase *one = &search_cases[i];
      GListModel *lists[] = { G_LIST_MODEL (videos), G_LIST_MODEL (grants), G_LIST_MODEL (events) };

      search_all (videos, grants, events, one->typed);
      for (guint list = 0; list < G_N_ELEMENTS (lists); list++)
        {
          guint n = g_list_model_get_n_items (lists[list]);

          /* Brands of a video are among what is searched of it here. */
          if (n == (guint)one->found)
            continue;
          g_test_message ("\"%s\" finds %u in list %u, not %d", one->typed, n, list, one->found);
          ok = FALSE;
        }
    }
  g_assert_true (ok);
  g_clear_object (&videos);
  g_clear_object (&grants);
  g_clear_object (&events);
  fixture_close (replica);
}

static void
test_creators (void)
{
  SparkReplica *replica = fixture_open ("creators", 1);
  g_autoptr (SparkVideoList) videos = spark_video_list_new (replica, NULL);
  g_autoptr (SparkVideoList) alone = spark_video_list_new (replica, "1");
  g_autoptr (SparkGrantList) grants = spark_grant_list_new (replica, NULL, NULL);
  g_autoptr (SparkEventList) events = spark_event_list_new (replica, NULL, NULL);
  Mirror *mirrors[] = { mirror_new (G_LIST_MODEL (g_object_ref (videos))),
                        mirror_new (G_LIST_MODEL (g_object_ref (grants))),
                        mirror_new (G_LIST_MODEL (g_object_ref (events))) };
  static const char *const accounts[] = { "1", "2" };
  static const struct
  {
    const char *search;
    const char *numbers; /* of what is found: of the videos, grants and events alike */
  } cases[] = {
    { "ada", "1 2" },    { "COOKS ol", "1" }, { "zoe.bakes", "2" }, { "@ada.cooks", "1" },
    { "olive", "1 2" },  { "zoe ada", "2" },  { "bak olive", "" },  { "ad olive", "" },
    { "olive ad", "1" }, { "nobody", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    {
      g_autofree char *id = g_strdup_printf ("%s.1", accounts[i]);
      SparkVideo video = fixture_make_video (id, i == 0 ? "Olive oil" : "Olives, by Ada",
                                             1600000000000 - i * DAY);
      SparkGrant grant = {
        .id = id, .video_id = id, .state = SPARK_GRANT_STATE_AUTHORIZED, .ends_at = 1000 + i
      };
      SparkEvent event
          = { .id = id, .type = SPARK_EVENT_CODE_GENERATED, .at = 1000 - i, .video_id = id };

      fixture_creator (accounts[i], i == 0 ? "Ada" : "Zoë", i == 0 ? "ada.cooks" : "zoe.bakes");
      fixture_video (accounts[i], &video);
      fixture_grant (accounts[i], &grant);
      fixture_event (accounts[i], &event);
    }
  fixture_apply (replica);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *ids = g_str_equal (cases[i].numbers, "1 2") ? "1.1 2.1"
                        : g_str_equal (cases[i].numbers, "1") ? "1.1"
                        : g_str_equal (cases[i].numbers, "2") ? "2.1"
                                                              : "";

      g_test_message ("%s", cases[i].search);
      search_all (videos, grants, events, cases[i].search);
      assert_ids (G_LIST_MODEL (videos), ids);
      assert_ids (G_LIST_MODEL (grants), ids);
      assert_ids (G_LIST_MODEL (events), ids);
    }
  /* One alone has no need of it: all would be found. */
  spark_video_list_set_search (alone, "ada");
  assert_ids (G_LIST_MODEL (alone), "");

  search_all (videos, grants, events, "miller");
  fixture_creator ("2", "Zoë Miller", "zoe.bakes");
  fixture_apply (replica);
  assert_ids (G_LIST_MODEL (videos), "2.1");
  assert_ids (G_LIST_MODEL (grants), "2.1");
  assert_ids (G_LIST_MODEL (events), "2.1");
  fixture_creator ("2", "Zoë", NULL);
  fixture_creator ("3", "Cleo Miller", NULL);
  fixture_apply (replica);
  assert_ids (G_LIST_MODEL (videos), "");
  assert_ids (G_LIST_MODEL (grants), "");
  assert_ids (G_LIST_MODEL (events), "");
  for (guint i = 0; i < G_N_ELEMENTS (mirrors); i++)
    {
      mirror_check (mirrors[i]);
      mirror_free (mirrors[i]);
    }
  g_clear_object (&videos);
  g_clear_object (&alone);
  g_clear_object (&grants);
  g_clear_object (&events);
  fixture_settle ();
  fixture_close (replica);
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
  SparkEvent event = { .id = "1.9", .at = 1000 };

  g_assert_cmpint (spark_event_list_get_oldest (list), ==, 0);
  fixture_video ("1", &video);
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    fixture_event ("1", &events[i]);
  fixture_event ("2", &other);
  fixture_apply (replica);
  assert_ids (G_LIST_MODEL (list), "1.14 1.12 1.13 1.11 1.10");
  assert_ids (of_video, "1.11 1.10");
  g_assert_cmpint (spark_event_list_get_oldest (list), ==, 1000);
  g_assert_false (spark_event_list_is_whole (list));
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
  /* It began when it was added, unless something of it is older. */
  event.type = SPARK_EVENT_ACCOUNT_ADDED;
  fixture_event ("1", &event);
  fixture_apply (replica);
  g_assert_true (spark_event_list_is_whole (list));
  event = (SparkEvent){ .id = "1.8", .type = SPARK_EVENT_CODE_USED, .at = 900 };
  fixture_event ("1", &event);
  fixture_apply (replica);
  g_assert_false (spark_event_list_is_whole (list));
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
  g_autoptr (GListModel) namesakes = spark_replica_list_namesakes (replica, "1.3");
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
  /* Those of other accounts that a backend would take for the same one. */
  assert_ids (namesakes, "");
  brand = (SparkBrand){ .id = "2.4", .name = "BETA" };
  fixture_brand ("2", &brand);
  brand = (SparkBrand){ .id = "2.5", .name = "Betas" };
  fixture_brand ("2", &brand);
  fixture_apply (replica);
  assert_ids (namesakes, "2.4");
  /* Renamed, one moves. */
  brand = (SparkBrand){ .id = "1.3", .name = "Zeta" };
  fixture_brand ("1", &brand);
  said_follow (&said, G_LIST_MODEL (of_account));
  fixture_apply (replica);
  assert_ids (of_account, "1.4 1.3");
  g_assert_cmpuint (said.n_signals, ==, 2);
  assert_ids (namesakes, "");
  /* However they were spaced. */
  brand = (SparkBrand){ .id = "1.3", .name = "Be ta" };
  fixture_brand ("1", &brand);
  brand = (SparkBrand){ .id = "2.6", .name = "Be  ta" };
  fixture_brand ("2", &brand);
  fixture_apply (replica);
  assert_ids (namesakes, "2.6");
  g_clear_object (&namesakes);
  mirror_check (mirror);
  mirror_free (mirror);
  g_clear_object (&accounts);
  g_clear_object (&all);
  g_clear_object (&of_account);
  g_clear_object (&links);
  g_clear_object (&batches);
  fixture_close (replica);
}
/* --- reading while writing --- */

static void
on_counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  spark_replica_apply_finish (SPARK_REPLICA (source), result, NULL, &error);
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
          g_autoptr (SparkVideoItem) item = g_list_model_get_item (
              G_LIST_MODEL (list), (guint)g_test_rand_int_range (0, (int)n_items));
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

static void
add_ending (const char *video_id, const char *grant_id, gint64 ends_at)
{
  SparkVideo video = fixture_make_video (video_id, "Video", 1600000000000);
  const SparkGrant grant = { .id = grant_id,
                             .video_id = video_id,
                             .brand = { "1.9", "Acme" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ends_at = ends_at,
                             .ads_active = -1 };

  video.authorization.state = SPARK_AUTHORIZATION_IN_USE;
  video.authorization.ends_at = ends_at;
  fixture_video ("1", &video);
  fixture_grant ("1", &grant);
}

static guint
count (gpointer list)
{
  return g_list_model_get_n_items (list);
}

/* What ends soon is in the lists of it once that time has come, without any other change. */
static void
test_time_passes (void)
{
  SparkReplica *replica = fixture_open ("time", 1);
  g_autoptr (SparkVideoList) videos = spark_video_list_new (replica, "1");
  g_autoptr (SparkGrantList) grants = spark_grant_list_new (replica, "1", NULL);
  g_autoptr (SparkGrantList) all = spark_grant_list_new (replica, "1", NULL);
  g_autoptr (SparkAttentionList) attention = spark_attention_list_new (replica, "1");
  gint64 due = spark_time_now () + 4000;
  Said said = { 0 };

  spark_video_list_set_facts (videos, SPARK_FACT_ENDING, 5);
  spark_grant_list_set_filter (grants, SPARK_ACCESS_ENDING);
  fixture_account ("1", "Ada");
  add_ending ("1.1", "1.11", due + 5 * DAY);
  add_ending ("1.2", "1.12", due + 14 * DAY);
  add_ending ("1.3", "1.13", due + 30 * DAY);
  fixture_apply (replica);
  fixture_settle ();
  g_assert_cmpuint (count (videos), ==, 0);
  g_assert_cmpuint (count (grants), ==, 2);
  g_assert_cmpuint (count (attention), ==, 1);
  said_follow (&said, G_LIST_MODEL (all));

  while (spark_time_now () <= due)
    g_usleep (10000);
  spark_replica_pass_time (replica);
  g_assert_cmpuint (count (videos), ==, 1);
  g_assert_cmpuint (count (grants), ==, 3);
  g_assert_cmpuint (count (attention), ==, 2);
  /* What does not depend on it is not read anew. */
  said_assert (&said, 0, 0, 0, 0);
  g_clear_object (&videos);
  g_clear_object (&grants);
  g_clear_object (&all);
  g_clear_object (&attention);
  fixture_close (replica);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_init ();
  g_test_add_func ("/lists/exact", test_exact);
  g_test_add_func ("/lists/reading", test_reading);
  g_test_add_func ("/lists/held", test_held);
  g_test_add_func ("/lists/months", test_months);
  g_test_add_func ("/lists/creators", test_creators);
  g_test_add_func ("/lists/searches", test_searches);
  g_test_add_func ("/lists/events", test_events);
  g_test_add_func ("/lists/short", test_short);
  g_test_add_func ("/lists/concurrent", test_concurrent);
  g_test_add_func ("/lists/time-passes", test_time_passes);
  result = g_test_run ();
  fixture_remove ();
  return result;
}
