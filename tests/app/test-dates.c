/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <gio/gio.h>
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>

#include "app/spark-date-style.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "model/spark-rules.h"

#define INTERFACE "org.gnome.desktop.interface"
#define KEY       "clock-format"
/* Wednesday, December 23, 2099, two minutes past two in the afternoon */
#define DAY G_GINT64_CONSTANT (4101717720000)

static char *directory; /* of locales made here */

static void
run (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      g_spawn_sync (NULL, (char **)arguments, NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                    NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* Which of them a computer has is its own affair. */
static void
make_locale (const char *name, const char *path)
{
  g_autofree char *source = g_strconcat (path, ".source", NULL);
  /* All the rest would take seconds. */
  g_autofree char *text = g_strdup_printf ("LC_TIME\ncopy \"%s\"\nEND LC_TIME\n", name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (source, text, -1, &error);
  g_assert_no_error (error);
  /* It says that all the rest is missing: whether it worked is seen later. */
  run ((const char *const[]){ "localedef", "-c", "--no-archive", "-i", source, "-f", "UTF-8", path,
                              NULL });
}

static void
set_locale (const char *name)
{
  g_autofree char *full = g_strconcat (name, ".UTF-8", NULL);
  g_autofree char *path = g_build_filename (directory, full, NULL);

  if (!g_str_equal (name, "C") && !g_file_test (path, G_FILE_TEST_EXISTS))
    make_locale (name, path);
  g_setenv ("LOCPATH", directory, TRUE);
  g_assert_nonnull (setlocale (LC_TIME, full));
  g_unsetenv ("LOCPATH");
}

static void
set_language (const char *language)
{
  g_setenv ("LANGUAGE", language, TRUE);
  /* What was found in the language before is not asked for again. */
  textdomain (GETTEXT_PACKAGE);
}

/* @format: NULL: as if nobody had chosen one */
static void
choose (const char *format)
{
  g_autoptr (GSettings) settings = g_settings_new (INTERFACE);

  if (format != NULL)
    g_settings_set_string (settings, KEY, format);
  else
    g_settings_reset (settings, KEY);
}

static void
start (void)
{
  g_unsetenv ("XDG_CURRENT_DESKTOP");
  choose (NULL);
  set_language ("en");
  set_locale ("C");
}

static void
assert_days (const char *day, const char *full_day)
{
  g_autofree char *day_here = spark_phrase_day (DAY);
  g_autofree char *full_day_here = spark_phrase_full_day (DAY);

  g_assert_cmpstr (day_here, ==, day);
  g_assert_cmpstr (full_day_here, ==, full_day);
}

/* @days before today, now */
static void
assert_moment (int days, const char *format)
{
  gint64 ms = spark_time_now () - days * SPARK_DAY_MS;
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (ms / 1000);
  g_autofree char *expected = g_date_time_format (then, format);
  g_autofree char *moment = spark_format_moment (ms);

  g_assert_cmpstr (moment, ==, expected);
}

static void
assert_time (const char *expected)
{
  g_autofree char *time = spark_format_time (DAY);

  g_assert_cmpstr (time, ==, expected);
}

static void
assert_day_of_this_year (const char *format)
{
  gint64 ms = spark_time_now ();
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (ms / 1000);
  g_autofree char *expected = g_date_time_format (then, format);
  g_autofree char *day = spark_phrase_day (ms);

  g_assert_cmpstr (day, ==, expected);
}

static void
test_order (void)
{
  start ();
  assert_days ("Wed 23 Dec 2099", "Wednesday 23 December 2099");
  assert_day_of_this_year ("%a %-d %b");
  set_locale ("en_GB");
  assert_days ("Wed 23 Dec 2099", "Wednesday 23 December 2099");
  assert_day_of_this_year ("%a %-d %b");
  set_locale ("en_US");
  assert_days ("Wed, Dec 23, 2099", "Wednesday, December 23, 2099");
  assert_day_of_this_year ("%a, %b %-d");
  /* Of a year that comes first it does not follow. */
  set_locale ("sv_SE");
  g_assert_cmpstr (nl_langinfo (D_FMT), ==, "%Y-%m-%d");
  g_assert_false (spark_date_style_puts_month_first ());
  set_locale ("en_HK");
  assert_days ("Wed, Dec 23, 2099", "Wednesday, December 23, 2099");
}

/* Also one that writes a day as English does. */
static void
test_order_of_translation (void)
{
  start ();
  set_locale ("en_US");
  set_language ("es");
  assert_days ("Wed 23 Dec 2099", "Wednesday 23 de December de 2099");
  assert_day_of_this_year ("%a %-d %b");
  set_language ("de");
  assert_days ("Wed, 23. Dec 2099", "Wednesday, 23. December 2099");
}

static void
test_hours_of_locale (void)
{
  start ();
  assert_time ("14:02");
  set_locale ("en_GB");
  assert_time ("14:02");
  set_locale ("en_US");
  assert_time ("2:02\u00a0PM");
  set_locale ("de_DE");
  assert_time ("14:02");
  set_locale ("ar_EG");
  assert_time ("2:02\u00a0م");
}

static void
test_hours_chosen (void)
{
  start ();
  choose ("12h");
  assert_time ("2:02\u00a0PM");
  assert_moment (0, "today, %-I:%M\u00a0%p");
  assert_moment (1, "yesterday, %-I:%M\u00a0%p");
  choose ("24h");
  assert_time ("14:02");
  set_locale ("en_US");
  assert_time ("14:02");
  assert_moment (0, "today, %H:%M");
  assert_moment (1, "yesterday, %H:%M");
}

/* What nobody chose there is what its own clock shows; elsewhere it says nothing. */
static void
test_hours_of_desktop (void)
{
  start ();
  set_locale ("en_US");
  g_setenv ("XDG_CURRENT_DESKTOP", "ubuntu:GNOME", TRUE);
  assert_time ("14:02");
  g_setenv ("XDG_CURRENT_DESKTOP", "XFCE", TRUE);
  assert_time ("2:02\u00a0PM");
}

static void
test_hours_translated (void)
{
  start ();
  choose ("12h");
  set_locale ("zh_CN");
  set_language ("zh_CN");
  assert_time ("下午2:02");
  assert_moment (0, "今天 %p%-I:%M");
  assert_moment (1, "昨天 %p%-I:%M");
  /* It has no words of its own for the halves of a day. */
  set_locale ("de_DE");
  set_language ("de");
  assert_time ("2:02\u00a0PM");
  assert_moment (0, "heute, %-I:%M\u00a0%p");
}

static void
test_without_schema (void)
{
  g_autoptr (GObject) object = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  g_setenv ("XDG_DATA_DIRS", directory, TRUE);
  g_setenv ("XDG_DATA_HOME", directory, TRUE);
  g_unsetenv ("GSETTINGS_SCHEMA_DIR");
  g_setenv ("XDG_CURRENT_DESKTOP", "GNOME", TRUE);
  set_language ("en");
  set_locale ("C");
  assert_time ("14:02");
  set_locale ("en_US");
  assert_time ("2:02\u00a0PM");
  object = g_object_new (G_TYPE_OBJECT, NULL);
  spark_date_style_follow (object, G_CALLBACK (g_object_ref));
}

int
main (int argc, char **argv)
{
  int result;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("SPARK_LOCALE"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_test_init (&argc, &argv, NULL);
  directory = g_dir_make_tmp ("dates-XXXXXX", NULL);
  g_test_add_func ("/dates/order", test_order);
  g_test_add_func ("/dates/order-of-translation", test_order_of_translation);
  g_test_add_func ("/dates/hours-of-locale", test_hours_of_locale);
  g_test_add_func ("/dates/hours-chosen", test_hours_chosen);
  g_test_add_func ("/dates/hours-of-desktop", test_hours_of_desktop);
  g_test_add_func ("/dates/hours-translated", test_hours_translated);
  g_test_add_func ("/dates/without-schema", test_without_schema);
  result = g_test_run ();
  run ((const char *const[]){ "rm", "-r", directory, NULL });
  g_free (directory);
  return result;
}
