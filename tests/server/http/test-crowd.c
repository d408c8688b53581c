/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "server/http/spark-http.h"

/* The library takes 128 connections at a time: some less and some more become ready at once. */
#define AT_A_TIME 128
#define AROUND    8
#define MOST      (2 * AT_A_TIME + AROUND)
/* Less than the library lets a connection be silent: what only comes then came too late. */
#define PATIENCE  20
#define ANSWERERS 4 /* half of them gather */
#define ASKERS    32
#define ROUNDS    200

typedef struct
{
  SparkHttp *http;
  char *folder; /* NULL: TCP */
  char *url;
  pthread_t answerers[ANSWERERS];
  pthread_mutex_t lock; /* for asked */
  GQueue asked;         /* requests of /later; the fixture itself: the end */
  sem_t n_asked;
  sem_t waiting; /* a request of /kept is */
  SparkRequest *kept;
  sem_t held; /* the thread is */
  sem_t go_on;
} Fixture;

/* Not for ever: then something is lost that nothing else would tell of. */
static void
await (sem_t *what)
{
  struct timespec deadline;

  clock_gettime (CLOCK_REALTIME, &deadline);
  deadline.tv_sec += PATIENCE;
  g_assert_no_errno (sem_timedwait (what, &deadline));
}

static void
answer (SparkRequest *request)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("done", 4);

  spark_request_respond (request, 200, "text/plain", body);
}

static void
get_now (SparkRequest *request, gpointer data)
{
  answer (request);
}

static void
push (Fixture *fixture, gpointer asked)
{
  pthread_mutex_lock (&fixture->lock);
  g_queue_push_tail (&fixture->asked, asked);
  pthread_mutex_unlock (&fixture->lock);
  sem_post (&fixture->n_asked);
}

/* One that the semaphore was lowered for. */
static gpointer
take (Fixture *fixture)
{
  gpointer asked;

  pthread_mutex_lock (&fixture->lock);
  asked = g_queue_pop_head (&fixture->asked);
  pthread_mutex_unlock (&fixture->lock);
  return asked;
}

static gpointer
pop (Fixture *fixture)
{
  sem_wait (&fixture->n_asked);
  return take (fixture);
}

static void
get_later (SparkRequest *request, gpointer data)
{
  spark_request_wait (request);
  push (data, request);
}

static void
get_kept (SparkRequest *request, gpointer data)
{
  Fixture *fixture = data;

  spark_request_wait (request);
  fixture->kept = request;
  sem_post (&fixture->waiting);
}

/* As a handler must not: meanwhile the thread looks at no other connection. */
static void
get_held (SparkRequest *request, gpointer data)
{
  Fixture *fixture = data;

  sem_post (&fixture->held);
  await (&fixture->go_on);
  answer (request);
}

static const SparkRoute routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/now", get_now, 0, FALSE, NULL },
  { SPARK_FACE_CREATORS, "GET", "/later", get_later, 0, FALSE, NULL },
  { SPARK_FACE_CREATORS, "GET", "/kept", get_kept, 0, FALSE, NULL },
  { SPARK_FACE_CREATORS, "GET", "/held", get_held, 0, FALSE, NULL },
};

static void *
run_answerer (void *data)
{
  Fixture *fixture = data;
  gpointer request;

  while ((request = pop (fixture)) != fixture)
    answer (request);
  return NULL;
}

/* Answers all that it finds at once. */
static void *
run_gatherer (void *data)
{
  Fixture *fixture = data;
  gpointer request = pop (fixture);

  while (request != fixture)
    {
      spark_http_gather (TRUE);
      do
        {
          answer (request);
          request = sem_trywait (&fixture->n_asked) == 0 ? take (fixture) : NULL;
        }
      while (request != NULL && request != fixture);
      spark_http_gather (FALSE);
      if (request == NULL)
        request = pop (fixture);
    }
  return NULL;
}

static void
set_up (Fixture *fixture, guint threads, gboolean is_unix)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = g_strdup ("127.0.0.1:0");

  memset (fixture, 0, sizeof *fixture);
  sem_init (&fixture->waiting, 0, 0);
  sem_init (&fixture->held, 0, 0);
  sem_init (&fixture->go_on, 0, 0);
  sem_init (&fixture->n_asked, 0, 0);
  pthread_mutex_init (&fixture->lock, NULL);
  if (is_unix)
    {
      fixture->folder = g_dir_make_tmp ("sparkbox-crowd-XXXXXX", &error);
      g_assert_no_error (error);
      g_free (address);
      address = g_strdup_printf ("unix:%s/socket", fixture->folder);
    }
  fixture->http = spark_http_new (&(SparkHttpOptions){
      .threads = threads, .ping_seconds = 20, .head_seconds = 120, .per_second = 1000000 });
  spark_http_add_routes (fixture->http, routes, G_N_ELEMENTS (routes), fixture);
  spark_http_listen (fixture->http, address, SPARK_FACE_CREATORS, &fixture->url, &error);
  g_assert_no_error (error);
  spark_http_start (fixture->http, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < ANSWERERS; i++)
    pthread_create (&fixture->answerers[i], NULL, i % 2 > 0 ? run_gatherer : run_answerer, fixture);
}

static void
tear_down (Fixture *fixture)
{
  for (guint i = 0; i < ANSWERERS; i++)
    push (fixture, fixture);
  for (guint i = 0; i < ANSWERERS; i++)
    pthread_join (fixture->answerers[i], NULL);
  spark_http_stop (fixture->http);
  pthread_mutex_destroy (&fixture->lock);
  sem_destroy (&fixture->n_asked);
  sem_destroy (&fixture->waiting);
  sem_destroy (&fixture->held);
  sem_destroy (&fixture->go_on);
  if (fixture->folder != NULL)
    g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->url);
}

static int
connect_to (const char *url)
{
  struct sockaddr_un local = { .sun_family = AF_UNIX };
  struct sockaddr_in other = { .sin_family = AF_INET };
  const struct timeval patience = { .tv_sec = PATIENCE };
  gboolean is_unix = g_str_has_prefix (url, "unix:");
  int fd = socket (is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int result;

  g_assert_cmpint (fd, >=, 0);
  g_strlcpy (local.sun_path, url + strlen ("unix:"), sizeof local.sun_path);
  other.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  other.sin_port = htons ((guint16)g_ascii_strtoull (strrchr (url, ':') + 1, NULL, 10));
  if (is_unix)
    result = connect (fd, (struct sockaddr *)&local, sizeof local);
  else
    result = connect (fd, (struct sockaddr *)&other, sizeof other);
  g_assert_cmpint (result, ==, 0);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

static void
ask (int fd, const char *path)
{
  g_autofree char *text = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);

  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, (gssize)strlen (text));
}

/* FALSE: nothing came for so long. */
static gboolean
is_answered (int fd)
{
  char text[1024];
  gsize length = 0;

  do
    {
      gssize n = recv (fd, text + length, sizeof text - 1 - length, 0);

      if (n <= 0)
        return FALSE;
      length += (gsize)n;
      text[length] = '\0';
    }
  while (!g_str_has_suffix (text, "\r\n\r\ndone"));
  return TRUE;
}

/* One thread finds @n of its connections ready; @kept: and an answer that somebody else has given;
 * -1: none. */
static void
check_at_once (Fixture *fixture, const int *sockets, guint n, int kept, int held)
{
  if (kept >= 0)
    {
      ask (kept, "/kept");
      await (&fixture->waiting);
    }
  ask (held, "/held");
  await (&fixture->held);
  for (guint i = 0; i < n; i++)
    ask (sockets[i], "/now");
  if (kept >= 0)
    answer (fixture->kept);
  sem_post (&fixture->go_on);
  for (guint i = 0; i < n; i++)
    if (!is_answered (sockets[i]))
      g_error ("%u asked at once, and number %u is not answered", n, i);
  if (!is_answered (held) || (kept >= 0 && !is_answered (kept)))
    g_error ("%u asked at once, and who waited is not answered", n);
}

static void
test_at_once (gconstpointer data)
{
  Fixture fixture;
  int sockets[MOST], kept, held;

  set_up (&fixture, 1, GPOINTER_TO_INT (data));
  kept = connect_to (fixture.url);
  held = connect_to (fixture.url);
  for (guint i = 0; i < MOST; i++)
    {
      sockets[i] = connect_to (fixture.url);
      ask (sockets[i], "/now");
      g_assert_true (is_answered (sockets[i]));
    }
  for (guint k = 1; k <= 2; k++)
    for (guint n = k * AT_A_TIME - AROUND; n <= k * AT_A_TIME + AROUND; n++)
      {
        check_at_once (&fixture, sockets, n, -1, held);
        check_at_once (&fixture, sockets, n, kept, held);
      }
  for (guint i = 0; i < MOST; i++)
    close (sockets[i]);
  close (kept);
  close (held);
  tear_down (&fixture);
}

/* However an answer that somebody else gives falls in with what the thread does, it goes out. */
static void
test_later (void)
{
  Fixture fixture;
  int sockets[ASKERS];

  set_up (&fixture, 2, FALSE);
  for (guint i = 0; i < ASKERS; i++)
    sockets[i] = connect_to (fixture.url);
  for (guint round = 0; round < ROUNDS; round++)
    {
      /* All at once, and one alone, which nothing else wakes anybody for. */
      guint n = round % 2 == 0 ? ASKERS : 1;

      for (guint i = 0; i < n; i++)
        ask (sockets[i], "/later");
      for (guint i = 0; i < n; i++)
        if (!is_answered (sockets[i]))
          g_error ("round %u: number %u is not answered", round, i);
    }
  /* It ends while they are still connected. */
  tear_down (&fixture);
  for (guint i = 0; i < ASKERS; i++)
    {
      char byte;

      g_assert_cmpint (recv (sockets[i], &byte, 1, 0), <=, 0);
      close (sockets[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/http/crowd/at-once/tcp", GINT_TO_POINTER (FALSE), test_at_once);
  g_test_add_data_func ("/http/crowd/at-once/unix", GINT_TO_POINTER (TRUE), test_at_once);
  g_test_add_func ("/http/crowd/later", test_later);
  return g_test_run ();
}
