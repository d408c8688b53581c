/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <stdio.h>

#include "server/commands/spark-command.h"
#include "server/ledger/spark-ledger-check.h"

int
spark_command_backup (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (GError) error = NULL;

  if (!spark_command_parse (&line, "backup PATH",
                            "Copies the database as it is at one moment, also while it is served. "
                            "To restore, end the server, put the copy in the database's place and "
                            "remove the -wal and -shm files beside it; the key file must be the "
                            "one of the database that was copied.",
                            NULL, 1, 1, argv))
    return SPARK_EXIT_USAGE;
  if (!spark_command_check_database (&line))
    return SPARK_EXIT_FAILED;
  if (!spark_store_backup (line.database, line.arguments[0], &error))
    return spark_command_fail (error);
  g_printerr ("Keep the key file as well, at another place: without it no code in the backup can "
              "be read.\n");
  return SPARK_EXIT_DONE;
}

static void
print_damage (const char *words, gpointer data)
{
  g_autofree char *plain = spark_command_plain (words);

  ++*(guint *)data;
  printf ("%s\n", plain);
}

static void
print_found (const char *rule, const char *id, gpointer data)
{
  g_autofree char *plain = spark_command_plain (id);

  ++*(guint *)data;
  printf ("%s: %s\n", plain, rule);
}

static gboolean
check_rules (SparkStore *store, guint *problems, GError **error)
{
  SparkTx *tx = spark_store_read_begin (store, error);
  gboolean ok;

  if (tx == NULL)
    return FALSE;
  ok = spark_ledger_check (tx, print_found, problems, error);
  spark_store_read_end (tx);
  return ok;
}

int
spark_command_check (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (SparkStore) store = NULL;
  g_autoptr (GError) error = NULL;
  guint problems = 0;

  if (!spark_command_parse (&line, "check",
                            "Audits the database, also while it is served: prints a line for each "
                            "thing that breaks a rule, and repairs nothing.",
                            NULL, 0, 0, argv))
    return SPARK_EXIT_USAGE;
  if (!spark_command_check_database (&line))
    return SPARK_EXIT_FAILED;
  if (!spark_store_inspect (line.database, print_damage, &problems, &error))
    return spark_command_fail (error);
  store = spark_command_open (&line);
  if (store == NULL)
    return SPARK_EXIT_FAILED;
  if (!check_rules (store, &problems, &error))
    return spark_command_fail (error);
  printf ("%u %s\n", problems, problems == 1 ? "problem" : "problems");
  return problems == 0 ? SPARK_EXIT_DONE : SPARK_EXIT_FAILED;
}

int
spark_command_migrate (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (GError) error = NULL;

  if (!spark_command_parse (&line, "migrate",
                            "Brings the database up to date with this version, wholly or not at "
                            "all; serving does the same by itself. There is no way back but a "
                            "backup. It makes no new database.",
                            NULL, 0, 0, argv))
    return SPARK_EXIT_USAGE;
  if (!spark_command_check_database (&line))
    return SPARK_EXIT_FAILED;
  if (!spark_store_migrate (line.database, &error))
    return spark_command_fail (error);
  printf ("The database is up to date.\n");
  return SPARK_EXIT_DONE;
}
