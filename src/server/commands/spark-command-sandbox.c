/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/commands/spark-command.h"
#include "server/intake/spark-delivery.h"
#include "server/ledger/spark-ledger-apps.h"
#include "server/store/spark-sandbox-settings.h"

#define HOUR_MS   G_GINT64_CONSTANT (3600000)
#define MAX_HOURS 8784

/* What an app is given when nobody says otherwise: all that this sandbox answers. */
#define ALL_SCOPES                                                                                 \
  "user.info.basic,user.info.username,user.info.stats,user.insights,video.list,video.insights,"    \
  "biz.spark.auth"

typedef struct
{
  const char *subject;
  const char *redirect_uri;
  const char *account;
  const char *scope;
  char **advertisers;
  SparkAppLevel level;
  SparkSetting setting;
  gint64 value;
  char *printed;
} Job;

static int
write_and_print (const SparkCommandLine *line, SparkStoreFunc run, Job *job)
{
  g_autoptr (SparkStore) store = spark_command_open (line);
  g_autoptr (GError) error = NULL;

  if (store == NULL)
    return SPARK_EXIT_FAILED;
  if (!spark_store_write (store, run, job, &error))
    return spark_command_fail (error);
  if (job->printed != NULL)
    printf ("%s\n", job->printed);
  g_clear_pointer (&job->printed, g_free);
  return SPARK_EXIT_DONE;
}

/* --- app --- */

static gboolean
run_app_add (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;

  return spark_ledger_add_app (tx, job->subject, job->redirect_uri, job->level, &job->printed,
                               error);
}

static gboolean
run_app_secret (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;

  return spark_ledger_renew_app_secret (tx, job->subject, &job->printed, error);
}

static gboolean
print_app (const char *id, const char *name, gpointer data)
{
  spark_command_print_row (id, name);
  return TRUE;
}

static int
list_apps (const SparkCommandLine *line)
{
  g_autoptr (SparkStore) store = spark_command_open (line);
  g_autoptr (GError) error = NULL;
  SparkTx *tx;

  if (store == NULL)
    return SPARK_EXIT_FAILED;
  tx = spark_store_read_begin (store, &error);
  if (tx != NULL)
    {
      spark_read_apps (tx, print_app, NULL, &error);
      spark_store_read_end (tx);
    }
  return error == NULL ? SPARK_EXIT_DONE : spark_command_fail (error);
}

static gboolean
parse_level (const char *text, SparkAppLevel *level)
{
  static const char *const names[] = { "basic", "advanced", "premium", "ultimate" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (text == NULL || strcmp (names[i], text) == 0)
      {
        *level = (SparkAppLevel)i;
        return TRUE;
      }
  g_printerr ("The level is basic, advanced, premium or ultimate.\n");
  return FALSE;
}

int
spark_command_sandbox_app (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autofree char *redirect = NULL;
  g_autofree char *level = NULL;
  Job job = { 0 };
  const GOptionEntry entries[] = {
    { "redirect", 0, 0, G_OPTION_ARG_STRING, &redirect, "Where people come back to with a code",
      "URL" },
    { "level", 0, 0, G_OPTION_ARG_STRING, &level, "How much it may ask (default: basic)",
      "basic|advanced|premium|ultimate" },
    { NULL },
  };

  if (!spark_command_parse (
          &line, "sandbox app add NAME | list | secret ID",
          "add prints the app's id; list prints ID<TAB>NAME a line; secret prints "
          "a new secret, once: it is not kept, and the old one works no more.",
          entries, 1, 2, argv)
      || !parse_level (level, &job.level))
    return SPARK_EXIT_USAGE;
  if (strcmp (line.arguments[0], "add") != 0 && (redirect != NULL || level != NULL))
    return spark_command_refuse_options ("--redirect and no --level", line.arguments[0]);
  job.subject = line.arguments[1];
  job.redirect_uri = redirect;
  if (strcmp (line.arguments[0], "list") == 0 && job.subject == NULL)
    return list_apps (&line);
  line.begins = strcmp (line.arguments[0], "add") == 0;
  if (line.begins && job.subject != NULL)
    return write_and_print (&line, run_app_add, &job);
  if (strcmp (line.arguments[0], "secret") == 0 && job.subject != NULL)
    return write_and_print (&line, run_app_secret, &job);
  g_printerr ("Usage: sparkboxd sandbox app add NAME | list | secret ID\n");
  return SPARK_EXIT_USAGE;
}

/* --- code --- */

static gboolean
run_code (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  const char *redirect_uri = job->redirect_uri;
  SparkApp app;

  if (!spark_read_app (tx, job->subject, &app, error))
    return FALSE;
  if (job->account == NULL)
    return spark_ledger_consent_advertisers (tx, app.id, (const char *const *)job->advertisers,
                                             &job->printed, error);
  if (redirect_uri == NULL)
    redirect_uri = app.redirect_uri;
  return spark_ledger_consent_account (tx, app.id, job->account, job->scope, redirect_uri, NULL,
                                       &job->printed, error);
}

int
spark_command_sandbox_code (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_auto (GStrv) advertisers = NULL;
  g_autofree char *account = NULL;
  g_autofree char *scope = NULL;
  g_autofree char *redirect = NULL;
  Job job = { 0 };
  const GOptionEntry entries[] = {
    { "advertiser", 0, 0, G_OPTION_ARG_STRING_ARRAY, &advertisers,
      "An ad account it is for; may be given several times", "ID" },
    { "account", 0, 0, G_OPTION_ARG_STRING, &account, "The creator's account it is for", "ID" },
    { "scope", 0, 0, G_OPTION_ARG_STRING, &scope, "What for (default: all)", "LIST" },
    { "redirect", 0, 0, G_OPTION_ARG_STRING, &redirect,
      "The redirect_uri it is exchanged with (default: the app's)", "URL" },
    { NULL },
  };

  if (!spark_command_parse (&line, "sandbox code APP",
                            "Prints an auth code for an app, as if a person had said yes: for "
                            "oauth2/access_token with --advertiser, for tt_user/oauth2/token with "
                            "--account.",
                            entries, 1, 1, argv))
    return SPARK_EXIT_USAGE;
  if ((advertisers != NULL) == (account != NULL))
    {
      g_printerr ("Say whom it is for: --advertiser ID or --account ID\n");
      return SPARK_EXIT_USAGE;
    }
  if (advertisers != NULL && (scope != NULL || redirect != NULL))
    return spark_command_refuse_options ("--scope and no --redirect", "--advertiser");
  job.subject = line.arguments[0];
  job.advertisers = advertisers;
  job.account = account;
  job.scope = scope != NULL ? scope : ALL_SCOPES;
  job.redirect_uri = redirect;
  return write_and_print (&line, run_code, &job);
}

/* --- fault, set --- */

static gboolean
run_set (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;

  return spark_write_setting (tx, job->setting, job->value, error);
}

static gboolean
run_clear (SparkTx *tx, gpointer data, GError **error)
{
  for (int i = 0; i < SPARK_N_SETTINGS; i++)
    if (spark_setting_infos[i].fault
        && !spark_write_setting (tx, i, spark_setting_infos[i].absent, error))
      return FALSE;
  return TRUE;
}

static int
list_settings (const SparkCommandLine *line, gboolean faults)
{
  g_autoptr (SparkStore) store = spark_command_open (line);
  g_autoptr (GError) error = NULL;
  SparkSettings settings;
  SparkTx *tx;

  if (store == NULL)
    return SPARK_EXIT_FAILED;
  tx = spark_store_read_begin (store, &error);
  if (tx != NULL)
    {
      spark_read_settings (tx, &settings, &error);
      spark_store_read_end (tx);
    }
  if (error != NULL)
    return spark_command_fail (error);
  for (int i = 0; i < SPARK_N_SETTINGS; i++)
    if (spark_setting_infos[i].fault == faults)
      printf ("%s\t%" G_GINT64_FORMAT "\t%s\n", spark_setting_infos[i].name, settings.of[i],
              spark_setting_infos[i].summary);
  return SPARK_EXIT_DONE;
}

static int
change_setting (const SparkCommandLine *line, gboolean faults)
{
  Job job = { 0 };
  int i = 0;

  while (i < SPARK_N_SETTINGS
         && (spark_setting_infos[i].fault != faults
             || strcmp (spark_setting_infos[i].name, line->arguments[0]) != 0))
    i++;
  if (i == SPARK_N_SETTINGS)
    {
      g_printerr ("There is no “%s”. Without a name all are listed.\n", line->arguments[0]);
      return SPARK_EXIT_USAGE;
    }
  if (line->arguments[1] == NULL
      || !g_ascii_string_to_signed (line->arguments[1], 10, 0, spark_setting_infos[i].most,
                                    &job.value, NULL))
    {
      g_printerr ("%s is a number from 0 to %" G_GINT64_FORMAT ": %s\n",
                  spark_setting_infos[i].name, spark_setting_infos[i].most,
                  spark_setting_infos[i].summary);
      return SPARK_EXIT_USAGE;
    }
  job.setting = i;
  return write_and_print (line, run_set, &job);
}

int
spark_command_sandbox_fault (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  gboolean clear = FALSE;
  const GOptionEntry entries[] = {
    { "clear", 0, 0, G_OPTION_ARG_NONE, &clear, "Nothing is done wrong any more", NULL },
    { NULL },
  };

  if (!spark_command_parse (&line, "sandbox fault [NAME VALUE]",
                            "What a running server does wrong in /open_api, for those who test "
                            "against it. Without a name: prints NAME<TAB>VALUE<TAB>MEANING a line.",
                            entries, 0, 2, argv))
    return SPARK_EXIT_USAGE;
  if (clear && line.arguments[0] != NULL)
    return spark_command_refuse_options ("NAME and no VALUE", "--clear");
  if (clear)
    return write_and_print (&line, run_clear, &(Job){ 0 });
  return line.arguments[0] == NULL ? list_settings (&line, TRUE) : change_setting (&line, TRUE);
}

int
spark_command_sandbox_set (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };

  if (!spark_command_parse (&line, "sandbox set [NAME VALUE]",
                            "How the sandbox behaves where TikTok publishes no answer. Without a "
                            "name: prints NAME<TAB>VALUE<TAB>MEANING a line.",
                            NULL, 0, 2, argv))
    return SPARK_EXIT_USAGE;
  return line.arguments[0] == NULL ? list_settings (&line, FALSE) : change_setting (&line, FALSE);
}

/* --- deliver --- */

typedef struct
{
  SparkStore *store;
  guint64 seed;
  gint64 first; /* hours since 1970 */
  gint64 last;
  const SparkAdKey *key;
  guint ordinal;
  gint64 views;
} Delivery;

static gboolean
run_delivery (SparkTx *tx, gpointer data, GError **error)
{
  Delivery *delivery = data;

  return spark_delivery_run (tx, delivery->seed, delivery->key->advertiser, delivery->key->id,
                             delivery->ordinal, delivery->first, delivery->last, &delivery->views,
                             error);
}

/* An ad a transaction, so that a running server is never held up for long. */
static gboolean
deliver_all (Delivery *delivery, const char *advertiser, GError **error)
{
  g_autoptr (GArray) keys = NULL;
  SparkTx *tx = spark_store_read_begin (delivery->store, error);

  if (tx == NULL)
    return FALSE;
  keys = spark_read_delivering (tx, advertiser, error);
  spark_store_read_end (tx);
  for (guint i = 0; keys != NULL && i < keys->len; i++)
    {
      delivery->key = &g_array_index (keys, SparkAdKey, i);
      delivery->ordinal = i;
      if (!spark_store_write (delivery->store, run_delivery, delivery, error))
        return FALSE;
      printf ("%s\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\n", delivery->key->advertiser,
              delivery->key->id, delivery->views);
    }
  fflush (stdout);
  return keys != NULL;
}

int
spark_command_sandbox_deliver (char **argv)
{
  g_auto (SparkCommandLine) line = { 0 };
  g_autofree char *advertiser = NULL;
  g_autoptr (SparkStore) store = NULL;
  g_autoptr (GError) error = NULL;
  gint64 hours = 1, seed = 1, every = 0;
  gint64 now = g_get_real_time () / 1000 / HOUR_MS;
  const GOptionEntry entries[] = {
    { "hours", 0, 0, G_OPTION_ARG_INT64, &hours, "How many hours of delivery (default: 1)", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed,
      "Another seed brings other figures, the same one the same (default: 1)", "N" },
    { "advertiser", 0, 0, G_OPTION_ARG_STRING, &advertiser, "The ads of this ad account alone",
      "ID" },
    { "every", 0, 0, G_OPTION_ARG_INT64, &every, "Go on with an hour every so many seconds",
      "SECONDS" },
    { NULL },
  };
  Delivery delivery = { 0 };

  if (!spark_command_parse (&line, "sandbox deliver",
                            "Delivers the active ads of the sandbox: prints "
                            "ADVERTISER<TAB>AD<TAB>VIEWS a line. Hours before an ad was made count "
                            "on the day of its making.",
                            entries, 0, 0, argv))
    return SPARK_EXIT_USAGE;
  if (hours < 1 || hours > MAX_HOURS || every < 0 || every > 86400)
    {
      g_printerr ("The hours are a number from 1 to %d, the seconds one to 86400.\n", MAX_HOURS);
      return SPARK_EXIT_USAGE;
    }
  store = spark_command_open (&line);
  if (store == NULL)
    return SPARK_EXIT_FAILED;
  delivery
      = (Delivery){ .store = store, .seed = (guint64)seed, .first = now - hours + 1, .last = now };
  while (deliver_all (&delivery, advertiser, &error) && every > 0)
    {
      sleep ((guint)every);
      delivery.first = ++delivery.last;
    }
  return error == NULL ? SPARK_EXIT_DONE : spark_command_fail (error);
}
