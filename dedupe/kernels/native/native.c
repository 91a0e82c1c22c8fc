/* The kernels of dedupe in C: arrays in, arrays out, no Python in sight.
 *
 * Built as one translation unit into a library that dedupe/kernels/library.py loads with ctypes, which lets go of the
 * interpreter's lock while a function runs. Nothing is kept between calls but what a caller holds. Every function has a
 * counterpart in dedupe/kernels/reference.py that says what it computes and is proven equal.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "digesting.h"
#include "hashing.h"
#include "segmenting.h"
#include "text.h"
#include "tokenizing.h"

#define EXPORT __attribute__((visibility("default")))

/* Raised whenever a function changes its arguments, so that an old library is not called by new Python. */
EXPORT int64_t dedupe_version(void) { return 27; }

__attribute__((constructor)) static void prepare(void) { prepare_ascii(); }

/* Let the C library keep what is freed, up to 64 MB, for who asks next: else each array of a megabyte is given back to the
 * system, and its pages are made and cleared anew for the next one.
 */
EXPORT int64_t dedupe_keep_memory(void) {
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
    return 0;
}

EXPORT int64_t dedupe_xxh3_64(const uint8_t *bytes, int64_t length) {
    return (int64_t)xxh3_64(bytes, (size_t)length);
}

EXPORT int64_t dedupe_blake2b_128(const uint8_t *bytes, int64_t length, Digest *out) {
    *out = blake2b_128(bytes, (size_t)length);
    return 0;
}

/* Digests of `count` messages, message i from bounds[i] to bounds[i + 1], in at most so many lanes. Returns the lanes. */
EXPORT int64_t dedupe_digest_many(int64_t count, const uint8_t *bytes, const int64_t *bounds, int64_t most_lanes,
                                  Digest *out) {
    int lanes = lanes_of_processor();
    while (lanes > most_lanes) lanes /= 2;
    Message *messages = malloc(sizeof *messages * (size_t)(count + 1));
    if (!messages) return NO_MEMORY;
    for (int64_t i = 0; i < count; i++) messages[i] = (Message){bytes + bounds[i], bounds[i + 1] - bounds[i], &out[i]};
    digest_many(messages, count, lanes);
    free(messages);
    return lanes;
}

/* Paragraphs of a text; `slack` as `slack_of` says, 0 where the mode was not chosen here. `mode` is BY_CHOICE_AUTO or what the caller wants, and comes back as what it is.
 * The arrays have room for half as many as the text has bytes, and one. Returns the number of paragraphs, or -2.
 */
EXPORT int64_t dedupe_segment(const uint8_t *text, int64_t length, int32_t *mode, const SegmentLimits *limits,
                              uint32_t *start, uint32_t *text_end, uint32_t *first_line, uint32_t *last_line,
                              uint8_t *traits, int64_t *slack) {
    *slack = 0;
    Line *lines = malloc(sizeof *lines * (size_t)(count_line_ends(text, length) + 1));
    if (!lines) return NO_MEMORY;
    const int64_t line_count = find_lines(text, length, lines);
    if (*mode == BY_CHOICE_AUTO) *mode = choose_mode(text, lines, line_count, limits, slack);
    if (*mode != BY_BLANK_LINE) *slack = 0;
    int64_t count = 0;
    for (int64_t first = 0; first < line_count; first++) {
        if (is_blank(&lines[first])) continue;
        int64_t stop = first + 1;
        if (*mode == BY_BLANK_LINE)
            while (stop < line_count && !is_blank(&lines[stop])) stop++;
        start[count] = lines[first].start;
        text_end[count] = lines[stop - 1].end;
        first_line[count] = (uint32_t)first + 1;
        last_line[count] = (uint32_t)stop;
        traits[count] = traits_of(text, lines, first, stop, *mode, limits);
        count++;
        first = stop - 1;
    }
    free(lines);
    return count;
}

/* Paragraphs of several texts that lie behind each other, text d from bounds[d] to bounds[d + 1]; places count from the
 * beginning of each text. `modes`, `slacks` and `counts` have an entry a text. Returns the number of paragraphs, or -2.
 */
EXPORT int64_t dedupe_segment_all(const uint8_t *texts, int64_t text_count, const int64_t *bounds, int32_t *modes,
                                  const SegmentLimits *limits, uint32_t *start, uint32_t *text_end,
                                  uint32_t *first_line, uint32_t *last_line, uint8_t *traits, int64_t *slacks,
                                  int64_t *counts) {
    int64_t total = 0;
    for (int64_t d = 0; d < text_count; d++) {
        counts[d] = dedupe_segment(texts + bounds[d], bounds[d + 1] - bounds[d], &modes[d], limits, start + total,
                                   text_end + total, first_line + total, last_line + total, traits + total, &slacks[d]);
        if (counts[d] < 0) return NO_MEMORY;
        total += counts[d];
    }
    return total;
}

/* How many bytes of ASCII are no white space. */
EXPORT int64_t dedupe_visible_bytes(const uint8_t *text, int64_t length) {
    enum { AT_ONCE = 128 }; /* few enough to be counted in a byte */
    int64_t count = 0, i = 0;
    for (; i + AT_ONCE <= length; i += AT_ONCE) {
        uint8_t here = 0;
        for (int j = 0; j < AT_ONCE; j++) {
            const uint8_t c = text[i + j];
            here += (c != ' ') & ((uint8_t)(c - 9) > 4) & ((uint8_t)(c - 0x1C) > 3);
        }
        count += here;
    }
    for (; i < length; i++) count += !is_space(text[i]);
    return count;
}

/* Returns the mode that `auto` would choose, 0 for a text without paragraphs, or -2. */
EXPORT int64_t dedupe_choose_mode(const uint8_t *text, int64_t length, const SegmentLimits *limits) {
    Line *lines = malloc(sizeof *lines * (size_t)(count_line_ends(text, length) + 1));
    if (!lines) return NO_MEMORY;
    const int64_t count = find_lines(text, length, lines);
    int64_t visible = 0;
    for (int64_t i = 0; i < count; i++) visible += !is_blank(&lines[i]);
    const int64_t mode = visible ? choose_mode(text, lines, count, limits, NULL) : 0;
    free(lines);
    return mode;
}

/* What known boilerplate may look like: sets of hashes as bits, false positives included, and pieces of text. */
typedef struct {
    const uint64_t *edges; /* state << 32 | hash of a token, or NUMBER_HASH or OPEN_HASH, ascending; state 0 is the start */
    const uint32_t *targets; /* the state that each edge leads to */
    const uint8_t *accepts; /* for each state, ENDS | RESTS */
    const uint32_t *starts; /* for each state, and behind the last one, where its edges begin */
} Phrases;

typedef struct {
    Phrases forwards, backwards;
    const uint64_t *bits; /* 2^22 of them; see `may_begin` */
    const uint8_t *needles;
    const int32_t *needle_ends;
    const uint32_t *licence_words; /* the hashes of the first tokens of the needles of licences */
    /* fewest tokens, most tokens, first needle (always), first stem, behind the last stem, first word, behind the last */
    const int32_t *appeals;
    const uint32_t *appeal_words; /* the hashes of tokens of which a paragraph must hold one */
    int32_t appeal_count, licence_count, most_tokens; /* the first `licence_count` needles are of licences */
} Hints;

enum { ENDS = 1, RESTS = 2, MOST_STATES = 256 };
enum { MAY_BE_KNOWN = 1, GRANTS_LICENCE = 2, BEGINS_WITH_DIGIT = 4, UNFOLDED = 8, MOSTLY_UNSPACED = 16 };
enum { NUMBER_HASH = 1, OPEN_HASH = 2, ALONE_HASH = 3, FORWARDS = 0x51ED270B, BACKWARDS = 0x2545F491, WHOLE = 0x7FEB352D };

static inline uint32_t mix_pair(uint32_t first, uint32_t second, uint32_t salt) {
    uint64_t h = ((uint64_t)first << 32 | second) * 0x9E3779B97F4A7C15ULL + salt;
    h ^= h >> 29;
    h *= 0xBF58476D1CE4E5B9ULL;
    return (uint32_t)(h >> 42);
}

static inline int has_bit(const uint64_t *bits, uint32_t place) { return bits[place >> 6] >> (place & 63) & 1; }

static int is_number(const uint8_t *token, int64_t length) {
    return token[0] >= '0' && token[0] <= '9' && !memchr(token, '.', (size_t)length);
}

/* Returns whether a phrase may begin with two tokens (or one alone), read in the direction of `salt`. */
static int may_begin(const Hints *hints, uint32_t first, int first_is_number, uint32_t second, int second_is_number,
                     int is_alone, uint32_t salt) {
    for (int i = 0; i <= first_is_number; i++) {
        const uint32_t one = i ? NUMBER_HASH : first;
        if (is_alone) {
            if (has_bit(hints->bits, mix_pair(one, ALONE_HASH, salt))) return 1;
            continue;
        }
        if (has_bit(hints->bits, mix_pair(one, OPEN_HASH, salt)) ||
            has_bit(hints->bits, mix_pair(one, second, salt)) ||
            (second_is_number && has_bit(hints->bits, mix_pair(one, NUMBER_HASH, salt))))
            return 1;
    }
    return 0;
}

/* Add the states that `state` leads to with a hash; returns how many states there are, MOST_STATES when too many. */
static int follow(const Phrases *phrases, uint32_t state, uint32_t hash, uint32_t *states, int count) {
    const uint64_t edge = (uint64_t)state << 32 | hash;
    int64_t low = phrases->starts[state], high = phrases->starts[state + 1];
    const int64_t end = high;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (phrases->edges[middle] < edge) low = middle + 1;
        else high = middle;
    }
    for (; low < end && phrases->edges[low] == edge && count < MOST_STATES; low++) {
        int known = 0;
        for (int i = 0; i < count && !known; i++) known = states[i] == phrases->targets[low];
        if (!known) states[count++] = phrases->targets[low];
    }
    return count;
}

/* Whether some phrase describes a whole key, as far as hashes can tell: `Automaton.match` of boilerplate/phrases.py. */
static int may_match(const Phrases *phrases, const uint8_t *key, const uint32_t *ends, const uint32_t *tokens, int64_t n,
                     int is_backwards) {
    uint32_t sets[2][MOST_STATES];
    int count = 1;
    sets[0][0] = 0;
    for (int64_t step = 0; step < n; step++) {
        const int64_t token = is_backwards ? n - 1 - step : step;
        const int64_t from = token ? ends[token - 1] + 1 : 0;
        const int counts = is_number(key + from, ends[token] - from);
        const uint32_t *states = sets[step & 1];
        uint32_t *reached = sets[~step & 1];
        int reached_count = 0;
        for (int i = 0; i < count; i++) {
            reached_count = follow(phrases, states[i], tokens[token], reached, reached_count);
            if (counts) reached_count = follow(phrases, states[i], NUMBER_HASH, reached, reached_count);
            reached_count = follow(phrases, states[i], OPEN_HASH, reached, reached_count);
        }
        if (reached_count == MOST_STATES) return 1;
        for (int i = 0; i < reached_count; i++)
            if (phrases->accepts[reached[i]] & (step + 1 == n ? ENDS | RESTS : RESTS)) return 1;
        if (!(count = reached_count)) return 0;
    }
    return 0;
}

static int holds(const uint8_t *key, int64_t length, const Hints *hints, int32_t needle) {
    const int32_t start = needle ? hints->needle_ends[needle - 1] : 0;
    return memmem(key, (size_t)length, hints->needles + start, (size_t)(hints->needle_ends[needle] - start)) != NULL;
}

/* Whether the words of a needle stand in a key, as words; its first word is looked for among the hashes of tokens. */
static int holds_words(const uint8_t *key, int64_t length, const Hints *hints, int32_t needle, const uint32_t *tokens,
                       const uint32_t *ends, int64_t n) {
    const int32_t start = needle ? hints->needle_ends[needle - 1] : 0;
    const int64_t size = hints->needle_ends[needle] - start;
    const uint32_t first = hints->licence_words[needle];
    uint32_t is_there = 0; /* without a branch, so that it is looked for in several tokens at once */
    for (int64_t i = 0; i < n; i++) is_there |= tokens[i] == first;
    for (int64_t i = 0; is_there && i < n; i++) {
        if (tokens[i] != first) continue;
        const int64_t from = i ? ends[i - 1] + 1 : 0;
        if (from + size <= length && !memcmp(key + from, hints->needles + start, (size_t)size) &&
            (from + size == length || key[from + size] == ' '))
            return 1;
    }
    return 0;
}

/* Whether a key with this digest may be known as a whole. */
static int may_be_whole(const Hints *hints, Digest digest) {
    return has_bit(hints->bits, mix_pair((uint32_t)digest.low, (uint32_t)(digest.low >> 32), WHOLE));
}

/* Whether one of the words from `first` to before `end` is among tokens; true where there are no words. */
static int has_word(const Hints *hints, int32_t first, int32_t end, const uint32_t *tokens, int64_t n) {
    int found = first == end;
    /* All tokens are looked at, so that many are compared at once. */
    for (int32_t word = first; word < end && !found; word++)
        for (int64_t i = 0; i < n; i++) found |= tokens[i] == hints->appeal_words[word];
    return found;
}

/* Whether more than half of the tokens are characters of scripts without spaces: `is_mostly_unspaced` of normalizing.py. */
static int is_mostly_unspaced(const uint8_t *key, const uint32_t *ends, int64_t n) {
    int64_t found = 0;
    for (int64_t i = 0, start = 0; i < n; start = (int64_t)ends[i++] + 1) {
        if (key[start] < 0xE0) continue; /* below U+0800 */
        const uint8_t *next = key + start;
        found += is_token_alone(decode_one(&next, key + ends[i])) && next == key + ends[i];
    }
    return 2 * found > n;
}

/* What the tokens of a key tell; `may_be_whole` tells the rest. */
static uint8_t hints_of(const Hints *hints, const uint8_t *key, const Key *made, const uint32_t *ends,
                        const uint32_t *tokens) {
    uint8_t flags = made->begins_with_digit ? BEGINS_WITH_DIGIT : 0;
    const int64_t n = made->tokens;
    if (is_mostly_unspaced(key, ends, n)) flags |= MOSTLY_UNSPACED;
    for (int32_t i = 0; i < hints->licence_count; i++)
        if (holds_words(key, made->length, hints, i, tokens, ends, n)) flags |= GRANTS_LICENCE;
    if (n <= hints->most_tokens) {
        const uint32_t last_start = n > 1 ? ends[n - 2] + 1 : 0, second_last = n > 2 ? ends[n - 3] + 1 : 0;
        const int first_number = is_number(key, ends[0]), last_number = is_number(key + last_start, ends[n - 1] - last_start);
        if ((may_begin(hints, tokens[0], first_number, n > 1 ? tokens[1] : 0,
                       n > 1 && is_number(key + ends[0] + 1, ends[1] - ends[0] - 1), n == 1, FORWARDS) &&
             may_match(&hints->forwards, key, ends, tokens, n, 0)) ||
            (may_begin(hints, tokens[n - 1], last_number, n > 1 ? tokens[n - 2] : 0,
                       n > 1 && is_number(key + second_last, ends[n - 2] - second_last), n == 1, BACKWARDS) &&
             may_match(&hints->backwards, key, ends, tokens, n, 1)))
            return flags | MAY_BE_KNOWN;
    }
    int32_t asked = -1; /* several appeals have the same needle that is always there */
    int is_there = 0;
    for (int32_t i = 0; i < hints->appeal_count; i++) {
        const int32_t *appeal = hints->appeals + 7 * i;
        if (n < appeal[0] || n > appeal[1]) continue;
        if (!has_word(hints, appeal[5], appeal[6], tokens, n)) continue;
        if (appeal[2] != asked) is_there = holds(key, made->length, hints, asked = appeal[2]);
        if (!is_there) continue;
        for (int32_t stem = appeal[3]; stem < appeal[4]; stem++)
            if (holds(key, made->length, hints, stem)) return flags | MAY_BE_KNOWN;
    }
    return flags;
}

/* Keys that Python made for paragraphs left to it: paragraph `i` has the bytes from bounds[i] to bounds[i + 1]. */
typedef struct {
    const uint8_t *keys;
    const int64_t *key_bounds;
    const uint8_t *masked;
    const int64_t *masked_bounds;
    const uint8_t *given; /* 1: made by Python; its bit 2: begins with a digit; its bit 4: the masked key is a name */
} GivenKeys;

static int take_given(const GivenKeys *given, int64_t i, Scratch *scratch, Key *key) {
    const uint8_t *from = given->keys + given->key_bounds[i], *masked = given->masked + given->masked_bounds[i];
    *key = (Key){.length = given->key_bounds[i + 1] - given->key_bounds[i],
                 .masked_length = given->masked_bounds[i + 1] - given->masked_bounds[i]};
    if (!GROW(scratch, key, key->length + 2 * BLOCK) || !GROW(scratch, masked, key->masked_length + 8) ||
        !GROW(scratch, ends, key->length + 1))
        return 0;
    memcpy(scratch->key, from, (size_t)key->length);
    memcpy(scratch->masked, masked, (size_t)key->masked_length);
    for (int64_t at = 0; at < key->length; at++)
        if (from[at] == ' ') scratch->ends[key->tokens++] = (uint32_t)at;
    if (key->length) scratch->ends[key->tokens++] = (uint32_t)key->length;
    key->begins_with_digit = (given->given[i] & 2) != 0;
    key->has_digit = key->has_alpha = (given->given[i] & 4) != 0;
    return 1;
}

enum { PENDING_KEYS = 128, PENDING_BYTES = 1 << 17 };

/* Keys that wait to be digested together, and what their digests are for. */
typedef struct {
    uint8_t *bytes;
    int64_t used, room;
    int count;
    struct {
        int64_t paragraph, key, key_length, masked, masked_length; /* places in `bytes`; no masked key where it is -1 */
        int is_short; /* so that it may be known as a whole */
    } keys[PENDING_KEYS];
    Message messages[2 * PENDING_KEYS];
} Pending;

static int let_wait(Pending *pending, int64_t paragraph, const Scratch *scratch, const Key *key, int has_name, int is_short) {
    if (!grow((void **)&pending->bytes, &pending->room, pending->used + key->length + (has_name ? key->masked_length : 0), 1))
        return 0;
    const int i = pending->count++;
    pending->keys[i].paragraph = paragraph;
    pending->keys[i].key = pending->used;
    pending->keys[i].key_length = key->length;
    pending->keys[i].masked = -1;
    pending->keys[i].is_short = is_short;
    memcpy(pending->bytes + pending->used, scratch->key, (size_t)key->length);
    pending->used += key->length;
    if (has_name) {
        pending->keys[i].masked = pending->used;
        pending->keys[i].masked_length = key->masked_length;
        memcpy(pending->bytes + pending->used, scratch->masked, (size_t)key->masked_length);
        pending->used += key->masked_length;
    }
    return 1;
}

/* Digest what waits, and add the keys that may be known to `known`; returns 0 where there is no room for them. */
static int digest_pending(Pending *pending, const Hints *hints, int lanes, Digest *digest, Digest *name, uint8_t *flags,
                          int64_t known_room, uint8_t *known, int64_t *known_total) {
    int64_t messages = 0;
    for (int i = 0; i < pending->count; i++) {
        const int64_t paragraph = pending->keys[i].paragraph;
        pending->messages[messages++] =
            (Message){pending->bytes + pending->keys[i].key, pending->keys[i].key_length, &digest[paragraph]};
        if (pending->keys[i].masked >= 0)
            pending->messages[messages++] =
                (Message){pending->bytes + pending->keys[i].masked, pending->keys[i].masked_length, &name[paragraph]};
    }
    digest_many(pending->messages, messages, lanes);
    for (int i = 0; i < pending->count; i++) {
        const int64_t paragraph = pending->keys[i].paragraph, length = pending->keys[i].key_length;
        if (pending->keys[i].masked < 0) name[paragraph] = digest[paragraph];
        if (pending->keys[i].is_short && may_be_whole(hints, digest[paragraph])) flags[paragraph] |= MAY_BE_KNOWN;
        if (!(flags[paragraph] & MAY_BE_KNOWN)) continue;
        if (*known_total + length + 1 > known_room) return 0;
        memcpy(known + *known_total, pending->bytes + pending->keys[i].key, (size_t)length);
        known[*known_total + length] = '\n';
        *known_total += length + 1;
    }
    pending->count = 0;
    pending->used = 0;
    return 1;
}

/* Token counts, digests, names, hints and hashes of the paragraphs of a text.
 *
 * The hashes of all tokens follow each other, and those of all shingles of three tokens. Returns how many tokens there
 * are; -1 when `room` is too small for them, -2 without memory, -(block + 16) when a block of the tables is missing.
 * Paragraphs that are left to Python get no tokens and the flag UNFOLDED. The keys of those that may be known
 * boilerplate follow each other in `known`, each ended by LF, which stands in no key.
 */
EXPORT int64_t dedupe_fingerprint(const uint8_t *text, int64_t count, const uint32_t *start, const uint32_t *text_end,
                                  const Tables *tables, const Hints *hints, const GivenKeys *given,
                                  int32_t most_masked_tokens, int64_t room, uint32_t *token_count, Digest *digest,
                                  Digest *name, uint8_t *flags, uint32_t *tokens, uint32_t *shingles,
                                  int64_t *shingle_total, int64_t known_room, uint8_t *known,
                                  int64_t *known_total) {
    Scratch scratch = {0};
    Pending *pending = malloc(sizeof *pending);
    if (!pending) return NO_MEMORY;
    pending->bytes = NULL;
    pending->used = pending->room = pending->count = 0;
    const int lanes = lanes_of_processor();
    int64_t total = 0, shingle_count = 0;
    *known_total = 0;
    for (int64_t i = 0; i < count && total >= 0; i++) {
        Key key;
        int64_t status = FOLDED;
        if (given && given->given[i])
            status = take_given(given, i, &scratch, &key) ? FOLDED : NO_MEMORY;
        else
            status = make_key(text + start[i], text_end[i] - start[i], tables, &scratch, &key);
        if (status == LEFT_TO_PYTHON) {
            token_count[i] = 0;
            digest[i] = name[i] = (Digest){0, 0};
            flags[i] = UNFOLDED;
            continue;
        }
        if (status != FOLDED) {
            total = status;
            break;
        }
        if (total + key.tokens > room) {
            total = -1;
            break;
        }
        token_count[i] = (uint32_t)key.tokens;
        if (!key.tokens) {
            digest[i] = name[i] = (Digest){0, 0};
            flags[i] = 0;
            continue;
        }
        const uint32_t *ends = scratch.ends;
        for (int64_t token = 0; token < key.tokens; token++) {
            const uint32_t from = token ? ends[token - 1] + 1 : 0;
            tokens[total + token] = token_hash(scratch.key + from, ends[token] - from);
            if (token >= 2) {
                const uint32_t first = token > 2 ? ends[token - 3] + 1 : 0;
                shingles[shingle_count++] = (uint32_t)xxh3_64(scratch.key + first, ends[token] - first);
            }
        }
        flags[i] = hints_of(hints, scratch.key, &key, ends, tokens + total);
        const int has_name = key.has_digit && key.has_alpha && key.tokens <= most_masked_tokens;
        if (!let_wait(pending, i, &scratch, &key, has_name, key.tokens <= hints->most_tokens)) {
            total = NO_MEMORY;
            break;
        }
        if ((pending->count == PENDING_KEYS || pending->used >= PENDING_BYTES) &&
            !digest_pending(pending, hints, lanes, digest, name, flags, known_room, known, known_total)) {
            total = -1;
            break;
        }
        total += key.tokens;
    }
    if (total >= 0 && !digest_pending(pending, hints, lanes, digest, name, flags, known_room, known, known_total)) total = -1;
    free(pending->bytes);
    free(pending);
    free_scratch(&scratch);
    *shingle_total = shingle_count;
    return total;
}

enum { NO_ROOM_FOR_KEY = -3 };

/* The comparison key of one text; returns its length. -1: it is left to Python, -2: no memory, -3: it is longer than
 * `room`, -(block + 16): a block of the tables is missing.
 */
EXPORT int64_t dedupe_key(const uint8_t *text, int64_t length, const Tables *tables, int64_t room, uint8_t *out) {
    Scratch scratch = {0};
    Key key;
    int64_t status = make_key(text, length, tables, &scratch, &key);
    if (status == FOLDED) {
        status = key.length <= room ? key.length : NO_ROOM_FOR_KEY;
        if (status > 0) memcpy(out, scratch.key, (size_t)key.length);
    }
    free_scratch(&scratch);
    return status;
}

EXPORT int64_t dedupe_token_hash(const uint8_t *token, int64_t length) {
    uint8_t *key = malloc((size_t)length + BLOCK);
    if (!key) return NO_MEMORY;
    memcpy(key, token, (size_t)length);
    const int64_t hash = token_hash(key, length);
    free(key);
    return hash;
}

#include "numbering.h"
#include "verse.h"
#include "votes.h"
#include "joining.h"
#include "evidence.h"
#include "searching.h"
#include "sweeping.h"
#include "minhash.h"
#include "sharing.h"
#include "spelling.h"
#include "json_lines.h"
#include "reading.h"
#include "writing.h"
