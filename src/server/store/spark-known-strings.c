/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "server/store/spark-known-strings.h"

#define MAX_KNOWN 16384

typedef struct
{
  guint8 fingerprint[SPARK_FINGERPRINT_BYTES];
  SparkKnownString string;
} Known;

struct _SparkKnownStrings
{
  GHashTable *known; /* of Known, each its own key */
};

SparkKnownStrings *
spark_known_strings_new (void)
{
  SparkKnownStrings *self = g_new0 (SparkKnownStrings, 1);

  /* The fingerprint is what Known begins with. */
  self->known
      = g_hash_table_new_full (spark_fingerprint_hash, spark_fingerprint_equal, g_free, NULL);
  return self;
}

void
spark_known_strings_free (SparkKnownStrings *self)
{
  g_hash_table_unref (self->known);
  g_free (self);
}

const SparkKnownString *
spark_known_strings_find (SparkKnownStrings *self, const guint8 *fingerprint)
{
  const Known *found = g_hash_table_lookup (self->known, fingerprint);

  return found != NULL ? &found->string : NULL;
}

void
spark_known_strings_put (SparkKnownStrings *self, const guint8 *fingerprint,
                         const SparkKnownString *string)
{
  Known *known = g_hash_table_lookup (self->known, fingerprint);

  if (known == NULL)
    {
      if (g_hash_table_size (self->known) >= MAX_KNOWN)
        g_hash_table_remove_all (self->known);
      known = g_new0 (Known, 1);
      memcpy (known->fingerprint, fingerprint, sizeof known->fingerprint);
      g_hash_table_add (self->known, known);
    }
  known->string = *string;
}

void
spark_known_strings_drop (SparkKnownStrings *self, const guint8 *fingerprint)
{
  g_hash_table_remove (self->known, fingerprint);
}
