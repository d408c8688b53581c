/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-secrets.h"

#define CONTEXT "Sparkbox"

enum
{
  SUBKEY_ENCRYPT = 1,
  SUBKEY_FINGERPRINT = 2,
};

struct _SparkSecrets
{
  guint8 encrypt[crypto_secretbox_KEYBYTES];
  guint8 fingerprint[crypto_generichash_KEYBYTES];
};

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "The key file %s %s.", path, why);
  return FALSE;
}

static gboolean
read_key (int fd, const char *path, guint8 *master, GError **error)
{
  struct stat info;
  guint8 extra;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    return fail (path, "is not a file", error);
  if ((info.st_mode & 077) != 0)
    return fail (path, "can be read by others; run chmod 600 on it", error);
  if (read (fd, master, crypto_kdf_KEYBYTES) != crypto_kdf_KEYBYTES || read (fd, &extra, 1) != 0)
    return fail (path, "is not a key that Sparkbox made", error);
  return TRUE;
}

/* A code encrypted with a key that a power cut takes away is lost: the key is durable first, whole.
 */
static gboolean
make_key (const char *path, guint8 *master, GError **error)
{
  g_autoptr (GError) local = NULL;

  crypto_kdf_keygen (master);
  return g_file_set_contents_full (path, (const char *)master, crypto_kdf_KEYBYTES,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, &local)
         || fail (path, "cannot be written", error);
}

SparkSecrets *
spark_secrets_load (const char *path, gboolean create, GError **error)
{
  g_autoptr (SparkSecrets) self = g_new0 (SparkSecrets, 1);
  guint8 master[crypto_kdf_KEYBYTES];
  gboolean ok;
  int fd;

  if (sodium_init () < 0)
    {
      fail (path, "cannot be used: libsodium did not start", error);
      return NULL;
    }
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd >= 0)
    {
      ok = read_key (fd, path, master, error);
      close (fd);
    }
  else if (errno == ENOENT && create)
    ok = make_key (path, master, error);
  else if (errno == ENOENT)
    ok = fail (path, "is missing. It belongs to the database; without it no code can be read",
               error);
  else
    ok = fail (path, g_strerror (errno), error);
  if (!ok)
    return NULL;

  crypto_kdf_derive_from_key (self->encrypt, sizeof self->encrypt, SUBKEY_ENCRYPT, CONTEXT, master);
  crypto_kdf_derive_from_key (self->fingerprint, sizeof self->fingerprint, SUBKEY_FINGERPRINT,
                              CONTEXT, master);
  sodium_memzero (master, sizeof master);
  return g_steal_pointer (&self);
}

void
spark_secrets_free (SparkSecrets *self)
{
  if (self == NULL)
    return;
  sodium_memzero (self, sizeof *self);
  g_free (self);
}

GBytes *
spark_secrets_encrypt (SparkSecrets *self, const char *text)
{
  gsize length = strlen (text);
  gsize total = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + length;
  guint8 *box = g_malloc (total);

  randombytes_buf (box, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (box + crypto_secretbox_NONCEBYTES, (const guint8 *)text, length, box,
                         self->encrypt);
  return g_bytes_new_take (box, total);
}

char *
spark_secrets_decrypt (SparkSecrets *self, const void *data, gsize length)
{
  const guint8 *box = data;
  gsize overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  g_autofree char *text = NULL;

  if (length < overhead)
    return NULL;
  text = g_malloc0 (length - overhead + 1);
  if (crypto_secretbox_open_easy ((guint8 *)text, box + crypto_secretbox_NONCEBYTES,
                                  length - crypto_secretbox_NONCEBYTES, box, self->encrypt)
      != 0)
    return NULL;
  return g_steal_pointer (&text);
}

void
spark_secrets_fingerprint (SparkSecrets *self, const char *text, guint8 *fingerprint)
{
  crypto_generichash (fingerprint, SPARK_FINGERPRINT_BYTES, (const guint8 *)text, strlen (text),
                      self->fingerprint, sizeof self->fingerprint);
}

void
spark_secrets_hash (const char *text, guint8 *hash)
{
  crypto_generichash (hash, SPARK_FINGERPRINT_BYTES, (const guint8 *)text, strlen (text), NULL, 0);
}

char *
spark_secrets_make_token (const char *prefix)
{
  guint8 random[32];
  char text[sodium_base64_ENCODED_LEN (sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  randombytes_buf (random, sizeof random);
  sodium_bin2base64 (text, sizeof text, random, sizeof random,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strconcat (prefix, text, NULL);
}
