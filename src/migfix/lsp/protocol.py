"""What pygls leaves open: a request that cannot be understood is answered too, so that no client waits for ever."""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification


class Protocol(LanguageServerProtocol):
    """The protocol of pygls, with an answer to every request."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" not in data or "method" not in data:
                raise
            self._send_response(data["id"], error=error.to_response_error())
            return JsonRPCNotification(method="$/answered", jsonrpc=self.VERSION, params=None)
