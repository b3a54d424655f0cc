"""Every verb of zegel, as a person, a program and a careless hand use it."""

import os
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from cli_canon import test_canon  # noqa: E402
from cli_config import test_config  # noqa: E402
from cli_keys import (test_certificates, test_clock, test_key,  # noqa: E402
                      test_read_only)
from cli_station import (PIN, SOFTHSM, WRONG, ZEGEL, ZEGELD,  # noqa: E402
                         Station, Tap, read, serve, write)

FAULTS = {"no-issuer": "EDC_NO_ISSUER", "other-issuer": "EDC_OTHER_ISSUER",
          "unknown-schema": "EDC_SCHEMA_UNKNOWN", "sealed":
          "EDC_SEALED_ALREADY", "duplicate-name": "JSON_DUPLICATE_NAME",
          "truncated": "JSON_TRUNCATED", "lone-surrogate": "JSON_SURROGATE",
          "number-range": "JSON_NUMBER_RANGE", "not-json": None,
          "missing-title": "EDC_RULES", "deep": "JSON_DEPTH"}


def test_usage(t, s):
    """Before there is a station."""
    wrong = [["frobnicate"], ["init", "x"], ["init", "--mode", "other"],
             ["init", "--country", "BEL"], ["init", "--key-type", "dsa"],
             ["unlock", "--pinpad", "--pin-fd", "0"],
             ["unlock", "--pin-fd", "x"], ["unlock", "--pin-fd"],
             ["unlock", "--pin-fd", "-1"], ["lock", "x"], ["key"],
             ["key", "melt"], ["key", "import-cert"], ["key", "list", "x"],
             ["canon", "a", "b"], ["canon", "--method", "rot13"],
             ["canon", "--method", "jcs", "--comments"],
             ["canon", "--method", "c14n", "--prefixes", "a"],
             ["canon", "--element", "here"],
             ["canon", "--check", "--element", "/1"], ["seal"],
             ["seal", "--level", "Z", "x"],
             ["seal", "--dry-run", "-o", "x", "x"], ["submit"],
             ["submit", "-x"], ["submit", "--profile", "foo", "x"],
             ["submit", "--batch", "", "x"],
             ["submit", "--batch", ".x", "x"],
             ["submit", "--batch", "a/b", "x"],
             ["submit", "--batch", 128 * "x", "x"], ["batch"],
             ["batch", "show"], ["batch", "list", "x"],
             ["batch", "approve", "x", "--means", "terminals"],
             ["status", "--watch=yes"], ["verify"],
             ["verify", "--at", "yesterday", "x"],
             ["verify", "--at", "2026-11-24T08:00:00Z+1", "x"],
             ["log"], ["log", "melt"],
             ["log", "show", "5", "3"], ["log", "find"], ["log", "prove"]]
    bad = [w for w in wrong if s.zegel(*w).code != 64]
    t.check("wrong usage of each verb exits with 64", not bad, bad)
    bad = [w for w in wrong[1:]
           if s.error(*w) != (64, "USAGE")]
    t.check("wrong usage is an error object with --json", not bad, bad)
    run = s.zegel("status")
    t.check("without a station: 78 and what to do",
            run.code == 78 and "zegel init" in run.err, run)
    for verb in ("seal", "submit"):
        run = s.zegel(verb, "--profile", "x", "x")
        t.check(f"{verb}: a profile that is none is refused with those that "
                "are", run.code == 64 and "json-compact" in run.err, run)
    run = s.zegel("seal", "--level", "BT", "x")
    t.check("a level that is none is refused with those that are",
            run.code == 64 and "LTA" in run.err, run)


def test_init(t, s):
    run = s.zegel("init", "--mode", "production")
    t.check("a production station needs a token of its own",
            run.code == 78 and "--uri" in run.err, run)
    own = ["init", "--mode", "production", "--uri", "pkcs11:token=card",
           "--module", SOFTHSM]
    new = s.path("production")
    named = own + ["--origin", "log.example/production"]
    run = s.zegel(*own, station=new)
    t.check("and a name of its log's own, which is not made up: 64",
            run.code == 64 and "--origin" in run.err and
            not os.path.exists(new), run)
    bad = [[*own, "--origin", "has space"], [*own, "--origin", "a" * 200],
           [*named, "--uri", "foo"],
           [*named, "--uri", "pkcs11:token=card?pin-value=1"],
           [*named, "--module", s.path("none.so")],
           [*named, "--module", "libsofthsm2.so"],
           ["init", "--uri", "pkcs11:token=card"],
           ["init", "--module", SOFTHSM], ["init", "--origin", "has space"]]
    bad = [b for b in bad if s.zegel(*b, station=new).code != 64 or
           os.path.exists(new)]
    t.check("an origin, a URI or a module that cannot be one: 64, and "
            "nothing is made", not bad, bad)
    run = s.zegel(*named, station=new)
    t.check("a production station is made for another token",
            run.code == 0 and "log.example/production" in run.out, run)
    run = s.zegel("init", "--name", "Registry of Ö", station=s.path("named"),
                  pin=PIN)
    t.check("a test station's name may be more than a log's",
            run.code == 0 and "zegel.invalid/Registry-of-" in run.out, run)
    other = s.path("half")
    run = s.zegel("init", station=other, pin=b"12\n")
    t.check("init with a PIN too short leaves nothing behind",
            run.code == 77 and not os.path.exists(other), run)
    run = s.zegel("init", station=other, pin=PIN)
    os.unlink(os.path.join(other, "zegel.conf"))
    again = s.zegel("init", station=other, pin=PIN)
    t.check("an init that was interrupted says what to do",
            run.code == 0 and again.code == 73 and other in again.err and
            "remove it" in again.err, run, again)
    run = s.zegel("init", "--organisation-id", "", station=s.path("fail"),
                  pin=PIN)
    t.check("an init that fails later leaves nothing behind, too",
            run.code == 64 and not os.path.exists(s.path("fail")), run)
    run = s.terminal("init", answers=[(b"PIN for", PIN),
                                      (b"once more", WRONG)])
    t.check("a new PIN is asked for twice",
            run.code == 77 and not os.path.exists(s.dir), run)
    run = s.terminal("init", answers=[(b"PIN for", PIN),
                                      (b"once more", b"1234\x03")])
    t.check("control-C cancels the second question, too",
            run.code == 1 and "cancelled" in run.out and
            not os.path.exists(s.dir), run)
    run = s.init()
    t.check("init makes a station", run.code == 0, run)
    before = read(s.place("zegel.conf"))
    run = s.init()
    t.check("a second init overwrites nothing",
            run.code == 73 and read(s.place("zegel.conf")) == before, run)
    for verb in (["status"], ["unlock"], ["lock"], ["submit", "x"],
                 ["batch", "list"]):
        run = s.zegel(*verb, pin=PIN if verb == ["unlock"] else None)
        t.check(f"without a daemon: 69 ({verb[0]})",
                run.code == 69 and "start zegeld" in run.err, run)
    run = s.zegel("key", "list")
    t.check("key list works from files when no daemon runs",
            run.code == 0 and "VATBE-0000000097" in run.out, run)


def test_cancelled(t, s):
    """While a PIN is asked for; what was typed till then is no try."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as without nohup
    for name, answer, code in (("control-C", b"12345\x03", 1),
                               ("control-\\", b"12345\x1c", 1),
                               ("control-Z", b"12345\x1a\n", 1),
                               ("SIGTERM", signal.SIGTERM, 143),
                               ("SIGHUP", signal.SIGHUP, 129)):
        run = s.terminal("unlock", answers=[(b"PIN: ", answer)])
        t.check(f"{name} cancels the question for a PIN, with no try made",
                run.code == code and "pin-failure" not in s.log_kinds() and
                (code != 1 or "cancelled: reading the PIN" in run.out), run)
        t.check(f"{name} leaves the terminal as it was",
                "isig icanon iexten echo" in run.out, run)


def test_daemon(t, s):
    t.check("the station serves", s.start())
    run = serve(s)
    t.check("a second daemon on the station refuses with 69",
            run.returncode == 69 and b"another daemon" in run.stderr,
            run.stderr.decode())
    test_cancelled(t, s)
    run = s.zegel("unlock", pin=WRONG)
    t.check("a wrong PIN: 77 and a clear message",
            run.code == 77 and "wrong PIN" in run.err, run)
    time.sleep(2.5)  # longer than the daemon's look at its tokens
    kinds = s.log_kinds()
    t.check("a wrong PIN is tried once, by itself never again",
            kinds.count("pin-failure") == 1 and
            s.result("status")["keys"][0]["state"] == "stopped", kinds)
    t.check("no PIN at all is none",
            s.zegel("unlock", pin=b"\n").code == 77)
    run = s.zegel("unlock", pin=PIN)
    t.check("the right PIN is taken after it", run.code == 0, run)
    t.check("a key that is unlocked is ready",
            s.result("key", "list").get("state") == "ready")


def test_intake(t, s):
    bad = s.path("bad")
    os.mkdir(bad)
    empty = write(os.path.join(bad, "empty.json"), b"")
    with open(os.path.join(bad, "sparse.json"), "wb") as file:
        file.truncate(2 << 30)
    os.mkfifo(os.path.join(bad, "fifo"))
    os.mkdir(os.path.join(bad, "folder"))
    for path, code, name in (
            (empty, 65, "JSON_EMPTY"),
            (os.path.join(bad, "sparse.json"), 65, "TOO_LARGE"),
            (os.path.join(bad, "fifo"), 66, "NOT_REGULAR"),
            (os.path.join(bad, "folder"), 66, "NOT_FOUND"),
            (os.path.join(bad, "none"), 66, "NOT_FOUND")):
        run, objects = s.objects("submit", "--batch", "bad", path)
        error = objects[0].get("error", {})
        t.check(f"{os.path.basename(path)} is refused: {name}",
                run.code == code and error.get("name") == name and
                error.get("file") == path and
                objects[-1]["result"]["refused"] == 1, run)
    for fault, name in FAULTS.items():
        draft = s.drafts("broken-" + fault, 1, "--broken", fault)[0]
        run, objects = s.objects("submit", "--batch", "bad", draft)
        error = objects[0].get("error", {})
        t.check(f"a draft with fault {fault} is refused",
                run.code == 65 and (name is None or
                                    name == error.get("name")), run)
    run = s.zegel("submit", "--batch", "bad",
                  s.path("broken-no-issuer"))
    t.check("people are told the place in the document",
            run.code == 65 and "issuer" in run.err and
            "000000-no-issuer.json:" in run.err, run)
    t.check("nothing of it was queued",
            all(b["result"]["name"] != "bad" for b in
                s.objects("batch", "list")[1]))


def test_batch(t, s):
    drafts = s.drafts("good", 4, "--seed", "7", "--size", "30000")
    run = s.zegel("submit", "--batch", "first", s.path("good"))
    t.check("a folder of drafts is accepted",
            run.code == 0 and "4 accepted" in run.out, run)
    run = s.zegel("submit", "--batch", "first", drafts[0])
    t.check("a duplicate in the batch is reported and no failure",
            run.code == 0 and "accepted before" in run.err and
            "1 known" in run.out, run)
    for option, value in (("--batch", "a/b"), ("--profile", "foo")):
        run = s.zegel("submit", option, value, s.path("good"))
        t.check(f"a wrong {option} is told once, whatever is known already",
                run.code == 64 and run.err.count(value) == 1 and not run.out,
                run)
    run, objects = s.objects("submit", "--batch", "other", drafts[0])
    t.check("a duplicate across batches, too", run.code == 0 and
            objects[0]["error"]["name"] == "QUEUE_DUPLICATE", run)
    t.check("an unknown batch: 66",
            s.error("batch", "close", "nope") == (66, "BATCH_UNKNOWN"))
    for verb in (["show"], ["close"], ["approve"], ["refuse"],
                 ["remove-item", "--all"]):
        run = s.zegel("batch", *verb[:1], "nope", *verb[1:])
        t.check(f"an unknown batch is named ({verb[0]})",
                run.code == 66 and "nope" in run.err, run)
    t.check("what is not closed cannot be approved",
            s.error("batch", "approve", "first", "--yes") ==
            (1, "BATCH_STATE"))
    run = s.zegel("batch", "close", "first")
    root = s.result("batch", "show", "first").get("root")
    t.check("a closed batch is shown with its root",
            run.code == 0 and "root" in run.out and bool(root), run)
    t.check("a closed batch takes no drafts",
            s.error("submit", "--batch", "first", s.drafts(
                "late", 1, "--seed", "8", "--size", "20000")[0])[1] is None
            and s.result("batch", "show", "first").get("root") == root)
    items = [o["result"]["id"] for o in s.objects("batch", "show", "first")[1]
             if "summary" in o["result"]]
    run = s.zegel("batch", "remove-item", "first", str(items[-1]))
    t.check("an item can be taken out, and the batch is open then",
            run.code == 0 and
            s.result("batch", "show", "first")["state"] == "open", run)
    t.check("an item of no batch: 66",
            s.error("batch", "remove-item", "first", "4711") ==
            (66, "ITEM_UNKNOWN"))
    s.zegel("batch", "close", "first")
    again = s.result("batch", "show", "first")
    t.check("it has another root without it",
            again["count"] == 3 and again["root"] != root, again)
    run = s.zegel("batch", "refuse", "first")
    t.check("a refusal reopens it and is logged",
            run.code == 0 and s.log_kinds()[-1] == "refusal", run)
    s.zegel("batch", "close", "first")
    run = s.zegel("batch", "approve", "first")
    t.check("without a terminal and --yes nothing is approved",
            run.code == 1 and "--yes" in run.err, run)
    t.check("nor blindly with --json",
            s.error("batch", "approve", "first") == (64, "USAGE"))
    s.zegel("lock")
    run = s.terminal("batch", "approve", "first",
                     answers=[(b"[y/N]", b"y\n")])
    t.check("that the PIN is missing is said before anybody reads the list",
            run.code == 77 and "zegel unlock" in run.out and
            "root  " not in run.out and "[y/N]" not in run.out, run)
    s.zegel("unlock", pin=PIN)
    run = s.terminal("batch", "approve", "first",
                     answers=[(b"[y/N]", b"n\n")])
    t.check("no at the terminal seals nothing, and is no refusal",
            run.code == 1 and "cancelled: nothing was sealed" in run.out and
            s.log_kinds()[-1] != "refusal" and
            s.result("batch", "show", "first")["state"] == "closed", run)
    run = s.terminal("batch", "approve", "first",
                     answers=[(b"[y/N]", b"y\n")])
    t.check("yes at the terminal seals the batch",
            run.code == 0 and "3 released" in run.out, run)
    run = s.zegel("batch", "approve", "first")
    t.check("nobody is told to close what is done", run.code == 1 and
            "is done" in run.err and "close" not in run.err, run)
    run, objects = s.objects("submit", "--batch", "x", drafts[0])
    t.check("a duplicate of what is released is reported",
            run.code == 0 and
            "released" in objects[0]["error"]["detail"], run)
    run = s.zegel("submit", "--again", "--batch", "again", drafts[0])
    t.check("unless it is asked for", "1 accepted" in run.out, run)
    run = s.zegel("batch", "remove-item", "again", "--all")
    t.check("a batch can be emptied",
            run.code == 0 and "done" in run.out, run)


def test_verify(t, s):
    out = s.place("spool", "out", "first")
    sealed = sorted(f for f in os.listdir(out) if f.endswith(".jsonld"))
    one, two = (os.path.join(out, f) for f in sealed[:2])
    run, objects = s.objects("verify", one, two)
    t.check("released files are valid", run.code == 0 and
            [o["result"]["verdict"] for o in objects] == ["valid"] * 2 and
            all(f["verdict"] != "failed"
                for o in objects for f in o["result"]["findings"]), run)
    run = s.zegel("submit", "--batch", "bad", one)
    t.check("a sealed file is no draft", run.code == 65 and
            "sealed already" in run.err, run)
    changed = write(s.path("changed.jsonld"),
                    read(one).replace(b"2025", b"2024", 1))
    run = s.zegel("verify", changed)
    t.check("a changed payload is not valid, and which check says so",
            run.code == 1 and "FAILED       signature" in run.out and
            "NOT VALID" in run.out, run)
    alone = write(s.path("alone.jsonld"), read(one))
    run = s.zegel("verify", alone)
    t.check("a file without its proof is valid, the log not checked",
            run.code == 0 and "not checked  log" in run.out, run)
    write(alone + ".tlog-proof", read(two + ".tlog-proof"))
    run = s.zegel("verify", alone)
    t.check("with another file's proof it is not",
            run.code == 1 and "FAILED       log" in run.out, run)
    run = s.zegel("verify", one, station=s.path("nowhere"))
    t.check("without trust anchors: indeterminate, 1",
            run.code == 1 and "indeterminate" in run.out and
            "give --log" in run.out, run)
    run = s.zegel("verify", "--trust", s.place("keys", "test-ca.pem"),
                  "--log", s.place("log"), one, station=s.path("nowhere"))
    t.check("with anchors and log from elsewhere: valid",
            run.code == 0, run)
    page = s.path("page.html")
    run = s.zegel("verify", "--html", page, one, changed)
    text = read(page).decode()
    t.check("a page for people tells of every file, and loads nothing",
            run.code == 1 and "TOTAL-PASSED, JAdES-BASELINE-B" in text and
            "TOTAL-FAILED SIG_CRYPTO_FAILURE" in text and
            text.endswith("</html>\n") and "src=" not in text and
            not os.path.exists(page + ".part"), text)
    t.check("which has the log's verdict by its name",
            '<tr><th scope="row">log</th><td class="verdict passed">'
            'passed</td>' in text, text)
    t.check("a TEST seal says so on the page, beside its verdict, and of "
            "what vouches for it", "A TEST certificate made this seal: it is "
            "worth nothing" in text and "JAdES-BASELINE-B; TEST, worth "
            "nothing" in text and "BASELINE-B; TEST, worth nothing" in run.out
            and run.err.count("trusting TEST authorities") == 1, run)
    s.zegel("verify", "--html", page, one, s.path("none"))
    text = read(page).decode()
    t.check("and what cannot be read is on it, too",
            'none: <span class="failed">cannot be verified' in text and
            "2 files." in text, text)
    t.check("and can be read on a narrow screen",
            "@media(max-width:40em)" in text, text)
    short = write(s.path("short.jsonld"), read(one)[:100])
    run = s.zegel("verify", short)
    t.check("half a file is told with where it ends",
            run.code == 65 and
            "input ends inside the document (at octet 100)\n" in run.out, run)
    run = s.zegel("--help", station=s.dir)
    t.check("what canon takes is in the list of verbs",
            "canonical bytes of JSON or XML" in run.out, run)
    odd = write(s.path("<b>&\".jsonld"), read(one))
    s.zegel("verify", "--html", page, odd)
    t.check("what a file is called cannot change the page",
            "&lt;b&gt;&amp;&quot;" in read(page).decode() and
            "<b>" not in read(page).decode())
    run = s.zegel("verify", "--html", s.path("no", "page.html"), one)
    t.check("a page that cannot be written: 74",
            run.code in (66, 74) and not run.out, run)
    report = s.result("verify", one)["reports"][0]
    t.check("programs get indication, level, signer and times",
            (report["indication"], report["level"], report["proven"]) ==
            ("TOTAL-PASSED", "JAdES-BASELINE-B", False) and
            report["signer"]["organisationId"].startswith("VAT") and
            report["bestTime"] >= report["claimedTime"], report)
    run = s.zegel("verify", "--at", "2000-01-01", one)
    t.check("before its certificate: not valid", run.code == 1, run)
    today, former = (time.strftime("%Y-%m-%d", time.gmtime(time.time() - ago))
                     for ago in (0, 86400))
    run = s.zegel("verify", "--at", today, one)
    t.check("what was sealed today is valid today", run.code == 0, run)
    report = s.result("verify", "--at", former, one)["reports"][0]
    t.check("a day is judged at its end",
            report["bestTime"] == former + "T23:59:59Z", report)
    run = s.zegel("verify", one, s.path("none"), changed, s.path("good",
                  "000000-qualification.jsonld"))
    t.check("of many files the gravest decides, all are told",
            run.code == 66 and run.out.count("=>") == 3, run)


def test_log(t, s):
    out = s.place("spool", "out", "first")
    one = os.path.join(out, sorted(
        f for f in os.listdir(out) if f.endswith(".jsonld"))[0])
    run = s.zegel("log", "verify")
    t.check("the log verifies, a fork is not excluded",
            run.code == 0 and "fork not excluded" in run.out, run)
    t.check("every approved leaf has its end",
            s.result("log", "verify").get("openLeaves") == 0)
    kinds = [o["result"]["entry"]["kind"]
             for o in s.objects("log", "find", one)[1]]
    t.check("everything about one credential is found",
            kinds == ["approval", "intent", "seal", "release"], kinds)
    for what, code, words in (("0", 1, "entry 0 is about no single"),
                              ("99999", 1, "the log has "),
                              ("A" * 43, 1, "leaf hash AAA"),
                              ("/nowhere", 66, "/nowhere: there is no such "
                               "file, and it is no index or leaf hash")):
        run = s.zegel("log", "find", what)
        t.check(f"log find says what {what[:8]} is not",
                run.code == code and words in run.err, run)
    run = s.zegel("log", "prove", "/nowhere")
    t.check("log prove names the file that is not there",
            run.code == 66 and "/nowhere: there is no such file\n" in run.err,
            run)
    run = s.zegel("log", "prove", one, "-o", s.path("fresh.tlog-proof"))
    again = s.zegel("log", "prove", one, "-o", s.path("fresh.tlog-proof"))
    t.check("a fresh proof is written, and not overwritten",
            run.code == 0 and again.code == 73, run, again)
    copy = write(s.path("copy.jsonld"), read(one))
    shutil.copy(s.path("fresh.tlog-proof"), copy + ".tlog-proof")
    run = s.zegel("verify", copy)
    t.check("it proves the file", "PASSED       log" in run.out, run)
    run = s.zegel("log", "checkpoint")
    t.check("the checkpoint is the file's",
            run.out.encode() == read(s.place("log", "checkpoint")), run)
    size = int(s.result("log", "checkpoint")["size"])
    t.check("an entry beyond the log: 1",
            s.error("log", "show", str(size)) == (1, "LOG_NOT_THERE"))
    forged = s.path("forged")
    shutil.copytree(s.place("log"), forged)
    t.check("a copy verifies", s.zegel("log", "verify", forged).code == 0)
    for folder, _, files in os.walk(os.path.join(forged, "tile", "entries")):
        for name in files:
            path = os.path.join(folder, name)
            write(path, read(path).replace(b'"kind":"seal"',
                                           b'"kind":"sael"', 1))
    run = s.zegel("log", "verify", forged)
    t.check("a forged entry is found", run.code == 65, run)
    at = s.objects("log", "verify", forged)[1][-1]["error"]
    octets = read(os.path.join(forged, at["file"]))
    t.check("in its file, at its octet",
            run.err.startswith(f"{at['file']}:{at['offset']}: entry ") and
            b"sael" in octets[at["offset"] - 8:at["offset"] + 8], run, at)
    other = Station()
    try:
        other.init()
        run = s.zegel("log", "verify", "--vkey", other.place("log", "vkey"))
        t.check("another log's key does not verify it", run.code == 65, run)
        test_other_log(t, s, other, copy)
    finally:
        other.close()


def test_other_log(t, s, other, copy):
    """A file with its proof, at a station that did not seal it."""
    def origin(station):
        return read(station.place("log", "vkey")).split(b"+")[0]

    def verify(*args):
        return s.zegel("verify", "--trust", s.place("keys", "test-ca.pem"),
                       *args, copy, station=other.dir)

    run = verify()
    t.check("a proof of a log that nobody named fails nothing",
            run.code == 0 and "not checked  log" in run.out and
            f"of another log ({origin(s).decode()})" in run.out, run)
    run = verify("--log", s.place("log", "vkey"))
    t.check("it is checked with that log's key",
            run.code == 0 and "PASSED       log" in run.out, run)
    run = verify("--log", other.place("log", "vkey"))
    t.check("and fails with the key of a log that was named",
            run.code == 1 and "FAILED       log" in run.out, run)
    proof = read(copy + ".tlog-proof")
    for octets, what in ((proof.replace(origin(s), origin(other)),
                          "a proof that calls itself one's own log's"),
                         (proof[:100], "half a proof")):
        write(copy + ".tlog-proof", octets)
        run = verify()
        t.check(f"{what} has to hold",
                run.code == 1 and "FAILED       log" in run.out, run)
    write(copy + ".tlog-proof", proof)
    empty = write(s.path("empty"), b"")
    for run in (verify("--log", empty),
                s.zegel("log", "verify", "--vkey", empty)):
        t.check("a log's key that is none: 78, and which file it is",
                run.code == 78 and empty in run.err and not run.out, run)


def test_seal(t, s):
    """Without a daemon: each starts its own."""
    drafts = s.drafts("shot", 3, "--seed", "9", "--size", "30000")
    out = s.path("sealed")
    run = s.zegel("seal", "--dry-run", s.path("shot"))
    t.check("a dry run shows what would be sealed, needs no PIN",
            run.code == 0 and "credentials   3" in run.out and
            "dry run" in run.out, run)
    run = s.zegel("seal", "--yes", s.path("shot"), pin=WRONG)
    t.check("a wrong PIN stops before anything", run.code == 77, run)
    run = s.terminal("seal", *drafts, answers=[
        (b"PIN:", PIN), (b"[y/N]", b"n\n")])
    t.check("no at the terminal takes it back",
            run.code == 1 and "123456" not in run.out, run)
    run = s.terminal("seal", *drafts, answers=[
        (b"PIN:", PIN), (b"[y/N]", b"\x03")])
    t.check("an interrupt takes it back", run.code == 1 and
            "nothing was sealed" in run.out, run)
    s.start()
    t.check("nothing of these is left in the queue",
            s.result("status")["items"]["queued"] == 0 and
            s.result("status")["items"]["frozen"] == 0,
            s.result("status"))
    s.stop()
    run = s.zegel("seal", "--json", s.path("shot"), pin=PIN)
    t.check("with --json consent needs --yes", run.code == 64, run)
    run = s.zegel("seal", "--yes", "-o", out, s.path("shot"),
                  s.path("broken-deep"), pin=PIN)
    t.check("the good are sealed, the bad one is reported",
            run.code == 65 and run.out.count(": valid") == 3 and
            len(os.listdir(out)) == 6, run)
    run = s.zegel("seal", "--yes", "-o", out, s.path("shot"), pin=PIN)
    t.check("sealed before: 1, and nothing twice",
            run.code == 1 and len(os.listdir(out)) == 6, run)
    before = {f: read(os.path.join(out, f)) for f in os.listdir(out)}
    run = s.zegel("seal", "--yes", "--again", "-o", out, s.path("shot"),
                  pin=PIN)
    t.check("nothing is replaced in the folder, nothing sealed then",
            run.code == 73 and before ==
            {f: read(os.path.join(out, f)) for f in os.listdir(out)}, run)
    run, objects = s.objects("seal", "--yes", "--again", *drafts, pin=PIN)
    files = [o["result"]["file"] for o in objects
             if "proof" in o.get("result", {})]
    t.check("without a folder the files stay in the station",
            run.code == 0 and len(files) == 3 and
            all(f.startswith(s.dir) for f in files), run)
    run = s.zegel("verify", *files)
    t.check("and are valid", run.code == 0, run)


def main():
    t = Tap()
    s = Station()
    try:
        test_usage(t, s)
        test_init(t, s)
        test_daemon(t, s)
        test_intake(t, s)
        test_batch(t, s)
        test_verify(t, s)
        test_log(t, s)
        test_canon(t, s)
        run = s.zegel("lock")
        t.check("lock makes the key need its PIN", run.code == 0 and
                s.result("key", "list").get("state") == "needs-pin", run)
        t.check("the daemon ends with 0", s.stop() == 0)
        test_seal(t, s)
        test_config(t, s)
        csr = test_key(t, s)
        test_certificates(t, s, csr)
        test_read_only(t, s)
        test_clock(t, s)
        run = s.zegel("log", "verify")
        t.check("after all that the log verifies", run.code == 0, run)
        t.check(f"every one of {s.json_lines} JSON lines is well-formed",
                not s.bad_json and s.json_lines > 100, *s.bad_json[:10])
    finally:
        s.close()
    return t.plan()


sys.exit(main())
