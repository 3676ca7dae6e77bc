#!/usr/bin/env python3
"""Write demo/orders.csv: a year of invented orders of an invented gift shop. Same seed, same bytes.

The customers follow six habits (regulars, seasonal gift givers, newcomers, lapsed, big baskets, one-offs);
some lines are returns, orders without an account, or damaged, as in real exports.
"""
import csv
import datetime
import pathlib
import random

PRODUCTS = [
    ("LAN-01", 6.95), ("LAN-02", 9.50), ("MUG-01", 4.25), ("MUG-02", 5.95), ("BUN-01", 7.50),
    ("BUN-02", 12.00), ("TIN-01", 3.75), ("TIN-02", 8.25), ("HRT-01", 2.95), ("HRT-02", 4.50),
    ("CND-01", 6.25), ("CND-02", 14.50), ("CRD-01", 1.95), ("CRD-02", 2.45), ("TOY-01", 11.95),
    ("TOY-02", 17.50), ("BAG-01", 3.25), ("BAG-02", 5.50), ("CLK-01", 24.00), ("FRM-01", 13.25),
]
NEWEST = datetime.datetime(2026, 11, 15, 17, 40)


def days_before(rng, low, high):
    moment = NEWEST - datetime.timedelta(days=rng.uniform(low, high))
    return moment.replace(hour=rng.randint(8, 20), minute=rng.randint(0, 59), second=0)


def habits(rng):
    """Yield (number of customers, function giving one customer's orders as (time, lines, pieces))."""
    def orders(times, lines, pieces):
        return [(time, rng.randint(*lines), pieces) for time in times]

    def regular():
        every = rng.uniform(12, 26)
        count = int(rng.uniform(250, 360) / every)
        start = rng.uniform(0, every)
        return orders([days_before(rng, start + i * every, start + i * every + 4) for i in range(count)], (3, 7), (1, 3))

    def seasonal():
        times = [days_before(rng, 325, 362) for _ in range(rng.randint(1, 3))]
        times += [days_before(rng, 1, 30) for _ in range(rng.randint(0, 1))]
        return orders(times, (4, 10), (1, 4))

    def newcomer():
        return orders([days_before(rng, 0, 45) for _ in range(rng.randint(1, 2))], (1, 4), (1, 2))

    def lapsed():
        last = rng.uniform(150, 260)
        return orders([days_before(rng, last, last + 100) for _ in range(rng.randint(2, 5))], (2, 5), (1, 3))

    def big_basket():
        return orders([days_before(rng, 5, 200) for _ in range(rng.randint(2, 4))], (10, 16), (6, 24))

    def one_off():
        return orders([days_before(rng, 60, 360)], (1, 3), (1, 2))

    return [(70, regular), (110, seasonal), (130, newcomer), (150, lapsed), (40, big_basket), (120, one_off)]


def lines_of(rng, customer, invoice, time, count, pieces):
    for _ in range(count):
        sku, price = rng.choice(PRODUCTS)
        yield [customer, str(invoice), sku, str(rng.randint(*pieces)), time.strftime("%Y-%m-%d %H:%M:%S"), f"{price:.2f}"]


def main():
    rng = random.Random(20261115)
    invoice, rows, number = 40000, [], 1000
    for count, habit in habits(rng):
        for _ in range(count):
            number += rng.randint(1, 3)
            for time, lines, pieces in habit():
                invoice += 1
                bought = list(lines_of(rng, f"WC{number}", invoice, time, lines, pieces))
                rows += bought
                if rng.random() < 0.04:
                    back = list(bought[0])
                    back[1], back[3] = f"C{invoice}", f"-{back[3]}"
                    later = min(NEWEST, time + datetime.timedelta(days=rng.randint(2, 12)))
                    back[4] = later.strftime("%Y-%m-%d %H:%M:%S")
                    rows.append(back)
    for _ in range(60):  # bought without an account
        invoice += 1
        rows += lines_of(rng, "", invoice, days_before(rng, 0, 360), rng.randint(1, 3), (1, 2))
    rows.sort(key=lambda row: (row[4], row[1]))
    rows.insert(700, ["WC1201", "40999", "MUG-01", "two", "2026-02-03 10:15:00", "4.25"])
    rows.insert(2100, ["WC1317", "41999", "TIN-01", "1", "31.06.2026 9h", "3.75"])
    with open(pathlib.Path(__file__).with_name("orders.csv"), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["customer_id", "order_no", "sku", "quantity", "ordered_at", "unit_price"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
