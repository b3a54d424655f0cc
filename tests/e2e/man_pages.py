"""What the programs say of themselves against their man pages: prints TAP.

Options and sub-verbs of every verb, options of the daemon, exit codes of
common/err_table.h, keys that the configuration's parser knows.
"""
import re
import subprocess
import sys

count = 0
failed = 0


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def result(name, complaints):
    global count, failed
    count += 1
    if complaints:
        failed += 1
        for line in complaints:
            print("# " + line)
    print(f"{'not ' if complaints else ''}ok {count} - {name}")


def help_of(*command):
    done = subprocess.run(command, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0 or done.stderr:
        return ""
    return done.stdout


def options_of_help(text):
    """{"--yes": "", "--key": "NAME"}"""
    return {m[1]: m[2] or "" for m in
            re.finditer(r"^  (--[a-z-]+)(?: ([A-Z]+))?(?=[ ,]|$)", text, re.M)}


def options_of_man(section):
    return {"--" + m[1]: m[2] or "" for m in
            re.finditer(r"^\.It Fl -([a-z-]+)(?: Ar (\w+))?$", section, re.M)}


def differences(said, written, where):
    for name in sorted(said.keys() | written.keys()):
        if name not in written:
            yield f"{name} stands in --help, not in {where}"
        elif name not in said:
            yield f"{name} stands in {where}, not in --help"
        elif said[name] != written[name]:
            yield (f"{name}: {said[name] or 'nothing'} in --help, "
                   f"{written[name] or 'nothing'} in {where}")


def sections(page, macro):
    """Text of each section by its title."""
    found = re.split(rf"^\.{macro} (.*)$", page, flags=re.M)
    return dict(zip(found[1::2], found[2::2]))


def check_verbs(zegel):
    page = text_of("host/man/zegel.1")
    top = sections(page, "Sh")
    always = options_of_man(top["OPTIONS"])
    written = sections(top["VERBS"], "Ss")
    verbs = re.findall(r"^  ([a-z]+) ", help_of(zegel, "--help"), re.M)
    result("every verb stands in the man page, and no other",
           [f"{v}" for v in set(verbs) ^ set(written)]
           if verbs else ["'zegel --help' fails or lists nothing"])
    for verb in verbs:
        text = help_of(zegel, verb, "--help")
        section = written.get(verb, "")
        said = options_of_help(text)
        complaints = [] if said else [f"'zegel {verb} --help' fails"]
        complaints += differences(said, options_of_man(section) | always,
                                  f"zegel(1), {verb}")
        usage = re.findall(rf"^(?:usage:|      ) zegel {verb} ([a-z][a-z-]*)\b",
                           text, re.M)
        shown = re.findall(rf"^\.D1 Nm Cm {verb} ([a-z][a-z-]*)\b", section,
                           re.M)
        complaints += [f"{word} is in one of usage and synopsis only"
                       for word in set(usage) ^ set(shown)]
        result(f"{verb}: --help and man page agree", complaints)
    return top


def check_exit_codes(top):
    table = text_of("common/err_table.h")
    codes = {m[1] for m in re.finditer(r"^X\(\d+, +\w+, +(\d+),", table, re.M)}
    written = set(re.findall(r"^\.It (\d+)$", top["EXIT STATUS"], re.M))
    result("exit codes of the error table stand in the man page",
           [f"exit code {c} is in one of both only"
            for c in sorted(codes ^ written, key=int)])


def check_daemon(zegeld):
    said = options_of_help(help_of(zegeld, "--help"))
    # The last line of its usage holds two.
    said |= {"--version": "", "--help": ""}
    written = options_of_man(text_of("host/man/zegeld.8"))
    result("zegeld: --help and man page agree",
           list(differences(said, written, "zegeld(8)")))


def check_config():
    page = text_of("host/man/zegel.conf.5")
    top = sections(page, "Sh")
    known = set(re.findall(r'^    \{"(\w+)", "([\w-]+)",',
                           text_of("host/base/config_rules.c"), re.M))
    written = {(re.match(r"\[(\w+)", title)[1], key)
               for title, body in sections(top["ZEGEL.CONF"], "Ss").items()
               for key in re.findall(r"^\.It Ic ([\w-]+)$", body, re.M)}
    result("every key of zegel.conf stands in its man page, and no other",
           [f"[{s}] {k}" for s, k in sorted(known ^ written)]
           if known else ["no keys found in the parser"])
    known = set(re.findall(r'strcmp\(key, "([\w-]+)"\)',
                           text_of("host/base/config_approval.c")))
    written = set(re.findall(r"^\.It Ic ([\w-]+)$", top["APPROVAL.CONF"],
                             re.M))
    result("every key of approval.conf stands in the man page, and no other",
           sorted(known ^ written)
           if known else ["no keys found in the parser"])


def check_commands():
    """Every option that an example uses is one."""
    page = text_of("host/man/zegel.1")
    known = set(options_of_man(page)) | {"--station", "--json"}
    used = set(re.findall(r" (--[a-z-]+)", sections(page, "Sh")["EXAMPLES"]))
    result("examples use options that there are", sorted(used - known))


def check_form():
    global count
    pages = ["host/man/zegel.1", "host/man/zegeld.8", "host/man/zegel.conf.5"]
    try:
        done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", *pages],
                              capture_output=True, text=True, check=False)
    except FileNotFoundError:
        count += 1
        print(f"ok {count} - form of the pages # SKIP no mandoc here")
        return
    result("mandoc finds nothing wrong with the pages",
           [line for line in done.stdout.splitlines()
            if "outdated mandoc.db" not in line])


def main():
    build = sys.argv[1]
    top = check_verbs(f"{build}/bin/zegel")
    check_exit_codes(top)
    check_daemon(f"{build}/bin/zegeld")
    check_config()
    check_commands()
    check_form()
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
