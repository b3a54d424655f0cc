COMMON_SRC += \
	common/alg.c \
	common/approval.c \
	common/base64.c \
	common/der.c \
	common/der_writer.c \
	common/err.c \
	common/es_exact.c \
	common/es_format.c \
	common/es_number.c \
	common/es_power.c \
	common/jades.c \
	common/jades_tbs.c \
	common/jcs.c \
	common/jcs_rules.c \
	common/json.c \
	common/json_number.c \
	common/json_text.c \
	common/language.c \
	common/leaf.c \
	common/merkle.c \
	common/summary.c \
	common/summary_finish.c \
	common/summary_pool.c \
	common/summary_text.c \
	common/utc.c \
	common/utf8.c
