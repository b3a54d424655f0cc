/*
 * config.h: zegel.conf (INI, zegel.conf(5)); unknown keys are errors.
 *
 *	struct config *c;
 *	enum err e = config_load(&c, "zegel.conf", &fault);
 *	const struct config_key *k = config_key(c, "default");
 *	config_free(c);
 *
 * Memory    one object owns everything; texts are never NULL, "" when unset
 * Chunks    whole files
 * Errors    CONFIG_*, with the line number as the fault's offset
 * Trust     the file is the administrator's; it may not be group- or
 *           world-writable
 * Limits    CONFIG_KEYS keys, CONFIG_TIMESTAMPS authorities, lines of 1,000
 *           octets, 64 KiB
 */
#ifndef HOST_BASE_CONFIG_H
#define HOST_BASE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/alg.h"
#include "common/err.h"
#include "common/profile.h"
#include "host/base/fault.h"

#define CONFIG_KEYS 16
#define CONFIG_TIMESTAMPS 8
#define CONFIG_TEXT 512

/* What a seal holds beyond its signature (TS 119 182-1 6). */
enum config_level {
	CONFIG_LEVEL_B = 1,
	CONFIG_LEVEL_T = 2,
	CONFIG_LEVEL_LT = 3,
	CONFIG_LEVEL_LTA = 4
};

enum station_mode { MODE_TEST = 1, MODE_PRODUCTION = 2 };

struct config_key { /* [key NAME] */
	char name[64];
	char uri[CONFIG_TEXT]; /* uri = pkcs11:token=...;object=...;id=... */
	char module[CONFIG_TEXT]; /* module = /usr/lib/.../x.so; "" : in the uri
				   */
	char certificate[CONFIG_TEXT]; /* certificate = keys/NAME.pem, chain
					  after it */
	char alg[8]; /* algorithm = ES256...; "" : from the key type */
	char pin[CONFIG_TEXT]; /* pin = prompt | pinpad | fd:N | credential:NAME
				*/
	unsigned sessions; /* sessions = 2 */
	bool appliance; /* appliance = yes | no: the key is in it */
	enum config_level level; /* level = B | T | LT | LTA; 0: as [seal] */
};

struct config_timestamp { /* [timestamp NAME]: asked in the file's order */
	char name[64];
	char url[CONFIG_TEXT]; /* url = http(s)://... */
	char anchor[CONFIG_TEXT]; /* anchor = PEM of the TSA's trust anchors */
	char policy[CONFIG_TEXT]; /* policy = 1.2.3; "": any */
	char budget[24]; /* budget = 20/20m, see config_parse_budget; "": no
			    bound */
};

struct config {
	/* [station] */
	char name[64]; /* name = */
	enum station_mode mode; /* mode = test | production */
	/* [seal] */
	char profile[PROFILE_NAME]; /* profile = edc, or another name */
	enum signing_time signing_time; /* signing-time = iat | sigT */
	bool issuer_overwrite; /* issuer = match | overwrite */
	char language[3]; /* language = en: for summaries */
	char default_key[64]; /* key = NAME */
	bool reseal; /* duplicates = refuse | reseal */
	bool content_timestamp; /* content-timestamp = no | yes */
	enum config_level level; /* level = B | T | LT | LTA */
	char anchor[CONFIG_TEXT]; /* anchor = PEM of the seals' trust anchors */
	/* [net] */
	char proxy[CONFIG_TEXT]; /* proxy = http://host:port | none: "" */
	unsigned net_timeout; /* timeout = 30s */
	/* [approval] */
	int64_t approval_window; /* window = 1h (s, m, h) */
	/* [log] */
	char origin[200]; /* origin = */
	/* [spool] */
	bool spool; /* watch = yes | no */
	unsigned settle; /* settle = 5s */
	/* [appliance] console = usb:SERIAL | PATH of a socket | none: "" */
	char console[CONFIG_TEXT];
	/* [softhsm] embedded = yes: STATION/softhsm holds the token */
	bool softhsm;
	/* [retention] released-days = 30 */
	unsigned released_days;
	/* [key NAME] ... */
	struct config_key keys[CONFIG_KEYS];
	unsigned key_count;
	/* [timestamp NAME] ... */
	struct config_timestamp timestamps[CONFIG_TIMESTAMPS];
	unsigned timestamp_count;
};

MUST_USE enum err config_load(
    struct config **c, const char *path, struct fault *fault);
void config_free(struct config *c); /* takes NULL */

/* What seals of that key hold. */
enum config_level config_level(
    const struct config *c, const struct config_key *key);
/* Does any seal need a timestamp authority? */
/* Can any key seal that profile? A compact JWS is of level B. */
bool config_has_level(const struct config *c, const struct profile *profile);
bool config_wants_timestamps(const struct config *c);

/* Can it be the NAME of a section? Fewer than 64 letters, digits, . _ - */
bool config_is_section(const char *name);

/* So many requests in so many seconds. */
bool config_parse_budget(
    const char *value, unsigned *requests, int64_t *period);
const struct config_key *config_key(const struct config *c, const char *name);

/* approval.conf, which only signer reads: [approval] users = names or numeric
 * uids, means = terminal appliance: any of those. */
struct approval_config {
	uint32_t uids[16];
	unsigned uid_count;
	bool terminal, appliance;
};
MUST_USE enum err config_load_approval(
    struct approval_config *c, const char *path, struct fault *fault);

#endif
