/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "replica-fixture.h"
#include "spark-enum-types.h"

static char *folder;
static JsonArray *changes;
static gint64 seq;

void
fixture_init (void)
{
  folder = g_dir_make_tmp ("spark-replica-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  changes = json_array_new ();
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
fixture_remove (void)
{
  remove_folder (folder);
  g_clear_pointer (&folder, g_free);
  g_clear_pointer (&changes, json_array_unref);
}

GBytes *
fixture_key (guint8 byte)
{
  guint8 key[32];

  memset (key, byte, sizeof key);
  return g_bytes_new (key, sizeof key);
}

SparkReplica *
fixture_open (const char *id, guint8 key)
{
  g_autoptr (GBytes) bytes = key != 0 ? fixture_key (key) : NULL;
  g_autoptr (GError) error = NULL;
  SparkReplica *replica = spark_replica_new (id, bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (replica);
  return replica;
}

void
fixture_close (SparkReplica *replica)
{
  fixture_settle ();
  g_object_add_weak_pointer (G_OBJECT (replica), (gpointer *)&replica);
  spark_replica_close (replica);
  fixture_settle ();
  g_object_unref (replica);
  g_assert_null (replica);
}

char *
fixture_path (const char *id, const char *suffix)
{
  g_autofree char *name = g_strconcat (id, ".db", suffix, NULL);

  return g_build_filename (folder, "sparkbox", "replicas", name, NULL);
}

static void
add (const char *account, SparkKind kind, const char *id, SparkJsonWriter *writer)
{
  JsonObject *change = json_object_new ();

  json_object_set_string_member (change, "account_id", account);
  json_object_set_int_member (change, "seq", ++seq);
  json_object_set_string_member (change, "kind", spark_enum_to_string (SPARK_TYPE_KIND, kind));
  json_object_set_string_member (change, "id", id);
  if (writer != NULL)
    {
      g_autoptr (GBytes) bytes = spark_json_writer_steal (writer);
      g_autoptr (GError) error = NULL;
      gsize length;
      const char *text = g_bytes_get_data (bytes, &length);
      JsonNode *node = spark_json_parse_object (text, length, G_MAXINT, &error);

      g_assert_no_error (error);
      json_object_set_member (change, "object", node);
    }
  else
    json_object_set_null_member (change, "object");
  json_array_add_object_element (changes, change);
}

void
fixture_account (const char *id, const char *name)
{
  fixture_creator (id, name, NULL);
}

void
fixture_creator (const char *id, const char *name, const char *handle)
{
  SparkAccount account = { .id = id, .name = name, .handle = handle, .role = SPARK_ROLE_OWNER };
  SparkJsonWriter writer;

  spark_json_writer_init (&writer);
  spark_account_write (&account, &writer);
  add (id, SPARK_KIND_ACCOUNT, id, &writer);
}

#define DEFINE_ADD(Name, name, NAME)                                                               \
  void fixture_##name (const char *account, const Spark##Name *view)                               \
  {                                                                                                \
    SparkJsonWriter writer;                                                                        \
                                                                                                   \
    spark_json_writer_init (&writer);                                                              \
    spark_##name##_write (view, &writer);                                                          \
    add (account, SPARK_KIND_##NAME, view->id, &writer);                                           \
  }

/* clang-format off */
DEFINE_ADD (Video, video, VIDEO)
DEFINE_ADD (Code, code, CODE)
DEFINE_ADD (Link, link, LINK)
DEFINE_ADD (Grant, grant, GRANT)
DEFINE_ADD (Brand, brand, BRAND)
DEFINE_ADD (Event, event, EVENT)
DEFINE_ADD (Batch, batch, BATCH)
/* clang-format on */

void
fixture_gone (const char *account, SparkKind kind, const char *id)
{
  add (account, kind, id, NULL);
}

void
fixture_raw (const char *json)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (json, &error);

  g_assert_no_error (error);
  json_array_add_element (changes, node);
}

JsonArray *
fixture_take (void)
{
  JsonArray *taken = changes;

  changes = json_array_new ();
  return taken;
}

static void
on_refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  g_assert_false (spark_replica_apply_finish (SPARK_REPLICA (source), result, NULL, error));
}

GError *
fixture_apply_refused (SparkReplica *replica, GCancellable *cancellable)
{
  g_autoptr (JsonArray) gathered = fixture_take ();
  GError *error = NULL;

  spark_replica_apply_async (replica, gathered, "c", 1, 0, cancellable, on_refused_cb, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  return error;
}

typedef struct
{
  SparkKinds *kinds;
  GStrvBuilder *new_events;
  gboolean done;
} Wait;

static void
on_events_cb (SparkReplica *replica, const char *const *ids, Wait *wait)
{
  g_strv_builder_addv (wait->new_events, (const char **)ids);
}

static void
on_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;
  g_autoptr (GError) error = NULL;

  spark_replica_apply_finish (SPARK_REPLICA (source), result, wait->kinds, &error);
  g_assert_no_error (error);
  wait->done = TRUE;
}

void
fixture_apply_full (SparkReplica *replica, const char *cursor, gint64 server_now,
                    SparkApplyFlags flags, SparkKinds *kinds, GStrv *new_events)
{
  g_autoptr (JsonArray) taken = fixture_take ();
  g_autoptr (GStrvBuilder) events = g_strv_builder_new ();
  Wait wait = { kinds, events, FALSE };
  gulong events_id = g_signal_connect (replica, "events", G_CALLBACK (on_events_cb), &wait);

  spark_replica_apply_async (replica, taken, cursor, server_now, flags, NULL, on_applied_cb, &wait);
  while (!wait.done)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (replica, events_id);
  if (new_events != NULL)
    *new_events = g_strv_builder_end (events);
}

void
fixture_apply (SparkReplica *replica)
{
  fixture_apply_full (replica, "cursor", 1, 0, NULL, NULL);
}

void
fixture_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

SparkVideo
fixture_make_video (const char *id, const char *caption, gint64 published_at)
{
  SparkVideo video = {
    .id = id,
    .account_id = "1",
    .item_id = id,
    .caption = caption,
    .published_at = published_at,
    .duration_s = -1,
    .visibility = SPARK_VISIBILITY_PUBLIC,
    .eligible = TRUE,
    .total = { -1, -1, -1, -1 },
    .paid = { -1, -1, -1, -1 },
  };

  return video;
}
