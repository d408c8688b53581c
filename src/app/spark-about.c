/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-about"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-about.h"
#include "app/spark-unmapped.h"
#include "model/spark-enums.h"

#define HOMEPAGE "https://github.com/sparkbox/sparkbox"

static const char *
name_status (SparkBackend *backend)
{
  if (backend == NULL)
    return "none";
  switch (spark_backend_get_status (backend))
    {
    case SPARK_BACKEND_CONNECTING:
      return "connecting";
    case SPARK_BACKEND_LOADING:
      return "loading";
    case SPARK_BACKEND_ONLINE:
      return "online";
    case SPARK_BACKEND_OFFLINE:
      return "offline";
    case SPARK_BACKEND_FAILED:
      return "failed";
    }
  return "unknown";
}

static void
append_accounts (GString *text, SparkBackend *backend)
{
  g_autoptr (GListModel) accounts
      = spark_replica_list_accounts (spark_backend_get_replica (backend));
  guint counts[3] = { 0 };

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      guint platform = spark_account_item_get (item)->platform;

      if (platform < G_N_ELEMENTS (counts))
        counts[platform]++;
    }
  g_string_append_printf (text, "Accounts: %u sandbox, %u tracked, %u tiktok\n",
                          counts[SPARK_PLATFORM_SANDBOX], counts[SPARK_PLATFORM_TRACKED],
                          counts[SPARK_PLATFORM_TIKTOK]);
}

char *
spark_about_describe_system (SparkWindow *window)
{
  SparkBackend *backend = spark_window_get_backend (window);
  const GError *problem = backend != NULL ? spark_backend_get_problem (backend) : NULL;
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  GString *text = g_string_new ("Sparkbox " SPARK_VERSION "\n");

  g_string_append_printf (text, "GTK %u.%u.%u, libadwaita %u.%u.%u, GLib %u.%u.%u\n",
                          gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version (), glib_major_version,
                          glib_minor_version, glib_micro_version);
  g_string_append_printf (text, "System: %s, %s\n", system != NULL ? system : "unknown",
                          G_OBJECT_TYPE_NAME (display));
  g_string_append_printf (text, "Language: %s\n", g_get_language_names ()[0]);
  g_string_append_printf (text, "Backend: %s, %s\n",
                          backend == NULL                      ? "none"
                          : spark_backend_is_private (backend) ? "this computer"
                                                               : "server",
                          name_status (backend));
  if (problem != NULL)
    g_string_append_printf (text, "Problem: %s %d\n", g_quark_to_string (problem->domain),
                            problem->code);
  if (backend != NULL)
    append_accounts (text, backend);
  return g_string_free (text, FALSE);
}

void
spark_about_present (SparkWindow *window)
{
  static const char *const developers[] = { "The Sparkbox Authors", NULL };
  g_autofree char *debug = spark_about_describe_system (window);
  GtkWindow *about;

  about = g_object_new (
      ADW_TYPE_ABOUT_WINDOW, "transient-for", window, "application-name", _ ("Sparkbox"), "application-icon", APPLICATION_ID,
      "version", SPARK_VERSION, "developer-name", "The Sparkbox Authors", "developers", developers,
      "website", HOMEPAGE, "issue-url", HOMEPAGE "/issues", "copyright", "© The Sparkbox Authors",
      "license-type", GTK_LICENSE_GPL_3_0, "comments",
      _ ("Which video is open to which brand, until when, and how to end it."), "debug-info", debug,
      "debug-info-filename", "sparkbox-debug-info.txt",
      /* Translators: put your names here, one a line; they are shown in the About window */
      "translator-credits", _ ("translator-credits"), NULL);
  spark_unmapped_hide_within (about);
  gtk_window_present (about);
}
