/* Characters: what they become in a comparison key, and the few sets that segmentation and traits look at.
 *
 * Text is UTF-8 as Python encodes it with "surrogatepass"; a malformed sequence is read as U+FFFD, never beyond the end.
 */
#ifndef DEDUPE_TEXT_H
#define DEDUPE_TEXT_H

#include <stdint.h>

#include "hashing.h"

/* Classes of a folded character, beside its code point in the low 21 bits. */
#define IN_TOKEN (1u << 21)  /* the class `word` of dedupe/normalizing.py */
#define WORD_CHAR (1u << 22) /* \w */
#define DECIMAL (1u << 23)   /* \d */
#define SPACE (1u << 24)     /* \s */
#define CURRENCY (1u << 25)
#define DIGIT (1u << 26) /* str.isdigit */
#define ALPHA (1u << 27) /* str.isalpha */
#define CODE_POINT 0x1FFFFFu

/* What a source character folds to: count and place in the pool, and whether its neighbours matter. */
#define FOLD_COUNT(entry) ((entry) >> 24 & 0x3F)
#define FOLD_PLACE(entry) ((entry) & 0x7FFFFF)
#define COMPOSES (1u << 31)    /* may compose with what stands before it, or needs a look at its neighbours */
#define REORDERS (1u << 30)    /* begins with a combining class, so that it may change places with one before it */
#define LEAVES_MARK (1u << 23) /* ends with a combining class */

typedef struct {
    const uint32_t *fold;   /* an entry for each code point */
    const uint32_t *pool;   /* folded characters with their classes */
    const uint8_t *loaded;  /* whether the block of 256 code points is there */
} Tables;

static inline int32_t decode_one(const uint8_t **at, const uint8_t *end) {
    const uint8_t *p = *at;
    const uint32_t lead = *p;
    const long left = end - p;
    if (lead < 0x80) {
        *at = p + 1;
        return (int32_t)lead;
    }
    if (lead >= 0xC2 && lead < 0xE0 && left > 1 && (p[1] & 0xC0) == 0x80) {
        *at = p + 2;
        return (int32_t)((lead & 0x1F) << 6 | (p[1] & 0x3F));
    }
    if ((lead & 0xF0) == 0xE0 && left > 2 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
        *at = p + 3;
        return (int32_t)((lead & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu));
    }
    if (lead >= 0xF0 && lead < 0xF5 && left > 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 &&
        (p[3] & 0xC0) == 0x80) {
        const uint32_t point = (lead & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
        *at = p + 4;
        return point < 0x110000 ? (int32_t)point : 0xFFFD;
    }
    *at = p + 1;
    return 0xFFFD;
}

/* Returns the start of the character that ends at `end`. */
static inline const uint8_t *one_back(const uint8_t *start, const uint8_t *end) {
    const uint8_t *p = end - 1;
    while (p > start && (*p & 0xC0) == 0x80 && end - p < 4) p--;
    return p;
}

static inline int32_t decode_at(const uint8_t *p, const uint8_t *end) { return decode_one(&p, end); }

static inline int encode_one(uint32_t point, uint8_t *out) {
    if (point < 0x80) return out[0] = (uint8_t)point, 1;
    if (point < 0x800) return out[0] = 0xC0 | point >> 6, out[1] = 0x80 | (point & 0x3F), 2;
    if (point < 0x10000)
        return out[0] = 0xE0 | point >> 12, out[1] = 0x80 | (point >> 6 & 0x3F), out[2] = 0x80 | (point & 0x3F), 3;
    out[0] = 0xF0 | point >> 18, out[1] = 0x80 | (point >> 12 & 0x3F);
    out[2] = 0x80 | (point >> 6 & 0x3F), out[3] = 0x80 | (point & 0x3F);
    return 4;
}

static int is_ascii(const uint8_t *text, int64_t length) {
    int64_t i = 0;
    for (; i + 32 <= length; i += 32) {
        const uint64_t bits = read64(text + i) | read64(text + i + 8) | read64(text + i + 16) | read64(text + i + 24);
        if (bits & 0x8080808080808080ULL) return 0;
    }
    for (; i + 8 <= length; i += 8)
        if (read64(text + i) & 0x8080808080808080ULL) return 0;
    for (; i < length; i++)
        if (text[i] & 0x80) return 0;
    return 1;
}

static inline int is_space(int32_t c) {
    if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

/* East Asian wide characters, as dedupe/columns.py has them. */
static inline int is_wide(int32_t c) {
    return c >= 0x1100 &&
           (c <= 0x115F || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
            (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
            (c >= 0x20000 && c <= 0x3FFFF));
}

/* Scripts whose lines may break at any character, as dedupe/segmenting.py has them. */
static inline int is_unspaced(int32_t c) {
    return c >= 0x0E00 &&
           (c <= 0x0EFF || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF) ||
            (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFFEF) ||
            (c >= 0x20000 && c <= 0x3FFFF));
}

/* Scripts of which each character is a token: `UNSPACED_RANGES` of dedupe/normalizing.py. */
static inline int is_token_alone(int32_t c) {
    return c >= 0x0E00 &&
           (c <= 0x0EFF || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF) ||
            (c >= 0x19E0 && c <= 0x19FF) || (c >= 0x2E80 && c <= 0x2FDF) || (c >= 0x3005 && c <= 0x3007) ||
            (c >= 0x3021 && c <= 0x3029) || (c >= 0x3038 && c <= 0x303B) || (c >= 0x3041 && c <= 0x30FF) ||
            (c >= 0x31F0 && c <= 0x31FF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
            (c >= 0xA9E0 && c <= 0xA9FF) || (c >= 0xAA60 && c <= 0xAA7F) || (c >= 0xF900 && c <= 0xFAFF) ||
            (c >= 0x1B000 && c <= 0x1B16F) || (c >= 0x20000 && c <= 0x3FFFF));
}

static inline int ends_sentence(int32_t c) {
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || c == 0xFF01 || c == 0xFF1F ||
           c == 0xFF0E || c == 0x0964 || c == 0x06D4;
}

static inline int asks(int32_t c) {
    return c == '?' || c == ':' || c == ';' || c == 0xFF1F || c == 0xFF1A || c == 0x061F || c == 0x037E;
}

static inline int closes(int32_t c) {
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D || c == 0x2019 || c == 0xBB || c == 0x300D ||
           c == 0x300F;
}

#endif
