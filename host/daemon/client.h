/*
 * client.h: how the command line talks to a running station: one JSON object
 * a line over run/front.sock or run/signer.sock.
 *
 *	struct client *c;
 *	enum err e = client_open(&c, &station, CLIENT_FRONT, &fault);
 *	e = client_call(c, request, &reply, &fault);
 *	client_close(c);
 *
 * Requests to front, {"verb":...}; BATCH is a batch's id or name:
 *   submit        batch, name, [again], and a file descriptor beside the line
 *                 -> item, batch (id), batchName
 *   batch-list    after -> batches[] (at most 100 with id > after)
 *   batch-show    batch -> the batch and its counts by state; wait, why:
 *                 seconds until its content timestamps are asked for again
 *   batch-items   batch, after -> items[] (at most 50 with id > after), each
 *                 with its state, summary, fault and out file
 *   batch-close   batch, [key] -> state (closing goes on by itself)
 *   batch-remove  batch, item
 *   batch-reopen  batch, in state stamping
 *   batch-discard batch: removes every item and ends the batch
 *   extend        seal (log index), leaf (base64url), and a descriptor of the
 *                 file's longer form -> entry, or pending: ask again
 *   status        -> station, mode, separation, counts, keys[], log, work
 * Requests to signer:
 *   unlock        key, pin (length), then that many octets; pin 0: pinpad
 *   lock          key
 *   approve       root, count, key, certificate (hex), [means]
 *                 -> means; approval, expires, unless it is the appliance
 *   may-approve   as approve -> means, or what approve would say no with
 *   refuse        root, count
 *   appliance     -> configured, means, state, board, counter, key, batch...
 *   appliance-do  deed (init, enrol, change-pin, unblock, reset), [type], old
 *                 and pin (lengths), then those octets; waits for the person
 *                 -> as appliance
 *   keys          -> keys[]: key, state, [reason, reasonNumber], what the token
 *                 says of itself, publicKey (SubjectPublicKeyInfo, hex), and
 *                 what stands in the certificate
 *   test          key -> token, certificate, findings[]
 *   csr           key, organisation, organisationId, country, commonName
 *                 -> der (hex)
 *
 * Memory    replies are cJSON objects that the caller deletes
 * Chunks    any number of requests may be sent before their replies are read
 * Errors    DAEMON_ABSENT; what the reply's error says, with its text
 * Trust     whoever may open the socket
 * Limits    requests of REPLY_LINE octets, replies of 1 MiB
 */
#ifndef HOST_DAEMON_CLIENT_H
#define HOST_DAEMON_CLIENT_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "host/base/fault.h"
#include "host/base/station.h"

struct client;

enum client_peer { CLIENT_FRONT = 1, CLIENT_SIGNER = 2 };

MUST_USE enum err client_open(struct client **c, const struct station *station,
    enum client_peer peer, struct fault *fault);
void client_close(struct client *c); /* takes NULL */

/* request is deleted. fd -1: none. */
MUST_USE enum err client_send(
    struct client *c, cJSON *request, int fd, struct fault *fault);

/* Octets that follow a request: a PIN. */
MUST_USE enum err client_send_octets(
    struct client *c, const void *octets, size_t len, struct fault *fault);

/* The next reply's "result", detached; an "error" becomes err and fault, and
 * reply is then the whole reply, which may list failures. */
MUST_USE enum err client_receive(
    struct client *c, cJSON **reply, struct fault *fault);

/* Both. */
MUST_USE enum err client_call(
    struct client *c, cJSON *request, cJSON **reply, struct fault *fault);

/* {"verb":verb} */
cJSON *client_request(const char *verb);

#endif
