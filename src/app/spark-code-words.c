/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-code-words"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-code-words.h"
#include "app/spark-phrases.h"

const char *
spark_code_difference_title (const SparkCodeDifference *difference)
{
  switch (difference->match)
    {
    case SPARK_CODE_MATCH_SAME:
      return _ ("It is the right code");
    case SPARK_CODE_MATCH_NOTHING:
      return _ ("The clipboard holds no text");
    case SPARK_CODE_MATCH_ADDRESS:
      return _ ("It is a web address, not a code");
    case SPARK_CODE_MATCH_SPACED:
      return _ ("It has spaces or line breaks in it");
    case SPARK_CODE_MATCH_MORE:
      return _ ("There is something before or after the code");
    case SPARK_CODE_MATCH_NO_START:
      return _ ("Its beginning is missing");
    case SPARK_CODE_MATCH_NO_END:
      return _ ("Its end is missing");
    case SPARK_CODE_MATCH_CASE:
      return _ ("Capital and small letters were changed");
    case SPARK_CODE_MATCH_ENCODED:
      return _ ("A program changed its special characters");
    case SPARK_CODE_MATCH_ALTERED:
      return _ ("It begins right, then differs");
    case SPARK_CODE_MATCH_DIFFERENT:
      return _ ("It is another string");
    }
  return "";
}

char *
spark_code_difference_detail (const SparkCodeDifference *difference)
{
  guint length = (guint)MIN (difference->length, G_MAXUINT);
  guint right_length = (guint)difference->right_length;

  switch (difference->match)
    {
    case SPARK_CODE_MATCH_SAME:
      return g_strdup (_ ("All its characters are as they should be"));
    case SPARK_CODE_MATCH_NOTHING:
      return g_strdup (_ ("Copy what the brand sent you, then compare again"));
    case SPARK_CODE_MATCH_NO_START:
    case SPARK_CODE_MATCH_NO_END:
      /* Translators: first how many characters what was pasted has, then how many the code has */
      return g_strdup_printf (ngettext ("%u character of %u", "%u characters of %u", length),
                              length, right_length);
    case SPARK_CODE_MATCH_ALTERED:
      return g_strdup_printf (ngettext ("The first %u character is right",
                                        "The first %u characters are right",
                                        (gulong)difference->same),
                              (guint)difference->same);
    case SPARK_CODE_MATCH_DIFFERENT:
      return g_strdup (_ ("None of your videos has it as its code now; it may be an older one"));
    case SPARK_CODE_MATCH_ADDRESS:
    case SPARK_CODE_MATCH_SPACED:
    case SPARK_CODE_MATCH_MORE:
    case SPARK_CODE_MATCH_CASE:
    case SPARK_CODE_MATCH_ENCODED:
      break;
    }
  return g_strdup (_ ("Everything else about it is right"));
}

/* What stands in the way here; NULL when nothing does. */
static const char *
describe_code (const SparkCode *code)
{
  if (code == NULL)
    return _ ("The video has no code at the moment. I’ll send you a new one.");
  switch (code->state)
    {
    case SPARK_CODE_STATE_PENDING:
      return _ ("The code is not ready yet. Please try again in a few minutes.");
    case SPARK_CODE_STATE_EXPIRED:
      return _ ("Its code has ended. I’ll send you a new one.");
    case SPARK_CODE_STATE_DELETED:
    case SPARK_CODE_STATE_FAILED:
      return _ ("That code no longer works. I’ll send you a new one.");
    case SPARK_CODE_STATE_READY:
    case SPARK_CODE_STATE_IN_USE:
      break;
    }
  return NULL;
}

static const char *
describe_video (SparkBlockers blockers)
{
  if (blockers & (SPARK_BLOCKER_DELETED | SPARK_BLOCKER_REMOVED))
    return _ ("The video is no longer on TikTok, so it can’t run as an ad.");
  if (blockers & SPARK_BLOCKER_STORY)
    return _ ("It is a story, and TikTok doesn’t run stories as ads.");
  if (blockers & SPARK_BLOCKER_PRIVATE)
    return _ ("The video is not public at the moment. I’ll change that; please try again then.");
  if (blockers & SPARK_BLOCKER_UNDER_REVIEW)
    return _ ("TikTok is still reviewing the video. Please try again when the review is over.");
  if (blockers & (SPARK_BLOCKER_DUET | SPARK_BLOCKER_STITCH))
    return _ ("The video shows another creator’s video too, so you also need a code from them.");
  if (blockers & SPARK_BLOCKER_SOUND)
    return _ ("The sound of the video is not cleared for ads, so TikTok may mute or refuse it. "
              "Please tell me whether you need another version.");
  return NULL;
}

static const char *
describe_difference (const SparkCodeDifference *difference)
{
  switch (difference->match)
    {
    case SPARK_CODE_MATCH_ADDRESS:
      return _ ("What you have is a web address. The code is the long word that begins with #. "
                "Please copy that from my message.");
    case SPARK_CODE_MATCH_SPACED:
      return _ ("What you have has spaces or line breaks in it. Please paste it as one word.");
    case SPARK_CODE_MATCH_MORE:
      return _ ("What you have has something before or after the code. Please paste only the code: "
                "it begins with #, and nothing follows it.");
    case SPARK_CODE_MATCH_NO_START:
      return _ (
          "The beginning of the code is missing in what you have. Please copy it again whole, "
          "with the # it begins with.");
    case SPARK_CODE_MATCH_NO_END:
      return _ ("The end of the code is missing in what you have. Please copy it again whole, to "
                "its very last character.");
    case SPARK_CODE_MATCH_CASE:
    case SPARK_CODE_MATCH_ENCODED:
    case SPARK_CODE_MATCH_ALTERED:
      return _ (
          "Some characters of what you have are not those of the code. Please copy it from my "
          "message instead of typing it.");
    case SPARK_CODE_MATCH_DIFFERENT:
      return _ ("What you have is not the code of this video. Please copy the one from my last "
                "message.");
    case SPARK_CODE_MATCH_SAME:
    case SPARK_CODE_MATCH_NOTHING:
      break;
    }
  return NULL;
}

/* (transfer full) */
static char *
join_sentences (const char *first, const char *second)
{
  /* Translators: two sentences, one after the other */
  return g_strdup_printf (C_ ("sentences", "%s %s"), first, second);
}

static char *
describe_other_side (const SparkCode *code)
{
  g_autofree char *end = code->ends_at != 0 ? spark_phrase_full_day (code->ends_at) : NULL;
  g_autofree char *well = NULL;
  const char *where
      = _ ("Please enter it in TikTok Ads Manager under Tools › Creative library › Spark Ads "
           "posts › Apply for authorization, and check that your ad account is active and may "
           "advertise where I am. If it is still refused, send me the words TikTok shows and "
           "the code as you have it.");

  if (end == NULL)
    return g_strdup (where);
  /* Translators: to a brand; %s: a day */
  well = g_strdup_printf (_ ("On my side all is well: the code works until %s."), end);
  return join_sentences (well, where);
}

char *
spark_code_reply (const SparkVideo *video, const SparkCode *code,
                  const SparkCodeDifference *difference, const char *other)
{
  g_autofree char *caption = spark_phrase_video (video);
  /* Translators: how a message to a brand begins; %s: a video’s caption */
  g_autofree char *about = g_strdup_printf (_ ("About the code for “%s”:"), caption);
  g_autofree char *owned = NULL;
  const char *text = describe_code (code);

  if (text == NULL)
    text = describe_video (video->blockers);
  if (text == NULL && other != NULL)
    /* Translators: to a brand; %s: such as: the code of “Morning routine” */
    text = owned = g_strdup_printf (
        _ ("What you have is %s. Please copy the code of this video from my message."), other);
  if (text == NULL && difference != NULL)
    text = describe_difference (difference);
  if (text == NULL)
    text = owned = describe_other_side (code);
  return join_sentences (about, text);
}
