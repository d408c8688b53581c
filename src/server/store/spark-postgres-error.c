/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "server/store/spark-postgres.h"

gboolean
spark_pg_unreachable (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "The backend cannot reach its database. Try again in a moment.");
  return FALSE;
}

/* What may go well when it is tried again: the state of the server, not of what was asked. */
static SparkFailure
judge (const char *state)
{
  if (g_str_has_prefix (state, "40") || strcmp (state, "55P03") == 0
      || g_str_has_prefix (state, "57P") || g_str_has_prefix (state, "08")
      || strcmp (state, "25006") == 0)
    return SPARK_FAILURE_AGAIN;
  return g_str_has_prefix (state, "23") ? SPARK_FAILURE_REFUSED : SPARK_FAILURE_FINAL;
}

/*
 * The server's own words go to the log, for the person who runs it: only the primary message, which
 * holds no values. Strangers get a sentence.
 */
gboolean
spark_pg_fail (SparkPg *self, const PGresult *result, GError **error)
{
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;
  const char *message
      = result != NULL ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  gboolean lost = PQstatus (self->connection) != CONNECTION_OK;

  /* The first that went wrong is told. */
  if (error != NULL && *error != NULL)
    error = NULL;
  if (state != NULL)
    {
      g_message ("database: %s (%s)", message != NULL ? message : "", state);
      if (self->failure == SPARK_FAILURE_NONE)
        self->failure = judge (state);
      /* A server that is stopping, or that is not the one to write to any more. */
      if (g_str_has_prefix (state, "57P") || strcmp (state, "25006") == 0)
        self->stale = TRUE;
    }
  else if (self->failure == SPARK_FAILURE_NONE)
    {
      if (!self->doubted)
        g_message ("database: the connection was lost");
      self->failure = SPARK_FAILURE_AGAIN;
    }
  if (self->committing && (lost || state == NULL))
    {
      self->failure = SPARK_FAILURE_UNKNOWN;
      self->n_unknown++;
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The backend lost its database before it knew whether this was done. Look, and "
                   "try again if it was not.");
      return FALSE;
    }
  if (state == NULL)
    return spark_pg_unreachable (error);
  if (strcmp (state, "53100") == 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The disk of the database is full. Make room and try again.");
  else if (strcmp (state, "25006") == 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The database of the backend cannot be written to.");
  else if (g_str_has_prefix (state, "40") || strcmp (state, "57014") == 0
           || strcmp (state, "55P03") == 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The database is busy. Try again in a moment.");
  else if (g_str_has_prefix (state, "XX"))
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The database of the backend is damaged. Restore it from a backup.");
  else
    spark_pg_unreachable (error);
  return FALSE;
}
