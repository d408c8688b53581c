/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "server/http/spark-throttle.h"

#define SECOND     G_USEC_PER_SEC
#define LONG_NAMES 20000
#define LENGTH     6000

static void
test_rate (void)
{
  SparkThrottle *throttle = spark_throttle_new (2, 3);

  for (guint i = 0; i < 3; i++)
    g_assert_true (spark_throttle_take (throttle, "a", SECOND));
  g_assert_false (spark_throttle_take (throttle, "a", SECOND));
  g_assert_true (spark_throttle_take (throttle, "b", SECOND));
  g_assert_true (spark_throttle_take (throttle, "a", SECOND + SECOND / 2));
  g_assert_false (spark_throttle_take (throttle, "a", SECOND + SECOND / 2));
  spark_throttle_free (throttle);
}

static gsize
resident_pages (void)
{
  g_autofree char *text = NULL;
  gsize size, resident;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%zu %zu", &size, &resident), ==, 2);
  return resident;
}

/* Names come from strangers: they must not fill the memory, however long they are. */
static void
test_long_names (void)
{
  SparkThrottle *throttle = spark_throttle_new (0.001, 1);
  g_autofree char *name = g_strnfill (LENGTH, 'a');
  gsize before = resident_pages ();

  for (guint i = 0; i < LONG_NAMES; i++)
    {
      g_snprintf (name + LENGTH - 8, 9, "%08u", i);
      g_assert_true (spark_throttle_take (throttle, name, SECOND));
    }
  g_assert_false (spark_throttle_take (throttle, name, SECOND));
  g_assert_cmpuint ((resident_pages () - before) * 4096, <, LONG_NAMES * (gsize)LENGTH / 4);
  spark_throttle_free (throttle);
}

static char *
peer_of (const char *text)
{
  struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
  struct sockaddr_in four = { .sin_family = AF_INET };

  if (inet_pton (AF_INET, text, &four.sin_addr) == 1)
    return spark_throttle_peer ((const struct sockaddr *)&four);
  g_assert_cmpint (inet_pton (AF_INET6, text, &six.sin6_addr), ==, 1);
  return spark_throttle_peer ((const struct sockaddr *)&six);
}

static void
test_peers (void)
{
  static const struct
  {
    const char *one;
    const char *other;
    gboolean same;
  } cases[] = {
    { "203.0.113.7", "203.0.113.7", TRUE },
    { "203.0.113.7", "203.0.113.8", FALSE },
    { "2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", TRUE },
    { "2001:db8:1:2::1", "2001:db8:1:3::1", FALSE },
    { "::ffff:203.0.113.7", "::ffff:203.0.113.8", FALSE },
  };
  g_autofree char *nowhere = spark_throttle_peer (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *one = peer_of (cases[i].one);
      g_autofree char *other = peer_of (cases[i].other);

      g_assert_cmpint (strcmp (one, other) == 0, ==, cases[i].same);
    }
  g_assert_cmpstr (nowhere, ==, "unix");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/throttle/rate", test_rate);
  g_test_add_func ("/throttle/long-names", test_long_names);
  g_test_add_func ("/throttle/peers", test_peers);
  return g_test_run ();
}
