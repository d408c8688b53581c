/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-secrets.h"

#define CONTEXT "Sparkbox"

enum
{
  SUBKEY_ENCRYPT = 1,
  SUBKEY_FINGERPRINT = 2,
};

/* One to be current, one that takes its place, and one that a cut-off change has left. */
#define MAX_KEYS 3

typedef struct
{
  guint8 master[crypto_kdf_KEYBYTES];
  guint8 encrypt[crypto_secretbox_KEYBYTES];
  guint8 fingerprint[crypto_generichash_KEYBYTES];
} Key;

/* What the file had when it was read; never changed once others may see it. */
typedef struct _Ring Ring;
struct _Ring
{
  Key keys[MAX_KEYS]; /* in the order of the file */
  guint n_keys;
  guint current;
  struct timespec changed; /* the file */
  ino_t inode;
  Ring *older; /* others may still look at it */
};

struct _SparkSecrets
{
  char *path;
  _Atomic (Ring *) ring;
  pthread_mutex_t lock; /* for whoever makes another ring */
};

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "The key file %s %s.", path, why);
  return FALSE;
}

gboolean
spark_secrets_is_private (const struct stat *info)
{
  gboolean of_root = info->st_uid == 0 && info->st_gid == 0 && geteuid () != 0;

  return (info->st_mode & (of_root ? 037 : 077)) == 0;
}

static gboolean
read_keys (int fd, const char *path, Ring *ring, GError **error)
{
  guint8 bytes[MAX_KEYS * crypto_kdf_KEYBYTES + 1];
  struct stat info;
  ssize_t length;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    return fail (path, "is not a file", error);
  if (!spark_secrets_is_private (&info))
    return fail (path, "can be read by others; run chmod 600 on it", error);
  length = read (fd, bytes, sizeof bytes);
  if (length <= 0 || length % crypto_kdf_KEYBYTES != 0
      || length > (ssize_t)(MAX_KEYS * crypto_kdf_KEYBYTES))
    return fail (path, "is not a key that Sparkbox made", error);
  ring->changed = info.st_mtim;
  ring->inode = info.st_ino;
  ring->n_keys = (guint)length / crypto_kdf_KEYBYTES;
  for (guint i = 0; i < ring->n_keys; i++)
    {
      Key *key = &ring->keys[i];

      memcpy (key->master, bytes + i * crypto_kdf_KEYBYTES, sizeof key->master);
      crypto_kdf_derive_from_key (key->encrypt, sizeof key->encrypt, SUBKEY_ENCRYPT, CONTEXT,
                                  key->master);
      crypto_kdf_derive_from_key (key->fingerprint, sizeof key->fingerprint, SUBKEY_FINGERPRINT,
                                  CONTEXT, key->master);
    }
  sodium_memzero (bytes, sizeof bytes);
  return TRUE;
}

/* A code encrypted with a key that a power cut takes away is lost: the keys are durable first,
 * whole. */
static gboolean
write_keys (const char *path, const guint8 *keys, guint n_keys, GError **error)
{
  g_autoptr (GError) local = NULL;

  return g_file_set_contents_full (path, (const char *)keys, n_keys * crypto_kdf_KEYBYTES,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, &local)
         || fail (path, "cannot be written", error);
}

static Ring *
load_ring (const char *path, gboolean create, GError **error)
{
  guint8 master[crypto_kdf_KEYBYTES];
  Ring *ring;
  gboolean ok;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 && errno == ENOENT && create)
    {
      crypto_kdf_keygen (master);
      ok = write_keys (path, master, 1, error);
      sodium_memzero (master, sizeof master);
      if (!ok)
        return NULL;
      fd = open (path, O_RDONLY | O_CLOEXEC);
    }
  if (fd < 0)
    {
      fail (path,
            errno == ENOENT
                ? "is missing. It belongs to the database; without it no code can be read"
                : g_strerror (errno),
            error);
      return NULL;
    }
  ring = g_new0 (Ring, 1);
  ok = read_keys (fd, path, ring, error);
  close (fd);
  if (ok)
    return ring;
  g_free (ring);
  return NULL;
}

SparkSecrets *
spark_secrets_load (const char *path, gboolean create, GError **error)
{
  SparkSecrets *self;
  Ring *ring;

  if (sodium_init () < 0)
    {
      fail (path, "cannot be used: libsodium did not start", error);
      return NULL;
    }
  ring = load_ring (path, create, error);
  if (ring == NULL)
    return NULL;
  self = g_new0 (SparkSecrets, 1);
  self->path = g_strdup (path);
  atomic_store (&self->ring, ring);
  pthread_mutex_init (&self->lock, NULL);
  return self;
}

void
spark_secrets_free (SparkSecrets *self)
{
  Ring *ring;

  if (self == NULL)
    return;
  for (ring = atomic_load (&self->ring); ring != NULL;)
    {
      Ring *older = ring->older;

      sodium_memzero (ring, sizeof *ring);
      g_free (ring);
      ring = older;
    }
  pthread_mutex_destroy (&self->lock);
  g_free (self->path);
  g_free (self);
}

/* --- which keys there are --- */

static void
fingerprint (const Key *key, const char *text, guint8 *hash)
{
  crypto_generichash (hash, SPARK_FINGERPRINT_BYTES, (const guint8 *)text, strlen (text),
                      key->fingerprint, sizeof key->fingerprint);
}

static void
name_key (const Key *key, char *name)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  fingerprint (key, "key", hash);
  sodium_bin2hex (name, SPARK_KEY_NAME_BYTES, hash, sizeof hash);
}

/* The current one first, then the others as they are in the file. */
static const Key *
get_key (const Ring *ring, guint key)
{
  if (key == 0)
    return &ring->keys[ring->current];
  return &ring->keys[key <= ring->current ? key - 1 : key];
}

/* With the lock held. */
static void
take_ring (SparkSecrets *self, Ring *ring)
{
  ring->older = atomic_load (&self->ring);
  atomic_store (&self->ring, ring);
}

/* With the lock held. The current key stays so, if the file still has it. FALSE: nothing new. */
static gboolean
read_again (SparkSecrets *self)
{
  const Ring *known = atomic_load (&self->ring);
  struct stat info;
  Ring *ring;

  if (stat (self->path, &info) != 0
      || (info.st_ino == known->inode && info.st_mtim.tv_sec == known->changed.tv_sec
          && info.st_mtim.tv_nsec == known->changed.tv_nsec))
    return FALSE;
  ring = load_ring (self->path, FALSE, NULL);
  if (ring == NULL)
    return FALSE;
  for (guint i = 0; i < ring->n_keys; i++)
    if (sodium_memcmp (ring->keys[i].master, get_key (known, 0)->master,
                       sizeof ring->keys[i].master)
        == 0)
      ring->current = i;
  take_ring (self, ring);
  return TRUE;
}

static int
find_key (const Ring *ring, const char *name)
{
  char other[SPARK_KEY_NAME_BYTES];

  for (guint i = 0; i < ring->n_keys; i++)
    {
      name_key (&ring->keys[i], other);
      if (strcmp (name, other) == 0)
        return (int)i;
    }
  return -1;
}

gboolean
spark_secrets_choose (SparkSecrets *self, const char *name, GError **error)
{
  char current[SPARK_KEY_NAME_BYTES];
  int found;

  spark_secrets_key_name (self, 0, current);
  if (strcmp (name, current) == 0)
    return TRUE;
  pthread_mutex_lock (&self->lock);
  found = find_key (atomic_load (&self->ring), name);
  if (found < 0 && read_again (self))
    found = find_key (atomic_load (&self->ring), name);
  if (found >= 0)
    {
      Ring *ring = g_memdup2 (atomic_load (&self->ring), sizeof *ring);

      ring->current = (guint)found;
      take_ring (self, ring);
    }
  pthread_mutex_unlock (&self->lock);
  return found >= 0 || fail (self->path, "has not the key that this database is under", error);
}

guint
spark_secrets_n_keys (SparkSecrets *self)
{
  return atomic_load (&self->ring)->n_keys;
}

void
spark_secrets_key_name (SparkSecrets *self, guint key, char *name)
{
  name_key (get_key (atomic_load (&self->ring), key), name);
}

void
spark_secrets_newest_key (SparkSecrets *self, char *name)
{
  const Ring *ring = atomic_load (&self->ring);

  name_key (&ring->keys[ring->n_keys - 1], name);
}

static gboolean
write_ring (SparkSecrets *self, const Key *keys, guint n_keys, const guint8 *more, GError **error)
{
  guint8 bytes[MAX_KEYS * crypto_kdf_KEYBYTES];
  gboolean ok;

  for (guint i = 0; i < n_keys; i++)
    memcpy (bytes + i * crypto_kdf_KEYBYTES, keys[i].master, crypto_kdf_KEYBYTES);
  if (more != NULL)
    memcpy (bytes + n_keys * crypto_kdf_KEYBYTES, more, crypto_kdf_KEYBYTES);
  ok = write_keys (self->path, bytes, n_keys + (more != NULL), error);
  sodium_memzero (bytes, sizeof bytes);
  if (!ok)
    return FALSE;
  pthread_mutex_lock (&self->lock);
  read_again (self);
  pthread_mutex_unlock (&self->lock);
  return TRUE;
}

const char *
spark_secrets_path (SparkSecrets *self)
{
  return self->path;
}

gboolean
spark_secrets_add_key (SparkSecrets *self, char *name, GError **error)
{
  const Ring *ring = atomic_load (&self->ring);
  guint8 master[crypto_kdf_KEYBYTES];
  gboolean ok;

  if (ring->n_keys == MAX_KEYS)
    return fail (self->path, "has more keys than it should", error);
  crypto_kdf_keygen (master);
  ok = write_ring (self, ring->keys, ring->n_keys, master, error);
  sodium_memzero (master, sizeof master);
  if (ok)
    spark_secrets_newest_key (self, name);
  return ok;
}

gboolean
spark_secrets_drop_others (SparkSecrets *self, GError **error)
{
  return write_ring (self, get_key (atomic_load (&self->ring), 0), 1, NULL, error);
}

/* --- what they are for --- */

guint
spark_fingerprint_hash (gconstpointer fingerprint)
{
  guint value;

  /* It is random as it is. */
  memcpy (&value, fingerprint, sizeof value);
  return value;
}

gboolean
spark_fingerprint_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, SPARK_FINGERPRINT_BYTES) == 0;
}

GBytes *
spark_secrets_encrypt (SparkSecrets *self, const char *text)
{
  gsize length = strlen (text);
  gsize total = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + length;
  guint8 *box = g_malloc (total);

  randombytes_buf (box, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (box + crypto_secretbox_NONCEBYTES, (const guint8 *)text, length, box,
                         get_key (atomic_load (&self->ring), 0)->encrypt);
  return g_bytes_new_take (box, total);
}

/* The number of the key that opens it, with what is in it; -1: none does. */
static int
open_box (const Ring *ring, const guint8 *box, gsize length, char **text)
{
  gsize overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  g_autofree char *opened = NULL;

  if (length < overhead)
    return -1;
  opened = g_malloc0 (length - overhead + 1);
  for (guint i = 0; i < ring->n_keys; i++)
    if (crypto_secretbox_open_easy ((guint8 *)opened, box + crypto_secretbox_NONCEBYTES,
                                    length - crypto_secretbox_NONCEBYTES, box,
                                    get_key (ring, i)->encrypt)
        == 0)
      {
        *text = g_steal_pointer (&opened);
        return (int)i;
      }
  return -1;
}

char *
spark_secrets_decrypt (SparkSecrets *self, const void *data, gsize length)
{
  char *text = NULL;

  if (open_box (atomic_load (&self->ring), data, length, &text) < 0)
    {
      gboolean more;

      pthread_mutex_lock (&self->lock);
      more = read_again (self);
      pthread_mutex_unlock (&self->lock);
      if (more)
        open_box (atomic_load (&self->ring), data, length, &text);
    }
  return text;
}

gboolean
spark_secrets_is_old (SparkSecrets *self, const void *data, gsize length)
{
  g_autofree char *text = NULL;

  return open_box (atomic_load (&self->ring), data, length, &text) > 0;
}

void
spark_secrets_fingerprint (SparkSecrets *self, guint key, const char *text, guint8 *hash)
{
  const Ring *ring = atomic_load (&self->ring);

  /* Another ring may have fewer than were counted. */
  fingerprint (get_key (ring, key < ring->n_keys ? key : 0), text, hash);
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
