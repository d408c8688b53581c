/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "world.h"

/*
 * Random stories of a creator and two brands, with faults on the way: at the end of each all that
 * Sparkbox says is so at the double, and nothing was done twice. STORIES=N: how many; SEED=N: one
 * alone, as a failure names it.
 */
#define TIMEOUT_MS 100
#define STEPS      60
#define SHORT      25
/* Faults, in a hundred requests. */
#define PERCENT 25

typedef struct
{
  World *world;
  GRand *rand;
  guint extensions; /* asked for */
  guint redemptions;
  Deletion deletion;
  GString *told;
} Story;

static guint
choose (Story *story, guint n)
{
  return (guint)g_rand_int_range (story->rand, 0, (gint32)n);
}

static void
tell (Story *story, const char *what, guint post)
{
  g_string_append_printf (story->told, "%s %u, ", what, post);
}

/* --- the creator: what is refused is refused --- */

static void
generate (Story *story, guint post)
{
  static const guint days[] = { 7, 30, 60 };
  g_autoptr (GError) error = NULL;

  g_free (act_generate (&story->world->base, story->world->videos[post],
                        days[choose (story, G_N_ELEMENTS (days))], &error));
}

static void
extend (Story *story, guint post)
{
  g_autofree char *code = world_code (story->world, post);
  g_autoptr (GError) error = NULL;

  if (code == NULL)
    return;
  act_extend (&story->world->base, code, 7, &error);
  story->extensions += error == NULL;
}

static void
replace (Story *story, guint post)
{
  g_autofree char *code = world_code (story->world, post);
  g_autoptr (GError) error = NULL;

  if (code != NULL)
    g_free (act_replace (&story->world->base, code, &error));
}

static void
end_code (Story *story, guint post)
{
  g_autofree char *code = world_code (story->world, post);
  g_autoptr (GError) error = NULL;

  if (code != NULL)
    act_delete_code (&story->world->base, code, &error);
}

static void
turn_off (Story *story, guint post)
{
  g_autofree char *code = world_code (story->world, post);
  g_autoptr (GError) error = NULL;

  if (code != NULL)
    act_turn_off (&story->world->base, story->world->videos[post], &error);
}

static void
share (Story *story, guint post)
{
  World *world = story->world;
  guint brand = choose (story, DOUBLE_BRANDS);
  g_autofree char *name = g_strdup_printf ("Brand %u", choose (story, 1000000));
  g_autofree char *id = NULL;
  g_autofree char *link = NULL;
  g_autofree char *string = NULL;
  g_autofree char *grant = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refusal = NULL;

  id = act_add_brand (&world->base, world->account, name, &error);
  if (id == NULL)
    return;
  link = act_create_link (&world->base, world->videos[post], id, 0, &error);
  if (link == NULL)
    return;
  string = fixture_link_string (&world->base, link);
  grant = fixture_redeem (&world->base, double_brand (brand), string, &refusal);
  story->redemptions += grant != NULL;
}

typedef struct
{
  const char *video;
  SparkGrantState state;
  char *id;
} Find;

static gboolean
find_grant (const SparkGrant *grant, gpointer data)
{
  Find *find = data;

  if (find->id == NULL && g_strcmp0 (grant->video_id, find->video) == 0
      && grant->state == find->state)
    find->id = g_strdup (grant->id);
  return TRUE;
}

static char *
get_grant (Story *story, guint post, SparkGrantState state)
{
  World *world = story->world;
  const gint64 accounts[] = { world->number };
  const SparkObjectQuery query
      = { .scope = { .accounts = accounts, .n_accounts = 1 }, .state = -1, .type = -1 };
  Find find = { world->videos[post], state, NULL };
  SparkPage page = { .limit = 1000 };
  SparkTx *tx = spark_store_read_begin (world->base.store, NULL);

  g_assert_true (spark_read_grants (tx, &query, &page, find_grant, &find, NULL));
  spark_store_read_end (tx);
  g_free (page.next);
  return find.id;
}

static void
end_access (Story *story, guint post)
{
  g_autofree char *grant = get_grant (story, post,
                                      choose (story, 3) == 0 ? SPARK_GRANT_STATE_PENDING
                                                             : SPARK_GRANT_STATE_AUTHORIZED);
  g_autoptr (GError) error = NULL;

  if (grant != NULL)
    act_revoke (&story->world->base, grant, NULL, &error);
}

static void
give_again (Story *story, guint post)
{
  g_autofree char *grant = get_grant (
      story, post, choose (story, 2) == 0 ? SPARK_GRANT_STATE_REVOKING : SPARK_GRANT_STATE_REVOKED);
  g_autoptr (GError) error = NULL;

  if (grant == NULL)
    return;
  g_free (act_give_again (&story->world->base, grant, &error));
  story->redemptions += error == NULL;
}

/* --- the brands, and the TikTok app --- */

static void
use (Story *story, guint post)
{
  double_use (story->world->tiktok, choose (story, DOUBLE_BRANDS), post);
}

static void
give_up (Story *story, guint post)
{
  double_give_up (story->world->tiktok, choose (story, DOUBLE_BRANDS), post);
}

/* At Sparkbox. */
static void
drop (Story *story, guint post)
{
  g_autofree char *item = double_item (post);
  g_autoptr (GError) error = NULL;

  act_unbind (&story->world->base, double_brand (choose (story, DOUBLE_BRANDS)), item, &error);
}

static void
start_ad (Story *story, guint post)
{
  double_start_ad (story->world->tiktok, choose (story, DOUBLE_BRANDS), post);
}

static void
stop_ads (Story *story, guint post)
{
  double_stop_ads (story->world->tiktok, choose (story, DOUBLE_BRANDS));
}

static void
delete_ads (Story *story, guint post)
{
  double_delete_ads (story->world->tiktok, choose (story, DOUBLE_BRANDS));
}

static void
extend_outside (Story *story, guint post)
{
  double_extend (story->world->tiktok, post, 30);
}

static void
delete_outside (Story *story, guint post)
{
  double_delete (story->world->tiktok, post);
}

/* --- time --- */

static void
work (Story *story, guint post)
{
  world_work (story->world, 1 + choose (story, 4));
}

static void
look (Story *story, guint post)
{
  world_try_look (story->world);
}

static void
wait_days (Story *story, guint post)
{
  story->world->base.now += (1 + choose (story, 5)) * SPARK_DAY_MS;
  fixture_expire (&story->world->base);
}

static void
connect_again (Story *story, guint post)
{
  world_connect (story->world);
}

/* The backend ends at this moment and begins again. */
static void
restart (Story *story, guint post)
{
  world_restart (story->world);
}

static const struct
{
  const char *name;
  void (*act) (Story *story, guint post);
  guint weight;
} acts[] = {
  { "generate", generate, 4 },
  { "extend", extend, 3 },
  { "replace", replace, 2 },
  { "delete", end_code, 1 },
  { "turn off", turn_off, 1 },
  { "share", share, 8 },
  { "revoke", end_access, 3 },
  { "give again", give_again, 2 },
  { "use", use, 3 },
  { "give up", give_up, 1 },
  { "drop", drop, 2 },
  { "start ad", start_ad, 2 },
  { "stop ads", stop_ads, 1 },
  { "delete ads", delete_ads, 1 },
  { "extend outside", extend_outside, 1 },
  { "delete outside", delete_outside, 1 },
  { "work", work, 12 },
  { "look", look, 2 },
  { "wait", wait_days, 1 },
  { "restart", restart, 1 },
  { "connect", connect_again, 3 },
};

static void
take_step (Story *story)
{
  guint post = choose (story, DOUBLE_POSTS), total = 0, chosen;

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    total += acts[i].weight;
  chosen = choose (story, total);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      if (chosen < acts[i].weight)
        {
          tell (story, acts[i].name, post);
          acts[i].act (story, post);
          return;
        }
      chosen -= acts[i].weight;
    }
}

/* Every access has ended with its code, whatever TikTok would end before. */
static void
outlive (Story *story)
{
  World *world = story->world;

  for (guint i = 0; i < DOUBLE_POSTS; i++)
    world->base.now = MAX (world->base.now, double_post (world->tiktok, i).ends_at);
  world->base.now += SPARK_DAY_MS;
  world_connect (world);
  fixture_expire (&world->base);
  world_work (world, 40);
  world_look (world);
  world_audit (world);
  for (guint i = 0; i < DOUBLE_POSTS; i++)
    g_assert_null (get_grant (story, i, SPARK_GRANT_STATE_REVOKING));
}

/* All goes well again, the brands do with their ads what TikTok waits for, and enough time passes
 * for all that waits. */
static void
end_story (Story *story)
{
  World *world = story->world;

  double_fail_at_random (world->tiktok, 0, NULL);
  world_connect (world);
  for (guint i = 0; i < DOUBLE_BRANDS; i++)
    if (story->deletion == DELETION_GONE)
      double_delete_ads (world->tiktok, i);
    else
      double_stop_ads (world->tiktok, i);
  for (guint i = 0; i < 3; i++)
    {
      world_work (world, 40);
      /* A brand token that was taken for lost comes back with its owner. */
      world_connect (world);
      fixture_expire (&world->base);
      world_look (world);
    }
  world_work (world, 40);
  fixture_expire (&world->base);
  world_look (world);
  world_audit (world);
  g_assert_cmpuint (double_done (world->tiktok, "business/post/authorize/"), <=, story->extensions);
  g_assert_cmpuint (double_done (world->tiktok, "tt_video/authorize/"), <=,
                    story->redemptions + double_undone (world->tiktok));
  g_test_message ("done: %u set, %u extended, %u redeemed",
                  double_done (world->tiktok, "business/post/authorize/setting/"),
                  double_done (world->tiktok, "business/post/authorize/"),
                  double_done (world->tiktok, "tt_video/authorize/"));
  outlive (story);
}

static void
run_story (guint32 seed)
{
  Story story = { .world = world_new (TIMEOUT_MS),
                  .rand = g_rand_new_with_seed (seed),
                  .told = g_string_new (NULL) };

  /* In turns: a few stories have all that TikTok may be like. */
  Unbind unbind = seed % N_UNBINDS;

  story.deletion = seed / N_UNBINDS % N_DELETIONS;
  double_behave (story.world->tiktok, unbind, story.deletion);
  g_test_message ("SEED=%u: unbind %d, deletion %d", seed, (int)unbind, (int)story.deletion);
  if (choose (&story, 4) > 0)
    {
      for (guint i = 0; i < DOUBLE_POSTS; i++)
        generate (&story, i);
      world_work (story.world, 4);
    }
  double_fail_at_random (story.world->tiktok, PERCENT, story.rand);
  for (guint i = 0; i < STEPS; i++)
    take_step (&story);
  g_test_message ("%s", story.told->str);
  end_story (&story);
  world_free (story.world);
  g_rand_free (story.rand);
  g_string_free (story.told, TRUE);
}

static guint
get_number (const char *name, guint absent)
{
  const char *text = g_getenv (name);

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : absent;
}

static void
test_stories (void)
{
  guint first = get_number ("SEED", 1), n = get_number ("STORIES", SHORT);

  if (g_getenv ("SEED") != NULL && g_getenv ("STORIES") == NULL)
    n = 1;
  for (guint i = 0; i < n; i++)
    run_story (first + i);
  g_test_message ("%u stories of %d steps, %d %% of the requests faulty", n, STEPS, PERCENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiktok/stories", test_stories);
  return g_test_run ();
}
