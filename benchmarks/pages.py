"""The judge page in Chromium: bytes, requests, and time to the first usable form.

    .venv/bin/python -m benchmarks.pages [--times 5]

Usable means that the page and its scripts have run (DOMContentLoaded is over: module
scripts run before it). Cold is a new browser profile, warm the same one again. Bytes
and requests are those on the wire, without the video. With `DEMO=1` in the environment
Django compresses pages, as in the demo; on a server nginx does it.
"""

import argparse
import os
import shutil
import statistics
import sys
from typing import Any

from benchmarks.server import collect_static, migrate, services, web

TIMING = """() => {
  const [entry] = performance.getEntriesByType("navigation");
  return entry.domContentLoadedEventEnd - entry.startTime;
}"""


def _load(page: Any, address: str) -> tuple[float, int, int]:  # noqa: ANN401
    """Milliseconds to the usable form, bytes on the wire, and requests."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, int] = {}
    left_out: set[str] = set()
    session.on(
        "Network.responseReceived",
        lambda event: left_out.add(event["requestId"]) if _is_left_out(event) else None,
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    counted = {name: size for name, size in sizes.items() if name not in left_out}
    return page.evaluate(TIMING), int(sum(counted.values())), len(counted)


def _is_left_out(event: dict[str, Any]) -> bool:
    """The video, what the page carries in itself, and what the browser has already."""
    response = event["response"]
    address = str(response["url"])
    is_own = address.startswith("data:") or response.get("fromDiskCache", False)
    return "/media/" in address or is_own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Install Chromium first (on Debian: apt-get install chromium).")
    with services("pages") as folder:
        migrate()
        collect_static()
        from benchmarks.seeding import make_annotators, make_study

        study = make_study(videos=10, redundancy=5)
        annotator = make_annotators(study, 1)[0]
        with web(folder) as server:
            _measure(chromium, server.port, annotator, str(study.public_id), times)


def _measure(chromium: str, port: int, annotator: Any, study: str, times: int) -> None:  # noqa: ANN401
    from playwright.sync_api import sync_playwright

    address = f"http://127.0.0.1:{port}"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    cold, warm = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
        for _ in range(times):
            context = browser.new_context()
            context.add_cookies(
                [
                    {"name": "sessionid", "value": annotator.session, "url": address},
                    {"name": "csrftoken", "value": annotator.csrf, "url": address},
                ]
            )
            taken = context.request.post(
                f"{address}/work/{study}/next/",
                headers={"X-CSRFToken": annotator.csrf},
                max_redirects=0,
            )
            judge = address + taken.headers["location"]
            page = context.new_page()
            cold.append(_load(page, judge))
            page.close()
            page = context.new_page()
            warm.append(_load(page, judge))
            context.close()
    for name, loads in (("cold", cold), ("warm", warm)):
        milliseconds = statistics.median(load[0] for load in loads)
        print(
            f"{name}: usable after {milliseconds:.0f} ms (median of {times}),"
            f" {loads[-1][1] / 1000:.1f} KB in {loads[-1][2]} requests"
        )


if __name__ == "__main__":
    main()
