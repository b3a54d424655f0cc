#include "common/profile.h"

#include <string.h>

static const struct profile profiles[] = {
    {PROFILE_EDC, "edc", false, JWS_GENERAL, "octet-stream", "jose+json"},
    {PROFILE_JSON, "json", true, JWS_GENERAL, "json", "jose+json"},
    {PROFILE_JSON_FLATTENED, "json-flattened", true, JWS_FLATTENED, "json",
	"jose+json"},
    {PROFILE_JSON_COMPACT, "json-compact", true, JWS_COMPACT, "json", "jose"},
};

#define PROFILES (sizeof(profiles) / sizeof(profiles[0]))

const struct profile *
profile_get(unsigned number)
{
	size_t i;

	for (i = 0; i < PROFILES; i++)
		if ((unsigned)profiles[i].number == number)
			return &profiles[i];
	return NULL;
}

const struct profile *
profile_find(const char *name)
{
	size_t i;

	for (i = 0; i < PROFILES; i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}
