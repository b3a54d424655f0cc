# Independent implementations judge what a station made: openssl over a
# recomputed signing input, npm's jose, the Go project's log code.
PEERS := $(B)/tests/peers/sealed

.PHONY: check-peers check-peers-build
check-peers-build: $(PROGRAMS) $(B)/tests/gen/drafts
check-peers: deps ## sealed files and log as openssl, npm's jose and Go's log code see them
	$(Q)$(RUN) \
	    -b "build" "$(SUB) check-peers-build" \
	    -b "npm packages" "$(SUB) npm" \
	    -b "sealed files" "tests/peers/seal.py $(PEERS)" \
	    -c openssl "tests/peers/openssl.py $(PEERS)" \
	    -c jose "node tests/peers/jose.mjs $(PEERS)" \
	    -c "golden log" tests/peers/log.sh \
	    -c "log of a station" "tests/peers/log.sh $(PEERS)/log-p256 \
		$(PEERS)/ES256/000000-qualification.sealed.jsonld.tlog-proof"
