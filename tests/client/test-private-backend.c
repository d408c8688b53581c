/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/spark-client.h"
#include "client/spark-private-backend-private.h"
#include "model/spark-error.h"
#include "test-wait.h"

static char *sparkboxd;
static char *this_program;

static gboolean
start (SparkPrivateBackend *backend, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  spark_private_backend_start_async (backend, NULL, test_result_cb, &result);
  test_wait (result != NULL);
  return spark_private_backend_start_finish (backend, result, error);
}

static SparkPrivateBackend *
started (void)
{
  SparkPrivateBackend *backend = spark_private_backend_new ();
  g_autoptr (GError) error = NULL;

  start (backend, &error);
  g_assert_no_error (error);
  return backend;
}

static void
stop (SparkPrivateBackend *backend)
{
  spark_private_backend_stop (backend);
  test_finalize (&backend);
}

/* The code of a refusal; 0: it was answered. */
static int
ask (const char *url, const char *path)
{
  SparkClient *client = spark_client_new (url, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = NULL;

  spark_client_send_async (client, "GET", path, NULL, NULL, test_result_cb, &result);
  test_wait (result != NULL);
  answer = spark_client_send_finish (client, result, &error);
  g_clear_object (&result);
  test_finalize (&client);
  g_assert_true (error == NULL || error->domain == SPARK_ERROR);
  return error != NULL ? error->code : 0;
}

/* An orphan that ended may stay a zombie, where the first process reaps none. */
static gboolean
is_running (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", pid);
  g_autofree char *stat = NULL;
  const char *state;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return FALSE;
  state = strrchr (stat, ')');
  return state != NULL && strncmp (state, ") Z", 3) != 0;
}

static void
test_faces (void)
{
  SparkPrivateBackend *backend = started ();
  const char *url = spark_private_backend_get_url (backend);
  g_autofree char *socket = g_path_get_dirname (url + strlen ("unix:"));
  g_autofree char *pid = g_strdup (spark_private_backend_get_pid (backend));
  GStatBuf info;

  test_wait (spark_private_backend_get_brands_url (backend) != NULL);
  g_assert_cmpint (ask (url, "/v1/accounts"), ==, 0);
  g_assert_cmpint (ask (url, "/open_api/v1.3/tt_video/list/"), ==, SPARK_ERROR_NOT_FOUND);
  g_assert_cmpint (ask (spark_private_backend_get_brands_url (backend), "/v1/accounts"), ==,
                   SPARK_ERROR_NOT_FOUND);
  g_assert_cmpint (
      ask (spark_private_backend_get_brands_url (backend), "/open_api/v1.3/tt_video/list/"), ==, 0);
  g_assert_cmpint (g_stat (socket, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  spark_private_backend_stop (backend);
  g_assert_false (is_running (pid));
  g_assert_cmpint (ask (url, "/v1/accounts"), ==, SPARK_ERROR_OFFLINE);

  /* And once more: what was there is found again. */
  g_assert_true (start (backend, NULL));
  g_assert_cmpint (ask (url, "/v1/accounts"), ==, 0);
  stop (backend);
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_started_again (void)
{
  SparkPrivateBackend *backend = started ();
  guint ready = 0;

  g_signal_connect_swapped (backend, "ready", G_CALLBACK (count_cb), &ready);
  for (guint i = 1; i <= 2; i++)
    {
      kill (atoi (spark_private_backend_get_pid (backend)), SIGKILL);
      test_wait (ready == i);
      g_assert_cmpint (ask (spark_private_backend_get_url (backend), "/v1/accounts"), ==, 0);
    }
  stop (backend);
}

/* The parent of test_killed_parent(): tells its child's process id, then waits for its end. */
G_NORETURN static void
be_parent (void)
{
  SparkPrivateBackend *backend = started ();

  printf ("%s\n", spark_private_backend_get_pid (backend));
  fflush (stdout);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_killed_parent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) parent
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, this_program, "--be-parent",
                          sparkboxd, g_get_user_runtime_dir (), g_get_user_data_dir (), NULL);
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *pid = NULL;

  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (parent));
  pid = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_nonnull (pid);
  g_assert_true (is_running (pid));
  g_subprocess_force_exit (parent);
  g_subprocess_wait (parent, NULL, NULL);
  test_wait (!is_running (pid));
}

static void
test_no_program (void)
{
  SparkPrivateBackend *backend = spark_private_backend_new ();
  g_autoptr (GError) error = NULL;

  g_setenv ("SPARKBOXD", "/nonexistent/sparkboxd", TRUE);
  g_assert_false (start (backend, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BACKEND_FAILED);
  g_clear_error (&error);
  g_setenv ("SPARKBOXD", sparkboxd, TRUE);
  g_assert_true (start (backend, &error));
  g_assert_no_error (error);
  stop (backend);
}

/* A database that is none: what the program says of it is what the person is told. */
static void
test_last_lines (void)
{
  g_autofree char *database
      = g_build_filename (g_get_user_data_dir (), "sparkbox", "sparkbox.db", NULL);
  SparkPrivateBackend *backend = spark_private_backend_new ();
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (database, 0700);
  g_assert_false (start (backend, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BACKEND_FAILED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "sparkbox.db"));
  g_assert_null (spark_private_backend_get_pid (backend));
  stop (backend);
}

static void
test_second_instance (void)
{
  SparkPrivateBackend *first = started ();
  SparkPrivateBackend *second = started ();
  guint ready = 0;

  g_assert_null (spark_private_backend_get_pid (second));
  g_assert_cmpint (ask (spark_private_backend_get_url (second), "/v1/accounts"), ==, 0);
  g_signal_connect_swapped (second, "ready", G_CALLBACK (count_cb), &ready);
  stop (first);
  test_wait (ready == 1);
  g_assert_nonnull (spark_private_backend_get_pid (second));
  g_assert_cmpint (ask (spark_private_backend_get_url (second), "/v1/accounts"), ==, 0);
  stop (second);
}

/* What a run left behind on the socket is no neighbor. */
static void
test_stale_socket (void)
{
  SparkPrivateBackend *backend = started ();
  g_autofree char *path = g_strdup (spark_private_backend_get_url (backend) + strlen ("unix:"));

  kill (atoi (spark_private_backend_get_pid (backend)), SIGKILL);
  stop (backend);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  backend = started ();
  g_assert_nonnull (spark_private_backend_get_pid (backend));
  stop (backend);
}

int
main (int argc, char **argv)
{
  if (argc == 5 && g_str_equal (argv[1], "--be-parent"))
    {
      g_setenv ("SPARKBOXD", argv[2], TRUE);
      g_setenv ("XDG_RUNTIME_DIR", argv[3], TRUE);
      g_setenv ("XDG_DATA_HOME", argv[4], TRUE);
      be_parent ();
    }
  this_program = argv[0];
  sparkboxd = argv[1];
  g_setenv ("SPARKBOXD", sparkboxd, TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/private-backend/faces", test_faces);
  g_test_add_func ("/private-backend/started-again", test_started_again);
  g_test_add_func ("/private-backend/killed-parent", test_killed_parent);
  g_test_add_func ("/private-backend/no-program", test_no_program);
  g_test_add_func ("/private-backend/last-lines", test_last_lines);
  g_test_add_func ("/private-backend/second-instance", test_second_instance);
  g_test_add_func ("/private-backend/stale-socket", test_stale_socket);
  return g_test_run ();
}
