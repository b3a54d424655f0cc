/*
 * c14n_bench: how fast canonical XML is checked, alone and with the hash,
 * against the hash alone.
 *
 *	c14n_bench [FILE...]
 *
 * FILEs are in exclusive canonical form. Without files: documents of its own,
 * 1 MB each: an image in base64, sentences, records as credentials have them,
 * dense structure, Greek text. The best of many short runs, one core.
 */
#include "common/c14n.h"
#include "tests/bench/stream.h"

#define SIZE 1000000

static void
check(const uint8_t *buf, size_t len, struct sink *hash)
{
	struct c14n c;

	c14n_init(&c, C14N_EXCLUSIVE, true, NULL, hash);
	c14n_push(&c, buf, len);
	stream_must(c14n_finish(&c), c14n_offset(&c));
}

static const struct kind {
	const char *name, *begin, *middle, *end;
} kinds[] = {
    {"image", "<r><content>",
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD",
	"</content></r>"},
    {"sentences", "<r>\n",
	"  <description>The holder has observed marine mammals from a boat, "
	"counted them, and reported what was seen: in the morning, at noon "
	"and in the evening, on every day of the summer term.</description>\n",
	"</r>"},
    {"records",
	"<europassCredential xmlns=\"http://data.europa.eu/snb\" "
	"xmlns:cred=\"http://data.europa.eu/europass/model/credentials/w3c#\" "
	"cred:id=\"urn:credential:1\">",
	"\n   <learningOutcome id=\"urn:epass:learningOutcome:1\">\n"
	"      <title>\n         <text content-type=\"text/plain\" "
	"lang=\"en\">Observation of marine mammals</text>\n      </title>\n"
	"      <cred:validFrom>2020-07-01T00:00:00+02:00</cred:validFrom>\n"
	"      <reusabilityLevel uri=\"http://data.europa.eu/snb/skill-reuse-"
	"level/25f0ea8173\">\n         <targetName>\n            <text "
	"content-type=\"text/plain\" lang=\"en\">sector specific</text>\n"
	"         </targetName>\n      </reusabilityLevel>\n"
	"   </learningOutcome>",
	"</europassCredential>"},
    {"structure", "<r>",
	"<a:a xmlns:a=\"urn:a\" b=\"1\" c=\"&amp;\" a:d=\"2\"><a:b>x</a:b>"
	"<c></c></a:a>",
	"</r>"},
    {"Greek text", "<r>\n",
	"<text lang=\"el\">\xce\xa0\xce\xb1\xce\xbd\xce\xb5\xcf\x80\xce\xb9"
	"\xcf\x83\xcf\x84\xce\xae\xce\xbc\xce\xb9\xce\xbf \xce\x91\xce\xb8"
	"\xce\xb7\xce\xbd\xcf\x8e\xce\xbd</text>",
	"</r>"},
};

static size_t
make(uint8_t *out, const struct kind *kind)
{
	size_t n = stream_put(out, 0, kind->begin);

	while (n < SIZE)
		n = stream_put(out, n, kind->middle);
	return stream_put(out, n, kind->end);
}

int
main(int argc, char **argv)
{
	static uint8_t buf[SIZE + 4096];
	size_t k;
	int i;

	stream_head();
	for (i = 1; i < argc; i++)
		stream_measure_file(argv[i], check);
	for (k = 0; argc == 1 && k < sizeof(kinds) / sizeof(kinds[0]); k++)
		stream_measure(kinds[k].name, buf, make(buf, &kinds[k]), check);
	return 0;
}
