/* Files written many at a time, for the same reason; the calls are those of dedupe/writing/disk.py. */

typedef struct {
    const uint8_t *content;
    int64_t size;
    int64_t read_seconds, changed_seconds; /* since 1970; nanoseconds alone would end in 2262 */
    uint32_t read_ns, changed_ns;          /* behind those seconds */
    uint32_t permissions, owner, group; /* as those of the file that this one is to be like */
    uint32_t is_like;                   /* 0: there is no such file */
} NewFile;

static int write_content(int descriptor, const NewFile *file) {
    for (int64_t done = 0; done < file->size;) {
        const ssize_t count = write(descriptor, file->content + done, (size_t)(file->size - done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        done += count;
    }
    return 0;
}

static int make_like(int descriptor, const NewFile *file) {
    if ((file->owner != geteuid() || file->group != getegid()) && fchown(descriptor, file->owner, file->group) &&
        errno != EPERM && errno != EACCES)
        return errno;
    if (fchmod(descriptor, (mode_t)file->permissions)) return errno;
    const struct timespec times[2] = {{.tv_sec = file->read_seconds, .tv_nsec = file->read_ns},
                                      {.tv_sec = file->changed_seconds, .tv_nsec = file->changed_ns}};
    return futimens(descriptor, times) ? errno : 0;
}

/* Write new files; `paths` end with NUL, and nothing may stand there. Returns 0, or the errno of the file `*failed`, behind
 * which none was begun.
 */
EXPORT int64_t dedupe_write_files(int64_t count, const Pieces *paths, const NewFile *files, int64_t *failed) {
    for (int64_t i = 0; i < count; i++) {
        const char *path = (const char *)paths->bytes + paths->bounds[i];
        int descriptor;
        *failed = i;
        do descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        while (descriptor < 0 && errno == EINTR);
        if (descriptor < 0) return errno;
        int status = write_content(descriptor, &files[i]);
        if (!status && files[i].is_like) status = make_like(descriptor, &files[i]);
#ifdef SYNC_FILE_RANGE_WRITE
        /* Begins to write it to the disk and waits for nothing, so that who waits for all of them waits a third as long. */
        if (!status) (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
        if (close(descriptor) && !status && errno != EINTR) status = errno;
        if (status) return status;
    }
    return 0;
}
