/* The lines of a plan: the spelling of dedupe/plan/canonical.py, for many lines at a time. */

/* Pieces of text behind each other; piece i lies from bounds[i] to bounds[i + 1]. */
typedef struct {
    const uint8_t *bytes;
    const int64_t *bounds;
} Pieces;

/* Where something stands, as a plan says it. */
typedef struct {
    uint32_t start, end, first_line, last_line;
} Spot;

/* The paragraphs of a corpus. */
typedef struct {
    const uint32_t *start, *end, *first_line, *last_line;
    const uint32_t *keys, *token_count; /* `token_count` by key */
} Spots;

static inline Spot spot_of(const Spots *all, int64_t paragraph) {
    return (Spot){all->start[paragraph], all->end[paragraph], all->first_line[paragraph], all->last_line[paragraph]};
}

#define SPELL(out, literal) (memcpy(out, literal, sizeof literal - 1), (out) + sizeof literal - 1)

static uint8_t *spell_bytes(uint8_t *out, const uint8_t *bytes, int64_t count) {
    memcpy(out, bytes, (size_t)count);
    return out + count;
}

static uint8_t *spell_number(uint8_t *out, uint32_t number) {
    uint8_t digits[10];
    int count = 0;
    do digits[count++] = (uint8_t)('0' + number % 10);
    while (number /= 10);
    while (count) *out++ = digits[--count];
    return out;
}

/* A share as Python writes round(share, 4). */
static uint8_t *spell_share(uint8_t *out, uint32_t part, uint32_t whole) {
    char digits[32];
    int count = snprintf(digits, sizeof digits, "%.4f", (double)part / (double)whole);
    while (digits[count - 1] == '0' && digits[count - 2] >= '0' && digits[count - 2] <= '9') count--;
    for (int i = 0; i < count; i++) *out++ = digits[i] >= '0' && digits[i] <= '9' ? (uint8_t)digits[i] : '.';
    return out;
}

static uint8_t *spell_hex(uint8_t *out, const Digest *digest, int count) {
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < count; i++) {
        const uint8_t byte = (uint8_t)((i < 8 ? digest->low >> 8 * i : digest->high >> 8 * (i - 8)) & 0xFF);
        *out++ = (uint8_t)hex[byte >> 4], *out++ = (uint8_t)hex[byte & 15];
    }
    return out;
}

static uint8_t *spell_place(uint8_t *out, const uint8_t *name, int64_t name_length, const Spot *place) {
    out = SPELL(out, "{\"document\":");
    out = spell_bytes(out, name, name_length);
    out = SPELL(out, ",\"end\":");
    out = spell_number(out, place->end);
    out = SPELL(out, ",\"first_line\":");
    out = spell_number(out, place->first_line);
    out = SPELL(out, ",\"last_line\":");
    out = spell_number(out, place->last_line);
    out = SPELL(out, ",\"start\":");
    out = spell_number(out, place->start);
    *out++ = '}';
    return out;
}

/* ASCII text between quotes, as JSON wants it. */
static uint8_t *spell_text(uint8_t *out, const uint8_t *text, int64_t length) {
    static const char hex[] = "0123456789abcdef", short_of[] = "btn?fr"; /* of the characters 8 to 13 */
    *out++ = '"';
    for (int64_t i = 0; i < length; i++) {
        const uint8_t c = text[i];
        if (c >= ' ' && c != '"' && c != '\\') {
            *out++ = c;
            continue;
        }
        *out++ = '\\';
        if (c >= ' ') {
            *out++ = c;
        } else if (c >= 8 && c <= 13 && c != 11) {
            *out++ = (uint8_t)short_of[c - 8];
        } else {
            out = SPELL(out, "u00");
            *out++ = (uint8_t)hex[c >> 4], *out++ = (uint8_t)hex[c & 15];
        }
    }
    *out++ = '"';
    return out;
}

enum { LONGEST_NUMBERS = 512 }; /* more bytes than what a line says beside names, texts and places of others */

/* Spell findings of one document, a line each, every one with one copy: where `either` is not 0 a near one of which
 * `both` shingles of `either` are shared, else an exact one. `document` is the document's name between quotes, `names`
 * are those of all documents, `name_of` tells in which each copy stands. Returns the number of bytes, or -1 without room.
 */
EXPORT int64_t dedupe_spell_findings(int64_t count, const uint8_t *document, int64_t document_length, const Spots *all,
                                     const int64_t *paragraphs, const int64_t *copies, const Pieces *names,
                                     const int64_t *name_of, const uint32_t *both, const uint32_t *either, int64_t room,
                                     uint8_t *lines) {
    uint8_t *out = lines;
    for (int64_t i = 0; i < count; i++) {
        const int64_t from = names->bounds[name_of[i]], length = names->bounds[name_of[i] + 1] - from;
        if (room - (out - lines) < LONGEST_NUMBERS + document_length + length) return -1;
        const Spot here = spot_of(all, paragraphs[i]), there = spot_of(all, copies[i]);
        const uint8_t *line = out;
        out = SPELL(out, "{\"copies\":[");
        out = spell_place(out, names->bytes + from, length, &there);
        out = SPELL(out, "],\"document\":");
        out = spell_bytes(out, document, document_length);
        out = SPELL(out, ",\"end\":");
        out = spell_number(out, here.end);
        if (either[i]) {
            out = SPELL(out, ",\"evidence\":[[\"jaccard\",");
            out = spell_share(out, both[i], either[i]);
        } else {
            out = SPELL(out, ",\"evidence\":[[\"tokens\",");
            out = spell_number(out, all->token_count[all->keys[paragraphs[i]]]);
        }
        out = SPELL(out, "]],\"first_line\":");
        out = spell_number(out, here.first_line);
        *out++ = ',';
        /* The id is the digest of the line without it. */
        uint8_t *identity = out;
        out = SPELL(out, "\"kind\":\"finding\",\"last_line\":");
        out = spell_number(out, here.last_line);
        if (either[i]) {
            out = SPELL(out, ",\"rule\":\"XDP302\",\"score\":");
            out = spell_share(out, both[i], either[i]);
        } else {
            out = SPELL(out, ",\"rule\":\"XDP301\",\"score\":1.0");
        }
        out = SPELL(out, ",\"start\":");
        out = spell_number(out, here.start);
        *out++ = '}';
        const Digest digest = blake2b(line, (size_t)(out - line), 8);
        const int64_t shift = (int64_t)sizeof "\"id\":\"0123456789abcdef\"," - 1;
        memmove(identity + shift, identity, (size_t)(out - identity));
        out += shift;
        identity = SPELL(identity, "\"id\":\"");
        identity = spell_hex(identity, &digest, 8);
        memcpy(identity, "\",", 2);
        *out++ = '\n';
    }
    return out - lines;
}

/* One document of the corpus, in ASCII with LF lines, whose paragraphs end before `behind`. `name` is its name, `quoted`
 * the same between quotes.
 */
typedef struct {
    const Spots *all;
    int64_t behind;
    const uint8_t *raw;
    int64_t size;
    const uint8_t *name, *quoted;
    int64_t name_length, quoted_length;
} Article;

/* Spell the cuts of one document, a line each: the `paragraphs` go, each with the gap behind it, or where `is_shifted`
 * with the one before it, so that the cut has whole lines once it is moved on by one byte. Where `run` is not 0 a
 * paragraph repeats `survivor`; of the others `told` has three pieces each, rule, score and evidence, and
 * survivors[survivor_bounds[k]] to survivors[survivor_bounds[k + 1]] stay for the k-th of them. Returns the number of
 * bytes, or -1 without room.
 */
EXPORT int64_t dedupe_spell_cuts(int64_t count, const Article *article, const int64_t *paragraphs,
                                 const uint8_t *is_shifted, const int32_t *run, const int32_t *survivor,
                                 const Pieces *told, const int64_t *survivor_bounds, const int64_t *survivors,
                                 int64_t room, uint8_t *lines) {
    static const uint8_t exact[] = "DUP101";
    const Spots *all = article->all;
    const uint8_t *raw = article->raw;
    uint8_t *out = lines;
    for (int64_t i = 0, k = 0; i < count; i++) {
        const int64_t paragraph = paragraphs[i];
        const Spot place = spot_of(all, paragraph);
        const uint32_t start = is_shifted[i] ? all->end[paragraph - 1] : place.start;
        const uint32_t behind = is_shifted[i]                       ? place.end
                                : paragraph + 1 < article->behind ? all->start[paragraph + 1]
                                                                    : (uint32_t)article->size;
        const uint8_t *rule = exact, *score = NULL, *evidence = NULL;
        int64_t rule_length = sizeof exact - 1, score_length = 0, evidence_length = 0, copies = 1;
        if (!run[i]) {
            const int64_t *bounds = told->bounds + 3 * k;
            rule = told->bytes + bounds[0], score = told->bytes + bounds[1], evidence = told->bytes + bounds[2];
            rule_length = bounds[1] - bounds[0], score_length = bounds[2] - bounds[1];
            evidence_length = bounds[3] - bounds[2];
            copies = survivor_bounds[k + 1] - survivor_bounds[k];
        }
        if (room - (out - lines) < LONGEST_NUMBERS + rule_length + score_length + evidence_length + article->name_length +
                                       (copies + 1) * (article->quoted_length + 128) + 6 * (int64_t)(behind - start))
            return -1;
        uint8_t *content = out; /* what the id is a digest of, spelled where the line comes to stand */
        const Digest removed = blake2b(raw + start, behind - start, 16);
        out = spell_bytes(out, article->name, article->name_length);
        *out++ = 0;
        out = spell_number(out, start);
        *out++ = 0;
        out = spell_number(out, behind);
        *out++ = 0;
        out = spell_bytes(out, rule, rule_length);
        *out++ = 0;
        out = spell_hex(out, &removed, 16);
        const Digest identity = blake2b(content, (size_t)(out - content), 6);
        out = content;
        *out++ = '{';
        if (behind > place.end) {
            out = SPELL(out, "\"after\":");
            out = spell_text(out, raw + place.end, behind - place.end);
            *out++ = ',';
        }
        if (start < place.start) {
            out = SPELL(out, "\"before\":");
            out = spell_text(out, raw + start, place.start - start);
            *out++ = ',';
        }
        out = SPELL(out, "\"document\":");
        out = spell_bytes(out, article->quoted, article->quoted_length);
        out = SPELL(out, ",\"end\":");
        out = spell_number(out, behind);
        out = SPELL(out, ",\"evidence\":");
        if (run[i]) {
            out = SPELL(out, "[[\"run paragraphs\",");
            out = spell_number(out, (uint32_t)run[i]);
            out = SPELL(out, "],[\"tokens\",");
            out = spell_number(out, all->token_count[all->keys[paragraph]]);
            out = SPELL(out, "]]");
        } else {
            out = spell_bytes(out, evidence, evidence_length);
        }
        out = SPELL(out, ",\"first_line\":");
        out = spell_number(out, place.first_line);
        out = SPELL(out, ",\"id\":\"");
        out = spell_hex(out, &identity, 6);
        out = SPELL(out, "\",\"kind\":\"cut\",\"last_line\":");
        out = spell_number(out, place.last_line);
        out = SPELL(out, ",\"lf_line\":");
        out = spell_number(out, is_shifted[i] ? all->last_line[paragraph - 1] + 1 : place.first_line);
        if (start < place.start) out = SPELL(out, ",\"lf_rotated\":1");
        out = SPELL(out, ",\"rule\":\"");
        out = spell_bytes(out, rule, rule_length);
        out = SPELL(out, "\",\"score\":");
        if (run[i]) out = SPELL(out, "1.0");
        else out = spell_bytes(out, score, score_length);
        out = SPELL(out, ",\"start\":");
        out = spell_number(out, start);
        out = SPELL(out, ",\"survivors\":[");
        for (int64_t copy = 0; copy < copies; copy++) {
            const Spot stays = spot_of(all, run[i] ? survivor[i] : survivors[survivor_bounds[k] + copy]);
            if (copy) *out++ = ',';
            out = spell_place(out, article->quoted, article->quoted_length, &stays);
        }
        k += !run[i];
        out = SPELL(out, "],\"text\":");
        out = spell_text(out, raw + place.start, place.end - place.start);
        *out++ = '}';
        *out++ = '\n';
    }
    return out - lines;
}
