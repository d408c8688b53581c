#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A link for one brand: made in the creator's window, read off the screen as a phone would, and
redeemed in a real Chromium beside a real sparkboxd."""
import pathlib
import re
import subprocess
import sys
import tempfile

import steps
from desktop import wait
from server import Server
from tap import journey, run
from webdriver import Browser
from window import Window

BRAND = 'Morningside'
OTHER = 'Nordlicht'
THIRD = 'Bluebird'


def scan(desktop):
    """What a phone would read on the whole screen."""
    with tempfile.TemporaryDirectory() as folder:
        picture = pathlib.Path(folder) / 'screen.png'
        subprocess.run(['import', '-window', 'root', str(picture)], check=True, timeout=30)
        read = subprocess.run(['zbarimg', '--quiet', '--raw', str(picture)], capture_output=True,
                              text=True, check=False, timeout=30)
    return set(read.stdout.split())


def make_link(window, brand):
    window.press_button(re.compile('^Share a link to '))
    dialog = window.dialog('Share a Link')
    window.enter(window.find(role='text', name='Name of the Brand', within=dialog), brand)
    window.press_button('Make Link', within=dialog)
    return window.dialog('Hand Over the Link', timeout=20)


@journey()
def a_link_for_a_brand(desktop):
    server = Server(desktop.sparkboxd)
    try:
        window = Window(desktop)
        steps.join(window, f'{server.url}/#{server.token}')
        caption = steps.wait_for_videos(window)[0]
        window.press(window.find(role='list item', name=re.compile('^' + re.escape(caption))))
        window.says('A link offers the video to one brand')

        # This video has no code yet: it gets one, and the brand never sees it.
        dialog = make_link(window, BRAND)
        window.find(name=f'QR code of the link for {BRAND}', within=dialog)
        link = wait(lambda: next(iter(scan(desktop)), None), 'a QR code on the screen')
        steps.check(link.startswith(f'{server.url}/r#'), f'the QR code leads to {link}')
        steps.check(scan(desktop) == {link}, 'the card leads somewhere else')
        window.press_button('Copy Link', within=dialog)
        wait(lambda: desktop.clipboard() == link, 'the link in the clipboard')
        window.press_button('Copy Message', within=dialog)
        wait(lambda: link in (held := desktop.clipboard() or '') and BRAND in held, 'the message')
        window.press_button('Close', within=dialog)
        window.says('Open until')

        with Browser() as browser:
            browser.open(link)
            browser.wait_text('This link works')
            steps.check(BRAND in browser.text, 'the page does not say for whom')
            browser.find('input[name=agree]').click()
            browser.press('Redeem')
            browser.wait_text(f'Done. {BRAND} may use this video.')
            desktop.notifications.wait_for(f'{BRAND} used')
            window.says('Redeemed')
            window.find(role='label', name=BRAND)

        # The code itself, for a third, who needs it for its own Ads Manager.
        window.press_button(re.compile('^Copy code of .* for a brand…$'))
        dialog = window.dialog('For Whom?')
        window.enter(window.find(role='text', name='Name of the Brand', within=dialog), THIRD)
        window.press_button('Copy', within=dialog)
        steps.read_code(desktop)
        window.says(f'Copied for {THIRD} today')
        # To send it once more says nothing else about whom it is for.
        desktop.set_clipboard('nothing yet')
        window.press_button(f'Copy code of {caption}')
        steps.read_code(desktop)
        window.says(f'Copied for {THIRD} today')

        # One that is taken back before anybody used it.
        dialog = make_link(window, OTHER)
        window.press_button('Copy Link', within=dialog)
        other = wait(lambda: (held := desktop.clipboard() or '').startswith(f'{server.url}/r#')
                     and held != link and held, 'the other link')
        window.press_button('Close', within=dialog)
        window.press_button(f'Withdraw the link for {OTHER}…')
        window.press_button('Withdraw', within=window.dialog('Withdraw the Link?'))
        with Browser() as browser:
            browser.open(other)
            browser.wait_text('The creator has withdrawn this link')
        window.find(role='label', name='Withdrawn')
        window.quit()
    finally:
        server.close()


sys.exit(run())
