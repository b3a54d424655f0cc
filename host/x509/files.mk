HOST_SRC += \
	host/x509/access.c \
	host/x509/cert.c \
	host/x509/cert_check.c \
	host/x509/cert_load.c \
	host/x509/cert_signature.c \
	host/x509/chain.c \
	host/x509/crl.c \
	host/x509/crl_check.c \
	host/x509/crl_extensions.c \
	host/x509/csr.c \
	host/x509/digest.c \
	host/x509/extensions.c \
	host/x509/name.c \
	host/x509/ocsp.c \
	host/x509/ocsp_check.c \
	host/x509/ocsp_request.c \
	host/x509/revocation.c \
	host/x509/revocation_ask.c \
	host/x509/revocation_delegate.c \
	host/x509/revocation_status.c \
	host/x509/path.c \
	host/x509/spki.c \
	host/x509/spki_verify.c \
	host/x509/test_ca.c \
	host/x509/text.c \
	host/x509/pem.c \
	host/x509/write.c
