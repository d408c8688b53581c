/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The answer to one HTTP request. */
typedef struct
{
  guint status;
  char *content_type; /* lower case, without parameters; "" when there is none */
  GBytes *body;
  gint64 date; /* the other side's clock in ms, rounded up; 0: it did not say */
} SparkAnswer;

void spark_answer_free (SparkAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkAnswer, spark_answer_free)

G_END_DECLS
