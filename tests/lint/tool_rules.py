"""Rules that other programs decide: compiler, nm, formatter, analysers. Each
takes the sources and the run's setting, and yields as text_rules.py does.
"""

import concurrent.futures
import os
import re
import subprocess

# What firmware/files.mk adds to the compiler's flags.
FIRMWARE_FLAGS = ["-Ifirmware", "-isystem", "build/wolfcrypt",
                  "-DWOLFSSL_USER_SETTINGS"]
# A board with a processor of its own.
ARM_BOARDS = ("boards/lm3s6965evb/",)
ARM_FLAGS = ["--target=arm-none-eabi", "-mcpu=cortex-m3", "-mthumb",
             "-isystem", "/usr/lib/arm-none-eabi/include"]

PLACE = re.compile(r"(?:\./)?([^:\s]+):(\d+):(?:\d+:)?\s*(.*)")


def call(command, root, stdin=None):
    """(exit code, everything that it said)"""
    done = subprocess.run(command, cwd=root, input=stdin, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=None if stdin else subprocess.DEVNULL)
    return done.returncode, done.stdout


def offences(sources, code, text, tool, wanted=r"(?:fatal )?error:|warning:"):
    """What a tool said in the compiler's form; if it failed without that,
    its whole answer."""
    by_path = {s.path: s for s in sources}
    some = False
    for line in text.splitlines():
        match = PLACE.match(line)
        if match and match[1] in by_path and re.match(wanted, match[3]):
            some = True
            word = re.search(r"\[([\w.-]+)[^\]]*\]$", line)
            yield (by_path[match[1]], int(match[2]), match[3],
                   word[1] if word else tool)
    if code != 0 and not some:
        yield None, 0, f"{tool} failed: {text.strip()[-2000:]}", tool


def headers_alone(sources, setting):
    """Each header compiles first in a file, and twice in one."""
    def compile_one(s):
        text = f'#include "{s.path}"\n' * 2
        return s, call([*setting.compiler, "-fsyntax-only", "-Wno-unused",
                        "-x", "c", "-"], setting.root, text)

    headers = [s for s in sources if s.is_header]
    with concurrent.futures.ThreadPoolExecutor(setting.jobs) as pool:
        for s, (code, text) in pool.map(compile_one, headers):
            if code != 0:
                error = re.search(r"error: .*", text)
                yield (s, 1, "does not compile alone: "
                       + (error[0] if error else text.strip()), "compile")


def symbols(sources, setting):
    """Functions and data that others can see begin with the file's name, its
    first words (config_file.c: config_file_x, config_x), its folder's name
    below the room (host/x509: x509_x), or the name of a header beside it or of
    a struct in one."""
    beside = {}
    for s in sources:
        if s.is_header and s.is_product:
            folder = os.path.dirname(s.path)
            name = re.sub(r"(_priv)?\.h$", "", s.name)
            structs = re.findall(r"^struct (\w+)", s.text, re.M)
            beside.setdefault(folder, set()).update([name, *structs])
    for s in sources:
        if not s.is_product or s.is_header or s.name == "main.c":
            continue
        path = os.path.join(setting.objects, s.path[:-2] + ".o")
        if not os.path.exists(os.path.join(setting.root, path)):
            continue
        words = s.name[:-2].split("_")
        folder = os.path.dirname(s.path)
        stems = {"_".join(words[:n]) for n in range(1, len(words) + 1)}
        stems |= beside.get(folder, set()) | {folder.split("/")[-1]}
        _, text = call(["nm", "-g", "--defined-only", path], setting.root)
        for name in re.findall(r"^[0-9a-f]+ [A-Z] (\w+)$", text, re.M):
            low = name.lower()
            if low in stems or low.startswith(tuple(f"{w}_" for w in stems)):
                continue
            # An exception names the first word: one for a whole family.
            yield (s, 1, f"{name} does not begin with {s.name[:-2]}_",
                   low.split("_")[0])


def layout(sources, setting):
    files = [s.path for s in sources if s.is_c]
    if files:
        code, text = call(["clang-format-14", "--dry-run", "-Werror", *files],
                          setting.root)
        yield from offences(sources, code, text, "clang-format-14")


def scripts(sources, setting):
    """Scripts parse; python without writing anything."""
    check = "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')"
    for s in sources:
        if s.is_python:
            command = ["python3", "-c", check, s.path]
        elif s.is_shell:
            shell = "bash" if "bash" in s.lines[0] else "sh"
            command = [shell, "-n", s.path]
        else:
            continue
        code, text = call(command, setting.root)
        if code != 0:
            yield s, 1, text.strip(), "syntax"


def manuals(sources, setting):
    files = [s.path for s in sources if re.match(r"host/man/.*\.\d$", s.path)]
    if files:
        code, text = call(["mandoc", "-T", "lint", "-W", "warning", *files],
                          setting.root)
        text = re.sub(r"^mandoc: ", "", text, flags=re.M)
        yield from offences(sources, code, text, "mandoc", r"[A-Z]+:")


def cppcheck(sources, setting):
    files = [s.path for s in sources if s.is_c and not s.is_header
             and s.room != "tests"]
    if not files:
        return
    command = ["cppcheck", "-q", "-j", str(setting.jobs), "--std=c11", "-I.",
               f"--library={setting.here}/cppcheck.cfg",
               "--enable=warning,performance,portability",
               "--error-exitcode=1", "--inline-suppr",
               "--template={file}:{line}: warning: {message} [{id}]"]
    listed = os.path.join(setting.here, "cppcheck.txt")
    if os.path.exists(listed):
        command.append(f"--suppressions-list={listed}")
    code, text = call([*command, *files], setting.root)
    yield from offences(sources, code, text, "cppcheck")


def clang_tidy(sources, setting):
    """By far the slowest: a run of its own."""
    flags = [f for f in setting.compiler[1:]
             if re.match(r"-(I|D|isystem|std)", f)]
    if setting.quick:
        flags += ["-Xclang", "-analyzer-config",
                  "-Xclang", "max-nodes=40000"]
    config = f"--config-file={setting.here}/../../.clang-tidy"

    def check_one(s):
        own = FIRMWARE_FLAGS if s.room == "firmware" else []
        theirs = flags
        if s.path.startswith(ARM_BOARDS):
            # the host's libraries bring the host's C library with them
            own = ARM_FLAGS
            theirs = [f for f in flags if not f.startswith("-I/")]
        return call(["clang-tidy-14", "--quiet", config, s.path, "--",
                     *own, *theirs], setting.root)

    files = [s for s in sources if s.is_product and not s.is_header]
    with concurrent.futures.ThreadPoolExecutor(setting.jobs) as pool:
        for code, text in pool.map(check_one, files):
            text = text.replace(os.path.realpath(setting.root) + "/", "")
            yield from offences(sources, code, text, "clang-tidy-14")


RULES = {
    "headers-alone": headers_alone,
    "symbols": symbols,
    "layout": layout,
    "scripts": scripts,
    "manuals": manuals,
    "cppcheck": cppcheck,
}
SLOW_RULES = {"clang-tidy": clang_tidy}
