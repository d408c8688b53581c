/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * An HTTP server in a thread of its own that misbehaves in every way a client must bear. What a path
 * does is in test-server.c, one entry a path.
 */
typedef struct _TestServer TestServer;

TestServer *test_server_new (GTlsCertificate *certificate);
void test_server_free (TestServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)

/* "http://127.0.0.1:PORT" or "https://127.0.0.1:PORT" */
const char *test_server_get_url (TestServer *self);

/* Every request so far, a line each: METHOD PATH idempotency-key authorization body-length */
char *test_server_get_requests (TestServer *self);

G_END_DECLS
