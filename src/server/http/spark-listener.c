/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/http/spark-http-private.h"

#define BACKLOG 1024
/* Bytes of an answer that the kernel holds before they can be sent: else it takes megabytes for each
 * connection of whoever reads nothing. */
#define MAX_UNSENT (128 << 10)

static int
fail (const char *address, const char *why, int fd, GError **error)
{
  if (fd >= 0)
    close (fd);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "Cannot listen on %s: %s.", address,
               why);
  return -1;
}

/* Whether somebody answers at a socket's path; a socket left behind by a crash refuses. */
static gboolean
is_alive (const struct sockaddr_un *name)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  gboolean alive;

  if (fd < 0)
    return TRUE;
  alive = connect (fd, (const struct sockaddr *)name, sizeof *name) == 0
          || (errno != ECONNREFUSED && errno != ENOENT);
  close (fd);
  return alive;
}

static int
open_unix (const char *address, const char *path, GError **error)
{
  struct sockaddr_un name = { .sun_family = AF_UNIX };
  mode_t mask;
  int fd, result;

  if (strlen (path) >= sizeof name.sun_path)
    return fail (address, "the path is longer than the 107 bytes a socket may have", -1, error);
  memcpy (name.sun_path, path, strlen (path) + 1);
  if (access (path, F_OK) == 0)
    {
      struct stat info;

      if (lstat (path, &info) == 0 && !S_ISSOCK (info.st_mode))
        return fail (address, "there is a file of that name", -1, error);
      if (is_alive (&name))
        return fail (address, "another sparkboxd is listening there", -1, error);
      unlink (path);
    }
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return fail (address, g_strerror (errno), -1, error);
  mask = umask (0177);
  result = bind (fd, (struct sockaddr *)&name, sizeof name);
  umask (mask);
  if (result != 0 || listen (fd, BACKLOG) != 0)
    return fail (address, g_strerror (errno), fd, error);
  return fd;
}

/* "HOST:PORT", "[::1]:PORT" */
static gboolean
split_address (const char *address, char **host, char **port)
{
  const char *colon = strrchr (address, ':');

  if (colon == NULL || colon == address || colon[1] == '\0')
    return FALSE;
  *port = g_strdup (colon + 1);
  if (address[0] == '[' && colon[-1] == ']')
    *host = g_strndup (address + 1, colon - address - 2);
  else
    *host = g_strndup (address, colon - address);
  return strspn (*port, "0123456789") == strlen (*port)
         && g_ascii_strtoull (*port, NULL, 10) <= G_MAXUINT16;
}

static guint
port_of (int fd)
{
  struct sockaddr_storage name;
  socklen_t length = sizeof name;

  if (getsockname (fd, (struct sockaddr *)&name, &length) != 0)
    return 0;
  return ntohs (name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port
                                           : ((struct sockaddr_in *)&name)->sin_port);
}

static int
open_tcp (const char *address, char **url, GError **error)
{
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
  g_autofree char *host = NULL;
  g_autofree char *port = NULL;
  struct addrinfo *found;
  int fd = -1, one = 1, unsent = MAX_UNSENT, result, why = 0;

  if (!split_address (address, &host, &port))
    return fail (address, "give HOST:PORT or unix:PATH", -1, error);
  result = getaddrinfo (host, port, &hints, &found);
  if (result != 0)
    return fail (address, gai_strerror (result), -1, error);
  /* A name may stand for several addresses; the first that this computer has is taken. */
  for (struct addrinfo *one_of = found; fd < 0 && one_of != NULL; one_of = one_of->ai_next)
    {
      fd = socket (one_of->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      if (fd >= 0)
        {
          setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
          /* What is accepted has it too. */
          setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
        }
      if (fd >= 0 && bind (fd, one_of->ai_addr, one_of->ai_addrlen) == 0
          && listen (fd, BACKLOG) == 0)
        break;
      why = errno;
      if (fd >= 0)
        close (fd);
      fd = -1;
    }
  freeaddrinfo (found);
  if (fd < 0)
    return fail (address, g_strerror (why), -1, error);
  *url = g_strdup_printf (strchr (host, ':') != NULL ? "http://[%s]:%u" : "http://%s:%u", host,
                          port_of (fd));
  return fd;
}

int
spark_listener_open (const char *address, char **url, char **unix_path, GError **error)
{
  int fd;

  *unix_path = NULL;
  if (!g_str_has_prefix (address, "unix:"))
    return open_tcp (address, url, error);
  fd = open_unix (address, address + strlen ("unix:"), error);
  if (fd >= 0)
    {
      *unix_path = g_strdup (address + strlen ("unix:"));
      *url = g_strdup (address);
    }
  return fd;
}
