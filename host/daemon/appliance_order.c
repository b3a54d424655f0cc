/* What is done with the keys in an appliance: asked for, consented to there,
 * done; and whom the station believes from then on. */
#include "host/daemon/appliance_inside.h"

#include <string.h>
#include <time.h>

#include "host/base/secret.h"

#define LOOK_MS 250
#define ORDER_SECONDS 900 /* reading, and copying a PUK, included */

struct deed {
	const struct appliance_order *order;
	struct appliance *a;
	uint8_t nonce[32];
};

static struct msg_octets
octets(const void *p, size_t len)
{
	return (struct msg_octets){p, len};
}

static enum err
compose(const struct deed *d, struct msg *m)
{
	const struct appliance_order *o = d->order;
	const char *station = d->a->c.station;

	memset(m, 0, sizeof(*m));
	switch (o->deed) {
	case APPLIANCE_INIT:
		m->number = MSG_INIT;
		m->init.now = (uint64_t)time(NULL);
		m->init.alg = (uint8_t)o->alg;
		m->init.station = octets(station, strlen(station));
		m->init.pin = octets(o->pin, o->pin_len);
		return ERR_OK;
	case APPLIANCE_ENROL:
		m->number = MSG_ENROL;
		memcpy(m->enrol.nonce, d->nonce, sizeof(d->nonce));
		m->enrol.station = octets(station, strlen(station));
		return ERR_OK;
	case APPLIANCE_CHANGE_PIN:
		m->number = MSG_CHANGE_PIN;
		m->change_pin.old = octets(o->old, o->old_len);
		m->change_pin.pin = octets(o->pin, o->pin_len);
		return ERR_OK;
	case APPLIANCE_UNBLOCK:
		m->number = MSG_UNBLOCK;
		m->unblock.puk = octets(o->old, o->old_len);
		m->unblock.pin = octets(o->pin, o->pin_len);
		return ERR_OK;
	case APPLIANCE_RESET:
		m->number = MSG_RESET;
		return ERR_OK;
	case APPLIANCE_CSR:
		m->number = MSG_CSR;
		m->csr.country = octets(o->country, strlen(o->country));
		m->csr.organisation = octets(
		    o->organisation, strlen(o->organisation));
		m->csr.organisation_id = octets(
		    o->organisation_id, strlen(o->organisation_id));
		m->csr.common_name = octets(
		    o->common_name, strlen(o->common_name));
		return ERR_OK;
	case APPLIANCE_CERTIFICATE:
		m->number = MSG_CERTIFICATE;
		m->certificate.len = (uint16_t)o->certificate_len;
		sha256(
		    o->certificate, o->certificate_len, m->certificate.digest);
		return ERR_OK;
	case APPLIANCE_SELFTEST:
		m->number = MSG_SELFTEST;
		memcpy(m->selftest.nonce, o->nonce, sizeof(o->nonce));
		return ERR_OK;
	}
	return ERR_UNSUPPORTED;
}

/* Whom it says it is, in its own signature over our nonce. */
static enum err
take_enrolled(const struct deed *d, const struct msg *m, struct fault *fault)
{
	uint8_t signed_octets[MSG_ENROL_OCTETS], digest[SHA256_SIZE];
	const char *station = d->a->c.station;
	const struct appliance_host *h = &d->a->c.host;
	struct appliance_pin pin;
	enum err e;

	msg_enrol_octets(d->nonce, station, strlen(station), m, signed_octets);
	sha256(signed_octets, sizeof(signed_octets), digest);
	if (appliance_pin_verify(
		m->enrolled.point, digest, m->enrolled.signature) != ERR_OK ||
	    memcmp(m->enrolled.point, d->a->hello.hello_reply.point,
		MSG_POINT) != 0)
		return fault_set(fault, ERR_APPROVAL_SIGNATURE, FAULT_NO_OFFSET,
		    "it does not have the key that it names");
	memset(&pin, 0, sizeof(pin));
	memcpy(pin.point, m->enrolled.point, APPLIANCE_POINT);
	memcpy(pin.firmware, m->enrolled.firmware, SHA256_SIZE);
	pin.board_class = m->enrolled.board_class;
	pin.counter = m->enrolled.counter;
	if (d->a->c.production && pin.board_class != APPLIANCE_PRODUCT)
		return fault_set(fault, ERR_STATION_MODE, FAULT_NO_OFFSET,
		    "a production station takes no %s board",
		    appliance_class_name(pin.board_class));
	e = h->enrolled(h->arg, &pin);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "log of the enrolment");
	e = appliance_pin_store(&pin, d->a->c.pin, fault);
	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&d->a->lock);
	d->a->status.pin = pin;
	d->a->status.enrolled = true;
	pthread_mutex_unlock(&d->a->lock);
	return ERR_OK;
}

static enum err
take_out(const struct appliance_order *o, struct msg_octets from)
{
	if (from.len > APPLIANCE_OUT)
		return ERR_TOO_LARGE;
	memcpy(o->out, from.p, from.len);
	*o->out_len = from.len;
	return ERR_OK;
}

/* Over the message that was asked for, and no other. */
static bool
is_selftest(const struct appliance_order *o, const struct msg *m)
{
	const size_t label = sizeof(APPLIANCE_SELFTEST_LABEL) - 1;

	return memcmp(m->selftested.message, APPLIANCE_SELFTEST_LABEL, label) ==
	    0 &&
	    memcmp(m->selftested.message + label, o->nonce, sizeof(o->nonce)) ==
	    0;
}

/* true: that was the answer. */
static bool
is_answer(const struct deed *d, const struct msg *m, unsigned number,
    enum err *e, struct fault *fault)
{
	switch (m->number) {
	case MSG_ASKED:
		appliance_set_state(d->a, APPLIANCE_ASKED);
		*e = ERR_OK;
		return m->asked.number != number;
	case MSG_REFUSED:
		*e = m->refused.reason == ERR_TIMEOUT ? ERR_TIMEOUT
						      : ERR_NOT_CONSENTED;
		fault_set(fault, *e, FAULT_NO_OFFSET, "nothing was changed");
		return true;
	case MSG_ENROLLED:
		*e = number == MSG_ENROL ? take_enrolled(d, m, fault)
					 : ERR_CONSOLE_MESSAGE;
		return true;
	case MSG_REQUEST:
		*e = number == MSG_CSR ? take_out(d->order, m->request.der)
				       : ERR_CONSOLE_MESSAGE;
		return true;
	case MSG_SELFTESTED:
		*e = number == MSG_SELFTEST && is_selftest(d->order, m)
		    ? take_out(d->order, m->selftested.signature)
		    : ERR_CONSOLE_MESSAGE;
		return true;
	case MSG_DONE:
		*e = m->asked.number == number && number != MSG_ENROL
		    ? ERR_OK
		    : ERR_CONSOLE_MESSAGE;
		return true;
	}
	*e = ERR_CONSOLE_MESSAGE;
	return true;
}

static enum err
await(const struct deed *d, unsigned number, struct fault *fault)
{
	time_t until = time(NULL) + ORDER_SECONDS;
	struct msg m;
	enum err e;

	do {
		if (appliance_is_over(d->a) || time(NULL) >= until) {
			(void)!appliance_abort(d->a);
			return fault_set(fault, ERR_CANCELLED, FAULT_NO_OFFSET,
			    "nothing was decided");
		}
		m.number = 0;
		e = console_wait(d->a->console, LOOK_MS, &m);
		if (e == ERR_TIMEOUT && !console_said(d->a->console))
			continue;
		if (e != ERR_OK)
			return fault_set(
			    fault, e, FAULT_NO_OFFSET, "says the appliance");
		if (is_answer(d, &m, number, &e, fault))
			break;
	} while (true);
	return e;
}

/* CSR and self-test need the PIN: what is given, or else typed on the
 * appliance itself. */
static enum err
log_in(const struct deed *d, struct fault *fault)
{
	const struct appliance_order *o = d->order;
	struct msg m = {.number = MSG_STATUS};
	enum err e;

	e = console_send(d->a->console, &m);
	if (e == ERR_OK)
		e = console_wait(d->a->console, 1000 * APPLIANCE_ANSWER, &m);
	if (e == ERR_OK && m.number != MSG_STATUS_REPLY)
		e = ERR_CONSOLE_MESSAGE;
	if (e == ERR_OK && m.status_reply.logged_in == 1 && o->pin_len == 0)
		return ERR_OK;
	memset(&m, 0, sizeof(m));
	m.number = MSG_LOGIN;
	m.login.pin = octets(o->pin, o->pin_len);
	if (e == ERR_OK)
		e = console_send(d->a->console, &m);
	return e == ERR_OK ? await(d, MSG_LOGIN, fault)
			   : fault_set(fault, e, FAULT_NO_OFFSET, "login");
}

static enum err
load(const struct deed *d)
{
	const struct appliance_order *o = d->order;

	return console_load(d->a->console, o->certificate, o->certificate_len);
}

enum err
appliance_obey(struct appliance *a, const struct appliance_order *order,
    struct fault *fault)
{
	struct deed d = {.order = order, .a = a};
	struct msg m;
	unsigned number;
	enum err e;

	secret_random(d.nonce, sizeof(d.nonce));
	e = compose(&d, &m);
	number = m.number;
	/* Of a batch that was approved nothing is needed any more. */
	if (e == ERR_OK)
		e = appliance_abort(a);
	if (e == ERR_OK &&
	    (order->deed == APPLIANCE_CSR ||
		order->deed == APPLIANCE_SELFTEST)) {
		e = log_in(&d, fault);
		if (e != ERR_OK)
			return e;
	}
	if (e == ERR_OK)
		e = console_send(a->console, &m);
	if (e == ERR_OK && order->deed == APPLIANCE_CERTIFICATE)
		e = load(&d);
	secret_wipe(&m, sizeof(m));
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "appliance");
	e = await(&d, number, fault);
	appliance_set_state(a, APPLIANCE_IDLE);
	return e;
}
