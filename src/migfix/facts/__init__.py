"""What each operation does to a live PostgreSQL table; every entry is proven by a server test."""

from migfix.facts.effects import Effect, blocked_by, effect

__all__ = ["Effect", "blocked_by", "effect"]
