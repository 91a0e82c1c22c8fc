/* Repeats in many documents, as long as there is nothing to judge: `settled_repeats` of dedupe/corpus/repeats.py. */

/* What a sweep reads and writes, an entry a paragraph of the corpus unless it says otherwise. */
typedef struct {
    const int64_t *bounds; /* of the paragraphs of each document */
    const uint32_t *keys, *first_line, *last_line;
    const uint8_t *traits, *gone; /* `gone`: boilerplate, which takes no part */
    const uint32_t *token_count;  /* by key, as the next two */
    const int64_t *token_start;
    const uint32_t *token_hashes;
    const int64_t *slacks; /* by document: more lines than these may change how it is divided; -1: that does not matter */
    SearchLimits limits;
    int32_t min_run_tokens, min_stanza_lines, max_searches;
    uint8_t exact_rule, is_later; /* `is_later`: repeats that were found before are forgotten */
    uint8_t *rules, *reported;
    const uint8_t *is_boilerplate; /* by rule */
    int32_t *survivor, *run;
} Sweep;

/* A search that came upon something to be judged, for who judges: the event and its kind. */
typedef struct {
    Search *search;
    int64_t kind;
    Event event;
} Begun;

enum { SETTLED = 0, TO_BE_JUDGED = 1, MAY_DIVIDE_OTHERWISE = 2 };

typedef struct {
    uint32_t *left, *keys, *again;
    uint8_t *is_verse, *after, *is_long, *leads_on, *fate;
    int32_t *place, *survivor, *run;
    int64_t room;
} Bench;

static void free_bench(Bench *b) {
    free(b->left), free(b->keys), free(b->again), free(b->is_verse), free(b->after), free(b->is_long);
    free(b->leads_on), free(b->fate), free(b->place), free(b->survivor), free(b->run);
}

static int make_bench(Bench *b, int64_t count) {
    const size_t room = (size_t)count + 1;
    free_bench(b);
    *b = (Bench){.left = malloc(4 * room), .keys = malloc(4 * room), .again = malloc(4 * room), .is_verse = malloc(room),
                 .after = malloc(room), .is_long = malloc(room), .leads_on = malloc(room), .fate = malloc(room),
                 .place = malloc(4 * room), .survivor = malloc(4 * room), .run = malloc(4 * room), .room = count};
    return b->left && b->keys && b->again && b->is_verse && b->after && b->is_long && b->leads_on && b->fate &&
           b->place && b->survivor && b->run;
}

/* Seek repeats among the paragraphs that are left; returns SETTLED, TO_BE_JUDGED or -2. `*visible` are searched. Where
 * `begun` is not NULL it gets the search that is to be judged.
 */
static int64_t search_quietly(const Sweep *w, Bench *b, int64_t count, int64_t first, int64_t *visible, Begun *begun) {
    int64_t n = 0, long_count = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint32_t key = w->keys[first + b->left[i]];
        if (!key) continue;
        b->keys[n] = key;
        b->is_long[n] = w->token_count[key] >= (uint32_t)w->min_run_tokens && !b->is_verse[i];
        b->leads_on[n] = (w->traits[first + b->left[i]] & LEADS_ON) != 0;
        b->place[n] = (int32_t)i;
        long_count += b->is_long[n++];
    }
    *visible = n;
    memset(b->fate, 0, (size_t)n);
    memset(b->survivor, 0, (size_t)n * sizeof *b->survivor);
    memset(b->run, 0, (size_t)n * sizeof *b->run);
    if (long_count < 2) return SETTLED;
    Event event;
    Search *search;
    const int64_t kind = dedupe_search_begin(n, b->keys, b->is_long, b->leads_on, w->token_count, w->token_start,
                                             w->token_hashes, &w->limits, b->fate, b->survivor, b->run, &event, &search);
    if (kind == NO_MEMORY || kind == EVENT_END) return kind;
    if (begun && own_arrays(search)) *begun = (Begun){search, kind, event};
    else dedupe_search_free(search);
    return TO_BE_JUDGED;
}

/* Settle one document; the loop is that of `settled_repeats`. */
static int64_t settle_quietly(const Sweep *w, Bench *b, int64_t document, Begun *begun) {
    const int64_t first = w->bounds[document], size = w->bounds[document + 1] - first;
    const uint32_t *first_line = w->first_line + first, *last_line = w->last_line + first;
    int64_t count = 0, visible = 0, lines = 0;
    if (size > b->room && !make_bench(b, size)) return NO_MEMORY;
    for (int64_t i = 0; i < size; i++) {
        if (w->gone[first + i]) lines += (int64_t)last_line[i] - first_line[i] + 1;
        else b->left[count++] = (uint32_t)i;
    }
    dedupe_verse(count, b->left, first_line, last_line, w->traits + first, w->min_stanza_lines, b->is_verse);
    for (int32_t attempt = 0;; attempt++) {
        const int64_t status = search_quietly(w, b, count, first, &visible, attempt ? NULL : begun);
        if (status != SETTLED) return status;
        int64_t dropped = 0, stay = 0;
        for (int64_t i = 0; i < visible; i++) dropped += b->fate[i] == DROPPED_EXACT;
        if (!attempt && !dropped) break;
        for (int64_t i = 0, seen = 0; i < count; i++) {
            const int is_seen = seen < visible && b->place[seen] == (int32_t)i;
            if (!is_seen || b->fate[seen] != DROPPED_EXACT) b->again[stay++] = b->left[i];
            seen += is_seen;
        }
        dedupe_verse(stay, b->again, first_line, last_line, w->traits + first, w->min_stanza_lines, b->after);
        int is_same = 1;
        for (int64_t i = 0, at = 0; i < count; i++) {
            const int stays = at < stay && b->again[at] == b->left[i];
            uint8_t now = stays ? b->after[at++] : 0;
            if (attempt >= w->max_searches) now = now && b->is_verse[i];
            is_same = is_same && now == (stays && b->is_verse[i]);
            /* What went keeps what it was, unless nothing may become verse any more. */
            b->is_verse[i] = stays || attempt >= w->max_searches ? now : b->is_verse[i];
        }
        if (is_same) break;
    }
    for (int64_t i = 0; i < visible; i++) {
        const uint32_t paragraph = b->left[b->place[i]];
        if (b->fate[i] == DROPPED_EXACT) lines += (int64_t)last_line[paragraph] - first_line[paragraph] + 1;
    }
    if (w->is_later)
        for (int64_t i = first; i < first + size; i++) {
            if (!w->is_boilerplate[w->rules[i]]) w->rules[i] = 0;
            w->reported[i] = 0;
        }
    for (int64_t i = 0; i < visible; i++) {
        if (b->fate[i] != DROPPED_EXACT && b->fate[i] != REPORTED_EXACT) continue;
        const int64_t paragraph = first + b->left[b->place[i]];
        (b->fate[i] == DROPPED_EXACT ? w->rules : w->reported)[paragraph] = w->exact_rule;
        w->survivor[paragraph] = (int32_t)(first + b->left[b->place[b->survivor[i]]]);
        w->run[paragraph] = b->run[i];
    }
    return lines > 0 && w->slacks[document] >= 0 && lines > w->slacks[document] ? MAY_DIVIDE_OTHERWISE : SETTLED;
}

/* Settle `count` documents; `status` says of each whether it is SETTLED, is as it was and TO_BE_JUDGED, or is settled
 * and MAY_DIVIDE_OTHERWISE. `begun`, all NULL before, gets the searches of the second kind that stopped in their first
 * attempt; who calls goes on with them and frees them. Returns 0, or -2.
 */
EXPORT int64_t dedupe_sweep(int64_t count, const int64_t *documents, const Sweep *sweep, uint8_t *status,
                            Begun *begun) {
    Bench bench = {.room = -1};
    int64_t result = 0;
    for (int64_t i = 0; i < count && !result; i++) {
        const int64_t found = settle_quietly(sweep, &bench, documents[i], &begun[i]);
        if (found < 0) result = found;
        else status[i] = (uint8_t)found;
    }
    free_bench(&bench);
    return result;
}
