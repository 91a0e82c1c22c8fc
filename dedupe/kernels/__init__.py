"""Arrays in, arrays out: the arithmetic that is done for millions of shingles at once."""
