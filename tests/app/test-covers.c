/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <unistd.h>
#include <utime.h>

#include "app/spark-act-button.h"
#include "app/spark-cover.h"
#include "app/spark-covers.h"
#include "app/spark-video-cell.h"
#include "fake-backend.h"
#include "test-window.h"

/* Noise, which no picture format makes small. */
#define NOISE_SIDE 900
/* More of it than is written before the disk is looked at. */
#define N_NOISE    4
#define OLD_BYTES  (80 * 1024 * 1024)
#define DAY_S      (24 * 60 * 60)

static void
set_picture (void)
{
  gsize size = NOISE_SIDE * NOISE_SIDE * 4;
  guint32 *pixels = g_malloc (size);
  g_autoptr (GBytes) noise = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GBytes) png = NULL;

  for (gsize i = 0; i < size / sizeof *pixels; i++)
    pixels[i] = g_test_rand_int () | 0xff000000;
  noise = g_bytes_new_take (pixels, size);
  texture = gdk_memory_texture_new (NOISE_SIDE, NOISE_SIDE, GDK_MEMORY_R8G8B8A8, noise,
                                    NOISE_SIDE * 4);
  png = gdk_texture_save_to_png_bytes (texture);
  fake_set_picture (png);
}

static void
on_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture
      = spark_covers_load_finish (SPARK_COVERS (source), result, &error);

  g_assert_no_error (error);
  (*(guint *)user_data)++;
}

static void
load (SparkCovers *covers, SparkClient *client, const char *path)
{
  guint n = 0;

  spark_covers_load_async (covers, client, path, TRUE, 64, 64, 0, NULL, on_loaded_cb, &n);
  test_wait (n == 1);
}

static char *
make_path (void)
{
  g_autofree char *id = g_uuid_string_random ();

  return g_strconcat ("/v1/videos/1.1/cover?picture=", id, NULL);
}

/* The one file in the cache; (transfer full) */
static char *
find_file (void)
{
  g_autofree char *directory = g_build_filename (g_get_user_cache_dir (), "sparkbox", "covers", NULL);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  name = g_dir_read_name (dir);
  return name != NULL ? g_build_filename (directory, name, NULL) : NULL;
}

static void
clear_cache (void)
{
  for (;;)
    {
      g_autofree char *path = find_file ();

      if (path == NULL)
        return;
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

/* In a day of scrolling, not only at the start: what was not used for longest goes. */
static void
test_disk (void)
{
  SparkWindow *window = test_window_new (adw_bin_new ());
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  g_autoptr (SparkCovers) covers = spark_covers_new ();
  g_autofree char *directory = g_build_filename (g_get_user_cache_dir (), "sparkbox", "covers", NULL);
  g_autofree char *old = g_build_filename (directory, "old", NULL);
  struct utimbuf yesterday = { time (NULL) - 2 * DAY_S, time (NULL) - 2 * DAY_S };
  int file;

  clear_cache ();
  set_picture ();
  file = g_open (old, O_WRONLY | O_CREAT, 0600);
  g_assert_cmpint (ftruncate (file, OLD_BYTES), ==, 0);
  close (file);
  g_assert_cmpint (g_utime (old, &yesterday), ==, 0);
  for (guint i = 0; i < N_NOISE; i++)
    {
      g_autofree char *path = make_path ();

      load (covers, client, path);
    }
  test_wait (!g_file_test (old, G_FILE_TEST_EXISTS));
  clear_cache ();
  test_window_free (window);
}

/* What is looked at is used, though it was fetched long ago. */
static void
test_used (void)
{
  SparkWindow *window = test_window_new (adw_bin_new ());
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  SparkCovers *covers = spark_covers_new ();
  struct utimbuf before = { time (NULL) - 20 * DAY_S, time (NULL) - 20 * DAY_S };
  g_autofree char *path = make_path ();
  g_autofree char *file = NULL;
  GStatBuf status;

  clear_cache ();
  set_picture ();
  load (covers, client, path);
  g_assert_cmpuint (spark_covers_get_size (covers), ==, 64 * 64 * 4);
  g_object_unref (covers);
  file = find_file ();
  g_assert_nonnull (file);
  g_assert_cmpint (g_utime (file, &before), ==, 0);
  covers = spark_covers_new ();
  load (covers, client, path);
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpint (status.st_mtime, >, time (NULL) - DAY_S);
  g_object_unref (covers);
  clear_cache ();
  test_window_free (window);
}

/* Each shape is another cover in memory, and its corners are cut where they are asked to be. */
static void
test_corners (void)
{
  SparkWindow *window = test_window_new (adw_bin_new ());
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  g_autoptr (SparkCovers) covers = spark_covers_new ();
  g_autofree char *path = make_path ();
  g_autofree guint32 *pixels = g_new (guint32, 64 * 64);
  static const guint at_corners[] = { 0, 63, 63 * 64, 64 * 64 - 1 };
  /* Where the arcs of each corner have ended. */
  static const guint beside_corners[]
      = { 9, 54, 9 * 64, 9 * 64 + 63, 54 * 64, 54 * 64 + 63, 63 * 64 + 9, 63 * 64 + 54 };
  g_autoptr (GdkTexture) square = NULL;
  g_autoptr (GdkTexture) rounded = NULL;
  guint n = 0;

  clear_cache ();
  set_picture ();
  load (covers, client, path);
  g_assert_null (spark_covers_peek (covers, client, path, 64, 64, 9));
  square = spark_covers_peek (covers, client, path, 64, 64, 0);
  gdk_texture_download (square, (guchar *)pixels, 64 * 4);
  for (guint i = 0; i < G_N_ELEMENTS (at_corners); i++)
    g_assert_cmphex (pixels[at_corners[i]] >> 24, ==, 0xff);

  spark_covers_load_async (covers, client, path, FALSE, 64, 64, 9, NULL, on_loaded_cb, &n);
  test_wait (n == 1);
  rounded = spark_covers_peek (covers, client, path, 64, 64, 9);
  gdk_texture_download (rounded, (guchar *)pixels, 64 * 4);
  for (guint i = 0; i < G_N_ELEMENTS (at_corners); i++)
    g_assert_cmphex (pixels[at_corners[i]] >> 24, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (beside_corners); i++)
    g_assert_cmphex (pixels[beside_corners[i]] >> 24, ==, 0xff);
  g_assert_cmphex (pixels[32 * 64 + 32] >> 24, ==, 0xff);
  clear_cache ();
  test_window_free (window);
}

/* With larger letters it is larger: its corners are as round as before. */
static void
test_grows (void)
{
  GtkWidget *cover = g_object_new (SPARK_TYPE_COVER, "width", 64, "height", 64, NULL);
  SparkWindow *window = test_window_new (cover);
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  g_autoptr (SparkCovers) covers = spark_covers_new ();
  g_autofree char *path = make_path ();
  g_autoptr (GdkTexture) small = NULL;
  g_autoptr (GdkTexture) large = NULL;

  clear_cache ();
  set_picture ();
  spark_cover_set_source (SPARK_COVER (cover), covers, client, path, TRUE);
  test_wait ((small = spark_covers_peek (covers, client, path, 64, 64, 9)) != NULL);
  g_object_set (cover, "width", 128, "height", 128, NULL);
  test_wait ((large = spark_covers_peek (covers, client, path, 128, 128, 9)) != NULL);
  clear_cache ();
  test_window_free (window);
}

/* What is below a cover is as wide as it, whatever is written there. */
static void
test_cell (void)
{
  GtkWidget *bin = adw_bin_new ();
  SparkWindow *window = test_window_new (bin);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkContext *context = spark_context_new ();
  const SparkVideo video = { .id = "1.1",
                             .account_id = "1",
                             .caption = "Three pasta sauces in ten minutes",
                             .authorization = { .state = SPARK_AUTHORIZATION_READY } };
  const SparkAccount account
      = { .id = "1", .name = "Mine", .platform = SPARK_PLATFORM_SANDBOX, .role = SPARK_ROLE_OWNER };
  g_autoptr (SparkVideoItem) item = NULL;
  GtkWidget *cell = spark_video_cell_new (context);
  GtkWidget *cover, *caption, *button;
  int width, least;

  fake_add_account (spark_backend_get_replica (backend), &account);
  fake_add_video (spark_backend_get_replica (backend), &video);
  item = spark_replica_get_video (spark_backend_get_replica (backend), "1.1");
  spark_context_set (context, backend, NULL);
  adw_bin_set_child (ADW_BIN (bin), cell);
  spark_video_cell_set_item (SPARK_VIDEO_CELL (cell), item);
  cover = test_find (cell, SPARK_TYPE_COVER, 0);
  button = test_find (cell, SPARK_TYPE_ACT_BUTTON, 0);
  caption = GTK_WIDGET (
      gtk_widget_get_template_child (cell, SPARK_TYPE_VIDEO_CELL, "caption_label"));
  gtk_button_set_label (GTK_BUTTON (button), "Generieren und kopieren, und zwar gleich");
  test_wait (gtk_widget_get_width (button) > 0);
  gtk_widget_measure (cover, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  width = gtk_widget_get_width (cover);
  g_assert_cmpint (width, ==, least);
  g_assert_cmpint (gtk_widget_get_width (bin), >, width);
  g_assert_cmpint (gtk_widget_get_allocated_width (button), ==, width);
  g_assert_cmpint (gtk_widget_get_width (caption), ==, width);
  g_object_unref (context);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  test_begin ();
  g_test_add_func ("/covers/disk", test_disk);
  g_test_add_func ("/covers/used", test_used);
  g_test_add_func ("/covers/corners", test_corners);
  g_test_add_func ("/covers/grows", test_grows);
  g_test_add_func ("/covers/cell", test_cell);
  return g_test_run ();
}
