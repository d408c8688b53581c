/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-dialog-private.h"
#include "model/spark-error.h"

typedef struct
{
  SparkDialog *dialog;
  SparkDialogAnswer answer;
  char *post; /* (nullable): its place among the keys */
} Sent;

static void
sent_free (Sent *sent)
{
  g_object_unref (sent->dialog);
  g_free (sent->post);
  g_free (sent);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sent, sent_free)

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Sent) sent = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer
      = sent->post != NULL ? spark_client_post_finish (SPARK_CLIENT (source), result, &error)
                           : spark_client_send_finish (SPARK_CLIENT (source), result, &error);

  if (g_cancellable_is_cancelled (spark_dialog_get_cancellable (sent->dialog)))
    return;
  if (sent->post != NULL && error == NULL)
    g_hash_table_remove (spark_dialog_get_keys (sent->dialog), sent->post);
  spark_dialog_set_busy (sent->dialog, FALSE);
  if (error == NULL)
    sent->answer (sent->dialog, answer);
  else if (SPARK_DIALOG_GET_CLASS (sent->dialog)->refused == NULL
           || !SPARK_DIALOG_GET_CLASS (sent->dialog)->refused (sent->dialog, error))
    spark_dialog_set_problem (sent->dialog, error);
  spark_dialog_end_stay (sent->dialog);
}

/* What is added twice is longer than anybody meant: the answer may be lost to what was done. */
static const char *
get_key (SparkDialog *self, const char *post)
{
  GHashTable *keys = spark_dialog_get_keys (self);

  if (!g_hash_table_contains (keys, post))
    g_hash_table_insert (keys, g_strdup (post), g_uuid_string_random ());
  return g_hash_table_lookup (keys, post);
}

/* Not the body itself, which may hold a code. (transfer full) */
static char *
name_post (const char *path, GBytes *body)
{
  g_autofree char *sum
      = body != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body) : NULL;

  return g_strjoin (" ", path, sum, NULL);
}

void
spark_dialog_send (SparkDialog *self, const char *method, const char *path, GBytes *body,
                   SparkDialogAnswer answer)
{
  g_autoptr (GBytes) owned_body = body;
  SparkBackend *backend = spark_dialog_get_backend (self);
  Sent *sent;

  g_return_if_fail (SPARK_IS_DIALOG (self));

  if (backend == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "");

      spark_dialog_set_problem (self, error);
      return;
    }
  sent = g_new0 (Sent, 1);
  sent->dialog = g_object_ref (self);
  sent->answer = answer;
  spark_dialog_set_problem (self, NULL);
  spark_dialog_set_busy (self, TRUE);
  if (!g_str_equal (method, "POST"))
    {
      spark_client_send_async (spark_backend_get_client (backend), method, path, owned_body,
                               spark_dialog_get_cancellable (self), on_answer_cb, sent);
      return;
    }
  sent->post = name_post (path, owned_body);
  spark_client_post_async (spark_backend_get_client (backend), path, owned_body,
                           get_key (self, sent->post), spark_dialog_get_cancellable (self),
                           on_answer_cb, sent);
}
