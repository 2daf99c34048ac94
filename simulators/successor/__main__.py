"""Check a council's rows: `python -m simulators.successor FOLDER [--digest HASH]`; exit 1 on any mismatch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .package import Findings, check


def main() -> int:
    parser = argparse.ArgumentParser(prog="successor", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--digest", default="", help="the certificate's digest, as you were told it by another way")
    options = parser.parse_args()
    findings = Findings()
    report = check(options.folder, findings, options.digest)
    print("\n".join(report))
    print("\n".join(findings.lines()) if findings.count else "Everything fits: hashes, counts, references, journal.")
    return 1 if findings.count else 0


if __name__ == "__main__":
    sys.exit(main())
