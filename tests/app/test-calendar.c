/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "acts-fixture.h"

#define ADDRESS "/v1/accounts/1/calendar-address"

static void
test_copy (void)
{
  SparkWindow *window = acts_set_up ();

  test_window_set_account_id (window, "1");
  fake_answer ("POST " ADDRESS, "{\"path\":\"/v1/calendars/abc/ends.ics\"}");
  test_window_act (window, "win.copy-calendar-address", NULL);
  acts_assert_toast (window, "Calendar address copied. Whoever has it sees what ends.");
  acts_assert_sent ("POST " ADDRESS " {}");
  acts_assert_clipboard (window, "unix:fake/v1/calendars/abc/ends.ics");

  fake_answer ("POST " ADDRESS, "{\"path\":\"https://elsewhere.example\"}");
  test_window_act (window, "win.copy-calendar-address", NULL);
  acts_assert_toast (window, "Server and Sparkbox Don’t Match");
  test_window_free (window);
}

static void
test_replace (void)
{
  SparkWindow *window = acts_set_up ();

  test_window_set_account_id (window, "1");
  test_window_act (window, "win.replace-calendar-address", NULL);
  acts_assert_text (test_get_dialog (window), "Give them the new one.");
  g_assert_cmpstr (fake_sent (), ==, "");
  fake_answer ("POST " ADDRESS, "{\"path\":\"/v1/calendars/new/ends.ics\"}");
  acts_confirm (window);
  acts_assert_toast (window, "Calendar address copied. Whoever has it sees what ends.");
  acts_assert_sent ("POST " ADDRESS " {\"replace\":true}");
  acts_assert_clipboard (window, "unix:fake/v1/calendars/new/ends.ics");
  test_window_free (window);
}

static void
test_which (void)
{
  SparkWindow *window = acts_set_up ();

  test_window_act (window, "win.copy-calendar-address", NULL);
  acts_assert_toast (window, "Each account has an address of its own. Choose one account first.");
  g_assert_cmpstr (fake_sent (), ==, "");
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/calendar/copy", test_copy);
  g_test_add_func ("/calendar/replace", test_replace);
  g_test_add_func ("/calendar/which", test_which);
  return g_test_run ();
}
