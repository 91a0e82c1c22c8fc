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
 * are those of the copies' documents, `name_of` tells which is whose. Returns the number of bytes, or -1 without room.
 */
EXPORT int64_t dedupe_spell_findings(int64_t count, const uint8_t *document, int64_t document_length, const Spot *here,
                                     const Spot *there, const Pieces *names, const uint32_t *name_of,
                                     const uint32_t *tokens, const uint32_t *both, const uint32_t *either, int64_t room,
                                     uint8_t *lines) {
    uint8_t *out = lines;
    for (int64_t i = 0; i < count; i++) {
        const int64_t from = names->bounds[name_of[i]], length = names->bounds[name_of[i] + 1] - from;
        if (room - (out - lines) < LONGEST_NUMBERS + document_length + length) return -1;
        const uint8_t *line = out;
        out = SPELL(out, "{\"copies\":[");
        out = spell_place(out, names->bytes + from, length, &there[i]);
        out = SPELL(out, "],\"document\":");
        out = spell_bytes(out, document, document_length);
        out = SPELL(out, ",\"end\":");
        out = spell_number(out, here[i].end);
        if (either[i]) {
            out = SPELL(out, ",\"evidence\":[[\"jaccard\",");
            out = spell_share(out, both[i], either[i]);
        } else {
            out = SPELL(out, ",\"evidence\":[[\"tokens\",");
            out = spell_number(out, tokens[i]);
        }
        out = SPELL(out, "]],\"first_line\":");
        out = spell_number(out, here[i].first_line);
        *out++ = ',';
        /* The id is the digest of the line without it. */
        uint8_t *identity = out;
        out = SPELL(out, "\"kind\":\"finding\",\"last_line\":");
        out = spell_number(out, here[i].last_line);
        if (either[i]) {
            out = SPELL(out, ",\"rule\":\"XDP302\",\"score\":");
            out = spell_share(out, both[i], either[i]);
        } else {
            out = SPELL(out, ",\"rule\":\"XDP301\",\"score\":1.0");
        }
        out = SPELL(out, ",\"start\":");
        out = spell_number(out, here[i].start);
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

/* Spell the cuts of one document in ASCII, `raw`, a line each: cut i takes the bytes ranges[i], which are the text
 * from places[i].start to places[i].end and the gap behind or before it; with the one before it the cut has whole lines
 * once it is moved on by one byte. It begins in the line lf_lines[i], so moved. `told` has three pieces for each: rule,
 * score and evidence. The copies that stay for it are survivors[survivor_bounds[i]] to survivors[survivor_bounds[i + 1]], in the same
 * document, whose name is `name`, and between quotes `document`. Returns the number of bytes, or -1 without room.
 */
EXPORT int64_t dedupe_spell_cuts(int64_t count, const uint8_t *name, int64_t name_length, const uint8_t *document,
                                 int64_t document_length, const uint8_t *raw, const Spot *places,
                                 const uint32_t (*ranges)[2], const uint32_t *lf_lines, const Pieces *told,
                                 const int64_t *survivor_bounds,
                                 const Spot *survivors, int64_t room, uint8_t *lines) {
    uint8_t *out = lines;
    for (int64_t i = 0; i < count; i++) {
        const Spot *place = &places[i];
        const uint32_t start = ranges[i][0], behind = ranges[i][1];
        const uint8_t *rule = told->bytes + told->bounds[3 * i], *score = told->bytes + told->bounds[3 * i + 1];
        const uint8_t *evidence = told->bytes + told->bounds[3 * i + 2];
        const int64_t rule_length = score - rule, score_length = evidence - score;
        const int64_t evidence_length = told->bounds[3 * i + 3] - told->bounds[3 * i + 2];
        const int64_t copies = survivor_bounds[i + 1] - survivor_bounds[i];
        if (room - (out - lines) < LONGEST_NUMBERS + rule_length + score_length + evidence_length + name_length +
                                       (copies + 1) * (document_length + 128) + 6 * (int64_t)(behind - start))
            return -1;
        uint8_t *content = out; /* what the id is a digest of, spelled where the line comes to stand */
        const Digest removed = blake2b(raw + start, behind - start, 16);
        out = spell_bytes(out, name, name_length);
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
        if (behind > place->end) {
            out = SPELL(out, "\"after\":");
            out = spell_text(out, raw + place->end, behind - place->end);
            *out++ = ',';
        }
        if (start < place->start) {
            out = SPELL(out, "\"before\":");
            out = spell_text(out, raw + start, place->start - start);
            *out++ = ',';
        }
        out = SPELL(out, "\"document\":");
        out = spell_bytes(out, document, document_length);
        out = SPELL(out, ",\"end\":");
        out = spell_number(out, behind);
        out = SPELL(out, ",\"evidence\":");
        out = spell_bytes(out, evidence, evidence_length);
        out = SPELL(out, ",\"first_line\":");
        out = spell_number(out, place->first_line);
        out = SPELL(out, ",\"id\":\"");
        out = spell_hex(out, &identity, 6);
        out = SPELL(out, "\",\"kind\":\"cut\",\"last_line\":");
        out = spell_number(out, place->last_line);
        out = SPELL(out, ",\"lf_line\":");
        out = spell_number(out, lf_lines[i]);
        if (start < place->start) out = SPELL(out, ",\"lf_rotated\":1");
        out = SPELL(out, ",\"rule\":\"");
        out = spell_bytes(out, rule, rule_length);
        out = SPELL(out, "\",\"score\":");
        out = spell_bytes(out, score, score_length);
        out = SPELL(out, ",\"start\":");
        out = spell_number(out, start);
        out = SPELL(out, ",\"survivors\":[");
        for (int64_t copy = survivor_bounds[i]; copy < survivor_bounds[i + 1]; copy++) {
            if (copy > survivor_bounds[i]) *out++ = ',';
            out = spell_place(out, document, document_length, &survivors[copy]);
        }
        out = SPELL(out, "],\"text\":");
        out = spell_text(out, raw + place->start, place->end - place->start);
        *out++ = '}';
        *out++ = '\n';
    }
    return out - lines;
}
