/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/api/spark-kept.h"

#define SECRET 65
#define PART   (64 * 1024)

static GBytes *
text (const char *words)
{
  return g_bytes_new_static (words, strlen (words));
}

static gboolean
finds (SparkKept *kept, const char *key, gint64 counter, const char *words)
{
  const SparkVersion version = { counter, 1 };
  g_autoptr (GBytes) found = spark_kept_find (kept, key, &version);
  g_autoptr (GBytes) expected = text (words);

  return found != NULL && g_bytes_equal (found, expected);
}

static void
put (SparkKept *kept, const char *key, gint64 counter, const char *words)
{
  const SparkVersion version = { counter, 1 };
  g_autoptr (GBytes) body = text (words);

  spark_kept_put (kept, key, &version, body);
}

static void
test_version (gconstpointer secret)
{
  SparkKept *kept = spark_kept_new (4096, secret ? spark_vault_new (4) : NULL);

  g_assert_false (finds (kept, "1.2", 7, "one"));
  put (kept, "1.2", 7, "one");
  g_assert_true (finds (kept, "1.2", 7, "one"));
  g_assert_false (finds (kept, "1.3", 7, "one"));
  g_assert_false (finds (kept, "1.2", 8, "one"));
  /* It has gone for good. */
  g_assert_false (finds (kept, "1.2", 7, "one"));
  put (kept, "1.2", 8, "two");
  put (kept, "1.2", 9, "three");
  g_assert_true (finds (kept, "1.2", 9, "three"));
  spark_kept_free (kept);
}

/* What was not asked for the longest makes room. */
static void
test_full (void)
{
  SparkKept *kept = spark_kept_new (64 * 1024, spark_vault_new (2));
  g_autofree char *large = g_strnfill (SPARK_VAULT_MOST + 1, 'x');

  put (kept, "a", 1, "first");
  put (kept, "b", 1, "second");
  put (kept, "c", 1, large);
  g_assert_false (finds (kept, "c", 1, large));
  large[SPARK_VAULT_MOST] = '\0';
  g_assert_true (finds (kept, "a", 1, "first"));
  put (kept, "c", 1, large);
  g_assert_true (finds (kept, "c", 1, large));
  g_assert_true (finds (kept, "a", 1, "first"));
  g_assert_false (finds (kept, "b", 1, "second"));
  spark_kept_free (kept);
}

/* What is still being sent stays as it is, and its slot is nobody else's. */
static void
test_sent (void)
{
  SparkKept *kept = spark_kept_new (4096, spark_vault_new (1));
  const SparkVersion version = { 1, 1 };
  g_autoptr (GBytes) expected = text ("first");
  GBytes *sent;
  const char *slot;

  put (kept, "a", 1, "first");
  sent = spark_kept_find (kept, "a", &version);
  g_assert_nonnull (sent);
  slot = g_bytes_get_data (sent, NULL);
  put (kept, "b", 1, "second");
  g_assert_false (finds (kept, "b", 1, "second"));
  g_assert_true (g_bytes_equal (sent, expected));
  g_bytes_unref (sent);
  g_assert_true (sodium_is_zero ((const guint8 *)slot, strlen ("first")));
  put (kept, "b", 1, "second");
  g_assert_true (finds (kept, "b", 1, "second"));
  spark_kept_free (kept);
}

/* --- what a core dump has --- */

/* It is nowhere in memory as it is: only a byte at a time, from what it is masked with. */
typedef struct
{
  guint8 masked[SECRET];
  guint8 mask;
} Hidden;

static gboolean
is_here (const Hidden *hidden, const guint8 *bytes)
{
  for (gsize i = 0; i < SECRET; i++)
    if ((bytes[i] ^ hidden->mask) != hidden->masked[i])
      return FALSE;
  return TRUE;
}

static gboolean
part_has (const Hidden *hidden, const guint8 *bytes, gsize size)
{
  for (gsize at = 0; at + SECRET <= size; at++)
    if (is_here (hidden, bytes + at))
      return TRUE;
  return FALSE;
}

static gboolean
mapping_has (int memory, const Hidden *hidden, guint64 from, guint64 to)
{
  g_autofree guint8 *part = g_malloc (PART + SECRET);
  gboolean found = FALSE;

  for (guint64 at = from; at < to && !found; at += PART)
    {
      ssize_t size = pread (memory, part, MIN (to - at, PART + SECRET), (off_t)at);

      found = size > 0 && part_has (hidden, part, (gsize)size);
    }
  /* The next is not to find it in here. */
  sodium_memzero (part, PART + SECRET);
  return found;
}

/* Whether it is in what the kernel writes to a core: all that may be written to, but for what asked
 * to be left out. */
static gboolean
core_has (const Hidden *hidden)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  int memory = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  unsigned long long from = 0, to = 0;
  gboolean writable = FALSE, found = FALSE;

  g_assert_cmpint (memory, >=, 0);
  g_assert_true (g_file_get_contents ("/proc/self/smaps", &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", -1);
  for (char **line = lines; *line != NULL && !found; line++)
    {
      unsigned long long first, last;
      char rights[5];

      if (sscanf (*line, "%llx-%llx %4s", &first, &last, rights) == 3)
        {
          from = first;
          to = last;
          writable = rights[0] == 'r' && rights[1] == 'w';
        }
      else if (g_str_has_prefix (*line, "VmFlags:") && writable && strstr (*line, " dd") == NULL)
        found = mapping_has (memory, hidden, from, to);
    }
  close (memory);
  return found;
}

static void
test_core (void)
{
  SparkKept *kept = spark_kept_new (4096, spark_vault_new (4));
  const SparkVersion version = { 1, 1 };
  g_autoptr (GBytes) body = NULL;
  Hidden hidden = { .mask = 0xa5 };
  char *secret = g_malloc (SECRET);
  const char *found;

  randombytes_buf (secret, SECRET);
  for (gsize i = 0; i < SECRET; i++)
    hidden.masked[i] = (guint8)secret[i] ^ hidden.mask;
  {
    g_autoptr (GBytes) given = g_bytes_new_static (secret, SECRET);

    spark_kept_put (kept, "1.2", &version, given);
  }
  /* In ordinary memory it is found; then it is only there where it is kept. */
  g_assert_true (core_has (&hidden));
  sodium_memzero (secret, SECRET);
  g_assert_false (core_has (&hidden));
  body = spark_kept_find (kept, "1.2", &version);
  g_assert_nonnull (body);
  found = g_bytes_get_data (body, NULL);
  g_assert_true (is_here (&hidden, (const guint8 *)found));
  g_clear_pointer (&body, g_bytes_unref);
  put (kept, "1.2", 2, "other");
  g_assert_false (is_here (&hidden, (const guint8 *)found));
  g_free (secret);
  spark_kept_free (kept);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_data_func ("/kept/version", GINT_TO_POINTER (FALSE), test_version);
  g_test_add_data_func ("/kept/version/secret", GINT_TO_POINTER (TRUE), test_version);
  g_test_add_func ("/kept/full", test_full);
  g_test_add_func ("/kept/sent", test_sent);
  g_test_add_func ("/kept/core", test_core);
  return g_test_run ();
}
