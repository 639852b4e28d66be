"""Times River's detectors on a stream of bits: `river_speed.py STREAM REQUEST`.

STREAM holds a byte a value. REQUEST is JSON: {"rounds": n, "values": {detector: how many}}.
Prints JSON: {detector: [nanoseconds of processor time an update, one a round]}.
"""

import json
import pathlib
import sys
import time

from river import drift

DETECTORS = {
    "adwin": drift.ADWIN,
    "ddm": drift.binary.DDM,
    "eddm": drift.binary.EDDM,
    "hddm-a": drift.binary.HDDMA,
    "hddm-w": drift.binary.HDDMW,
    "page-hinkley": drift.PageHinkley,
    "kswin": lambda: drift.KSWIN(seed=1),
}


def nanoseconds(make, stream):
    detector = make()
    update = detector.update
    drifts = 0
    started = time.process_time_ns()
    for x in stream:
        update(x)
        if detector.drift_detected:
            drifts += 1
    return (time.process_time_ns() - started) / len(stream)


if __name__ == "__main__":
    bits = list(pathlib.Path(sys.argv[1]).read_bytes())
    request = json.loads(sys.argv[2])
    print(
        json.dumps(
            {
                name: [
                    nanoseconds(DETECTORS[name], bits[:count]) for _ in range(request["rounds"])
                ]
                for name, count in request["values"].items()
            }
        )
    )
