/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 *
 * Every text of the application in a language that wraps it in ⟦ and ⟧ (see with-marks): a Latin
 * letter outside of them was never offered to translators. The data here has none.
 */
#include "config.h"

#include <locale.h>

#include <glib/gi18n.h>

#include "app/spark-access-page.h"
#include "app/spark-import-dialog.h"
#include "app/spark-join-dialog.h"
#include "app/spark-paste-dialog.h"
#include "app/spark-text.h"
#include "app/spark-welcome-page.h"
#include "fake-backend.h"
#include "model/spark-rules.h"
#include "test-window.h"

static guint n_texts;

static void
check_text (const char *text, const char *where)
{
  int depth = 0;

  if (text == NULL || *text == '\0')
    return;
  n_texts++;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == 0x27e6)
        depth++;
      else if (c == 0x27e7)
        depth--;
      else if (depth == 0 && g_ascii_isalpha (*p))
        {
          g_test_message ("not translated, %s: %s", where, text);
          g_test_fail ();
          return;
        }
    }
}

static void
check_menu (GMenuModel *menu)
{
  for (int i = 0; menu != NULL && i < g_menu_model_get_n_items (menu); i++)
    {
      static const char *const links[] = { G_MENU_LINK_SECTION, G_MENU_LINK_SUBMENU };
      g_autofree char *label = NULL;

      if (g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_LABEL, "s", &label))
        check_text (label, "in a menu");
      for (guint k = 0; k < G_N_ELEMENTS (links); k++)
        {
          g_autoptr (GMenuModel) below = g_menu_model_get_item_link (menu, i, links[k]);

          check_menu (below);
        }
    }
}

static gboolean
is_of_adwaita (const char *text)
{
  static const char *const own[] = { "Apply", "Show Text", "Hide Text", "Edit" };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_strcmp0 (text, g_dgettext ("libadwaita", own[i])) == 0)
      return TRUE;
  return FALSE;
}

/* What is hidden now is checked as well: it may be shown another time. */
static void
check_widget (GtkWidget *widget)
{
  const char *kind = G_OBJECT_TYPE_NAME (widget);

  /* What is said by GTK and libadwaita is theirs to translate. */
  if (GTK_IS_CALENDAR (widget))
    return;
  if (!is_of_adwaita (gtk_widget_get_tooltip_text (widget)) && !GTK_IS_IMAGE (widget))
    check_text (gtk_widget_get_tooltip_text (widget), kind);
  if (GTK_IS_LABEL (widget))
    check_text (gtk_label_get_text (GTK_LABEL (widget)), kind);
  if (SPARK_IS_TEXT (widget))
    check_text (spark_text_get_text (SPARK_TEXT (widget)), kind);
  if (GTK_IS_TEXT (widget))
    check_text (gtk_text_get_placeholder_text (GTK_TEXT (widget)), kind);
  if (GTK_IS_MENU_BUTTON (widget))
    check_menu (gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_widget (child);
}

static SparkWindow *
set_up (GtkWidget *child)
{
  SparkWindow *window = test_window_new (child);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 now = spark_time_now ();
  const SparkAccount sandbox = { .id = "1",
                                 .name = "一",
                                 .platform = SPARK_PLATFORM_SANDBOX,
                                 .role = SPARK_ROLE_OWNER,
                                 .periods = { 7, 30, 60, 180, 365 },
                                 .n_periods = 5 };
  const SparkAccount tracked
      = { .id = "2", .name = "二", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  const SparkVideo video = { .id = "1.1",
                             .account_id = "1",
                             .caption = "北",
                             .published_at = now - 400 * SPARK_DAY_MS,
                             .total = { .views = 7210, .likes = 1, .comments = 0, .shares = 12 },
                             .paid = { .views = 1200, .likes = 1 },
                             .authorization = { .state = SPARK_AUTHORIZATION_IN_USE,
                                                .code_id = "1.2",
                                                .grants = 2,
                                                .ends_at = now + 3 * SPARK_DAY_MS } };
  const SparkVideo fresh = { .id = "1.9", .account_id = "1", .caption = "東" };
  const SparkVideo mine = { .id = "2.1", .account_id = "2", .caption = "西" };
  const SparkCode code = { .id = "1.2",
                           .video_id = "1.1",
                           .code = "#11111111111111111111111111111111",
                           .state = SPARK_CODE_STATE_READY,
                           .days = 30,
                           .ends_at = now + 3 * SPARK_DAY_MS };
  const SparkGrant grant = { .id = "1.3",
                             .video_id = "1.1",
                             .code_id = "1.2",
                             .brand = { "1.4", "南" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .redeemed_at = now - SPARK_DAY_MS,
                             .ends_at = now + 3 * SPARK_DAY_MS };
  const SparkGrant revoked = { .id = "1.5",
                               .video_id = "1.1",
                               .brand = { "1.4", "南" },
                               .state = SPARK_GRANT_STATE_REVOKED,
                               .revoked_at = now - 2 * SPARK_DAY_MS };
  const SparkGrant unknown = { .id = "1.6",
                               .video_id = "1.1",
                               .code_id = "1.2",
                               .source = SPARK_GRANT_SOURCE_SEEN,
                               .state = SPARK_GRANT_STATE_REVOKING,
                               .platform_ends_at = now + 20 * SPARK_DAY_MS };
  const SparkBrand brand = { .id = "1.4", .name = "南", .grants_active = 1, .videos = 1 };

  fake_add_account (replica, &sandbox);
  fake_add_account (replica, &tracked);
  fake_add_video (replica, &video);
  fake_add_video (replica, &fresh);
  fake_add_video (replica, &mine);
  fake_add_code (replica, &code);
  fake_add_grant (replica, &grant);
  fake_add_grant (replica, &revoked);
  fake_add_grant (replica, &unknown);
  fake_add_brand (replica, &brand);
  return window;
}

static void
test_language (void)
{
  g_assert_cmpstr (_ ("Videos"), ==, "⟦Videos⟧");
}

static void
test_pages (void)
{
  GType types[] = { SPARK_TYPE_ACCESS_PAGE, SPARK_TYPE_WELCOME_PAGE };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      GtkWidget *page = g_object_new (types[i], NULL);
      SparkWindow *window = set_up (page);

      n_texts = 0;
      check_widget (page);
      g_test_message ("%s has %u texts", g_type_name (types[i]), n_texts);
      g_assert_cmpuint (n_texts, >, 5);
      test_window_free (window);
    }
}

static void
test_access_rows (void)
{
  GtkWidget *page = spark_access_page_new ();
  SparkWindow *window = set_up (page);

  spark_access_page_set_backend (SPARK_ACCESS_PAGE (page), spark_window_get_backend (window), NULL);
  for (;;)
    {
      g_autofree char *texts = test_texts (page);

      if (strstr (texts, "北") != NULL)
        break;
      test_turn ();
    }
  check_widget (page);
  test_window_free (window);
}

static void
test_dialogs (void)
{
  static const char *const acts[][2] = {
    { "win.generate", "1.9" },        { "win.generate", "2.1" },  { "win.generate-terms", "1.9" },
    { "win.change-code", "1.2" },     { "win.extend", "1.2" },    { "win.replace", "1.2" },
    { "win.delete-code", "1.2" },     { "win.code-help", "1.1" }, { "win.note-grant", "1.1" },
    { "win.attribute-grant", "1.6" }, { "win.revoke", "1.3" },    { "win.give-again", "1.5" },
    { "win.edit-brand", "1.4" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      SparkWindow *window = set_up (NULL);

      fake_answer ("GET /v1/grants/1.3/revocation",
                   "{\"ads_running\":2,\"at_once\":true,\"others\":1,\"code_works\":true}");
      g_test_message ("%s", acts[i][0]);
      test_window_act (window, acts[i][0], acts[i][1]);
      check_widget (GTK_WIDGET (test_get_dialog (window)));
      test_window_free (window);
      fake_reset ();
    }
}

static void
test_first_dialogs (void)
{
  SparkWindow *window = set_up (NULL);
  GtkWidget *dialogs[] = { GTK_WIDGET (spark_import_dialog_new (window)),
                           GTK_WIDGET (spark_join_dialog_new (window)),
                           GTK_WIDGET (spark_paste_dialog_new (window)) };

  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      check_widget (dialogs[i]);
      gtk_window_destroy (GTK_WINDOW (dialogs[i]));
    }
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("SPARK_MARKS"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  test_begin ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/marks/language", test_language);
  g_test_add_func ("/marks/pages", test_pages);
  g_test_add_func ("/marks/access-rows", test_access_rows);
  g_test_add_func ("/marks/dialogs", test_dialogs);
  g_test_add_func ("/marks/first-dialogs", test_first_dialogs);
  return g_test_run ();
}
