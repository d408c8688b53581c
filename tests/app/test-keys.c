/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/spark-facts-popover.h"
#include "app/spark-video-page.h"
#include "app/spark-videos-page.h"
#include "app/spark-videos-view.h"
#include "app/spark-window.h"
#include "client/spark-backend-private.h"
#include "failing-server.h"
#include "test-widgets.h"

/* Whoever is quicker than what waits for more, or for the end of a press. */

#define VIDEO(id, caption)                                                                         \
  "{\"account_id\":\"1\",\"seq\":2,\"kind\":\"video\",\"id\":\"" id "\",\"object\":{\"id\":\"" id  \
  "\",\"account_id\":\"1\",\"caption\":\"" caption "\",\"authorization\":{\"state\":\"off\"}}}"
#define CHANGES                                                                                    \
  "{\"items\":[{\"account_id\":\"1\",\"seq\":1,\"kind\":\"account\",\"id\":\"1\",\"object\":"      \
  "{\"id\":\"1\",\"name\":\"Mine\",\"platform\":\"tracked\",\"role\":\"owner\","                   \
  "\"periods\":[7,30]}}," VIDEO ("1.1", "Bread at home") "," VIDEO (                               \
      "1.2", "Raku at night") "," VIDEO ("1.3", "Kiln opening") "],\"cursor\":\"c\",\"has_more\":" \
                                                                "false,\"remaining\":0}"

static FailingServer *server;

typedef struct
{
  SparkWindow *window;
  SparkBackend *backend;
  GtkEditable *search;
} Fixture;

static gboolean
is_seen (SparkWindow *window, const char *text)
{
  g_autofree char *texts = test_seen_texts (window);

  return strstr (texts, text) != NULL;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (SparkClient) client = spark_client_new (failing_server_get_url (server), "token");
  g_autoptr (GError) error = NULL;

  self->window = g_object_ref_sink (spark_window_new (NULL));
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1000, 600);
  gtk_window_present (GTK_WINDOW (self->window));
  self->backend = spark_backend_new ("keys", client, NULL, &error);
  g_assert_no_error (error);
  spark_window_set_backend (self->window, self->backend);
  spark_backend_start (self->backend);
  test_wait (is_seen (self->window, "Bread at home") && is_seen (self->window, "Raku at night"));
  self->search
      = test_find (test_find (self->window, SPARK_TYPE_VIDEOS_PAGE, 0), GTK_TYPE_SEARCH_ENTRY, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  spark_backend_stop (self->backend);
  spark_window_set_backend (self->window, NULL);
  g_object_unref (self->backend);
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_assert_finalize_object (self->window);
}

/* Enter right behind the last letter goes to the first that is found, not to the first of all. */
static void
test_search (Fixture *self, gconstpointer data)
{
  static const char *const captions[] = { "Raku at night", "Bread at home", "Kiln opening" };

  for (gsize i = 0; i < G_N_ELEMENTS (captions); i++)
    {
      g_autofree char *word = g_strndup (captions[i], 4);
      g_autofree char *texts = NULL;
      GtkWidget *focus;

      gtk_widget_grab_focus (GTK_WIDGET (self->search));
      gtk_editable_set_text (self->search, word);
      g_signal_emit_by_name (self->search, "activate");
      for (guint n = 0; n < 20; n++)
        test_turn ();
      focus = gtk_window_get_focus (GTK_WINDOW (self->window));
      g_assert_nonnull (focus);
      texts = test_seen_texts (focus);
      g_assert_nonnull (strstr (texts, captions[i]));
      for (gsize k = 0; k < G_N_ELEMENTS (captions); k++)
        g_assert_true (is_seen (self->window, captions[k]) == (k == i));
    }
}

/* Enter that nobody took comes to the search from anywhere: what has the keyboard is meant. */
static void
test_enter_elsewhere (Fixture *self, gconstpointer data)
{
  GtkWidget *videos = test_find (self->window, SPARK_TYPE_VIDEOS_PAGE, 0);
  GtkWidget *filter = test_find (videos, GTK_TYPE_TOGGLE_BUTTON, 0);

  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (filter)));
  gtk_widget_grab_focus (filter);
  g_signal_emit_by_name (self->search, "activate");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (self->window)) == filter);
  test_wait (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (filter)));
}

/* The keyboard leaves what is closed, and nothing else. */
static void
test_close (Fixture *self, gconstpointer data)
{
  GtkWidget *videos = test_find (self->window, SPARK_TYPE_VIDEOS_PAGE, 0);
  GtkWidget *video = test_find (self->window, SPARK_TYPE_VIDEO_PAGE, 0);

  for (guint n = 0; n < 2; n++)
    {
      GtkWidget *focus;

      g_assert_true (
          gtk_widget_activate_action (GTK_WIDGET (self->window), "win.show-video", "s", "1.1"));
      test_wait (is_seen (self->window, "Brands appear here"));
      if (n == 0)
        gtk_widget_grab_focus (GTK_WIDGET (self->search));
      else
        gtk_widget_child_focus (video, GTK_DIR_TAB_FORWARD);
      focus = gtk_window_get_focus (GTK_WINDOW (self->window));
      g_assert_true (gtk_widget_is_ancestor (focus, n == 0 ? videos : video));
      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), "win.back", NULL));
      test_wait (!is_seen (self->window, "Brands appear here"));
      if (n == 0)
        g_assert_true (gtk_window_get_focus (GTK_WINDOW (self->window)) == focus);
      else
        g_assert_true (
            gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (self->window)), videos));
    }
}

static float
get_top (GtkWidget *widget)
{
  graphene_rect_t box;

  g_assert_true (
      gtk_widget_compute_bounds (widget, GTK_WIDGET (gtk_widget_get_root (widget)), &box));
  return box.origin.y;
}

/* The search begins and ends where what it searches does, but for the space around what can be
 * pressed. */
static void
test_width (Fixture *self, gconstpointer data)
{
  static const char *const looks[] = { "covers", "list" };

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      GtkWidget *view = test_find (self->window, SPARK_TYPE_VIDEOS_VIEW, 0);
      GtkWidget *tools = gtk_widget_get_parent (GTK_WIDGET (self->search));
      GtkWidget *shown;

      g_assert_true (gtk_widget_activate_action (view, "videos.show-as", "s", looks[i]));
      shown = test_find (view, i == 0 ? GTK_TYPE_GRID_VIEW : GTK_TYPE_LIST_VIEW, 0);
      test_wait (gtk_widget_get_mapped (shown)
                 && abs (gtk_widget_get_width (shown) - 2 * gtk_widget_get_margin_start (tools)
                         - gtk_widget_get_width (tools))
                        < 2);
    }
}

/* Where there is little room, the first filter does not move the others away from the pointer. */
static void
test_filter (Fixture *self, gconstpointer data)
{
  GtkWidget *page = test_find (self->window, SPARK_TYPE_VIDEOS_PAGE, 0);
  GtkWidget *button = test_find (page, GTK_TYPE_MENU_BUTTON, 0);
  SparkFactsPopover *facts
      = SPARK_FACTS_POPOVER (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  float top;

  gtk_window_set_default_size (GTK_WINDOW (self->window), 360, 600);
  test_wait (gtk_widget_get_width (GTK_WIDGET (self->window)) == 360
             && spark_videos_page_get_filtered (SPARK_VIDEOS_PAGE (page)) == NULL);
  top = get_top (button);
  spark_facts_popover_set (facts, SPARK_FACT_NOT_AUTHORIZED, 14);
  test_wait (strstr (gtk_menu_button_get_label (GTK_MENU_BUTTON (button)), "(1)") != NULL);
  for (guint n = 0; n < 10; n++)
    test_turn ();
  g_assert_cmpfloat (get_top (button), ==, top);
}

/* What a key does to the window; FALSE: nothing */
static gboolean
press (GtkWidget *window, const char *key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);
  gboolean pressed = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint n = 0; n < g_list_model_get_n_items (G_LIST_MODEL (controller)); n++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), n);
          g_autofree char *trigger
              = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (g_str_equal (trigger, key))
            pressed |= gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, window,
                                                     gtk_shortcut_get_arguments (shortcut));
        }
    }
  return pressed;
}

/* The arrow that the button points to. */
static void
test_back (Fixture *self, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (self->window);

  for (GtkTextDirection direction = GTK_TEXT_DIR_LTR; direction <= GTK_TEXT_DIR_RTL; direction++)
    {
      gboolean rtl = direction == GTK_TEXT_DIR_RTL;

      gtk_widget_set_direction (window, direction);
      gtk_widget_activate_action (window, "win.show-video", "s", "1.1");
      test_wait (is_seen (self->window, "Brands appear here"));
      g_assert_false (press (window, rtl ? "<Alt>Left" : "<Alt>Right"));
      g_assert_true (is_seen (self->window, "Brands appear here"));
      g_assert_true (press (window, rtl ? "<Alt>Right" : "<Alt>Left"));
      test_wait (!is_seen (self->window, "Brands appear here"));
    }
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
  failing_server_answer (server, "GET /v1/changes", CHANGES);
  g_test_add ("/keys/search", Fixture, NULL, set_up, test_search, tear_down);
  g_test_add ("/keys/enter-elsewhere", Fixture, NULL, set_up, test_enter_elsewhere, tear_down);
  g_test_add ("/keys/close", Fixture, NULL, set_up, test_close, tear_down);
  g_test_add ("/keys/width", Fixture, NULL, set_up, test_width, tear_down);
  g_test_add ("/keys/filter", Fixture, NULL, set_up, test_filter, tear_down);
  g_test_add ("/keys/back", Fixture, NULL, set_up, test_back, tear_down);
  status = g_test_run ();
  failing_server_free (server);
  return status;
}
