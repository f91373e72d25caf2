"""What was made, for a browser on this machine: one format's files over HTTP, and word when they have changed.

It listens on 127.0.0.1 alone, and gives the files that it was told of and nothing else. A page is given with a script that
waits for word and loads it again, at the place where its reader was; the file on the disk is not touched.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import socketserver
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from urllib.parse import quote, unquote, urlsplit

from exporter.errors import ExportError
from exporter.regex import regex

ADDRESS = "127.0.0.1"
EVENTS = "/.events"  # hidden, so no file of a format has this path
BEAT = 10  # seconds after which word is sent that there is none, so that a tab that was closed is noticed
PAGES = (".html", ".htm")
HEAD_END = regex("</head|<body", 2)  # in any case
# Loads the page again when there is another version of it, and remembers for that how far it was scrolled, and each part of
# it that has an id. A page that nobody sees does not listen, as browsers open six connections to a server at most.
SCRIPT = """(() => {
  const key = "mlk-export-place", parts = () => [document.scrollingElement, ...document.querySelectorAll("[id]")];
  const place = JSON.parse(sessionStorage.getItem(key) || "{}");
  sessionStorage.removeItem(key);
  addEventListener("load", () => requestAnimationFrame(() => {
    if (place.path === location.pathname)
      for (const part of parts()) if (part.id in place.at) part.scrollTo({left: place.at[part.id][0], top: place.at[part.id][1], behavior: "instant"});
  }));
  let events;
  const listen = () => {
    events?.close();
    if (document.hidden) return;
    events = new EventSource(new URL("EVENTS", location.origin));
    events.onmessage = ({data}) => {
      if (data === "VERSION") return;
      const at = {};
      for (const part of parts()) if (part.scrollLeft || part.scrollTop) at[part.id] = [part.scrollLeft, part.scrollTop];
      sessionStorage.setItem(key, JSON.stringify({path: location.pathname, at}));
      events.close();
      location.reload();
    };
  };
  document.addEventListener("visibilitychange", listen);
  listen();
})();
"""


class Server:
    """Serves what it is shown, until it is closed."""

    def __init__(self, port: int) -> None:
        """Take the port; 0: any that is free.

        Raises:
            ExportError: the system refuses it.
        """
        try:
            self._http = _Http(port)
        except OSError as error:
            hint = f"name another one: --port {port + 1 if port < 65535 else 8001}"
            raise ExportError(f"port {port} cannot be used: {error.strerror}; {hint}") from error
        self.address = f"http://{ADDRESS}:{self._http.server_port}/"
        self._thread = Thread(target=self._http.serve_forever, args=(0.1,), daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.tell("")
        self._http.server_close()

    def show(self, folder: Path, states: Mapping[Path, object]) -> bool:
        """Serve these files below a folder from now on, each with its state, which is another one when it was written anew.

        Returns:
            Whether one of them is a page.
        """
        files = {path.relative_to(folder).as_posix(): path for path in states}
        self._http.files = files
        self._http.tell(hashlib.sha256(repr(states).encode()).hexdigest()[:16])
        return any(path.endswith(PAGES) for path in files)


class _Http(ThreadingHTTPServer):
    """The server of the standard library, and which version is shown."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would take a port that another program has

    def __init__(self, port: int) -> None:
        self.files: dict[str, Path] = {}  # by their paths as addresses have them, without the first "/"
        self.version = "nothing"  # "": it ends
        self._changed = Condition()
        super().__init__((ADDRESS, port), _Handler)

    def server_bind(self) -> None:
        """Bind, and ask no name server what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def tell(self, version: str) -> None:
        """Tell all who wait."""
        with self._changed:
            self.version = version
            self._changed.notify_all()

    def wait(self, version: str) -> str:
        """The version that is shown, once it is another one than this, or after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != version, BEAT)
            return self.version

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where a browser has gone away; a bug keeps its traceback."""
        import sys

        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """One connection of a browser."""

    server: _Http
    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds until a connection on which nothing is asked is closed
    server_version, sys_version = "mlk-export", ""

    def do_GET(self) -> None:
        """Give a file, or word of changes."""
        hosts = [f"{name}:{self.server.server_port}" for name in (ADDRESS, "localhost")]
        hosts += [host.removesuffix(":80") for host in hosts]
        if self.headers.get_all("Host", []) not in [[host] for host in hosts]:  # a stranger's name may lead here, too
            self._notice(HTTPStatus.FORBIDDEN, f"This server answers at http://{hosts[0]}/ alone.")
            return
        version, path = self.server.version, unquote(urlsplit(self.path).path)[1:]
        if path == EVENTS[1:]:
            self._events()
        elif file := self.server.files.get(path) or self.server.files.get(
            f"{path}index.html" if path[-1:] in "/" else ""
        ):
            self._file(file, version)
        elif path:
            self._notice(HTTPStatus.NOT_FOUND, "There is no such page.", version)
        elif start := next((path for path in self.server.files if path.endswith(PAGES)), None):
            self._answer(HTTPStatus.FOUND, b"", {"Location": f"/{quote(start)}"})
        else:
            words = (
                "Nothing is made yet; the terminal says why. This page comes back by itself when there is something."
            )
            self._notice(HTTPStatus.SERVICE_UNAVAILABLE, words, version)

    do_HEAD = do_GET  # noqa: N815

    def _refuse(self) -> None:
        self.close_connection = True  # what was sent with it is not read
        self._answer(HTTPStatus.METHOD_NOT_ALLOWED, b"", {"Allow": "GET, HEAD"})

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_CONNECT = do_TRACE = _refuse  # noqa: N815

    def _file(self, file: Path, version: str) -> None:
        try:
            content = file.read_bytes()
        except OSError:  # somebody has taken it away
            self._notice(HTTPStatus.NOT_FOUND, "There is no such page any more; export it again.", version)
            return
        kind, encoding = mimetypes.MimeTypes().guess_type(file.name)  # by the table of Python, not by the system's
        if kind == "text/html":
            content = with_reload(content.decode("utf-8", "surrogateescape"), version).encode(
                "utf-8", "surrogateescape"
            )
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        is_text = bool(kind) and (kind.startswith("text/") or kind == "application/javascript")  # type: ignore[union-attr]
        headers = {"Content-Type": f"{kind}; charset=utf-8" if is_text and kind else kind or "application/octet-stream"}
        if encoding:
            headers["Content-Type"] = f"application/{encoding}"
        if tag in self.headers.get("If-None-Match", ""):
            self._answer(HTTPStatus.NOT_MODIFIED, b"", {"ETag": tag})
        else:
            self._answer(HTTPStatus.OK, content, {**headers, "ETag": tag})

    def _notice(self, status: HTTPStatus, words: str, version: str = "") -> None:
        """A page with a sentence, which loads itself again when there is something else."""
        page = f'<!doctype html><meta charset="utf-8"><title>{status.phrase}</title><p>{escape(words)}</p>\n'
        page = with_reload(page, version) if version else page
        self._answer(status, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _answer(self, status: HTTPStatus, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-cache")  # asked again each time; the ETag says whether it is another one
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")  # no other site takes it into its pages
        self.send_header("X-Content-Type-Options", "nosniff")
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _events(self) -> None:
        """Tell the version now, and each one that follows: https://html.spec.whatwg.org/#server-sent-events."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        told = None
        while self.command != "HEAD" and (version := self.server.wait(told or "")):
            self.wfile.write(f"data: {version}\n\n".encode() if version != told else b": \n\n")
            told = version

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is for what becomes of the notes."""


def with_reload(page: str, version: str) -> str:
    """A page with the script that loads it again, and with policies that let this script be and listen; all else is as it was.

    `version` is the one that is shown now.
    """
    script = SCRIPT.replace("EVENTS", EVENTS).replace("VERSION", version)
    digest = f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
    end = HEAD_END.search(page)
    for tag, policy in _Policies(page[: end.start() if end else len(page)]).found:
        with_script = f'<meta http-equiv="Content-Security-Policy" content="{escape(admit(policy, digest))}">'
        page = page.replace(tag, with_script, 1)
    return f"{page}<script>{script}</script>\n"


class _Policies(HTMLParser):
    """The policies in a page's head, each with its tag: https://www.w3.org/TR/CSP3/#meta-element."""

    def __init__(self, head: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(head)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a policy."""
        named = dict(attrs)
        if tag == "meta" and (named.get("http-equiv") or "").lower() == "content-security-policy":
            self.found.append((self.get_starttag_text() or "", named.get("content") or ""))


def admit(policy: str, digest: str) -> str:
    """A policy that lets a script of this digest run, too, and this open connections to where it comes from.

    https://www.w3.org/TR/CSP3/#parse-serialized-policy: of two directives of one name the first counts; what is not there
    is as `default-src` has it, and without that allowed.
    """
    directives: dict[str, list[str]] = {}
    for directive in policy.split(";"):
        if words := directive.split():
            directives.setdefault(words[0].lower(), words[1:])
    for names, source in ((("script-src-elem", "script-src"), digest), (("connect-src",), "'self'")):
        name = next((name for name in names if name in directives), names[-1])
        sources = directives.get(name, directives.get("default-src"))
        if sources is None or (source == digest and _allows_inline(sources)):
            continue
        directives[name] = [*(each for each in sources if each.lower() != "'none'"), source]
    return "; ".join(" ".join((name, *sources)) for name, sources in directives.items())


def _allows_inline(sources: list[str]) -> bool:
    """Whether any script in the page may run: a digest, with which it would be no longer so, is not needed."""
    return "'unsafe-inline'" in sources and not any(source.startswith(("'sha", "'nonce-")) for source in sources)
