/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/spark-http-private.h"
#include "server/http/spark-throttle.h"

/*
 * Who asked, and what they may call this server.
 */

gboolean
spark_request_is_unix (SparkRequest *request)
{
  return request->listener->unix_path != NULL;
}

static int
get_socket (SparkRequest *request)
{
  const union MHD_ConnectionInfo *info
      = MHD_get_connection_info (request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

  return info != NULL ? info->connect_fd : -1;
}

gboolean
spark_request_is_same_user (SparkRequest *request)
{
  struct ucred peer;
  socklen_t length = sizeof peer;

  return spark_request_is_unix (request)
         && getsockopt (get_socket (request), SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0
         && peer.uid == geteuid ();
}

typedef struct
{
  const char *name;
  GString *values; /* NULL: none yet */
} Collected;

static enum MHD_Result
collect (void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
  Collected *self = cls;

  if (value == NULL || g_ascii_strcasecmp (name, self->name) != 0)
    return MHD_YES;
  if (self->values == NULL)
    self->values = g_string_new (NULL);
  else
    g_string_append_c (self->values, ',');
  g_string_append (self->values, value);
  return MHD_YES;
}

/* All headers of a name, in their order: a proxy may add its own to those that came. */
static char *
join_headers (SparkRequest *request, const char *name)
{
  Collected self = { name, NULL };

  MHD_get_connection_values (request->connection, MHD_HEADER_KIND, collect, &self);
  return self.values != NULL ? g_string_free (self.values, FALSE) : NULL;
}

static void
find_peer (SparkRequest *request)
{
  const SparkHttpOptions *options = &request->listener->http->options;
  const union MHD_ConnectionInfo *info;
  const struct sockaddr *address;

  if (request->peer != NULL)
    return;
  info = MHD_get_connection_info (request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  address = info != NULL ? info->client_addr : NULL;
  request->https = options->tls && !spark_request_is_unix (request);
  if (!spark_request_is_unix (request) && spark_proxies_trust (options->proxies, address))
    {
      g_autofree char *forwarded = join_headers (request, MHD_HTTP_HEADER_FORWARDED);
      g_autofree char *clients = join_headers (request, "X-Forwarded-For");
      g_autofree char *proto = join_headers (request, "X-Forwarded-Proto");

      request->peer = request->client
          = spark_proxies_find_client (options->proxies, forwarded, clients);
      request->https
          = request->https || spark_proxies_is_https (options->proxies, forwarded, proto);
    }
  if (request->peer != NULL)
    return;
  request->peer = spark_connection_peer (request->connection);
  /* What is asked for somebody else comes from elsewhere, even where it cannot be said from where:
   * a stranger may have added a header that contradicts the proxy's. */
  request->here = spark_request_is_unix (request)
                  || (!request->forwarded && spark_throttle_is_here (address));
}

const char *
spark_request_peer (SparkRequest *request)
{
  find_peer (request);
  return request->peer;
}

gboolean
spark_request_is_here (SparkRequest *request)
{
  find_peer (request);
  return request->here;
}

gboolean
spark_request_is_https (SparkRequest *request)
{
  const char *public_url = request->listener->http->options.public_url;

  find_peer (request);
  return request->https || (public_url != NULL && g_str_has_prefix (public_url, "https:"));
}

/* --- what this server is called --- */

/* "HOST:PORT" of this end of the connection; @loopback: (out). NULL: it has none. */
static char *
find_local (SparkRequest *request, guint *port, gboolean *loopback)
{
  struct sockaddr_storage name = { 0 };
  socklen_t length = sizeof name;
  char text[INET6_ADDRSTRLEN];

  if (getsockname (get_socket (request), (struct sockaddr *)&name, &length) != 0)
    return NULL;
  if (name.ss_family == AF_INET)
    {
      const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)&name;

      *port = ntohs (ipv4->sin_port);
      *loopback = ntohl (ipv4->sin_addr.s_addr) >> 24 == 127;
      inet_ntop (AF_INET, &ipv4->sin_addr, text, sizeof text);
      return g_strdup_printf ("%s:%u", text, *port);
    }
  if (name.ss_family == AF_INET6)
    {
      const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)&name;

      *port = ntohs (ipv6->sin6_port);
      *loopback = IN6_IS_ADDR_LOOPBACK (&ipv6->sin6_addr);
      if (IN6_IS_ADDR_V4MAPPED (&ipv6->sin6_addr))
        {
          *loopback = ipv6->sin6_addr.s6_addr[12] == 127;
          inet_ntop (AF_INET, ipv6->sin6_addr.s6_addr + 12, text, sizeof text);
          return g_strdup_printf ("%s:%u", text, *port);
        }
      inet_ntop (AF_INET6, &ipv6->sin6_addr, text, sizeof text);
      return g_strdup_printf ("[%s]:%u", text, *port);
    }
  return NULL;
}

/* "NAME" stands for the name at any port. */
static gboolean
is_listed (const char *const *hosts, const char *host)
{
  const char *port = strrchr (host, ':');
  gsize length = port != NULL && strspn (port + 1, "0123456789") == strlen (port + 1)
                     ? (gsize)(port - host)
                     : strlen (host);

  for (; hosts != NULL && *hosts != NULL; hosts++)
    if (g_ascii_strcasecmp (*hosts, host) == 0
        || (strlen (*hosts) == length && g_ascii_strncasecmp (*hosts, host, length) == 0))
      return TRUE;
  return FALSE;
}

/* The request's Host, where this server is known by it at this socket. NULL: it is not. @local:
 * (out) (transfer full): the address the connection came to */
static const char *
find_own_name (SparkRequest *request, char **local)
{
  const char *host = spark_request_header (request, MHD_HTTP_HEADER_HOST);
  gboolean loopback = FALSE;
  guint port = 0;
  g_autofree char *here = NULL;

  *local = find_local (request, &port, &loopback);
  here = loopback ? g_strdup_printf ("localhost:%u", port) : NULL;
  return host != NULL
                 && (g_strcmp0 (host, *local) == 0
                     || (here != NULL && g_ascii_strcasecmp (host, here) == 0))
             ? host
             : NULL;
}

static const char *
find_listed_name (SparkRequest *request)
{
  const char *host = spark_request_header (request, MHD_HTTP_HEADER_HOST);

  return host != NULL && is_listed (request->listener->http->options.hosts, host) ? host : NULL;
}

char *
spark_request_origin (SparkRequest *request)
{
  const SparkHttpOptions *options = &request->listener->http->options;
  g_autofree char *local = NULL;
  const char *host;

  if (options->public_url != NULL)
    return g_strdup (options->public_url);
  host = find_own_name (request, &local);
  if (host == NULL)
    host = find_listed_name (request);
  if (host == NULL)
    host = local != NULL ? local : "localhost";
  find_peer (request);
  return g_strconcat (request->https ? "https://" : "http://", host, NULL);
}

char *
spark_request_issuer (SparkRequest *request)
{
  const char *public_url = request->listener->http->options.public_url;
  g_autofree char *local = NULL;
  const char *listed, *own;

  if (public_url == NULL)
    return spark_request_origin (request);
  listed = find_listed_name (request);
  if (listed != NULL)
    return g_strconcat (spark_request_is_https (request) ? "https://" : "http://", listed, NULL);
  /* A web server in front may call it so as well, and is not who asks. */
  own = spark_request_is_here (request) ? find_own_name (request, &local) : NULL;
  return own != NULL ? g_strconcat (request->https ? "https://" : "http://", own, NULL)
                     : g_strdup (public_url);
}
