/*
 * user_settings.h: what of wolfCrypt is in the firmware, and how. Every
 * wolfCrypt file, and firmware/crypto*.c, are compiled with
 * -DWOLFSSL_USER_SETTINGS; nothing is set anywhere else.
 *
 * Memory    none is allocated: WOLFSSL_NO_MALLOC below
 * Chunks    nothing here
 * Errors    a setting that wolfCrypt refuses is an error of the compiler
 * Trust     side channels: see "constant time"
 * Limits    P-256 and P-384, AES-256, SHA-2: nothing else is linked
 */
#ifndef FIRMWARE_USER_SETTINGS_H
#define FIRMWARE_USER_SETTINGS_H

/* The surroundings: one thread, no files, no clock, no sockets, no TLS. */
#define WOLFCRYPT_ONLY
#define SINGLE_THREADED
#define NO_FILESYSTEM
#define NO_WRITEV
#define NO_MAIN_DRIVER
#define NO_ASN_TIME
#define NO_ERROR_STRINGS
#define WOLFSSL_IGNORE_FILE_WARN
#define WOLFSSL_GENERAL_ALIGNMENT 4

/* No heap: what would allocate does not compile or fails, and the checks of
 * sizes see all of the memory. */
#define WOLFSSL_NO_MALLOC
#define NO_WOLFSSL_MEMORY
#define WOLFSSL_SP_NO_MALLOC

/* Numbers: wolfCrypt's single-precision code and no general big numbers; for
 * P-384 as wolfCrypt uses it, for P-256 as firmware/p256.c does. On the board's
 * processor in Thumb-2 assembly, which a Cortex-M3 can run, too (no UMAAL in
 * it), and without the large tables of multiples of the base points: 40 KiB of
 * flash. P256_DIGITS: of a number of 256 bits there. */
#define WOLFSSL_SP_MATH
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_384
#define WOLFSSL_SP_NO_256
#define SP_INT_BITS 384
#if defined(__arm__)
#define WOLFSSL_SP_SMALL
#define WOLFSSL_SP_ASM
#define WOLFSSL_SP_ARM_CORTEX_M_ASM
#define P256_DIGITS 8
#else
#define P256_DIGITS 9
#endif

/* ECDSA. We compute k ourselves (RFC 6979 with SHA-256 and SHA-384, of which
 * this version of wolfCrypt has the first only) and hand it over. */
#define HAVE_ECC
#define ECC_USER_CURVES /* not all, ... */
#define NO_ECC256 /* ... not even this one, which is always there, ... */
#define HAVE_ECC384 /* ... but P-384 */
#define WOLFSSL_ECDSA_SET_K
#define NO_ECC_DHE
#define NO_ECC_KEY_EXPORT_PKCS8

/* Constant time, as far as the compiler keeps it. */
#define ECC_TIMING_RESISTANT
#define TFM_TIMING_RESISTANT
#define WC_NO_CACHE_RESISTANT /* no data cache on a Cortex-M3 */

/* Hashes and what stands on them. */
#define WOLFSSL_SHA384
#define WOLFSSL_SHA512
#define WOLFSSL_NOSHA512_224
#define WOLFSSL_NOSHA512_256
#define HAVE_HKDF
#define HAVE_PBKDF2

/* AES-256-GCM, the multiplication by shifts: small, and no secret index. */
#define HAVE_AESGCM
#define GCM_SMALL
#define NO_AES_CBC
#define NO_AES_128
#define NO_AES_192
#define WOLFSSL_AES_SMALL_TABLES

/* Random octets: Hash_DRBG of SP 800-90A with its health test at the start,
 * seeded by the board alone. */
#define HAVE_HASHDRBG
#define CUSTOM_RAND_GENERATE_SEED crypto_board_seed
int crypto_board_seed(unsigned char *out, unsigned int len);

/* Not wanted. */
#define NO_RSA
#define NO_DSA
#define NO_DH
#define NO_RC4
#define NO_DES3
#define NO_MD4
#define NO_MD5
#define NO_SHA
#define NO_PSK
#define NO_PWDBASED_PBKDF1
#define NO_SIG_WRAPPER
#define NO_ASN
#define NO_CERTS
#define NO_CODING

#endif
