/* What speaks for each line of a page: dedupe/boilerplate/evidence.py on arrays, and the points of it.
 *
 * Lines are as in votes.h. A part's case is where its value falls among edges, which the caller hands over with all
 * other constants.
 */

enum {
    BY_VOTES, BY_NEIGHBOURS, BY_LENGTH, BY_PLACE, BY_ARTICLE, BY_BANNERS_NEAR, BY_BANNER_ABOVE, BY_BANNERS_SINCE,
    BY_SHORT_LINES, BY_REPEATS, BY_TEMPLATE, BY_PROSE_NEAR, BY_FRAME, PART_COUNT
};
enum {
    ALONE, PAIR, SHARE, TOKENS, DISTANCE, PASSED, PROSE, BANNERS, SINCE, RUN, TIMES, TEMPLATE, SIDE, MEASURE_COUNT
};
enum { CASES = 64 };

typedef struct {
    int32_t prose_tokens, long_tokens, many_votes, min_frame_votes, min_long_votes, near_banners, near_lines, padding;
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

/* Codes and points of the lines of documents; `voters` has an entry a document. Documents without a line to judge are
 * left out with `is_judged`; nothing is written for them. Returns 0, or -2 without memory.
 */
EXPORT int64_t dedupe_evidence(int64_t document_count, const int64_t *bounds, const uint8_t *is_judged,
                               const uint32_t *names, const uint32_t *tokens, const uint8_t *is_sentence,
                               const uint8_t *banners, const uint32_t *votes, const uint8_t *neighbours,
                               const uint32_t *voters, int64_t number_count, const EvidenceLimits *limits,
                               uint8_t *codes, int32_t *points) {
    int64_t longest = 0;
    for (int64_t d = 0; d < document_count; d++)
        if (bounds[d + 1] - bounds[d] > longest) longest = bounds[d + 1] - bounds[d];
    uint32_t *times = calloc((size_t)number_count + 1, sizeof *times);
    int64_t *prose = malloc(sizeof *prose * (size_t)(longest + 1)), *banner = malloc(sizeof *banner * (size_t)(longest + 1));
    int64_t *repeated = malloc(sizeof *repeated * (size_t)(longest + 1)), *next = malloc(sizeof *next * (size_t)(longest + 1));
    int64_t status = NO_MEMORY;
    if (!times || !prose || !banner || !repeated || !next) goto done;
    const int32_t kinds = cases_of(limits, DISTANCE), first_of_two = cases_of(limits, ALONE),
                  first_of_three = first_of_two + cases_of(limits, PAIR),
                  first_of_more = first_of_three + cases_of(limits, SHARE);
    for (int64_t d = 0; d < document_count; d++) {
        const int64_t from = bounds[d], count = bounds[d + 1] - from;
        if (!is_judged[d]) continue;
        prose[0] = banner[0] = repeated[0] = 0;
        int64_t first = count;
        for (int64_t i = 0; i < count; i++) {
            const int64_t at = from + i;
            const int is_prose = is_sentence[at] && !banners[at] && votes[at] == 1 &&
                                 tokens[at] >= (uint32_t)limits->prose_tokens;
            if (is_prose && first == count) first = i;
            prose[i + 1] = prose[i] + (is_prose ? tokens[at] : 0);
            banner[i + 1] = banner[i] + (banners[at] != 0);
            repeated[i + 1] = repeated[i] + (votes[at] > 1);
            times[names[at]]++;
        }
        next[count] = -1; /* the prose that follows, -1 where there is none */
        for (int64_t i = count - 1; i >= 0; i--) next[i] = prose[i + 1] > prose[i] ? i : next[i + 1];
        int64_t before = -1, run_end = 0, run = 0;
        uint8_t above = 0;
        for (int64_t i = 0; i < count; i++) {
            const int64_t at = from + i, near_first = clipped(i - limits->near_lines, 0, count),
                          near_stop = clipped(i + limits->near_lines + 1, 0, count);
            if (i >= run_end) {
                const int is_short = tokens[at] < (uint32_t)limits->prose_tokens;
                for (run_end = i + 1; run_end < count && (tokens[from + run_end] < (uint32_t)limits->prose_tokens) == is_short;)
                    run_end++;
                run = is_short ? run_end - i : 0;
            }
            uint8_t *code = codes + at * PART_COUNT;
            if (votes[at] == 1) code[BY_VOTES] = (uint8_t)case_of(limits, ALONE, voters[d]);
            else if (votes[at] == 2) code[BY_VOTES] = (uint8_t)(first_of_two + case_of(limits, PAIR, voters[d]));
            else
                code[BY_VOTES] = (uint8_t)((votes[at] < (uint32_t)limits->many_votes ? first_of_three : first_of_more) +
                                           case_of(limits, SHARE, 100 * (int64_t)votes[at] / voters[d]));
            code[BY_NEIGHBOURS] = (uint8_t)(neighbours[at] + (votes[at] > 1 ? 3 : 0));
            code[BY_LENGTH] = (uint8_t)(2 * case_of(limits, TOKENS, tokens[at]) + (is_sentence[at] != 0));
            if (prose[i + 1] > prose[i]) code[BY_PLACE] = 0, before = i;
            else if (first == count) code[BY_PLACE] = 1;
            else if (before < 0) code[BY_PLACE] = (uint8_t)(2 + kinds + case_of(limits, DISTANCE, first - i));
            else if (next[i] < 0) code[BY_PLACE] = (uint8_t)(2 + 2 * kinds + case_of(limits, DISTANCE, i - before));
            else {
                const int64_t distance = i - before < next[i] - i ? i - before : next[i] - i;
                code[BY_PLACE] = (uint8_t)(2 + case_of(limits, DISTANCE, distance));
            }
            code[BY_ARTICLE] =
                prose[count] ? (uint8_t)(6 * case_of(limits, PROSE, prose[count]) +
                                         case_of(limits, PASSED, 100 * prose[i + 1] / prose[count]))
                             : 0;
            const int64_t near = banner[clipped(i + limits->near_banners + 1, 0, count)] -
                                 banner[clipped(i - limits->near_banners, 0, count)] - (banners[at] != 0);
            code[BY_BANNERS_NEAR] = (uint8_t)case_of(limits, BANNERS, near);
            code[BY_BANNER_ABOVE] = above;
            code[BY_BANNERS_SINCE] = i <= first ? 0 : (uint8_t)(1 + case_of(limits, SINCE, banner[i] - banner[first]));
            code[BY_SHORT_LINES] = (uint8_t)case_of(limits, RUN, run);
            code[BY_REPEATS] = (uint8_t)case_of(limits, TIMES, times[names[at]]);
            const int64_t left = repeated[i] - repeated[near_first], right = repeated[near_stop] - repeated[i + 1];
            code[BY_TEMPLATE] = voters[d] > 1 ? (uint8_t)(1 + case_of(limits, TEMPLATE, left < right ? left : right)) : 0;
            code[BY_PROSE_NEAR] = (uint8_t)(4 * case_of(limits, SIDE, prose[i] - prose[near_first]) +
                                            case_of(limits, SIDE, prose[near_stop] - prose[i + 1]));
            const int is_outside = code[BY_PLACE] == 1 || code[BY_PLACE] >= 2 + kinds;
            code[BY_FRAME] = (uint8_t)is_frame(limits, votes[at], voters[d], tokens[at], neighbours[at], is_outside);
            int32_t sum = 0;
            for (int part = 0; part < PART_COUNT; part++) sum += limits->points[part * CASES + code[part]];
            points[at] = sum;
            if (banners[at]) above = banners[at];
        }
        for (int64_t i = from; i < bounds[d + 1]; i++) times[names[i]] = 0;
    }
    status = 0;
done:
    free(times), free(prose), free(banner), free(repeated), free(next);
    return status;
}
