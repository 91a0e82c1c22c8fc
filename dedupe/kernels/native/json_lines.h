/* JSON lines: which of them are JSON, where their fields lie, and what a string in them says.
 *
 * Nothing is built of the values: a line is read once, byte by byte, and only places in it are told. The grammar is that
 * of Python's json, which takes NaN and Infinity as well; its counterpart is dedupe/reading/json_text.py.
 */

enum { JSON_BLANK, JSON_TEXT, JSON_WITHOUT, JSON_TWICE, JSON_MALFORMED };
enum { MAX_JSON_DEPTH = 200, FIELD_COUNT = 3 };

/* A line from `start` to `end`, its line end aside. The text lies between its quotes, the other fields are whole values,
 * -1 where there are none.
 */
typedef struct {
    int64_t start, end;
    int64_t field_start[FIELD_COUNT], field_end[FIELD_COUNT]; /* text, id, url */
    int64_t status;
} JsonLine;

static inline int is_json_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The unit that four hexadecimal digits name, -1 where they are none. */
static int32_t json_unit(const uint8_t *digits, const uint8_t *stop) {
    if (stop - digits < 4) return -1;
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        const int value = hex_value(digits[i]);
        if (value < 0) return -1;
        unit = unit << 4 | value;
    }
    return unit;
}

/* The length of the sequence of UTF-8 at `p`, 0 where it is none; surrogates are none. */
static int utf8_length(const uint8_t *p, const uint8_t *stop) {
    const uint8_t c = p[0];
    const int64_t left = stop - p;
    if (c < 0xC2) return 0;
    if (c < 0xE0) return left > 1 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
    if (c < 0xF0) {
        if (left < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
        if (c == 0xE0 && p[1] < 0xA0) return 0;
        return c == 0xED && p[1] > 0x9F ? 0 : 3;
    }
    if (c > 0xF4 || left < 4) return 0;
    if ((p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 || (p[3] & 0xC0) != 0x80) return 0;
    if (c == 0xF0 && p[1] < 0x90) return 0;
    return c == 0xF4 && p[1] > 0x8F ? 0 : 4;
}

/* Pass over bytes that stand for themselves in a string: no control, quote, backslash, and in ASCII. */
static const uint8_t *skip_plain(const uint8_t *p, const uint8_t *stop) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    for (; stop - p >= 8; p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        const uint64_t quote = word ^ ones * '"', escape = word ^ ones * '\\';
        if (((quote - ones) | (escape - ones) | (word - ones * 0x20) | word) & tops) break;
    }
    while (p < stop && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\') p++;
    return p;
}

/* Pass over a string, whose first quote is before `p`; return what follows its last quote, NULL where it is none. */
static const uint8_t *skip_string(const uint8_t *p, const uint8_t *stop) {
    for (;;) {
        p = skip_plain(p, stop);
        if (p >= stop || *p < 0x20) return NULL;
        if (*p == '"') return p + 1;
        if (*p == '\\') {
            if (stop - p < 2) return NULL;
            if (p[1] == 'u') {
                if (json_unit(p + 2, stop) < 0) return NULL;
                p += 6;
            } else {
                if (!p[1] || !strchr("\"\\/bfnrt", p[1])) return NULL;
                p += 2;
            }
        } else {
            const int length = utf8_length(p, stop);
            if (!length) return NULL;
            p += length;
        }
    }
}

static const uint8_t *skip_digits(const uint8_t *p, const uint8_t *stop) {
    while (p < stop && *p >= '0' && *p <= '9') p++;
    return p;
}

static const uint8_t *skip_word(const uint8_t *p, const uint8_t *stop, const char *word) {
    const size_t length = strlen(word);
    return (size_t)(stop - p) >= length && !memcmp(p, word, length) ? p + length : NULL;
}

/* Pass over a number or a word; return NULL where there is none. */
static const uint8_t *skip_scalar(const uint8_t *p, const uint8_t *stop) {
    switch (*p) {
    case 't': return skip_word(p, stop, "true");
    case 'f': return skip_word(p, stop, "false");
    case 'n': return skip_word(p, stop, "null");
    case 'N': return skip_word(p, stop, "NaN");
    case 'I': return skip_word(p, stop, "Infinity");
    }
    if (*p == '-' && ++p < stop && *p == 'I') return skip_word(p, stop, "Infinity");
    if (p >= stop || *p < '0' || *p > '9') return NULL;
    p = *p == '0' ? p + 1 : skip_digits(p, stop);
    /* A point or an exponent without digits is no part of the number, and what follows is then no JSON. */
    if (stop - p > 1 && *p == '.' && p[1] >= '0' && p[1] <= '9') p = skip_digits(p + 1, stop);
    if (p < stop && (*p | 0x20) == 'e') {
        const uint8_t *digits = p + 1;
        if (digits < stop && (*digits == '+' || *digits == '-')) digits++;
        if (digits < stop && *digits >= '0' && *digits <= '9') p = skip_digits(digits, stop);
    }
    return p;
}

static int put_utf8(uint32_t c, uint8_t *out) {
    if (c < 0x80) return out[0] = (uint8_t)c, 1;
    if (c < 0x800) return out[0] = 0xC0 | c >> 6, out[1] = 0x80 | (c & 0x3F), 2;
    if (c < 0x10000) {
        out[0] = 0xE0 | c >> 12, out[1] = 0x80 | (c >> 6 & 0x3F), out[2] = 0x80 | (c & 0x3F);
        return 3;
    }
    out[0] = 0xF0 | c >> 18, out[1] = 0x80 | (c >> 12 & 0x3F);
    out[2] = 0x80 | (c >> 6 & 0x3F), out[3] = 0x80 | (c & 0x3F);
    return 4;
}

/* Read the escape at `p` of a valid string: one character, into `out` as UTF-8, half a pair too. Return its length there
 * and let `p` point behind it.
 */
static int read_escape(const uint8_t **p, const uint8_t *stop, uint8_t *out) {
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const uint8_t *at = *p;
    if (at[1] != 'u') {
        const char *letter = strchr(letters, at[1]);
        *p = at + 2;
        out[0] = letter ? (uint8_t)meanings[letter - letters] : at[1];
        return 1;
    }
    uint32_t unit = (uint32_t)json_unit(at + 2, stop);
    at += 6;
    if (unit >> 10 == 0xD800 >> 10 && stop - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        const int32_t low = json_unit(at + 2, stop);
        if (low >> 10 == 0xDC00 >> 10) {
            unit = 0x10000 + ((unit & 0x3FF) << 10) + ((uint32_t)low & 0x3FF);
            at += 6;
        }
    }
    *p = at;
    return put_utf8(unit, out);
}

static int is_named(const uint8_t *key, const uint8_t *stop, const uint8_t *name, int64_t length) {
    while (key < stop) {
        uint8_t character[4] = {*key};
        int size = 1;
        if (*key == '\\') size = read_escape(&key, stop, character);
        else key++;
        if (size > length || memcmp(character, name, (size_t)size)) return 0;
        name += size, length -= size;
    }
    return !length;
}

/* Where the value of a field of the outermost object is noted, once its key has been read. */
static int field_of(const uint8_t *key, const uint8_t *stop, const Pieces *names) {
    for (int i = 0; i < FIELD_COUNT; i++)
        if (is_named(key, stop, names->bytes + names->bounds[i], names->bounds[i + 1] - names->bounds[i])) return i;
    return -1;
}

enum { VALUE, VALUE_OR_END, KEY, KEY_OR_END, COMMA_OR_END };

static void note_field(JsonLine *line, int field, const uint8_t *text, const uint8_t *from, const uint8_t *to) {
    const int is_string = *from == '"';
    if (field == 0) {
        if (line->status == JSON_TEXT || line->field_end[0] == -2) {
            line->status = JSON_TWICE;
            return;
        }
        line->field_end[0] = -2; /* there is one, of whatever kind */
        if (!is_string || line->status == JSON_TWICE) return;
        line->status = JSON_TEXT;
        from++, to--;
    }
    line->field_start[field] = from - text;
    line->field_end[field] = to - text;
}

static void read_line(const uint8_t *text, JsonLine *line, const Pieces *names) {
    const uint8_t *p = text + line->start, *const stop = text + line->end;
    uint8_t is_object[MAX_JSON_DEPTH + 1];
    int depth = 0, state = VALUE, field = -1;
    const uint8_t *value = p;
    for (int i = 0; i < FIELD_COUNT; i++) line->field_start[i] = line->field_end[i] = -1;
    while (p < stop && is_json_space(*p)) p++;
    line->status = p == stop ? JSON_BLANK : JSON_WITHOUT;
    if (p == stop) return;
    for (;;) {
        while (p < stop && is_json_space(*p)) p++;
        if (p >= stop) goto malformed;
        int has_ended = 0; /* whether a value ends here */
        const uint8_t c = *p;
        if (state == KEY || (state == KEY_OR_END && c != '}')) {
            if (c != '"') goto malformed;
            const uint8_t *const key = ++p;
            if (!(p = skip_string(p, stop))) goto malformed;
            if (depth == 1) field = field_of(key, p - 1, names);
            while (p < stop && is_json_space(*p)) p++;
            if (p >= stop || *p++ != ':') goto malformed;
            state = VALUE;
            continue;
        }
        if (state == COMMA_OR_END && c == ',') {
            state = is_object[depth] ? KEY : VALUE;
            p++;
            continue;
        }
        if (c == '}' || c == ']') {
            const int may_end = state == COMMA_OR_END || state == KEY_OR_END || state == VALUE_OR_END;
            if (!may_end || is_object[depth] != (c == '}')) goto malformed;
            depth--, p++;
            has_ended = 1;
        } else if (state == COMMA_OR_END) {
            goto malformed;
        } else {
            if (depth == 1 && is_object[1]) value = p;
            if (c == '{' || c == '[') {
                if (++depth > MAX_JSON_DEPTH) goto malformed;
                is_object[depth] = c == '{';
                state = c == '{' ? KEY_OR_END : VALUE_OR_END;
                p++;
            } else {
                if (!(p = c == '"' ? skip_string(p + 1, stop) : skip_scalar(p, stop))) goto malformed;
                has_ended = 1;
            }
        }
        if (!has_ended) continue;
        if (depth == 1 && is_object[1] && field >= 0) {
            note_field(line, field, text, value, p);
            field = -1;
        }
        if (!depth) break;
        state = COMMA_OR_END;
    }
    while (p < stop && is_json_space(*p)) p++;
    if (p < stop) goto malformed;
    if (line->status != JSON_TEXT) line->field_start[0] = line->field_end[0] = -1;
    return;
malformed:
    for (int i = 0; i < FIELD_COUNT; i++) line->field_start[i] = line->field_end[i] = -1;
    line->status = JSON_MALFORMED;
}

/* Read the lines of a text that ends with a line, `most` of them at most; `names` are those of text, id and url. Returns
 * how many were read, and in `read` how far.
 */
EXPORT int64_t dedupe_json_lines(const uint8_t *text, int64_t length, const Pieces *names, int64_t most,
                                 JsonLine *lines, int64_t *read) {
    int64_t position = 0, count = 0;
    while (position < length && count < most) {
        const uint8_t *const end = memchr(text + position, '\n', (size_t)(length - position));
        JsonLine *const line = &lines[count++];
        line->start = position;
        line->end = end ? end - text : length;
        read_line(text, line, names);
        position = line->end + (end != NULL);
    }
    *read = position;
    return count;
}

/* What a valid string between its quotes says, in UTF-8; `out` has as much room as the string. Returns how much it is. */
EXPORT int64_t dedupe_json_text(const uint8_t *string, int64_t length, uint8_t *out) {
    const uint8_t *p = string, *const stop = string + length;
    uint8_t *to = out;
    while (p < stop) {
        const uint8_t *escape = memchr(p, '\\', (size_t)(stop - p));
        const size_t plain = (size_t)((escape ? escape : stop) - p);
        memcpy(to, p, plain);
        to += plain, p += plain;
        if (escape) to += read_escape(&p, stop, to);
    }
    return to - out;
}

/* For each of `count` places in what a string says, ascending, the place in the string itself. Returns 0, or -1 where one
 * lies behind its end or inside a character.
 */
EXPORT int64_t dedupe_json_places(const uint8_t *string, int64_t length, int64_t count, const int64_t *wanted,
                                  int64_t *out) {
    const uint8_t *p = string, *const stop = string + length;
    int64_t said = 0, i = 0;
    while (i < count && p < stop) {
        const uint8_t *escape = memchr(p, '\\', (size_t)(stop - p));
        const int64_t plain = (escape ? escape : stop) - p;
        for (; i < count && wanted[i] <= said + plain; i++) out[i] = p - string + (wanted[i] - said);
        said += plain, p += plain;
        if (!escape) break;
        uint8_t character[4];
        said += read_escape(&p, stop, character);
        if (i < count && wanted[i] < said) return -1;
    }
    for (; i < count; i++) {
        if (wanted[i] != said) return -1;
        out[i] = length;
    }
    return 0;
}
