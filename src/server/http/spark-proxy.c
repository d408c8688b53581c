/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>

#include "model/spark-error.h"
#include "server/http/spark-proxy.h"
#include "server/http/spark-throttle.h"

struct _SparkProxies
{
  GPtrArray *networks; /* of GInetAddressMask */
};

SparkProxies *
spark_proxies_new (const char *const *networks, GError **error)
{
  g_autoptr (SparkProxies) self = g_new0 (SparkProxies, 1);

  self->networks = g_ptr_array_new_with_free_func (g_object_unref);
  for (; networks != NULL && *networks != NULL; networks++)
    {
      const char *slash = strchr (*networks, '/');
      GInetAddressMask *mask = NULL;

      /* GLib warns of more bits than there can be, as of a bug. */
      if (slash == NULL || g_ascii_string_to_unsigned (slash + 1, 10, 0, 128, NULL, NULL))
        mask = g_inet_address_mask_new_from_string (*networks, NULL);

      if (mask == NULL)
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                       "A trusted proxy is an address such as 10.0.0.5, or a network such as "
                       "10.0.0.0/24 or fd00::/64, not “%s”.",
                       *networks);
          return NULL;
        }
      g_ptr_array_add (self->networks, mask);
    }
  return g_steal_pointer (&self);
}

void
spark_proxies_free (SparkProxies *self)
{
  g_clear_pointer (&self->networks, g_ptr_array_unref);
  g_free (self);
}

static gboolean
trusts (const SparkProxies *self, GInetAddress *address)
{
  for (guint i = 0; i < self->networks->len; i++)
    if (g_inet_address_mask_matches (self->networks->pdata[i], address))
      return TRUE;
  return FALSE;
}

/* An IPv4 address at a socket for both, or one that a proxy writes so, is still one. */
static GInetAddress *
take_ipv6 (const struct in6_addr *address)
{
  return IN6_IS_ADDR_V4MAPPED (address)
             ? g_inet_address_new_from_bytes (address->s6_addr + 12, G_SOCKET_FAMILY_IPV4)
             : g_inet_address_new_from_bytes (address->s6_addr, G_SOCKET_FAMILY_IPV6);
}

gboolean
spark_proxies_trust (const SparkProxies *self, const struct sockaddr *address)
{
  g_autoptr (GInetAddress) peer = NULL;

  if (self == NULL || address == NULL || self->networks->len == 0)
    return FALSE;
  if (address->sa_family == AF_INET)
    peer = g_inet_address_new_from_bytes (
        (const guint8 *)&((const struct sockaddr_in *)address)->sin_addr, G_SOCKET_FAMILY_IPV4);
  else if (address->sa_family == AF_INET6)
    peer = take_ipv6 (&((const struct sockaddr_in6 *)address)->sin6_addr);
  return peer != NULL && trusts (self, peer);
}

/* --- what they say --- */

/* "192.0.2.7", "192.0.2.7:4711", "2001:db8::1", "[2001:db8::1]:4711", quoted or not; NULL: no
 * address, as "unknown" or "_hidden" are none. */
static GInetAddress *
parse_node (const char *text)
{
  g_autofree char *node = g_strstrip (g_strdup (text));
  gsize length = strlen (node);
  char *start = node;
  GInetAddress *address;

  if (length >= 2 && node[0] == '"' && node[length - 1] == '"')
    {
      node[length - 1] = '\0';
      start++;
    }
  if (*start == '[')
    {
      char *end = strchr (++start, ']');

      if (end == NULL || (end[1] != '\0' && end[1] != ':'))
        return NULL;
      *end = '\0';
    }
  else if (strchr (start, ':') != NULL && strchr (start, ':') == strrchr (start, ':'))
    *strchr (start, ':') = '\0';
  address = g_inet_address_new_from_string (start);
  if (address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    {
      struct in6_addr bytes;
      GInetAddress *plain;

      memcpy (&bytes, g_inet_address_to_bytes (address), sizeof bytes);
      plain = take_ipv6 (&bytes);
      g_object_unref (address);
      return plain;
    }
  return address;
}

/* The value of a parameter of an element of Forwarded; NULL: it has none. (transfer full) */
static char *
find_parameter (const char *element, const char *name)
{
  g_auto (GStrv) pairs = g_strsplit (element, ";", -1);

  for (char **pair = pairs; *pair != NULL; pair++)
    {
      char *equals = strchr (*pair, '=');

      if (equals == NULL)
        continue;
      *equals = '\0';
      if (g_ascii_strcasecmp (g_strstrip (*pair), name) == 0)
        return g_strstrip (g_strdup (equals + 1));
    }
  return NULL;
}

/* The element that tells of the client: from the right, the first whose address is no proxy's, or
 * that names none. @index: (out): -1: there is none. */
static GInetAddress *
walk (const SparkProxies *self, char **elements, gboolean named, int *index)
{
  for (int i = (int)g_strv_length (elements) - 1; i >= 0; i--)
    {
      g_autofree char *node = named ? find_parameter (elements[i], "for") : g_strdup (elements[i]);
      g_autoptr (GInetAddress) address = node != NULL ? parse_node (node) : NULL;

      *index = i;
      if (address == NULL)
        return NULL;
      if (!trusts (self, address) || i == 0)
        return g_steal_pointer (&address);
    }
  *index = -1;
  return NULL;
}

static GInetAddress *
find_in (const SparkProxies *self, const char *text, gboolean named)
{
  g_auto (GStrv) elements = g_strsplit (text, ",", -1);
  int index;

  return walk (self, elements, named, &index);
}

static char *
name_of (GInetAddress *address)
{
  struct sockaddr_storage storage = { 0 };

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    {
      storage.ss_family = AF_INET;
      memcpy (&((struct sockaddr_in *)&storage)->sin_addr, g_inet_address_to_bytes (address), 4);
    }
  else
    {
      storage.ss_family = AF_INET6;
      memcpy (&((struct sockaddr_in6 *)&storage)->sin6_addr, g_inet_address_to_bytes (address), 16);
    }
  return spark_throttle_peer ((struct sockaddr *)&storage);
}

char *
spark_proxies_find_client (const SparkProxies *self, const char *forwarded,
                           const char *x_forwarded_for)
{
  g_autoptr (GInetAddress) one = forwarded != NULL ? find_in (self, forwarded, TRUE) : NULL;
  g_autoptr (GInetAddress) other
      = x_forwarded_for != NULL ? find_in (self, x_forwarded_for, FALSE) : NULL;

  if (forwarded != NULL && x_forwarded_for != NULL
      && (one == NULL || other == NULL || !g_inet_address_equal (one, other)))
    return NULL;
  if (one == NULL && other == NULL)
    return NULL;
  return name_of (one != NULL ? one : other);
}

gboolean
spark_proxies_is_https (const SparkProxies *self, const char *forwarded,
                        const char *x_forwarded_proto)
{
  g_autofree char *proto = NULL;
  const char *comma;

  if (x_forwarded_proto != NULL)
    {
      comma = strrchr (x_forwarded_proto, ',');
      proto = g_strstrip (g_strdup (comma != NULL ? comma + 1 : x_forwarded_proto));
    }
  else if (forwarded != NULL)
    {
      g_auto (GStrv) elements = g_strsplit (forwarded, ",", -1);
      g_autoptr (GInetAddress) client = NULL;
      int index;

      client = walk (self, elements, TRUE, &index);
      proto = index >= 0 ? find_parameter (elements[index], "proto") : NULL;
    }
  return proto != NULL && g_ascii_strcasecmp (proto, "https") == 0;
}
