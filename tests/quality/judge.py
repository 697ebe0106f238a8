"""Judges what `cargo run --release -p conclave-rig --example quality` has recorded: prints a table, draws plots, and
ends with 1 where Conclave misses the bar.

    judge.py [FOLDER...]    folders with a facts.json; table and plots go to the first (target/quality)
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import measures
import plots

APPS = {"confbridge": "ConfBridge", "conference": "mod_conference", "buffered": "its buffer", "conclave": "Conclave"}
OTHERS = ("confbridge", "conference", "buffered")

# The bar: all that `make quality` demands, each of the rows that it names, as (what, rows, test). A test gets the row's
# results by conference, and gives what is wrong, or nothing.
CHANCE = 0.05  # PESQ's spread between two runs.
BAR = [
    ("PESQ is never below the better of the others", "speech", lambda row: scores_below(row, CHANCE)),
    ("less delay than the PBX's jitter buffer", "speech", lambda row: above_other(row, "delay", "buffered")),
    ("at most 20 ms of delay", "clean", lambda row: above(row, "delay", 0.020)),
    ("reordering costs at most 0.1", "reordering", lambda row: under(row, "pesq", row["clean"]["conclave"]["pesq"] - 0.1)),
    ("PESQ at least 3.3", "jitter, loss, stalls", lambda row: under(row, "pesq", 3.3)),
    ("0.6 above silence in place of the lost", "loss 5 %", lambda row: under(row, "pesq", row["conclave"]["silence"] + 0.6)),
    ("no onset is lost", "words", lambda row: above(row, "onset_most", 0.0)),
    ("no onset is lost", "clean", lambda row: above(row, "onset_most", 0.0)),
    ("speech keeps its level", "clean", lambda row: apart(row, "level", 0.5)),
    ("drift changes the delay by less than 5 ms", "clock +200 ppm,clock -200 ppm", lambda row: above(row, "growth", 0.005)),
    (
        "no click",
        "clean,clock +200 ppm,clock -200 ppm,members come and go,tone,tone; clock +200 ppm,tone; clock -200 ppm,"
        "tone; members come and go,words",
        lambda row: above(row, "clicks", 0),
    ),
    ("a lone tone is as clean as in the better of the others", "tone", lambda row: below(row, "tone", 1.0)),
    ("self-echo under -70 dB", "eight at full scale", lambda row: above(row, "self_echo", -70.0)),
    ("no full-scale plateau", "eight at full scale", lambda row: above(row, "plateaus", 0.0)),
]


def under(row, key, least):
    value = row["conclave"].get(key)
    return None if value is not None and value >= least else f"{shown(value)}, not {shown(least)}"


def above(row, key, most):
    value = row["conclave"].get(key)
    return None if value is not None and value <= most else f"{shown(value)}, not {shown(most)}"


def apart(row, key, most):
    value = row["conclave"].get(key)
    return None if value is not None and abs(value) <= most else f"{shown(value)}, not within {shown(most)}"


def below(row, key, chance):
    best = max((row[app][key] for app in OTHERS if row.get(app, {}).get(key) is not None), default=None)
    return None if best is None else under(row, key, best - chance)


def scores_below(row, chance):
    """PESQ of the sentences that both got while the machine ran."""
    mine = row["conclave"]["scores"]
    for app in OTHERS:
        theirs = row.get(app, {}).get("scores", {})
        common = mine.keys() & theirs.keys()
        if common:
            mean = lambda scores: sum(scores[part] for part in common) / len(common)
            if mean(mine) < mean(theirs) - chance:
                return f"{mean(mine):.2f}, not {mean(theirs) - chance:.2f}"
    return None


def above_other(row, key, other):
    value = row.get(other, {}).get(key)
    return None if value is None else above(row, key, value)


def shown(value):
    return "nothing" if value is None else f"{value:.3g}"


def summary(receptions):
    """Means over the copies of each row, by row and conference; clicks and the like add up, worst cases stay."""
    rows = {}
    for reception in receptions:
        rows.setdefault(reception["row"], {}).setdefault(reception["app"], []).append(reception)
    return {row: {app: merged(copies) for app, copies in apps.items()} for row, apps in rows.items()}


def merged(copies):
    result = dict(copies[0])
    for key in copies[0]:
        values = [copy[key] for copy in copies if isinstance(copy.get(key), (int, float))]
        if not values:
            continue
        if key in ("clicks", "left_out", "pieces"):
            result[key] = sum(values)
        elif key in ("onset_most", "growth", "self_echo", "late_most", "plateaus", "peak"):
            result[key] = max(values)
        elif key == "tone_least":
            result[key] = min(values)
        else:
            result[key] = sum(values) / len(values)
    if "scores" in result:
        parts = {part for copy in copies for part in copy["scores"]}
        of = lambda part: [copy["scores"][part] for copy in copies if part in copy["scores"]]
        result["scores"] = {part: sum(of(part)) / len(of(part)) for part in parts}
    result["copies"] = len(copies)
    return result


def table(rows, tried):
    """Markdown: a line for each row, in each cell a value for each of the conferences that were tried."""
    columns = {
        "speech": (
            ("PESQ", "pesq", 1, 2),
            ("delay, ms", "delay", 1e3, 0),
            ("its change, ms", "growth", 1e3, 0),
            ("level, dB", "level", 1, 1),
            ("onset lost, ms", "onset", 1, 0),
            ("clicks", "clicks", 1, 0),
        ),
        "words": (
            ("onset lost, ms", "onset", 1, 1),
            ("at most, ms", "onset_most", 1, 0),
            ("end lost, ms", "tail", 1, 0),
            ("delay, ms", "delay", 1e3, 0),
            ("level, dB", "level", 1, 1),
            ("clicks", "clicks", 1, 0),
        ),
        "tone": (
            ("tone to noise, dB", "tone", 1, 1),
            ("at worst, dB", "tone_least", 1, 1),
            ("level, dB", "level", 1, 1),
            ("clicks", "clicks", 1, 0),
        ),
        "shouting": (
            ("self-echo, dB", "self_echo", 1, 0),
            ("full scale, %", "full_scale", 1, 2),
            ("plateaus a second", "plateaus", 1, 2),
            ("level, dB", "level", 1, 1),
        ),
    }
    lines = ["Each cell: " + " / ".join(tried.values()) + ".", ""]
    for says, wanted in columns.items():
        chosen = {row: apps for row, apps in rows.items() if any(app["says"] == says for app in apps.values())}
        if not chosen:
            continue
        lines.append("| " + " | ".join([says] + [title for title, *_ in wanted]) + " |")
        lines.append("|---" * (len(wanted) + 1) + "|")
        for row, apps in chosen.items():
            cells = []
            for _, key, scale, digits in wanted:
                values = [apps.get(app, {}).get(key) for app in tried]
                cells.append(" / ".join("-" if v is None else rounded(v * scale, digits) for v in values))
            silence = next((app["silence"] for app in apps.values() if app.get("silence") is not None), None)
            if silence is not None:
                cells[0] += f" (silence in place of the lost: {silence:.2f})"
            ceiling = next((app["ceiling"] for app in apps.values() if app.get("ceiling") is not None), None)
            if ceiling is not None:
                cells[0] += f" (the codec alone: {ceiling:.2f})"
            lines.append("| " + " | ".join([row] + cells) + " |")
        lines.append("")
    late = max((app["late_most"] for apps in rows.values() for app in apps.values()), default=0.0)
    usual = sorted(app["late_median"] for apps in rows.values() for app in apps.values())
    if usual:
        middle = usual[len(usual) // 2]
        left_out = sum(app["left_out"] for apps in rows.values() for app in apps.values())
        lines.append(f"Packets left {middle:.2f} ms late in the middle and {late:.1f} ms at worst, by the telephones' own fault;")
        pieces = sum(app["pieces"] for apps in rows.values() for app in apps.values())
        lines.append(f"{left_out} of {pieces} pieces, in which one was more than 8 ms late, are left out.")
    return "\n".join(lines)


def rounded(value, digits):
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def missed(rows):
    """What Conclave does not reach, in words."""
    found = []
    for what, names, test in BAR:
        for row, apps in rows.items():
            says = next(iter(apps.values()))["says"]
            if "conclave" not in apps or not named(names, row, says):
                continue
            try:
                wrong = test({**apps, "clean": rows.get("clean", {})})
            except KeyError:
                continue  # A run of single rows lacks what this is compared with.
            if wrong:
                found.append(f"{row}: {what}: {wrong}")
    return found


def named(names, row, says):
    """Rows are named by what is said in them, or by their own name with `;` for a comma."""
    if names in ("speech", "words"):
        return says == names
    if names == row:
        return True
    return any(name.replace(";", ",") == row for name in names.split(","))


def main():
    folders = sys.argv[1:] or ["target/quality"]
    entries = measures.load(folders)
    with ProcessPoolExecutor() as pool:
        receptions = list(pool.map(measures.judge, entries))
    out = Path(folders[0])
    (out / "results.json").write_text(json.dumps(receptions))
    rows = summary(receptions)
    tried = {app: name for app, name in APPS.items() if any(app in apps for apps in rows.values())}
    text = table(rows, tried)
    (out / "table.md").write_text(text + "\n")
    print(text)
    plots.draw(rows, receptions, tried, out)
    wrong = missed(rows)
    if wrong:
        print("\nMissed:\n" + "\n".join(wrong))
    elif any("conclave" in apps for apps in rows.values()):
        print("\nNothing missed.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
