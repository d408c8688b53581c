/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-database.h"
#include "server/store/spark-secrets.h"
#include "server/store/spark-signing.h"

#define HEADER "sparkbox-signature 1"

struct _SparkSigning
{
  guint8 secret[crypto_sign_SECRETKEYBYTES];
  char public_key[sodium_base64_ENCODED_LEN (crypto_sign_PUBLICKEYBYTES,
                                             sodium_base64_VARIANT_ORIGINAL)];
};

void
spark_signature_clear (SparkSignature *signature)
{
  g_clear_pointer (&signature->key, g_free);
  g_clear_pointer (&signature->signature, g_free);
}

char *
spark_signing_path (const char *database, const char *key_path)
{
  const char *path = spark_database_path (database);

  if (key_path != NULL)
    return g_strconcat (key_path, ".signing", NULL);
  return path != NULL ? g_strconcat (path, ".signing", NULL) : NULL;
}

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "The signing key %s %s.", path, why);
  return FALSE;
}

static gboolean
read_seed (const char *path, guint8 *seed, gboolean *missing, GError **error)
{
  struct stat info;
  guint8 extra;
  gboolean ok = FALSE;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  *missing = fd < 0 && errno == ENOENT;
  if (fd < 0)
    return fail (path,
                 *missing ? "is missing; it is made when the server starts" : g_strerror (errno),
                 error);
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    fail (path, "is not a file", error);
  else if (!spark_secrets_is_private (&info))
    fail (path, "can be read by others; run chmod 600 on it", error);
  else if (read (fd, seed, crypto_sign_SEEDBYTES) != crypto_sign_SEEDBYTES
           || read (fd, &extra, 1) != 0)
    fail (path, "is not a key that Sparkbox made", error);
  else
    ok = TRUE;
  close (fd);
  return ok;
}

/* Servers that start together on one key end up with the same: the first file to have the name. */
static gboolean
make_seed (const char *path, GError **error)
{
  g_autofree char *draft = g_strconcat (path, ".XXXXXX", NULL);
  guint8 seed[crypto_sign_SEEDBYTES];
  gboolean ok;
  int fd = g_mkstemp_full (draft, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    return fail (path, g_strerror (errno), error);
  randombytes_buf (seed, sizeof seed);
  ok = write (fd, seed, sizeof seed) == sizeof seed && fsync (fd) == 0;
  ok = close (fd) == 0 && ok;
  ok = ok && (link (draft, path) == 0 || errno == EEXIST);
  if (!ok)
    fail (path, "cannot be written", error);
  g_unlink (draft);
  sodium_memzero (seed, sizeof seed);
  return ok;
}

SparkSigning *
spark_signing_load (const char *path, gboolean create, GError **error)
{
  g_autoptr (SparkSigning) self = g_new0 (SparkSigning, 1);
  guint8 seed[crypto_sign_SEEDBYTES], public_key[crypto_sign_PUBLICKEYBYTES];
  g_autoptr (GError) local = NULL;
  gboolean missing;

  if (!read_seed (path, seed, &missing, &local))
    {
      if (!missing || !create)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (!make_seed (path, error) || !read_seed (path, seed, &missing, error))
        return NULL;
    }
  crypto_sign_seed_keypair (public_key, self->secret, seed);
  sodium_memzero (seed, sizeof seed);
  sodium_bin2base64 (self->public_key, sizeof self->public_key, public_key, sizeof public_key,
                     sodium_base64_VARIANT_ORIGINAL);
  return g_steal_pointer (&self);
}

void
spark_signing_free (SparkSigning *self)
{
  if (self == NULL)
    return;
  sodium_memzero (self, sizeof *self);
  g_free (self);
}

const char *
spark_signing_get_public (SparkSigning *self)
{
  return self->public_key;
}

char *
spark_signing_sign (SparkSigning *self, const void *data, gsize length)
{
  guint8 signature[crypto_sign_BYTES];

  crypto_sign_detached (signature, NULL, data, length, self->secret);
  return g_base64_encode (signature, sizeof signature);
}

static gboolean
decode (const char *text, guint8 *bytes, gsize length)
{
  gsize n = 0;

  return sodium_base642bin (bytes, length, text, strlen (text), " \r", &n, NULL,
                            sodium_base64_VARIANT_ORIGINAL)
             == 0
         && n == length;
}

static gboolean
parse (const char *text, SparkSignature *signature)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 5);

  if (g_strv_length (lines) < 3 || strcmp (g_strchomp (lines[0]), HEADER) != 0
      || !g_str_has_prefix (lines[1], "key: ") || !g_str_has_prefix (lines[2], "signature: "))
    return FALSE;
  signature->key = g_strdup (lines[1] + strlen ("key: "));
  signature->signature = g_strdup (lines[2] + strlen ("signature: "));
  return TRUE;
}

gboolean
spark_signing_is_public (const char *text)
{
  guint8 key[crypto_sign_PUBLICKEYBYTES];

  return decode (text, key, sizeof key);
}

SparkSignatureState
spark_signing_verify (const char *key, const char *text, const void *data, gsize length)
{
  g_auto (SparkSignature) parsed = { 0 };
  guint8 trusted[crypto_sign_PUBLICKEYBYTES], used[crypto_sign_PUBLICKEYBYTES];
  guint8 signature[crypto_sign_BYTES];

  if (!parse (text, &parsed) || !decode (parsed.key, used, sizeof used)
      || !decode (parsed.signature, signature, sizeof signature))
    return SPARK_SIGNATURE_UNREADABLE;
  if (!decode (key, trusted, sizeof trusted) || sodium_memcmp (trusted, used, sizeof used) != 0)
    return SPARK_SIGNATURE_OTHER_KEY;
  return crypto_sign_verify_detached (signature, data, length, trusted) == 0
             ? SPARK_SIGNATURE_GOOD
             : SPARK_SIGNATURE_CHANGED;
}
