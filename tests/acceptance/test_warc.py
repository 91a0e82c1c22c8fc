"""WARC and WET: what a crawler fetched comes out as a WET file of clean texts."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command_line import BODY, HEADLINE, a_file, tree
from run_here import dedupe_here as dedupe

warc = pytest.importorskip(
    "fastwarc.warc", reason="fastwarc is not installed here: pip install 'dedupe-text[warc]'"
)
pytest.importorskip(
    "resiliparse", reason="resiliparse is not installed here: pip install 'dedupe-text[warc]'"
)

REPEATED = "\r\n\r\n".join([HEADLINE, *BODY, *BODY]) + "\r\n"
ONCE = "\r\n\r\n".join([HEADLINE, *BODY]) + "\r\n"
PAGE = b"<html><body>" + b"".join(b"<p>%s</p>" % text.encode() for text in [HEADLINE, *BODY, *BODY])
HTTP = "application/http; msgtype=response"


def record(kind: str, number: int, body: bytes, media: str, *more: str, uri: str = "") -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{number:08}-0000-4000-8000-000000000000>",
    ]
    lines += ["WARC-Date: 2026-01-02T03:04:05Z", f"Content-Type: {media}"]
    lines += [f"WARC-Target-URI: {uri}"] * bool(uri) + list(more)
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}"])
    return head.encode() + b"\r\n\r\n" + body + b"\r\n\r\n"


def response(number: int, media: str, body: bytes, *headers: str) -> bytes:
    head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Type: {media}", *headers])
    uri = f"https://crawl{number}.example/page"
    return record("response", number, head.encode() + b"\r\n\r\n" + body, HTTP, uri=uri)


INFO = record("warcinfo", 1, b"software: written by hand\r\n", "application/warc-fields")
RESPONSES = (
    INFO,
    record(
        "request", 2, b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request", uri="https://a.example/"
    ),
    response(3, "text/html; charset=utf-8", PAGE),
    response(4, "text/html", gzip.compress(PAGE), "Content-Encoding: gzip"),
    response(5, "image/png", b"\x89PNG\r\n\x1a\n"),
    response(6, "text/plain", REPEATED.encode()),
    response(7, "text/html", PAGE, "Content-Encoding: gzip"),  # unpacked when it was stored
    record("metadata", 8, b"fetchTimeMs: 1\r\n", "application/warc-fields"),
)
TEXTS = (
    INFO,
    record(
        "conversion",
        2,
        REPEATED.encode(),
        "text/plain",
        "WARC-Block-Digest: sha1:OLD",
        uri="https://a.example/1",
    ),
    record(
        "conversion",
        3,
        b"Said once.\r\n",
        "text/plain",
        "WARC-Block-Digest: sha1:ITS",
        uri="https://a.example/2",
    ),
)


def parted(content: bytes) -> list[Any]:
    """Return kind, address, whether the digest fits, and the text of each record."""
    found = []
    for each in warc.ArchiveIterator(io.BytesIO(content), parse_http=False):
        fits = each.verify_block_digest()
        found.append(
            (str(each.record_type), each.headers.get("WARC-Target-URI"), fits, each.reader.read().decode())
        )
    return found


def compressed(records: Sequence[bytes]) -> bytes:
    return b"".join(gzip.compress(each, mtime=0) for each in records)


def test_responses_become_texts(tmp_path: Path) -> None:
    a_file(tmp_path / "a.warc", b"".join(RESPONSES))
    ran = dedupe("clean", "a.warc", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    ran.says("a.warc:3: 5 of 11 paragraphs removed").says("passed over: 4 without text")
    content = (tmp_path / "out" / "a.warc.wet").read_bytes()
    plain = ONCE.replace("\r\n", "\n")
    assert parted(content) == [
        ("warcinfo", None, False, "software: written by hand\r\n"),
        ("conversion", "https://crawl3.example/page", True, plain),
        ("conversion", "https://crawl4.example/page", True, plain),
        ("conversion", "https://crawl6.example/page", True, ONCE),
        ("conversion", "https://crawl7.example/page", True, plain),
    ]
    assert content.count(b"WARC-Refers-To: <urn:uuid:00000003-0000-4000-8000-000000000000>\r\n") == 1
    dedupe("clean", "-q", stdin=b"".join(RESPONSES)).exits(0).prints(content)
    dedupe("explain", "plan.jsonl", "a.warc:6:13", cwd=tmp_path).exits(0)
    dedupe("restore", "plan.jsonl", "-o", "back", cwd=tmp_path).exits(3).says("is not rebuilt")


def test_a_record_of_text_is_written_byte_for_byte_like_this() -> None:
    ran = dedupe("clean", "-q", stdin=INFO + response(6, "text/plain", b"Said once.\n")).exits(0)
    expected = (
        b"WARC/1.1\r\n"
        b"WARC-Type: conversion\r\n"
        b"WARC-Refers-To: <urn:uuid:00000006-0000-4000-8000-000000000000>\r\n"
        b"WARC-Date: 2026-01-02T03:04:05Z\r\n"
        b"WARC-Target-URI: https://crawl6.example/page\r\n"
        b"WARC-Record-ID: <urn:uuid:a8ae22db-936d-8e32-af51-95e114185e9f>\r\n"
        b"WARC-Block-Digest: sha1:FFQPFFXSI43ADFJ45IJOO7QBWTAKWPJZ\r\n"
        b"Content-Type: text/plain\r\n"
        b"Content-Length: 11\r\n\r\nSaid once.\n\r\n\r\n"
    )
    assert ran.stdout == INFO + expected
    without_an_id = (INFO + response(6, "text/plain", b"Said once.\n")).replace(
        b"WARC-Record-ID: <urn:uuid:00000006", b"X: <"
    )
    first, again = (dedupe("clean", "-q", stdin=without_an_id).exits(0).stdout for _ in range(2))
    assert first == again
    assert first.count(b"WARC-Record-ID: ") == 2
    assert b"WARC-Refers-To" not in first


def test_no_restore_is_proposed_of_what_was_written_anew_though_nothing_went(tmp_path: Path) -> None:
    a_file(tmp_path / "a.warc", INFO + response(6, "text/plain", b"Said once.\n"))
    ran = dedupe("clean", "a.warc", "-o", "out", "--plan", "plan.jsonl", cwd=tmp_path).exits(0)
    ran.says("nothing removed").says("next: dedupe report plan.jsonl --output-file report.html\n")


def test_fields_that_go_on_in_a_second_line_are_one() -> None:
    folded = b"X-Other: a\r\n WARC-Date: 1999-01-01T00:00:00Z\r\n\tContent-Length: 3\r\n"
    raw = INFO + response(6, "text/plain", b"Said once.\n")
    for before in (b"WARC-Target-URI: ", b"WARC-Date: "):
        at = raw.rindex(before)
        changed = raw[:at] + folded + raw[at:]
        assert (
            dedupe("clean", "-q", stdin=changed).exits(0).stdout
            == dedupe("clean", "-q", stdin=raw).exits(0).stdout
        )
    text = record("conversion", 2, REPEATED.encode(), "text/plain", "X-Other: a\r\n Content-Length: 3")
    clean = dedupe("clean", "-q", stdin=INFO + text).exits(0).stdout
    assert b"X-Other: a\r\n Content-Length: 3\r\n" in clean
    assert parted(clean)[1][3] == ONCE


def test_the_order_of_fields_does_not_matter() -> None:
    raw = INFO + response(6, "text/plain", b"Said once.\n")
    head, _, rest = raw[len(INFO) :].partition(b"\r\n\r\n")
    first, *fields = head.split(b"\r\n")
    expected = sorted(dedupe("clean", "-q", stdin=raw).exits(0).stdout.split(b"\r\n"))
    for turns in range(1, len(fields)):
        turned = [first, *fields[turns:], *fields[:turns]]
        changed = INFO + b"\r\n".join(turned) + b"\r\n\r\n" + rest
        assert sorted(dedupe("clean", "-q", stdin=changed).exits(0).stdout.split(b"\r\n")) == expected


def test_more_line_ends_between_records_stay_as_they_are() -> None:
    raw = TEXTS[0] + b"\r\n" + TEXTS[2] + b"\r\n\r\n" + TEXTS[0]
    assert dedupe("clean", "-q", stdin=raw).exits(0).stdout == raw


def test_the_last_record_may_lack_the_line_ends_behind_it() -> None:
    for lacking in (1, 2, 4):
        raw = b"".join(TEXTS[:2]) + TEXTS[2][:-lacking]
        clean = dedupe("clean", "-q", stdin=raw).exits(0).stdout
        assert clean.endswith(TEXTS[2])


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_many_pages_of_several_files_are_read(tmp_path: Path, jobs: str) -> None:
    for name in "ab":
        pages = [response(number, "text/html", b"<p>Page %d of it.</p>" % number) for number in range(2, 150)]
        a_file(tmp_path / "in" / f"{name}.warc", b"".join([INFO, *pages]))
    dedupe("clean", "in", "--format", "warc", "-o", "out", "-j", jobs, "-q", cwd=tmp_path).exits(0)
    for name in "ab":
        texts = [text for _, _, _, text in parted((tmp_path / "out" / f"{name}.warc.wet").read_bytes())]
        assert texts[1:] == [f"Page {number} of it.\n" for number in range(2, 150)]


def test_in_texts_only_what_something_went_from_changes(tmp_path: Path) -> None:
    raw = b"".join(TEXTS)
    a_file(tmp_path / "a.warc.wet", raw)
    dedupe("clean", "a.warc.wet", "-o", "out", "-q", cwd=tmp_path).exits(0)
    content = (tmp_path / "out" / "a.warc.wet").read_bytes()
    assert content.startswith(TEXTS[0])
    assert content.endswith(TEXTS[2])
    old = TEXTS[1].partition(b"\r\n\r\n")[0].splitlines()
    new = content[len(TEXTS[0]) :].partition(b"\r\n\r\n")[0].splitlines()
    changed = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    assert [one for one, _ in changed] == [
        b"WARC-Block-Digest: sha1:OLD",
        f"Content-Length: {len(REPEATED.encode())}".encode(),
    ]
    assert parted(content)[1] == ("conversion", "https://a.example/1", True, ONCE)


def test_clean_texts_stay_as_they_are(tmp_path: Path) -> None:
    raw = compressed((TEXTS[0], TEXTS[2]))
    a_file(tmp_path / "a.warc.wet.gz", raw)
    dedupe("clean", "a.warc.wet.gz", "-o", "out", "-q", cwd=tmp_path).exits(0)
    content = (tmp_path / "out" / "a.warc.wet.gz").read_bytes()
    assert gzip.decompress(content) == TEXTS[0] + TEXTS[2]
    again = dedupe("clean", "-q", stdin=content).exits(0)
    again.prints(content)


def test_compressed_each_record_is_a_member_of_its_own(tmp_path: Path) -> None:
    a_file(tmp_path / "a.warc.gz", compressed(RESPONSES))
    a_file(tmp_path / "b.warc", b"".join(RESPONSES))
    dedupe("clean", "a.warc.gz", "b.warc", "-o", "out", "-q", cwd=tmp_path).exits(0)
    content = (tmp_path / "out" / "a.warc.wet.gz").read_bytes()
    assert gzip.decompress(content) == (tmp_path / "out" / "b.warc.wet").read_bytes()
    records = list(warc.ArchiveIterator(io.BytesIO(content), parse_http=False))
    assert [content[each.stream_pos :][:2] for each in records] == [b"\x1f\x8b"] * 5


def test_as_json_lines_each_text_has_its_address() -> None:
    ran = dedupe("clean", "--stdout-format", "jsonl", "-q", stdin=b"".join(TEXTS)).exits(0)
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert lines == [
        {"name": "-:2", "id": "https://a.example/1", "text": ONCE},
        {"name": "-:3", "id": "https://a.example/2", "text": "Said once.\r\n"},
    ]


def test_sites_vote_by_the_host_of_the_address(tmp_path: Path) -> None:
    banner = "Give today and keep our newsroom free\r\n\r\n"
    pages = [
        record(
            "conversion", number, f"{banner}Report {number} from the harbour, the {number}th of its kind.\r\n".encode(),
            "text/plain", uri=f"https://x.example/{number}",
        )
        for number in range(2, 12)
    ]  # fmt: skip
    a_file(tmp_path / "a.wet", b"".join([INFO, *pages]))
    ran = dedupe("clean", "a.wet", "-o", "out", "--boilerplate", "thorough", cwd=tmp_path).exits(0)
    ran.says("BPL201")
    assert banner.strip().encode() not in (tmp_path / "out" / "a.wet").read_bytes()


def test_a_record_that_cannot_be_read_is_listed_and_the_others_go_on(tmp_path: Path) -> None:
    bad = response(9, "text/html", b"not in chunks at all", "Transfer-Encoding: chunked")
    large = record("conversion", 10, b"A long one. " * 1000, "text/plain", uri="https://a.example/large")
    a_file(tmp_path / "a.warc", b"".join([INFO, bad, large, TEXTS[1]]))
    ran = dedupe("clean", "a.warc", "-o", "out", "--max-document-bytes", "8K", cwd=tmp_path).exits(3)
    ran.says("error: a.warc:2: malformed: its HTTP response cannot be read")
    ran.says("error: a.warc:3: too large: its text is larger than --max-document-bytes")
    content = (tmp_path / "out" / "a.warc.wet").read_bytes()
    assert [each[:3] for each in parted(content)] == [
        ("warcinfo", None, False),
        ("conversion", "https://a.example/large", False),
        ("conversion", "https://a.example/1", True),
    ]
    assert large in content


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_file_that_is_cut_off_is_listed_and_nothing_is_written_for_it(tmp_path: Path, name: str) -> None:
    raw = compressed(TEXTS) if name.endswith(".gz") else b"".join(TEXTS)
    last = len(raw) - (len(compressed(TEXTS[2:])) if name.endswith(".gz") else len(TEXTS[2]))
    for length in (0, 10, 200, last - 50, last + 60, len(raw) - 10):
        a_file(tmp_path / name, raw[:length])
        ran = dedupe("clean", name, "-o", f"out{length}", cwd=tmp_path).exits(3)
        ran.says(f"error: {name}: damaged: ")
        assert [each for each in tree(tmp_path / f"out{length}") if not each.startswith(".dedupe")] == []


def test_a_bomb_in_a_response_is_stopped(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 100_000_000)
    a_file(tmp_path / "a.warc", INFO + response(2, "text/html", bomb, "Content-Encoding: gzip"))
    dedupe("clean", "a.warc", "-o", "out", "--max-document-bytes", "1M", cwd=tmp_path).exits(3).says(
        "too large"
    )
    packed = [
        response(number, "text/html", bomb[:60_000], "Content-Encoding: gzip") for number in range(2, 9)
    ]
    a_file(tmp_path / "b.warc", b"".join([INFO, *packed]))
    ran = dedupe("clean", "b.warc", "-o", "out2", "--max-expand", "2x", cwd=tmp_path).exits(3)
    ran.says("error: b.warc: too large: more comes out of it than --max-expand")


def test_in_place_is_refused(tmp_path: Path) -> None:
    a_file(tmp_path / "a.warc", b"".join(TEXTS))
    dedupe("clean", "a.warc", "--in-place", "--yes", cwd=tmp_path).exits(2).says(
        "error: a.warc: warc is read as text and never replaced; use --out-dir"
    )
    assert (tmp_path / "a.warc").read_bytes() == b"".join(TEXTS)
