/* What speaks for each line of a page: dedupe/boilerplate/evidence.py on arrays, and the points of it.
 *
 * Lines are as in votes.h. A part's case is where its value falls among edges, which the caller hands over with all
 * other constants.
 */

enum {
    BY_VOTES, BY_NEIGHBOURS, BY_LENGTH, BY_PLACE, BY_ARTICLE, BY_BANNERS_NEAR, BY_BANNER_ABOVE, BY_BANNERS_SINCE,
    BY_TEMPLATE, BY_PROSE_NEAR, BY_ORDER, BY_WORDS, BY_PAGE, BY_FRAME, PART_COUNT
};
enum {
    ALONE, PAIR, SHARE, TOKENS, DISTANCE, PASSED, PROSE, BANNERS, SINCE, TEMPLATE, SIDE, ORDER, DISTINCT, SHARED,
    PROSE_SHARE, MEASURE_COUNT
};
enum { CASES = 64 };

typedef struct {
    int32_t prose_tokens, long_tokens, many_votes, min_frame_votes, min_long_votes, near_banners, near_lines;
    int32_t large_site, banner_kinds, padding;
    const int32_t *edges;  /* of all measures, one behind the other */
    const int32_t *bounds; /* where those of each measure begin, and end */
    const int32_t *points; /* PART_COUNT rows of CASES */
} EvidenceLimits;

static inline int32_t case_of(const EvidenceLimits *limits, int measure, int64_t value) {
    const int32_t *edge = limits->edges + limits->bounds[measure], *end = limits->edges + limits->bounds[measure + 1];
    int32_t found = 0;
    while (edge < end && value >= *edge) edge++, found++;
    return found;
}

static inline int32_t cases_of(const EvidenceLimits *limits, int measure) {
    return limits->bounds[measure + 1] - limits->bounds[measure] + 1;
}

static inline int64_t clipped(int64_t value, int64_t least, int64_t most) {
    return value < least ? least : value > most ? most : value;
}

static inline int is_frame(const EvidenceLimits *limits, int64_t votes, int64_t voters, uint32_t tokens, int neighbours,
                           int is_outside) {
    if (votes < limits->min_frame_votes) return 0;
    if (tokens < (uint32_t)limits->long_tokens) return 10 * votes >= voters && neighbours > 0 && is_outside;
    if (votes >= limits->min_long_votes && 2 * votes >= voters && neighbours > 0 && (is_outside || neighbours > 1)) return 1;
    return neighbours > 1 && is_outside;
}

/* The words of a document's prose: in how many of its lines each stands, two standing for more. */
typedef struct {
    uint32_t word, line; /* `line`: the last one that was seen to hold it, counted from 1 over all documents */
    uint8_t holders;
} Word;

typedef struct {
    Word *words;
    uint64_t mask;
    uint32_t lines; /* that were looked at so far */
    uint64_t *own;  /* distinct words of a line */
    int64_t own_room;
} Prose;

static inline Word *word_at(const Prose *p, uint32_t word) {
    uint64_t at = (uint64_t)word * 0x9E3779B97F4A7C15ULL >> 32 & p->mask;
    while (p->words[at].holders && p->words[at].word != word) at = (at + 1) & p->mask;
    return &p->words[at];
}

/* Empty the table, with room for so many words; returns 0 without memory. */
static int make_room(Prose *p, int64_t most) {
    uint64_t room = 1024;
    while (room < 2 * (uint64_t)(most + 1)) room *= 2;
    if (room > p->mask + 1 || !p->words) {
        free(p->words);
        p->words = malloc(sizeof *p->words * room);
        if (!p->words) return 0;
        p->mask = room - 1;
    }
    memset(p->words, 0, sizeof *p->words * (p->mask + 1));
    return 1;
}

static void add_prose(Prose *p, const uint32_t *tokens, int64_t count) {
    p->lines++;
    for (int64_t i = 0; i < count; i++) {
        Word *word = word_at(p, tokens[i]);
        if (word->holders && word->line == p->lines) continue;
        word->word = tokens[i], word->line = p->lines;
        if (word->holders < 2) word->holders++;
    }
}

/* Which case a line is by the number of its distinct words and the share of them in the prose, in another line than
 * this one; -1 without memory.
 */
static int32_t words_case(Prose *p, const EvidenceLimits *limits, const uint32_t *tokens, int64_t count, int is_prose) {
    if (!grow((void **)&p->own, &p->own_room, count + 1, sizeof *p->own)) return -1;
    for (int64_t i = 0; i < count; i++) p->own[i] = (uint64_t)tokens[i] << 32;
    sort_u64(p->own, count);
    int64_t distinct = 0, shared = 0;
    for (int64_t i = 0; i < count; i++) {
        if (i && p->own[i] == p->own[i - 1]) continue;
        distinct++;
        shared += word_at(p, (uint32_t)(p->own[i] >> 32))->holders > is_prose;
    }
    return 1 + cases_of(limits, SHARED) * case_of(limits, DISTINCT, distinct) +
           case_of(limits, SHARED, 100 * shared / distinct);
}

/* Codes and points of the lines of documents that are `worth_a_look`; nothing is written for others. `keys` name the
 * lines' words, those of key k from `token_start[k]` on. Returns 0, or -2 without memory.
 */
EXPORT int64_t dedupe_evidence(int64_t document_count, const int64_t *bounds, const uint8_t *worth_a_look,
                               const uint32_t *keys, const uint32_t *tokens, const uint8_t *is_sentence,
                               const uint8_t *banners, const uint32_t *votes, const uint8_t *neighbours, int64_t voters,
                               const uint32_t *token_count, const int64_t *token_start, const uint32_t *token_hashes,
                               const EvidenceLimits *limits, uint8_t *codes, int32_t *points) {
    int64_t longest = 0;
    for (int64_t d = 0; d < document_count; d++)
        if (bounds[d + 1] - bounds[d] > longest) longest = bounds[d + 1] - bounds[d];
    int64_t *prose = malloc(sizeof *prose * (size_t)(longest + 1)), *banner = malloc(sizeof *banner * (size_t)(longest + 1));
    int64_t *repeated = malloc(sizeof *repeated * (size_t)(longest + 1)), *next = malloc(sizeof *next * (size_t)(longest + 1));
    Prose words = {0};
    int64_t status = NO_MEMORY;
    if (!prose || !banner || !repeated || !next) goto done;
    const int32_t kinds = cases_of(limits, DISTANCE), first_of_two = cases_of(limits, ALONE),
                  first_of_three = first_of_two + cases_of(limits, PAIR),
                  first_of_more = first_of_three + cases_of(limits, SHARE), places = 2 + 3 * kinds;
    for (int64_t d = 0; d < document_count; d++) {
        const int64_t from = bounds[d], count = bounds[d + 1] - from;
        if (!memchr(worth_a_look + from, 1, (size_t)count)) continue;
        prose[0] = banner[0] = repeated[0] = 0;
        int64_t first = count, prose_words = 0, length = 0;
        for (int64_t i = 0; i < count; i++) {
            const int64_t at = from + i;
            const int is_prose = is_sentence[at] && !banners[at] && votes[at] == 1 &&
                                 tokens[at] >= (uint32_t)limits->prose_tokens;
            if (is_prose && first == count) first = i;
            if (is_prose) prose_words += token_count[keys[at]];
            prose[i + 1] = prose[i] + (is_prose ? tokens[at] : 0);
            banner[i + 1] = banner[i] + (banners[at] != 0);
            repeated[i + 1] = repeated[i] + (votes[at] > 1);
            length += tokens[at];
        }
        next[count] = -1; /* the prose that follows, -1 where there is none */
        for (int64_t i = count - 1; i >= 0; i--) next[i] = prose[i + 1] > prose[i] ? i : next[i + 1];
        if (prose_words) {
            if (!make_room(&words, prose_words)) goto done;
            for (int64_t i = 0; i < count; i++)
                if (prose[i + 1] > prose[i])
                    add_prose(&words, token_hashes + token_start[keys[from + i]], token_count[keys[from + i]]);
        }
        const int32_t page = case_of(limits, PROSE_SHARE, length ? 100 * prose[count] / length : 0) +
                             (voters == 1 ? cases_of(limits, PROSE_SHARE) : 0);
        int64_t before = -1;
        uint8_t above = 0;
        for (int64_t i = 0; i < count; i++) {
            const int64_t at = from + i;
            const int is_prose = prose[i + 1] > prose[i];
            if (is_prose) before = i;
            const uint8_t last_above = above;
            if (banners[at]) above = banners[at];
            if (!worth_a_look[at]) continue;
            const int64_t near_first = clipped(i - limits->near_lines, 0, count),
                          near_stop = clipped(i + limits->near_lines + 1, 0, count);
            uint8_t *code = codes + at * PART_COUNT;
            if (votes[at] == 1) code[BY_VOTES] = (uint8_t)case_of(limits, ALONE, voters);
            else if (votes[at] == 2) code[BY_VOTES] = (uint8_t)(first_of_two + case_of(limits, PAIR, voters));
            else
                code[BY_VOTES] = (uint8_t)((votes[at] < (uint32_t)limits->many_votes ? first_of_three : first_of_more) +
                                           case_of(limits, SHARE, 100 * (int64_t)votes[at] / voters));
            code[BY_NEIGHBOURS] = (uint8_t)(neighbours[at] + (votes[at] > 1 ? 3 : 0));
            code[BY_LENGTH] = (uint8_t)(2 * case_of(limits, TOKENS, tokens[at]) + (is_sentence[at] != 0));
            int32_t place;
            if (is_prose) place = 0;
            else if (first == count) place = 1;
            else if (before < 0) place = 2 + kinds + case_of(limits, DISTANCE, first - i);
            else if (next[i] < 0) place = 2 + 2 * kinds + case_of(limits, DISTANCE, i - before);
            else place = 2 + case_of(limits, DISTANCE, i - before < next[i] - i ? i - before : next[i] - i);
            code[BY_PLACE] = (uint8_t)(place + (voters == 1 ? places : 0));
            code[BY_ARTICLE] =
                prose[count] ? (uint8_t)(6 * case_of(limits, PROSE, prose[count]) +
                                         case_of(limits, PASSED, 100 * prose[i + 1] / prose[count]))
                             : 0;
            const int64_t near = banner[clipped(i + limits->near_banners + 1, 0, count)] -
                                 banner[clipped(i - limits->near_banners, 0, count)] - (banners[at] != 0);
            code[BY_BANNERS_NEAR] = (uint8_t)case_of(limits, BANNERS, near);
            code[BY_BANNER_ABOVE] = (uint8_t)(last_above + (voters >= limits->large_site ? limits->banner_kinds : 0));
            code[BY_BANNERS_SINCE] = i <= first ? 0 : (uint8_t)(1 + case_of(limits, SINCE, banner[i] - banner[first]));
            const int64_t left = repeated[i] - repeated[near_first], right = repeated[near_stop] - repeated[i + 1];
            code[BY_TEMPLATE] = voters > 1 ? (uint8_t)(1 + case_of(limits, TEMPLATE, left < right ? left : right)) : 0;
            code[BY_PROSE_NEAR] = (uint8_t)(4 * case_of(limits, SIDE, prose[i] - prose[near_first]) +
                                            case_of(limits, SIDE, prose[near_stop] - prose[i + 1]));
            code[BY_ORDER] = votes[at] == 1 ? (uint8_t)(1 + case_of(limits, ORDER, i + 1)) : 0;
            const int32_t shared = prose_words ? words_case(&words, limits, token_hashes + token_start[keys[at]],
                                                            token_count[keys[at]], is_prose)
                                               : 0;
            if (shared < 0) goto done;
            code[BY_WORDS] = (uint8_t)shared;
            code[BY_PAGE] = (uint8_t)page;
            code[BY_FRAME] = (uint8_t)is_frame(limits, votes[at], voters, tokens[at], neighbours[at],
                                               place == 1 || place >= 2 + kinds);
            int32_t sum = 0;
            for (int part = 0; part < PART_COUNT; part++) sum += limits->points[part * CASES + code[part]];
            points[at] = sum;
        }
    }
    status = 0;
done:
    free(prose), free(banner), free(repeated), free(next), free(words.words), free(words.own);
    return status;
}
