/*
 * oid.h: the object identifiers of certificates and requests, as the contents
 * octets of their DER form.
 *
 *	if (OID_IS(&oid, OID_COMMON_NAME))
 *	der_put_value(&w, DER_OID, OID_COMMON_NAME, OID_LEN(OID_COMMON_NAME));
 *
 * Memory    string constants; the final NUL is no part of them
 * Chunks    none
 * Errors    none
 * Trust     none
 * Limits    only what this project reads or writes
 */
#ifndef HOST_X509_OID_H
#define HOST_X509_OID_H

#include "common/oid.h"

/* Extensions, 2.5.29.* and qcStatements (RFC 3739 3.2.6) */
#define OID_SUBJECT_KEY_ID "\x55\x1d\x0e"
#define OID_KEY_USAGE "\x55\x1d\x0f"
#define OID_SUBJECT_ALT_NAME "\x55\x1d\x11"
#define OID_BASIC_CONSTRAINTS "\x55\x1d\x13"
#define OID_CRL_NUMBER "\x55\x1d\x14"
#define OID_REASON_CODE "\x55\x1d\x15"
#define OID_INVALIDITY_DATE "\x55\x1d\x18"
#define OID_DELTA_CRL "\x55\x1d\x1b"
#define OID_ISSUING_POINT "\x55\x1d\x1c"
#define OID_NAME_CONSTRAINTS "\x55\x1d\x1e"
#define OID_CRL_POINTS "\x55\x1d\x1f"
#define OID_CERTIFICATE_POLICIES "\x55\x1d\x20"
#define OID_AUTHORITY_KEY_ID "\x55\x1d\x23"
#define OID_EXT_KEY_USAGE "\x55\x1d\x25"
#define OID_NO_REVOCATION "\x55\x1d\x38" /* noRevAvail, RFC 9608 */
#define OID_EXPIRED_ON_CRL "\x55\x1d\x3c" /* X.509 9.5.2.8 */
#define OID_AUTHORITY_INFO "\x2b\x06\x01\x05\x05\x07\x01\x01"
#define OID_QC_STATEMENTS "\x2b\x06\x01\x05\x05\x07\x01\x03"
#define OID_EKU_TIME_STAMPING "\x2b\x06\x01\x05\x05\x07\x03\x08"
#define OID_EKU_OCSP_SIGNING "\x2b\x06\x01\x05\x05\x07\x03\x09"
/* EN 319 412-1 5.2: too short-lived to be revoked */
#define OID_VALIDITY_ASSURED "\x04\x00\x8b\xec\x49\x02\x01"

/* Access methods (RFC 5280 4.2.2.1) and OCSP (RFC 6960 4) */
#define OID_ACCESS_OCSP "\x2b\x06\x01\x05\x05\x07\x30\x01"
#define OID_ACCESS_ISSUERS "\x2b\x06\x01\x05\x05\x07\x30\x02"
#define OID_OCSP_BASIC "\x2b\x06\x01\x05\x05\x07\x30\x01\x01"
#define OID_OCSP_NONCE "\x2b\x06\x01\x05\x05\x07\x30\x01\x02"
#define OID_OCSP_NO_CHECK "\x2b\x06\x01\x05\x05\x07\x30\x01\x05"
#define OID_OCSP_CUTOFF "\x2b\x06\x01\x05\x05\x07\x30\x01\x06"

/* Statements of EN 319 412-5 */
#define OID_QC_COMPLIANCE "\x04\x00\x8e\x46\x01\x01"
#define OID_QC_SSCD "\x04\x00\x8e\x46\x01\x04"
#define OID_QC_PDS "\x04\x00\x8e\x46\x01\x05"
#define OID_QC_TYPE "\x04\x00\x8e\x46\x01\x06"
#define OID_QC_TYPE_ESIGN "\x04\x00\x8e\x46\x01\x06\x01"
#define OID_QC_TYPE_ESEAL "\x04\x00\x8e\x46\x01\x06\x02"

/* Keys and curves (RFC 3279, RFC 5480) */
#define OID_RSA "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define OID_P521 "\x2b\x81\x04\x00\x23"

/* Signatures (RFC 4055, RFC 5758) */
#define OID_RSA_SHA256 "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"
#define OID_RSA_SHA384 "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"
#define OID_RSA_SHA512 "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"
#define OID_RSA_PSS "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define OID_MGF1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"
#define OID_ECDSA_SHA512 "\x2a\x86\x48\xce\x3d\x04\x03\x04"

/* PKCS#9 extensionRequest */
#define OID_EXTENSION_REQUEST "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e"

#endif
