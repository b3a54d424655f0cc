/*
 * appliance_states.h: brings an appliance (appliance.h) into each state of the
 * table, as a host and a person would.
 */
#ifndef TESTS_UNIT_SUPPORT_APPLIANCE_STATES_H
#define TESTS_UNIT_SUPPORT_APPLIANCE_STATES_H

#include "tests/unit/support/appliance.h"

/* From the start, or from any state that HELLO leads out of. */
void appliance_lead_to(struct appliance *a, enum state state);

/* Of a new login by the buttons. */
void appliance_type_pin(struct appliance *a, const char *pin);

/* One for that point of P-256; its octets. */
size_t appliance_certificate(const uint8_t *point, uint8_t *out, size_t cap);
/* What announces it. */
struct msg appliance_certificate_message(const uint8_t *der, size_t len);

#endif
