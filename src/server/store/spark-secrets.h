/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What protects codes and tokens at rest: one master key in a file outside the database, from which
 * the keys for encryption and for fingerprints are derived (libsodium's crypto_kdf). Thread-safe
 * after loading.
 */
typedef struct _SparkSecrets SparkSecrets;

#define SPARK_FINGERPRINT_BYTES 32

/* @create: make the file (mode 0600) when there is none. SPARK_ERROR_UNAVAILABLE. */
SparkSecrets *spark_secrets_load (const char *path, gboolean create, GError **error);
void spark_secrets_free (SparkSecrets *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkSecrets, spark_secrets_free)

/* XSalsa20-Poly1305 with a random nonce in front. */
GBytes *spark_secrets_encrypt (SparkSecrets *self, const char *text);
/* Returns: (transfer full): NULL when it was not made with this key or was changed */
char *spark_secrets_decrypt (SparkSecrets *self, const void *data, gsize length);

/* A keyed hash to look a code or link up by; @fingerprint has SPARK_FINGERPRINT_BYTES. */
void spark_secrets_fingerprint (SparkSecrets *self, const char *text, guint8 *fingerprint);

/* A hash of something random already (a token): needs no key, so that a lost key loses no sign-in. */
void spark_secrets_hash (const char *text, guint8 *hash);
/* What a token begins with says where it is looked up. */
#define SPARK_TOKEN_PREFIX      "sbx_"
#define SPARK_ACCESS_PREFIX     "sba_"
#define SPARK_REFRESH_PREFIX    "sbr_"
#define SPARK_CODE_PREFIX       "sbc_"
#define SPARK_INVITATION_PREFIX "sbi_"

/* Returns: (transfer full): a fresh token of 256 random bits, with @prefix in front */
char *spark_secrets_make_token (const char *prefix);

G_END_DECLS
