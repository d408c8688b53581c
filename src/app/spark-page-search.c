/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-page-search"

#include "config.h"

#include "app/spark-list-row.h"
#include "app/spark-page-search.h"
#include "app/spark-window-paste.h"

struct _SparkPageSearch
{
  GtkSearchEntry *entry; /* borrowed */
  SparkPageSearchNarrow narrow;
  SparkPageSearchGetView get_view;
  gpointer page;
  SparkReplica *replica; /* owned, of what is shown; NULL: nothing */
  char *name;
  char *setting;    /* of the filter of what is shown; NULL: it is not kept here */
  GHashTable *kept; /* words, by where and whose */
  char *key;        /* of what is shown; NULL: nothing */
};

static void
on_changed_cb (SparkPageSearch *self)
{
  self->narrow (self->page, spark_page_search_get_words (self));
}

static void
on_stop_cb (SparkPageSearch *self)
{
  GtkWidget *view;

  /* Unlike what is typed, this is told of at once. */
  spark_page_search_set_words (self, "");
  view = self->get_view (self->page);
  if (view != NULL)
    spark_list_focus (view);
}

static void
on_activate_cb (SparkPageSearch *self)
{
  GtkWidget *entry = GTK_WIDGET (self->entry);
  GtkRoot *root = gtk_widget_get_root (entry);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *view;

  /* Enter comes from wherever nobody took it: it is meant for what has the keyboard, as a row. */
  if (focus != NULL && !gtk_widget_is_ancestor (focus, entry))
    {
      gtk_widget_activate (focus);
      return;
    }
  /* What was typed just before waits for more. */
  on_changed_cb (self);
  view = self->get_view (self->page);
  if (view != NULL)
    spark_list_focus_first (view);
}

SparkPageSearch *
spark_page_search_new (GtkSearchEntry *entry, SparkPageSearchNarrow narrow,
                       SparkPageSearchGetView get_view, gpointer page, const char *name)
{
  SparkPageSearch *self = g_new0 (SparkPageSearch, 1);

  self->entry = entry;
  self->narrow = narrow;
  self->get_view = get_view;
  self->page = page;
  self->name = g_strdup (name);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  spark_paste_watch (entry);
  g_signal_connect_swapped (entry, "search-changed", G_CALLBACK (on_changed_cb), self);
  g_signal_connect_swapped (entry, "stop-search", G_CALLBACK (on_stop_cb), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_activate_cb), self);
  return self;
}

void
spark_page_search_free (SparkPageSearch *self)
{
  g_signal_handlers_disconnect_by_data (self->entry, self);
  g_hash_table_unref (self->kept);
  g_clear_object (&self->replica);
  g_free (self->setting);
  g_free (self->name);
  g_free (self->key);
  g_free (self);
}

const char *
spark_page_search_get_words (SparkPageSearch *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

void
spark_page_search_set_words (SparkPageSearch *self, const char *words)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), words);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

void
spark_page_search_focus (SparkPageSearch *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
spark_page_search_capture_keys (SparkPageSearch *self, GtkWidget *widget)
{
  gtk_search_entry_set_key_capture_widget (self->entry, widget);
}

static guint
get_filter (SparkPageSearch *self)
{
  g_autofree char *text
      = self->setting != NULL ? spark_replica_get_setting (self->replica, self->setting) : NULL;
  guint64 filter = 0;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &filter, NULL))
    return 0;
  return (guint)filter;
}

void
spark_page_search_keep_filter (SparkPageSearch *self, guint filter)
{
  g_autofree char *text = g_strdup_printf ("%u", filter);

  if (self->setting != NULL && filter != get_filter (self))
    spark_replica_set_setting (self->replica, self->setting, text);
}

static void
follow (SparkPageSearch *self, SparkBackend *backend, const char *account_id)
{
  SparkReplica *replica = backend != NULL ? spark_backend_get_replica (backend) : NULL;

  g_clear_pointer (&self->setting, g_free);
  g_set_object (&self->replica, replica);
  if (self->replica != NULL && self->name != NULL)
    self->setting = g_strconcat (self->name, "-filter", account_id != NULL ? "." : NULL, account_id,
                                 NULL);
}

guint
spark_page_search_turn (SparkPageSearch *self, SparkBackend *backend, const char *account_id,
                        guint filter)
{
  gboolean first = g_hash_table_size (self->kept) == 0 && self->key == NULL;
  const char *words;

  if (self->key != NULL)
    g_hash_table_replace (self->kept, g_steal_pointer (&self->key),
                          g_strdup (spark_page_search_get_words (self)));
  follow (self, backend, account_id);
  if (backend == NULL)
    return filter;
  self->key = g_strconcat (spark_client_get_url (spark_backend_get_client (backend)), "\n",
                           account_id, NULL);
  /* It may have been chosen before the first account was there. */
  if (first && filter != 0)
    return filter;
  words = g_hash_table_lookup (self->kept, self->key);
  if (!first)
    spark_page_search_set_words (self, words != NULL ? words : "");
  return get_filter (self);
}
