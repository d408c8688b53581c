/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Signing in to a server in the person's own browser: OAuth 2.0 authorization code with PKCE and a
 * loopback redirect (RFC 7636, 8252). Neither the name nor the password ever reach this program.
 */

/* What a sign-in gives: to be kept in the keyring (refresh) and in memory (access), nowhere else.
 */
typedef struct
{
  char *access_token;
  char *refresh_token;
  char *name;        /* the person's, as the server knows it; NULL: it did not say */
  gint64 expires_at; /* of access_token: monotonic, µs */
} SparkTokenPair;

void spark_token_pair_free (SparkTokenPair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkTokenPair, spark_token_pair_free)

/* One that waits for the browser; once that has come back, its addresses lead nowhere. */
typedef struct _SparkBrowserSignIn SparkBrowserSignIn;

/* Opens the address in a browser; on the thread that called spark_browser_sign_in_async().
 * @address: (nullable): NULL: it has come back with a code, and the server is asked */
typedef void (*SparkOpenBrowser) (SparkBrowserSignIn *sign_in, const char *address, gpointer data);

/**
 * spark_browser_sign_in_async:
 * @url: the server's address
 * @invitation: (nullable): put into the page's form for the person
 * @device: how the person will recognise this computer in the list of their devices
 *
 * Listens on a loopback port until the browser comes back, at most ten minutes. Fails with
 * SPARK_ERROR_UNAUTHORIZED when the server refused, G_IO_ERROR_TIMED_OUT when nobody came back,
 * what asking the server can fail with, and G_IO_ERROR_CANCELLED also when the person cancelled
 * there.
 */
void spark_browser_sign_in_async (const char *url, const char *invitation, const char *device,
                                  SparkOpenBrowser open, gpointer open_data,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* (transfer full); also after @cancellable was cancelled, when it had been given already: end it
 * then. */
SparkTokenPair *spark_browser_sign_in_finish (GAsyncResult *result, GError **error);

/**
 * spark_browser_sign_in_get_address:
 *
 * Where a browser on this computer is to be sent once more: the one that was opened did not come,
 * or the person prefers another. Every address leads on once; this is the one before as long as
 * nobody was there.
 *
 * Returns: (transfer full):
 */
char *spark_browser_sign_in_get_address (SparkBrowserSignIn *self);

/* Ends at the server what spark_browser_sign_in_async() gave, because nobody will use it. By itself,
 * within half a minute; where the server cannot be told, nobody is. */
void spark_browser_sign_in_end (const char *url, const char *refresh_token);

G_END_DECLS
