from __future__ import annotations

import hashlib
from dataclasses import replace

from dedupe.cli.preview import Preview, folds, totals_by_rule
from dedupe.model import Cut, Edit, Finding, Place, Totals
from dedupe.reports.layout import Line, cells, excerpt, fitted, listed
from dedupe.reports.wording import counted, size

BODY = "The ferry to the island runs twice a day from April on, the harbour master said."


def shown(lines: list[Line] | tuple[Line, ...]) -> str:
    return "".join("".join(span.text for span in line).rstrip() + "\n" for line in lines)


def an_edit(
    lines: list[str],
    gone: dict[int, str],
    *,
    stays: dict[int, int] | None = None,
    name: str = "page.txt",
    findings: tuple[Finding, ...] = (),
    spared: str = "",
) -> Edit:
    """Return the edit of a document of `lines` where the lines in `gone` (from 1) go by the rule given."""
    raw = "".join(f"{line}\n" for line in lines).encode()
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()) + 1)

    def place(line: int) -> Place:
        return Place(name, starts[line - 1], starts[line], line, line)

    cuts = tuple(
        Cut(
            f"id{line}", name, starts[line - 1], starts[line], line, line, rule, 1.0, (),
            (place(stays[line]),) if stays and line in stays else (),
            raw[starts[line - 1] : starts[line]], lines[line - 1],
        )
        for line, rule in sorted(gone.items())
    )  # fmt: skip
    cleaned = b"".join(f"{text}\n".encode() for line, text in enumerate(lines, 1) if line not in gone)
    digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
    return Edit(
        name, raw, cleaned, digest, digest, "utf-8", False, "line", len(lines), cuts, findings, spared
    )


def preview_of(*edits: Edit, width: int = 80, rows: int | None = 8, most: int = 20) -> str:
    preview = Preview(width=width, rows=rows, most=most)
    for edit in edits:
        preview.take(edit)
    return shown(list(preview.lines()))


def test_an_article_shows_what_goes_why_and_which_copy_stays() -> None:
    lines = ["Subscribe", "#ffffff", "#000000", BODY, BODY[4:], "Kept.", BODY, BODY[4:]]
    gone = {1: "BPL202", 2: "BPL203", 3: "BPL203", 7: "DUP101", 8: "DUP101"}
    assert preview_of(an_edit(lines, gone, stays={7: 4, 8: 5})) == (
        "page.txt: 5 of 8 paragraphs removed\n"
        "  1    BPL202 known boilerplate  Subscribe\n"
        "  2–3  BPL203 page debris        #ffffff\n"
        "  7–8  DUP101 exact repeat       The ferry to the island ru…  stays at lines 4–5\n"
        "\n"
    )


def test_every_line_fits_80_columns_whatever_the_text() -> None:
    lines = [BODY * 20, "船" * 500, "x" * 500, BODY]
    gone = {1: "DUP103", 2: "DUP103", 3: "BPL201"}
    text = preview_of(an_edit(lines, gone, stays={1: 4, 2: 4}))
    assert max(cells(line) for line in text.splitlines()) <= 80


def test_cuts_of_one_rule_with_kept_text_between_them_are_not_folded() -> None:
    edit = an_edit(["a", "b", "c", "d"], {1: "BPL203", 2: "BPL203", 4: "BPL203"})
    assert [fold.lines for fold in folds(edit)] == ["1–2", "4"]


def test_copies_with_kept_text_between_them_are_told_apart() -> None:
    edit = an_edit(
        [BODY, "Kept.", "Also " + BODY, BODY, "Also " + BODY], {4: "DUP102", 5: "DUP102"}, stays={4: 1, 5: 3}
    )
    assert "stays at lines 1, 3" in preview_of(edit)


def test_a_copy_in_another_document_is_named() -> None:
    edit = an_edit([BODY], {1: "XDP301"})
    cut = replace(edit.cuts[0], survivors=(Place("b.txt", 0, 9, 3, 3),))
    edit = replace(edit, cuts=(cut,))
    assert "stays at line 3 of b.txt" in preview_of(edit, width=120)


def test_the_articles_that_lose_most_are_shown_in_their_order_and_the_others_counted() -> None:
    edits = [an_edit(["x" * n, "y"], {1: "BPL203"}, name=f"{i}.txt") for i, n in enumerate((5, 50, 7, 70, 1))]
    text = preview_of(*edits, most=2)
    assert [line.partition(":")[0] for line in text.splitlines() if ".txt" in line] == ["1.txt", "3.txt"]
    assert text.endswith("and 3 more articles (-v shows all)\n\n")


def test_an_article_that_loses_nothing_is_not_shown() -> None:
    assert preview_of(an_edit([BODY], {})) == ""


def test_more_rows_than_fit_are_counted() -> None:
    lines = [word for n in range(12) for word in ("5", f"Kept {n}.")]
    edit = an_edit(lines, dict.fromkeys(range(1, 24, 2), "BPL203"))
    assert preview_of(edit).endswith("  and 4 more paragraphs (-v shows all)\n\n")
    assert "more" not in preview_of(edit, rows=None)


def test_findings_are_one_line_a_rule() -> None:
    here, there = Place("page.txt", 0, 9, 1, 1), Place("b.txt", 0, 9, 1, 1)
    findings = tuple(Finding("XDP301", here, 1.0, (), (there, here)) for _ in range(12))
    findings += (Finding("DOC401", here, 1.0, (), (there,)),)
    assert preview_of(an_edit([BODY], {}, findings=findings)) == (
        "page.txt: nothing removed\n"
        "  found XDP301 shared paragraph, exact (12 paragraphs): b.txt\n"
        "  found DOC401 duplicate document, exact: b.txt\n"
        "\n"
    )


def test_a_spared_article_says_that_its_boilerplate_stays_while_repeats_may_go() -> None:
    edit = an_edit([BODY, BODY], {2: "DUP101"}, stays={2: 1}, spared="nothing would be left")
    assert preview_of(edit) == (
        "page.txt: 1 of 2 paragraphs removed\n"
        "  boilerplate left in: nothing would be left\n"
        "  2  DUP101 exact repeat       The ferry to the island runs tw…  stays at line 1\n"
        "\n"
    )


def test_names_and_texts_are_shown_literally_and_harmless() -> None:
    edit = an_edit(
        ["[red]x[/x] :smile: \x1b[2J\u202e", "Kept."], {1: "BPL203"}, name="a\x1b]0;x\x07\n[/wiki]\udcff.txt"
    )
    text = preview_of(edit)
    assert text == (
        "a\\x1b]0;x\\x07\\n[/wiki]\\udcff.txt: 1 of 2 paragraphs removed\n"
        "  1  BPL203 page debris        [red]x[/x] :smile: \\x1b[2J\\u202e\n"
        "\n"
    )


def test_totals_are_a_line_a_rule_in_the_order_of_the_rules() -> None:
    edit = an_edit([BODY, "5", BODY], {2: "BPL203", 3: "DUP101"}, stays={3: 1})
    assert shown(list(totals_by_rule(Totals.of(edit)))) == (
        "removed  DUP101 exact repeat         1 paragraph, 80 characters\n"
        "removed  BPL203 page debris          1 paragraph, 1 character\n"
    )


def test_the_width_of_wide_and_combining_characters_is_counted() -> None:
    assert [cells(text) for text in ("abc", "船", "e\u0301")] == [3, 2, 1]
    assert fitted("船船船", 5) == "船船…"
    assert fitted("abc", 3) == "abc"


def test_numbers_and_lists_read_as_people_say_them() -> None:
    assert [counted(1, "copy"), counted(1930, "copy"), counted(2, "document")] == [
        "1 copy",
        "1,930 copies",
        "2 documents",
    ]
    assert [listed(("a", "b"), 2), listed(("a", "b", "c"), 2)] == ["a, b", "a, b and 1 more"]
    assert [size(n) for n in (1, 999, 1000, 999_949, 999_950, 2_500_000, 10**9, 10**13)] == [
        "1 byte", "999 bytes", "1.0 kB", "999.9 kB", "1.0 MB", "2.5 MB", "1.0 GB", "10000.0 GB",
    ]  # fmt: skip
    assert excerpt("a\n  b\tc\x00") == "a b c\\x00"
