/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Tokens and replica keys in the Secret Service (libsecret), and nowhere else. Main thread, all
 * asynchronous; a locked keyring whose prompt nobody answers ends with KEYRING_LOCKED after 60 s,
 * no Secret Service at all with KEYRING_MISSING. What is stored under an address is found again by
 * exactly that address.
 */
typedef enum
{
  SPARK_SECRET_TOKEN,
  SPARK_SECRET_REPLICA_KEY,
} SparkSecretKind;

void spark_keyring_store_async (SparkSecretKind kind, const char *backend_url, const char *account,
                                const char *secret, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean spark_keyring_store_finish (GAsyncResult *result, GError **error);

/* NULL without an error: there is none. Tells "locked" from "absent". (transfer full), free with
 * secret_password_free() */
void spark_keyring_lookup_async (SparkSecretKind kind, const char *backend_url, const char *account,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
char *spark_keyring_lookup_finish (GAsyncResult *result, GError **error);

void spark_keyring_clear_async (SparkSecretKind kind, const char *backend_url, const char *account,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean spark_keyring_clear_finish (GAsyncResult *result, GError **error);

/* 32 random bytes for the replica of a sign-in: looked up, or made and stored the first time. */
void spark_keyring_replica_key_async (const char *backend_url, const char *account,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
GBytes *spark_keyring_replica_key_finish (GAsyncResult *result, GError **error);

G_END_DECLS
