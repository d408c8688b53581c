/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger-fixture.h"
#include "server/ledger/spark-ledger-check.h"
#include "server/ledger/spark-ledger-connections.h"
#include "server/store/spark-rekey.h"

#define KEY_BYTES 32

static char *
key_path (Fixture *self)
{
  return g_build_filename (self->folder, "sparkbox.db.key", NULL);
}

static GBytes *
read_key (Fixture *self)
{
  g_autofree char *path = key_path (self);
  char *data;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  return g_bytes_new_take (data, length);
}

static void
write_key (Fixture *self, GBytes *key)
{
  g_autofree char *path = key_path (self);
  gsize length;
  const char *data = g_bytes_get_data (key, &length);

  g_assert_true (g_file_set_contents_full (path, data, (gssize)length,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

typedef struct
{
  gint64 account;
  char *consent;
} Connected;

static void
print_found (const char *rule, const char *id, gpointer data)
{
  g_test_message ("%s: %s", id, rule);
  ++*(guint *)data;
}

static void
assert_whole (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  guint problems = 0;

  g_assert_true (spark_ledger_check (tx, print_found, &problems, NULL));
  spark_store_read_end (tx);
  g_assert_cmpuint (problems, ==, 0);
}

/* What TikTok gave, and who is on their way there. */
static gboolean
run_connect (SparkTx *tx, gpointer data, GError **error)
{
  const SparkConsent consent = { .kind = SPARK_CONSENT_KIND_CREATOR, .asker = (char *)"owner" };
  const SparkConnection connection = { .open_id = (char *)"open",
                                       .scope = (char *)"video.list",
                                       .access = (char *)"act.1",
                                       .refresh = (char *)"rft.1",
                                       .access_ends_at = 1,
                                       .refresh_ends_at = 1 };
  Connected *connected = data;

  g_clear_pointer (&connected->consent, g_free);
  return spark_ledger_connect (tx, &consent, &connection, "Ada", NULL, &connected->account, error)
         && spark_ledger_connect_advertiser (tx, "77", "Acme", "brand's token", error)
         && spark_ledger_begin_consent (tx, &consent, &connected->consent, error);
}

static void
assert_connected (Fixture *self, const Connected *connected, const char *state)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  g_auto (SparkConnection) connection = { 0 };
  g_autofree char *access
      = spark_read_advertiser_access (tx, "77", SPARK_CONNECTION_STATE_CONNECTED, NULL);
  g_autofree char *found = spark_read_consent_state (tx, connected->consent, "owner", NULL);

  g_assert_true (spark_read_connection (tx, connected->account, &connection, NULL));
  spark_store_read_end (tx);
  g_assert_cmpstr (connection.access, ==, "act.1");
  g_assert_cmpstr (connection.refresh, ==, "rft.1");
  g_assert_cmpstr (access, ==, "brand's token");
  g_assert_cmpstr (found, ==, state);
}

typedef struct
{
  char *codes[3];
  char *strings[3];
  char *link;
  char *link_string;
  char *acme;
  char *nord;
} World;

static World
make_world (Fixture *self)
{
  World world = { 0 };
  g_autofree char *brand = fixture_add_brand (self, self->account, "Nord");

  for (guint i = 0; i < G_N_ELEMENTS (world.codes); i++)
    {
      g_autofree char *item = g_strdup_printf ("730000000000000000%u", i);
      g_autofree char *video = fixture_add_video (self, self->account, item);

      world.codes[i] = fixture_generate (self, video, 30);
      world.strings[i] = fixture_code_string (self, world.codes[i]);
      if (i == 0)
        world.link = fixture_create_link (self, video, brand, 0);
    }
  world.link_string = fixture_link_string (self, world.link);
  world.acme = fixture_add_advertiser (self, "Acme");
  world.nord = fixture_add_advertiser (self, "Nord");
  return world;
}

static void
world_clear (World *world)
{
  for (guint i = 0; i < G_N_ELEMENTS (world->codes); i++)
    {
      g_free (world->codes[i]);
      g_free (world->strings[i]);
    }
  g_free (world->link);
  g_free (world->link_string);
  g_free (world->acme);
  g_free (world->nord);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static void
assert_reads (Fixture *self, const World *world)
{
  g_autofree char *link = fixture_link_string (self, world->link);

  for (guint i = 0; i < G_N_ELEMENTS (world->codes); i++)
    {
      g_autofree char *string = fixture_code_string (self, world->codes[i]);

      g_assert_cmpstr (string, ==, world->strings[i]);
    }
  g_assert_cmpstr (link, ==, world->link_string);
}

static void
redeem (Fixture *self, const World *world, const char *string)
{
  g_autoptr (GError) refusal = NULL;
  g_autofree char *grant = fixture_redeem (
      self, strcmp (string, world->link_string) == 0 ? world->nord : world->acme, string, &refusal);

  g_assert_no_error (refusal);
  g_assert_nonnull (grant);
}

static void
test_rotate (Fixture *self, gconstpointer data)
{
  g_auto (World) world = make_world (self);
  g_autoptr (GBytes) before = read_key (self);
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = key_path (self);
  GStatBuf info;
  SparkRekey done;

  redeem (self, &world, world.strings[0]);
  g_assert_true (spark_store_rekey (self->store, &done, &error));
  g_assert_no_error (error);
  g_assert_false (done.resumed);
  g_assert_cmpuint (done.encrypted, ==, 4);
  after = read_key (self);
  g_assert_cmpuint (g_bytes_get_size (after), ==, KEY_BYTES);
  g_assert_false (g_bytes_equal (before, after));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  /* With the new key alone. */
  fixture_reopen (self);
  assert_reads (self, &world);
  assert_whole (self);
  redeem (self, &world, world.strings[0]);
  redeem (self, &world, world.strings[1]);
  redeem (self, &world, world.link_string);

  /* Once more: it is no special case. */
  g_assert_true (spark_store_rekey (self->store, &done, &error));
  fixture_reopen (self);
  assert_reads (self, &world);
  assert_whole (self);
}

static char *
read_state (Fixture *self, const Connected *connected)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  char *state = spark_read_consent_state (tx, connected->consent, "owner", NULL);

  spark_store_read_end (tx);
  g_assert_nonnull (state);
  return state;
}

static void
test_connections (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  Connected connected = { 0 };
  SparkRekey done;

  g_assert_true (fixture_run (self, run_connect, &connected, &error));
  g_assert_no_error (error);
  state = read_state (self, &connected);
  g_assert_true (spark_store_rekey (self->store, &done, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (done.encrypted, ==, 4);
  fixture_reopen (self);
  assert_connected (self, &connected, state);
  g_free (connected.consent);
}

/* Another process rotates while this store is open: it reads, finds and writes as before. */
static void
test_beside (Fixture *self, gconstpointer data)
{
  g_auto (World) world = make_world (self);
  g_autofree char *path = key_path (self);
  g_autofree char *video = fixture_add_video (self, self->account, "7311111111111111111");
  g_autofree char *other_video = fixture_add_video (self, self->account, "7322222222222222222");
  g_autoptr (GError) error = NULL;
  SparkRekey done;
  SparkStore *other = spark_store_open (self->url, path, &error);

  g_assert_no_error (error);
  g_assert_true (spark_store_rekey (other, &done, &error));
  g_assert_no_error (error);
  assert_reads (self, &world);
  redeem (self, &world, world.strings[2]);
  redeem (self, &world, world.link_string);
  g_assert_true (spark_store_rekey (other, &done, &error));
  {
    g_autofree char *code = fixture_generate (self, video, 30);
    g_autofree char *string = fixture_code_string (self, code);

    redeem (self, &world, string);
    fixture_reopen (self);
    redeem (self, &world, string);
  }
  g_assert_true (spark_store_rekey (other, &done, &error));
  {
    g_autofree char *code = fixture_generate (self, other_video, 30);

    fixture_reopen (self);
    g_assert_nonnull (code);
  }
  spark_store_close (other);
  assert_reads (self, &world);
  assert_whole (self);
}

/* Cut off after each of its steps. */
static void
test_resume (Fixture *self, gconstpointer data)
{
  g_auto (World) world = make_world (self);
  g_autoptr (GBytes) old = read_key (self);
  g_autoptr (GBytes) both = NULL;
  g_autoptr (GBytes) last = NULL;
  g_autoptr (GError) error = NULL;
  SparkRekey done;

  /* After the first: the key is there and nothing is made with it. */
  g_assert_true (spark_store_prepare_key (self->store, &error));
  g_assert_false (spark_store_prepare_key (self->store, NULL));
  both = read_key (self);
  g_assert_cmpuint (g_bytes_get_size (both), ==, 2 * KEY_BYTES);
  fixture_reopen (self);
  assert_reads (self, &world);
  g_assert_true (spark_store_rekey (self->store, &done, &error));
  g_assert_false (done.resumed);
  last = read_key (self);
  g_assert_cmpmem ((const char *)g_bytes_get_data (both, NULL) + KEY_BYTES, KEY_BYTES,
                   g_bytes_get_data (last, NULL), g_bytes_get_size (last));

  /* Before the last: the old key is still in the file. */
  write_key (self, both);
  fixture_reopen (self);
  assert_reads (self, &world);
  g_assert_true (spark_store_rekey (self->store, &done, &error));
  g_assert_true (done.resumed);
  g_assert_cmpuint (done.encrypted, ==, 0);
  assert_whole (self);

  /* The old key alone opens nothing any more. */
  spark_store_close (self->store);
  self->store = NULL;
  write_key (self, old);
  {
    g_autofree char *path = key_path (self);

    g_assert_null (spark_store_open (self->url, path, &error));
    g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  }
  write_key (self, last);
  fixture_reopen (self);
  assert_reads (self, &world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/rekey/rotate", Fixture, NULL, fixture_set_up, test_rotate, fixture_tear_down);
  g_test_add ("/rekey/connections", Fixture, NULL, fixture_set_up, test_connections,
              fixture_tear_down);
  g_test_add ("/rekey/beside", Fixture, NULL, fixture_set_up, test_beside, fixture_tear_down);
  g_test_add ("/rekey/resume", Fixture, NULL, fixture_set_up, test_resume, fixture_tear_down);
  return g_test_run ();
}
