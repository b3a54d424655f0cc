/*
 * write.h: what requests and certificates have in common, written backwards
 * with common/der.h; private to host/x509.
 *
 *	x509_put_name(&w, &subject);
 *	x509_put_algorithm(&w, alg);
 *	e = x509_sign(&w, signer, &der, &len);
 *
 * Memory    as struct der_writer; x509_sign's result is freed with free()
 * Chunks    whole values
 * Errors    stick in the writer
 * Trust     names are checked to be UTF-8 without control characters
 * Limits    BOUND_CERTIFICATE octets
 */
#ifndef HOST_X509_WRITE_H
#define HOST_X509_WRITE_H

#include "common/der.h"
#include "host/x509/issue.h"

/* Each puts one value before what is there already. */
void x509_put_oid(struct der_writer *w, const char *oid, size_t len);
void x509_put_name(struct der_writer *w, const struct x509_subject *subject);
void x509_put_algorithm(struct der_writer *w, const struct alg *alg);
void x509_put_time(struct der_writer *w, int64_t seconds);

/* Wraps all since mark as an extension's value, before it critical and oid. */
void x509_wrap_extension(struct der_writer *w, const char *oid, size_t oid_len,
    bool critical, size_t mark);
void x509_put_key_usage(struct der_writer *w, unsigned bits);

/* QcCompliance, QcType eseal and, if url is not NULL, QcPDS in English. */
void x509_put_qc_statements(struct der_writer *w, const char *pds_url);

/* Hashes what the writer holds, has it signed, and puts both and the
 * algorithm into a SEQUENCE. */
MUST_USE enum err x509_sign(const struct der_writer *w,
    const struct x509_signer *signer, uint8_t **der, size_t *len);

/* "NOT_A_NAME" is refused: text must be there, UTF-8 and fit CERT_TEXT. */
MUST_USE enum err x509_check_subject(const struct x509_subject *subject);

#endif
