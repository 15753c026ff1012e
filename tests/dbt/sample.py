"""Sample orders and customers with chosen properties; everything else follows from their number."""

from __future__ import annotations

import uuid

DAYS = 10
ORDERS = 300
CUSTOMERS = 40
STATUSES = ("placed", "paid", "shipped", "cancelled")


def order_id(number: int) -> str:
    """The key of an order."""
    return str(uuid.UUID(int=number))


def order(number: int, version: int = 1, **changes) -> dict:
    """Order `number`: on day 1 + number mod 10 of November 2026, customer number mod 40; later versions win."""
    return {
        "order_id": order_id(number), "customer_id": number % CUSTOMERS, "status": STATUSES[number % 4],
        "ordered_at": f"2026-11-{1 + number % DAYS:02}T12:00:00Z", "updated_at": f"2026-11-20T00:00:{version:02}Z",
        "currency": ("EUR", "USD", "GBP")[number % 3], "total_amount": f"{number}.{number % 100:02}",
        "channel": ("web", "app", None)[number % 3],
        "shipping": {"city": "Berlin", "country": "de", "postcode": "10115"},
        "items": [{"sku": f"S{line}", "qty": line + 1, "unit_price": 2.5} for line in range(1 + number % 3)],
        **changes,
    }


def orders(numbers=range(ORDERS), version: int = 1, **changes) -> list[dict]:
    """Several orders with the same changes."""
    return [order(number, version, **changes) for number in numbers]


def customer(number: int, version: int = 1, **changes) -> dict:
    """Customer `number`; later versions win."""
    return {
        "customer_id": number, "email": f"c{number}@example.org", "name": f"Customer {number}", "country": "DE",
        "signed_up_at": "2026-10-01T00:00:00Z", "updated_at": f"2026-11-20T00:00:{version:02}Z", "marketing_opt_in": False,
        "tags": ["new"], **changes,
    }


def customers(numbers=range(CUSTOMERS), version: int = 1, **changes) -> list[dict]:
    """Several customers with the same changes."""
    return [customer(number, version, **changes) for number in numbers]
