/* MinHash signatures and their bands: the kernels of dedupe/kernels/reference.py. */

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

static inline uint32_t fmix32(uint32_t h) {
    h ^= h >> 16;
    h *= 0x85EBCA6BU;
    h ^= h >> 13;
    h *= 0xC2B2AE35U;
    return h ^ (h >> 16);
}

enum { LANES = 32 };

/* The least of `a * h + b` over all hashes, for LANES permutations at once. */
FOR_EVERY_PROCESSOR static void least_of(const uint32_t *hashes, int64_t count, const uint32_t *a, const uint32_t *b,
                                         uint32_t *out) {
    uint32_t least[LANES];
    for (int lane = 0; lane < LANES; lane++) least[lane] = 0xFFFFFFFFU;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t h = hashes[i];
        for (int lane = 0; lane < LANES; lane++) {
            const uint32_t value = a[lane] * h + b[lane];
            least[lane] = value < least[lane] ? value : least[lane];
        }
    }
    memcpy(out, least, sizeof least);
}

/* Signatures of sets of hashes that follow each other; set i lies from starts[i] to starts[i + 1] and is not empty.
 * `permutations` is a multiple of LANES. Returns 0, or -2 without memory.
 */
EXPORT int64_t dedupe_signatures(int64_t count, const int64_t *starts, const uint32_t *hashes, const uint32_t *a,
                                 const uint32_t *b, int64_t permutations, uint32_t *signatures) {
    int64_t room = 0;
    uint32_t *mixed = NULL;
    for (int64_t i = 0; i < count; i++) {
        const int64_t size = starts[i + 1] - starts[i];
        if (!grow((void **)&mixed, &room, size, sizeof *mixed)) return free(mixed), NO_MEMORY;
        for (int64_t j = 0; j < size; j++) mixed[j] = fmix32(hashes[starts[i] + j]);
        for (int64_t lane = 0; lane < permutations; lane += LANES)
            least_of(mixed, size, a + lane, b + lane, signatures + i * permutations + lane);
    }
    free(mixed);
    return 0;
}

static uint64_t band_key(const uint32_t *rows, int64_t count, uint64_t band) {
    uint64_t h = band * 0x9E3779B97F4A7C15ULL + 1;
    for (int64_t i = 0; i < count; i++) {
        h = (h ^ rows[i]) * 0xBF58476D1CE4E5B9ULL;
        h ^= h >> 31;
    }
    return h ? h : 1;
}

/* One number for each band of each set, so that the signatures themselves need not be kept; shape (count, bands). */
EXPORT int64_t dedupe_band_keys(int64_t count, const int64_t *starts, const uint32_t *hashes, const uint32_t *a,
                                const uint32_t *b, int64_t permutations, int64_t bands, int64_t rows, uint64_t *keys) {
    uint32_t *signature = malloc(sizeof *signature * (size_t)permutations);
    if (!signature) return NO_MEMORY;
    int64_t status = 0;
    for (int64_t i = 0; i < count && status == 0; i++) {
        status = dedupe_signatures(1, starts + i, hashes, a, b, permutations, signature);
        for (int64_t band = 0; band < bands; band++)
            keys[i * bands + band] = band_key(signature + band * rows, rows, (uint64_t)band);
    }
    free(signature);
    return status;
}

enum { SEEN_BITS = 26, MOST_SEEN_BITS = 32 };

/* The sets that are chosen mostly follow each other, so what is looked up next is known across their bounds. */
enum { LOOKED_AHEAD = 16 };
static inline uint32_t seen_place(uint32_t hash) { return fmix32(hash) >> (32 - SEEN_BITS); }

/* Mark in a table of 2^SEEN_BITS pairs of bits which hashes of chosen sets are seen once and which twice or more. */
EXPORT int64_t dedupe_count_hashes(int64_t count, const uint32_t *chosen, const int64_t *starts,
                                   const uint32_t *hashes, uint64_t *once, uint64_t *twice) {
    const int64_t end = count ? starts[chosen[count - 1] + 1] : 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t behind = starts[chosen[i] + 1];
        for (int64_t j = starts[chosen[i]]; j < behind; j++) {
            if (j + LOOKED_AHEAD < end) __builtin_prefetch(&once[seen_place(hashes[j + LOOKED_AHEAD]) >> 6], 1);
            const uint32_t place = seen_place(hashes[j]);
            const uint64_t bit = 1ULL << (place & 63);
            if (once[place >> 6] & bit)
                twice[place >> 6] |= bit;
            else
                once[place >> 6] |= bit;
        }
    }
    return 0;
}

/* Whether at least the share `threshold` of a chosen set's hashes is seen twice: only such a set can be near to another.
 * Errs on one side: a hash may share its place in the table with another.
 */
EXPORT int64_t dedupe_hopeful(int64_t count, const uint32_t *chosen, const int64_t *starts, const uint32_t *hashes,
                              const uint64_t *twice, double threshold, uint8_t *is_hopeful) {
    const int64_t end = count ? starts[chosen[count - 1] + 1] : 0;
    int64_t hopeful = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t from = starts[chosen[i]], behind = starts[chosen[i] + 1];
        int64_t shared = 0;
        for (int64_t j = from; j < behind; j++) {
            if (j + LOOKED_AHEAD < end) __builtin_prefetch(&twice[seen_place(hashes[j + LOOKED_AHEAD]) >> 6]);
            const uint32_t place = seen_place(hashes[j]);
            shared += twice[place >> 6] >> (place & 63) & 1;
        }
        const int64_t size = behind - from;
        is_hopeful[i] = size > 0 && (double)shared >= threshold * (double)size - 1e-9;
        hopeful += is_hopeful[i];
    }
    return hopeful;
}

static int compare_u32(const void *left, const void *right) {
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

/* Sort the hashes of chosen sets and take out what stands twice; returns how many there are in all.
 * Set i of the result is set chosen[i] of `hashes` and begins at new_starts[i]; new_starts has one entry more.
 */
EXPORT int64_t dedupe_distinct_sets(int64_t count, const uint32_t *chosen, const int64_t *starts,
                                    const uint32_t *hashes, int64_t *new_starts, uint32_t *sets) {
    int64_t total = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t from = starts[chosen[i]], size = starts[chosen[i] + 1] - from;
        uint32_t *set = sets + total;
        new_starts[i] = total;
        memcpy(set, hashes + from, (size_t)size * sizeof *set);
        if (size > 64) {
            qsort(set, (size_t)size, sizeof *set, compare_u32);
        } else {
            for (int64_t j = 1; j < size; j++) {
                const uint32_t value = set[j];
                int64_t k = j;
                for (; k > 0 && set[k - 1] > value; k--) set[k] = set[k - 1];
                set[k] = value;
            }
        }
        int64_t distinct = size > 0;
        for (int64_t j = 1; j < size; j++)
            if (set[j] != set[distinct - 1]) set[distinct++] = set[j];
        total += distinct;
    }
    new_starts[count] = total;
    return total;
}

/* The shingles of a document: one number for every `size` tokens that follow each other, across its paragraphs. */
static int64_t document_shingles(int64_t count, const uint32_t *keys, const int64_t *token_start, const uint32_t *tokens,
                                 int64_t size, uint64_t **shingles, int64_t *room, uint32_t **stream,
                                 int64_t *stream_room) {
    int64_t total = 0;
    for (int64_t i = 0; i < count; i++) total += token_start[keys[i] + 1] - token_start[keys[i]];
    if (total < size) return 0;
    if (!grow((void **)stream, stream_room, total, sizeof **stream) ||
        !grow((void **)shingles, room, total, sizeof **shingles))
        return -1;
    total = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t from = token_start[keys[i]], length = token_start[keys[i] + 1] - from;
        memcpy(*stream + total, tokens + from, (size_t)length * sizeof **stream);
        total += length;
    }
    for (int64_t i = 0; i + size <= total; i++) {
        uint64_t h = (uint64_t)size;
        for (int64_t j = 0; j < size; j++) {
            h = (h + (*stream)[i + j]) * 0x9E3779B97F4A7C15ULL;
            h ^= h >> 29;
        }
        (*shingles)[i] = h;
    }
    return total - size + 1;
}

/* Band keys of documents, and a sample of their shingles: those whose number, mixed, is below `sampled`.
 *
 * The content of document d is the keys from bounds[d] to bounds[d + 1]. Its sample, sorted and without repeats, begins at
 * sample_start[d] of `samples` and has room up to sample_start[d + 1]; sample_count tells how large it is.
 * Returns 0, or -2.
 */
EXPORT int64_t dedupe_document_sketches(int64_t document_count, const int64_t *bounds, const uint32_t *keys,
                                        const int64_t *token_start, const uint32_t *tokens, int64_t size,
                                        const uint32_t *a, const uint32_t *b, int64_t permutations, int64_t bands,
                                        int64_t rows, uint64_t *band_keys, uint64_t sampled,
                                        const int64_t *sample_start, uint64_t *samples, int64_t *sample_count) {
    uint64_t *shingles = NULL;
    uint32_t *stream = NULL, *hashes = NULL, *signature = malloc(sizeof *signature * (size_t)permutations);
    int64_t room = 0, stream_room = 0, hash_room = 0, status = signature ? 0 : NO_MEMORY;
    for (int64_t d = 0; d < document_count && status == 0; d++) {
        const int64_t count = document_shingles(bounds[d + 1] - bounds[d], keys + bounds[d], token_start, tokens, size,
                                                &shingles, &room, &stream, &stream_room);
        sample_count[d] = 0;
        memset(band_keys + d * bands, 0, sizeof *band_keys * (size_t)bands);
        if (count < 0 || !grow((void **)&hashes, &hash_room, count + 1, sizeof *hashes)) {
            status = NO_MEMORY;
            break;
        }
        if (!count) continue;
        uint64_t *sample = samples + (sample_start[d] - sample_start[0]);
        const int64_t sample_room = sample_start[d + 1] - sample_start[d];
        int64_t taken = 0;
        for (int64_t i = 0; i < count; i++) {
            hashes[i] = (uint32_t)shingles[i];
            if (scatter(shingles[i]) < sampled && taken < sample_room) sample[taken++] = shingles[i];
        }
        sort_u64(sample, taken);
        int64_t distinct = taken > 0;
        for (int64_t i = 1; i < taken; i++)
            if (sample[i] != sample[distinct - 1]) sample[distinct++] = sample[i];
        sample_count[d] = distinct;
        const int64_t starts[2] = {0, count};
        status = dedupe_signatures(1, starts, hashes, a, b, permutations, signature);
        for (int64_t band = 0; band < bands; band++)
            band_keys[d * bands + band] = band_key(signature + band * rows, rows, (uint64_t)band);
    }
    free(shingles), free(stream), free(hashes), free(signature);
    return status;
}

/* The distinct shingles of a document, sorted, into `out`, which has room for all its tokens; returns their number. */
EXPORT int64_t dedupe_document_set(int64_t count, const uint32_t *keys, const int64_t *token_start,
                                   const uint32_t *tokens, int64_t size, uint64_t *out) {
    uint64_t *shingles = NULL;
    uint32_t *stream = NULL;
    int64_t room = 0, stream_room = 0;
    const int64_t total =
        document_shingles(count, keys, token_start, tokens, size, &shingles, &room, &stream, &stream_room);
    int64_t distinct = total > 0 ? 1 : total < 0 ? NO_MEMORY : 0;
    if (total > 0) {
        sort_u64(shingles, total);
        out[0] = shingles[0];
        for (int64_t i = 1; i < total; i++)
            if (shingles[i] != shingles[i - 1]) out[distinct++] = shingles[i];
    }
    free(shingles), free(stream);
    return distinct;
}

/* How many of two sorted sets' members they share. */
EXPORT int64_t dedupe_shared_members(int64_t left_count, const uint64_t *left, int64_t right_count,
                                     const uint64_t *right) {
    int64_t both = 0;
    for (int64_t i = 0, j = 0; i < left_count && j < right_count;) {
        const uint64_t here = left[i], there = right[j];
        both += here == there;
        i += here <= there;
        j += there <= here;
    }
    return both;
}

/* Pairs of sets that share enough: `pairs` gets earlier << 32 | later for each two sets of which the smaller shares at
 * least the share `enough` of its members with the other. A member that more than `most` sets hold does not count.
 * `members` are those of all sets, ascending, `owners` the sets they belong to, ascending among equals. Returns how many
 * pairs there are, of which only the first `pair_room` are given, or -2.
 */
EXPORT int64_t dedupe_overlapping(int64_t count, const uint64_t *members, const uint32_t *owners, const int64_t *sizes,
                                  int64_t most, double enough, int64_t pair_room, uint64_t *pairs) {
    PairMap shared = {0};
    int64_t found = 0;
    for (int64_t first = 0; first < count;) {
        int64_t behind = first + 1;
        while (behind < count && members[behind] == members[first]) behind++;
        if (behind - first <= most)
            for (int64_t later = first + 1; later < behind; later++)
                for (int64_t earlier = first; earlier < later; earlier++) {
                    PairSlot *slot = pair_slot(&shared, (uint64_t)owners[earlier] << 32 | owners[later]);
                    if (!slot) return free(shared.slots), NO_MEMORY;
                    slot->first++;
                }
        first = behind;
    }
    for (int64_t i = 0; i < shared.room; i++) {
        const PairSlot slot = shared.slots[i];
        if (!slot.pair) continue;
        const int64_t left = sizes[slot.pair >> 32], right = sizes[(uint32_t)slot.pair];
        if ((double)slot.first < enough * (double)(left < right ? left : right)) continue;
        if (found < pair_room) pairs[found] = slot.pair;
        found++;
    }
    qsort(pairs, (size_t)(found < pair_room ? found : pair_room), sizeof *pairs, compare_u64);
    free(shared.slots);
    return found;
}
