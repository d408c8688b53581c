/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "server/store/spark-known-tokens.h"
#include "server/store/spark-secrets.h"

#define MAX_KNOWN 1000

struct _SparkKnownTokens
{
  GHashTable *credentials; /* of its token, within it, to a SparkCredential */
};

G_STATIC_ASSERT (sizeof ((SparkTokenKey *)NULL)->hash == SPARK_FINGERPRINT_BYTES);

static guint
key_hash (gconstpointer data)
{
  return spark_fingerprint_hash (((const SparkTokenKey *)data)->hash);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const SparkTokenKey *one = a, *other = b;

  return one->of_sign_in == other->of_sign_in
         && spark_fingerprint_equal (one->hash, other->hash);
}

static void
credential_free (gpointer data)
{
  SparkCredential *credential = data;

  g_free ((char *)credential->id);
  g_free ((char *)credential->name);
  g_free ((char *)credential->device);
  g_free ((char *)credential->person);
  g_free ((gint64 *)credential->scope.accounts);
  g_free ((SparkRole *)credential->roles);
  g_free (credential);
}

SparkKnownTokens *
spark_known_tokens_new (void)
{
  SparkKnownTokens *self = g_new0 (SparkKnownTokens, 1);

  self->credentials = g_hash_table_new_full (key_hash, key_equal, NULL, credential_free);
  return self;
}

void
spark_known_tokens_free (SparkKnownTokens *self)
{
  g_hash_table_unref (self->credentials);
  g_free (self);
}

void
spark_known_tokens_forget (SparkKnownTokens *self)
{
  if (g_hash_table_size (self->credentials) > 0)
    g_hash_table_remove_all (self->credentials);
}

const SparkCredential *
spark_known_tokens_find (SparkKnownTokens *self, const SparkTokenKey *key)
{
  return g_hash_table_lookup (self->credentials, key);
}

void
spark_known_tokens_put (SparkKnownTokens *self, const SparkCredential *credential)
{
  gsize n = credential->scope.n_accounts;
  SparkCredential *copy;

  if (g_hash_table_size (self->credentials) >= MAX_KNOWN
      || spark_known_tokens_find (self, &credential->token) != NULL)
    return;
  copy = g_memdup2 (credential, sizeof *credential);
  copy->id = g_strdup (credential->id);
  copy->name = g_strdup (credential->name);
  copy->device = g_strdup (credential->device);
  copy->person = g_strdup (credential->person);
  copy->scope.accounts
      = g_memdup2 (credential->scope.accounts, n * sizeof *credential->scope.accounts);
  copy->roles = g_memdup2 (credential->roles, n * sizeof *credential->roles);
  g_hash_table_insert (self->credentials, &copy->token, copy);
}
