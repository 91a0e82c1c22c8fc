"""Sizes mean what people mean by them."""

from __future__ import annotations

import pytest

from dedupe.cli.sizes import bytes_of

K, M, G, T = (1024**power for power in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1500", 1500),
        ("1500B", 1500),
        ("1500K", 1500 * K),
        ("500M", 500 * M),
        ("500MiB", 500 * M),
        ("500mib", 500 * M),
        ("500MB", 500_000_000),
        ("500mb", 500_000_000),
        ("2G", 2 * G),
        ("2g", 2 * G),
        ("2GB", 2_000_000_000),
        ("1.5G", 3 * G // 2),
        ("1.5", 1),
        ("3T", 3 * T),
        ("999999999999999T", 999_999_999_999_999 * T),
    ],
)
def test_a_letter_counts_by_1024_and_with_b_behind_it_by_1000(text: str, size: int) -> None:
    assert bytes_of(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "M",
        "5X",
        "5 M",
        "-5M",
        "+5M",
        "5MM",
        "5Bi",
        "5iB",
        "1e9",
        "1,5G",
        ".5G",
        "5.",
        "5M\n",
        "٥M",
        "9" * 5000,
    ],
)
def test_what_is_no_size_has_none(text: str) -> None:
    assert bytes_of(text) is None
