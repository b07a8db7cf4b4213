"""belvo-python, unmodified, against Vínculo: every resource of the first journey, filters across pages, errors."""

import os
from datetime import date, timedelta

import requests
from belvo.client import Client
from belvo.exceptions import BelvoAPIException, RequestError

URL = os.environ["VINCULO_URL"]
KEYS = (os.environ["VINCULO_SECRET_ID"], os.environ["VINCULO_SECRET_PASSWORD"])
LINK, SPARE = os.environ["VINCULO_LINK"], os.environ["VINCULO_SPARE_LINK"]


def refused(call, error):
    try:
        call()
    except error as caught:
        return caught
    raise AssertionError(f"{call} was not refused")


# Wrong keys, then right ones.
refused(lambda: Client("nobody", "nothing", URL), BelvoAPIException)
refused(lambda: Client(KEYS[0], "nothing", URL), BelvoAPIException)
client = Client(*KEYS, URL)

# Institutions.
institutions = list(client.Institutions.list(country_code="BR"))
assert {"ofmockbank_br_retail", "ofmockbank_br_business"} <= {i["name"] for i in institutions}
assert len(institutions) >= 4
assert client.Institutions.get(institutions[0]["id"]) == institutions[0]

# Links.
links = list(client.Links.list())
assert {LINK, SPARE} <= {link["id"] for link in links}
assert [link["id"] for link in client.Links.list(id=LINK)] == [LINK]
assert [link["id"] for link in client.Links.list(id__in=[LINK, SPARE], institution="ofmockbank_br_retail")]
assert client.Links.get(LINK)["status"] == "valid"
refused(lambda: client.Links.get("00000000-0000-4000-8000-000000000000"), requests.HTTPError)

# Owners.
(owner,) = client.Owners.list(link=LINK)
assert owner["display_name"] and owner["document_id"]["document_number"] == "96644087000"
assert client.Owners.get(owner["id"]) == owner

# Accounts.
accounts = list(client.Accounts.list(link=LINK))
assert accounts and all(isinstance(a["balance"]["current"], float) for a in accounts)
account = max(accounts, key=lambda a: len(list(client.Transactions.list(LINK, account=a["id"], page_size=1000))))
assert client.Accounts.get(account["id"])["id"] == account["id"]
assert list(client.Accounts.list(link=LINK, category="CREDIT_CARD", currency__in=["USD", "EUR"])) == []

# Balances, by their older path.
assert {b["account_id"] for b in client.Balances.list(link=LINK)} <= {a["id"] for a in accounts}

# Transactions: every page, each once, in order.
all_of_it = list(client.Transactions.list(LINK, page_size=1000))
assert len(all_of_it) >= 2500, len(all_of_it)
assert len({t["id"] for t in all_of_it}) == len(all_of_it)
assert [t["id"] for t in client.Transactions.list(LINK, page_size=37)] == [t["id"] for t in all_of_it]
dates = [t["value_date"] for t in all_of_it]
assert dates == sorted(dates, reverse=True)
assert all(t["amount"] >= 0 and isinstance(t["amount"], float) for t in all_of_it)
assert all(t["account"]["id"] in {a["id"] for a in accounts} for t in all_of_it)

# Transactions: filters agree with filtering what was read.
ids = lambda found: {t["id"] for t in found}
middle = dates[len(dates) // 2]
for filters, keep in [
    ({"value_date__gte": middle}, lambda t: t["value_date"] >= middle),
    ({"value_date__lt": middle}, lambda t: t["value_date"] < middle),
    ({"value_date__range": f"{middle},{dates[0]}"}, lambda t: middle <= t["value_date"] <= dates[0]),
    ({"value_date__range": [middle, dates[0]]}, lambda t: middle <= t["value_date"] <= dates[0]),
    ({"type": "INFLOW"}, lambda t: t["type"] == "INFLOW"),
    ({"amount__gt": 100, "amount__lte": 250.5}, lambda t: 100 < t["amount"] <= 250.5),
    ({"status__in": ["PENDING"]}, lambda t: t["status"] == "PENDING"),
    ({"account": account["id"]}, lambda t: t["account"]["id"] == account["id"]),
    ({"currency": "USD"}, lambda t: t["currency"] == "USD"),
    ({"unknown_filter": "x"}, lambda t: True),
]:
    got = ids(client.Transactions.list(LINK, page_size=1000, **filters))
    assert got == ids(filter(keep, all_of_it)), filters

# `fields` and `omit`.
first = next(client.Transactions.list(LINK, fields="id,amount"))
assert set(first) == {"id", "amount"}
assert "account" not in next(client.Transactions.list(LINK, omit="account"))
assert client.Transactions.get(all_of_it[0]["id"])["id"] == all_of_it[0]["id"]

# Retrieve: again from the bank, kept and not kept.
again = client.Accounts.create(LINK)
assert {a["id"] for a in again} == {a["id"] for a in accounts}, "accounts keep their ids"
today = date.today()
week = (today - timedelta(days=5)).isoformat()
recent = client.Transactions.create(LINK, week, date_to=today.isoformat(), save_data=True)
assert isinstance(recent, list) and {t["id"] for t in recent} <= ids(client.Transactions.list(LINK, page_size=1000)) | set()
assert isinstance(client.Owners.create(LINK, save_data=False), list)
error = refused(lambda: client.Transactions.create(LINK, "nonsense", raise_exception=True), RequestError)
assert error.status_code == 400 and error.detail[0]["field"] == "date_from", error.detail
(body,) = client.Accounts.create("00000000-0000-4000-8000-000000000000")
assert body["code"] == "does_not_exist" and body["field"] == "link", body

# A widget token.
token = client.WidgetToken.create()
assert token["access"] and token["refresh"], token

# Delete.
assert client.Links.delete(SPARE) is True
refused(lambda: client.Links.get(SPARE), requests.HTTPError)
assert list(client.Accounts.list(link=SPARE)) == []
assert client.Links.delete(SPARE) is False

print("all checks passed")
