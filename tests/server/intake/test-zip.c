/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/intake/spark-zip.h"
#include "zip-fixture.h"

#define WANTED "wanted.json"
/* Of the record at the end, without a comment; where in it is where the directory begins. */
#define END       22
#define END_BEGIN 16

/* The zip of two members without its directory, and its first member @times over. */
static int
cut_with (const ZipMember *members, guint times)
{
  int whole = zip_fixture (members, 2);
  int fd = memfd_create ("cut", MFD_CLOEXEC);
  gsize length = (gsize)lseek (whole, 0, SEEK_END);
  g_autofree char *bytes = g_malloc (length);
  guint32 begin;
  const char *second;

  g_assert_cmpint (pread (whole, bytes, length, 0), ==, length);
  close (whole);
  memcpy (&begin, bytes + length - END + END_BEGIN, sizeof begin);
  length = GUINT32_FROM_LE (begin);
  second = memmem (bytes + 4, length - 4, "PK\003\004", 4);
  g_assert_nonnull (second);
  for (guint i = 1; i < times; i++)
    g_assert_cmpint (write (fd, bytes, (gsize)(second - bytes)), ==, second - bytes);
  g_assert_cmpint (write (fd, bytes, length), ==, length);
  lseek (fd, 0, SEEK_SET);
  return fd;
}

static gboolean
is_wanted (const char *path, gpointer data)
{
  return strcmp (path, WANTED) == 0;
}

static gboolean
take (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  g_string_append_len (data, (const char *)bytes, (gssize)length);
  return TRUE;
}

/* Closes @fd. @text: (nullable): what is read */
static void
check (int fd, SparkZipEnd end, const char *text)
{
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (spark_zip_read (fd, is_wanted, take, found, &error), ==, end);
  g_assert_no_error (error);
  if (text != NULL)
    g_assert_cmpstr (found->str, ==, text);
  close (fd);
}

/* A name that the locale of this process has no letters for, before what is wanted. */
static void
test_foreign_name (void)
{
  static const ZipMember members[] = { { "caf\303\251.mp4", "Hello", 0 }, { WANTED, "{}", 0 } };
  locale_t utf8 = newlocale (LC_ALL_MASK, "C.UTF-8", NULL);
  locale_t before = uselocale (utf8);
  int whole = zip_fixture (members, 2);
  int cut = cut_with (members, 1);

  uselocale (before);
  freelocale (utf8);
  check (whole, SPARK_ZIP_READ, "{}");
  check (cut, SPARK_ZIP_READ, "{}");
}

/* Nothing says beforehand how much there is before what is wanted. */
static void
test_no_directory (void)
{
  static const ZipMember few[] = { { "a", "Hello", 0 }, { WANTED, "{}", 0 } };
  static const ZipMember large[] = { { "a", "", 64u << 20 }, { WANTED, "{}", 0 } };
  static const ZipMember none[] = { { "a", "Hello", 0 }, { "b", "Hello", 0 } };

  check (cut_with (few, 1), SPARK_ZIP_READ, "{}");
  check (cut_with (few, 9999), SPARK_ZIP_READ, "{}");
  check (cut_with (few, 10000), SPARK_ZIP_CROWDED, NULL);
  check (cut_with (none, 3), SPARK_ZIP_NONE, NULL);
  check (zip_fixture (large, 2), SPARK_ZIP_READ, "{}");
  check (cut_with (large, 5), SPARK_ZIP_BROKEN, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/zip/foreign-name", test_foreign_name);
  g_test_add_func ("/zip/no-directory", test_no_directory);
  return g_test_run ();
}
