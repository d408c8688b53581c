/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-csv"

#include "config.h"

#include "model/spark-csv.h"
#include "model/spark-enums.h"

static void
separate (GString *out)
{
  if (out->len > 0 && out->str[out->len - 1] != '\n' && !g_str_equal (out->str, SPARK_CSV_BEGIN))
    g_string_append_c (out, ',');
}

/* Spreadsheets look past white space; tabs and returns begin a cell of their own in some; and some
 * take the wide signs of East Asian keyboards for the plain ones. */
static gboolean
begins_formula (const char *text)
{
  gunichar c = g_utf8_get_char (text);

  while (g_unichar_isspace (c) || g_unichar_iszerowidth (c))
    {
      if (c == '\t' || c == '\r' || c == '\n')
        return TRUE;
      text = g_utf8_next_char (text);
      c = g_utf8_get_char (text);
    }
  switch (c)
    {
    case '=':
    case '+':
    case '-':
    case '@':
    case 0xff1d: /* ＝ */
    case 0xff0b: /* ＋ */
    case 0xff0d: /* － */
    case 0xff20: /* ＠ */
      return TRUE;
    default:
      return FALSE;
    }
}

void
spark_csv_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  separate (out);
  g_string_append_c (out, '"');
  if (begins_formula (valid))
    g_string_append_c (out, '\'');
  for (const char *c = valid; *c != '\0'; c++)
    if (*c == '"')
      g_string_append (out, "\"\"");
    else
      g_string_append_c (out, *c);
  g_string_append_c (out, '"');
}

void
spark_csv_header (GString *out, const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      separate (out);
      g_string_append (out, names[i]);
    }
  spark_csv_end_row (out);
}

void
spark_csv_int (GString *out, gint64 value)
{
  separate (out);
  if (value >= 0)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
  else
    g_string_append (out, "\"\"");
}

void
spark_csv_time (GString *out, gint64 ms)
{
  g_autoptr (GDateTime) time = ms != 0 ? g_date_time_new_from_unix_utc (ms / 1000) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  spark_csv_text (out, text);
}

void
spark_csv_enum (GString *out, GType type, int value)
{
  spark_csv_text (out, spark_enum_to_string (type, value));
}

void
spark_csv_bool (GString *out, gboolean value)
{
  spark_csv_text (out, value ? "true" : "false");
}

void
spark_csv_end_row (GString *out)
{
  g_string_append (out, "\r\n");
}
