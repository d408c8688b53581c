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
  SparkThrottle *throttle = spark_throttle_new ("test", 2, 3);

  for (guint i = 0; i < 3; i++)
    g_assert_true (spark_throttle_take (throttle, "a", SECOND));
  g_assert_false (spark_throttle_take (throttle, "a", SECOND));
  g_assert_true (spark_throttle_take (throttle, "b", SECOND));
  g_assert_true (spark_throttle_take (throttle, "a", SECOND + SECOND / 2));
  g_assert_false (spark_throttle_take (throttle, "a", SECOND + SECOND / 2));
  spark_throttle_free (throttle);
}

/* Whoever fills it with names locks nobody out. */
static void
test_full (void)
{
  SparkThrottle *throttle = spark_throttle_new ("test", 0.001, 4);

  /* As many as fit, which took all they had. */
  for (guint i = 0; i < 65536; i++)
    {
      g_autofree char *name = g_strdup_printf ("busy %u", i);

      for (guint j = 0; j < 4; j++)
        g_assert_true (spark_throttle_take (throttle, name, SECOND));
    }
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("new %u", i);

      g_assert_true (spark_throttle_take (throttle, name, SECOND));
    }
  g_assert_false (spark_throttle_take (throttle, "new", SECOND));
  g_assert_false (spark_throttle_take (throttle, "busy 7", SECOND));
  spark_throttle_free (throttle);

  /* Those that took little make room, and each newcomer counts by itself again. */
  throttle = spark_throttle_new ("test", 0.001, 4);
  for (guint i = 0; i < 65536; i++)
    {
      g_autofree char *name = g_strdup_printf ("quiet %u", i);

      g_assert_true (spark_throttle_take (throttle, name, SECOND));
    }
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("new %u", i);

      g_assert_true (spark_throttle_take (throttle, name, SECOND));
    }
  spark_throttle_free (throttle);
}

static void
count_wakes (gpointer data)
{
  ++*(guint *)data;
}

/* Two servers in one: what either lets through counts at both, and what was too much is owed. */
static void
test_shared (void)
{
  SparkThrottle *here, *alone = spark_throttle_new ("test", 1, 4);
  g_autofree char *words = NULL;
  g_autofree char *much = NULL;
  guint wakes = 0;

  spark_throttles_share ("secret", count_wakes, &wakes);
  here = spark_throttle_new ("test", 1, 4);
  g_assert_true (spark_throttle_take (here, "a", SECOND));
  g_assert_true (spark_throttle_take (here, "a", SECOND));
  g_assert_cmpuint (wakes, ==, 1);
  words = spark_throttles_tell (1000);
  g_assert_true (g_str_has_prefix (words, "test:"));
  g_assert_null (strstr (words, "a:"));
  g_assert_null (spark_throttles_tell (1000));
  g_assert_true (g_str_has_suffix (words, ":2,"));

  /* As if another had let through as many of the same name: nothing is left. */
  spark_throttles_hear (words, SECOND);
  g_assert_false (spark_throttle_take (here, "a", SECOND));
  g_assert_true (spark_throttle_take (here, "b", SECOND));
  /* Two more are owed, and only the third is let through again. */
  spark_throttles_hear (words, SECOND);
  g_assert_false (spark_throttle_take (here, "a", 3 * SECOND));
  g_assert_true (spark_throttle_take (here, "a", 4 * SECOND));

  /* What is not understood changes nothing, and what nobody shares is not told of. */
  spark_throttles_hear ("test:zz:1,other:0:1,test:0,::,test:1:-5,test:1:99999999999", 4 * SECOND);
  g_assert_true (spark_throttle_take (here, "b", 9 * SECOND));
  for (guint i = 0; i < 4; i++)
    g_assert_true (spark_throttle_take (alone, "a", SECOND));

  /* Many are told bit by bit. */
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("name %u", i);

      g_assert_true (spark_throttle_take (here, name, 9 * SECOND));
    }
  wakes = 0;
  much = spark_throttles_tell (500);
  g_assert_cmpuint (strlen (much), <=, 500);
  g_assert_cmpuint (wakes, ==, 1);
  spark_throttle_free (here);
  spark_throttles_unshare ();
  spark_throttle_free (alone);
}

/* Of a large burst, a slice at a time. */
static void
test_slices (void)
{
  SparkThrottle *here;
  g_autofree char *words = NULL;
  guint wakes = 0;

  spark_throttles_share ("secret", count_wakes, &wakes);
  here = spark_throttle_new ("large", 100, 1000);
  for (guint i = 0; i < 19; i++)
    g_assert_true (spark_throttle_take (here, "a", SECOND));
  g_assert_cmpuint (wakes, ==, 0);
  g_assert_null (spark_throttles_tell (1000));
  g_assert_true (spark_throttle_take (here, "a", SECOND));
  g_assert_cmpuint (wakes, ==, 1);
  words = spark_throttles_tell (1000);
  g_assert_true (g_str_has_suffix (words, ":20,"));
  spark_throttle_free (here);
  spark_throttles_unshare ();
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
  SparkThrottle *throttle = spark_throttle_new ("test", 0.001, 1);
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
  g_test_add_func ("/throttle/shared", test_shared);
  g_test_add_func ("/throttle/slices", test_slices);
  g_test_add_func ("/throttle/long-names", test_long_names);
  g_test_add_func ("/throttle/peers", test_peers);
  g_test_add_func ("/throttle/full", test_full);
  return g_test_run ();
}
