/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "server/commands/spark-command.h"

static const struct
{
  const char *name;
  const char *second; /* NULL: the command is one word */
  SparkCommandFunc run;
  const char *summary;
} commands[] = {
  { "serve", NULL, spark_command_serve, "serve creators and brands until it is ended" },
  { "account", "add", spark_command_account_add, "add an account and print its id" },
  { "account", "list", spark_command_account_list, "print ID<TAB>NAME a line" },
  { "account", "delete", spark_command_account_delete, "remove an account and all of it" },
  { "token", "create", spark_command_token_create, "print an access token for accounts" },
  { "token", "list", spark_command_token_list, "print ID<TAB>NAME a line" },
  { "token", "revoke", spark_command_token_revoke, "end an access token" },
  { "invite", NULL, spark_command_invite, "print an invitation to accounts for one person" },
  { "person", "list", spark_command_person_list, "print NAME<TAB>ACCOUNT ROLE a line" },
  { "person", "remove", spark_command_person_remove, "end what a person may do" },
  { "advertiser", "add", spark_command_advertiser_add, "add a brand's ad account to the sandbox" },
  { "advertiser", "list", spark_command_advertiser_list, "print ID<TAB>NAME a line" },
  { "advertiser", "token", spark_command_advertiser_token, "print a token for /open_api/v1.3" },
  { "advertiser", "invite", spark_command_advertiser_invite, "print an address that signs in" },
  { "import", NULL, spark_command_import, "read TikTok's data export into an account" },
  { "sample", NULL, spark_command_sample, "add an account with sample data and print its id" },
  { "sandbox", "app", spark_command_sandbox_app, "developers' apps: add, list, secret" },
  { "sandbox", "code", spark_command_sandbox_code, "print an auth code, as if a person said yes" },
  { "sandbox", "deliver", spark_command_sandbox_deliver, "deliver the active ads for some hours" },
  { "sandbox", "fault", spark_command_sandbox_fault, "what /open_api does wrong, for tests" },
  { "sandbox", "set", spark_command_sandbox_set, "choices where TikTok publishes no answer" },
  { "verify", NULL, spark_command_verify, "check an access record against its signature" },
  { "key", "public", spark_command_key_public, "print the key that records are checked with" },
  { "key", "rotate", spark_command_key_rotate, "encrypt all codes with a new key" },
  { "backup", NULL, spark_command_backup, "copy the database, also while it is served" },
  { "check", NULL, spark_command_check, "audit the database and print what is wrong" },
  { "migrate", NULL, spark_command_migrate, "bring the database up to date with this version" },
};

static void
print_help (FILE *stream)
{
  fprintf (stream, "Usage: sparkboxd COMMAND [OPTION…]\n\nCommands:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-10s %-7s  %s\n", commands[i].name,
             commands[i].second != NULL ? commands[i].second : "", commands[i].summary);
  fprintf (stream, "\n“sparkboxd COMMAND --help” tells more about each.\n");
}

/* What keys, codes and tokens are in memory at a crash do not go to the disk. */
static void
dump_no_core (void)
{
  const struct rlimit none = { 0, 0 };

  prctl (PR_SET_DUMPABLE, 0);
  setrlimit (RLIMIT_CORE, &none);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  dump_no_core ();
  if (sodium_init () < 0)
    {
      fprintf (stderr, "libsodium could not be initialized.\n");
      return SPARK_EXIT_FAILED;
    }
  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    {
      printf ("sparkboxd %s\n", SPARK_VERSION);
      return SPARK_EXIT_DONE;
    }
  if (argc == 2 && strcmp (argv[1], "--help") == 0)
    {
      print_help (stdout);
      return SPARK_EXIT_DONE;
    }
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    {
      if (strcmp (argv[1], commands[i].name) != 0)
        continue;
      if (commands[i].second == NULL)
        return commands[i].run (argv + 2);
      if (argc > 2 && strcmp (argv[2], commands[i].second) == 0)
        return commands[i].run (argv + 3);
    }
  print_help (stderr);
  return SPARK_EXIT_USAGE;
}
