/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The certificate with which the listeners of this process answer over TLS, and its renewal while
 * they run. There is one for the process: the library asks for it without saying for whom.
 */

/**
 * spark_tls_load:
 * @certificate: a file in PEM with the chain, the server's own first
 * @key: a file in PEM with its private key
 *
 * Also loads anew: connections that are open keep what they began with. On failure what was loaded
 * before stays. Any thread; not two at a time. SPARK_ERROR_UNAVAILABLE naming the file and the
 * cause.
 */
gboolean spark_tls_load (const char *certificate, const char *key, GError **error);
/* Whether there is one. */
gboolean spark_tls_is_loaded (void);
/* After the listeners have ended. */
void spark_tls_unload (void);

/* A gnutls_certificate_retrieve_function2; untyped, so that only its user needs GnuTLS. */
gpointer spark_tls_get_callback (void);

G_END_DECLS
