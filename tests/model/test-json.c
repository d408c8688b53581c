/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "model/spark-enums.h"
#include "model/spark-error.h"
#include "model/spark-json-writer.h"
#include "model/spark-json.h"
#include "spark-enum-types.h"

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "   ",
    "{",
    "}",
    "[1,2",
    "{\"a\":1}{\"b\":2}",
    "8{}",
    "{}8",
    "{} {}",
    "\"a\"\"b\"",
    "{\"a\":}",
    "nul",
    "{a:1}",
    "[1,,2]",
    "\xff\xfe{",
    "\"open",
    "{}}",
    "{\"a\":\"\\u12\"}",
    "{'a':1}",
    "{\"a\":\"\\x41\"}",
    "{\"a\":1/**/}",
    "{\"a\":\"\n\"}",
    "{\"a\":NaN}",
    "{\"a\":030}",
    "{\"a\":-01}",
    "{\"a\":00}",
    "{\"a\":-}",
    "{\"a\":- 1}",
    "{\"a\":+1}",
    "{\"a\":1.}",
    "{\"a\":.5}",
    "{\"a\":1e}",
    "{\"a\":1e+}",
    "{\"a\":1.5.2}",
    "{\"a\":1 2}",
    "{\"a\":truefalse}",
    "{\"a\":\"x\\u0000y\"}",
    "{\"a\\u0000b\":1}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node
          = spark_json_parse_object (texts[i], strlen (texts[i]), 1000, &error);

      g_assert_null (node);
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
    }
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    double value;
  } numbers[] = {
    { "0", 0 },     { "-0", 0 },     { "10", 10 },     { "-7", -7 },       { "0.5", 0.5 },
    { "1e2", 100 }, { "1E+2", 100 }, { "25e-1", 2.5 }, { "1.25e1", 12.5 }, { "100000", 100000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"a\":[%s,%s]}", numbers[i].text, numbers[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = spark_json_parse_object (text, strlen (text), 1000, &error);
      JsonArray *array;

      g_assert_no_error (error);
      array = json_object_get_array_member (json_node_get_object (node), "a");
      g_assert_cmpuint (json_array_get_length (array), ==, 2);
      g_assert_true (JSON_NODE_HOLDS_VALUE (json_array_get_element (array, 1)));
      g_assert_cmpfloat (json_array_get_double_element (array, 1), ==, numbers[i].value);
    }
}

static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  for (guint i = 0; i < 200000; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < 200000; i++)
    g_string_append_c (text, ']');
  node = spark_json_parse (text->str, text->len, text->len, &error);
  g_assert_null (node);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  node = spark_json_parse (text->str, text->len, text->len - 1, &error);
  g_assert_null (node);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE);
}

static void
test_depth_of_brackets_in_strings (void)
{
  const char *text
      = "{\"a\":\"[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}";
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = spark_json_parse_object (text, strlen (text), 1000, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
}

/* json-glib takes other quotes and comments; a quotation mark in one would hide what is behind it.
 */
static void
test_hidden_depth (void)
{
  static const char *const around[][2] = {
    { "{\"a\":'\"',\"b\":", ",\"c\":'\"'}" },
    { "{\"a\":/*\"*/1,\"b\":", ",\"c\":/*\"*/1}" },
    { "{\"a\":1//\"\n,\"b\":", ",\"c\":1//\"\n}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (around); i++)
    {
      g_autoptr (GString) text = g_string_new (around[i][0]);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = NULL;

      for (guint depth = 0; depth < 200000; depth++)
        g_string_append_c (text, '[');
      for (guint depth = 0; depth < 200000; depth++)
        g_string_append_c (text, ']');
      g_string_append (text, around[i][1]);
      node = spark_json_parse (text->str, text->len, text->len, &error);
      g_assert_null (node);
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
    }
}

static void
test_members (void)
{
  const char *text = "{\"s\":\"x\",\"i\":9007199254740993,\"b\":true,\"n\":null,\"d\":1.5,"
                     "\"t\":\"2026-03-01T18:00:00.250+02:00\",\"o\":{},\"a\":[]}";
  g_autoptr (JsonNode) node = spark_json_parse_object (text, strlen (text), 1000, NULL);
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GError) error = NULL;
  const char *string = "before";
  gint64 number = 0, ms = 0;
  gboolean flag = FALSE;
  JsonArray *array;
  JsonObject *child;

  g_assert_true (spark_json_get_string (object, "s", &string, NULL));
  g_assert_cmpstr (string, ==, "x");
  g_assert_true (spark_json_get_int (object, "i", &number, NULL));
  g_assert_cmpint (number, ==, G_GINT64_CONSTANT (9007199254740993));
  g_assert_true (spark_json_find_bool (object, "b", FALSE, &flag, NULL));
  g_assert_true (flag);
  g_assert_true (spark_json_find_time (object, "t", &ms, NULL));
  g_assert_cmpint (ms, ==, G_GINT64_CONSTANT (1772380800250));
  g_assert_true (spark_json_find_string (object, "n", &string, NULL));
  g_assert_null (string);
  string = "before";
  g_assert_false (spark_json_get_string (object, "n", &string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_assert_cmpstr (string, ==, "before");
  g_clear_error (&error);
  g_assert_false (spark_json_get_int (object, "d", &number, NULL));
  g_assert_false (spark_json_get_int (object, "s", &number, NULL));
  g_assert_false (spark_json_find_time (object, "s", &ms, NULL));
  g_assert_true (spark_json_find_object (object, "o", &child, NULL));
  g_assert_nonnull (child);
  g_assert_false (spark_json_find_object (object, "a", &child, NULL));
  g_assert_true (spark_json_find_array (object, "missing", &array, NULL));
  g_assert_null (array);
}

static void
test_writer (void)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "q\"", "a\"\\\n\r\t\x01\x1f é🎬");
  spark_json_string (&writer, "bad", "a\xff");
  spark_json_begin_array (&writer, "list");
  spark_json_int (&writer, NULL, G_MININT64);
  spark_json_bool (&writer, NULL, TRUE);
  spark_json_begin_object (&writer, NULL);
  spark_json_end_object (&writer);
  spark_json_end_array (&writer);
  spark_json_time (&writer, "at", 0);
  spark_json_enum (&writer, "state", SPARK_TYPE_CODE_STATE, SPARK_CODE_STATE_IN_USE);
  spark_json_end_object (&writer);
  bytes = spark_json_writer_steal (&writer);
  g_assert_cmpmem (
      "{\"q\\\"\":\"a\\\"\\\\\\n\\r\\t\\u0001\\u001f é🎬\",\"bad\":\"a\xef\xbf\xbd\","
      "\"list\":[-9223372036854775808,true,{}],\"at\":null,\"state\":\"in_use\"}",
      strlen ("{\"q\\\"\":\"a\\\"\\\\\\n\\r\\t\\u0001\\u001f é🎬\",\"bad\":\"a\xef\xbf\xbd\","
              "\"list\":[-9223372036854775808,true,{}],\"at\":null,\"state\":\"in_use\"}"),
      g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* Wherever in a text something stands that cannot stand for itself, it is seen. */
static void
test_writer_places (void)
{
  static const char *const odd[][2] = {
    { "\"", "\\\"" },      { "\\", "\\\\" },
    { "\x01", "\\u0001" }, { "\x1f", "\\u001f" },
    { " ", " " },          { "!", "!" },
    { "#", "#" },          { "\x7f", "\x7f" },
    { "é", "é" },          { "\xff", "\xef\xbf\xbd" },
  };

  /* With little behind it, and much. */
  static const char *const ends[] = { "[yz", "[yz and some thirty more bytes." };

  for (gsize i = 0; i < G_N_ELEMENTS (odd) * G_N_ELEMENTS (ends); i++)
    for (int place = 0; place <= 40; place++)
      {
        g_auto (SparkJsonWriter) writer = { 0 };
        const char *end = ends[i % G_N_ELEMENTS (ends)];
        const char *const *one = odd[i / G_N_ELEMENTS (ends)];
        g_autofree char *before = g_strnfill ((gsize)place, 'x');
        g_autofree char *text = g_strconcat (before, one[0], end, NULL);
        g_autofree char *wanted = g_strconcat ("\"", before, one[1], end, "\"", NULL);
        g_autoptr (GBytes) bytes = NULL;

        spark_json_writer_init (&writer);
        spark_json_string (&writer, NULL, text);
        bytes = spark_json_writer_steal (&writer);
        g_assert_cmpmem (wanted, strlen (wanted), g_bytes_get_data (bytes, NULL),
                         g_bytes_get_size (bytes));
      }
}

static void
check_int (gint64 number)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autofree char *wanted = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autoptr (GBytes) bytes = NULL;

  spark_json_writer_init (&writer);
  spark_json_int (&writer, NULL, number);
  bytes = spark_json_writer_steal (&writer);
  g_assert_cmpmem (wanted, strlen (wanted), g_bytes_get_data (bytes, NULL),
                   g_bytes_get_size (bytes));
}

static void
test_writer_numbers (void)
{
  gint64 number = 1;

  for (int digits = 1; digits < 19; digits++)
    {
      number *= 10;
      for (int more = -1; more <= 1; more++)
        {
          check_int (number + more);
          check_int (-number - more);
        }
    }
  for (number = -101; number <= 101; number++)
    check_int (number);
  check_int (G_GINT64_CONSTANT (1234567890987654321));
  check_int (G_MAXINT64);
  check_int (G_MININT64);
}

static void
test_problem (void)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SPARK_TYPE_ERROR);

  for (guint i = 0; i < klass->n_values; i++)
    {
      SparkError code = klass->values[i].value;
      g_autoptr (GError) error = g_error_new (SPARK_ERROR, code, "Said “so”.");
      g_autoptr (GError) back = NULL;
      g_autoptr (GBytes) body = NULL;
      guint status;

      body = spark_error_to_problem (error, NULL, &status);
      back = spark_error_from_problem (status, body);
      if (spark_error_http_status (code) != 0)
        {
          g_assert_cmpuint (status, ==, spark_error_http_status (code));
          g_assert_error (back, SPARK_ERROR, (int)code);
          g_assert_cmpstr (back->message, ==, "Said “so”.");
        }
      else
        {
          g_assert_cmpuint (status, ==, 500);
          g_assert_error (back, SPARK_ERROR, SPARK_ERROR_INTERNAL);
        }
    }
}

static void
test_problem_garbage (void)
{
  g_autoptr (GBytes) html = g_bytes_new_static ("<html>502", 9);
  g_autoptr (GBytes) claim = g_bytes_new_static ("{\"code\":\"keyring_locked\"}", 25);
  g_autoptr (GError) first = spark_error_from_problem (502, html);
  g_autoptr (GError) second = spark_error_from_problem (401, NULL);
  g_autoptr (GError) third = spark_error_from_problem (400, claim);

  g_assert_error (first, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  g_assert_error (second, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_assert_error (third, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/deep", test_deep);
  g_test_add_func ("/json/numbers", test_numbers);
  g_test_add_func ("/json/brackets-in-strings", test_depth_of_brackets_in_strings);
  g_test_add_func ("/json/hidden-depth", test_hidden_depth);
  g_test_add_func ("/json/members", test_members);
  g_test_add_func ("/json/writer", test_writer);
  g_test_add_func ("/json/writer-places", test_writer_places);
  g_test_add_func ("/json/writer-numbers", test_writer_numbers);
  g_test_add_func ("/json/problem", test_problem);
  g_test_add_func ("/json/problem-garbage", test_problem_garbage);
  return g_test_run ();
}
