"""Proof on a real PostgreSQL: judges what a migration does to a database, knows nothing of the rules that rewrote it."""

from migfix.verify.baseline import Question
from migfix.verify.binaries import Binaries, chosen_server, installed_servers
from migfix.verify.equality import Failure, Proof, prove
from migfix.verify.migrate import Order, Run, Runner, Statement
from migfix.verify.server import Server
from migfix.verify.trace import BlockingScan, Trace, traced

__all__ = [
    "Binaries",
    "BlockingScan",
    "Failure",
    "Order",
    "Proof",
    "Question",
    "Run",
    "Runner",
    "Server",
    "Statement",
    "Trace",
    "chosen_server",
    "installed_servers",
    "prove",
    "traced",
]
