"""The double as a process, and a host that takes its webhooks."""
import http.server
import os
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

KEY = "sk_test_official"
SECRET = "whsec_official"


class Host:
    """Takes webhooks and keeps them: (raw body, signature)."""

    def __init__(self):
        self.got = []
        got = self.got

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got.append((body, self.headers["Stripe-Signature"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, count, patience=20):
        """The first `count` webhooks."""
        end = time.monotonic() + patience
        while len(self.got) < count and time.monotonic() < end:
            time.sleep(0.05)
        assert len(self.got) >= count, f"{len(self.got)} webhooks came, not {count}"
        return self.got[:count]


class Double:
    """The program that serves the double."""

    def __init__(self, program, host):
        env = {**os.environ, "SECRET_KEY": KEY, "WEBHOOK_SECRET": SECRET, "WEBHOOK_URL": host.url}
        self.process = subprocess.Popen([program], env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.base = self.process.stdout.readline().strip()
        assert self.base.startswith("http://127.0.0.1:"), self.base

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def tell(self, command):
        """What a bank or the dashboard would do; gives the answer."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert not answer.startswith("error"), answer
        return answer


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def submit(url, **fields):
    """Submits a form as a browser does; gives status, where it leads, and the page."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    try:
        answer = opener.open(url, urllib.parse.urlencode(fields).encode(), timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers.get("Location"), answer.read().decode()


def pay(url, card="4242 4242 4242 4242"):
    """Submits the hosted form with a card."""
    return submit(url, card=card, expiry="12/34", code="123")
