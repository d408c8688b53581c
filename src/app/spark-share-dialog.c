/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define WITHOUT_HYPHENS "without-hyphens"
#define G_LOG_DOMAIN "spark-share-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-covers.h"
#include "app/spark-mail.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-qr.h"
#include "app/spark-share-card.h"
#include "app/spark-share-dialog.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"

#define LANGUAGE   "share-language"
#define QR_SIZE    1080
#define NAME_CHARS 60
#define SAID_MS    2000

struct _SparkShareDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwActionRow *link_row;
  GtkButton *copy_link_button;
  SparkQr *qr;
  GtkPicture *card_picture;
  GtkButton *save_qr_button;
  GtkButton *save_card_button;
  GtkButton *copy_card_button;
  AdwComboRow *language_row;
  GtkTextView *message_view;
  GtkWidget *mail_child;
  GtkButton *copy_message_button;

  /* owned */
  SparkCovers *covers;
  GdkTexture *cover; /* NULL: none, or not here yet */
  GdkTexture *card;
  GFile *card_file; /* what is dragged and mailed; NULL: not written, or not yet */
  char *brand;
  char *creator;
  char *account;
  char *video;
  char *url;
  char *folder;          /* of the card */
  SparkShareWords words; /* of the strings above */
  unsigned filling : 1;
  unsigned writing : 1;      /* a card, maybe not the one shown by now */
  unsigned letter_waits : 1; /* for that */
};

G_DEFINE_FINAL_TYPE (SparkShareDialog, spark_share_dialog, SPARK_TYPE_DIALOG)

static gboolean
was_closed (SparkShareDialog *self)
{
  return g_cancellable_is_cancelled (spark_dialog_get_cancellable (SPARK_DIALOG (self)));
}

static const char *
get_language (SparkShareDialog *self)
{
  return spark_share_languages ()[adw_combo_row_get_selected (self->language_row)];
}

/* (transfer full) */
static char *
get_message (SparkShareDialog *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->message_view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* --- the card --- */

/* Part of a file's name on any file system; (transfer full) */
static char *
make_part (const char *text)
{
  char *part = g_utf8_substring (text, 0, MIN (NAME_CHARS, g_utf8_strlen (text, -1)));

  for (char *at = part; *at != '\0'; at++)
    if (strchr ("/\\:*?\"<>|", *at) != NULL || g_ascii_iscntrl (*at))
      *at = '-';
  return part;
}

static char *
make_file_name (SparkShareDialog *self, const char *what)
{
  g_autofree char *brand = make_part (self->brand);

  return g_strdup_printf ("Sparkbox – %s – %s.png", brand, what);
}

static void
write_card_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GdkTexture *card = source;
  const char *path = data;
  g_autofree char *folder = g_path_get_dirname (path);

  g_task_return_boolean (task, g_mkdir_with_parents (folder, 0700) == 0
                                   && gdk_texture_save_to_png (card, path));
}

static void write_card (SparkShareDialog *self);
static void begin_letter (SparkShareDialog *self);

static void
on_card_written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkShareDialog) self = user_data;
  gboolean written = g_task_propagate_boolean (G_TASK (result), NULL);

  self->writing = FALSE;
  if (was_closed (self))
    return;
  if (self->card != (GdkTexture *)source)
    {
      write_card (self);
      return;
    }
  if (written)
    self->card_file = g_file_new_for_path (g_task_get_task_data (G_TASK (result)));
  if (self->letter_waits)
    begin_letter (self);
}

/* Into the folder of this session alone, as the link is a secret: other programs read it from there
 * when the card is dropped on them, maybe after the dialog has gone and another link of the brand
 * is shared. */
static void
write_card (SparkShareDialog *self)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *name = NULL;
  char *path;

  g_clear_object (&self->card_file);
  if (self->writing)
    return;
  self->writing = TRUE;
  task = g_task_new (self->card, NULL, on_card_written_cb, g_object_ref (self));
  name = make_file_name (self, "card");
  path
      = g_build_filename (g_get_user_runtime_dir (), "sparkbox", "cards", self->folder, name, NULL);
  g_task_set_task_data (task, path, g_free);
  g_task_run_in_thread (task, write_card_in_thread);
}

static void
draw_card (SparkShareDialog *self)
{
  g_clear_object (&self->card);
  self->card = spark_share_card_draw (self->cover, get_language (self), &self->words);
  gtk_picture_set_paintable (self->card_picture, GDK_PAINTABLE (self->card));
  write_card (self);
}

static void
on_cover_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkShareDialog) self = user_data;
  g_autoptr (GdkTexture) cover = spark_covers_load_finish (SPARK_COVERS (source), result, NULL);

  /* Without a cover the card is still one. */
  if (cover == NULL || was_closed (self))
    return;
  g_set_object (&self->cover, cover);
  draw_card (self);
}

static void
load_cover (SparkShareDialog *self, const SparkVideo *video)
{
  SparkBackend *backend = spark_dialog_get_backend (SPARK_DIALOG (self));

  if (video->cover_url == NULL || backend == NULL)
    return;
  self->covers = spark_covers_new ();
  spark_covers_load_async (self->covers, spark_backend_get_client (backend), video->cover_url,
                           spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE,
                           SPARK_SHARE_CARD_COVER_WIDTH, SPARK_SHARE_CARD_COVER_HEIGHT, 0,
                           spark_dialog_get_cancellable (SPARK_DIALOG (self)), on_cover_cb,
                           g_object_ref (self));
}

static GdkContentProvider *
on_drag_prepare_cb (GtkDragSource *source, double x, double y, SparkShareDialog *self)
{
  GdkContentProvider *contents[2];
  gsize n = 0;

  /* A file manager takes the file, a picture editor the pixels. */
  if (self->card_file != NULL)
    contents[n++] = gdk_content_provider_new_typed (G_TYPE_FILE, self->card_file);
  contents[n++] = gdk_content_provider_new_typed (GDK_TYPE_TEXTURE, self->card);
  return gdk_content_provider_new_union (contents, n);
}

static void
on_drag_begin_cb (GtkDragSource *source, GdkDrag *drag, SparkShareDialog *self)
{
  g_autoptr (GdkPaintable) icon = gtk_widget_paintable_new (GTK_WIDGET (self->card_picture));

  gtk_drag_source_set_icon (source, icon, 0, 0);
}

static gboolean
on_said_cb (gpointer user_data)
{
  GtkButton *button = user_data;

  /* The dialog may have closed meanwhile. */
  if (gtk_widget_get_root (GTK_WIDGET (button)) != NULL)
    gtk_button_set_label (button, g_object_get_data (G_OBJECT (button), "label"));
  return G_SOURCE_REMOVE;
}

/* On the button itself: a toast would come up behind the dialog. */
static void
say_on (GtkButton *button, const char *text)
{
  if (g_object_get_data (G_OBJECT (button), "label") == NULL)
    g_object_set_data_full (G_OBJECT (button), "label", g_strdup (gtk_button_get_label (button)),
                            g_free);
  gtk_button_set_label (button, text);
  g_timeout_add_full (G_PRIORITY_DEFAULT, SAID_MS, on_said_cb, g_object_ref (button),
                      g_object_unref);
}

/* --- saving --- */

typedef struct
{
  SparkShareDialog *dialog;
  GtkButton *button;
} Saving;

static void
on_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Saving *saving = user_data;
  g_autoptr (SparkShareDialog) self = saving->dialog;
  g_autoptr (GError) error = NULL;

  g_file_replace_contents_finish (G_FILE (source), result, NULL, &error);
  if (was_closed (self))
    return;
  spark_dialog_set_problem (SPARK_DIALOG (self), error);
  if (error == NULL)
    say_on (saving->button, _ ("Saved"));
}

void
spark_share_dialog_save (SparkShareDialog *self, SparkSharePicture picture, GFile *file)
{
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GBytes) png = NULL;
  Saving *saving;

  g_return_if_fail (SPARK_IS_SHARE_DIALOG (self));
  g_return_if_fail (G_IS_FILE (file));

  texture = picture == SPARK_SHARE_CARD ? g_object_ref (self->card)
                                        : spark_qr_make_texture (self->url, QR_SIZE);
  if (texture == NULL)
    return;
  png = gdk_texture_save_to_png_bytes (texture);
  saving = g_new (Saving, 1);
  saving->dialog = g_object_ref (self);
  saving->button = picture == SPARK_SHARE_CARD ? self->save_card_button : self->save_qr_button;
  g_file_replace_contents_bytes_async (
      file, png, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
      spark_dialog_get_cancellable (SPARK_DIALOG (self)), on_saved_cb, saving);
}

static void
on_card_chosen (SparkDialog *dialog, GFile *file)
{
  spark_share_dialog_save (SPARK_SHARE_DIALOG (dialog), SPARK_SHARE_CARD, file);
}

static void
on_qr_chosen (SparkDialog *dialog, GFile *file)
{
  spark_share_dialog_save (SPARK_SHARE_DIALOG (dialog), SPARK_SHARE_QR, file);
}

static void
choose (SparkShareDialog *self, SparkSharePicture picture)
{
  gboolean is_card = picture == SPARK_SHARE_CARD;
  g_autofree char *name = make_file_name (self, is_card ? "card" : "QR");
  GtkFileChooserNative *chooser;

  chooser = gtk_file_chooser_native_new (is_card ? _ ("Save the Card") : _ ("Save the QR Code"),
                                         GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE,
                                         _ ("_Save"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  spark_dialog_choose_file (SPARK_DIALOG (self), chooser, is_card ? on_card_chosen : on_qr_chosen);
}

static void
on_save_qr_cb (SparkShareDialog *self)
{
  choose (self, SPARK_SHARE_QR);
}

static void
on_save_card_cb (SparkShareDialog *self)
{
  choose (self, SPARK_SHARE_CARD);
}

/* --- the message --- */

static void
fill_message (SparkShareDialog *self)
{
  g_autofree char *message = spark_share_say (get_language (self), "message", &self->words);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->message_view), message, -1);
}

static void
on_language_cb (SparkShareDialog *self)
{
  SparkReplica *replica = spark_acts_get_replica (spark_dialog_get_window (SPARK_DIALOG (self)));

  if (self->filling)
    return;
  if (replica != NULL)
    spark_replica_set_setting (replica, LANGUAGE, get_language (self));
  fill_message (self);
  draw_card (self);
}

static void
on_copy_link_cb (SparkShareDialog *self)
{
  spark_acts_put_into_clipboard (spark_dialog_get_window (SPARK_DIALOG (self)), self->url);
  say_on (self->copy_link_button, _ ("Copied"));
}

/* For a chat, which takes pictures as they are. */
static void
on_copy_card_cb (SparkShareDialog *self)
{
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->card);
  say_on (self->copy_card_button, _ ("Copied"));
}

static void
on_copy_message_cb (SparkShareDialog *self)
{
  g_autofree char *message = get_message (self);

  spark_acts_put_into_clipboard (spark_dialog_get_window (SPARK_DIALOG (self)), message);
  say_on (self->copy_message_button, _ ("Copied"));
}

static void
on_composed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkShareDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!spark_mail_compose_finish (result, &error) && !spark_problem_is_cancelled (error))
    {
      g_debug ("%s", error->message);
      g_clear_error (&error);
      error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MAIL_FAILED, "No letter was begun.");
    }
  if (!was_closed (self))
    spark_dialog_set_problem (SPARK_DIALOG (self), error);
}

static void
begin_letter (SparkShareDialog *self)
{
  g_autofree char *subject = spark_share_say (get_language (self), "subject", &self->words);
  g_autofree char *message = get_message (self);

  self->letter_waits = FALSE;
  spark_mail_compose_async (GTK_WINDOW (self), subject, message, self->card_file,
                            spark_dialog_get_cancellable (SPARK_DIALOG (self)), on_composed_cb,
                            g_object_ref (self));
}

static void
on_mail_cb (SparkShareDialog *self)
{
  /* It takes the card along. */
  if (self->writing)
    self->letter_waits = TRUE;
  else
    begin_letter (self);
}

static void
on_mail_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkShareDialog) self = user_data;
  gboolean found = spark_mail_find_finish (result, NULL);

  if (!was_closed (self))
    gtk_widget_set_visible (self->mail_child, found);
}

/* --- the dialog --- */

static void
spark_share_dialog_dispose (GObject *object)
{
  SparkShareDialog *self = SPARK_SHARE_DIALOG (object);

  g_clear_object (&self->covers);
  g_clear_object (&self->cover);
  g_clear_object (&self->card);
  g_clear_object (&self->card_file);

  G_OBJECT_CLASS (spark_share_dialog_parent_class)->dispose (object);
}

static void
spark_share_dialog_finalize (GObject *object)
{
  SparkShareDialog *self = SPARK_SHARE_DIALOG (object);

  g_free (self->brand);
  g_free (self->creator);
  g_free (self->account);
  g_free (self->video);
  g_free (self->url);
  g_free (self->folder);

  G_OBJECT_CLASS (spark_share_dialog_parent_class)->finalize (object);
}

static void
tell_end (SparkShareDialog *self)
{
  g_autofree char *day = spark_phrase_day_and_distance (self->words.ends_at);
  /* Translators: first a brand, then a day and how far away it is */
  g_autofree char *title = g_strdup_printf (_ ("For %s, until %s"), self->brand, day);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->link_row), title);
}

static void
spark_share_dialog_turn_day (SparkDialog *dialog)
{
  tell_end (SPARK_SHARE_DIALOG (dialog));
}

static void
spark_share_dialog_class_init (SparkShareDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_share_dialog_dispose;
  SPARK_DIALOG_CLASS (klass)->turn_day = spark_share_dialog_turn_day;
  object_class->finalize = spark_share_dialog_finalize;

  g_type_ensure (SPARK_TYPE_QR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-share-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, link_row);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, copy_link_button);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, save_qr_button);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, save_card_button);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, copy_card_button);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, qr);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, card_picture);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, language_row);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, message_view);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, mail_child);
  gtk_widget_class_bind_template_child (widget_class, SparkShareDialog, copy_message_button);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_link_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_card_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_save_qr_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_save_card_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_drag_prepare_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_drag_begin_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_language_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_mail_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_message_cb);
}

/* An address that goes on in the next line gets no hyphen, which would be read as part of it. */
static void
keep_from_hyphens (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_apply_tag_by_name (buffer, WITHOUT_HYPHENS, &start, &end);
}

static void
spark_share_dialog_init (SparkShareDialog *self)
{
  GtkTextBuffer *buffer;

  gtk_widget_init_template (GTK_WIDGET (self));
  buffer = gtk_text_view_get_buffer (self->message_view);
  gtk_text_buffer_create_tag (buffer, WITHOUT_HYPHENS, "insert-hyphens", FALSE, NULL);
  g_signal_connect (buffer, "changed", G_CALLBACK (keep_from_hyphens), NULL);
}

static void
fill_languages (SparkShareDialog *self, SparkReplica *replica)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *last = replica != NULL ? spark_replica_get_setting (replica, LANGUAGE) : NULL;
  const char *const *languages = spark_share_languages ();
  guint chosen = 0;

  for (guint i = 0; languages[i] != NULL; i++)
    {
      gtk_string_list_take (names, spark_share_language_name (languages[i]));
      if (g_strcmp0 (languages[i], last != NULL ? last : spark_share_language_usual ()) == 0)
        chosen = i;
    }
  self->filling = TRUE;
  adw_combo_row_set_model (self->language_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->language_row, chosen);
  self->filling = FALSE;
}

static void
name_widgets (SparkShareDialog *self)
{
  g_autofree char *qr = NULL;
  g_autofree char *card = NULL;

  tell_end (self);
  adw_action_row_set_subtitle (self->link_row, self->url);
  /* Translators: %s: a brand */
  qr = g_strdup_printf (_ ("QR code of the link for %s"), self->brand);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->qr), GTK_ACCESSIBLE_PROPERTY_LABEL, qr, -1);
  /* Translators: %s: a brand */
  card = g_strdup_printf (_ ("Card with the link for %s"), self->brand);
  /* An alternative text would only describe it: GTK 4.8 names it "GtkPicture" then. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->card_picture),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, card, -1);
}

SparkShareDialog *
spark_share_dialog_new (SparkWindow *window, const SparkLink *link)
{
  SparkShareDialog *self = g_object_new (SPARK_TYPE_SHARE_DIALOG, NULL);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, link->video_id);
  g_autofree char *id = make_part (link->id);
  g_autoptr (SparkAccountItem) account = NULL;
  const SparkAccount *view = NULL;

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  if (video != NULL)
    account = spark_acts_get_account (window, spark_video_item_get (video)->account_id);
  if (account != NULL)
    view = spark_account_item_get (account);
  self->brand = g_strdup (link->brand.name != NULL ? link->brand.name : "");
  self->url = g_strdup (link->url);
  self->folder = g_strconcat ("link-", id, NULL);
  self->video = spark_phrase_video (video != NULL ? spark_video_item_get (video) : NULL);
  self->creator = view != NULL ? g_strdup (view->handle) : NULL;
  self->account = view != NULL ? g_strdup (view->name) : NULL;
  self->words
      = (SparkShareWords){ .brand = self->brand,
                           .creator = self->creator,
                           .account = self->account,
                           .video = self->video,
                           .url = self->url,
                           .starts_at = link->created_at,
                           .ends_at = link->ends_at,
                           .sample = view != NULL && view->platform == SPARK_PLATFORM_SANDBOX };
  spark_qr_set_text (self->qr, self->url);
  name_widgets (self);
  fill_languages (self, replica);
  fill_message (self);
  draw_card (self);
  if (video != NULL)
    load_cover (self, spark_video_item_get (video));
  spark_mail_find_async (spark_dialog_get_cancellable (SPARK_DIALOG (self)), on_mail_found_cb,
                         g_object_ref (self));
  return self;
}

GdkTexture *
spark_share_dialog_get_card (SparkShareDialog *self)
{
  g_return_val_if_fail (SPARK_IS_SHARE_DIALOG (self), NULL);

  return self->card;
}

GFile *
spark_share_dialog_get_card_file (SparkShareDialog *self)
{
  g_return_val_if_fail (SPARK_IS_SHARE_DIALOG (self), NULL);

  return self->card_file;
}
