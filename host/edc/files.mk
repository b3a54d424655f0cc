HOST_SRC += \
	host/edc/edc.c \
	host/edc/edc_form.c \
	host/edc/edc_ids.c \
	host/edc/edc_issuer.c \
	host/edc/edc_names.c \
	host/edc/edc_rules.c \
	host/edc/edc_walk.c \
	host/edc/vc.c
