/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

typedef struct
{
  const char *name;
  const char *text;
  gsize spaces; /* behind the text: what a bomb is made of */
} ZipMember;

/* A zip in memory, to be read from its beginning; close it. */
int zip_fixture (const ZipMember *members, gsize n_members);
