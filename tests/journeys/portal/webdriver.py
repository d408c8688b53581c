# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A real headless Chromium, driven over the W3C WebDriver protocol by chromedriver."""
import base64
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
START_SECONDS = 60
START_TRIES = 3
WAIT_SECONDS = 20
# What chromedriver says when the page was replaced while it was read.
REPLACED = ('stale element', 'no such element', 'does not belong to the document')

FLAGS = [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-dev-shm-usage', '--hide-scrollbars', '--force-prefers-reduced-motion',
    # The page is on this computer; nothing else is to be looked for.
    '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
]


class Element:
    def __init__(self, browser, reference):
        self.browser = browser
        self.reference = reference

    def _call(self, method, path, body=None):
        return self.browser.call(method, f'/element/{self.reference}{path}', body)

    def click(self):
        self._call('POST', '/click', {})

    def type(self, text):
        self._call('POST', '/value', {'text': text})

    def clear(self):
        self._call('POST', '/clear', {})

    @property
    def text(self):
        return self._call('GET', '/text')

    def attribute(self, name):
        return self._call('GET', f'/attribute/{name}')

    def property(self, name):
        return self._call('GET', f'/property/{name}')


class Browser:
    """One window with a profile of its own."""

    def __init__(self, language='en', width=1000, height=900, dark=False, script=True):
        self.profile = tempfile.mkdtemp(prefix='sparkbox-chromium-')
        self.process = None
        self.session = None
        try:
            self._start(language, width, height, dark, script)
        except BaseException:
            self.close()
            raise

    def _start(self, language, width, height, dark, script):
        for _ in range(START_TRIES):
            if self._start_driver():
                break
        else:
            raise RuntimeError(f'chromedriver did not start:\n{self._read_log()}')
        preferences = {'intl.accept_languages': language, 'intl.selected_languages': language}
        if not script:
            preferences['profile.managed_default_content_settings.javascript'] = 2
        answer = self._request('POST', '/session', {'capabilities': {'alwaysMatch': {
            'browserName': 'chrome',
            'goog:loggingPrefs': {'browser': 'ALL'},
            'goog:chromeOptions': {
                'args': FLAGS + [f'--user-data-dir={self.profile}/profile', f'--lang={language}',
                                 f'--window-size={width},{height}'],
                'prefs': preferences,
            },
        }}}, START_SECONDS)
        self.session = answer['sessionId']
        self.width, self.height = width, height
        self._resize(width, height)
        self.theme(dark)

    def _start_driver(self):
        """False: it ended again. It picks a free port for IPv4, which may not be free for IPv6."""
        # What helps to find faults in our own programs only slows these.
        environment = {'PATH': os.environ['PATH'], 'HOME': self.profile, 'LANG': 'C.UTF-8'}
        self.process = subprocess.Popen(
            ['chromedriver', '--port=0', f'--log-path={self.profile}/chromedriver.log'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        for line in self.process.stdout:
            if 'started successfully on port' in line:
                self.port = int(line.rstrip().rstrip('.').rsplit(' ', 1)[1])
                return True
        self.process.wait()
        self.process.stdout.close()
        return False

    def _read_log(self):
        log = pathlib.Path(self.profile) / 'chromedriver.log'
        return log.read_text(encoding='utf-8', errors='replace') if log.exists() else ''

    def _resize(self, width, height):
        self.devtools('Emulation.setDeviceMetricsOverride', {
            'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': False})

    def close(self):
        if self.session:
            try:
                self._request('DELETE', f'/session/{self.session}')
            except OSError:
                pass
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def _request(self, method, path, body=None, timeout=60):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {'Content-Type': 'application/json'})
            value = json.load(connection.getresponse())['value']
        finally:
            connection.close()
        if isinstance(value, dict) and 'error' in value:
            raise RuntimeError(f'{value["error"]}: {value["message"].splitlines()[0]}')
        return value

    def call(self, method, path, body=None):
        return self._request(method, f'/session/{self.session}{path}', body)

    def devtools(self, command, params):
        return self.call('POST', '/goog/cdp/execute', {'cmd': command, 'params': params})

    # --- what a person does ---

    def theme(self, dark):
        self.devtools('Emulation.setEmulatedMedia', {'features': [
            {'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}]})

    def speak(self, language):
        """What the pages from now on are asked for in."""
        agent = self.script('return navigator.userAgent')
        self.devtools('Emulation.setUserAgentOverride',
                      {'userAgent': agent, 'acceptLanguage': language})

    def open(self, address):
        self.call('POST', '/url', {'url': address})

    def reload(self):
        self.call('POST', '/refresh', {})

    @property
    def address(self):
        return self.call('GET', '/url')

    def find_all(self, selector):
        found = self.call('POST', '/elements', {'using': 'css selector', 'value': selector})
        return [Element(self, item[ELEMENT]) for item in found]

    def find(self, selector):
        """The element; waits until it is there."""
        return self.wait(lambda: (self.find_all(selector) or [None])[0], selector)

    def press(self, name):
        """Presses the button, link or summary of this name."""
        def look():
            for element in self.find_all('button, a, summary'):
                if ' '.join(element.text.split()) == name:
                    return element
            return None
        self.wait(look, f'“{name}” to press').click()

    def label(self, text):
        """The field that a label belongs to."""
        def look():
            for element in self.find_all('label'):
                if element.text.strip().startswith(text):
                    owner = element.attribute('for')
                    return self.find_all(f'#{owner}')[0] if owner else element
            return None
        return self.wait(look, f'the field “{text}”')

    @property
    def text(self):
        """What is to be read, without the marks that keep directions apart."""
        return self.find('body').text.replace('\u2068', '').replace('\u2069', '')

    def wait_text(self, text):
        self.wait(lambda: text in self.text, f'the text “{text}”')

    def wait(self, condition, what):
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                value = condition()
                if value:
                    return value
            except RuntimeError as error:
                if not any(words in str(error) for words in REPLACED):
                    raise
            if time.monotonic() > until:
                raise AssertionError(f'waited in vain for {what}; the page says:\n{self.text}')
            time.sleep(0.05)

    def script(self, text, *arguments):
        return self.call('POST', '/execute/sync', {'script': text, 'args': list(arguments)})

    def script_async(self, text, *arguments):
        return self.call('POST', '/execute/async', {'script': text, 'args': list(arguments)})

    def complaints(self):
        """What the browser found wrong since the last time: scripts that failed, what a policy
        forbade, what could not be loaded."""
        return [entry['message'] for entry in self.call('POST', '/se/log', {'type': 'browser'})
                if entry['level'] in ('WARNING', 'SEVERE')]

    def screenshot(self, path):
        """The whole page."""
        height = self.devtools('Page.getLayoutMetrics', {})['cssContentSize']['height']
        self._resize(self.width, max(self.height, height))
        shot = self.call('GET', '/screenshot')
        self._resize(self.width, self.height)
        pathlib.Path(path).write_bytes(base64.b64decode(shot))
