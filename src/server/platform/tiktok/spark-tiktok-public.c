/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "server/platform/tiktok/spark-tiktok-public.h"

typedef struct
{
  guint8 bytes[4];
  guint length; /* bits */
} Network;

/* RFC 6890, and what is no address of one computer. */
static const Network own[] = {
  { { 0 }, 8 },         { { 10 }, 8 },       { { 100, 64 }, 10 },   { { 127 }, 8 },
  { { 169, 254 }, 16 }, { { 172, 16 }, 12 }, { { 192, 0, 0 }, 24 }, { { 192, 168 }, 16 },
  { { 198, 18 }, 15 },  { { 224 }, 3 },
};

static gboolean
begins_with (const guint8 *bytes, const guint8 *network, guint length)
{
  guint whole = length / 8, rest = length % 8;
  guint8 mask = (guint8)(0xff << (8 - rest));

  return memcmp (bytes, network, whole) == 0
         && (rest == 0 || (bytes[whole] & mask) == (network[whole] & mask));
}

static gboolean
is_public_ipv4 (const guint8 *bytes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    if (begins_with (bytes, own[i].bytes, own[i].length))
      return FALSE;
  return TRUE;
}

gboolean
spark_tiktok_is_public (GInetAddress *address)
{
  static const guint8 translated[12] = { 0, 0x64, 0xff, 0x9b };
  static const guint8 tunnels[][4] = { { 0x20, 0x02 }, { 0x20, 0x01, 0, 0 } };
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return is_public_ipv4 (bytes);
  /* Where there is no IPv4, the network stands in for it. */
  if (memcmp (bytes, translated, sizeof translated) == 0)
    return is_public_ipv4 (bytes + sizeof translated);
  /* 6to4 and Teredo carry an IPv4 address to anywhere. */
  return begins_with (bytes, (const guint8[]){ 0x20 }, 3) && !begins_with (bytes, tunnels[0], 16)
         && !begins_with (bytes, tunnels[1], 32);
}
