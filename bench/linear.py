"""Measures the CPU time of commands for catalogs of growing size. Linear time means that the time for
each error stays the same.

    python3 bench/linear.py [ERRORS...]
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parent.parent
sizes = [int(size) for size in sys.argv[1:]] or [5_000, 20_000, 60_000]
subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "errbook-cli"], cwd=root, check=True)
errbook = Path(os.environ.get("CARGO_TARGET_DIR", root / "target")) / "release/errbook"


def catalog(size, status=409):
    lines = ["errbook: 1", "api: {name: Bench}"]
    lines += ['envelopes: {default: {body: {code: "{code}", message: "{message}", details: "{details?}"}}}', "errors:"]
    for number in range(size):
        lines += [
            f"  ERROR_{number}:",
            f"    status: {status}",
            f'    message: "The thing {{thing}} failed in way {number}."',
            f"    description: The thing failed in way {number}.",
            f"    fix: Replace the thing, and avoid way {number}.",
            "    details: {thing: {type: string, example: x, doc: The thing.}}",
        ]
    return "\n".join(lines) + "\n"


def page(size):
    rows = [f"| `ERROR_{number}` | 409 | It failed in way {number}. | Replace it. |" for number in range(size)]
    return "\n".join(["# Errors", "", "| Code | Status | Meaning | Fix |", "|---|---|---|---|", *rows, ""])


def seconds(*arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([errbook, *arguments], capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 1), done.stderr.decode()[:500]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


print(f"{'':10}" + "".join(f"{size:>10,} errors" for size in sizes) + "  largest/smallest, for each error")
with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    for size in sizes:
        Path(f"{size}.yaml").write_text(catalog(size))
        Path(f"{size}-next.yaml").write_text(catalog(size, 410))
        Path(f"{size}.md").write_text(page(size))
    commands = {
        "check": lambda size: ["check", f"{size}.yaml"],
        "generate": lambda size: ["generate", f"{size}.yaml", "--out", f"out-{size}"],
        "fmt": lambda size: ["fmt", f"{size}.yaml", "--check"],
        "diff": lambda size: ["diff", f"{size}.yaml", f"{size}-next.yaml"],
        "list": lambda size: ["list", f"{size}.yaml", "--format", "json"],
        "import": lambda size: ["import", f"{size}.md"],
    }
    for name, command in commands.items():
        times = [seconds(*command(size)) for size in sizes]
        ratio = (times[-1] / sizes[-1]) / (times[0] / sizes[0])
        print(f"{name:10}" + "".join(f"{time:>15.2f} s" for time in times) + f"  {ratio:.2f}")
