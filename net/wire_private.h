/* SPDX-License-Identifier: MIT */
/* Between the files of the wire: a stream of our own, which can carry TLS. */
#ifndef IW_NET_WIRE_PRIVATE_H
#define IW_NET_WIRE_PRIVATE_H

#include "net/wire.h"

/* As iw_wire_custom, over a socket. When memory is out it closes the context and returns NULL. */
struct iw_wire *iw_wire_over_socket(const struct iw_wire_calls *calls, void *context, int fd,
                                    struct iw_error *error);

#endif
