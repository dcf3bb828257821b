"""A refusal reaches the client in its own words, and not as a fault of the server with a traceback."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from lsprotocol.types import LSPErrorCodes
from pygls.exceptions import JsonRpcException

from migfix.errors import MigfixError
from migfix.lsp.edits import TextMoved

P = ParamSpec("P")
T = TypeVar("T")


def spoken(answer: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The same answer to a request; what it raises as MigfixError becomes the request's error."""

    @wraps(answer)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await answer(*args, **kwargs)
        except TextMoved as refusal:
            raise JsonRpcException(str(refusal), LSPErrorCodes.ContentModified) from refusal
        except MigfixError as refusal:
            raise JsonRpcException(str(refusal), LSPErrorCodes.RequestFailed) from refusal

    return run
