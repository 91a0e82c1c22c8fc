"""What the cases of the parts of the evidence are called, in the table of points and in explanations."""

from __future__ import annotations

from itertools import pairwise

from dedupe.boilerplate.evidence import EDGES


def labels_of(part: str) -> tuple[str, ...]:
    """Return what the cases of a part are called, by their codes; those of `banner above` are the pack's categories."""
    return _LABELS[part]


def _spans(measure: str, unit: str = "") -> list[str]:
    """Return names of the cases of a measure: the numbers from each edge to the next."""
    edges = EDGES[measure]
    inner = [f"{first}" if first + 1 == stop else f"{first} to {stop - 1}" for first, stop in pairwise(edges)]
    below = "0" if edges[0] == 1 else "1" if edges[0] == 2 else f"below {edges[0]}"
    return [f"{name}{unit}" for name in (below, *inner, f"{edges[-1]} or more")]


_LABELS: dict[str, tuple[str, ...]] = {
    "votes": (
        *(f"1 of {each}" for each in _spans("alone")),
        *(f"2 of {each}" for each in ("2", *_spans("pair")[1:])),
        *(f"3, {each}" for each in _spans("share", " %")),
        *(f"4 or more, {each}" for each in _spans("share", " %")),
    ),
    "neighbours": tuple(
        f"{n} beside a line of {who}" for who in ("one document", "several") for n in range(3)
    ),
    "length": tuple(f"{each}{end}" for each in _spans("tokens") for end in ("", ", a sentence")),
    "place": tuple(
        f"{place}{of}"
        for of in ("", ", a page alone")
        for place in (
            *("prose", "no prose in the page"),
            *(f"{where}, {each}" for where in ("between", "before", "after") for each in _spans("distance")),
        )
    ),
    "article": (
        "no prose",
        *("" for _ in range(5)),
        *(
            f"{passed} of {total} tokens"
            for total in _spans("prose")[1:]
            for passed in _spans("passed", " %")
        ),
    ),
    "banners near": tuple(_spans("banners")),
    "banners since": ("before the prose", *_spans("since")),
    "template": ("a page alone", *_spans("template")),
    "order": ("of several documents", *(f"line {each}" for each in _spans("order"))),
    "words": (
        "no prose",
        *(
            f"{shared} of {distinct} in the prose"
            for distinct in _spans("distinct")
            for shared in _spans("shared", " %")
        ),
    ),
    "page": tuple(
        f"{share} prose{of}" for of in ("", ", a page alone") for share in _spans("prose share", " %")
    ),
    "frame": ("no", "yes"),
    "prose near": tuple(
        f"{left} above, {right} below" for left in _spans("side") for right in _spans("side")
    ),
}
