/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* As adw_message_dialog_new(), mended. Main thread. */
AdwMessageDialog *spark_message_dialog_new (GtkWindow *parent, const char *heading,
                                            const char *body);

/*
 * libadwaita 1.2 has the buttons of a message dialog twice, beside and above one another. This has
 * the set that is shown told to screen readers alone, and given the size it needs.
 *
 * @dialog: new, as its class made it. Main thread.
 */
void spark_message_dialog_mend (AdwMessageDialog *dialog);

G_END_DECLS
