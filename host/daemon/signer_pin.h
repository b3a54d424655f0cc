/*
 * signer_pin.h: PINs that no person types: from an inherited descriptor
 * (pin = fd:N) or a systemd credential (pin = credential:NAME).
 *
 *	struct signer_pin pins[CONFIG_KEYS];
 *	signer_pin_load(config, pins);           before privileges are dropped
 *	signer_pin_use(config_key, &pins[i], token);
 *
 * Memory    locked; wiped by signer_pin_use or signer_pin_forget
 * Chunks    a final newline is not part of the PIN
 * Errors    said, not returned: the key then waits for 'zegel unlock'
 * Trust     one try, like a person's; see hsm/token.h for the rules
 * Limits    SIGNER_PIN octets
 */
#ifndef HOST_DAEMON_SIGNER_PIN_H
#define HOST_DAEMON_SIGNER_PIN_H

#include <stddef.h>
#include <stdint.h>

#include "host/base/config.h"
#include "hsm/token.h"

#define SIGNER_PIN 256

struct signer_pin {
	uint8_t *pin; /* NULL: none */
	size_t len;
};

void signer_pin_load(const struct config *c, struct signer_pin *pins);
void signer_pin_use(
    const struct config_key *k, struct signer_pin *pin, struct token *token);
void signer_pin_forget(struct signer_pin *pin);

#endif
