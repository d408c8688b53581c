/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "server/store/spark-postgres.h"

/* The server takes less than 8000 bytes with a notification. */
#define MAX_NOTICE 7900
#define RETRY_MS   500
/* As often at most this node's words are told: each notice keeps other commits waiting. */
#define TALK_MS 50

gboolean
spark_pg_notify (SparkDatabase *database, const char *node, const gint64 *accounts,
                 gsize n_accounts, GError **error)
{
  g_autoptr (GString) payload = g_string_new (node);
  SparkStatement *statement = spark_engine_postgres.statement (database, "notify", error);

  g_string_append_c (payload, ':');
  for (gsize i = 0; i < n_accounts; i++)
    g_string_append_printf (payload, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", accounts[i]);
  /* Too many to name: those who hear it look at all. */
  if (payload->len > MAX_NOTICE)
    g_string_truncate (payload, strlen (node) + 1);
  if (statement == NULL)
    return FALSE;
  spark_engine_postgres.bind_text (statement, 1, SPARK_PG_CHANNEL);
  spark_engine_postgres.bind_text (statement, 2, payload->str);
  spark_engine_postgres.step (statement, error);
  return error == NULL || *error == NULL;
}

/* "NODE:ACCOUNT,ACCOUNT" of another node, or "NODE:" and its words. */
static void
hear (const PGnotify *notice, const char *node, const SparkDatabaseListener *listener)
{
  const char *colon = strchr (notice->extra, ':');
  g_autoptr (GArray) accounts = NULL;
  g_auto (GStrv) parts = NULL;

  if (colon == NULL || strncmp (notice->extra, node, (gsize)(colon - notice->extra)) == 0)
    return;
  if (strcmp (notice->relname, SPARK_PG_WORDS) == 0)
    {
      listener->told (colon + 1, listener->data);
      return;
    }
  accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  parts = g_strsplit (colon + 1, ",", -1);
  for (char **part = parts; *part != NULL; part++)
    {
      gint64 account = g_ascii_strtoll (*part, NULL, 10);

      g_array_append_val (accounts, account);
    }
  listener->heard (accounts->len > 0 ? (const gint64 *)accounts->data : NULL, accounts->len,
                   listener->data);
}

static void
hear_all (SparkPg *self, const char *node, const SparkDatabaseListener *listener)
{
  PGnotify *notice;

  PQconsumeInput (self->connection);
  while ((notice = PQnotifies (self->connection)) != NULL)
    {
      hear (notice, node, listener);
      PQfreemem (notice);
    }
}

static gboolean
is_usable (SparkPg *self)
{
  return PQstatus (self->connection) == CONNECTION_OK && !spark_pg_is_doubted (self);
}

/* What is told is in no table, and need not wait for a standby; but it waits for a commit that tells
 * something and waits for one. */
static gboolean
start_listening (SparkPg *self)
{
  return (is_usable (self) || spark_pg_connect (self, FALSE, NULL))
         && spark_pg_exec (self,
                           "SET synchronous_commit = off; SET lock_timeout = '10s'; "
                           "LISTEN " SPARK_PG_CHANNEL "; LISTEN " SPARK_PG_WORDS,
                           NULL);
}

static void
say (SparkPg *self, const char *node, const SparkDatabaseListener *listener)
{
  g_autofree char *words = listener->tell (MAX_NOTICE - strlen (node), listener->data);
  g_autofree char *payload = words != NULL ? g_strconcat (node, ":", words, NULL) : NULL;
  const char *const values[] = { SPARK_PG_WORDS, payload };

  if (payload != NULL)
    {
      spark_pg_discard (self);
      self->aside = TRUE;
      if (PQsendQueryParams (self->connection, "SELECT pg_notify ($1, $2)", G_N_ELEMENTS (values),
                             NULL, values, NULL, NULL, 0))
        PQclear (spark_pg_take (self));
      self->aside = FALSE;
    }
}

/* FALSE: the end. */
static gboolean
wait_for_something (SparkPg *self, int timeout, gboolean *talk_due)
{
  struct pollfd fds[] = { { PQsocket (self->connection), POLLIN, 0 }, { self->wake_fd, POLLIN, 0 } };
  guint64 ignored;

  poll (fds, G_N_ELEMENTS (fds), timeout);
  if ((fds[1].revents & POLLIN) != 0 && read (self->wake_fd, &ignored, sizeof ignored) > 0)
    *talk_due = TRUE;
  return !atomic_load (&self->ended);
}

gboolean
spark_pg_listen (SparkDatabase *database, const char *node, const SparkDatabaseListener *listener,
                 GError **error)
{
  SparkPg *self = (SparkPg *)database;
  gboolean listening = FALSE, talk_due = FALSE;
  gint64 talk_at = 0; /* not before; monotonic, ms */
  int timeout;

  self->listens = TRUE;
  do
    {
      gint64 now = g_get_monotonic_time () / 1000;

      listening = listening && is_usable (self);
      if (!listening && (listening = start_listening (self)))
        listener->heard (NULL, 0, listener->data); /* what was committed before */
      /* Also while it listens: others may have found the server silent. */
      timeout = RETRY_MS;
      if (listening && talk_due && now >= talk_at)
        {
          talk_due = FALSE;
          say (self, node, listener);
          talk_at = now + TALK_MS;
        }
      /* Also what came with the answer to that. */
      if (listening)
        hear_all (self, node, listener);
      if (listening && talk_due)
        timeout = (int)MAX (talk_at - now, 1);
    }
  while (wait_for_something (self, timeout, &talk_due));
  return TRUE;
}

void
spark_pg_talk (SparkDatabase *database)
{
  const guint64 one = 1;

  while (write (((SparkPg *)database)->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}

void
spark_pg_stop_listening (SparkDatabase *database)
{
  atomic_store (&((SparkPg *)database)->ended, TRUE);
  spark_pg_talk (database);
}
