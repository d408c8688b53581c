#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Brands' ways through their page in a real Chromium, beside a real sparkboxd. Every page that is
reached is audited with axe-core, light and dark, and kept as a picture."""
import os
import pathlib
import subprocess
import urllib.parse

from server import Server
from tap import equal, ok, run, test
from webdriver import Browser

PICTURES = pathlib.Path(os.environ['PICTURES'])
NPM = pathlib.Path(os.environ['NPM_DIR'])
TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
REFUSALS = ('400 (Bad Request)', '422 (Unprocessable Content)', '422 (Unprocessable Entity)')
# All that another colour scheme changes.
COLOURS = {'type': 'rule', 'values': ['color-contrast', 'link-in-text-block']}

PICTURES.mkdir(parents=True, exist_ok=True)
subprocess.run([os.environ['NPM_INSTALL'], str(NPM)], check=True)
axe = (NPM / 'node_modules' / 'axe-core' / 'axe.min.js').read_text(encoding='utf-8')
server = Server(os.environ['SPARKBOXD'], videos=60)
videos = iter(server.free_videos())


def fresh_link(brand='Acme Cosmetics'):
    video = next(videos)
    server.make_code(video)
    return server.make_link(video, brand)


def grants(link):
    return [grant for grant in server.creator('GET', f'/v1/grants?video={link["video_id"]}')['items']
            if grant['link_id'] == link['id']]


def audit(browser, name, refused=False):
    """No violations, and nothing wider than the window; a picture of each. A browser complains of a
    page that is refused: of nothing else."""
    complaints = [one for one in browser.complaints() if not (refused and any(status in one for status in REFUSALS))]
    equal(complaints, [], name)
    browser.script(axe + '; window.audited = axe')
    for dark, which in ((False, TAGS), (True, COLOURS)):
        browser.theme(dark)
        result = browser.script_async(
            'const [which, done] = arguments;'
            'audited.run({runOnly: which}).then(done, (error) => done({error: String(error)}))',
            which)
        ok('error' not in result, str(result.get('error')))
        problems = [f'{violation["id"]}: {node["html"]} {node["failureSummary"]}'
                    for violation in result['violations'] for node in violation['nodes']]
        equal(problems, [], f'{name}{" dark" if dark else ""}')
        ok(len(result['passes']) >= (1 if dark else 10), 'axe looked at the page')
        browser.screenshot(PICTURES / f'{name}{"-dark" if dark else ""}.png')
    browser.theme(False)
    ok(browser.script('return document.documentElement.scrollWidth <= window.innerWidth'),
       f'{name} is not wider than the window')
    # What marks the field that has the keyboard is so wide.
    crowded = browser.script(
        'return Array.from(document.querySelectorAll("input + .hint"), (hint) => '
        'hint.getBoundingClientRect().top - hint.previousElementSibling.getBoundingClientRect().bottom)'
        '.filter((space) => space < 5)')
    equal(crowded, [], f'what is told of a field of {name} is not marked with it')
    bottoms = browser.script('return Array.from(document.querySelectorAll(".bar nav a"), '
                             '(tab) => tab.getBoundingClientRect().bottom)')
    ok(len(set(bottoms)) <= 1, f'the tabs of {name} stand in one line: {bottoms}')


def requests(browser):
    """Where the page looked for something."""
    return browser.script(
        'return performance.getEntriesByType("resource").concat('
        'performance.getEntriesByType("navigation")).map((entry) => entry.name)')


def redeem(browser, link):
    browser.open(link['url'])
    browser.wait_text('This link works')
    browser.find('input[name=agree]').click()
    browser.press('Redeem')
    browser.wait_text('Done.')


@test
def a_link_is_checked_and_redeemed():
    link = fresh_link()
    with Browser() as browser:
        browser.open(server.url)
        audit(browser, 'home')
        browser.open(link['url'])
        browser.wait_text('This link works')
        text = browser.text
        ok('@sparkbox.sample' in text and 'Acme Cosmetics' in text and '29 days left' in text, text)
        ok('Sample data. These codes do not work on TikTok.' in text)
        equal(browser.address, f'{server.url}/check')
        ok(browser.find('img.cover').property('naturalWidth') == 270, 'the cover is shown')
        audit(browser, 'check')
        ok(all(name.startswith(server.url) and 'Sparkbox' not in name.split('/cover/')[0]
               for name in requests(browser)), 'only this site, and no code in an address')

        # Without consent nothing happens.
        browser.press('Redeem')
        equal(browser.address, f'{server.url}/check')
        browser.find('input[name=agree]').click()
        browser.press('Redeem')
        browser.wait_text('Done. Acme Cosmetics may use this video.')
        ok('Tools › Creative library › Spark ads posts' in browser.text)
        audit(browser, 'done')
    grant = grants(link)[0]
    equal((grant['state'], grant['brand']['name'], grant['advertiser']['name']),
          ('authorized', 'Acme Cosmetics', 'Acme Cosmetics'))
    equal(server.events('grant_authorized')[0]['grant_id'], grant['id'])


@test
def a_revoke_shows_by_itself():
    link = fresh_link('Nord')
    with Browser() as browser:
        redeem(browser, link)
        browser.press(f'Ask to extend… {browser.find(".caption").text}')
        browser.find('details[open] select').click()
        before = browser.script('return performance.timeOrigin')
        server.creator('POST', f'/v1/grants/{grants(link)[0]["id"]}/revoke', {'reason': 'enough'})
        browser.wait_text('Revoked by the creator')
        ok('The list has changed.' in browser.text)
        ok('Only the creator can give access again.' in browser.text)
        ok('may use this video' not in browser.text)
        equal(browser.script('return performance.timeOrigin'), before,
              'the page was not loaded again')
        ok(browser.script('return document.activeElement.id') in ('main', 'news'),
           'the focus is somewhere sensible')
        audit(browser, 'revoked')

        # It stays refused, in words.
        browser.open(link['url'])
        browser.wait_text('The creator has revoked this access')
        audit(browser, 'refused-revoked')

        # Given again, it is there again.
        browser.open(f'{server.url}/posts')
        server.creator('DELETE', f'/v1/grants/{grants(link)[0]["id"]}/revocation')
        browser.wait(lambda: browser.find_all('[data-state=authorized]'), 'the access given again')


@test
def an_ad_runs_and_is_paused():
    link = fresh_link('Runner')
    with Browser() as browser:
        redeem(browser, link)
        browser.press('Get a token for them')
        browser.press('Make a token')
        browser.wait_text('it is not shown again')
        token = browser.find('#secret').property('value')
        account = grants(link)[0]['advertiser']['id']
        browser.press('Authorized posts')
        browser.wait_text('Redeemed')

        ad = server.make_ad(token, account)
        browser.wait_text('1 ad runs with it')
        audit(browser, 'ad-runs')

        server.creator('POST', f'/v1/grants/{grants(link)[0]["id"]}/revoke', {})
        browser.wait_text('Your ads with this video are paused.')
        ok('1 ad runs with it' not in browser.text)
        equal(server.ad_status(token, account, ad), 'AD_STATUS_CREATOR_AUTHORIZATION_REVOKED')


@test
def what_cannot_be_redeemed_says_why():
    used, withdrawn, expired, deleted, code_expired = (fresh_link('Several') for _ in range(5))

    def code_of(link):
        return server.creator('GET', f'/v1/codes?video={link["video_id"]}')['items'][0]

    with Browser() as first:
        redeem(first, used)
    server.creator('DELETE', f'/v1/links/{withdrawn["id"]}')
    server.end_now('links', expired['id'])
    code_gone, code_old = code_of(deleted), code_of(code_expired)
    server.creator('DELETE', f'/v1/codes/{code_gone["id"]}')
    server.end_now('codes', code_old['id'])
    cases = [
        ('used', used['string'], 'This link has been used', None),
        ('withdrawn', withdrawn['string'], 'The creator has withdrawn this link', None),
        ('link-expired', expired['string'], 'This link has expired', None),
        ('deleted', code_gone['code'], 'The code has been deleted', 'auth_code_not_found'),
        ('code-expired', code_old['code'], 'The authorization has expired',
         'auth_code_expired (4025)'),
        ('unknown', '#' + 'A' * 64, 'The code is incorrect', 'auth_code_not_found'),
        ('malformed', 'my code', 'This is not a Spark code', 'auth_code_format_error (4013)'),
    ]
    with Browser() as browser:
        for name, string, words, tiktok in cases:
            browser.open(server.url)
            browser.label('Spark code or link').type(string)
            browser.press('Check')
            browser.wait_text(words)
            ok(tiktok is None or tiktok in browser.text, f'{name}: TikTok’s own words')
            equal(browser.find_all('form[action="/redeem"]'), [])
            audit(browser, f'refused-{name}')

        # A brand that the creator knows by another name.
        redeem(browser, fresh_link('One Brand'))
        browser.open(fresh_link('Another Brand')['url'])
        browser.wait_text('This link was made for another brand')
        ok('Do you act for this brand as well?' in browser.text)
        ok('One Brand' not in browser.find('form[action="/redeem"]').text,
           'the ad account of another brand is not offered')
        audit(browser, 'other-brand')
        browser.find('input[name=agree]').click()
        browser.press('Redeem')
        browser.wait_text('Done. Another Brand may use this video.')
        browser.press('Change')
        audit(browser, 'two-accounts')
        for link in browser.find_all('.account li a'):
            if 'One Brand' in link.text:
                link.click()
                break
        browser.wait_text('Ad account One Brand')
        equal(len(browser.find_all('[data-state=authorized]')), 1)

        # The list keeps to one brand's posts, and a link that was used is known again.
        again = fresh_link('One Brand')
        redeem(browser, again)
        equal(len(browser.find_all('[data-state=authorized]')), 2)
        browser.open(again['url'])
        browser.wait_text('You have this already')
        audit(browser, 'have-already')


@test
def a_code_is_redeemed_by_who_is_invited():
    video = next(videos)
    code = server.make_code(video)['code']
    advertiser = server.run('advertiser', 'add', 'Invited')
    address = server.run('advertiser', 'invite', advertiser, '--brand-url', server.url)
    with Browser() as browser:
        browser.open(server.url)
        browser.label('Spark code or link').type(code)
        browser.press('Check')
        browser.wait_text('To redeem it here, sign in')
        audit(browser, 'sign-in-first')
        browser.open(f'{server.url}/sign-in')
        audit(browser, 'sign-in')
        # The page sends it by itself, and asks before it takes effect.
        browser.open(address)
        browser.wait_text('Sign in for this ad account?')
        ok('Invited' in browser.find('main').text)
        equal(browser.address, f'{server.url}/sign-in')
        audit(browser, 'invited')
        browser.press('Do not sign in')
        browser.wait_text('Check a Spark code or link')
        browser.open(address)
        browser.wait_text('Sign in for this ad account?')
        browser.find('main button').click()
        browser.wait_text('Nothing yet.')
        audit(browser, 'empty')
        browser.press('Check a code or link')
        browser.label('Spark code or link').type(code)
        browser.press('Check')
        browser.find('input[name=agree]').click()
        browser.press('Redeem')
        browser.wait_text('Done. Invited may use this video.')

        caption = browser.find('.caption').text
        browser.press(f'Ask to extend… {caption}')
        audit(browser, 'extend')
        browser.press('Ask the creator')
        browser.wait_text('You asked the creator to extend it.')
        equal(server.events('extension_requested')[0]['video_id'], video['id'])

        browser.press(f'Give up… {caption}')
        browser.wait_text('Give up this post?')
        audit(browser, 'give-up')
        browser.press('Give up')
        browser.wait_text('Nothing yet.')
        equal(server.events('grant_unbound')[0]['video_id'], video['id'])

        browser.press('Tools and people')
        browser.wait_text('A token for your tools')
        audit(browser, 'tools')
        browser.press('Make a token')
        browser.wait_text('it is not shown again')
        audit(browser, 'token')
        browser.press('Back to tools and people')
        browser.press('Make an invitation')
        browser.wait_text('An invitation')
        address = browser.find('#secret').property('value')
        audit(browser, 'invitation')
        browser.press('Sign out')
        browser.wait_text('Check a Spark code or link')
        browser.open(address)
        browser.wait_text('Sign in for this ad account?')
        browser.find('main button').click()
        browser.wait_text('Authorized posts')


@test
def who_is_known_already_is_led_to_signing_in():
    """Somebody follows an invitation to another account, and says that they are new."""
    asked = {'client_id': 'sparkbox', 'response_type': 'code', 'redirect_uri': 'http://127.0.0.1:9/', 'state': 'one',
             'code_challenge': 'c' * 43, 'code_challenge_method': 'S256', 'device': 'Laptop'}
    taken = {'en': 'Somebody has this name already. If it is you, sign in with your password',
             'de': 'Diesen Namen hat schon jemand. Wenn du es bist, melde dich mit deinem Passwort an',
             'ar': 'هذا الاسم مستخدم. إن كان اسمك، فسجّل الدخول بكلمة مرورك'}

    def follow(browser):
        invitation = server.run('invite', server.account)
        browser.open(f'{server.url}/oauth/authorize?{urllib.parse.urlencode(asked)}#{invitation}')
        browser.wait(lambda: browser.find('#invitation').property('value') == invitation, 'the invitation in the form')
        return invitation

    def answer(browser, act):
        browser.find('#password').type('correct horse battery')
        browser.find(f'button[value={act}]').click()

    def mends(field):
        """It has the keyboard, and a screen reader tells what is wrong with it."""
        # The page is read before its field gets the keyboard.
        browser.wait(lambda: browser.script('return document.activeElement.id') == field,
                     f'{field} to have the keyboard')
        at, told = browser.script(
            'const at = document.activeElement;'
            'const ids = (at.getAttribute("aria-describedby") || "").split(" ");'
            'return [at.id, ids.map((id) => document.getElementById(id)?.textContent)]')
        equal(at, field, browser.text)
        ok(browser.find('[role=alert]').property('textContent') in told, f'{told} tells what is wrong with {field}')

    def signed_in(browser):
        browser.wait(lambda: browser.address.startswith('http://127.0.0.1:9/?code='), 'the way back')
        browser.complaints()  # nobody listens there

    with Browser() as browser:
        follow(browser)
        browser.find('#name').type('Ilse')
        answer(browser, 'join')
        signed_in(browser)
    for language, width in (('en', 1200), ('de', 360), ('ar', 360)):
        with Browser(language=language, width=width, height=740) as browser:
            invitation = follow(browser)
            browser.find('#name').type('ilse')
            answer(browser, 'join')
            browser.wait_text(taken[language])
            mends('password')
            equal((browser.find('#name').property('value'), browser.find('#invitation').property('value')),
                  ('ilse', invitation))
            audit(browser, f'known-already-{language}', refused=True)
            answer(browser, 'sign-in')
            signed_in(browser)
    with Browser() as browser:
        follow(browser)
        browser.find('#name').type('ilse')
        browser.find('#password').type('not what it is')
        browser.find('button[value=sign-in]').click()
        browser.wait_text('The name or the password is not right')
        mends('password')
        browser.find('#invitation').clear()
        answer(browser, 'join')
        browser.wait_text('To join, paste your invitation')
        mends('invitation')
        browser.find('#invitation').type('sbi_none')
        browser.find('#name').clear()
        browser.find('#name').type('Elsbeth')
        answer(browser, 'join')
        browser.wait_text('This invitation was used already')
        mends('invitation')
        follow(browser)
        browser.find('#name').type('\u202e')
        answer(browser, 'join')
        browser.wait_text('This cannot be a name')
        mends('name')


@test
def an_app_is_let_in():
    back = 'http://127.0.0.1:9/back'
    app = server.run('sandbox', 'app', 'add', 'A Tool for Ads', '--redirect', back)
    creators = {'client_key': app, 'redirect_uri': back, 'state': 'one', 'response_type': 'code',
                'scope': 'user.info.basic,biz.spark.auth'}

    def page(path, values):
        return f'{server.url}{path}?{urllib.parse.urlencode(values)}'

    def answer(browser, token):
        browser.find('#token').type(token)
        browser.find('button[value=yes]').click()

    with Browser() as browser:
        browser.open(page('/portal/auth', {'app_id': app, 'redirect_uri': back, 'state': 'one'}))
        browser.wait_text('Authorize an app: A Tool for Ads')
        audit(browser, 'consent')
        answer(browser, 'wrong')
        browser.wait_text('This access token is not valid here, or was ended.')
        ok(browser.find('[role=alert]').text.startswith('This access token'), 'it is said aloud')
        audit(browser, 'consent-wrong', refused=True)
        browser.open(page('/portal/auth', {'app_id': '1', 'redirect_uri': back}))
        browser.wait_text('There is no such app in this sandbox.')
        ok('“sparkboxd sandbox app list” shows the apps that are known' in browser.text, 'it says what helps')
        audit(browser, 'consent-refused', refused=True)
        browser.press('Check a Spark code or link')
        browser.wait_text('What the creator gave you')
    with Browser(width=360, height=740, language='de') as browser:
        browser.open(page('/v2/auth/authorize', creators))
        browser.wait_text('Eine App berechtigen: A Tool for Ads')
        audit(browser, 'consent-phone-german')
        browser.find('#account').type('999')
        answer(browser, server.token)
        browser.wait_text('Gib die Nummer eines Kontos an, für das das Token gilt.')
        audit(browser, 'consent-phone-german-wrong', refused=True)
    with Browser(width=360, height=740, language='ar') as browser:
        browser.open(page('/v2/auth/authorize', creators))
        browser.wait_text('تخويل تطبيق: A Tool for Ads')
        equal(browser.find('html').attribute('dir'), 'rtl')
        audit(browser, 'consent-phone-arabic')
        browser.open(page('/v2/auth/authorize', {**creators, 'response_type': 'token'}))
        browser.wait_text('لم يذكر التطبيق ما يطلبه')


@test
def it_works_without_script():
    link = fresh_link('Plain')
    with Browser(script=False) as browser:
        browser.open(link['url'])
        browser.label('Spark code or link').type(link['url'])
        browser.press('Check')
        browser.wait_text('This link works')
        browser.screenshot(PICTURES / 'plain-check.png')
        browser.find('input[name=agree]').click()
        browser.press('Redeem')
        browser.wait_text('Done. Plain may use this video.')
        ok('Load this page again to see what has changed.' in browser.text)
        ok(' UTC' in browser.find('time').text, 'times are written by the server')
        browser.screenshot(PICTURES / 'plain-done.png')
        server.creator('POST', f'/v1/grants/{grants(link)[0]["id"]}/revoke', {})
        browser.reload()
        browser.wait_text('Revoked by the creator')
        browser.press(f'Remove from the list… {browser.find(".caption").text}')
        browser.press('Give up')
        browser.wait_text('Nothing yet.')
        browser.press('Sign out')
        browser.wait_text('Check a Spark code or link')


@test
def it_fits_a_phone():
    link = fresh_link('A Brand With a Rather Long Name, of Several Words')
    with Browser(width=360, height=740) as browser:
        browser.open(server.url)
        audit(browser, 'phone-home')
        browser.open(link['url'])
        browser.wait_text('This link works')
        audit(browser, 'phone-check')
        browser.find('input[name=agree]').click()
        browser.press('Redeem')
        browser.wait_text('Done.')
        audit(browser, 'phone-done')
        browser.press('Tools and people')
        browser.press('Make a token')
        browser.wait_text('it is not shown again')
        audit(browser, 'phone-token')


@test
def it_reads_from_right_to_left():
    link = fresh_link('Acme')
    with Browser(language='ar') as browser:
        browser.open(link['url'])
        browser.wait_text('هذا الرابط يعمل')
        equal(browser.find('html').attribute('dir'), 'rtl')
        box = browser.script('const a = document.querySelector("img.cover").getBoundingClientRect();'
                             'const b = document.querySelector(".facts").getBoundingClientRect();'
                             'return a.left > b.left')
        ok(box, 'the cover is on the right')
        audit(browser, 'arabic-check')
        browser.find('input[name=agree]').click()
        browser.press('استرداد')
        browser.wait_text('تم.')
        audit(browser, 'arabic-done')


@test
def it_speaks_other_languages():
    link = fresh_link('Acme')
    with Browser(width=360) as browser:
        for language, words in (('de', 'Dieser Link funktioniert'), ('es', 'Este enlace funciona'),
                                ('fr', 'Ce lien fonctionne'), ('pt-BR', 'Este link funciona'),
                                ('zh-CN', '此链接有效')):
            browser.speak(language)
            browser.open(link['url'])
            browser.wait_text(words)
            equal(browser.find('html').attribute('lang'), language)
            audit(browser, f'{language}-check')
        browser.speak('en')
        redeem(browser, link)
        for language in ('de', 'es', 'fr', 'pt-BR', 'zh-CN', 'ar'):
            browser.speak(language)
            browser.open(f'{server.url}/posts')
            equal(browser.find('html').attribute('lang'), language)
            audit(browser, f'{language}-posts')


@test
def everything_is_done_by_keyboard():
    link = fresh_link('Keys')
    tab, enter, space = '\ue004', '\ue007', ' '

    def focus():
        return browser.script('const e = document.activeElement;'
                              'return e.id || e.name || e.textContent.trim()')

    def press(keys):
        browser.call('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keys', 'actions': [
            {'type': kind, 'value': key} for key in keys for kind in ('keyDown', 'keyUp')]}]})

    def tab_to(what):
        for _ in range(30):
            press([tab])
            if focus() == what:
                return
        raise AssertionError(f'{what} cannot be reached by Tab; the focus is on {focus()}')

    with Browser() as browser:
        browser.open(server.url)
        press([tab])
        equal(focus(), 'Skip to the content')
        browser.screenshot(PICTURES / 'keyboard-skip.png')
        tab_to('string')
        press(list(link['string']) + [enter])
        browser.wait_text('This link works')
        tab_to('agree')
        press([space])
        tab_to('Redeem')
        browser.screenshot(PICTURES / 'keyboard-redeem.png')
        press([enter])
        browser.wait_text('Done. Keys may use this video.')


try:
    run()
finally:
    log = server.close()
    for line in log.splitlines():
        print('# ' + line)
