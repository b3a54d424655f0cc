/* Countries and languages, as far as seals come from them: ISO 3166-1 and the
 * EU's authority tables of countries and languages (both CC BY 4.0, facts). */
#include <string.h>

#include "host/edc/edc_priv.h"

static const struct {
	const char alpha2[3], alpha3[4];
	const char *name;
} countries[] = {
    {"AL", "ALB", "Albania"},
    {"AT", "AUT", "Austria"},
    {"BA", "BIH", "Bosnia and Herzegovina"},
    {"BE", "BEL", "Belgium"},
    {"BG", "BGR", "Bulgaria"},
    {"CH", "CHE", "Switzerland"},
    {"CY", "CYP", "Cyprus"},
    {"CZ", "CZE", "Czechia"},
    {"DE", "DEU", "Germany"},
    {"DK", "DNK", "Denmark"},
    {"EE", "EST", "Estonia"},
    {"ES", "ESP", "Spain"},
    {"FI", "FIN", "Finland"},
    {"FR", "FRA", "France"},
    {"GB", "GBR", "United Kingdom"},
    {"GE", "GEO", "Georgia"},
    {"GR", "GRC", "Greece"},
    {"HR", "HRV", "Croatia"},
    {"HU", "HUN", "Hungary"},
    {"IE", "IRL", "Ireland"},
    {"IS", "ISL", "Iceland"},
    {"IT", "ITA", "Italy"},
    {"LI", "LIE", "Liechtenstein"},
    {"LT", "LTU", "Lithuania"},
    {"LU", "LUX", "Luxembourg"},
    {"LV", "LVA", "Latvia"},
    {"MD", "MDA", "Moldova"},
    {"ME", "MNE", "Montenegro"},
    {"MK", "MKD", "North Macedonia"},
    {"MT", "MLT", "Malta"},
    {"NL", "NLD", "Netherlands"},
    {"NO", "NOR", "Norway"},
    {"PL", "POL", "Poland"},
    {"PT", "PRT", "Portugal"},
    {"RO", "ROU", "Romania"},
    {"RS", "SRB", "Serbia"},
    {"SE", "SWE", "Sweden"},
    {"SI", "SVN", "Slovenia"},
    {"SK", "SVK", "Slovakia"},
    {"TR", "TUR", "Türkiye"},
    {"UA", "UKR", "Ukraine"},
    /* What tax numbers say, and some certificates therefore, too. */
    {"EL", "GRC", "Greece"},
    {"UK", "GBR", "United Kingdom"},
};

static const struct {
	const char code[4], tag[3];
} languages[] = {
    {"BOS", "bs"},
    {"BUL", "bg"},
    {"CAT", "ca"},
    {"CES", "cs"},
    {"DAN", "da"},
    {"DEU", "de"},
    {"ELL", "el"},
    {"ENG", "en"},
    {"EST", "et"},
    {"EUS", "eu"},
    {"FIN", "fi"},
    {"FRA", "fr"},
    {"GLE", "ga"},
    {"GLG", "gl"},
    {"HRV", "hr"},
    {"HUN", "hu"},
    {"ISL", "is"},
    {"ITA", "it"},
    {"LAV", "lv"},
    {"LIT", "lt"},
    {"LTZ", "lb"},
    {"MKD", "mk"},
    {"MLT", "mt"},
    {"NLD", "nl"},
    {"NOR", "no"},
    {"POL", "pl"},
    {"POR", "pt"},
    {"RON", "ro"},
    {"SLK", "sk"},
    {"SLV", "sl"},
    {"SPA", "es"},
    {"SQI", "sq"},
    {"SRP", "sr"},
    {"SWE", "sv"},
    {"TUR", "tr"},
    {"UKR", "uk"},
};

bool
edc_country(const char *alpha2, const char **alpha3, const char **name)
{
	size_t i;

	for (i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
		if (strcmp(countries[i].alpha2, alpha2) == 0) {
			*alpha3 = countries[i].alpha3;
			*name = countries[i].name;
			return true;
		}
	}
	return false;
}

const char *
edc_language(const char *code, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
		if (len == 3 && memcmp(languages[i].code, code, 3) == 0)
			return languages[i].tag;
	return NULL;
}
