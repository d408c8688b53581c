/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include <libsecret/secret.h>

#include "client/spark-keyring-private.h"
#include "model/spark-error.h"
#include "test-wait.h"

#define URL     "https://sparkbox.example"
#define ACCOUNT "7"

static gboolean
store (const char *url, const char *account, const char *secret, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  spark_keyring_store_async (SPARK_SECRET_TOKEN, url, account, secret, NULL, test_result_cb,
                             &result);
  test_wait (result != NULL);
  return spark_keyring_store_finish (result, error);
}

static char *
lookup (SparkSecretKind kind, const char *url, const char *account, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  spark_keyring_lookup_async (kind, url, account, NULL, test_result_cb, &result);
  test_wait (result != NULL);
  return spark_keyring_lookup_finish (result, error);
}

static GBytes *
replica_key (const char *url, const char *account, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  spark_keyring_replica_key_async (url, account, NULL, test_result_cb, &result);
  test_wait (result != NULL);
  return spark_keyring_replica_key_finish (result, error);
}

static void
assert_secret (SparkSecretKind kind, const char *url, const char *account, const char *expected)
{
  g_autoptr (GError) error = NULL;
  char *secret = lookup (kind, url, account, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (secret, ==, expected);
  secret_password_free (secret);
}

static void
test_store_and_lookup (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  assert_secret (SPARK_SECRET_TOKEN, URL, ACCOUNT, NULL);
  g_assert_true (store (URL, ACCOUNT, "one", &error));
  g_assert_true (store (URL, "8", "two", &error));
  g_assert_no_error (error);
  assert_secret (SPARK_SECRET_TOKEN, URL, ACCOUNT, "one");
  assert_secret (SPARK_SECRET_TOKEN, URL, "8", "two");
  assert_secret (SPARK_SECRET_TOKEN, URL "/", ACCOUNT, NULL);
  assert_secret (SPARK_SECRET_TOKEN, URL, "", NULL);
  assert_secret (SPARK_SECRET_REPLICA_KEY, URL, ACCOUNT, NULL);

  g_assert_true (store (URL, ACCOUNT, "three", &error));
  assert_secret (SPARK_SECRET_TOKEN, URL, ACCOUNT, "three");

  for (int i = 0; i < 2; i++)
    {
      spark_keyring_clear_async (SPARK_SECRET_TOKEN, URL, ACCOUNT, NULL, test_result_cb, &result);
      test_wait (result != NULL);
      g_assert_true (spark_keyring_clear_finish (result, &error));
      g_assert_no_error (error);
      g_clear_object (&result);
    }
  assert_secret (SPARK_SECRET_TOKEN, URL, ACCOUNT, NULL);
  assert_secret (SPARK_SECRET_TOKEN, URL, "8", "two");
}

/* What a person reads in the program that shows them their keyring. */
static void
assert_label (const char *kind, const char *backend, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service
      = secret_service_get_sync (SECRET_SERVICE_OPEN_SESSION, NULL, &error);
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *label = NULL;
  GList *items;

  g_hash_table_insert (attributes, (gpointer) "kind", (gpointer)kind);
  g_hash_table_insert (attributes, (gpointer) "backend", (gpointer)backend);
  items = secret_service_search_sync (service, NULL, attributes, SECRET_SEARCH_ALL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (items);
  label = secret_item_get_label (items->data);
  g_assert_cmpstr (label, ==, expected);
  g_list_free_full (items, g_object_unref);
}

static void
test_labels (void)
{
  g_autoptr (GBytes) key = replica_key (URL, "labels", NULL);
  g_autoptr (GBytes) private_key = replica_key ("private", "private", NULL);

  g_assert_true (store (URL, "labels", "one", NULL));
  assert_label ("token", URL, "Sparkbox: sign-in at " URL);
  assert_label ("replica-key", URL, "Sparkbox: key to the copy of " URL " on this computer");
  assert_label ("replica-key", "private", "Sparkbox: key to the copy on this computer");
}

/* What is asked for later is later, though the first has more to do. */
static void
test_in_turn (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GAsyncResult) cleared = NULL;
  g_autoptr (GError) error = NULL;

  spark_keyring_store_async (SPARK_SECRET_TOKEN, URL, "turns", "one", NULL, test_result_cb, &first);
  assert_secret (SPARK_SECRET_TOKEN, URL, "turns", "one");
  g_assert_nonnull (first);

  /* Nobody waits for it any more, but it may be on its way. */
  spark_keyring_store_async (SPARK_SECRET_TOKEN, URL, "turns", "two", cancellable, test_result_cb,
                             &second);
  g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  spark_keyring_clear_async (SPARK_SECRET_TOKEN, URL, "turns", NULL, test_result_cb, &cleared);
  test_wait (second != NULL && cleared != NULL);
  g_assert_true (spark_keyring_clear_finish (cleared, &error));
  g_assert_no_error (error);
  assert_secret (SPARK_SECRET_TOKEN, URL, "turns", NULL);
}

static void
test_replica_key (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) one = replica_key (URL, ACCOUNT, &error);
  g_autoptr (GBytes) again = replica_key (URL, ACCOUNT, &error);
  g_autoptr (GBytes) other = replica_key (URL, "8", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (one), ==, 32);
  g_assert_true (g_bytes_equal (one, again));
  g_assert_false (g_bytes_equal (one, other));
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  spark_keyring_lookup_async (SPARK_SECRET_TOKEN, URL, ACCOUNT, cancellable, test_result_cb,
                              &result);
  g_cancellable_cancel (cancellable);
  test_wait (result != NULL);
  g_assert_null (spark_keyring_lookup_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static SecretCollection *
open_collection (SecretService *service)
{
  g_autoptr (GError) error = NULL;
  SecretCollection *collection = secret_collection_for_alias_sync (
      service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, NULL, &error);

  g_assert_no_error (error);
  return collection;
}

static void
set_locked (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service
      = secret_service_get_sync (SECRET_SERVICE_OPEN_SESSION, NULL, &error);
  g_autoptr (SecretCollection) collection = open_collection (service);
  g_autoptr (GList) list = g_list_append (NULL, collection);

  g_assert_no_error (error);
  secret_service_lock_sync (service, list, NULL, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
is_locked (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service
      = secret_service_open_sync (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_NONE, NULL, &error);
  g_autoptr (SecretCollection) collection = open_collection (service);

  g_assert_no_error (error);
  return secret_collection_get_locked (collection);
}

/* Whether the prompt's program has started. */
static gboolean
is_prompting (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GVariant) reply = NULL;
  gboolean owned;

  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", "org.gnome.keyring.SystemPrompter"), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_variant_get (reply, "(b)", &owned);
  return owned;
}

/* What is there but locked is not the same as nothing; what is not there is no matter of locks. */
static void
test_locked (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store (URL, ACCOUNT, "secret", &error));
  set_locked ();
  spark_keyring_set_timeout (500);
  g_assert_null (lookup (SPARK_SECRET_TOKEN, URL, ACCOUNT, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  /* Its start takes the time of what asks nobody. */
  test_wait (is_prompting ());
  g_assert_null (lookup (SPARK_SECRET_TOKEN, URL, "none", &error));
  g_assert_no_error (error);
  g_assert_false (store (URL, "none", "secret", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_KEYRING_LOCKED);
  g_clear_error (&error);
  g_assert_null (replica_key ("https://new.example", ACCOUNT, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_KEYRING_LOCKED);
  spark_keyring_set_timeout (60000);
}

static gboolean
on_cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
run (const char *command)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_command_line_sync (command, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* Once, for all that wait; but nothing tells when the prompt, which may just be starting, has the
 * keyboard, so that it is typed until the keyring has it. */
static void
type_password (void)
{
  gint64 end = g_get_monotonic_time () + TEST_WAIT_SECONDS * G_USEC_PER_SEC;

  while (is_locked ())
    {
      gint64 again = g_get_monotonic_time () + G_USEC_PER_SEC;

      g_assert_cmpint (again, <, end);
      /* In place of what came of it the last time. */
      run ("xdotool key ctrl+a");
      run ("xdotool type test");
      run ("xdotool key Return");
      while (is_locked () && g_get_monotonic_time () < again)
        test_turn ();
    }
}

/* A prompt that nobody answers keeps no one waiting, nor one from which the application has turned
 * away. It stays: whoever answers it late has unlocked the keyring for all that wait then. */
static void
test_unanswered (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) other = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before;
  char *secret;

  set_locked ();
  spark_keyring_set_timeout (500);
  before = g_get_monotonic_time ();
  g_assert_null (lookup (SPARK_SECRET_TOKEN, URL, ACCOUNT, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_KEYRING_LOCKED);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 500 * 1000);
  g_clear_error (&error);

  spark_keyring_set_timeout (60000);
  spark_keyring_lookup_async (SPARK_SECRET_TOKEN, URL, ACCOUNT, cancellable, test_result_cb,
                              &result);
  g_timeout_add (100, on_cancel_cb, cancellable);
  test_wait (result != NULL);
  g_assert_null (spark_keyring_lookup_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&result);

  spark_keyring_lookup_async (SPARK_SECRET_TOKEN, URL, ACCOUNT, NULL, test_result_cb, &result);
  spark_keyring_store_async (SPARK_SECRET_TOKEN, URL, "9", "late", NULL, test_result_cb, &other);
  type_password ();
  test_wait (result != NULL && other != NULL);
  secret = spark_keyring_lookup_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (secret, ==, "secret");
  secret_password_free (secret);
  g_assert_true (spark_keyring_store_finish (other, &error));
  g_assert_no_error (error);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  if (!g_test_subprocess ())
    {
      g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  g_assert_null (lookup (SPARK_SECRET_TOKEN, URL, ACCOUNT, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_KEYRING_MISSING);
  g_clear_error (&error);
  g_assert_false (store (URL, ACCOUNT, "secret", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_KEYRING_MISSING);
  g_clear_error (&error);
  g_assert_null (replica_key (URL, ACCOUNT, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_KEYRING_MISSING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keyring/store-and-lookup", test_store_and_lookup);
  g_test_add_func ("/keyring/labels", test_labels);
  g_test_add_func ("/keyring/in-turn", test_in_turn);
  g_test_add_func ("/keyring/replica-key", test_replica_key);
  g_test_add_func ("/keyring/cancelled", test_cancelled);
  g_test_add_func ("/keyring/locked", test_locked);
  g_test_add_func ("/keyring/unanswered", test_unanswered);
  g_test_add_func ("/keyring/missing", test_missing);
  return g_test_run ();
}
