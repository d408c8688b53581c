/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-enums.h"

G_BEGIN_DECLS

/* Rules that need no database. Thread-safe: no state. */

#define SPARK_DAY_MS (G_GINT64_CONSTANT (86400) * 1000)

/* The authorization periods TikTok accepts, in days, ended by 0. */
extern const guint spark_periods[];
gboolean spark_period_is_permitted (guint days);

/**
 * spark_period_nearest:
 * @from: ms, the moment the days are added to
 * @deal_end: ms
 *
 * Returns: the shortest permitted period that reaches @deal_end; the longest if none does
 */
guint spark_period_nearest (gint64 from, gint64 deal_end);

/*
 * Spark codes. TikTok's are '#' and standard base64; the documented sample has 65 characters, but
 * the length is not promised, so any shape of `#` + 20 to 200 base64 characters is accepted.
 * Every string Sparkbox makes is '#' + base64 of 47 bytes, the first six of which encode as
 * "Sparkbox": 65 characters in TikTok's own shape, recognisable and never mistaken for one.
 */
#define SPARK_CODE_RANDOM_BYTES 41
#define SPARK_CODE_LENGTH       65

/**
 * spark_code_make:
 * @random: SPARK_CODE_RANDOM_BYTES bytes from a cryptographic source
 *
 * Returns: (transfer full): a string that begins with "#Sparkbox"
 */
char *spark_code_make (const guint8 *random);

/**
 * spark_code_normalize:
 * @text: what somebody pasted, with or without white space around it
 *
 * Returns: (transfer full): the code, or NULL with SPARK_ERROR_INVALID_CODE when it has not the
 *   shape of one. Only white space at either end is removed.
 */
char *spark_code_normalize (const char *text, GError **error);
gboolean spark_code_is_sparkbox (const char *code);

/**
 * spark_code_mask:
 *
 * Returns: (transfer full): the code with all but three leading and two trailing characters hidden
 */
char *spark_code_mask (const char *code);

/**
 * spark_video_link_parse:
 * @text: a link to a video as the TikTok app shares it: https://www.tiktok.com/@handle/video/ID,
 *   …/share/video/ID/, …/photo/ID, m.tiktok.com/v/ID.html, or any address with item_id=ID
 * @handle: (out) (optional) (transfer full): the creator's user name without @; NULL if not in it
 *
 * Short links (vm.tiktok.com/…) do not contain the id: SPARK_ERROR_INVALID_LINK, and the message
 * says how to get the long one.
 *
 * Returns: (transfer full): the item id, decimal digits
 */
char *spark_video_link_parse (const char *text, char **handle, GError **error);

/* The address of a video, and nothing else that a link to it may carry. @handle: (nullable).
 * Returns: (transfer full) */
char *spark_video_link_make (const char *item_id, const char *handle);

/* Object ids: "ACCOUNT.N". */
gboolean spark_id_parse (const char *id, gint64 *account, gint64 *number);
char *spark_id_format (gint64 account, gint64 number);
/* Writes the decimal digits of @number at @at; returns where they end. No NUL; SPARK_MAX_DIGITS at
 * most. What is written thousands of times a second is worth more than printf. */
#define SPARK_MAX_DIGITS 20
char *spark_digits (char *at, gint64 number);

/*
 * Names that strangers give themselves. One is clear when it is a single line of characters that
 * can be seen: nothing in it turns the text around it about, ends its line or moves a terminal's
 * cursor. Names that look alike however they were typed fold to the same.
 */
gboolean spark_name_is_clear (const char *name);
char *spark_name_fold (const char *name);
/* The same of a name that a creator gives a brand: two that fold to the same are one brand, however
 * they were typed and spaced. "" for one that cannot be seen. */
char *spark_brand_name_fold (const char *name);

/* RFC 3339 in UTC; milliseconds are written only when they are not 0. */
char *spark_time_format (gint64 ms);
/* The same into @text, which has SPARK_MAX_TIME bytes; returns where it ends, at its NUL. */
#define SPARK_MAX_TIME 32
char *spark_time_write (gint64 ms, char *text);
gboolean spark_time_parse (const char *text, gint64 *ms);
gint64 spark_time_now (void);
/* "2026-03-01": days since 1970, in UTC */
gboolean spark_date_parse (const char *text, gint64 *day);

/* Why a Spark Ad is not possible: true for blockers that stop it, false for those that only warn.
 */
gboolean spark_blockers_stop (SparkBlockers blockers);

G_END_DECLS
