/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <locale.h>

#include "app/spark-brand-dialog.h"
#include "app/spark-confirm.h"
#include "app/spark-context.h"
#include "app/spark-link-dialog.h"
#include "app/spark-mail.h"
#include "app/spark-qr.h"
#include "app/spark-share-card.h"
#include "app/spark-share-dialog.h"
#include "app/spark-terms.h"
#include "app/spark-video-page.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-window.h"

#define CODE "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define URL                                                                                        \
  "https://sparkbox.example.org/"                                                                  \
  "r#%23SparkboxCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC%3D%3D"
#define LINK_JSON(url)                                                                             \
  "{\"id\":\"1.8\",\"video_id\":\"1.1\",\"brand\":{\"id\":\"1.4\",\"name\":\"Acme\"},\"string\":"  \
  "null,\"url\":" url ",\"state\":\"open\",\"ends_at\":\"2030-01-08T12:00:00Z\",\"created_at\":"   \
  "\"2029-12-01T12:00:00Z\"}"
#define CODE_JSON                                                                                  \
  "{\"id\":\"1.9\",\"video_id\":\"1.2\",\"code\":\"" CODE "\",\"state\":\"ready\",\"days\":30,"    \
  "\"starts_at\":\"2029-11-01T00:00:00Z\",\"ends_at\":\"2030-01-08T12:00:00Z\","                   \
  "\"created_at\":\"2026-11-01T00:00:00Z\"}"

static SparkAccount
make_account (const char *id, SparkPlatformKind platform, const char *brand_url)
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

static SparkWindow *
set_up (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 end = spark_time_now () + 20 * SPARK_DAY_MS;
  const SparkAccount accounts[] = {
    make_account ("1", SPARK_PLATFORM_SANDBOX, "https://sparkbox.example.org"),
    make_account ("2", SPARK_PLATFORM_TRACKED, "https://sparkbox.example.org"),
    make_account ("3", SPARK_PLATFORM_SANDBOX, NULL),
    make_account ("4", SPARK_PLATFORM_TIKTOK, "https://sparkbox.example.org"),
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
  const SparkCode code
      = { .id = "1.7", .video_id = "1.1", .code = CODE, .state = SPARK_CODE_STATE_READY,
          .days = 30,  .ends_at = end };
  const SparkLink links[] = {
    { .id = "1.8", .video_id = "1.1", .brand = { "1.4", "Acme" }, .url = URL,
      .state = SPARK_LINK_STATE_OPEN, .ends_at = end },
    { .id = "1.10", .video_id = "1.1", .brand = { "1.5", "Nord" },
      .state = SPARK_LINK_STATE_REDEEMED, .ends_at = end },
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

static void
assert_toast (SparkWindow *window, const char *expected)
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

static char *
read_clipboard (SparkWindow *window)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL, on_text_cb,
                                 &text);
  test_wait (text != NULL);
  return text;
}

static void
assert_text (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_test_message ("%s", texts);
  g_assert_nonnull (strstr (texts, part));
}

static void
type_brand (gpointer dialog, const char *name)
{
  gtk_editable_set_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0)), name);
}

/* The button whose label is @label, without its mnemonic. */
static GtkButton *
find_button (gpointer root, const char *label)
{
  for (guint i = 0;; i++)
    {
      GtkButton *button = test_find (root, GTK_TYPE_BUTTON, i);

      g_assert_nonnull (button);
      if (g_strcmp0 (gtk_button_get_label (button), label) == 0)
        return button;
    }
}

static void
press (gpointer root, const char *label)
{
  g_signal_emit_by_name (find_button (root, label), "clicked");
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
static void
assert_file_scans (const char *path, const char *expected)
{
  g_autofree char *read = NULL;

  test_wait (g_file_test (path, G_FILE_TEST_EXISTS)
             && (g_free (read), read = scan (path), *read != '\0'));
  g_assert_cmpstr (read, ==, expected);
}

static char *
make_path (const char *name)
{
  return g_build_filename (g_get_user_runtime_dir (), name, NULL);
}

static void
assert_scans (GdkTexture *texture, const char *expected)
{
  g_autofree char *path = make_path ("scanned.png");
  g_autofree char *read = NULL;

  g_assert_true (gdk_texture_save_to_png (texture, path));
  read = scan (path);
  g_assert_cmpstr (read, ==, expected);
  g_unlink (path);
}

/* --- the pictures --- */

static void
test_qr (void)
{
  g_autoptr (GdkTexture) small = spark_qr_make_texture (URL, 300);
  g_autoptr (GdkTexture) odd = spark_qr_make_texture ("Ä/{}%23=", 217);
  g_autofree char *long_text = g_strnfill (5000, 'x');

  assert_scans (small, URL);
  assert_scans (odd, "Ä/{}%23=");
  g_assert_null (spark_qr_make_texture (long_text, 300));
}

static void
test_words (void)
{
  static const char *const keys[] = { "subject", "message", "for", "period", "scan", "sample" };
  const SparkShareWords words = { .brand = "Acme {url}",
                                  .account = "Mia’s videos",
                                  .video = "Routine",
                                  .url = URL,
                                  .starts_at = G_GINT64_CONSTANT (1766664000000),
                                  .ends_at = G_GINT64_CONSTANT (1769256000000),
                                  .sample = TRUE };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; spark_share_languages ()[i] != NULL; i++)
    {
      const char *language = spark_share_languages ()[i];
      g_autofree char *message = spark_share_say (language, "message", &words);
      g_autofree char *name = spark_share_language_name (language);

      g_assert_true (g_hash_table_add (seen, g_steal_pointer (&name)));
      for (gsize key = 0; key < G_N_ELEMENTS (keys); key++)
        {
          char *said = spark_share_say (language, keys[key], &words);

          g_assert_cmpstr (said, !=, "");
          /* Short ones are alike in some languages. */
          if (key == 2 || key == 3)
            g_free (said);
          else
            g_assert_true (g_hash_table_add (seen, said));
        }
      g_test_message ("%s", message);
      g_assert_nonnull (strstr (message, URL));
      g_assert_nonnull (strstr (message, "Acme {url}"));
      g_assert_nonnull (strstr (message, "Routine"));
      g_assert_nonnull (strstr (message, "Mia’s videos"));
      g_assert_null (strstr (message, "{end}"));
      g_assert_nonnull (strstr (message, "24"));
    }
  g_assert_cmpstr (spark_share_language_usual (), ==, "en");
}

static void
test_card (void)
{
  const SparkShareWords words = { .brand = "A Brand With a Very Long Name of Many Many Words Indeed",
                                  .creator = "mia",
                                  .video = "A caption that goes on and on. A caption that goes on "
                                           "and on. A caption that goes on and on.",
                                  .url = URL,
                                  .starts_at = G_GINT64_CONSTANT (1766664000000),
                                  .ends_at = G_GINT64_CONSTANT (1769256000000),
                                  .sample = TRUE };

  for (guint i = 0; spark_share_languages ()[i] != NULL; i++)
    {
      g_autoptr (GdkTexture) card
          = spark_share_card_draw (NULL, spark_share_languages ()[i], &words);

      g_assert_cmpint (gdk_texture_get_width (card), ==, SPARK_SHARE_CARD_WIDTH);
      /* The others differ in words alone, which are drawn around it. */
      if (i == 0 || spark_share_language_is_rtl (spark_share_languages ()[i]))
        assert_scans (card, URL);
    }
}

/* --- making a link --- */

static void
test_make (void)
{
  SparkWindow *window = set_up ();
  gpointer dialog;

  fake_answer ("POST /v1/videos/1.1/links", LINK_JSON ("\"" URL "\""));
  test_window_act (window, "win.share-link", "1.1");
  dialog = test_get_dialog (window);
  g_assert_true (SPARK_IS_LINK_DIALOG (dialog));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  assert_text (dialog, "The brand never sees the code.");
  type_brand (dialog, "acme");
  spark_dialog_submit (dialog);
  test_wait (test_has_dialog (window) && SPARK_IS_SHARE_DIALOG (test_get_dialog (window)));
  g_assert_cmpstr (fake_sent (), ==, "POST /v1/videos/1.1/links {\"brand\":\"1.4\"}\n");
  assert_scans (spark_share_dialog_get_card (SPARK_SHARE_DIALOG (test_get_dialog (window))), URL);
  test_window_free (window);
}

static void
test_make_with_code (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gpointer dialog;

  fake_answer ("POST /v1/videos/1.2/code", CODE_JSON);
  fake_refuse ("POST /v1/videos/1.2/links",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_INTERNAL, ""));
  test_window_act (window, "win.share-link", "1.2");
  dialog = test_get_dialog (window);
  assert_text (dialog, "A code is generated first (30 days");
  type_brand (dialog, "New Brand");
  spark_dialog_submit (dialog);
  test_wait (spark_dialog_get_problem (dialog) != NULL);
  g_assert_true (spark_terms_get_consent (replica, "1"));

  /* The code is there by now. */
  fake_answer ("POST /v1/videos/1.2/links", LINK_JSON ("\"" URL "\""));
  spark_dialog_submit (dialog);
  test_wait (test_has_dialog (window) && SPARK_IS_SHARE_DIALOG (test_get_dialog (window)));
  g_assert_cmpstr (fake_sent (), ==,
                   "POST /v1/videos/1.2/code {\"days\":30}\n"
                   "POST /v1/videos/1.2/links {\"brand\":{\"name\":\"New Brand\"}}\n"
                   "POST /v1/videos/1.2/links {\"brand\":{\"name\":\"New Brand\"}}\n");
  test_window_free (window);
}

static void
test_make_end (void)
{
  SparkWindow *window = set_up ();
  gpointer dialog;
  GObject *row;

  fake_answer ("POST /v1/videos/1.1/links", LINK_JSON ("null"));
  test_window_act (window, "win.share-link", "1.1");
  dialog = test_get_dialog (window);
  type_brand (dialog, "Acme");
  row = test_find (dialog, g_type_from_name ("SparkDateRow"), 0);
  g_object_set (row, "end", spark_time_now () + 40 * SPARK_DAY_MS, NULL);
  assert_text (dialog, "no link lasts longer");
  g_assert_false (spark_dialog_get_can_submit (dialog));
  g_object_set (row, "end", G_GINT64_CONSTANT (4000000000000), NULL);
  g_assert_false (spark_dialog_get_can_submit (dialog));
  g_object_set (row, "end", spark_time_now () + 10 * SPARK_DAY_MS, NULL);
  g_assert_true (spark_dialog_get_can_submit (dialog));
  spark_dialog_submit (dialog);
  assert_toast (window, "Link made");
  g_assert_nonnull (strstr (fake_sent (), "{\"brand\":\"1.4\",\"ends_at\":\"20"));
  test_window_free (window);
}

static void
test_make_malformed (void)
{
  static const char *const answers[] = { "", "[]", "{}", "{\"id\":\"1.8\",\"state\":\"strange\"}" };
  SparkWindow *window = set_up ();
  gpointer dialog;

  test_window_act (window, "win.share-link", "1.1");
  dialog = test_get_dialog (window);
  type_brand (dialog, "Acme");
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      fake_answer ("POST /v1/videos/1.1/links", answers[i]);
      spark_dialog_submit (dialog);
      test_wait (spark_dialog_get_problem (dialog) != NULL);
      g_assert_true (SPARK_IS_LINK_DIALOG (test_get_dialog (window)));
    }
  test_window_free (window);
}

static void
test_obstacles (void)
{
  SparkWindow *window = set_up ();
  SparkAccount account = make_account ("1", SPARK_PLATFORM_SANDBOX, "https://a.example");

  g_assert_null (spark_link_obstacle (&account));
  account.role = SPARK_ROLE_VIEW;
  g_assert_cmpstr (spark_link_obstacle (&account), ==, "");
  g_assert_cmpstr (spark_link_obstacle (NULL), ==, "");
  test_window_act (window, "win.share-link", "2.1");
  assert_toast (window, "On TikTok a brand uses the code itself. Copy the code instead.");
  test_window_act (window, "win.share-link", "3.1");
  assert_toast (window, "Brands can’t reach this computer. Copy the code, or join a server.");
  test_window_act (window, "win.share-link", "4.1");
  assert_toast (window, "Generate a code for this video first");
  g_assert_false (test_has_dialog (window));
  test_window_act (window, "win.share-link", "4.2");
  g_assert_true (SPARK_IS_LINK_DIALOG (test_get_dialog (window)));
  gtk_window_destroy (test_get_dialog (window));
  test_wait (!test_has_dialog (window));
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  test_window_act (window, "win.share-link", "1.1");
  assert_toast (window, "Not possible while offline");
  test_window_act (window, "win.withdraw-link", "1.8");
  assert_toast (window, "Not possible while offline");
  g_assert_false (test_has_dialog (window));
  test_window_free (window);
}

/* --- one that is there --- */

static void
test_copy (void)
{
  SparkWindow *window = set_up ();
  g_autofree char *text = NULL;
  g_autofree char *fetched = NULL;

  test_window_act (window, "win.copy-link", "1.8");
  assert_toast (window, "Link for Acme copied");
  text = read_clipboard (window);
  g_assert_cmpstr (text, ==, URL);

  /* One that is not on this computer. */
  fake_answer ("GET /v1/links/1.10", LINK_JSON ("\"https://sparkbox.example.org/r#other\""));
  test_window_act (window, "win.copy-link", "1.10");
  assert_toast (window, "Link for Acme copied");
  fetched = read_clipboard (window);
  g_assert_cmpstr (fetched, ==, "https://sparkbox.example.org/r#other");
  fake_answer ("GET /v1/links/1.10", LINK_JSON ("null"));
  test_window_act (window, "win.show-link", "1.10");
  assert_toast (window, "This link is no longer open");
  test_window_act (window, "win.copy-link", "1.99");
  assert_toast (window, "It is no longer there");
  test_window_free (window);
}

static void
test_withdraw (void)
{
  SparkWindow *window = set_up ();

  fake_refuse ("DELETE /v1/links/1.8",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_LINK_USED, ""));
  test_window_act (window, "win.withdraw-link", "1.8");
  assert_text (test_get_dialog (window), "Acme can no longer redeem it.");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (test_get_dialog (window)), "confirm");
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (test_get_dialog (window))) != NULL);
  fake_answer ("DELETE /v1/links/1.8", "");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (test_get_dialog (window)), "confirm");
  assert_toast (window, "Link withdrawn");
  test_window_free (window);
}

static void
test_share (void)
{
  SparkWindow *window = set_up ();
  g_autofree char *qr = make_path ("qr.png");
  g_autofree char *card = make_path ("card.png");
  g_autoptr (GFile) qr_file = g_file_new_for_path (qr);
  g_autoptr (GFile) card_file = g_file_new_for_path (card);
  g_autofree char *link = NULL;
  g_autofree char *message = NULL;
  g_autoptr (GBytes) grey = g_bytes_new_take (g_strnfill (64 * 64 * 4, 0x55), 64 * 64 * 4);
  g_autoptr (GdkTexture) cover
      = gdk_memory_texture_new (64, 64, GDK_MEMORY_R8G8B8A8, grey, 64 * 4);
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (cover);
  GdkTexture *first;
  gpointer dialog;
  GtkAccessible *picture;

  fake_set_picture (png);
  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  first = g_object_ref (spark_share_dialog_get_card (dialog));
  test_wait (spark_share_dialog_get_card (dialog) != first);
  g_object_unref (first);

  assert_text (dialog, "For Acme, until");
  assert_text (dialog, URL);
  picture = test_find (dialog, SPARK_TYPE_QR, 0);
  g_assert_cmpint (gtk_accessible_get_accessible_role (picture), ==, GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (find_button (dialog, "Write an _E-Mail…"))));
  press (dialog, "_Copy Link");
  link = read_clipboard (window);
  g_assert_cmpstr (link, ==, URL);

  /* In the brand's language, as it was changed by hand. */
  adw_combo_row_set_selected (test_find (dialog, ADW_TYPE_COMBO_ROW, 0), 0);
  press (dialog, "Copy _Message");
  message = read_clipboard (window);
  g_assert_true (g_str_has_prefix (message, "Hallo Acme,"));
  g_assert_nonnull (strstr (message, "„Morning <b>routine</b> {end}“"));
  g_assert_nonnull (strstr (message, URL));

  spark_share_dialog_save (dialog, SPARK_SHARE_QR, qr_file);
  spark_share_dialog_save (dialog, SPARK_SHARE_CARD, card_file);
  assert_file_scans (qr, URL);
  assert_file_scans (card, URL);
  g_assert_null (spark_dialog_get_problem (dialog));
  gtk_window_destroy (dialog);

  /* The language is remembered. */
  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  g_assert_cmpint (adw_combo_row_get_selected (test_find (dialog, ADW_TYPE_COMBO_ROW, 0)), ==, 0);
  test_window_free (window);
  g_unlink (qr);
  g_unlink (card);
}

/* What is still being looked for finds the dialog gone. */
static void
test_share_closed_early (void)
{
  SparkWindow *window = set_up ();
  g_autofree char *pixels = g_strnfill (64 * 64 * 4, 0x55);
  g_autoptr (GBytes) grey = g_bytes_new (pixels, 64 * 64 * 4);
  g_autoptr (GdkTexture) cover
      = gdk_memory_texture_new (64, 64, GDK_MEMORY_R8G8B8A8, grey, 64 * 4);
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (cover);

  fake_set_picture (png);
  test_window_act (window, "win.show-link", "1.8");
  gtk_window_destroy (test_get_dialog (window));
  for (int i = 0; i < 10; i++)
    test_turn ();
  g_assert_false (test_has_dialog (window));
  test_window_free (window);
}

static void
test_share_unwritable (void)
{
  SparkWindow *window = set_up ();
  g_autoptr (GFile) file = g_file_new_for_path ("/proc/none/card.png");
  gpointer dialog;

  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  spark_share_dialog_save (dialog, SPARK_SHARE_CARD, file);
  test_wait (spark_dialog_get_problem (dialog) != NULL);
  test_window_free (window);
}

/* --- mail, by a portal like the real one's interface --- */

static const char portal_xml[]
    = "<node><interface name='org.freedesktop.portal.Email'>"
      "<property name='version' type='u' access='read'/>"
      "<method name='ComposeEmail'><arg type='s' name='parent' direction='in'/>"
      "<arg type='a{sv}' name='options' direction='in'/>"
      "<arg type='o' name='handle' direction='out'/></method></interface></node>";

/* On a thread and a connection of its own: libportal waits for it. */
typedef struct
{
  GMainLoop *loop;
  gboolean running;  /* atomic */
  GVariant *options; /* atomic: of the last call; NULL: none */
  char *attached;    /* the file behind its first descriptor */
  guint response;    /* to give: 0: sent; 1: cancelled by the person */
} Portal;

static void
on_portal_call_cb (GDBusConnection *bus, const char *sender, const char *path, const char *iface,
                   const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                   gpointer user_data)
{
  Portal *portal = user_data;
  GUnixFDList *fds
      = g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  g_autofree char *unique = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autofree char *handle = NULL;
  GVariant *options;
  const char *token;

  g_variant_get_child (parameters, 1, "@a{sv}", &options);
  if (fds != NULL)
    {
      int fd = g_unix_fd_list_get (fds, 0, NULL);
      g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);

      g_free (portal->attached);
      portal->attached = g_file_read_link (link, NULL);
      g_close (fd, NULL);
    }
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  handle = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", unique, token);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", handle));
  g_dbus_connection_emit_signal (bus, sender, handle, "org.freedesktop.portal.Request", "Response",
                                 g_variant_new ("(ua{sv})", portal->response, NULL), NULL);
  g_atomic_pointer_set (&portal->options, options);
}

static GVariant *
get_portal_version (GDBusConnection *bus, const char *sender, const char *path, const char *iface,
                    const char *name, GError **error, gpointer user_data)
{
  return g_variant_new_uint32 (3);
}

static void
on_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  int *found = user_data;

  *found = spark_mail_find_finish (result, NULL);
}

static gboolean
finds_mail (void)
{
  int found = -1;

  spark_mail_find_async (NULL, on_found_cb, &found);
  test_wait (found >= 0);
  return found;
}

static void
on_name_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  g_atomic_int_set (&((Portal *)user_data)->running, TRUE);
}

static gpointer
run_portal (gpointer data)
{
  static const GDBusInterfaceVTable vtable = { on_portal_call_cb, get_portal_version, NULL, { 0 } };
  Portal *portal = data;
  GMainContext *context = g_main_loop_get_context (portal->loop);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GDBusConnection) bus = NULL;
  guint object, name;

  g_main_context_push_thread_default (context);
  bus = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, NULL);
  object = g_dbus_connection_register_object (bus, "/org/freedesktop/portal/desktop",
                                              node->interfaces[0], &vtable, portal, NULL, NULL);
  name = g_bus_own_name_on_connection (bus, "org.freedesktop.portal.Desktop",
                                       G_BUS_NAME_OWNER_FLAGS_NONE, on_name_cb, NULL, portal, NULL);
  g_main_loop_run (portal->loop);
  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, object);
  g_dbus_connection_close_sync (bus, NULL, NULL);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_mail (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Portal portal = { .loop = g_main_loop_new (context, FALSE) };
  GThread *thread;
  SparkWindow *window;
  gpointer dialog;
  GtkButton *button;
  g_autofree char *text = NULL;
  const char *subject, *body;

  g_assert_false (finds_mail ());
  thread = g_thread_new ("portal", run_portal, &portal);
  test_wait (g_atomic_int_get (&portal.running));
  g_assert_true (finds_mail ());

  window = set_up ();
  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  button = find_button (dialog, "Write an _E-Mail…");
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (button)));
  text = make_path ("sparkbox/cards/Sparkbox – Acme – card.png");
  test_wait (spark_share_dialog_get_card_file (dialog) != NULL);
  assert_file_scans (text, URL);
  g_signal_emit_by_name (button, "clicked");
  test_wait (g_atomic_pointer_get (&portal.options) != NULL);
  g_assert_true (g_variant_lookup (portal.options, "subject", "&s", &subject));
  g_assert_cmpstr (subject, ==, "A Spark link for “Morning <b>routine</b> {end}”");
  g_assert_true (g_variant_lookup (portal.options, "body", "&s", &body));
  g_assert_true (g_str_has_prefix (body, "Hello Acme,"));
  g_assert_nonnull (strstr (body, URL));
  g_assert_cmpstr (portal.attached, ==, text);

  /* Who closes the letter unsent is told of no problem. */
  portal.response = 1;
  g_clear_pointer (&portal.options, g_variant_unref);
  g_signal_emit_by_name (button, "clicked");
  test_wait (g_atomic_pointer_get (&portal.options) != NULL);
  for (int i = 0; i < 5; i++)
    test_turn ();
  g_assert_null (spark_dialog_get_problem (dialog));
  test_window_free (window);

  g_main_loop_quit (portal.loop);
  g_thread_join (thread);
  g_main_loop_unref (portal.loop);
  g_clear_pointer (&portal.options, g_variant_unref);
  g_free (portal.attached);
}

/* What is dragged: the file for a file manager, the pixels for others. */
static void
test_drag (void)
{
  SparkWindow *window = set_up ();
  g_autoptr (GListModel) controllers = NULL;
  g_autoptr (GdkContentProvider) content = NULL;
  g_autoptr (GdkContentFormats) formats = NULL;
  g_autofree char *card = NULL;
  g_autofree char *path = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  gpointer dialog;

  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  card = make_path ("sparkbox/cards/Sparkbox – Acme – card.png");
  test_wait (spark_share_dialog_get_card_file (dialog) != NULL);
  assert_file_scans (card, URL);
  controllers = gtk_widget_observe_controllers (test_find (dialog, GTK_TYPE_PICTURE, 0));
  for (guint i = 0; i < g_list_model_get_n_items (controllers) && content == NULL; i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DRAG_SOURCE (controller))
        g_signal_emit_by_name (controller, "prepare", 1.0, 1.0, &content);
    }
  g_assert_nonnull (content);
  formats = gdk_content_provider_ref_formats (content);
  g_assert_true (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE));
  g_assert_true (gdk_content_formats_contain_gtype (formats, G_TYPE_FILE));
  g_value_init (&value, G_TYPE_FILE);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));
  path = g_file_get_path (g_value_get_object (&value));
  g_assert_cmpstr (path, ==, card);
  test_window_free (window);
}

/* --- the video's page --- */

static SparkVideoPage *
open_page (SparkWindow *window, SparkContext *context, const char *video_id)
{
  SparkVideoPage *page = g_object_new (SPARK_TYPE_VIDEO_PAGE, NULL);

  spark_video_page_set_context (page, context);
  spark_context_set (context, spark_window_get_backend (window), NULL);
  spark_video_page_show (page, video_id);
  return page;
}

static void
test_page (void)
{
  static const struct
  {
    const char *video;
    const char *says;
    gboolean shares;
  } cases[] = {
    { "1.1", "Open until", TRUE },
    { "1.1", "Redeemed", TRUE },
    { "2.1", "On TikTok a brand uses the code itself.", FALSE },
    { "3.1", "Brands can’t reach this computer.", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SparkWindow *window = set_up ();
      g_autoptr (SparkContext) context = spark_context_new ();
      SparkVideoPage *page = NULL;
      GtkWindow *frame = GTK_WINDOW (gtk_window_new ());

      fake_answer ("GET /v1/videos/1.1/engagement", "{\"days\":[]}");
      fake_answer ("GET /v1/videos/2.1/engagement", "{\"days\":[]}");
      fake_answer ("GET /v1/videos/3.1/engagement", "{\"days\":[]}");
      page = open_page (window, context, cases[i].video);
      gtk_window_set_child (frame, GTK_WIDGET (page));
      gtk_window_present (frame);
      test_wait (gtk_widget_get_mapped (GTK_WIDGET (page)));
      assert_text (page, cases[i].says);
      g_assert_cmpint (
          gtk_widget_get_visible (GTK_WIDGET (find_button (page, "_Share Link…"))), ==,
          cases[i].shares);
      gtk_window_destroy (frame);
      spark_context_set (context, NULL, NULL);
      test_window_free (window);
    }
}

/* --- for whom --- */

static void
test_copy_for (void)
{
  SparkWindow *window = set_up ();
  g_autofree char *text = NULL;
  gpointer dialog;

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  test_window_act (window, "win.copy-for", "1.1");
  dialog = test_get_dialog (window);
  g_assert_cmpstr (gtk_window_get_title (dialog), ==, "For Whom?");
  type_brand (dialog, "ACME");
  spark_dialog_submit (dialog);
  assert_toast (window, "Code copied for ACME");
  text = read_clipboard (window);
  g_assert_cmpstr (text, ==, CODE);
  g_assert_true (g_str_has_prefix (
      fake_sent (), "LATER POST /v1/codes/1.7/copies {\"brand\":\"1.4\",\"at\":\"20"));
  test_wait (!test_has_dialog (window));
  test_window_act (window, "win.copy-for", "1.2");
  assert_toast (window, "This video has no code");
  test_window_free (window);
}

/* A code that somebody may have used already cannot be changed: there is room to say for whom. */
static void
test_copy_then_whom (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkCode used = { .id = "1.7",
                           .video_id = "1.1",
                           .code = CODE,
                           .state = SPARK_CODE_STATE_IN_USE,
                           .ends_at = spark_time_now () + 20 * SPARK_DAY_MS };

  fake_add_code (replica, &used);
  test_window_act (window, "win.copy-code", "1.1");
  assert_toast (window, "Code copied");
  test_window_press_toast (window);
  g_assert_true (SPARK_IS_BRAND_DIALOG (test_get_dialog (window)));
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/share/qr", test_qr);
  g_test_add_func ("/share/words", test_words);
  g_test_add_func ("/share/card", test_card);
  g_test_add_func ("/share/make", test_make);
  g_test_add_func ("/share/make-with-code", test_make_with_code);
  g_test_add_func ("/share/make-end", test_make_end);
  g_test_add_func ("/share/make-malformed", test_make_malformed);
  g_test_add_func ("/share/obstacles", test_obstacles);
  g_test_add_func ("/share/copy", test_copy);
  g_test_add_func ("/share/withdraw", test_withdraw);
  g_test_add_func ("/share/share", test_share);
  g_test_add_func ("/share/closed-early", test_share_closed_early);
  g_test_add_func ("/share/unwritable", test_share_unwritable);
  g_test_add_func ("/share/mail", test_mail);
  g_test_add_func ("/share/drag", test_drag);
  g_test_add_func ("/share/page", test_page);
  g_test_add_func ("/share/copy-for", test_copy_for);
  g_test_add_func ("/share/copy-then-whom", test_copy_then_whom);
  return g_test_run ();
}
