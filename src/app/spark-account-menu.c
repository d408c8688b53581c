/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-account-menu"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-account-menu.h"
#include "app/spark-avatar.h"
#include "app/spark-roles.h"
#include "app/spark-sign-ins.h"
#include "client/spark-replica.h"

static void
append (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);
  g_autoptr (GString) plain = g_string_new (label);

  /* A name’s underline is no mnemonic. */
  g_string_replace (plain, "_", "__", 0);
  g_menu_item_set_label (item, plain->str);
  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

static GMenu *
list_accounts (GListModel *accounts)
{
  GMenu *menu = g_menu_new ();

  if (g_list_model_get_n_items (accounts) < 2)
    return menu;
  append (menu, _ ("All Accounts"), "win.select-account", "");
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);

      append (menu, account->name, "win.select-account", account->id);
    }
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
        append (menu, _ ("This Computer"), "app.use-sign-in", "");
      name = spark_sign_in_name (url, account);
      label = spark_sign_ins_describe (settings, i);
      append (menu, label, "app.use-sign-in", name);
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
    {
      g_autoptr (GMenuModel) section_a = g_menu_model_get_item_link (a, i, G_MENU_LINK_SECTION);
      g_autoptr (GMenuModel) section_b = g_menu_model_get_item_link (b, i, G_MENU_LINK_SECTION);

      if ((section_a == NULL) != (section_b == NULL))
        return FALSE;
      if (section_a != NULL && !are_equal (section_a, section_b))
        return FALSE;
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
    }
  return TRUE;
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
    append (menu, _ ("Disconnect From TikTok…"), "win.disconnect-account", account->id);
  else if (mine && account->platform == SPARK_PLATFORM_TIKTOK)
    append (menu, _ ("Connect to TikTok Again"), "win.connect-account", account->id);
  else if (mine && account->platform == SPARK_PLATFORM_TRACKED)
    append (menu, _ ("Connect This Account to TikTok"), "win.connect-account", account->id);
  g_menu_append (menu, _ ("Connect a TikTok Account"), "win.connect-tiktok");
  return menu;
}

void
spark_account_menu_fill (GMenu *menu, SparkContext *context, const char *account_id,
                         GSettings *settings)
{
  GListModel *accounts = spark_context_get_accounts (context);
  g_autoptr (GMenu) fresh = g_menu_new ();
  g_autoptr (GMenu) connections = list_connections (context, account_id);
  g_autoptr (GMenu) account_section = list_accounts (accounts);
  g_autoptr (GMenu) sign_in_section = list_sign_ins (settings);

  if (g_menu_model_get_n_items (G_MENU_MODEL (account_section)) > 0)
    g_menu_append_section (fresh, NULL, G_MENU_MODEL (account_section));
  if (g_menu_model_get_n_items (G_MENU_MODEL (sign_in_section)) > 0)
    g_menu_append_section (fresh, NULL, G_MENU_MODEL (sign_in_section));
  if (g_menu_model_get_n_items (G_MENU_MODEL (connections)) > 0)
    g_menu_append_section (fresh, NULL, G_MENU_MODEL (connections));
  if (are_equal (G_MENU_MODEL (menu), G_MENU_MODEL (fresh)))
    return;
  g_menu_remove_all (menu);
  for (int i = 0; i < g_menu_model_get_n_items (G_MENU_MODEL (fresh)); i++)
    {
      g_autoptr (GMenuModel) section
          = g_menu_model_get_item_link (G_MENU_MODEL (fresh), i, G_MENU_LINK_SECTION);

      g_menu_append_section (menu, NULL, section);
    }
}

void
spark_account_menu_name (GtkMenuButton *button, AdwAvatar *avatar, GMenu *menu,
                         SparkContext *context, const char *account_id)
{
  g_autoptr (SparkAccountItem) only = NULL;
  const SparkAccount *account = find_shown (context, account_id, &only);
  const char *shown = account != NULL ? account->name : _ ("All Accounts");
  /* Translators: %s: name of an account, or "All Accounts" */
  g_autofree char *name = g_strdup_printf (_ ("Account: %s"), shown);

  adw_avatar_set_text (avatar, account != NULL ? account->name : NULL);
  adw_avatar_set_show_initials (avatar, account != NULL);
  adw_avatar_set_icon_name (avatar, "system-users-symbolic");
  spark_avatar_set_source (
      avatar, spark_context_get_covers (context), spark_context_get_client (context),
      account != NULL ? account->avatar_url : NULL, spark_context_get_obstacle (context) == NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_visible (GTK_WIDGET (button), g_menu_model_get_n_items (G_MENU_MODEL (menu)) > 0);
}
