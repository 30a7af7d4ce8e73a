"""A language server over its standard streams: as much of the protocol as it takes to ask for completions."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TIMEOUT = 60
"""Seconds for one answer; the first one includes indexing."""

JSON = Any  # Any: a message of the protocol


def _environment() -> dict[str, str]:
    """As if the environment of the tests were activated: servers take the `python` of the path for that of the project."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": sys.prefix}


class LanguageServer:
    """Starts the server in `folder`. `stop()` ends its process, whatever state it is in."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=_environment(),
        )
        self._answers: queue.Queue[JSON] = queue.Queue()
        self._asked = 0
        self._version = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        where = {"uri": folder.as_uri(), "name": folder.name}
        self.capabilities = self._ask(
            "initialize",
            {
                "processId": None,
                "rootUri": where["uri"],
                "workspaceFolders": [where],
                "capabilities": {"workspace": {"configuration": True, "workspaceFolders": True}},
            },
        )["capabilities"]
        self._tell("initialized", {})

    def complete(self, file: Path, text: str, line: int, column: int) -> list[str]:
        """What the editor would offer in `file`, with this text in it, at a position that counts from 0."""
        self._version += 1
        document = {"uri": file.as_uri(), "version": self._version}
        if self._version == 1:
            self._tell("textDocument/didOpen", {"textDocument": {**document, "languageId": "python", "text": text}})
        else:
            self._tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        position = {"line": line, "character": column}
        found = self._ask("textDocument/completion", {"textDocument": {"uri": document["uri"]}, "position": position})
        items = found["items"] if isinstance(found, dict) else found or []
        return [item["label"] for item in items]

    def stop(self) -> None:
        """End the process and wait for it."""
        os.killpg(self._process.pid, signal.SIGKILL)  # of the group: a launcher may have started the server
        self._process.wait()
        self._reader.join(5)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _ask(self, method: str, params: JSON) -> JSON:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                answer = self._answers.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"{method}: no answer within {TIMEOUT} s") from None
            if answer is None:
                raise RuntimeError(f"{method}: the server ended with {self._process.wait()}")
            if answer["id"] == self._asked:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _tell(self, method: str, params: JSON) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: JSON) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
            if header != b"\r\n":
                continue
            message = json.loads(stream.read(length))
            if "method" not in message:
                self._answers.put(message)
            elif "id" in message:  # a question of the server's: every item that it asks the settings for is empty
                items = message["params"].get("items") if message["method"] == "workspace/configuration" else None
                self._send({"id": message["id"], "result": [{} for _ in items] if items is not None else None})
        self._answers.put(None)
