#include "common/language.h"

/* Codes of the authority table "language" of the Publications Office of the
 * EU (ISO 639-3 letters), each with its ISO 639-1 code. */
static const char table[][6] = {"ARAar", "BELbe", "BOSbs", "BULbg", "CATca",
    "CEScs", "CYMcy", "DANda", "DEUde", "ELLel", "ENGen", "ESTet", "EUSeu",
    "FINfi", "FRAfr", "GLEga", "GLGgl", "HEBhe", "HRVhr", "HUNhu", "HYEhy",
    "ISLis", "ITAit", "JPNja", "KATka", "LATla", "LAVlv", "LITlt", "LTZlb",
    "MKDmk", "MLTmt", "NLDnl", "NNOnn", "NOBnb", "NORno", "POLpl", "PORpt",
    "RONro", "RUSru", "SLKsk", "SLVsl", "SPAes", "SQIsq", "SRPsr", "SWEsv",
    "TURtr", "UKRuk", "ZHOzh"};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void
language_of_tag(const char *tag, size_t len, char out[static 2])
{
	out[0] = out[1] = '\0';
	if (len < 2 || !is_letter(tag[0]) || !is_letter(tag[1]) ||
	    (len > 2 && tag[2] != '-'))
		return;
	out[0] = lower(tag[0]);
	out[1] = lower(tag[1]);
}

bool
language_of_code(const char tail[static 4], size_t len, char out[static 2])
{
	size_t i;

	if (len == 2) {
		language_of_tag(tail + 2, 2, out);
		return out[0] != '\0';
	}
	if (len < 3 || (len > 3 && tail[0] != '/'))
		return false;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (lower(table[i][0]) == lower(tail[1]) &&
		    lower(table[i][1]) == lower(tail[2]) &&
		    lower(table[i][2]) == lower(tail[3])) {
			out[0] = table[i][3];
			out[1] = table[i][4];
			return true;
		}
	}
	return false;
}
