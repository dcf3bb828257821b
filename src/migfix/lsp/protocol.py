"""What pygls leaves open: an answer to a request that cannot be understood, and the end of what it remembers."""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification, RPCMessage

MOST = 50
"""Messages in the making that are remembered before those that are done are forgotten."""


class Protocol(LanguageServerProtocol):
    """The protocol of pygls, with an answer to every request; what was handled is forgotten."""

    def handle_message(self, message: RPCMessage) -> None:
        super().handle_message(message)
        if len(self._request_futures) > MOST:  # pygls remembers every notification that a generator handled.
            for number in [n for n, future in self._request_futures.items() if future.done()]:
                del self._request_futures[number]

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" not in data or "method" not in data:
                raise
            self._send_response(data["id"], error=error.to_response_error())
            return JsonRPCNotification(method="$/answered", jsonrpc=self.VERSION, params=None)
