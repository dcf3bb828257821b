"""Proof on a real PostgreSQL: judges what a migration does to a database, knows nothing of the rules that rewrote it."""

from migfix.verify.baseline import Question
from migfix.verify.binaries import Binaries, chosen_server, installed_servers
from migfix.verify.case import Case, Options
from migfix.verify.equality import Failure, Proof, prove
from migfix.verify.measure import measure
from migfix.verify.migrate import Order, Run, Runner, Statement
from migfix.verify.results import Lane, LockSpan, Measured, Step, Tick, TrafficError, TrafficResult
from migfix.verify.server import Server
from migfix.verify.session import Session
from migfix.verify.touched import touched_tables
from migfix.verify.trace import BlockingScan, Trace, traced
from migfix.verify.traffic import Traffic
from migfix.verify.verdict import Verdict

__all__ = [
    "Binaries",
    "BlockingScan",
    "Case",
    "Failure",
    "Lane",
    "LockSpan",
    "Measured",
    "Options",
    "Order",
    "Proof",
    "Question",
    "Run",
    "Runner",
    "Server",
    "Session",
    "Statement",
    "Step",
    "Tick",
    "Trace",
    "Traffic",
    "TrafficError",
    "TrafficResult",
    "Verdict",
    "chosen_server",
    "installed_servers",
    "measure",
    "prove",
    "touched_tables",
    "traced",
]
