# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""What a creator and a brand do, step by step; each returns only when it truly happened."""
import re

from gi.repository import Gio

from desktop import Failure, wait
from window import Atspi, BUTTON, TOAST_DEPTH

GENERATE = re.compile(r'^Generate and copy code of (.+)$')
CODE = re.compile(r'^#[A-Za-z0-9+/]{63}[A-Za-z0-9+/=]$')
CONSENT = 'Turn On Ad Authorization?'


def check(condition, words):
    if not condition:
        raise Failure(words)


def take_browsers_away(desktop):
    """Before the start: no program of this computer opens an address of the web."""
    ids = ''.join(f'{info.get_id()};' for info in Gio.AppInfo.get_all_for_type('x-scheme-handler/https'))
    (desktop.folder / 'config/mimeapps.list').write_text(
        f'[Removed Associations]\nx-scheme-handler/http={ids}\nx-scheme-handler/https={ids}\n')


def wait_for_videos(window, timeout=40):
    """Waits for the list; returns the captions whose code can be generated with one click."""
    window.find(role=BUTTON, name=GENERATE, timeout=timeout)
    # Rows come and go while they still arrive.
    return wait(lambda: [GENERATE.match(node.get_name())[1] for node in window.look(BUTTON, GENERATE)],
                'the captions', timeout)


def read_code(desktop):
    """The code in the clipboard, exactly as another program gets it."""
    return wait(lambda: CODE.match(desktop.clipboard() or ''), 'a code in the clipboard')[0]


def generate_and_copy(window, caption, timeout=15):
    """One click, and the first time a consent."""
    window.desktop.set_clipboard('nothing yet')
    window.press_button(f'Generate and copy code of {caption}')
    found = window.find(where=lambda n: n.get_name() in (CONSENT, 'Code copied'), timeout=timeout, limit=TOAST_DEPTH)
    if found.get_name() == CONSENT:
        window.press_button('Generate & Copy', within=window.dialog(CONSENT))
        window.toast('Code copied', timeout=timeout)
    return read_code(window.desktop)


def redeem(brand, code):
    answer = brand.authorize(code)
    check(answer['code'] == 0, f'the brand was refused: {answer}')


def open_revoke(window, notification, brand_name):
    """Presses the notification's Revoke…; the dialog, when it knows what would follow."""
    window.desktop.notifications.press(notification, 'Revoke…')
    dialog = window.dialog(f'Revoke {brand_name}’s Access?', timeout=20)
    window.gone(role='label', name='Looking up what this would stop…', within=dialog)
    return dialog


def confirm_revoke(window, dialog):
    window.press_button('Revoke Access', within=dialog)
    window.toast('Access revoked', timeout=20)


def show_page(window, title):
    window.press(window.find(role='page tab', name=title))
    wait(lambda: any(node.get_state_set().contains(Atspi.StateType.SELECTED)
                     for node in window.look('page tab', title)), f'the page {title}')


def join(window, invitation):
    """From the first page, with the invitation pasted whole as the address."""
    window.press(window.find(role='list item', name='Join With an Invitation'))
    dialog = window.dialog('Join With an Invitation')
    window.enter(window.find(role='text', name='Address', within=dialog), invitation)
    window.press_button('Join', within=dialog)
    window.toast('Joined', timeout=20)


def access_says(window, brand, words):
    """Waits until a row of Access that begins with the brand says this. Rows are used again, so that
    each look is a new one."""
    pattern = re.compile(words)
    return wait(lambda: any(window.has(role='label', name=pattern, within=row)
                            for row in window.look('list item', re.compile('^' + re.escape(brand)))),
                f'{brand}’s row to say “{words}”')


def show_ended(window):
    """Access, and of it what has ended."""
    show_page(window, 'Access')
    window.press(window.find(role=BUTTON, name=re.compile(r'^Ended \d')))


def to_search(window):
    """The keyboard goes to the search of the page. A popover that is still closing may take the key."""
    def there():
        node = window.focused()
        if node is not None and node.get_state_set().contains(Atspi.StateType.EDITABLE):
            return True
        window.desktop.key('control+f')
        return False
    wait(there, 'the keyboard in the search')


def open_menu(window, row, key, item):
    """The menu of the row that has the keyboard: @key opens it, Escape gives the keyboard back."""
    window.desktop.key(key)
    window.find(role='menu item', name=item)
    window.desktop.key('Escape')
    window.gone(role='menu item', name=item)
    wait(lambda: (node := window.focused()) and node.get_name() == row, f'“{row}” to have the keyboard again')


def choose(window, name):
    """From the menu that is opening, by keyboard. A key sent before it is there goes to what is below."""
    window.find(name=name, where=lambda n: 'menu item' in n.get_role_name())
    tab_to(window, f'^{re.escape(name)}$', 'Down')
    window.desktop.key('Return')


def tab_to(window, name, key='Tab', most=25):
    """Presses Tab until what has this name has the keyboard."""
    pattern = re.compile(name)
    seen = []
    node = window.focused()
    for _ in range(most):
        seen.append(node.get_name() if node is not None else None)
        if node is not None and pattern.search(node.get_name() or ''):
            return node
        node = window.step(key)
    raise Failure(f'Tab does not reach “{name}”, only {seen}')
