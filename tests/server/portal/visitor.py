# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A browser without script, as far as HTTP goes: cookies, forms and what came back."""
import html.parser
import http.client
import http.cookies
import urllib.parse


class Forms(html.parser.HTMLParser):
    """The forms of a page, each by its action: the fields a browser would send."""

    def __init__(self, text):
        super().__init__()
        self.forms = {}
        self.fields = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == 'form':
            self.fields = self.forms.setdefault(attributes['action'], {})
        if tag == 'input' and self.fields is not None and 'name' in attributes:
            kind = attributes.get('type')
            if kind not in ('radio', 'checkbox') or 'checked' in attributes:
                self.fields[attributes['name']] = attributes.get('value') or ''

    def handle_endtag(self, tag):
        if tag == 'form':
            self.fields = None


class Page:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    @property
    def text(self):
        return self.body.decode()

    def form(self, action):
        return dict(Forms(self.text).forms[action])


class Visitor:
    def __init__(self, server, language='en'):
        self.server = server
        self.language = language
        self.cookies = {}

    def ask(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection('127.0.0.1', self.server.port, timeout=30)
        sent = {'Accept-Language': self.language, **dict(headers)}
        if self.cookies:
            sent['Cookie'] = '; '.join(f'{name}={value}' for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, sent)
            page = Page(connection.getresponse())
        finally:
            connection.close()
        for header in page.headers.get_all('Set-Cookie') or []:
            for name, morsel in http.cookies.SimpleCookie(header).items():
                if morsel['max-age'] == '0':
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return page

    def get(self, path, headers=()):
        return self.ask('GET', path, None, headers)

    def post(self, path, fields, headers=()):
        return self.ask('POST', path, urllib.parse.urlencode(fields),
                        {'Content-Type': 'application/x-www-form-urlencoded',
                         'Sec-Fetch-Site': 'same-origin', **dict(headers)})

    # --- what people do ---

    def check(self, string):
        return self.post('/check', {**self.get('/').form('/check'), 'string': string})

    def redeem(self, string, **changes):
        return self.post('/redeem', {**self.check(string).form('/redeem'), 'agree': 'yes',
                                     **changes})

    def open_invitation(self, invitation):
        """The page that says for whom it signs in, or why it does not."""
        return self.post('/sign-in', {**self.get('/sign-in').form('/sign-in'),
                                      'invitation': invitation})

    def sign_in(self, invitation):
        page = self.open_invitation(invitation)
        return page if page.status != 200 else self.post('/sign-in/invited',
                                                         page.form('/sign-in/invited'))
