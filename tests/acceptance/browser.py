"""A real browser without a window: Debian's chromium, driven by selenium; tests that need it skip where it is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def why_there_is_none() -> str:
    """Return why no browser can be driven here, `""` where one can."""
    if browser() is None:
        return "no chromium here: apt-get install chromium"
    if shutil.which("chromedriver") is None:
        return "no chromedriver here: apt-get install chromium-driver"
    try:
        import selenium
    except ImportError:
        return "selenium is not installed"
    del selenium
    return ""


def browser() -> str | None:
    """Return where the browser is."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Browser:
    """One page at a time, with everything that the browser asks for and complains of."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def look_like(
        self, *, width: int = 1400, height: int = 1000, dark: bool = False, media: str = "", scale: float = 1
    ) -> None:
        """Set the window, what the system prefers, and whether the page is seen or printed."""
        self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self._send("Emulation.setEmulatedMedia", media=media, features=[scheme, still])

    def let_scripts_run(self, *, run: bool) -> None:
        """Let pages that are opened from now on run their scripts, or not."""
        self._send("Emulation.setScriptExecutionDisabled", value=not run)

    def open(self, path: Path, fragment: str = "") -> None:
        """Open a file, as a double click does, and forget what was logged before."""
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(path.resolve().as_uri() + fragment)

    def requested(self) -> list[str]:
        """Return the addresses that were asked for since the page was opened."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Return what stands in the console."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a script of ours finds out on the page."""
        return self.driver.execute_script(f"return {script}", *arguments)

    def press(self, *keys: str) -> None:
        """Press keys on the page, one after the other."""
        from selenium.webdriver.common.action_chains import ActionChains

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def click(self, selector: str) -> None:
        """Click on an element."""
        element = self.driver.find_element("css selector", selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a list."""
        from selenium.webdriver.support.select import Select

        Select(self.driver.find_element("css selector", selector)).select_by_value(value)

    def type_into(self, selector: str, text: str) -> None:
        """Type text into a field."""
        self.driver.find_element("css selector", selector).send_keys(text)

    def eventually(self, script: str) -> None:
        """Wait until a script of ours says that it is so; AssertionError after five seconds."""
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.driver, 5, 0.02).until(lambda _: self.run(script), f"never so: {script}")

    def picture(self, path: Path) -> None:
        """Write what is seen as a PNG."""
        self.driver.save_screenshot(str(path))

    def printed(self) -> bytes:
        """Return the page as a printer gets it, as PDF."""
        import base64

        sent = self._send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        return base64.b64decode(sent["data"])

    def _send(self, command: str, **arguments: object) -> Any:
        return self.driver.execute_cdp_cmd(command, arguments)


@contextmanager
def started() -> Iterator[Browser]:
    """Start the browser, and end it."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = browser() or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
