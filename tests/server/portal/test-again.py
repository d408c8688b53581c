#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A form of the brand's page whose answer was lost is sent again, on either engine."""
import concurrent.futures
import os

from server import Server
from tap import equal, ok, run, test
from visitor import Visitor

server = Server(os.environ['SPARKBOXD'], videos=30)
videos = iter(server.free_videos())


def fresh_link(brand='Acme'):
    video = next(videos)
    server.make_code(video)
    return server.make_link(video, brand)


def invitation(name):
    """Its address, and the ad account."""
    advertiser = server.run('advertiser', 'add', name)
    return server.run('advertiser', 'invite', advertiser, '--brand-url', server.url), advertiser


def as_before(visitor, cookies):
    """The same browser, to which the answer never came."""
    other = Visitor(server, visitor.language)
    other.cookies = dict(cookies)
    return other


def redeeming(visitor, link, **changes):
    form = visitor.check(link['string']).form('/redeem')
    return {**form, 'agree': 'yes', 'account': 'new', 'name': 'Acme', **changes}


def advertisers():
    return len(server.run('advertiser', 'list').splitlines())


def signed_in(visitor):
    return visitor.get('/posts').status == 200


@test
def a_link_whose_answer_was_lost_is_redeemed_once():
    link = fresh_link()
    visitor = Visitor(server)
    form = redeeming(visitor, link)
    before = dict(visitor.cookies)
    count, refused = advertisers(), len(server.events('redemption_refused'))
    first = visitor.post('/redeem', form)
    equal(first.status, 303)
    for _ in range(3):
        again = as_before(visitor, before)
        page = again.post('/redeem', form)
        equal((page.status, page.headers['Location']), (303, first.headers['Location']))
        ok('Max-Age=2592000' in page.headers['Set-Cookie'])
        equal(again.cookies, visitor.cookies)
        ok('Done.' in again.get(page.headers['Location']).text)
    equal(advertisers(), count + 1)
    equal(len(server.events('redemption_refused')), refused)
    # The cookie of before is nobody's without the form.
    ok(not signed_in(as_before(visitor, before)))


@test
def what_was_signed_in_for_before_stays():
    address, own = invitation('Own')
    visitor = Visitor(server)
    equal(visitor.sign_in(address).status, 303)
    form = redeeming(visitor, fresh_link('Second'), name='Second')
    before = dict(visitor.cookies)
    equal(visitor.post('/redeem', form).status, 303)
    again = as_before(visitor, before)
    equal(again.post('/redeem', form).status, 303)
    text = again.get('/posts').text
    ok('Own' in text and 'Second' in text and own in text, 'both')


@test
def pressed_twice_at_once_is_once():
    for _ in range(4):
        visitor = Visitor(server)
        form = redeeming(visitor, fresh_link())
        count = advertisers()
        browsers = [as_before(visitor, visitor.cookies) for _ in range(4)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            pages = list(pool.map(lambda one, filled=form: one.post('/redeem', filled), browsers))
        equal([page.status for page in pages], [303] * 4)
        equal(len({page.headers['Location'] for page in pages}), 1)
        ok(all(signed_in(one) for one in browsers))
        equal(advertisers(), count + 1)


@test
def nobody_else_is_let_in():
    link = fresh_link()
    visitor, other = Visitor(server), Visitor(server)
    form, theirs = redeeming(visitor, link), redeeming(other, link)
    before = dict(visitor.cookies)
    # Another page of the same link, in the same browser.
    second = redeeming(visitor, link)
    equal(visitor.post('/redeem', form).status, 303)

    def refused(browser, sent, status):
        page = browser.post('/redeem', sent)
        equal(page.status, status)
        ok(status != 409 or 'This link has been used' in page.text)
        ok(not signed_in(browser), 'let in')

    old = as_before(visitor, before)
    refused(other, theirs, 409)
    refused(other, {**theirs, 'ticket': form['ticket']}, 409)
    refused(other, form, 403)
    refused(old, second, 409)
    refused(old, {**form, 'name': 'Other'}, 409)
    refused(old, {**form, 'more': 'x'}, 409)
    refused(old, {key: form[key] for key in form if key != 'agree'}, 400)
    refused(old, {**form, 'ticket': form['ticket'][:-2] + 'AA'}, 403)
    refused(old, {**form, 'form': ''}, 403)
    page = old.post('/redeem', form, {'Sec-Fetch-Site': 'cross-site'})
    equal(page.status, 403)
    # What one form is answered with is no answer to another.
    equal(old.post('/sign-in/invited', form).status, 403)
    ok(not signed_in(old))
    equal(old.post('/redeem', form).status, 303)


@test
def what_has_ended_does_not_begin_again():
    visitor = Visitor(server)
    form = redeeming(visitor, fresh_link())
    before = dict(visitor.cookies)
    equal(visitor.post('/redeem', form).status, 303)
    equal(visitor.post('/sign-out', visitor.get('/posts').form('/sign-out')).status, 303)
    old = as_before(visitor, before)
    equal(old.post('/redeem', form).status, 409)
    ok(not signed_in(old))

    # It goes on with another cookie.
    visitor = Visitor(server)
    form = redeeming(visitor, fresh_link())
    before = dict(visitor.cookies)
    equal(visitor.post('/redeem', form).status, 303)
    equal(visitor.sign_in(invitation('Nord')[0]).status, 303)
    old = as_before(visitor, before)
    equal(old.post('/redeem', form).status, 409)
    ok(not signed_in(old) and signed_in(visitor))


@test
def an_invitation_whose_answer_was_lost_signs_in():
    address, advertiser = invitation('Lost')
    visitor = Visitor(server)
    form = visitor.open_invitation(address).form('/sign-in/invited')
    before = dict(visitor.cookies)
    first = visitor.post('/sign-in/invited', form)
    equal(first.status, 303)
    again = as_before(visitor, before)
    page = again.post('/sign-in/invited', form)
    equal((page.status, page.headers['Location']), (303, f'/posts?account={advertiser}'))
    equal(again.cookies, visitor.cookies)
    ok('Lost' in again.get('/posts').text)
    # Once signed in is once: for others it is used, and for this one when it has signed out.
    equal(Visitor(server).sign_in(address).status, 401)
    old = as_before(visitor, before)
    equal(old.post('/sign-in/invited', {**form, 'more': 'x'}).status, 401)
    equal(visitor.post('/sign-out', visitor.get('/posts').form('/sign-out')).status, 303)
    equal(old.post('/sign-in/invited', form).status, 401)
    ok(not signed_in(old))

    # Pressed twice at once.
    visitor = Visitor(server)
    form = visitor.open_invitation(invitation('Twice')[0]).form('/sign-in/invited')
    browsers = [as_before(visitor, visitor.cookies) for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda one: one.post('/sign-in/invited', form).status, browsers))
    equal(statuses, [303] * 4)
    ok(all(signed_in(one) for one in browsers))


@test
def nothing_of_it_is_logged():
    visitor = Visitor(server)
    form = redeeming(visitor, fresh_link())
    before = dict(visitor.cookies)
    equal(visitor.post('/redeem', form).status, 303)
    log = server.read_log()
    for secret in (*before.values(), *visitor.cookies.values(), form['ticket']):
        ok(secret not in log)


try:
    run()
finally:
    server.close()
