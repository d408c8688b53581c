/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-ends-reminder.h"
#include "app/spark-notified.h"
#include "app/spark-notifier.h"
#include "app/spark-sign-ins.h"
#include "fake-backend.h"
#include "model/spark-rules.h"
#include "test-window.h"

/* A notification daemon on the private bus; it has a connection of its own, as a real one has. */
static struct
{
  GDBusConnection *bus;
  GDBusNodeInfo *info;
  guint object_id;
  guint name_id;
  gboolean owned;
  GPtrArray *shown; /* "title|body|actions" of each Notify */
  guint before;     /* shown by earlier cases, which may withdraw them yet */
  guint closed;
  guint64 which; /* of them, a bit each */
} desktop;

#define ONE G_GUINT64_CONSTANT (1)

typedef struct
{
  GApplication *application;
  SparkBackend *backend;
  SparkNotifier *notifier;
  GSettings *settings;
} Fixture;

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
      g_ptr_array_add (desktop.shown, g_strdup_printf ("%s|%s|%s", title, body, joined));
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", desktop.before + desktop.shown->len));
    }
  else if (g_str_equal (method, "CloseNotification"))
    {
      guint number;

      g_variant_get (parameters, "(u)", &number);
      if (number > desktop.before)
        {
          desktop.closed++;
          desktop.which |= ONE << (number - desktop.before);
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
  desktop.owned = TRUE;
}

static void
start_desktop (void)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;

  desktop.shown = g_ptr_array_new_with_free_func (g_free);
  desktop.bus = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  desktop.info = g_dbus_node_info_new_for_xml (introspection, &error);
  g_assert_no_error (error);
  desktop.object_id = g_dbus_connection_register_object (
      desktop.bus, "/org/freedesktop/Notifications", desktop.info->interfaces[0], &vtable, NULL,
      NULL, &error);
  g_assert_no_error (error);
  desktop.name_id
      = g_bus_own_name_on_connection (desktop.bus, "org.freedesktop.Notifications",
                                      G_BUS_NAME_OWNER_FLAGS_NONE, on_owned_cb, NULL, NULL, NULL);
  test_wait (desktop.owned);
}

static void
stop_desktop (void)
{
  g_bus_unown_name (desktop.name_id);
  g_dbus_connection_unregister_object (desktop.bus, desktop.object_id);
  g_dbus_connection_close_sync (desktop.bus, NULL, NULL);
  g_object_unref (desktop.bus);
  g_dbus_node_info_unref (desktop.info);
  g_ptr_array_unref (desktop.shown);
}

static void
on_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* The desktop has had what was sent before, and its answers, which say by which number each can be
 * closed, are here: the bus keeps them in their order. */
static void
let_be_known (void)
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

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = "Morning routine" };

  fake_reset ();
  /* What the case before withdrew may still be on its way. */
  let_be_known ();
  desktop.before += desktop.shown->len;
  g_ptr_array_set_size (desktop.shown, 0);
  desktop.closed = 0;
  desktop.which = 0;
  fixture->application = g_application_get_default ();
  fixture->backend = fake_backend_new ();
  fake_add_video (spark_backend_get_replica (fixture->backend), &video);
  fixture->settings = g_settings_new (APPLICATION_ID);
  g_settings_reset (fixture->settings, "notified");
  fixture->notifier
      = spark_notifier_new (fixture->application, fixture->backend, fixture->settings);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->notifier);
  g_assert_finalize_object (fixture->backend);
  g_assert_finalize_object (fixture->settings);
}

/* All in one burst of the feed. */
static void
happen_together (Fixture *fixture, const SparkEvent *events, guint n)
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

/* As when the application was started again. */
static void
restart (Fixture *fixture)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->notifier));
  fixture->notifier
      = spark_notifier_new (fixture->application, fixture->backend, fixture->settings);
}

static void
happen (Fixture *fixture, const SparkEvent *event)
{
  happen_together (fixture, event, 1);
}

static const char *
wait_for (Fixture *fixture, guint n)
{
  test_wait (desktop.shown->len >= n);
  g_test_message ("%s", (char *)g_ptr_array_index (desktop.shown, n - 1));
  return g_ptr_array_index (desktop.shown, n - 1);
}

static void
test_brand_used (Fixture *fixture, gconstpointer data)
{
  const SparkEvent used[]
      = { { .id = "1.10",
            .type = SPARK_EVENT_CODE_USED,
            .at = 5,
            .video_id = "1.1",
            .code_id = "1.3" },
          { .id = "1.11",
            .type = SPARK_EVENT_GRANT_AUTHORIZED,
            .at = 5,
            .video_id = "1.1",
            .code_id = "1.3",
            .grant_id = "1.2",
            .actor = { SPARK_ACTOR_BRAND, "9", "Acme EU" },
            .brand = { "1.4", "Acme" } } };
  const SparkEvent revoked
      = { .id = "1.12", .type = SPARK_EVENT_GRANT_REVOKED, .video_id = "1.1", .grant_id = "1.2" };

  /* One use makes two events, and is told once. */
  happen_together (fixture, used, G_N_ELEMENTS (used));
  g_assert_cmpstr (wait_for (fixture, 1), ==,
                   "Acme used the code for “Morning routine”||default,,app.show-video::private-1.1,View,"
                   "app.revoke::private-1.2,Revoke…");
  let_be_known ();
  g_assert_cmpuint (desktop.shown->len, ==, 1);

  /* What no longer holds is withdrawn; the creator's own act tells nothing new. */
  happen (fixture, &revoked);
  test_wait (desktop.closed == 1);
  g_assert_cmpuint (desktop.shown->len, ==, 1);
}

static void
test_someone_used (Fixture *fixture, gconstpointer data)
{
  const SparkCode code = {
    .id = "1.3", .video_id = "1.1", .code = "#SparkboxSecret", .copied_for = { "1.4", "Acme" }
  };
  const SparkEvent event
      = { .id = "1.10", .type = SPARK_EVENT_CODE_USED, .video_id = "1.1", .code_id = "1.3" };
  const SparkEvent noted = { .id = "1.11",
                             .type = SPARK_EVENT_GRANT_NOTED,
                             .video_id = "1.1",
                             .code_id = "1.3",
                             .grant_id = "1.2" };
  const char *shown;

  fake_add_code (spark_backend_get_replica (fixture->backend), &code);
  happen (fixture, &event);
  shown = wait_for (fixture, 1);
  g_assert_true (g_str_has_prefix (shown, "Someone used the code for “Morning routine”|TikTok "
                                          "doesn’t say who. You gave it to Acme.|"));
  g_assert_null (strstr (shown, "#"));
  g_assert_null (strstr (shown, "Revoke"));
  /* Only the creator can say who; there is no grant yet, so that the code stands for it. */
  g_assert_nonnull (strstr (shown, "app.confirm-brand::private-1.3,It Was Acme"));
  g_assert_nonnull (strstr (shown, "app.note-grant::private-1.1,Someone Else…"));
  let_be_known ();
  /* It was said, maybe on another computer. */
  happen (fixture, &noted);
  test_wait (desktop.closed == 1);
}

/* What was used before the account was connected is no news; what is used then is. */
static void
test_used_earlier (Fixture *fixture, gconstpointer data)
{
  const SparkEvent events[] = { { .id = "1.10",
                                  .type = SPARK_EVENT_CODE_USED,
                                  .video_id = "1.1",
                                  .code_id = "1.3",
                                  .detail.earlier = TRUE },
                                { .id = "1.11",
                                  .type = SPARK_EVENT_CODE_USED,
                                  .video_id = "1.1",
                                  .code_id = "1.4",
                                  .detail.earlier = TRUE } };
  const SparkEvent since
      = { .id = "1.12", .type = SPARK_EVENT_CODE_USED, .video_id = "1.1", .code_id = "1.5" };

  happen_together (fixture, events, G_N_ELEMENTS (events));
  happen (fixture, &since);
  wait_for (fixture, 1);
  let_be_known ();
  g_assert_cmpuint (desktop.shown->len, ==, 1);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 1), "Someone used the code"));
}

/* TikTok lists the post in nobody's ad account that is known, and nobody was said to get it. */
static void
test_someone_unknown (Fixture *fixture, gconstpointer data)
{
  const SparkEvent event = { .id = "1.10",
                             .type = SPARK_EVENT_GRANT_AUTHORIZED,
                             .video_id = "1.1",
                             .code_id = "1.3",
                             .grant_id = "1.2" };
  const SparkEvent said
      = { .id = "1.11", .type = SPARK_EVENT_GRANT_ATTRIBUTED, .video_id = "1.1", .grant_id = "1.2" };

  happen (fixture, &event);
  g_assert_cmpstr (wait_for (fixture, 1), ==,
                   "Someone used the code for “Morning routine”|TikTok doesn’t say who.|"
                   "default,,app.attribute-grant::private-1.2,Say Who…,app.revoke::private-1.2,Revoke…");
  let_be_known ();
  happen (fixture, &said);
  test_wait (desktop.closed == 1);
}

/* No button for what the role does not allow. */
static void
test_roles (Fixture *fixture, gconstpointer data)
{
  const SparkAccount accounts[]
      = { { .id = "1", .name = "@mia", .role = SPARK_ROLE_VIEW },
          { .id = "2", .name = "@lou", .role = SPARK_ROLE_GENERATE } };
  const SparkEvent view = { .id = "1.10",
                            .type = SPARK_EVENT_GRANT_AUTHORIZED,
                            .video_id = "1.1",
                            .grant_id = "1.2" };
  const SparkEvent generate = { .id = "2.10",
                                .type = SPARK_EVENT_GRANT_AUTHORIZED,
                                .video_id = "2.1",
                                .grant_id = "2.2" };

  const SparkEvent requests[] = { { .id = "2.11",
                                    .type = SPARK_EVENT_ADVERTISER_NEW,
                                    .video_id = "2.1",
                                    .grant_id = "2.2",
                                    .brand = { "2.4", "Acme" },
                                    .detail = { .advertiser = { "7001", "Acme US" } } },
                                  { .id = "1.12",
                                    .type = SPARK_EVENT_ADVERTISER_NEW,
                                    .video_id = "1.1",
                                    .grant_id = "1.2" } };
  const SparkEvent asked = { .id = "1.13",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.2",
                             .brand = { "1.4", "Acme" },
                             .detail = { .days = 30 } };

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    fake_add_account (spark_backend_get_replica (fixture->backend), &accounts[i]);
  happen (fixture, &view);
  g_assert_true (g_str_has_suffix (wait_for (fixture, 1), "|default,"));
  happen (fixture, &generate);
  g_assert_true (
      g_str_has_suffix (wait_for (fixture, 2), "|default,,app.attribute-grant::private-2.2,Say Who…"));
  /* Nor are they told to do it: others may. */
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      happen (fixture, &requests[i]);
      g_assert_nonnull (strstr (wait_for (fixture, 3 + i), "ask whoever invited you to revoke"));
      g_assert_null (strstr (wait_for (fixture, 3 + i), "Revoke"));
    }
  happen (fixture, &asked);
  g_assert_null (strstr (wait_for (fixture, 5), "Extend"));
}

static SparkEvent
use_by (const char *id, const char *brand)
{
  return (SparkEvent){ .id = id,
                       .type = SPARK_EVENT_GRANT_AUTHORIZED,
                       .video_id = "1.1",
                       .grant_id = id,
                       .brand = { brand, brand } };
}

static void
test_burst (Fixture *fixture, gconstpointer data)
{
  const SparkEvent uses[] = { use_by ("1.20", "Acme"), use_by ("1.21", "Nord"),
                              use_by ("1.22", "Glow"), use_by ("1.23", "Lumen"),
                              use_by ("1.24", "Fjell") };
  const SparkEvent later[] = { use_by ("1.25", "Sol"), use_by ("1.26", "Luna") };

  happen_together (fixture, uses, G_N_ELEMENTS (uses));
  g_assert_true (g_str_has_prefix (wait_for (fixture, 1), "5 brands used your codes|"));
  for (guint i = 0; i < 5; i++)
    test_turn ();
  g_assert_cmpuint (desktop.shown->len, ==, 1);

  /* What follows closely is counted with them, in the same notification. */
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    happen (fixture, &later[i]);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 2), "7 brands used your codes|"));
}

/* The first leaves at once, whatever may follow; those that follow wait for each other. */
static void
test_first_of_burst (Fixture *fixture, gconstpointer data)
{
  const SparkEvent first = use_by ("1.20", "Acme");
  const SparkEvent following[] = { use_by ("1.21", "Nord"), use_by ("1.22", "Glow"),
                                   use_by ("1.23", "Lumen"), use_by ("1.24", "Fjell") };

  happen (fixture, &first);
  for (guint i = 0; i < G_N_ELEMENTS (following); i++)
    happen (fixture, &following[i]);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 1), "Acme used the code for "));
  g_assert_true (g_str_has_prefix (wait_for (fixture, 2), "4 brands used your codes|"));
  g_assert_cmpuint (desktop.shown->len, ==, 2);
}

/* Of each kind many at once are told as one, and a kind does not hide another. */
static void
test_bursts_of_others (Fixture *fixture, gconstpointer data)
{
  static const char *const ids[] = { "1.40", "1.41", "1.42", "1.43" };
  static const char *const titles[]
      = { "4 attempts were refused|", "4 revokes are confirmed|", "Brands ask you for 4 things|" };
  static const SparkEventType types[]
      = { SPARK_EVENT_REDEMPTION_REFUSED, SPARK_EVENT_GRANT_REVOKED, SPARK_EVENT_ADVERTISER_NEW };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      SparkEvent events[G_N_ELEMENTS (ids)];

      for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
        events[i] = (SparkEvent){ .id = ids[i],
                                  .type = types[t],
                                  .video_id = "1.1",
                                  .grant_id = ids[i],
                                  .actor = { SPARK_ACTOR_SYSTEM, NULL, NULL } };
      happen_together (fixture, events, G_N_ELEMENTS (events));
      g_assert_true (g_str_has_prefix (wait_for (fixture, t + 1), titles[t]));
      g_assert_cmpuint (desktop.shown->len, ==, t + 1);
    }
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  const SparkEvent first = { .id = "1.10",
                             .type = SPARK_EVENT_REDEMPTION_REFUSED,
                             .video_id = "1.1",
                             .link_id = "1.5",
                             .actor = { SPARK_ACTOR_BRAND, "9", "Nord" },
                             .brand = { "1.6", "Nord" },
                             .detail = { .reason = "link_for_other_brand", .count = 1 } };
  const SparkLink link = { .id = "1.5", .video_id = "1.1", .brand = { "1.4", "Acme" } };
  SparkEvent again = first;

  fake_add_link (spark_backend_get_replica (fixture->backend), &link);

  happen (fixture, &first);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 1), "Nord tried Acme’s link. Refused.|"));
  again.id = "1.11";
  again.detail.count = 7;
  happen (fixture, &again);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (desktop.shown->len, ==, 1);
}

static void
test_others (Fixture *fixture, gconstpointer data)
{
  const SparkEvent account = { .id = "1.10",
                               .type = SPARK_EVENT_ADVERTISER_NEW,
                               .video_id = "1.1",
                               .grant_id = "1.2",
                               .brand = { "1.4", "Acme" },
                               .detail = { .advertiser = { "7001", "Acme US" } } };
  const SparkEvent confirmed = { .id = "1.11",
                                 .type = SPARK_EVENT_GRANT_REVOKED,
                                 .video_id = "1.1",
                                 .grant_id = "1.2",
                                 .actor = { SPARK_ACTOR_SYSTEM, NULL, NULL },
                                 .brand = { "1.4", "Acme" } };
  const SparkEvent asked = { .id = "1.13",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.2",
                             .brand = { "1.4", "Acme" },
                             .detail = { .days = 30 } };
  const SparkEvent extended = { .id = "1.14",
                                .type = SPARK_EVENT_GRANT_EXTENDED,
                                .video_id = "1.1",
                                .grant_id = "1.2" };
  const SparkEvent own = { .id = "1.12", .type = SPARK_EVENT_CODE_GENERATED, .video_id = "1.1" };
  const SparkEvent other = { .id = "1.15",
                             .type = SPARK_EVENT_ADVERTISER_CONFIRMED,
                             .brand = { "1.4", "Acme" },
                             .detail = { .advertiser = { "7002", "Acme EU" } } };
  const SparkEvent known = { .id = "1.16",
                             .type = SPARK_EVENT_ADVERTISER_REFUSED,
                             .brand = { "1.4", "Acme" },
                             .detail = { .advertiser = { "7001", "Acme US" } } };
  static const char *const gone[] = { "1.99", NULL };

  happen (fixture, &own);
  happen (fixture, &account);
  g_assert_true (
      g_str_has_prefix (wait_for (fixture, 1), "New ad account for Acme|Acme US (7001) has access now. Revoke it"));
  happen (fixture, &confirmed);
  g_assert_true (
      g_str_has_prefix (wait_for (fixture, 2), "Acme can no longer use “Morning routine”|"));
  happen (fixture, &asked);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 3),
                                   "Acme asks you to extend “Morning routine”|By 30 days."));
  g_assert_true (g_str_has_suffix (wait_for (fixture, 3), ",app.extend-request::private-1.13,Extend…"));
  let_be_known ();
  happen (fixture, &extended);
  test_wait (desktop.closed == 1);
  g_assert_cmpuint (desktop.which, ==, ONE << 3);
  happen (fixture, &other);
  let_be_known ();
  g_assert_cmpuint (desktop.closed, ==, 1);
  happen (fixture, &known);
  test_wait (desktop.closed == 2);
  g_assert_cmpuint (desktop.which, ==, ONE << 3 | ONE << 1);
  /* An event that is gone, or never was here, says nothing. */
  g_signal_emit_by_name (fixture->backend, "events", gone);
  g_assert_cmpuint (desktop.shown->len, ==, 3);
}

/* What was answered by the time it is told of is not told. */
static void
test_answered (Fixture *fixture, gconstpointer data)
{
  const SparkEvent together[] = {
    { .id = "1.10",
      .type = SPARK_EVENT_ADVERTISER_NEW,
      .video_id = "1.1",
      .brand = { "1.4", "Acme" },
      .detail = { .advertiser = { "7001", "Acme US" } } },
    { .id = "1.11",
      .type = SPARK_EVENT_ADVERTISER_NEW,
      .video_id = "1.1",
      .brand = { "1.4", "Acme" },
      .detail = { .advertiser = { "7002", "Acme EU" } } },
    { .id = "1.12",
      .type = SPARK_EVENT_EXTENSION_REQUESTED,
      .video_id = "1.1",
      .grant_id = "1.2",
      .brand = { "1.4", "Acme" },
      .detail = { .days = 30 } },
    { .id = "1.13",
      .type = SPARK_EVENT_ADVERTISER_CONFIRMED,
      .brand = { "1.4", "Acme" },
      .detail = { .advertiser = { "7001", "Acme US" } } },
    { .id = "1.14",
      .type = SPARK_EVENT_GRANT_EXTENDED,
      .video_id = "1.1",
      .grant_id = "1.2" },
    { .id = "1.15",
      .type = SPARK_EVENT_GRANT_AUTHORIZED,
      .video_id = "1.1",
      .grant_id = "1.9",
      .brand = { "1.4", "Acme" } },
    { .id = "1.16",
      .type = SPARK_EVENT_GRANT_UNBOUND,
      .video_id = "1.1",
      .grant_id = "1.9" },
  };

  happen_together (fixture, together, G_N_ELEMENTS (together));
  g_assert_nonnull (strstr (wait_for (fixture, 1), "Acme EU (7002)"));
  let_be_known ();
  g_assert_cmpuint (desktop.shown->len, ==, 1);
}

/* A request is over with the access, and answered with more time: of its own, or of its code. */
static void
test_request_stale (Fixture *fixture, gconstpointer data)
{
  static const SparkEventType types[]
      = { SPARK_EVENT_GRANT_REVOKED,   SPARK_EVENT_GRANT_REVOKING,  SPARK_EVENT_GRANT_UNBOUND,
          SPARK_EVENT_GRANT_EXPIRED,   SPARK_EVENT_GRANT_END_NOTED, SPARK_EVENT_GRANT_EXTENDED,
          SPARK_EVENT_CODE_EXTENDED };
  gint64 ends_at = spark_time_now () + 60 * SPARK_DAY_MS;
  const SparkGrant grants[] = {
    { .id = "1.51", .video_id = "1.1", .code_id = "1.3", .ends_at = ends_at },
    { .id = "1.52", .video_id = "1.1", .code_id = "1.3", .ends_at = ends_at - 30 * SPARK_DAY_MS },
    { .id = "1.53", .video_id = "1.1", .code_id = "1.6", .ends_at = ends_at },
  };

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    {
      SparkGrant grant = grants[i];

      grant.state = SPARK_GRANT_STATE_AUTHORIZED;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      const SparkEvent asked = { .id = "1.13",
                                 .type = SPARK_EVENT_EXTENSION_REQUESTED,
                                 .video_id = "1.1",
                                 .grant_id = "1.51",
                                 .detail = { .days = 30 } };
      const SparkEvent over = { .id = "1.14",
                                .type = types[i],
                                .video_id = "1.1",
                                .code_id = "1.3",
                                .grant_id = types[i] != SPARK_EVENT_CODE_EXTENDED ? "1.51" : NULL,
                                .detail = { .ends_at = ends_at } };

      happen (fixture, &asked);
      wait_for (fixture, i + 1);
      let_be_known ();
      happen (fixture, &over);
      test_wait (desktop.closed == i + 1);
      let_be_known ();
      g_assert_cmpuint (desktop.closed, ==, i + 1);
    }
}

/* What was agreed to end before the code stays as it is, and so does what another code gave. */
static void
test_request_stays (Fixture *fixture, gconstpointer data)
{
  gint64 ends_at = spark_time_now () + 60 * SPARK_DAY_MS;
  SparkGrant grant = { .id = "1.51",
                       .video_id = "1.1",
                       .code_id = "1.3",
                       .state = SPARK_GRANT_STATE_AUTHORIZED,
                       .ends_at = ends_at - 30 * SPARK_DAY_MS };
  const SparkEvent asked = { .id = "1.13",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.51",
                             .detail = { .days = 30 } };
  SparkEvent extended = { .id = "1.14",
                          .type = SPARK_EVENT_CODE_EXTENDED,
                          .video_id = "1.1",
                          .code_id = "1.3",
                          .detail = { .ends_at = ends_at } };

  fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
  happen (fixture, &asked);
  wait_for (fixture, 1);
  let_be_known ();
  happen (fixture, &extended);
  let_be_known ();
  g_assert_cmpuint (desktop.closed, ==, 0);

  grant.ends_at = ends_at;
  fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
  extended.code_id = "1.6";
  happen (fixture, &extended);
  let_be_known ();
  g_assert_cmpuint (desktop.closed, ==, 0);
  extended.code_id = "1.3";
  happen (fixture, &extended);
  test_wait (desktop.closed == 1);
}

/* Two servers count their ids up alike: what one tells of must not be taken for the other's. */
static void
test_two_sign_ins (Fixture *fixture, gconstpointer data)
{
  const SparkEvent use = use_by ("1.20", "Acme");
  const SparkEvent more = use_by ("1.21", "Nord");
  const SparkEvent over
      = { .id = "1.30", .type = SPARK_EVENT_GRANT_UNBOUND, .video_id = "1.1", .grant_id = "1.20" };
  g_autofree char *sign_in = spark_sign_in_id ("https://other.example", "1");
  g_autofree char *acts = g_strdup_printf (
      "app.show-video::%s-1.1,View,app.revoke::%s-1.20,Revoke…", sign_in, sign_in);
  g_autoptr (SparkClient) client = fake_client_new ();
  g_autoptr (SparkBackend) backend = spark_backend_new (sign_in, client, NULL, NULL);
  Fixture other = *fixture;

  other.backend = backend;
  other.notifier = spark_notifier_new (other.application, backend, other.settings);
  happen (fixture, &use);
  g_assert_true (g_str_has_suffix (wait_for (fixture, 1), ",app.show-video::private-1.1,View,"
                                                          "app.revoke::private-1.20,Revoke…"));
  let_be_known ();

  /* The other one is chosen: what is shown goes, and what the first still has to tell stays away. */
  spark_sign_ins_add (fixture->settings, "https://other.example", "1", "Mia");
  spark_notified_withdraw_others (fixture->application, fixture->settings);
  test_wait (desktop.closed == 1);
  happen (fixture, &more);
  restart (fixture);
  let_be_known ();
  g_assert_cmpuint (desktop.shown->len, ==, 1);

  happen (&other, &use);
  g_assert_true (g_str_has_suffix (wait_for (fixture, 2), acts));
  let_be_known ();
  happen (fixture, &over);
  let_be_known ();
  g_assert_cmpuint (desktop.closed, ==, 1);

  /* What is of the one in use stays, until it is over there. */
  spark_notified_withdraw_others (fixture->application, fixture->settings);
  let_be_known ();
  g_assert_cmpuint (desktop.closed, ==, 1);
  happen (&other, &over);
  test_wait (desktop.closed == 2);
  g_assert_cmpuint (desktop.which, ==, ONE << 1 | ONE << 2);

  /* Left: the first one is in use again, and what the other told of goes. */
  happen (&other, &more);
  wait_for (fixture, 3);
  let_be_known ();
  g_assert_finalize_object (g_steal_pointer (&other.notifier));
  spark_sign_ins_remove (fixture->settings, "https://other.example", "1");
  spark_notified_withdraw_others (fixture->application, fixture->settings);
  test_wait (desktop.closed == 3);
}

/* What was dismissed in the window goes, and many with the last of them, also after a restart. */
static void
test_dismissed (Fixture *fixture, gconstpointer data)
{
  const SparkEvent refused = { .id = "1.10",
                               .type = SPARK_EVENT_REDEMPTION_REFUSED,
                               .video_id = "1.1",
                               .detail = { .count = 1 } };
  const SparkEvent asked = { .id = "1.11",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.2",
                             .detail = { .days = 30 } };
  static const char *const ids[] = { "1.40", "1.41", "1.42", "1.43" };
  static const char *const one[] = { "1.10", NULL };
  static const char *const request[] = { "1.11", "1.99", NULL };
  static const char *const first[] = { "1.40", "1.41", NULL };
  static const char *const rest[] = { "1.43", "1.42", NULL };
  SparkReplica *replica = spark_backend_get_replica (fixture->backend);
  SparkEvent many[G_N_ELEMENTS (ids)];

  happen (fixture, &refused);
  happen (fixture, &asked);
  wait_for (fixture, 2);
  let_be_known ();
  spark_replica_dismiss_events (replica, one);
  test_wait (desktop.closed == 1);
  spark_replica_dismiss_events (replica, request);
  test_wait (desktop.closed == 2);

  restart (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      many[i] = refused;
      many[i].id = ids[i];
    }
  happen_together (fixture, many, G_N_ELEMENTS (many));
  g_assert_true (g_str_has_prefix (wait_for (fixture, 3), "4 attempts were refused|"));
  let_be_known ();
  spark_replica_dismiss_events (replica, first);
  let_be_known ();
  g_assert_cmpuint (desktop.closed, ==, 2);
  restart (fixture);
  spark_replica_dismiss_events (replica, rest);
  test_wait (desktop.closed == 3);
  g_assert_cmpuint (desktop.which, ==, ONE << 1 | ONE << 2 | ONE << 3);
}

static SparkEvent
leave (const char *grant_id)
{
  return (SparkEvent){
    .id = "1.50", .type = SPARK_EVENT_GRANT_UNBOUND, .video_id = "1.1", .grant_id = grant_id
  };
}

/* Many told as one go with the last of them, or once the page they lead to was seen. */
static void
test_many_stale (Fixture *fixture, gconstpointer data)
{
  const SparkEvent uses[] = { use_by ("1.20", "Acme"), use_by ("1.21", "Nord"),
                              use_by ("1.22", "Glow"), use_by ("1.23", "Lumen") };
  const SparkEvent again = use_by ("1.24", "Fjell");

  happen_together (fixture, uses, G_N_ELEMENTS (uses));
  g_assert_true (g_str_has_prefix (wait_for (fixture, 1), "4 brands used your codes|"));
  let_be_known ();
  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    {
      SparkEvent over = leave (uses[i].grant_id);

      let_be_known ();
      g_assert_cmpuint (desktop.closed, ==, 0);
      happen (fixture, &over);
    }
  test_wait (desktop.closed == 1);

  restart (fixture);
  happen_together (fixture, uses, G_N_ELEMENTS (uses));
  wait_for (fixture, 2);
  let_be_known ();
  spark_notifier_see_access (fixture->notifier);
  test_wait (desktop.closed == 2);
  /* What was seen is not counted again. */
  happen (fixture, &again);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 3), "Fjell used the code for "));
}

/* As much as may be shown is known: what is too old for that is taken away. */
static void
test_bound (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SparkNotified) notified
      = spark_notified_new (fixture->application, fixture->settings, SPARK_SIGN_IN_PRIVATE);
  g_autoptr (GNotification) notification = g_notification_new ("One");
  g_autoptr (GVariant) kept = NULL;
  g_autoptr (GVariant) list = NULL;

  for (guint i = 0; i < 103; i++)
    {
      g_autofree char *name = g_strdup_printf ("one-%u", i);

      spark_notified_send (notified, name, notification, NULL);
      if (i == 2)
        {
          wait_for (fixture, 3);
          let_be_known ();
        }
    }
  test_wait (desktop.closed == 3);
  kept = g_settings_get_value (fixture->settings, "notified");
  g_variant_get (kept, "(s@a(sas))", NULL, &list);
  g_assert_cmpuint (g_variant_n_children (list), ==, 100);
}

/* Each kind is told or not as the person chose, and what is stale is withdrawn all the same. */
static void
test_switches (Fixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *key;
    SparkEvent event;
  } kinds[] = {
    { "notify-used",
      { .id = "1.20",
        .type = SPARK_EVENT_GRANT_AUTHORIZED,
        .video_id = "1.1",
        .grant_id = "1.2",
        .brand = { "1.4", "Acme" } } },
    { "notify-refused",
      { .id = "1.21",
        .type = SPARK_EVENT_REDEMPTION_REFUSED,
        .video_id = "1.1",
        .detail = { .count = 1 } } },
    { "notify-revoked",
      { .id = "1.22",
        .type = SPARK_EVENT_GRANT_REVOKED,
        .video_id = "1.1",
        .grant_id = "1.2",
        .actor = { SPARK_ACTOR_SYSTEM, NULL, NULL } } },
    { "notify-requests",
      { .id = "1.23", .type = SPARK_EVENT_ADVERTISER_NEW, .video_id = "1.1", .grant_id = "1.2" } },
    { "notify-requests",
      { .id = "1.24",
        .type = SPARK_EVENT_EXTENSION_REQUESTED,
        .video_id = "1.1",
        .grant_id = "1.2",
        .detail = { .days = 7 } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_settings_set_boolean (fixture->settings, kinds[i].key, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    happen (fixture, &kinds[i].event);
  /* A use would come at the end of a burst: the notifier tells it when it goes. */
  g_assert_finalize_object (g_steal_pointer (&fixture->notifier));
  fixture->notifier
      = spark_notifier_new (fixture->application, fixture->backend, fixture->settings);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_settings_reset (fixture->settings, kinds[i].key);
      happen (fixture, &kinds[i].event);
      wait_for (fixture, i + 1);
      g_assert_cmpuint (desktop.shown->len, ==, i + 1);
      g_settings_set_boolean (fixture->settings, kinds[i].key, FALSE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_settings_reset (fixture->settings, kinds[i].key);
}

/* Each end is told 14 and 3 days ahead, in one notification a day. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SparkEndsReminder) reminder
      = spark_ends_reminder_new (fixture->application, fixture->backend, fixture->settings);
  /* Noon: what follows within hours is the same day. */
  gint64 now = spark_time_now () / SPARK_DAY_MS * SPARK_DAY_MS + SPARK_DAY_MS / 2;
  SparkGrant grants[3] = { 0 };
  static const char *const ids[] = { "1.31", "1.32", "1.33" };
  static const guint days[] = { 10, 15, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    {
      grants[i].id = ids[i];
      grants[i].video_id = "1.1";
      grants[i].brand = (SparkRef){ "1.4", "Acme" };
      grants[i].state = SPARK_GRANT_STATE_AUTHORIZED;
      grants[i].ends_at = now + days[i] * SPARK_DAY_MS;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grants[i]);
    }
  /* What is there at first, and what came no closer, says nothing. */
  spark_ends_reminder_look (reminder, now);
  spark_ends_reminder_look (reminder, now + SPARK_DAY_MS / 4);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (desktop.shown->len, ==, 0);

  /* Days were slept through: one notification for all. */
  spark_ends_reminder_look (reminder, now + 2 * SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 1),
                                   "3 authorizations end in the next 14 days|First Acme, "
                                   "“Morning routine”: "));
  spark_ends_reminder_look (reminder, now + 2 * SPARK_DAY_MS + 1000);

  /* Switched off nothing is told; on again, it is told late rather than never. */
  g_settings_set_boolean (fixture->settings, "notify-ends", FALSE);
  spark_ends_reminder_look (reminder, now + 8 * SPARK_DAY_MS);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (desktop.shown->len, ==, 1);
  g_settings_reset (fixture->settings, "notify-ends");
  spark_ends_reminder_look (reminder, now + 8 * SPARK_DAY_MS + 1000);
  wait_for (fixture, 2);

  /* The second one comes to 3 days on the day of a notification, and is told the next day. */
  spark_ends_reminder_look (reminder, now + 13 * SPARK_DAY_MS);
  g_assert_true (
      g_str_has_prefix (wait_for (fixture, 3), "2 authorizations end in the next 3 days|"));
  spark_replica_set_setting (spark_backend_get_replica (fixture->backend), "ends-seen", "0");
  spark_ends_reminder_look (reminder, now + 13 * SPARK_DAY_MS + 1000);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (desktop.shown->len, ==, 3);
  spark_ends_reminder_look (reminder, now + 15 * SPARK_DAY_MS - 1000);
  g_assert_true (
      g_str_has_prefix (wait_for (fixture, 4), "2 authorizations end in the next 3 days|"));
}

/* As many days ahead as the person chose; what is being revoked ends by itself. */
static void
test_ends_days (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SparkEndsReminder) reminder
      = spark_ends_reminder_new (fixture->application, fixture->backend, fixture->settings);
  gint64 now = spark_time_now () / SPARK_DAY_MS * SPARK_DAY_MS + SPARK_DAY_MS / 2;
  static const char *const ids[] = { "1.31", "1.32", "1.33" };
  SparkGrant grant
      = { .video_id = "1.1", .brand = { "1.4", "Acme" }, .state = SPARK_GRANT_STATE_AUTHORIZED };
  g_autoptr (GVariant) setting = NULL;
  guint days[SPARK_ENDS_DAYS_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      grant.id = ids[i];
      grant.ends_at = now + (8 + i) * SPARK_DAY_MS;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  g_settings_set_value (fixture->settings, "ends-days",
                        g_variant_new_parsed ("[@u 1, 0, 61, 7, 4294967295]"));
  setting = g_settings_get_value (fixture->settings, "ends-days");
  g_assert_cmpuint (spark_ends_days_read (setting, days), ==, 2);
  g_assert_cmpuint (days[0], ==, 7);
  g_assert_cmpuint (days[1], ==, 1);
  spark_ends_reminder_look (reminder, now);
  spark_ends_reminder_look (reminder, now + SPARK_DAY_MS - 1000);
  let_be_known ();
  g_assert_cmpuint (desktop.shown->len, ==, 0);
  spark_ends_reminder_look (reminder, now + SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 1), "Acme’s access to “Morning routine” ends|"));
  g_assert_true (g_str_has_suffix (wait_for (fixture, 1),
                                   "|default,,app.show-access::private-,View"));
  let_be_known ();

  /* The first and the second are being revoked: the third alone is told of. */
  grant.state = SPARK_GRANT_STATE_REVOKING;
  for (guint i = 0; i < 2; i++)
    {
      grant.id = ids[i];
      grant.ends_at = now + (8 + i) * SPARK_DAY_MS;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  spark_ends_reminder_look (reminder, now + 2 * SPARK_DAY_MS);
  let_be_known ();
  g_assert_cmpuint (desktop.shown->len, ==, 1);
  g_assert_cmpuint (desktop.closed, ==, 1);
  spark_ends_reminder_look (reminder, now + 3 * SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 2), "Acme’s access to “Morning routine” ends|"));

  /* Within a day: several at once. */
  grant.state = SPARK_GRANT_STATE_AUTHORIZED;
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      grant.id = ids[i];
      grant.ends_at = now + 10 * SPARK_DAY_MS + i;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  spark_ends_reminder_look (reminder, now + 9 * SPARK_DAY_MS + 1000);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 3), "3 authorizations end within a day|"));

  /* Much farther ahead, if that was chosen. */
  grant.ends_at = now + 50 * SPARK_DAY_MS;
  for (guint i = 0; i < 2; i++)
    {
      grant.id = ids[i];
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  g_settings_set_value (fixture->settings, "ends-days", g_variant_new_parsed ("[@u 3, 30]"));
  spark_ends_reminder_look (reminder, now + 20 * SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (wait_for (fixture, 4), "2 authorizations end in the next 30 days|"));
  g_settings_reset (fixture->settings, "ends-days");
}

static void
test_told_at_the_end (Fixture *fixture, gconstpointer data)
{
  const SparkEvent event = { .id = "1.11",
                             .type = SPARK_EVENT_GRANT_AUTHORIZED,
                             .video_id = "1.1",
                             .grant_id = "1.2",
                             .brand = { "1.4", "Acme" } };

  happen (fixture, &event);
  g_assert_finalize_object (g_steal_pointer (&fixture->notifier));
  wait_for (fixture, 1);
  fixture->notifier
      = spark_notifier_new (fixture->application, fixture->backend, fixture->settings);
}

int
main (int argc, char **argv)
{
  g_autoptr (GApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  start_desktop ();
  application = g_application_new (APPLICATION_ID, G_APPLICATION_DEFAULT_FLAGS);
  g_assert_true (g_application_register (application, NULL, &error));
  g_assert_no_error (error);
  g_application_set_default (application);

#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  TEST ("/notifier/brand-used", test_brand_used);
  TEST ("/notifier/someone-used", test_someone_used);
  TEST ("/notifier/used-earlier", test_used_earlier);
  TEST ("/notifier/someone-unknown", test_someone_unknown);
  TEST ("/notifier/roles", test_roles);
  TEST ("/notifier/burst", test_burst);
  TEST ("/notifier/first-of-burst", test_first_of_burst);
  TEST ("/notifier/bursts-of-others", test_bursts_of_others);
  TEST ("/notifier/refused", test_refused);
  TEST ("/notifier/others", test_others);
  TEST ("/notifier/answered", test_answered);
  TEST ("/notifier/request-stale", test_request_stale);
  TEST ("/notifier/request-stays", test_request_stays);
  TEST ("/notifier/switches", test_switches);
  TEST ("/notifier/ends", test_ends);
  TEST ("/notifier/ends-days", test_ends_days);
  TEST ("/notifier/two-sign-ins", test_two_sign_ins);
  TEST ("/notifier/dismissed", test_dismissed);
  TEST ("/notifier/many-stale", test_many_stale);
  TEST ("/notifier/bound", test_bound);
  TEST ("/notifier/told-at-the-end", test_told_at_the_end);
  status = g_test_run ();
  stop_desktop ();
  return status;
}
