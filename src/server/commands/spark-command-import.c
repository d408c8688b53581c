/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "server/commands/spark-command.h"
#include "server/intake/spark-import.h"

static void
print_progress (const SparkImportCounts *counts, gpointer data)
{
  if (isatty (STDERR_FILENO))
    fprintf (stderr, "\r%u videos", counts->done);
}

int
spark_command_import (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autofree char *account = NULL;
  const GOptionEntry entries[] = {
    { "account", 0, 0, G_OPTION_ARG_STRING, &account, "The account it goes into", "ID" },
    { NULL },
  };
  const SparkImportTerms terms
      = { .actor = { SPARK_ACTOR_CREATOR, NULL, NULL, NULL }, .progress = print_progress };
  g_autoptr (SparkStore) store = NULL;
  g_autoptr (GError) error = NULL;
  SparkImportCounts counts;
  gboolean ok;
  int fd;

  if (!spark_command_parse (&line, "import --account ID FILE",
                            "Reads TikTok's own data export: user_data_tiktok.json, or the .zip "
                            "that holds it.",
                            entries, 1, 1, argv))
    return SPARK_EXIT_USAGE;
  if (account == NULL)
    {
      g_printerr ("Say which account: --account ID (see “sparkboxd account list”)\n");
      return SPARK_EXIT_USAGE;
    }
  fd = open (line.arguments[0], O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      const char *why = g_strerror (errno);
      g_autofree char *file = spark_command_plain (line.arguments[0]);

      g_printerr ("%s: %s\n", file, why);
      return SPARK_EXIT_FAILED;
    }
  store = spark_command_open (&line);
  if (store == NULL)
    {
      close (fd);
      return SPARK_EXIT_FAILED;
    }
  ok = spark_import_run (store, &terms, account, fd, &counts, &error);
  close (fd);
  if (isatty (STDERR_FILENO))
    fprintf (stderr, "\n");
  if (!ok)
    return spark_command_fail (error);
  printf ("imported %u, updated %u, skipped %u\n", counts.added, counts.updated, counts.skipped);
  return SPARK_EXIT_DONE;
}
