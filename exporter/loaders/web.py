"""One request over HTTP: credentials, time limits, further tries, and what can go wrong on the way in plain words.

https://www.rfc-editor.org/rfc/rfc9110 - by the standard library, which obeys HTTP_PROXY, NO_PROXY and SSL_CERT_FILE.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from typing import Any, BinaryIO, NamedTuple
from urllib.error import URLError
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import AbstractHTTPHandler, OpenerDirector, ProxyHandler, Request

from exporter.errors import ExportError, UsageError

USERNAME, PASSWORD, TOKEN = "GRAPH_STORE_USERNAME", "GRAPH_STORE_PASSWORD", "GRAPH_STORE_TOKEN"
CONNECT = 30.0  # seconds until there is a connection
ANSWER = 600.0  # seconds in which nothing comes from a server that checks and stores a large graph
WAITS = (1.0, 2.0, 4.0)  # seconds before the second, third and fourth try
LONGEST_WAIT = 60.0  # seconds; a server may ask for more and does not get it
BUSY = (429, 502, 503, 504)  # the next try may succeed
READ = 2000  # bytes of an answer's text
EXCERPT = 200  # characters of it that are shown
HEADER = re.compile(r"[\x21-\x7e]+")


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    reason: str
    text: str  # its start, on one line; "" for a web page
    location: str  # where it says that the thing is now, as it may be shown; "" where it says nothing
    wait: float | None  # seconds after which it wants to be asked again


class Credentials:
    """A user and a password, a token, or nothing: from the environment alone, since others see arguments."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take them from the environment.

        Raises:
            ExportError: half of them, both kinds, or what no header can hold.
        """
        user, password, token = (environment.get(name, "") for name in (USERNAME, PASSWORD, TOKEN))
        if token and (user or password):
            raise ExportError(f"{TOKEN} is set beside {USERNAME} or {PASSWORD}; unset what is not meant")
        if bool(user) != bool(password):
            raise ExportError(f"{PASSWORD if user else USERNAME} is not set; {USERNAME} and {PASSWORD} go together")
        if ":" in user:  # https://www.rfc-editor.org/rfc/rfc7617#section-2
            raise ExportError(f"{USERNAME} holds a ':', which HTTP cannot say; use another user")
        if token and not HEADER.fullmatch(token):
            raise ExportError(f"{TOKEN} holds a blank, a line break or a letter beyond ASCII; set the token alone")
        basic = b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()
        self.header = f"Bearer {token}" if token else f"Basic {basic}" if user else ""
        self._secrets = [secret for secret in (token, basic if user else "", password) if secret]

    def scrub(self, text: str) -> str:
        """Remove from what a server said the secrets that it may have repeated."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def parse_address(address: str, example: str, credentials: str, path: bool = True) -> SplitResult:
    """Split an address into its parts; `path`: something may follow the host.

    Raises:
        ExportError: it is none, or others would see the password in it.
    """
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0 and (path or (parts.path in ("", "/") and not parts.fragment))
    except ValueError:  # no port, no IPv6 address
        usable = False
    if not usable:
        raise UsageError(f"--to: this is no address; write it as {example}")
    if "@" in parts.netloc:
        raise UsageError(
            f"--to: no user and password in the address, where others see them; "
            f"write {public_address(address)} and set {credentials}"
        )
    return parts


def public_address(address: str) -> str:
    """Give an address as it may be shown: without a user, a password, and a query that may hold a key."""
    parts = urlsplit(address)
    return SplitResult(parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "").geturl()


def _location(url: str, location: str) -> str:
    """The header Location as a whole address that may be shown; "" where there is none."""
    with suppress(ValueError):  # a broken address
        return public_address(urljoin(url, location)) if location else ""
    return ""


def is_loopback(host: str) -> bool:
    """Whether it is this machine."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


class Server:
    """The server of an address, and the credentials that it gets; no other server ever gets them."""

    def __init__(self, address: str, credentials: Credentials) -> None:
        self.public_address, self.credentials = public_address(address), credentials
        self._opener = OpenerDirector()  # bare: it follows no redirect and tries no other protocol
        self._opener.addheaders = [("User-Agent", "mlk-export"), ("Accept", "*/*")]
        if credentials.header:
            self._opener.addheaders.append(("Authorization", credentials.header))
        if not is_loopback(urlsplit(address).hostname or ""):
            self._opener.add_handler(ProxyHandler())
        self._opener.add_handler(_Handler())

    def send(self, method: str, url: str, body: BinaryIO | None = None, media: str = "") -> Answer:
        """Send a request that may be repeated, and repeat it if the server is busy or the connection breaks.

        Raises:
            ExportError: there is no answer.
        """
        for wait in WAITS:
            try:
                answer = self._once(method, url, body, media)
                if answer.status not in BUSY:
                    return answer
                time.sleep(min(wait if answer.wait is None else answer.wait, LONGEST_WAIT))
            except (ConnectionError, ssl.SSLEOFError) as error:
                if isinstance(error, ConnectionRefusedError):
                    raise self._error(error) from error
                time.sleep(wait)
            except (OSError, HTTPException) as error:
                raise self._error(error) from error
        try:
            return self._once(method, url, body, media)
        except (OSError, HTTPException) as error:
            raise self._error(error) from error

    def _once(self, method: str, url: str, body: BinaryIO | None, media: str) -> Answer:
        headers = {}
        if body:
            headers = {"Content-Type": media, "Content-Length": str(body.seek(0, 2))}
            body.seek(0)
        try:
            response = self._opener.open(Request(url, body, headers, method=method), timeout=CONNECT)
        except URLError as error:
            raise error.reason if isinstance(error.reason, OSError) else error from error
        with response:
            data = b""
            with suppress(OSError, HTTPException):  # the status is what counts
                data = response.read(READ)
            page = "html" in response.headers.get("Content-Type", "")
            text = "" if page else " ".join(data.decode("utf-8", "replace").split())[:EXCERPT]
            seconds = response.headers.get("Retry-After", "")
            return Answer(
                response.status,
                self.credentials.scrub(response.reason),
                self.credentials.scrub(text),
                self.credentials.scrub(_location(url, response.headers.get("Location", ""))),
                float(seconds) if seconds.isdecimal() else None,
            )

    def _error(self, error: Exception) -> ExportError:
        """What the user can do about it."""
        if isinstance(error, socket.gaierror):
            problem = "no such host; fix its name, or look whether there is a network"
        elif isinstance(error, ConnectionRefusedError):
            problem = "no server listens there; start it, or fix host and port"
        elif isinstance(error, TimeoutError):
            problem = (
                f"no answer in time ({CONNECT:.0f} seconds to connect, {ANSWER:.0f} to answer); look whether it is well"
            )
        elif isinstance(error, ssl.SSLCertVerificationError):
            problem = (
                f"its certificate is not trusted: {error.verify_message}; if it is your own, name it in SSL_CERT_FILE"
            )
        elif isinstance(error, ConnectionError | ssl.SSLEOFError):
            problem = f"the connection broke off, {len(WAITS) + 1} times; look into the server's log, then load again"
        elif isinstance(error, ssl.SSLError):
            problem = f"no TLS: {error.reason or error}; if it speaks plain HTTP, begin the address with http://"
        elif isinstance(error, OSError):
            problem = f"cannot be reached: {error.strerror or error}"
        else:
            problem = "what answers there does not speak HTTP; fix the port"
        return ExportError(f"{self.public_address}: {self.credentials.scrub(problem)}")


class _Connection(HTTPConnection):
    """Quick to give up connecting, patient with the answer."""

    def request(self, *arguments: Any, **named: Any) -> None:
        self.connect()
        self.sock.settimeout(ANSWER)
        # who refuses a large body answers and hangs up while it is sent: the answer is waiting to be read
        with suppress(BrokenPipeError, ConnectionResetError):
            super().request(*arguments, **named)


class _SafeConnection(_Connection, HTTPSConnection):
    """A connection with TLS, as patient."""


class _Handler(AbstractHTTPHandler):
    """Opens http and https addresses with these connections."""

    http_request = https_request = AbstractHTTPHandler.do_request_

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_Connection, request)

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_SafeConnection, request)
