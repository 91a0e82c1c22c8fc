/* What stands in another document too: the search of dedupe/sharing.py on arrays of hashes.
 *
 * Paragraphs come in reading order; a kind is what equal ones have in common. The first of a kind is compared with kept
 * ones before it and is kept itself when it is near to none, so that clusters are stars.
 */

typedef struct {
    int32_t max_comparisons;
    uint8_t detects_exact, detects_near, strips_near, is_guarded;
    double threshold;
} ShareLimits;

typedef struct {
    uint64_t key; /* of a band; 0: empty */
    int32_t head, tail;
} Bucket;

/* By bands the earliest label is compared first. In a cluster that settles it, and the others are never collected. */
enum { EARLIEST = 0, OTHERS = 1, COLLECTED = 2 };

typedef struct {
    int64_t kinds;
    const int64_t *set_start; /* by kind: its sorted shingles; none where it takes no part in the search for near ones */
    const uint32_t *sets;
    int64_t bands; /* 0: join by an inverted index */
    const uint64_t *band_keys; /* by row */
    const int32_t *rows;       /* by kind: its row of them, -1 where it can be near to none */
    ShareLimits limits;
    int32_t *first; /* by kind: the first paragraph that stays, -1 for none */
    Index index;
    uint64_t *own;
    int64_t own_room;
    Bucket *buckets;
    int64_t bucket_room, bucket_count;
    Node *nodes;
    int64_t node_count, node_room;
    uint64_t *once, *twice; /* which keys stand once, and which more often, by their `seen_bits` highest bits */
    int seen_bits;
    int32_t *places; /* by label: the paragraph and its kind */
    int32_t *place_kinds;
    int64_t place_count, place_room, place_kind_room;
    uint32_t *met; /* by label: the last search that met it */
    uint32_t asked; /* searches so far */
    int64_t met_room;
    int32_t *found;
    int64_t found_count, found_room, found_at;
    int stage; /* of the search by bands */
    int is_crowded, is_waiting;
    int64_t position;
} Join;

typedef struct {
    int64_t paragraph, copy, both, either;
} ShareEvent;

static Bucket *find_bucket(const Join *j, uint64_t key) {
    if (!j->bucket_room) return NULL;
    uint64_t at = key & (uint64_t)(j->bucket_room - 1);
    while (j->buckets[at].key && j->buckets[at].key != key) at = (at + 1) & (uint64_t)(j->bucket_room - 1);
    return j->buckets[at].key ? &j->buckets[at] : NULL;
}

static Bucket *add_bucket(Join *j, uint64_t key) {
    if (4 * (j->bucket_count + 1) > 3 * j->bucket_room) {
        const int64_t room = j->bucket_room ? j->bucket_room * 2 : 4096;
        Bucket *table = calloc((size_t)room, sizeof *table);
        if (!table) return NULL;
        for (int64_t i = 0; i < j->bucket_room; i++) {
            if (!j->buckets[i].key) continue;
            uint64_t at = j->buckets[i].key & (uint64_t)(room - 1);
            while (table[at].key) at = (at + 1) & (uint64_t)(room - 1);
            table[at] = j->buckets[i];
        }
        free(j->buckets);
        j->buckets = table;
        j->bucket_room = room;
    }
    uint64_t at = key & (uint64_t)(j->bucket_room - 1);
    while (j->buckets[at].key && j->buckets[at].key != key) at = (at + 1) & (uint64_t)(j->bucket_room - 1);
    if (!j->buckets[at].key) {
        j->buckets[at] = (Bucket){key, -1, -1};
        j->bucket_count++;
    }
    return &j->buckets[at];
}

static inline int stands_twice(const Join *j, uint64_t key) {
    const uint64_t place = key >> (64 - j->seen_bits);
    return (int)(j->twice[place >> 6] >> (place & 63) & 1);
}

/* The earliest label in the buckets of a kind, -1 for none. Buckets are filled in the order of labels. */
static int32_t earliest_label(const Join *j, int64_t kind) {
    int32_t earliest = -1;
    for (int64_t band = 0; band < j->bands && j->rows[kind] >= 0; band++) {
        const uint64_t key = j->band_keys[j->rows[kind] * j->bands + band];
        const Bucket *bucket = stands_twice(j, key) ? find_bucket(j, key) : NULL;
        if (!bucket || bucket->head < 0) continue;
        const int32_t label = j->nodes[bucket->head].place;
        if (earliest < 0 || label < earliest) earliest = label;
    }
    return earliest;
}

/* Collect the labels in the buckets of a kind, ascending; returns 0 without memory. */
static int collect(Join *j, int64_t kind) {
    j->found_count = j->found_at = 0;
    j->asked++;
    for (int64_t band = 0; band < j->bands && j->rows[kind] >= 0; band++) {
        const uint64_t key = j->band_keys[j->rows[kind] * j->bands + band];
        if (!stands_twice(j, key)) continue;
        const Bucket *bucket = find_bucket(j, key);
        for (int32_t node = bucket ? bucket->head : -1; node >= 0; node = j->nodes[node].next) {
            const int32_t label = j->nodes[node].place;
            if (j->met[label] == j->asked) continue;
            j->met[label] = j->asked;
            if (!grow((void **)&j->found, &j->found_room, j->found_count + 1, sizeof *j->found)) return 0;
            j->found[j->found_count++] = label;
        }
    }
    if (j->found_count) qsort(j->found, (size_t)j->found_count, sizeof *j->found, compare_i32);
    int64_t distinct = j->found_count;
    if (distinct >= j->limits.max_comparisons) {
        j->is_crowded = 1;
        distinct = j->limits.max_comparisons;
    }
    j->found_count = distinct;
    return 1;
}

/* The members of a set as keys of the index, which are not 0. */
static int64_t widen(Join *j, int64_t kind) {
    const int64_t from = j->set_start[kind], size = j->set_start[kind + 1] - from;
    if (!grow((void **)&j->own, &j->own_room, size + 1, sizeof *j->own)) return -1;
    for (int64_t i = 0; i < size; i++) {
        const uint64_t spread = scatter((uint64_t)j->sets[from + i] + 1);
        j->own[i] = spread ? spread : 1;
    }
    sort_u64(j->own, size);
    return size;
}

static int find_near(Join *j, int64_t kind) {
    j->stage = EARLIEST;
    j->is_crowded = 0;
    if (j->bands) return 1;
    const int64_t size = widen(j, kind);
    if (size < 0) return 0;
    const int64_t prefix = choose_prefix(&j->index, j->own, size, j->limits.threshold);
    j->index.candidate_count = 0;
    if (prefix < 0 || (prefix && !find_candidates(&j->index, prefix, j->limits.max_comparisons))) return 0;
    if (!grow((void **)&j->found, &j->found_room, j->index.candidate_count + 1, sizeof *j->found)) return 0;
    j->found_count = j->index.candidate_count;
    j->found_at = 0;
    if (j->found_count) memcpy(j->found, j->index.candidates, (size_t)j->found_count * sizeof *j->found);
    return 1;
}

static int keep_kind(Join *j, int64_t paragraph, int64_t kind) {
    const int32_t label = (int32_t)j->place_count;
    if (j->bands && j->rows[kind] < 0) return 1; /* nothing will ask for it */
    if (!grow((void **)&j->places, &j->place_room, j->place_count + 1, sizeof *j->places) ||
        !grow((void **)&j->place_kinds, &j->place_kind_room, j->place_count + 1, sizeof *j->place_kinds))
        return 0;
    if (label >= j->met_room) {
        const int64_t before = j->met_room;
        if (!grow((void **)&j->met, &j->met_room, label + 1, sizeof *j->met)) return 0;
        memset(j->met + before, 0, sizeof *j->met * (size_t)(j->met_room - before));
    }
    j->places[label] = (int32_t)paragraph;
    j->place_kinds[label] = (int32_t)kind;
    j->place_count++;
    if (!j->bands) {
        const int64_t size = widen(j, kind);
        return size >= 0 && keep_set(&j->index, j->own, size, label, j->limits.max_comparisons);
    }
    for (int64_t band = 0; band < j->bands && !j->is_crowded; band++) {
        const uint64_t key = j->band_keys[j->rows[kind] * j->bands + band];
        if (!stands_twice(j, key)) continue;
        Bucket *bucket = add_bucket(j, key);
        if (!bucket || !grow((void **)&j->nodes, &j->node_room, j->node_count + 1, sizeof *j->nodes)) return 0;
        j->nodes[j->node_count] = (Node){label, -1};
        if (bucket->tail >= 0)
            j->nodes[bucket->tail].next = (int32_t)j->node_count;
        else
            bucket->head = (int32_t)j->node_count;
        bucket->tail = (int32_t)j->node_count++;
    }
    return 1;
}

EXPORT int64_t dedupe_join_free(Join *j) {
    if (!j) return 0;
    free_index(&j->index);
    free(j->first), free(j->own), free(j->buckets), free(j->nodes), free(j->once), free(j->twice), free(j->places);
    free(j->place_kinds), free(j->found), free(j->met), free(j);
    return 0;
}

/* Begin a search; the arrays must outlive it. `band_keys` has `row_count` rows, none of whose keys is 0. */
EXPORT Join *dedupe_join_new(int64_t kinds, const int64_t *set_start, const uint32_t *sets, int64_t bands,
                             const uint64_t *band_keys, const int32_t *rows, int64_t row_count,
                             const ShareLimits *limits) {
    Join *j = calloc(1, sizeof *j);
    if (!j) return NULL;
    j->kinds = kinds, j->set_start = set_start, j->sets = sets, j->bands = bands, j->band_keys = band_keys;
    j->rows = rows;
    j->limits = *limits;
    j->first = malloc(sizeof *j->first * (size_t)(kinds + 1));
    if (bands) {
        j->seen_bits = SEEN_BITS;
        while (j->seen_bits < MOST_SEEN_BITS && row_count * bands > (int64_t)1 << (j->seen_bits - 3)) j->seen_bits++;
        j->once = calloc(1, ((size_t)1 << j->seen_bits) / 8);
        j->twice = calloc(1, ((size_t)1 << j->seen_bits) / 8);
    }
    if (!j->first || (bands && (!j->once || !j->twice))) {
        dedupe_join_free(j);
        return NULL;
    }
    for (int64_t kind = 0; kind < kinds; kind++) j->first[kind] = -1;
    for (int64_t i = 0; i < row_count * bands; i++) { /* buckets of one need no place */
        const uint64_t key = band_keys[i], place = key >> (64 - j->seen_bits), bit = 1ULL << (place & 63);
        if (j->once[place >> 6] & bit) j->twice[place >> 6] |= bit;
        j->once[place >> 6] |= bit;
    }
    free(j->once);
    j->once = NULL;
    if (!bands) return j;
    int64_t buckets = 0; /* made at once, for while a table grows it is there one and a half times */
    for (int64_t word = 0; word < (int64_t)1 << (j->seen_bits - 6); word++) buckets += __builtin_popcountll(j->twice[word]);
    j->bucket_room = 4096;
    while (3 * j->bucket_room < 4 * (buckets + 1)) j->bucket_room *= 2;
    j->buckets = calloc((size_t)j->bucket_room, sizeof *j->buckets);
    if (j->buckets) return j;
    dedupe_join_free(j);
    return NULL;
}

/* Returns the next label to compare a kind with, -1 when there is none, -2 without memory. */
static int64_t next_label(Join *j, int64_t kind) {
    if (j->bands && j->stage == EARLIEST) {
        const int32_t label = earliest_label(j, kind);
        j->found_count = j->found_at = 0;
        j->stage = label < 0 ? COLLECTED : OTHERS;
        return label;
    }
    if (j->bands && j->stage == OTHERS) {
        if (!collect(j, kind)) return NO_MEMORY;
        j->stage = COLLECTED;
        j->found_at = 1; /* the first was the earliest */
    }
    return j->found_at < j->found_count ? j->found[j->found_at++] : -1;
}

/* Returns the next kept paragraph that a paragraph is near to, -1 when there is none, -2 without memory. */
static int64_t next_copy(Join *j, int64_t kind, const uint32_t *documents, int64_t document, ShareEvent *event) {
    const int64_t from = j->set_start[kind], size = j->set_start[kind + 1] - from;
    int64_t label;
    while ((label = next_label(j, kind)) >= 0) {
        const int64_t copy = j->places[label];
        if (documents[copy] == (uint32_t)document) continue;
        const int64_t other = j->set_start[j->place_kinds[label]];
        const int64_t other_size = j->set_start[j->place_kinds[label] + 1] - other;
        int64_t both = 0;
        for (int64_t a = 0, b = 0; a < size && b < other_size;) {
            const uint32_t here = j->sets[from + a], there = j->sets[other + b];
            both += here == there;
            a += here <= there;
            b += there <= here;
        }
        const int64_t either = size + other_size - both;
        if (!either || (double)both / (double)either < j->limits.threshold) continue;
        event->copy = copy, event->both = both, event->either = either;
        return copy;
    }
    return label;
}

enum { NOT_SHARED = 0, SHARED_EXACTLY = 1, SHARED_NEARLY = 2 };

/* Answer the last event: whether what differs is harmless, so that the paragraph counts as near. */
EXPORT int64_t dedupe_join_answer(Join *j, int64_t is_near) {
    j->is_waiting = is_near ? 2 : 1;
    return 0;
}

/* Search on; `rule`, `copy`, `both` and `either` get an entry for each of the `count` paragraphs.
 * Returns 1 with an event to judge where the search is guarded, 0 at the end, -2 without memory.
 */
EXPORT int64_t dedupe_join_next(Join *j, int64_t count, const uint32_t *documents, const uint32_t *kinds, uint8_t *rule,
                                int32_t *copy, uint32_t *both, uint32_t *either, ShareEvent *event) {
    for (; j->position < count; j->position++) {
        const int64_t at = j->position, kind = kinds[at];
        const int32_t original = j->first[kind];
        if (original >= 0) {
            if (documents[original] != documents[at] && j->limits.detects_exact)
                rule[at] = SHARED_EXACTLY, copy[at] = original;
            continue;
        }
        int64_t near = -1;
        if (j->limits.detects_near && j->set_start[kind + 1] > j->set_start[kind]) {
            if (j->is_waiting == 2) {
                near = event->copy;
            } else {
                if (!j->is_waiting && !find_near(j, kind)) return NO_MEMORY;
                near = next_copy(j, kind, documents, documents[at], event);
                if (near == NO_MEMORY) return NO_MEMORY;
                if (near >= 0 && j->limits.is_guarded) {
                    event->paragraph = at;
                    return 1;
                }
            }
            j->is_waiting = 0;
            if (near < 0 && !keep_kind(j, at, kind)) return NO_MEMORY;
        }
        if (near < 0 || !j->limits.strips_near) j->first[kind] = (int32_t)at;
        if (near >= 0) {
            rule[at] = SHARED_NEARLY, copy[at] = (int32_t)near;
            both[at] = (uint32_t)event->both, either[at] = (uint32_t)event->either;
        }
    }
    return 0;
}
