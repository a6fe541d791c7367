"""A portal whose session is a cookie that says who it is of: for tests only."""

import os
from urllib.parse import unquote


def signed_in_user(environ):
    name = "portal_" + os.environ.get("LATCHKEY_IDENTIFY_BY", "email")
    cookies = (one.partition("=") for one in environ.get("HTTP_COOKIE", "").split("; "))
    return next((unquote(value) for key, _, value in cookies if key == name), None)
