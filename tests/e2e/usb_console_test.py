#!/usr/bin/env python3
"""usb_console_test: the daemon at an appliance on USB, console = usb: and
libusb as it is: enrolled there, batches read and approved there, refused there,
unplugged in the middle of streaming and of reading."""

import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from appliance_test import (enrolment, means, pulled, refused,  # noqa: E402
                            signed, state)
from sim import Sim  # noqa: E402
from station import Case, draft_ids, wait_for  # noqa: E402
from usb_rig import Bus  # noqa: E402


def main():
    dice = random.Random(int(os.environ.get("SEED", "1")))
    with Case("usb-console") as case, Sim() as sim, Bus(sim.console) as bus:
        station = case.station()
        station.init()
        station.configure("appliance", console="usb:")
        station.env.update(bus.env())
        means(station, "appliance")
        enrolment(case, station, sim)
        folders = [signed(case, station, sim)]
        refused(case, station, sim)
        folders.append(pulled(case, station, sim, dice))
        sim.kill()
        wait_for(lambda: state(station) == "absent", 10, "its absence is seen")
        case.check(True, "pulled at rest: its absence is seen")
        sim.start()
        wait_for(lambda: state(station) == "ready", 20, "it is back")
        case.check(True, "and that it is back")
        case.sealed(station, draft_ids(*folders), "in the end")
        result = station.zegel("log", "verify").result
        case.check(result["devices"] == result["approvals"] == 2,
                   "each approval is signed by it", result)
        station.stop()
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
