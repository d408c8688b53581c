/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 *
 * What makes the page better; all of it works without.
 */
'use strict';

const POLL_MS = 4000;
const POLL_FOR_MS = 12 * 60 * 60 * 1000;

/* A link brings its string behind the #, which no server is ever sent: it moves into the form. */
function takeFragment() {
  const field = document.querySelector('[data-fragment]');

  if (!field || location.hash.length < 2)
    return;
  try {
    field.value = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;
  }
  history.replaceState(null, '', location.pathname + location.search);
  if (field.dataset.fragment === 'submit')
    field.form.requestSubmit();
}

/* Times as the reader writes them, where the reader is. */
function showTimes(root) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang,
                                         { dateStyle: 'medium', timeStyle: 'short' });

  for (const time of root.querySelectorAll('time[datetime]')) {
    const date = new Date(time.dateTime);

    if (!Number.isNaN(date.getTime())) {
      time.textContent = format.format(date);
      time.title = time.dateTime;
    }
  }
}

function offerCopies() {
  for (const button of document.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard)
      continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      const field = document.getElementById(button.dataset.copy);

      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = button.dataset.copied;
      } catch {
        field.select();
      }
    });
  }
}

/* Puts the new list in the place of the old one; what was open and focused stays so. */
function replacePosts(old, page) {
  const fresh = page.getElementById('posts');
  const done = document.getElementById('done');
  const focused = old.contains(document.activeElement) ? document.activeElement.id : '';
  const open = Array.from(old.querySelectorAll('details[open]'), (details) => details.id);

  old.replaceWith(fresh);
  if (done && !page.getElementById('done'))
    done.remove();
  showTimes(fresh);
  for (const id of open) {
    const details = document.getElementById(id);

    if (details)
      details.open = true;
  }
  if (focused)
    (document.getElementById(focused) || document.getElementById('main')).focus();
}

function watchPosts() {
  const until = Date.now() + POLL_FOR_MS;

  async function look() {
    const posts = document.getElementById('posts');

    if (document.hidden)
      return true;
    try {
      const answer = await fetch(location.href, {
        headers: { 'If-None-Match': posts.dataset.digest },
        cache: 'no-store',
        redirect: 'error',
      });

      if (answer.status === 403 || answer.status === 404)
        return false;
      if (answer.status !== 200)
        return true;

      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');

      if (!page.getElementById('posts'))
        return false;
      replacePosts(posts, page);
      const news = document.getElementById('news');
      news.textContent = news.dataset.text;
    } catch (error) {
      /* Not reachable now, or signed out elsewhere: the page says what it last knew. */
    }
    return true;
  }

  async function run() {
    if (await look() && Date.now() < until)
      setTimeout(run, POLL_MS);
  }

  setTimeout(run, POLL_MS);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden)
      look();
  });
}

takeFragment();
showTimes(document);
offerCopies();
if (document.getElementById('posts'))
  watchPosts();
