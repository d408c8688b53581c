#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The brand's page over HTTP: what a browser never shows, and what no browser would send."""
import concurrent.futures
import http.client
import json
import os
import re
import select
import sqlite3
import time
import urllib.parse

from server import Server
from tap import equal, ok, run, test
from visitor import Visitor

server = Server(os.environ['SPARKBOXD'], videos=60)
videos = iter(server.free_videos())


def fresh_link(brand='Acme'):
    video = next(videos)
    server.make_code(video)
    return server.make_link(video, brand)


def signed_in(name):
    """A visitor with an ad account, and its id."""
    advertiser = server.run('advertiser', 'add', name)
    visitor = Visitor(server)
    address = server.run('advertiser', 'invite', advertiser, '--brand-url', server.url)
    equal(visitor.sign_in(address).status, 303)
    return visitor, advertiser


@test
def every_page_is_strict():
    visitor = Visitor(server)
    pages = [visitor.get(path) for path in ('/', '/r', '/i', '/sign-in', '/nowhere')]
    pages.append(visitor.check('#nothing'))
    pages.append(visitor.check(fresh_link()['string']))
    for page in pages:
        policy = page.headers['Content-Security-Policy']
        ok("default-src 'none'" in policy and 'unsafe' not in policy, policy)
        ok("frame-ancestors 'none'" in policy and "form-action 'self'" in policy, policy)
        equal(page.headers['Referrer-Policy'], 'no-referrer')
        equal(page.headers['X-Content-Type-Options'], 'nosniff')
        equal(page.headers['Cache-Control'], 'no-store')
        ok(page.headers['Content-Type'].startswith('text/html'))
        ok(not re.search(r'\son\w+=|\sstyle=|<style|javascript:|https?://(?!127\.0\.0\.1)',
                         page.text), 'inline or foreign')
        equal(re.findall(r'<script(.*?)</script>', page.text),
              [' src="/assets/portal.js" defer>'])


@test
def the_cookie_is_the_visitors_alone():
    cookie = Visitor(server).get('/').headers['Set-Cookie']
    ok('HttpOnly' in cookie and 'SameSite=Lax' in cookie and 'Path=/' in cookie, cookie)
    ok('Secure' not in cookie and 'Domain' not in cookie, cookie)


@test
def https_makes_it_secure():
    secure = Server(os.environ['SPARKBOXD'], options=['--brand-url', 'https://brands.example/'])
    try:
        page = Visitor(secure).get('/')
        ok(page.headers['Set-Cookie'].startswith('__Host-sparkbox='))
        ok('; Secure' in page.headers['Set-Cookie'])
        ok(page.headers['Strict-Transport-Security'])
        video = secure.free_videos()[0]
        secure.make_code(video)
        ok(secure.make_link(video, 'Acme')['url'].startswith('https://brands.example/r#%23'))
        equal(secure.creator('GET', '/v1/accounts')['items'][0]['brand_url'],
              'https://brands.example')
    finally:
        secure.close()


@test
def a_web_server_in_front_makes_it_secure_too():
    behind = Server(os.environ['SPARKBOXD'], options=['--trusted-proxy', '127.0.0.1'])
    try:
        for proto, name in (('https', '__Host-sparkbox='), ('http', 'sparkbox=')):
            cookie = Visitor(behind).ask('GET', '/', headers={'X-Forwarded-Proto': proto}).headers['Set-Cookie']
            ok(cookie.startswith(name), cookie)
            equal('; Secure' in cookie, proto == 'https')
    finally:
        behind.close()


@test
def a_code_is_never_shown_whole():
    link = fresh_link()
    code = server.creator('GET', f'/v1/codes?video={link["video_id"]}')['items'][0]['code']
    for string in (link['string'], code):
        page = Visitor(server).check(string)
        equal(page.status, 200)
        ok(string not in page.text and string[1:] not in page.text, 'the code is on the page')
        ok(string[:4] + '•' in page.text, 'a masked code is on the page')
    ok(link['string'] not in server.read_log() and code not in server.read_log())


@test
def a_pasted_address_is_understood():
    link = fresh_link()
    ok('This link works' in Visitor(server).check(f'  {link["url"]} ').text)


@test
def names_are_only_text():
    evil = '<script>alert(1)</script>"\'&{{x}}'
    page = Visitor(server).check(fresh_link(evil)['string'])
    ok('<script>alert' not in page.text)
    ok('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&apos;&amp;{{x}}' in page.text)


@test
def a_form_is_bound_to_its_visitor():
    link = fresh_link()
    mine, other = Visitor(server), Visitor(server)
    form = {**mine.check(link['string']).form('/redeem'), 'agree': 'yes'}
    stolen = other.get('/').form('/check')['form']
    equal(mine.post('/redeem', {**form, 'form': stolen}).status, 403)
    equal(mine.post('/redeem', {**form, 'form': ''}).status, 403)
    equal(mine.post('/redeem', {key: form[key] for key in form if key != 'form'}).status, 403)
    equal(mine.post('/redeem', form, {'Sec-Fetch-Site': 'cross-site'}).status, 403)
    equal(mine.post('/redeem', form, {'Sec-Fetch-Site': 'same-site'}).status, 403)
    equal(mine.ask('POST', '/redeem', '{}', {'Content-Type': 'application/json'}).status, 400)
    equal(server.creator('GET', f'/v1/links/{link["id"]}')['state'], 'open')
    equal(mine.post('/redeem', form).status, 303)


@test
def a_ticket_cannot_be_made_or_changed():
    visitor = Visitor(server)
    form = {**visitor.check(fresh_link()['string']).form('/redeem'), 'agree': 'yes'}
    ticket = form['ticket']
    for wrong in ('', 'x', ticket[:-1], ticket[:-2] + 'AA', 'A' * 5000,
                  server.creator('GET', '/v1/codes')['items'][0]['id']):
        equal(visitor.post('/redeem', {**form, 'ticket': wrong}).status, 403)
    # What is sealed for a picture does not redeem.
    cover = re.search(r'/cover/([^"]+)"', visitor.check(fresh_link()['string']).text).group(1)
    equal(visitor.post('/redeem', {**form, 'ticket': cover}).status, 403)
    equal(visitor.get(f'/cover/{cover}').headers['Content-Type'], 'image/png')
    equal(visitor.get(f'/cover/{ticket}').status, 404)


@test
def consent_and_account_are_needed():
    visitor, _ = signed_in('Consent')
    _, foreign = signed_in('Foreign')
    link = fresh_link()
    form = visitor.check(link['string']).form('/redeem')
    equal(visitor.post('/redeem', form).status, 400)
    equal(visitor.post('/redeem', {**form, 'agree': 'yes', 'account': foreign}).status, 400)
    # A name that cannot be seen, or that says something to the terminal that lists it.
    for name in (' ', '\u200b', 'Acme\x1b[2J', 'Acme\n1', '\u202eemcA'):
        equal(visitor.post('/redeem', {**form, 'agree': 'yes', 'account': 'new',
                                       'name': name}).status, 400)
    equal(server.creator('GET', f'/v1/links/{link["id"]}')['state'], 'open')


@test
def a_code_alone_makes_no_account():
    video = next(videos)
    code = server.make_code(video)['code']
    page = Visitor(server).check(code)
    ok('To redeem it here, sign in' in page.text)
    ok('action="/redeem"' not in page.text)
    # With a form of somebody's link, but the ticket of the code.
    visitor, _ = signed_in('Sly')
    form = {**visitor.check(code).form('/redeem'), 'agree': 'yes', 'account': 'new', 'name': 'Sly'}
    equal(visitor.post('/redeem', form).status, 400)


@test
def of_many_that_race_for_a_link_one_wins():
    link = fresh_link()
    visitors = [Visitor(server) for _ in range(8)]
    forms = [{**visitor.check(link['string']).form('/redeem'), 'agree': 'yes'}
             for visitor in visitors]
    accounts = len(server.run('advertiser', 'list').splitlines())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda pair: pair[0].post('/redeem', pair[1]),
                                zip(visitors, forms)))
    equal(sorted(answer.status for answer in answers), [303] + [409] * 7)
    for answer in answers:
        ok(answer.status == 303 or 'This link has been used' in answer.text)
    # Those that were refused left nothing behind.
    equal(len(server.run('advertiser', 'list').splitlines()), accounts + 1)


@test
def redeeming_signs_in_and_changes_the_cookie():
    visitor = Visitor(server)
    visitor.get('/')
    before = dict(visitor.cookies)
    page = visitor.redeem(fresh_link()['string'])
    equal(page.status, 303)
    ok(visitor.cookies != before, 'the sign-in has a cookie of its own')
    ok('Max-Age=2592000' in page.headers['Set-Cookie'])
    ok('Done.' in visitor.get(page.headers['Location']).text)
    # Whoever knew the cookie of before is nobody.
    thief = Visitor(server)
    thief.cookies = before
    equal(thief.get('/posts').status, 303)


@test
def an_invitation_works_once():
    advertiser = server.run('advertiser', 'add', 'Once')
    address = server.run('advertiser', 'invite', advertiser, '--brand-url', server.url)
    ok(address.startswith(server.url + '/i#'))
    equal(Visitor(server).sign_in(address).status, 303)
    second = Visitor(server).sign_in(address)
    equal(second.status, 401)
    # Also when many try at once.
    address = server.run('advertiser', 'invite', advertiser, '--brand-url', server.url)
    visitors = [Visitor(server) for _ in range(6)]
    for visitor in visitors:
        visitor.get('/sign-in')
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(lambda visitor: visitor.sign_in(address).status, visitors))
    equal(statuses, [303] + [401] * 5)
    ok('does not work any more' in second.text)
    equal(Visitor(server).sign_in('').status, 401)


@test
def an_invitation_says_for_whom():
    """A stranger's invitation signs nobody in for the stranger's ad account before it was seen whose it is."""
    own, _ = signed_in('Own')
    stranger = server.run('advertiser', 'add', 'Stranger & Co')
    address = server.run('advertiser', 'invite', stranger, '--brand-url', server.url)
    before = dict(own.cookies)
    # Whatever opens addresses uses nothing up; what is behind the # would not even be sent.
    for path in ('/i', '/sign-in', '/sign-in/invited', f'/i?{address.partition("#")[2]}'):
        ok(Visitor(server).get(path).status in (200, 303))
    for _ in range(3):
        page = own.open_invitation(address)
        equal(page.status, 200)
        ok('<bdi>Stranger &amp; Co</bdi>' in page.text and stranger in page.text, 'whose it is')
        equal(own.cookies, before)
        ok('Stranger' not in own.get('/posts').text, 'signed in too soon')
    ok(address.partition('#')[2] not in page.text, 'the invitation itself')
    # Neither another site nor the form of another visitor presses the button.
    form = page.form('/sign-in/invited')
    equal(own.post('/sign-in/invited', form, {'Sec-Fetch-Site': 'cross-site'}).status, 403)
    other = Visitor(server)
    other.get('/')
    equal(other.post('/sign-in/invited', form).status, 403)
    other = 'y' if form['ticket'][0] == 'x' else 'x'
    equal(own.post('/sign-in/invited', {**form, 'ticket': other + form['ticket'][1:]}).status, 403)
    equal(own.post('/sign-in/invited', {**form, 'form': ''}).status, 403)
    equal(own.post('/sign-in', {**own.get('/sign-in').form('/sign-in'), 'invitation': address},
                   {'Sec-Fetch-Site': 'cross-site'}).status, 403)
    ok('Stranger' not in own.get('/posts').text)
    # Who knows it goes on, and stays signed in for the other as well.
    equal(own.post('/sign-in/invited', form).status, 303)
    text = own.get(f'/posts?account={stranger}').text
    ok('Stranger &amp; Co' in text and 'Own' in text, 'both')
    # Once: neither the address nor the page of before does it again.
    equal(own.open_invitation(address).status, 401)
    equal(own.post('/sign-in/invited', {**form, 'form': own.get('/').form('/check')['form']}).status, 401)


@test
def signing_out_ends_the_sign_in():
    visitor, _ = signed_in('Leaver')
    before = dict(visitor.cookies)
    equal(visitor.post('/sign-out', visitor.get('/posts').form('/sign-out')).status, 303)
    equal(visitor.cookies, {})
    visitor.cookies = before
    equal(visitor.get('/posts').headers['Location'], '/sign-in')


@test
def others_posts_are_not_there():
    owner, account = signed_in('Owner')
    equal(owner.redeem(fresh_link('Owner')['string'], account=account).status, 303)
    posts = owner.get('/posts').text
    grant = re.search(r'id="post-([^"]+)"', posts).group(1)
    thief, own = signed_in('Thief')
    form = thief.get('/posts').form('/sign-out')['form']
    for path in (f'/posts/{grant}/extend', f'/posts/{grant}/unbind'):
        for claimed in (account, own):
            equal(thief.post(path, {'form': form, 'account': claimed, 'days': '30'}).status, 404)
    equal(thief.get(f'/posts?account={account}').status, 404)
    equal(thief.get(f'/posts/{grant}/unbind?account={own}').status, 404)
    for path in ('/access/token', '/access/invite'):
        equal(thief.post(path, {'form': form, 'account': account}).status, 404)
    equal(server.creator('GET', f'/v1/grants/{grant}')['state'], 'authorized')


@test
def asking_to_extend_tells_the_creator_once_a_day():
    visitor, account = signed_in('Asker')
    visitor.redeem(fresh_link('Asker')['string'], account=account)
    posts = visitor.get('/posts').text
    grant = re.search(r'id="post-([^"]+)"', posts).group(1)
    form = {**visitor.get('/posts').form(f'/posts/{grant}/extend'), 'days': '60'}
    equal(visitor.post(f'/posts/{grant}/extend', {**form, 'days': '61'}).status, 422)
    equal(visitor.post(f'/posts/{grant}/extend', form).status, 303)
    event = server.events('extension_requested')[0]
    equal((event['grant_id'], event['detail']['days'], event['actor']['name']),
          (grant, 60, 'Asker'))
    ok('You asked the creator' in visitor.get('/posts').text)
    equal(visitor.post(f'/posts/{grant}/extend', form).status, 429)
    equal(len(server.events('extension_requested')), 1)


@test
def a_token_is_shown_once_and_works():
    visitor, account = signed_in('Tools')
    form = visitor.get('/access').form('/access/token')

    def make(**more):
        page = visitor.post('/access/token', {**form, **more})
        return re.search(r'id="secret"[^>]*value="([^"]+)"', page.text).group(1)

    def works(token):
        page = Visitor(server).get(f'/open_api/v1.3/tt_video/list/?advertiser_id={account}',
                                   {'Access-Token': token})
        return b'"code":0,' in page.body

    first = make()
    ok(works(first))
    second = make()
    ok(works(first) and works(second))
    third = make(end_others='yes')
    ok(works(third) and not works(first) and not works(second))
    equal(visitor.get('/access/token').status, 303)


@test
def the_list_tells_when_nothing_changed():
    visitor, account = signed_in('Watcher')
    visitor.redeem(fresh_link('Watcher')['string'], account=account)
    text = visitor.get('/posts').text
    digest = re.search(r'data-digest="([^"]+)"', text).group(1)
    grant = re.search(r'id="post-([^"]+)"', text).group(1)
    equal(visitor.get('/posts', {'If-None-Match': digest}).status, 304)
    server.creator('POST', f'/v1/grants/{grant}/revoke', {})
    page = visitor.get('/posts', {'If-None-Match': digest})
    equal(page.status, 200)
    ok('Revoked by the creator' in page.text)


@test
def a_long_list_has_pages():
    big = Server(os.environ['SPARKBOXD'], videos=300)
    try:
        advertiser = big.run('advertiser', 'add', 'Long')
        visitor = Visitor(big)
        visitor.sign_in(big.run('advertiser', 'invite', advertiser, '--brand-url', big.url))
        for video in big.free_videos()[:52]:
            equal(visitor.redeem(big.make_code(video)['code'], account=advertiser).status, 303)
        first, second = visitor.get('/posts').text, visitor.get('/posts?page=2').text
        equal((first.count('id="post-'), second.count('id="post-')), (50, 2))
        ok('&amp;page=2"' in first and '&amp;page=1"' in second)
        ok(not set(re.findall(r'id="post-([^"]+)"', first))
           & set(re.findall(r'id="post-([^"]+)"', second)))
        for page in ('0', '-1', 'x', '99999999999999999999'):
            ok('id="post-' in visitor.get(f'/posts?page={page}').text)
        ok('id="post-' not in visitor.get('/posts?page=3').text)
    finally:
        big.close()


def send(method, path, body, headers):
    connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=60)
    connection.request(method, path, body, headers)
    return connection


def wait_for_the_writer():
    """Of two requests with one key, the second is told at once that the first waits to be written."""
    body = json.dumps({'account': server.account, 'name': 'Behind'})
    two = [send('POST', '/v1/brands', body, {
        'Authorization': f'Bearer {server.token}', 'Content-Type': 'application/json',
        'Idempotency-Key': 'behind'}) for _ in range(2)]
    first = select.select([connection.sock for connection in two], [], [], 60)[0][0]
    second = next(connection for connection in two if connection.sock is first)
    equal(second.getresponse().status, 409)
    second.close()
    return next(connection for connection in two if connection is not second)


@test
def what_was_ended_meanwhile_does_nothing_more():
    visitor, advertiser = signed_in('Ended')
    app = server.run('sandbox', 'app', 'add', 'Tool', '--redirect', 'http://127.0.0.1:9/back')
    secret = server.run('sandbox', 'app', 'secret', app)
    account = server.tool('', 'POST', 'tt_user/oauth2/token', client_id=app, client_secret=secret,
                          grant_type='authorization_code', redirect_uri='http://127.0.0.1:9/back',
                          auth_code=server.run('sandbox', 'code', app, '--account', server.account))
    form = visitor.get(f'/access?account={advertiser}').form('/access/token')
    cookie = '; '.join(f'{name}={value}' for name, value in visitor.cookies.items())
    post = next(videos)['item_id']
    held = sqlite3.connect(f'{server.folder}/sparkbox.db', timeout=60, isolation_level=None)
    held.execute('BEGIN IMMEDIATE')
    page = send('POST', '/access/token', urllib.parse.urlencode(form), {
        'Cookie': cookie, 'Content-Type': 'application/x-www-form-urlencoded'})
    call = send('POST', '/open_api/v1.3/business/post/authorize/setting/', json.dumps(
        {'business_id': account['open_id'], 'item_id': post, 'is_ad_promotable': True}),
                {'Access-Token': account['access_token'], 'Content-Type': 'application/json'})
    other = wait_for_the_writer()
    held.execute('DELETE FROM brand_sessions')
    held.execute('DELETE FROM app_tokens')
    held.execute('COMMIT')
    equal(other.getresponse().status, 201)
    equal(page.getresponse().status, 404)
    equal(json.loads(call.getresponse().read())['code'], 40105)
    equal(held.execute('SELECT count(*) FROM advertiser_tokens WHERE advertiser = ?',
                       (advertiser,)).fetchone(), (0,))
    held.close()
    for connection in (page, call, other):
        connection.close()


@test
def each_face_refuses_in_its_own_way():
    visitor = Visitor(server)
    ok('There is nothing here' in visitor.get('/nowhere').text)
    equal(visitor.get('/nowhere').status, 404)
    equal(visitor.get('/v1/nowhere').headers['Content-Type'], 'application/problem+json')
    equal(visitor.get('/open_api/nowhere').body, b'404 page not found')
    equal(visitor.ask('DELETE', '/posts').status, 405)
    equal(visitor.get('/check').status, 303)
    equal(visitor.get('/assets/..%2Fpages%2Fframe.html').status, 404)
    equal(visitor.get('/assets/portal.css').headers['Content-Type'], 'text/css; charset=utf-8')
    equal(visitor.ask('POST', '/check', 'a' * 20000,
                      {'Content-Type': 'application/x-www-form-urlencoded'}).status, 413)


@test
def languages_are_chosen_by_the_browser():
    for wanted, tag, direction, word in (
            ('de-AT,en;q=0.5', 'de', 'ltr', 'Prüfen'), ('es', 'es', 'ltr', 'Comprobar'),
            ('fr-CA', 'fr', 'ltr', 'Vérifier'), ('pt', 'pt-BR', 'ltr', 'Verificar'),
            ('ar', 'ar', 'rtl', 'تحقّق'), ('zh-CN', 'zh-CN', 'ltr', '检查'),
            ('xx', 'en', 'ltr', 'Check')):
        text = Visitor(server, wanted).get('/').text
        ok(f'<html lang="{tag}" dir="{direction}">' in text, wanted)
        ok(f'>{word}</button>' in text, wanted)


@test
def pictures_are_drawn_at_a_persons_pace():
    visitor, advertiser = signed_in('Looks')
    equal(visitor.redeem(server.make_code(next(videos))['code'], account=advertiser).status, 303)
    # Each time the page is read, its picture has another address.
    covers = [re.search(r'src="(/cover/[^"]+)"', visitor.get('/posts').text)[1] for _ in range(8)]
    ok(len(set(covers)) == 8)
    statuses = []

    def look(number):
        connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=60)
        for turn in range(250):
            connection.request('GET', covers[(number + 4 * turn) % 8])
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(4)))
    drawn = statuses.count(200)
    seconds = time.monotonic() - began
    ok(drawn <= 310 + 50 * seconds, f'{drawn} in {seconds:.1f} s')
    ok(drawn >= 200, f'{drawn}: a page is whole')
    ok(set(statuses) <= {200, 429})


@test
def guessing_is_slow():
    visitor = Visitor(server)
    form = visitor.get('/').form('/check')
    statuses = [visitor.post('/check', {**form, 'string': f'#{"A" * 60}{number:04}'}).status
                for number in range(300)]
    ok(429 in statuses, 'it is limited')
    ok(statuses.index(429) >= 5, 'a person is not')


try:
    run()
finally:
    server.close()
