/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "model/spark-error.h"
#include "model/spark-objects.h"
#include "server/commands/spark-command.h"
#include "server/intake/spark-sample.h"
#include "server/ledger/spark-ledger-people.h"
#include "server/ledger/spark-ledger.h"
#include "server/store/spark-store-read.h"
#include "spark-enum-types.h"

#define DAY_MS (G_GINT64_CONSTANT (86400) * 1000)
#define INVITATION_DAYS 7
/* A number of days that nobody has said. */
#define UNSAID G_MININT64

/* The person at the terminal has the database itself: recorded as the owner. */
static const SparkActor owner = { SPARK_ACTOR_CREATOR, NULL, NULL, NULL };

/* What a writing command's transaction is given, and what it prints when it is done. */
typedef struct
{
  SparkStoreFunc run;
  const char *subject;
  char **subjects;
  int platform;
  int role;
  const char *name;
  gint64 days;
  gboolean invite;
  char *printed;
} Job;

static gboolean
run_afresh (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;

  g_clear_pointer (&job->printed, g_free);
  return job->run (tx, job, error);
}

static int
write_and_print (const SparkCommandLine *line, SparkStoreFunc run, Job *job)
{
  g_autoptr (SparkStore) store = spark_command_open (line);
  g_autoptr (GError) error = NULL;

  if (store == NULL)
    return SPARK_EXIT_FAILED;
  job->run = run;
  if (!spark_store_write (store, run_afresh, job, &error))
    return spark_command_fail (error);
  if (job->printed != NULL)
    printf ("%s\n", job->printed);
  g_clear_pointer (&job->printed, g_free);
  return SPARK_EXIT_DONE;
}

typedef gboolean (*Print) (SparkTx *tx, GError **error);

static int
read_and_print (const char *usage, const char *summary, Print print, char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (SparkStore) store = NULL;
  g_autoptr (GError) error = NULL;
  SparkTx *tx;

  if (!spark_command_parse (&line, usage, summary, NULL, 0, 0, argv))
    return SPARK_EXIT_USAGE;
  store = spark_command_open (&line);
  if (store == NULL)
    return SPARK_EXIT_FAILED;
  tx = spark_store_read_begin (store, &error);
  if (tx != NULL)
    {
      print (tx, &error);
      spark_store_read_end (tx);
    }
  return error == NULL ? SPARK_EXIT_DONE : spark_command_fail (error);
}

static gboolean
parse_enum (GType type, const char *text, int *value)
{
  if (text == NULL || spark_enum_from_string (type, text, value))
    return TRUE;
  g_printerr ("“%s” is not known here; see --help.\n", text);
  return FALSE;
}

/* --- account --- */

static gboolean
run_account_add (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  g_autofree char *id = NULL;
  g_autofree char *invitation = NULL;
  gint64 account;

  if (!spark_ledger_add_account (tx, &owner, job->platform, job->subject, job->name, &id, error))
    return FALSE;
  account = g_ascii_strtoll (id, NULL, 10);
  if (job->invite
      && !spark_ledger_invite (tx, SPARK_ROLE_OWNER, &account, 1,
                               spark_tx_now (tx) + INVITATION_DAYS * DAY_MS, &invitation, error))
    return FALSE;
  job->printed = invitation != NULL ? g_strconcat (id, "\n", invitation, NULL)
                                    : g_steal_pointer (&id);
  return TRUE;
}

int
spark_command_account_add (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autofree char *platform = NULL;
  g_autofree char *handle = NULL;
  Job job = { .platform = SPARK_PLATFORM_SANDBOX };
  const GOptionEntry entries[] = {
    { "platform", 0, 0, G_OPTION_ARG_STRING, &platform, "Where it is (default: sandbox)",
      "sandbox|tracked|tiktok" },
    { "handle", 0, 0, G_OPTION_ARG_STRING, &handle, "The creator's user name", "NAME" },
    { "invite", 0, 0, G_OPTION_ARG_NONE, &job.invite,
      "Print an invitation to it as well, as “invite” does, on a line of its own", NULL },
    { NULL },
  };

  if (!spark_command_parse (&line, "account add NAME", "Adds an account and prints its id.",
                            entries, 1, 1, argv)
      || !parse_enum (SPARK_TYPE_PLATFORM_KIND, platform, &job.platform))
    return SPARK_EXIT_USAGE;
  line.begins = TRUE;
  job.subject = line.arguments[0];
  job.name = handle;
  return write_and_print (&line, run_account_add, &job);
}

static gboolean
print_account (const SparkAccount *account, gpointer data)
{
  spark_command_print_row (account->id, account->name);
  return TRUE;
}

static gboolean
print_accounts (SparkTx *tx, GError **error)
{
  return spark_read_accounts (tx, &(SparkScope){ .all = TRUE }, print_account, NULL, error);
}

int
spark_command_account_list (char **argv)
{
  return read_and_print ("account list", "Prints ID<TAB>NAME a line.", print_accounts, argv);
}

static gboolean
run_account_delete (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_delete_account (tx, &owner, ((Job *)data)->subject, error);
}

int
spark_command_account_delete (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (SparkStore) store = NULL;
  g_autoptr (GError) error = NULL;
  SparkRemoval removal = SPARK_REMOVAL_INIT;
  gboolean more = TRUE;
  Job job = { 0 };

  if (!spark_command_parse (&line, "account delete ID", "Removes an account and all of it.", NULL,
                            1, 1, argv))
    return SPARK_EXIT_USAGE;
  job.subject = line.arguments[0];
  store = spark_command_open (&line);
  if (store == NULL)
    return SPARK_EXIT_FAILED;
  if (!spark_store_write (store, run_account_delete, &job, &error))
    return spark_command_fail (error);
  while (more)
    if (!spark_ledger_remove_some (store, &removal, &more, &error))
      return spark_command_fail (error);
  return SPARK_EXIT_DONE;
}

/* --- token --- */

/* The accounts named at the terminal, of gint64; NULL: one is not there. */
static GArray *
find_accounts (SparkTx *tx, char **subjects, GError **error)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (char **subject = subjects; *subject != NULL; subject++)
    {
      SparkAccount account;
      gint64 number = 0;

      if (!g_ascii_string_to_signed (*subject, 10, 1, G_MAXINT64, &number, NULL)
          || !spark_read_account (tx, number, &account, NULL))
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
                       "There is no account “%s”. See “sparkboxd account list”.", *subject);
          return NULL;
        }
      g_array_append_val (accounts, number);
    }
  return g_steal_pointer (&accounts);
}

static gboolean
run_token_create (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  g_autoptr (GArray) accounts = find_accounts (tx, job->subjects, error);
  g_autofree char *id = NULL;

  return accounts != NULL
         && spark_ledger_create_token (
             tx, job->name, job->role, (const gint64 *)accounts->data, accounts->len,
             job->days > 0 ? spark_tx_now (tx) + job->days * DAY_MS : 0, &id, &job->printed, error);
}

int
spark_command_token_create (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autofree char *role = NULL;
  g_autofree char *name = NULL;
  Job job = { .role = SPARK_ROLE_OWNER, .days = UNSAID };
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &role, "What it may do (default: owner)",
      "view|generate|revoke|owner" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, "Whom it is for", "NAME" },
    { "days", 0, 0, G_OPTION_ARG_INT64, &job.days, "Ends after so many days (default: never)",
      "N" },
    { NULL },
  };

  if (!spark_command_parse (&line, "token create ACCOUNT…",
                            "Prints an access token for accounts, once: it is not kept.", entries,
                            1, SPARK_SCOPE_MAX, argv)
      || !parse_enum (SPARK_TYPE_ROLE, role, &job.role))
    return SPARK_EXIT_USAGE;
  if (job.days != UNSAID && (job.days < 1 || job.days > 36500))
    {
      g_printerr ("The days are a number from 1 to 36500.\n");
      return SPARK_EXIT_USAGE;
    }
  job.subjects = line.arguments;
  job.name = name;
  return write_and_print (&line, run_token_create, &job);
}

static gboolean
print_token (const char *id, const char *name, gpointer data)
{
  spark_command_print_row (id, name);
  return TRUE;
}

static gboolean
print_tokens (SparkTx *tx, GError **error)
{
  return spark_read_tokens (tx, print_token, NULL, error);
}

int
spark_command_token_list (char **argv)
{
  return read_and_print ("token list", "Prints ID<TAB>NAME a line.", print_tokens, argv);
}

static gboolean
run_token_revoke (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_revoke_token (tx, ((Job *)data)->subject, error);
}

int
spark_command_token_revoke (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  Job job = { 0 };

  if (!spark_command_parse (&line, "token revoke ID", "Ends an access token.", NULL, 1, 1, argv))
    return SPARK_EXIT_USAGE;
  job.subject = line.arguments[0];
  return write_and_print (&line, run_token_revoke, &job);
}

/* --- invite --- */

static gboolean
run_invite (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  g_autoptr (GArray) accounts = find_accounts (tx, job->subjects, error);

  return accounts != NULL
         && spark_ledger_invite (tx, job->role, (const gint64 *)accounts->data, accounts->len,
                                 spark_tx_now (tx) + job->days * DAY_MS, &job->printed, error);
}

static gboolean
run_withdraw (SparkTx *tx, gpointer data, GError **error)
{
  g_autoptr (GArray) accounts = find_accounts (tx, ((Job *)data)->subjects, error);

  return accounts != NULL
         && spark_ledger_withdraw_invitations (tx, (const gint64 *)accounts->data, accounts->len,
                                               error);
}

int
spark_command_invite (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autofree char *role = NULL;
  gboolean withdraw = FALSE;
  Job job = { .role = SPARK_ROLE_OWNER, .days = UNSAID };
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &role, "What the person may do (default: owner)",
      "view|generate|revoke|owner" },
    { "days", 0, 0, G_OPTION_ARG_INT64, &job.days, "How long it can be used (default: 7)", "N" },
    { "withdraw", 0, 0, G_OPTION_ARG_NONE, &withdraw,
      "Instead, take back all invitations to these accounts that nobody has used", NULL },
    { NULL },
  };

  if (!spark_command_parse (
          &line, "invite ACCOUNT…",
          "Prints an invitation to accounts for one person, once: it is not kept.", entries, 1,
          SPARK_SCOPE_MAX, argv)
      || !parse_enum (SPARK_TYPE_ROLE, role, &job.role))
    return SPARK_EXIT_USAGE;
  if (withdraw && (role != NULL || job.days != UNSAID))
    return spark_command_refuse_options ("--role and no --days", "invite --withdraw");
  if (job.days == UNSAID)
    job.days = INVITATION_DAYS;
  if (job.days < 1 || job.days > 365)
    {
      g_printerr ("The days are a number from 1 to 365.\n");
      return SPARK_EXIT_USAGE;
    }
  job.subjects = line.arguments;
  return write_and_print (&line, withdraw ? run_withdraw : run_invite, &job);
}

/* --- person --- */

static gboolean
print_seat (const char *name, gint64 account, int role, gpointer data)
{
  g_autofree char *seat = NULL;

  if (account != 0)
    seat = g_strdup_printf ("%" G_GINT64_FORMAT " %s", account,
                            spark_enum_to_string (SPARK_TYPE_ROLE, role));
  spark_command_print_row (name, seat);
  return TRUE;
}

static gboolean
print_seats (SparkTx *tx, GError **error)
{
  return spark_read_seats (tx, print_seat, NULL, error);
}

int
spark_command_person_list (char **argv)
{
  return read_and_print ("person list",
                         "Prints NAME<TAB>ACCOUNT ROLE a line, for each account of each person.",
                         print_seats, argv);
}

static gboolean
run_person_remove (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  g_autoptr (GArray) accounts = find_accounts (tx, job->subjects, error);

  return accounts != NULL
         && spark_ledger_remove_person (tx, job->subject, (const gint64 *)accounts->data,
                                        accounts->len, error);
}

int
spark_command_person_remove (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  Job job = { 0 };

  if (!spark_command_parse (&line, "person remove NAME [ACCOUNT…]",
                            "Ends at once what a person may do at these accounts; without any, at "
                            "all, and the person is forgotten, with their password. So can be "
                            "helped who has forgotten theirs, or shall have a lesser role: by "
                            "another invitation afterwards. Access tokens of “token create” are no "
                            "person’s.",
                            NULL, 1, 1 + SPARK_SCOPE_MAX, argv))
    return SPARK_EXIT_USAGE;
  job.subject = line.arguments[0];
  job.subjects = line.arguments + 1;
  return write_and_print (&line, run_person_remove, &job);
}

/* --- advertiser --- */

static gboolean
run_advertiser_add (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;

  return spark_ledger_add_advertiser (tx, job->subject, &job->printed, error);
}

int
spark_command_advertiser_add (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  Job job = { 0 };

  if (!spark_command_parse (&line, "advertiser add NAME",
                            "Adds a brand's ad account to the sandbox and prints its id.", NULL, 1,
                            1, argv))
    return SPARK_EXIT_USAGE;
  line.begins = TRUE;
  job.subject = line.arguments[0];
  return write_and_print (&line, run_advertiser_add, &job);
}

static gboolean
print_advertiser (const SparkAdvertiser *advertiser, gpointer data)
{
  spark_command_print_row (advertiser->id, advertiser->name);
  return TRUE;
}

static gboolean
print_advertisers (SparkTx *tx, GError **error)
{
  return spark_read_advertisers (tx, print_advertiser, NULL, error);
}

int
spark_command_advertiser_list (char **argv)
{
  return read_and_print ("advertiser list", "Prints ID<TAB>NAME a line.", print_advertisers, argv);
}

static gboolean
run_advertiser_token (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;

  return spark_ledger_create_advertiser_token (tx, job->subject, &job->printed, error);
}

int
spark_command_advertiser_token (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  Job job = { 0 };

  if (!spark_command_parse (&line, "advertiser token ID",
                            "Prints a token for /open_api/v1.3, once: it is not kept.", NULL, 1, 1,
                            argv))
    return SPARK_EXIT_USAGE;
  job.subject = line.arguments[0];
  return write_and_print (&line, run_advertiser_token, &job);
}

static gboolean
run_advertiser_invite (SparkTx *tx, gpointer data, GError **error)
{
  g_autofree char *invitation = NULL;
  Job *job = data;

  if (!spark_ledger_invite_brand (tx, job->subject, &invitation, error))
    return FALSE;
  job->printed = g_strconcat (job->name, "/i#", invitation, NULL);
  return TRUE;
}

int
spark_command_advertiser_invite (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autofree char *brand_url = NULL;
  Job job = { 0 };
  const GOptionEntry entries[] = {
    { "brand-url", 0, 0, G_OPTION_ARG_STRING, &brand_url, "Where brands reach this backend",
      "URL" },
    { NULL },
  };

  if (!spark_command_parse (&line, "advertiser invite ID",
                            "Prints an address that signs one browser in for an ad account, once, "
                            "within a week.",
                            entries, 1, 1, argv))
    return SPARK_EXIT_USAGE;
  if (brand_url == NULL)
    {
      g_printerr (
          "Say where brands reach this backend: --brand-url https://sparkbox.example.com\n");
      return SPARK_EXIT_USAGE;
    }
  while (g_str_has_suffix (brand_url, "/"))
    brand_url[strlen (brand_url) - 1] = '\0';
  job.subject = line.arguments[0];
  job.name = brand_url;
  return write_and_print (&line, run_advertiser_invite, &job);
}

/* --- sample --- */

int
spark_command_sample (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autoptr (SparkStore) store = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  int videos = SPARK_SAMPLE_VIDEOS;
  const GOptionEntry entries[] = {
    { "videos", 0, 0, G_OPTION_ARG_INT, &videos, "How many (default: 300)", "N" },
    { NULL },
  };

  if (!spark_command_parse (&line, "sample",
                            "Adds a sandbox account with videos, brands, codes and grants, and "
                            "prints its id.",
                            entries, 0, 0, argv))
    return SPARK_EXIT_USAGE;
  if (videos < 1 || videos > SPARK_SAMPLE_MAX_VIDEOS)
    {
      g_printerr ("The videos are a number from 1 to %d.\n", SPARK_SAMPLE_MAX_VIDEOS);
      return SPARK_EXIT_USAGE;
    }
  line.begins = TRUE;
  store = spark_command_open (&line);
  if (store == NULL)
    return SPARK_EXIT_FAILED;
  if (!spark_sample_write (store, (guint)videos, &id, &error))
    return spark_command_fail (error);
  printf ("%s\n", id);
  return SPARK_EXIT_DONE;
}
