/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "client/spark-replica.h"
#include "model/spark-json-writer.h"

G_BEGIN_DECLS

#define SPARK_TYPE_BRAND_PICKER (spark_brand_picker_get_type ())
G_DECLARE_FINAL_TYPE (SparkBrandPicker, spark_brand_picker, SPARK, BRAND_PICKER, AdwBin)

/*
 * Names a brand: an entry for a new name, with the brands already known below it, of which the
 * matching ones stay while typing. Signals: "changed"; "activated": Enter in the entry.
 */
void spark_brand_picker_set_account (SparkBrandPicker *self, SparkReplica *replica,
                                     const char *account_id);
gboolean spark_brand_picker_is_chosen (SparkBrandPicker *self);
/* Where the name is typed */
GtkWidget *spark_brand_picker_get_field (SparkBrandPicker *self);
/* The name as typed or picked; "" for none */
const char *spark_brand_picker_get_name (SparkBrandPicker *self);
/* The known brand that the backend would take this name for; (transfer full) (nullable) */
SparkBrandItem *spark_brand_picker_get_brand (SparkBrandPicker *self);
/* Writes the member @name: the id of a known brand, else {"name": …} */
void spark_brand_picker_write (SparkBrandPicker *self, SparkJsonWriter *writer, const char *name);

G_END_DECLS
