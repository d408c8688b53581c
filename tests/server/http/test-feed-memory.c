/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "server/http/spark-http.h"

/* A feed that is quiet gives memory back that its connection does not use: whatever is found there
 * afterwards, what is told later arrives as it was written. */

#define FEEDS    32
#define PATIENCE 20
/* Of what the library gives to be filled, when it is placed, before its first whole page. */
#define BEFORE 500

/* Linked in the place of the system's, and the library's. */
int __wrap_madvise (void *address, size_t length, int advice);
struct MHD_Response *__real_MHD_create_response_from_callback (uint64_t size, size_t block_size,
                                                               MHD_ContentReaderCallback read,
                                                               void *data,
                                                               MHD_ContentReaderFreeCallback end);
struct MHD_Response *__wrap_MHD_create_response_from_callback (uint64_t size, size_t block_size,
                                                               MHD_ContentReaderCallback read,
                                                               void *data,
                                                               MHD_ContentReaderFreeCallback end);

static _Atomic guint given_back;

int
__wrap_madvise (void *address, size_t length, int advice)
{
  gsize page = (gsize)sysconf (_SC_PAGESIZE);

  g_assert_cmpint (advice, ==, MADV_DONTNEED);
  g_assert_cmpuint (GPOINTER_TO_SIZE (address) % page, ==, 0);
  g_assert_cmpuint (length, >=, page);
  g_assert_cmpuint (length % page, ==, 0);
  /* More than the zeros that the system would put there. */
  memset (address, 0xa5, length);
  atomic_fetch_add (&given_back, 1);
  return 0;
}

/* Where the library's memory lies is a matter of how it is allocated, and there may be no whole
 * page in it: this one is filled in its place. */
typedef struct
{
  MHD_ContentReaderCallback read;
  MHD_ContentReaderFreeCallback end;
  void *data;
  char *memory;
} Placed;

static gboolean places = FALSE;

static ssize_t
placed_read (void *data, uint64_t position, char *block, size_t size)
{
  Placed *self = data;
  char *at = self->memory + sysconf (_SC_PAGESIZE) - BEFORE;
  ssize_t length = self->read (self->data, position, at, size);

  if (length > 0)
    memcpy (block, at, (gsize)length);
  return length;
}

static void
placed_end (void *data)
{
  Placed *self = data;

  self->end (self->data);
  free (self->memory);
  g_free (self);
}

struct MHD_Response *
__wrap_MHD_create_response_from_callback (uint64_t size, size_t block_size,
                                          MHD_ContentReaderCallback read, void *data,
                                          MHD_ContentReaderFreeCallback end)
{
  gsize page = (gsize)sysconf (_SC_PAGESIZE);
  Placed *self;

  if (!places)
    return __real_MHD_create_response_from_callback (size, block_size, read, data, end);
  self = g_new0 (Placed, 1);
  *self = (Placed){ read, end, data, aligned_alloc (page, 4 * page) };
  return __real_MHD_create_response_from_callback (size, block_size, placed_read, self, placed_end);
}

/* One feed. */
typedef struct
{
  pthread_mutex_t lock; /* for pending */
  GString *pending;
  SparkFeedStream *stream;
  sem_t quiet; /* it was asked for more than there is */
} Source;

typedef struct
{
  SparkHttp *http;
  char *url;
  Source sources[FEEDS];
  guint n_sources;
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

static gboolean
fill (SparkFeedStream *stream, GString *out, gpointer data)
{
  Source *source = data;

  pthread_mutex_lock (&source->lock);
  g_string_append_len (out, source->pending->str, (gssize)source->pending->len);
  g_string_truncate (source->pending, 0);
  pthread_mutex_unlock (&source->lock);
  if (out->len == 0)
    sem_post (&source->quiet);
  return TRUE;
}

static void
get_feed (SparkRequest *request, gpointer data)
{
  Fixture *fixture = data;
  Source *source = &fixture->sources[fixture->n_sources++];

  source->stream = spark_request_respond_feed (request, fill, source, NULL);
}

static const SparkRoute routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/feed", get_feed, 0, FALSE, NULL },
};

static void
set_up (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  memset (fixture, 0, sizeof *fixture);
  for (guint i = 0; i < FEEDS; i++)
    {
      pthread_mutex_init (&fixture->sources[i].lock, NULL);
      fixture->sources[i].pending = g_string_new (NULL);
      sem_init (&fixture->sources[i].quiet, 0, 0);
    }
  fixture->http = spark_http_new (&(SparkHttpOptions){
      .threads = 1, .ping_seconds = 600, .head_seconds = 120, .per_second = 1000000 });
  spark_http_add_routes (fixture->http, routes, G_N_ELEMENTS (routes), fixture);
  spark_http_listen (fixture->http, "127.0.0.1:0", SPARK_FACE_CREATORS, &fixture->url, &error);
  g_assert_no_error (error);
  spark_http_start (fixture->http, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture)
{
  spark_http_stop (fixture->http);
  for (guint i = 0; i < FEEDS; i++)
    {
      pthread_mutex_destroy (&fixture->sources[i].lock);
      g_string_free (fixture->sources[i].pending, TRUE);
      sem_destroy (&fixture->sources[i].quiet);
    }
  g_free (fixture->url);
}

static int
open_feed (const char *url, const char *version)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  const struct timeval patience = { .tv_sec = PATIENCE };
  g_autofree char *text = g_strdup_printf ("GET /feed %s\r\nHost: x\r\n\r\n", version);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  address.sin_port = htons ((guint16)g_ascii_strtoull (strrchr (url, ':') + 1, NULL, 10));
  g_assert_no_errno (connect (fd, (struct sockaddr *)&address, sizeof address));
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, (gssize)strlen (text));
  return fd;
}

static void
read_whole (int fd, char *text, gsize length)
{
  g_assert_cmpint (recv (fd, text, length, MSG_WAITALL), ==, (gssize)length);
}

/* Up to and with @end. */
static char *
read_up_to (int fd, const char *end)
{
  GString *text = g_string_new (NULL);

  while (!g_str_has_suffix (text->str, end))
    {
      char byte;

      read_whole (fd, &byte, 1);
      g_string_append_c (text, byte);
    }
  return g_string_free (text, FALSE);
}

static char *
read_told (int fd, gsize length, gboolean chunks)
{
  g_autofree char *told = g_malloc0 (length + 1);
  gsize got = 0;

  while (chunks && got < length)
    {
      g_autofree char *head = read_up_to (fd, "\r\n");
      g_autofree char *end = NULL;
      gsize size = (gsize)g_ascii_strtoull (head, NULL, 16);

      g_assert_cmpuint (size, >, 0);
      g_assert_cmpuint (size, <=, length - got);
      read_whole (fd, told + got, size);
      end = read_up_to (fd, "\r\n");
      g_assert_cmpstr (end, ==, "\r\n");
      got += size;
    }
  if (!chunks)
    read_whole (fd, told, length);
  return g_steal_pointer (&told);
}

static char *
make_text (guint seed, gsize length)
{
  char *text = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    text[i] = (char)('a' + (i * 7 + i / 26 + seed) % 26);
  text[length] = '\0';
  return text;
}

static const gsize lengths[] = { 20000, 10, 900, 3900, 10, 5000, 7200, 300, 70000, 10, 40 };

/* Each comes while the feed is quiet. */
static void
test_quiet (gconstpointer version)
{
  gboolean chunks = strcmp (version, "HTTP/1.0") != 0;
  Fixture fixture;
  int sockets[FEEDS];

  set_up (&fixture);
  atomic_store (&given_back, 0);
  for (guint i = 0; i < FEEDS; i++)
    {
      g_autofree char *head = NULL;

      sockets[i] = open_feed (fixture.url, version);
      head = read_up_to (sockets[i], "\r\n\r\n");
      g_assert_cmpint (strstr (head, "Transfer-Encoding: chunked") != NULL, ==, chunks);
      await (&fixture.sources[i].quiet);
    }
  for (guint round = 0; round < G_N_ELEMENTS (lengths); round++)
    for (guint i = 0; i < FEEDS; i++)
      {
        Source *source = &fixture.sources[i];
        g_autofree char *text = make_text (round + i, lengths[round]);
        g_autofree char *told = NULL;

        pthread_mutex_lock (&source->lock);
        g_string_append (source->pending, text);
        pthread_mutex_unlock (&source->lock);
        spark_feed_stream_wake (source->stream);
        told = read_told (sockets[i], lengths[round], chunks);
        g_assert_true (g_str_equal (told, text));
        await (&source->quiet);
      }
  for (guint i = 0; i < FEEDS; i++)
    close (sockets[i]);
  tear_down (&fixture);
}

/* Whenever it was used, and only then. */
static void
test_given_back (void)
{
  guint times = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    times += lengths[i] > BEFORE;
  /* The library gives less than 8 KiB. */
  if (sysconf (_SC_PAGESIZE) > 4096)
    times = 0;
  places = TRUE;
  test_quiet ("HTTP/1.1");
  places = FALSE;
  g_assert_cmpuint (atomic_load (&given_back), ==, FEEDS * times);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/http/feed-memory/chunks", "HTTP/1.1", test_quiet);
  g_test_add_data_func ("/http/feed-memory/no-chunks", "HTTP/1.0", test_quiet);
  g_test_add_func ("/http/feed-memory/given-back", test_given_back);
  return g_test_run ();
}
