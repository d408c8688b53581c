/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <stdio.h>

#include "fuzz.h"

/* Runs a target over files, without a fuzzer: what was found once is not found again. */
int
main (int argc, char **argv)
{
  LLVMFuzzerInitialize (&argc, &argv);
  for (int i = 1; i < argc; i++)
    {
      g_autofree char *content = NULL;
      gsize length;

      if (!g_file_get_contents (argv[i], &content, &length, NULL))
        {
          fprintf (stderr, "%s cannot be read\n", argv[i]);
          return 1;
        }
      LLVMFuzzerTestOneInput ((const uint8_t *)content, length);
    }
  return 0;
}
