/* Blocking work leaves the loop's thread here and its result comes back here. */
#include "offload.h"
#include "loop.h"
#include "../base/check.h"
#include <stdlib.h>
#include <uv.h>

struct job {
    uv_work_t request;
    void (*work)(void *);
    void (*done)(void *);
    void *arg;
};

static unsigned running;

static void job_work(uv_work_t *request)
{
    struct job *job = request->data;
    job->work(job->arg);
}

static void job_done(uv_work_t *request, int status)
{
    (void)status; /* nobody cancels */
    struct job *job = request->data;
    void (*done)(void *) = job->done;
    void *arg = job->arg;
    free(job);
    running--;
    done(arg);
}

int offload(void (*work)(void *), void (*done)(void *), void *arg)
{
    struct job *job = xmalloc(sizeof *job);
    *job = (struct job){.request.data = job, .work = work, .done = done, .arg = arg};
    if (!loop_uv() || uv_queue_work(loop_uv(), &job->request, job_work, job_done) != 0) {
        free(job);
        return -1;
    }
    running++;
    return 0;
}

unsigned offload_running(void)
{
    return running;
}
