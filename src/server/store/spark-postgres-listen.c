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

/* "NODE:ACCOUNT,ACCOUNT" of another node. */
static void
hear (const char *notice, const char *node, SparkDatabaseHeard heard, gpointer data)
{
  const char *colon = strchr (notice, ':');
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (GStrv) parts = NULL;

  if (colon == NULL || strncmp (notice, node, (gsize)(colon - notice)) == 0)
    return;
  parts = g_strsplit (colon + 1, ",", -1);
  for (char **part = parts; *part != NULL; part++)
    {
      gint64 account = g_ascii_strtoll (*part, NULL, 10);

      g_array_append_val (accounts, account);
    }
  heard (accounts->len > 0 ? (const gint64 *)accounts->data : NULL, accounts->len, data);
}

static void
hear_all (SparkPg *self, const char *node, SparkDatabaseHeard heard, gpointer data)
{
  PGnotify *notice;

  PQconsumeInput (self->connection);
  while ((notice = PQnotifies (self->connection)) != NULL)
    {
      hear (notice->extra, node, heard, data);
      PQfreemem (notice);
    }
}

static gboolean
start_listening (SparkPg *self)
{
  return (PQstatus (self->connection) == CONNECTION_OK || spark_pg_connect (self, NULL))
         && spark_pg_exec (self, "LISTEN " SPARK_PG_CHANNEL, NULL);
}

gboolean
spark_pg_listen (SparkDatabase *database, const char *node, SparkDatabaseHeard heard, gpointer data,
                 GError **error)
{
  SparkPg *self = (SparkPg *)database;
  struct pollfd fds[] = { { .events = POLLIN }, { .fd = self->wake_fd, .events = POLLIN } };
  gboolean listening = FALSE;

  while ((fds[1].revents & POLLIN) == 0)
    {
      listening = listening && PQstatus (self->connection) == CONNECTION_OK;
      if (!listening && (listening = start_listening (self)))
        heard (NULL, 0, data); /* what was committed before */
      if (listening)
        hear_all (self, node, heard, data);
      fds[0].fd = PQsocket (self->connection);
      poll (fds, G_N_ELEMENTS (fds), listening ? -1 : RETRY_MS);
    }
  return TRUE;
}

void
spark_pg_stop_listening (SparkDatabase *database)
{
  const guint64 one = 1;

  while (write (((SparkPg *)database)->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}
