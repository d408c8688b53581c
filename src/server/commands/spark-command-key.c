/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <stdio.h>

#include "server/commands/spark-command.h"
#include "server/store/spark-rekey.h"

int
spark_command_key_rotate (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (SparkStore) store = NULL;
  g_autoptr (GError) error = NULL;
  gboolean prepare = FALSE;
  const GOptionEntry entries[]
      = { { "prepare", 0, 0, G_OPTION_ARG_NONE, &prepare,
            "Only add the new key to the file, to be copied to the other servers first", NULL },
          { NULL } };
  SparkRekey done;

  if (!spark_command_parse (
          &line, "key rotate",
          "Makes a new key and encrypts all codes with it, also while they are served; then the "
          "old "
          "key opens nothing any more. When it is cut off, the same again brings it to its end. "
          "Where several servers share the database, or read the key as a credential, give them "
          "the new key first: “key rotate --prepare”, copy the key file, restart those that read a "
          "credential, then “key rotate”, and copy the file once more.",
          entries, 0, 0, argv))
    return SPARK_EXIT_USAGE;
  store = spark_command_open (&line);
  if (store == NULL)
    return SPARK_EXIT_FAILED;
  if (prepare)
    {
      if (!spark_store_prepare_key (store, &error))
        return spark_command_fail (error);
      printf ("The key file has a new key behind the old one.\n");
      return SPARK_EXIT_DONE;
    }
  if (!spark_store_rekey (store, &done, &error))
    return spark_command_fail (error);
  printf (done.resumed
              ? "A rotation that had been cut off is at its end: encrypted %" G_GUINT64_FORMAT
                " anew.\n"
              : "The key is a new one: encrypted %" G_GUINT64_FORMAT " anew.\n",
          done.encrypted);
  g_printerr ("Keep the new key file, apart from the database. Backups made before need the old "
              "one.\n");
  return SPARK_EXIT_DONE;
}
