# Fuzz targets that are compared with something of tests/unit/support.
$(B)/tests/fuzz/c14n_fuzz: $(B)/obj/tests/unit/support/xml_oracle.o
