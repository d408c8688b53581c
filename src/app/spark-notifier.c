/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-notifier"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/spark-notified.h"
#include "app/spark-notifier.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-sign-ins.h"
#include "client/spark-grant-list.h"
#include "model/spark-rules.h"

/* The first are told at once: what comes in one burst of the feed. What follows this close a person
 * sees as one, and it waits to be told together. */
#define BURST_MS  400
#define BURST_MAX 3

/* What is told as one when many come at once. */
typedef enum
{
  GROUP_USED,
  GROUP_REFUSED,
  GROUP_REVOKED,
  GROUP_REQUESTS,
  N_GROUPS
} Group;

static const struct
{
  const char *setting;
  const char *id; /* of the notification for many */
} groups[N_GROUPS] = {
  [GROUP_USED] = { "notify-used", "used-many" },
  [GROUP_REFUSED] = { "notify-refused", "refused-many" },
  [GROUP_REVOKED] = { "notify-revoked", "revoked-many" },
  [GROUP_REQUESTS] = { "notify-requests", "requests-many" },
};

/* What comes of a group, from a first event until nothing came for BURST_MS. */
typedef struct
{
  SparkNotifier *notifier;
  Group group;
  GPtrArray *pending; /* of SparkEventItem: not shown yet */
  GPtrArray *many;    /* of SparkEventItem: shown as one, which grows */
  guint wait_id;      /* 0: it is quiet */
} Burst;

struct _SparkNotifier
{
  GObject parent_instance;

  /* owned */
  GApplication *application;
  SparkBackend *backend;
  GSettings *settings;
  SparkNotified *notified;
  Burst bursts[N_GROUPS];
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

/* What is pressed later may find another sign-in, where the same id is another thing's. */
static char *
get_target (SparkNotifier *self, const char *id)
{
  return spark_sign_in_target (spark_backend_get_id (self->backend), id);
}

/* Opens the video, or Access if it is about none. */
static GNotification *
make (SparkNotifier *self, const char *title, const char *body, const char *video_id)
{
  GNotification *notification = g_notification_new (title);
  g_autofree char *target = get_target (self, video_id != NULL ? video_id : "");

  if (body != NULL)
    g_notification_set_body (notification, body);
  if (video_id != NULL)
    g_notification_set_default_action_and_target (notification, "app.show-video", "s", target);
  else if (g_action_group_has_action (G_ACTION_GROUP (self->application), "show-access"))
    g_notification_set_default_action_and_target (notification, "app.show-access", "s", target);
  return notification;
}

/* @action: "win.…", which app.… begins; no button for what the role does not allow */
static void
add_act (SparkNotifier *self, GNotification *notification, const char *label, const char *action,
         const char *id)
{
  g_autofree char *name = g_strconcat ("app", strchr (action, '.'), NULL);
  g_autofree char *target = get_target (self, id);

  if (spark_roles_allow_in (spark_backend_get_replica (self->backend), action, id))
    g_notification_add_button_with_target (notification, label, name, "s", target);
}

static void
add_view (SparkNotifier *self, GNotification *notification, const char *video_id)
{
  g_autofree char *target = video_id != NULL ? get_target (self, video_id) : NULL;

  if (target != NULL)
    g_notification_add_button_with_target (notification, _ ("View"), "app.show-video", "s", target);
}

static void
send (SparkNotifier *self, const char *id, const char *title, const char *body,
      const char *video_id, const char *revoke_grant_id)
{
  g_autoptr (GNotification) notification = make (self, title, body, video_id);

  add_view (self, notification, video_id);
  if (revoke_grant_id != NULL)
    add_act (self, notification, _ ("Revoke…"), "win.revoke", revoke_grant_id);
  spark_notified_send (self->notified, id, notification, NULL);
}

/* A brand used it that TikTok does not name: only the creator can say who it was. */
static void
send_used_by_someone (SparkNotifier *self, const char *id, const char *title,
                      const SparkEvent *event)
{
  g_autoptr (SparkCodeItem) code
      = event->code_id != NULL
            ? spark_replica_get_code (spark_backend_get_replica (self->backend), event->code_id)
            : NULL;
  const SparkRef *guess = code != NULL ? &spark_code_item_get (code)->copied_for : NULL;
  gboolean guessed = guess != NULL && guess->id != NULL && guess->name != NULL;
  g_autofree char *body = NULL;
  g_autofree char *it_was = NULL;
  g_autoptr (GNotification) notification = NULL;

  if (guessed)
    {
      /* Translators: %s: a brand */
      body = g_strdup_printf (_ ("TikTok doesn’t say who. You gave it to %s."), guess->name);
      /* Translators: a button; %s: a brand */
      it_was = g_strdup_printf (_ ("It Was %s"), guess->name);
    }
  notification
      = make (self, title, guessed ? body : _ ("TikTok doesn’t say who."), event->video_id);
  if (guessed)
    add_act (self, notification, it_was, "win.confirm-brand",
             event->grant_id != NULL ? event->grant_id : event->code_id);
  /* Translators: a button: to say which brand it was that used a code */
  if (event->grant_id != NULL || event->video_id != NULL)
    add_act (self, notification, guessed ? _ ("Someone Else…") : _ ("Say Who…"),
             event->grant_id != NULL ? "win.attribute-grant" : "win.note-grant",
             event->grant_id != NULL ? event->grant_id : event->video_id);
  if (event->grant_id != NULL)
    add_act (self, notification, _ ("Revoke…"), "win.revoke", event->grant_id);
  spark_notified_send (self->notified, id, notification, NULL);
}

static gint64
get_end (SparkNotifier *self, const SparkEvent *event)
{
  g_autoptr (SparkGrantItem) item = NULL;
  const SparkGrant *grant;

  if (event->detail.ends_at != 0 || event->grant_id == NULL)
    return event->detail.ends_at;
  item = spark_replica_get_grant (spark_backend_get_replica (self->backend), event->grant_id);
  if (item == NULL)
    return 0;
  grant = spark_grant_item_get (item);
  return grant->ends_at != 0 ? grant->ends_at : grant->platform_ends_at;
}

/* Of a use: what makes it known, or ends it, names the same. */
static char *
use_id (const SparkEvent *event)
{
  if (event->grant_id != NULL)
    return g_strconcat ("grant-", event->grant_id, NULL);
  return g_strconcat ("code-", event->code_id != NULL ? event->code_id : event->id, NULL);
}

/* Of a brand's request, or of its ad account: what an answer to it names as well. */
static char *
request_id (const SparkEvent *event)
{
  const char *number = event->detail.advertiser.id;

  if (event->type == SPARK_EVENT_EXTENSION_REQUESTED)
    return g_strconcat ("extend-", event->grant_id, NULL);
  return number != NULL && event->brand.id != NULL
             ? g_strconcat ("advertiser-", event->brand.id, "-", number, NULL)
             : g_strconcat ("advertiser-", event->id, NULL);
}

/* Of what is told of @event. */
static char *
name_of (const SparkEvent *event)
{
  if (event->type == SPARK_EVENT_REDEMPTION_REFUSED)
    return g_strconcat ("refused-", event->id, NULL);
  if (event->type == SPARK_EVENT_GRANT_REVOKED)
    return g_strconcat ("revoked-", event->grant_id != NULL ? event->grant_id : event->id, NULL);
  if (event->type == SPARK_EVENT_ADVERTISER_NEW || event->type == SPARK_EVENT_EXTENSION_REQUESTED)
    return request_id (event);
  return use_id (event);
}

static void
send_used (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *caption = describe_video (self, event->video_id);
  g_autofree char *id = name_of (event);
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  gint64 ends_at = get_end (self, event);

  if (brand == NULL)
    {
      /* Translators: %s: a video’s caption */
      title = g_strdup_printf (_ ("Someone used the code for “%s”"), caption);
      send_used_by_someone (self, id, title, event);
      return;
    }
  /* Translators: first a brand, then a video’s caption */
  title = g_strdup_printf (_ ("%s used the code for “%s”"), brand, caption);
  if (ends_at != 0)
    {
      g_autofree char *day = spark_phrase_day_and_distance (ends_at);

      /* Translators: %s: a day and how far away it is */
      body = g_strdup_printf (_ ("Authorized until %s."), day);
    }
  send (self, id, title, body, event->video_id, event->grant_id);
}

static char *
describe_many_used (GPtrArray *events)
{
  g_autoptr (GHashTable) brands = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean all_known = TRUE;

  for (guint i = 0; i < events->len; i++)
    {
      const char *brand = name_of_brand (spark_event_item_get (g_ptr_array_index (events, i)));

      if (brand != NULL)
        g_hash_table_add (brands, (gpointer)brand);
      else
        all_known = FALSE;
    }
  if (all_known && g_hash_table_size (brands) > 1)
    return g_strdup_printf (ngettext ("%'u brand used your codes", "%'u brands used your codes",
                                      g_hash_table_size (brands)),
                            g_hash_table_size (brands));
  return g_strdup_printf (
      ngettext ("Your codes were used %'u time", "Your codes were used %'u times", events->len),
      events->len);
}

static char *
describe_many (Group group, GPtrArray *events)
{
  switch (group)
    {
    case GROUP_USED:
      return describe_many_used (events);
    case GROUP_REFUSED:
      return g_strdup_printf (
          ngettext ("%'u attempt was refused", "%'u attempts were refused", events->len),
          events->len);
    case GROUP_REVOKED:
      return g_strdup_printf (
          ngettext ("%'u revoke is confirmed", "%'u revokes are confirmed", events->len),
          events->len);
    case GROUP_REQUESTS:
      return g_strdup_printf (
          ngettext ("Brands ask you for %'u thing", "Brands ask you for %'u things", events->len),
          events->len);
    case N_GROUPS:
      break;
    }
  return g_strdup ("");
}

static void
send_refused (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *caption = describe_video (self, event->video_id);
  g_autofree char *id = name_of (event);
  g_autofree char *title = NULL;
  const char *owner = NULL;
  g_autoptr (SparkLinkItem) link = NULL;

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
send_revoked (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *caption = NULL;
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;

  caption = describe_video (self, event->video_id);
  id = name_of (event);
  /* Translators: first a brand, then a video’s caption */
  title = g_strdup_printf (_ ("%s can no longer use “%s”"), brand != NULL ? brand : _ ("Someone"),
                           caption);
  send (self, id, title, _ ("The revoke is confirmed."), event->video_id, NULL);
}

static void
send_advertiser_new (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  gboolean may_revoke
      = spark_roles_allow_in (spark_backend_get_replica (self->backend), "win.revoke", event->id);
  g_autofree char *id = name_of (event);
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  /* Translators: %s: a brand */
  title = g_strdup_printf (_ ("New ad account for %s"), brand != NULL ? brand : _ ("Someone"));
  if (event->detail.advertiser.name == NULL)
    body = g_strdup (
        may_revoke ? _ ("Revoke its access if you don’t know it.")
                   : _ ("If you don’t know it, ask whoever invited you to revoke its access."));
  else
    {
      const char *number = event->detail.advertiser.id != NULL ? event->detail.advertiser.id : "–";

      body
          = may_revoke
                /* Translators: first the name of an ad account, then its number */
                ? g_strdup_printf (
                    _ ("%s (%s) has access now. Revoke it if you don’t know this account."),
                    event->detail.advertiser.name, number)
                /* Translators: first the name of an ad account, then its number; for those who may
                 * not revoke themselves */
                : g_strdup_printf (_ ("%s (%s) has access now. If you don’t know this account, ask "
                                      "whoever invited you to revoke it."),
                                   event->detail.advertiser.name, number);
    }
  send (self, id, title, body, event->video_id, event->grant_id);
}

static void
send_extension_requested (SparkNotifier *self, const SparkEvent *event)
{
  const char *brand = name_of_brand (event);
  g_autofree char *caption = describe_video (self, event->video_id);
  g_autofree char *id = name_of (event);
  g_autofree char *period = spark_phrase_period (event->detail.days);
  /* Translators: first a brand, then a video’s caption */
  g_autofree char *title = g_strdup_printf (_ ("%s asks you to extend “%s”"),
                                            brand != NULL ? brand : _ ("Someone"), caption);
  /* Translators: %s: a period, such as "30 days" */
  g_autofree char *body = g_strdup_printf (_ ("By %s."), period);
  g_autoptr (GNotification) notification = make (self, title, body, event->video_id);

  add_view (self, notification, event->video_id);
  add_act (self, notification, _ ("Extend…"), "win.extend-request", event->id);
  spark_notified_send (self->notified, id, notification, NULL);
}

static void
send_one (SparkNotifier *self, const SparkEvent *event)
{
  if (event->type == SPARK_EVENT_REDEMPTION_REFUSED)
    send_refused (self, event);
  else if (event->type == SPARK_EVENT_GRANT_REVOKED)
    send_revoked (self, event);
  else if (event->type == SPARK_EVENT_ADVERTISER_NEW)
    send_advertiser_new (self, event);
  else if (event->type == SPARK_EVENT_EXTENSION_REQUESTED)
    send_extension_requested (self, event);
  else
    send_used (self, event);
}

static gpointer
ref_item (gconstpointer item, gpointer user_data)
{
  return g_object_ref ((gpointer)item);
}

static void
send_many (SparkNotifier *self, Group group, GPtrArray *events)
{
  g_autofree char *title = describe_many (group, events);
  g_autoptr (GNotification) notification
      = make (self, title, _ ("See who may use what, and until when."), NULL);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < events->len; i++)
    g_ptr_array_add (parts, name_of (spark_event_item_get (g_ptr_array_index (events, i))));
  g_ptr_array_add (parts, NULL);
  spark_notified_send (self->notified, groups[group].id, notification,
                       (const char *const *)parts->pdata);
}

static void
tell (Burst *burst)
{
  SparkNotifier *self = burst->notifier;

  if (burst->many->len > 0 || burst->pending->len > BURST_MAX)
    {
      g_ptr_array_extend (burst->many, burst->pending, ref_item, NULL);
      send_many (self, burst->group, burst->many);
    }
  else
    for (guint i = 0; i < burst->pending->len; i++)
      send_one (self, spark_event_item_get (g_ptr_array_index (burst->pending, i)));
  g_ptr_array_set_size (burst->pending, 0);
}

static gboolean
on_waited_cb (gpointer user_data)
{
  Burst *burst = user_data;

  if (burst->pending->len > 0)
    {
      tell (burst);
      return G_SOURCE_CONTINUE;
    }
  burst->wait_id = 0;
  g_ptr_array_set_size (burst->many, 0);
  return G_SOURCE_REMOVE;
}

/* A use of a link or sandbox code makes two events, one of them with the brand: that one is shown.
 * Returns: whether @event is the other one */
static gboolean
settle_uses (GPtrArray *uses, const SparkEvent *event)
{
  for (guint i = uses->len; i > 0; i--)
    {
      const SparkEvent *other = spark_event_item_get (g_ptr_array_index (uses, i - 1));

      if (event->code_id == NULL || g_strcmp0 (other->code_id, event->code_id) != 0)
        continue;
      if (event->type == SPARK_EVENT_CODE_USED && other->at == event->at)
        return TRUE;
      if (event->type != SPARK_EVENT_CODE_USED && other->type == SPARK_EVENT_CODE_USED)
        g_ptr_array_remove_index (uses, i - 1);
    }
  return FALSE;
}

static void
queue (SparkNotifier *self, Group group, SparkEventItem *item)
{
  Burst *burst = &self->bursts[group];

  if (!g_settings_get_boolean (self->settings, groups[group].setting)
      || (group == GROUP_USED && settle_uses (burst->pending, spark_event_item_get (item))))
    return;
  g_ptr_array_add (burst->pending, g_object_ref (item));
}

static void
drop (GPtrArray *events, const char *id)
{
  for (guint i = events->len; i > 0; i--)
    {
      g_autofree char *name = name_of (spark_event_item_get (g_ptr_array_index (events, i - 1)));

      if (g_str_equal (name, id))
        g_ptr_array_remove_index (events, i - 1);
    }
}

/* Also where it is not shown yet, and among many. */
static void
withdraw_id (SparkNotifier *self, const char *id)
{
  for (Group group = 0; group < N_GROUPS; group++)
    {
      drop (self->bursts[group].pending, id);
      drop (self->bursts[group].many, id);
    }
  spark_notified_withdraw (self->notified, id);
}

static void
withdraw (SparkNotifier *self, const char *what, const char *of_id)
{
  g_autofree char *id = of_id != NULL ? g_strconcat (what, of_id, NULL) : NULL;

  if (id != NULL)
    withdraw_id (self, id);
}

/* Those that were extended with the code, as the list of what needs attention knows them: an end
 * that was agreed to be earlier stays, and the request with it. */
static void
withdraw_extended (SparkNotifier *self, const SparkEvent *event)
{
  g_autoptr (SparkGrantList) grants
      = spark_grant_list_new (spark_backend_get_replica (self->backend), NULL, event->video_id);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (grants)); i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (grants), i);
      const SparkGrant *grant = spark_grant_item_get (item);

      if (g_strcmp0 (grant->code_id, event->code_id) == 0
          && (grant->state == SPARK_GRANT_STATE_EXPIRED
              || event->detail.ends_at - SPARK_DAY_MS < grant->ends_at))
        withdraw (self, "extend-", grant->id);
    }
}

/* What it said is over, or was answered, maybe on another computer. */
static void
withdraw_stale (SparkNotifier *self, const SparkEvent *event)
{
  if (event->type == SPARK_EVENT_GRANT_REVOKED || event->type == SPARK_EVENT_GRANT_EXPIRED
      || event->type == SPARK_EVENT_GRANT_UNBOUND || event->type == SPARK_EVENT_GRANT_REVOKING
      || event->type == SPARK_EVENT_GRANT_END_NOTED || event->type == SPARK_EVENT_GRANT_ATTRIBUTED)
    withdraw (self, "grant-", event->grant_id);
  if (event->type == SPARK_EVENT_GRANT_ATTRIBUTED || event->type == SPARK_EVENT_GRANT_NOTED)
    withdraw (self, "code-", event->code_id);
  if (event->type == SPARK_EVENT_GRANT_REVOKED || event->type == SPARK_EVENT_GRANT_EXPIRED
      || event->type == SPARK_EVENT_GRANT_UNBOUND || event->type == SPARK_EVENT_GRANT_REVOKING
      || event->type == SPARK_EVENT_GRANT_END_NOTED || event->type == SPARK_EVENT_GRANT_EXTENDED)
    withdraw (self, "extend-", event->grant_id);
  if (event->type == SPARK_EVENT_ADVERTISER_CONFIRMED
      || event->type == SPARK_EVENT_ADVERTISER_REFUSED)
    {
      g_autofree char *id = request_id (event);

      withdraw_id (self, id);
    }
  if (event->type == SPARK_EVENT_CODE_EXTENDED && event->video_id != NULL && event->code_id != NULL)
    withdraw_extended (self, event);
}

static void
look_at_event (SparkNotifier *self, const char *event_id)
{
  g_autoptr (SparkEventItem) item
      = spark_replica_get_event (spark_backend_get_replica (self->backend), event_id);
  const SparkEvent *event;

  if (item == NULL)
    return;
  event = spark_event_item_get (item);
  withdraw_stale (self, event);

  /* It is no news what was so before anyone looked. */
  if (event->detail.earlier)
    return;
  /* The many types that are the creator's own doing say nothing. */
  if (event->type == SPARK_EVENT_GRANT_AUTHORIZED || event->type == SPARK_EVENT_CODE_USED)
    queue (self, GROUP_USED, item);
  else if (event->type == SPARK_EVENT_REDEMPTION_REFUSED)
    {
      /* The event counts further attempts of the hour; it was told at the first. */
      if (event->detail.count <= 1)
        queue (self, GROUP_REFUSED, item);
    }
  else if (event->type == SPARK_EVENT_GRANT_REVOKED)
    {
      /* What the creator did just now in this window needs no notification; what the system or the
       * platform confirmed later does. */
      if (event->actor.kind != SPARK_ACTOR_CREATOR)
        queue (self, GROUP_REVOKED, item);
    }
  else if (event->type == SPARK_EVENT_ADVERTISER_NEW
           || (event->type == SPARK_EVENT_EXTENSION_REQUESTED && event->grant_id != NULL))
    queue (self, GROUP_REQUESTS, item);
}

/* What was seen in the window needs nobody's attention on the desktop. */
static void
on_dismissed_cb (SparkReplica *replica, const char *const *event_ids, SparkNotifier *self)
{
  for (const char *const *id = event_ids; *id != NULL; id++)
    {
      g_autoptr (SparkEventItem) item = spark_replica_get_event (replica, *id);
      g_autofree char *name = item != NULL ? name_of (spark_event_item_get (item)) : NULL;

      if (name != NULL)
        withdraw_id (self, name);
    }
}

void
spark_notifier_see_access (SparkNotifier *self)
{
  g_return_if_fail (SPARK_IS_NOTIFIER (self));

  for (Group group = 0; group < N_GROUPS; group++)
    {
      g_ptr_array_set_size (self->bursts[group].many, 0);
      spark_notified_withdraw (self->notified, groups[group].id);
    }
}

static void
on_events_cb (SparkBackend *backend, const char *const *event_ids, SparkNotifier *self)
{
  for (const char *const *id = event_ids; *id != NULL; id++)
    look_at_event (self, *id);
  for (Group group = 0; group < N_GROUPS; group++)
    {
      Burst *burst = &self->bursts[group];

      if (burst->wait_id == 0 && burst->pending->len > 0)
        {
          tell (burst);
          burst->wait_id = g_timeout_add (BURST_MS, on_waited_cb, burst);
        }
    }
}

static void
spark_notifier_dispose (GObject *object)
{
  SparkNotifier *self = SPARK_NOTIFIER (object);

  for (Group group = 0; group < N_GROUPS; group++)
    {
      Burst *burst = &self->bursts[group];

      /* An event comes only once: what still waits is told now. */
      if (burst->pending != NULL && burst->pending->len > 0)
        tell (burst);
      g_clear_handle_id (&burst->wait_id, g_source_remove);
      g_clear_pointer (&burst->pending, g_ptr_array_unref);
      g_clear_pointer (&burst->many, g_ptr_array_unref);
    }
  g_clear_pointer (&self->notified, spark_notified_free);
  g_clear_object (&self->backend);
  g_clear_object (&self->application);
  g_clear_object (&self->settings);

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
  for (Group group = 0; group < N_GROUPS; group++)
    {
      Burst *burst = &self->bursts[group];

      burst->notifier = self;
      burst->group = group;
      burst->pending = g_ptr_array_new_with_free_func (g_object_unref);
      burst->many = g_ptr_array_new_with_free_func (g_object_unref);
    }
}

SparkNotifier *
spark_notifier_new (GApplication *application, SparkBackend *backend, GSettings *settings)
{
  SparkNotifier *self = g_object_new (SPARK_TYPE_NOTIFIER, NULL);

  self->application = g_object_ref (application);
  self->backend = g_object_ref (backend);
  self->settings = g_object_ref (settings);
  self->notified = spark_notified_new (application, settings, spark_backend_get_id (backend));
  g_signal_connect_object (backend, "events", G_CALLBACK (on_events_cb), self, 0);
  g_signal_connect_object (spark_backend_get_replica (backend), "dismissed",
                           G_CALLBACK (on_dismissed_cb), self, 0);
  return self;
}
