/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CAPACITY_FIRST = 256 };

void iw_buf_init(struct iw_buf *buf, const struct iw_alloc *alloc, size_t cap)
{
    *buf = (struct iw_buf){.alloc = alloc, .cap = cap};
}

void iw_buf_release(struct iw_buf *buf)
{
    iw_alloc_free(buf->alloc, buf->data);
    iw_buf_init(buf, buf->alloc, buf->cap);
}

void iw_buf_clear(struct iw_buf *buf)
{
    buf->begin = 0;
    buf->length = 0;
    buf->failed = false;
}

/* Makes data[begin + length .. + size) writable: by moving the content to the front if at least
 * half of the memory is free there, else by growing to twice the size. */
static bool make_room(struct iw_buf *buf, size_t size)
{
    if (buf->capacity - buf->begin - buf->length >= size)
        return true;
    if (buf->begin >= buf->capacity / 2 && buf->capacity - buf->length >= size) {
        memmove(buf->data, buf->data + buf->begin, buf->length);
        buf->begin = 0;
        return true;
    }
    size_t need = buf->begin + buf->length + size;
    size_t capacity = buf->capacity == 0 ? CAPACITY_FIRST : buf->capacity;
    while (capacity < need)
        capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    char *data = iw_alloc_resize(buf->alloc, buf->data, capacity);
    if (data == NULL)
        return false;
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

char *iw_buf_reserve(struct iw_buf *buf, size_t size)
{
    if (buf->failed || size > buf->cap - buf->length || !make_room(buf, size)) {
        buf->failed = true;
        return NULL;
    }
    return buf->data + buf->begin + buf->length;
}

void iw_buf_commit(struct iw_buf *buf, size_t size)
{
    assert(size <= buf->capacity - buf->begin - buf->length);
    buf->length += size;
}

void iw_buf_add(struct iw_buf *buf, struct iw_span bytes)
{
    if (bytes.length == 0)
        return;
    char *room = iw_buf_reserve(buf, bytes.length);
    if (room == NULL)
        return;
    memcpy(room, bytes.data, bytes.length);
    iw_buf_commit(buf, bytes.length);
}

void iw_buf_add_char(struct iw_buf *buf, char c)
{
    size_t end = buf->begin + buf->length;
    if (end < buf->capacity && buf->length < buf->cap && !buf->failed) {
        buf->data[end] = c;
        buf->length++;
    } else {
        iw_buf_add(buf, iw_span(&c, 1));
    }
}

void iw_buf_add_string(struct iw_buf *buf, const char *string)
{
    iw_buf_add(buf, iw_span_of(string));
}

void iw_buf_add_number(struct iw_buf *buf, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    iw_buf_add(buf, iw_span(digits + at, sizeof digits - at));
}

void iw_buf_addf(struct iw_buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *room = length < 0 ? NULL : iw_buf_reserve(buf, (size_t)length + 1);
    if (room != NULL) {
        vsnprintf(room, (size_t)length + 1, format, again);
        iw_buf_commit(buf, (size_t)length);
    }
    va_end(again);
}

void iw_buf_consume(struct iw_buf *buf, size_t size)
{
    assert(size <= buf->length);
    buf->begin += size;
    buf->length -= size;
    if (buf->length == 0)
        buf->begin = 0;
}

void iw_buf_truncate(struct iw_buf *buf, size_t length)
{
    assert(length <= buf->length);
    buf->length = length;
}

struct iw_span iw_buf_span(const struct iw_buf *buf)
{
    return iw_span(buf->data == NULL ? "" : buf->data + buf->begin, buf->length);
}

const char *iw_buf_string(struct iw_buf *buf)
{
    if (buf->failed || !make_room(buf, 1)) {
        buf->failed = true;
        return "";
    }
    buf->data[buf->begin + buf->length] = '\0';
    return buf->data + buf->begin;
}
