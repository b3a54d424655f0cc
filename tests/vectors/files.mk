# Programs that compare with something of tests/unit/support.
$(B)/tests/vectors/c14n_vectors: $(B)/obj/tests/unit/support/xml_oracle.o
