/* Repeats inside one document: the search of dedupe/repeats.py on arrays of hashes.
 *
 * Exact repeats are dropped here, by the numbers of their keys. Where a passage is near to a kept one, or contained in
 * kept text, the search stops and says so: whether what differs is harmless is for the caller to judge, on the text.
 */

/* The named constants of repeats.py, candidates.py and containment.py, and what the settings say. */
typedef struct {
    int32_t max_comparisons, max_compared_tokens, max_refusals, template_instances;
    int32_t min_contained_tokens, min_stretch, stride, slack, max_positions;
    uint8_t detects_exact, strips_exact, detects_near, detects_contained;
    double threshold, min_contained_share;
    const uint32_t *decisive; /* hashes of words that decide wherever they differ, ascending */
    int64_t decisive_count;
} SearchLimits;

/* A trigram of the told text, or of a passage that was looked at; eight bytes, so that a document's fit the cache. */
typedef struct {
    uint32_t key; /* 0: empty */
    uint32_t mark; /* twice the number of the last passage that was seen to hold it, and 1 where it is told */
} Seen;

typedef struct {
    uint64_t slot; /* start << 32 | end of what differs */
    int32_t survivor; /* its place among the kept, and 1; 0: empty */
    uint32_t first_key, instances;
} Template;

typedef struct {
    const uint8_t *is_long, *leads_on;
    const uint32_t *keys, *token_count;
    const int64_t *token_start; /* by key */
    const uint32_t *tokens;     /* of all keys */
    SearchLimits limits;
    int64_t count, position;
    int32_t *kept, *local_key, *first_kept;
    int64_t kept_count, told, last_long, named_to, long_kept;
    /* told text */
    uint32_t *text;
    int64_t text_count, text_room;
    int64_t *starts;
    int32_t *numbers;
    int64_t start_count;
    int64_t indexed;
    Index index;
    Seen *seen;
    uint64_t seen_mask;
    uint32_t looked_at; /* passages so far */
    uint32_t *found; /* where among those seen the trigrams of `found_of` are, the passage that was looked at last */
    int64_t found_of, found_room;
    int64_t held; /* how many of the kept the index knows */
    PairMap places; /* trigram -> first node, last node of `positions` */
    Node *positions;
    int64_t position_count, position_room;
    uint32_t *position_sizes;
    Template *templates;
    int64_t template_room, template_count;
    uint64_t *own, *theirs; /* distinct trigrams of the passage looked at, and of another */
    int64_t own_count, own_room, theirs_room;
    int64_t candidate_at;
    int32_t refusals, is_spared;
    int64_t stage;
    /* results, an entry a passage */
    uint8_t *fate;
    int32_t *survivor, *run;
    uint32_t *uncovered, *offsets;
    int32_t *survivors, *owners;
    void *owned; /* what `keys`, `is_long`, `leads_on` and the results point into, NULL where they are the caller's */
} Search;

enum { KEPT = 0, DROPPED_EXACT = 1, REPORTED_EXACT = 2, SPARED_QUESTION = 3, DROPPED_BY_CALLER = 4, SPARED_TEMPLATE = 5 };
enum { EVENT_END = 0, EVENT_NEAR = 1, EVENT_CONTAINED = 2 };
enum { REFUSE = 0, DROP = 1, REPORT = 2 };

typedef struct {
    int64_t passage, survivor; /* places in the arrays handed in; the survivor of a near repeat only */
    int64_t both, either;      /* of their trigrams */
    int64_t start, end;        /* tokens that the two share there */
    int64_t place;             /* of the survivor among the kept */
    int64_t uncovered_count, survivor_count, token_count;
    uint32_t *uncovered; /* positions of tokens; room for as many as the longest compared passage has */
    int32_t *survivors;
    int32_t *owners;   /* for each token of a contained passage, which passage it stands in, -1 for uncovered ones */
    uint32_t *offsets; /* and which token it is there */
} Event; /* the arrays belong to the search */

static inline uint64_t trigram_of(const uint32_t *tokens) {
    uint64_t h = ((uint64_t)tokens[0] << 32 | tokens[1]) * 0x9E3779B97F4A7C15ULL;
    h ^= h >> 32;
    h = (h + tokens[2]) * 0xBF58476D1CE4E5B9ULL;
    h ^= h >> 29;
    return h ? h : 1;
}

static inline const uint32_t *tokens_of(const Search *s, int64_t passage) {
    return s->tokens + s->token_start[s->keys[passage]];
}
static inline int64_t count_of(const Search *s, int64_t passage) { return s->token_count[s->keys[passage]]; }

/* The distinct trigrams of a passage, sorted; returns their number, -1 without memory. */
static int64_t distinct_trigrams(const Search *s, int64_t passage, uint64_t **values, int64_t *room) {
    const uint32_t *tokens = tokens_of(s, passage);
    const int64_t count = count_of(s, passage) - 2;
    if (count <= 0) return 0;
    if (!grow((void **)values, room, count, sizeof **values)) return -1;
    for (int64_t i = 0; i < count; i++) (*values)[i] = trigram_of(tokens + i);
    sort_u64(*values, count);
    int64_t distinct = 1;
    for (int64_t i = 1; i < count; i++)
        if ((*values)[i] != (*values)[i - 1]) (*values)[distinct++] = (*values)[i];
    return distinct;
}

/* Returns the place of a trigram among those seen; there is room for all that a document can have. */
static inline uint32_t seen_at(const Search *s, const uint32_t *tokens) {
    const uint64_t trigram = trigram_of(tokens);
    const uint32_t key = (uint32_t)trigram ? (uint32_t)trigram : 1;
    uint64_t at = trigram >> 32 & s->seen_mask;
    while (s->seen[at].key && s->seen[at].key != key) at = (at + 1) & s->seen_mask;
    s->seen[at].key = key;
    return (uint32_t)at;
}

/* Let text and index know what was kept since they were asked last, up to the last long passage. */
static int tell_kept(Search *s) {
    for (; s->told <= s->last_long; s->told++) {
        const int64_t passage = s->kept[s->told], count = count_of(s, passage);
        if (count > s->limits.max_compared_tokens) continue;
        if (!grow((void **)&s->text, &s->text_room, s->text_count + count, sizeof *s->text)) return 0;
        memcpy(s->text + s->text_count, tokens_of(s, passage), (size_t)count * sizeof *s->text);
        s->starts[s->start_count] = s->text_count;
        s->numbers[s->start_count++] = (int32_t)passage;
        const int64_t before = s->text_count, from = before < 2 ? 0 : before - 2;
        const int is_found = passage == s->found_of;
        s->text_count += count;
        for (int64_t i = from; i + 3 <= s->text_count && (i < before || !is_found); i++)
            s->seen[seen_at(s, s->text + i)].mark |= 1;
        for (int64_t i = 0; is_found && i + 3 <= count; i++) s->seen[s->found[i]].mark |= 1;
    }
    return 1;
}

static inline int is_held(const Search *s, int64_t passage) {
    return s->is_long[passage] && !s->leads_on[passage] && count_of(s, passage) <= s->limits.max_compared_tokens;
}

/* Let the index find what has been told; few documents ever ask it. */
static int hold_kept(Search *s) {
    int64_t more = 0;
    for (int64_t place = s->held; place < s->told; place++)
        if (is_held(s, s->kept[place])) more += count_of(s, s->kept[place]);
    if (more && !reserve_trigrams(&s->index, more)) return 0;
    for (; s->held < s->told; s->held++) {
        const int64_t passage = s->kept[s->held], count = count_of(s, passage) - 2;
        if (count <= 0 || !is_held(s, passage)) continue;
        if (!grow((void **)&s->theirs, &s->theirs_room, count, sizeof *s->theirs)) return 0;
        const uint32_t *tokens = tokens_of(s, passage);
        for (int64_t i = 0; i < count; i++) s->theirs[i] = trigram_of(tokens + i);
        if (!keep_set(&s->index, s->theirs, count, (int32_t)s->held, s->limits.max_comparisons)) return 0;
    }
    return 1;
}

/* The share of the distinct trigrams of a passage that stand in the told text, an upper bound of any similarity; -1
 * without memory.
 */
static double told_share(Search *s, int64_t passage) {
    const uint32_t *tokens = tokens_of(s, passage);
    const int64_t count = count_of(s, passage) - 2;
    int64_t distinct = 0, told = 0;
    if (count <= 0) return 0.0;
    if (!grow((void **)&s->found, &s->found_room, count, sizeof *s->found)) return -1.0;
    s->found_of = passage;
    const uint32_t number = ++s->looked_at;
    for (int64_t i = 0; i < count; i++) {
        Seen *seen = &s->seen[s->found[i] = seen_at(s, tokens + i)];
        if (seen->mark >> 1 == number) continue;
        const uint32_t is_told = seen->mark & 1;
        seen->mark = number << 1 | is_told;
        distinct++;
        told += is_told;
    }
    return (double)told / (double)distinct;
}

static void shared_ends(const uint32_t *left, int64_t left_count, const uint32_t *right, int64_t right_count,
                        int64_t *start, int64_t *end) {
    const int64_t shorter = left_count < right_count ? left_count : right_count;
    int64_t i = 0, j = 0;
    while (i < shorter && left[i] == right[i]) i++;
    while (j < shorter - i && left[left_count - 1 - j] == right[right_count - 1 - j]) j++;
    *start = i, *end = j;
}

/* Returns the entry of a template, NULL where there is none. */
static Template *find_template(const Search *s, uint64_t slot, int32_t survivor) {
    if (!s->template_room) return NULL;
    uint64_t at = scatter(slot ^ (uint64_t)survivor << 17) & (uint64_t)(s->template_room - 1);
    while (s->templates[at].survivor && (s->templates[at].survivor != survivor || s->templates[at].slot != slot))
        at = (at + 1) & (uint64_t)(s->template_room - 1);
    return s->templates[at].survivor ? &s->templates[at] : NULL;
}

/* Returns the entry of a template, a new one where there is none; NULL without memory. */
static Template *template_at(Search *s, uint64_t slot, int32_t survivor) {
    if (2 * (s->template_count + 1) > s->template_room) {
        const int64_t room = s->template_room ? s->template_room * 2 : 64;
        Template *table = calloc((size_t)room, sizeof *table);
        if (!table) return NULL;
        for (int64_t i = 0; i < s->template_room; i++) {
            if (!s->templates[i].survivor) continue;
            uint64_t at = scatter(s->templates[i].slot ^ (uint64_t)s->templates[i].survivor << 17) & (uint64_t)(room - 1);
            while (table[at].survivor) at = (at + 1) & (uint64_t)(room - 1);
            table[at] = s->templates[i];
        }
        free(s->templates);
        s->templates = table;
        s->template_room = room;
    }
    uint64_t at = scatter(slot ^ (uint64_t)survivor << 17) & (uint64_t)(s->template_room - 1);
    while (s->templates[at].survivor && (s->templates[at].survivor != survivor || s->templates[at].slot != slot))
        at = (at + 1) & (uint64_t)(s->template_room - 1);
    if (!s->templates[at].survivor) {
        s->templates[at] = (Template){.slot = slot, .survivor = survivor};
        s->template_count++;
    }
    return &s->templates[at];
}

/* Whether a token decides wherever two texts differ in it: it is no word of letters, or one of the decisive words. */
static int is_decisive(const Search *s, uint32_t token) {
    if (token & 1) return 1;
    int64_t low = 0, high = s->limits.decisive_count;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (s->limits.decisive[middle] < token)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->limits.decisive_count && s->limits.decisive[low] == token;
}

/* Whether a decisive token stands in one of two texts and nowhere in what the other has in its place: then no alignment
 * can find that only harmless words differ.
 */
static int differs_decisively(const Search *s, const uint32_t *here, int64_t here_count, const uint32_t *there,
                              int64_t there_count) {
    if (here_count * there_count > 10000) return 0; /* rare, and left to the caller */
    for (int side = 0; side < 2; side++) {
        const uint32_t *own = side ? there : here, *other = side ? here : there;
        const int64_t own_count = side ? there_count : here_count, other_count = side ? here_count : there_count;
        for (int64_t i = 0; i < own_count; i++) {
            if (!is_decisive(s, own[i])) continue;
            int64_t j = 0;
            while (j < other_count && other[j] != own[i]) j++;
            if (j == other_count) return 1;
        }
    }
    return 0;
}

/* How many trigrams the passage, whose own are in `own`, shares with a kept one; -1 without memory. */
static int64_t shared_with(Search *s, int64_t other, int64_t *either) {
    const int64_t count = distinct_trigrams(s, other, &s->theirs, &s->theirs_room);
    if (count < 0) return -1;
    int64_t both = 0;
    for (int64_t i = 0, j = 0; i < s->own_count && j < count;) {
        const uint64_t here = s->own[i], there = s->theirs[j];
        both += here == there;
        i += here <= there;
        j += there <= here;
    }
    *either = s->own_count + count - both;
    return both;
}

/* Whether the passage fills the slot of a template of the kept passage at a place. It is what the first candidate would
 * tell as well; asked beforehand, because a page may fill one template a hundred thousand times.
 */
static int fills_template(Search *s, int32_t place) {
    const int64_t passage = s->position, other = s->kept[place];
    int64_t either = 1, start, end;
    if (!s->template_count || s->keys[other] == s->keys[passage]) return 0;
    shared_ends(tokens_of(s, other), count_of(s, other), tokens_of(s, passage), count_of(s, passage), &start, &end);
    const Template *template = find_template(s, (uint64_t)start << 32 | (uint64_t)end, place + 1);
    if (!template || (int32_t)template->instances + 1 < s->limits.template_instances) return 0;
    const int64_t both = shared_with(s, other, &either);
    return both >= 0 && (double)both / (double)either >= s->limits.threshold;
}

/* Go on with the candidates of the passage; returns EVENT_NEAR with one to judge, EVENT_END when none is left. */
static int64_t next_near(Search *s, Event *event) {
    const int64_t passage = s->position;
    while (s->candidate_at < s->index.candidate_count && s->refusals < s->limits.max_refusals) {
        const int32_t place = s->index.candidates[s->candidate_at++];
        const int64_t other = s->kept[place];
        if (s->keys[other] == s->keys[passage]) continue;
        int64_t either;
        const int64_t both = shared_with(s, other, &either);
        if (both < 0) return NO_MEMORY;
        if ((double)both / (double)either < s->limits.threshold) continue;
        int64_t start, end;
        shared_ends(tokens_of(s, other), count_of(s, other), tokens_of(s, passage), count_of(s, passage), &start, &end);
        Template *template = template_at(s, (uint64_t)start << 32 | (uint64_t)end, place + 1);
        if (!template) return NO_MEMORY;
        if (!template->instances) template->first_key = s->keys[passage];
        if (!template->instances || template->first_key != s->keys[passage]) template->instances++;
        if ((int32_t)template->instances + 1 >= s->limits.template_instances) {
            /* One more that differs in the slot of a template: all stay. */
            s->is_spared = 1;
            s->fate[passage] = SPARED_TEMPLATE;
            return EVENT_END;
        }
        if (differs_decisively(s, tokens_of(s, passage) + start, count_of(s, passage) - start - end,
                               tokens_of(s, other) + start, count_of(s, other) - start - end)) {
            s->refusals++;
            s->is_spared = 1;
            continue;
        }
        *event = (Event){.passage = passage, .survivor = other, .both = both, .either = either, .start = start, .end = end, .place = place,
                         .token_count = count_of(s, passage)};
        return EVENT_NEAR;
    }
    return EVENT_END;
}

static int index_text(Search *s) {
    for (int64_t at = s->indexed; at + 3 <= s->text_count; at += s->limits.stride) {
        PairSlot *slot = pair_slot(&s->places, trigram_of(s->text + at));
        if (!slot) return 0;
        s->indexed = at + s->limits.stride;
        /* first: the head of the list and 1; second: its tail; the size is kept beside the tail's node */
        if (!grow((void **)&s->positions, &s->position_room, s->position_count + 1, sizeof *s->positions)) return 0;
        const int32_t node = (int32_t)s->position_count;
        if (!slot->first) {
            s->positions[node] = (Node){(int32_t)at, -1};
            slot->first = slot->second = (uint32_t)node + 1;
        } else {
            int32_t length = 1;
            for (int32_t i = (int32_t)slot->first - 1; s->positions[i].next >= 0; i = s->positions[i].next) length++;
            if (length >= s->limits.max_positions) continue;
            s->positions[node] = (Node){(int32_t)at, -1};
            s->positions[slot->second - 1].next = node;
            slot->second = (uint32_t)node + 1;
        }
        s->position_count++;
    }
    return 1;
}

static int64_t start_behind(const Search *s, int64_t at) {
    int64_t low = 0, high = s->start_count;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (s->starts[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int is_near_bound(const Search *s, int64_t at) {
    const int64_t after = start_behind(s, at);
    const int64_t following = after < s->start_count ? s->starts[after] : s->text_count;
    const int64_t left = at - s->starts[after - 1], right = following - at;
    return (left < right ? left : right) <= s->limits.slack;
}

/* Make room for what is said of a contained passage; once is enough. */
static int make_event_room(Search *s) {
    int64_t longest = s->count;
    if (s->uncovered) return 1;
    for (int64_t i = 0; i < s->count; i++)
        if (s->is_long[i] && count_of(s, i) <= s->limits.max_compared_tokens && count_of(s, i) > longest)
            longest = count_of(s, i);
    const size_t room = 2 * (size_t)longest + 2; /* survivors may stand twice for a while */
    s->uncovered = malloc(room * sizeof *s->uncovered), s->offsets = malloc(room * sizeof *s->offsets);
    s->survivors = malloc(room * sizeof *s->survivors), s->owners = malloc(room * sizeof *s->owners);
    return s->uncovered && s->offsets && s->survivors && s->owners;
}

/* How much of the passage stands in the told text: `KeptText.cover`. Returns 1 when it is enough, 0, or -2. */
static int64_t cover(Search *s, int64_t passage, Event *event) {
    if (!index_text(s) || !make_event_room(s)) return NO_MEMORY;
    event->uncovered = s->uncovered, event->survivors = s->survivors;
    event->owners = s->owners, event->offsets = s->offsets;
    const uint32_t *tokens = tokens_of(s, passage);
    const int64_t count = count_of(s, passage);
    int64_t position = 0, covered_to = 0, before = -1, uncovered = 0, survivors = 0;
    while (position < count) {
        int64_t best_start = position, best_end = position, best_at = 0;
        if (position + 3 <= count && s->places.room) {
            const uint64_t trigram = trigram_of(tokens + position);
            uint64_t slot = scatter(trigram) & (uint64_t)(s->places.room - 1);
            while (s->places.slots[slot].pair && s->places.slots[slot].pair != trigram)
                slot = (slot + 1) & (uint64_t)(s->places.room - 1);
            int32_t node = s->places.slots[slot].pair ? (int32_t)s->places.slots[slot].first - 1 : -1;
            for (; node >= 0; node = s->positions[node].next) {
                const int64_t place = s->positions[node].place, free_tokens = position - covered_to;
                int64_t back = 0, reach = 3;
                while (back < free_tokens && place > back && tokens[position - back - 1] == s->text[place - back - 1]) back++;
                while (position + reach < count && place + reach < s->text_count &&
                       tokens[position + reach] == s->text[place + reach])
                    reach++;
                if (back + reach > best_end - best_start)
                    best_start = position - back, best_end = position + reach, best_at = place - back;
            }
        }
        if (best_end - best_start < s->limits.min_stretch) {
            event->owners[position] = -1;
            event->uncovered[uncovered++] = (uint32_t)position++;
            continue;
        }
        if (before >= 0 && !(is_near_bound(s, before) || is_near_bound(s, best_at))) return 0;
        before = best_at + best_end - best_start;
        uncovered -= position - best_start;
        for (int64_t i = best_start; i < best_end; i++) {
            const int64_t at = best_at + i - best_start, owner = start_behind(s, at) - 1;
            event->owners[i] = s->numbers[owner];
            event->offsets[i] = (uint32_t)(at - s->starts[owner]);
        }
        for (int64_t owner = start_behind(s, best_at) - 1; owner < start_behind(s, before - 1); owner++)
            event->survivors[survivors++] = s->numbers[owner];
        qsort(event->survivors, (size_t)survivors, sizeof *event->survivors, compare_i32);
        int64_t distinct = 0;
        for (int64_t i = 0; i < survivors; i++)
            if (!distinct || event->survivors[distinct - 1] != event->survivors[i])
                event->survivors[distinct++] = event->survivors[i];
        survivors = distinct;
        position = covered_to = best_end;
    }
    if (1 - (double)uncovered / (double)count < s->limits.min_contained_share) return 0;
    for (int64_t i = 0; i < uncovered; i++)
        if (is_decisive(s, tokens[event->uncovered[i]])) return 0;
    event->passage = passage;
    event->survivor = -1;
    event->uncovered_count = uncovered;
    event->survivor_count = survivors;
    event->token_count = count;
    return 1;
}

static void keep_long(Search *s, int64_t passage) {
    s->last_long = s->kept_count;
    if (s->first_kept[s->local_key[passage]] < 0) {
        s->first_kept[s->local_key[passage]] = (int32_t)s->kept_count;
        s->long_kept++;
    }
    s->kept[s->kept_count++] = (int32_t)passage;
}

/* Drop the run around the long passage at the position if it repeats kept ones; returns how far it reaches. */
static int64_t drop_run(Search *s) {
    const int64_t position = s->position;
    const int64_t source = s->first_kept[s->local_key[position]];
    if (source < 0 || !s->limits.detects_exact) return 0;
    int64_t back = 0, ahead = 1;
    while (source - back > 0 && s->kept_count - 1 - back > (source > s->named_to ? source : s->named_to) &&
           !s->is_long[s->kept[s->kept_count - 1 - back]] &&
           s->keys[s->kept[s->kept_count - 1 - back]] == s->keys[s->kept[source - 1 - back]])
        back++;
    const int64_t limit = s->kept_count - back;
    while (position + ahead < s->count && source + ahead < limit &&
           s->keys[position + ahead] == s->keys[s->kept[source + ahead]])
        ahead++;
    int leads = 1;
    for (int64_t i = position; i < position + ahead; i++) leads = leads && (!s->is_long[i] || s->leads_on[i]);
    if (leads) { /* what was kept before the run is short */
        s->fate[position] = SPARED_QUESTION;
        keep_long(s, position);
        return 1;
    }
    if (!s->limits.strips_exact) {
        s->fate[position] = REPORTED_EXACT;
        s->survivor[position] = s->kept[source];
        s->run[position] = 1;
        if (source > s->named_to) s->named_to = source;
        keep_long(s, position);
        return 1;
    }
    for (int64_t offset = 0; offset < back + ahead; offset++) {
        const int64_t member = offset < back ? s->kept[s->kept_count - back + offset] : position + offset - back;
        s->fate[member] = DROPPED_EXACT;
        s->survivor[member] = s->kept[source - back + offset];
        s->run[member] = (int32_t)(back + ahead);
        if (source - back + offset > s->named_to) s->named_to = source - back + offset;
    }
    s->kept_count -= back;
    return ahead;
}

EXPORT int64_t dedupe_search_free(Search *s) {
    if (!s) return 0;
    free(s->kept), free(s->local_key), free(s->first_kept), free(s->text), free(s->starts), free(s->numbers);
    free_index(&s->index), free(s->seen), free(s->found), free(s->places.slots), free(s->positions), free(s->templates), free(s->own), free(s->theirs);
    free(s->uncovered), free(s->offsets), free(s->survivors), free(s->owners), free(s->owned), free(s);
    return 0;
}

/* Let a search live on without the arrays it was begun with; returns 0 without memory. */
static int own_arrays(Search *s) {
    const size_t count = (size_t)s->count;
    uint8_t *at = s->owned = malloc(count * (3 * 4 + 3) + 1);
    if (!at) return 0;
#define OWN(field, size) s->field = memcpy(at, s->field, count * (size)), at += count * (size)
    OWN(keys, 4), OWN(survivor, 4), OWN(run, 4), OWN(is_long, 1), OWN(leads_on, 1), OWN(fate, 1);
#undef OWN
    return 1;
}

/* What came of each passage of a search. */
EXPORT int64_t dedupe_search_results(const Search *s, uint8_t *fate, int32_t *survivor, int32_t *run) {
    memcpy(fate, s->fate, (size_t)s->count);
    memcpy(survivor, s->survivor, (size_t)s->count * sizeof *survivor);
    memcpy(run, s->run, (size_t)s->count * sizeof *run);
    return 0;
}

static Search *search_new(int64_t count, const uint32_t *keys, const uint8_t *is_long, const uint8_t *leads_on,
                                 const uint32_t *token_count, const int64_t *token_start, const uint32_t *tokens,
                                 const SearchLimits *limits, uint8_t *fate, int32_t *survivor, int32_t *run) {
    Search *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->count = count, s->keys = keys, s->is_long = is_long, s->leads_on = leads_on, s->token_count = token_count;
    s->token_start = token_start, s->tokens = tokens, s->limits = *limits;
    s->fate = fate, s->survivor = survivor, s->run = run;
    s->last_long = s->named_to = s->found_of = -1;
    const size_t room = (size_t)count + 1;
    s->kept = malloc(sizeof *s->kept * room), s->local_key = malloc(sizeof *s->local_key * room);
    s->first_kept = malloc(sizeof *s->first_kept * room), s->starts = malloc(sizeof *s->starts * room);
    s->numbers = malloc(sizeof *s->numbers * room);
    PairMap seen = {0};
    int64_t distinct = 0;
    int fits = s->kept && s->local_key && s->first_kept && s->starts && s->numbers;
    for (int64_t i = 0; fits && i < count; i++) {
        PairSlot *slot = pair_slot(&seen, (uint64_t)keys[i] + 1);
        if (!slot) {
            fits = 0;
            break;
        }
        if (!slot->first) {
            s->first_kept[distinct++] = -1;
            slot->first = (uint32_t)distinct;
        }
        s->local_key[i] = (int32_t)slot->first - 1;
    }
    free(seen.slots);
    int64_t members = 0;
    for (int64_t i = 0; i < count; i++)
        if (token_count[keys[i]] <= (uint32_t)limits->max_compared_tokens) members += token_count[keys[i]] + 2;
    uint64_t room_seen = 1024;
    while (room_seen < 2 * (uint64_t)(members + 1)) room_seen *= 2;
    s->seen = calloc(room_seen, sizeof *s->seen);
    s->seen_mask = room_seen - 1;
    if (!fits || !s->seen) {
        dedupe_search_free(s);
        return NULL;
    }
    return s;
}

/* Answer the last event: REFUSE, DROP, or REPORT, which keeps the passage though it repeats. */
EXPORT int64_t dedupe_search_answer(Search *s, int64_t answer) {
    if (answer == REFUSE) {
        s->refusals++;
        s->is_spared = 1;
        if (s->stage != EVENT_CONTAINED) return 0;
    } else if (answer == DROP) {
        s->fate[s->position] = DROPPED_BY_CALLER;
        s->position++;
        s->stage = 0;
        return 0;
    }
    keep_long(s, s->position++);
    s->stage = 0;
    return 0;
}

/* Search on until something is to be judged; returns the event's kind, EVENT_END at the end, or -2. */
EXPORT int64_t dedupe_search_next(Search *s, Event *event) {
    int64_t result = EVENT_END;
    while (s->position < s->count) {
        const int64_t passage = s->position;
        if (!s->is_long[passage]) {
            s->kept[s->kept_count++] = (int32_t)passage;
            s->position++;
            continue;
        }
        if (s->stage == 0) {
            const int64_t length = drop_run(s);
            if (length) {
                s->position += length;
                continue;
            }
            if (s->leads_on[passage] || s->first_kept[s->local_key[passage]] >= 0 || !s->long_kept ||
                count_of(s, passage) > s->limits.max_compared_tokens) {
                keep_long(s, passage);
                s->position++;
                continue;
            }
            s->refusals = s->is_spared = 0;
            if (!tell_kept(s)) goto no_memory;
            const double share = told_share(s, passage);
            if (share < 0) goto no_memory;
            if (share < s->limits.threshold && share < s->limits.min_contained_share) {
                keep_long(s, passage);
                s->position++;
                continue;
            }
            s->index.candidate_count = s->candidate_at = 0;
            if (share >= s->limits.threshold && s->limits.detects_near) {
                s->own_count = distinct_trigrams(s, passage, &s->own, &s->own_room);
                if (s->own_count < 0 || !hold_kept(s)) goto no_memory;
                const int64_t prefix = choose_prefix(&s->index, s->own, s->own_count, s->limits.threshold);
                if (prefix < 0) goto no_memory;
                if (prefix && fills_template(s, earliest_candidate(&s->index, prefix))) {
                    s->fate[passage] = SPARED_TEMPLATE;
                    keep_long(s, passage);
                    s->position++;
                    continue;
                }
                if (prefix && !find_candidates(&s->index, prefix, s->limits.max_comparisons)) goto no_memory;
            }
            s->stage = EVENT_NEAR;
            if (share < s->limits.min_contained_share) s->stage = -EVENT_NEAR; /* near only */
        }
        if (s->stage == EVENT_NEAR || s->stage == -EVENT_NEAR) {
            const int may_be_contained = s->stage == EVENT_NEAR;
            result = next_near(s, event);
            if (result != EVENT_END) goto done;
            if (may_be_contained && !s->is_spared && s->limits.detects_contained &&
                count_of(s, passage) >= s->limits.min_contained_tokens) {
                const int64_t found = cover(s, passage, event);
                if (found < 0) goto no_memory;
                if (found) {
                    s->stage = EVENT_CONTAINED;
                    result = EVENT_CONTAINED;
                    goto done;
                }
            }
        }
        keep_long(s, passage);
        s->position++;
        s->stage = 0;
    }
    goto done;
no_memory:
    result = NO_MEMORY;
done:
    return result;
}

/* Begin a search over the passages of a document, whose arrays must outlive it, and search until something is to be judged.
 * `search` gets the search, NULL once it has come to its end. Returns the event's kind, EVENT_END at the end, or -2.
 */
EXPORT int64_t dedupe_search_begin(int64_t count, const uint32_t *keys, const uint8_t *is_long, const uint8_t *leads_on,
                                   const uint32_t *token_count, const int64_t *token_start, const uint32_t *tokens,
                                   const SearchLimits *limits, uint8_t *fate, int32_t *survivor, int32_t *run,
                                   Event *event, Search **search) {
    *search = search_new(count, keys, is_long, leads_on, token_count, token_start, tokens, limits, fate, survivor, run);
    if (!*search) return NO_MEMORY;
    const int64_t kind = dedupe_search_next(*search, event);
    if (kind == EVENT_END || kind == NO_MEMORY) {
        dedupe_search_free(*search);
        *search = NULL;
    }
    return kind;
}

/* Whether so many differ from the kept passage at `place` in the slot between `start` and `end` that all stay. */
EXPORT int64_t dedupe_search_is_template(Search *s, int64_t place, int64_t start, int64_t end) {
    const Template *template = template_at(s, (uint64_t)start << 32 | (uint64_t)end, (int32_t)place + 1);
    return template && (int32_t)template->instances + 1 >= s->limits.template_instances;
}
