/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "mirror.h"

static void
on_items_changed_cb (GListModel *model, guint position, guint removed, guint added, Mirror *self)
{
  g_assert_cmpuint (position + removed, <=, self->mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (self->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->mirror, (int)(position + i),
                        g_list_model_get_item (model, position + i));
  g_assert_cmpuint (g_list_model_get_n_items (model), >=, position + added);
}

Mirror *
mirror_new (GListModel *model)
{
  Mirror *self = g_new0 (Mirror, 1);

  self->model = model;
  self->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed_cb), self);
  on_items_changed_cb (model, 0, 0, g_list_model_get_n_items (model), self);
  return self;
}

void
mirror_free (Mirror *self)
{
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_ptr_array_unref (self->mirror);
  g_object_unref (self->model);
  g_free (self);
}

void
mirror_check (Mirror *self)
{
  g_assert_cmpuint (g_list_model_get_n_items (self->model), ==, self->mirror->len);
  for (guint i = 0; i < self->mirror->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      /* An item somebody holds is the item. */
      g_assert_true (item == self->mirror->pdata[i]);
    }
}

static void
on_said_cb (GListModel *model, guint position, guint removed, guint added, Said *said)
{
  *said = (Said){ said->n_signals + 1, position, removed, added };
}

void
said_follow (Said *said, GListModel *model)
{
  g_signal_connect (model, "items-changed", G_CALLBACK (on_said_cb), said);
}

void
said_assert (Said *said, guint n_signals, guint position, guint removed, guint added)
{
  g_assert_cmpuint (said->n_signals, ==, n_signals);
  if (n_signals > 0)
    {
      g_assert_cmpuint (said->position, ==, position);
      g_assert_cmpuint (said->removed, ==, removed);
      g_assert_cmpuint (said->added, ==, added);
    }
  *said = (Said){ 0 };
}
