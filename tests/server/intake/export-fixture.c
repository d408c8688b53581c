/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "export-fixture.h"

const SparkImportTerms export_by_owner
    = { .actor = { SPARK_ACTOR_CREATOR, SPARK_CREDENTIAL_OWNER, "Lena" } };

int
export_file (const void *data, gsize length)
{
  int fd = memfd_create ("export", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, length), ==, length);
  lseek (fd, 0, SEEK_SET);
  return fd;
}

int
export_thousand (const char *prefix)
{
  g_autoptr (GString) text = g_string_new ("{\"Post\":{\"Posts\":{\"VideoList\":[");

  for (int i = 0; i < 1000; i++)
    g_string_append_printf (text, "%s{\"Link\":\"https://www.tiktok.com/@l/video/%s%017d\"}",
                            i > 0 ? "," : "", prefix, i);
  g_string_append (text, "]}}}");
  return export_file (text->str, text->len);
}
