/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "model/spark-json.h"
#include "server/adtools/spark-plain.h"

static JsonNode *
read_plain (const char *text)
{
  return spark_plain_parse (text, strlen (text));
}

static void
test_same (void)
{
  static const char *const texts[] = {
    "{}",
    " { } \n",
    "{\"advertiser_id\":\"7000000000000000001\",\"auth_code\":\"#Sparkbox+/=\"}",
    "{ \"a\" : \"b\" , \"n\" : -5 , \"m\" : 9223372036854775807 }",
    "{\"a\":\"first\",\"a\":\"last\"}",
    "{\"\":\"\",\"name\":\"Grüße ✓ 🎬\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) plain = read_plain (texts[i]);
      g_autoptr (JsonNode) node
          = spark_json_parse_object (texts[i], strlen (texts[i]), 1000, &error);

      g_assert_no_error (error);
      g_assert_nonnull (plain);
      g_assert_true (json_node_equal (plain, node));
    }
}

/* What it does not read is read, or refused, by the one that reads all. */
static void
test_others (void)
{
  static const char *const texts[] = {
    "",
    " ",
    "{",
    "{} {}",
    "{}x",
    "[]",
    "\"a\"",
    "5",
    "null",
    "{\"a\":null}",
    "{\"a\":true}",
    "{\"a\":1.5}",
    "{\"a\":9223372036854775808}",
    "{\"a\":[\"b\"]}",
    "{\"a\":{}}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\\n\":\"b\"}",
    "{\"a\":\"b\nc\"}",
    "{\"a\":\"5}\n",
    "{\"a\":\"b",
    "{\"a\":\"b\",",
    "{\"a\":}",
    "{\"a\":-}",
    "{\"a\":+5}",
    "{\"a\":5 6}",
    "{5:\"a\"}",
    "{,}",
    "{\"a\":\"\xff\"}",
    "{\"a\":\"\xed\xa0\x80\"}",
    "{'a':'b'}",
    "{\"a\":1,}",
    "{\"a\" \"b\"}",
    "{/* */}",
    "{\"a\":01}",
    "{\v\"a\":1}",
    "{\"a\":1}\f",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (read_plain (texts[i]));
  g_assert_null (spark_plain_parse ("{\"a\":\"b\0c\"}", 11));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plain/same", test_same);
  g_test_add_func ("/plain/others", test_others);
  return g_test_run ();
}
