/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether this is the file to read, by its path in the zip. */
typedef gboolean (*SparkZipWanted) (const char *path, gpointer data);
/* What comes next of it; @bytes are valid during the call. FALSE ends the reading, with an error or
 * without. */
typedef gboolean (*SparkZipBlock) (const guint8 *bytes, gsize length, gpointer data,
                                   GError **error);

typedef enum
{
  SPARK_ZIP_READ,    /* to its end */
  SPARK_ZIP_NONE,    /* nothing in it is wanted */
  SPARK_ZIP_BROKEN,  /* or it, or what is before it, inflates to far too much */
  SPARK_ZIP_CROWDED, /* holds far more files than an export */
  SPARK_ZIP_FAILED,  /* @block, or the module is missing: see the error */
} SparkZipEnd;

/* No creator's export inflates to more; a small file that does is meant to fill the disk or time.
 */
#define SPARK_ZIP_MAX (G_GINT64_CONSTANT (4) << 30)

/**
 * spark_zip_read:
 * @fd: a zip, which is read from where it stands
 *
 * Reads the first file that is wanted, with a module (see spark-module.h). Thread-safe.
 */
SparkZipEnd spark_zip_read (int fd, SparkZipWanted wanted, SparkZipBlock block, gpointer data,
                            GError **error);

G_END_DECLS
