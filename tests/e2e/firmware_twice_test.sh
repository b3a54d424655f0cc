#!/bin/sh
# The firmware is the same to the octet wherever it is built: once more, in a
# folder of another name, from a copy of the sources.
set -u
. tests/e2e/tap.sh

elf=build/firmware/lm3s6965evb/zegel.elf
[ -f firmware/main.c ] || elf=build/firmware/lm3s6965evb/board.elf
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
copy="$top/some where else"

mkdir -p "$copy/build"
cp -a Makefile common firmware boards hsm host tests "$copy/"
ln -s "$PWD/build/wolfcrypt" "$copy/build/wolfcrypt"
said=$top/said
make -C "$copy" -j2 $elf >"$said" 2>&1
result $? "firmware builds in a folder with a space in its name"
arm-none-eabi-objcopy -O binary $elf "$top/here.bin" &&
    arm-none-eabi-objcopy -O binary "$copy/$elf" "$top/there.bin" &&
    [ -s "$top/here.bin" ] && cmp "$top/here.bin" "$top/there.bin" >"$said" 2>&1
result $? "what is put into the flash is the same"
cmp $elf "$copy/$elf" >"$said" 2>&1
result $? "so is the ELF file with what debuggers need"
echo "1..$n"
exit $failed
