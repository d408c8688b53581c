/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>

#include "fake-backend.h"
#include "model/spark-rules.h"
#include "share-fixture.h"
#include "test-window.h"

SparkAccount
share_make_account (const char *id, SparkPlatformKind platform, const char *brand_url)
{
  return (SparkAccount){ .id = id,
                         .name = "Mia’s videos",
                         .handle = "mia",
                         .platform = platform,
                         .role = SPARK_ROLE_OWNER,
                         .brand_url = brand_url,
                         .periods = { 7, 30, 60, 180, 365 },
                         .n_periods = 5 };
}

SparkWindow *
share_set_up (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 end = spark_time_now () + 20 * SPARK_DAY_MS;
  const SparkAccount accounts[] = {
    share_make_account ("1", SPARK_PLATFORM_SANDBOX, "https://sparkbox.example.org"),
    share_make_account ("2", SPARK_PLATFORM_TRACKED, "https://sparkbox.example.org"),
    share_make_account ("3", SPARK_PLATFORM_SANDBOX, NULL),
    share_make_account ("4", SPARK_PLATFORM_TIKTOK, "https://sparkbox.example.org"),
  };
  const SparkVideo videos[] = {
    { .id = "1.1",
      .account_id = "1",
      .caption = "Morning <b>routine</b> {end}",
      .cover_url = "/v1/videos/1.1/cover",
      .eligible = TRUE,
      .authorization
      = { .state = SPARK_AUTHORIZATION_READY, .code_id = "1.7", .ends_at = end, .links = 1 } },
    { .id = "1.2", .account_id = "1", .caption = "Fresh", .eligible = TRUE },
    { .id = "2.1", .account_id = "2", .caption = "Mine", .eligible = TRUE },
    { .id = "4.1", .account_id = "4", .caption = "Without", .eligible = TRUE },
    { .id = "4.2",
      .account_id = "4",
      .caption = "With",
      .eligible = TRUE,
      .authorization = { .state = SPARK_AUTHORIZATION_READY, .code_id = "4.9", .ends_at = end } },
    { .id = "3.1", .account_id = "3", .caption = "Alone", .eligible = TRUE },
  };
  const SparkCode code = { .id = "1.7",
                           .video_id = "1.1",
                           .code = SHARE_CODE,
                           .state = SPARK_CODE_STATE_READY,
                           .days = 30,
                           .ends_at = end };
  const SparkLink links[] = {
    { .id = "1.8",
      .video_id = "1.1",
      .brand = { "1.4", "Acme" },
      .url = SHARE_URL,
      .state = SPARK_LINK_STATE_OPEN,
      .ends_at = end },
    { .id = "1.10",
      .video_id = "1.1",
      .brand = { "1.5", "Nord" },
      .state = SPARK_LINK_STATE_REDEEMED,
      .ends_at = end },
  };
  const SparkBrand brand = { .id = "1.4", .name = "Acme" };

  for (gsize i = 0; i < G_N_ELEMENTS (accounts); i++)
    fake_add_account (replica, &accounts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (videos); i++)
    fake_add_video (replica, &videos[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    fake_add_link (replica, &links[i]);
  fake_add_code (replica, &code);
  fake_add_brand (replica, &brand);
  return window;
}

void
share_assert_toast (SparkWindow *window, const char *expected)
{
  g_autofree char *title = NULL;

  test_wait ((title = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (title, ==, expected);
}

static void
on_text_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

char *
share_read_clipboard (SparkWindow *window)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL, on_text_cb,
                                 &text);
  test_wait (text != NULL);
  return text;
}

void
share_assert_text (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_test_message ("%s", texts);
  g_assert_nonnull (strstr (texts, part));
}

void
share_type_brand (gpointer dialog, const char *name)
{
  gtk_editable_set_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0)), name);
}

/* The button whose label is @label, without its mnemonic. */
GtkButton *
share_find_button (gpointer root, const char *label)
{
  for (guint i = 0;; i++)
    {
      GtkButton *button = test_find (root, GTK_TYPE_BUTTON, i);

      g_assert_nonnull (button);
      if (g_strcmp0 (gtk_button_get_label (button), label) == 0)
        return button;
    }
}

void
share_press (gpointer root, const char *label)
{
  g_signal_emit_by_name (share_find_button (root, label), "clicked");
}

/* What a scanner reads in a picture; (transfer full) */
static char *
scan (const char *path)
{
  const char *const argv[] = { "zbarimg", "--quiet", "--raw", path, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, &out, NULL, &status, &error);
  g_assert_no_error (error);
  return g_strdup (g_strchomp (out));
}

/* The same of a file that is being written. */
void
share_assert_file_scans (const char *path, const char *expected)
{
  g_autofree char *read = NULL;

  test_wait (g_file_test (path, G_FILE_TEST_EXISTS)
             && (g_free (read), read = scan (path), *read != '\0'));
  g_assert_cmpstr (read, ==, expected);
}

char *
share_make_path (const char *name)
{
  return g_build_filename (g_get_user_runtime_dir (), name, NULL);
}

void
share_assert_scans (GdkTexture *texture, const char *expected)
{
  g_autofree char *path = share_make_path ("scanned.png");
  g_autofree char *read = NULL;

  g_assert_true (gdk_texture_save_to_png (texture, path));
  read = scan (path);
  g_assert_cmpstr (read, ==, expected);
  g_unlink (path);
}
