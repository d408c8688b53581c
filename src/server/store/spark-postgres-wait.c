/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <poll.h>
#include <stdatomic.h>

#include "server/store/spark-postgres.h"

/*
 * Every wait for PostgreSQL is one of these, and bounded but while tables are altered. The server
 * ends what runs for statement_timeout by itself; but it waits for ever for a standby that must
 * have what is committed, and it may be stopped, with its connections open. What libpq has for
 * waiting itself waits as long as that.
 */

/* How long the silence of one connection is taken for that of the server, unless it is renewed. */
#define SILENCE_US SPARK_PG_ANSWER_US

/* How often what is encrypted is looked after although the socket has nothing. */
#define PIECE_MS 50

/* Monotonic, µs; of any connection of this process */
static _Atomic gint64 found_at;
static _Atomic gint64 answered_at;
static _Atomic gint64 silent_at;
static _Atomic gint64 moved_at; /* when a server was found that had been promoted */
static _Atomic guint timeline;  /* the highest that was found; 0: none yet */

gint64
spark_pg_found_at (void)
{
  return found_at;
}

gboolean
spark_pg_found (SparkPg *self, guint its_timeline)
{
  guint highest = timeline;

  while (its_timeline > highest
         && !atomic_compare_exchange_weak (&timeline, &highest, its_timeline))
    ;
  if (its_timeline != 0 && its_timeline < highest)
    return FALSE;
  self->connected_at = g_get_monotonic_time ();
  found_at = self->connected_at;
  if (highest != 0 && its_timeline > highest)
    moved_at = self->connected_at;
  return TRUE;
}

void
spark_pg_found_silent (gint64 since)
{
  gint64 now = g_get_monotonic_time ();
  /* As it fell silent, some may have had their answers yet. */
  gint64 half = since + (now - since) / 2;

  /* Others have had answers: it is this connection alone. */
  if (found_at < half && answered_at < half)
    silent_at = now;
}

gboolean
spark_pg_is_silent (void)
{
  gint64 at = silent_at;

  return at > found_at && g_get_monotonic_time () - at < SILENCE_US;
}

gboolean
spark_pg_is_doubted (SparkPg *self)
{
  return MAX (silent_at, moved_at) > self->connected_at;
}

gboolean
spark_pg_is_left (SparkPg *self)
{
  return moved_at > self->connected_at;
}

/* What is encrypted comes in pieces: the socket tells nothing of the rest of one that libpq has
 * read in part. */
static gboolean
has_pieces (PGconn *connection)
{
  return PQsslInUse (connection) || PQgssEncInUse (connection);
}

gboolean
spark_pg_wait (SparkPg *self, gint64 patience_us)
{
  PGconn *connection = self->connection;
  gboolean pieces = has_pieces (connection);
  gint64 began = 0;

  /* Also while it cannot be sent: the connection does not block. */
  while (PQisBusy (connection))
    {
      struct pollfd fd = { .events = POLLIN };
      gint64 now = g_get_monotonic_time (), left;

      began = began == 0 ? now : began;
      left = patience_us - (now - began);
      if (left <= 0)
        {
          g_message ("database: no answer for %d s", (int)(patience_us / G_USEC_PER_SEC));
          /* A commit may wait for a standby only. */
          if (!self->committing && !self->aside)
            spark_pg_found_silent (began);
          return FALSE;
        }
      /* Where it is lost, the result says so. */
      if (pieces && (!PQconsumeInput (connection) || !PQisBusy (connection)))
        return TRUE;
      if (PQflush (connection) > 0)
        fd.events |= POLLOUT;
      fd.fd = PQsocket (connection);
      if (fd.fd < 0)
        return TRUE;
      if (poll (&fd, 1, pieces ? PIECE_MS : (int)MIN (left / 1000 + 1, G_MAXINT)) > 0
          && !PQconsumeInput (connection))
        return TRUE;
    }
  if (began != 0)
    answered_at = g_get_monotonic_time ();
  return TRUE;
}

void
spark_pg_drop (SparkPg *self)
{
  g_clear_pointer (&self->connection, PQfinish);
}

PGresult *
spark_pg_next (SparkPg *self)
{
  if (spark_pg_wait (self, MAX (self->patience_us, SPARK_PG_ANSWER_US)))
    return PQgetResult (self->connection);
  spark_pg_drop (self);
  return NULL;
}

void
spark_pg_discard (SparkPg *self)
{
  PGresult *result;

  while ((result = spark_pg_next (self)) != NULL)
    PQclear (result);
}

PGresult *
spark_pg_take (SparkPg *self)
{
  PGresult *taken = NULL, *result;

  /* The first that went wrong says why. */
  while ((result = spark_pg_next (self)) != NULL)
    {
      gboolean tells = taken == NULL || spark_pg_succeeded (taken);

      PQclear (tells ? taken : result);
      if (tells)
        taken = result;
    }
  /* What came before the silence is only a part. */
  if (self->connection == NULL)
    g_clear_pointer (&taken, PQclear);
  return taken;
}

PGresult *
spark_pg_ask (SparkPg *self, const char *sql)
{
  spark_pg_discard (self);
  return PQsendQuery (self->connection, sql) ? spark_pg_take (self) : NULL;
}

PGresult *
spark_pg_prepare (SparkPg *self, const char *name, const char *sql, int n_types, const Oid *types)
{
  spark_pg_discard (self);
  return PQsendPrepare (self->connection, name, sql, n_types, types) ? spark_pg_take (self) : NULL;
}
