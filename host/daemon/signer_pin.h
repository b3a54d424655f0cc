/*
 * signer_pin.h: PINs that no person types: from an inherited descriptor
 * (pin = fd:N) or a systemd credential (pin = credential:NAME).
 *
 *	struct signer_pin pins[CONFIG_KEYS];
 *	signer_pin_inherit();                    first of all in main
 *	signer_pin_close(config);                in every other process
 *	signer_pin_load(config, pins);           before privileges are dropped
 *	e = signer_pin_use(config_key, &pins[i], token);
 *
 * Memory    locked; wiped by signer_pin_use or signer_pin_forget
 * Chunks    a final newline is not part of the PIN
 * Errors    said; the key then waits for 'zegel unlock'. PIN_WRONG of
 *           signer_pin_use is for the log
 * Trust     one try, like a person's; see hsm/token.h for the rules
 * Limits    SIGNER_PIN octets, descriptors up to 63
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

/* Notes which descriptors this process was started with: a number that was
 * not among them is one of ours, not a PIN's. */
void signer_pin_inherit(void);
/* Who has no business with PINs closes where they come from. */
void signer_pin_close(const struct config *c);
void signer_pin_load(const struct config *c, struct signer_pin *pins);
MUST_USE enum err signer_pin_use(
    const struct config_key *k, struct signer_pin *pin, struct token *token);
void signer_pin_forget(struct signer_pin *pin);

#endif
