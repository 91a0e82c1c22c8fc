/* An inverted index from the members of sets to the kept sets that hold them: `ExactJoin` of dedupe/candidates.py. */

typedef struct {
    uint64_t key; /* a trigram; 0: empty */
    int32_t head, tail; /* of the list of kept passages that hold it, -1 for none */
    uint32_t holders;
    int32_t last; /* of them, also where it is not in the list */
} Trigram;

typedef struct {
    int32_t place, next;
} Node;

typedef struct {
    uint32_t holders;
    uint64_t key;
} Rare;

typedef struct {
    Trigram *trigrams;
    int64_t room, count;
    Node *nodes;
    int64_t node_count, node_room;
    int32_t *candidates; /* what `find_candidates` found, ascending */
    int64_t candidate_count;
    Rare *prefix; /* what `choose_prefix` chose */
    int64_t prefix_room;
} Index;

/* Make room for so many more members, so that the table need not grow while they come; returns 0 without memory. */
static int reserve_trigrams(Index *x, int64_t more) {
    int64_t room = x->room ? x->room : 1024;
    while (2 * (x->count + more) > room) room *= 2;
    if (room == x->room) return 1;
    Trigram *table = calloc((size_t)room, sizeof *table);
    if (!table) return 0;
    for (int64_t i = 0; i < x->room; i++) {
        if (!x->trigrams[i].key) continue;
        uint64_t at = x->trigrams[i].key & (uint64_t)(room - 1);
        while (table[at].key) at = (at + 1) & (uint64_t)(room - 1);
        table[at] = x->trigrams[i];
    }
    free(x->trigrams);
    x->trigrams = table;
    x->room = room;
    return 1;
}

static Trigram *find_trigram(const Index *x, uint64_t key) {
    if (!x->room) return NULL;
    uint64_t at = key & (uint64_t)(x->room - 1);
    while (x->trigrams[at].key && x->trigrams[at].key != key) at = (at + 1) & (uint64_t)(x->room - 1);
    return x->trigrams[at].key ? &x->trigrams[at] : NULL;
}

static Trigram *add_trigram(Index *x, uint64_t key) {
    if (!reserve_trigrams(x, 1)) return NULL;
    uint64_t at = key & (uint64_t)(x->room - 1);
    while (x->trigrams[at].key && x->trigrams[at].key != key) at = (at + 1) & (uint64_t)(x->room - 1);
    Trigram *found = &x->trigrams[at];
    if (!found->key) {
        *found = (Trigram){.key = key, .head = -1, .tail = -1, .last = -1};
        x->count++;
    }
    return found;
}

static int compare_u64(const void *left, const void *right) {
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

enum { FEW_VALUES = 64 };

static void sort_few(uint64_t *values, int64_t count) {
    for (int64_t i = 1; i < count; i++) {
        const uint64_t value = values[i];
        int64_t j = i;
        for (; j > 0 && values[j - 1] > value; j--) values[j] = values[j - 1];
        values[j] = value;
    }
}

/* Sort hashes: dealt out by their highest bits they lie almost in order. Where they do not, it is sorted as usual. */
static void sort_u64(uint64_t *values, int64_t count) {
    enum { MOST_BITS = 12 };
    uint32_t behind[1 << MOST_BITS] = {0};
    if (count <= FEW_VALUES) {
        sort_few(values, count);
        return;
    }
    int bits = 5;
    while (bits < MOST_BITS && count >> bits > 4) bits++;
    uint64_t *dealt = count <= INT32_MAX ? malloc(sizeof *dealt * (size_t)count) : NULL;
    if (!dealt) {
        qsort(values, (size_t)count, sizeof *values, compare_u64);
        return;
    }
    for (int64_t i = 0; i < count; i++) behind[values[i] >> (64 - bits)]++;
    for (int64_t pile = 1; pile < 1 << bits; pile++) behind[pile] += behind[pile - 1];
    for (int64_t i = count - 1; i >= 0; i--) dealt[--behind[values[i] >> (64 - bits)]] = values[i];
    memcpy(values, dealt, sizeof *values * (size_t)count);
    free(dealt);
    for (int64_t pile = 0; pile < 1 << bits; pile++) {
        const int64_t from = behind[pile], to = pile + 1 < 1 << bits ? behind[pile + 1] : count;
        if (to - from > FEW_VALUES) qsort(values + from, (size_t)(to - from), sizeof *values, compare_u64);
        else sort_few(values + from, to - from);
    }
}


static int compare_rare(const void *left, const void *right) {
    const Rare *a = left, *b = right;
    if (a->holders != b->holders) return a->holders < b->holders ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

static inline int is_rarer(Rare a, Rare b) { return a.holders != b.holders ? a.holders < b.holders : a.key < b.key; }

/* Bring the `wanted` rarest to the front, in any order: Hoare's "Algorithm 65: Find" (CACM 4(7), 1961), and an ordinary
 * sort of what is left where its pivots are bad.
 */
static void bring_rarest_forward(Rare *all, int64_t count, int64_t wanted) {
    enum { MOST_ROUNDS = 32 };
    int64_t from = 0, to = count - 1;
    for (int round = 0; from < to; round++) {
        if (round == MOST_ROUNDS) {
            qsort(all + from, (size_t)(to - from + 1), sizeof *all, compare_rare);
            return;
        }
        const Rare pivot = all[from + (to - from) / 2];
        int64_t low = from, high = to;
        while (low <= high) {
            while (is_rarer(all[low], pivot)) low++;
            while (is_rarer(pivot, all[high])) high--;
            if (low > high) break;
            const Rare swapped = all[low];
            all[low++] = all[high], all[high--] = swapped;
        }
        if (wanted - 1 <= high) to = high;
        else if (wanted - 1 >= low) from = low;
        else return;
    }
}

typedef struct {
    int32_t place;
    uint32_t shared;
} Likely;

static int by_place(const void *left, const void *right) {
    const int32_t a = ((const Likely *)left)->place, b = ((const Likely *)right)->place;
    return a < b ? -1 : a > b;
}

static int by_likelihood(const void *left, const void *right) {
    const Likely *a = left, *b = right;
    if (a->shared != b->shared) return a->shared > b->shared ? -1 : 1;
    return by_place(left, right);
}

static int compare_i32(const void *left, const void *right) {
    const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return a < b ? -1 : a > b;
}

/* The least number of shared trigrams that a Jaccard similarity of `threshold` takes. */
static int64_t required_of(double threshold, int64_t count) {
    const double exact = threshold * (double)count - 1e-9;
    const int64_t floor_of = (int64_t)exact;
    return (double)floor_of < exact ? floor_of + 1 : floor_of;
}

/* Choose the rarest members of a set, of which a near one holds at least one; they come in `prefix`, in any order.
 * Returns their number, 0 where no kept set can be near, -1 without memory.
 */
static int64_t choose_prefix(Index *x, const uint64_t *own, int64_t own_count, double threshold) {
    if (!grow((void **)&x->prefix, &x->prefix_room, own_count + 1, sizeof *x->prefix)) return -1;
    int64_t known = 0;
    for (int64_t i = 0; i < own_count; i++) {
        const Trigram *trigram = find_trigram(x, own[i]);
        if (trigram && trigram->holders) x->prefix[known++] = (Rare){trigram->holders, own[i]};
    }
    const int64_t required = required_of(threshold, own_count);
    if (known < required) return 0;
    const int64_t wanted = known - required + 1 < known ? known - required + 1 : known;
    bring_rarest_forward(x->prefix, known, wanted);
    return wanted;
}

/* The earliest of the kept sets that hold a member of the prefix: no other one comes before it among the candidates. */
static int32_t earliest_candidate(const Index *x, int64_t prefix) {
    int32_t earliest = INT32_MAX;
    for (int64_t i = 0; i < prefix; i++) {
        const int32_t place = x->nodes[find_trigram(x, x->prefix[i].key)->head].place;
        if (place < earliest) earliest = place;
    }
    return earliest;
}

/* Find the kept sets that may be near, by the prefix; they come in `candidates`, ascending. `ExactJoin.like`. */
static int find_candidates(Index *x, int64_t prefix, int32_t most) {
    x->candidate_count = 0;
    if (!x->candidates && !(x->candidates = malloc(sizeof *x->candidates * (size_t)(most + 1)))) return 0;
    Likely *likely = malloc(sizeof *likely * (size_t)(prefix * most + 1));
    if (!likely) return 0;
    int64_t met = 0, distinct = 0;
    for (int64_t i = 0; i < prefix; i++) {
        int32_t node = find_trigram(x, x->prefix[i].key)->head;
        for (; node >= 0; node = x->nodes[node].next) likely[met++] = (Likely){x->nodes[node].place, 1};
    }
    qsort(likely, (size_t)met, sizeof *likely, by_place);
    for (int64_t i = 0; i < met; i++) {
        if (distinct && likely[distinct - 1].place == likely[i].place)
            likely[distinct - 1].shared++;
        else
            likely[distinct++] = likely[i];
    }
    if (distinct > most) {
        qsort(likely, (size_t)distinct, sizeof *likely, by_likelihood);
        distinct = most;
    }
    for (int64_t i = 0; i < distinct; i++) x->candidates[i] = likely[i].place;
    qsort(x->candidates, (size_t)distinct, sizeof *x->candidates, compare_i32);
    x->candidate_count = distinct;
    free(likely);
    return 1;
}

/* Let a set be found from now on, as `place`; of the holders of a member only the first `most` are ever looked at. The
 * set may name a member more than once.
 */
static int keep_set(Index *x, const uint64_t *own, int64_t own_count, int32_t place, int32_t most) {
    for (int64_t i = 0; i < own_count; i++) {
        Trigram *trigram = add_trigram(x, own[i]);
        if (!trigram) return 0;
        if (trigram->last == place) continue;
        trigram->last = place;
        if (++trigram->holders > (uint32_t)most) continue;
        if (!grow((void **)&x->nodes, &x->node_room, x->node_count + 1, sizeof *x->nodes)) return 0;
        x->nodes[x->node_count] = (Node){place, -1};
        if (trigram->tail >= 0)
            x->nodes[trigram->tail].next = (int32_t)x->node_count;
        else
            trigram->head = (int32_t)x->node_count;
        trigram->tail = (int32_t)x->node_count++;
    }
    return 1;
}

static void free_index(Index *x) { free(x->trigrams), free(x->nodes), free(x->candidates), free(x->prefix); }
