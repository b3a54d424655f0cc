#include "host/daemon/msg.h"

const char *
msg_key_state_name(enum key_state state)
{
	switch (state) {
	case KEY_READY:
		return "ready";
	case KEY_NEEDS_PIN:
		return "needs-pin";
	case KEY_ABSENT:
		return "absent";
	case KEY_STOPPED:
		return "stopped";
	case KEY_UNUSABLE:
		return "unusable";
	case KEY_SILENT:
		return "silent";
	}
	return "?";
}
