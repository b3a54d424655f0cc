#include "host/x509/issue.h"

#include "common/bounds.h"
#include "host/x509/oid.h"
#include "host/x509/write.h"

/* [0] Attributes with one extensionRequest (RFC 2985 5.4.2). */
static void
put_attributes(struct der_writer *w)
{
	size_t mark = w->pos;

	x509_put_qc_statements(w, NULL);
	x509_put_key_usage(w, CERT_KEY_USAGE_NON_REPUDIATION);
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_SET, mark);
	x509_put_oid(w, OID_EXTENSION_REQUEST, OID_LEN(OID_EXTENSION_REQUEST));
	der_wrap(w, DER_SEQUENCE, mark);
	der_wrap(w, DER_CONTEXT(0), mark);
}

enum err
csr_compose(const struct x509_subject *subject,
    const struct x509_signer *signer, uint8_t **der, size_t *len)
{
	uint8_t buf[BOUND_CERTIFICATE];
	struct der_writer w;
	enum err e;

	*der = NULL;
	*len = 0;
	e = x509_check_subject(subject);
	if (e != ERR_OK)
		return e;
	der_writer_init(&w, buf, sizeof(buf));
	put_attributes(&w);
	der_put(&w, signer->spki, signer->spki_len);
	x509_put_name(&w, subject);
	der_put_value(&w, DER_INTEGER, "\0", 1); /* version 1 */
	der_wrap(&w, DER_SEQUENCE, w.cap);
	return x509_sign(&w, signer, der, len);
}
