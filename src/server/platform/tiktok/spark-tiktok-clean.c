/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "server/platform/tiktok/spark-tiktok-clean.h"

#define ESCAPE      "\\ufffd"
#define ESCAPE_SIZE (sizeof ESCAPE - 1)

/* Of the escape "\uXXXX" that @text begins with; -1: it is none. */
static int
read_unit (const char *text)
{
  int unit = 0;

  if (text[0] != '\\' || text[1] != 'u')
    return -1;
  for (gsize i = 2; i < ESCAPE_SIZE; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return -1;
      unit = unit << 4 | g_ascii_xdigit_value (text[i]);
    }
  return unit;
}

/* @text begins with a backslash. Returns how far the escape goes. */
static gsize
clean_escape (char *text)
{
  int unit = read_unit (text), second;

  if (unit < 0)
    return text[1] != '\0' ? 2 : 1;
  if (unit >= 0xd800 && unit <= 0xdbff)
    {
      second = read_unit (text + ESCAPE_SIZE);
      if (second >= 0xdc00 && second <= 0xdfff)
        return 2 * ESCAPE_SIZE;
    }
  if (unit == 0 || (unit >= 0xd800 && unit <= 0xdfff))
    memcpy (text, ESCAPE, ESCAPE_SIZE);
  return ESCAPE_SIZE;
}

char *
spark_tiktok_clean (const char *text, gsize length)
{
  char *clean = g_utf8_make_valid (text, (gssize)length);

  for (char *at = clean; (at = strchr (at, '\\')) != NULL;)
    at += clean_escape (at);
  return clean;
}
