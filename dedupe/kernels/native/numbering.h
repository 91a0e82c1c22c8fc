/* Numbers for keys: equal digests get one number, in the order they are met. */

/* Give each digest its number, from 1 on; 0 stands for the empty key, whose paragraphs have no tokens.
 *
 * `slots` is an open-addressing table of numbers, of `slot_count` (a power of two, more than all digests to come), 0 for
 * empty; `known` are the digests by number. Only the `compared_bits` lowest bits of a digest choose its slot: equality is
 * decided on all 128. `is_new` tells which paragraph is the first of its key. Returns the new count of numbers.
 */
EXPORT int64_t dedupe_number(int64_t count, const Digest *digest, const uint32_t *token_count, uint32_t *slots,
                             int64_t slot_count, Digest *known, int64_t known_count, int32_t compared_bits,
                             uint32_t *number, uint8_t *is_new) {
    const uint64_t mask = (uint64_t)slot_count - 1;
    const uint64_t seen = compared_bits >= 64 ? ~0ULL : (1ULL << compared_bits) - 1;
    for (int64_t i = 0; i < count; i++) {
        is_new[i] = 0;
        if (token_count && !token_count[i]) {
            number[i] = 0;
            continue;
        }
        uint64_t slot = digest[i].low & seen & mask;
        for (;; slot = (slot + 1) & mask) {
            const uint32_t met = slots[slot];
            if (!met) {
                slots[slot] = number[i] = (uint32_t)known_count;
                known[known_count++] = digest[i];
                is_new[i] = 1;
                break;
            }
            if (known[met].low == digest[i].low && known[met].high == digest[i].high) {
                number[i] = met;
                break;
            }
        }
    }
    return known_count;
}

/* Fill the slots of a larger table with the digests known so far. */
EXPORT int64_t dedupe_refill(const Digest *known, int64_t known_count, uint32_t *slots, int64_t slot_count,
                          int32_t compared_bits) {
    const uint64_t mask = (uint64_t)slot_count - 1;
    const uint64_t seen = compared_bits >= 64 ? ~0ULL : (1ULL << compared_bits) - 1;
    for (int64_t number = 1; number < known_count; number++) {
        uint64_t slot = known[number].low & seen & mask;
        while (slots[slot]) slot = (slot + 1) & mask;
        slots[slot] = (uint32_t)number;
    }
    return 0;
}

/* Copy the hashes of the paragraphs that are the first of their key behind each other, those of shingles where there are
 * from `fewest` to `most` tokens; returns how many tokens.
 */
EXPORT int64_t dedupe_keep_new(int64_t count, const uint8_t *is_new, int64_t fewest, int64_t most,
                               const uint32_t *token_count, const uint32_t *tokens, const uint32_t *shingles, uint32_t *kept_tokens,
                               uint32_t *kept_shingles, int64_t *kept_shingle_count) {
    int64_t kept = 0, shingle_kept = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t n = token_count[i], shingle_count = n > 2 ? n - 2 : 0;
        if (is_new[i] && n) {
            memcpy(kept_tokens + kept, tokens, n * sizeof *tokens);
            kept += n;
            if (n >= fewest && n <= most) {
                memcpy(kept_shingles + shingle_kept, shingles, shingle_count * sizeof *shingles);
                shingle_kept += shingle_count;
            }
        }
        tokens += n;
        shingles += shingle_count;
    }
    *kept_shingle_count = shingle_kept;
    return kept;
}
