"""Where revisions have run: databases are asked, git is asked, and what a change of the graph means for either."""

from migfix.applied.following import cannot_follow, narrowed
from migfix.applied.knowledge import gather

__all__ = ["cannot_follow", "gather", "narrowed"]
