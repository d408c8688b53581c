/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "notifier-fixture.h"

/* The daemon */
static struct
{
  GDBusConnection *bus;
  GDBusNodeInfo *info;
  guint object_id;
  guint name_id;
  guint before; /* shown by earlier cases, which may withdraw them yet */
  gboolean owned;
} service;

NotifierDesktop notifier_desktop;
static GApplication *application;

static const char *introspection
    = "<node><interface name='org.freedesktop.Notifications'>"
      "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>"
      "<arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
      "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
      "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
      "</interface></node>";

static void
on_call_cb (GDBusConnection *connection, const char *sender, const char *path,
            const char *interface, const char *method, GVariant *parameters,
            GDBusMethodInvocation *invocation, gpointer user_data)
{
  if (g_str_equal (method, "Notify"))
    {
      const char *title, *body;
      g_autofree const char **actions = NULL;
      g_autofree char *joined = NULL;

      g_variant_get (parameters, "(&su&s&s&s^a&s@a{sv}i)", NULL, NULL, NULL, &title, &body,
                     &actions, NULL, NULL);
      joined = g_strjoinv (",", (char **)actions);
      g_ptr_array_add (notifier_desktop.shown, g_strdup_printf ("%s|%s|%s", title, body, joined));
      g_dbus_method_invocation_return_value (
          invocation, g_variant_new ("(u)", service.before + notifier_desktop.shown->len));
    }
  else if (g_str_equal (method, "CloseNotification"))
    {
      guint number;

      g_variant_get (parameters, "(u)", &number);
      if (number > service.before)
        {
          notifier_desktop.closed++;
          notifier_desktop.which |= ONE << (number - service.before);
        }
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(as)", NULL));
}

static const GDBusInterfaceVTable vtable = { on_call_cb, NULL, NULL, { 0 } };

static void
on_owned_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  service.owned = TRUE;
}

static void
start_desktop (void)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;

  notifier_desktop.shown = g_ptr_array_new_with_free_func (g_free);
  service.bus = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  service.info = g_dbus_node_info_new_for_xml (introspection, &error);
  g_assert_no_error (error);
  service.object_id = g_dbus_connection_register_object (
      service.bus, "/org/freedesktop/Notifications", service.info->interfaces[0], &vtable, NULL,
      NULL, &error);
  g_assert_no_error (error);
  service.name_id
      = g_bus_own_name_on_connection (service.bus, "org.freedesktop.Notifications",
                                      G_BUS_NAME_OWNER_FLAGS_NONE, on_owned_cb, NULL, NULL, NULL);
  test_wait (service.owned);
}

static void
stop_desktop (void)
{
  g_bus_unown_name (service.name_id);
  g_dbus_connection_unregister_object (service.bus, service.object_id);
  g_dbus_connection_close_sync (service.bus, NULL, NULL);
  g_object_unref (service.bus);
  g_dbus_node_info_unref (service.info);
  g_ptr_array_unref (notifier_desktop.shown);
}

static void
on_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

void
notifier_let_be_known (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;

  g_dbus_connection_call (g_application_get_dbus_connection (g_application_get_default ()),
                          "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                          "org.freedesktop.Notifications", "GetCapabilities", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_result_cb, &result);
  test_wait (result != NULL);
  answer = g_dbus_connection_call_finish (
      g_application_get_dbus_connection (g_application_get_default ()), result, NULL);
  g_assert_nonnull (answer);
}

void
notifier_set_up (NotifierFixture *fixture, gconstpointer data)
{
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = "Morning routine" };

  fake_reset ();
  /* What the case before withdrew may still be on its way. */
  notifier_let_be_known ();
  service.before += notifier_desktop.shown->len;
  g_ptr_array_set_size (notifier_desktop.shown, 0);
  notifier_desktop.closed = 0;
  notifier_desktop.which = 0;
  fixture->application = g_application_get_default ();
  fixture->backend = fake_backend_new ();
  fake_add_video (spark_backend_get_replica (fixture->backend), &video);
  fixture->settings = g_settings_new (APPLICATION_ID);
  g_settings_reset (fixture->settings, "notified");
  fixture->notifier
      = spark_notifier_new (fixture->application, fixture->backend, fixture->settings);
}

void
notifier_tear_down (NotifierFixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->notifier);
  g_assert_finalize_object (fixture->backend);
  g_assert_finalize_object (fixture->settings);
}

void
notifier_happen_together (NotifierFixture *fixture, const SparkEvent *events, guint n)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    {
      fake_add_event (spark_backend_get_replica (fixture->backend), &events[i]);
      g_ptr_array_add (ids, (gpointer)events[i].id);
    }
  g_ptr_array_add (ids, NULL);
  g_signal_emit_by_name (fixture->backend, "events", ids->pdata);
}

void
notifier_restart (NotifierFixture *fixture)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->notifier));
  fixture->notifier
      = spark_notifier_new (fixture->application, fixture->backend, fixture->settings);
}

void
notifier_happen (NotifierFixture *fixture, const SparkEvent *event)
{
  notifier_happen_together (fixture, event, 1);
}

const char *
notifier_wait_for (NotifierFixture *fixture, guint n)
{
  test_wait (notifier_desktop.shown->len >= n);
  g_test_message ("%s", (char *)g_ptr_array_index (notifier_desktop.shown, n - 1));
  return g_ptr_array_index (notifier_desktop.shown, n - 1);
}

SparkEvent
notifier_use_by (const char *id, const char *brand)
{
  return (SparkEvent){ .id = id,
                       .type = SPARK_EVENT_GRANT_AUTHORIZED,
                       .video_id = "1.1",
                       .grant_id = id,
                       .brand = { brand, brand } };
}

void
notifier_begin (int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_test_init (argc, argv, NULL);
  start_desktop ();
  application = g_application_new (APPLICATION_ID, G_APPLICATION_DEFAULT_FLAGS);
  g_assert_true (g_application_register (application, NULL, &error));
  g_assert_no_error (error);
  g_application_set_default (application);
}

int
notifier_run (void)
{
  int status = g_test_run ();

  stop_desktop ();
  g_clear_object (&application);
  return status;
}
