"""The worker's side of the line protocol that Worker.cs describes."""

import json
import re
import sys
import time

# What a measured program prints must not be taken for an answer.
_answers, sys.stdout = sys.stdout, sys.stderr


def serve(version, samples, repeat):
    """Warms up with one repetition, then does one for every line of input and tells its speed."""
    repeat()
    _say({"version": version, "blas": _blas()})
    for _ in sys.stdin:
        start = time.perf_counter()
        repeat()
        _say({"samples_per_s": samples / (time.perf_counter() - start)})


def _blas():
    """The file of the BLAS library in this process, as far as Linux tells."""
    try:
        with open("/proc/self/maps") as maps:
            files = {line.split()[-1] for line in maps}
    except OSError:
        return ""
    # A libblas may be another library's front.
    for name in ("[^/]*openblas", "mkl_", "blis", "blas"):
        for file in sorted(files):
            if re.search(rf"/lib{name}[^/]*\.so[^/]*$", file):
                return file
    return ""


def _say(value):
    print(json.dumps(value), file=_answers, flush=True)
