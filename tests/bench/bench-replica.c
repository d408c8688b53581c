/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/spark-replica-writer.h"
#include "model/spark-rules.h"

/*
 * What the replica costs: bench-replica [VIDEOS]. Prints one line a figure; times are CPU time of
 * the whole process unless they say otherwise. Memory is measured in processes of their own, with
 * 100 videos and with VIDEOS.
 */

#define PAGE      500
#define N_SHOWN   205 /* rows a GtkListView builds at once */
#define TARGET_MS 16.0

static const char *const words[] = {
  "morning",    "routine",  "coffee", "recipe",  "travel", "Zürich",   "sunset", "haul",
  "unboxing",   "tips",     "summer", "fitness", "dance",  "tutorial", "review", "makeup",
  "budget",     "garden",   "vegan",  "street",  "早晨",   "咖啡",     "旅行",   "料理",
  "ルーティン", "おすすめ", "สวัสดี",   "مرحبا",   "🎉",      "fyp",
};

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static SparkReplica *
open_replica (const char *id)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (GError) error = NULL;
  SparkReplica *replica = spark_replica_new (id, key, &error);

  if (replica == NULL)
    g_error ("%s", error->message);
  return replica;
}

/* --- filling --- */

static char *
make_caption (guint i)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (i);
  GString *caption = g_string_new (NULL);
  guint n_words = (guint)g_rand_int_range (rand, 4, 16);

  for (guint w = 0; w < n_words; w++)
    {
      /* A few words are in nearly all captions, as hashtags are; some are in one alone. */
      guint which = (guint)(g_rand_double (rand) * g_rand_double (rand) * G_N_ELEMENTS (words));

      g_string_append_printf (caption, "%s%s", w > 0 ? " " : "", words[which]);
    }
  g_string_append_printf (caption, " #%u", i);
  return g_string_free (caption, FALSE);
}

static JsonNode *
make_change (guint i)
{
  g_autofree char *id = g_strdup_printf ("1.%u", i + 10);
  g_autofree char *caption = make_caption (i);
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  const char *text;
  gsize length;
  SparkVideo video = {
    .id = id,
    .account_id = "1",
    .item_id = id,
    .caption = caption,
    .cover_url = "/v1/videos/1.10/cover",
    .share_url = "https://www.tiktok.com/@someone/video/7301234567890123456",
    .published_at = 1500000000000 + (gint64)i * 1800000,
    .duration_s = 31,
    .eligible = TRUE,
    .total = { i * 7 % 100000, i % 1000, i % 90, i % 17 },
    .paid = { -1, -1, -1, -1 },
  };

  if (i % 20 == 0)
    {
      video.authorization.state = SPARK_AUTHORIZATION_IN_USE;
      video.authorization.ends_at = spark_time_now () + (i / 20 % 60) * SPARK_DAY_MS;
      video.authorization.grants = 1;
    }
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "account_id", "1");
  spark_json_int (&writer, "seq", i + 1);
  spark_json_string (&writer, "kind", "video");
  spark_json_string (&writer, "id", id);
  spark_json_name (&writer, "object");
  spark_video_write (&video, &writer);
  spark_json_end_object (&writer);
  bytes = spark_json_writer_steal (&writer);
  text = g_bytes_get_data (bytes, &length);
  return spark_json_parse_object (text, length, length, NULL);
}

static void
on_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!spark_replica_apply_finish (SPARK_REPLICA (source), result, NULL, NULL, &error))
    g_error ("%s", error->message);
  --*(guint *)user_data;
}

static double
thread_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* @longest: CPU time of the main thread in one turn of its loop, with a list that follows. */
static void
fill (SparkReplica *replica, guint n_videos, double *apply_cpu, double *longest)
{
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, "1");

  *apply_cpu = *longest = 0;
  for (guint at = 0; at < n_videos; at += PAGE)
    {
      g_autoptr (JsonArray) changes = json_array_new ();
      SparkApplyFlags flags = SPARK_APPLY_LOAD;
      guint left = 1;
      double begin;

      for (guint i = at; i < MIN (at + PAGE, n_videos); i++)
        json_array_add_element (changes, make_change (i));
      if (at == 0)
        flags |= SPARK_APPLY_LOAD_BEGINS;
      if (at + PAGE >= n_videos)
        flags |= SPARK_APPLY_LOAD_ENDS;
      begin = cpu_ms ();
      spark_replica_apply_async (replica, changes, "cursor", 1, flags, NULL, on_applied_cb, &left);
      while (left > 0)
        {
          double turn;

          /* Waiting is not work: only what a turn of the loop does counts. */
          if (!g_main_context_pending (NULL))
            {
              g_usleep (100);
              continue;
            }
          turn = thread_ms ();
          g_main_context_iteration (NULL, FALSE);
          *longest = MAX (*longest, thread_ms () - turn);
        }
      *apply_cpu += cpu_ms () - begin;
    }
  settle ();
}

/* --- looking --- */

/* What a list view does with the first rows. */
static void
look_at (GListModel *list, GPtrArray *shown)
{
  guint n_items = MIN (g_list_model_get_n_items (list), N_SHOWN);

  g_ptr_array_set_size (shown, 0);
  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (shown, g_list_model_get_item (list, i));
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

static void
bench_search (SparkReplica *replica)
{
  static const char *const typed[] = {
    "morning routine",
    "zürich",
    "coffee recipe",
    "98765",
    "早晨",
    "ルーティン",
    "สวัสดี",
    "مرحبا",
    "🎉",
    "fyp tips",
    "nothing like it",
    "v",
    "m",
    "summer street haul",
  };
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, "1");
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  double worst = 0;
  g_autofree char *worst_text = NULL;

  settle ();
  for (guint round = 0; round < 3; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
      {
        for (const char *end = typed[i]; *end != '\0';)
          {
            g_autofree char *text = NULL;
            double begin, took;

            end = g_utf8_next_char (end);
            text = g_strndup (typed[i], end - typed[i]);
            begin = cpu_ms ();
            spark_video_list_set_search (list, text);
            look_at (G_LIST_MODEL (list), shown);
            took = cpu_ms () - begin;
            g_array_append_val (times, took);
            if (took > worst)
              {
                worst = took;
                g_free (worst_text);
                worst_text = g_steal_pointer (&text);
              }
            /* The next key comes before the rest was read as often as after it. */
            if (times->len % 2 == 0)
              settle ();
          }
        spark_video_list_set_search (list, NULL);
        settle ();
      }
  g_array_sort (times, compare_times);
  g_print (
      "search: first %d rows after a key: median %.2f ms, p99 %.2f ms, worst %.2f ms (\"%s\"), "
      "target %.0f ms\n",
      N_SHOWN, g_array_index (times, double, times->len / 2),
      g_array_index (times, double, times->len * 99 / 100), worst, worst_text, TARGET_MS);
}

static void
bench_open (const char *id)
{
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_object_unref);
  double begin = cpu_ms (), first, all;
  SparkReplica *replica = open_replica (id);
  SparkVideoList *list = spark_video_list_new (replica, "1");

  look_at (G_LIST_MODEL (list), shown);
  first = cpu_ms () - begin;
  settle ();
  all = cpu_ms () - begin;
  g_print ("open: first %d rows %.2f ms, all %u keys %.2f ms\n", N_SHOWN, first,
           g_list_model_get_n_items (G_LIST_MODEL (list)), all);
  for (int sort = SPARK_SORT_VIEWS; sort <= SPARK_SORT_BRANDS; sort++)
    {
      begin = cpu_ms ();
      spark_video_list_set_sort (list, (SparkVideoSort)sort);
      look_at (G_LIST_MODEL (list), shown);
      settle ();
      g_print ("sort %d: %.2f ms\n", sort, cpu_ms () - begin);
    }
  spark_video_list_set_sort (list, SPARK_SORT_DATE);
  settle ();
  begin = cpu_ms ();
  spark_video_list_set_facts (list, SPARK_FACT_IN_USE | SPARK_FACT_ENDING, 7);
  settle ();
  g_print ("filter: %u of them %.2f ms\n", g_list_model_get_n_items (G_LIST_MODEL (list)),
           cpu_ms () - begin);
  begin = cpu_ms ();
  spark_video_list_count (list, SPARK_FACT_NOT_AUTHORIZED, 0);
  g_print ("count: %.2f ms\n", cpu_ms () - begin);
  g_clear_pointer (&shown, g_ptr_array_unref);
  shown = NULL;
  g_object_unref (list);
  bench_search (replica);
  spark_replica_close (replica);
  settle ();
  g_object_unref (replica);
}

/* --- memory --- */

static double
read_rss_kib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL);
  line = text != NULL ? strstr (text, "\nPss:") : NULL;
  return line != NULL ? g_ascii_strtod (line + 5, NULL) : 0;
}

/* In a process of its own: opens, shows, searches, and says what it holds in KiB. */
static int
measure_memory (const char *id)
{
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_object_unref);
  SparkReplica *replica = open_replica (id);
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, "1");

  settle ();
  spark_video_list_set_search (list, "morning");
  settle ();
  spark_video_list_set_search (list, NULL);
  settle ();
  look_at (G_LIST_MODEL (list), shown);
  malloc_trim (0);
  g_print ("%.0f\n", read_rss_kib ());
  fflush (stdout);
  _exit (0);
}

static double
spawn_memory (const char *self, const char *id)
{
  const char *argv[] = { self, "--memory", id, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_spawn_sync (NULL, (char **)argv, NULL, 0, NULL, NULL, &output, NULL, NULL, &error))
    g_error ("%s", error->message);
  return g_ascii_strtod (output, NULL);
}

static gint64
file_size (const char *folder, const char *id)
{
  g_autofree char *name = g_strconcat (id, ".db", NULL);
  g_autofree char *path = g_build_filename (folder, "sparkbox", "replicas", name, NULL);
  GStatBuf file;

  return g_stat (path, &file) == 0 ? file.st_size : 0;
}

static void
fill_closed (const char *id, guint n_videos, gboolean say)
{
  SparkReplica *replica = open_replica (id);
  double apply, longest;

  fill (replica, n_videos, &apply, &longest);
  if (say)
    g_print ("apply: %u videos %.0f ms, %.1f us each; longest turn of the main loop %.1f ms of CPU "
             "time\n",
             n_videos, apply, apply * 1e3 / n_videos, longest);
  spark_replica_close (replica);
  settle ();
  g_object_unref (replica);
}

int
main (int argc, char **argv)
{
  guint n_videos = argc > 1 ? (guint)g_ascii_strtoull (argv[1], NULL, 10) : 2000;
  g_autofree char *folder = NULL;
  double few, many;

  if (argc > 2 && g_str_equal (argv[1], "--memory"))
    return measure_memory (argv[2]);
  folder = g_dir_make_tmp ("bench-replica-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  fill_closed ("few", 100, FALSE);
  fill_closed ("many", MAX (n_videos, 100), TRUE);
  g_print ("file: %.1f MiB\n", (double)file_size (folder, "many") / 1048576);
  bench_open ("many");
  few = spawn_memory (argv[0], "few");
  many = spawn_memory (argv[0], "many");
  g_print ("memory: %.0f KiB with 100 videos, %.0f KiB more with %u\n", few, many - few,
           MAX (n_videos, 100));
  {
    const char *rm[] = { "rm", "-rf", folder, NULL };

    g_spawn_sync (NULL, (char **)rm, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  }
  return 0;
}
