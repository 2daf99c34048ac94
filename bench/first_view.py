"""What a browser fetches to show a page for the first time, as it is sent, against what is allowed.

    ./moot bench first_view

Follows each page as its own test does (tests/test_first_view.py of the public pages and of the desk) and prints what
the test counted. Gates: a resident's page 100 kB, of which 15 kB of JavaScript of our own; the desk 150 kB. Exit 1
where a gate is missed.
"""
from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from bench.ground import ROOT

WEB = "src/moothall/web"
TESTS = (f"{WEB}/public/tests/test_first_view.py", f"{WEB}/desk/tests/test_first_view.py")
DESK = "the desk"
MOST, MOST_OWN, MOST_DESK = 100, 15, 150  # kB


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.xml"
        words = [sys.executable, "-m", "pytest", "-q", *TESTS, f"--junitxml={told}", "-o", "junit_family=xunit1"]
        good = subprocess.run(words, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode == 0
        found = {each.attrib["name"]: each.attrib["value"] for each in ElementTree.parse(told).iter("property")}
    for page, counted in found.items():
        sent, own = (int(number) / 1000 for number in counted.split())
        most = MOST_DESK if page == DESK else MOST
        allowed = "" if page == DESK else f" of {MOST_OWN}"
        print(f"{page}: {sent:.1f} kB of {most}, ×{sent / most:.2f}; own JavaScript {own:.1f} kB{allowed}")
        good = good and sent <= most and (page == DESK or own <= MOST_OWN)
    good = good and DESK in found and len(found) > 1
    print("held" if good else "MISSED")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
