/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-problem"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-problem.h"
#include "model/spark-error.h"

#define OUR_FAULT                                                                                  \
  N_ ("Something went wrong inside Sparkbox. Try again; if it keeps happening, "                   \
      "close Sparkbox and open it again.")

static const char *
sentence_of (SparkError code)
{
  switch (code)
    {
    case SPARK_ERROR_INVALID_REQUEST:
      return N_ ("The server did not understand what Sparkbox asked for. Update Sparkbox, then try "
                 "again.");
    case SPARK_ERROR_UNAUTHORIZED:
      return N_ (
          "The server no longer accepts this invitation. Ask for a new one, then join again.");
    case SPARK_ERROR_FORBIDDEN:
      return N_ (
          "Your invitation does not allow this. Ask whoever invited you to do it, or to give "
          "you more rights.");
    case SPARK_ERROR_NOT_FOUND:
      return N_ ("It is no longer there. It may have been removed on another computer.");
    case SPARK_ERROR_METHOD_NOT_ALLOWED:
      return N_ ("This server cannot do that. Ask its owner to update it.");
    case SPARK_ERROR_CODE_EXISTS:
      return N_ ("This video already has a code. Copy that one, or replace it.");
    case SPARK_ERROR_CODE_EXPIRED:
      return N_ ("The code has expired. Generate a new one.");
    case SPARK_ERROR_CODE_DELETED:
      return N_ ("The code was deleted. Generate a new one.");
    case SPARK_ERROR_CODE_UNKNOWN:
      return N_ ("No video has this code. Check that it was copied whole, from the # to the last "
                 "character.");
    case SPARK_ERROR_CODE_MISSING:
      return N_ ("This video has no code any more. Generate a new one.");
    case SPARK_ERROR_LINK_EXPIRED:
      return N_ ("The link has expired. Make a new one for the brand.");
    case SPARK_ERROR_LINK_WITHDRAWN:
      return N_ ("The link was withdrawn. Make a new one for the brand.");
    case SPARK_ERROR_LINK_USED:
      return N_ ("The link was already used by another ad account. Make a new one for the brand.");
    case SPARK_ERROR_LINK_FOR_OTHER_BRAND:
      return N_ ("The link was made for another brand. Make one for this brand.");
    case SPARK_ERROR_ACCESS_REVOKED:
      return N_ ("You revoked this brand’s access to the video. Give access again first.");
    case SPARK_ERROR_VIDEO_NOT_ELIGIBLE:
      return N_ (
          "This video cannot be used in ads as it is. Open it to see what stands in the way.");
    case SPARK_ERROR_ADS_RUNNING:
      return N_ ("An ad is running on this video. Ask the brand to pause it, or revoke its access, "
                 "then try again.");
    case SPARK_ERROR_PLATFORM_CANNOT:
      return N_ ("Sparkbox cannot do this for you on TikTok. Do it in the TikTok app.");
    case SPARK_ERROR_PLATFORM_WAITING:
      return N_ ("TikTok has not done the last change of this video yet. Try again in a moment.");
    case SPARK_ERROR_NOT_CONNECTED:
      return N_ (
          "This account is no longer connected to TikTok. Connect it again, or ask its owner "
          "to, then try again.");
    case SPARK_ERROR_BRANDS_CANNOT_REACH:
      return N_ ("Brands can’t reach this computer. Copy the code, or join a server.");
    case SPARK_ERROR_GRANT_ENDED:
      return N_ ("This access has ended, or is being revoked.");
    case SPARK_ERROR_GRANT_NOT_REVOKED:
      return N_ ("This access was not revoked, so there is nothing to give again.");
    case SPARK_ERROR_BRAND_EXISTS:
      return N_ ("You already have a brand of this name. Choose it from the list.");
    case SPARK_ERROR_IDEMPOTENCY_RUNNING:
      return N_ ("The server is still busy with this. Wait a moment.");
    case SPARK_ERROR_RESYNC:
      return N_ (
          "The server was restored from a backup. Sparkbox loads everything again; try again "
          "when it has finished.");
    case SPARK_ERROR_TOO_LARGE:
      return N_ ("This is too large. A file of TikTok data may have up to 1 GB.");
    case SPARK_ERROR_UNSUPPORTED_MEDIA:
      return N_ (
          "This is not a file of TikTok data. Choose the .json or .zip file that TikTok gave "
          "you.");
    case SPARK_ERROR_IDEMPOTENCY_MISMATCH:
      return N_ ("This was sent twice with different contents. Close this and try again.");
    case SPARK_ERROR_INVALID_PERIOD:
      return N_ ("TikTok does not offer this authorization period. Choose another one.");
    case SPARK_ERROR_INVALID_CODE:
      return N_ (
          "This is not a whole Spark code. Copy it again in the TikTok app: it begins with # "
          "and is one long word.");
    case SPARK_ERROR_INVALID_LINK:
      return N_ ("This link does not say which TikTok video it is. Open the video in a web browser "
                 "and copy the long address, which has /video/ and a number in it.");
    case SPARK_ERROR_IMPORT_IS_TXT:
      return N_ ("This is the text form of your TikTok data, which is made for reading. Ask TikTok "
                 "for your data once more and choose JSON as the file format.");
    case SPARK_ERROR_IMPORT_MALFORMED:
      return N_ (
          "This file cannot be read as TikTok data. Choose user_data_tiktok.json, or the .zip "
          "file it came in, as TikTok gave it to you.");
    case SPARK_ERROR_TOO_MANY_REQUESTS:
      return N_ ("That was too fast for the server. Wait a minute, then try again.");
    case SPARK_ERROR_INTERNAL:
      return N_ ("The server had a problem of its own. Try again; if it keeps happening, tell its "
                 "owner.");
    case SPARK_ERROR_UNAVAILABLE:
      return N_ ("The server is not ready. Try again in a moment.");
    case SPARK_ERROR_OFFLINE:
      return N_ ("The server can’t be reached. Check your connection; Sparkbox connects again by "
                 "itself.");
    case SPARK_ERROR_TIMED_OUT:
      return N_ ("The server took too long to answer. Try again.");
    case SPARK_ERROR_TLS:
      return N_ ("The server’s certificate is not trusted, so nothing was sent to it. Check the "
                 "address; if it is right, ask the server’s owner.");
    case SPARK_ERROR_NOT_SPARKBOX:
      return N_ ("There is no Sparkbox at this address. Check it against your invitation.");
    case SPARK_ERROR_OTHER_SERVER:
      return N_ ("The browser signed in to another server than this one, so nobody was let in. "
                 "Check the invitation; if it is right, tell the server’s owner that the server "
                 "calls itself by another address.");
    case SPARK_ERROR_SERVER_TOO_OLD:
      return N_ ("This server is too old for your Sparkbox. Ask its owner to update it.");
    case SPARK_ERROR_MALFORMED_ANSWER:
      return N_ (
          "The server’s answer makes no sense to Sparkbox. Update Sparkbox; if that does not "
          "help, tell the server’s owner.");
    case SPARK_ERROR_KEYRING_LOCKED:
      return N_ (
          "Your keyring is locked, so the invitation can’t be kept safely. Unlock the keyring "
          "and try again.");
    case SPARK_ERROR_KEYRING_MISSING:
      return N_ ("There is no keyring on this computer to keep the invitation safely. Install one, "
                 "GNOME Keyring for example, sign in to your computer again and try once more.");
    case SPARK_ERROR_INVITATION_MALFORMED:
      return N_ (
          "This is not a whole invitation. Paste it exactly as you were given it: an address "
          "that begins with https://, then # and the token.");
    case SPARK_ERROR_REPLICA:
      return N_ (
          "The copy of your videos on this computer can’t be read or written. Check that the "
          "disk is not full, then open Sparkbox again.");
    case SPARK_ERROR_MAIL_FAILED:
      return N_ (
          "Your desktop could not begin an e-mail. Copy the message, and paste it into one.");
    case SPARK_ERROR_BACKEND_FAILED:
      return N_ (
          "Sparkbox could not start its own service on this computer. Try again; if it keeps "
          "happening, install Sparkbox again.");
    }
  return OUR_FAULT;
}

/* Of a folder or file that the person chose; NULL: it is no such error. */
static const char *
sentence_of_file (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return N_ ("There is no room left there. Make room or choose another folder, then try again.");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_READ_ONLY)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME))
    return N_ ("Sparkbox can’t use this folder or file. Choose another one on this computer, then "
               "try again.");
  return NULL;
}

static const char *
title_of (SparkError code)
{
  switch (code)
    {
    case SPARK_ERROR_INVALID_REQUEST:
    case SPARK_ERROR_METHOD_NOT_ALLOWED:
    case SPARK_ERROR_MALFORMED_ANSWER:
    case SPARK_ERROR_SERVER_TOO_OLD:
      return N_ ("Server and Sparkbox Don’t Match");
    case SPARK_ERROR_UNAUTHORIZED:
      return N_ ("Invitation No Longer Accepted");
    case SPARK_ERROR_FORBIDDEN:
      return N_ ("Not Allowed");
    case SPARK_ERROR_NOT_FOUND:
      return N_ ("No Longer There");
    case SPARK_ERROR_CODE_EXISTS:
      return N_ ("Code Exists Already");
    case SPARK_ERROR_CODE_EXPIRED:
    case SPARK_ERROR_CODE_DELETED:
    case SPARK_ERROR_CODE_UNKNOWN:
    case SPARK_ERROR_CODE_MISSING:
      return N_ ("No Working Code");
    case SPARK_ERROR_LINK_EXPIRED:
    case SPARK_ERROR_LINK_WITHDRAWN:
    case SPARK_ERROR_LINK_USED:
    case SPARK_ERROR_LINK_FOR_OTHER_BRAND:
      return N_ ("Link Doesn’t Work");
    case SPARK_ERROR_ACCESS_REVOKED:
      return N_ ("Access Was Revoked");
    case SPARK_ERROR_VIDEO_NOT_ELIGIBLE:
      return N_ ("Video Can’t Be Used in Ads");
    case SPARK_ERROR_ADS_RUNNING:
      return N_ ("An Ad Is Running");
    case SPARK_ERROR_PLATFORM_CANNOT:
      return N_ ("Only in the TikTok App");
    case SPARK_ERROR_PLATFORM_WAITING:
      return N_ ("Waiting for TikTok");
    case SPARK_ERROR_NOT_CONNECTED:
      return N_ ("Not Connected");
    case SPARK_ERROR_BRANDS_CANNOT_REACH:
      return N_ ("Brands Can’t Reach This Computer");
    case SPARK_ERROR_GRANT_ENDED:
    case SPARK_ERROR_GRANT_NOT_REVOKED:
      return N_ ("Nothing to Do");
    case SPARK_ERROR_BRAND_EXISTS:
      return N_ ("Brand Exists Already");
    case SPARK_ERROR_RESYNC:
      return N_ ("Loading Everything Again");
    case SPARK_ERROR_TOO_LARGE:
      return N_ ("Too Large");
    case SPARK_ERROR_UNSUPPORTED_MEDIA:
    case SPARK_ERROR_IMPORT_IS_TXT:
    case SPARK_ERROR_IMPORT_MALFORMED:
      return N_ ("Not a File to Import");
    case SPARK_ERROR_INVALID_PERIOD:
      return N_ ("Period Not Possible");
    case SPARK_ERROR_INVALID_CODE:
      return N_ ("Not a Spark Code");
    case SPARK_ERROR_INVALID_LINK:
      return N_ ("Not a Video Link");
    case SPARK_ERROR_IDEMPOTENCY_RUNNING:
      return N_ ("Server Still Busy");
    case SPARK_ERROR_IDEMPOTENCY_MISMATCH:
      return N_ ("Sent Twice");
    case SPARK_ERROR_TOO_MANY_REQUESTS:
      return N_ ("Too Fast for the Server");
    case SPARK_ERROR_INTERNAL:
      return N_ ("Server Has a Problem");
    case SPARK_ERROR_UNAVAILABLE:
      return N_ ("Server Not Ready");
    case SPARK_ERROR_TIMED_OUT:
      return N_ ("Server Took Too Long");
    case SPARK_ERROR_OFFLINE:
      return N_ ("Offline");
    case SPARK_ERROR_TLS:
      return N_ ("Certificate Not Trusted");
    case SPARK_ERROR_NOT_SPARKBOX:
      return N_ ("No Sparkbox Here");
    case SPARK_ERROR_OTHER_SERVER:
      return N_ ("Another Server");
    case SPARK_ERROR_KEYRING_LOCKED:
      return N_ ("Keyring Locked");
    case SPARK_ERROR_KEYRING_MISSING:
      return N_ ("No Keyring");
    case SPARK_ERROR_INVITATION_MALFORMED:
      return N_ ("Not an Invitation");
    case SPARK_ERROR_REPLICA:
      return N_ ("Local Copy Can’t Be Used");
    case SPARK_ERROR_MAIL_FAILED:
      return N_ ("No E-Mail Begun");
    case SPARK_ERROR_BACKEND_FAILED:
      return N_ ("Sparkbox Could Not Start");
    }
  return N_ ("Something Went Wrong");
}

const char *
spark_problem_sentence (const GError *error)
{
  const char *sentence;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == SPARK_ERROR)
    return _ (sentence_of ((SparkError)error->code));
  sentence = sentence_of_file (error);
  return sentence != NULL ? _ (sentence) : _ (OUR_FAULT);
}

const char *
spark_problem_title (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == SPARK_ERROR)
    return _ (title_of ((SparkError)error->code));
  return sentence_of_file (error) != NULL ? _ ("Not Possible There") : _ ("Something Went Wrong");
}

gboolean
spark_problem_is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

gboolean
spark_problem_can_retry (const GError *error)
{
  return g_error_matches (error, SPARK_ERROR, SPARK_ERROR_OFFLINE)
         || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_TIMED_OUT)
         || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE)
         || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_INTERNAL)
         || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS)
         || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_RUNNING);
}
