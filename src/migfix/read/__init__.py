"""Text to ops: revision files by `ast`, SQL strings by PostgreSQL's own parser, the project by its configuration."""

from migfix.read.revision import read_revision
from migfix.read.site import Batch, NotRevision, Reading, Site
from migfix.read.source import UnreadableFile, read_file

__all__ = ["Batch", "NotRevision", "Reading", "Site", "UnreadableFile", "read_file", "read_revision"]
