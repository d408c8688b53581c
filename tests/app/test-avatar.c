/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/spark-avatar.h"
#include "fake-backend.h"
#include "test-window.h"

/* Another one each time: what was fetched stays on disk. */
static char *
make_path (void)
{
  g_autofree char *id = g_uuid_string_random ();

  return g_strconcat ("/v1/accounts/1/avatar?picture=", id, NULL);
}

static void
set_picture (void)
{
  guint8 pixels[64 * 64 * 4];
  g_autoptr (GBytes) grey = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GBytes) png = NULL;

  memset (pixels, 0x55, sizeof pixels);
  grey = g_bytes_new (pixels, sizeof pixels);
  texture = gdk_memory_texture_new (64, 64, GDK_MEMORY_R8G8B8A8, grey, 64 * 4);
  png = gdk_texture_save_to_png_bytes (texture);
  fake_set_picture (png);
}

static void
on_missed_cb (SparkCovers *covers, const GError *error, guint *n_missed)
{
  (*n_missed)++;
}

static void
miss (AdwAvatar *avatar, SparkCovers *covers, SparkClient *client)
{
  g_autofree char *path = make_path ();
  g_autoptr (GBytes) none = g_bytes_new_static ("none", 4);
  guint n_missed = 0;
  gulong id = g_signal_connect (covers, "missed", G_CALLBACK (on_missed_cb), &n_missed);

  fake_set_picture (none);
  spark_avatar_set_source (avatar, covers, client, path, TRUE);
  test_wait (n_missed > 0);
  g_assert_null (adw_avatar_get_custom_image (avatar));
  g_signal_handler_disconnect (covers, id);
}

static void
test_avatar (void)
{
  AdwAvatar *avatar = ADW_AVATAR (adw_avatar_new (22, "Mia", TRUE));
  SparkWindow *window = test_window_new (GTK_WIDGET (avatar));
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  g_autoptr (SparkCovers) covers = spark_covers_new ();
  g_autofree char *path = make_path ();
  g_autofree char *second = make_path ();
  g_autofree char *third = make_path ();
  GdkPaintable *shown;

  set_picture ();
  /* Nothing is asked for that is elsewhere, or while nobody can be asked. */
  spark_avatar_set_source (avatar, covers, client, "https://elsewhere.example/a.png", TRUE);
  spark_avatar_set_source (avatar, covers, client, path, FALSE);
  for (int i = 0; i < 10; i++)
    test_turn ();
  g_assert_null (adw_avatar_get_custom_image (avatar));

  spark_avatar_set_source (avatar, covers, client, path, TRUE);
  test_wait (adw_avatar_get_custom_image (avatar) != NULL);
  shown = adw_avatar_get_custom_image (avatar);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (shown), ==,
                   22 * gtk_widget_get_scale_factor (GTK_WIDGET (avatar)));
  spark_avatar_set_source (avatar, covers, client, path, TRUE);
  g_assert_true (adw_avatar_get_custom_image (avatar) == shown);

  /* Another account's face is not this one's; the one known is there at once. */
  spark_avatar_set_source (avatar, covers, client, NULL, TRUE);
  g_assert_null (adw_avatar_get_custom_image (avatar));
  spark_avatar_set_source (avatar, covers, client, path, TRUE);
  g_assert_nonnull (adw_avatar_get_custom_image (avatar));

  /* What comes too late is not shown. */
  spark_avatar_set_source (avatar, covers, client, second, TRUE);
  g_assert_null (adw_avatar_get_custom_image (avatar));
  spark_avatar_set_source (avatar, covers, client, NULL, TRUE);
  for (int i = 0; i < 10; i++)
    test_turn ();
  g_assert_null (adw_avatar_get_custom_image (avatar));

  /* What is missing is asked for once more where it is still wanted. */
  miss (avatar, covers, client);
  spark_avatar_set_source (avatar, covers, client, NULL, TRUE);
  set_picture ();
  spark_covers_retry (covers);
  for (int i = 0; i < 10; i++)
    test_turn ();
  g_assert_null (adw_avatar_get_custom_image (avatar));
  miss (avatar, covers, client);
  set_picture ();
  spark_covers_retry (covers);
  test_wait (adw_avatar_get_custom_image (avatar) != NULL);

  /* Nor does what still comes keep what is gone. */
  spark_avatar_set_source (avatar, covers, client, third, TRUE);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  test_begin ();
  g_test_add_func ("/avatar/shown", test_avatar);
  return g_test_run ();
}
