/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include "client/spark-creators.h"
#include "client/spark-items.h"
#include "client/spark-replica-private.h"
#include "model/spark-fold.h"

/* Characters for private use, which are in no folded text: one is enough for most accounts, and the
 * index of beginnings holds it once then. */
#define FIRST_CHARACTER 0xf0000
#define N_CHARACTERS    0xf000

static char *
read_words (SparkReplica *replica, gint64 key)
{
  g_autoptr (GVariant) body
      = spark_replica_read_body (replica, "account_row", key, SPARK_KIND_ACCOUNT);
  g_autoptr (SparkAccountItem) item = spark_account_item_new (body);
  const SparkAccount *account = spark_account_item_get (item);
  const char *texts[] = { account->name, account->handle };

  return spark_fold_texts (texts, G_N_ELEMENTS (texts));
}

GHashTable *
spark_creators_read (SparkReplica *replica)
{
  GHashTable *creators = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  sqlite3_stmt *stmt = spark_replica_statement (replica, "accounts_all");

  while (stmt != NULL && spark_replica_step (replica, stmt))
    {
      gint64 key = sqlite3_column_int64 (stmt, 0);

      g_hash_table_insert (creators, g_memdup2 (&key, sizeof key), read_words (replica, key));
    }
  if (g_hash_table_size (creators) < 2)
    g_hash_table_remove_all (creators);
  return creators;
}

static gboolean
are_equal (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer key, words;

  if (g_hash_table_size (a) != g_hash_table_size (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &key, &words))
    if (g_strcmp0 (g_hash_table_lookup (b, key), words) != 0)
      return FALSE;
  return TRUE;
}

gboolean
spark_creators_update (GHashTable **creators, SparkReplica *replica, const SparkTouched *touched)
{
  g_autoptr (GHashTable) fresh = NULL;

  if (*creators == NULL || !(spark_touched_kinds (touched) & SPARK_KINDS_ACCOUNT))
    return FALSE;
  fresh = spark_creators_read (replica);
  if (are_equal (*creators, fresh))
    return FALSE;
  g_hash_table_unref (*creators);
  *creators = g_steal_pointer (&fresh);
  return TRUE;
}

const char *
spark_creators_get (GHashTable *creators, gint64 account)
{
  const char *words = creators != NULL ? g_hash_table_lookup (creators, &account) : NULL;

  return words != NULL ? words : "";
}

char *
spark_creator_word (gint64 account)
{
  GString *word = g_string_new (NULL);

  do
    {
      g_string_append_unichar (word, (gunichar)(FIRST_CHARACTER + account % N_CHARACTERS));
      account /= N_CHARACTERS;
    }
  while (account > 0);
  return g_string_free (word, FALSE);
}
