"""The errors this package raises on purpose; each has a slug and tells file, fault and cure."""

from __future__ import annotations


class DedupeError(Exception):
    """Something the caller can mend.

    The message reads `PATH: what is wrong; what to do`, in lower case and without a full stop. `slug` names
    the paragraph of `docs/messages.md` that says more. Bugs of our own are never `DedupeError`: they crash.
    """

    slug = "error"


class UsageError(DedupeError):
    """The request contradicts itself or asks for what cannot be done; nothing was read or written."""

    slug = "usage"


class ConfigurationError(UsageError):
    """A configuration file or a `key=value` is wrong."""

    slug = "configuration"


class OutputRefused(UsageError):
    """Writing there would endanger the input or something that is not ours."""

    slug = "output-refused"


class FolderLocked(DedupeError):
    """Another run holds the output folder."""

    slug = "folder-locked"


class WriteFailed(DedupeError):
    """The system refused a write; what was half-written has been removed."""

    slug = "write-failed"


class SpillFailed(DedupeError):
    """The temporary folder did not take what does not fit into memory; nothing of it stays there."""

    slug = "spill-failed"


class SelfCheckFailed(DedupeError):
    """What goes could not be had back: a bug here, or a document that changed; found before anything was published."""

    slug = "self-check-failed"


class PlanError(DedupeError):
    """A plan cannot be used: truncated, edited, foreign, of a newer schema, or without the removed text."""

    slug = "plan"


class BaselineError(DedupeError):
    """A baseline cannot be used: missing, damaged, left in conflict by a merge, of other settings or newer."""

    slug = "baseline"


class InputUnreadable(DedupeError):
    """With `--on-error fail`: an input could not be read."""

    slug = "input-unreadable"


def what_failed(error: OSError) -> str:
    """Return what the system said, in lower case: `no space left on device`."""
    said = error.strerror or str(error) or type(error).__name__
    return said[:1].lower() + said[1:]
