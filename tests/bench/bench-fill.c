/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "bench-fill.h"
#include "client/spark-replica-writer.h"
#include "model/spark-rules.h"

#define PAGE 500

static const char *const words[] = {
  "morning",    "routine",  "coffee", "recipe",  "travel", "Zürich",   "sunset", "haul",
  "unboxing",   "tips",     "summer", "fitness", "dance",  "tutorial", "review", "makeup",
  "budget",     "garden",   "vegan",  "street",  "早晨",   "咖啡",     "旅行",   "料理",
  "ルーティン", "おすすめ", "สวัสดี",   "مرحبا",   "🎉",      "fyp",
};

double
bench_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void
bench_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

SparkReplica *
bench_open_replica (const char *id)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (GError) error = NULL;
  SparkReplica *replica = spark_replica_new (id, key, &error);

  if (replica == NULL)
    g_error ("%s", error->message);
  return replica;
}

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
  g_autofree char *item_id = g_strdup_printf ("7%09u%09u", i, i * 7919 % 1000000000);
  g_autofree char *caption = make_caption (i);
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  const char *text;
  gsize length;
  SparkVideo video = {
    .id = id,
    .account_id = "1",
    .item_id = item_id,
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

static JsonNode *
make_account (guint number)
{
  g_autofree char *name = number == 1 ? g_strdup ("Ada") : g_strdup_printf ("Creator %02u", number);
  g_autofree char *text = g_strdup_printf (
      "{\"account_id\":\"%u\",\"seq\":1,\"kind\":\"account\",\"id\":\"%u\",\"object\":{\"id\":"
      "\"%u\",\"name\":\"%s\",\"handle\":\"creator.%u\",\"platform\":\"tracked\","
      "\"role\":\"owner\",\"periods\":[7,30],\"brand_url\":null,\"platform_seen_at\":null,"
      "\"created_at\":\"2026-01-02T10:00:00Z\"}}",
      number, number, number, name, number);

  return spark_json_parse_object (text, strlen (text), strlen (text), NULL);
}

static void
on_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!spark_replica_apply_finish (SPARK_REPLICA (source), result, NULL, &error))
    g_error ("%s", error->message);
  --*(guint *)user_data;
}

double
bench_thread_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void
bench_fill (SparkReplica *replica, guint n_accounts, guint n_videos, double *apply_cpu,
            double *longest)
{
  g_autoptr (SparkVideoList) list = spark_video_list_new (replica, "1");

  *apply_cpu = *longest = 0;
  for (guint at = 0; at < n_videos; at += PAGE)
    {
      g_autoptr (JsonArray) changes = json_array_new ();
      SparkApplyFlags flags = SPARK_APPLY_LOAD;
      guint left = 1;
      double begin;

      for (guint number = 1; at == 0 && number <= n_accounts; number++)
        json_array_add_element (changes, make_account (number));
      for (guint i = at; i < MIN (at + PAGE, n_videos); i++)
        json_array_add_element (changes, make_change (i));
      if (at == 0)
        flags |= SPARK_APPLY_LOAD_BEGINS;
      if (at + PAGE >= n_videos)
        flags |= SPARK_APPLY_LOAD_ENDS;
      begin = bench_cpu_ms ();
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
          turn = bench_thread_ms ();
          g_main_context_iteration (NULL, FALSE);
          *longest = MAX (*longest, bench_thread_ms () - turn);
        }
      *apply_cpu += bench_cpu_ms () - begin;
    }
  bench_settle ();
}
