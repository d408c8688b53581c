/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <stdio.h>

#include "server/commands/spark-command.h"
#include "server/store/spark-signing.h"

/* A signature file holds three lines. */
#define MAX_SIGNATURE 4096

/* The key of the server whose database this is. */
static SparkSigning *
load_own (const SparkCommandLine *line)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path
      = spark_signing_path (line->database != NULL ? line->database : "", line->key);
  SparkSigning *signing;

  if (path == NULL)
    {
      g_printerr ("Say which database: --database sqlite:PATH, or --key FILE\n");
      return NULL;
    }
  signing = spark_signing_load (path, FALSE, &error);
  if (signing == NULL)
    spark_command_fail (error);
  return signing;
}

int
spark_command_key_public (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (SparkSigning) signing = NULL;

  if (!spark_command_parse (&line, "key public",
                            "Prints the public key that access records of this server are signed "
                            "with; give it to whoever wants to check one.",
                            NULL, 0, 0, argv))
    return SPARK_EXIT_USAGE;
  signing = load_own (&line);
  if (signing == NULL)
    return SPARK_EXIT_FAILED;
  printf ("%s\n", spark_signing_get_public (signing));
  return SPARK_EXIT_DONE;
}

static int
tell (SparkSignatureState state, const char *path)
{
  g_autofree char *file = spark_command_plain (path);

  switch (state)
    {
    case SPARK_SIGNATURE_GOOD:
      printf ("%s: good: signed with this key and not changed since\n", file);
      return SPARK_EXIT_DONE;
    case SPARK_SIGNATURE_CHANGED:
      g_printerr ("%s: BAD: it was changed after it was signed\n", file);
      return SPARK_EXIT_CHANGED;
    case SPARK_SIGNATURE_OTHER_KEY:
      g_printerr ("%s: signed with another key than this one\n", file);
      return SPARK_EXIT_OTHER_KEY;
    case SPARK_SIGNATURE_UNREADABLE:
      break;
    }
  g_printerr ("%s: its signature file is not one of Sparkbox\n", file);
  return SPARK_EXIT_UNSIGNED;
}

int
spark_command_verify (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (SparkSigning) own = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL, *signature = NULL, *text = NULL, *data = NULL;
  const GOptionEntry entries[] = {
    { "public-key", 0, 0, G_OPTION_ARG_STRING, &key,
      "The server's public key (default: that of --database)", "KEY" },
    { "signature", 0, 0, G_OPTION_ARG_FILENAME, &signature,
      "The signature (default: FILE and \".sig\")", "FILE" },
    { NULL },
  };
  gsize length, signature_length;

  if (!spark_command_parse (&line, "verify FILE",
                            "Checks an access record against its signature. Ends with 0: good, 3: "
                            "changed after it was signed, 4: signed with another key, 5: no "
                            "signature, 1: it could not be checked.",
                            entries, 1, 1, argv))
    return SPARK_EXIT_USAGE;
  /* Not as a record that another server made would be told of. */
  if (key != NULL && !spark_signing_is_public (key))
    {
      g_printerr ("This is not a public key. Give --public-key as “sparkboxd key public” prints it "
                  "there.\n");
      return SPARK_EXIT_FAILED;
    }
  if (key == NULL && (own = load_own (&line)) == NULL)
    return SPARK_EXIT_FAILED;
  if (!g_file_get_contents (line.arguments[0], &data, &length, &error))
    return spark_command_fail (error);
  if (signature == NULL)
    signature = g_strconcat (line.arguments[0], ".sig", NULL);
  if (!g_file_get_contents (signature, &text, &signature_length, &error))
    {
      g_autofree char *file = spark_command_plain (line.arguments[0]);
      g_autofree char *why = spark_command_plain (error->message);

      g_printerr ("%s: no signature: %s\n", file, why);
      return SPARK_EXIT_UNSIGNED;
    }
  if (signature_length > MAX_SIGNATURE)
    return tell (SPARK_SIGNATURE_UNREADABLE, line.arguments[0]);
  return tell (
      spark_signing_verify (own != NULL ? spark_signing_get_public (own) : key, text, data, length),
      line.arguments[0]);
}
