"""One Neo4j database over Bolt: address, credentials, transactions, and what can go wrong on the way in plain words.

By Neo4j's own driver, https://neo4j.com/docs/python-manual/current/. A transaction is tried again for half a minute if
the server is busy or the connection breaks.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from getpass import getpass
from typing import Any, NamedTuple

from neo4j import Auth, Driver, GraphDatabase, Session, Transaction
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired, TransientError

from exporter.errors import ExportError
from exporter.loaders.web import is_loopback, parse_address, public_address
from exporter.views.graph import replace_surrogates_in

USERNAME, PASSWORD, DATABASE = "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"
DEFAULT_USER = "neo4j"
CONNECT = 15.0  # seconds until there is a connection
ANSWER = 30.0  # seconds in which a server that accepted it says that it speaks Bolt
RETRIES = 30.0  # seconds in which a transaction is tried again
OUT_OF_MEMORY = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
EXAMPLE = f"neo4j://localhost:7687, and the database into {DATABASE}"
UNFINISHED = "what was written stays, nothing more was removed, and the next load completes it"
HINTS = {
    "Neo.ClientError.Security.Unauthorized": f"it wants other credentials; set {USERNAME} and {PASSWORD}",
    "Neo.ClientError.Security.AuthenticationRateLimit": "too many wrong passwords; wait some seconds, then try again",
    "Neo.ClientError.Security.CredentialsExpired": "the password has to be changed first, in the Browser or cypher-shell",
    "Neo.ClientError.Security.Forbidden": f"this user may not do that; grant it, or set {USERNAME} to one who may",
    "Neo.ClientError.Database.DatabaseNotFound": f"there is no such database; set {DATABASE} to one of SHOW DATABASES",
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase": "this database can only be read; load into another one",
    "Neo.DatabaseError.Schema.ConstraintCreationFailed": (
        "some nodes with the same _source and id were there before, made by another program; remove one of each two"
    ),
    "Neo.ClientError.Schema.ConstraintValidationFailed": (
        "a constraint of your own does not allow it; drop the constraint, or load into another database"
    ),
    OUT_OF_MEMORY: "one row alone is too much for its memory; raise server.memory.heap.max_size",
}


class Bolt:
    """A database and the credentials that it gets."""

    def __init__(self, address: str, environment: Mapping[str, str]) -> None:
        """Take the address; nothing is sent yet.

        Raises:
            ExportError: an address or credentials that cannot be meant.
        """
        parts = parse_address(address, EXAMPLE, f"{USERNAME} and {PASSWORD}", path=False)
        self._address, self.host, self.public_address = address, parts.hostname or "", public_address(address)
        self._user, self._password = environment.get(USERNAME, ""), environment.get(PASSWORD, "")
        self._database = environment.get(DATABASE) or None
        self._driver: Driver | None = None
        self.unencrypted = "+" not in parts.scheme and not is_loopback(self.host)

    def connect(self) -> None:
        """Log in, and see that the database is there.

        Raises:
            ExportError: nobody answers, or not to these credentials, or there is no such database.
        """
        with self._explain_errors("no Neo4j answers there; start it, or fix the address"):
            if self._user and not self._password:
                self._ask_password()
            try:
                self._log_in()
            except AuthError:
                if self._password or not sys.stdin.isatty():
                    raise
                self._ask_password()
                self._log_in()
            self.run("RETURN 1")

    def close(self) -> None:
        """End the connection."""
        if self._driver:
            self._driver.close()
            self._driver = None

    def run(self, query: str, **parameters: Any) -> list[list[Any]]:
        """Run one query in a transaction of its own; gives its rows.

        Raises:
            ExportError: the server refuses, or the connection broke.
        """
        assert self._driver
        with self._explain_errors(f"the connection broke; {UNFINISHED}"):
            result = self._driver.execute_query(query, parameters_=parameters, database_=self._database)
            return [list(record.values()) for record in result.records]

    def send(self, query: str, rows: Sequence[Sequence[Any]], **parameters: Any) -> Written:
        """Run one query over rows in one transaction, or in several where the server has no memory for so many.

        Returns:
            The number in the query's only row, and how many nodes and relationships it has made.

        Raises:
            ExportError: the server refuses, or the connection broke.
        """
        assert self._driver
        try:
            with (
                self._explain_errors(f"the connection broke; {UNFINISHED}"),
                self._driver.session(database=self._database) as session,
            ):
                return _retry(session, query, {"rows": rows, **parameters})
        except UnicodeEncodeError:  # half a character: UTF-8 cannot say it
            return self.send(query, [*map(replace_surrogates_in, rows)], **parameters)
        except _OutOfMemory as error:
            if len(rows) == 1:
                raise self._error(error.error, "") from error
        half = len(rows) // 2
        first, second = (self.send(query, part, **parameters) for part in (rows[:half], rows[half:]))
        return Written(first.matched + second.matched, first.created + second.created)

    def _log_in(self) -> None:
        self.close()
        logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what is raised says it, in one line
        auth = Auth("basic", self._user or DEFAULT_USER, self._password) if self._password else None
        self._driver = GraphDatabase.driver(
            self._address,
            auth=auth,
            user_agent="mlk-export",
            connection_timeout=CONNECT,
            connection_acquisition_timeout=ANSWER,
            max_transaction_retry_time=RETRIES,
            notifications_min_severity="OFF",
        )
        self._driver.verify_connectivity()

    def _ask_password(self) -> None:
        """Ask for the password on a terminal."""
        if not sys.stdin.isatty():
            raise ExportError(f"{PASSWORD} is not set; {USERNAME} and {PASSWORD} go together")
        self._user = self._user or DEFAULT_USER
        self._password = getpass(f"Password of {self._user} at {self.host}: ")

    @contextmanager
    def _explain_errors(self, unreachable: str) -> Iterator[None]:
        """Say in plain words what the driver raises."""
        try:
            yield
        except (Neo4jError, DriverError) as error:
            raise self._error(error, unreachable) from error

    def _error(self, error: Neo4jError | DriverError, unreachable: str) -> ExportError:
        message = str(getattr(error, "message", None) or error).strip().split("\n")[0]
        if isinstance(error, ServiceUnavailable | SessionExpired):
            hint = unreachable
            if "certificate" in str(error).lower():
                hint = "its certificate is not trusted; +ssc instead of +s in the address trusts any"
        else:
            hint = HINTS.get(getattr(error, "code", None) or "", f"fix what it asks for; {UNFINISHED}")
        return ExportError(f"{self.public_address}: {hint} - it says: {message[:300]}")


class Written(NamedTuple):
    """What a query has done."""

    matched: int  # rows whose nodes were there
    created: int  # nodes and relationships that were not there before


class _OutOfMemory(Exception):  # noqa: N818 - no error yet
    """A transaction needs more memory than the server gives."""

    def __init__(self, error: TransientError) -> None:
        super().__init__(str(error))
        self.error = error


def _retry(session: Session, query: str, parameters: dict[str, Any]) -> Written:
    """Write, and try again as the driver's execute_write does, but not where memory is too small."""
    end, pause = time.monotonic() + RETRIES, 1.0
    while True:
        try:
            with session.begin_transaction() as transaction:
                written = _write(transaction, query, parameters)
                transaction.commit()
            return written
        except (Neo4jError, DriverError) as error:
            if isinstance(error, TransientError) and error.code == OUT_OF_MEMORY:
                raise _OutOfMemory(error) from error
            if not error.is_retryable() or time.monotonic() > end:
                raise
        time.sleep(pause)
        pause *= 2


def _write(transaction: Transaction, query: str, parameters: dict[str, Any]) -> Written:
    result = transaction.run(query, parameters)
    record = result.single(strict=True)
    counters = result.consume().counters
    return Written(int(record[0]), counters.nodes_created + counters.relationships_created)
