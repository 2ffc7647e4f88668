#!/usr/bin/env python3
"""Draws the tables that linedesk-load wrote: requests per second of Linedesk and of what it is compared with.

usage: plot.py TABLES.md OUT.svg    (needs matplotlib)
"""

import re
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt


def tables(text):
    """(tickets, operation, other, [(clients, linedesk, other)]) for each table."""
    tickets = operation = other = None
    ours, rows = False, []
    for line in text.splitlines():
        if found := re.match(r"## (\d+) tickets", line):
            tickets = int(found[1])
        elif tickets and line.startswith("## "):
            break
        elif line.startswith("### "):
            if rows:
                yield tickets_of, operation, other, rows
            operation, other, rows, tickets_of = line[4:], None, [], tickets
            ours = False
        elif line.startswith("| clients |"):
            ours = line.startswith("| clients | Linedesk req/s |")
            if found := re.search(r"\| errors \| (.+?) op/s", line):
                other = found[1]
        elif ours and re.match(r"\| \d+ \|", line):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows.append((int(cells[0]), float(cells[1]), float(cells[5]) if other else None))
    if rows:
        yield tickets_of, operation, other, rows


def main(source, target):
    with open(source, encoding="utf-8") as file:
        found = list(tables(file.read()))
    operations = list(dict.fromkeys(operation for _, operation, _, _ in found))
    sizes = sorted({tickets for tickets, _, _, _ in found})
    columns = 3
    lines = -(-len(operations) // columns)
    figure, axes = plt.subplots(lines, columns, figsize=(12, 2.9 * lines), squeeze=False)
    for place, operation in enumerate(operations):
        axis = axes[place // columns][place % columns]
        for size, colour in zip(sizes, ["#1f6f8b", "#d1603d", "#6a994e"]):
            for tickets, name, other, rows in found:
                if (tickets, name) != (size, operation):
                    continue
                clients = [str(row[0]) for row in rows]
                axis.plot(clients, [row[1] for row in rows], "o-", color=colour, label=f"Linedesk, {size:,}")
                if other:
                    axis.plot(clients, [row[2] for row in rows], "x--", color=colour, label=f"{other}, {size:,}")
        axis.set_title(operation, fontsize=10)
        axis.set_ylim(bottom=0)
        axis.set_xlabel("clients", fontsize=8)
        axis.set_ylabel("per second", fontsize=8)
        axis.tick_params(labelsize=8)
        axis.grid(alpha=0.3)
        axis.legend(fontsize=6)
    for place in range(len(operations), lines * columns):
        axes[place // columns][place % columns].axis("off")
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
