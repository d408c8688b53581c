/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <string.h>
#include <unistd.h>

#include "bench-fill.h"
#include "client/spark-replica-writer.h"

/*
 * What the replica costs: bench-replica [VIDEOS]. Prints one line a figure; times are CPU time of
 * the whole process unless they say otherwise. Memory is measured in processes of their own, with
 * 100 videos and with VIDEOS.
 */

#define N_SHOWN    205 /* rows a GtkListView builds at once */
#define TARGET_MS  16.0
#define N_ACCOUNTS 50

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

static const char *const captions[] = {
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
  NULL,
};
/* Whose they are: of the one who has them all, and of many who have none. */
static const char *const creators[] = {
  "ada", "ada morning", "creator 07", "morning creator 1", "c", NULL,
};

static void
bench_search (SparkReplica *replica, const char *account, const char *const *typed,
              const char *what)
{
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, account);
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  double worst = 0;
  g_autofree char *worst_text = NULL;

  bench_settle ();
  for (guint round = 0; round < 3; round++)
    for (gsize i = 0; typed[i] != NULL; i++)
      {
        for (const char *end = typed[i]; *end != '\0';)
          {
            g_autofree char *text = NULL;
            double begin, took;

            end = g_utf8_next_char (end);
            text = g_strndup (typed[i], end - typed[i]);
            begin = bench_cpu_ms ();
            spark_video_list_set_search (list, text);
            look_at (G_LIST_MODEL (list), shown);
            took = bench_cpu_ms () - begin;
            g_array_append_val (times, took);
            if (took > worst)
              {
                worst = took;
                g_free (worst_text);
                worst_text = g_steal_pointer (&text);
              }
            /* The next key comes before the rest was read as often as after it. */
            if (times->len % 2 == 0)
              bench_settle ();
          }
        spark_video_list_set_search (list, NULL);
        bench_settle ();
      }
  g_array_sort (times, compare_times);
  g_print ("%s: first %d rows after a key: median %.2f ms, p99 %.2f ms, worst %.2f ms (\"%s\"), "
           "target %.0f ms\n",
           what, N_SHOWN, g_array_index (times, double, times->len / 2),
           g_array_index (times, double, times->len * 99 / 100), worst, worst_text, TARGET_MS);
}

static void
bench_open (const char *id)
{
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_object_unref);
  double begin = bench_cpu_ms (), first, all;
  SparkReplica *replica = bench_open_replica (id);
  SparkVideoList *list = spark_video_list_new (replica, "1");

  look_at (G_LIST_MODEL (list), shown);
  first = bench_cpu_ms () - begin;
  bench_settle ();
  all = bench_cpu_ms () - begin;
  g_print ("open: first %d rows %.2f ms, all %u keys %.2f ms\n", N_SHOWN, first,
           g_list_model_get_n_items (G_LIST_MODEL (list)), all);
  for (int sort = SPARK_SORT_VIEWS; sort <= SPARK_SORT_BRANDS; sort++)
    {
      begin = bench_cpu_ms ();
      spark_video_list_set_sort (list, (SparkVideoSort)sort);
      look_at (G_LIST_MODEL (list), shown);
      bench_settle ();
      g_print ("sort %d: %.2f ms\n", sort, bench_cpu_ms () - begin);
    }
  spark_video_list_set_sort (list, SPARK_SORT_DATE);
  bench_settle ();
  begin = bench_cpu_ms ();
  spark_video_list_set_facts (list, SPARK_FACT_IN_USE | SPARK_FACT_ENDING, 7);
  bench_settle ();
  g_print ("filter: %u of them %.2f ms\n", g_list_model_get_n_items (G_LIST_MODEL (list)),
           bench_cpu_ms () - begin);
  begin = bench_cpu_ms ();
  spark_video_list_count (list, SPARK_FACT_NOT_AUTHORIZED, 0);
  g_print ("count: %.2f ms\n", bench_cpu_ms () - begin);
  g_clear_pointer (&shown, g_ptr_array_unref);
  shown = NULL;
  g_object_unref (list);
  bench_search (replica, "1", captions, "search");
  bench_search (replica, NULL, captions, "search of all accounts");
  bench_search (replica, NULL, creators, "search of creators");
  spark_replica_close (replica);
  bench_settle ();
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
  SparkReplica *replica = bench_open_replica (id);
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, "1");

  bench_settle ();
  spark_video_list_set_search (list, "morning");
  bench_settle ();
  spark_video_list_set_search (list, NULL);
  bench_settle ();
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
  SparkReplica *replica = bench_open_replica (id);
  double apply, longest;

  bench_fill (replica, N_ACCOUNTS, n_videos, &apply, &longest);
  if (say)
    g_print ("apply: %u videos %.0f ms, %.1f us each; longest turn of the main loop %.1f ms of CPU "
             "time\n",
             n_videos, apply, apply * 1e3 / n_videos, longest);
  spark_replica_close (replica);
  bench_settle ();
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
