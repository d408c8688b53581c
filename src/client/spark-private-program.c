/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-private-program"

#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/spark-private-program.h"
#include "model/spark-error.h"

#define PROGRAM     "sparkboxd"
#define BRANDS_PORT 7723
#define STOP_MS     5000

/* Between fork and exec, where only what is safe in a signal handler may be called. */
static void
die_with_parent (gpointer parent)
{
  if (prctl (PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid () != (pid_t)GPOINTER_TO_INT (parent))
    _exit (1);
}

static char *
find_program (void)
{
  const char *named = g_getenv ("SPARKBOXD");
  g_autofree char *installed = g_build_filename (LIBEXECDIR, PROGRAM, NULL);
  g_autofree char *self = NULL;
  g_autofree char *folder = NULL;

  if (named != NULL && *named != '\0')
    return g_strdup (named);
  if (g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&installed);
  self = g_file_read_link ("/proc/self/exe", NULL);
  folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  return g_build_filename (folder, PROGRAM, NULL);
}

/* A port that stays the same lets an address that was noted down work tomorrow. */
static gboolean
is_port_free (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, BRANDS_PORT);
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  return socket != NULL && g_socket_bind (socket, address, TRUE, NULL)
         && g_socket_listen (socket, NULL);
}

static gboolean
make_folders (const char *socket_path, const char *database, GError **error)
{
  const char *const files[] = { socket_path, database };

  if (strlen (socket_path) >= sizeof ((struct sockaddr_un *)NULL)->sun_path)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_BACKEND_FAILED,
                   "The path of the runtime directory is too long for a socket: %s", socket_path);
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *folder = g_path_get_dirname (files[i]);

      if (g_mkdir_with_parents (folder, 0700) != 0)
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_BACKEND_FAILED,
                       "The folder %s cannot be made.", folder);
          return FALSE;
        }
    }
  return TRUE;
}

GSubprocess *
spark_private_program_launch (const char *socket_path, const char *database, gboolean any_port,
                              GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *program = find_program ();
  g_autofree char *url = g_strconcat ("unix:", socket_path, NULL);
  g_autofree char *address = g_strconcat ("sqlite:", database, NULL);
  g_autofree char *brands
      = g_strdup_printf ("127.0.0.1:%d", any_port || !is_port_free () ? 0 : BRANDS_PORT);
  g_autofree char *config
      = g_build_filename (g_get_user_config_dir (), "sparkbox", "sparkboxd.conf", NULL);
  gboolean configured = g_file_test (config, G_FILE_TEST_EXISTS);
  const char *const argv[] = { program,
                               "serve",
                               "--listen",
                               url,
                               "--listen-brands",
                               brands,
                               "--database",
                               address,
                               configured ? "--config" : NULL,
                               config,
                               NULL };

  if (!make_folders (socket_path, database, error))
    return NULL;
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent,
                                         GINT_TO_POINTER ((int)getpid ()), NULL);
  return g_subprocess_launcher_spawnv (launcher, argv, error);
}

static void
on_ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *ended = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  *ended = TRUE;
}

static gboolean
on_stop_timeout_cb (gpointer user_data)
{
  g_subprocess_force_exit (user_data);
  return G_SOURCE_REMOVE;
}

void
spark_private_program_end (GSubprocess *process)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) timeout = g_timeout_source_new (STOP_MS);
  gboolean ended = FALSE;

  g_subprocess_send_signal (process, SIGTERM);
  g_main_context_push_thread_default (context);
  g_source_set_callback (timeout, on_stop_timeout_cb, process, NULL);
  g_source_attach (timeout, context);
  g_subprocess_wait_async (process, NULL, on_ended_cb, &ended);
  while (!ended)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timeout);
  g_main_context_pop_thread_default (context);
}
