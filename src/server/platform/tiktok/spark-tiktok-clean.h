/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * spark_tiktok_clean:
 * @text: JSON, or what is meant to be: need not end with a NUL
 *
 * A copy with U+FFFD for what is no character, or none that can be kept: a NUL, half of a pair of
 * surrogates as of an emoji that was cut, bytes that are not UTF-8. Whatever else is wrong stays
 * so. Any thread.
 *
 * Returns: (transfer full): ends with a NUL, and has no other
 */
char *spark_tiktok_clean (const char *text, gsize length);

G_END_DECLS
