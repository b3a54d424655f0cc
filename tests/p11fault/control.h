/*
 * control.h: what the fault-injecting module is told to do: a text file named
 * by P11FAULT_CONTROL, read again at every call, so that a test can change it
 * under a running daemon. Without the variable nothing is injected.
 *
 *	absent 1          no token in any slot; its sessions are dead
 *	epoch N           another N: pulled and put back since the last call
 *	stale 1           after each return, numbers of private keys name others
 *	serial TEXT       serial number of every initialised token
 *	slow MS           each C_Sign takes that much longer
 *	hang 1            no call returns while this line is there
 *	hang-login 1      no C_Login does
 *	fail CALL N RV    the Nth CALL since this line appeared returns RV
 *	                  (0x30 ...; N 0: each of them); RV 0xdead: the
 *	                  process ends there, as by kill -9
 *	flip 1            one bit of each signature is wrong
 *	sessions N        at most N sessions at a time
 *	tries N           the PIN locks after N wrong ones in a row; what is
 *	                  left is kept in the file CONTROL.tries
 *	no-flags 1        the token does not show how many tries are left
 *	wrong-pin 1       whatever PIN comes is wrong (it was changed elsewhere)
 *	to-be-changed 1   CKF_USER_PIN_TO_BE_CHANGED
 *	pin-unset 1       CKF_USER_PIN_INITIALIZED is not shown
 *	always-auth 1     each signature needs a login of its own
 *	pinpad PIN        the token has a pinpad, at which this PIN is typed
 *	pinpad-cancel 1   there the cancel key is pressed instead
 *	hide-public 1     public key objects cannot be found
 *
 * Each call appends "C_Name [user|so|context] 0xRV" to the file CONTROL.log.
 *
 * Memory    one struct control a process
 * Chunks    none
 * Errors    an unknown line ends the process: a test that says what nobody
 *           understands must not pass
 * Trust     tests only
 * Limits    16 fail lines, 4 KiB
 */
#ifndef TESTS_P11FAULT_CONTROL_H
#define TESTS_P11FAULT_CONTROL_H

#include <stdbool.h>
#include <p11-kit/pkcs11.h>

#define CONTROL_FAULTS 16

struct control_fault {
	char call[40];
	unsigned long nth, seen;
	CK_RV rv;
};

struct control {
	bool absent, hang, hang_login, stale, flip, no_flags, wrong_pin,
	    to_be_changed;
	bool pin_unset, always_auth, pinpad, pinpad_cancel, hide_public;
	unsigned long epoch, slow, sessions, tries;
	char serial[17], pinpad_pin[64];
	struct control_fault fault[CONTROL_FAULTS];
	unsigned faults;
};

/* Reads the file into c, keeping the counts of fail lines that stay. */
void control_read(struct control *c);

/* What call shall return instead of being made; CKR_OK: let it through. */
CK_RV control_fault(struct control *c, const char *call);

void control_log(const char *call, const char *what, CK_RV rv);

/* Wrong PINs that are left before the lock. */
unsigned long control_tries(const struct control *c);
void control_set_tries(unsigned long left);

#endif
