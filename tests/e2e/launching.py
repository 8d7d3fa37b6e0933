"""How Chromium is started, for tests and for the pictures of the documentation."""

import os

from playwright.sync_api import Browser, Playwright

from tests.requirements import require_chromium

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
)


def launch_browser(playwright: Playwright) -> Browser:
    # Chromium's own sandbox does not start as root, which is what a container usually is.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*FLAGS, "--no-sandbox"] if as_root else list(FLAGS)
    return playwright.chromium.launch(executable_path=require_chromium(), args=flags)
