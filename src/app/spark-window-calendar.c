/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-calendar"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-confirm.h"
#include "app/spark-save.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-json.h"

/* What ends, for a calendar program: as a file, or by an address that it subscribes to. */

static void
on_calendar_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (SparkWindow) window = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = spark_client_fetch_finish (SPARK_CLIENT (source), result, &error);

  g_weak_ref_clear (weak);
  g_free (weak);
  /* Destroyed, it may still be held by somebody. */
  if (window == NULL || !gtk_widget_get_realized (GTK_WIDGET (window)))
    return;
  if (content != NULL)
    spark_save_as (window, "sparkbox.ics", content, NULL, _ ("Calendar saved"));
  else
    spark_acts_toast_problem (window, error);
}

static void
save_calendar (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  const char *account_id = spark_window_get_account_id (window);
  g_autofree char *path = NULL;
  GWeakRef *weak;

  if (!spark_acts_check_online (window))
    return;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, window);
  path = account_id != NULL ? spark_client_path ("/v1/accounts/%s/calendar.ics", account_id)
                            : g_strdup ("/v1/calendar.ics");
  spark_client_fetch_async (spark_backend_get_client (spark_window_get_backend (window)), path,
                            "text/calendar", NULL, on_calendar_cb, weak);
}

/* --- the address --- */

static void
on_address (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  SparkBackend *backend = spark_window_get_backend (window);
  g_autoptr (GError) wrong = NULL;
  g_autofree char *url = NULL;
  const char *path = NULL;

  if (error == NULL && (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer)))
    wrong = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No address.");
  else if (error == NULL
           && spark_json_get_string (json_node_get_object (answer), "path", &path, &wrong)
           && *path != '/')
    wrong = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No path.");
  if (error != NULL || wrong != NULL || backend == NULL)
    {
      if (error != NULL || wrong != NULL)
        spark_acts_toast_problem (window, error != NULL ? error : wrong);
      return;
    }
  url = g_strdup (spark_client_get_url (spark_backend_get_client (backend)));
  while (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  {
    g_autofree char *address = g_strconcat (url, path, NULL);

    spark_acts_put_into_clipboard (window, address);
  }
  spark_acts_toast (window, _ ("Calendar address copied. Whoever has it sees what ends."));
}

static void
on_replaced (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  on_address (window, answer, NULL, NULL);
}

static void
on_replace_confirmed_cb (SparkConfirm *confirm, char *path)
{
  spark_confirm_send (confirm, "POST", path, g_bytes_new_static ("{\"replace\":true}", 16),
                      _ ("Replacing the address…"), on_replaced, NULL, NULL);
}

/* Of the account shown, or the only one; a toast says so when there are several. (transfer full)
 * (nullable) */
static SparkAccountItem *
get_account (SparkWindow *window)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  const char *shown = spark_window_get_account_id (window);
  g_autoptr (GListModel) accounts = NULL;

  if (replica == NULL)
    return NULL;
  if (shown != NULL)
    return spark_acts_get_account (window, shown);
  accounts = spark_replica_list_accounts (replica);
  if (g_list_model_get_n_items (accounts) == 1)
    return g_list_model_get_item (accounts, 0);
  spark_acts_toast (window,
                    _ ("Each account has an address of its own. Choose one account first."));
  return NULL;
}

/* (transfer full): where to ask for the address; NULL after saying why there is none */
static char *
get_path (SparkWindow *window)
{
  SparkBackend *backend = spark_window_get_backend (window);
  g_autoptr (SparkAccountItem) account = NULL;

  if (backend != NULL && spark_backend_is_private (backend))
    {
      spark_acts_toast (window, _ ("Calendars can’t reach this computer. Save the calendar as a "
                                   "file, or join a server."));
      return NULL;
    }
  if (!spark_acts_check_online (window))
    return NULL;
  account = get_account (window);
  return account != NULL ? spark_client_path ("/v1/accounts/%s/calendar-address",
                                              spark_account_item_get (account)->id)
                         : NULL;
}

static void
copy_address (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autofree char *path = get_path (window);

  if (path != NULL)
    spark_acts_send (window, "POST", path, g_bytes_new_static ("{}", 2), on_address, NULL, NULL);
}

static void
replace_address (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autofree char *path = get_path (window);
  SparkConfirm *confirm;

  if (path == NULL)
    return;
  confirm = spark_confirm_new (window, _ ("Replace the Calendar Address?"),
                               _ ("Calendars that use the old address show nothing new any more. "
                                  "Give them the new one."),
                               _ ("_Replace"), ADW_RESPONSE_DESTRUCTIVE);
  spark_confirm_ask (confirm, G_CALLBACK (on_replace_confirmed_cb), g_steal_pointer (&path),
                     g_free);
}

void
spark_window_install_calendar_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.save-calendar", NULL, save_calendar);
  gtk_widget_class_install_action (klass, "win.copy-calendar-address", NULL, copy_address);
  gtk_widget_class_install_action (klass, "win.replace-calendar-address", NULL, replace_address);
}
