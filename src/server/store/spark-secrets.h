/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/*
 * What protects codes and tokens at rest: a master key in a file outside the database, from which
 * the keys for encryption and for fingerprints are derived (libsodium's crypto_kdf). While one key
 * takes another's place the file has both, the newer behind the older; which of them new things are
 * made with, the current one, the database says. Thread-safe after loading.
 */
typedef struct _SparkSecrets SparkSecrets;

#define SPARK_FINGERPRINT_BYTES 32
/* The name of a key, as the database knows it: hexadecimal digits and a NUL. */
#define SPARK_KEY_NAME_BYTES (2 * SPARK_FINGERPRINT_BYTES + 1)

/* For tables whose keys are, or begin with, fingerprints or hashes of tokens. */
guint spark_fingerprint_hash (gconstpointer fingerprint);
gboolean spark_fingerprint_equal (gconstpointer a, gconstpointer b);

/* Whether nobody but this process's user reads a file. What belongs to root its own group may read:
 * so a systemd credential looks, which an access control list gives to the service. */
gboolean spark_secrets_is_private (const struct stat *info);

/* @create: make the file (mode 0600) when there is none. SPARK_ERROR_UNAVAILABLE. */
SparkSecrets *spark_secrets_load (const char *path, gboolean create, GError **error);
void spark_secrets_free (SparkSecrets *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkSecrets, spark_secrets_free)

/* How many keys there are; key 0 is the current one. */
guint spark_secrets_n_keys (SparkSecrets *self);
void spark_secrets_key_name (SparkSecrets *self, guint key, char *name);
/* Makes the key of this name the current one; reads the file again when it is not known.
 * SPARK_ERROR_UNAVAILABLE: it is not there either. */
gboolean spark_secrets_choose (SparkSecrets *self, const char *name, GError **error);

/* XSalsa20-Poly1305 with a random nonce in front, with the current key. */
GBytes *spark_secrets_encrypt (SparkSecrets *self, const char *text);
/* Returns: (transfer full): NULL when it was made with none of the keys or was changed; looks into
 * the file for new ones before */
char *spark_secrets_decrypt (SparkSecrets *self, const void *data, gsize length);
/* Whether it is to be encrypted anew: another key than the current one opens it. */
gboolean spark_secrets_is_old (SparkSecrets *self, const void *data, gsize length);

/* A keyed hash to look a code or link up by; @fingerprint has SPARK_FINGERPRINT_BYTES. */
void spark_secrets_fingerprint (SparkSecrets *self, guint key, const char *text,
                                guint8 *fingerprint);

/* --- the file, for who changes it; one at a time --- */

const char *spark_secrets_path (SparkSecrets *self);

/* Adds a fresh key behind those there are; it is durable then, and known. @name: (out) */
gboolean spark_secrets_add_key (SparkSecrets *self, char *name, GError **error);
/* The name of the newest key of the file. */
void spark_secrets_newest_key (SparkSecrets *self, char *name);
/* Leaves the current key alone in the file; the others are forgotten here too. */
gboolean spark_secrets_drop_others (SparkSecrets *self, GError **error);

/* A hash of something random already (a token): needs no key, so that a lost key loses no sign-in.
 */
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
