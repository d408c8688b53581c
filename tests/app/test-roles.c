/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/spark-access-row.h"
#include "app/spark-roles.h"
#include "app/spark-videos-view.h"
#include "app/spark-window.h"
#include "client/spark-backend-private.h"
#include "failing-server.h"
#include "model/spark-enums.h"
#include "spark-enum-types.h"
#include "model/spark-json-writer.h"
#include "test-widgets.h"

/*
 * The real window with each role: no page offers what the role does not allow, every act that is
 * asked for all the same says so before anything is sent, and what is allowed goes on.
 */

#define CODE "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define CHANGE(seq, kind, id, object)                                                              \
  "{\"account_id\":\"1\",\"seq\":" seq ",\"kind\":\"" kind "\",\"id\":\"" id "\",\"object\":"      \
  object "}"
#define GRANT(id, brand)                                                                           \
  "{\"id\":\"" id "\",\"video_id\":\"1.1\",\"code_id\":\"1.2\",\"brand\":" brand                   \
  ",\"source\":\"redeemed\",\"state\":\"authorized\",\"redeemed_at\":\"2026-11-02T00:00:00Z\","    \
  "\"ends_at\":\"2030-01-08T12:00:00Z\",\"platform_ends_at\":\"2030-01-08T12:00:00Z\"}"
#define REST                                                                                       \
  CHANGE ("2", "video", "1.1",                                                                     \
          "{\"id\":\"1.1\",\"account_id\":\"1\",\"item_id\":\"7100000000000000001\","              \
          "\"caption\":\"Routine\",\"visibility\":\"public\",\"eligible\":true,"                   \
          "\"blockers\":[],\"engagement\":{},\"published_at\":\"2026-03-01T00:00:00Z\","           \
          "\"authorization\":{\"state\":\"in_use\",\"ends_at\":\"2030-01-08T12:00:00Z\","          \
          "\"grants\":2,\"links\":1,\"code_id\":\"1.2\"}}")                                        \
  ","                                                                                              \
  CHANGE ("3", "brand", "1.4",                                                                     \
          "{\"id\":\"1.4\",\"account_id\":\"1\",\"name\":\"Acme\",\"advertiser_ids\":[\"7001\"],"  \
          "\"new_advertiser_ids\":[\"7001\"],\"deal\":null,\"grants_active\":1,\"videos\":1}")     \
  ","                                                                                              \
  CHANGE ("4", "grant", "1.3", GRANT ("1.3", "{\"id\":\"1.4\",\"name\":\"Acme\"}"))                \
  "," CHANGE ("5", "grant", "1.5", GRANT ("1.5", "null"))                                          \
  ","                                                                                              \
  CHANGE ("6", "video", "1.9",                                                                     \
          "{\"id\":\"1.9\",\"account_id\":\"1\",\"item_id\":\"7100000000000000002\","              \
          "\"caption\":\"Fresh\",\"visibility\":\"public\",\"eligible\":true,"                     \
          "\"blockers\":[],\"engagement\":{},\"published_at\":\"2026-03-02T00:00:00Z\","           \
          "\"authorization\":{\"state\":\"off\",\"grants\":0,\"links\":0}}")
#define REQUEST                                                                                    \
  CHANGE ("9", "event", "1.13",                                                                    \
          "{\"id\":\"1.13\",\"type\":\"extension_requested\",\"at\":\"2026-11-03T00:00:00Z\","    \
          "\"actor\":{\"kind\":\"brand\",\"id\":\"7001\",\"name\":\"Acme\"},\"video_id\":\"1.1\","   \
          "\"code_id\":\"1.2\",\"link_id\":null,\"grant_id\":\"1.3\","                               \
          "\"brand\":{\"id\":\"1.4\",\"name\":\"Acme\"},\"detail\":{\"days\":30}}")
#define ACCOUNT(role)                                                                              \
  CHANGE ("1", "account", "1",                                                                     \
          "{\"id\":\"1\",\"name\":\"@mia\",\"platform\":\"sandbox\",\"role\":\"" role              \
          "\",\"brand_url\":\"https://spark.example\",\"periods\":[7,30]}")
#define CODE_CHANGE(code)                                                                          \
  CHANGE ("7", "code", "1.2",                                                                      \
          "{\"id\":\"1.2\",\"video_id\":\"1.1\",\"code\":" code ",\"state\":\"in_use\","           \
          "\"days\":30,\"starts_at\":\"2026-11-01T00:00:00Z\","                                    \
          "\"ends_at\":\"2030-01-08T12:00:00Z\",\"created_at\":\"2026-11-01T00:00:00Z\"}")         \
  ","                                                                                              \
  CHANGE ("8", "link", "1.30",                                                                     \
          "{\"id\":\"1.30\",\"video_id\":\"1.1\",\"brand\":{\"id\":\"1.4\",\"name\":\"Acme\"},"    \
          "\"string\":" code ",\"url\":null,\"state\":\"open\",\"ends_at\":"                       \
          "\"2030-01-08T12:00:00Z\",\"note\":null,\"created_at\":\"2026-11-01T00:00:00Z\"}")
#define PAGE(role, code)                                                                           \
  "{\"items\":[" ACCOUNT (role) "," REST "," REQUEST "," CODE_CHANGE (code)                        \
  "],\"cursor\":\"c\",\"has_more\":false,\"remaining\":0}"

static FailingServer *server;

/* What each act is done to. Every one that takes a role is here. */
static const struct
{
  const char *action;
  const char *target; /* GVariant text */
} acts[] = {
  { "win.copy-code", "'1.1'" },
  { "win.copy-for", "'1.1'" },
  { "win.generate", "'1.9'" },
  { "win.generate-terms", "'1.9'" },
  { "win.add-code", "'1.9'" },
  { "win.extend", "'1.2'" },
  { "win.extend-request", "'1.13'" },
  { "win.replace", "'1.2'" },
  { "win.change-code", "'1.2'" },
  { "win.delete-code", "'1.2'" },
  { "win.share-link", "'1.1'" },
  { "win.copy-link", "'1.30'" },
  { "win.show-link", "'1.30'" },
  { "win.withdraw-link", "'1.30'" },
  { "win.note-grant", "'1.1'" },
  { "win.attribute-grant", "'1.5'" },
  { "win.confirm-brand", "'1.5'" },
  { "win.revoke", "'1.3'" },
  { "win.give-again", "'1.3'" },
  { "win.undo-revoke", "'1.3'" },
  { "win.note-end", "'1.3'" },
  { "win.turn-off", "'1.3'" },
  { "win.edit-brand", "'1.4'" },
  { "win.confirm-advertiser", "('1.4','7001')" },
  { "win.refuse-advertiser", "('1.4','7001')" },
  { "win.revoke-brand", "'1.4'" },
  { "win.connect-account", "'1'" },
  { "win.disconnect-account", "'1'" },
  { "win.paste-link", NULL },
  { "win.import", NULL },
};

typedef struct
{
  SparkRole role;
  const char *page;
  SparkWindow *window;
  SparkBackend *backend;
  GHashTable *offered; /* what was seen on any page */
} Walk;

static gboolean
says (gpointer window, const char *text)
{
  g_autofree char *texts = test_seen_texts (window);

  return strstr (texts, text) != NULL;
}

static void
close_dialogs (Walk *walk)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (window != GTK_WINDOW (walk->window))
        gtk_window_destroy (window);
    }
  test_wait (g_list_model_get_n_items (windows) == 1);
}

static void
set_up (Walk *walk)
{
  g_autoptr (SparkClient) client = spark_client_new (failing_server_get_url (server), "token");
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (GError) error = NULL;

  failing_server_answer (server, "GET /v1/changes", walk->page);
  walk->offered = g_hash_table_new (g_str_hash, g_str_equal);
  walk->window = g_object_ref_sink (spark_window_new (NULL));
  gtk_window_set_default_size (GTK_WINDOW (walk->window), 1200, 850);
  gtk_window_present (GTK_WINDOW (walk->window));
  walk->backend = spark_backend_new ("roles", client, key, &error);
  g_assert_no_error (error);
  spark_window_set_backend (walk->window, walk->backend);
  spark_backend_start (walk->backend);
  test_wait (spark_backend_get_status (walk->backend) == SPARK_BACKEND_ONLINE);
  test_wait (says (walk->window, "Routine"));
}

static void
tear_down (Walk *walk)
{
  GWeakRef gone;

  close_dialogs (walk);
  g_weak_ref_init (&gone, walk->backend);
  spark_backend_stop (walk->backend);
  spark_window_set_backend (walk->window, NULL);
  g_clear_object (&walk->backend);
  gtk_window_destroy (GTK_WINDOW (walk->window));
  g_assert_finalize_object (walk->window);
  for (g_autoptr (GObject) backend = NULL; (backend = g_weak_ref_get (&gone)) != NULL;)
    {
      g_clear_object (&backend);
      test_turn ();
    }
  g_weak_ref_clear (&gone);
  g_hash_table_unref (walk->offered);
  spark_replica_delete ("roles");
}

static SparkRole
get_role (const char *action)
{
  const char *known;
  SparkRole role;

  for (guint i = 0; (known = spark_roles_get_act (i, &role)) != NULL; i++)
    if (g_str_equal (known, action))
      return role;
  return SPARK_ROLE_VIEW;
}

static void
look_at_menu (Walk *walk, GMenuModel *menu)
{
  int n = menu != NULL ? g_menu_model_get_n_items (menu) : 0;

  for (int i = 0; i < n; i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      g_autofree char *action = NULL;

      look_at_menu (walk, section);
      if (!g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &action))
        continue;
      if (get_role (action) > walk->role)
        g_error ("The role %d is offered %s in a menu", (int)walk->role, action);
      g_hash_table_add (walk->offered, (gpointer)g_intern_string (action));
    }
}

/* Nothing that can be seen does what the role does not allow. */
static void
look_at (Walk *walk, GtkWidget *widget)
{
  const char *action
      = GTK_IS_ACTIONABLE (widget) ? gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) : NULL;

  if (!gtk_widget_get_mapped (widget))
    return;
  if (action != NULL)
    {
      if (get_role (action) > walk->role)
        g_error ("The role %d is offered %s", (int)walk->role, action);
      g_hash_table_add (walk->offered, (gpointer)g_intern_string (action));
    }
  if (GTK_IS_MENU_BUTTON (widget))
    {
      GtkMenuButton *button = GTK_MENU_BUTTON (widget);

      /* One that is filled when it opens. */
      if (gtk_menu_button_get_popover (button) == NULL)
        {
          gtk_menu_button_popup (button);
          gtk_menu_button_popdown (button);
        }
      look_at_menu (walk, gtk_menu_button_get_menu_model (button));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    look_at (walk, child);
}

/* the menus of rows */

static char *
print_act (const char *action, GVariant *target)
{
  g_autofree char *text = target != NULL ? g_variant_print (target, FALSE) : NULL;

  return g_strconcat (action, " ", text, NULL);
}

/* What the buttons of a row do, a line each; @more: it has a menu of its own, too */
static void
list_buttons (GtkWidget *widget, GPtrArray *found, gboolean *more)
{
  const char *action = GTK_IS_BUTTON (widget)
                           ? gtk_actionable_get_action_name (GTK_ACTIONABLE (widget))
                           : NULL;

  if (!gtk_widget_get_visible (widget))
    return;
  if (GTK_IS_MENU_BUTTON (widget))
    {
      *more = TRUE;
      return;
    }
  if (action != NULL)
    g_ptr_array_add (found,
                     print_act (action, gtk_actionable_get_action_target_value (GTK_ACTIONABLE (widget))));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    list_buttons (child, found, more);
}

static void
press_menu_key (GtkWidget *list)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (list);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) keys = g_list_model_get_item (controllers, i);

      for (guint j = 0;
           GTK_IS_SHORTCUT_CONTROLLER (keys) && j < g_list_model_get_n_items (G_LIST_MODEL (keys)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (keys), j);
          g_autofree char *trigger
              = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (g_str_equal (trigger, "Menu|<Shift>F10"))
            gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, list, NULL);
        }
    }
}

/* (nullable) */
static GtkPopoverMenu *
find_open_menu (gpointer root)
{
  GtkPopoverMenu *menu = NULL;

  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (GTK_IS_POPOVER_MENU (root))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && menu == NULL;
       child = gtk_widget_get_next_sibling (child))
    menu = find_open_menu (child);
  return menu;
}

static void
compare_menu (Walk *walk, GtkPopoverMenu *popover, GPtrArray *buttons, gboolean more,
              guint n_accesses)
{
  static const char *const beyond[]
      = { "win.generate-terms", "win.copy-for", "win.share-link", NULL };
  guint n_records = 0;
  GMenuModel *menu = gtk_popover_menu_get_menu_model (popover);
  int n = g_menu_model_get_n_items (menu);

  for (int i = 0; i < n; i++)
    {
      g_autoptr (GVariant) target
          = g_menu_model_get_item_attribute_value (menu, i, G_MENU_ATTRIBUTE_TARGET, NULL);
      g_autofree char *action = NULL;
      g_autofree char *act = NULL;
      guint index;

      g_assert_true (g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &action));
      act = print_act (action, target);
      if (get_role (action) > walk->role)
        g_error ("The role %d is offered %s in a menu", (int)walk->role, action);
      if (g_ptr_array_find_with_equal_func (buttons, act, g_str_equal, &index))
        g_ptr_array_remove_index (buttons, index);
      else if (g_str_equal (action, "win.record-grant"))
        n_records++;
      else if (!more || !g_strv_contains (beyond, action))
        g_error ("No button does %s", act);
    }
  g_assert_cmpuint (n_records, ==, n_accesses);
  if (buttons->len > 0)
    g_error ("The menu lacks %s", (const char *)buttons->pdata[0]);
}

static gboolean
on_frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer frames_left)
{
  return --*(guint *)frames_left > 0;
}

/* A row is given its place in one frame, and its buttons once another has gone by in which nothing
 * was scrolled. */
static void
let_rest (GtkWidget *list)
{
  guint frames_left = 4;

  gtk_widget_add_tick_callback (list, on_frame_cb, &frames_left, NULL);
  test_wait (frames_left == 0);
}

static gboolean
holds_access (GtkWidget *widget)
{
  gboolean holds = SPARK_IS_ACCESS_ROW (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && !holds;
       child = gtk_widget_get_next_sibling (child))
    holds = holds_access (child);
  return holds;
}

/* Each row's menu has what its buttons do, that of an access its record too, and nothing else;
 * returns how many rows have one. */
static guint
look_at_menus (Walk *walk, GtkWidget *list)
{
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      g_autoptr (GPtrArray) buttons = g_ptr_array_new_with_free_func (g_free);
      /* A tile has room for one button of those that a row has. */
      gboolean more = GTK_IS_GRID_VIEW (list);
      gboolean is_access = holds_access (row);
      GtkPopoverMenu *menu;
      GtkWidget *focus;

      if (!gtk_widget_grab_focus (row) && !gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD))
        continue;
      focus = gtk_root_get_focus (GTK_ROOT (walk->window));
      let_rest (list);
      list_buttons (row, buttons, &more);
      press_menu_key (list);
      menu = find_open_menu (walk->window);
      if (buttons->len == 0 && !is_access)
        {
          g_assert_null (menu);
          continue;
        }
      if (menu == NULL && buttons->len == 0)
        g_error ("An access has no menu");
      if (menu == NULL)
        g_error ("There is no menu for %s", (const char *)buttons->pdata[0]);
      compare_menu (walk, menu, buttons, more, is_access);
      n++;
      gtk_popover_popdown (GTK_POPOVER (menu));
      g_assert_true (gtk_root_get_focus (GTK_ROOT (walk->window)) == focus);
    }
  return n;
}

static guint
look_at_lists (Walk *walk, GtkWidget *widget)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (widget))
    return 0;
  if (g_object_get_data (G_OBJECT (widget), "spark-row-menu") != NULL)
    return look_at_menus (walk, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += look_at_lists (walk, child);
  return n;
}

static void
show (Walk *walk, const char *action, const char *target, const char *text)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (walk->window), action, "s", target));
  test_wait (says (walk->window, text));
  /* Rows are bound and measured in the next frames. */
  for (guint i = 0; i < 3; i++)
    test_turn ();
  look_at (walk, GTK_WIDGET (walk->window));
}

static void
test_offers (gconstpointer data)
{
  Walk walk = *(const Walk *)data;
  GtkWidget *add;

  set_up (&walk);
  look_at (&walk, GTK_WIDGET (walk.window));
  show (&walk, "win.show-video", "1.1", "Open until");
  /* Nobody is told to press what is not there. */
  g_assert_true (says (walk.window, "Your role may not see it") == (walk.role == SPARK_ROLE_VIEW));
  g_assert_false (says (walk.window, "Copy asks for it"));
  show (&walk, "win.show-video", "1.9", "Fresh");
  show (&walk, "win.show-brand", "1.4", "7001");
  show (&walk, "win.show-page", "access", "Acme");
  add = NULL;
  for (guint i = 0; add == NULL; i++)
    {
      GtkWidget *button = test_find (walk.window, GTK_TYPE_MENU_BUTTON, i);

      if (g_strcmp0 (gtk_widget_get_tooltip_text (button), "Add Videos") == 0)
        add = button;
    }
  /* There is no account of posts: only who may make one adds to it. */
  g_assert_true (gtk_widget_get_visible (add) == (walk.role == SPARK_ROLE_OWNER));
  /* The walk sees what it is to see. */
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      static const char *const shown[]
          = { "win.copy-code",  "win.copy-for",      "win.generate",      "win.extend",
              "win.replace",    "win.delete-code",   "win.share-link",    "win.copy-link",
              "win.show-link",  "win.withdraw-link", "win.attribute-grant", "win.revoke",
              "win.edit-brand", "win.revoke-brand",  "win.confirm-advertiser",
              "win.refuse-advertiser", NULL };

      if (g_strv_contains (shown, acts[i].action) && get_role (acts[i].action) <= walk.role
          && !g_hash_table_contains (walk.offered, acts[i].action))
        g_error ("The role %d is not offered %s", (int)walk.role, acts[i].action);
    }
  tear_down (&walk);
}

static void
test_acts (gconstpointer data)
{
  Walk walk = *(const Walk *)data;
  const char *action;
  SparkRole role;

  set_up (&walk);
  for (guint i = 0; (action = spark_roles_get_act (i, &role)) != NULL; i++)
    {
      gboolean known = FALSE;

      for (guint j = 0; j < G_N_ELEMENTS (acts); j++)
        if (g_str_equal (acts[j].action, action))
          {
            g_autoptr (GVariant) target = NULL;
            guint writes = failing_server_count_writes (server);

            known = TRUE;
            if (role <= walk.role
                && !(acts[j].target == NULL && walk.role < SPARK_ROLE_OWNER))
              continue;
            if (acts[j].target != NULL)
              target = g_variant_ref_sink (g_variant_new_parsed (acts[j].target));
            g_test_message ("%s", action);
            g_assert_true (
                gtk_widget_activate_action_variant (GTK_WIDGET (walk.window), action, target));
            test_wait (says (walk.window, "Not Allowed"));
            g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 1);
            g_assert_cmpuint (failing_server_count_writes (server), ==, writes);
            test_press (walk.window, "_Details");
            test_wait (g_list_model_get_n_items (gtk_window_get_toplevels ()) == 2);
            close_dialogs (&walk);
            test_wait (!says (walk.window, "Not Allowed"));
          }
      if (!known)
        g_error ("Nobody tries %s", action);
    }
  tear_down (&walk);
}

static void
show_as (Walk *walk, const char *what)
{
  g_assert_true (gtk_widget_activate_action (test_find (walk->window, SPARK_TYPE_VIDEOS_VIEW, 0),
                                             "videos.show-as", "s", what));
  for (guint i = 0; i < 3; i++)
    test_turn ();
}

static void
test_menus (gconstpointer data)
{
  Walk walk = *(const Walk *)data;
  gboolean may = walk.role > SPARK_ROLE_VIEW;

  set_up (&walk);
  /* Both videos, and as tiles. */
  g_assert_cmpuint (look_at_lists (&walk, GTK_WIDGET (walk.window)), ==, may ? 2 : 0);
  show_as (&walk, "covers");
  g_assert_cmpuint (look_at_lists (&walk, GTK_WIDGET (walk.window)), ==, may ? 2 : 0);
  show_as (&walk, "list");
  /* Beside them two accesses, one of a known brand, and a link. */
  show (&walk, "win.show-video", "1.1", "Open until");
  g_assert_cmpuint (look_at_lists (&walk, GTK_WIDGET (walk.window)), ==, may ? 5 : 2);
  show (&walk, "win.show-page", "access", "Acme");
  show (&walk, "win.show-brand", "1.4", "7001");
  g_assert_cmpuint (look_at_lists (&walk, GTK_WIDGET (walk.window)), ==, may ? 4 : 3);
  tear_down (&walk);
}

/* What still works while nobody answers is what the role allows. */
static void
test_unreached (gconstpointer data)
{
  Walk walk = *(const Walk *)data;

  set_up (&walk);
  failing_server_stop (server);
  test_wait (spark_backend_get_status (walk.backend) == SPARK_BACKEND_OFFLINE);
  test_wait (says (walk.window, "can’t be reached. You can read everything"));
  g_assert_true (says (walk.window, "copy your codes") == (walk.role > SPARK_ROLE_VIEW));
  failing_server_start (server);
  tear_down (&walk);
}

/* What the role does allow opens. */
static void
test_allowed (void)
{
  Walk walk = { .role = SPARK_ROLE_REVOKE, .page = PAGE ("revoke", "\"" CODE "\"") };
  static const char *const open[] = { "win.extend", "win.extend-request", "win.change-code",
                                      "win.edit-brand", "win.attribute-grant" };

  set_up (&walk);
  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    for (guint j = 0; j < G_N_ELEMENTS (acts); j++)
      if (g_str_equal (acts[j].action, open[i]))
        {
          g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new_parsed (acts[j].target));

          g_assert_true (
              gtk_widget_activate_action_variant (GTK_WIDGET (walk.window), open[i], target));
          test_wait (g_list_model_get_n_items (gtk_window_get_toplevels ()) == 2);
          close_dialogs (&walk);
        }
  tear_down (&walk);
}

int
main (int argc, char **argv)
{
  static const Walk walks[] = {
    { .role = SPARK_ROLE_VIEW, .page = PAGE ("view", "null") },
    { .role = SPARK_ROLE_GENERATE, .page = PAGE ("generate", "\"" CODE "\"") },
    { .role = SPARK_ROLE_REVOKE, .page = PAGE ("revoke", "\"" CODE "\"") },
    { .role = SPARK_ROLE_OWNER, .page = PAGE ("owner", "\"" CODE "\"") },
  };
  g_autoptr (GtkCssProvider) css = NULL;
  int status;

  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  css = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (css, RESOURCE_PATH "/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  server = failing_server_new ();
  failing_server_answer (server, "GET /healthz",
                         "{\"status\":\"ok\",\"service\":\"sparkbox\",\"version\":\"1\","
                         "\"api\":1}");
  failing_server_answer (server, "GET /v1/connect", "{\"tiktok\":false}");
  failing_server_answer (server, "GET /v1/videos/1.1/engagement",
                         "{\"items\":[],\"next_cursor\":null}");
  failing_server_answer (server, "GET /v1/videos/1.9/engagement",
                         "{\"items\":[],\"next_cursor\":null}");
  failing_server_answer (server, "GET /v1/feed", "id: c\nevent: ready\ndata: {}\n\n");

  for (guint i = 0; i < G_N_ELEMENTS (walks); i++)
    {
      const char *name = spark_enum_to_string (SPARK_TYPE_ROLE, (int)walks[i].role);
      g_autofree char *offers = g_strconcat ("/roles/offers/", name, NULL);
      g_autofree char *refusals = g_strconcat ("/roles/acts/", name, NULL);
      g_autofree char *menus = g_strconcat ("/roles/menus/", name, NULL);
      g_autofree char *unreached = g_strconcat ("/roles/unreached/", name, NULL);

      g_test_add_data_func (offers, &walks[i], test_offers);
      g_test_add_data_func (refusals, &walks[i], test_acts);
      g_test_add_data_func (menus, &walks[i], test_menus);
      g_test_add_data_func (unreached, &walks[i], test_unreached);
    }
  g_test_add_func ("/roles/allowed", test_allowed);
  status = g_test_run ();
  failing_server_free (server);
  return status;
}
