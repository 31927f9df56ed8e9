"""Measures the command beside the least that any program could do, and writes BENCHMARKS.md.

    python3 bench/speed.py            writes BENCHMARKS.md
    python3 bench/speed.py --print    prints it
    python3 bench/speed.py --bytes    writes only its section "Bytes", which needs no time
    python3 bench/speed.py --peers    writes only its section "Beside other tools"

Times are CPU seconds of the process, user and system, the best of several runs. The floor runs in
turn with the command, so that the ratios hold on a machine with other load. Needs cargo, Python,
`cp`, PyPI for the script that stands for a team's own, and crates.io for waddling-errors.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
ERRBOOK, FLOOR = TARGET / "release/errbook", TARGET / "release/floor"
LARGE, SMALL, SIZES = 10_000, 20, (1_000, 60_000)
RUNS = 3
# What each output had for the large catalog when it still said things twice, in MB.
BEFORE = {"errors.rs": 29.2, "openapi.yaml": 41.1, "errors.json": 21.4, "llms.txt": 2.2, "reference": 24.2}


def run(*command):
    """The CPU seconds, the peak of the memory in MB, and the output of a process."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        output.seek(0)
        text = output.read().decode(errors="replace")
    assert os.waitstatus_to_exitcode(status) in (0, 1), f"{command}: {status}"
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, text


def best(works, runs=RUNS):
    """The fewest CPU seconds and the peak of each work, run in turn. A work is a command, with what
    to do before it."""
    results = {}
    for _ in range(runs):
        for name, (before, command) in works.items():
            before()
            seconds, peak, _ = run(*command)
            known = results.get(name, (seconds, peak))
            results[name] = (min(known[0], seconds), min(known[1], peak))
    return results


def nothing():
    pass


def removed(*paths):
    return lambda: [shutil.rmtree(path, ignore_errors=True) for path in paths]


def catalog(errors):
    text = subprocess.run([FLOOR, "catalog", str(errors)], capture_output=True, check=True).stdout
    path = Path(f"{errors}.yaml")
    path.write_bytes(text)
    return path


def size(folder):
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)


def verdict(value, target):
    return "" if target is None else f"{target:g} {'met' if value <= target else '**missed**'}"


def table(headings, rows):
    return "\n".join(["| " + " | ".join(row) + " |" for row in [headings, ["---"] * len(headings), *rows]])


def python():
    """A Python with PyYAML and Jinja2."""
    folder = TARGET / "bench-python"
    program = folder / "bin/python"
    if not program.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([program, "-m", "pip", "install", "--quiet", "pyyaml", "jinja2"], check=True)
    listed = subprocess.run([program, "-m", "pip", "list"], capture_output=True, text=True, check=True).stdout
    versions = dict(re.findall(r"(?m)^(PyYAML|Jinja2)\s+(\S+)", listed))
    return program, ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def document(path):
    """An OpenAPI document with three operations, each with the errors of a group."""
    lines = ["openapi: 3.1.0", "info: {title: Bench, version: '1'}", "paths:"]
    for group in ("account", "card", "document"):
        lines += [f"  /{group}s:", "    get:", f"      x-errors: ['@{group}']", "      responses: {'200': {description: Fine.}}"]
    path.write_text("\n".join(lines) + "\n")


def large(path):
    bytes_of_yaml = path.stat().st_size
    text = path.read_text()
    title = Path("title.yaml")
    title.write_text(text.replace("title: The account is blocked in every region", "title: Nobody may use the account"))
    titles = Path("titles.yaml")
    titles.write_text(re.sub(r"(title: The \w+ is \w+ in region) (\d*7\d*)\b", r"\1 number \2", text))
    changed = sum(a != b for a, b in zip(text.splitlines(), titles.read_text().splitlines()))
    document(Path("openapi.yaml"))
    pristine = Path("openapi.yaml").read_text()
    works = {
        "read as YAML": (nothing, [FLOOR, "yaml", path]),
        "check": (nothing, [ERRBOOK, "check", path]),
        "generate": (removed("out"), [ERRBOOK, "generate", path, "--out", "out"]),
        "generate again": (nothing, [ERRBOOK, "generate", path, "--out", "out"]),
        "cp -r": (removed("copy"), ["cp", "-r", "out", "copy"]),
        "diff": (nothing, [ERRBOOK, "diff", path, titles]),
        "fmt --check": (nothing, [ERRBOOK, "fmt", "--check", path]),
        "list": (nothing, [ERRBOOK, "list", path]),
        "explain": (nothing, [ERRBOOK, "explain", "CARD_EXPIRED", path]),
        "site": (removed("site"), [ERRBOOK, "site", path, "--out", "site"]),
        "openapi --into": (
            lambda: Path("openapi.yaml").write_text(pristine),
            [ERRBOOK, "openapi", path, "--into", "openapi.yaml"],
        ),
    }
    results = best(works)
    files, output = size("out")
    floor, copy, check = results["read as YAML"][0], results["cp -r"][0], results["check"][0]
    targets = {
        "check": [("reading as YAML", floor, 1.5)],
        "generate": [("reading as YAML", floor, 8), ("cp -r", copy, 8)],
        "generate again": [("generate", results["generate"][0], 0.6)],
        "diff": [("check", check, 2)],
        "fmt --check": [("check", check, 2)],
        "list": [("check", check, 2)],
        "explain": [("check", check, 2)],
    }
    rows = []
    for name, (seconds, peak) in results.items():
        memory = peak / (bytes_of_yaml / 1e6)
        is_ours = name not in ("read as YAML", "cp -r")
        ratios = [(f"{seconds / of:.2f} × {what}", verdict(seconds / of, most)) for what, of, most in targets.get(name, [])]
        shown = ["<br>".join(ratio for ratio, _ in ratios), "<br>".join(target for _, target in ratios)]
        limit = verdict(memory, 40) if is_ours else ""
        rows.append([f"`{name}`", f"{seconds:.2f}", *shown, f"{peak:.0f}", f"{memory:.0f}", limit])
    text = (
        f"{LARGE:,} errors: {bytes_of_yaml / 1e6:.1f} MB of YAML, to {files:,} files with {output / 1e6:.0f} MB "
        f"({output / bytes_of_yaml:.1f} MB for each MB of YAML). `diff` compares with a catalog that has "
        f"{changed:,} other titles.\n\n"
    )
    headings = ["", "CPU s", "ratio", "at most", "peak MB", "MB for each MB of YAML", "at most"]
    return text + table(headings, rows), one_title(path, title), outputs(path)


def one_title(path, title):
    removed("out")()
    run(ERRBOOK, "generate", path, "--out", "out")
    before = {file: file.read_bytes() for file in Path("out").rglob("*") if file.is_file()}
    shutil.copy(title, path)
    seconds, _, _ = run(ERRBOOK, "generate", path, "--out", "out")
    changed = [file for file in Path("out").rglob("*") if file.is_file() and before.get(file) != file.read_bytes()]
    written = sum(file.stat().st_size for file in changed)
    return f"After one changed title, `generate` writes {len(changed)} files with {written / 1e6:.0f} MB, in {seconds:.2f} s."


def outputs(path):
    removed("out")()
    with subprocess.Popen(
        [ERRBOOK, "generate", path, "--out", "out", "--timings"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        return process.stderr.read().rstrip()


def sizes(path, timings):
    """The MB of each output before and now, and for each MB of YAML."""
    of_yaml = path.stat().st_size / 1e6
    found = {name: int(size) / 1e6 for name, size in re.findall(r"(?m)^(\S+) +[\d.]+ +\d+ +(\d+) +\d+$", timings)}
    now = {name: found[name] for name in BEFORE}
    both = [(name, BEFORE[name], now[name]) for name in BEFORE]
    rows = [(name, before, mb) for name, before, mb in [*both, ("all", sum(BEFORE.values()), sum(now.values()))]]
    shown = [[f"`{name}`", f"{before:.1f}", f"{mb:.1f}", f"{mb / of_yaml:.1f}"] for name, before, mb in rows]
    return table([f"{LARGE:,} errors, {of_yaml:.1f} MB of YAML", "MB before", "MB", "MB for each MB of YAML"], shown)


def only(heading, name, value):
    """Writes one section of BENCHMARKS.md again."""
    os.chdir(ROOT)
    section = re.compile(rf"(?ms)^## {heading}\n.*?(?=^## )")
    new = section.search((ROOT / "bench/BENCHMARKS.in.md").read_text())[0].replace(f"{{{{{name}}}}}", value)
    text = (ROOT / "BENCHMARKS.md").read_text()
    (ROOT / "BENCHMARKS.md").write_text(section.sub(lambda _: new, text))


def linear():
    paths = {errors: catalog(errors) for errors in SIZES}
    for errors, path in paths.items():
        Path(f"{errors}-next.yaml").write_text(path.read_text().replace("status: 409", "status: 410"))
        rows = [f"| `ERROR_{number}` | 409 | It failed in way {number}. | Replace it. |" for number in range(errors)]
        heading = ["# Errors", "", "| Code | Status | Meaning | Fix |", "|---|---|---|---|"]
        Path(f"{errors}.md").write_text("\n".join([*heading, *rows, ""]))
    commands = {
        "read as YAML": lambda errors: [FLOOR, "yaml", f"{errors}.yaml"],
        "check": lambda errors: ["check", f"{errors}.yaml"],
        "generate": lambda errors: ["generate", f"{errors}.yaml", "--out", f"out-{errors}"],
        "fmt --check": lambda errors: ["fmt", "--check", f"{errors}.yaml"],
        "diff": lambda errors: ["diff", f"{errors}.yaml", f"{errors}-next.yaml"],
        "list": lambda errors: ["list", f"{errors}.yaml"],
        "import": lambda errors: ["import", f"{errors}.md"],
    }
    rows = []
    for name, command in commands.items():
        of = []
        for errors in SIZES:
            before = removed(f"out-{errors}")
            runs = 5 * RUNS if errors == SIZES[0] else 1
            program = [] if name == "read as YAML" else [ERRBOOK]
            of.append(best({name: (before, [*program, *command(errors)])}, runs)[name][0])
        ratio = (of[1] / SIZES[1]) / (of[0] / SIZES[0])
        limit = verdict(ratio, 1.15 if program else None)
        rows.append([f"`{name}`", *[f"{seconds:.3f}" for seconds in of], f"{ratio:.2f}", limit])
    return table(["", *[f"{errors:,} errors" for errors in SIZES], "ratio for each error", "at most"], rows)


def small():
    path = catalog(SMALL)
    works = {
        "read the bytes": (nothing, [FLOOR, "bytes", path]),
        "check": (nothing, [ERRBOOK, "check", path]),
        "generate": (removed("few"), [ERRBOOK, "generate", path, "--out", "few"]),
    }
    results = best(works, 30)
    floor = results["read the bytes"][0]
    rows = []
    for name, (seconds, _) in results.items():
        ratio = seconds / floor
        limit = "" if name == "read the bytes" else verdict(ratio, 2)
        rows.append([f"`{name}`", f"{seconds * 1000:.1f}", f"{ratio:.2f}", limit])
    return table([f"{SMALL} errors", "CPU ms", "× reading the bytes", "at most"], rows)


def waddling():
    """The program that has waddling-errors write documentation, and the version of waddling-errors."""
    manifest, target = ROOT / "bench/peers/waddling/Cargo.toml", TARGET / "bench-waddling"
    build = ["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", manifest, "--target-dir", target]
    subprocess.run(build, check=True)
    version = re.search(r'(?m)^waddling-errors = .*"=(.*?)"', manifest.read_text())[1]
    return target / "release/errbook-bench-waddling", version


def contents(folder):
    """The size and the hash of each file. The texts would count in the memory of the next process,
    which starts as a copy of this one."""
    texts = ((file, file.read_bytes()) for file in Path(folder).rglob("*") if file.is_file())
    return {file: (len(text), hashlib.sha256(text).digest()) for file, text in texts}


def peers(path):
    """The seconds, the memory and the output of each tool, and how many files differ in another run."""
    (script, versions), (program, version) = python(), waddling()
    for folder, output in {"pages": "docs: {dir: pages}", "json": "json: json/errors.json"}.items():
        Path(f"{folder}.yaml").write_text(path.read_text() + f"generate: {{{output}}}\n")
    run(ERRBOOK, "generate", "json.yaml")
    shutil.copy("json/errors.json", "errors.json")
    tools = {
        "script": (f"a script with {versions}: pages", [script, ROOT / "bench/peer.py", path, "script"]),
        "pages": ("errbook generate: pages", [ERRBOOK, "generate", "pages.yaml"]),
        "waddling": (f"waddling-errors {version}: HTML and JSON", [program, "errors.json", "waddling"]),
        "json": ("errbook generate: JSON", [ERRBOOK, "generate", "json.yaml"]),
        "site": ("errbook site: HTML and JSON", [ERRBOOK, "site", path, "--out", "site"]),
        "out": ("errbook generate: everything", [ERRBOOK, "generate", path, "--out", "out"]),
    }
    works = {folder: (removed(folder), command) for folder, (_, command) in tools.items()}
    results = best({**works, "reading": (nothing, [program, "errors.json"])})
    rows = []
    for folder, (name, command) in tools.items():
        (seconds, peak), before = results[folder], contents(folder)
        removed(folder)()
        run(*command)
        again = contents(folder)
        changed = sum(again[file] != text for file, text in before.items())
        written = sum(size for size, _ in before.values()) / 1e6
        times = [f"{seconds:.2f}", f"{seconds / results['pages'][0]:.2f}"]
        rows.append([name, *times, f"{peak:.0f}", f"{written:.0f}", f"{len(before):,}", str(changed)])
    headings = [f"{LARGE:,} errors", "CPU s", "ratio", "peak MB", "MB written", "files", "that differ in another run"]
    reading = f"waddling-errors reads `errors.json` in {results['reading'][0]:.2f} of its seconds."
    return f"{table(headings, rows)}\n\n{reading}"


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    name = model[1] if model else platform.processor()
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores of {name}, {platform.system()}, Rust {rustc}, Python {platform.python_version()}. Load: {load:.0f}"


def main():
    build = ["cargo", "build", "--release", "--quiet"]
    subprocess.run([*build, "-p", "errbook-cli"], cwd=ROOT, check=True)
    subprocess.run([*build, "-p", "errbook-bench", "--bin", "floor"], cwd=ROOT, check=True)
    where = machine()
    # A file system in memory has no rows that depend on what was deleted before.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as work:
        os.chdir(work)
        if "--bytes" in sys.argv:
            path = catalog(LARGE)
            return only("Bytes", "bytes", sizes(path, outputs(path)))
        if "--peers" in sys.argv:
            return only("Beside other tools", "peers", peers(catalog(LARGE)))
        path = catalog(LARGE)
        peer = peers(path)
        sections, title, timings = large(path)
        values = {
            "machine": where, "large": sections, "title": title, "timings": timings,
            "bytes": sizes(path, timings), "small": small(), "linear": linear(), "peers": peer,
        }
        os.chdir(ROOT)
    text = (ROOT / "bench/BENCHMARKS.in.md").read_text()
    for name, value in values.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    if "--print" in sys.argv:
        print(text)
    else:
        (ROOT / "BENCHMARKS.md").write_text(text)


main()
