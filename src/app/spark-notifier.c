/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-notifier"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-notifier.h"
#include "app/spark-phrases.h"
#include "model/spark-rules.h"

/* Events of one burst arrive in one turn of the feed; a person sees what comes this close as one.
 */
#define BURST_MS   400
#define BURST_MAX  3
#define USED_GROUP "used-many"

struct _SparkNotifier
{
  GObject parent_instance;

  /* owned */
  GApplication *application;
  SparkBackend *backend;
  GSettings *settings;
  GPtrArray *pending; /* of SparkEventItem: uses not shown yet */
  guint burst_id;
};

G_DEFINE_FINAL_TYPE (SparkNotifier, spark_notifier, G_TYPE_OBJECT)

static char *
describe_video (SparkNotifier *self, const char *video_id)
{
  g_autoptr (SparkVideoItem) item
      = video_id != NULL
            ? spark_replica_get_video (spark_backend_get_replica (self->backend), video_id)
            : NULL;

  return spark_phrase_video (item != NULL ? spark_video_item_get (item) : NULL);
}

static const char *
name_of_brand (const SparkEvent *event)
{
  if (event->brand.name != NULL)
    return event->brand.name;
  if (event->actor.kind == SPARK_ACTOR_BRAND && event->actor.name != NULL)
    return event->actor.name;
  return event->detail.advertiser.name;
}

static void
send (SparkNotifier *self, const char *id, const char *title, const char *body,
      const char *video_id, const char *revoke_grant_id)
{
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (body != NULL)
    g_notification_set_body (notification, body);
  if (video_id != NULL)
    {
      g_notification_set_default_action_and_target (notification, "app.show-video", "s", video_id);
      g_notification_add_button_with_target (notification, _ ("View"), "app.show-video", "s",
                                             video_id);
    }
  else if (g_action_group_has_action (G_ACTION_GROUP (self->application), "show-access"))
    g_notification_set_default_action (notification, "app.show-access");
  if (revoke_grant_id != NULL)
    g_notification_add_button_with_target (notification, _ ("Revoke…"), "app.revoke", "s",
                                           revoke_grant_id);
  g_application_send_notification (self->application, id, notification);
}

static void
send_used (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *caption = describe_video (self, event->video_id);
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  gint64 ends_at = event->detail.ends_at;

  if (event->grant_id != NULL)
    id = g_strconcat ("grant-", event->grant_id, NULL);
  else
    id = g_strconcat ("code-", event->code_id != NULL ? event->code_id : event->id, NULL);
  if (brand != NULL)
    /* Translators: first a brand, then a video’s caption */
    title = g_strdup_printf (_ ("%s used the code for “%s”"), brand, caption);
  else
    /* Translators: %s: a video’s caption */
    title = g_strdup_printf (_ ("Someone used the code for “%s”"), caption);

  if (ends_at == 0 && event->grant_id != NULL)
    {
      g_autoptr (SparkGrantItem) grant
          = spark_replica_get_grant (spark_backend_get_replica (self->backend), event->grant_id);

      if (grant != NULL)
        ends_at = spark_grant_item_get (grant)->ends_at != 0
                      ? spark_grant_item_get (grant)->ends_at
                      : spark_grant_item_get (grant)->platform_ends_at;
    }
  if (brand == NULL)
    {
      g_autoptr (SparkCodeItem) code
          = event->code_id != NULL
                ? spark_replica_get_code (spark_backend_get_replica (self->backend), event->code_id)
                : NULL;

      if (code != NULL && spark_code_item_get (code)->copied_for.name != NULL)
        /* Translators: %s: a brand */
        body = g_strdup_printf (_ ("TikTok doesn’t say who. You gave it to %s."),
                                spark_code_item_get (code)->copied_for.name);
      else
        body = g_strdup (_ ("TikTok doesn’t say who."));
    }
  else if (ends_at != 0)
    {
      g_autofree char *day = spark_phrase_day_and_distance (ends_at);

      /* Translators: %s: a day and how far away it is */
      body = g_strdup_printf (_ ("Authorized until %s."), day);
    }
  send (self, id, title, body, event->video_id, event->grant_id);
}

static void
send_used_many (SparkNotifier *self)
{
  g_autoptr (GHashTable) brands = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  gboolean all_known = TRUE;

  for (guint i = 0; i < self->pending->len; i++)
    {
      const char *brand
          = name_of_brand (spark_event_item_get (g_ptr_array_index (self->pending, i)));

      if (brand != NULL)
        g_hash_table_add (brands, (gpointer)brand);
      else
        all_known = FALSE;
    }
  if (all_known && g_hash_table_size (brands) > 1)
    title = g_strdup_printf (ngettext ("%u brand used your codes", "%u brands used your codes",
                                       g_hash_table_size (brands)),
                             g_hash_table_size (brands));
  else
    title = g_strdup_printf (ngettext ("Your codes were used %u time",
                                       "Your codes were used %u times", self->pending->len),
                             self->pending->len);
  body = g_strdup (_ ("See who may use what, and until when."));
  send (self, USED_GROUP, title, body, NULL, NULL);
}

static void
flush (SparkNotifier *self)
{
  if (self->pending->len > BURST_MAX)
    send_used_many (self);
  else
    for (guint i = 0; i < self->pending->len; i++)
      send_used (self, spark_event_item_get (g_ptr_array_index (self->pending, i)));
  g_ptr_array_set_size (self->pending, 0);
}

static gboolean
on_burst_over_cb (gpointer user_data)
{
  SparkNotifier *self = user_data;

  self->burst_id = 0;
  flush (self);
  return G_SOURCE_REMOVE;
}

/* A use of a link or sandbox code makes two events, one of them with the brand: that one is shown.
 */
static gboolean
is_pending (SparkNotifier *self, const SparkEvent *event)
{
  for (guint i = 0; i < self->pending->len; i++)
    {
      const SparkEvent *other = spark_event_item_get (g_ptr_array_index (self->pending, i));

      if (event->code_id != NULL && g_strcmp0 (other->code_id, event->code_id) == 0
          && other->at == event->at)
        return TRUE;
    }
  return FALSE;
}

static void
queue_used (SparkNotifier *self, SparkEventItem *item)
{
  const SparkEvent *event = spark_event_item_get (item);

  if (event->type == SPARK_EVENT_CODE_USED)
    {
      if (is_pending (self, event))
        return;
    }
  else
    for (guint i = self->pending->len; i > 0; i--)
      {
        const SparkEvent *other = spark_event_item_get (g_ptr_array_index (self->pending, i - 1));

        if (other->type == SPARK_EVENT_CODE_USED && g_strcmp0 (other->code_id, event->code_id) == 0)
          g_ptr_array_remove_index (self->pending, i - 1);
      }
  g_ptr_array_add (self->pending, g_object_ref (item));
  if (self->burst_id == 0)
    self->burst_id = g_timeout_add (BURST_MS, on_burst_over_cb, self);
}

static void
send_refused (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *caption = describe_video (self, event->video_id);
  g_autofree char *id = g_strconcat ("refused-", event->id, NULL);
  g_autofree char *title = NULL;
  const char *owner = NULL;
  g_autoptr (SparkLinkItem) link = NULL;

  if (event->detail.count > 1)
    {
      /* The event counts further attempts of the hour; it was told at the first. */
      return;
    }
  /* The event's brand is who tried, not whose link it was. */
  if (event->link_id != NULL)
    link = spark_replica_get_link (spark_backend_get_replica (self->backend), event->link_id);
  if (link != NULL && g_strcmp0 (spark_link_item_get (link)->brand.id, event->brand.id) != 0)
    owner = spark_link_item_get (link)->brand.name;
  if (brand == NULL)
    brand = _ ("Someone");
  if (owner != NULL)
    /* Translators: two brands: who tried, and whose link it was */
    title = g_strdup_printf (_ ("%s tried %s’s link. Refused."), brand, owner);
  else
    /* Translators: first a brand, then a video’s caption */
    title = g_strdup_printf (_ ("%s tried to use “%s”. Refused."), brand, caption);
  send (self, id, title, _ ("Nothing was opened to it."), event->video_id, NULL);
}

static void
withdraw_used (SparkNotifier *self, const char *grant_id)
{
  g_autofree char *id = grant_id != NULL ? g_strconcat ("grant-", grant_id, NULL) : NULL;

  if (id != NULL)
    g_application_withdraw_notification (self->application, id);
}

static void
send_revoked (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *caption = NULL;
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;

  /* What the creator did just now in this window needs no notification; what the system or the
   * platform confirmed later does. */
  if (event->actor.kind == SPARK_ACTOR_CREATOR)
    return;
  caption = describe_video (self, event->video_id);
  id = g_strconcat ("revoked-", event->grant_id != NULL ? event->grant_id : event->id, NULL);
  /* Translators: first a brand, then a video’s caption */
  title = g_strdup_printf (_ ("%s can no longer use “%s”"), brand != NULL ? brand : _ ("Someone"),
                           caption);
  send (self, id, title, _ ("The revoke is confirmed."), event->video_id, NULL);
}

static void
send_advertiser_new (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *id = g_strconcat ("advertiser-", event->id, NULL);
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  /* Translators: %s: a brand */
  title = g_strdup_printf (_ ("New ad account for %s"), brand != NULL ? brand : _ ("Someone"));
  if (event->detail.advertiser.name != NULL)
    /* Translators: first the name of an ad account, then its number */
    body
        = g_strdup_printf (_ ("%s (%s) used a link. Revoke its access if you don’t know it."),
                           event->detail.advertiser.name,
                           event->detail.advertiser.id != NULL ? event->detail.advertiser.id : "–");
  else
    body = g_strdup (_ ("Revoke its access if you don’t know it."));
  send (self, id, title, body, event->video_id, event->grant_id);
}

static void
send_extension_requested (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *caption = describe_video (self, event->video_id);
  g_autofree char *id = g_strconcat ("extend-", event->grant_id, NULL);
  g_autofree char *period = spark_phrase_period (event->detail.days);
  /* Translators: first a brand, then a video’s caption */
  g_autofree char *title = g_strdup_printf (_ ("%s asks you to extend “%s”"),
                                            brand != NULL ? brand : _ ("Someone"), caption);
  /* Translators: %s: a period, such as "30 days" */
  g_autofree char *body = g_strdup_printf (_ ("By %s."), period);

  send (self, id, title, body, event->video_id, NULL);
}

static gboolean
is_wanted (SparkNotifier *self, const char *key)
{
  return g_settings_get_boolean (self->settings, key);
}

static void
on_event_cb (SparkBackend *backend, const char *event_id, SparkNotifier *self)
{
  g_autoptr (SparkEventItem) item
      = spark_replica_get_event (spark_backend_get_replica (backend), event_id);
  const SparkEvent *event;

  if (item == NULL)
    return;
  event = spark_event_item_get (item);
  /* The many types that are the creator's own doing say nothing. */
  if (event->type == SPARK_EVENT_GRANT_AUTHORIZED || event->type == SPARK_EVENT_CODE_USED)
    {
      if (is_wanted (self, "notify-used"))
        queue_used (self, item);
    }
  else if (event->type == SPARK_EVENT_REDEMPTION_REFUSED)
    {
      if (is_wanted (self, "notify-refused"))
        send_refused (self, event);
    }
  else if (event->type == SPARK_EVENT_GRANT_REVOKED)
    {
      withdraw_used (self, event->grant_id);
      if (is_wanted (self, "notify-revoked"))
        send_revoked (self, event);
    }
  else if (event->type == SPARK_EVENT_ADVERTISER_NEW)
    {
      if (is_wanted (self, "notify-requests"))
        send_advertiser_new (self, event);
    }
  else if (event->type == SPARK_EVENT_EXTENSION_REQUESTED && event->grant_id != NULL)
    {
      if (is_wanted (self, "notify-requests"))
        send_extension_requested (self, event);
    }
  else if (event->type == SPARK_EVENT_GRANT_EXPIRED || event->type == SPARK_EVENT_GRANT_UNBOUND
           || event->type == SPARK_EVENT_GRANT_REVOKING)
    withdraw_used (self, event->grant_id);
}

static void
spark_notifier_dispose (GObject *object)
{
  SparkNotifier *self = SPARK_NOTIFIER (object);

  /* An event comes only once: what still waits is told now. */
  if (self->pending != NULL && self->backend != NULL)
    flush (self);
  g_clear_handle_id (&self->burst_id, g_source_remove);
  g_clear_object (&self->backend);
  g_clear_object (&self->application);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->pending, g_ptr_array_unref);

  G_OBJECT_CLASS (spark_notifier_parent_class)->dispose (object);
}

static void
spark_notifier_class_init (SparkNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_notifier_dispose;
}

static void
spark_notifier_init (SparkNotifier *self)
{
  self->pending = g_ptr_array_new_with_free_func (g_object_unref);
}

SparkNotifier *
spark_notifier_new (GApplication *application, SparkBackend *backend, GSettings *settings)
{
  SparkNotifier *self = g_object_new (SPARK_TYPE_NOTIFIER, NULL);

  self->application = g_object_ref (application);
  self->backend = g_object_ref (backend);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (backend, "event", G_CALLBACK (on_event_cb), self, 0);
  return self;
}
