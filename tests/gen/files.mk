# drafts: fictional credentials for samples, tests and measurements.
GEN_DRAFTS_OBJ := $(patsubst %,$(B)/obj/tests/gen/%.o, \
	drafts gen_assemble gen_claim gen_draft gen_json gen_languages \
	gen_parts gen_png)
TEST_OBJ += $(GEN_DRAFTS_OBJ)
TEST_NEEDS += $(B)/tests/gen/drafts

$(B)/tests/gen/drafts: $(GEN_DRAFTS_OBJ) $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# canon_pairs: random JSON and its canonical form, for others to compare.
GEN_PAIRS_OBJ := $(patsubst %,$(B)/obj/tests/gen/%.o,canon_pairs gen_json)
TEST_OBJ += $(B)/obj/tests/gen/canon_pairs.o
TEST_NEEDS += $(B)/tests/gen/canon_pairs

$(B)/tests/gen/canon_pairs: $(GEN_PAIRS_OBJ) $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# c14n_pairs: random XML and what the checker says of it, for others to judge.
GEN_C14N_OBJ := $(patsubst %,$(B)/obj/tests/%.o,gen/c14n_pairs \
	unit/support/xml_random)
TEST_OBJ += $(GEN_C14N_OBJ)
TEST_NEEDS += $(B)/tests/gen/c14n_pairs

$(B)/tests/gen/c14n_pairs: $(GEN_C14N_OBJ) $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

# protocol: the tables of docs/PROTOCOL.md.
TEST_OBJ += $(B)/obj/tests/gen/protocol.o
TEST_NEEDS += $(B)/tests/gen/protocol

$(B)/tests/gen/protocol: $(B)/obj/tests/gen/protocol.o $(B)/libzegel.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) $(LDHARDEN) -o $@ $^ $(PKG_LIBS)

.PHONY: protocol
protocol: $(B)/tests/gen/protocol ## write the tables of docs/PROTOCOL.md from the source
	$(Q)docs/protocol.sh $<
