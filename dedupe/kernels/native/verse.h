/* Which paragraphs that are left of a document are verse: `verse_among` of dedupe/traits.py. */

static int64_t widest_gap(const uint32_t *first_line, const uint32_t *last_line, int64_t before, int64_t after) {
    const int64_t first = (int64_t)first_line[before + 1] - last_line[before];
    const int64_t last = (int64_t)first_line[after] - last_line[after - 1];
    return first > last ? first : last;
}

/* `left` are `count` numbers of paragraphs, ascending; `is_verse` gets an entry for each of them. */
EXPORT int64_t dedupe_verse(int64_t count, const uint32_t *left, const uint32_t *first_line, const uint32_t *last_line,
                            const uint8_t *traits, int32_t min_lines, uint8_t *is_verse) {
    int64_t start = 0, short_lines = 0, ending = 0;
    for (int64_t i = 0; i <= count; i++) {
        if (i == count || (i > start && widest_gap(first_line, last_line, left[i - 1], left[i]) > 1)) {
            const int64_t size = i - start;
            if (size >= min_lines && short_lines == size && 2 * ending <= size) memset(is_verse + start, 1, (size_t)size);
            start = i, short_lines = ending = 0;
        }
        if (i == count) break;
        const uint8_t bits = traits[left[i]];
        is_verse[i] = (bits & RAGGED) != 0;
        short_lines += (bits & SHORT_LINE) != 0;
        ending += (bits & ENDS_SENTENCE) != 0;
    }
    return 0;
}
