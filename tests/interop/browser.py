# SPDX-License-Identifier: MIT
"""A headless Chromium, spoken to by WebDriver (https://www.w3.org/TR/webdriver2/)."""

import http.client
import json
import os
import shutil
import subprocess
import time

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key that the standard gives elements
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Down": "\ue015", "Right": "\ue014"}


def missing():
    """Why there is no browser, or None."""
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            return f"{program} is not installed"
    return None


class Browser:
    def __init__(self, width, height, dark=False):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        self.port = self._port()
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        if dark:
            arguments.append("--force-dark-mode")
        options = {"args": arguments, "mobileEmulation":
                   {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 1}}}
        answer = self._call("POST", "", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.session = answer["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._call("DELETE", f"/{self.session}")
        finally:
            self.driver.terminate()
            self.driver.wait(10)

    def _port(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            line = self.driver.stdout.readline()
            if "successfully on port" in line:
                return int(line.rsplit(" ", 1)[1].rstrip(".\n"))
        raise RuntimeError("chromedriver does not start")

    def _call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, "/session" + path, json.dumps(body) if body is not None else None)
        answer = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{path}: {answer['error']}: {answer['message']}")
        return answer

    def open(self, path):
        self._call("POST", f"/{self.session}/url", {"url": "file://" + os.path.abspath(path)})

    def run(self, script, *arguments):
        """The value of JavaScript's `return …`."""
        return self._call("POST", f"/{self.session}/execute/sync",
                          {"script": script, "args": list(arguments)})

    def find(self, css):
        found = self._call("POST", f"/{self.session}/element",
                           {"using": "css selector", "value": css})
        return found[ELEMENT]

    def click(self, css):
        self._call("POST", f"/{self.session}/element/{self.find(css)}/click", {})

    def type(self, *keys):
        """To whatever has the focus."""
        actions = [{"type": step, "value": KEYS.get(key, key)}
                   for key in keys for step in ("keyDown", "keyUp")]
        self._call("POST", f"/{self.session}/actions",
                   {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def complaints(self):
        """What stands in the console."""
        log = self._call("POST", f"/{self.session}/se/log", {"type": "browser"})
        return [entry["message"] for entry in log]
