/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * What the commands of `sparkboxd` share. Each command prints plain text to stdout and errors to
 * stderr, and returns the status to exit with: 0, 1 (it could not be done) or 2 (usage).
 */
enum
{
  SPARK_EXIT_DONE = 0,
  SPARK_EXIT_FAILED = 1,
  SPARK_EXIT_USAGE = 2,
  /* of `verify` alone */
  SPARK_EXIT_CHANGED = 3,
  SPARK_EXIT_OTHER_KEY = 4,
  SPARK_EXIT_UNSIGNED = 5,
};

typedef struct
{
  char *database;
  char *key;
  char **arguments; /* what is left after the options */
  gboolean begins;  /* the command makes the database where there is none */
} SparkCommandLine;

void spark_command_line_clear (SparkCommandLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkCommandLine, spark_command_line_clear)

/**
 * spark_command_parse:
 * @usage: the arguments after the command, for --help
 * @entries: (nullable): options besides --database and --key
 * @least, @most: how many arguments
 *
 * Options may stand anywhere. Prints what is wrong.
 *
 * Returns: FALSE when the command ends with SPARK_EXIT_USAGE
 */
gboolean spark_command_parse (SparkCommandLine *line, const char *usage, const char *summary,
                              const GOptionEntry *entries, guint least, guint most, char **argv);
/* Prints that @options do nothing there, so that nobody believes they did; SPARK_EXIT_USAGE.
 * @options, @where: as they are typed. */
int spark_command_refuse_options (const char *options, const char *where);
/* Whether @line names a database, and a file that is there or may be made; prints what is wrong. */
gboolean spark_command_check_database (const SparkCommandLine *line);
/* Opens the database of @line; prints why it could not. (transfer full) (nullable) */
SparkStore *spark_command_open (const SparkCommandLine *line);
/* @text as one line that tells a terminal nothing: of a stranger, or with what a stranger named in
 * it, such as a file. (transfer full) */
char *spark_command_plain (const char *text);
/* Prints @error so; SPARK_EXIT_FAILED. */
int spark_command_fail (const GError *error);
/* Prints a line of a list: @id, a tab, and @name (nullable), both plain. */
void spark_command_print_row (const char *id, const char *name);

/* Each takes the arguments after its name, NULL-terminated. */
typedef int (*SparkCommandFunc) (char **argv);
int spark_command_serve (char **argv);
int spark_command_account_add (char **argv);
int spark_command_account_list (char **argv);
int spark_command_account_delete (char **argv);
int spark_command_token_create (char **argv);
int spark_command_token_list (char **argv);
int spark_command_token_revoke (char **argv);
int spark_command_invite (char **argv);
int spark_command_person_list (char **argv);
int spark_command_person_remove (char **argv);
int spark_command_advertiser_add (char **argv);
int spark_command_advertiser_list (char **argv);
int spark_command_advertiser_token (char **argv);
int spark_command_advertiser_invite (char **argv);
int spark_command_import (char **argv);
int spark_command_key_public (char **argv);
int spark_command_key_rotate (char **argv);
int spark_command_verify (char **argv);
int spark_command_backup (char **argv);
int spark_command_check (char **argv);
int spark_command_migrate (char **argv);
int spark_command_sample (char **argv);
int spark_command_sandbox_app (char **argv);
int spark_command_sandbox_code (char **argv);
int spark_command_sandbox_deliver (char **argv);
int spark_command_sandbox_fault (char **argv);
int spark_command_sandbox_set (char **argv);

G_END_DECLS
