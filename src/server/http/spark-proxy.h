/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

struct sockaddr;

/*
 * The web servers in front of this one that are believed when they say who asked. What anybody else
 * says of that is their own invention. Immutable, so thread-safe.
 */
typedef struct _SparkProxies SparkProxies;

/* @networks: addresses, or networks as ADDRESS/BITS; NULL-terminated. INVALID_REQUEST naming the
 * one that is neither. */
SparkProxies *spark_proxies_new (const char *const *networks, GError **error);
void spark_proxies_free (SparkProxies *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkProxies, spark_proxies_free)

/* @self: (nullable): nobody is believed. @address: (nullable): a Unix socket */
gboolean spark_proxies_trust (const SparkProxies *self, const struct sockaddr *address);

/**
 * spark_proxies_find_client:
 * @forwarded: (nullable): the values of all Forwarded headers (RFC 7239) in their order, joined by
 *   commas
 * @x_forwarded_for: (nullable): of all X-Forwarded-For
 *
 * Who asked a proxy that is trusted: the rightmost address that is not a trusted proxy's. What
 * stands left of it was claimed by a stranger. Where both headers came and differ, one of them is a
 * stranger's, and neither is believed.
 *
 * Returns: (nullable) (transfer full): the name spark_throttle_peer() has for it; NULL: not told
 */
char *spark_proxies_find_client (const SparkProxies *self, const char *forwarded,
                                 const char *x_forwarded_for);
/* Whether that client asked by https; FALSE where it is not told. @x_forwarded_proto: (nullable) */
gboolean spark_proxies_is_https (const SparkProxies *self, const char *forwarded,
                                 const char *x_forwarded_proto);

G_END_DECLS
