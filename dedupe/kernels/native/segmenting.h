/* Paragraphs and their traits: dedupe/segmenting.py and dedupe/traits.py over the bytes of a whole document. */
#ifndef DEDUPE_SEGMENTING_H
#define DEDUPE_SEGMENTING_H

#include <stdlib.h>

#include "text.h"

/* The named constants of segmenting.py and traits.py, so that they are written down once, there. */
typedef struct {
    int32_t min_wrap_columns, max_wrap_columns, min_stanza_lines, max_verse_columns;
    double min_filled_share, min_filled_share_undivided, width_quantile;
} SegmentLimits;

enum { RAGGED = 1, SHORT_LINE = 2, ENDS_SENTENCE = 4, LEADS_ON = 8, OWN_WORDS = 16, MAY_BE_DEBRIS = 32 };
enum { BY_CHOICE_AUTO = 0, BY_LINE = 1, BY_BLANK_LINE = 2 };

typedef struct {
    uint32_t start, end; /* bytes; the end is before the terminator */
    uint32_t bare_end;   /* without white space at its end; equal to start when the line is blank */
    uint32_t columns;    /* on a terminal, without white space at its end */
} Line;

static inline uint32_t bare_end_of(const uint8_t *text, uint32_t start, uint32_t end) {
    const uint8_t *first = text + start, *p = text + end;
    while (p > first) {
        if (p[-1] < 0x80) {
            if (!is_space(p[-1])) break;
            p--;
        } else {
            const uint8_t *before = one_back(first, p);
            if (!is_space(decode_at(before, p))) break;
            p = before;
        }
    }
    return (uint32_t)(p - text);
}

static int64_t characters_in(const uint8_t *text, uint32_t start, uint32_t end) {
    int64_t count = 0;
    uint32_t i = start;
    for (; i + 8 <= end; i += 8) {
        const uint64_t bytes = read64(text + i);
        const uint64_t inside = bytes >> 7 & ~(bytes >> 6) & 0x0101010101010101ULL; /* 1 for each byte that goes on */
        count += 8 - (int64_t)(inside * 0x0101010101010101ULL >> 56);
    }
    for (; i < end; i++) count += (text[i] & 0xC0) != 0x80;
    return count;
}

static int64_t columns_in(const uint8_t *text, uint32_t start, uint32_t end) {
    const uint8_t *p = text + start, *stop = text + end;
    int64_t columns = 0;
    if (is_ascii(p, end - start)) return end - start;
    while (p < stop) {
        if (*p < 0x80) {
            p++, columns++;
            continue;
        }
        columns += 1 + is_wide(decode_one(&p, stop));
    }
    return columns;
}

/* Fills `lines` (room for as many as there are line ends, and one) and returns their number. */
static int64_t find_lines(const uint8_t *text, int64_t length, Line *lines) {
    int64_t count = 0, start = 0, next_lf = -1; /* looked for once, however many lines end with CR before it */
    const int has_cr = length && memchr(text, '\r', (size_t)length);
    while (start < length) {
        if (next_lf < start) {
            const uint8_t *lf = memchr(text + start, '\n', (size_t)(length - start));
            next_lf = lf ? lf - text : length;
        }
        int64_t end = next_lf, next = next_lf < length ? next_lf + 1 : length;
        const uint8_t *cr = has_cr ? memchr(text + start, '\r', (size_t)(end - start)) : NULL;
        if (cr) {
            end = cr - text;
            next = end + 1 + (end + 1 < length && text[end + 1] == '\n');
        }
        const uint32_t bare_end = bare_end_of(text, (uint32_t)start, (uint32_t)end);
        const uint32_t columns = (uint32_t)columns_in(text, (uint32_t)start, bare_end);
        lines[count++] = (Line){(uint32_t)start, (uint32_t)end, bare_end, columns};
        start = next;
    }
    return count;
}


static int64_t count_line_ends(const uint8_t *text, int64_t length) {
    enum { AT_ONCE = 128 }; /* few enough to be counted in a byte */
    int64_t count = 0, i = 0;
    for (; i + AT_ONCE <= length; i += AT_ONCE) {
        uint8_t here = 0;
        for (int j = 0; j < AT_ONCE; j++) here += (text[i + j] == '\n') | (text[i + j] == '\r');
        count += here;
    }
    for (; i < length; i++) count += text[i] == '\n' || text[i] == '\r';
    return count;
}

/* Returns where the first word of a line lies; in unspaced scripts it is one character. */
static void first_word(const uint8_t *text, uint32_t start, uint32_t end, int by_break, uint32_t *from, uint32_t *to) {
    const uint8_t *p = text + start, *stop = text + end;
    while (p < stop) {
        const uint8_t *next = p;
        if (!is_space(decode_one(&next, stop))) break;
        p = next;
    }
    *from = (uint32_t)(p - text);
    const uint8_t *next = p;
    if (p < stop && by_break && is_unspaced(decode_one(&next, stop))) {
        *to = (uint32_t)(next - text);
        return;
    }
    while (p < stop) {
        if (*p > ' ' && *p < 0x7F) {
            p++;
            continue;
        }
        next = p;
        if (is_space(decode_one(&next, stop))) break;
        p = next;
    }
    *to = (uint32_t)(p - text);
}

/* Returns whether the line ends a sentence, looking at its last four characters. */
static int line_ends_sentence(const uint8_t *text, const Line *line) {
    const uint8_t *start = text + line->start, *p = text + line->bare_end;
    for (int seen = 0; seen < 4 && p > start; seen++) {
        const uint8_t *before = one_back(start, p);
        const int32_t c = decode_at(before, p);
        if (ends_sentence(c)) return 1;
        if (!closes(c)) return 0;
        p = before;
    }
    return 0;
}

static int is_filled(const uint8_t *text, const Line *line, const Line *following, int64_t width) {
    if (line_ends_sentence(text, line)) return 0;
    uint32_t from, to;
    first_word(text, following->start, following->bare_end, 1, &from, &to);
    return (int64_t)line->columns + 1 + columns_in(text, from, to) > width;
}

static inline int is_blank(const Line *line) { return line->bare_end == line->start; }

/* How many visible lines, of whole blocks, may go from hard-wrapped text without a change of its mode: the width stays
 * that of a line on either side, and enough filled lines remain even if all that go are filled.
 */
static int64_t slack_of(const int64_t *histogram, int64_t width, int64_t place, int64_t filled, int64_t visible,
                        int64_t blocks, const SegmentLimits *limits) {
    int64_t below = 0;
    for (int64_t i = 0; i < width; i++) below += histogram[i];
    const int64_t behind = below + histogram[width]; /* places from below to behind have the width */
    int64_t slack = filled - (int64_t)(limits->min_filled_share * (double)visible) - 1;
    if (place - below < slack) slack = place - below;
    if (behind - 1 - place < slack) slack = behind - 1 - place;
    if (blocks - 2 < slack) slack = blocks - 2;
    return slack > 0 ? slack : 0;
}

/* Returns BY_BLANK_LINE for hard-wrapped text and BY_LINE for everything else; `slack` may be NULL. */
static int choose_mode(const uint8_t *text, const Line *lines, int64_t count, const SegmentLimits *limits,
                       int64_t *slack) {
    enum { MOST = 256 };
    int64_t histogram[MOST + 1] = {0}, visible = 0, blocks = 0;
    for (int64_t i = 0; i < count; i++) {
        if (is_blank(&lines[i])) continue;
        blocks += i == 0 || is_blank(&lines[i - 1]);
        visible++;
        const int64_t columns = lines[i].columns;
        histogram[columns < MOST ? columns : MOST]++;
    }
    if (!visible) return BY_LINE;
    int64_t place = (int64_t)((double)visible * limits->width_quantile), width = 0;
    if (place > visible - 1) place = visible - 1;
    for (int64_t below = 0; below + histogram[width] <= place; width++) below += histogram[width];
    if (width < limits->min_wrap_columns || width > limits->max_wrap_columns) return BY_LINE;
    int64_t filled = 0, run = 0;
    for (int64_t i = 0; i + 1 <= count; i++) {
        const int goes_on = i + 1 < count && !is_blank(&lines[i]) && !is_blank(&lines[i + 1]);
        if (goes_on && is_filled(text, &lines[i], &lines[i + 1], width)) {
            run++;
            continue;
        }
        if (run > 1) filled += run + 1;
        run = 0;
    }
    if (slack) *slack = slack_of(histogram, width, place, filled, visible, blocks, limits);
    const double needed = blocks > 1 ? limits->min_filled_share : limits->min_filled_share_undivided;
    return (double)filled >= needed * (double)visible ? BY_BLANK_LINE : BY_LINE;
}

/* Returns whether the text ends with one of a set, white space and closing marks aside; eight characters count. */
static int ends_with(const uint8_t *start, const uint8_t *end, int (*in_set)(int32_t)) {
    int seen = 0;
    const uint8_t *p = end;
    int stage = 0; /* 0: space at the end, 1: closing marks, 2: space before them */
    while (p > start && seen < 8) {
        const uint8_t *before = one_back(start, p);
        const int32_t c = decode_at(before, p);
        if (stage == 0 && !is_space(c)) stage = 1;
        if (stage == 1 && !closes(c)) stage = 2;
        if (stage == 2 && !is_space(c)) return in_set(c);
        p = before;
        seen++;
    }
    return 0;
}

static int is_ragged(const uint8_t *text, const Line *lines, int64_t first, int64_t stop, int32_t min_lines) {
    if (stop - first < min_lines) return 0;
    int64_t width = 0, full = 0;
    for (int64_t i = first; i < stop; i++) {
        const int64_t characters = characters_in(text, lines[i].start, lines[i].bare_end);
        if (characters > width) width = characters;
    }
    for (int64_t i = first; i + 1 < stop; i++) {
        uint32_t from, to;
        first_word(text, lines[i + 1].start, lines[i + 1].bare_end, 0, &from, &to);
        full += characters_in(text, lines[i].start, lines[i].bare_end) + 1 + characters_in(text, from, to) > width;
    }
    return 2 * full < stop - first - 1;
}

static int opens_quote(int32_t c) { return c == '"' || c == 0x201C || c == 0x201E || c == 0xAB; }
static int ends_quote(int32_t c) { return c == '"' || c == 0x201D || c == 0x201C || c == 0xBB; }
static int breaks_quote(int32_t c) { return c == '"' || c == 0x201D || c == 0xBB; }

/* Returns whether the text is a heading of Markdown or in quotation marks from end to end. */
static int is_own_words(const uint8_t *start, const uint8_t *end) {
    const uint8_t *p = start, *next = start;
    int32_t c = 0;
    while (p < end && is_space(c = decode_one(&next, end))) p = next;
    if (p == end) return 0;
    if (c == '#') {
        int marks = 0;
        while (p < end && *p == '#') p++, marks++;
        return marks <= 6 && p < end && is_space(decode_at(p, end));
    }
    if (!opens_quote(c)) return 0;
    const uint8_t *last = end;
    int32_t final = 0;
    while (last > next) {
        const uint8_t *before = one_back(next, last);
        final = decode_at(before, last);
        last = before;
        if (!is_space(final)) break;
        final = 0;
    }
    if (!final || !ends_quote(final)) return 0;
    for (p = next; p < last;)
        if (breaks_quote(decode_one(&p, last))) return 0;
    return 1;
}

/* Whether a character begins at `s` that Python strips from the ends of text, and that is not ASCII. */
static int is_wide_space(const uint8_t *s, const uint8_t *end) {
    if (end - s >= 2 && s[0] == 0xC2) return s[1] == 0x85 || s[1] == 0xA0;
    if (end - s < 3) return 0;
    if (s[0] == 0xE2)
        return (s[1] == 0x80 && (s[2] <= 0x8A || s[2] == 0xA8 || s[2] == 0xA9 || s[2] == 0xAF)) || (s[1] == 0x81 && s[2] == 0x9F);
    return (s[0] == 0xE1 && s[1] == 0x9A && s[2] == 0x80) || (s[0] == 0xE3 && s[1] == 0x80 && s[2] == 0x80);
}

/* Whether a paragraph may have one of the shapes of boilerplate/debris.py; errs on one side only. */
static int may_be_debris(const uint8_t *s, const uint8_t *end) {
    enum { MOST_BYTES = 160 }; /* of forty characters */
    while (s < end && *s < 0x80 && is_space(*s)) s++;
    while (s < end && end[-1] < 0x80 && is_space(end[-1])) end--;
    const int64_t n = end - s;
    if (!n) return 0;
    if (is_wide_space(s, end) || (n >= 2 && is_wide_space(end - 2, end)) || (n >= 3 && is_wide_space(end - 3, end))) return 1;
    if (n > MOST_BYTES) return 0;
    const uint8_t c = *s;
    if (c >= 0x80) {
        if (n <= 4) return 1;
        if (c == 0xC3) return s[1] == 0x82 || s[1] == 0x83 || s[1] == 0xA2 || s[1] == 0xAF || s[1] == 0xB0;
        return c == 0xEF && s[1] == 0xBF && s[2] == 0xBD;
    }
    if (c >= '0' && c <= '9') {
        while (s < end && ((*s >= '0' && *s <= '9') || *s == ',')) s++;
        return s == end;
    }
    if (c == '#') return n <= 9;
    if (c == 'r' || c == 'R' || c == 'h' || c == 'H') return end[-1] == ')';
    return n == 1 && (c == ',' || c == '.' || c == ':' || c == '/' || c == '"' || c == '|');
}

static uint8_t traits_of(const uint8_t *text, const Line *lines, int64_t first, int64_t stop, int mode,
                         const SegmentLimits *limits) {
    const uint8_t *start = text + lines[first].start, *end = text + lines[stop - 1].end;
    uint8_t traits = 0;
    if (mode == BY_BLANK_LINE) {
        if (is_ragged(text, lines, first, stop, limits->min_stanza_lines)) traits |= RAGGED;
    } else if (end - start <= 4 * (int64_t)limits->max_verse_columns &&
               columns_in(text, lines[first].start, lines[first].end) <= limits->max_verse_columns) {
        traits |= SHORT_LINE;
    }
    if (ends_with(start, end, ends_sentence)) traits |= ENDS_SENTENCE;
    if (ends_with(start, end, asks)) traits |= LEADS_ON;
    if (is_own_words(start, end)) traits |= OWN_WORDS;
    if (may_be_debris(start, end)) traits |= MAY_BE_DEBRIS;
    return traits;
}

#endif
