/* Makes every fsync take at least SLOW_FSYNC_US microseconds, for measuring on a fast disk what a slow one would show.
 *
 *   cc -O2 -shared -fPIC -o target/slow_fsync.so tests/load/slow_fsync.c -ldl
 *   SLOW_FSYNC_US=2500 LD_PRELOAD=$PWD/target/slow_fsync.so target/release/linedesk-load --only create …
 *
 * The load generator's own SQLite and the server that it starts are slowed alike. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void rest(const struct timespec *began) {
    const char *least = getenv("SLOW_FSYNC_US");
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long spent = (now.tv_sec - began->tv_sec) * 1000000L + (now.tv_nsec - began->tv_nsec) / 1000;
    long wanted = (least ? atol(least) : 0) - spent;
    if (wanted > 0) {
        struct timespec left = {wanted / 1000000L, wanted % 1000000L * 1000L};
        nanosleep(&left, NULL);
    }
}

static int slowly(const char *name, int file) {
    struct timespec began;
    clock_gettime(CLOCK_MONOTONIC, &began);
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(file);
    rest(&began);
    return result;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
