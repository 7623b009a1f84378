"""Drives the double with Stripe's own Python library, which verifies its signatures, too.

    drive.py PROGRAM    where PROGRAM is the built example `double`
"""
import sys

import stripe

from running import KEY, SECRET, Double, Host, pay, submit

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def checkout(**more):
    """A checkout as CaseFlow asks for it."""
    asked = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": {
            "currency": "usd", "unit_amount": 12500, "product_data": {"name": "Invoice 7"}}}],
        "client_reference_id": "tag-1",
        "metadata": {"caseflow_attempt": "tag-1"},
        "payment_intent_data": {"metadata": {"caseflow_attempt": "tag-1"}},
        "adaptive_pricing": {"enabled": False},
        "allowed_payment_method_types": ["card"],
        "success_url": "https://firm.example/back?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://firm.example/invoice/7",
    }
    return stripe.checkout.Session.create(**{**asked, **more})


def paid():
    session = checkout()
    status, _, _ = pay(session.url)
    assert status == 303, status
    return stripe.checkout.Session.retrieve(session.id, expand=["payment_intent.latest_charge"])


def refused(kind, function, *args, **named):
    try:
        function(*args, **named)
    except kind as error:
        return error
    raise AssertionError(f"{function} was not refused")


@check
def a_checkout_is_paid(double, host):
    session = checkout()
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None and session.livemode is False
    status, _, page = pay(session.url, "4000 0000 0000 0002")
    assert status == 402 and "declined" in page
    status, place, _ = pay(session.url)
    assert (status, place) == (303, f"https://firm.example/back?session={session.id}")
    session = stripe.checkout.Session.retrieve(session.id, expand=["payment_intent.latest_charge"])
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert session.payment_intent.amount_received == 12500
    assert session.payment_intent.latest_charge.paid is True
    assert session.payment_intent.metadata["caseflow_attempt"] == "tag-1"
    found = stripe.checkout.Session.list(payment_intent=session.payment_intent.id)
    assert [one.id for one in found.data] == [session.id]


@check
def a_checkout_is_expired(double, host):
    session = checkout()
    assert session.expire().status == "expired"
    error = refused(stripe.InvalidRequestError, session.expire)
    assert "can be expired" in error.user_message


@check
def wrong_parameters_are_refused(double, host):
    error = refused(stripe.InvalidRequestError, checkout, colour="red")
    assert (error.http_status, error.code, error.param) == (400, "parameter_unknown", "colour")
    error = refused(stripe.InvalidRequestError, stripe.checkout.Session.retrieve, "cs_test_no")
    assert (error.http_status, error.code) == (404, "resource_missing")
    error = refused(stripe.AuthenticationError, stripe.Refund.list, api_key="sk_test_wrong")
    assert error.http_status == 401 and error.request_id.startswith("req_")


@check
def keys_make_requests_once(double, host):
    first, again = checkout(idempotency_key="k1"), checkout(idempotency_key="k1")
    assert first.id == again.id
    assert again.last_response.headers["idempotent-replayed"] == "true"
    error = refused(stripe.IdempotencyError, checkout, idempotency_key="k1", client_reference_id="x")
    assert error.http_status == 400


@check
def refunds_go_back(double, host):
    intent = paid().payment_intent.id
    part = stripe.Refund.create(payment_intent=intent, amount=2500, metadata={"caseflow_refund": "r1"})
    assert (part.status, part.amount) == ("succeeded", 2500)
    refused(stripe.InvalidRequestError, stripe.Refund.create, payment_intent=intent, amount=10001)
    other = double.tell(f"refund {intent}")
    listed = stripe.Refund.list(payment_intent=intent)
    assert [one.id for one in listed.auto_paging_iter()] == [other, part.id]
    error = refused(stripe.InvalidRequestError, stripe.Refund.create, payment_intent=intent)
    assert error.code == "charge_already_refunded"
    charge = stripe.PaymentIntent.retrieve(intent, expand=["latest_charge.refunds"]).latest_charge
    assert charge.refunded and charge.amount_refunded == 12500 and len(charge.refunds.data) == 2


@check
def disputes_are_seen(double, host):
    intent = paid().payment_intent.id
    dispute = stripe.Dispute.retrieve(double.tell(f"dispute {intent}"))
    assert (dispute.status, dispute.amount) == ("needs_response", 12500)
    double.tell(f"win {dispute.id}")
    dispute = stripe.Dispute.list(payment_intent=intent).data[0]
    assert dispute.status == "won"
    assert [one.amount for one in dispute.balance_transactions] == [-12500, 12500]


@check
def debits_arrive_later(double, host):
    session = checkout(allowed_payment_method_types=["card", "us_bank_account"])
    status, _, _ = submit(session.url, way="debit")
    assert status == 303
    session = stripe.checkout.Session.retrieve(session.id)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    double.tell(f"settle {session.id}")
    assert stripe.checkout.Session.retrieve(session.id).payment_status == "paid"


@check
def lists_are_paged(double, host):
    made = {checkout().id for _ in range(5)}
    seen = [one.id for one in stripe.checkout.Session.list(limit=2).auto_paging_iter()]
    assert len(seen) == len(set(seen)) and made <= set(seen)


@check
def webhooks_are_signed_and_are_the_events(double, host):
    events = list(stripe.Event.list(limit=3).auto_paging_iter())
    got = host.wait_for(len(events))
    seen = []
    for body, signature in got:
        event = stripe.Webhook.construct_event(body, signature, SECRET)
        seen.append(event.id)
    assert sorted(seen) == sorted(event.id for event in events)
    kinds = {event.type for event in events}
    wanted = {"checkout.session.completed", "checkout.session.expired", "refund.created",
              "charge.refunded", "charge.dispute.created", "charge.dispute.funds_reinstated",
              "checkout.session.async_payment_succeeded"}
    assert wanted <= kinds, wanted - kinds
    body, signature = got[0]
    refused(stripe.SignatureVerificationError, stripe.Webhook.construct_event, body, signature, "whsec_x")
    refused(stripe.SignatureVerificationError, stripe.Webhook.construct_event, body + b" ", signature, SECRET)


@check
def events_are_chosen_by_type_and_delivery(double, host):
    types = ["refund.created", "charge.dispute.closed"]
    chosen = stripe.Event.list(types=types, limit=100)
    assert {event.type for event in chosen.data} == set(types)
    host.wait_for(len(list(stripe.Event.list(limit=100).auto_paging_iter())))
    event = chosen.data[0]
    again = stripe.Event.retrieve(event.id)
    assert (again.type, again.data.object.id) == (event.type, event.data.object.id)
    assert stripe.Event.list(delivery_success=False, created={"lt": 1}).data == []


def main():
    host = Host()
    stripe.api_key, stripe.max_network_retries = KEY, 0
    with Double(sys.argv[1], host) as double:
        stripe.api_base = double.base
        for function in CHECKS:
            function(double, host)
            print(f"ok  {function.__name__}")
    print(f"stripe-python {stripe.VERSION}: {len(CHECKS)} checks passed")


if __name__ == "__main__":
    main()
