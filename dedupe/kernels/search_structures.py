"""The structures of the kernels that search and vote, field by field as they declare them."""

from __future__ import annotations

import ctypes

from dedupe.kernels.structures import Held

CASES = 64
"""A part of the evidence for a line has fewer cases than these."""


class VoteLimits(ctypes.Structure):
    """The named constants of boilerplate/frequency.py."""

    _fields_ = (
        ("long_tokens", ctypes.c_int32),
        ("prose_tokens", ctypes.c_int32),
        ("max_subheads", ctypes.c_int32),
        ("min_own_limit", ctypes.c_int32),
        ("max_sharers", ctypes.c_int32),
        ("max_notice", ctypes.c_int32),
        ("min_notice_votes", ctypes.c_int32),
        ("enough_shared", ctypes.c_int32),
        ("max_own_share", ctypes.c_double),
        ("same_document_share", ctypes.c_double),
    )


class EvidenceLimits(Held):
    """The named constants of boilerplate/evidence.py, and the points of boilerplate/scoring.py."""

    _fields_ = (
        ("prose_tokens", ctypes.c_int32),
        ("long_tokens", ctypes.c_int32),
        ("many_votes", ctypes.c_int32),
        ("min_frame_votes", ctypes.c_int32),
        ("min_long_votes", ctypes.c_int32),
        ("near_banners", ctypes.c_int32),
        ("near_lines", ctypes.c_int32),
        ("large_site", ctypes.c_int32),
        ("banner_kinds", ctypes.c_int32),
        ("padding", ctypes.c_int32),
        ("edges", ctypes.c_void_p),
        ("bounds", ctypes.c_void_p),
        ("points", ctypes.c_void_p),
    )


class SearchLimits(Held):
    """The named constants of repeats.py, candidates.py and containment.py, and what the settings say."""

    _fields_ = (
        ("max_comparisons", ctypes.c_int32),
        ("max_compared_tokens", ctypes.c_int32),
        ("max_refusals", ctypes.c_int32),
        ("template_instances", ctypes.c_int32),
        ("min_contained_tokens", ctypes.c_int32),
        ("min_stretch", ctypes.c_int32),
        ("stride", ctypes.c_int32),
        ("slack", ctypes.c_int32),
        ("max_positions", ctypes.c_int32),
        ("detects_exact", ctypes.c_uint8),
        ("strips_exact", ctypes.c_uint8),
        ("detects_near", ctypes.c_uint8),
        ("detects_contained", ctypes.c_uint8),
        ("threshold", ctypes.c_double),
        ("min_contained_share", ctypes.c_double),
        ("decisive", ctypes.c_void_p),
        ("decisive_count", ctypes.c_int64),
    )


class SearchEvent(ctypes.Structure):
    """What a search for repeats stops at, to be judged."""

    _fields_ = (
        ("passage", ctypes.c_int64),
        ("survivor", ctypes.c_int64),
        ("both", ctypes.c_int64),
        ("either", ctypes.c_int64),
        ("start", ctypes.c_int64),
        ("end", ctypes.c_int64),
        ("place", ctypes.c_int64),
        ("uncovered_count", ctypes.c_int64),
        ("survivor_count", ctypes.c_int64),
        ("token_count", ctypes.c_int64),
        ("uncovered", ctypes.POINTER(ctypes.c_uint32)),
        ("survivors", ctypes.POINTER(ctypes.c_int32)),
        ("owners", ctypes.POINTER(ctypes.c_int32)),
        ("offsets", ctypes.POINTER(ctypes.c_uint32)),
    )


class Sweep(Held):
    """What a sweep over many documents reads and writes; see native/sweeping.h."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in ("bounds", "keys", "first_line", "last_line", "traits", "gone")
        ),
        *((name, ctypes.c_void_p) for name in ("token_count", "token_start", "token_hashes", "slacks")),
        ("limits", SearchLimits),
        ("min_run_tokens", ctypes.c_int32),
        ("min_stanza_lines", ctypes.c_int32),
        ("max_searches", ctypes.c_int32),
        ("exact_rule", ctypes.c_uint8),
        ("is_later", ctypes.c_uint8),
        *((name, ctypes.c_void_p) for name in ("rules", "reported", "is_boilerplate", "survivor", "run")),
    )


class Begun(ctypes.Structure):
    """A search that has come upon something to be judged; see native/sweeping.h."""

    _fields_ = (("search", ctypes.c_void_p), ("kind", ctypes.c_int64), ("event", SearchEvent))


class ShareLimits(ctypes.Structure):
    """What the search across documents goes by."""

    _fields_ = (
        ("max_comparisons", ctypes.c_int32),
        ("detects_exact", ctypes.c_uint8),
        ("detects_near", ctypes.c_uint8),
        ("strips_near", ctypes.c_uint8),
        ("is_guarded", ctypes.c_uint8),
        ("threshold", ctypes.c_double),
    )


class ShareEvent(ctypes.Structure):
    """A pair that a guarded search across documents stops at."""

    _fields_ = (
        ("paragraph", ctypes.c_int64),
        ("copy", ctypes.c_int64),
        ("both", ctypes.c_int64),
        ("either", ctypes.c_int64),
    )
