"""Keys, certificates, clocks and read-only stations: a part of cli_verbs.py."""

import os
import shutil
import subprocess
import time

from cli_ca import Authority
from cli_station import PIN, WRONG, ZEGEL, ZEGELD, read, serve, write


def test_key(t, s):
    """Without a daemon: each starts its own."""
    run = s.zegel("key", "test", pin=PIN)
    t.check("key test: token, key and certificate belong together",
            run.code == 0 and "PASSED       match" in run.out and
            "PASSED       qc-type" in run.out, run)
    t.check("its message is in the log", "selftest" in s.log_kinds())
    run = s.zegel("key", "test", pin=WRONG)
    t.check("key test with a wrong PIN: 77", run.code == 77, run)
    t.check("a key that is not there",
            s.error("key", "test", "--key", "none", pin=PIN) ==
            (78, "CONFIG_MISSING_KEY"))
    csr = s.path("seal.csr")
    run = s.zegel("key", "csr", "-o", csr, pin=PIN)
    t.check("a request is written", run.code == 0, run)
    done = subprocess.run(["openssl", "req", "-in", csr, "-verify", "-noout",
                           "-subject"], capture_output=True, text=True)
    t.check("openssl verifies it, with the organisation's identifier",
            done.returncode == 0 and "VATBE-0000000097" in done.stdout,
            done)
    run = s.zegel("key", "csr", "--organisation", "Other", pin=PIN)
    t.check("its subject can be chosen",
            "BEGIN CERTIFICATE REQUEST" in run.out, run)
    for option, value in (("country", "belgium"), ("country", "be"),
                          ("organisation", ""), ("organisation-id", ""),
                          ("common-name", "x" * 300),
                          ("organisation", "a\nb")):
        run = s.zegel("key", "csr", "--" + option, value, pin=PIN)
        t.check(f"a subject that cannot be is told by its option ({option} "
                f"{value[:7]!r})", run.code == 64 and
                f"--{option} has" in run.err and
                "certificate" not in run.err, run)
    run, objects = s.objects("key", "generate", "--key", "second", "--type",
                             "p384", pin=PIN)
    section = objects[-1].get("result", {}).get("section", "")
    t.check("a key is made, and what zegel.conf needs is told",
            run.code == 0 and section.startswith("[key second]\n"), run)
    t.check("it is not made twice",
            s.error("key", "generate", pin=PIN) == (73, "EXISTS"))
    for name in ("a/b", "ä", "a b", "-a", "a" * 64):
        t.check(f"nor under a name that zegel.conf refuses ({name[:4]})",
                s.error("key", "generate", "--key", name, "--uri",
                        "pkcs11:token=zegel;object=other", pin=PIN) ==
                (64, "USAGE"))
    run = s.zegel("key", "generate", "--key", "last", "--uri",
                  "pkcs11:token=zegel;object=other", pin=PIN)
    t.check("which makes nothing in the token", run.code == 0, run)
    conf = read(s.place("zegel.conf"))
    with open(s.place("zegel.conf"), "a", encoding="utf-8") as file:
        file.write("\n" + section)
    run = s.zegel("key", "csr", "--key", "second", "--organisation", "Ö",
                  "--organisation-id", "VATBE-1", "--country", "BE", pin=PIN)
    t.check("the new key signs a request of its own", run.code == 0, run)
    t.check("without a certificate the subject must be given",
            s.error("key", "csr", "--key", "second", pin=PIN)[0] == 64)
    run = s.zegel("key", "test", "--key", "second", pin=PIN)
    t.check("a key without a certificate cannot seal", run.code == 1, run)
    write(s.place("zegel.conf"), conf)
    return csr


def test_certificates(t, s, csr):
    ca = Authority(s.path("ca"))
    own = s.place("keys", "default.pem")
    first = read(own)
    good = ca.issue(csr, "good.pem", "20260101000000Z", "20490101000000Z")
    expired = ca.issue(csr, "expired.pem", "20200101000000Z",
                       "20210101000000Z")
    foreign = ca.foreign("foreign.pem")
    for path, code, name in ((expired, 78, "CERT_EXPIRED"),
                             (foreign, 78, "TOKEN_KEY_MISMATCH"),
                             (csr, 65, "CERT_SYNTAX"),
                             (s.path("none"), 66, "NOT_FOUND")):
        t.check(f"{os.path.basename(path)} is not imported: {name}",
                s.error("key", "import-cert", path) == (code, name) and
                read(own) == first, s.error("key", "import-cert", path))

    # Closed with one certificate, approved with another.
    s.drafts("swap", 2, "--seed", "11", "--size", "20000")
    s.start()
    s.zegel("submit", "--batch", "swap", s.path("swap"))
    s.zegel("batch", "close", "swap")
    both = write(s.path("both.pem"), read(ca.root) + read(good))
    run = s.zegel("key", "import-cert", both)
    pem = read(own)
    t.check("a new certificate is imported without its trust anchor",
            run.code == 0 and pem.count(b"BEGIN CERTIFICATE") == 1 and
            pem == read(good), run)
    t.check("the former one is kept",
            any("until" in f for f in os.listdir(s.place("keys"))))
    run = s.zegel("key", "test", pin=PIN)
    t.check("key test sees that the daemon has the former one",
            run.code == 1 and "restart" in run.out, run)
    s.stop()
    s.start()
    s.zegel("unlock", pin=PIN)
    t.check("a swapped certificate voids what was closed for another",
            s.error("batch", "approve", "swap", "--yes") ==
            (78, "CERT_CHANGED") and
            s.result("batch", "show", "swap")["items"].get("released", 0)
            == 0)
    s.zegel("batch", "refuse", "swap")
    s.zegel("batch", "close", "swap")
    run = s.zegel("batch", "approve", "swap", "--yes")
    t.check("closed again it can be approved", run.code == 0 and
            "2 released" in run.out, run)
    run = s.zegel("verify", "--trust", ca.root, os.path.join(
        s.place("spool", "out", "swap"), "000000-qualification.sealed.jsonld"))
    t.check("and leads to the new trust anchor", run.code == 0, run)
    s.stop()

    s.drafts("late", 1, "--seed", "12", "--size", "20000")
    for path, word in ((expired, "expired"), (foreign, "not the certificate")):
        name = os.path.basename(path)
        write(own, read(path))
        run = s.zegel("key", "test", pin=PIN)
        t.check(f"key test with {name}: no, and why",
                run.code == 1 and word in run.out, run)
        run = s.zegel("seal", "--yes", s.path("late"), pin=PIN)
        t.check(f"nothing is sealed with {name}",
                run.code == 78 and ": valid" not in run.out, run)
    write(own, first)
    run = s.zegel("seal", "--yes", s.path("late"), pin=PIN)
    t.check("with the right one it is", run.code == 0, run)


FUTURE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int
clock_gettime(clockid_t id, struct timespec *t)
{
	int (*real)(clockid_t, struct timespec *) =
	    (int (*)(clockid_t, struct timespec *))dlsym(
		RTLD_NEXT, "clock_gettime");
	int code = real(id, t);

	if (code == 0 && id == CLOCK_REALTIME)
		t->tv_sec += 86400;
	return code;
}
time_t
time(time_t *out)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (out != NULL)
		*out = t.tv_sec;
	return t.tv_sec;
}
"""


def test_clock(t, s):
    """A day ahead once; then the clock is behind the log."""
    name = "a clock before the last log entry stops the station: 75"
    source = write(s.path("future.c"), FUTURE.encode())
    library = s.path("future.so")
    cc = shutil.which("cc")
    if cc is None or b"__asan_init" in read(ZEGELD):
        t.skip(name, "no compiler here" if cc is None else
               "a preloaded clock does not go with sanitizers")
        return
    subprocess.run([cc, "-shared", "-fPIC", "-o", library, source, "-ldl"],
                   check=True)
    s.start({"LD_PRELOAD": library})
    s.stop()
    t.check("the log's last entry is of tomorrow",
            s.objects("log", "show")[1][-1]["result"]["entry"]["time"] >
            time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
                time.time() + 3600)))
    run = serve(s)
    t.check(name, run.returncode == 75 and b"clock" in run.stderr,
            run.returncode, run.stderr.decode())
    run = s.zegel("seal", "--yes", s.path("late"), pin=PIN)
    t.check("zegel seal says so, too",
            run.code == 69 and "clock" in run.err, run)


def test_read_only(t, s):
    """In a mount name space of its own."""
    name = "a read-only station is refused with its reason"
    mount = f"mount --bind '{s.dir}' '{s.dir}' && " \
            f"mount -o remount,bind,ro '{s.dir}'"
    if subprocess.run(["unshare", "-m", "sh", "-c", mount],
                      capture_output=True).returncode != 0:
        t.skip(name, "no right to mount")
        return
    run = subprocess.run(
        ["unshare", "-m", "sh", "-c",
         f"{mount} && exec '{ZEGELD}' --station '{s.dir}'"],
        capture_output=True, timeout=30)
    t.check(name, run.returncode == 74 and b"read-only" in
            run.stderr.lower(), run.returncode, run.stderr.decode())
    run = subprocess.run(
        ["unshare", "-m", "sh", "-c",
         f"{mount} && '{ZEGEL}' log verify --station '{s.dir}' && "
         f"'{ZEGEL}' verify --station '{s.dir}' "
         f"'{s.place('spool', 'out', 'first')}'/*.jsonld"],
        capture_output=True, timeout=30)
    t.check("it can be read and verified", run.returncode == 0,
            run.stdout.decode(), run.stderr.decode())
