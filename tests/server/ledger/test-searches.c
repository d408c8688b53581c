/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "../../search-cases.h"
#include "ledger-acts.h"
#include "server/ledger/spark-ledger-connections.h"

static gboolean
count_video (const SparkVideo *video, gpointer n)
{
  (*(guint *)n)++;
  return TRUE;
}

static gboolean
count_event (const SparkEvent *event, gpointer n)
{
  (*(guint *)n)++;
  return TRUE;
}

/* account: 0: all */
static guint
count_videos (Fixture *self, gint64 account, SparkVideoSort sort, const char *search)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkPage page = { .limit = 100 };
  guint n = 0;

  g_assert_true (spark_read_videos (
      tx,
      &(SparkVideoQuery){
          .scope.all = TRUE, .account = account, .state = -1, .sort = sort, .search = search },
      &page, count_video, &n, NULL));
  spark_store_read_end (tx);
  return n;
}

static guint
count_events (Fixture *self, gint64 account, SparkEventType type, const char *search)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkPage page = { .limit = 100 };
  guint n = 0;

  g_assert_true (spark_read_events (
      tx,
      &(SparkObjectQuery){
          .scope.all = TRUE, .account = account, .state = -1, .type = type, .search = search },
      &page, count_event, &n, NULL));
  spark_store_read_end (tx);
  return n;
}

/* The video, with a code, and a link to the brand. */
static char *
add (Fixture *self, const char *number, const char *caption, const char *brand_name)
{
  char *video = act_upsert_video (
      self, self->account, &(SparkVideoFacts){ .item_id = number, .caption = caption }, NULL, NULL);
  g_autofree char *code = fixture_generate (self, video, 30);
  g_autofree char *brand = act_add_brand (self, self->account, brand_name, NULL);
  g_autofree char *link = fixture_create_link (self, video, brand, 0);

  g_assert_nonnull (link);
  return video;
}

static void
test_finds (Fixture *self, gconstpointer data)
{
  g_autofree char *video = add (self, SEARCHED_NUMBER, SEARCHED_CAPTION, SEARCHED_BRAND);
  g_autofree char *other = add (self, OTHER_NUMBER, OTHER_CAPTION, OTHER_BRAND);
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);
  gboolean ok = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (search_cases); i++)
    {
      const SearchCase *one = &search_cases[i];
      guint events = count_events (self, account, SPARK_EVENT_LINK_CREATED, one->typed);

      for (SparkVideoSort sort = SPARK_VIDEO_SORT_NEWEST; sort <= SPARK_VIDEO_SORT_ENDS; sort++)
        {
          guint videos = count_videos (self, account, sort, one->typed);

          if (videos != (guint)one->found)
            {
              g_test_message ("\"%s\" finds %u videos, not %d", one->typed, videos, one->found);
              ok = FALSE;
            }
        }
      if (events != (guint)one->found)
        {
          g_test_message ("\"%s\" finds %u events, not %d", one->typed, events, one->found);
          ok = FALSE;
        }
    }
  g_assert_true (ok);
}

/* A part of a word, and what is no word, are found where they stand. */
static void
test_finds_parts (Fixture *self, gconstpointer data)
{
  g_autofree char *video = add (self, SEARCHED_NUMBER, SEARCHED_CAPTION, SEARCHED_BRAND);
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);
  static const struct
  {
    const char *typed;
    guint found;
  } cases[] = {
    { "outine", 1 },  { "OFF_n", 1 }, { "%", 1 },  { "\"", 1 },     { "% off", 1 },
    { "_", 1 },       { "*", 0 },     { "&", 0 },  { "\u200d", 0 }, { " ", 1 },
    { "utine x", 0 }, { "??", 0 },    { "\\", 0 }, { "#@", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (count_videos (self, account, SPARK_VIDEO_SORT_NEWEST, cases[i].typed) != cases[i].found)
      g_error ("\"%s\"", cases[i].typed);
}

/* What is changed is found as it is then. */
static void
test_follows (Fixture *self, gconstpointer data)
{
  g_autofree char *video = add (self, SEARCHED_NUMBER, NULL, "Åland");
  g_autofree char *brand = NULL;
  g_autofree char *again = NULL;
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);

  g_assert_cmpuint (count_videos (self, account, 0, SEARCHED_NUMBER), ==, 1);
  g_assert_cmpuint (count_events (self, account, SPARK_EVENT_LINK_CREATED, "aland"), ==, 1);
  again = act_upsert_video (
      self, self->account,
      &(SparkVideoFacts){ .item_id = SEARCHED_NUMBER, .caption = "Tanz für 2" }, NULL, NULL);
  g_assert_cmpuint (count_videos (self, account, 0, "fur tanz"), ==, 1);
  /* One that says nothing takes nothing away. */
  g_free (act_upsert_video (self, self->account,
                            &(SparkVideoFacts){ .item_id = SEARCHED_NUMBER, .duration_s = 7 }, NULL,
                            NULL));
  g_assert_cmpuint (count_videos (self, account, 0, "2 tanz " SEARCHED_NUMBER), ==, 1);
  brand = act_add_brand (self, self->account, "Later", NULL);
  act_rename_brand (self, brand, "Später GmbH", NULL);
  g_assert_cmpuint (count_events (self, account, SPARK_EVENT_BRAND_ADDED, "gmbh spat"), ==, 1);
  g_assert_cmpuint (count_events (self, account, SPARK_EVENT_BRAND_ADDED, "later"), ==, 0);
}

/* All that an event says, with or without its accents, those of people as they are typed. */
static void
test_texts_of_events (Fixture *self, gconstpointer data)
{
  static const char *const found[]
      = { "spat bezahlt", "BEZAHLT SPÄ", "oko spat", "apfel öko bezahlt", "lena spat", "tea oko" };
  static const char *const not_found[] = { "léna spat", "spat nord", "access_revoked oko" };
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *advertiser = fixture_add_advertiser (self, "Öko Äpfel");
  g_autofree char *grant = NULL;
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);

  grant = fixture_redeem (self, advertiser, string, NULL);
  g_assert_nonnull (grant);
  act_revoke (self, grant, "Zu spät bezahlt", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (found); i++)
    if (count_events (self, account, SPARK_EVENT_GRANT_REVOKED, found[i]) != 1)
      g_error ("\"%s\" is not found", found[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (not_found); i++)
    if (count_events (self, account, SPARK_EVENT_GRANT_REVOKED, not_found[i]) != 0)
      g_error ("\"%s\" is found", not_found[i]);
}

/* Those of brands that have access, had it, or have an open link: all that they are together. */
static void
test_videos_of_brands (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *typed;
    guint found;
    guint ends; /* how many of them have an end */
  } cases[] = {
    { "apfel", 1, 1 },         { "öko tea", 1, 1 },     { "apf", 1, 1 },
    { "nord apfel", 1, 1 },    { "tea apfel n", 1, 1 }, { "nord", 3, 2 },
    { "nord walk", 1, 1 },     { "nord run", 1, 0 },    { "apfel walk", 0, 0 },
    { "nord tea walk", 0, 0 }, { "pfel", 0, 0 },        { "apfel nobody", 0, 0 },
    { "nobody", 0, 0 },
  };
  const SparkVideoFacts facts = { .item_id = "7123456789012345671", .caption = "Run" };
  g_autofree char *endless = act_upsert_video (self, self->account, &facts, NULL, NULL);
  g_autofree char *other = add (self, OTHER_NUMBER, "Walk", "Nord");
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *advertiser = fixture_add_advertiser (self, "Öko Äpfel");
  g_autofree char *grant = fixture_redeem (self, advertiser, string, NULL);
  g_autofree char *noted = act_note_grant (self, self->video, NULL, "Nord", 0, NULL);
  g_autofree char *gone = fixture_generate (self, endless, 30);
  g_autofree char *without = act_note_grant (self, endless, NULL, "Nord", 0, NULL);
  g_autofree char *unused = act_add_brand (self, self->account, "Nobody", NULL);
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);

  g_assert_true (grant != NULL && noted != NULL && unused != NULL && without != NULL);
  act_revoke (self, grant, "Too late", NULL);
  act_revoke (self, without, "Too late", NULL);
  act_delete_code (self, gone, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (SparkVideoSort sort = SPARK_VIDEO_SORT_NEWEST; sort <= SPARK_VIDEO_SORT_VIEWS; sort++)
        if (count_videos (self, account, sort, cases[i].typed) != cases[i].found)
          g_error ("\"%s\"", cases[i].typed);
      if (count_videos (self, account, SPARK_VIDEO_SORT_ENDS, cases[i].typed) != cases[i].ends)
        g_error ("\"%s\" among those that end", cases[i].typed);
    }
  /* Nor is it found any more by what the brand was called. */
  act_rename_brand (self, unused, "Somebody", NULL);
  g_assert_cmpuint (count_videos (self, account, 0, "somebody"), ==, 0);
}

static gboolean
name_account (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_rename_account (tx, *(gint64 *)data, "Zoë Rue", "zoe.travels", error);
}

/* Of several accounts, one's name is among the texts of its videos. */
static void
test_videos_of_a_creator (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *typed;
    guint found;
  } cases[] = {
    { "cafe", 2 },           { "zoe cafe", 1 },         { "cafe ZOË morning", 1 },
    { "@zoe.travels", 3 },   { "cafe zoe.travels", 1 }, { "zoe nothing", 0 },
    { "morning rue zo", 2 },
  };
  g_autofree char *video = add (self, SEARCHED_NUMBER, SEARCHED_CAPTION, SEARCHED_BRAND);
  g_autofree char *second = fixture_add_account (self, SPARK_PLATFORM_TRACKED);
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);

  g_free (fixture_add_video (self, self->account, OTHER_NUMBER));
  g_free (act_upsert_video (
      self, second,
      &(SparkVideoFacts){ .item_id = "7123456789012345670", .caption = SEARCHED_CAPTION }, NULL,
      NULL));
  g_assert_true (fixture_run (self, name_account, &account, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (count_videos (self, 0, SPARK_VIDEO_SORT_NEWEST, cases[i].typed) != cases[i].found)
      g_error ("\"%s\"", cases[i].typed);
  g_assert_cmpuint (count_videos (self, account, SPARK_VIDEO_SORT_NEWEST, "zoe cafe"), ==, 0);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  const SparkVideoFacts facts = { .item_id = "7123456789012345678", .caption = "Tea" };

  fixture_set_up (self, data);
  g_free (act_upsert_video (self, self->account, &facts, NULL, NULL));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/searches/finds", test_finds);
  ADD ("/searches/finds-parts", test_finds_parts);
  ADD ("/searches/follows", test_follows);
  ADD ("/searches/texts-of-events", test_texts_of_events);
  ADD ("/searches/videos-of-a-creator", test_videos_of_a_creator);
  ADD ("/searches/videos-of-brands", test_videos_of_brands);
  return g_test_run ();
}
