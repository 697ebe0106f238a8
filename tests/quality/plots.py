"""Plots of what `judge.py` found, as PNG."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

COLOURS = {"confbridge": "#b0b7c3", "conference": "#b0b7c3", "buffered": "#6d7a91", "conclave": "#d1495b"}


def draw(rows, receptions, apps, out):
    bars(rows, apps, "pesq", 1.0, "PESQ", out / "pesq.png")
    bars(rows, apps, "delay", 1e3, "delay, ms", out / "delay.png")
    over_time(receptions, apps, out / "drift.png")
    shouters(rows, apps, out / "shouters.png")


def bars(rows, apps, key, scale, title, path):
    names = [row for row, of in rows.items() if any(app.get(key) is not None for app in of.values())]
    if not names:
        return
    figure, axes = plt.subplots(figsize=(12, 5), layout="constrained")
    width = 0.8 / len(apps)
    for number, (app, name) in enumerate(apps.items()):
        values = [(rows[row].get(app, {}).get(key) or 0.0) * scale for row in names]
        places = np.arange(len(names)) + (number - 1) * width
        axes.bar(places, values, width, label=name, color=COLOURS[app])
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_ylabel(title)
    axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="upper right", ncols=3)
    if key == "pesq":
        axes.set_ylim(1.0, 4.6)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def over_time(receptions, apps, path):
    """The delay over time of every row with a clock of its own, and of the network that stalls."""
    names = [name for name in ("clock +200 ppm", "clock -200 ppm", "jitter, loss, stalls", "jitter 40 ms")]
    names = [name for name in names if any(reception["row"] == name for reception in receptions)]
    if not names:
        return
    figure, axes = plt.subplots(len(names), 1, figsize=(12, 3 * len(names)), layout="constrained", squeeze=False)
    for plot, name in zip(axes[:, 0], names):
        for reception in receptions:
            if reception["row"] == name and reception["delays"]:
                times, delays = np.array(reception["delays"]).T
                label = apps[reception["app"]] if reception["copy"] == 1 else None
                plot.plot(times, delays * 1e3, ".-", color=COLOURS[reception["app"]], label=label, linewidth=1)
        plot.set_title(name, loc="left")
        plot.set_ylabel("delay, ms")
        plot.grid(alpha=0.3)
        plot.legend(loc="upper right", ncols=3)
    axes[-1, 0].set_xlabel("seconds")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def shouters(rows, apps, path):
    """50 ms of what one of eight shouters hears, where it is loudest."""
    found = {app: of for app, of in rows.get("eight at full scale", {}).items() if of.get("wave")}
    if not found:
        return
    figure, axes = plt.subplots(len(found), 1, figsize=(12, 2.6 * len(found)), layout="constrained", squeeze=False)
    for plot, (app, of) in zip(axes[:, 0], found.items()):
        plot.plot(np.arange(len(of["wave"])) / 8.0, of["wave"], color=COLOURS[app], linewidth=1)
        plot.set_title(apps[app], loc="left")
        plot.set_ylim(-34_000, 34_000)
        plot.grid(alpha=0.3)
    axes[-1, 0].set_xlabel("ms")
    figure.savefig(path, dpi=110)
    plt.close(figure)
