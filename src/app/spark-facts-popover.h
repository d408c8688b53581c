/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "client/spark-video-list.h"

G_BEGIN_DECLS

#define SPARK_TYPE_FACTS_POPOVER (spark_facts_popover_get_type ())
G_DECLARE_FINAL_TYPE (SparkFactsPopover, spark_facts_popover, SPARK, FACTS_POPOVER, GtkPopover)

/*
 * Which videos a list shows, by facts that combine; how many there are of each stands beside it.
 * Signal: "changed": another choice.
 */

/* @list: (nullable): to be counted, whenever the popover opens */
void spark_facts_popover_set_list (SparkFactsPopover *self, SparkVideoList *list);
SparkFacts spark_facts_popover_get_facts (SparkFactsPopover *self);
/* What SPARK_FACT_ENDING means here */
guint spark_facts_popover_get_days (SparkFactsPopover *self);
/* Emits "changed" once. @days: what ENDING means */
void spark_facts_popover_set (SparkFactsPopover *self, SparkFacts facts, guint days);
void spark_facts_popover_clear (SparkFactsPopover *self);

G_END_DECLS
