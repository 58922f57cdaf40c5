"""What all benchmarks share: scratch folders, fresh processes, medians, versions, the load of the machine."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def parser(description: str) -> argparse.ArgumentParser:
    """Return the options that every benchmark has."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "zwk-benchmarks",
                         help="folder for generated files; they are kept and used again")  # fmt: skip
    options.add_argument("--json", type=Path, help="also write the figures here")
    return options


def in_own_process(script: str, *arguments: str, timeout: float = 900) -> dict[str, float]:
    """Run ``script --case …`` in a fresh interpreter; its last line of output is one JSON object."""
    command = [sys.executable, str(ROOT / "benchmarks" / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def peak_mb() -> float:
    """Highest memory of this process so far, in MB (POSIX: the kernel's figure in kB; macOS gives bytes)."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def spread(values: Sequence[float], decimals: int = 2) -> str:
    """Return ``min / median / max``."""
    return " / ".join(f"{v:.{decimals}f}" for v in (min(values), statistics.median(values), max(values)))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def verdict(name: str, value: float, limit: float, *, least: bool = False, unit: str = "") -> bool:
    """Print one goal and whether it is met; ``least`` for a lower bound."""
    met = value >= limit if least else value <= limit
    print(
        f"  {'met   ' if met else 'MISSED'} {name}: {value:.3g}{unit} ({'at least' if least else 'at most'} {limit:g}{unit})"
    )
    return met


def heading(title: str, *packages: str) -> None:
    """Print what runs on what, with the load of the machine."""
    load = f", load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    print(f"{title}\n  Python {sys.version.split()[0]}, {versions}{load}")
