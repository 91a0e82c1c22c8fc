"""Fit the points of site boilerplate, `dedupe/boilerplate/weights.toml`, to labelled pages.

    python -m benchmarks.fit_weights [--write] [--folds N]

Inputs: the four sets of labelled pages beside the project (`../shared/corpora/web`). The evidence is that of the
package's own code, for the pages as they come. A line is boilerplate where at most 0.3 of its tokens stand in the
page's gold text, content from 0.7 on; others are left out, and so are known banners, which another rule takes.

Split: by site. Each of the folds is fitted on the other folds' sites and looked at on its own; what the shipped points
do, which are fitted on all sites, is printed beside that. `--across` leaves out a whole set at a time instead.

Fit: a logistic regression on the cases of all parts, with a ridge, and another one on the differences of cases beside
each other, so that points are smooth; lines weigh by the root of their characters, and content weighs more than
boilerplate (`COST`): what is lost is worse than what is left in. Points are tenths of the logarithm of odds, rounded;
those of a part are moved so that they are 0 on average.

Cuts are said, one for each size of a site (`CUTS`).

Result: the weights with `--write`; on stdout, for each set, the share of content kept, the share of boilerplate removed
and the token F1 at each cut, lines counted by characters, for this rule and BPL202 together. `make quality` says what
the whole tool does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

from benchmarks.measuring import CHECKOUT
from dedupe.boilerplate.evidence import PARTS
from dedupe.boilerplate.labels import labels_of
from dedupe.boilerplate.scoring import (
    ABOVE,
    NO_BANNER,
    OTHER_BANNER,
    SITE_SIZES,
    SIZE_NAMES,
    WEIGHTS_PATH,
    is_own_prose,
    is_well_known,
    may_go,
    of_large_site,
)
from dedupe.corpus.first_pass import read_corpus
from dedupe.corpus.site import evidence_of, group_lines, lone_lines
from dedupe.kernels.search_structures import CASES
from dedupe.limits import Limits
from dedupe.normalizing import tokens_of
from dedupe.progress import Silence
from dedupe.reading import discover
from dedupe.reading.opening import read_text
from dedupe.settings import BoilerplateChoice, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dedupe.corpus.columns import Columns

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

FOLDER = CHECKOUT / ".." / "shared" / "corpora" / "web"
SETS = ("cleanportaleval", "daniel", "dragnet", "wcxb_dev")
SET_WEIGHTS = {"cleanportaleval": 3.0}
"""It has 71 pages."""
COST = 6.0
"""What a line of content weighs beside one of boilerplate."""
OWN_PROSE_WEIGHT = 0.3
"""What a line weighs that only the thorough choice may take."""
FRAME = 46
"""Said, not fitted: a frame goes around small articles as well, of which there are few here."""
RIDGE, ROUGHNESS, MAX_STEPS, SMALL_STEP = 3.0, 3.0, 12, 0.003
CONTENT, BOILERPLATE = 0.7, 0.3
MIN_COMMON = 5
"""Content that so many pages of a site hold counts nowhere, as in score_web.py."""
CUTS = {"careful": (20, 17, 27, 4), "balanced": (11, 5, 10, -4), "thorough": (-13, -13, -10, -10)}
"""By setting, for sites of the sizes `SITE_SIZES`."""
HEAD = (
    "# The points of site boilerplate (BPL201), in tenths of the natural logarithm of odds, fitted to labelled pages:",
    "# `python -m benchmarks.fit_weights --write` says how, boilerplate/evidence.py what the parts are.",
    "# A line goes when `base` and its points sum up to the cut.",
    "",
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of labelled pages, an entry each.

    `codes`, of shape (n, parts); `page` and `site` are numbers, `set_of` by page that of its set. `careful`, `balanced`
    and `thorough`: the guards let the line go. `known`: another rule takes it. `gold_tokens` by page counts those of
    its gold text.
    """

    codes: npt.NDArray[np.uint8]
    page: Ints
    site: Ints
    label: Floats
    characters: Ints
    tokens: Ints
    votes: Ints
    voters: Ints
    is_own_prose: npt.NDArray[np.bool_]
    careful: npt.NDArray[np.bool_]
    balanced: npt.NDArray[np.bool_]
    thorough: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    set_of: Ints
    gold_tokens: Ints
    names: Sequence[str]
    text: Sequence[str]


def categories_of(columns: Columns) -> set[str]:
    return {str(dict(dropped.evidence)["category"]) for dropped in columns.known.values()}


def read_lines(folder: Path) -> tuple[Lines, list[str]]:
    """Return the lines of all sets, with the evidence for them."""
    corpora = []
    for name in SETS:
        sources = sorted(discover([folder / name / "pages"]).sources, key=lambda source: source.name.encode())
        columns, _ = read_corpus(
            sources, settings=Settings(), read=read_text, progress=Silence(), jobs=2, room=Limits().room()
        )
        corpora.append((name, columns))
    categories = [
        NO_BANNER,
        OTHER_BANNER,
        *sorted(set().union(*(categories_of(each) for _, each in corpora))),
    ]
    parts: defaultdict[str, list[npt.NDArray[np.generic]]] = defaultdict(list)
    set_of: list[int] = []
    gold_tokens: list[int] = []
    names: list[str] = []
    texts: list[str] = []
    sites = 0
    for number, (name, columns) in enumerate(corpora):
        banner_of = np.zeros(len(columns.keys), dtype=np.uint8)
        for key, dropped in columns.known.items():
            banner_of[key] = categories.index(str(dict(dropped.evidence)["category"]))
        scored = {
            entry["id"]: entry["score"]
            for entry in map(json.loads, (folder / name / "manifest.jsonl").read_text().splitlines())
        }
        groups = defaultdict(list)
        for member, document in enumerate(columns.documents):
            groups[document.source.group].append(member)
        for members in groups.values():
            left = np.ones(len(columns), dtype=np.bool_)
            look = group_lines if len(members) > 1 else lone_lines
            group = look(columns, members, left, banner_of)
            everything = np.ones(len(group.lines), dtype=np.bool_)
            codes, _ = evidence_of(group, columns.keys, everything)
            in_scraped = np.repeat(group.is_scraped, np.diff(group.bounds))
            parts["codes"].append(codes)
            parts["page"].append(np.repeat(len(set_of) + np.arange(len(members)), np.diff(group.bounds)))
            parts["site"].append(np.full(len(group.lines), sites))
            parts["votes"].append(group.votes.astype(np.int64))
            parts["voters"].append(np.full(len(group.lines), group.voters))
            own = is_own_prose(
                votes=group.votes,
                tokens=group.tokens,
                is_sentence=group.is_sentence,
                is_well_known=is_well_known(group.voters, is_guessed=False),
            )
            parts["is_own_prose"].append(own)
            for choice in get_args(BoilerplateChoice):
                goes = may_go(
                    is_frame=codes[:, PARTS.index("frame")] > 0,
                    is_scraped=in_scraped,
                    is_carried=group.is_carried,
                    is_own_prose=own,
                    choice=choice,
                )
                parts[choice].append(goes & (group.banners == 0))
            parts["known"].append(group.banners > 0)
            parts["tokens"].append(columns.keys.tokens[group.keys].astype(np.int64))
            sites += 1
            for member, first, stop in zip(members, group.bounds[:-1], group.bounds[1:], strict=True):
                page = columns.documents[member].name.rsplit("/", 1)[-1].removesuffix(".txt")
                raw = columns.documents[member].source.read().decode("utf-8", "replace").split("\n")
                set_of.append(number)
                names.append(f"{name}/{page}")
                rows = columns.first_line[group.lines[first:stop]].astype(np.int64) - 1
                texts += [raw[row] for row in rows]
                parts["characters"].append(np.array([len(raw[row]) for row in rows], dtype=np.int64))
                if scored.get(page):
                    labels = np.array(
                        (folder / name / "labels" / f"{page}.txt").read_text().split(), dtype=float
                    )
                    parts["label"].append(labels[rows])
                    gold = (folder / name / "gold" / f"{page}.txt").read_text(
                        encoding="utf-8", errors="replace"
                    )
                    gold_tokens.append(len(tokens_of(gold)))
                else:
                    parts["label"].append(np.full(len(rows), np.nan))
                    gold_tokens.append(0)
    joined = {key: np.concatenate(each) for key, each in parts.items()}
    return Lines(
        **joined, set_of=np.array(set_of), gold_tokens=np.array(gold_tokens), names=names, text=texts
    ), categories


def is_boilerplate(lines: Lines) -> npt.NDArray[np.bool_]:
    return np.asarray(lines.label <= BOILERPLATE)


def is_content(lines: Lines) -> npt.NDArray[np.bool_]:
    return np.asarray((lines.label >= CONTENT) & (lines.votes < MIN_COMMON))


def weights_of(lines: Lines) -> Floats:
    """Return what each line weighs in the fit."""
    by_set = np.array([SET_WEIGHTS.get(name, 1.0) for name in SETS])
    weights = np.sqrt(np.maximum(lines.characters, 1)) * by_set[lines.set_of[lines.page]]
    weights *= np.where(is_boilerplate(lines), 1.0, COST) * np.where(
        lines.is_own_prose, OWN_PROSE_WEIGHT, 1.0
    )
    return np.asarray(weights)


def fit(codes: npt.NDArray[np.uint8], is_positive: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """Return the coefficients of a logistic regression: `CASES` for each part, and the intercept behind them.

    Newton's method; the matrix of second derivatives is made of tables of two parts' cases.
    """
    parts = codes.shape[1]
    size = parts * CASES
    indices = codes.astype(np.int64)
    indices[:, PARTS.index("frame")] = 0
    places = indices + np.arange(parts) * CASES
    weights = weights / weights.mean()
    found, ridge = np.zeros(size + 1), _ridge(codes)
    for _ in range(MAX_STEPS):
        chance = 1 / (1 + np.exp(-found[size] - found[places].sum(axis=1)))
        missed, curved = weights * (is_positive - chance), weights * chance * (1 - chance) + 1e-9
        slope = np.zeros(size + 1)
        matrix = np.zeros((size + 1, size + 1))
        for one in range(parts):
            here = slice(one * CASES, (one + 1) * CASES)
            slope[here] = np.bincount(indices[:, one], weights=missed, minlength=CASES)
            sums = np.bincount(indices[:, one], weights=curved, minlength=CASES)
            matrix[here, here], matrix[here, size], matrix[size, here] = np.diag(sums), sums, sums
            for other in range(one):
                there = slice(other * CASES, (other + 1) * CASES)
                both = indices[:, one] * CASES + indices[:, other]
                table = np.bincount(both, weights=curved, minlength=CASES**2).reshape(CASES, CASES)
                matrix[here, there], matrix[there, here] = table, table.T
        slope[size], matrix[size, size] = missed.sum(), curved.sum()
        step = np.linalg.solve(matrix + ridge, slope - ridge @ found)
        found += step
        if np.abs(step).max() < SMALL_STEP:
            break
    return found


def _ridge(codes: npt.NDArray[np.uint8]) -> Floats:
    """Return the penalty on coefficients, and on differences between those of cases beside each other."""
    size = codes.shape[1] * CASES
    ridge = np.diag(np.r_[np.full(size, RIDGE), 1e-6])
    for part, most in enumerate(codes.max(axis=0).tolist()):
        for here in range(part * CASES, part * CASES + most):
            ridge[[here, here + 1], [here, here + 1]] += ROUGHNESS
            ridge[[here, here + 1], [here + 1, here]] -= ROUGHNESS
    return ridge


def points_from(found: Floats, codes: npt.NDArray[np.uint8]) -> tuple[int, Ints]:
    """Return the base and the points, of shape (parts, `CASES`); those of each part are 0 on average."""
    table = found[:-1].reshape(-1, CASES).copy()
    base = found[-1]
    for part, row in enumerate(table):
        counts = np.bincount(codes[:, part], minlength=CASES)
        average = float((row * counts).sum() / counts.sum())
        row[counts > 0] -= average
        base += average
    points = np.rint(10 * table).astype(np.int64)
    points[PARTS.index("frame")] = [0, FRAME, *(0,) * (CASES - 2)]
    return round(10 * base), points


def scores(base: int, points: Ints, codes: npt.NDArray[np.uint8]) -> Ints:
    return np.asarray(base + sum(row[codes[:, part]] for part, row in enumerate(points)))


def figures(lines: Lines, gone: npt.NDArray[np.bool_]) -> list[tuple[float, float, float, int]]:
    """Return for each set the share of content kept and of boilerplate removed, F1, and the harmed pages."""
    pages = len(lines.set_of)
    stays = ~gone

    def summed(values: npt.NDArray[np.generic]) -> Floats:
        return np.asarray(np.bincount(lines.page, weights=values.astype(float), minlength=pages), dtype=float)

    content, boilerplate = lines.characters * is_content(lines), lines.characters * is_boilerplate(lines)
    kept_here, content_here = summed(content * stays), summed(content)
    have = summed(lines.tokens * stays)
    both = np.minimum(summed(lines.tokens * stays * np.nan_to_num(lines.label)), lines.gold_tokens)
    f1 = 2 * both / np.maximum(1, have + lines.gold_tokens)
    found = []
    for number in range(len(SETS)):
        here = (lines.set_of == number) & (lines.gold_tokens > 0)
        kept, removed = (
            kept_here[here].sum() / content_here[here].sum(),
            1 - (summed(boilerplate * stays)[here].sum() / summed(boilerplate)[here].sum()),
        )
        has = here & (content_here > 0)
        found.append((kept, removed, f1[here].mean(), int((kept_here[has] < 0.9 * content_here[has]).sum())))
    return found


def spelled(base: int, points: Ints, categories: Sequence[str]) -> str:
    """Return the weights as TOML."""
    lines = [*HEAD, f"base = {base}", "", *_spelled_cuts()]
    for part, row in zip(PARTS, points, strict=True):
        lines += ["", f'[points."{part}"]']
        labels = (*categories, *map(of_large_site, categories)) if part == ABOVE else labels_of(part)
        lines += [f'"{label}" = {row[code]}' for code, label in enumerate(labels) if label]
    return "\n".join(lines) + "\n"


def _spelled_cuts() -> list[str]:
    lines = []
    for choice, cuts in CUTS.items():
        lines += [
            f"[cuts.{choice}]",
            *(f'"{n}" = {cut}' for n, cut in zip(SIZE_NAMES, cuts, strict=True)),
            "",
        ]
    return lines[:-1]


def say(title: str, lines: Lines, score: Ints) -> None:
    """Print figures at each cut."""
    size = np.searchsorted(SITE_SIZES, lines.voters, side="right") - 1
    for choice, cuts in CUTS.items():
        gone = lines.known | ((score >= np.array(cuts)[size]) & getattr(lines, choice))
        shown = "  ".join(
            f"{kept:.4f}/{removed:.3f}/{f1:.3f}/{harmed}"
            for kept, removed, f1, harmed in figures(lines, gone)
        )
        sys.stdout.write(f"{title:<14} {choice:<9} {shown}\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    parser.add_argument("--folds", type=int, default=3, help="parts that the sites are divided into")
    parser.add_argument("--across", action="store_true", help="leave out one set at a time instead of sites")
    options = parser.parse_args()
    lines, categories = read_lines(FOLDER)
    used = (is_boilerplate(lines) | is_content(lines)) & ~lines.known
    weights = weights_of(lines)

    def fitted(chosen: npt.NDArray[np.bool_]) -> tuple[int, Ints]:
        codes = lines.codes[chosen]
        return points_from(fit(codes, is_boilerplate(lines)[chosen], weights[chosen]), codes)

    sys.stdout.write(f"{'':24} {'  '.join(f'{name:<22}' for name in SETS)}\n")
    base, points = fitted(used)
    say("all sites", lines, scores(base, points, lines.codes))
    fold = lines.set_of[lines.page] if options.across else lines.site % options.folds
    left_out = np.zeros(len(lines.page), dtype=np.int64)
    for number in range(int(fold.max()) + 1):
        here = fold == number
        left_out[here] = scores(*fitted(used & ~here), lines.codes[here])
    say("left out", lines, left_out)
    if options.write:
        WEIGHTS_PATH.write_text(spelled(base, points, categories), encoding="utf-8")


if __name__ == "__main__":
    main()
