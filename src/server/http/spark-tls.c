/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <gnutls/abstract.h>
#include <stdatomic.h>
#include <string.h>

#include "model/spark-error.h"
#include "server/http/spark-tls.h"

#define MAX_CHAIN 10

typedef struct _Identity Identity;
struct _Identity
{
  gnutls_pcert_st chain[MAX_CHAIN];
  unsigned int n_chain;
  gnutls_privkey_t key;
  Identity *older; /* handshakes that began with it may still look at it */
};

static _Atomic (Identity *) current;

static void
identity_free (Identity *self)
{
  for (unsigned int i = 0; i < self->n_chain; i++)
    gnutls_pcert_deinit (&self->chain[i]);
  if (self->key != NULL)
    gnutls_privkey_deinit (self->key);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Identity, identity_free)

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "%s: %s", path, why);
  return FALSE;
}

static gboolean
read_file (const char *path, char **text, gnutls_datum_t *datum, GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize length;

  if (!g_file_get_contents (path, text, &length, &local))
    return fail (path, local->message, error);
  *datum = (gnutls_datum_t){ (unsigned char *)*text, (unsigned int)length };
  return TRUE;
}

static gboolean
read_chain (Identity *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gnutls_datum_t datum;
  unsigned int n = MAX_CHAIN;
  int result;

  if (!read_file (path, &text, &datum, error))
    return FALSE;
  result = gnutls_pcert_list_import_x509_raw (self->chain, &n, &datum, GNUTLS_X509_FMT_PEM, 0);
  if (result < 0)
    return fail (path, gnutls_strerror (result), error);
  self->n_chain = n;
  return TRUE;
}

static gboolean
read_key (Identity *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gnutls_datum_t datum;
  int result;

  if (!read_file (path, &text, &datum, error))
    return FALSE;
  gnutls_privkey_init (&self->key);
  result = gnutls_privkey_import_x509_raw (self->key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0);
  gnutls_memset (text, 0, datum.size);
  return result >= 0 || fail (path, gnutls_strerror (result), error);
}

/* A key of another certificate would only be noticed by everybody who connects. */
static gboolean
belongs (Identity *self, const char *path, GError **error)
{
  gnutls_pubkey_t from_key;
  unsigned char one[64], other[64];
  size_t n_one = sizeof one, n_other = sizeof other;
  gboolean same = FALSE;

  gnutls_pubkey_init (&from_key);
  if (gnutls_pubkey_import_privkey (from_key, self->key, 0, 0) >= 0
      && gnutls_pubkey_get_key_id (from_key, GNUTLS_KEYID_USE_SHA256, one, &n_one) >= 0
      && gnutls_pubkey_get_key_id (self->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, other, &n_other)
             >= 0)
    same = n_one == n_other && memcmp (one, other, n_one) == 0;
  gnutls_pubkey_deinit (from_key);
  return same || fail (path, "This is not the key of the certificate.", error);
}

gboolean
spark_tls_load (const char *certificate, const char *key, GError **error)
{
  g_autoptr (Identity) loaded = g_new0 (Identity, 1);

  if (!read_chain (loaded, certificate, error) || !read_key (loaded, key, error)
      || !belongs (loaded, key, error))
    return FALSE;
  loaded->older = atomic_load (&current);
  atomic_store (&current, g_steal_pointer (&loaded));
  return TRUE;
}

gboolean
spark_tls_is_loaded (void)
{
  return atomic_load (&current) != NULL;
}

void
spark_tls_unload (void)
{
  Identity *identity = atomic_exchange (&current, NULL);

  while (identity != NULL)
    {
      Identity *older = identity->older;

      identity_free (identity);
      identity = older;
    }
}

static int
retrieve (gnutls_session_t session, const gnutls_datum_t *authorities, int n_authorities,
          const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **chain,
          unsigned int *n_chain, gnutls_privkey_t *key)
{
  Identity *identity = atomic_load (&current);

  if (identity == NULL)
    return -1;
  *chain = identity->chain;
  *n_chain = identity->n_chain;
  *key = identity->key;
  return 0;
}

gpointer
spark_tls_get_callback (void)
{
  return retrieve;
}
