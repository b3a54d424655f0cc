#include "common/err.h"

const char *
err_name(enum err e)
{
	switch (e) {
#define ERR_NAME(number, name, exit, text)                                     \
	case ERR_##name:                                                       \
		return #name;
		ERR_TABLE(ERR_NAME)
#undef ERR_NAME
	}
	return "UNKNOWN";
}

const char *
err_text(enum err e)
{
	switch (e) {
#define ERR_TEXT(number, name, exit, text)                                     \
	case ERR_##name:                                                       \
		return text;
		ERR_TABLE(ERR_TEXT)
#undef ERR_TEXT
	}
	return "unknown error number";
}

int
err_exit(enum err e)
{
	switch (e) {
#define ERR_EXIT(number, name, exit, text)                                     \
	case ERR_##name:                                                       \
		return exit;
		ERR_TABLE(ERR_EXIT)
#undef ERR_EXIT
	}
	return 70;
}
