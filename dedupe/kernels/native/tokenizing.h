/* Comparison keys: dedupe/normalizing.py over the bytes of a paragraph.
 *
 * A paragraph is folded character by character, which is right where no character's form hangs on its neighbours.
 * Where one may compose with another, change places with it, or is a superscript, the paragraph is left to Python.
 */
#ifndef DEDUPE_TOKENIZING_H
#define DEDUPE_TOKENIZING_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <stdlib.h>

#include "text.h"

enum { MOST_MASKED = 64 }; /* tokens, more than any caller asks for */
enum { FOLDED = 0, LEFT_TO_PYTHON = -1, NO_MEMORY = -2 }; /* and -(block + 16) where a block is not loaded yet */

typedef struct {
    uint32_t *folded;  /* characters with classes, with room before and behind for one that is nothing */
    uint32_t *changed; /* the same with marks inside words taken out */
    uint8_t *bare;     /* bytes without quoting marks */
    uint8_t *key;      /* tokens joined by spaces, UTF-8 */
    uint8_t *masked;   /* the key with 0 for each digit */
    uint32_t *ends;    /* where each token ends in the key */
    int64_t folded_room, changed_room, bare_room, key_room, masked_room, ends_room;
} Scratch;

static int grow(void **memory, int64_t *room, int64_t needed, int64_t size) {
    if (needed <= *room) return 1;
    const int64_t wanted = needed + needed / 2 + 64;
    void *moved = realloc(*memory, (size_t)(wanted * size));
    if (!moved) return 0;
    *memory = moved;
    *room = wanted;
    return 1;
}
#define GROW(scratch, name, needed) \
    grow((void **)&(scratch)->name, &(scratch)->name##_room, (needed), (int64_t)sizeof *(scratch)->name)

static void free_scratch(Scratch *scratch) {
    free(scratch->folded);
    free(scratch->changed);
    free(scratch->bare);
    free(scratch->key);
    free(scratch->masked);
    free(scratch->ends);
}

static uint32_t ascii_class[128];
static uint8_t byte_class[256], lower_byte[256]; /* the same in eight bits, for text that is ASCII */

enum { B_TOKEN = 1, B_LETTER = 2, B_DECIMAL = 4, B_SPACE = 8, B_OPERATOR = 16, B_ALPHA = 32 };

static void prepare_ascii(void) {
    for (uint32_t c = 0; c < 128; c++) {
        uint32_t folded = c >= 'A' && c <= 'Z' ? c + 32 : c;
        if (folded >= 'a' && folded <= 'z') folded |= IN_TOKEN | WORD_CHAR | ALPHA;
        if (c >= '0' && c <= '9') folded |= IN_TOKEN | WORD_CHAR | DECIMAL | DIGIT;
        if (c == '_') folded |= IN_TOKEN | WORD_CHAR;
        if (is_space((int32_t)c)) folded |= SPACE;
        ascii_class[c] = folded;
        lower_byte[c] = (uint8_t)(folded & 0x7F);
        byte_class[c] = (uint8_t)((folded & IN_TOKEN ? B_TOKEN : 0) | (folded & DECIMAL ? B_DECIMAL : 0) |
                                  ((folded & WORD_CHAR) && !(folded & DECIMAL) ? B_LETTER : 0) |
                                  (folded & SPACE ? B_SPACE : 0) | (folded & ALPHA ? B_ALPHA : 0) |
                                  (memchr("+-=<>#&", (int)c, 7) ? B_OPERATOR : 0));
    }
}

/* Returns where the text goes on behind quoting marks and bullets at the beginning of a line. */
static const uint8_t *skip_quoting(const uint8_t *p, const uint8_t *end) {
    const uint8_t *behind = NULL;
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    while (p < end) {
        const uint8_t *next = p;
        const int32_t c = decode_one(&next, end);
        if (c != '>' && c != 0x2022 && !(c >= 0x25A0 && c <= 0x25FF)) break;
        p = next;
        while (p < end && (*p == ' ' || *p == '\t')) p++;
        behind = p;
    }
    return behind;
}

/* Returns the text without quoting marks at the beginnings of its lines: `text` itself where there are none. */
static const uint8_t *without_quoting(const uint8_t *text, int64_t *length, int plain, Scratch *scratch) {
    if (plain && !memchr(text, '>', (size_t)*length)) return text;
    const uint8_t *end = text + *length, *line = text, *copied = text;
    int64_t count = 0;
    while (line < end) {
        const uint8_t *behind = skip_quoting(line, end);
        if (behind) {
            if (!count && copied == text && !GROW(scratch, bare, *length)) return NULL;
            memcpy(scratch->bare + count, copied, (size_t)(line - copied));
            count += line - copied;
            copied = line = behind;
            if (behind == end) break;
        }
        const uint8_t *lf = memchr(line, '\n', (size_t)(end - line));
        if (!lf) break;
        line = lf + 1;
    }
    if (copied == text) return text;
    memcpy(scratch->bare + count, copied, (size_t)(end - copied));
    *length = count + (end - copied);
    return scratch->bare;
}

/* Fold `text`, which is not all ASCII; the result, of `*count` characters, begins at scratch->folded + 2. */
static int64_t fold(const uint8_t *text, int64_t length, const Tables *tables, Scratch *scratch, int64_t *count) {
    if (!GROW(scratch, folded, length + 8)) return NO_MEMORY;
    uint32_t *out = scratch->folded;
    out[0] = out[1] = 0;
    int64_t place = 2;
    int behind_mark = 0;
    for (const uint8_t *p = text, *end = text + length; p < end;) {
        if (place + 72 > scratch->folded_room) {
            if (!GROW(scratch, folded, place + 72 + (end - p))) return NO_MEMORY;
            out = scratch->folded;
        }
        const int32_t c = decode_one(&p, end);
        if (c < 0x80) {
            const int separates = c == '|' || c == '~' || c == '`';
            out[place++] = separates ? (' ' | SPACE) : ascii_class[c];
            behind_mark = 0;
            continue;
        }
        if (!tables->loaded[c >> 8]) return -((int64_t)(c >> 8) + 16);
        const uint32_t entry = tables->fold[c];
        if (entry & COMPOSES) return LEFT_TO_PYTHON;
        if (entry & REORDERS && behind_mark) return LEFT_TO_PYTHON;
        behind_mark = (entry & LEAVES_MARK) != 0;
        const uint32_t *from = tables->pool + FOLD_PLACE(entry);
        for (uint32_t i = 0; i < FOLD_COUNT(entry); i++) out[place++] = from[i];
    }
    *count = place - 2;
    memset(out + place, 0, 4 * sizeof *out);
    return FOLDED;
}

enum { BLOCK = 16 }; /* so many bytes behind a key may be read and written */

#ifdef __SSE2__
/* Which of sixteen bytes are at most `last` - `first` above `first`. */
static inline __m128i between(__m128i bytes, uint8_t first, uint8_t last) {
    const __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8((char)first));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8((char)(last - first))), above);
}

/* Copy the token characters that sixteen bytes of ASCII begin with, in lower case; returns how many they are. */
static inline int copy_word(const uint8_t *s, uint8_t *out, uint8_t *classes) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)s);
    const __m128i capital = between(bytes, 'A', 'Z'), digit = between(bytes, '0', '9');
    const __m128i lower = _mm_or_si128(bytes, _mm_and_si128(capital, _mm_set1_epi8(0x20)));
    const __m128i letter = between(lower, 'a', 'z'), line = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_'));
    const uint32_t letters = (uint32_t)_mm_movemask_epi8(letter), digits = (uint32_t)_mm_movemask_epi8(digit);
    const uint32_t in_token = letters | digits | (uint32_t)_mm_movemask_epi8(line);
    _mm_storeu_si128((__m128i *)out, lower);
    const int count = __builtin_ctz(~in_token);
    const uint32_t taken = (1u << count) - 1;
    *classes |= (uint8_t)((letters & taken ? B_ALPHA : 0) | (digits & taken ? B_DECIMAL : 0));
    return count;
}
#endif

/* Whether a token, which lies in a key, has a character of ASCII that is no letter. */
static inline uint32_t has_other(const uint8_t *token, int64_t length) {
    uint32_t found = 0;
#ifdef __SSE2__
    for (int64_t i = 0; i < length; i += BLOCK) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(token + i));
        const __m128i letter = between(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
        const uint32_t other = ~((uint32_t)_mm_movemask_epi8(letter) | (uint32_t)_mm_movemask_epi8(bytes));
        found |= other & (length - i < BLOCK ? (1u << (length - i)) - 1 : 0xFFFF);
    }
#else
    for (int64_t i = 0; i < length; i++) found |= token[i] < 0x80 && !(byte_class[token[i]] & B_ALPHA);
#endif
    return found != 0;
}

/* The hash of a token: the low bit tells that it is no word of letters only, so that it matters wherever texts differ. */
static inline uint32_t token_hash(const uint8_t *token, int64_t length) {
    return ((uint32_t)xxh3_64(token, (size_t)length) & ~1u) | has_other(token, length);
}

#define POINT(x) ((x) & CODE_POINT)
static inline int is_letterlike(uint32_t x) { return (x & WORD_CHAR) && !(x & DECIMAL); }
static inline int is_operator(uint32_t x) {
    const uint32_t c = POINT(x);
    return c == '+' || c == '-' || c == '=' || c == '<' || c == '>' || c == '#' || c == '&';
}

/* Runs of hyphens between words part them; marks inside words go. Returns the new number of characters. */
static int64_t join_words(Scratch *scratch, int64_t count) {
    uint32_t *from = scratch->folded + 2, *to = scratch->changed + 2;
    int has_double = 0, has_mark = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t c = POINT(from[i]);
        has_mark |= c == '-' || c == '\'';
        has_double |= c == '-' && POINT(from[i + 1]) == '-';
    }
    if (!has_mark) return count;
    if (has_double) {
        int64_t kept = 0;
        for (int64_t i = 0; i < count;) {
            if (POINT(from[i]) == '-' && POINT(from[i + 1]) == '-' && (from[i - 1] & IN_TOKEN)) {
                int64_t behind = i;
                while (behind < count && POINT(from[behind]) == '-') behind++;
                if (behind < count && (from[behind] & IN_TOKEN)) {
                    to[kept++] = ' ' | SPACE;
                    i = behind;
                    continue;
                }
                while (i < behind) to[kept++] = from[i++];
                continue;
            }
            to[kept++] = from[i++];
        }
        count = kept;
        memset(to + count, 0, 4 * sizeof *to);
        uint32_t *swap = scratch->folded;
        const int64_t room = scratch->folded_room;
        scratch->folded = scratch->changed, scratch->folded_room = scratch->changed_room;
        scratch->changed = swap, scratch->changed_room = room;
        from = scratch->folded + 2, to = scratch->changed + 2;
        from[-1] = from[-2] = to[-1] = to[-2] = 0;
    }
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t c = POINT(from[i]), before = from[i - 1], after = from[i + 1];
        if (c == '\'' && (((before & IN_TOKEN) && is_letterlike(after)) || (is_letterlike(before) && (after & IN_TOKEN))))
            continue;
        if (c == '-' && ((is_letterlike(before) && (after & IN_TOKEN)) || ((before & DECIMAL) && is_letterlike(after))))
            continue;
        to[kept++] = from[i];
    }
    memset(to + kept, 0, 4 * sizeof *to);
    uint32_t *swap = scratch->folded;
    const int64_t room = scratch->folded_room;
    scratch->folded = scratch->changed, scratch->folded_room = scratch->changed_room;
    scratch->changed = swap, scratch->changed_room = room;
    return kept;
}

/* Returns how many characters from `s` on are one token, 0 where none begins; the alternatives of `_Tokenizer`. */
static int64_t token_at(const uint32_t *s, int is_first) {
    const uint32_t c = POINT(*s);
    if (*s & IN_TOKEN) {
        const uint32_t *p = s;
        for (;;) {
            while (*p & IN_TOKEN) p++;
            const uint32_t mark = POINT(*p);
            const int joins = mark == '.' || mark == ',' || mark == '\'' || mark == 0x66B || mark == 0x66C;
            if (!joins || !(p[-1] & DECIMAL) || !(p[1] & DECIMAL) || !(p[1] & IN_TOKEN)) return p - s;
            p++;
        }
    }
    if (c == '$' || c == '%') return 1;
    if (is_operator(*s)) {
        const uint32_t *p = s;
        if ((s[-1] & IN_TOKEN) || POINT(s[-1]) == '^') {
            while (is_operator(*p)) p++;
            return p - s;
        }
        if (!is_operator(s[-1])) {
            while (is_operator(*p)) p++;
            if ((*p & IN_TOKEN) || (POINT(*p) == '.' && (p[1] & IN_TOKEN)) || POINT(*p) == '$' ||
                (POINT(*p) == ' ' && (p[1] & CURRENCY)))
                return p - s;
        }
    }
    if ((c == '<' || c == '>' || c == '=' || c == '!') && (s[-1] & SPACE) && (s[-2] & IN_TOKEN)) {
        const uint32_t *p = s + 1;
        while (POINT(*p) == '=') p++;
        if ((c != '!' || p > s + 1) && (*p & SPACE) &&
            ((p[1] & IN_TOKEN) || ((POINT(p[1]) == '.' || POINT(p[1]) == '$') && (p[2] & IN_TOKEN))))
            return p - s;
    }
    if ((c == '-' || c == 0x2013) && (is_first || (s[-1] & SPACE)) && POINT(s[1]) == ' ' && (s[2] & DECIMAL)) return 1;
    if (c == '.' && (s[1] & DECIMAL) && (s[1] & IN_TOKEN) && !(s[-1] & WORD_CHAR) && POINT(s[-1]) != '.') {
        const uint32_t *p = s + 1;
        while (*p & IN_TOKEN) p++;
        return p - s;
    }
    if (c == '^') {
        const uint32_t after = POINT(s[1]);
        if (after == '+' || after == '-' || after == '=' || (s[1] & IN_TOKEN)) return 1;
    }
    if (c == 0x2013) {
        if ((s[1] & DECIMAL) || (POINT(s[1]) == '.' && (s[2] & DECIMAL)) || POINT(s[1]) == '$' ||
            (POINT(s[1]) == ' ' && (s[2] & CURRENCY)))
            return 1;
    }
    return 0;
}

typedef struct {
    int64_t length; /* of the key in bytes */
    int64_t tokens;
    int64_t masked_length;
    int has_digit, has_alpha, begins_with_digit; /* as str.isdigit and str.isalpha see its characters */
} Key;

/* Returns how many bytes from `i` on, where no word stands, are one token of ASCII text, 0 where none begins.
 * The alternatives are those of `token_at`.
 */
static int64_t ascii_mark_at(const uint8_t *s, int64_t i, int64_t n) {
#define AT(place) ((place) >= 0 && (place) < n ? s[place] : 0)
#define CLASS(place) ((place) >= 0 && (place) < n ? byte_class[s[place]] : 0)
    const uint8_t c = s[i];
    if (c == '$' || c == '%') return 1;
    if ((byte_class[c] & B_OPERATOR) && !(CLASS(i - 1) & B_OPERATOR)) { /* one look at each run */
        int64_t p = i;
        while (CLASS(p) & B_OPERATOR) p++;
        if ((CLASS(i - 1) & B_TOKEN) || AT(i - 1) == '^') return p - i;
        if ((CLASS(p) & B_TOKEN) || (AT(p) == '.' && (CLASS(p + 1) & B_TOKEN)) || AT(p) == '$') return p - i;
    }
    if ((c == '<' || c == '>' || c == '=' || c == '!') && (CLASS(i - 1) & B_SPACE) && (CLASS(i - 2) & B_TOKEN)) {
        int64_t p = i + 1;
        while (AT(p) == '=') p++;
        if ((c != '!' || p > i + 1) && (CLASS(p) & B_SPACE) &&
            ((CLASS(p + 1) & B_TOKEN) || ((AT(p + 1) == '.' || AT(p + 1) == '$') && (CLASS(p + 2) & B_TOKEN))))
            return p - i;
    }
    if (c == '-' && (i == 0 || (CLASS(i - 1) & B_SPACE)) && AT(i + 1) == ' ' && (CLASS(i + 2) & B_DECIMAL)) return 1;
    if (c == '.' && (CLASS(i + 1) & B_DECIMAL) && !(CLASS(i - 1) & B_TOKEN) && AT(i - 1) != '.') {
        int64_t p = i + 1;
        while (CLASS(p) & B_TOKEN) p++;
        return p - i;
    }
    if (c == '^') {
        const uint8_t after = AT(i + 1);
        if (after == '+' || after == '-' || after == '=' || (CLASS(i + 1) & B_TOKEN)) return 1;
    }
    return 0;
}

/* Make the key of ASCII text in one pass over its bytes: marks inside words can only stand between two of their
 * characters, so that a word simply goes on behind them.
 */
static void make_ascii_key(const uint8_t *s, int64_t n, Scratch *scratch, Key *key) {
    uint8_t *out = scratch->key;
    uint32_t *ends = scratch->ends;
    uint8_t classes = 0;
    int64_t i = 0;
    while (i < n) {
        const uint8_t first = byte_class[s[i]];
        if (!(first & B_TOKEN)) {
            if (first & B_SPACE) {
                i++;
                continue;
            }
            const int64_t size = ascii_mark_at(s, i, n);
            if (!size) {
                i++;
                continue;
            }
            if (key->tokens) *out++ = ' ';
            for (const int64_t stop = i + size; i < stop; i++) {
                classes |= byte_class[s[i]];
                *out++ = lower_byte[s[i]];
            }
            ends[key->tokens++] = (uint32_t)(out - scratch->key);
            continue;
        }
        if (key->tokens) *out++ = ' ';
        else key->begins_with_digit = (first & B_DECIMAL) != 0;
        for (;;) {
            uint8_t here;
#ifdef __SSE2__
            for (int count = BLOCK; count == BLOCK && i + BLOCK <= n; i += count, out += count)
                count = copy_word(s + i, out, &classes);
#endif
            while (i < n && ((here = byte_class[s[i]]) & B_TOKEN)) {
                classes |= here;
                *out++ = lower_byte[s[i++]];
            }
            if (i + 1 >= n) break;
            const uint8_t c = s[i], before = byte_class[s[i - 1]], after = byte_class[s[i + 1]];
            if (c == '-') {
                if (((before & B_LETTER) && (after & B_TOKEN)) || ((before & B_DECIMAL) && (after & B_LETTER))) {
                    i++;
                    continue;
                }
                if (s[i + 1] == '-') {
                    int64_t p = i;
                    while (p < n && s[p] == '-') p++;
                    if (p < n && (byte_class[s[p]] & B_TOKEN)) i = p;
                }
                break;
            }
            if (!(after & B_TOKEN)) break;
            if (c == '\'' && ((after & B_LETTER) || (before & B_LETTER))) {
                i++;
                continue;
            }
            if ((c == '.' || c == ',' || c == '\'') && (before & B_DECIMAL) && (after & B_DECIMAL)) {
                *out++ = s[i++];
                continue;
            }
            break;
        }
        ends[key->tokens++] = (uint32_t)(out - scratch->key);
    }
    key->length = out - scratch->key;
    key->has_digit = (classes & B_DECIMAL) != 0;
    key->has_alpha = (classes & B_ALPHA) != 0;
    key->masked_length = 0;
    if (key->has_digit && key->has_alpha && key->tokens <= MOST_MASKED) {
        for (int64_t at = 0; at < key->length; at++) {
            const uint8_t c = scratch->key[at];
            scratch->masked[at] = byte_class[c] & B_DECIMAL ? '0' : c;
        }
        key->masked_length = key->length;
    }
}

/* Make the key of one paragraph in scratch->key, with the ends of its tokens in scratch->ends. */
static int64_t make_key(const uint8_t *text, int64_t length, const Tables *tables, Scratch *scratch, Key *key) {
    int64_t count;
    *key = (Key){0};
    const int plain = is_ascii(text, length);
    text = without_quoting(text, &length, plain, scratch);
    if (!text) return NO_MEMORY;
    if (plain || is_ascii(text, length)) {
        if (!GROW(scratch, key, 2 * length + 2 * BLOCK) || !GROW(scratch, masked, 2 * length + 8) ||
            !GROW(scratch, ends, length + 1))
            return NO_MEMORY;
        make_ascii_key(text, length, scratch, key);
        return FOLDED;
    }
    const int64_t status = fold(text, length, tables, scratch, &count);
    if (status != FOLDED) return status;
    if (!GROW(scratch, changed, count + 8) || !GROW(scratch, key, 5 * count + 2 * BLOCK) ||
        !GROW(scratch, masked, 5 * count + 8) || !GROW(scratch, ends, count + 1))
        return NO_MEMORY;
    scratch->changed[0] = scratch->changed[1] = 0;
    count = join_words(scratch, count);
    const uint32_t *s = scratch->folded + 2;
    uint8_t *out = scratch->key, *masked = scratch->masked;
    uint32_t classes = 0;
    for (int64_t i = 0; i < count;) {
        const int64_t size = token_at(s + i, i == 0);
        if (!size) {
            i++;
            continue;
        }
        if (key->tokens) *out++ = *masked++ = ' ';
        else key->begins_with_digit = (s[i] & DIGIT) != 0;
        for (const int64_t stop = i + size; i < stop; i++) {
            classes |= s[i];
            const uint32_t point = POINT(s[i]);
            const int bytes = encode_one(point, out);
            if (s[i] & DIGIT) {
                *masked++ = '0';
            } else {
                memcpy(masked, out, 4);
                masked += bytes;
            }
            out += bytes;
        }
        scratch->ends[key->tokens++] = (uint32_t)(out - scratch->key);
    }
    key->length = out - scratch->key;
    key->masked_length = masked - scratch->masked;
    key->has_digit = (classes & DIGIT) != 0;
    key->has_alpha = (classes & ALPHA) != 0;
    return FOLDED;
}

#endif
