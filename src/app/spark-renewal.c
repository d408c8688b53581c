/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-renewal"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-phrases.h"
#include "app/spark-renewal.h"

static char *
get_name (SparkGrantItem *item)
{
  return spark_phrase_brand (spark_grant_item_get (item));
}

static void
append_line (GString *text, SparkGrantItem *item)
{
  const SparkGrant *grant = spark_grant_item_get (item);
  const SparkVideo *video = spark_grant_item_get_video (item);
  g_autofree char *caption = video != NULL ? spark_phrase_video (video) : NULL;
  gint64 ends_at = grant->ends_at != 0 ? grant->ends_at : grant->platform_ends_at;
  g_autofree char *day = ends_at != 0 ? spark_phrase_full_day (ends_at) : NULL;
  g_autofree char *line = NULL;

  if (caption == NULL)
    return;
  if (day == NULL)
    line = g_strdup_printf ("“%s”", caption);
  else if (ends_at > g_get_real_time () / 1000)
    /* Translators: in a message to a brand: a video’s caption, then a day */
    line = g_strdup_printf (_ ("“%s”, until %s"), caption, day);
  else
    /* Translators: in a message to a brand: a video’s caption, then a day */
    line = g_strdup_printf (_ ("“%s”, ended on %s"), caption, day);
  g_string_append_printf (text, "• %s\n", line);
  if (video->share_url != NULL)
    g_string_append_printf (text, "  %s\n", video->share_url);
}

static const char *
get_account_id (SparkGrantItem *item)
{
  const SparkVideo *video = spark_grant_item_get_video (item);

  return video != NULL ? video->account_id : NULL;
}

/* As the brand knows the creator. */
static void
append_creator (GString *text, GListModel *accounts, const char *account_id)
{
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);
      g_autofree char *name = NULL;

      if (g_strcmp0 (account->id, account_id) != 0)
        continue;
      name = account->handle != NULL ? g_strconcat ("@", account->handle, NULL)
                                     : spark_phrase_name (account->name);
      g_string_append_printf (text, "%s\n", name);
    }
}

/* Those of one brand, from @first on. */
static void
append_lines (GString *text, GPtrArray *grants, guint first, const char *name)
{
  for (guint i = first; i < grants->len; i++)
    {
      g_autofree char *other = get_name (g_ptr_array_index (grants, i));

      if (g_str_equal (name, other))
        append_line (text, g_ptr_array_index (grants, i));
    }
}

/* The same, of one creator after the other. */
static void
append_creators (GString *text, GPtrArray *grants, guint first, const char *name,
                 GListModel *accounts)
{
  g_autoptr (GHashTable) written = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = first; i < grants->len; i++)
    {
      g_autofree char *other = get_name (g_ptr_array_index (grants, i));
      const char *account_id = get_account_id (g_ptr_array_index (grants, i));
      g_autoptr (GPtrArray) of_one = NULL;

      if (account_id == NULL || !g_str_equal (name, other)
          || !g_hash_table_add (written, (gpointer)account_id))
        continue;
      of_one = g_ptr_array_new ();
      for (guint j = i; j < grants->len; j++)
        if (g_strcmp0 (get_account_id (g_ptr_array_index (grants, j)), account_id) == 0)
          g_ptr_array_add (of_one, g_ptr_array_index (grants, j));
      if (g_hash_table_size (written) > 1)
        g_string_append (text, "\n");
      append_creator (text, accounts, account_id);
      append_lines (text, of_one, 0, name);
    }
}

char *
spark_renewal_write (GPtrArray *grants, GListModel *accounts)
{
  g_autoptr (GHashTable) written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean of_others = g_list_model_get_n_items (accounts) > 1;

  for (guint i = 0; i < grants->len; i++)
    {
      g_autofree char *name = get_name (g_ptr_array_index (grants, i));

      if (g_hash_table_contains (written, name))
        continue;
      if (text->len > 0)
        g_string_append (text, "\n");
      /* Translators: the beginning of a message to a brand; %s: its name */
      g_string_append_printf (text, _ ("Hi %s,"), name);
      g_string_append_printf (text, "\n%s\n\n",
                              of_others
                                  ? _ ("the ad authorization you have for these videos ends:")
                                  : _ ("the ad authorization you have from me for these videos "
                                       "ends:"));
      if (of_others)
        append_creators (text, grants, i, name, accounts);
      else
        append_lines (text, grants, i, name);
      g_string_append_printf (text, "\n%s\n",
                              _ ("Would you like to go on using them? Tell me until when, and I "
                                 "extend it."));
      g_hash_table_add (written, g_steal_pointer (&name));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
