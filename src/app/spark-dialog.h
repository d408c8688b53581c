/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-window.h"
#include "client/spark-client.h"

G_BEGIN_DECLS

#define SPARK_TYPE_DIALOG (spark_dialog_get_type ())
G_DECLARE_DERIVABLE_TYPE (SparkDialog, spark_dialog, SPARK, DIALOG, AdwWindow)

/*
 * The frame of every form: a header bar with Cancel and the act's own verb, an error in the dialog
 * when the backend refused, and the form itself, which scrolls when the screen is small. Enter does
 * the act, Escape closes. What is under way is cancelled when it closes.
 *
 * Properties: body (the form), footer (below it; can be used while the act is under way: set once,
 * and shown while it is visible), action-label (the verb, with a mnemonic; NULL: no such button),
 * can-submit, busy (both read-only).
 */
struct _SparkDialogClass
{
  AdwWindowClass parent_class;

  /* The person asked for the act; called only while can-submit and not busy. */
  void (*submit) (SparkDialog *self);

  /* What was sent was refused; it is no longer busy. TRUE: it says so itself. */
  gboolean (*refused) (SparkDialog *self, const GError *error);

  /* (nullable): it is another day: what was told by the day is to be told anew. */
  void (*turn_day) (SparkDialog *self);
};

/* @answer is NULL for an empty answer; the dialog is still open and no longer busy. */
typedef void (*SparkDialogAnswer) (SparkDialog *self, JsonNode *answer);

/* Makes the dialog modal to @window and remembers it; before it is presented. */
void spark_dialog_set_window (SparkDialog *self, SparkWindow *window);
SparkWindow *spark_dialog_get_window (SparkDialog *self);
SparkBackend *spark_dialog_get_backend (SparkDialog *self); /* (nullable) */
GCancellable *spark_dialog_get_cancellable (SparkDialog *self);

void spark_dialog_set_action_label (SparkDialog *self, const char *label);
/* FALSE while something is in the way, or there is no verb. */
gboolean spark_dialog_get_can_submit (SparkDialog *self);

/**
 * spark_dialog_set_obstacle:
 * @field: where it can be mended, in an AdwPreferencesGroup
 * @sentence: why the act cannot be done as the form stands
 *
 * In place of what was said before.
 */
void spark_dialog_set_obstacle (SparkDialog *self, GtkWidget *field, const char *sentence);
/* The same for what nobody filled in yet, which nobody is told unasked. */
void spark_dialog_set_missing (SparkDialog *self, GtkWidget *field, const char *sentence);
/* The act can be done. */
void spark_dialog_clear_obstacle (SparkDialog *self);

/* The act ends what cannot be had back at once: its button is red, and Enter elsewhere does
 * nothing. */
void spark_dialog_set_destructive (SparkDialog *self);

void spark_dialog_set_busy (SparkDialog *self, gboolean busy);
gboolean spark_dialog_get_busy (SparkDialog *self);
/* While it is busy: nothing closes it until that, and what is sent in answer to it, has ended, as
 * closing would cancel it. */
void spark_dialog_stay (SparkDialog *self);
/* Gives the keyboard to the button that does it, where there is one, else to the one that closes. */
void spark_dialog_focus_action (SparkDialog *self);
void spark_dialog_submit (SparkDialog *self);

/* Shows @error's sentence above the form; NULL takes it away. A cancelled one is not shown. */
void spark_dialog_set_problem (SparkDialog *self, const GError *error);
/* Shows a sentence of the dialog's own there. */
void spark_dialog_say_problem (SparkDialog *self, const char *sentence);
/* The sentence shown now, or NULL. */
const char *spark_dialog_get_problem (SparkDialog *self);

/* Takes the height the form needs now; after something in it appeared. */
void spark_dialog_fit (SparkDialog *self);

/**
 * spark_dialog_send:
 * @body: (nullable) (transfer full)
 * @answer: called after success only; a refusal is shown in the dialog
 *
 * What could not be known to be done is done once, however often the same is sent from the dialog.
 */
void spark_dialog_send (SparkDialog *self, const char *method, const char *path, GBytes *body,
                        SparkDialogAnswer answer);

/* The person chose @file. */
typedef void (*SparkDialogChosen) (SparkDialog *self, GFile *file);

/**
 * spark_dialog_choose_file:
 * @chooser: (transfer full): made for this dialog, and ready to be shown
 * @chosen: not called when the person cancels, or the dialog closes
 *
 * Nothing while the dialog has already asked for a file.
 */
void spark_dialog_choose_file (SparkDialog *self, GtkFileChooserNative *chooser,
                               SparkDialogChosen chosen);

G_END_DECLS
