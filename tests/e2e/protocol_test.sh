#!/bin/sh
# docs/PROTOCOL.md says what the source does: 'make protocol' writes it.
exec docs/protocol.sh build/tests/gen/protocol --check
