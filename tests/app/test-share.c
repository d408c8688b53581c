/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>

#include "app/spark-mail.h"
#include "app/spark-qr.h"
#include "app/spark-share-dialog.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "share-fixture.h"
#include "test-window.h"

/* --- handing it over --- */

/* As a picture, which a chat takes. */
static gboolean
has_text (gpointer root, const char *text)
{
  g_autofree char *texts = test_texts (root);

  return strstr (texts, text) != NULL;
}

static void
assert_card_copied (SparkWindow *window, gpointer dialog)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (window));
  GValue value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  share_press (dialog, "Copy Car_d");
  g_value_init (&value, GDK_TYPE_TEXTURE);
  gdk_content_provider_get_value (gdk_clipboard_get_content (clipboard), &value, &error);
  g_assert_no_error (error);
  share_assert_scans (g_value_get_object (&value), SHARE_URL);
  g_value_unset (&value);
}

static void
test_share (void)
{
  SparkWindow *window = share_set_up ();
  g_autofree char *qr = share_make_path ("qr.png");
  g_autofree char *card = share_make_path ("card.png");
  g_autoptr (GFile) qr_file = g_file_new_for_path (qr);
  g_autoptr (GFile) card_file = g_file_new_for_path (card);
  g_autofree char *link = NULL;
  g_autofree char *message = NULL;
  g_autoptr (GBytes) grey = g_bytes_new_take (g_strnfill (64 * 64 * 4, 0x55), 64 * 64 * 4);
  g_autoptr (GdkTexture) cover = gdk_memory_texture_new (64, 64, GDK_MEMORY_R8G8B8A8, grey, 64 * 4);
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (cover);
  GdkTexture *first;
  gpointer dialog;
  GtkAccessible *picture;

  fake_set_picture (png);
  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  first = g_object_ref (spark_share_dialog_get_card (dialog));
  test_wait (spark_share_dialog_get_card (dialog) != first);
  g_object_unref (first);

  share_assert_text (dialog, "For Acme, until");
  share_assert_text (dialog, SHARE_URL);
  picture = test_find (dialog, SPARK_TYPE_QR, 0);
  g_assert_cmpint (gtk_accessible_get_accessible_role (picture), ==, GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_false (
      gtk_widget_get_mapped (GTK_WIDGET (share_find_button (dialog, "Write an _E-Mail…"))));
  share_press (dialog, "_Copy Link");
  link = share_read_clipboard (window);
  g_assert_cmpstr (link, ==, SHARE_URL);

  /* In the brand's language, as it was changed by hand. */
  adw_combo_row_set_selected (test_find (dialog, ADW_TYPE_COMBO_ROW, 0), 0);
  share_press (dialog, "Copy _Message");
  message = share_read_clipboard (window);
  g_assert_true (g_str_has_prefix (message, "Hallo Acme,"));
  g_assert_nonnull (strstr (message, "„Morning <b>routine</b> {end}“"));
  g_assert_nonnull (strstr (message, SHARE_URL));

  assert_card_copied (window, dialog);

  spark_share_dialog_save (dialog, SPARK_SHARE_QR, qr_file);
  spark_share_dialog_save (dialog, SPARK_SHARE_CARD, card_file);
  share_assert_file_scans (qr, SHARE_URL);
  share_assert_file_scans (card, SHARE_URL);
  /* Each says so, for a while, where it was pressed. */
  test_wait (has_text (dialog, "Saved\n"));
  test_wait (!has_text (dialog, "Saved\n"));
  g_assert_true (has_text (dialog, "_Save Card…\n"));
  g_assert_null (spark_dialog_get_problem (dialog));
  gtk_window_destroy (dialog);

  /* The language is remembered. */
  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  g_assert_cmpint (adw_combo_row_get_selected (test_find (dialog, ADW_TYPE_COMBO_ROW, 0)), ==, 0);
  test_window_free (window);
  g_unlink (qr);
  g_unlink (card);
}

/* What is still being looked for finds the dialog gone. */
static void
test_share_closed_early (void)
{
  SparkWindow *window = share_set_up ();
  g_autofree char *pixels = g_strnfill (64 * 64 * 4, 0x55);
  g_autoptr (GBytes) grey = g_bytes_new (pixels, 64 * 64 * 4);
  g_autoptr (GdkTexture) cover = gdk_memory_texture_new (64, 64, GDK_MEMORY_R8G8B8A8, grey, 64 * 4);
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (cover);

  fake_set_picture (png);
  test_window_act (window, "win.show-link", "1.8");
  gtk_window_destroy (test_get_dialog (window));
  for (int i = 0; i < 10; i++)
    test_turn ();
  g_assert_false (test_has_dialog (window));
  test_window_free (window);
}

static void
test_share_unwritable (void)
{
  SparkWindow *window = share_set_up ();
  g_autoptr (GFile) file = g_file_new_for_path ("/proc/none/card.png");
  gpointer dialog;

  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  spark_share_dialog_save (dialog, SPARK_SHARE_CARD, file);
  test_wait (spark_dialog_get_problem (dialog) != NULL);
  g_assert_false (has_text (dialog, "Saved\n"));
  test_window_free (window);
}

/* --- mail, by a portal like the real one's interface --- */

static const char portal_xml[]
    = "<node><interface name='org.freedesktop.portal.Email'>"
      "<property name='version' type='u' access='read'/>"
      "<method name='ComposeEmail'><arg type='s' name='parent' direction='in'/>"
      "<arg type='a{sv}' name='options' direction='in'/>"
      "<arg type='o' name='handle' direction='out'/></method></interface></node>";

/* On a thread and a connection of its own: libportal waits for it. */
typedef struct
{
  GMainLoop *loop;
  gboolean running;  /* atomic */
  GVariant *options; /* atomic: of the last call; NULL: none */
  char *attached;    /* the file behind its first descriptor */
  guint response;    /* to give: 0: sent; 1: cancelled by the person */
} Portal;

static void
on_portal_call_cb (GDBusConnection *bus, const char *sender, const char *path, const char *iface,
                   const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                   gpointer user_data)
{
  Portal *portal = user_data;
  GUnixFDList *fds
      = g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  g_autofree char *unique = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autofree char *handle = NULL;
  GVariant *options;
  const char *token;

  g_variant_get_child (parameters, 1, "@a{sv}", &options);
  if (fds != NULL)
    {
      int fd = g_unix_fd_list_get (fds, 0, NULL);
      g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);

      g_free (portal->attached);
      portal->attached = g_file_read_link (link, NULL);
      g_close (fd, NULL);
    }
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  handle = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", unique, token);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", handle));
  g_dbus_connection_emit_signal (bus, sender, handle, "org.freedesktop.portal.Request", "Response",
                                 g_variant_new ("(ua{sv})", portal->response, NULL), NULL);
  g_atomic_pointer_set (&portal->options, options);
}

static GVariant *
get_portal_version (GDBusConnection *bus, const char *sender, const char *path, const char *iface,
                    const char *name, GError **error, gpointer user_data)
{
  return g_variant_new_uint32 (3);
}

static void
on_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  int *found = user_data;

  *found = spark_mail_find_finish (result, NULL);
}

static gboolean
finds_mail (void)
{
  int found = -1;

  spark_mail_find_async (NULL, on_found_cb, &found);
  test_wait (found >= 0);
  return found;
}

static void
on_name_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  g_atomic_int_set (&((Portal *)user_data)->running, TRUE);
}

static gpointer
run_portal (gpointer data)
{
  static const GDBusInterfaceVTable vtable = { on_portal_call_cb, get_portal_version, NULL, { 0 } };
  Portal *portal = data;
  GMainContext *context = g_main_loop_get_context (portal->loop);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GDBusConnection) bus = NULL;
  guint object, name;

  g_main_context_push_thread_default (context);
  bus = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, NULL);
  object = g_dbus_connection_register_object (bus, "/org/freedesktop/portal/desktop",
                                              node->interfaces[0], &vtable, portal, NULL, NULL);
  name = g_bus_own_name_on_connection (bus, "org.freedesktop.portal.Desktop",
                                       G_BUS_NAME_OWNER_FLAGS_NONE, on_name_cb, NULL, portal, NULL);
  g_main_loop_run (portal->loop);
  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, object);
  g_dbus_connection_close_sync (bus, NULL, NULL);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_mail (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Portal portal = { .loop = g_main_loop_new (context, FALSE) };
  GThread *thread;
  SparkWindow *window;
  gpointer dialog;
  GtkButton *button;
  g_autofree char *text = NULL;
  const char *subject, *body;

  g_assert_false (finds_mail ());
  thread = g_thread_new ("portal", run_portal, &portal);
  test_wait (g_atomic_int_get (&portal.running));
  g_assert_true (finds_mail ());

  window = share_set_up ();
  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  button = share_find_button (dialog, "Write an _E-Mail…");
  text = share_make_path ("sparkbox/cards/link-1.8/Sparkbox – Acme – card.png");
  /* However soon it is pressed, the letter takes the card along. */
  g_assert_null (spark_share_dialog_get_card_file (dialog));
  g_signal_emit_by_name (button, "clicked");
  test_wait (g_atomic_pointer_get (&portal.options) != NULL);
  g_assert_cmpstr (portal.attached, ==, text);
  g_clear_pointer (&portal.options, g_variant_unref);

  test_wait (gtk_widget_get_mapped (GTK_WIDGET (button)));
  test_wait (spark_share_dialog_get_card_file (dialog) != NULL);
  share_assert_file_scans (text, SHARE_URL);
  g_signal_emit_by_name (button, "clicked");
  test_wait (g_atomic_pointer_get (&portal.options) != NULL);
  g_assert_true (g_variant_lookup (portal.options, "subject", "&s", &subject));
  g_assert_cmpstr (subject, ==, "A Spark link for “Morning <b>routine</b> {end}”");
  g_assert_true (g_variant_lookup (portal.options, "body", "&s", &body));
  g_assert_true (g_str_has_prefix (body, "Hello Acme,"));
  g_assert_nonnull (strstr (body, SHARE_URL));
  g_assert_cmpstr (portal.attached, ==, text);

  /* Who closes the letter unsent is told of no problem. */
  portal.response = 1;
  g_clear_pointer (&portal.options, g_variant_unref);
  g_signal_emit_by_name (button, "clicked");
  test_wait (g_atomic_pointer_get (&portal.options) != NULL);
  for (int i = 0; i < 5; i++)
    test_turn ();
  g_assert_null (spark_dialog_get_problem (dialog));
  test_window_free (window);

  g_main_loop_quit (portal.loop);
  g_thread_join (thread);
  g_main_loop_unref (portal.loop);
  g_clear_pointer (&portal.options, g_variant_unref);
  g_free (portal.attached);
}

/* What is dragged: the file for a file manager, the pixels for others. */
static void
test_drag (void)
{
  SparkWindow *window = share_set_up ();
  g_autoptr (GListModel) controllers = NULL;
  g_autoptr (GdkContentProvider) content = NULL;
  g_autoptr (GdkContentFormats) formats = NULL;
  g_autofree char *card = NULL;
  g_autofree char *path = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  gpointer dialog;

  test_window_act (window, "win.show-link", "1.8");
  dialog = test_get_dialog (window);
  card = share_make_path ("sparkbox/cards/link-1.8/Sparkbox – Acme – card.png");
  test_wait (spark_share_dialog_get_card_file (dialog) != NULL);
  share_assert_file_scans (card, SHARE_URL);
  controllers = gtk_widget_observe_controllers (test_find (dialog, GTK_TYPE_PICTURE, 0));
  for (guint i = 0; i < g_list_model_get_n_items (controllers) && content == NULL; i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DRAG_SOURCE (controller))
        g_signal_emit_by_name (controller, "prepare", 1.0, 1.0, &content);
    }
  g_assert_nonnull (content);
  formats = gdk_content_provider_ref_formats (content);
  g_assert_true (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE));
  g_assert_true (gdk_content_formats_contain_gtype (formats, G_TYPE_FILE));
  g_value_init (&value, G_TYPE_FILE);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));
  path = g_file_get_path (g_value_get_object (&value));
  g_assert_cmpstr (path, ==, card);
  test_window_free (window);
}

static void
test_pictures_have_names (void)
{
  SparkWindow *window = share_set_up ();
  GtkAccessible *card;
  g_autofree char *misnamed = NULL;

  test_window_act (window, "win.show-link", "1.8");
  card = test_find (test_get_dialog (window), GTK_TYPE_PICTURE, 0);
  misnamed = gtk_test_accessible_check_property (card, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                                 "Card with the link for Acme");
  g_assert_cmpstr (misnamed, ==, NULL);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);
  g_test_add_func ("/share/share", test_share);
  g_test_add_func ("/share/closed-early", test_share_closed_early);
  g_test_add_func ("/share/unwritable", test_share_unwritable);
  g_test_add_func ("/share/mail", test_mail);
  g_test_add_func ("/share/drag", test_drag);
  g_test_add_func ("/share/pictures-have-names", test_pictures_have_names);
  return g_test_run ();
}
