/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * An HTTP server of 127.0.0.1 in a thread of its own, for tests whose client is to meet what no
 * real backend does. @answer runs in that thread.
 */
typedef struct _ServerThread ServerThread;

/* @certificate: (nullable): speaks TLS with it */
ServerThread *server_thread_new (GTlsCertificate *certificate, SoupServerCallback answer,
                                 gpointer user_data);
/* The same where one was before: @port is that of its address. */
ServerThread *server_thread_new_at (guint port, GTlsCertificate *certificate,
                                    SoupServerCallback answer, gpointer user_data);
void server_thread_free (ServerThread *self);
/* "http://127.0.0.1:PORT" or "https://127.0.0.1:PORT" */
const char *server_thread_get_url (ServerThread *self);
GMainContext *server_thread_get_context (ServerThread *self);

/* --- from within @answer --- */

void server_thread_say (SoupServerMessage *message, guint status, const char *type,
                        const char *body);
/* Takes the connection out of the server's hands, says @bytes on it and closes it. */
void server_thread_say_and_close (SoupServerMessage *message, const char *bytes);
/* What has begun, or not, is kept open until the server ends. */
void server_thread_keep (ServerThread *self, SoupServerMessage *message);

G_END_DECLS
