"""xml_table.py BUILD SCRATCH: canonical XML against xmllint: one core, CPU
time, medians, ratios within this run. The hash is ours only: xmllint has
none. "!" is less than what is wanted."""

import os
import statistics
import subprocess
import sys

BUILD, SCRATCH = sys.argv[1:3]
CHECK = f"{BUILD}/tests/bench/xml_check"


def row(name, rate, base, wanted=0, aim=0, memory=0):
    goal = f"at least {wanted}, aim {aim}" if wanted else ""
    print(f"{name:46s} {rate:8.0f} {rate / base:7.2f} x xmllint   "
          f"{memory / 1024:6.1f} MiB  {goal}"
          f"{' !' if rate / base < wanted else ''}", flush=True)


def heading(name):
    print(f"\n{name:46s} {'MB/s':>8s} {'ratio':>9s} {'memory':>17s}")


def process(file, *command, runs=5):
    """Median MB of file per second of CPU, and the most memory, in KiB. By
    time(1), since a child counts its parent's memory as its own."""
    times, memory = [], 0
    for _ in range(runs):
        run = subprocess.run(
            ["/usr/bin/time", "-f", "%U %S %M", *command], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        user, system, most = run.stderr.split()[-3:]
        times.append(float(user) + float(system))
        memory = max(memory, int(most))
    return os.path.getsize(file) / 1e6 / statistics.median(times), memory


def xml(name, octets, image):
    file, form = f"{SCRATCH}/{image}.xml", f"{SCRATCH}/{image}.form"
    subprocess.run([sys.executable, "tests/bench/xml_corpus.py", file,
                    str(octets), str(image)], check=True)
    with open(form, "wb") as out:
        subprocess.run([f"{BUILD}/bin/zegel", "canon", file], stdout=out,
                       check=True)
    subprocess.run(f"xmllint --exc-c14n '{file}' | cmp - '{form}'",
                   shell=True, check=True)
    heading(name)
    base, memory = process(file, "xmllint", "--exc-c14n", file, runs=3)
    row("xmllint --exc-c14n", base, base, memory=memory)
    rate, memory = process(file, f"{BUILD}/bin/zegel", "canon", file)
    row("zegel canon", rate, base, 3, 5, memory)
    if memory > 16 * 1024:
        sys.exit("more memory than 16 MiB")
    rate, memory = process(form, CHECK, form)
    row("check canonical form, SHA-256", rate, base, 6, 10, memory)
    for temporary in (file, form):
        os.unlink(temporary)


def main():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    xml("XML, 100 MB, credentials with images", 100000000, 28000)
    xml("XML, 100 MB, credentials without images", 100000000, 0)


main()
