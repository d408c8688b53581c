/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-background"

#include "config.h"

#include <glib/gi18n.h>
#include <libportal-gtk4/portal-gtk4.h>

#include "app/spark-background.h"

static GError *
translate (const GError *error)
{
  gboolean refused = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                     || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED)
                     || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED)
                     || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);

  return g_error_new_literal (G_IO_ERROR,
                              refused ? G_IO_ERROR_PERMISSION_DENIED : G_IO_ERROR_NOT_SUPPORTED,
                              error->message);
}

static void
on_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (xdp_portal_request_background_finish (XDP_PORTAL (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else if (g_task_return_error_if_cancelled (task))
    return;
  else if (error != NULL)
    g_task_return_error (task, translate (error));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             "The desktop does not allow it.");
}

void
spark_background_request_async (GtkWindow *parent, gboolean at_login, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  GApplication *application = g_application_get_default ();
  g_autoptr (GPtrArray) command = NULL;
  g_autoptr (XdpPortal) portal = NULL;
  XdpParent *xdp_parent = NULL;

  g_task_set_source_tag (task, spark_background_request_async);
  /* libportal takes a session bus for granted. */
  if (application == NULL || g_application_get_dbus_connection (application) == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "no session bus");
      g_object_unref (task);
      return;
    }
  command = g_ptr_array_new ();
  g_ptr_array_add (command, (gpointer)(BINDIR "/sparkbox"));
  g_ptr_array_add (command, (gpointer)("--" SPARK_BACKGROUND_OPTION));
  portal = xdp_portal_new ();
  if (parent != NULL)
    xdp_parent = xdp_parent_new_gtk (parent);
  xdp_portal_request_background (
      portal, xdp_parent,
      /* Translators: the desktop shows it when it asks whether Sparkbox may run without a window */
      (char *)_ ("Sparkbox tells you when a brand uses a code, also while its window is closed."),
      command, at_login ? XDP_BACKGROUND_FLAG_AUTOSTART : XDP_BACKGROUND_FLAG_NONE, cancellable,
      on_answered_cb, task);
  g_clear_pointer (&xdp_parent, xdp_parent_free);
}

gboolean
spark_background_request_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
