/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include <arpa/inet.h>

#include "model/spark-error.h"
#include "server/http/spark-proxy.h"

static const char *const networks[] = { "10.0.0.0/8", "192.0.2.1", "fd00::/64", NULL };

static SparkProxies *
make_proxies (void)
{
  g_autoptr (GError) error = NULL;
  SparkProxies *proxies = spark_proxies_new (networks, &error);

  g_assert_no_error (error);
  return proxies;
}

static gboolean
trusts (SparkProxies *proxies, const char *text)
{
  struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
  struct sockaddr_in four = { .sin_family = AF_INET };

  if (inet_pton (AF_INET, text, &four.sin_addr) == 1)
    return spark_proxies_trust (proxies, (const struct sockaddr *)&four);
  g_assert_cmpint (inet_pton (AF_INET6, text, &six.sin6_addr), ==, 1);
  return spark_proxies_trust (proxies, (const struct sockaddr *)&six);
}

static void
test_trust (void)
{
  g_autoptr (SparkProxies) proxies = make_proxies ();
  static const char *const none[] = { NULL };
  g_autoptr (SparkProxies) nobody = spark_proxies_new (none, NULL);

  g_assert_true (trusts (proxies, "10.1.2.3"));
  g_assert_true (trusts (proxies, "::ffff:10.1.2.3"));
  g_assert_true (trusts (proxies, "192.0.2.1"));
  g_assert_true (trusts (proxies, "fd00::77"));
  g_assert_false (trusts (proxies, "192.0.2.2"));
  g_assert_false (trusts (proxies, "11.0.0.1"));
  g_assert_false (trusts (proxies, "fd00:0:0:1::77"));
  g_assert_false (trusts (nobody, "10.1.2.3"));
  g_assert_false (trusts (NULL, "10.1.2.3"));
  g_assert_false (spark_proxies_trust (proxies, NULL));
}

static void
test_wrong (void)
{
  static const char *const cases[] = { "", "proxy", "10.0.0.0/33", "10.0.0.1:80", "::1/129" };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const list[] = { cases[i], NULL };
      g_autoptr (GError) error = NULL;

      g_assert_null (spark_proxies_new (list, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
    }
}

static void
test_client (void)
{
  static const struct
  {
    const char *forwarded;
    const char *x_forwarded_for;
    const char *client;
  } cases[] = {
    { NULL, NULL, NULL },
    { NULL, "", NULL },
    { NULL, "203.0.113.7", "203.0.113.7" },
    { NULL, " 203.0.113.7:4711 ", "203.0.113.7" },
    /* What stands left was there before the proxy wrote. */
    { NULL, "198.51.100.1, 203.0.113.7", "203.0.113.7" },
    { NULL, "198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7" },
    { NULL, "198.51.100.1,10.0.0.9,192.0.2.1", "198.51.100.1" },
    { NULL, "10.0.0.9, 10.0.0.8", "10.0.0.9" },
    { NULL, "203.0.113.7, unknown", NULL },
    { NULL, "203.0.113.7, , 10.0.0.9", NULL },
    { NULL, "::ffff:203.0.113.7", "203.0.113.7" },
    { NULL, "2001:db8:1:2:3::4", "2001:db8:1:2::" },
    { NULL, "[2001:db8:1:2:3::4]:80", "2001:db8:1:2::" },
    { NULL, "[2001:db8:1:2:3::4", NULL },
    { "for=203.0.113.7", NULL, "203.0.113.7" },
    { "For=\"[2001:db8:1:2:3::4]:4711\";proto=https;by=10.0.0.1", NULL, "2001:db8:1:2::" },
    { "for=198.51.100.1, for=203.0.113.7 ; proto=http, for=10.0.0.9", NULL, "203.0.113.7" },
    { "for=203.0.113.7, for=_hidden", NULL, NULL },
    { "proto=https", NULL, NULL },
    /* One of them was written by a stranger. */
    { "for=203.0.113.7", "203.0.113.7", "203.0.113.7" },
    { "for=198.51.100.1", "203.0.113.7", NULL },
    { "for=unknown", "203.0.113.7", NULL },
  };
  g_autoptr (SparkProxies) proxies = make_proxies ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *client
          = spark_proxies_find_client (proxies, cases[i].forwarded, cases[i].x_forwarded_for);

      g_test_message ("%s | %s", cases[i].forwarded, cases[i].x_forwarded_for);
      g_assert_cmpstr (client, ==, cases[i].client);
    }
}

static void
test_https (void)
{
  g_autoptr (SparkProxies) proxies = make_proxies ();

  g_assert_false (spark_proxies_is_https (proxies, NULL, NULL));
  g_assert_true (spark_proxies_is_https (proxies, NULL, "https"));
  g_assert_true (spark_proxies_is_https (proxies, NULL, "http, HTTPS"));
  g_assert_false (spark_proxies_is_https (proxies, NULL, "https, http"));
  g_assert_true (spark_proxies_is_https (proxies, "for=203.0.113.7;proto=https", NULL));
  /* Of the element of who asked, not of one that a stranger put before it. */
  g_assert_false (spark_proxies_is_https (
      proxies, "for=198.51.100.1;proto=https, for=203.0.113.7;proto=http", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/trust", test_trust);
  g_test_add_func ("/proxy/wrong", test_wrong);
  g_test_add_func ("/proxy/client", test_client);
  g_test_add_func ("/proxy/https", test_https);
  return g_test_run ();
}
