/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <gtk/gtk.h>
#include <locale.h>
#include <string.h>

#include "app/spark-event-words.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-sign-ins.h"
#include "app/spark-terms.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "spark-enum-types.h"

static void
test_problem_every_value (void)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SPARK_TYPE_ERROR);
  g_autoptr (GHashTable) sentences = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) foreign = g_error_new (G_FILE_ERROR, G_FILE_ERROR_IO, "raw words");

  for (guint i = 0; i < klass->n_values; i++)
    {
      g_autoptr (GError) error
          = g_error_new (SPARK_ERROR, klass->values[i].value, "raw words of the other side");
      const char *sentence = spark_problem_sentence (error);
      const char *title = spark_problem_title (error);

      g_test_message ("%s: %s", klass->values[i].value_nick, sentence);
      g_assert_cmpuint (strlen (sentence), >, 20);
      g_assert_true (g_str_has_suffix (sentence, "."));
      g_assert_true (g_ascii_isupper (sentence[0]));
      g_assert_null (strstr (sentence, "raw words"));
      g_assert_cmpstr (sentence, !=, spark_problem_sentence (foreign));
      g_assert_cmpstr (title, !=, spark_problem_title (foreign));
      g_assert_false (g_str_has_suffix (title, "."));
      /* A sentence of its own: nobody is told the same thing for two different things. */
      g_assert_true (g_hash_table_add (sentences, (gpointer)sentence));
    }
  g_assert_null (strstr (spark_problem_sentence (foreign), "raw words"));
}

static const char *
get_title (SparkError code)
{
  g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, code, "");

  return spark_problem_title (error);
}

/* A server that only begins is something else than one that went wrong. */
static void
test_problem_servers (void)
{
  static const SparkError errors[]
      = { SPARK_ERROR_INTERNAL,          SPARK_ERROR_UNAVAILABLE,         SPARK_ERROR_TIMED_OUT,
          SPARK_ERROR_TOO_MANY_REQUESTS, SPARK_ERROR_IDEMPOTENCY_RUNNING, SPARK_ERROR_OFFLINE };

  g_assert_cmpstr (get_title (SPARK_ERROR_UNAVAILABLE), ==, "Server Not Ready");
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    for (guint other = 0; other < i; other++)
      g_assert_cmpstr (get_title (errors[i]), !=, get_title (errors[other]));
}

/* What the person can mend is not told as a fault of Sparkbox. */
static void
test_problem_folders (void)
{
  static const struct
  {
    int code;
    const char *says;
  } cases[] = {
    { G_IO_ERROR_NO_SPACE, "no room" },
    { G_IO_ERROR_PERMISSION_DENIED, "this folder or file" },
    { G_IO_ERROR_READ_ONLY, "this folder or file" },
    { G_IO_ERROR_NOT_FOUND, "this folder or file" },
    { G_IO_ERROR_NOT_SUPPORTED, "this folder or file" },
    { G_IO_ERROR_IS_DIRECTORY, "this folder or file" },
    { G_IO_ERROR_NOT_DIRECTORY, "this folder or file" },
    { G_IO_ERROR_NOT_REGULAR_FILE, "this folder or file" },
    { G_IO_ERROR_FILENAME_TOO_LONG, "this folder or file" },
    { G_IO_ERROR_INVALID_FILENAME, "this folder or file" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, cases[i].code, "raw words");

      g_assert_nonnull (strstr (spark_problem_sentence (error), cases[i].says));
      g_assert_cmpstr (spark_problem_title (error), ==, "Not Possible There");
    }
}

static void
test_problem_cancelled (void)
{
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  g_autoptr (GError) offline = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "");

  g_assert_true (spark_problem_is_cancelled (cancelled));
  g_assert_false (spark_problem_is_cancelled (offline));
  g_assert_true (spark_problem_can_retry (offline));
  g_assert_false (spark_problem_can_retry (cancelled));
}

static void
test_phrase_days (void)
{
  gint64 now = spark_time_now ();
  const struct
  {
    gint64 ms;
    const char *text;
  } cases[] = {
    { now, "today" },
    { now + SPARK_DAY_MS, "tomorrow" },
    { now - SPARK_DAY_MS, "yesterday" },
    { now + 30 * SPARK_DAY_MS, "in 30 days" },
    { now - 3 * SPARK_DAY_MS, "3 days ago" },
  };
  g_autofree char *full = spark_phrase_full_day (G_GINT64_CONSTANT (1798113600000));
  g_autofree char *begun = spark_phrase_beginning ("último uso: hoy");
  g_autofree char *empty = spark_phrase_beginning ("");
  g_autofree char *other_year = spark_phrase_day (G_GINT64_CONSTANT (946684800000));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = spark_phrase_distance (cases[i].ms);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
  g_assert_cmpstr (full, ==, "Thursday 24 December 2026");
  g_assert_cmpstr (begun, ==, "Último uso: hoy");
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpstr (other_year, ==, "Sat 1 Jan 2000");
}

static void
test_phrase_video (void)
{
  SparkVideo video = { .caption = "  First line \nsecond" };
  g_autofree char *first = spark_phrase_video (&video);
  g_autofree char *missing = spark_phrase_video (NULL);
  g_autofree char *cut = NULL;
  g_autofree char *dated = NULL;

  g_assert_cmpstr (first, ==, "First line");
  g_assert_cmpstr (missing, ==, "Video without a caption");
  video.caption = "Ünïcödé ünïcödé ünïcödé ünïcödé ünïcödé ünïcödé ünïcödé ünïcödé ünïcödé";
  cut = spark_phrase_video (&video);
  g_assert_true (g_utf8_validate (cut, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (cut, -1), <=, 60);
  g_assert_true (g_str_has_suffix (cut, "…"));
  video.caption = "   ";
  video.published_at = G_GINT64_CONSTANT (946684800000);
  dated = spark_phrase_video (&video);
  g_assert_cmpstr (dated, ==, "Video of Sat 1 Jan 2000");
}

/* What says nothing leaves no dot, and no line begins with one. */
static void
test_phrase_facts (void)
{
  g_autofree char *three = spark_phrase_facts ((const char *const[]){ "", "one", "", "two words",
                                                                      "three", NULL });
  g_autofree char *none = spark_phrase_facts ((const char *const[]){ "", NULL });

  g_assert_cmpstr (three, ==, "one\302\240· two words\302\240· three");
  g_assert_cmpstr (none, ==, "");
}

static void
test_phrase_brand (void)
{
  SparkGrant grant = { 0 };
  g_autofree char *nobody = spark_phrase_brand (&grant);
  g_autofree char *account = NULL;
  g_autofree char *brand = NULL;

  grant.advertiser.name = "Acme EU";
  account = spark_phrase_brand (&grant);
  grant.brand.name = "Acme";
  brand = spark_phrase_brand (&grant);
  g_assert_cmpstr (nobody, ==, "Someone");
  g_assert_cmpstr (account, ==, "Acme EU");
  g_assert_cmpstr (brand, ==, "Acme");
}

/* It begins where sentences of the person's language do, whatever the letters of the name are. */
static void
assert_begins (const char *name, const char *mark)
{
  const SparkGrant grant = { .brand = { .name = (char *)name } };
  const SparkEvent event
      = { .type = SPARK_EVENT_GRANT_AUTHORIZED, .brand = { .name = (char *)name } };
  g_autofree char *wanted = g_strconcat (mark, name, NULL);
  g_autofree char *wanted_sentence = g_strconcat (wanted, " used the code", NULL);
  g_autofree char *brand = spark_phrase_brand (&grant);
  g_autofree char *sentence = spark_event_describe (&event);

  g_assert_cmpstr (brand, ==, wanted);
  g_assert_cmpstr (sentence, ==, wanted_sentence);
}

/* A caption turns nothing of what it is quoted in. */
static void
test_phrase_turns_nothing (void)
{
  const SparkVideo video = { .caption = (char *)"\u202eMorning\u202c \u2067routine\u2069" };
  g_autofree char *found = spark_phrase_video (&video);

  g_assert_cmpstr (found, ==, "Morning routine");
}

static void
test_phrase_direction (void)
{
  GtkTextDirection usual = gtk_widget_get_default_direction ();

  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  assert_begins ("Acme", "");
  assert_begins ("نخلة", "\u200e");
  assert_begins ("“נמל”", "\u200e");
  assert_begins ("24", "");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  assert_begins ("Acme", "\u200f");
  assert_begins ("نخلة", "");
  assert_begins ("24", "");
  gtk_widget_set_default_direction (usual);
}

/* Who did it: oneself, another seat, or nobody that is known by name. */
static void
test_who (void)
{
  const struct
  {
    SparkEventType type;
    SparkActorKind kind;
    const char *name;
    const char *from;
    gboolean you;
    const char *sentence;
    const char *who;
  } cases[] = {
    { SPARK_EVENT_GRANT_NOTED, SPARK_ACTOR_CREATOR, NULL, NULL, TRUE,
      "You noted that Acme used the code", "You" },
    { SPARK_EVENT_GRANT_NOTED, SPARK_ACTOR_CREATOR, "Ada", "Phone", TRUE,
      "You noted that Acme used the code", "You, from Phone" },
    { SPARK_EVENT_GRANT_NOTED, SPARK_ACTOR_CREATOR, "The tool", NULL, TRUE,
      "You noted that Acme used the code", "You" },
    { SPARK_EVENT_GRANT_NOTED, SPARK_ACTOR_CREATOR, "Ben", "Laptop", FALSE,
      "Ben noted that Acme used the code", "Ben, from Laptop" },
    { SPARK_EVENT_GRANT_ATTRIBUTED, SPARK_ACTOR_CREATOR, "Ben", NULL, FALSE,
      "Ben said that it was Acme", "Ben" },
    { SPARK_EVENT_GRANT_END_NOTED, SPARK_ACTOR_CREATOR, NULL, NULL, FALSE,
      "The creator’s side noted that the access of Acme has ended", "The creator’s side" },
    { SPARK_EVENT_ADVERTISER_CONFIRMED, SPARK_ACTOR_CREATOR, "Ben", "Laptop", FALSE,
      "Ben confirmed the ad account of Acme", "Ben, from Laptop" },
    { SPARK_EVENT_ADVERTISER_REFUSED, SPARK_ACTOR_CREATOR, "Ben", "Laptop", TRUE,
      "You refused the ad account for Acme", "You, from Laptop" },
    { SPARK_EVENT_PLATFORM_REFUSED, SPARK_ACTOR_CREATOR, "Ben", NULL, TRUE,
      "TikTok refused what you asked for", "You" },
    { SPARK_EVENT_PLATFORM_REFUSED, SPARK_ACTOR_CREATOR, "Ben", "Laptop", FALSE,
      "TikTok refused what Ben asked for", "Ben, from Laptop" },
    { SPARK_EVENT_PLATFORM_REFUSED, SPARK_ACTOR_SYSTEM, NULL, NULL, FALSE,
      "TikTok refused what was asked for", "Sparkbox, by itself" },
    { SPARK_EVENT_CODE_GENERATED, SPARK_ACTOR_CREATOR, "Ben", "Laptop", FALSE, "Code generated",
      "Ben, from Laptop" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SparkEvent event
          = { .type = cases[i].type,
              .actor = { cases[i].kind, "p", cases[i].name, cases[i].from, cases[i].you },
              .brand = { "1.4", "Acme" } };
      g_autofree char *sentence = spark_event_describe (&event);
      g_autofree char *who = spark_event_describe_actor (&event);

      g_assert_cmpstr (sentence, ==, cases[i].sentence);
      g_assert_cmpstr (who, ==, cases[i].who);
    }
}

static void
test_invitation (void)
{
  const struct
  {
    const char *text;
    const char *url; /* NULL: refused */
    const char *token;
  } cases[] = {
    { "https://spark.example.org/#tok_123", "https://spark.example.org", "tok_123" },
    { " https://spark.example.org:8443/a/#tok \n", "https://spark.example.org:8443/a", "tok" },
    { "https://spark.example.org", "https://spark.example.org", NULL },
    { "http://127.0.0.1:8080/#tok", "http://127.0.0.1:8080", "tok" },
    { "http://localhost:8080#tok", "http://localhost:8080", "tok" },
    { "http://[::1]:8080/#tok", "http://[::1]:8080", "tok" },
    { "http://spark.example.org/#tok", NULL, NULL },
    { "https://user:pass@spark.example.org/#tok", NULL, NULL },
    { "https://spark.example.org/?a=b#tok", NULL, NULL },
    { "https://spark.example.org/#", NULL, NULL },
    { "https://spark.example.org/#a%20b", NULL, NULL },
    { "https:///#tok", NULL, NULL },
    { "ftp://spark.example.org/#tok", NULL, NULL },
    { "spark.example.org", NULL, NULL },
    { "", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = NULL;
      g_autofree char *token = NULL;
      g_autoptr (GError) error = NULL;
      gboolean ok = spark_invitation_parse (cases[i].text, &url, &token, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (url, ==, cases[i].url);
      g_assert_cmpstr (token, ==, cases[i].token);
      if (ok)
        g_assert_no_error (error);
      else
        g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVITATION_MALFORMED);
    }
}

static void
test_sign_ins (void)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;
  g_autofree char *second_url = NULL;
  g_autofree char *second_account = NULL;

  g_assert_false (spark_sign_ins_get (settings, 0, &url, &account));
  spark_sign_ins_add (settings, "https://a.example", "1", "Mia");
  spark_sign_ins_add (settings, "https://b.example", "2", NULL);
  spark_sign_ins_add (settings, "https://a.example", "1", NULL);
  g_assert_true (spark_sign_ins_get (settings, 0, &url, &account));
  g_assert_cmpstr (url, ==, "https://a.example");
  g_assert_cmpstr (account, ==, "1");
  g_assert_true (spark_sign_ins_get (settings, 1, &second_url, &second_account));
  g_assert_cmpstr (second_url, ==, "https://b.example");
  spark_sign_ins_remove (settings, "https://a.example", "1");
  spark_sign_ins_remove (settings, "https://b.example", "2");
  g_assert_false (spark_sign_ins_get (settings, 0, &url, &account));
}

/* The one at @index is called @expected. */
static void
assert_described (GSettings *settings, guint index, const char *expected)
{
  g_autofree char *words = spark_sign_ins_describe (settings, index);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_sign_ins_apart (void)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

  spark_sign_ins_add (settings, "https://a.example", "1", "Mia");
  assert_described (settings, 0, "a.example");
  spark_sign_ins_add (settings, "https://b.example", "1", NULL);
  assert_described (settings, 0, "b.example");
  assert_described (settings, 1, "a.example");

  /* Two people on one server. */
  spark_sign_ins_add (settings, "https://a.example", "2", "Leo");
  assert_described (settings, 0, "a.example · Leo");
  assert_described (settings, 2, "a.example · Mia");
  /* Used again, it is still known whose it is. */
  spark_sign_ins_add (settings, "https://a.example", "1", NULL);
  assert_described (settings, 0, "a.example · Mia");

  /* Nothing else tells them apart: each keeps its number whichever was used last. */
  spark_sign_ins_add (settings, "https://a.example", "3", "Mia");
  assert_described (settings, 0, "a.example · Mia (2)");
  assert_described (settings, 1, "a.example · Mia (1)");
  spark_sign_ins_add (settings, "https://a.example", "1", NULL);
  assert_described (settings, 0, "a.example · Mia (1)");

  /* Two servers on one machine. */
  spark_sign_ins_add (settings, "https://b.example:8443", "1", NULL);
  assert_described (settings, 0, "https://b.example:8443");
  assert_described (settings, 4, "https://b.example");
  assert_described (settings, 5, NULL);
  g_settings_reset (settings, "sign-ins");
}

static void
test_terms_nearest (void)
{
  SparkAccount account = { .periods = { 7, 30, 60 }, .n_periods = 3 };

  g_assert_cmpuint (spark_terms_nearest (&account, 0, 8 * SPARK_DAY_MS), ==, 30);
  g_assert_cmpuint (spark_terms_nearest (&account, 0, 7 * SPARK_DAY_MS), ==, 7);
  g_assert_cmpuint (spark_terms_nearest (&account, 0, 300 * SPARK_DAY_MS), ==, 60);
}

/* What the backend writes down as a reason is a word for programs. */
static void
test_refusals (void)
{
  static const char *const reasons[]
      = { "access_revoked", "code_deleted",    "code_expired",     "link_expired",
          "link_used",      "link_withdrawn",  "platform_cannot",  "platform_waiting",
          "link_for_other_brand", "video_not_eligible" };
  SparkEvent event = { .type = SPARK_EVENT_REDEMPTION_REFUSED };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autofree char *once = NULL;
      g_autofree char *often = NULL;

      event.detail.reason = reasons[i];
      event.detail.count = 1;
      once = spark_event_describe_detail (&event);
      event.detail.count = 3;
      often = spark_event_describe_detail (&event);
      g_assert_cmpuint (strlen (once), >, 10);
      g_assert_null (strchr (once, '_'));
      g_assert_true (g_str_has_prefix (often, "3 attempts") && g_str_has_suffix (often, once));
    }
  event.detail.reason = "of_a_newer_server";
  {
    g_autofree char *unknown = spark_event_describe_detail (&event);

    g_assert_cmpstr (unknown, ==, "3 attempts");
  }
}

static void
assert_detail (const SparkEvent *event, const char *expected)
{
  g_autofree char *detail = spark_event_describe_detail (event);

  g_assert_cmpstr (detail, ==, expected);
}

static void
test_details (void)
{
  SparkEvent event = { .type = SPARK_EVENT_GRANT_EXTENDED,
                       .actor = { .kind = SPARK_ACTOR_CREATOR },
                       .brand = { "1.4", "Acme" },
                       .detail = { .ends_at = 1893456000000, .reason = "Not paid" } };

  assert_detail (&event, "Until Tue 1 Jan 2030");
  /* Of what is over no end is told that would be still to come. */
  event.type = SPARK_EVENT_GRANT_REVOKED;
  assert_detail (&event, "Not paid");
  event.actor.kind = SPARK_ACTOR_SYSTEM;
  assert_detail (&event, "");
  event.type = SPARK_EVENT_GRANT_UNBOUND;
  assert_detail (&event, "");

  /* The name of the brand is told before. */
  event = (SparkEvent){ .type = SPARK_EVENT_ADVERTISER_NEW,
                        .brand = { "1.4", "Acme" },
                        .detail = { .advertiser = { "7100", "Acme" } } };
  assert_detail (&event, "7100");
  event.detail.advertiser.name = "Acme Shop";
  assert_detail (&event, "Acme Shop");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/problem/every-value", test_problem_every_value);
  g_test_add_func ("/events/details", test_details);
  g_test_add_func ("/problem/servers", test_problem_servers);
  g_test_add_func ("/problem/folders", test_problem_folders);
  g_test_add_func ("/problem/cancelled", test_problem_cancelled);
  g_test_add_func ("/events/refusals", test_refusals);
  g_test_add_func ("/events/who", test_who);
  g_test_add_func ("/phrases/days", test_phrase_days);
  g_test_add_func ("/phrases/video", test_phrase_video);
  g_test_add_func ("/phrases/brand", test_phrase_brand);
  g_test_add_func ("/phrases/direction", test_phrase_direction);
  g_test_add_func ("/phrases/turns-nothing", test_phrase_turns_nothing);
  g_test_add_func ("/phrases/facts", test_phrase_facts);
  g_test_add_func ("/sign-ins/invitation", test_invitation);
  g_test_add_func ("/sign-ins/list", test_sign_ins);
  g_test_add_func ("/sign-ins/apart", test_sign_ins_apart);
  g_test_add_func ("/terms/nearest", test_terms_nearest);
  return g_test_run ();
}
