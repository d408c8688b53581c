/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-account-menu"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-account-menu.h"
#include "app/spark-avatar.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-row-menu.h"
#include "app/spark-sign-ins.h"
#include "model/spark-fold.h"
#include "client/spark-attention-list.h"
#include "client/spark-replica.h"

/* Fewer are seen at a glance. */
#define SEARCHED_FROM 10

#define SEARCH "search" /* the place of the search in the menu */

struct _SparkAccountMenu
{
  GObject parent_instance;

  GtkMenuButton *button; /* not owned: lives as long as this */

  /* owned */
  GSettings *settings;
  SparkContext *context;
  char *account_id;
  GHashTable *attention; /* how many things, by account, as the menu was opened; NULL: never yet */
  GtkWidget *search_entry; /* NULL until the menu is opened */
  GMenu *menu;

  /* owned; its sections, each of which may be empty */
  GMenu *search;
  GMenu *accounts;
  GMenu *sign_ins;
  GMenu *connections;
};

G_DEFINE_FINAL_TYPE (SparkAccountMenu, spark_account_menu, G_TYPE_OBJECT)

static GMenu *
list_search (GListModel *accounts)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);

  if (g_list_model_get_n_items (accounts) < SEARCHED_FROM)
    return menu;
  g_menu_item_set_attribute (item, "custom", "s", SEARCH);
  g_menu_append_item (menu, item);
  return menu;
}

static gboolean
is_found (const char *const *query, const char *shown, const char *name, const char *handle)
{
  g_autofree char *words = g_strjoin (" ", shown, name, handle, NULL);
  g_autofree char *folded = spark_fold (words);

  return spark_fold_match (folded, query);
}

/* (transfer full) */
static char *
describe_account (const char *shown, GHashTable *attention, const char *id)
{
  guint n = attention != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (attention, id)) : 0;
  g_autofree char *counted = NULL;

  if (n > 0)
    /* Translators: things of an account */
    counted = g_strdup_printf (ngettext ("%'u needs attention", "%'u need attention", n), n);
  return spark_phrase_facts_of (shown, counted);
}

/* Those that are searched for come before all of them, which Enter would take else. */
static GMenu *
list_accounts (SparkContext *context, GHashTable *attention, const char *const *query)
{
  GListModel *accounts = spark_context_get_accounts (context);
  const char *all = _ ("All Accounts");
  GMenu *menu = g_menu_new ();

  if (g_list_model_get_n_items (accounts) < 2)
    return menu;
  if (query == NULL)
    spark_row_menu_append_name (menu, all, "win.select-account", "");
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);
      g_autofree char *shown = spark_context_name_account (context, account);
      g_autofree char *label = describe_account (shown, attention, account->id);

      /* By its number too, where others have its name. */
      if (is_found (query, shown, account->name, account->handle))
        spark_row_menu_append_name (menu, label, "win.select-account", account->id);
    }
  if (query != NULL && is_found (query, all, NULL, NULL))
    spark_row_menu_append_name (menu, all, "win.select-account", "");
  /* Without an account to go with it this can't be pressed. */
  if (g_menu_model_get_n_items (G_MENU_MODEL (menu)) == 0)
    g_menu_append (menu, _ ("No Accounts Found"), "win.select-account");
  return menu;
}

static GMenu *
list_sign_ins (GSettings *settings)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0;; i++)
    {
      g_autofree char *url = NULL;
      g_autofree char *account = NULL;
      g_autofree char *name = NULL;
      g_autofree char *label = NULL;

      if (!spark_sign_ins_get (settings, i, &url, &account))
        break;
      if (i == 0)
        spark_row_menu_append_name (menu, _ ("This Computer"), "app.use-sign-in", "");
      name = spark_sign_in_name (url, account);
      label = spark_sign_ins_describe (settings, i);
      spark_row_menu_append_name (menu, label, "app.use-sign-in", name);
    }
  return menu;
}

static gboolean
are_equal (GMenuModel *a, GMenuModel *b)
{
  static const char *const attributes[] = { G_MENU_ATTRIBUTE_LABEL, G_MENU_ATTRIBUTE_TARGET };

  if (g_menu_model_get_n_items (a) != g_menu_model_get_n_items (b))
    return FALSE;
  for (int i = 0; i < g_menu_model_get_n_items (a); i++)
    for (guint n = 0; n < G_N_ELEMENTS (attributes); n++)
      {
        g_autoptr (GVariant) value_a
            = g_menu_model_get_item_attribute_value (a, i, attributes[n], NULL);
        g_autoptr (GVariant) value_b
            = g_menu_model_get_item_attribute_value (b, i, attributes[n], NULL);

        if ((value_a == NULL) != (value_b == NULL)
            || (value_a != NULL && !g_variant_equal (value_a, value_b)))
          return FALSE;
      }
  return TRUE;
}

/* Leaves alone what did not change, so that an open menu stays as it is.
 * @fresh: (transfer full) */
static void
fill (GMenu *section, GMenu *fresh)
{
  if (!are_equal (G_MENU_MODEL (section), G_MENU_MODEL (fresh)))
    {
      g_menu_remove_all (section);
      for (int i = 0; i < g_menu_model_get_n_items (G_MENU_MODEL (fresh)); i++)
        {
          g_autoptr (GMenuItem) item = g_menu_item_new_from_model (G_MENU_MODEL (fresh), i);

          g_menu_append_item (section, item);
        }
    }
  g_object_unref (fresh);
}

static const SparkAccount *
find_shown (SparkContext *context, const char *account_id, SparkAccountItem **only)
{
  GListModel *accounts = spark_context_get_accounts (context);

  if (account_id != NULL)
    return spark_context_get_account (context, account_id);
  *only = g_list_model_get_n_items (accounts) == 1 ? g_list_model_get_item (accounts, 0) : NULL;
  return *only != NULL ? spark_account_item_get (*only) : NULL;
}

/* What can be done about TikTok with the account that is shown, and a new one. */
static GMenu *
list_connections (SparkContext *context, const char *account_id)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (SparkAccountItem) only = NULL;
  const SparkAccount *account = find_shown (context, account_id, &only);
  gboolean mine = account != NULL && spark_roles_may (account, "win.connect-account");

  if (!spark_context_get_connects (context)
      || g_list_model_get_n_items (spark_context_get_accounts (context)) == 0)
    return menu;
  if (mine && account->connection == SPARK_CONNECTION_STATE_CONNECTED)
    spark_row_menu_append_name (menu, _ ("Disconnect From TikTok…"), "win.disconnect-account",
                                account->id);
  else if (mine && account->platform == SPARK_PLATFORM_TIKTOK)
    spark_row_menu_append_name (menu, _ ("Connect to TikTok Again"), "win.connect-account",
                                account->id);
  else if (mine && account->platform == SPARK_PLATFORM_TRACKED)
    spark_row_menu_append_name (menu, _ ("Connect This Account to TikTok"), "win.connect-account",
                                account->id);
  g_menu_append (menu, _ ("Connect a TikTok Account"), "win.connect-tiktok");
  return menu;
}

static const char *
get_searched (SparkAccountMenu *self)
{
  return self->search_entry != NULL ? gtk_editable_get_text (GTK_EDITABLE (self->search_entry))
                                    : "";
}

static void
fill_accounts (SparkAccountMenu *self)
{
  g_auto (GStrv) query = spark_fold_query (get_searched (self));

  if (self->context != NULL)
    fill (self->accounts,
          list_accounts (self->context, self->attention, (const char *const *)query));
}

static void
on_search_cb (SparkAccountMenu *self)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (self->search_entry));

  /* What has the keyboard may be gone with the next letter, and the menu with it. */
  if (gtk_widget_get_mapped (self->search_entry) && !gtk_widget_has_focus (GTK_WIDGET (text)))
    gtk_text_grab_focus_without_selecting (GTK_TEXT (text));
  fill_accounts (self);
}

static void
on_search_activate_cb (SparkAccountMenu *self)
{
  g_autoptr (GVariant) target = NULL;

  if (*get_searched (self) == '\0')
    return;
  target = g_menu_model_get_item_attribute_value (G_MENU_MODEL (self->accounts), 0,
                                                  G_MENU_ATTRIBUTE_TARGET, NULL);
  if (target == NULL)
    return;
  gtk_menu_button_popdown (self->button);
  gtk_widget_activate_action_variant (GTK_WIDGET (self->button), "win.select-account", target);
}

/* Before the menu, which it closes. */
static gboolean
on_key_cb (SparkAccountMenu *self, guint keyval)
{
  if (keyval != GDK_KEY_Escape || *get_searched (self) == '\0')
    return FALSE;
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  return TRUE;
}

/* Escape again: the entry takes it from the menu. */
static void
on_stop_search_cb (SparkAccountMenu *self)
{
  gtk_menu_button_popdown (self->button);
}

static void
on_closed_cb (SparkAccountMenu *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}

static void
watch_popover (SparkAccountMenu *self, GtkPopover *popover)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (popover), keys);
  g_signal_connect_object (popover, "closed", G_CALLBACK (on_closed_cb), self, G_CONNECT_SWAPPED);
}

/* It stands still while it is open. */
static void
count_attention (SparkAccountMenu *self)
{
  SparkReplica *replica = self->context != NULL ? spark_context_get_replica (self->context) : NULL;

  g_clear_pointer (&self->attention, g_hash_table_unref);
  if (replica != NULL)
    self->attention = spark_replica_count_attention (replica);
  fill_accounts (self);
}

static void
make_search_entry (SparkAccountMenu *self)
{
  self->search_entry = g_object_ref_sink (gtk_search_entry_new ());
  g_object_set (self->search_entry, "placeholder-text", _ ("Search Accounts"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search_entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Search Accounts"), -1);
  g_signal_connect_object (self->search_entry, "changed", G_CALLBACK (on_search_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search_entry, "activate", G_CALLBACK (on_search_activate_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search_entry, "stop-search", G_CALLBACK (on_stop_search_cb), self,
                           G_CONNECT_SWAPPED);
}

/* Its widgets are made when it is opened first, and the search is in it when it is first of use. */
static void
make (GtkMenuButton *button, gpointer user_data)
{
  SparkAccountMenu *self = user_data;
  gboolean is_new = gtk_menu_button_get_menu_model (button) == NULL;
  GtkPopover *popover;

  if (self->search_entry == NULL)
    make_search_entry (self);
  count_attention (self);
  if (is_new)
    gtk_menu_button_set_menu_model (button, G_MENU_MODEL (self->menu));
  popover = gtk_menu_button_get_popover (button);
  if (is_new)
    watch_popover (self, popover);
  if (gtk_widget_get_parent (self->search_entry) == NULL
      && gtk_popover_menu_add_child (GTK_POPOVER_MENU (popover), self->search_entry, SEARCH))
    gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search_entry),
                                             GTK_WIDGET (popover));
}

static void
spark_account_menu_dispose (GObject *object)
{
  SparkAccountMenu *self = SPARK_ACCOUNT_MENU (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->context);
  g_clear_pointer (&self->account_id, g_free);
  g_clear_pointer (&self->attention, g_hash_table_unref);
  g_clear_object (&self->search_entry);
  g_clear_object (&self->menu);
  g_clear_object (&self->search);
  g_clear_object (&self->accounts);
  g_clear_object (&self->sign_ins);
  g_clear_object (&self->connections);

  G_OBJECT_CLASS (spark_account_menu_parent_class)->dispose (object);
}

static void
spark_account_menu_class_init (SparkAccountMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_account_menu_dispose;
}

static void
spark_account_menu_init (SparkAccountMenu *self)
{
  const struct
  {
    GMenu **section;
    const char *heading;
  } sections[] = { { &self->search, NULL },
                   { &self->accounts, _ ("Account") },
                   { &self->sign_ins, _ ("Servers") },
                   { &self->connections, NULL } };

  self->menu = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      *sections[i].section = g_menu_new ();
      g_menu_append_section (self->menu, sections[i].heading, G_MENU_MODEL (*sections[i].section));
    }
}

SparkAccountMenu *
spark_account_menu_new (GtkMenuButton *button, GSettings *settings)
{
  SparkAccountMenu *self = g_object_new (SPARK_TYPE_ACCOUNT_MENU, NULL);

  self->button = button;
  self->settings = g_object_ref (settings);
  gtk_menu_button_set_create_popup_func (button, make, g_object_ref (self), g_object_unref);
  return self;
}

static gboolean
has_items (GMenu *section)
{
  return g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0;
}

/* Shows the account that is shown on the button, and hides it while there is nothing to choose. */
static void
name_button (SparkAccountMenu *self)
{
  AdwAvatar *avatar = ADW_AVATAR (gtk_menu_button_get_child (self->button));
  g_autoptr (SparkAccountItem) only = NULL;
  const SparkAccount *account = find_shown (self->context, self->account_id, &only);
  g_autofree char *shown = account != NULL ? spark_context_name_account (self->context, account)
                                           : g_strdup (_ ("All Accounts"));
  /* Translators: %s: name of an account, or "All Accounts" */
  g_autofree char *name = g_strdup_printf (_ ("Account: %s"), shown);

  /* Without a text it has another colour each time. */
  adw_avatar_set_text (avatar, account != NULL ? account->name : shown);
  adw_avatar_set_show_initials (avatar, account != NULL);
  adw_avatar_set_icon_name (avatar, "system-users-symbolic");
  spark_avatar_set_source (avatar, spark_context_get_covers (self->context),
                           spark_context_get_client (self->context),
                           account != NULL ? account->avatar_url : NULL,
                           spark_context_get_obstacle (self->context) == NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->button), has_items (self->accounts)
                                                         || has_items (self->sign_ins)
                                                         || has_items (self->connections));
}

void
spark_account_menu_update (SparkAccountMenu *self, SparkContext *context, const char *account_id)
{
  g_return_if_fail (SPARK_IS_ACCOUNT_MENU (self));

  g_set_object (&self->context, context);
  g_free (self->account_id);
  self->account_id = g_strdup (account_id);
  fill (self->search, list_search (spark_context_get_accounts (context)));
  /* What is searched for with it goes with the search. */
  if (!has_items (self->search) && self->search_entry != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  fill_accounts (self);
  fill (self->sign_ins, list_sign_ins (self->settings));
  fill (self->connections, list_connections (context, account_id));
  name_button (self);
}
