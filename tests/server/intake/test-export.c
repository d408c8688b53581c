/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "export-fixture.h"
#include "ledger-acts.h"
#include "spark-enum-types.h"
#include "server/intake/spark-export-reader.h"
#include "server/intake/spark-import.h"
#include "zip-fixture.h"

#define VIDEO(id)                                                                                  \
  "{\"Date\":\"2024-03-01 18:20:11\",\"Link\":\"https://www.tiktokv.com/share/video/" id           \
  "/\",\"Likes\":\"12\"}"
#define POSTS(list) "{\"Post\":{\"Posts\":{\"VideoList\":[" list "]}}}"

/* 2024-03-01 18:20:11 UTC */
#define WHEN (G_GINT64_CONSTANT (1709317211) * 1000)

static SparkImportCounts
import_fd (Fixture *self, int fd, GError **error)
{
  g_autoptr (GError) early = NULL;
  g_autoptr (GError) late = NULL;
  SparkImportCounts counts;

  /* The early look never refuses what the whole would take. */
  spark_import_check (fd, &early);
  if (spark_import_run (self->store, &export_by_owner, self->account, fd, &counts, &late))
    g_assert_no_error (early);
  if (error == NULL)
    g_assert_no_error (late);
  if (late != NULL)
    g_propagate_error (error, g_steal_pointer (&late));
  close (fd);
  return counts;
}

static SparkImportCounts
import_text (Fixture *self, const char *text, GError **error)
{
  return import_fd (self, export_file (text, strlen (text)), error);
}

static void
assert_counts (SparkImportCounts counts, guint added, guint updated, guint skipped)
{
  g_assert_cmpuint (counts.added, ==, added);
  g_assert_cmpuint (counts.updated, ==, updated);
  g_assert_cmpuint (counts.skipped, ==, skipped);
}

/* --- what videos there are now, newest first --- */

static gboolean
describe_video (const SparkVideo *video, gpointer data)
{
  g_autofree char *of_nobody = spark_video_link_make (video->item_id, NULL);
  g_autofree char *of_lena = spark_video_link_make (video->item_id, "lena");
  const char *link = video->share_url;

  if (g_strcmp0 (link, of_nobody) == 0 || g_strcmp0 (link, of_lena) == 0)
    link = "link";
  g_string_append_printf (
      data, "%s|%s|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%s|%s\n", video->item_id,
      video->caption != NULL ? video->caption : "-", video->published_at, video->total.likes,
      spark_enum_to_string (SPARK_TYPE_VISIBILITY, video->visibility), link != NULL ? link : "-");
  return TRUE;
}

static char *
describe_videos (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkPage page = { .limit = 100 };
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  spark_read_videos (tx, &(SparkVideoQuery){ .scope.all = TRUE, .state = -1 }, &page,
                     describe_video, text, &error);
  g_assert_no_error (error);
  g_free (page.next);
  spark_store_read_end (tx);
  return g_string_free (text, FALSE);
}

/* --- shapes --- */

static const struct
{
  const char *name;
  const char *text;
  guint skipped;
} shapes[] = {
  { "post", POSTS (VIDEO ("7200000000000000001")), 0 },
  { "video", "{\"Video\":{\"Videos\":{\"VideoList\":[" VIDEO ("7200000000000000001") "]}}}", 0 },
  { "activity",
    "{\"Activity\":{\"Video\":{\"Videos\":{\"VideoList\":[" VIDEO ("7200000000000000001") "]}}}}",
    0 },
  { "lower-case",
    "{\"post\":{\"posts\":{\"videolist\":[{\"likes\":\"12\",\"link\":"
    "\"https://www.tiktok.com/@lena/video/7200000000000000001\",\"date\":\"2024-03-01 "
    "18:20:11\"}]}}}",
    0 },
  { "upper-case",
    "{\"POST\":{\"POSTS\":{\"VIDEOLIST\":[{\"DATE\":\"2024-03-01 18:20:11\",\"LINK\":"
    "\"https://www.tiktok.com/@lena/video/7200000000000000001\",\"LIKES\":\"12\"}]}}}",
    0 },
  { "utc",
    POSTS ("{\"Date\":\"2024-03-01 18:20:11 UTC\",\"Link\":\"https://www.tiktok.com/@lena/video/"
           "7200000000000000001/?lang=en\",\"Likes\":\"12\"}"),
    0 },
  { "likes-as-number",
    POSTS ("{\"Date\":\"2024-03-01T18:20:11Z\",\"Link\":\"https://www.tiktok.com/@lena/video/"
           "7200000000000000001\",\"Likes\":12}"),
    0 },
  { "byte-order-mark", "\xef\xbb\xbf \n" POSTS (VIDEO ("7200000000000000001")), 0 },
  { "other-sections",
    "{\"Comment\":{\"Comments\":{\"CommentsList\":[{\"date\":\"2024\",\"comment\":\"x\"}]}},"
    "\"Profile\":{\"Profile Info\":{\"ProfileMap\":{\"userName\":\"lena\",\"likesReceived\":"
    "\"5\",\"PlatformInfo\":[{\"Name\":\"x\"}]}}},\"Post\":{\"Posts\":{\"Other\":[],"
    "\"VideoList\":[" VIDEO ("7200000000000000001") "]}},\"Ads\":null,\"Number\":1.5e3}",
    0 },
  { "favourites-are-not-mine",
    "{\"Activity\":{\"Favorite Videos\":{\"FavoriteVideoList\":[" VIDEO (
        "730000000000000000"
        "1") "]},\"Like "
             "List\":{"
             "\"ItemFavorite"
             "List\":"
             "[" VIDEO (
                 "730"
                 "000"
                 "000"
                 "000"
                 "000"
                 "000"
                 "2") "]},\"Video Browsing History\":{\"VideoList\":[" VIDEO ("7300000000"
                                                                              "000000003") "]},"
                                                                                           "\"Video"
                                                                                           "\":{"
                                                                                           "\"Video"
                                                                                           "s\":{"
                                                                                           "\"Video"
                                                                                           "List\":"
                                                                                           "[" VIDEO (
                                                                                               "720"
                                                                                               "000"
                                                                                               "000"
                                                                                               "000"
                                                                                               "000"
                                                                                               "000"
                                                                                               "1") "]}}}}",
    0 },
  { "bad-ones",
    POSTS (VIDEO (
        "7200000000000000001") ",null,5,\"x\",[],[1,[2]],{},{\"Link\":\"\"},"
                               "{\"Link\":\"https://example.com/video/7200000000000000002\"},"
                               "{\"Link\":\"https://vm.tiktok.com/ZMabc/"
                               "\"},{\"Link\":null},{\"Link\":{\"a\":1}},"
                               "{\"Date\":\"2024-03-01 18:20:11\"}"),
    12 },
  { "extra-fields",
    POSTS ("{\"Date\":\"2024-03-01 18:20:11\",\"Link\":\"https://www.tiktok.com/@lena/video/"
           "7200000000000000001\",\"Likes\":\"12\",\"Sound\":\"original\",\"Location\":\"\","
           "\"AlternateText\":null,\"AllowComments\":\"Yes\",\"AIGeneratedContent\":false,"
           "\"Nested\":{\"Link\":\"https://www.tiktok.com/@x/video/"
           "7300000000000000009\",\"Date\":"
           "\"1999-01-01 00:00:00\"}}"),
    0 },
  { "bad-date-and-likes-twice",
    "{\"Post\":{\"Posts\":{\"VideoList\":[" VIDEO (
        "7200000000000000001") "]}},\"Video\":{\"Videos\":{\"VideoList\":[{\"Date\":"
                               "\"yesterday\",\"Link\":\"https://"
                               "www.tiktok.com/@lena/video/"
                               "7200000000000000001\",\"Likes\":\"many\"}]}}}",
    0 },
};

static void
test_shape (Fixture *self, gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *videos = NULL;
  g_autofree char *wanted
      = g_strdup_printf ("7200000000000000001|-|%" G_GINT64_FORMAT "|12|unknown|link\n"
                         "7123456789012345678|Morning routine|0|-1|public|-\n",
                         WHEN);
  SparkImportCounts counts = import_text (self, shapes[i].text, NULL);

  assert_counts (counts, 1, 0, shapes[i].skipped);
  videos = describe_videos (self);
  g_assert_cmpstr (videos, ==, wanted);
  /* The same file once more changes nothing, and tells nothing. */
  counts = import_text (self, shapes[i].text, NULL);
  assert_counts (counts, 0, 0, shapes[i].skipped);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_VIDEOS_IMPORTED), ==, 1);
}

static void
test_fields (Fixture *self, gconstpointer data)
{
  static const char text[] = POSTS (
      "{\"Date\":\"2024-03-01 18:20:11\",\"Link\":\"https://v16.tiktokcdn.com/abc/?a=1&item_id="
      "7200000000000000001&x=2\",\"Likes\":\"0\",\"Title\":\"Caf\\u00e9 \\ud83c\\udf7f #ad "
      "\\u05e9\\u05dc\\u05d5\\u05dd\",\"WhoCanView\":\"Public\"},"
      "{\"Link\":\"https://www.tiktok.com/@lena/photo/7200000000000000002\",\"Title\":\"\","
      "\"WhoCanView\":\"Friends\"},"
      "{\"Link\":\"https://www.tiktok.com/@lena/video/7200000000000000003\",\"Title\":\"bad "
      "\xff byte\",\"WhoCanView\":\"Only me\",\"Likes\":\"-5\"},"
      "{\"Link\":\"https://www.tiktok.com/@lena/video/7200000000000000004\",\"WhoCanView\":"
      "\"Somebody\",\"Likes\":\"99999999999999999999\"}");
  g_autofree char *videos = NULL;
  g_autofree char *wanted = g_strdup_printf (
      "7200000000000000001|Café 🍿 #ad שלום|%" G_GINT64_FORMAT "|0|public|link\n"
      "7200000000000000004|-|0|-1|unknown|link\n"
      "7200000000000000003|bad \xef\xbf\xbd byte|0|-1|private|link\n"
      "7200000000000000002|-|0|-1|friends|link\n"
      "7123456789012345678|Morning routine|0|-1|public|-\n",
      WHEN);

  assert_counts (import_text (self, text, NULL), 4, 0, 0);
  videos = describe_videos (self);
  g_assert_cmpstr (videos, ==, wanted);
  assert_counts (import_text (self, text, NULL), 0, 0, 0);
  /* What is new in a later export is taken over. */
  assert_counts (import_text (self, POSTS (VIDEO ("7200000000000000002")), NULL), 0, 1, 0);
}

/* Sections may be missing or empty: nothing is there, and nothing is wrong. */
/* Others open the link, and their calendars show it: nothing of the file's own gets there. */
static void
test_links (Fixture *self, gconstpointer data)
{
  static const char text[]
      = POSTS ("{\"Link\":\"https://example.org/?item%5Fid=7200000000000000001\"},"
               "{\"Link\":\"https://www.tiktok.com/@lena/video/7200000000000000002/"
               "\\r\\nBEGIN:VALARM\"},"
               "{\"Link\":\"https://example.org/@lena/?item_id=7200000000000000003\"}");
  g_autofree char *videos = NULL;

  import_text (self, text, NULL);
  videos = describe_videos (self);
  g_assert_null (strstr (videos, "example.org"));
  g_assert_null (strstr (videos, "VALARM"));
  g_assert_nonnull (strstr (videos, "7200000000000000002|-|0|-1|unknown|link"));
}

static void
test_empty (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "{\"Post\":null}",
    "{\"Post\":{\"Posts\":{}}}",
    "{\"Post\":{\"Posts\":{\"VideoList\":null}}}",
    "{\"Post\":{\"Posts\":{\"VideoList\":[]}}}",
    "{\"Post\":[],\"Video\":\"\"}",
    "{\"\":{\"\":{\"\":[{}]}}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_counts (import_text (self, texts[i], NULL), 0, 0, 0);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_VIDEOS_IMPORTED), ==, 0);
}

/* --- what is refused --- */

static void
test_refused (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *text;
    int code;
  } cases[] = {
    { "Date: 2024-03-01 18:20:11 UTC\nLink: https://www.tiktok.com/@lena/video/72000000000000001\n",
      SPARK_ERROR_IMPORT_IS_TXT },
    { "Post\n\nPosts", SPARK_ERROR_IMPORT_IS_TXT },
    { "\xef\xbb\xbfHello", SPARK_ERROR_IMPORT_IS_TXT },
    { "", SPARK_ERROR_IMPORT_MALFORMED },
    { "  \n\t ", SPARK_ERROR_IMPORT_MALFORMED },
    { "{\"Post\":{\"Posts\":", SPARK_ERROR_IMPORT_MALFORMED },
    { "{\"Post\":}", SPARK_ERROR_IMPORT_MALFORMED },
    { "{} {}", SPARK_ERROR_IMPORT_MALFORMED },
    { "PK\x03\x04 not a zip", SPARK_ERROR_IMPORT_MALFORMED },
    { "\x1f\x8b\x08", SPARK_ERROR_IMPORT_MALFORMED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      import_text (self, cases[i].text, &error);
      g_assert_error (error, SPARK_ERROR, cases[i].code);
      if (cases[i].code == SPARK_ERROR_IMPORT_IS_TXT)
        g_assert_nonnull (strstr (error->message, "JSON"));
    }
}

static void
test_missing_account (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fd = export_file ("{}", 2);
  SparkImportCounts counts;

  g_assert_false (spark_import_run (self->store, &export_by_owner, "99", fd, &counts, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  close (fd);
}

/* What was read before the place where a file breaks is kept: import it again when it is whole. */
static void
test_cut_off (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  static const char text[]
      = "{\"Post\":{\"Posts\":{\"VideoList\":[" VIDEO ("7200000000000000001") ",{\"Da";
  SparkImportCounts counts = import_text (self, text, &error);

  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
  g_assert_cmpuint (counts.added, ==, 1);
}

static void
test_deep (Fixture *self, gconstpointer data)
{
  static const char opening[] = { '[', '{' };
  gsize depth = 200000;

  for (gsize i = 0; i < G_N_ELEMENTS (opening); i++)
    {
      g_autoptr (GString) text = g_string_new ("{\"Post\":{\"Posts\":{\"VideoList\":[");
      g_autoptr (GError) error = NULL;

      for (gsize level = 0; level < depth; level++)
        g_string_append (text, opening[i] == '{' ? "{\"a\":" : "[");
      import_text (self, text->str, &error);
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
    }
}

/* One value without an end does not fill the memory. */
static void
test_long_value (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("{\"Post\":\"");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 3 * SPARK_EXPORT_MAX_VALUE; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\"}");
  import_text (self, text->str, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
}

/* --- in a zip --- */

static void
test_zip (Fixture *self, gconstpointer data)
{
  static const ZipMember whole[] = {
    { "readme.txt", "Hello", 0 },
    { "TikTok/user_data_tiktok.json", POSTS (VIDEO ("7200000000000000001")), 0 },
    { "Posts/video.mp4", "…", 0 },
  };
  static const ZipMember old[] = { { "User_Data.json", POSTS (VIDEO ("7200000000000000002")), 0 } };
  static const ZipMember txt[] = { { "TikTok/Post/Posts.txt", "Date: 2024", 0 } };
  static const ZipMember other[] = { { "other.json", POSTS (VIDEO ("7200000000000000003")), 0 } };
  static const ZipMember broken[] = { { "user_data_tiktok.json", "{\"Post\":", 0 } };
  g_autoptr (GError) error = NULL;

  assert_counts (import_fd (self, zip_fixture (whole, G_N_ELEMENTS (whole)), NULL), 1, 0, 0);
  assert_counts (import_fd (self, zip_fixture (whole, G_N_ELEMENTS (whole)), NULL), 0, 0, 0);
  assert_counts (import_fd (self, zip_fixture (old, 1), NULL), 1, 0, 0);
  import_fd (self, zip_fixture (txt, 1), &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_IS_TXT);
  g_clear_error (&error);
  import_fd (self, zip_fixture (other, 1), &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
  g_assert_nonnull (strstr (error->message, "user_data_tiktok.json"));
  g_clear_error (&error);
  import_fd (self, zip_fixture (broken, 1), &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
  g_clear_error (&error);
  import_fd (self, zip_fixture (NULL, 0), &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
}

/* Cut anywhere, or with any byte wrong: an error or the videos, never a crash. */
static void
test_broken_zip (Fixture *self, gconstpointer data)
{
  static const ZipMember whole[]
      = { { "user_data_tiktok.json", POSTS (VIDEO ("7200000000000000001")), 0 } };
  int fd = zip_fixture (whole, 1);
  gsize length = (gsize)lseek (fd, 0, SEEK_END);
  g_autofree char *bytes = g_malloc (length);

  g_assert_cmpint (pread (fd, bytes, length, 0), ==, length);
  close (fd);
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GError) cut = NULL;
      g_autoptr (GError) flipped = NULL;

      import_fd (self, export_file (bytes, i), &cut);
      bytes[i] ^= 0x55;
      import_fd (self, export_file (bytes, length), &flipped);
      bytes[i] ^= 0x55;
    }
}

/* A bomb: little on disk, far more than any export when inflated. It ends; memory stays small. */
static void
test_bomb (Fixture *self, gconstpointer data)
{
  static const ZipMember value[] = { { "user_data_tiktok.json", "{\"Post\":\"", 64u << 20 } };
  static const ZipMember many[] = {
    { "a", "", 64u << 20 },
    { "user_data_tiktok.json", POSTS (VIDEO ("7200000000000000001")), 0 },
  };
  g_autoptr (GError) error = NULL;

  import_fd (self, zip_fixture (value, 1), &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
  assert_counts (import_fd (self, zip_fixture (many, 2), NULL), 1, 0, 0);
}

/* Nor does one go on for hours of which nothing is kept. */
static void
test_endless (Fixture *self, gconstpointer data)
{
  const ZipMember little[]
      = { { "user_data_tiktok.json", POSTS (VIDEO ("7200000000000000001")), 0 } };
  g_autoptr (GString) text = g_string_new ("{\"Nothing\":[0");
  g_autoptr (GError) error = NULL;
  ZipMember endless = { "user_data_tiktok.json", NULL, 0 };

  while (text->len < 1 << 20)
    g_string_append (text, ", 0");
  g_string_append (text, "],");
  g_string_append (text, &POSTS (VIDEO ("7200000000000000002"))[1]);
  endless.text = text->str;
  spark_import_set_max_bytes (text->len - 1);
  assert_counts (import_fd (self, zip_fixture (&endless, 1), &error), 0, 0, 0);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
  g_assert_nonnull (strstr (error->message, "more than"));
  assert_counts (import_fd (self, zip_fixture (little, 1), NULL), 1, 0, 0);
  spark_import_set_max_bytes (text->len);
  assert_counts (import_fd (self, zip_fixture (&endless, 1), NULL), 1, 0, 0);
  spark_import_set_max_bytes (SPARK_IMPORT_MAX_BYTES);
}

/* A small file of very many entries: their directory would be read into memory whole. */
static void
test_directory (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (ZipMember));
  g_autoptr (GError) error = NULL;
  ZipMember first = { "user_data_tiktok.json", POSTS (VIDEO ("7200000000000000001")), 0 };
  ZipMember other = { "a", "", 0 };
  guint8 few[] = { 2, 0, 2, 0, 92, 0, 0, 0 };
  off_t length;
  int fd;

  g_array_append_val (members, first);
  for (guint i = 0; i < 9999; i++)
    g_array_append_val (members, other);
  assert_counts (import_fd (self, zip_fixture ((ZipMember *)members->data, members->len), NULL), 1, 0, 0);
  g_array_append_val (members, other);
  import_fd (self, zip_fixture ((ZipMember *)members->data, members->len), &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
  g_clear_error (&error);

  /* What the record at the end says of it is not believed. */
  for (guint i = 0; i < 50000; i++)
    g_array_append_val (members, other);
  fd = zip_fixture ((ZipMember *)members->data, members->len);
  length = lseek (fd, 0, SEEK_END);
  g_assert_cmpint (pwrite (fd, few, sizeof few, length - 22 + 8), ==, sizeof few);
  lseek (fd, 0, SEEK_SET);
  import_fd (self, fd, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
  g_assert_nonnull (strstr (error->message, "more files"));
}

static void
test_too_many (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  SparkImportCounts counts;

  spark_import_set_max_videos (600);
  counts = import_fd (self, export_thousand ("72"), &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE);
  g_clear_error (&error);
  assert_counts (counts, 600, 0, 0);
  /* Nor by one file after the other: not much more, that is. */
  counts = import_fd (self, export_thousand ("73"), &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_cmpuint (counts.added, <=, 200);
  spark_import_set_max_videos (SPARK_IMPORT_MAX_VIDEOS);
  assert_counts (import_fd (self, export_thousand ("72"), NULL), 400, 0, 0);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/export/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strconcat ("/export/shape/", shapes[i].name, NULL);

      g_test_add (path, Fixture, GSIZE_TO_POINTER (i), fixture_set_up, test_shape,
                  fixture_tear_down);
    }
  ADD ("fields", test_fields);
  ADD ("links", test_links);
  ADD ("empty", test_empty);
  ADD ("refused", test_refused);
  ADD ("missing-account", test_missing_account);
  ADD ("cut-off", test_cut_off);
  ADD ("deep", test_deep);
  ADD ("long-value", test_long_value);
  ADD ("zip", test_zip);
  ADD ("broken-zip", test_broken_zip);
  ADD ("bomb", test_bomb);
  ADD ("endless", test_endless);
  ADD ("directory", test_directory);
  ADD ("too-many", test_too_many);
  return g_test_run ();
}
