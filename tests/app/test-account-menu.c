/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/spark-brand-page.h"
#include "app/spark-window.h"
#include "client/spark-backend-private.h"
#include "failing-server.h"
#include "test-widgets.h"

/* The menu of accounts, in the real window: who has many of them can search. */

static const char *const names[] = { "Ada Berg", "Bela",  "Cleo",  "Dana", "Edda", "Finn",
                                     "Gwen",     "Zoë B", "Allie", "Ines", "Jona", "张伟" };

static FailingServer *server;

typedef struct
{
  SparkWindow *window;
  SparkBackend *backend;
  GtkMenuButton *button;
} Fixture;

static char *
describe_accounts (guint n_accounts)
{
  GString *changes = g_string_new ("{\"items\":[");

  for (guint i = 0; i < n_accounts; i++)
    g_string_append_printf (changes,
                            "%s{\"account_id\":\"%u\",\"seq\":1,\"kind\":\"account\","
                            "\"id\":\"%u\",\"object\":{\"id\":\"%u\",\"name\":\"%s\","
                            "\"handle\":\"handle.%u\",\"platform\":\"tracked\","
                            "\"role\":\"owner\",\"periods\":[7,30]}}",
                            i > 0 ? "," : "", i + 1, i + 1, i + 1, names[i], i + 1);
  g_string_append (changes, "],\"cursor\":\"c\",\"has_more\":false,\"remaining\":0}");
  return g_string_free (changes, FALSE);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *changes = describe_accounts (GPOINTER_TO_UINT (data));
  g_autoptr (SparkClient) client = spark_client_new (failing_server_get_url (server), "token");
  g_autoptr (GError) error = NULL;

  failing_server_answer (server, "GET /v1/changes", changes);
  self->window = g_object_ref_sink (spark_window_new (NULL));
  gtk_window_present (GTK_WINDOW (self->window));
  self->backend = spark_backend_new ("menu", client, NULL, &error);
  g_assert_no_error (error);
  spark_window_set_backend (self->window, self->backend);
  spark_backend_start (self->backend);
  for (guint i = 0;; i++)
    {
      self->button = test_find (self->window, GTK_TYPE_MENU_BUTTON, i);
      if (ADW_IS_AVATAR (gtk_menu_button_get_child (self->button)))
        break;
    }
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (self->button)));
  gtk_menu_button_popup (self->button);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (gtk_menu_button_get_popover (self->button))));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  spark_backend_stop (self->backend);
  spark_window_set_backend (self->window, NULL);
  g_object_unref (self->backend);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_assert_finalize_object (self->window);
  spark_replica_delete ("menu");
}

static void
assert_listed (Fixture *self, const char *const *listed)
{
  g_autofree char *texts = test_seen_texts (gtk_menu_button_get_popover (self->button));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true ((strstr (texts, names[i]) != NULL) == g_strv_contains (listed, names[i]));
  g_assert_true ((strstr (texts, "No Accounts Found") != NULL) == (*listed == NULL));
}

/* The first section is its place. */
static void
test_few (Fixture *self, gconstpointer data)
{
  GMenuModel *menu = gtk_menu_button_get_menu_model (self->button);
  g_autoptr (GMenuModel) search = g_menu_model_get_item_link (menu, 0, G_MENU_LINK_SECTION);
  g_autofree char *texts = test_seen_texts (gtk_menu_button_get_popover (self->button));

  g_autofree char *accounts = NULL;
  g_autofree char *servers = NULL;

  g_assert_cmpint (g_menu_model_get_n_items (search), ==, 0);
  g_assert_true (g_menu_model_get_item_attribute (menu, 1, G_MENU_ATTRIBUTE_LABEL, "s", &accounts));
  g_assert_cmpstr (accounts, ==, "Account");
  g_assert_true (g_menu_model_get_item_attribute (menu, 2, G_MENU_ATTRIBUTE_LABEL, "s", &servers));
  g_assert_cmpstr (servers, ==, "Servers");
  g_assert_nonnull (strstr (texts, "Ada Berg"));
  g_assert_nonnull (strstr (texts, "All Accounts"));
}

static void
test_many (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *typed;
    const char *listed[3];
  } cases[] = {
    { "be", { "Ada Berg", "Bela" } },
    { "ber a", { NULL } },
    { "berg a", { "Ada Berg" } },
    { "zoe", { "Zoë B" } },
    { "HANDLE.11", { "Jona" } },
    { "@handle.3", { "Cleo" } },
    { "伟", { "张伟" } },
    { "all", { "Allie" } },
    { "nobody", { NULL } },
  };
  GtkPopover *popover = gtk_menu_button_get_popover (self->button);
  GtkWidget *entry = test_find (popover, GTK_TYPE_SEARCH_ENTRY, 0);

  g_assert_nonnull (entry);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (self->window)), entry));
  g_assert_true (gtk_search_entry_get_key_capture_widget (GTK_SEARCH_ENTRY (entry))
                 == GTK_WIDGET (popover));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (entry), cases[i].typed);
      assert_listed (self, cases[i].listed);
      g_assert_true (test_find (popover, GTK_TYPE_SEARCH_ENTRY, 0) == entry);
    }
  /* Enter takes the first, if there is one. */
  g_signal_emit_by_name (entry, "activate");
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  g_assert_null (spark_window_get_account_id (self->window));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  g_signal_emit_by_name (entry, "activate");
  g_assert_null (spark_window_get_account_id (self->window));
  gtk_editable_set_text (GTK_EDITABLE (entry), "all");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (spark_window_get_account_id (self->window), ==, "9");
  test_wait (!gtk_widget_get_mapped (GTK_WIDGET (popover)));
  /* The next time all are there again. */
  gtk_menu_button_popup (self->button);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  assert_listed (self,
                 (const char *const[]){ "Ada Berg", "Bela", "Cleo", "Dana", "Edda", "Finn", "Gwen",
                                        "Zoë B", "Allie", "Ines", "Jona", "张伟", NULL });
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (self->window)), entry));
  /* What Escape does where nothing is searched. */
  g_signal_emit_by_name (entry, "stop-search");
  test_wait (!gtk_widget_get_mapped (GTK_WIDGET (popover)));
}

static void
on_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *applied = user_data;
  g_autoptr (GError) error = NULL;

  *applied = spark_replica_apply_finish (SPARK_REPLICA (source), result, NULL, &error);
  g_assert_no_error (error);
}

static void
take_accounts (Fixture *self, const char *change)
{
  g_autoptr (JsonNode) node = json_from_string (change, NULL);
  gboolean applied = FALSE;

  spark_replica_apply_async (spark_backend_get_replica (self->backend), json_node_get_array (node),
                             "d", 2, 0, NULL, on_applied_cb, &applied);
  test_wait (applied);
  g_signal_emit_by_name (self->backend, "changed", SPARK_KINDS_ACCOUNT);
}

/* One account goes while the last ten are searched: so does the search, and all are there again. */
static void
test_fewer (Fixture *self, gconstpointer data)
{
  GtkPopover *popover = gtk_menu_button_get_popover (self->button);
  GtkWidget *entry = test_find (popover, GTK_TYPE_SEARCH_ENTRY, 0);

  gtk_editable_set_text (GTK_EDITABLE (entry), "be");
  assert_listed (self, (const char *const[]){ "Ada Berg", "Bela", NULL });
  take_accounts (self, "[{\"account_id\":\"10\",\"seq\":2,\"kind\":\"account\",\"id\":\"10\","
                       "\"object\":null}]");
  g_assert_false (gtk_widget_get_mapped (entry));
  assert_listed (self, (const char *const[]){ "Ada Berg", "Bela", "Cleo", "Dana", "Edda", "Finn",
                                              "Gwen", "Zoë B", "Allie", NULL });
}

/* What tells namesakes apart finds them. */
static void
test_namesakes (Fixture *self, gconstpointer data)
{
  GtkPopover *popover = gtk_menu_button_get_popover (self->button);
  GtkWidget *entry = test_find (popover, GTK_TYPE_SEARCH_ENTRY, 0);
  g_autoptr (GString) changes = g_string_new ("[");
  g_autofree char *texts = NULL;

  for (guint i = 21; i < 24; i++)
    g_string_append_printf (changes,
                            "%s{\"account_id\":\"%u\",\"seq\":2,\"kind\":\"account\",\"id\":\"%u\","
                            "\"object\":{\"id\":\"%u\",\"name\":\"Twin\",\"platform\":\"tracked\","
                            "\"role\":\"owner\",\"periods\":[7,30]}}",
                            i > 21 ? "," : "", i, i, i);
  g_string_append (changes, "]");
  take_accounts (self, changes->str);
  gtk_editable_set_text (GTK_EDITABLE (entry), "twin 2");
  texts = test_seen_texts (popover);
  g_assert_nonnull (strstr (texts, "Twin\302\240· 2"));
  g_assert_null (strstr (texts, "Twin\302\240· 1"));
  g_assert_null (strstr (texts, "Twin\302\240· 3"));
}

/* Where there is something to do is told of each, as it is when the menu opens. */
static void
test_attention (Fixture *self, gconstpointer data)
{
  GtkPopover *popover = gtk_menu_button_get_popover (self->button);
  GtkWidget *entry = test_find (popover, GTK_TYPE_SEARCH_ENTRY, 0);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *today = g_date_time_format_iso8601 (now);
  g_autofree char *changes = g_strdup_printf (
      "[{\"account_id\":\"2\",\"seq\":2,\"kind\":\"event\",\"id\":\"2.30\",\"object\":{"
      "\"id\":\"2.30\",\"type\":\"redemption_refused\",\"at\":\"%s\",\"actor\":{\"kind\":"
      "\"brand\",\"id\":null,\"name\":\"Acme\"},\"detail\":{}}}]",
      today);
  g_autofree char *before = test_seen_texts (popover);
  g_autofree char *after = NULL;
  g_autofree char *found = NULL;

  g_assert_null (strstr (before, "need"));
  gtk_menu_button_popdown (self->button);
  test_wait (!gtk_widget_get_mapped (GTK_WIDGET (popover)));
  take_accounts (self, changes);
  gtk_menu_button_popup (self->button);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  after = test_seen_texts (popover);
  g_assert_nonnull (strstr (after, "Bela\302\240· 1 needs attention\n"));
  g_assert_nonnull (strstr (after, "Ada Berg\n"));
  /* It is no part of the name that is searched. */
  gtk_editable_set_text (GTK_EDITABLE (entry), "bela");
  found = test_seen_texts (popover);
  g_assert_nonnull (strstr (found, "Bela\302\240· 1 needs attention\n"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "attention");
  assert_listed (self, (const char *const[]){ NULL });
}

/* Several creators may know a brand of this name: its page says whose it is, and as what. */
static void
test_brand (Fixture *self, gconstpointer data)
{
  SparkBrandPage *page;
  g_autofree char *texts = NULL;
  g_autofree char *renamed = NULL;

  gtk_menu_button_popdown (self->button);
  take_accounts (self, "[{\"account_id\":\"2\",\"seq\":2,\"kind\":\"brand\",\"id\":\"2.9\","
                       "\"object\":{\"id\":\"2.9\",\"account_id\":\"2\",\"name\":\"Acme\","
                       "\"advertiser_ids\":[],\"new_advertiser_ids\":[],\"deal\":null,"
                       "\"notes\":null,\"grants_active\":0,\"ads_active\":null,\"paid\":{},"
                       "\"videos\":3,\"last_activity_at\":null}}]");
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.show-brand", "s", "2.9");
  page = test_find (self->window, SPARK_TYPE_BRAND_PAGE, 0);
  texts = test_seen_texts (page);
  g_assert_nonnull (strstr (texts, "Bela\302\240\302\267 3 videos"));
  g_assert_nonnull (strstr (texts, "Edit…"));

  take_accounts (self, "[{\"account_id\":\"2\",\"seq\":3,\"kind\":\"account\",\"id\":\"2\","
                       "\"object\":{\"id\":\"2\",\"name\":\"Bea\",\"platform\":\"tracked\","
                       "\"role\":\"view\",\"periods\":[7,30]}}]");
  renamed = test_seen_texts (page);
  g_assert_nonnull (strstr (renamed, "Bea\302\240\302\267 3 videos"));
  g_assert_null (strstr (renamed, "Edit…"));
}

int
main (int argc, char **argv)
{
  int status;

  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  server = failing_server_new ();
  failing_server_be_well (server);
  g_test_add ("/account-menu/few", Fixture, GUINT_TO_POINTER (9), set_up, test_few, tear_down);
  g_test_add ("/account-menu/many", Fixture, GUINT_TO_POINTER (12), set_up, test_many, tear_down);
  g_test_add ("/account-menu/fewer", Fixture, GUINT_TO_POINTER (10), set_up, test_fewer, tear_down);
  g_test_add ("/account-menu/namesakes", Fixture, GUINT_TO_POINTER (10), set_up, test_namesakes,
              tear_down);
  g_test_add ("/account-menu/attention", Fixture, GUINT_TO_POINTER (12), set_up, test_attention,
              tear_down);
  g_test_add ("/account-menu/brand", Fixture, GUINT_TO_POINTER (12), set_up, test_brand, tear_down);
  status = g_test_run ();
  failing_server_free (server);
  return status;
}
