/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-page-memory"

#include "config.h"

#include "app/spark-page-memory.h"

typedef struct
{
  char *search;
  guint filter;
} Kept;

struct _SparkPageMemory
{
  GtkEditable *entry; /* borrowed */
  GHashTable *kept;   /* of Kept, by where and whose */
  char *key;          /* of what is shown; NULL: nothing */
};

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->search);
  g_free (kept);
}

SparkPageMemory *
spark_page_memory_new (GtkEditable *entry)
{
  SparkPageMemory *self = g_new0 (SparkPageMemory, 1);

  self->entry = entry;
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
  return self;
}

void
spark_page_memory_free (SparkPageMemory *self)
{
  g_hash_table_unref (self->kept);
  g_free (self->key);
  g_free (self);
}

guint
spark_page_memory_turn (SparkPageMemory *self, SparkBackend *backend, const char *account_id,
                        guint filter)
{
  gboolean first = g_hash_table_size (self->kept) == 0 && self->key == NULL;
  const Kept *found;

  if (self->key != NULL)
    {
      Kept *kept = g_new0 (Kept, 1);

      kept->search = g_strdup (gtk_editable_get_text (self->entry));
      kept->filter = filter;
      g_hash_table_replace (self->kept, g_steal_pointer (&self->key), kept);
    }
  if (backend == NULL)
    return filter;
  self->key = g_strconcat (spark_client_get_url (spark_backend_get_client (backend)), "\n",
                           account_id, NULL);
  /* It may have been chosen before the first account was there. */
  if (first)
    return filter;
  found = g_hash_table_lookup (self->kept, self->key);
  gtk_editable_set_text (self->entry, found != NULL ? found->search : "");
  return found != NULL ? found->filter : 0;
}
