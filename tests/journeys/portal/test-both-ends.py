#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Both ends of one deal at the same time: the creator's window on a desktop, and the brand's page in
a real Chromium, beside a real sparkboxd."""
import re
import sys

import steps
from desktop import wait
from server import Server
from tap import journey, run
from webdriver import Browser
from window import Atspi, Window

BRAND = 'Morningside'
ASKED = f'{BRAND} asks for 30 days more'
NEW = f'New ad account for {BRAND}'
BUTTON_LIKE = ('push button', 'toggle button', 'check box')
PAUSED = 'AD_STATUS_CREATOR_AUTHORIZATION_REVOKED'


def sign_in(browser, server, advertiser):
    browser.open(server.run('advertiser', 'invite', advertiser, '--brand-url', server.url))
    browser.wait_text('Sign in for this ad account?')
    browser.find('main button').click()
    browser.wait_text('Nothing yet.')


def redeem(browser, server, code):
    browser.open(server.url)
    browser.label('Spark code or link').type(code)
    browser.press('Check')
    browser.find('input[name=agree]').click()
    browser.press('Redeem')
    browser.wait_text(f'Done. {BRAND} may use this video.')


@journey()
def one_deal(desktop):
    server = Server(desktop.sparkboxd)
    try:
        advertiser = server.run('advertiser', 'add', BRAND)
        tools = server.run('advertiser', 'token', advertiser)
        window = Window(desktop)
        steps.join(window, f'{server.url}/#{server.token}')
        code = steps.generate_and_copy(window, steps.wait_for_videos(window)[0])

        with Browser() as browser:
            sign_in(browser, server, advertiser)
            redeem(browser, server, code)
            told = desktop.notifications.wait_for(f'{BRAND} used the code')
            steps.check(code not in str(told), 'the notification holds the code')

            ad = server.make_ad(tools, advertiser)
            browser.open(f'{server.url}/posts')
            browser.wait_text('1 ad runs with it')
            status = server.ad_status(tools, advertiser, ad)
            steps.check(status != PAUSED, f'the ad does not run: {status}')
            loaded = browser.script('return performance.timeOrigin')

            dialog = steps.open_revoke(window, told, BRAND)
            window.find(role='label', name='It ends at once: no new ad can use the video.', within=dialog)
            steps.confirm_revoke(window, dialog)

            browser.wait_text('Your ads with this video are paused.')
            steps.check(browser.script('return performance.timeOrigin') == loaded, 'the page was loaded again')
            steps.check('1 ad runs with it' not in browser.text, 'the page says that the ad runs')
            wait(lambda: server.ad_status(tools, advertiser, ad) == PAUSED, 'the ad to be paused')

        steps.show_ended(window)
        steps.access_says(window, BRAND, '^Revoked$')
        window.quit()
    finally:
        server.close()


@journey()
def more_time(desktop):
    """What the brand asks for waits in Needs Attention until it is answered, whatever became of its
    notification; which can answer it too, also when Sparkbox does not run."""
    server = Server(desktop.sparkboxd)
    try:
        advertiser = server.run('advertiser', 'add', BRAND)
        window = Window(desktop)
        steps.join(window, f'{server.url}/#{server.token}')
        caption = steps.wait_for_videos(window)[0]
        code = steps.generate_and_copy(window, caption)
        with Browser() as browser:
            sign_in(browser, server, advertiser)
            redeem(browser, server, code)
            steps.show_page(window, 'Access')
            window.press(window.find(role=BUTTON_LIKE, name=re.compile('^Needs Attention')))
            window.find(role='list item', name=re.compile(f'^{NEW}, .*{advertiser}'), timeout=20)
            window.press_button(f'Confirm ad account {advertiser}')
            window.toast('Ad account confirmed')
            window.gone(role='list item', name=re.compile(f'^{NEW}'))

            browser.open(f'{server.url}/posts')
            browser.press(f'Ask to extend… {browser.find(".caption").text}')
            browser.press('Ask the creator')
            browser.wait_text('You asked the creator to extend it.')
        told = desktop.notifications.wait_for(f'{BRAND} asks you to extend')
        window.find(role='list item', name=re.compile(f'^{ASKED}'), timeout=20)
        # Dismissed by mistake.
        window.press_button(f'Dismiss: {ASKED}')
        window.toast('Request dismissed')
        window.gone(role='list item', name=re.compile(f'^{ASKED}'))
        window.press_button('Undo')
        window.find(role='list item', name=re.compile(f'^{ASKED}'))
        window.quit()

        # As a shell does that starts it for this.
        desktop.activate_action(*told.actions['Extend…'].removeprefix('app.').split('::'))
        window = Window(desktop, activated=True)
        dialog = window.dialog('Extend Authorization', timeout=20)
        chip = window.find(role=BUTTON_LIKE, name='30 days', within=dialog)
        steps.check(chip.get_state_set().contains(Atspi.StateType.PRESSED), 'the period is not chosen')
        window.press_button('Extend', within=dialog)
        window.toast(re.compile('^Extended until '))
        steps.show_page(window, 'Access')
        window.press(window.find(role=BUTTON_LIKE, name=re.compile('^Needs Attention')))
        window.find(role='list item', name=re.compile('^New ad account for '))
        window.gone(role='list item', name=re.compile(f'^{ASKED}'))
        window.quit()
    finally:
        server.close()


sys.exit(run())
