"""How long it takes to import a client of 1,000 errors, beside the same classes and dataclasses written
by hand, and beside json. Prints medians of processor time in milliseconds, each of a new process."""

import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(sys.argv[1])
BY_HAND = """from __future__ import annotations

import dataclasses


class ShopError(Exception):
    code = retryable = fix = details = None
"""
for number in range(1000):
    BY_HAND += f"""

@dataclasses.dataclass(frozen=True)
class Thing{number}Details:
    thing: str


class Thing{number}Error(ShopError):
    code = "THING_{number}"
    retryable = False
    fix = "Wait."
    details: Thing{number}Details | None = None
"""
(HERE / "by_hand.py").write_text(BY_HAND, encoding="utf-8")


def median(module: str) -> float:
    """The time of an import in a process that has imported nothing else."""
    code = f"import time; start = time.process_time(); import {module}; print((time.process_time() - start) * 1000)"
    run = [sys.executable, "-c", code]
    times = [float(subprocess.run(run, cwd=HERE, check=True, capture_output=True).stdout) for _ in range(21)]
    # The first one compiles the module.
    return statistics.median(times[1:])


needed = "asyncio, contextlib, dataclasses, datetime, enum, json, math, random, re, time, unicodedata, typing"
own, hand, json, rest = (median(module) for module in ("errors", "by_hand", "json", needed))
print(f"1,000 errors with details: {own:.0f} ms, of which {rest:.0f} ms are modules of Python")
print(f"by hand: {hand:.0f} ms, so the client takes {own / hand:.2f} times as long; json: {json:.1f} ms")
