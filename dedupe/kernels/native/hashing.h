/* XXH3 (64 bits, no seed) and BLAKE2b (128 bits), in the few forms the kernels need.
 *
 * XXH3: Collet, "xxHash fast digest algorithm", doc/xxhash_spec.md; equal to python-xxhash's xxh3_64.
 * BLAKE2b: RFC 7693, unkeyed; equal to hashlib.blake2b(digest_size=16).
 */
#ifndef DEDUPE_HASHING_H
#define DEDUPE_HASHING_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint64_t low, high;
} Digest;

static inline uint32_t read32(const uint8_t *p) {
    uint32_t value;
    memcpy(&value, p, 4);
    return value;
}

static inline uint64_t read64(const uint8_t *p) {
    uint64_t value;
    memcpy(&value, p, 8);
    return value;
}

static inline uint64_t rotl64(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

#define PRIME32_1 0x9E3779B1U
#define PRIME32_2 0x85EBCA77U
#define PRIME32_3 0xC2B2AE3DU
#define PRIME64_1 0x9E3779B185EBCA87ULL
#define PRIME64_2 0xC2B2AE3D27D4EB4FULL
#define PRIME64_3 0x165667B19E3779F9ULL
#define PRIME64_4 0x85EBCA77C2B2AE63ULL
#define PRIME64_5 0x27D4EB2F165667C5ULL

static const uint8_t XXH3_SECRET[192] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

static inline uint64_t fold_product(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t xxh3_avalanche(uint64_t h) {
    h ^= h >> 37;
    h *= 0x165667919E3779F9ULL;
    return h ^ (h >> 32);
}

static inline uint64_t xxh64_avalanche(uint64_t h) {
    h ^= h >> 33;
    h *= PRIME64_2;
    h ^= h >> 29;
    h *= PRIME64_3;
    return h ^ (h >> 32);
}

static inline uint64_t xxh3_mix16(const uint8_t *in, const uint8_t *secret) {
    return fold_product(read64(in) ^ read64(secret), read64(in + 8) ^ read64(secret + 8));
}

static uint64_t xxh3_long(const uint8_t *in, size_t length) {
    uint64_t acc[8] = {PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1};
    const size_t stripes = (length - 1) / 64; /* the last stripe is read apart */
    for (size_t stripe = 0; stripe <= stripes; stripe++) {
        const int is_last = stripe == stripes;
        const uint8_t *at = is_last ? in + length - 64 : in + stripe * 64;
        const uint8_t *secret = is_last ? XXH3_SECRET + 192 - 64 - 7 : XXH3_SECRET + (stripe % 16) * 8;
        for (int i = 0; i < 8; i++) {
            const uint64_t value = read64(at + 8 * i), keyed = value ^ read64(secret + 8 * i);
            acc[i ^ 1] += value;
            acc[i] += (uint64_t)(uint32_t)keyed * (keyed >> 32);
        }
        if (!is_last && stripe % 16 == 15)
            for (int i = 0; i < 8; i++) {
                acc[i] ^= acc[i] >> 47;
                acc[i] ^= read64(XXH3_SECRET + 192 - 64 + 8 * i);
                acc[i] *= PRIME32_1;
            }
    }
    uint64_t result = length * PRIME64_1;
    for (int i = 0; i < 4; i++)
        result += fold_product(acc[2 * i] ^ read64(XXH3_SECRET + 11 + 16 * i),
                               acc[2 * i + 1] ^ read64(XXH3_SECRET + 11 + 16 * i + 8));
    return xxh3_avalanche(result);
}

static inline uint64_t xxh3_64(const uint8_t *in, size_t length) {
    const uint8_t *secret = XXH3_SECRET;
    if (length <= 16) {
        if (length > 8) {
            const uint64_t low = read64(in) ^ (read64(secret + 24) ^ read64(secret + 32));
            const uint64_t high = read64(in + length - 8) ^ (read64(secret + 40) ^ read64(secret + 48));
            return xxh3_avalanche(length + __builtin_bswap64(low) + high + fold_product(low, high));
        }
        if (length >= 4) {
            uint64_t h = ((uint64_t)read32(in) << 32) + read32(in + length - 4);
            h ^= read64(secret + 8) ^ read64(secret + 16);
            h ^= rotl64(h, 49) ^ rotl64(h, 24);
            h *= 0x9FB21C651E98DF25ULL;
            h ^= (h >> 35) + length;
            h *= 0x9FB21C651E98DF25ULL;
            return h ^ (h >> 28);
        }
        if (length)
            return xxh64_avalanche((((uint32_t)in[0] << 16) | ((uint32_t)in[length >> 1] << 24) | in[length - 1] |
                                    ((uint32_t)length << 8)) ^
                                   (uint64_t)(read32(secret) ^ read32(secret + 4)));
        return xxh64_avalanche(read64(secret + 56) ^ read64(secret + 64));
    }
    uint64_t acc = length * PRIME64_1;
    if (length <= 128) {
        for (int i = (int)(length - 1) / 32; i >= 0; i--) {
            acc += xxh3_mix16(in + 16 * i, secret + 32 * i);
            acc += xxh3_mix16(in + length - 16 * (i + 1), secret + 32 * i + 16);
        }
        return xxh3_avalanche(acc);
    }
    if (length <= 240) {
        const int rounds = (int)length / 16;
        for (int i = 0; i < 8; i++) acc += xxh3_mix16(in + 16 * i, secret + 16 * i);
        acc = xxh3_avalanche(acc);
        for (int i = 8; i < rounds; i++) acc += xxh3_mix16(in + 16 * i, secret + 16 * (i - 8) + 3);
        acc += xxh3_mix16(in + length - 16, secret + 136 - 17);
        return xxh3_avalanche(acc);
    }
    return xxh3_long(in, length);
}

static const uint64_t BLAKE2B_IV[8] = {
    0x6a09e667f3bcc908ULL, 0xbb67ae8584caa73bULL, 0x3c6ef372fe94f82bULL, 0xa54ff53a5f1d36f1ULL,
    0x510e527fade682d1ULL, 0x9b05688c2b3e6c1fULL, 0x1f83d9abfb41bd6bULL, 0x5be0cd19137e2179ULL,
};

static const uint8_t BLAKE2B_SIGMA[12][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
};

static inline uint64_t rotr64(uint64_t x, int bits) { return (x >> bits) | (x << (64 - bits)); }

#define BLAKE2B_G(a, b, c, d, x, y)                 \
    do {                                            \
        v[a] += v[b] + (x);                         \
        v[d] = rotr64(v[d] ^ v[a], 32);             \
        v[c] += v[d];                               \
        v[b] = rotr64(v[b] ^ v[c], 24);             \
        v[a] += v[b] + (y);                         \
        v[d] = rotr64(v[d] ^ v[a], 16);             \
        v[c] += v[d];                               \
        v[b] = rotr64(v[b] ^ v[c], 63);             \
    } while (0)

static inline void blake2b_block(uint64_t h[8], const uint8_t block[128], uint64_t counted, int is_last) {
    uint64_t v[16], m[16];
    for (int i = 0; i < 16; i++) m[i] = read64(block + 8 * i);
    for (int i = 0; i < 8; i++) v[i] = h[i], v[i + 8] = BLAKE2B_IV[i];
    v[12] ^= counted;
    if (is_last) v[14] = ~v[14];
#pragma GCC unroll 12
    for (int round = 0; round < 12; round++) {
        const uint8_t *s = BLAKE2B_SIGMA[round];
        BLAKE2B_G(0, 4, 8, 12, m[s[0]], m[s[1]]);
        BLAKE2B_G(1, 5, 9, 13, m[s[2]], m[s[3]]);
        BLAKE2B_G(2, 6, 10, 14, m[s[4]], m[s[5]]);
        BLAKE2B_G(3, 7, 11, 15, m[s[6]], m[s[7]]);
        BLAKE2B_G(0, 5, 10, 15, m[s[8]], m[s[9]]);
        BLAKE2B_G(1, 6, 11, 12, m[s[10]], m[s[11]]);
        BLAKE2B_G(2, 7, 8, 13, m[s[12]], m[s[13]]);
        BLAKE2B_G(3, 4, 9, 14, m[s[14]], m[s[15]]);
    }
    for (int i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];
}

/* The digest of `size` bytes, at most 16. */
static Digest blake2b(const uint8_t *in, size_t length, uint64_t size) {
    uint64_t h[8];
    for (int i = 0; i < 8; i++) h[i] = BLAKE2B_IV[i];
    h[0] ^= 0x01010000 ^ size;
    size_t done = 0;
    for (; length - done > 128; done += 128) blake2b_block(h, in + done, done + 128, 0);
    uint8_t last[128] = {0};
    memcpy(last, in + done, length - done);
    blake2b_block(h, last, length, 1);
    return (Digest){h[0], h[1]};
}

static Digest blake2b_128(const uint8_t *in, size_t length) { return blake2b(in, length, 16); }

#endif
