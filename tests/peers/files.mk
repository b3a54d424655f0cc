# Independent implementations judge what a station made: openssl over a
# recomputed signing input, npm's jose, the Go project's log code, the European
# Commission's DSS in two lines (dss/pom.xml), and the crate 'jades'.
PEERS := $(B)/tests/peers/sealed
DSS := $(B)/tests/peers/dss

# Maven's local repository does not take two at a time.
$(DSS)/edc.cp: | $(DSS)/new.cp
$(DSS)/%.cp: tests/peers/dss/pom.xml
	@mkdir -p $(@D)
	$(Q)mvn -B -q -ntp -C -f $< -P $* dependency:build-classpath \
	    -Dmdep.outputFile=$(abspath $@)
$(DSS)/%/Validate.class: tests/peers/dss/Validate.java \
		tests/peers/dss/Sign.java tests/peers/dss/%/Verifier.java \
		$(DSS)/%.cp
	$(Q)javac -Xlint:all,-path,-classfile -Werror -proc:none \
	    -encoding UTF-8 -cp "$$(cat $(DSS)/$*.cp)" -d $(@D) \
	    $(filter %.java,$^)
.PHONY: dss
dss: $(DSS)/new/Validate.class $(DSS)/edc/Validate.class
# How fast the newest is: 'make bench-seal'.
$(DSS)/new/Bench.class: tests/peers/dss/Bench.java $(DSS)/new/Validate.class
	$(Q)javac -Xlint:all,-path,-classfile -Werror -proc:none \
	    -encoding UTF-8 -cp "$$(cat $(DSS)/new.cp):$(@D)" -d $(@D) $<
.PHONY: dss-bench
dss-bench: $(DSS)/new/Bench.class

.PHONY: check-peers check-peers-build
check-peers-build: $(PROGRAMS) $(B)/tests/gen/drafts
check-peers: deps ## sealed files and log as openssl, npm's jose, Go's log code, the EC's DSS and Rust's jades see them
	$(Q)$(RUN) \
	    -b "build" "$(SUB) check-peers-build" \
	    -b "npm packages" "$(SUB) npm" \
	    -b "sealed files" "tests/peers/seal.py $(PEERS)" \
	    -b "DSS" "$(SUB) dss" \
	    -b "seals for DSS" "tests/peers/dss/seal.py $(DSS)/sealed" \
	    -b "verdicts of DSS" "tests/peers/dss/ask.py $(DSS) $(DSS)/sealed" \
	    -b "other JSON for DSS" "tests/peers/dss/seal_json.py $(DSS)/json" \
	    -b "verdicts of it" "tests/peers/dss/ask.py $(DSS) $(DSS)/json" \
	    -b "seals of DSS" "tests/peers/dss/made.py $(DSS) $(DSS)/made" \
	    -c openssl "tests/peers/openssl.py $(PEERS)" \
	    -c jose "node tests/peers/jose.mjs $(PEERS)" \
	    -c "jose, every level" \
		"node tests/peers/jose.mjs --all $(DSS)/sealed" \
	    -c "golden log" tests/peers/log.sh \
	    -c "log of a station" "tests/peers/log.sh $(PEERS)/log-p256 \
		$(PEERS)/ES256/000000-qualification.sealed.jsonld.tlog-proof" \
	    -c "DSS, newest" "tests/peers/dss/check.py new $(DSS)/sealed" \
	    -c "DSS, EDC's" "tests/peers/dss/check.py edc $(DSS)/sealed" \
	    -c "DSS, newest, other JSON" \
		"tests/peers/dss/check_json.py new $(DSS)/json" \
	    -c "DSS, EDC's, other JSON" \
		"tests/peers/dss/check_json.py edc $(DSS)/json" \
	    -c "jose, other JSON" "node tests/peers/jose.mjs $(DSS)/json" \
	    -c "seals of DSS" "tests/peers/dss/compare.py $(DSS) $(DSS)/made" \
	    -t 600 -c "Rust's jades" "tests/peers/jades.py $(DSS) \
		$(DSS)/sealed $(DSS)/json $(B)/tests/peers/jades"
