"""Sends a user who is signed in to your portal to a page of the product.

Put a link to /latchkey-redirect?target=invoices.html on your pages. See README.md beside this file.
Settings, from the environment: LATCHKEY_URL, LATCHKEY_SSO_TOKEN, and LATCHKEY_IDENTIFY_BY
(email, or user_name where the SSO token was made for user names).
"""

import html
import http.client
import importlib
import json
import logging
import os
import queue
import re
import socket
import ssl
import sys
import threading
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import make_server

TIMEOUT_SECONDS = 5
MAX_ANSWER_BYTES = 16_384
BASE_URL = re.compile(
    r"(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[a-z0-9_.~-]+)*", re.I
)
SSO_TOKEN = re.compile(r"sso_[0-9a-f]{48}_[A-Za-z0-9_-]{43}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
REASONS = {
    303: "See Other",
    400: "Bad Request",
    403: "Forbidden",
    405: "Method Not Allowed",
    502: "Bad Gateway",
    503: "Service Unavailable",
}
log = logging.getLogger("latchkey_redirect")


def latchkey_redirect(signed_in_user, settings=os.environ):
    """Makes the WSGI application.

    signed_in_user(environ) is yours: the e-mail address (or user name) of whoever is signed in to
    your portal, None if nobody is. Take it from your session, never from the query or a form.
    """
    base, sso_token, identify_by = read_settings(settings)

    def application(environ, start_response):
        if environ["REQUEST_METHOD"] != "GET":
            return page(start_response, 405, headers=[("Allow", "GET")])
        if not is_followed_link(environ):
            return page(start_response, 403)
        user = signed_in_user(environ)
        if not isinstance(user, str) or not 0 < len(user) <= 320 or CONTROL.search(user):
            return page(start_response, 403, "Please sign in first")
        target = parse_qs(environ.get("QUERY_STRING", "")).get("target", [""])[0]
        if len(target) > 2048 or CONTROL.search(target):
            return page(start_response, 400)
        body = {identify_by: user, **({"target": target} if target else {})}
        try:
            status, retry_after, issued = ask_for_token(base, sso_token, body)
        except Exception as error:  # whatever it was, the browser learns nothing of it
            log.error("no answer: %s", type(error).__name__)
            return page(start_response, 502)
        url = str(issued.get("url"))
        if status == 200 and url.startswith(base + "/sso?") and re.fullmatch(r"[!-~]{1,8192}", url):
            return page(start_response, 303, headers=[("Location", url)])
        trace_id = str(issued.get("trace_id"))
        trace_id = trace_id if re.fullmatch(r"trc_[0-9A-Za-z_]{1,64}", trace_id) else ""
        log.error("refused with %d %s", status, trace_id)
        if status == 429:
            seconds = retry_after if re.fullmatch(r"[0-9]{1,4}", retry_after or "") else "60"
            return page(start_response, 503, headers=[("Retry-After", seconds)])
        return page(start_response, 403 if status in (400, 403) else 502, trace_id=trace_id)

    return application


def read_settings(settings):
    base = settings.get("LATCHKEY_URL", "").removesuffix("/")
    sso_token = settings.get("LATCHKEY_SSO_TOKEN", "")
    identify_by = settings.get("LATCHKEY_IDENTIFY_BY", "email")
    if not BASE_URL.fullmatch(base):
        raise ValueError("LATCHKEY_URL is no https address")
    if not SSO_TOKEN.fullmatch(sso_token):
        raise ValueError("LATCHKEY_SSO_TOKEN is no SSO token")
    if identify_by not in ("email", "user_name"):
        raise ValueError("LATCHKEY_IDENTIFY_BY is neither email nor user_name")
    return base, sso_token, identify_by


def is_followed_link(environ):
    """A token lives for 20 seconds: none is asked for by a prefetch, an image or a script."""
    purpose = " ".join(environ.get(f"HTTP_{name}", "") for name in ("SEC_PURPOSE", "PURPOSE", "X_MOZ"))
    mode = environ.get("HTTP_SEC_FETCH_MODE", "navigate")
    return "prefetch" not in purpose.lower() and mode == "navigate"


def ask_for_token(base, sso_token, body):
    """One request, five seconds in all: the timeout of a socket begins anew with each byte."""
    parts = urlsplit(base)
    if parts.scheme == "https":
        tls = ssl.create_default_context()  # verifies certificate and host name
        connection = http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT_SECONDS, context=tls)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    answers = queue.SimpleQueue()

    def call():
        try:
            headers = {"Authorization": f"Bearer {sso_token}", "Content-Type": "application/json"}
            connection.request("POST", parts.path + "/tokens", json.dumps(body), headers)
            response = connection.getresponse()  # follows no redirect
            text = response.read(MAX_ANSWER_BYTES + 1)
            answers.put((response.status, response.getheader("Retry-After"), text))
        except Exception as error:
            answers.put(error)
        finally:
            connection.close()

    threading.Thread(target=call, daemon=True).start()
    try:
        answer = answers.get(timeout=TIMEOUT_SECONDS)
    except queue.Empty:
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    status, retry_after, text = answer
    if len(text) > MAX_ANSWER_BYTES:
        raise ValueError("the answer is too long")
    try:
        issued = json.loads(text)
    except ValueError:
        issued = {}
    return status, retry_after, issued if isinstance(issued, dict) else {}


def page(start_response, status, text="Invalid response", trace_id="", headers=()):
    trace = f"<p>Trace: {html.escape(trace_id)}</p>" if trace_id else ""
    body = f'<!doctype html><meta charset="utf-8"><title>{text}</title><h1>{text}</h1>{trace}'
    content = b"" if status in (303, 405) else body.encode()
    safe = [
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(content))),
    ]
    start_response(f"{status} {REASONS[status]}", [*safe, *headers])
    return [content]


if __name__ == "__main__":
    # python3 latchkey_redirect.py my_portal:signed_in_user, to try it; a WSGI server for real use.
    sys.path.insert(0, os.getcwd())
    module, _, name = (sys.argv[1] if len(sys.argv) > 1 else "").partition(":")
    finder = getattr(importlib.import_module(module), name) if name else lambda environ: None
    server = make_server("127.0.0.1", int(os.environ.get("PORT", "8080")), latchkey_redirect(finder))
    print(f"http://127.0.0.1:{server.server_port}/latchkey-redirect", flush=True)
    server.serve_forever()
