/* SPDX-License-Identifier: MIT */
#include "net/loop_thread.h"

#include "net/loop_private.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

/* What somebody waits for. */
struct job {
    bool (*work)(void *context);
    void *context;
    unsigned ms;
    bool begun, said, over;
};

struct iw_loop_thread {
    pthread_t thread;
    struct iw_loop *loop;
    struct iw_timer *timer; /* when the job's time is over */
    uv_async_t call;
    pthread_mutex_t turn; /* of those who have a job */
    pthread_mutex_t lock; /* of the job */
    pthread_cond_t done;
    struct job *job; /* NULL: none */
};

/* ---- in the thread ---- */

static void finish(struct iw_loop_thread *thread, struct job *job, bool said)
{
    iw_timer_set(thread->timer, UINT64_MAX);
    pthread_mutex_lock(&thread->lock);
    thread->job = NULL;
    job->said = said;
    job->over = true;
    pthread_cond_signal(&thread->done);
    pthread_mutex_unlock(&thread->lock);
}

static struct job *present_job(struct iw_loop_thread *thread)
{
    pthread_mutex_lock(&thread->lock);
    struct job *job = thread->job;
    pthread_mutex_unlock(&thread->lock);
    return job;
}

static void on_call(uv_async_t *call)
{
    struct iw_loop_thread *thread = call->data;
    struct job *job = present_job(thread);
    if (job == NULL)
        return;
    bool said = job->work(job->context);
    bool begins = !job->begun;
    job->begun = true;
    if (said || job->ms == 0)
        finish(thread, job, said); /* and the job is gone */
    else if (begins)
        iw_timer_set(thread->timer, iw_loop_now(thread->loop) + job->ms);
}

/* Not at once: whoever calls it is in the midst of something. */
void iw_loop_thread_again(struct iw_loop_thread *thread)
{
    if (present_job(thread) != NULL)
        uv_async_send(&thread->call);
}

static void on_timer(void *context)
{
    struct iw_loop_thread *thread = context;
    struct job *job = present_job(thread);
    if (job != NULL)
        finish(thread, job, false);
}

static void *run(void *context)
{
    struct iw_loop_thread *thread = context;
    iw_loop_run(thread->loop);
    iw_timer_free(thread->timer);
    iw_loop_free(thread->loop);
    return NULL;
}

/* ---- from outside ---- */

bool iw_loop_thread_do(struct iw_loop_thread *thread, bool (*work)(void *context), void *context,
                       unsigned ms)
{
    struct job job = {.work = work, .context = context, .ms = ms};
    pthread_mutex_lock(&thread->turn);
    pthread_mutex_lock(&thread->lock);
    thread->job = &job;
    uv_async_send(&thread->call);
    while (!job.over)
        pthread_cond_wait(&thread->done, &thread->lock);
    pthread_mutex_unlock(&thread->lock);
    pthread_mutex_unlock(&thread->turn);
    return job.said;
}

struct iw_loop *iw_loop_thread_loop(struct iw_loop_thread *thread)
{
    return thread->loop;
}

/* Signals are for the threads of the program. */
static int begin(struct iw_loop_thread *thread)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&thread->thread, NULL, run, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static void release(struct iw_loop_thread *thread)
{
    pthread_cond_destroy(&thread->done);
    pthread_mutex_destroy(&thread->lock);
    pthread_mutex_destroy(&thread->turn);
    free(thread);
}

static bool give_up(struct iw_loop_thread *thread, struct iw_error *error)
{
    iw_fail(error, IW_NO_MEMORY, 0, NULL);
    iw_timer_free(thread->timer);
    if (thread->call.data != NULL)
        uv_close((uv_handle_t *)&thread->call, NULL);
    iw_loop_free(thread->loop);
    release(thread);
    return false;
}

static bool start(struct iw_loop_thread *thread, struct iw_error *error)
{
    thread->loop = iw_loop_new(error);
    if (thread->loop == NULL)
        return give_up(thread, error);
    thread->timer = iw_timer_new(thread->loop, on_timer, thread);
    if (thread->timer == NULL ||
        uv_async_init(iw_loop_uv(thread->loop), &thread->call, on_call) != 0)
        return give_up(thread, error);
    thread->call.data = thread;
    return begin(thread) == 0 || give_up(thread, error);
}

struct iw_loop_thread *iw_loop_thread_start(struct iw_error *error)
{
    struct iw_loop_thread *thread = calloc(1, sizeof *thread);
    if (thread == NULL) {
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    pthread_mutex_init(&thread->turn, NULL);
    pthread_mutex_init(&thread->lock, NULL);
    pthread_cond_init(&thread->done, NULL);
    return start(thread, error) ? thread : NULL;
}

static bool end(void *context)
{
    struct iw_loop_thread *thread = context;
    uv_close((uv_handle_t *)&thread->call, NULL);
    return true;
}

void iw_loop_thread_stop(struct iw_loop_thread *thread)
{
    if (thread == NULL)
        return;
    iw_loop_thread_do(thread, end, thread, 0);
    pthread_join(thread->thread, NULL);
    release(thread);
}
