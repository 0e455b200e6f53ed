/*
 * The yardstick: the workloads of the benchmark in C, as fast as plain C is without tricks that hold for one machine.
 *
 * It knows what these workloads have and nothing else: teams of equal engineers, features in a graph, one work each of
 * stories with given durations, priorities, and fire drills that take engineers from other work. The rules are those
 * of the engines: all that ends at one time is applied before anybody pulls; a team takes the waiting work with the
 * smallest key; a drill takes the engineer whose story has the largest one; times are rounded to 2^-30 week. So ships
 * are equal to the last bit.
 *
 * The ends of stories are a binary heap. With -DTREE they are a tree of winners, as in the compiled engine.
 */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SNAP (1.5 * 4194304.0)

typedef struct { double time; int64_t engineer; } End;
typedef struct { double since, effort; int32_t work, story, team; } Engineer;
typedef struct { int32_t fresh, last, put_back, left, team, key; } Work;
typedef struct { int32_t first, size, n_idle, queue, n_queue, touched; } Team;

typedef struct {
    double now, cost;
    const double *efforts;
    double *remaining;
    End *ends;
    Engineer *engineers;
    Work *works;
    Team *teams;
    int32_t *idle, *queue, *next, *waits, *touched, *ending;
    int32_t n_features, n_engineers, n_ends, n_leaves, n_touched;
} World;

/* When stories end. */

#ifdef TREE

static void set_end(World *w, int32_t engineer, double time)
{
    End *tree = w->ends, winner = {time, engineer};
    int32_t node = w->n_leaves + engineer;
    tree[node].time = time;
    while (node > 1) {
        const End other = tree[node ^ 1];
        const int earlier = other.time < winner.time;
        winner.time = earlier ? other.time : winner.time;
        winner.engineer = earlier ? other.engineer : winner.engineer;
        node >>= 1;
        tree[node] = winner;
    }
}

static void no_ends(World *w)
{
    for (int32_t node = 0; node < 2 * w->n_leaves; node++)
        w->ends[node] = (End){INFINITY, node % w->n_leaves};
}

static double first_end(const World *w) { return w->ends[1].time; }
static int32_t first_engineer(const World *w) { return (int32_t)w->ends[1].engineer; }

static int ends_alone(const World *w)
{
    double time = INFINITY;
    for (int32_t node = w->n_leaves + first_engineer(w); node > 1; node >>= 1) {
        const double other = w->ends[node ^ 1].time;
        time = other < time ? other : time;
    }
    return time != first_end(w);
}

static void begin(World *w, int32_t engineer, double time) { set_end(w, engineer, time); }
static void go_on(World *w, double time) { set_end(w, first_engineer(w), time); }
static void stop(World *w) { set_end(w, first_engineer(w), INFINITY); }
static void change(World *w, int32_t engineer, double time) { set_end(w, engineer, time); }

#else

static void rise(End *heap, int32_t i, End end)
{
    for (int32_t parent; i > 0 && heap[parent = (i - 1) / 2].time > end.time; i = parent)
        heap[i] = heap[parent];
    heap[i] = end;
}

static void sink(End *heap, int32_t n, int32_t i, End end)
{
    for (int32_t child; (child = 2 * i + 1) < n; i = child) {
        child += child + 1 < n && heap[child + 1].time < heap[child].time;
        if (heap[child].time >= end.time)
            break;
        heap[i] = heap[child];
    }
    heap[i] = end;
}

static void no_ends(World *w) { w->n_ends = 0; }
static double first_end(const World *w) { return w->n_ends ? w->ends[0].time : INFINITY; }
static int32_t first_engineer(const World *w) { return (int32_t)w->ends[0].engineer; }

static int ends_alone(const World *w)
{
    const End *heap = w->ends;
    return !(w->n_ends > 1 && heap[1].time == heap[0].time) && !(w->n_ends > 2 && heap[2].time == heap[0].time);
}

static void begin(World *w, int32_t engineer, double time) { rise(w->ends, w->n_ends++, (End){time, engineer}); }
static void go_on(World *w, double time) { sink(w->ends, w->n_ends, 0, (End){time, w->ends[0].engineer}); }

static void stop(World *w)
{
    w->n_ends--;
    sink(w->ends, w->n_ends, 0, w->ends[w->n_ends]);
}

static void change(World *w, int32_t engineer, double time)
{
    int32_t i = 0;
    while (w->ends[i].engineer != engineer)
        i++;
    if (time < w->ends[i].time)
        rise(w->ends, i, (End){time, engineer});
    else
        sink(w->ends, w->n_ends, i, (End){time, engineer});
}

#endif

/* Which story comes next: for each team a heap of the works that have a waiting story. */

static void offer(World *w, int32_t number)
{
    const Work *works = w->works;
    Team *team = &w->teams[works[number].team];
    int32_t *heap = w->queue + team->queue, i = team->n_queue++;
    for (int32_t parent; i > 0 && works[heap[parent = (i - 1) / 2]].key > works[number].key; i = parent)
        heap[i] = heap[parent];
    heap[i] = number;
    if (!team->touched) {
        team->touched = 1;
        w->touched[w->n_touched++] = works[number].team;
    }
}

static void unlist(World *w, Team *team)
{
    const Work *works = w->works;
    int32_t *heap = w->queue + team->queue, n = --team->n_queue, number = heap[n], i = 0;
    for (int32_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && works[heap[child + 1]].key < works[heap[child]].key)
            child++;
        if (works[heap[child]].key > works[number].key)
            break;
        heap[i] = heap[child];
    }
    heap[i] = number;
}

/* An engineer pulls the team's next story; returns when it ends. */
static double pull(World *w, Team *team, Engineer *engineer)
{
    engineer->work = w->queue[team->queue];
    Work *work = &w->works[engineer->work];
    if (work->put_back >= 0) {
        engineer->story = work->put_back;
        engineer->effort = w->remaining[engineer->story];
        work->put_back = w->next[engineer->story];
    } else {
        engineer->story = work->fresh++;
        engineer->effort = w->efforts[engineer->story];
    }
    if (work->put_back < 0 && work->fresh == work->last)
        unlist(w, team);
    engineer->since = w->now;
    return (w->now + engineer->effort) + SNAP - SNAP;
}

static void put_back(World *w, int32_t number, int32_t story)
{
    Work *work = &w->works[number];
    const int listed = work->put_back >= 0 || work->fresh < work->last;
    int32_t *at = &work->put_back;
    while (*at >= 0 && *at < story)
        at = &w->next[*at];
    w->next[story] = *at;
    *at = story;
    if (!listed)
        offer(w, number);
}

/* The engineer whose ordinary story has the largest key, or -1. */
static int32_t victim(const World *w, const Team *team)
{
    int32_t found = -1;
    int64_t largest = -1;
    for (int32_t i = team->first; i < team->first + team->size; i++) {
        const Engineer *engineer = &w->engineers[i];
        if (engineer->story < 0 || engineer->work >= w->n_features)
            continue;
        const int64_t key = (int64_t)w->works[engineer->work].key << 32 | engineer->story;
        if (key > largest) {
            largest = key;
            found = i;
        }
    }
    return found;
}

static void hand_out(World *w, Team *team)
{
    while (team->n_idle > 0 && team->n_queue > 0) {
        const int32_t number = w->idle[team->first + --team->n_idle];
        begin(w, number, pull(w, team, &w->engineers[number]));
    }
    while (team->n_queue > 0 && w->queue[team->queue] >= w->n_features) {
        const int32_t number = victim(w, team);
        if (number < 0)
            break;
        Engineer *engineer = &w->engineers[number];
        w->remaining[engineer->story] = engineer->effort - (w->now - engineer->since) + w->cost;
        put_back(w, engineer->work, engineer->story);
        change(w, number, pull(w, team, engineer));
    }
}

static void dispatch(World *w)
{
    while (w->n_touched > 0) {
        Team *team = &w->teams[w->touched[--w->n_touched]];
        hand_out(w, team);
        team->touched = 0;
    }
}

/* What happens. */

/* The usual instants: one story ends, and its engineer pulls the next or idles. */
static void take_turns(World *w, double until)
{
    while (first_end(w) < until) {
        const int32_t number = first_engineer(w);
        Engineer *engineer = &w->engineers[number];
        Work *work = &w->works[engineer->work];
        Team *team = &w->teams[engineer->team];
        if (work->left == 1 || !ends_alone(w))
            return;
        work->left--;
        w->now = first_end(w);
        if (team->n_queue > 0) {
            go_on(w, pull(w, team, engineer));
        } else {
            engineer->story = -1;
            w->idle[team->first + team->n_idle++] = number;
            stop(w);
        }
    }
}

/* All stories that end now; features ship with them, and what waited for these becomes available. */
static void complete(World *w, const int32_t *first_dependent, const int32_t *dependents, double *ships)
{
    int32_t n = 0;
    for (; first_end(w) == w->now; stop(w))
        w->ending[n++] = first_engineer(w);
    for (int32_t i = 0; i < n; i++) {
        Engineer *engineer = &w->engineers[w->ending[i]];
        Team *team = &w->teams[engineer->team];
        const int32_t work = engineer->work;
        engineer->story = -1;
        w->idle[team->first + team->n_idle++] = w->ending[i];
        if (!team->touched) {
            team->touched = 1;
            w->touched[w->n_touched++] = engineer->team;
        }
        if (--w->works[work].left > 0 || work >= w->n_features)
            continue;
        ships[work] = w->now;
        for (int32_t j = first_dependent[work]; j < first_dependent[work + 1]; j++)
            if (--w->waits[dependents[j]] == 0)
                offer(w, dependents[j]);
    }
}

/* What the caller hands over; works are the features', then the drills'. */
typedef struct {
    int32_t n_teams, n_features, n_drills;
    const int32_t *team_size, *work_team, *work_key, *work_offset, *n_needs, *first_dependent, *dependents;
    const double *drill_begins;
    double switching_cost;
} Plan;

static void *room(int64_t n, size_t size)
{
    void *memory = calloc(n > 0 ? n : 1, size);
    if (!memory)
        abort();
    return memory;
}

static World *new_world(const Plan *plan)
{
    World *w = room(1, sizeof *w);
    const int32_t n_works = plan->n_features + plan->n_drills, n_stories = plan->work_offset[n_works];
    for (int32_t i = 0; i < plan->n_teams; i++)
        w->n_engineers += plan->team_size[i];
    for (w->n_leaves = 1; w->n_leaves < w->n_engineers;)
        w->n_leaves *= 2;
    w->n_features = plan->n_features;
    w->cost = plan->switching_cost;
    w->remaining = room(n_stories, sizeof *w->remaining);
    w->ends = room(2 * w->n_leaves, sizeof *w->ends);
    w->engineers = room(w->n_engineers, sizeof *w->engineers);
    w->works = room(n_works, sizeof *w->works);
    w->teams = room(plan->n_teams, sizeof *w->teams);
    w->idle = room(w->n_engineers, sizeof *w->idle);
    w->queue = room(n_works, sizeof *w->queue);
    w->next = room(n_stories, sizeof *w->next);
    w->waits = room(plan->n_features, sizeof *w->waits);
    w->touched = room(plan->n_teams, sizeof *w->touched);
    w->ending = room(w->n_engineers, sizeof *w->ending);
    return w;
}

static void delete_world(World *w)
{
    free(w->remaining), free(w->ends), free(w->engineers), free(w->works), free(w->teams), free(w->idle);
    free(w->queue), free(w->next), free(w->waits), free(w->touched), free(w->ending), free(w);
}

/* The works and teams as they are before a run. */
static void lay_out(const Plan *plan, Work *works, Team *teams, Engineer *engineers)
{
    int32_t first = 0, queue = 0;
    for (int32_t i = 0; i < plan->n_features + plan->n_drills; i++) {
        const int32_t begin = plan->work_offset[i], end = plan->work_offset[i + 1];
        works[i] = (Work){begin, end, -1, end - begin, plan->work_team[i], plan->work_key[i]};
        teams[plan->work_team[i]].n_queue++;
    }
    for (int32_t i = 0; i < plan->n_teams; i++) {
        const int32_t size = plan->team_size[i], n_works = teams[i].n_queue;
        teams[i] = (Team){first, size, size, queue, 0, 0};
        for (int32_t end = first + size; first < end; first++)
            engineers[first].team = i;
        queue += n_works;
    }
}

static void run(World *w, const Plan *plan, double *ships)
{
    int32_t drill = 0;
    for (int32_t feature = 0; feature < plan->n_features; feature++)
        if (w->waits[feature] == 0)
            offer(w, feature);
    dispatch(w);
    for (;;) {
        const double until = drill < plan->n_drills ? plan->drill_begins[drill] : INFINITY;
        take_turns(w, until);
        w->now = first_end(w) < until ? first_end(w) : until;
        if (w->now == INFINITY)
            return;
        complete(w, plan->first_dependent, plan->dependents, ships);
        for (; drill < plan->n_drills && plan->drill_begins[drill] == w->now; drill++)
            offer(w, plan->n_features + drill);
        dispatch(w);
    }
}

/* Replications: efforts has a row of all stories for each, ships a row of all features. */
void run_all(const Plan *plan, int64_t n, const double *efforts, double *ships)
{
    const int32_t n_works = plan->n_features + plan->n_drills, n_stories = plan->work_offset[n_works];
    World *w = new_world(plan);
    Work *works = room(n_works, sizeof *works);
    Team *teams = room(plan->n_teams, sizeof *teams);
    lay_out(plan, works, teams, w->engineers);
    for (int64_t row = 0; row < n; row++) {
        w->now = 0.0;
        w->efforts = efforts + row * n_stories;
        memcpy(w->works, works, n_works * sizeof *works);
        memcpy(w->teams, teams, plan->n_teams * sizeof *teams);
        memcpy(w->waits, plan->n_needs, plan->n_features * sizeof *w->waits);
        for (int32_t i = 0; i < w->n_engineers; i++) {
            w->engineers[i].story = -1;
            w->idle[i] = i;
        }
        no_ends(w);
        run(w, plan, ships + row * plan->n_features);
    }
    free(works), free(teams);
    delete_world(w);
}
