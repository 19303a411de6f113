"""Two days in the life of a shop: what its systems would send, the same on every machine.

Only the dates move: the first landing ends on the day before `day`, the second one brings `day` itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]

HISTORY_DAYS = 14
CHANNELS = ("web", "app", "store")
COUNTRIES = ("DE", "FR", "GB", "ES")
TIERS = ("basic", "silver", "gold")
METHODS = ("card", "paypal", "invoice")
CATEGORIES = {"tea": 6, "coffee": 8, "kettles": 35, "cups": 12, "books": 20}
# how many sessions of a hundred go on to the next step
STEPS = (("view", 100), ("add_to_cart", 55), ("checkout", 60), ("purchase", 70))


@dataclass
class Landing:
    """What one load brings: whole rows, keys that are gone, and columns that the source has grown."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    deleted: dict[str, list[Row]] = field(default_factory=dict)
    new_columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, table: str, *rows: Row) -> None:
        self.rows.setdefault(table, []).extend(rows)


class Shop:
    """A seeded random source of users, orders and clicks; it remembers what it has sent."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.random = random.Random(20240229)
        self.users: list[Row] = []
        self.products: list[Row] = []
        self.orders: list[Row] = []
        self.next_order, self.next_payment, self.next_session = 1, 1, 1

    def first_landing(self) -> Landing:
        """Two weeks of history, as a first full load brings it."""
        landing = Landing()
        self.products = [self._product(number) for number in range(1, 41)]
        self.users = [self._user(number, self._moment(self._ago(40 + number % 50))) for number in range(1, 241)]
        for ago in range(HISTORY_DAYS, 0, -1):
            self._trade(landing, self._ago(ago), orders=40, sessions=70)
        landing.add("products", *map(dict, self.products))
        landing.add("users", *map(dict, self.users))
        self._spoil(landing)
        return landing

    def second_landing(self) -> Landing:
        """The next day: its rows, late ones, changed ones, deleted ones, and a column nobody had announced."""
        landing = Landing(new_columns={"payments": {"installments": "int"}})
        self._change_orders(landing)
        self._change_people_and_prices(landing)
        newcomers = [self._user(number, self._moment(self.day)) for number in range(241, 251)]
        self.users += newcomers
        landing.add("users", *map(dict, newcomers))
        self._trade(landing, self._ago(3), orders=4, sessions=0)
        self._trade(landing, self._ago(1), orders=0, sessions=6)
        self._trade(landing, self.day, orders=40, sessions=70)
        for payment in landing.rows["payments"]:
            payment["installments"] = 3 if payment["amount"] > 150 else 1
        return landing

    # --- a day's trade

    def _trade(self, landing: Landing, day: date, orders: int, sessions: int) -> None:
        for _ in range(orders):
            self._order(landing, day)
        for _ in range(sessions):
            for event in self._session(day):
                landing.add("page_events", event)
                # at-least-once delivery
                if self.random.random() < 0.03:
                    landing.add("page_events", dict(event))

    def _order(self, landing: Landing, day: date) -> None:
        ordered_at = self._moment(day)
        order = {
            "order_id": self.next_order,
            "user_id": self._someone()["user_id"],
            "status": self.random.choice(("created", "paid", "paid", "shipped", "cancelled")),
            "channel": self.random.choice(CHANNELS),
            "ordered_at": ordered_at,
            "updated_at": ordered_at,
            "_op": "c",
        }
        self.next_order += 1
        self.orders.append(order)
        items = list(self._items(order))
        landing.add("orders", dict(order))
        landing.add("order_items", *items)
        if order["status"] in ("paid", "shipped"):
            landing.add("payments", self._payment(order, items))

    def _items(self, order: Row) -> Iterator[Row]:
        chosen = self.random.sample(self.products, self.random.randint(1, 3))
        for line, product in enumerate(chosen, 1):
            yield {
                "order_id": order["order_id"],
                "line_number": line,
                "product_id": product["product_id"],
                "quantity": self.random.randint(1, 4),
                "unit_price": product["price"],
                "discount_rate": self.random.choice((Decimal(0), Decimal(0), Decimal("0.1"), Decimal("0.25"))),
            }

    def _payment(self, order: Row, items: list[Row]) -> Row:
        amount = sum(item["quantity"] * item["unit_price"] * (1 - item["discount_rate"]) for item in items)
        payment = {
            "payment_id": self.next_payment,
            "order_id": order["order_id"],
            "method": self.random.choice(METHODS),
            "amount": Decimal(amount).quantize(Decimal("0.01")),
            "paid_at": order["ordered_at"] + timedelta(minutes=self.random.randint(1, 30)),
        }
        self.next_payment += 1
        return payment

    def _session(self, day: date) -> Iterator[Row]:
        session, user, began = self.next_session, self._someone(), self._moment(day, until=22)
        self.next_session += 1
        device = self.random.choice(("phone", "desktop"))
        for number, (step, percent) in enumerate(STEPS):
            if self.random.randrange(100) >= percent:
                return
            yield {
                "event_id": f"s{session}-{number}",
                "event_at": began + timedelta(minutes=3 * number),
                "user_id": user["user_id"],
                "payload": {"type": step, "session": f"s{session}", "device": device, "page": {"path": f"/{step}"}},
            }

    # --- what changes, and what is wrong

    def _change_orders(self, landing: Landing) -> None:
        """Most changes are to orders of the last days, and so most days of the warehouse stay as they are."""
        recent = [order for order in self.orders if order["ordered_at"].date() >= self._ago(4)]
        changed = self.random.sample(recent, 60)
        for order in changed[:54]:
            order |= {"status": "shipped" if order["status"] != "cancelled" else "cancelled", "_op": "u"}
        for order in changed[54:]:
            order |= {"_op": "d"}
        for order in changed:
            order["updated_at"] = self._moment(self.day)
        landing.add("orders", *map(dict, changed))

    def _change_people_and_prices(self, landing: Landing) -> None:
        people = self.random.sample(self.users, 25)
        for user in people[:20]:
            user |= {"tier": TIERS[min(TIERS.index(user["tier"]) + 1, 2)], "updated_at": self._moment(self.day)}
        landing.add("users", *map(dict, people[:20]))
        landing.deleted["users"] = [{"user_id": user["user_id"]} for user in people[20:]]
        self.users = [user for user in self.users if user not in people[20:]]
        for product in self.random.sample(self.products, 6):
            product |= {"price": product["price"] + 1, "updated_at": self._moment(self.day, until=1)}
            landing.add("products", dict(product))

    def _spoil(self, landing: Landing) -> None:
        """Every source has some of these: quantities of zero, and events without a type."""
        for item in landing.rows["order_items"][::211]:
            item["quantity"] = 0
        for event in landing.rows["page_events"][::307]:
            del event["payload"]["type"]

    # --- the pieces

    def _product(self, number: int) -> Row:
        category = list(CATEGORIES)[number % len(CATEGORIES)]
        cents = self.random.randint(50, 150) * CATEGORIES[category]
        return {
            "product_id": number,
            "name": f"{category} no. {number}",
            "category": category,
            "price": Decimal(cents) / 100,
            "updated_at": self._moment(self._ago(30)),
        }

    def _user(self, number: int, registered_at: datetime) -> Row:
        return {
            "user_id": number,
            # people type as they like
            "email": f" User{number}@Example.COM " if number % 7 == 0 else f"user{number}@example.com",
            "country": self.random.choice(COUNTRIES),
            "tier": self.random.choice(TIERS),
            "registered_at": registered_at,
            "updated_at": registered_at,
        }

    def _someone(self) -> Row:
        """Some come often: the square of a random number favours the first ones."""
        return self.users[int(self.random.random() ** 2 * len(self.users))]

    def _ago(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def _moment(self, day: date, until: int = 24) -> datetime:
        return datetime.combine(day, time()) + timedelta(seconds=self.random.randrange(until * 3600))
