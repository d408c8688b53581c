/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SPARK_TYPE_TAB_STOP (spark_tab_stop_get_type ())

/**
 * SparkTabStop:
 *
 * Around long lists: each is one stop of Tab. Tab comes to the row where the keyboard was, which a
 * screen reader then says as a whole, goes through that row's own buttons and on to what follows the
 * list; other rows are a matter of the arrows. A list or grid view by itself would have Tab go through
 * the buttons of all its rows before it leaves.
 */
G_DECLARE_FINAL_TYPE (SparkTabStop, spark_tab_stop, SPARK, TAB_STOP, AdwBin)

G_END_DECLS
