"""What the example warehouse should say, computed from the raw rows in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = dict[str, Any]
CENT = Decimal("0.01")
FUNNEL = ("view", "add_to_cart", "checkout", "purchase")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    day: date
    order: int
    user: int
    product: int
    category: str
    tier: str
    channel: str
    sold: bool
    pieces: int
    amount: Decimal


@dataclass
class Warehouse:
    """The sources after some landings, and every figure that follows from them."""

    orders: dict[int, Row] = field(default_factory=dict)
    items: dict[tuple[int, int], Row] = field(default_factory=dict)
    products: dict[int, Row] = field(default_factory=dict)
    payments: dict[int, Row] = field(default_factory=dict)
    users: dict[int, Row] = field(default_factory=dict)
    versions: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, Row] = field(default_factory=dict)
    begun: dict[int, tuple[date, str]] = field(default_factory=dict)

    def land(self, rows: dict[str, list[Row]], deleted: dict[str, list[Row]]) -> None:
        self.orders.update((row["order_id"], row) for row in rows["orders"])
        self.items.update(((row["order_id"], row["line_number"]), row) for row in rows["order_items"])
        self.products.update((row["product_id"], row) for row in rows["products"])
        self.payments.update((row["payment_id"], row) for row in rows["payments"])
        self.users.update((row["user_id"], row) for row in rows["users"])
        for row in rows["users"]:
            self.versions[row["user_id"]].append(row)
        self.events.update((row["event_id"], row) for row in rows["page_events"])
        for key in deleted.get("users", []):
            del self.users[key["user_id"]]
        # how a customer began is written once, when the customer is first seen
        for user, first in self._beginnings().items():
            self.begun.setdefault(user, first)

    # --- detail

    def lines(self) -> list[Line]:
        return [self._line(item) for item in self.items.values() if item["quantity"] > 0]

    def _line(self, item: Row) -> Line:
        order = self.orders[item["order_id"]]
        return Line(
            day=order["ordered_at"].date(),
            order=order["order_id"],
            user=order["user_id"],
            product=item["product_id"],
            category=self.products[item["product_id"]]["category"],
            tier=self._tier(order["user_id"], order["ordered_at"]),
            channel=order["channel"],
            sold=order["_op"] != "d" and order["status"] in ("paid", "shipped"),
            pieces=item["quantity"],
            amount=cents(item["quantity"] * item["unit_price"] * (1 - item["discount_rate"])),
        )

    def _tier(self, user: int, moment: datetime) -> str:
        first, *later = self.versions[user]
        held = [version for version in later if version["updated_at"] <= moment]
        return str((held or [first])[-1]["tier"])

    def _beginnings(self) -> dict[int, tuple[date, str]]:
        by_user: dict[int, list[Line]] = defaultdict(list)
        for line in self.lines():
            by_user[line.user].append(line)
        return {
            user: (min(line.day for line in lines), min(lines, key=lambda line: line.order).channel)
            for user, lines in by_user.items()
        }

    def rejected(self) -> int:
        return sum(item["quantity"] <= 0 for item in self.items.values()) + sum(
            "type" not in event["payload"] for event in self.events.values()
        )

    # --- reports

    def sales_overview(self) -> list[tuple[Any, ...]]:
        days = _totals((line.day, line) for line in self.lines())
        found, before = [], None
        for position, day in enumerate(sorted(days)):
            pieces, revenue = days[day]
            week = [days[other][1] for other in sorted(days)[max(0, position - 6) : position + 1]]
            change = None if before is None else revenue - before
            found.append((day, pieces, revenue, cents(sum(week, Decimal(0)) / len(week)), change))
            before = revenue
        return found

    def category_sales(self) -> list[tuple[Any, ...]]:
        totals = _totals(((line.day, line.category), line) for line in self.lines())
        return sorted((*key, *total) for key, total in totals.items())

    def top_products(self) -> list[tuple[Any, ...]]:
        totals = _totals(((line.category, line.product), line) for line in self.lines() if line.sold)
        found = []
        for category in {category for category, _ in totals}:
            own = [(product, *total) for (name, product), total in totals.items() if name == category]
            ranked = sorted(own, key=lambda row: (-row[2], row[0]))[:3]
            found += [(category, place, *row) for place, row in enumerate(ranked, 1)]
        return sorted(found)

    def tier_revenue(self) -> list[tuple[Any, ...]]:
        sold = [line for line in self.lines() if line.sold]
        totals = _totals((line.tier, line) for line in sold)
        return sorted(
            (tier, len({line.order for line in sold if line.tier == tier}), total[1]) for tier, total in totals.items()
        )

    def user_profile(self) -> list[tuple[Any, ...]]:
        by_user: dict[int, list[Line]] = defaultdict(list)
        for line in self.lines():
            by_user[line.user].append(line)
        return sorted((user, *self.begun[user], *_profile(lines)) for user, lines in by_user.items())

    def funnel(self) -> list[tuple[Any, ...]]:
        sessions: dict[str, dict[str, datetime]] = defaultdict(dict)
        begun: dict[str, date] = {}
        for moment, payload, _ in self._visits():
            session = payload["session"]
            sessions[session][payload["type"]] = moment
            begun[session] = min(begun.get(session, moment.date()), moment.date())
        counts: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for session, steps in sessions.items():
            for number in range(_steps_taken(steps)):
                counts[begun[session]][number] += 1
        return sorted((day, *numbers) for day, numbers in counts.items())

    def retention(self) -> list[tuple[Any, ...]]:
        days: dict[int, set[date]] = defaultdict(set)
        for moment, _, user in self._visits():
            days[user].add(moment.date())
        cohorts: dict[date, list[set[date]]] = defaultdict(list)
        for visits in days.values():
            cohorts[min(visits)].append(visits)
        return sorted(
            (first, len(all_visits), *(sum(first + timedelta(n) in visits for visits in all_visits) for n in (1, 3, 7)))
            for first, all_visits in cohorts.items()
        )

    def visitors(self) -> list[tuple[Any, ...]]:
        users: dict[date, set[int]] = defaultdict(set)
        for moment, _, user in self._visits():
            users[moment.date()].add(user)
        return [
            (
                day,
                len(users[day]),
                len(set().union(*(users[d] for d in users if timedelta(0) <= day - d < timedelta(7)))),
            )
            for day in sorted(users)
        ]

    def _visits(self) -> Iterable[tuple[datetime, Row, int]]:
        for event in self.events.values():
            payload = event["payload"]
            if "type" in payload:
                yield event["event_at"], payload, event["user_id"]


def _totals(keyed: Iterable[tuple[Any, Line]]) -> dict[Any, tuple[int, Decimal]]:
    found: dict[Any, tuple[int, Decimal]] = {}
    for key, line in keyed:
        pieces, amount = found.get(key, (0, Decimal(0)))
        found[key] = (pieces + line.pieces * line.sold, amount + line.amount * line.sold)
    return found


def _profile(lines: list[Line]) -> tuple[Any, ...]:
    sold = [line for line in lines if line.sold]
    pieces: dict[str, int] = defaultdict(int)
    for line in sold:
        pieces[line.category] += line.pieces
    favourite = min(pieces, key=lambda category: (-pieces[category], category)) if pieces else None
    revenue = sum((line.amount for line in sold), Decimal(0))
    return len({line.order for line in sold}), revenue, max(line.day for line in lines), favourite


def _steps_taken(steps: dict[str, datetime]) -> int:
    """Steps in their order, within an hour of the first."""
    if FUNNEL[0] not in steps:
        return 0
    taken, last = 1, steps[FUNNEL[0]]
    for step in FUNNEL[1:]:
        if step not in steps or not last <= steps[step] <= steps[FUNNEL[0]] + timedelta(hours=1):
            break
        taken, last = taken + 1, steps[step]
    return taken
