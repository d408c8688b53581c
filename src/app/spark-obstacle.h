/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Why a form's act cannot be done as the form stands: a sentence below the rows of the field
 * concerned, which is also that field's and the act's button's description to a screen reader, and
 * the button's tooltip. What is only still to be filled in is not held against a person who has
 * just begun: the field is marked as required, and the sentence comes below it once asked for.
 */
typedef struct
{
  /* borrowed */
  GtkWidget *field;
  GtkWidget *button;

  /* owned */
  GtkLabel *label;

  gboolean asked; /* the form was complete once, or wrong, or the act was tried */
} SparkObstacle;

/* @button: of the act; outlives @self */
void spark_obstacle_init (SparkObstacle *self, GtkWidget *button);
void spark_obstacle_clear (SparkObstacle *self);

/**
 * spark_obstacle_set:
 * @field: (nullable): inside an AdwPreferencesGroup
 * @sentence: (nullable): NULL: nothing is in the way
 * @missing: nothing is wrong yet, @field is only still to be filled in
 */
void spark_obstacle_set (SparkObstacle *self, GtkWidget *field, const char *sentence,
                         gboolean missing);

/* The act was tried: says what is in the way, and leads there. */
void spark_obstacle_show (SparkObstacle *self);

G_END_DECLS
