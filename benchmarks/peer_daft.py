"""Write MinHash signatures of documents with Daft; runs in Daft's own environment."""

from __future__ import annotations

import sys

import daft
from daft.functions import minhash


def main(documents: str, out: str) -> None:
    """Read JSON lines with `id` and `text`, write `id` and 128 permutations of shingles of 5 words."""
    texts = daft.read_json(f"{documents}/*.jsonl")
    signature = minhash(texts["text"], num_hashes=128, ngram_size=5, hash_function="xxhash")
    texts.with_column("signature", signature).select("id", "signature").write_parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
