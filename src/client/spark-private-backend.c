/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-private-backend"

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "client/spark-private-backend-private.h"
#include "client/spark-private-program.h"
#include "model/spark-error.h"

#define ANNOUNCEMENT "listening on "
#define FOR_BRANDS   " for brands"
#define START_MS     30000 /* a database of an old version may have to be rewritten */
#define FIRST_WAIT   250 /* ms, before it is started again; doubles */
#define LONGEST_WAIT 60000
#define STEADY       (60 * G_USEC_PER_SEC) /* who lived this long is not about to die again */
#define MAX_LINES    5
#define MAX_LINE     300

/* One run of the program. Its callbacks come as long as its streams are open, be it after the next
 * run has begun. */
typedef struct
{
  grefcount refs;
  SparkPrivateBackend *self; /* (owned) */
  GSubprocess *process;
  GDataInputStream *out;
  GDataInputStream *err;
  gboolean exited : 1;
  gboolean drained : 1; /* all that it had to say was read */
  gboolean ready : 1;
} Run;

struct _SparkPrivateBackend
{
  GObject parent_instance;

  /* owned */
  char *socket_path;
  char *url;
  char *brands_url;
  char *database;
  Run *run;                    /* NULL: none */
  GPtrArray *starting;         /* of GTask */
  GQueue last_lines;           /* of char: what it said last on stderr */
  GSocketConnection *neighbor; /* to another application's backend on our socket */
  GCancellable *watching;      /* of the neighbor */

  gint64 ready_at;
  guint n_failures;
  guint start_id;
  guint restart_id;
  gboolean any_port : 1;
  gboolean wanted : 1;
  gboolean is_ready : 1;
};

G_DEFINE_FINAL_TYPE (SparkPrivateBackend, spark_private_backend, G_TYPE_OBJECT)

enum
{
  SIGNAL_READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void spawn (SparkPrivateBackend *self);
static void probe (SparkPrivateBackend *self);

static Run *
run_ref (Run *run)
{
  g_ref_count_inc (&run->refs);
  return run;
}

static void
run_unref (Run *run)
{
  if (!g_ref_count_dec (&run->refs))
    return;
  g_object_unref (run->process);
  g_object_unref (run->out);
  g_object_unref (run->err);
  g_object_unref (run->self);
  g_free (run);
}

/* --- what starting comes to --- */

static void
end_starting (SparkPrivateBackend *self, const GError *error)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->starting);

  g_clear_handle_id (&self->start_id, g_source_remove);
  self->starting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < tasks->len; i++)
    if (error != NULL)
      g_task_return_error (tasks->pdata[i], g_error_copy (error));
    else
      g_task_return_boolean (tasks->pdata[i], TRUE);
}

static void
set_ready (SparkPrivateBackend *self)
{
  self->is_ready = TRUE;
  self->ready_at = g_get_monotonic_time ();
  end_starting (self, NULL);
  g_signal_emit (self, signals[SIGNAL_READY], 0);
}

static gboolean
on_restart_cb (gpointer user_data)
{
  SparkPrivateBackend *self = user_data;

  self->restart_id = 0;
  spawn (self);
  return G_SOURCE_REMOVE;
}

static void
restart_later (SparkPrivateBackend *self)
{
  guint wait = FIRST_WAIT;

  for (guint i = 0; i < self->n_failures && wait < LONGEST_WAIT; i++)
    wait *= 2;
  self->n_failures++;
  self->restart_id = g_timeout_add (MIN (wait, LONGEST_WAIT), on_restart_cb, self);
}

/* The first start failed: the person is told. Later ones are tried again. */
static void
fail (SparkPrivateBackend *self, const char *why)
{
  g_autoptr (GError) error = NULL;

  if (self->starting->len == 0 && self->ready_at != 0)
    {
      g_message ("Sparkbox’s own service does not start again: %s", why);
      restart_later (self);
      return;
    }
  self->wanted = FALSE;
  error = g_error_new (SPARK_ERROR, SPARK_ERROR_BACKEND_FAILED,
                       "Sparkbox’s own service did not start. %s", why);
  end_starting (self, error);
}

static char *
join_lines (SparkPrivateBackend *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *link = self->last_lines.head; link != NULL; link = link->next)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", (char *)link->data);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- another application's backend on the socket --- */

static void
on_neighbor_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkPrivateBackend) self = user_data;

  /* It ended, or only found us too quiet. */
  g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  if (self->wanted && self->neighbor != NULL)
    probe (self);
}

static void
on_probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static char byte;
  g_autoptr (SparkPrivateBackend) self = user_data;
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, NULL);
  gboolean known = self->neighbor != NULL;

  g_clear_object (&self->neighbor);
  if (!self->wanted)
    return;
  if (connection == NULL && known)
    {
      self->is_ready = FALSE;
      spawn (self);
    }
  else if (connection == NULL)
    {
      g_autofree char *lines = join_lines (self);

      if (!self->any_port)
        {
          /* It may be about the port alone, which anybody can take. */
          self->any_port = TRUE;
          spawn (self);
        }
      else
        fail (self, lines);
    }
  else
    {
      self->neighbor = g_steal_pointer (&connection);
      g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (self->neighbor)), &byte,
                                 1, G_PRIORITY_DEFAULT, self->watching, on_neighbor_read_cb,
                                 g_object_ref (self));
      if (!self->is_ready)
        set_ready (self);
    }
}

/* Whether somebody answers on the socket. */
static void
probe (SparkPrivateBackend *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket_path);

  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), self->watching,
                                 on_probed_cb, g_object_ref (self));
}

/* --- a run --- */

static void
end_run (Run *run)
{
  SparkPrivateBackend *self = run->self;

  if (!run->exited || !run->drained || self->run != run)
    return;
  self->run = NULL;
  self->is_ready = FALSE;
  if (self->wanted && run->ready)
    {
      if (g_get_monotonic_time () - self->ready_at > STEADY)
        self->n_failures = 0;
      restart_later (self);
    }
  else if (self->wanted)
    probe (self);
  run_unref (run);
}

static void
on_exited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  run->exited = TRUE;
  end_run (run);
  run_unref (run);
}

static void
keep_line (SparkPrivateBackend *self, const char *line)
{
  g_autofree char *bounded = g_strndup (line, MAX_LINE);

  g_debug ("%s", line);
  g_queue_push_tail (&self->last_lines, g_utf8_make_valid (bounded, -1));
  if (self->last_lines.length > MAX_LINES)
    g_free (g_queue_pop_head (&self->last_lines));
}

static void
on_err_line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  g_autofree char *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line != NULL)
    {
      keep_line (run->self, line);
      g_data_input_stream_read_line_async (run->err, G_PRIORITY_DEFAULT, NULL, on_err_line_cb, run);
      return;
    }
  run->drained = TRUE;
  end_run (run);
  run_unref (run);
}

static void
read_announcement (Run *run, const char *line)
{
  SparkPrivateBackend *self = run->self;

  if (!g_str_has_prefix (line, ANNOUNCEMENT))
    return;
  line += strlen (ANNOUNCEMENT);
  if (g_str_has_suffix (line, FOR_BRANDS))
    {
      g_free (self->brands_url);
      self->brands_url = g_strndup (line, strlen (line) - strlen (FOR_BRANDS));
    }
  else if (!run->ready && g_str_equal (line, self->url))
    {
      run->ready = TRUE;
      set_ready (self);
    }
}

static void
on_out_line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  SparkPrivateBackend *self = run->self;
  g_autofree char *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      run_unref (run);
      return;
    }
  if (self->run == run && self->wanted)
    read_announcement (run, line);
  g_data_input_stream_read_line_async (run->out, G_PRIORITY_DEFAULT, NULL, on_out_line_cb, run);
}

static void
spawn (SparkPrivateBackend *self)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  Run *run;

  g_clear_handle_id (&self->restart_id, g_source_remove);
  g_queue_clear_full (&self->last_lines, g_free);
  process
      = spark_private_program_launch (self->socket_path, self->database, self->any_port, &error);
  if (process == NULL)
    {
      fail (self, error->message);
      return;
    }
  run = g_new0 (Run, 1);
  g_ref_count_init (&run->refs);
  run->self = g_object_ref (self);
  run->process = process;
  run->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  run->err = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  self->run = run;
  g_data_input_stream_read_line_async (run->out, G_PRIORITY_DEFAULT, NULL, on_out_line_cb,
                                       run_ref (run));
  g_data_input_stream_read_line_async (run->err, G_PRIORITY_DEFAULT, NULL, on_err_line_cb,
                                       run_ref (run));
  g_subprocess_wait_async (process, NULL, on_exited_cb, run_ref (run));
}

/* --- the object --- */

static void
spark_private_backend_finalize (GObject *object)
{
  SparkPrivateBackend *self = SPARK_PRIVATE_BACKEND (object);

  g_clear_handle_id (&self->start_id, g_source_remove);
  g_clear_handle_id (&self->restart_id, g_source_remove);
  g_ptr_array_unref (self->starting);
  g_queue_clear_full (&self->last_lines, g_free);
  g_clear_object (&self->neighbor);
  g_clear_object (&self->watching);
  g_free (self->socket_path);
  g_free (self->url);
  g_free (self->brands_url);
  g_free (self->database);

  G_OBJECT_CLASS (spark_private_backend_parent_class)->finalize (object);
}

static void
spark_private_backend_class_init (SparkPrivateBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_private_backend_finalize;

  signals[SIGNAL_READY] = g_signal_new ("ready", SPARK_TYPE_PRIVATE_BACKEND, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
spark_private_backend_init (SparkPrivateBackend *self)
{
  self->socket_path
      = g_build_filename (g_get_user_runtime_dir (), "sparkbox", "sparkboxd.sock", NULL);
  self->url = g_strconcat ("unix:", self->socket_path, NULL);
  self->database = g_build_filename (g_get_user_data_dir (), "sparkbox", "sparkbox.db", NULL);
  self->starting = g_ptr_array_new_with_free_func (g_object_unref);
  self->watching = g_cancellable_new ();
}

SparkPrivateBackend *
spark_private_backend_new (void)
{
  return g_object_new (SPARK_TYPE_PRIVATE_BACKEND, NULL);
}

const char *
spark_private_backend_get_url (SparkPrivateBackend *self)
{
  g_return_val_if_fail (SPARK_IS_PRIVATE_BACKEND (self), NULL);

  return self->url;
}

const char *
spark_private_backend_get_pid (SparkPrivateBackend *self)
{
  return self->run != NULL ? g_subprocess_get_identifier (self->run->process) : NULL;
}

const char *
spark_private_backend_get_brands_url (SparkPrivateBackend *self)
{
  return self->brands_url;
}

static gboolean
on_start_timeout_cb (gpointer user_data)
{
  SparkPrivateBackend *self = user_data;
  g_autofree char *lines = join_lines (self);

  self->start_id = 0;
  if (self->run != NULL)
    g_subprocess_force_exit (self->run->process);
  fail (self, *lines != '\0' ? lines : "It does not answer.");
  return G_SOURCE_REMOVE;
}

void
spark_private_backend_start_async (SparkPrivateBackend *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (SPARK_IS_PRIVATE_BACKEND (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, spark_private_backend_start_async);
  if (self->is_ready)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  g_ptr_array_add (self->starting, task);
  if (self->start_id == 0)
    self->start_id = g_timeout_add (START_MS, on_start_timeout_cb, self);
  if (self->wanted && self->restart_id == 0)
    return;
  self->wanted = TRUE;
  if (self->run == NULL)
    spawn (self);
}

gboolean
spark_private_backend_start_finish (SparkPrivateBackend *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
spark_private_backend_stop (SparkPrivateBackend *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SPARK_IS_PRIVATE_BACKEND (self));

  self->wanted = FALSE;
  self->is_ready = FALSE;
  g_clear_handle_id (&self->restart_id, g_source_remove);
  g_cancellable_cancel (self->watching);
  g_clear_object (&self->watching);
  self->watching = g_cancellable_new ();
  g_clear_object (&self->neighbor);
  error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_BACKEND_FAILED,
                               "Sparkbox’s own service was ended.");
  end_starting (self, error);
  if (self->run == NULL)
    return;
  spark_private_program_end (self->run->process);
}
