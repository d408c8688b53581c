/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

/*
 * What people type, and whether it finds the one thing that there is besides others which nothing
 * here finds: alike in the application's own copy and at the backend, on both of its engines.
 */

#define SEARCHED_NUMBER "7345678901234567890"
#define SEARCHED_CAPTION                                                                                     \
  "Café CRÈME at 50% off_now: \"best\" Morning-Routine 早起きvlog สวัสดี ☕️ #fyp with " \
  "@lena_rue +49 1234560890"
#define SEARCHED_BRAND "Müller & Söhne"

#define OTHER_NUMBER  "7345678901234567891"
#define OTHER_CAPTION "Evening walk 早く寝る 🎉"
#define OTHER_BRAND   "Nord"

typedef struct
{
  const char *typed;
  int found; /* by what the video says and the name of its brand together */
} SearchCase;

static const SearchCase search_cases[] = {
  /* accents, case, and how both are written */
  { "cafe", 1 },
  { "Café", 1 },
  { "CAFÉ", 1 },
  { "cafe\xcc\x81", 1 },
  { "crème", 1 },
  { "CREME CAF", 1 },
  { "ＣＡＦＥ", 1 },
  { "muller", 1 },
  { "MÜLLER", 1 },
  { "mu\xcc\x88ller", 1 },
  /* each word by itself, the last perhaps in part */
  { "routine morning", 1 },
  { "routine morn", 1 },
  { "  best \t morning ", 1 },
  { "muller morning", 1 },
  { "morning mull", 1 },
  { "sohne cafe muller", 1 },
  { "muller evening", 0 },
  { "nord morning", 0 },
  { "morn best", 0 },
  { "cafe nothing", 0 },
  /* no spaces, no letters */
  { "早起き", 1 },
  { "起早", 0 },
  { "vlog 早起", 1 },
  { "สวัส", 1 },
  { "☕", 1 },
  { "☕ cafe", 1 },
  { "👩‍🍳", 0 },
  { "muller ☕", 1 },
  /* what means something to others */
  { "@lena_rue", 1 },
  { "@LENA_R", 1 },
  { "lena_rue", 1 },
  { "#fyp", 1 },
  { "\"best\"", 1 },
  { "\"best\" -morning", 1 },
  { "morning-routine", 1 },
  { "50%", 1 },
  { "50% best", 1 },
  { "off_now", 1 },
  { "off%now", 1 },
  { "best*", 1 },
  { "m%r", 0 },
  { "b_st", 0 },
  { "best OR nothing", 0 },
  { "' OR 1=1 --", 0 },
  { "Müller & Söhne", 1 },
  { "muller & cafe", 1 },
  /* a video's number, alone or in its address */
  { SEARCHED_NUMBER, 1 },
  { SEARCHED_NUMBER " morning", 1 },
  { "muller " SEARCHED_NUMBER, 1 },
  { "734567890123456789", 0 },
  { "345678901234567890", 0 },
  { "best 345678901234567890", 0 },
  { "1234560890", 1 },
  { "+49 1234560890 muller", 1 },
  { "best 1234560890 " SEARCHED_NUMBER, 1 },
  { "best 34560890", 0 },
  { "best 12345608", 0 },
  { "best 1234560", 1 }, /* not as long as a video's: may go on */
  { "7", 0 },
  { SEARCHED_NUMBER " evening", 0 },
  { "https://www.tiktok.com/@lena_rue/video/" SEARCHED_NUMBER, 1 },
  { "https://www.tiktok.com/@lena_rue/video/" SEARCHED_NUMBER "?is_from_webapp=1&x=%20a", 1 },
  { "www.tiktok.com/@somebody/photo/" SEARCHED_NUMBER "/ cafe", 1 },
  { "https://www.tiktok.com/@lena_rue/video/7345678901234567899", 0 },
  { "https://vm.tiktok.com/ZMabcdef/", 0 },
};
