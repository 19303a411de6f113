"""One client, from greeting to goodbye: login, commands, their answers."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from starrocks_embedded.errors import StarRocksError, failure
from starrocks_embedded.metadata.accounts import account_for_login
from starrocks_embedded.prepared import PreparedStatement, prepare
from starrocks_embedded.result import Column, Result
from starrocks_embedded.session import Session
from starrocks_embedded.statements.use import select_catalog, select_database
from starrocks_embedded.timeouts import meant_error
from starrocks_embedded.wire import auth, packets
from starrocks_embedded.wire.resultset import Payloads, binary_rows, chunks, text_rows
from starrocks_embedded.wire.stream import ConnectionGone, PacketStream, PacketTooLarge, ProtocolError
from starrocks_embedded.wire.types import wire_type

if TYPE_CHECKING:
    from starrocks_embedded.catalog.model import User
    from starrocks_embedded.server import Server
    from starrocks_embedded.statements.registry import Statement

LOGIN_SECONDS = 10
COMMAND_BYTES = 1 << 30


class Conversation:
    def __init__(self, server: Server, stream: PacketStream, connection_id: int, host: str, port: int) -> None:
        self.server = server
        self.engine = server.engine
        self.stream = stream
        self.id = connection_id
        self.host = host
        self.port = port
        self.salt = auth.new_salt()
        self.session: Session | None = None
        self.prepared: dict[int, PreparedStatement] = {}
        self.statement_ids = 0
        self.open = True

    # ---- life

    def run(self) -> None:
        """Until the client leaves, is thrown out or breaks the protocol; nothing escapes but defects, to stderr."""
        try:
            if self._login():
                self._serve()
        except PacketTooLarge:
            self._last_words(1153, "Got a packet bigger than 'max_allowed_packet' bytes", "08S01")
        except (ConnectionGone, ProtocolError, TimeoutError):
            pass  # vanished clients and garbage are no news
        except Exception:
            traceback.print_exc(file=sys.stderr)
        finally:
            self._leave()

    def _serve(self) -> None:
        while self.open:
            payload = self.stream.read_command()
            self._command(payload)
            self.stream.flush()
            if self.session is not None and self.session.killed.is_set():
                return

    def _leave(self) -> None:
        self.engine.sessions.pop(self.id, None)
        self.stream.close()
        if self.session is not None:
            self.session.close()

    def _last_words(self, code: int, message: str, sqlstate: str) -> None:
        try:
            self.stream.write(packets.error(code, message, sqlstate))
            self.stream.flush()
        except ConnectionGone:
            pass

    # ---- login

    def _login(self) -> bool:
        stream = self.stream
        stream.set_timeout(LOGIN_SECONDS)
        stream.write(packets.greeting(self.server.greeting_version, self.id, self.salt, self.server.tls is not None))
        stream.flush()
        payload = stream.read()
        if self.server.tls is not None and packets.wants_tls(payload):
            stream.secure(self.server.tls)
            payload = stream.read()
        welcome = self._enter(packets.parse_login(payload))
        stream.set_timeout(None)
        stream.limit = COMMAND_BYTES
        stream.read_ahead()
        return welcome

    def _enter(self, login: packets.Login) -> bool:
        """Checks who it is and where they want to go; answers OK, or the refusal."""
        try:
            account = self._authenticate(login)
            self.server.admit(account.name)
            session = Session(self.engine, self.id, account.name, self.host)
            session.port = self.port
            self._replace_session(session)
            if login.database:
                use_database(session, login.database)
        except StarRocksError as error:
            self._refuse(error)
            self.stream.flush()
            return False
        self.stream.write(packets.ok())
        self.stream.flush()
        return True

    def _authenticate(self, login: packets.Login) -> User:
        account = account_for_login(self.engine, login.user, self.host)
        answer = login.answer
        if login.plugin != packets.NATIVE_PASSWORD and (answer or (account and account.password)):
            answer = self._switch_plugin()
        denied = StarRocksError(
            1045, f"Access denied for user '{login.user}' (using password: {'YES' if answer else 'NO'})", "28000"
        )
        if account is None or not auth.matches(account.password, self.salt, answer):
            raise denied
        return account

    def _switch_plugin(self) -> bytes:
        """Asks a client that began with another plugin for the only one there is."""
        self.stream.write(packets.auth_switch(self.salt))
        self.stream.flush()
        return self.stream.read()

    def _replace_session(self, session: Session) -> None:
        before, self.session = self.session, session
        session.disconnect = self._disconnect
        self.engine.sessions[self.id] = session
        if before is not None:
            before.close()

    def _disconnect(self) -> None:
        """KILL from another session."""
        self.open = False
        self.stream.close()

    # ---- commands

    def _command(self, payload: bytes) -> None:
        handler = HANDLERS.get(payload[0]) if payload else None
        if handler is None:
            return self._refuse(StarRocksError(1047, "Unknown command", "08S01"))
        try:
            handler(self, payload)
        except StarRocksError as error:
            self._refuse(error)
        except ProtocolError:
            self._refuse(StarRocksError(1835, "Malformed communication packet", "HY000"))
        except ConnectionGone:
            raise
        except RecursionError:
            self._refuse(failure("Unknown error"))
        except Exception as error:
            print(f"unexpected error in connection {self.id}: {self._doing()}", file=sys.stderr)  # noqa: T201
            traceback.print_exc(file=sys.stderr)
            self._refuse(failure(f"The embedded engine failed: {type(error).__name__}"))

    def _doing(self) -> str:
        return self.session.current_statement[:1000] if self.session else ""

    def _refuse(self, error: StarRocksError) -> None:
        self.stream.write(packets.error(error.code, error.message, error.sqlstate))

    def _ok(self) -> None:
        self.stream.write(packets.ok())

    @property
    def client(self) -> Session:
        if self.session is None:
            raise ProtocolError("a command before the login")
        return self.session

    def on_quit(self, _: bytes) -> None:
        self.open = False

    def on_ping(self, _: bytes) -> None:
        self._ok()

    def on_init_db(self, payload: bytes) -> None:
        words = packets.text(payload[1:]).split()
        if len(words) == 2 and words[0].lower() == "catalog":
            select_catalog(self.client, words[1])
        else:
            use_database(self.client, packets.text(payload[1:]))
        self._ok()

    def on_reset(self, _: bytes) -> None:
        self.client.reset()
        self.prepared.clear()
        self._ok()

    def on_change_user(self, payload: bytes) -> None:
        self.prepared.clear()
        if not self._enter(packets.parse_change_user(payload)):
            self.open = False

    def on_field_list(self, payload: bytes) -> None:
        """The columns of a table, for clients that complete names."""
        session = self.client
        name = packets.text(packets.Reader(payload, 1).until_nul())
        table = session.find_table((name,))
        if table is None:
            raise StarRocksError(5502, f"Unknown table '{name}'")
        for column in table.visible_columns:
            self.stream.write(self._definition(Column(column.name, column.type)) + b"\xfb")
        self.stream.write(packets.eof())

    # ---- statements

    def on_query(self, payload: bytes) -> None:
        text = packets.text(payload[1:])
        session = self.client
        self._run_all(self._parsed(session, text), text_rows)

    def _parsed(self, session: Session, text: str) -> Sequence[Statement]:
        try:
            return session.parse(text)
        except StarRocksError as error:
            self.server.log.failed(session, text, time.time(), error)
            raise

    def _run_all(self, statements: Sequence[Statement], protocol: Callable[[Sequence[Column]], Payloads]) -> None:
        session = self.client
        if not statements:  # nothing but semicolons
            self._ok()
        for index, statement in enumerate(statements):
            more = packets.MORE_RESULTS if index + 1 < len(statements) else 0
            self._run_one(session, statement, more, protocol)

    def _run_one(
        self, session: Session, statement: Statement, more: int, protocol: Callable[[Sequence[Column]], Payloads]
    ) -> None:
        log = self.server.log
        began = time.time()
        session.begin_statement(statement.text)
        try:
            result = session.execute(statement)
            rows = self._answer(result, more, protocol)
        except StarRocksError as caught:
            error = meant_error(session, caught)
            log.failed(session, statement.text, began, error, statement.preface)
            raise error from caught
        finally:
            session.end_statement()
        log.answered(session, statement.text, began, rows, statement.preface)

    def _answer(self, result: Result, status: int, protocol: Callable[[Sequence[Column]], Payloads]) -> int:
        stream = self.stream
        if result.columns is None:
            stream.write(packets.ok(result.affected, result.insert_id, status, result.warnings, result.info))
            return result.affected
        if result.kept is not None and protocol is text_rows and not status:
            result.kept = result.kept or self._spelled(result)
            stream.write_rows(result.kept)
            return len(result.kept) - len(result.columns) - 3
        stream.write(packets.lenenc_int(len(result.columns)))
        for column in result.columns:
            stream.write(self._definition(column))
        stream.write(packets.eof(status))
        encode = protocol(result.columns)
        count = 0
        for chunk in chunks(result.rows):
            stream.write_rows(encode(chunk))
            count += len(chunk)
        stream.write(packets.eof(status, result.warnings))
        return count

    def _spelled(self, result: Result) -> list[bytes]:
        """The payloads of a result that is given again and again."""
        columns = list(result.columns or ())
        head = [packets.lenenc_int(len(columns)), *map(self._definition, columns), packets.eof(0)]
        return [*head, *text_rows(columns)(list(result.rows)), packets.eof(0, result.warnings)]

    def _definition(self, column: Column) -> bytes:
        facts = wire_type(column, self.engine.version)
        return packets.column_definition(column.name, facts.code, facts.charset, facts.length, facts.decimals)

    # ---- prepared statements

    def on_prepare(self, payload: bytes) -> None:
        statement = prepare(self.client, packets.text(payload[1:]))
        self.statement_ids += 1
        self.prepared[self.statement_ids] = statement
        columns = [self._definition(column) for column in statement.columns]
        parameters = [packets.column_definition("?", 253, packets.BINARY, 0, 0)] * statement.parameters
        self.stream.write(packets.prepared(self.statement_ids, len(columns), len(parameters)))
        for definitions in (parameters, columns):
            if definitions:
                for definition in definitions:
                    self.stream.write(definition)
                self.stream.write(packets.eof())

    def on_execute(self, payload: bytes) -> None:
        reader = packets.Reader(payload, 1)
        statement = self._statement(reader.unpack("I"))
        reader.take(1 + 4)
        text = statement.bind(reader)
        self._run_all(self._parsed(self.client, text), binary_rows)

    def _statement(self, statement_id: int) -> PreparedStatement:
        found = self.prepared.get(statement_id)
        if found is None:
            raise StarRocksError(1243, f"Unknown prepared statement handler ({statement_id}) given to EXECUTE")
        return found

    def on_long_data(self, payload: bytes) -> None:
        reader = packets.Reader(payload, 1)
        found = self.prepared.get(reader.unpack("I"))
        if found is not None:  # the command has no answer, not even for a mistake
            found.append(reader.unpack("H"), reader.rest())

    def on_close_statement(self, payload: bytes) -> None:
        self.prepared.pop(packets.Reader(payload, 1).unpack("I"), None)

    def on_reset_statement(self, payload: bytes) -> None:
        self._statement(packets.Reader(payload, 1).unpack("I")).long_data.clear()
        self._ok()


HANDLERS: dict[int, Callable[[Conversation, bytes], Any]] = {
    packets.QUIT: Conversation.on_quit,
    packets.INIT_DB: Conversation.on_init_db,
    packets.QUERY: Conversation.on_query,
    packets.FIELD_LIST: Conversation.on_field_list,
    packets.PING: Conversation.on_ping,
    packets.CHANGE_USER: Conversation.on_change_user,
    packets.RESET_CONNECTION: Conversation.on_reset,
    packets.STMT_PREPARE: Conversation.on_prepare,
    packets.STMT_EXECUTE: Conversation.on_execute,
    packets.STMT_SEND_LONG_DATA: Conversation.on_long_data,
    packets.STMT_CLOSE: Conversation.on_close_statement,
    packets.STMT_RESET: Conversation.on_reset_statement,
}


def use_database(session: Session, name: str) -> None:
    """`database` or `catalog.database`, as at connect and in COM_INIT_DB."""
    catalog, _, database = name.rpartition(".")
    try:
        select_database(session, database, catalog)
    except StarRocksError as error:
        if error.code == 5501 and not session.engine.version.at_least("3.3"):
            raise StarRocksError(1049, error.message, "42000") from error
        raise
