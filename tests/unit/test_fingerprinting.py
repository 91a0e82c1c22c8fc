"""Equal keys get one number, and only equal keys do."""

from __future__ import annotations

from dedupe.fingerprinting import EMPTY_KEY, KeyTable, digest_of


def test_keys_are_numbered_from_one_in_the_order_they_are_met() -> None:
    table = KeyTable()
    assert [table.number_of(key) for key in ("b", "a", "b", "c", "a")] == [1, 2, 1, 3, 2]


def test_the_empty_key_has_the_number_of_nothing() -> None:
    table = KeyTable()
    assert (table.number_of(""), table.tokens(EMPTY_KEY), table.token_count(EMPTY_KEY)) == (0, [], 0)


def test_a_table_gives_back_key_tokens_and_their_count() -> None:
    table = KeyTable()
    number = table.number_of("the old road")
    assert (table.key(number), table.tokens(number), table.token_count(number)) == (
        "the old road",
        ["the", "old", "road"],
        3,
    )


def test_the_length_counts_the_empty_key() -> None:
    table = KeyTable()
    table.number_of("a")
    assert len(table) == 2


def test_keys_whose_digests_collide_keep_their_own_numbers() -> None:
    table = KeyTable(digest=lambda key: len(key) % 2)
    keys = [f"key {'x' * (number % 7)} {number}" for number in range(200)]
    assert [table.number_of(key) for key in keys * 2] == [*range(1, 201)] * 2


def test_a_lone_surrogate_has_a_digest_of_its_own() -> None:
    assert digest_of("\udcff") != digest_of("\udcfe")


def test_the_digest_is_xxh3_128() -> None:
    assert f"{digest_of('a'):032x}" == "a96faf705af16834e6c632b61e964e1f"
