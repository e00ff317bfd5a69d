/* SPDX-License-Identifier: MIT */
/* used FILE COMMAND ARGS…: runs the command; "wall-seconds CPU-seconds peak-KiB" go into FILE. A
 * program of its own because the peak of a process counts from its parent's size at the fork. */
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int count, char **arguments)
{
    pid_t child;
    int status;
    struct rusage used;
    if (count < 3)
        return 2;
    double begin = now();
    if (posix_spawnp(&child, arguments[2], NULL, NULL, arguments + 2, environ) != 0 ||
        waitpid(child, &status, 0) != child || getrusage(RUSAGE_CHILDREN, &used) != 0)
        return 2;
    double wall = now() - begin;
    FILE *out = fopen(arguments[1], "w");
    if (out == NULL)
        return 2;
    fprintf(out, "%f %f %ld\n", wall, seconds(used.ru_utime) + seconds(used.ru_stime),
            used.ru_maxrss);
    fclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
