/*
 * bounds.h: every limit that host and device share when sealing
 * (what cannot be sealed by the device is not sealed by the host either).
 */
#ifndef COMMON_BOUNDS_H
#define COMMON_BOUNDS_H

/* JSON: open objects and arrays; bytes of member names of open objects. */
#define BOUND_JSON_DEPTH 64
#define BOUND_JSON_NAMES 2048

/* XML: open elements; octets of their names, with those of two attributes;
 * namespace declarations in scope; octets of their prefixes and names. */
#define BOUND_XML_DEPTH 64
#define BOUND_XML_NAMES 1536
#define BOUND_XML_NAMESPACES 48
#define BOUND_XML_NAMESPACE_OCTETS 1536

/* Octets of one payload, and of one draft file. */
#define BOUND_PAYLOAD (16u << 20)

/* Certificates in x5c, and octets of one of them. */
#define BOUND_CHAIN 4
#define BOUND_CERTIFICATE 4096

/* Octets of a station's name and of its log's origin, as they are shown. */
#define BOUND_STATION_NAME 64
#define BOUND_ORIGIN 128

/* Octets of the protected header in its base64url form, without adoTst. */
#define BOUND_HEADER 40960

/* Octets of one timestamp token in its DER form. */
#define BOUND_TIMESTAMP 16384

/* Items of one batch. */
#define BOUND_BATCH 100000

/* A signature: RSA-4096 is the longest. */
#define BOUND_SIGNATURE 512

#endif
