/* How the documents of a group vote on the lines they hold: dedupe/boilerplate/frequency.py on arrays.
 *
 * The lines of all documents follow each other; those of document d are the places from bounds[d] to bounds[d + 1].
 * Keys and names are numbers below `number_count`.
 */

/* The named constants of frequency.py. */
typedef struct {
    int32_t long_tokens, prose_tokens, max_subheads, min_own_limit, max_sharers;
    int32_t max_notice, min_notice_votes, enough_shared; /* 0: no number of tokens is enough by itself */
    double max_own_share, same_document_share;
} VoteLimits;

typedef struct {
    uint64_t pair; /* 0: empty */
    uint32_t first, second;
} PairSlot;

typedef struct {
    PairSlot *slots;
    int64_t room, count;
} PairMap;

static inline uint64_t scatter(uint64_t x) {
    x ^= x >> 32;
    x *= 0x9E3779B97F4A7C15ULL;
    return x ^ (x >> 29);
}

static int pair_map_grow(PairMap *map) {
    const int64_t room = map->room ? map->room * 2 : 1024;
    PairSlot *slots = calloc((size_t)room, sizeof *slots);
    if (!slots) return 0;
    for (int64_t i = 0; i < map->room; i++) {
        if (!map->slots[i].pair) continue;
        uint64_t at = scatter(map->slots[i].pair) & (uint64_t)(room - 1);
        while (slots[at].pair) at = (at + 1) & (uint64_t)(room - 1);
        slots[at] = map->slots[i];
    }
    free(map->slots);
    map->slots = slots;
    map->room = room;
    return 1;
}

/* Returns the slot of a pair, which is not 0, a new one where there is none; NULL without memory. */
static PairSlot *pair_slot(PairMap *map, uint64_t pair) {
    if (2 * (map->count + 1) > map->room && !pair_map_grow(map)) return NULL;
    uint64_t at = scatter(pair) & (uint64_t)(map->room - 1);
    while (map->slots[at].pair && map->slots[at].pair != pair) at = (at + 1) & (uint64_t)(map->room - 1);
    if (!map->slots[at].pair) {
        map->slots[at].pair = pair;
        map->count++;
    }
    return &map->slots[at];
}

static int compare_pairs(const void *left, const void *right) {
    const uint64_t a = ((const PairSlot *)left)->pair, b = ((const PairSlot *)right)->pair;
    return a < b ? -1 : a > b;
}

/* Give near-identical documents one vote: `votes` gets for each document the number of the one it votes with.
 * Returns 0, or -2 without memory.
 */
EXPORT int64_t dedupe_voters(int64_t document_count, const int64_t *bounds, const uint32_t *keys,
                             const uint32_t *tokens, int64_t number_count, const VoteLimits *limits, uint32_t *votes) {
    const int64_t line_count = bounds[document_count];
    uint32_t *holders = calloc((size_t)number_count, sizeof *holders);
    uint32_t *stamp = calloc((size_t)number_count, sizeof *stamp), *beside = calloc((size_t)number_count, sizeof *beside);
    uint32_t *telling = malloc(sizeof *telling * (size_t)(line_count + 1));
    int64_t *telling_bounds = malloc(sizeof *telling_bounds * (size_t)(document_count + 1));
    int64_t *own_tokens = calloc((size_t)document_count + 1, sizeof *own_tokens);
    uint32_t *token_of = calloc((size_t)number_count, sizeof *token_of);
    int64_t *posting = calloc((size_t)number_count + 1, sizeof *posting);
    uint32_t *documents = NULL;
    PairMap shared = {0};
    int64_t status = NO_MEMORY;
    if (!holders || !stamp || !beside || !telling || !telling_bounds || !own_tokens || !token_of || !posting) goto done;
    for (int64_t d = 0; d < document_count; d++)
        for (int64_t i = bounds[d]; i < bounds[d + 1]; i++)
            if (stamp[keys[i]] != (uint32_t)d + 1) stamp[keys[i]] = (uint32_t)d + 1, holders[keys[i]]++;
    memset(stamp, 0, sizeof *stamp * (size_t)number_count);
    double limit = limits->max_own_share * (double)document_count;
    if (limit < limits->min_own_limit) limit = limits->min_own_limit;
    int64_t count = 0;
    for (int64_t d = 0; d < document_count; d++) {
        const uint32_t mark = (uint32_t)d + 1;
        telling_bounds[d] = count;
        for (int64_t i = bounds[d]; i + 1 < bounds[d + 1]; i++)
            if (tokens[i] >= (uint32_t)limits->long_tokens && tokens[i + 1] >= (uint32_t)limits->long_tokens)
                beside[keys[i]] = beside[keys[i + 1]] = mark;
        for (int only_long = 1; only_long >= 0 && count == telling_bounds[d]; only_long--)
            for (int64_t i = bounds[d]; i < bounds[d + 1]; i++) {
                const uint32_t key = keys[i];
                const int is_long = tokens[i] >= (uint32_t)limits->long_tokens, is_rare = (double)holders[key] <= limit;
                if (stamp[key] == mark || !(only_long ? is_long && (beside[key] == mark || is_rare) : is_rare)) continue;
                stamp[key] = mark;
                telling[count++] = key;
                token_of[key] = tokens[i];
                own_tokens[d] += tokens[i];
                posting[key + 1]++;
            }
    }
    telling_bounds[document_count] = count;
    for (int64_t key = 0; key < number_count; key++) posting[key + 1] += posting[key];
    documents = malloc(sizeof *documents * (size_t)(count + 1));
    if (!documents) goto done;
    memset(holders, 0, sizeof *holders * (size_t)number_count); /* now: how many are filled in */
    for (int64_t d = 0; d < document_count; d++)
        for (int64_t i = telling_bounds[d]; i < telling_bounds[d + 1]; i++)
            documents[posting[telling[i]] + holders[telling[i]]++] = (uint32_t)d;
    for (int64_t key = 0; key < number_count; key++)
        for (int64_t later = posting[key] + 1; later < posting[key + 1]; later++)
            for (int64_t earlier = posting[key]; earlier < later && earlier < posting[key] + limits->max_sharers; earlier++) {
                PairSlot *slot = pair_slot(&shared, (uint64_t)documents[earlier] << 32 | documents[later]);
                if (!slot) goto done;
                const uint64_t sum = ((uint64_t)slot->second << 32 | slot->first) + token_of[key];
                slot->first = (uint32_t)sum, slot->second = (uint32_t)(sum >> 32);
            }
    int64_t same = 0;
    for (int64_t i = 0; i < shared.room; i++) {
        const PairSlot slot = shared.slots[i];
        if (!slot.pair) continue;
        const int64_t left = own_tokens[slot.pair >> 32], right = own_tokens[(uint32_t)slot.pair];
        const uint64_t sum = (uint64_t)slot.second << 32 | slot.first;
        if ((double)sum >= limits->same_document_share * (double)(left > right ? left : right) ||
            (limits->enough_shared && sum >= (uint64_t)limits->enough_shared))
            shared.slots[same++] = slot;
    }
    if (same) qsort(shared.slots, (size_t)same, sizeof *shared.slots, compare_pairs);
    for (int64_t d = 0; d < document_count; d++) votes[d] = (uint32_t)d;
    for (int64_t i = 0; i < same; i++) votes[(uint32_t)shared.slots[i].pair] = votes[shared.slots[i].pair >> 32];
    status = 0;
done:
    free(holders), free(stamp), free(beside), free(telling), free(telling_bounds), free(own_tokens), free(token_of);
    free(posting), free(documents), free(shared.slots);
    return status;
}

/* The pair that line i of a document, from `from` to `to`, makes with the one before it; the edge is a neighbour too.
 * 0 where a side has one vote: then the pair has no more, and most lines of a corpus are such.
 */
static inline uint64_t pair_before(int64_t i, int64_t from, int64_t to, const uint32_t *names, const uint32_t *count) {
    const uint64_t edge = 0xFFFFFFFF;
    if ((i > from && count[names[i - 1]] < 2) || (i < to && count[names[i]] < 2)) return 0;
    return (i > from ? names[i - 1] : edge) << 32 | (i < to ? names[i] : edge);
}

/* What a site says of each line: how many votes it has, and on how many sides a neighbour is repeated.
 *
 * `order` are the documents by their votes, so that equal votes stand together. `carried` tells which lines are part of an
 * article that several documents carry. `learned_pages` that are not here vote as well: `learned_votes` of them on the
 * lines `learned_names`, `pair_votes` on `pairs`, as `pair_before` makes them. Returns 0, or -2 without memory.
 */
EXPORT int64_t dedupe_standings(int64_t document_count, const int64_t *bounds, const uint32_t *names,
                                const uint32_t *tokens, const uint8_t *is_sentence, const uint32_t *votes,
                                const uint32_t *order, int64_t number_count, const VoteLimits *limits,
                                int64_t learned_pages, int64_t learned_count, const uint32_t *learned_names,
                                const uint32_t *learned_votes,
                                int64_t pair_count, const uint64_t *pairs, const uint32_t *pair_votes,
                                uint32_t *line_votes, uint8_t *neighbours, uint8_t *carried) {
    const int64_t line_count = bounds[document_count];
    uint32_t *count = calloc((size_t)number_count, sizeof *count), *last = calloc((size_t)number_count, sizeof *last);
    uint8_t *repeated = calloc((size_t)(line_count + document_count) + 1, 1);
    PairMap map = {0};
    int64_t status = NO_MEMORY;
    if (!count || !last || !repeated) goto done;
    memset(carried, 0, (size_t)line_count);
    for (int64_t i = 0; i < learned_count; i++) count[learned_names[i]] = learned_votes[i];
    for (int64_t i = 0; i < pair_count; i++) {
        PairSlot *slot = pair_slot(&map, pairs[i]);
        if (!slot) goto done;
        slot->second = pair_votes[i];
    }
    int64_t voters = learned_pages;
    for (int64_t place = 0; place < document_count; place++) {
        const int64_t d = order[place];
        const uint32_t mark = votes[d] + 1;
        if (!place || votes[d] != votes[order[place - 1]]) voters++;
        for (int64_t i = bounds[d]; i < bounds[d + 1]; i++)
            if (last[names[i]] != mark) last[names[i]] = mark, count[names[i]]++;
    }
    for (int64_t place = 0; place < document_count; place++) {
        const int64_t d = order[place], from = bounds[d], to = bounds[d + 1];
        const uint32_t mark = votes[d] + 1;
        for (int64_t i = from; i <= to; i++) {
            const uint64_t pair = pair_before(i, from, to, names, count);
            if (!pair) continue;
            PairSlot *slot = pair_slot(&map, pair);
            if (!slot) goto done;
            if (slot->first != mark) slot->first = mark, slot->second++;
        }
    }
    for (int64_t d = 0; d < document_count; d++)
        for (int64_t i = bounds[d]; i <= bounds[d + 1]; i++) {
            const uint64_t pair = pair_before(i, bounds[d], bounds[d + 1], names, count);
            repeated[i + d] = pair && pair_slot(&map, pair)->second > 1;
        }
    for (int64_t d = 0; d < document_count; d++) {
        const int64_t from = bounds[d], to = bounds[d + 1];
        int64_t first = -1, before = -1, prose = 0; /* the block of prose that comes together, and how much of it */
        for (int64_t i = from; i <= to; i++) {
            if (i < to && (!is_sentence[i] || tokens[i] < (uint32_t)limits->prose_tokens)) continue;
            int joins = i < to && before >= 0 && i - before <= 1 + limits->max_subheads;
            for (int64_t j = before + 1; joins && j <= i; j++) joins = repeated[j + d];
            if (!joins) {
                for (int64_t j = first; prose > 1 && j <= before; j++)
                    carried[j] = prose > limits->max_notice || count[names[j]] < (uint32_t)limits->min_notice_votes ||
                                 3 * (int64_t)count[names[j]] < voters;
                first = i, prose = 0;
            }
            before = i, prose++;
        }
        for (int64_t i = from; i < to; i++) {
            line_votes[i] = count[names[i]];
            const int left = repeated[i + d] && (i == from || (!carried[i - 1] && tokens[i - 1] < (uint32_t)limits->long_tokens));
            const int right =
                repeated[i + d + 1] && (i + 1 == to || (!carried[i + 1] && tokens[i + 1] < (uint32_t)limits->long_tokens));
            neighbours[i] = (uint8_t)(left + right);
        }
    }
    status = 0;
done:
    free(count), free(last), free(repeated), free(map.slots);
    return status;
}
