/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_TERMS_DIALOG (spark_terms_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkTermsDialog, spark_terms_dialog, SPARK, TERMS_DIALOG, SparkDialog)

/*
 * For how long: chooses an authorization period and shows the end that results before anything is
 * done.
 */
typedef enum
{
  SPARK_TERMS_GENERATE, /* makes a code and copies it */
  SPARK_TERMS_CHANGE,   /* deletes the unused code, makes another and copies that */
  SPARK_TERMS_EXTEND,   /* adds days to the code */
} SparkTermsPurpose;

/**
 * spark_terms_dialog_new:
 * @video: must be in @window's replica
 * @code: (nullable): the code to change or extend; NULL to generate
 */
SparkTermsDialog *spark_terms_dialog_new (SparkWindow *window, SparkTermsPurpose purpose,
                                          SparkVideoItem *video, SparkCodeItem *code);
/* Chooses what was asked for: @days, and for @grant_id if its own end can move. */
void spark_terms_dialog_answer (SparkTermsDialog *self, const char *grant_id, guint days);
/* For tests: presses the chip of this period. */
void spark_terms_dialog_choose (SparkTermsDialog *self, guint days);

G_END_DECLS
