/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/commands/spark-command.h"
#include "server/store/spark-database.h"

void
spark_command_line_clear (SparkCommandLine *line)
{
  g_clear_pointer (&line->database, g_free);
  g_clear_pointer (&line->key, g_free);
  g_clear_pointer (&line->arguments, g_strfreev);
}

gboolean
spark_command_parse (SparkCommandLine *line, const char *usage, const char *summary,
                     const GOptionEntry *entries, guint least, guint most, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (usage);
  g_autoptr (GError) error = NULL;
  const GOptionEntry common[] = {
    { "database", 0, 0, G_OPTION_ARG_STRING, &line->database, "The database",
      "sqlite:PATH|postgresql://…" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &line->key,
      "The file with the key of the codes in it (default: the database's path and \".key\")",
      "FILE" },
    { NULL },
  };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n;

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, common, NULL);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  /* The parser skips the first, as it would a program's name. */
  g_strv_builder_add (builder, "sparkboxd");
  g_strv_builder_addv (builder, (const char **)argv);
  line->arguments = g_strv_builder_end (builder);
  if (!g_option_context_parse_strv (context, &line->arguments, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  g_free (line->arguments[0]);
  n = g_strv_length (line->arguments + 1);
  memmove (line->arguments, line->arguments + 1, (n + 1) * sizeof *line->arguments);
  if (n >= least && n <= most)
    return TRUE;
  g_printerr ("Usage: sparkboxd %s\n", usage);
  return FALSE;
}

int
spark_command_refuse_options (const char *options, const char *where)
{
  g_printerr ("With “%s” there is no %s.\n", where, options);
  return SPARK_EXIT_USAGE;
}

gboolean
spark_command_check_database (const SparkCommandLine *line)
{
  const char *path = line->database != NULL ? spark_database_path (line->database) : NULL;

  if (line->database == NULL)
    g_printerr ("Say which database: --database sqlite:PATH or postgresql://…\n");
  else if (line->begins || path == NULL || *path == '\0' || access (path, F_OK) == 0)
    return TRUE;
  /* Nothing would be found in an empty one, and somebody who was to be removed would seem to be. */
  else if (errno == ENOENT || errno == ENOTDIR)
    g_printerr ("There is no database %s: %s. A new one is made by “account add” or “serve”.\n",
                path, g_strerror (errno));
  /* Whoever may not look does not know whether there is one. */
  else
    g_printerr ("The database %s cannot be opened: %s.\n", path, g_strerror (errno));
  return FALSE;
}

SparkStore *
spark_command_open (const SparkCommandLine *line)
{
  g_autoptr (GError) error = NULL;
  SparkStore *store;

  if (!spark_command_check_database (line))
    return NULL;
  store = spark_store_open (line->database, line->key, &error);
  if (store == NULL)
    spark_command_fail (error);
  return store;
}

char *
spark_command_plain (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      GUnicodeType type = g_unichar_type (c);
      /* What turns the direction of a line may make it seem another. */
      gboolean tells = type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR
                       || type == G_UNICODE_PARAGRAPH_SEPARATOR || (c >= 0x202a && c <= 0x202e)
                       || (c >= 0x2066 && c <= 0x2069);

      g_string_append_unichar (plain, tells ? ' ' : c);
    }
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

int
spark_command_fail (const GError *error)
{
  g_autofree char *plain = spark_command_plain (error->message);

  g_printerr ("%s\n", plain);
  return SPARK_EXIT_FAILED;
}

void
spark_command_print_row (const char *id, const char *name)
{
  g_autofree char *plain_id = spark_command_plain (id);
  g_autofree char *plain_name = spark_command_plain (name != NULL ? name : "");

  printf ("%s\t%s\n", plain_id, plain_name);
}
