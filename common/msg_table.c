/* One line a field: all that decoding, encoding and the documentation know. */
#include "common/msg.h"

/* A member's name cannot stand in parentheses. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define AT(member) offsetof(struct msg, member)
#define SIZE(member) sizeof(((struct msg *)0)->member)
#define NUMBER(m, f)                                                           \
	{                                                                      \
#f, MSG_NUMBER, SIZE(m.f), AT(m.f)                             \
	}
#define FIXED(m, f)                                                            \
	{                                                                      \
#f, MSG_FIXED, SIZE(m.f), AT(m.f)                              \
	}
#define TEXT(m, f, max)                                                        \
	{                                                                      \
#f, MSG_TEXT, (max), AT(m.f)                                   \
	}
#define TAIL(m, f, max)                                                        \
	{                                                                      \
#f, MSG_TAIL, (max), AT(m.f)                                   \
	}
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct msg_field hello[] = {
    NUMBER(hello, version_low),
    NUMBER(hello, version_high),
};
static const struct msg_field begin[] = {
    FIXED(begin, nonce),
    NUMBER(begin, count),
    FIXED(begin, certificate),
    TEXT(begin, station, BOUND_STATION_NAME),
    TEXT(begin, origin, BOUND_ORIGIN),
    NUMBER(begin, profile),
    NUMBER(begin, alg),
    NUMBER(begin, signing_time),
    NUMBER(begin, time),
    NUMBER(begin, now),
    NUMBER(begin, expires),
    NUMBER(begin, chain_len),
    NUMBER(begin, certificate_len[0]),
    NUMBER(begin, certificate_len[1]),
    NUMBER(begin, certificate_len[2]),
    NUMBER(begin, certificate_len[3]),
    FIXED(begin, language),
};
_Static_assert(BOUND_CHAIN == 4, "certificate_len above");
static const struct msg_field bulk[] = {TAIL(bulk, octets, FRAME_BODY)};
static const struct msg_field item[] = {
    NUMBER(item, kind),
    NUMBER(item, form),
    NUMBER(item, profile),
    NUMBER(item, alg),
    NUMBER(item, index),
    NUMBER(item, payload_len),
    NUMBER(item, timestamp_len),
    NUMBER(item, crit_timestamp),
    FIXED(item, salt),
    FIXED(item, payload),
    FIXED(item, tbs),
};
static const struct msg_field review[] = {
    FIXED(review, leaf),
    FIXED(review, ticket),
    TAIL(review, summary, FRAME_BODY - LEAF_SIZE - MSG_TICKET),
};
static const struct msg_field result[] = {
    FIXED(result, leaf),
    FIXED(result, ticket),
};
static const struct msg_field counter[] = {FIXED(counter, nonce)};
static const struct msg_field log_head[] = {
    NUMBER(log_head, size),
    FIXED(log_head, root),
    FIXED(log_head, origin),
};
static const struct msg_field init[] = {
    NUMBER(init, now),
    NUMBER(init, alg),
    TEXT(init, station, BOUND_STATION_NAME),
    TEXT(init, pin, MSG_PIN),
};
static const struct msg_field enrol[] = {
    FIXED(enrol, nonce),
    TEXT(enrol, station, BOUND_STATION_NAME),
};
static const struct msg_field login[] = {TEXT(login, pin, MSG_PIN)};
static const struct msg_field change_pin[] = {
    TEXT(change_pin, old, MSG_PIN),
    TEXT(change_pin, pin, MSG_PIN),
};
static const struct msg_field unblock[] = {
    TEXT(unblock, puk, MSG_PUK),
    TEXT(unblock, pin, MSG_PIN),
};
static const struct msg_field csr[] = {
    TEXT(csr, country, MSG_COUNTRY),
    TEXT(csr, organisation, MSG_NAME),
    TEXT(csr, organisation_id, MSG_NAME),
    TEXT(csr, common_name, MSG_NAME),
};
static const struct msg_field certificate[] = {
    NUMBER(certificate, len),
    FIXED(certificate, digest),
};
static const struct msg_field selftest[] = {FIXED(selftest, nonce)};
static const struct msg_field hello_reply[] = {
    NUMBER(hello_reply, version),
    NUMBER(hello_reply, board_class),
    NUMBER(hello_reply, flags),
    NUMBER(hello_reply, kinds),
    FIXED(hello_reply, firmware),
    FIXED(hello_reply, point),
};
static const struct msg_field status_reply[] = {
    NUMBER(status_reply, state),
    NUMBER(status_reply, reason),
    NUMBER(status_reply, count),
    NUMBER(status_reply, received),
    NUMBER(status_reply, counter),
    NUMBER(status_reply, waiting),
    NUMBER(status_reply, asked),
    NUMBER(status_reply, key),
    NUMBER(status_reply, alg),
    NUMBER(status_reply, pin_tries),
    NUMBER(status_reply, puk_tries),
    NUMBER(status_reply, logged_in),
    FIXED(status_reply, certificate),
    TEXT(status_reply, station, BOUND_STATION_NAME),
};
static const struct msg_field begun[] = {NUMBER(begun, credits)};
static const struct msg_field credit[] = {NUMBER(credit, credits)};
static const struct msg_field root[] = {
    NUMBER(root, count),
    FIXED(root, root),
};
static const struct msg_field wanted[] = {NUMBER(wanted, index)};
static const struct msg_field approved[] = {
    FIXED(approved, approval),
    FIXED(approved, signature),
};
static const struct msg_field refused[] = {
    NUMBER(refused, reason),
    FIXED(refused, root),
};
static const struct msg_field armed[] = {NUMBER(armed, index)};
static const struct msg_field counter_reply[] = {
    NUMBER(counter_reply, counter),
    FIXED(counter_reply, chain),
    FIXED(counter_reply, signature),
};
static const struct msg_field asked[] = {NUMBER(asked, number)};
static const struct msg_field enrolled[] = {
    FIXED(enrolled, point),
    FIXED(enrolled, firmware),
    NUMBER(enrolled, board_class),
    NUMBER(enrolled, flags),
    NUMBER(enrolled, counter),
    FIXED(enrolled, signature),
};
static const struct msg_field request[] = {TAIL(request, der, FRAME_BODY)};
static const struct msg_field selftested[] = {
    NUMBER(selftested, alg),
    FIXED(selftested, message),
    TAIL(selftested, signature, MSG_SEAL_SIGNATURE),
};
static const struct msg_field error[] = {
    NUMBER(error, reason),
    NUMBER(error, number),
    NUMBER(error, state),
    NUMBER(error, index),
    NUMBER(error, offset),
};

#define FORM(name, fields)                                                     \
	{                                                                      \
#name, MSG_##name, sizeof(fields) / sizeof((fields)[0]),       \
		    (fields)                                                   \
	}
#define EMPTY(name)                                                            \
	{                                                                      \
#name, MSG_##name, 0, NULL                                     \
	}

static const struct msg_form form[] = {
    FORM(HELLO, hello),
    EMPTY(STATUS),
    FORM(BEGIN, begin),
    FORM(CHAIN, bulk),
    FORM(ITEM, item),
    FORM(TIMESTAMP, bulk),
    FORM(PAYLOAD, bulk),
    FORM(REVIEW, review),
    FORM(ARM, result),
    FORM(COUNTER, counter),
    FORM(LOG_HEAD, log_head),
    EMPTY(ABORT),
    FORM(INIT, init),
    FORM(ENROL, enrol),
    FORM(LOGIN, login),
    FORM(CHANGE_PIN, change_pin),
    FORM(UNBLOCK, unblock),
    EMPTY(RESET),
    FORM(CSR, csr),
    FORM(CERTIFICATE, certificate),
    FORM(LOAD, bulk),
    FORM(SELFTEST, selftest),
    FORM(HELLO_REPLY, hello_reply),
    FORM(STATUS_REPLY, status_reply),
    FORM(BEGUN, begun),
    FORM(CREDIT, credit),
    FORM(RESULT, result),
    FORM(ROOT, root),
    FORM(WANTED, wanted),
    FORM(APPROVED, approved),
    FORM(REFUSED, refused),
    FORM(ARMED, armed),
    FORM(COUNTER_REPLY, counter_reply),
    FORM(LOG_HEAD_REPLY, log_head),
    EMPTY(ABORTED),
    FORM(ASKED, asked),
    FORM(DONE, asked),
    FORM(ENROLLED, enrolled),
    FORM(REQUEST, request),
    FORM(SELFTESTED, selftested),
    FORM(ERROR, error),
};

const struct msg_form *
msg_form_at(size_t place)
{
	return place < sizeof(form) / sizeof(form[0]) ? &form[place] : NULL;
}

const struct msg_form *
msg_form_find(unsigned number)
{
	size_t i;

	for (i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		if (form[i].number == number)
			return &form[i];
	}
	return NULL;
}
