/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What proves that a record came from this server and was not changed: an Ed25519 key in a file of
 * its own beside the key of the codes, made at the first start. Servers of one database share it as
 * they share that key. Thread-safe after loading.
 */
typedef struct _SparkSigning SparkSigning;

/* What a signature file, "RECORD.sig", has for a reader; both in base64. */
typedef struct
{
  char *key;
  char *signature;
} SparkSignature;

void spark_signature_clear (SparkSignature *signature);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkSignature, spark_signature_clear)

/* (transfer full): where the key of this database is. @key_path: (nullable): as for
 * spark_store_open() */
char *spark_signing_path (const char *database, const char *key_path);

/* @create: make the file (mode 0600) when there is none. SPARK_ERROR_UNAVAILABLE. */
SparkSigning *spark_signing_load (const char *path, gboolean create, GError **error);
void spark_signing_free (SparkSigning *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkSigning, spark_signing_free)

/* The public key, in base64: everybody may have it. */
const char *spark_signing_get_public (SparkSigning *self);
/* Whether @text can be one, in base64. */
gboolean spark_signing_is_public (const char *text);
/* (transfer full): a detached signature, in base64 */
char *spark_signing_sign (SparkSigning *self, const void *data, gsize length);

typedef enum
{
  SPARK_SIGNATURE_GOOD,
  SPARK_SIGNATURE_CHANGED,    /* what was signed is not this */
  SPARK_SIGNATURE_OTHER_KEY,  /* it was signed with another key than @key */
  SPARK_SIGNATURE_UNREADABLE, /* it is not a signature */
} SparkSignatureState;

/* @key: the public key one trusts, in base64. @text: what the signature file holds */
SparkSignatureState spark_signing_verify (const char *key, const char *text, const void *data,
                                          gsize length);

G_END_DECLS
