/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-join-dialog"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <libsecret/secret.h>

#include "app/spark-browser.h"
#include "app/spark-clipboard.h"
#include "app/spark-entry-row.h"
#include "app/spark-join-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-sign-ins.h"
#include "app/spark-window-acts-private.h"
#include "app/spark-wrap.h"
#include "client/spark-browser-sign-in.h"
#include "client/spark-keyring.h"
#include "model/spark-error.h"

/* What an invitation begins with that one signs in with; anything else is a token itself. */
#define INVITATION_PREFIX "sbi_"

/* One press of Join, and what it has come to. Whoever calls back has it. */
typedef struct
{
  /* owned */
  SparkJoinDialog *dialog;
  GCancellable *cancellable;
  SparkClient *client;
  char *url;
  char *token; /* what is kept; NULL: the browser has not come back */
  char *invitation;
  char *account;
  char *name;    /* whose sign-in it is */
  char *earlier; /* what the keyring had for it; NULL: nothing */
  SparkAuthorizer *authorizer;
  SparkBackend *backend;

  gboolean signed_in; /* the token is of a sign-in that was made for this attempt */
  gboolean opened;    /* the keyring may hold something of it */
} Attempt;

struct _SparkJoinDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwPreferencesGroup *rows_group;
  AdwEntryRow *address_row;
  GtkWidget *progress_box;
  GtkLabel *progress_label;
  GtkWidget *browser_box;
  GtkWidget *introduction;
  GtkWidget *caption;

  /* of rows_group */
  GtkWidget *token_row;

  gboolean types_token; /* behind the address, letter by letter */

  /* borrowed */
  Attempt *attempt;            /* under way; NULL: none is */
  SparkBrowserSignIn *sign_in; /* that waits for the browser; NULL: none does */
};

G_DEFINE_FINAL_TYPE (SparkJoinDialog, spark_join_dialog, SPARK_TYPE_DIALOG)

/* @text: (nullable): what is being done */
static void
set_progress (SparkJoinDialog *self, const char *text)
{
  gtk_label_set_label (self->progress_label, text != NULL ? text : "");
  gtk_widget_set_visible (self->progress_box, text != NULL);
  /* What goes would leave the keyboard at Cancel. */
  if (self->sign_in == NULL && gtk_widget_get_focus_child (self->browser_box) != NULL)
    spark_dialog_focus_action (SPARK_DIALOG (self));
  gtk_widget_set_visible (self->browser_box, self->sign_in != NULL);
  /* So that what can be done about the browser is in sight. */
  gtk_widget_set_visible (self->introduction, self->sign_in == NULL);
  gtk_widget_set_visible (self->caption, self->sign_in == NULL);
  spark_dialog_fit (SPARK_DIALOG (self));
}

/* What the attempt has come to, unless somebody uses it now, ends with it. */
static void
attempt_free (Attempt *self)
{
  if (self->dialog->attempt == self)
    self->dialog->attempt = NULL;
  g_clear_object (&self->client);
  g_clear_object (&self->backend);
  g_clear_object (&self->authorizer);
  if (self->signed_in)
    spark_browser_sign_in_end (self->url, self->token);
  if (self->opened)
    {
      g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

      spark_sign_in_undo (settings, self->url, self->account, self->earlier);
    }
  g_free (self->url);
  g_free (self->token);
  g_free (self->invitation);
  g_free (self->account);
  g_free (self->name);
  g_free (self->earlier);
  g_object_unref (self->cancellable);
  g_object_unref (self->dialog);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

/* Another may be under way already. */
static gboolean
was_given_up (Attempt *attempt)
{
  return attempt->dialog->attempt != attempt;
}

/* The form is as it was before the attempt. */
static void
end_attempt (SparkJoinDialog *self)
{
  self->attempt = NULL;
  self->sign_in = NULL;
  set_progress (self, NULL);
  spark_dialog_set_busy (SPARK_DIALOG (self), FALSE);
}

static void
say_error (SparkJoinDialog *self, const GError *error)
{
  /* There is no connection that could come back by itself. */
  if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_OFFLINE))
    spark_dialog_say_problem (SPARK_DIALOG (self),
                              _ ("The server can’t be reached. Check the address and your "
                                 "connection, then try again."));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    spark_dialog_say_problem (SPARK_DIALOG (self),
                              _ ("Nobody signed in in the browser within ten minutes. Join once "
                                 "more when you are ready to."));
  else
    spark_dialog_set_problem (SPARK_DIALOG (self), error);
}

static void
fail (Attempt *attempt, const GError *error)
{
  end_attempt (attempt->dialog);
  say_error (attempt->dialog, error);
}

/* What was asked for calls back, and ends with the attempt. */
static void
give_up (SparkJoinDialog *self)
{
  g_autoptr (GCancellable) cancellable = g_object_ref (self->attempt->cancellable);

  self->attempt = NULL;
  g_cancellable_cancel (cancellable);
}

static void
on_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  SparkJoinDialog *self = attempt->dialog;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = NULL;
  gboolean stored = spark_keyring_store_finish (result, &error);
  SparkWindow *window = spark_dialog_get_window (SPARK_DIALOG (self));

  if (was_given_up (attempt) || window == NULL)
    return;
  if (!stored)
    {
      fail (attempt, error);
      return;
    }
  settings = g_settings_new (APPLICATION_ID);
  spark_authorizer_take_place (attempt->authorizer);
  attempt->signed_in = attempt->opened = FALSE;
  spark_sign_ins_add (settings, attempt->url, attempt->account, attempt->name);
  spark_window_set_backend (window, attempt->backend);
  spark_backend_start (attempt->backend);
  end_attempt (self);
  spark_acts_toast (window, _ ("Joined"));
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;

  attempt->backend = spark_sign_in_open_finish (result, &error);
  if (was_given_up (attempt))
    return;
  if (attempt->backend == NULL)
    {
      fail (attempt, error);
      return;
    }
  spark_keyring_store_async (SPARK_SECRET_TOKEN, attempt->url, attempt->account, attempt->token,
                             attempt->cancellable, on_stored_cb, attempt);
  g_steal_pointer (&attempt);
}

static void
on_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  char *secret = spark_keyring_lookup_finish (result, &error);

  attempt->earlier = g_strdup (secret);
  secret_password_free (secret);
  if (was_given_up (attempt))
    return;
  if (error != NULL)
    {
      fail (attempt, error);
      return;
    }
  attempt->opened = TRUE;
  attempt->authorizer
      = spark_authorizer_is_sign_in (attempt->token)
            ? spark_authorizer_new_sign_in (attempt->url, attempt->account, attempt->token)
            : spark_authorizer_new_token (attempt->token);
  spark_sign_in_open_async (attempt->url, attempt->account, attempt->authorizer,
                            attempt->cancellable, on_opened_cb, attempt);
  g_steal_pointer (&attempt);
}

/* The ids of the accounts, which name this sign-in in the keyring; NULL with @error if malformed.
 * @first: (out) (transfer full) (nullable): the name of the first */
static char *
name_accounts (JsonNode *answer, char **first, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  JsonArray *items = NULL;

  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer)
      || !spark_json_find_array (json_node_get_object (answer), "items", &items, NULL)
      || items == NULL)
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No accounts.");
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      const char *id = NULL, *name = NULL;

      if (!JSON_NODE_HOLDS_OBJECT (node)
          || !spark_json_get_string (json_node_get_object (node), "id", &id, error))
        {
          g_clear_error (error);
          g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No account.");
          return NULL;
        }
      g_ptr_array_add (ids, (gpointer)id);
      if (i == 0 && spark_json_find_string (json_node_get_object (node), "name", &name, NULL))
        *first = g_strdup (name);
    }
  if (ids->len == 0)
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
                           "The invitation covers no account.");
      return NULL;
    }
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (",", (char **)ids->pdata);
}

static void
on_accounts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  g_autofree char *first = NULL;

  if (was_given_up (attempt))
    return;
  if (error == NULL)
    attempt->account = name_accounts (answer, &first, &error);
  /* A token is nobody's: what it shows tells it from others. */
  if (attempt->name == NULL)
    attempt->name = g_steal_pointer (&first);
  if (error != NULL)
    {
      fail (attempt, error);
      return;
    }
  set_progress (attempt->dialog, _ ("Keeping the sign-in in your keyring…"));
  spark_keyring_lookup_async (SPARK_SECRET_TOKEN, attempt->url, attempt->account,
                              attempt->cancellable, on_looked_up_cb, attempt);
  g_steal_pointer (&attempt);
}

/* @attempt: (transfer full) */
static void
ask_accounts (Attempt *attempt)
{
  set_progress (attempt->dialog, _ ("Asking the server…"));
  spark_client_send_async (attempt->client, "GET", "/v1/accounts", NULL, attempt->cancellable,
                           on_accounts_cb, attempt);
}

static void
on_signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkTokenPair) pair = spark_browser_sign_in_finish (result, &error);

  if (pair != NULL)
    {
      attempt->token = g_strdup (pair->refresh_token);
      attempt->name = g_strdup (pair->name);
      attempt->signed_in = TRUE;
    }
  if (was_given_up (attempt))
    return;
  attempt->dialog->sign_in = NULL;
  if (pair == NULL)
    {
      fail (attempt, error);
      return;
    }
  g_clear_object (&attempt->client);
  attempt->client = spark_client_new (attempt->url, pair->access_token);
  gtk_window_present (GTK_WINDOW (attempt->dialog));
  ask_accounts (g_steal_pointer (&attempt));
}

static void
wait_for_browser (SparkJoinDialog *self, SparkBrowserSignIn *sign_in, const char *address)
{
  self->sign_in = sign_in;
  set_progress (self, _ ("Sign in in your browser. Sparkbox goes on when you are done there, and "
                         "waits ten minutes."));
  spark_browser_open (GTK_WINDOW (self), address);
}

static void
open_browser (SparkBrowserSignIn *sign_in, const char *address, gpointer data)
{
  Attempt *attempt = data;
  SparkJoinDialog *self = attempt->dialog;

  if (was_given_up (attempt))
    return;
  if (address != NULL)
    {
      wait_for_browser (self, sign_in, address);
      return;
    }
  self->sign_in = NULL;
  set_progress (self, _ ("Asking the server…"));
}

static void
on_open_again_cb (SparkJoinDialog *self)
{
  g_autofree char *address = spark_browser_sign_in_get_address (self->sign_in);

  wait_for_browser (self, self->sign_in, address);
}

static void
on_copy_address_cb (SparkJoinDialog *self)
{
  g_autofree char *address = spark_browser_sign_in_get_address (self->sign_in);

  spark_clipboard_copy_secret (gtk_widget_get_clipboard (GTK_WIDGET (self)), address);
  set_progress (self, _ ("Address copied. Paste it into a browser on this computer."));
}

static void
on_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  g_autoptr (GError) error = NULL;
  gboolean checked = spark_client_check_finish (SPARK_CLIENT (source), result, &error);

  if (was_given_up (attempt))
    return;
  if (!checked)
    {
      fail (attempt, error);
      return;
    }
  if (attempt->token != NULL)
    {
      ask_accounts (g_steal_pointer (&attempt));
      return;
    }
  spark_browser_sign_in_async (attempt->url, attempt->invitation, g_get_host_name (), open_browser,
                               attempt, attempt->cancellable, on_signed_in_cb, attempt);
  g_steal_pointer (&attempt);
}

static void
spark_join_dialog_submit (SparkDialog *dialog)
{
  SparkJoinDialog *self = SPARK_JOIN_DIALOG (dialog);
  g_autofree char *url = NULL;
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;
  Attempt *attempt;

  if (!spark_invitation_parse (gtk_editable_get_text (GTK_EDITABLE (self->address_row)), &url,
                               &token, &error))
    {
      say_error (self, error);
      return;
    }
  if (token == NULL)
    token = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->token_row)));
  g_strstrip (token);
  attempt = self->attempt = g_new0 (Attempt, 1);
  attempt->dialog = g_object_ref (self);
  attempt->cancellable = g_cancellable_new ();
  attempt->url = g_steal_pointer (&url);
  if (g_str_has_prefix (token, INVITATION_PREFIX))
    attempt->invitation = g_steal_pointer (&token);
  else if (*token != '\0')
    attempt->token = g_steal_pointer (&token);
  attempt->client = spark_client_new (attempt->url, attempt->token);
  spark_dialog_set_busy (dialog, TRUE);
  set_progress (self, _ ("Asking the server…"));
  spark_client_check_async (attempt->client, attempt->cancellable, on_checked_cb, attempt);
}

static void
on_changed_cb (SparkJoinDialog *self)
{
  const char *address = gtk_editable_get_text (GTK_EDITABLE (self->address_row));
  g_autofree char *url = NULL;
  g_autofree char *pasted_token = NULL;

  spark_dialog_set_problem (SPARK_DIALOG (self), NULL);
  if (strchr (address, '#') == NULL)
    self->types_token = FALSE;
  else if (!self->types_token && spark_invitation_parse (address, &url, &pasted_token, NULL)
           && pasted_token != NULL)
    self->types_token = strlen (pasted_token) == 1;
  if (pasted_token != NULL && !self->types_token)
    {
      /* A whole invitation was pasted: put its parts where they belong. */
      gtk_editable_set_text (GTK_EDITABLE (self->address_row), url);
      gtk_editable_set_text (GTK_EDITABLE (self->token_row), pasted_token);
      gtk_editable_set_position (GTK_EDITABLE (self->address_row), -1);
      return;
    }
  if (*address != '\0')
    spark_dialog_clear_obstacle (SPARK_DIALOG (self));
  else
    spark_dialog_set_missing (SPARK_DIALOG (self), GTK_WIDGET (self->address_row),
                              _ ("Enter the invitation, or the address of the server."));
}

static void
on_activated_cb (SparkJoinDialog *self)
{
  spark_dialog_submit (SPARK_DIALOG (self));
}

/* Who turns away from an attempt may only have mistyped: what was typed stays, and closing once
 * more closes. */
static gboolean
spark_join_dialog_close_request (GtkWindow *window)
{
  SparkJoinDialog *self = SPARK_JOIN_DIALOG (window);

  if (self->attempt == NULL)
    return GTK_WINDOW_CLASS (spark_join_dialog_parent_class)->close_request (window);
  give_up (self);
  end_attempt (self);
  return TRUE;
}

static void
spark_join_dialog_unrealize (GtkWidget *widget)
{
  if (SPARK_JOIN_DIALOG (widget)->attempt != NULL)
    give_up (SPARK_JOIN_DIALOG (widget));
  GTK_WIDGET_CLASS (spark_join_dialog_parent_class)->unrealize (widget);
}

static void
spark_join_dialog_class_init (SparkJoinDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->unrealize = spark_join_dialog_unrealize;
  GTK_WINDOW_CLASS (klass)->close_request = spark_join_dialog_close_request;
  SPARK_DIALOG_CLASS (klass)->submit = spark_join_dialog_submit;

  g_type_ensure (SPARK_TYPE_ENTRY_ROW);
  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-join-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkJoinDialog, rows_group);
  gtk_widget_class_bind_template_child (widget_class, SparkJoinDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, SparkJoinDialog, progress_box);
  gtk_widget_class_bind_template_child (widget_class, SparkJoinDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, SparkJoinDialog, browser_box);
  gtk_widget_class_bind_template_child (widget_class, SparkJoinDialog, introduction);
  gtk_widget_class_bind_template_child (widget_class, SparkJoinDialog, caption);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_open_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_address_cb);
}

static void
spark_join_dialog_init (SparkJoinDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->token_row = adw_password_entry_row_new ();
  spark_entry_row_announce (ADW_ENTRY_ROW (self->token_row));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->token_row), _ ("Invitation or Token"));
  g_signal_connect_swapped (self->token_row, "changed", G_CALLBACK (on_changed_cb), self);
  g_signal_connect_swapped (self->token_row, "entry-activated", G_CALLBACK (on_activated_cb), self);
  adw_preferences_group_add (self->rows_group, self->token_row);
  on_changed_cb (self);
}

SparkJoinDialog *
spark_join_dialog_new (SparkWindow *window)
{
  SparkJoinDialog *self = g_object_new (SPARK_TYPE_JOIN_DIALOG, NULL);

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  return self;
}
