/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * feeds PORT FOLDER FEEDS SECONDS RATE
 *
 * Opens so many feeds, in turn over the accounts of FOLDER (made by bench-seed), prints "open" when all
 * are ready, waits for a line, redeems RATE times a second for SECONDS, and prints how long it took
 * from the answer (the commit) to the arrival at each feed that it concerns: "N p50 p99 max" in µs.
 * Waits for a line before it ends.
 */

typedef struct
{
  int fd;
  char account[24];
  gint64 arrived; /* the last event, µs */
  gboolean ready;
} Feed;

static int port;

static int
connect_server (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons ((guint16)port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (struct sockaddr *)&address, sizeof address) != 0)
    g_error ("connect: %s", g_strerror (errno));
  return fd;
}

static void
send_text (int fd, const char *text)
{
  gsize length = strlen (text);

  if (write (fd, text, length) != (ssize_t)length)
    g_error ("write: %s", g_strerror (errno));
}

static char **
read_lines (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("%s cannot be read", path);
  return g_strsplit (g_strchomp (text), "\n", -1);
}

/* Takes what has come; TRUE when there was an event in it. */
static gboolean
take (Feed *feed)
{
  char block[65537];
  gboolean event = FALSE;
  ssize_t length;

  while ((length = recv (feed->fd, block, sizeof block - 1, MSG_DONTWAIT)) > 0)
    {
      block[length] = '\0';
      event |= strstr (block, "event: change") != NULL;
      feed->ready |= strstr (block, "event: ready") != NULL;
    }
  if (length == 0)
    g_error ("a feed has ended");
  if (event)
    feed->arrived = g_get_monotonic_time ();
  return event;
}

static void
wait_events (int epoll, int ms)
{
  struct epoll_event events[256];
  int n = epoll_wait (epoll, events, G_N_ELEMENTS (events), ms);

  for (int i = 0; i < n; i++)
    take (events[i].data.ptr);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

  return left < right ? -1 : left > right;
}

static void
open_feeds (Feed *feeds, int n, char **tokens, int epoll)
{
  guint accounts = g_strv_length (tokens);

  for (int i = 0; i < n; i++)
    {
      g_auto (GStrv) parts = g_strsplit (tokens[(guint)i % accounts], " ", 2);
      g_autofree char *request = g_strdup_printf ("GET /v1/feed HTTP/1.1\r\nHost: localhost\r\n"
                                                  "Authorization: Bearer %s\r\n\r\n",
                                                  parts[1]);
      struct epoll_event event = { .events = EPOLLIN, .data.ptr = &feeds[i] };

      feeds[i].fd = connect_server ();
      g_strlcpy (feeds[i].account, parts[0], sizeof feeds[i].account);
      send_text (feeds[i].fd, request);
      epoll_ctl (epoll, EPOLL_CTL_ADD, feeds[i].fd, &event);
      /* What is there already comes first; not all at once. */
      while (i % 50 == 49 && !feeds[i - 40].ready)
        wait_events (epoll, 1000);
    }
  for (int i = 0; i < n; i++)
    while (!feeds[i].ready)
      wait_events (epoll, 1000);
}

/* Redeems, and waits until each feed of the account has it. */
static void
redeem (int fd, const char *advertiser, const char *code, Feed *feeds, int n, int epoll,
        GArray *times)
{
  g_auto (GStrv) who = g_strsplit (advertiser, " ", 2);
  g_auto (GStrv) what = g_strsplit (code, " ", 2);
  g_autofree char *body
      = g_strdup_printf ("{\"advertiser_id\":\"%s\",\"auth_code\":\"%s\"}", who[0], what[0]);
  g_autofree char *request
      = g_strdup_printf ("POST /open_api/v1.3/tt_video/authorize/ HTTP/1.1\r\nHost: localhost\r\n"
                         "Access-Token: %s\r\nContent-Type: application/json\r\n"
                         "Content-Length: %zu\r\n\r\n%s",
                         who[1], strlen (body), body);
  g_autofree char *account = g_strndup (what[1], strcspn (what[1], "."));
  char answer[4096];
  gsize got = 0;
  ssize_t length;
  gint64 answered, deadline;
  gboolean missing = TRUE;

  for (int i = 0; i < n; i++)
    feeds[i].arrived = 0;
  send_text (fd, request);
  /* Its head may come before the rest. */
  do
    {
      length = read (fd, answer + got, sizeof answer - 1 - got);
      got += (gsize)MAX (length, 0);
      answer[got] = '\0';
    }
  while (length > 0 && strstr (answer, "\"code\":") == NULL);
  answered = g_get_monotonic_time ();
  if (strstr (answer, "\"code\":0") == NULL)
    g_error ("not redeemed: %s", answer);
  /* Before a ping, after which a feed looks by itself. */
  for (deadline = answered + 15 * G_USEC_PER_SEC; missing && g_get_monotonic_time () < deadline;)
    {
      wait_events (epoll, 100);
      missing = FALSE;
      for (int i = 0; i < n; i++)
        missing |= feeds[i].arrived == 0 && strcmp (feeds[i].account, account) == 0;
    }
  if (missing)
    g_error ("a feed did not get a change within 15 s");
  for (int i = 0; i < n; i++)
    if (feeds[i].arrived != 0)
      {
        gint64 late = MAX (feeds[i].arrived - answered, 0);

        g_array_append_val (times, late);
      }
}

int
main (int argc, char **argv)
{
  struct rlimit limit;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  char **tokens, **advertisers, **codes;
  int n, seconds, rate, fd, epoll = epoll_create1 (EPOLL_CLOEXEC);
  guint at = 0;
  gint64 next;
  Feed *feeds;

  if (argc != 6)
    return 2;
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  port = atoi (argv[1]);
  tokens = read_lines (argv[2], "tokens");
  advertisers = read_lines (argv[2], "advertisers");
  codes = read_lines (argv[2], "codes");
  n = atoi (argv[3]);
  seconds = atoi (argv[4]);
  rate = atoi (argv[5]);
  feeds = g_new0 (Feed, n);
  open_feeds (feeds, n, tokens, epoll);
  printf ("open\n");
  fflush (stdout);
  getchar ();

  fd = connect_server ();
  next = g_get_monotonic_time ();
  for (int i = 0; i < seconds * rate; i++, at++)
    {
      guint code = (at * 7919) % g_strv_length (codes);

      redeem (fd, advertisers[at % g_strv_length (advertisers)], codes[code], feeds, n, epoll,
              times);
      next += G_USEC_PER_SEC / rate;
      while (g_get_monotonic_time () < next)
        wait_events (epoll, (int)MAX ((next - g_get_monotonic_time ()) / 1000, 1));
    }
  g_array_sort (times, compare);
  printf ("%u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", times->len,
          g_array_index (times, gint64, times->len / 2),
          g_array_index (times, gint64, times->len * 99 / 100),
          g_array_index (times, gint64, times->len - 1));
  fflush (stdout);
  getchar ();
  return 0;
}
