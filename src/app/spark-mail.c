/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-mail"

#include "config.h"

#include <libportal-gtk4/portal-gtk4.h>

#include "app/spark-mail.h"

static void
on_proxy_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusProxy) proxy = g_dbus_proxy_new_for_bus_finish (result, &error);
  g_autoptr (GVariant) version
      = proxy != NULL ? g_dbus_proxy_get_cached_property (proxy, "version") : NULL;

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, version != NULL);
}

void
spark_mail_find_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, spark_mail_find_async);
  g_dbus_proxy_new_for_bus (G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS, NULL,
                            "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop",
                            "org.freedesktop.portal.Email", cancellable, on_proxy_cb, task);
}

gboolean
spark_mail_find_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_composed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (xdp_portal_compose_email_finish (XDP_PORTAL (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
spark_mail_compose_async (GtkWindow *parent, const char *subject, const char *body,
                          GFile *attachment, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (XdpPortal) portal = xdp_portal_new ();
  XdpParent *from = xdp_parent_new_gtk (parent);
  const char *attachments[]
      = { attachment != NULL ? g_file_peek_path (attachment) : NULL, NULL };

  g_task_set_source_tag (task, spark_mail_compose_async);
  xdp_portal_compose_email (portal, from, NULL, NULL, NULL, subject, body,
                            attachment != NULL ? attachments : NULL, XDP_EMAIL_FLAG_NONE,
                            cancellable, on_composed_cb, task);
  xdp_parent_free (from);
}

gboolean
spark_mail_compose_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
