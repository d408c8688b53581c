/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-browser.h"
#include "app/spark-clipboard.h"
#include "app/spark-confirm.h"
#include "app/spark-preferences.h"
#include "app/spark-sign-ins.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "test-window.h"

#define DEVICES(others)                                                                            \
  "{\"items\":[{\"id\":\"s1\",\"device\":\"desk\",\"current\":true,"                               \
  "\"created_at\":\"2026-01-02T10:00:00Z\",\"used_at\":null}" others "],\"next_cursor\":null}"
#define OTHER                                                                                      \
  ",{\"id\":\"s2\",\"device\":\"laptop\",\"current\":false,"                                       \
  "\"created_at\":\"2026-01-02T10:00:00Z\",\"used_at\":\"2026-01-03T10:00:00Z\"}"

typedef struct
{
  GSettings *settings;
  SparkWindow *window;
  guint retries;
} Fixture;

static void
on_retry_cb (GSimpleAction *action, GVariant *target, gpointer user_data)
{
  ((Fixture *)user_data)->retries++;
}

static const GActionEntry actions[] = { { "retry", on_retry_cb } };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  fixture->settings = g_settings_new (APPLICATION_ID);
  fixture->window = test_window_new (NULL);
  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), fixture);
  gtk_widget_insert_action_group (GTK_WIDGET (fixture->window), "app", G_ACTION_GROUP (group));
  spark_sign_ins_add (fixture->settings, "https://old.example", "1", "Mia");
  spark_sign_ins_add (fixture->settings, "https://new.example", "2", NULL);
  fake_answer ("GET /v1/sign-ins", DEVICES (OTHER));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_window_free (fixture->window);
  g_settings_reset (fixture->settings, "sign-ins");
  g_settings_reset (fixture->settings, "clear-clipboard");
  g_settings_reset (fixture->settings, "use-private");
  /* The preferences went with the window, and nothing of them is left. */
  test_wait (G_OBJECT (fixture->settings)->ref_count == 1);
  g_assert_finalize_object (fixture->settings);
}

static gboolean
says (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  return strstr (texts, part) != NULL;
}

static GtkWindow *
open_preferences (Fixture *fixture, const char *page)
{
  GtkWindow *preferences = GTK_WINDOW (spark_preferences_new (fixture->window, fixture->settings));

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), page);
  gtk_window_present (preferences);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (preferences)));
  return preferences;
}

/* The button whose data @key is @value; NULL: there is none */
static GtkWidget *
find_button (gpointer root, const char *key, const char *value)
{
  if (g_strcmp0 (g_object_get_data (root, key), value) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, key, value);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_choices (Fixture *fixture, gconstpointer data)
{
  GtkWindow *preferences = open_preferences (fixture, "general");
  AdwComboRow *row = test_find (preferences, ADW_TYPE_COMBO_ROW, 1);
  GtkSwitch *used = test_find (preferences, GTK_TYPE_SWITCH, 0);

  g_assert_cmpint (adw_combo_row_get_selected (row), ==, 0);
  adw_combo_row_set_selected (row, 2);
  g_assert_cmpint (g_settings_get_enum (fixture->settings, "clear-clipboard"), ==, 5);
  g_settings_set_enum (fixture->settings, "clear-clipboard", 15);
  g_assert_cmpint (adw_combo_row_get_selected (row), ==, 3);
  g_assert_true (gtk_switch_get_active (used));
  gtk_switch_set_active (used, FALSE);
  g_assert_false (g_settings_get_boolean (fixture->settings, "notify-used"));
  g_settings_reset (fixture->settings, "notify-used");
  g_assert_true (gtk_switch_get_active (used));
}

static void
assert_days (Fixture *fixture, const char *days)
{
  g_autoptr (GVariant) value = g_settings_get_value (fixture->settings, "ends-days");
  g_autofree char *text = g_variant_print (value, FALSE);

  g_assert_cmpstr (text, ==, days);
}

/* How many days ahead: one of a few, or what was chosen elsewhere. */
static void
test_days (Fixture *fixture, gconstpointer data)
{
  GtkWindow *preferences = open_preferences (fixture, "general");
  AdwComboRow *row = test_find (preferences, ADW_TYPE_COMBO_ROW, 0);
  guint n_choices = g_list_model_get_n_items (adw_combo_row_get_model (row));

  g_assert_true (says (row, "14 and 3 Days"));
  adw_combo_row_set_selected (row, 0);
  assert_days (fixture, "[30, 7]");
  adw_combo_row_set_selected (row, 2);
  assert_days (fixture, "[7, 1]");
  adw_combo_row_set_selected (row, n_choices - 1);
  assert_days (fixture, "[1]");
  g_settings_set_value (fixture->settings, "ends-days", g_variant_new_parsed ("[@u 3, 14]"));
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, n_choices);
  g_settings_set_value (fixture->settings, "ends-days", g_variant_new_parsed ("[@u 21, 5]"));
  g_assert_true (says (row, "Custom"));
  assert_days (fixture, "[21, 5]");
  adw_combo_row_set_selected (row, 3);
  assert_days (fixture, "[3]");
  adw_combo_row_set_selected (row, n_choices);
  assert_days (fixture, "[21, 5]");
  g_settings_reset (fixture->settings, "ends-days");
  g_assert_true (says (row, "14 and 3 Days"));

  g_settings_set_boolean (fixture->settings, "notify-ends", FALSE);
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (row)));
  g_settings_reset (fixture->settings, "notify-ends");
  g_assert_true (gtk_widget_get_sensitive (GTK_WIDGET (row)));
}

static SparkConfirm *
ask_sign_out (Fixture *fixture, GtkWindow *preferences, const char *url, const char *account)
{
  g_autofree char *name = spark_sign_in_name (url, account);
  GtkWidget *button = find_button (preferences, "name", name);
  SparkConfirm *confirm = NULL;

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  for (guint i = 0; confirm == NULL; i++)
    {
      g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

      for (guint j = 0; j < g_list_model_get_n_items (windows); j++)
        {
          g_autoptr (GtkWindow) window = g_list_model_get_item (windows, j);

          if (SPARK_IS_CONFIRM (window))
            confirm = SPARK_CONFIRM (window);
        }
      g_assert_cmpuint (i, <, 100);
      test_turn ();
    }
  return confirm;
}

static gboolean
is_below_title (GtkWidget *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);
  GtkWidget *title = test_find (row, GTK_TYPE_LABEL, 0);
  graphene_rect_t place, title_place;

  return gtk_widget_compute_bounds (button, row, &place)
         && gtk_widget_compute_bounds (title, row, &title_place)
         && place.origin.y >= title_place.origin.y + title_place.size.height;
}

/* As the letters become large, a server's address gets a line of its own, and gives it back. */
static void
test_letters (Fixture *fixture, gconstpointer data)
{
  GtkWindow *preferences = open_preferences (fixture, "servers");
  g_autofree char *name = spark_sign_in_name ("https://old.example", "1");
  GtkWidget *button = find_button (preferences, "name", name);
  GtkSettings *settings = gtk_widget_get_settings (button);
  int dpi;

  test_wait (gtk_widget_get_height (button) > 0);
  g_assert_false (is_below_title (button));
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  test_wait (is_below_title (button));
  g_object_set (settings, "gtk-xft-dpi", 96 * 1024, NULL);
  test_wait (!is_below_title (button));
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
}

static void
test_sign_out (Fixture *fixture, gconstpointer data)
{
  GtkWindow *preferences = open_preferences (fixture, "servers");
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;
  SparkConfirm *confirm;

  test_wait (says (preferences, "desk"));
  confirm = ask_sign_out (fixture, preferences, "https://old.example", "1");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (confirm), "confirm");
  test_wait (!spark_sign_ins_contains (fixture->settings, "https://old.example", "1"));
  g_assert_nonnull (strstr (fake_sent (), "clear token https://old.example 1\n"
                                          "clear replica-key https://old.example 1\n"
                                          "delete replica "));
  /* Another server's: the one in use goes on, and is not told. */
  g_assert_null (strstr (fake_sent (), "DELETE"));
  g_assert_cmpuint (fixture->retries, ==, 0);
  test_wait (!says (preferences, "old.example"));

  /* A locked keyring: nothing is forgotten, and it can be done again. */
  fake_answer ("DELETE /v1/sign-ins/s1", "");
  fake_set_keyring (g_error_new_literal (SPARK_ERROR, SPARK_ERROR_KEYRING_LOCKED, ""));
  confirm = ask_sign_out (fixture, preferences, "https://new.example", "2");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (confirm), "confirm");
  test_wait (spark_confirm_get_problem (confirm) != NULL);
  g_assert_true (spark_sign_ins_get (fixture->settings, 0, &url, &account));
  fake_set_keyring (NULL);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (confirm), "confirm");
  test_wait (fixture->retries == 1);
  g_assert_nonnull (strstr (fake_sent (), "DELETE /v1/sign-ins/s1\n"));
  g_assert_true (says (preferences, "No Server Joined"));
}

static void
test_devices (Fixture *fixture, gconstpointer data)
{
  GtkWindow *preferences = open_preferences (fixture, "servers");
  GtkWidget *button;

  test_wait (says (preferences, "laptop"));
  g_assert_true (says (preferences, "This device"));
  g_assert_true (says (preferences, "Last used: Sat 3 Jan"));
  g_assert_null (find_button (preferences, "id", "s1"));
  button = find_button (preferences, "id", "s2");
  fake_answer ("DELETE /v1/sign-ins/s2", "");
  fake_answer ("GET /v1/sign-ins", DEVICES (""));
  g_signal_emit_by_name (button, "clicked");
  test_wait (!says (preferences, "laptop"));
  g_assert_true (says (preferences, "desk"));
}

/* Left open until it is another day here. */
static void
test_devices_another_day (Fixture *fixture, gconstpointer data)
{
  GtkWindow *preferences = open_preferences (fixture, "servers");

  test_wait (says (preferences, "Last used: Sat 3 Jan"));
  g_setenv ("TZ", "TST-14", TRUE);
  spark_context_look_at_day (spark_window_get_context (fixture->window));
  g_assert_true (says (preferences, "Last used: Sun 4 Jan"));
  g_assert_true (says (preferences, "This device"));
  g_setenv ("TZ", "UTC", TRUE);
}

static gboolean
has_focus (gpointer root, GtkWidget *widget)
{
  return gtk_root_get_focus (GTK_ROOT (root)) == widget;
}

static void
set_status (Fixture *fixture, SparkBackendStatus status)
{
  SparkBackend *backend = spark_window_get_backend (fixture->window);

  fake_backend_set_status (backend, status);
  g_signal_emit_by_name (backend, "notify::status", NULL);
}

/* The server goes away: what is shown stays, with a sentence and a way on beside it. */
static void
test_devices_away (Fixture *fixture, gconstpointer data)
{
  static const char *const said = "The server can’t be reached.";
  GtkWindow *preferences = open_preferences (fixture, "servers");
  GtkWidget *button;

  test_wait (says (preferences, "laptop"));
  g_assert_false (says (preferences, "_Try Again"));
  fake_refuse ("GET /v1/sign-ins", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  fake_refuse ("DELETE /v1/sign-ins/s2",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  button = find_button (preferences, "id", "s2");
  gtk_widget_grab_focus (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (gtk_widget_get_sensitive (button));
  test_wait (says (preferences, said));
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_true (says (preferences, "laptop") && says (preferences, "desk"));
  g_assert_true (gtk_widget_get_sensitive (find_button (preferences, "id", "s2")));
  g_assert_true (has_focus (preferences, test_find_button (preferences, "_Try Again")));

  /* What is tried again is what failed. */
  fake_reset ();
  fake_refuse ("GET /v1/sign-ins", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_INTERNAL, ""));
  fake_answer ("DELETE /v1/sign-ins/s2", "");
  test_press (preferences, "_Try Again");
  test_wait (says (preferences, "Signed out there"));
  g_assert_nonnull (strstr (fake_sent (), "DELETE /v1/sign-ins/s2\n"));
  test_wait (says (preferences, "a problem of its own"));
  g_assert_true (says (preferences, "laptop") && !says (preferences, said));
  fake_answer ("GET /v1/sign-ins", DEVICES (""));
  test_press (preferences, "_Try Again");
  test_wait (!says (preferences, "laptop"));
  g_assert_true (says (preferences, "desk") && !says (preferences, "_Try Again"));
  g_assert_false (has_focus (preferences, NULL));
}

/* Whatever could not be done is over when the connection is back, and what is there is shown. */
static void
test_devices_back (Fixture *fixture, gconstpointer data)
{
  GtkWindow *preferences;

  fake_refuse ("GET /v1/sign-ins", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  fake_refuse ("DELETE /v1/sign-ins/s2",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  preferences = open_preferences (fixture, "servers");
  test_wait (says (preferences, "The server can’t be reached."));
  g_assert_true (says (preferences, "Devices"));
  set_status (fixture, SPARK_BACKEND_OFFLINE);
  fake_answer ("GET /v1/sign-ins", DEVICES (OTHER));
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_false (says (preferences, "laptop"));
  set_status (fixture, SPARK_BACKEND_ONLINE);
  test_wait (says (preferences, "laptop"));
  g_assert_false (says (preferences, "_Try Again"));

  g_signal_emit_by_name (find_button (preferences, "id", "s2"), "clicked");
  test_wait (says (preferences, "_Try Again"));
  for (guint i = 0; i < 3; i++)
    test_turn ();
  /* Loading goes well, but the device is there still. */
  g_assert_true (says (preferences, "The server can’t be reached."));
  set_status (fixture, SPARK_BACKEND_ONLINE);
  test_wait (!says (preferences, "_Try Again"));
  g_assert_true (says (preferences, "laptop"));
}

static void
test_devices_nonsense (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "{\"items\":7}", "{}", "{\"items\":null}" };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      GtkWindow *preferences;

      fake_answer ("GET /v1/sign-ins", answers[i]);
      preferences = open_preferences (fixture, "servers");
      test_wait (says (preferences, "makes no sense"));
      g_assert_true (says (preferences, "_Try Again"));
      gtk_window_destroy (preferences);
    }
}

/* A server without sign-ins, and one that knows of none that can be read: no group. */
static void
test_no_devices (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[]
      = { "{\"items\":[],\"next_cursor\":null}", "{\"items\":[7,{}]}", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      GtkWindow *preferences;

      if (answers[i] != NULL)
        fake_answer ("GET /v1/sign-ins", answers[i]);
      else
        fake_refuse ("GET /v1/sign-ins",
                     g_error_new_literal (SPARK_ERROR, SPARK_ERROR_NOT_FOUND, ""));
      preferences = open_preferences (fixture, "servers");
      for (guint j = 0; j < 3; j++)
        test_turn ();
      g_assert_false (says (preferences, "Devices"));
      gtk_window_destroy (preferences);
    }
}

static void
on_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  if (*text == NULL)
    *text = g_strdup ("");
}

static char *
read_clipboard (GdkClipboard *clipboard)
{
  char *text = NULL;

  if (!gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), G_TYPE_STRING))
    return g_strdup ("");
  gdk_clipboard_read_text_async (clipboard, NULL, on_read_cb, &text);
  test_wait (text != NULL);
  return text;
}

static void
test_clipboard (Fixture *fixture, gconstpointer data)
{
  /* One of this program alone: that of the screen answers when others do. */
  g_autoptr (GdkClipboard) clipboard
      = g_object_new (GDK_TYPE_CLIPBOARD, "display", gdk_display_get_default (), NULL);
  g_autofree char *kept = NULL;
  g_autofree char *other = NULL;
  g_autofree char *never = NULL;
  g_autofree char *ended = NULL;
  g_autofree char *last = NULL;
  gint64 end;

  spark_clipboard_copy_code (clipboard, "#Code", 1000);
  kept = read_clipboard (clipboard);
  g_assert_cmpstr (kept, ==, "#Code");
  for (; ended == NULL || *ended != '\0'; test_turn ())
    {
      g_free (ended);
      ended = read_clipboard (clipboard);
    }
  /* Something is offered still: else the desktop offers again what was there before. */
  g_assert_nonnull (gdk_clipboard_get_content (clipboard));
  g_assert_cmpstr (ended, ==, "");

  /* What a person copied meanwhile stays, and so does a code copied without a time. */
  spark_clipboard_copy_code (clipboard, "#Code", 50);
  gdk_clipboard_set_text (clipboard, "mine");
  for (end = g_get_monotonic_time () + 150000; g_get_monotonic_time () < end;)
    test_turn ();
  other = read_clipboard (clipboard);
  g_assert_cmpstr (other, ==, "mine");
  spark_clipboard_copy_code (clipboard, "#Code", 50);
  spark_clipboard_copy_code (clipboard, "#Code2", 0);
  for (end = g_get_monotonic_time () + 150000; g_get_monotonic_time () < end;)
    test_turn ();
  spark_clipboard_end (clipboard);
  never = read_clipboard (clipboard);
  g_assert_cmpstr (never, ==, "#Code2");

  spark_clipboard_copy_code (clipboard, "#Code", 600000);
  spark_clipboard_end (clipboard);
  last = read_clipboard (clipboard);
  g_assert_cmpstr (last, ==, "");
}

/* An address that leads to a sign-in is as secret as a code. */
static void
test_address (Fixture *fixture, gconstpointer data)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (fixture->window));
  AdwMessageDialog *dialog;
  GListModel *windows = gtk_window_get_toplevels ();
  g_autofree char *text = NULL;

  g_settings_set_enum (fixture->settings, "clear-clipboard", 15);
  spark_browser_give_address (GTK_WINDOW (fixture->window), "Heading", "Body",
                              "http://127.0.0.1:1/secret");
  dialog = g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);
  g_assert_true (ADW_IS_MESSAGE_DIALOG (dialog));
  adw_message_dialog_response (dialog, "copy");
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_object_unref (dialog);
  text = read_clipboard (clipboard);
  g_assert_cmpstr (text, ==, "http://127.0.0.1:1/secret");
  spark_clipboard_end (clipboard);
  g_free (text);
  text = read_clipboard (clipboard);
  g_assert_cmpstr (text, ==, "");
}

/* What somebody else wrote is no size of a window: then it has the one it comes with. */
static void
test_window_sizes (void)
{
  g_autoptr (GSettingsSchema) schema = g_settings_schema_source_lookup (
      g_settings_schema_source_get_default (), APPLICATION_ID, TRUE);
  const struct
  {
    const char *key;
    int value;
    gboolean good;
  } cases[] = {
    { "window-width", -1, FALSE },    { "window-width", 0, FALSE },
    { "window-width", 360, TRUE },    { "window-width", 3840, TRUE },
    { "window-width", 40000, FALSE }, { "window-height", -1, FALSE },
    { "window-height", 0, FALSE },    { "window-height", 400, TRUE },
    { "window-height", 2160, TRUE },  { "window-height", 40000, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSettingsSchemaKey) key = g_settings_schema_get_key (schema, cases[i].key);
      g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_int32 (cases[i].value));

      g_assert_true (g_settings_schema_key_range_check (key, value) == cases[i].good);
    }
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);
#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  TEST ("/preferences/choices", test_choices);
  TEST ("/preferences/days", test_days);
  TEST ("/preferences/letters", test_letters);
  TEST ("/preferences/sign-out", test_sign_out);
  TEST ("/preferences/devices", test_devices);
  TEST ("/preferences/devices-another-day", test_devices_another_day);
  TEST ("/preferences/devices-away", test_devices_away);
  TEST ("/preferences/devices-back", test_devices_back);
  TEST ("/preferences/devices-nonsense", test_devices_nonsense);
  TEST ("/preferences/no-devices", test_no_devices);
  TEST ("/preferences/clipboard", test_clipboard);
  TEST ("/preferences/address", test_address);
  g_test_add_func ("/preferences/window-sizes", test_window_sizes);
  return g_test_run ();
}
