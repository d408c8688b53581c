/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "export-fixture.h"
#include "ledger-acts.h"
#include "server/store/spark-tx.h"
#include "zip-fixture.h"

/* Of a file that holds no video at all: longer than what is read before somebody looks. */
#define EMPTY_BYTES (12 * 1024 * 1024)

static void
stop_now (const SparkImportCounts *counts, gpointer data)
{
  atomic_store ((atomic_bool *)data, TRUE);
}

static void
test_stop (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  SparkImportTerms terms = export_by_owner;
  SparkImportCounts counts;
  atomic_bool stop = FALSE;
  int fd = export_thousand ("72");

  terms.progress = stop_now;
  terms.data = &stop;
  terms.stop = &stop;
  g_assert_false (spark_import_run (self->store, &terms, self->account, fd, &counts, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  g_assert_cmpuint (counts.added, >, 0);
  g_assert_cmpuint (counts.added, <, 1000);
  lseek (fd, 0, SEEK_SET);
  g_assert_true (
      spark_import_run (self->store, &export_by_owner, self->account, fd, &counts, NULL));
  close (fd);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_VIDEOS_IMPORTED), >=, 1);
}

/* --- a file without videos --- */

/* Rows that are no videos, or a history of something else. */
static char *
text_without_videos (gboolean rows)
{
  g_autoptr (GString) text = g_string_new (rows ? "{\"Post\":{\"Posts\":{\"VideoList\":[{}"
                                                : "{\"Chat\":{\"History\":[{}");

  while (text->len < EMPTY_BYTES)
    g_string_append (text, ",{\"Date\":\"2024-03-01 18:20:11\",\"Link\":\"\"}");
  g_string_append (text, rows ? "]}}}" : "]}}");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

typedef struct
{
  Fixture *fixture;
  SparkImportCounts counts;
  char *batch;
  atomic_bool stop;
  guint n_looks;
} Stopping;

static gboolean
run_add_batch (SparkTx *tx, gpointer data, GError **error)
{
  Stopping *self = data;

  return spark_ledger_add_batch (tx, self->fixture->account, &self->batch, error);
}

static gboolean
run_stop_batch (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_stop_batch (tx, ((Stopping *)data)->batch, error);
}

static void
stop_at_second_look (const SparkImportCounts *counts, gpointer data)
{
  Stopping *self = data;

  if (++self->n_looks < 2)
    return;
  if (self->batch != NULL)
    g_assert_true (fixture_run (self->fixture, run_stop_batch, self, NULL));
  else
    atomic_store (&self->stop, TRUE);
}

/* The server ends, or the creator stops it: neither waits for the file's end. */
static void
test_stop_without_videos (Fixture *self, gconstpointer data)
{
  for (guint way = 0; way < 4; way++)
    {
      g_autofree char *text = text_without_videos (way == 0 || way == 3);
      gsize length = strlen (text);
      const ZipMember member = { "user_data_tiktok.json", text, 0 };
      int fd = way >= 2 ? zip_fixture (&member, 1) : export_file (text, length);
      g_autoptr (GError) error = NULL;
      Stopping stopping = { .fixture = self };
      SparkImportTerms terms = export_by_owner;

      if ((way & 1) != 0)
        g_assert_true (fixture_run (self, run_add_batch, &stopping, NULL));
      terms.batch = stopping.batch;
      terms.progress = stop_at_second_look;
      terms.data = &stopping;
      terms.stop = &stopping.stop;
      g_assert_false (
          spark_import_run (self->store, &terms, self->account, fd, &stopping.counts, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
      /* There would be three, and one at the end. */
      g_assert_cmpuint (stopping.n_looks, ==, 2);
      close (fd);
      g_free (stopping.batch);
    }
}

/* What the server tells as it ends is heard at the next block already. */
static void
test_stop_at_once (Fixture *self, gconstpointer data)
{
  g_autofree char *text = text_without_videos (TRUE);
  g_autoptr (GError) error = NULL;
  SparkImportTerms terms = export_by_owner;
  SparkImportCounts counts;
  atomic_bool stop = TRUE;
  int fd = export_file (text, strlen (text));

  terms.stop = &stop;
  g_assert_false (spark_import_run (self->store, &terms, self->account, fd, &counts, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  g_assert_cmpint (lseek (fd, 0, SEEK_CUR), <=, 128 * 1024);
  close (fd);
}

/* --- who imports --- */

typedef struct
{
  Fixture *fixture;
  char *token;
} Seat;

static void
take_seat (const SparkImportCounts *counts, gpointer data)
{
  Seat *seat = data;

  if (seat->token != NULL)
    act_revoke_token (seat->fixture, seat->token, NULL);
  g_clear_pointer (&seat->token, g_free);
}

/* It goes on only while whoever began it may. */
static void
test_seat_taken (Fixture *self, gconstpointer data)
{
  gint64 account, number;
  g_autofree char *token = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  SparkImportTerms terms = { .progress = take_seat };
  SparkImportCounts counts;
  Seat seat = { self, NULL };
  int fd = export_thousand ("72");

  g_assert_true (spark_id_parse (self->video, &account, &number));
  token = act_create_token (self, SPARK_ROLE_GENERATE, &account, 1, 0, &id, NULL);
  terms.actor = (SparkActor){ SPARK_ACTOR_CREATOR, id, "Lena" };
  terms.data = &seat;
  seat.token = g_strdup (id);
  g_assert_false (spark_import_run (self->store, &terms, self->account, fd, &counts, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_assert_cmpuint (counts.added, ==, 200);
  close (fd);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/import/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("stop", test_stop);
  ADD ("stop-without-videos", test_stop_without_videos);
  ADD ("stop-at-once", test_stop_at_once);
  ADD ("seat-taken", test_seat_taken);
  return g_test_run ();
}
