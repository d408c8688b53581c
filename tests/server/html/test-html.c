/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "server/html/spark-template.h"

static JsonObject *
make_data (const char *json)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  return json_object_ref (json_node_get_object (node));
}

static char *
render (const char *source, const char *json)
{
  g_autoptr (SparkTemplates) templates = spark_templates_new ();
  g_autoptr (JsonObject) data = make_data (json);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text;

  spark_templates_add (templates, "test", source, &error);
  g_assert_no_error (error);
  bytes = spark_templates_render (templates, NULL, "test", data, spark_language_nth (0));
  text = g_bytes_get_data (bytes, &length);
  return g_strndup (text, length);
}

typedef struct
{
  const char *desc;
  const char *source;
  const char *json;
  const char *expected;
} Case;

#define EVIL "{\"x\": \"<script>alert('a & \\\"b\\\"')</script>\"}"
#define SAFE "&lt;script&gt;alert(&apos;a &amp; &quot;b&quot;&apos;)&lt;/script&gt;"

static const Case cases[] = {
  { "text is escaped", "<p>{{x}}</p>", EVIL, "<p>" SAFE "</p>" },
  { "an attribute is escaped", "<p title=\"{{x}}\"></p>", EVIL, "<p title=\"" SAFE "\"></p>" },
  { "a number", "<p>{{x}}</p>", "{\"x\": 42}", "<p>42</p>" },
  { "what is not there", "<p>{{x}}</p>", "{}", "<p></p>" },
  { "a line end in an attribute", "<p title=\"{{x}}\"></p>", "{\"x\": \"a\\u0001b\"}",
    "<p title=\"a&#x1;b\"></p>" },
  { "a path", "<a href=\"{{x}}\">a</a>", "{\"x\": \"/posts?a=1&b=2\"}",
    "<a href=\"/posts?a=1&amp;b=2\">a</a>" },
  { "an address", "<a href=\"{{x}}\">a</a>", "{\"x\": \"https://a.example/\"}",
    "<a href=\"https://a.example/\">a</a>" },
  { "a script in an address", "<a href=\"{{x}}\">a</a>", "{\"x\": \"javascript:alert(1)\"}",
    "<a href=\"#\">a</a>" },
  { "a script in an address, hidden", "<a href=\"{{x}}\">a</a>",
    "{\"x\": \" java\\tscript:alert(1)\"}", "<a href=\"#\">a</a>" },
  { "data in an address", "<img src=\"{{x}}\" alt=\"\">", "{\"x\": \"data:text/html,a\"}",
    "<img src=\"#\" alt=\"\">" },
  { "another host without a scheme", "<form action=\"{{x}}\"></form>",
    "{\"x\": \"//evil.example\"}", "<form action=\"#\"></form>" },
  { "another host behind a backslash", "<a href=\"{{x}}\">a</a>", "{\"x\": \"/\\\\evil.example\"}",
    "<a href=\"#\">a</a>" },
  { "another host behind a tab", "<a href=\"{{x}}\">a</a>", "{\"x\": \"/\\t/evil.example\"}",
    "<a href=\"#\">a</a>" },
  { "a part of an address", "<a href=\"/a?b={{x}}\">a</a>", "{\"x\": \"1&c=2#/../é\"}",
    "<a href=\"/a?b=1%26c%3D2%23%2F..%2F%C3%A9\">a</a>" },
  { "a part behind a part", "<a href=\"/{{x}}/{{x}}\">a</a>", "{\"x\": \"//\"}",
    "<a href=\"/%2F%2F/%2F%2F\">a</a>" },
  { "a section of an array", "{{#x}}<b>{{y}}</b>{{/x}}!", "{\"x\": [{\"y\": 1}, {\"y\": 2}]}",
    "<b>1</b><b>2</b>!" },
  { "outer members within one", "{{#x}}{{y}}{{z}}{{/x}}", "{\"z\": 9, \"x\": [{\"y\": 1}]}", "19" },
  { "inner members go before", "{{#x}}{{z}}{{/x}}{{z}}", "{\"z\": 9, \"x\": {\"z\": 1}}", "19" },
  { "an empty array", "{{#x}}a{{/x}}{{^x}}b{{/x}}", "{\"x\": []}", "b" },
  { "false, 0 and empty", "{{^a}}1{{/a}}{{^b}}2{{/b}}{{^c}}3{{/c}}{{^d}}4{{/d}}",
    "{\"a\": false, \"b\": 0, \"c\": \"\", \"d\": null}", "1234" },
  { "sections within sections", "{{#a}}({{#b}}{{c}}{{/b}}){{/a}}.",
    "{\"a\": [{\"b\": [{\"c\": 1}, {\"c\": 2}]}, {\"b\": []}]}", "(12)()." },
  { "an empty section is not a stumbling block", "{{#a}}{{/a}}b{{^a}}{{/a}}c", "{\"a\": true}",
    "bc" },
  { "a section between attributes", "<input{{#x}} checked{{/x}}>", "{\"x\": true}",
    "<input checked>" },
  { "a section within an attribute", "<p class=\"a{{#x}} b{{/x}}\"></p>", "{\"x\": true}",
    "<p class=\"a b\"></p>" },
  { "a comment", "a{{! <b> }}c", "{}", "ac" },
  { "a message", "<p>{{_It’s <here>}}</p>", "{}", "<p>It’s &lt;here&gt;</p>" },
  { "a message with a member", "<p>{{_Until {x}}}</p>", EVIL,
    "<p>Until \xe2\x81\xa8" SAFE "\xe2\x81\xa9</p>" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *text = render (c->source, c->json);

  g_assert_cmpstr (text, ==, c->expected);
}

static const Case wrong[] = {
  { "a value in a tag", "<p {{x}}></p>", NULL, "*quoted attribute*" },
  { "a value without quotes", "<p title={{x}}></p>", NULL, "*double quotes*" },
  { "a value in single quotes", "<p title='{{x}}'></p>", NULL, "*double quotes*" },
  { "a value in a script", "<script>var a = {{x}};</script>", NULL, "*files of their own*" },
  { "a value in a style", "<style>{{x}}</style>", NULL, "*files of their own*" },
  { "a style in an attribute", "<p style=\"color: {{x}}\"></p>", NULL, "*script or style*" },
  { "a script in an attribute", "<p onclick=\"{{x}}\"></p>", NULL, "*script or style*" },
  { "a script in an attribute of any case", "<p OnClick=\"{{x}}\"></p>", NULL,
    "*script or style*" },
  { "a document in an attribute", "<iframe srcdoc=\"{{x}}\"></iframe>", NULL, "*script or style*" },
  { "a message in an address", "<a href=\"{{_x}}\"></a>", NULL, "*only a value*" },
  { "a comment of HTML", "<!-- {{x}} -->", NULL, "*comments*" },
  { "a mark without an end", "{{x", NULL, "*does not end*" },
  { "a section without an end", "{{#x}}", NULL, "*still open*" },
  { "sections that cross", "{{#x}}{{#y}}{{/x}}{{/y}}", NULL, "*another section*" },
  { "an end without a section", "{{/x}}", NULL, "*nothing is open*" },
  { "a section that ends elsewhere", "{{#x}}<p {{/x}}>", NULL, "*where it began*" },
  { "a tag without an end", "<p", NULL, "*still open*" },
  { "a template in an attribute", "<p title=\"{{>x}}\"></p>", NULL, "*stands in text*" },
};

static void
test_wrong (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (SparkTemplates) templates = spark_templates_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (spark_templates_add (templates, "wrong", c->source, &error));
  g_assert_nonnull (error);
  if (!g_pattern_match_simple (c->expected, error->message))
    g_error ("“%s” is not like %s", error->message, c->expected);
}

static void
test_frame (void)
{
  g_autoptr (SparkTemplates) templates = spark_templates_new ();
  g_autoptr (JsonObject) data = make_data ("{\"x\": \"&\"}");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (spark_templates_add (templates, "frame", "<main>{{%}}</main>", &error));
  g_assert_true (spark_templates_add (templates, "page", "{{x}}{{>part}}", &error));
  g_assert_true (spark_templates_add (templates, "part", "<b>{{x}}</b>", &error));
  g_assert_true (spark_templates_check (templates, &error));
  bytes = spark_templates_render (templates, "frame", "page", data, spark_language_nth (0));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   "<main>&amp;<b>&amp;</b></main>", strlen ("<main>&amp;<b>&amp;</b></main>"));
}

static void
test_includes (void)
{
  g_autoptr (SparkTemplates) templates = spark_templates_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (spark_templates_add (templates, "a", "{{>b}}", &error));
  g_assert_false (spark_templates_check (templates, &error));
  g_assert_error (error, SPARK_TEMPLATE_ERROR, 0);
  g_clear_error (&error);
  g_assert_true (spark_templates_add (templates, "b", "{{>a}}", &error));
  g_assert_false (spark_templates_check (templates, &error));
  g_assert_error (error, SPARK_TEMPLATE_ERROR, 0);
}

/* --- languages --- */

static void
test_choose (void)
{
  static const struct
  {
    const char *accept;
    const char *expected;
  } choices[] = {
    { NULL, "en" },
    { "", "en" },
    { "de", "de" },
    { "DE-ch", "de" },
    { "fr;q=0.5, es;q=0.9", "es" },
    { "nl, pt;q=0.8, en;q=0.5", "pt-BR" },
    { "zh-Hant-TW,zh;q=0.9", "zh-CN" },
    { "ar-EG", "ar" },
    { "den, d, *", "en" },
    { "en;q=0, de;q=0", "en" },
    { ";;;,,,q=,de;q=x", "en" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    g_assert_cmpstr (spark_language_tag (spark_language_choose (choices[i].accept)), ==,
                     choices[i].expected);
}

static void
test_words (void)
{
  const SparkLanguage *arabic = spark_language_choose ("ar");
  const SparkLanguage *german = spark_language_choose ("de");
  const guint64 numbers[] = { 0, 1, 2, 3, 11, 100, 103, 111 };
  g_autoptr (GHashTable) forms = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *days = spark_language_count (german, "{n} day left", "{n} days left", 12);
  g_autofree char *day = spark_language_count (german, "{n} day left", "{n} days left", 1);

  g_assert_cmpstr (days, ==, "noch 12 Tage");
  g_assert_cmpstr (day, ==, "noch 1 Tag");
  g_assert_cmpstr (spark_language_get (german, "Redeem"), ==, "Einlösen");
  g_assert_cmpstr (spark_language_get (german, "No such message"), ==, "No such message");
  g_assert_cmpstr (spark_language_get (german, ""), ==, "");
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_hash_table_add (forms, (gpointer)spark_language_get_plural (arabic, "{n} day left",
                                                                  "{n} days left", numbers[i]));
  g_assert_cmpuint (g_hash_table_size (forms), ==, 6);
  g_assert_true (spark_language_is_rtl (arabic));
}

static void
test_fill (void)
{
  const SparkLanguage *german = spark_language_choose ("de");
  g_autofree char *text = spark_language_fill (german, "Access of {brand} to “{caption}” ({id})",
                                               "brand", "{id}", "caption", "a { b", "id", "7", NULL);
  g_autofree char *open = spark_language_fill (german, "{no} {brand", "brand", "Acme", NULL);

  g_assert_cmpstr (text, ==, "Zugriff von {id} auf „a { b“ (7)");
  g_assert_cmpstr (open, ==, "{no} {brand");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  spark_languages_load ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/html/template/%s", cases[i].desc);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = g_strdup_printf ("/html/template/refuses/%s", wrong[i].desc);

      g_test_add_data_func (path, &wrong[i], test_wrong);
    }
  g_test_add_func ("/html/template/frame", test_frame);
  g_test_add_func ("/html/template/includes", test_includes);
  g_test_add_func ("/html/language/choose", test_choose);
  g_test_add_func ("/html/language/words", test_words);
  g_test_add_func ("/html/language/fill", test_fill);
  return g_test_run ();
}
