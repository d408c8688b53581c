#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""TLS: a certificate of the server's own, renewed while it runs."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse

import tap
from backend import PATIENCE, TIMEOUT, Backend


def make(folder, name):
    certificate, key = (os.path.join(folder, name + end) for end in (".pem", ".key"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True, timeout=TIMEOUT)
    return certificate, key


def served(backend, version=None):
    """The certificate that the server shows, in PEM."""
    parts = urllib.parse.urlsplit(backend.url)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version is not None:
        context.minimum_version = context.maximum_version = version
    with socket.create_connection((parts.hostname, parts.port), TIMEOUT) as plain:
        with context.wrap_socket(plain) as sock:
            return ssl.DER_cert_to_PEM_cert(sock.getpeercert(True))


def first(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def start(backend, certificate, key):
    backend.options["arguments"] = ["--tls-certificate", certificate, "--tls-key", key]
    backend.start()


@tap.test
def requests_go_over_tls_and_the_certificate_is_renewed():
    with Backend(listen=["127.0.0.1:0"], listen_brands=[]) as backend:
        one, one_key = make(backend.folder, "one")
        two, two_key = make(backend.folder, "two")
        account = backend.command("account", "add", "Lena")
        token = backend.command("token", "create", account)
        start(backend, one, one_key)
        tap.ok(backend.url.startswith("https://127.0.0.1:"), backend.url)
        parts = urllib.parse.urlsplit(backend.url)
        trusting = ssl.create_default_context(cafile=one)
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT,
                                                 context=trusting)
        backend.expect(200, "GET", "/v1/accounts", token=token, connection=connection)
        tap.equal(served(backend), first(one))

        os.replace(two, one)
        os.replace(two_key, one_key)
        backend.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + PATIENCE
        while served(backend) != first(one):
            tap.ok(time.monotonic() < end, "the new certificate is not shown")
        # What was open goes on.
        backend.expect(200, "GET", "/v1/accounts", token=token, connection=connection)
        connection.close()


ADDRESSES = ("/healthz", "/v1/accounts", "/oauth/authorize", "/connect/callback?state=x",
             "/.well-known/oauth-authorization-server", "/nowhere", "/access", "/favicon.ico")


def told(backend, context=None, headers=None):
    """What the answer at each address tells of https."""
    parts = urllib.parse.urlsplit(backend.url)
    connection = (http.client.HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT, context=context)
                  if context else http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT))
    answers = {}
    for path in ADDRESSES:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        answer.read()
        answers[path] = answer.headers.get_all("Strict-Transport-Security")
    connection.close()
    return answers


@tap.test
def every_answer_by_https_says_to_come_back_by_it():
    said = dict.fromkeys(ADDRESSES, ["max-age=31536000"])
    silent = dict.fromkeys(ADDRESSES)
    with Backend(listen=["127.0.0.1:0"], listen_brands=[]) as backend:
        certificate, key = make(backend.folder, "one")
        start(backend, certificate, key)
        tap.equal(told(backend, ssl.create_default_context(cafile=certificate)), said)
    with Backend(arguments=["--trusted-proxy", "127.0.0.1"]) as backend:
        backend.start()
        tap.equal(told(backend, headers={"X-Forwarded-Proto": "https"}), said)
        tap.equal(told(backend, headers={"X-Forwarded-Proto": "http"}), silent)
    with Backend(arguments=["--brand-url", "https://spark.example"]) as backend:
        backend.start()
        tap.equal(told(backend), said)
    with Backend() as backend:
        backend.start()
        # No proxy of ours.
        tap.equal(told(backend, headers={"X-Forwarded-Proto": "https"}), silent)


@tap.test
def old_protocols_are_refused():
    with Backend(listen=["127.0.0.1:0"], listen_brands=[]) as backend:
        start(backend, *make(backend.folder, "one"))
        for version, good in ((ssl.TLSVersion.TLSv1_3, True), (ssl.TLSVersion.TLSv1_2, True),
                              (ssl.TLSVersion.TLSv1_1, False)):
            try:
                served(backend, version)
                tap.ok(good, str(version))
            except (ssl.SSLError, ConnectionError):
                tap.ok(not good, str(version))


@tap.test
def who_speaks_no_tls_gets_nothing():
    with Backend(listen=["127.0.0.1:0"], listen_brands=[]) as backend:
        start(backend, *make(backend.folder, "one"))
        with backend.raw() as sock:
            sock.sendall(b"GET /v1/accounts HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            try:
                while part := sock.recv(4096):
                    answer += part
            except ConnectionError:
                pass
        tap.ok(b"HTTP/" not in answer, str(answer))


@tap.test
def what_cannot_be_used_is_told_at_the_start():
    with Backend() as backend:
        certificate, key = make(backend.folder, "one")
        _, other = make(backend.folder, "two")
        for arguments in (["--tls-certificate", certificate, "--tls-key", other],
                          ["--tls-certificate", key, "--tls-key", key],
                          ["--tls-certificate", certificate, "--tls-key", "/nonexistent"]):
            backend.command("serve", "--listen", "127.0.0.1:0", *arguments, status=1)
        backend.command("serve", "--listen", "127.0.0.1:0", "--tls-key", key, status=2)


tap.run()
