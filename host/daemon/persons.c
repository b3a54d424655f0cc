#include "host/daemon/persons.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/secret.h"
#include "host/base/station.h"

#define FILE_MAX (1 << 20)

/* Lines of "UID p-HEX". */
static bool
find(const char *text, uint32_t uid, char person[static PERSON_SIZE])
{
	unsigned long long number;
	const char *line = text;
	char *rest;
	char name[PERSON_SIZE];

	while (*line != '\0') {
		number = strtoull(line, &rest, 10);
		if (rest != line && number == uid &&
		    sscanf(rest, " %23s", name) == 1) {
			snprintf(person, PERSON_SIZE, "%s", name);
			return true;
		}
		line = strchr(line, '\n');
		if (line == NULL)
			break;
		line++;
	}
	return false;
}

enum err
persons_get(const char *folder, uint32_t uid, char person[static PERSON_SIZE],
    struct fault *fault)
{
	char path[STATION_PATH + 16], hex[17], *text;
	uint8_t *old = NULL, random[8];
	size_t len = 0;
	enum err e;
	int n;

	snprintf(path, sizeof(path), "%s/persons", folder);
	e = file_read(path, FILE_MAX, &old, &len, fault);
	if (e == ERR_OK && find((char *)old, uid, person))
		goto out;
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		goto out;
	secret_random(random, sizeof(random));
	hex_encode(random, sizeof(random), hex);
	snprintf(person, PERSON_SIZE, "p-%s", hex);
	n = asprintf(&text, "%s%lu %s\n", old == NULL ? "" : (char *)old,
	    (unsigned long)uid, person);
	if (n < 0) {
		e = fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", path);
		goto out;
	}
	e = file_replace(path, text, (size_t)n, 0600, fault);
	free(text);
out:
	free(old);
	return e;
}
