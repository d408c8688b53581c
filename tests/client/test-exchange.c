/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "net/spark-exchange.h"

#define REQUESTS   500
#define AT_ONCE    3
#define MAX_BODY   1000
#define TIMEOUT_MS 5000
#define MAX_HEAD   4000

/*
 * A server that answers the first request on every connection, keeps it open, and breaks it in one
 * way or another at the second, or before.
 */
typedef enum
{
  BREAK_BEFORE,  /* the request came, nothing is answered */
  BREAK_IN_HEAD, /* of the answer */
  BREAK_IN_BODY,
  BREAK_IDLE, /* before the second request, or while it comes */
  N_BREAKS
} Break;

typedef struct
{
  SoupSession *session;
  GMainLoop *loop;
  char *url;
  int listener;
  int number; /* of connections so far, atomically */
  guint begun;
  guint ended;
  guint answered;
} Case;

typedef struct
{
  int fd;
  int number;
} Connection;

static gboolean
read_head (int fd)
{
  char head[MAX_HEAD + 1];
  gsize length = 0;

  while (length < MAX_HEAD)
    {
      gssize got = read (fd, head + length, MAX_HEAD - length);

      if (got <= 0)
        return FALSE;
      length += (gsize)got;
      head[length] = '\0';
      if (strstr (head, "\r\n\r\n") != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
say (int fd, const char *text)
{
  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), <=, (gssize)strlen (text));
}

static gpointer
answer (gpointer data)
{
  g_autofree Connection *self = data;
  const struct linger reset = { 1, 0 };
  Break how = self->number % N_BREAKS;

  if (read_head (self->fd))
    {
      say (self->fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                     "Content-Length: 2\r\n\r\n{}");
      if (how == BREAK_IDLE)
        g_usleep (self->number * 7 % 500);
      else if (read_head (self->fd) && how == BREAK_IN_HEAD)
        say (self->fd, "HTTP/1.1 200 OK\r\nContent-Ty");
      else if (how == BREAK_IN_BODY)
        say (self->fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       "Content-Length: 100\r\n\r\n{\"a\":");
    }
  if (self->number / N_BREAKS % 2 == 0)
    setsockopt (self->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close (self->fd);
  return NULL;
}

static gpointer
accept_all (gpointer data)
{
  Case *self = data;
  int fd;

  while ((fd = accept (self->listener, NULL, NULL)) >= 0)
    {
      Connection *connection = g_new (Connection, 1);

      *connection = (Connection){ fd, self->number++ };
      g_thread_unref (g_thread_new ("connection", answer, connection));
    }
  return NULL;
}

static void begin (Case *self);

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Case *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkAnswer) got = spark_exchange_finish (result, NULL, &error);

  if (got != NULL)
    {
      g_assert_cmpmem (g_bytes_get_data (got->body, NULL), g_bytes_get_size (got->body), "{}", 2);
      self->answered++;
    }
  else
    g_assert_cmpint (error->domain, ==, SPARK_ERROR);
  if (++self->ended == REQUESTS)
    g_main_loop_quit (self->loop);
  else if (self->begun < REQUESTS)
    begin (self);
}

static void
begin (Case *self)
{
  g_autoptr (SoupMessage) message = soup_message_new ("GET", self->url);

  self->begun++;
  spark_exchange_async (self->session, message, MAX_BODY, TIMEOUT_MS, NULL, on_answer_cb, self);
}

static void
test_broken_connections (void)
{
  Case self = { .listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  GThread *server;

  g_assert_no_errno (bind (self.listener, (struct sockaddr *)&address, length));
  g_assert_no_errno (getsockname (self.listener, (struct sockaddr *)&address, &length));
  g_assert_no_errno (listen (self.listener, 100));
  server = g_thread_new ("server", accept_all, &self);
  self.url = g_strdup_printf ("http://127.0.0.1:%d/", ntohs (address.sin_port));
  self.session = soup_session_new ();
  self.loop = g_main_loop_new (NULL, FALSE);
  for (guint i = 0; i < AT_ONCE; i++)
    begin (&self);
  g_main_loop_run (self.loop);
  g_test_message ("%u of %u answered on %d connections", self.answered, REQUESTS, self.number);
  g_assert_cmpuint (self.answered, ==, REQUESTS);
  g_main_loop_unref (self.loop);
  g_object_unref (self.session);
  shutdown (self.listener, SHUT_RDWR);
  g_thread_join (server);
  close (self.listener);
  g_free (self.url);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/exchange/broken-connections", test_broken_connections);
  return g_test_run ();
}
