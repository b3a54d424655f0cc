/* note_fuzz: the golden log's key signed one text only, so no other text is
 * ever accepted; and a verifier key has one form. */
#include <stdlib.h>
#include <string.h>

#include "host/log/checkpoint.h"

#define KEY                                                                    \
	"log.example/station+dd246e1d+"                                        \
	"Abo1dOBDkCg/t2dBQ/eOMXCZ3E4TI+TPXY7/ULIxnfB3"
#define TEXT                                                                   \
	"log.example/station\n259\n"                                           \
	"6GQyF7tzayUrT+BUk0mEX+lDo+1Fh8PWuuCbBFZ9Gs8=\n"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	const char *text = (const char *)buf;
	char again[NOTE_VKEY];
	struct note_key key, any;
	struct checkpoint c;
	size_t n;

	if (note_key_parse(&key, KEY, strlen(KEY)) != ERR_OK)
		abort();
	if (note_check(text, len, &key, 1, &n, NULL) == ERR_OK &&
	    (n != strlen(TEXT) || memcmp(text, TEXT, n) != 0))
		abort();
	if (checkpoint_open(&c, text, len, &key) == ERR_OK && c.size != 259)
		abort();
	if (note_key_parse(&any, text, len) == ERR_OK) {
		note_key_format(&any, again);
		if (strlen(again) != len || memcmp(again, text, len) != 0)
			abort();
	}
	return 0;
}
