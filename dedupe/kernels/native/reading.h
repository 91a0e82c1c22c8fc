/* Files read many at a time, so that a thread that reads asks for the interpreter's lock once for all of them. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOT_READ = -1 };

/* A file, or why it is not here: an errno, or NOT_READ for one that is left to the caller. `cleaned` is what is left of it
 * without the bytes that go, NULL where nothing does. The bytes belong to whoever calls `dedupe_free_files`.
 */
typedef struct {
    uint8_t *bytes, *cleaned;
    int64_t size, cleaned_size;
    uint64_t checksum; /* xxh3_64 */
    Digest digest, cleaned_digest;
    int64_t status;
} FileRead;

static int64_t read_all(int descriptor, int64_t most, FileRead *file) {
    struct stat about;
    if (fstat(descriptor, &about)) return errno;
    if (!S_ISREG(about.st_mode) || about.st_size > most) return NOT_READ;
    int64_t room = about.st_size + 1; /* one more, to see the end */
    if (!(file->bytes = malloc((size_t)room))) return ENOMEM;
    for (;;) {
        const ssize_t count = read(descriptor, file->bytes + file->size, (size_t)(room - file->size));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        if (!count) return 0;
        file->size += count;
        if (file->size == room) return NOT_READ; /* it grows */
    }
}

static void read_one(const char *path, int64_t most, FileRead *file) {
    *file = (FileRead){0};
    int descriptor;
    do descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) {
        file->status = errno;
        return;
    }
    file->status = read_all(descriptor, most, file);
    close(descriptor);
    if (!file->status) file->checksum = xxh3_64(file->bytes, (size_t)file->size);
}

enum { DIGESTED_AT_ONCE = 64 };

/* Digest files that were read, what is left of them where `is_cleaned`. */
static void digest_files(int64_t count, FileRead *files, int is_cleaned) {
    Message messages[DIGESTED_AT_ONCE];
    const int lanes = lanes_of_processor();
    int64_t waiting = 0;
    for (int64_t i = 0; i <= count; i++) {
        if (waiting == DIGESTED_AT_ONCE || i == count) {
            digest_many(messages, waiting, lanes);
            waiting = 0;
        }
        if (i == count || files[i].status || (is_cleaned && !files[i].cleaned)) continue;
        messages[waiting++] = is_cleaned
                                  ? (Message){files[i].cleaned, files[i].cleaned_size, &files[i].cleaned_digest}
                                  : (Message){files[i].bytes, files[i].size, &files[i].digest};
    }
}

/* Read files of at most `most` bytes each; `paths` end with NUL. Returns 0. */
EXPORT int64_t dedupe_read_files(int64_t count, const Pieces *paths, int64_t most, FileRead *files) {
    for (int64_t i = 0; i < count; i++) read_one((const char *)paths->bytes + paths->bounds[i], most, &files[i]);
    digest_files(count, files, 0);
    return 0;
}

/* Leave out the bytes from starts[i] to ends[i], which are in order and lie in the file. */
static int64_t cut(FileRead *file, int64_t count, const int64_t *starts, const int64_t *ends) {
    if (!(file->cleaned = malloc((size_t)file->size + 1))) return ENOMEM;
    int64_t position = 0;
    for (int64_t i = 0; i <= count; i++) {
        const int64_t until = i < count ? starts[i] : file->size;
        if (until < position || until > file->size) return NOT_READ;
        memcpy(file->cleaned + file->cleaned_size, file->bytes + position, (size_t)(until - position));
        file->cleaned_size += until - position;
        if (i < count) position = ends[i];
    }
    return 0;
}

/* Read files again and cut them: file i by the runs from run_bounds[i] to run_bounds[i + 1]. One that has not the size and
 * the checksum that it had is NOT_READ. Returns 0.
 */
EXPORT int64_t dedupe_read_again(int64_t count, const Pieces *paths, const int64_t *sizes, const uint64_t *checksums,
                                 const int64_t *run_bounds, const int64_t *starts, const int64_t *ends,
                                 FileRead *files) {
    for (int64_t i = 0; i < count; i++) {
        read_one((const char *)paths->bytes + paths->bounds[i], sizes[i], &files[i]);
        const int64_t first = run_bounds[i], runs = run_bounds[i + 1] - first;
        if (files[i].status) continue;
        if (files[i].size != sizes[i] || files[i].checksum != checksums[i]) files[i].status = NOT_READ;
        else if (runs) files[i].status = cut(&files[i], runs, starts + first, ends + first);
    }
    digest_files(count, files, 1);
    return 0;
}

EXPORT int64_t dedupe_free_files(int64_t count, FileRead *files) {
    for (int64_t i = 0; i < count; i++) free(files[i].bytes), free(files[i].cleaned);
    return 0;
}
