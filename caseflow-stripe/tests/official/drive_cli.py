"""Drives the double with Stripe's own command-line program.

    drive_cli.py PROGRAM STRIPE    where PROGRAM is the built example `double`
"""
import json
import subprocess
import sys
import tempfile

from running import KEY, Double, Host, pay


class Cli:
    """The official program, with settings of its own that are thrown away."""

    def __init__(self, program, base, home):
        self.program, self.base, self.home = program, base, home

    def run(self, *args):
        """Gives what it printed."""
        common = ["--api-key", KEY, "--color", "off", "--config", f"{self.home}/config.toml"]
        done = subprocess.run([self.program, *args, "--api-base", self.base, *common],
                              capture_output=True, text=True, timeout=60,
                              env={"HOME": self.home, "PATH": "/usr/bin:/bin", "NO_PROXY": "127.0.0.1",
                                   "STRIPE_CLI_TELEMETRY_OPTOUT": "1"})
        assert done.stdout.strip(), f"{args}: {done.stderr}"
        return done.stdout

    def object(self, *args):
        text = self.run(*args)
        start = text.index("{")
        found, _ = json.JSONDecoder().raw_decode(text[start:])
        return found


CHECKOUT = [
    "-d", "mode=payment",
    "-d", "line_items[0][price_data][currency]=usd",
    "-d", "line_items[0][price_data][unit_amount]=12500",
    "-d", "line_items[0][price_data][product_data][name]=Invoice 7",
    "-d", "line_items[0][quantity]=1",
    "-d", "success_url=https://firm.example/back",
]


def drive(cli):
    session = cli.object("post", "/v1/checkout/sessions", *CHECKOUT)
    assert session["object"] == "checkout.session" and session["status"] == "open", session
    status, _, _ = pay(session["url"])
    assert status == 303, status
    session = cli.object("get", session["id"])
    assert session["payment_status"] == "paid", session
    print("ok  post, get")

    intent = session["payment_intent"]
    shown = cli.object("payment_intents", "retrieve", intent)
    assert shown["status"] == "succeeded", shown
    shown = cli.object("charges", "retrieve", shown["latest_charge"])
    assert shown["paid"] is True, shown
    print("ok  payment_intents retrieve, charges retrieve")

    refund = cli.object("refunds", "create", "--payment-intent", intent, "--amount", "500")
    assert refund["status"] == "succeeded", refund
    listed = cli.object("refunds", "list", "--payment-intent", intent)
    assert [one["id"] for one in listed["data"]] == [refund["id"]], listed
    print("ok  refunds create, refunds list")

    events = cli.object("events", "list", "--limit", "3")
    assert len(events["data"]) == 3 and events["has_more"] is True, events
    event = cli.object("events", "retrieve", events["data"][0]["id"])
    assert event["type"] == events["data"][0]["type"], event
    print("ok  events list, events retrieve")

    other = cli.object("post", "/v1/checkout/sessions", *CHECKOUT)
    closed = cli.object("post", f"/v1/checkout/sessions/{other['id']}/expire")
    assert closed["status"] == "expired", closed
    refusal = cli.run("get", "/v1/checkout/sessions", "-d", "colour=red")
    assert "parameter_unknown" in refusal, refusal
    print("ok  expire, an unknown parameter")


def main():
    program, stripe = sys.argv[1:]
    with Double(program, Host()) as double, tempfile.TemporaryDirectory() as home:
        cli = Cli(stripe, double.base, home)
        drive(cli)
        version = subprocess.run([stripe, "version"], capture_output=True, text=True, env={"HOME": home})
        print(f"{version.stdout.splitlines()[0]}: all passed")


if __name__ == "__main__":
    main()
