/* For the files of libmicrohttpd, which is used nowhere else. */
#ifndef KARTE_HTTP_MHD_IMPL_H
#define KARTE_HTTP_MHD_IMPL_H

#include "vault/http/gate.h"
#include "vault/http/server_impl.h"

#include <microhttpd.h>

#include <arpa/inet.h>

/* One request, from its first line to the end of its answer. */
struct exchange {
	struct job job; /* first: the pool hands it back */
	struct MHD_Connection *connection;
	struct watched *watched;
	enum { HEAD, DECIDING, DECIDED, BODY, WAITING, READY } state;
	char *target; /* as sent; cut when too long */
	size_t target_len;
	struct buf path, body;
	struct body_plan plan;
	long long size; /* of the body, as its head says; -1: not known */
	size_t came;	/* bytes of a body that goes to files */
	size_t dropped; /* bytes of a body that is not taken */
	char peer[INET6_ADDRSTRLEN];
	struct request req;
	struct response res;
	struct hold hold;
	struct server *server;
};

/* Queues an answer, whose body it takes; one that is spoilt becomes a 500.  close: the last one. */
enum MHD_Result mhd_send(struct server *s, struct MHD_Connection *c, struct exchange *x,
			 struct response *res, bool close);
/* An answer of our own, after which the connection is closed. */
enum MHD_Result mhd_refuse(struct server *s, struct MHD_Connection *c, struct exchange *x,
			   int status);

/* Room for the headers of a request, and whether each stood where the one before it ended. */
struct mhd_reading {
	struct pair pairs[GATE_HEADERS_MAX + 1];
	size_t count;
	uintptr_t at; /* where the next name must begin */
	bool exact;
};

/* All that the gate judges; h points into r and x. */
void mhd_read_head(struct gate_head *h, struct mhd_reading *r, const struct server *s,
		   struct MHD_Connection *c, const struct exchange *x, const char *method,
		   const char *version);
/* x->peer: the other end, or whom a proxy of ours names. */
void mhd_name_peer(struct exchange *x, const struct server *s, struct MHD_Connection *c,
		   const struct gate_head *h);

#endif
