/* BLAKE2b digests of many messages at once, 128 bits each: equal to `blake2b_128` of each.
 *
 * A processor that has them computes a block of four or eight messages in the lanes of its vectors, side by side; a lane
 * whose message has ended goes on with the next one. Others compute one after the other.
 */
#ifndef DEDUPE_DIGESTING_H
#define DEDUPE_DIGESTING_H

#include "hashing.h"

typedef struct {
    const uint8_t *in;
    int64_t length;
    Digest *out;
} Message;

static void digest_one_by_one(const Message *messages, int64_t count) {
    for (int64_t i = 0; i < count; i++) *messages[i].out = blake2b_128(messages[i].in, (size_t)messages[i].length);
}

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)

#define VECTOR_G(a, b, c, d, x, y)                     \
    do {                                               \
        v[a] += v[b] + (x);                            \
        v[d] ^= v[a], v[d] = v[d] >> 32 | v[d] << 32;  \
        v[c] += v[d];                                  \
        v[b] ^= v[c], v[b] = v[b] >> 24 | v[b] << 40;  \
        v[a] += v[b] + (y);                            \
        v[d] ^= v[a], v[d] = v[d] >> 16 | v[d] << 48;  \
        v[c] += v[d];                                  \
        v[b] ^= v[c], v[b] = v[b] >> 63 | v[b] << 1;   \
    } while (0)

/* What a lane computes: `left` bytes of its message from `at` on, of which `done` are before them. */
typedef struct {
    const uint8_t *at;
    int64_t left;
    uint64_t done;
    Digest *out; /* NULL for a lane without a message */
    uint8_t last[128];
} Lane;

static inline int begin_lane(Lane *lane, const Message *messages, int64_t count, int64_t *next) {
    lane->out = NULL;
    if (*next == count) return 0;
    const Message *message = &messages[(*next)++];
    *lane = (Lane){.at = message->in, .left = message->length, .out = message->out};
    return 1;
}

/* Returns the next block of a lane, filled up with zeros where the message ends. */
static inline const uint8_t *block_of(Lane *lane, uint64_t *counted, uint64_t *is_last) {
    static const uint8_t nothing[128];
    *counted = *is_last = 0;
    if (!lane->out) return nothing;
    const int64_t size = lane->left > 128 ? 128 : lane->left;
    const uint8_t *block = lane->at;
    *counted = lane->done += (uint64_t)size;
    if (lane->left <= 128) {
        *is_last = ~0ULL;
        if (size < 128) {
            memset(lane->last, 0, sizeof lane->last);
            if (size) memcpy(lane->last, block, (size_t)size);
            block = lane->last;
        }
    }
    lane->at += size;
    lane->left -= size;
    return block;
}

typedef uint64_t Words4 __attribute__((vector_size(32)));
typedef uint64_t Words8 __attribute__((vector_size(64)));

#define SHUFFLED(WORDS, a, b, ...) __builtin_shuffle(a, b, (WORDS){__VA_ARGS__})

/* Turn the words of each lane, a vector a lane, into a word of each lane, a vector a word. */
__attribute__((target("avx2"))) static inline void transpose_4(Words4 *m) {
    const Words4 a = SHUFFLED(Words4, m[0], m[1], 0, 4, 2, 6), b = SHUFFLED(Words4, m[0], m[1], 1, 5, 3, 7);
    const Words4 c = SHUFFLED(Words4, m[2], m[3], 0, 4, 2, 6), d = SHUFFLED(Words4, m[2], m[3], 1, 5, 3, 7);
    m[0] = SHUFFLED(Words4, a, c, 0, 1, 4, 5), m[1] = SHUFFLED(Words4, b, d, 0, 1, 4, 5);
    m[2] = SHUFFLED(Words4, a, c, 2, 3, 6, 7), m[3] = SHUFFLED(Words4, b, d, 2, 3, 6, 7);
}

__attribute__((target("avx512f"))) static inline void transpose_8(Words8 *m) {
    Words8 pairs[8], fours[8];
    for (int i = 0; i < 8; i += 2) {
        pairs[i] = SHUFFLED(Words8, m[i], m[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        pairs[i + 1] = SHUFFLED(Words8, m[i], m[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; j++) {
            fours[i + j] = SHUFFLED(Words8, pairs[i + j], pairs[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            fours[i + j + 2] = SHUFFLED(Words8, pairs[i + j], pairs[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int j = 0; j < 4; j++) {
        m[j] = SHUFFLED(Words8, fours[j], fours[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        m[j + 4] = SHUFFLED(Words8, fours[j], fours[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/* `digest_by_WIDTH` for vectors of WIDTH words. */
#define DIGEST_IN_LANES(WIDTH, TARGET)                                                                           \
    __attribute__((target(TARGET))) static void digest_by_##WIDTH(const Message *messages, int64_t count) {      \
        Lane lanes[WIDTH];                                                                                       \
        /* A word of each lane in a row: rows are vectors, but lanes are begun and ended word by word. */        \
        uint64_t h[8][WIDTH] __attribute__((aligned(64)));                                                       \
        uint64_t counted[WIDTH] __attribute__((aligned(64))), is_last[WIDTH] __attribute__((aligned(64)));       \
        int64_t next = 0;                                                                                        \
        int running = 0;                                                                                         \
        for (int lane = 0; lane < WIDTH; lane++) {                                                               \
            running += begin_lane(&lanes[lane], messages, count, &next);                                         \
            for (int word = 0; word < 8; word++) h[word][lane] = BLAKE2B_IV[word] ^ (word ? 0 : 0x01010010);     \
        }                                                                                                        \
        while (running) {                                                                                        \
            Words##WIDTH v[16], m[16], mask;                                                                     \
            for (int lane = 0; lane < WIDTH; lane++) {                                                           \
                const uint8_t *block = block_of(&lanes[lane], &counted[lane], &is_last[lane]);                   \
                for (int part = 0; part < 16 / WIDTH; part++)                                                    \
                    memcpy(&m[part * WIDTH + lane], block + 8 * WIDTH * part, sizeof m[0]);                      \
            }                                                                                                    \
            for (int part = 0; part < 16 / WIDTH; part++) transpose_##WIDTH(m + part * WIDTH);                   \
            for (int word = 0; word < 8; word++) {                                                               \
                memcpy(&v[word], h[word], sizeof v[word]);                                                       \
                v[word + 8] = BLAKE2B_IV[word] - (Words##WIDTH){0};                                              \
            }                                                                                                    \
            memcpy(&mask, counted, sizeof mask);                                                                 \
            v[12] ^= mask;                                                                                       \
            memcpy(&mask, is_last, sizeof mask);                                                                 \
            v[14] ^= mask;                                                                                       \
            _Pragma("GCC unroll 12") for (int round = 0; round < 12; round++) {                                  \
                const uint8_t *s = BLAKE2B_SIGMA[round];                                                         \
                VECTOR_G(0, 4, 8, 12, m[s[0]], m[s[1]]);                                                         \
                VECTOR_G(1, 5, 9, 13, m[s[2]], m[s[3]]);                                                         \
                VECTOR_G(2, 6, 10, 14, m[s[4]], m[s[5]]);                                                        \
                VECTOR_G(3, 7, 11, 15, m[s[6]], m[s[7]]);                                                        \
                VECTOR_G(0, 5, 10, 15, m[s[8]], m[s[9]]);                                                        \
                VECTOR_G(1, 6, 11, 12, m[s[10]], m[s[11]]);                                                      \
                VECTOR_G(2, 7, 8, 13, m[s[12]], m[s[13]]);                                                       \
                VECTOR_G(3, 4, 9, 14, m[s[14]], m[s[15]]);                                                       \
            }                                                                                                    \
            for (int word = 0; word < 8; word++) {                                                               \
                memcpy(&mask, h[word], sizeof mask);                                                             \
                mask ^= v[word] ^ v[word + 8];                                                                   \
                memcpy(h[word], &mask, sizeof mask);                                                             \
            }                                                                                                    \
            for (int lane = 0; lane < WIDTH; lane++) {                                                           \
                if (!is_last[lane]) continue;                                                                    \
                *lanes[lane].out = (Digest){h[0][lane], h[1][lane]};                                             \
                running += begin_lane(&lanes[lane], messages, count, &next) - 1;                                 \
                for (int word = 0; word < 8; word++) h[word][lane] = BLAKE2B_IV[word] ^ (word ? 0 : 0x01010010); \
            }                                                                                                    \
        }                                                                                                        \
    }

DIGEST_IN_LANES(4, "avx2")
DIGEST_IN_LANES(8, "avx512f")

static int lanes_of_processor(void) {
    return __builtin_cpu_supports("avx512f") ? 8 : __builtin_cpu_supports("avx2") ? 4 : 1;
}

static void digest_many(const Message *messages, int64_t count, int lanes) {
    if (lanes == 8 && count > 2) digest_by_8(messages, count);
    else if (lanes == 4 && count > 1) digest_by_4(messages, count);
    else digest_one_by_one(messages, count);
}

#else

static int lanes_of_processor(void) { return 1; }

static void digest_many(const Message *messages, int64_t count, int lanes) {
    (void)lanes;
    digest_one_by_one(messages, count);
}

#endif
#endif
