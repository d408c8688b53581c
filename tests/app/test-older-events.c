/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-older-events.h"
#include "client/spark-event-list.h"
#include "fake-backend.h"

#define ASKED  "GET /v1/events?limit=100&account=1"
#define NUMBER "7123456789012345678"

/* The backend is asked for what is found in the copy, and for no more than it takes. */
static void
test_search (void)
{
  static const struct
  {
    const char *typed;
    const char *asked;
  } cases[] = {
    { NULL, "" },
    { "", "" },
    { " @ ", "" }, /* nothing to look for, yet */
    { "50% Café", "&q=50%25%20Caf%C3%A9" },
    { "@acme", "&q=%40acme" },
  };
  g_autoptr (GString) address = g_string_new ("acme https://www.tiktok.com/@a/video/" NUMBER "?x=");

  for (guint i = 0; i < 200; i++)
    g_string_append_c (address, 'y');
  for (gsize i = 0; i <= G_N_ELEMENTS (cases); i++)
    {
      gboolean last = i == G_N_ELEMENTS (cases);
      g_autoptr (SparkClient) client = fake_client_new ();
      g_autoptr (SparkOlderEvents) events = spark_older_events_new (client, "1");
      g_autofree char *request
          = g_strconcat (ASKED, last ? "&q=acme%20" NUMBER : cases[i].asked, NULL);
      g_autofree char *line = g_strconcat (request, "\n", NULL);

      fake_reset ();
      fake_answer (request, "{\"items\":[],\"next_cursor\":null}");
      spark_older_events_narrow (events, 0, last ? address->str : cases[i].typed);
      spark_older_events_load (events, 0);
      while (spark_older_events_get_status (events) == SPARK_OLDER_LOADING)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (spark_older_events_get_status (events), ==, SPARK_OLDER_ALL);
      g_assert_cmpstr (fake_sent (), ==, line);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/older-events/search", test_search);
  return g_test_run ();
}
