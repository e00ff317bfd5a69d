/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/thread.h"

#include "mockserver/engine/mime_ids.h"
#include "mockserver/engine/mime_sort_key.h"
#include "mockserver/engine/order.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 1000 /* steps up that are looked for a loop */ };

/* A message, or one that others refer to and that was not found: a dummy. Children hang in a list
 * by next; those of the root are the threads. */
struct node {
    struct iw_span id; /* Message-ID; absent: none, or one that another message has */
    struct node *parent, *first, *last, *next, *before;
    struct node *home, *next_kept; /* while dummies are taken out: its new parent, the next one */
    struct node *same_hash;        /* in the table of ids, or of subjects */
    uint32_t number;               /* as it is told; 0: a dummy */
    uint32_t index;                /* of equal dates the lower one comes first */
    int64_t date;
    struct iw_mime_subject subject; /* after the casemap */
};

/* Nodes by a string. */
struct table {
    struct node **heads;
    size_t size; /* a power of two */
};

struct threading {
    struct iw_arena *arena, *scratch;
    enum iw_collation collation;
    const struct iw_found *found;
    bool uid;
    struct node root;    /* no message */
    struct node **nodes; /* as they were found; later just room for all */
    size_t count;
    struct table ids;
    bool failed; /* no memory */
};

/* ---- lists ---- */

static void take_out(struct node *node)
{
    struct node *parent = node->parent;
    if (node->before == NULL)
        parent->first = node->next;
    else
        node->before->next = node->next;
    if (node->next == NULL)
        parent->last = node->before;
    else
        node->next->before = node->before;
    node->parent = node->next = node->before = NULL;
}

static void append(struct node *parent, struct node *node)
{
    node->parent = parent;
    node->before = parent->last;
    node->next = NULL;
    if (parent->last == NULL)
        parent->first = node;
    else
        parent->last->next = node;
    parent->last = node;
}

static void append_all(struct node *parent, struct node *first)
{
    while (first != NULL) {
        struct node *next = first->next;
        append(parent, first);
        first = next;
    }
}

/* Or perhaps: what is too deep is not looked into. */
static bool may_be_above(const struct node *node, const struct node *other)
{
    unsigned depth = 0;
    while (other != NULL && other != node && depth++ < DEPTH_MAX)
        other = other->parent;
    return other != NULL;
}

/* ---- tables ---- */

/* FNV-1a */
static size_t hash(struct iw_span key)
{
    uint64_t value = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < key.length; i++)
        value = (value ^ (unsigned char)key.data[i]) * UINT64_C(1099511628211);
    return (size_t)(value ^ value >> 32);
}

static bool make_table(struct threading *threading, size_t count, struct table *table)
{
    for (table->size = 16; table->size < count; table->size *= 2)
        ;
    table->heads = iw_arena_array(threading->arena, table->size, sizeof(*table->heads));
    return table->heads != NULL;
}

static struct node **head_of(const struct table *table, struct iw_span key)
{
    return &table->heads[hash(key) & (table->size - 1)];
}

/* ---- messages ---- */

static struct node *new_node(struct threading *threading)
{
    struct node *node = iw_arena_get(threading->arena, sizeof *node);
    threading->failed |= node == NULL;
    return node;
}

/* The strings of the scratch arena are copied. */
static bool read_message(struct threading *threading, size_t place, bool subject, struct node *node)
{
    const struct iw_message *message = iw_found_message(threading->found, place);
    struct iw_span header = iw_span(message->content->octets, message->content->length);
    node->number = iw_found_number(threading->found, place, threading->uid);
    node->index = threading->found->hits[place].index;
    node->date = iw_sent_date(message);
    iw_arena_reset(threading->scratch);
    if (subject) {
        if (iw_mime_sort_subject(threading->scratch, threading->collation, header,
                                 &node->subject) != IW_OK)
            return false;
        node->subject.base = iw_arena_copy(threading->arena, node->subject.base);
    }
    return !subject || node->subject.base.data != NULL;
}

/* All that were found, in order. */
static void read_messages(struct threading *threading, bool subject)
{
    size_t count = threading->found->count;
    threading->nodes = iw_arena_array(threading->arena, count, sizeof(*threading->nodes));
    threading->failed |= threading->nodes == NULL;
    for (size_t i = 0; i < count && !threading->failed; i++) {
        struct node *node = threading->nodes[i] = new_node(threading);
        if (node == NULL || !read_message(threading, i, subject, node))
            threading->failed = true;
        else
            threading->count++;
    }
}

/* ---- order ---- */

/* A dummy stands where the first of its children does (RFC 5256 §4, REFERENCES, step 4). */
static const struct node *dated(const struct node *node)
{
    return node->number == 0 ? node->first : node;
}

static int compare_dates(const void *a, const void *b)
{
    const struct node *x = dated(*(struct node *const *)a), *y = dated(*(struct node *const *)b);
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Of REFS: dates are those of the newest message of a branch. */
static int compare_newest(const void *a, const void *b)
{
    const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return (dated(x)->index > dated(y)->index) - (dated(x)->index < dated(y)->index);
}

typedef int compare_nodes(const void *a, const void *b);

/* No node has more children than there are messages, for which members has room. */
static void sort_children(struct node *parent, struct node **members, compare_nodes *compare)
{
    size_t count = 0;
    if (parent->first == parent->last)
        return;
    for (struct node *node = parent->first; node != NULL; node = node->next)
        members[count++] = node;
    qsort(members, count, sizeof *members, compare);
    parent->first = parent->last = NULL;
    for (size_t i = 0; i < count; i++)
        append(parent, members[i]);
}

/* The next node in depth first order below top; NULL: that was the last. */
static struct node *next_node(const struct node *top, const struct node *node)
{
    if (node->first != NULL)
        return node->first;
    while (node != top && node->next == NULL)
        node = node->parent;
    return node == top ? NULL : node->next;
}

/* Step 6: dummies last, since their place is that of a child. */
static void sort_all(struct threading *threading)
{
    struct node *root = &threading->root;
    for (struct node *node = root->first; node != NULL; node = next_node(root, node))
        sort_children(node, threading->nodes, compare_dates);
    sort_children(root, threading->nodes, compare_dates);
}

/* ---- ORDEREDSUBJECT ---- */

static int compare_subjects(const void *a, const void *b)
{
    struct iw_span x = (*(struct node *const *)a)->subject.base;
    struct iw_span y = (*(struct node *const *)b)->subject.base;
    int compared = memcmp(x.data, y.data, x.length < y.length ? x.length : y.length);
    if (compared == 0)
        compared = (x.length > y.length) - (x.length < y.length);
    return compared != 0 ? compared : compare_dates(a, b);
}

/* The first of each subject is the parent of all others with it (RFC 5256 §3). */
static void order_subjects(struct threading *threading)
{
    struct node *first = NULL;
    read_messages(threading, true);
    if (threading->failed)
        return;
    qsort(threading->nodes, threading->count, sizeof(*threading->nodes), compare_subjects);
    for (size_t i = 0; i < threading->count; i++) {
        struct node *node = threading->nodes[i];
        bool same = first != NULL && iw_span_equal(node->subject.base, first->subject.base);
        if (!same)
            first = node;
        append(same ? first : &threading->root, node);
    }
    sort_children(&threading->root, threading->nodes, compare_dates);
}

/* ---- REFERENCES, step 1: by ids ---- */

static struct node *find_id(const struct threading *threading, struct iw_span id)
{
    struct node *node = *head_of(&threading->ids, id);
    while (node != NULL && !iw_span_equal(node->id, id))
        node = node->same_hash;
    return node;
}

static void add_id(struct threading *threading, struct node *node, struct iw_span id)
{
    struct node **head = head_of(&threading->ids, id);
    node->id = id;
    node->same_hash = *head;
    *head = node;
}

/* Of messages with the same id the first has it. */
static void take_ids(struct threading *threading)
{
    for (size_t i = 0; i < threading->count && !threading->failed; i++) {
        const struct iw_message *message = iw_found_message(threading->found, i);
        struct iw_span header = iw_span(message->content->octets, message->content->length), id;
        iw_arena_reset(threading->scratch);
        threading->failed |= iw_mime_message_id(threading->scratch, header, &id) != IW_OK;
        if (threading->failed || id.data == NULL || find_id(threading, id) != NULL)
            continue;
        id = iw_arena_copy(threading->arena, id);
        if (id.data == NULL)
            threading->failed = true;
        else
            add_id(threading, threading->nodes[i], id);
    }
}

/* The message with that id, or a dummy that is made for it. NULL: no memory. */
static struct node *need_id(struct threading *threading, struct iw_span id)
{
    struct node *node = find_id(threading, id);
    if (node != NULL)
        return node;
    node = new_node(threading);
    id = iw_arena_copy(threading->arena, id);
    threading->failed |= id.data == NULL;
    if (threading->failed)
        return NULL;
    add_id(threading, node, id);
    return node;
}

/* Not if that made a loop. A node with children stays where it is, too, if its parent would be very
 * deep: else contrived references cost too much. */
static void link_nodes(struct node *parent, struct node *child)
{
    if (child->first == NULL ? parent != child : !may_be_above(child, parent))
        append(parent, child);
}

/* A link that is there stays, but for that of the message itself: its own references know best. */
static void link_references(struct threading *threading, struct node *message,
                            const struct iw_mime_ids *ids)
{
    struct node *parent = NULL;
    for (size_t i = 0; i < ids->count; i++) {
        struct node *node = need_id(threading, ids->members[i]);
        if (node == NULL)
            return;
        if (parent != NULL && node->parent == NULL)
            link_nodes(parent, node);
        parent = node;
    }
    if (message->parent == parent)
        return;
    if (message->parent != NULL)
        take_out(message);
    if (parent != NULL)
        link_nodes(parent, message);
}

static void link_all(struct threading *threading)
{
    for (size_t i = 0; i < threading->count && !threading->failed; i++) {
        const struct iw_message *message = iw_found_message(threading->found, i);
        struct iw_mime_ids ids = {0};
        iw_arena_reset(threading->scratch);
        threading->failed |=
            iw_mime_references(threading->scratch,
                               iw_span(message->content->octets, message->content->length),
                               &ids) != IW_OK;
        if (!threading->failed)
            link_references(threading, threading->nodes[i], &ids);
    }
}

/* ---- steps 2 and 3: the root, and no dummies below it ---- */

/* All without a parent become children of the root, dummies first that came first. */
static void gather(struct threading *threading)
{
    for (size_t i = 0; i < threading->count; i++) {
        if (threading->nodes[i]->parent == NULL)
            append(&threading->root, threading->nodes[i]);
    }
    for (size_t i = 0; i < threading->ids.size; i++) {
        for (struct node *node = threading->ids.heads[i]; node != NULL; node = node->same_hash) {
            if (node->number == 0 && node->parent == NULL)
                append(&threading->root, node);
        }
    }
}

/* The first node that can be judged: its children all stay as they are. */
static struct node *deepest_first(struct node *node)
{
    while (node->first != NULL)
        node = node->first;
    return node;
}

/* What is kept: messages, and for now the threads that begin with a dummy. */
static bool is_kept(const struct threading *threading, const struct node *node)
{
    return node->number != 0 || node->parent == &threading->root;
}

/* The nodes that are kept, in their order, each with the nearest one above it. */
static struct node *find_homes(struct threading *threading)
{
    struct node *root = &threading->root, *first = NULL, **end = &first;
    for (struct node *node = root->first; node != NULL; node = next_node(root, node)) {
        struct node *parent = node->parent;
        node->home = parent == root || is_kept(threading, parent) ? parent : parent->home;
        if (is_kept(threading, node)) {
            *end = node;
            end = &node->next_kept;
        }
    }
    return first;
}

/* Steps 2 and 3: every message hangs below the nearest message above it, or below the dummy that
 * begins its thread. */
static void prune(struct threading *threading)
{
    struct node *root = &threading->root, *first = find_homes(threading);
    root->first = root->last = NULL;
    for (struct node *node = first; node != NULL; node = node->next_kept)
        node->first = node->last = NULL;
    for (struct node *node = first; node != NULL; node = node->next_kept)
        append(node->home, node);
    struct node *thread = root->first;
    root->first = root->last = NULL;
    for (struct node *next; thread != NULL; thread = next) {
        next = thread->next;
        if (thread->number != 0 || thread->first != thread->last)
            append(root, thread);
        else
            append_all(root, thread->first);
    }
}

/* ---- step 5: by subjects ---- */

static const struct iw_mime_subject *subject_of(const struct node *thread)
{
    return &dated(thread)->subject;
}

/* The place in the table of the thread that has the subject; what is there is NULL: none has. */
static struct node **find_subject(const struct table *subjects, const struct node *thread)
{
    struct iw_span base = subject_of(thread)->base;
    struct node **place = head_of(subjects, base);
    while (*place != NULL && !iw_span_equal(subject_of(*place)->base, base))
        place = &(*place)->same_hash;
    return place;
}

static void put_in_place(struct node **place, struct node *node)
{
    node->same_hash = *place == NULL ? NULL : (*place)->same_hash;
    *place = node;
}

/* Step 5.B: a dummy is better than a message, and a message better than a reply. */
static void take_subjects(struct threading *threading, const struct table *subjects)
{
    for (struct node *node = threading->root.first; node != NULL; node = node->next) {
        const struct iw_mime_subject *subject = subject_of(node);
        struct node **place = find_subject(subjects, node), *other = *place;
        bool better =
            other == NULL || (other->number != 0 &&
                              (node->number == 0 || (subject_of(other)->reply && !subject->reply)));
        if (subject->base.length > 0 && better)
            put_in_place(place, node);
    }
}

/* The message becomes the child of a dummy that has its place. */
static void push_down(struct threading *threading, struct node *node)
{
    struct node *message = new_node(threading);
    if (message == NULL)
        return;
    *message = *node;
    for (struct node *child = message->first; child != NULL; child = child->next)
        child->parent = message;
    node->number = 0;
    node->first = node->last = NULL;
    append(node, message);
}

/* Step 5.C: puts a thread that has just left the root below the other one. */
static void merge(struct threading *threading, struct node *other, struct node *node)
{
    bool answers = subject_of(node)->reply && !subject_of(other)->reply;
    if (node->number == 0 && other->number == 0) {
        append_all(other, node->first);
        return;
    }
    if (other->number != 0 && !answers)
        push_down(threading, other);
    append(other, node);
}

static void merge_subjects(struct threading *threading)
{
    struct node *root = &threading->root, *node = root->first, *next;
    struct table subjects;
    if (!make_table(threading, threading->count, &subjects)) {
        threading->failed = true;
        return;
    }
    take_subjects(threading, &subjects);
    root->first = root->last = NULL;
    for (; node != NULL; node = next) {
        struct node *other = *find_subject(&subjects, node);
        next = node->next;
        if (subject_of(node)->base.length == 0 || other == node)
            append(root, node);
        else
            merge(threading, other, node);
    }
}

/* ---- REFERENCES, REFS ---- */

/* Each node takes the newest date below it, children before their parents. */
static void take_newest(struct node *root)
{
    struct node *node = deepest_first(root);
    while (node != root) {
        struct node *parent = node->parent;
        if (parent->date < node->date)
            parent->date = node->date;
        node = node->next != NULL ? deepest_first(node->next) : parent;
    }
}

/* Step 4 */
static void sort_root(struct threading *threading)
{
    for (struct node *node = threading->root.first; node != NULL; node = node->next) {
        if (node->number == 0)
            sort_children(node, threading->nodes, compare_dates);
    }
    sort_children(&threading->root, threading->nodes, compare_dates);
}

static void follow_references(struct threading *threading, bool by_subject)
{
    read_messages(threading, by_subject);
    if (threading->failed || !make_table(threading, threading->count, &threading->ids)) {
        threading->failed = true;
        return;
    }
    take_ids(threading);
    link_all(threading);
    if (threading->failed)
        return;
    gather(threading);
    prune(threading);
    sort_root(threading);
    if (by_subject)
        merge_subjects(threading);
    sort_all(threading);
    if (!by_subject) {
        take_newest(&threading->root);
        sort_children(&threading->root, threading->nodes, compare_newest);
    }
}

/* ---- the answer ---- */

/* Parentheses stand around threads, and around each of several siblings. */
static bool has_parentheses(const struct node *node)
{
    const struct node *parent = node->parent;
    return parent->parent == NULL || parent->first != parent->last;
}

/* All that end with the last message of a branch. */
static unsigned count_closes(const struct node *node)
{
    unsigned count = 0;
    for (; node->parent != NULL; node = node->parent) {
        count += has_parentheses(node);
        if (node->next != NULL)
            break;
    }
    return count;
}

static bool write_members(struct threading *threading, struct iw_thread *thread)
{
    const struct node *root = &threading->root;
    unsigned opens = 0;
    *thread = (struct iw_thread){
        .members = iw_arena_array(threading->arena, threading->count, sizeof *thread->members)};
    if (thread->members == NULL)
        return false;
    for (const struct node *node = root->first; node != NULL; node = next_node(root, node)) {
        opens += has_parentheses(node);
        if (node->number == 0)
            continue;
        thread->members[thread->count++] = (struct iw_thread_member){
            node->number, opens, node->first == NULL ? count_closes(node) : 0};
        opens = 0;
    }
    return true;
}

bool iw_thread(struct iw_run *run, enum iw_thread_algorithm algorithm, const struct iw_found *found,
               struct iw_thread *thread)
{
    struct threading threading = {.arena = run->arena,
                                  .scratch = &run->session->scratch,
                                  .collation = run->session->collation,
                                  .found = found,
                                  .uid = run->command->uid};
    if (algorithm == IW_THREAD_ORDEREDSUBJECT)
        order_subjects(&threading);
    else
        follow_references(&threading, algorithm == IW_THREAD_REFERENCES);
    return !threading.failed && write_members(&threading, thread);
}
