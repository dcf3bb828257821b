"""Moves in the revision graph: the chain of small revisions, the follow-up, and the way back."""
