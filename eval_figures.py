"""Plots of metrics.json: headline metrics of every run, and the tuned run by category, with their intervals.

Used by eval.py.

Reads:  nothing
Writes: headline.png and categories.png where the caller says
"""
from pathlib import Path

BARS = (("schema_valid", "schema valid"), ("script_rows", "script rows"), ("hindi_right", "Hindi right"),
        ("english_kept", "English kept"), ("intent", "intent"), ("slot_f1", "slot F1"), ("exact", "exact"))
PER_CATEGORY = (("schema_valid", "schema valid"), ("script_rows", "script rows"), ("intent", "intent"), ("slot_f1", "slot F1"), ("exact", "exact"))


def errors(metrics: list[dict]) -> list[list[float]]:
    """Distances of the interval's ends from the value, as matplotlib wants them; 0 where there is no interval."""
    low = [0 if m.get("low") is None else max(0.0, m["value"] - m["low"]) for m in metrics]
    high = [0 if m.get("high") is None else max(0.0, m["high"] - m["value"]) for m in metrics]
    return [low, high]


def grouped(axes, names: list[str], series: dict[str, list[dict]]) -> None:
    """Horizontal bars with intervals: one group a name, one bar a series; a statistic over nothing has no bar."""
    height = 0.8 / max(1, len(series))
    for k, (label, metrics) in enumerate(series.items()):
        there = [(i, m) for i, m in enumerate(metrics) if m and m["value"] is not None]
        axes.barh([i + (k - (len(series) - 1) / 2) * height for i, _ in there], [m["value"] for _, m in there], height,
                  xerr=errors([m for _, m in there]), label=label, error_kw={"lw": 0.8, "capsize": 1.5})
    axes.set(yticks=range(len(names)), yticklabels=names, xlim=(0, 1.02))
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)


def draw(metrics: dict, folder: Path) -> list[Path]:
    """Write the plots; the second only where some run has golds."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from report_eval import runs_with, suites_of
    suites = suites_of(metrics)
    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(1, len(suites), figsize=(5 * len(suites), 4), layout="constrained", squeeze=False)
    for ax, suite in zip(axes[0], suites):
        runs = runs_with(metrics, suite)
        bars = [(k, label) for k, label in BARS if any(k in m for m in runs.values())]
        grouped(ax, [label for _, label in bars], {name: [m.get(k) for k, _ in bars] for name, m in runs.items()})
        ax.set_title(suite)
    axes[0][0].legend(fontsize=8, loc="lower right")
    paths = [folder / "headline.png"]
    figure.savefig(paths[0], dpi=110)
    plt.close(figure)
    run = metrics["runs"][metrics["failures"]["run"]]["suites"]
    per = run[suites[-1]].get("per_category")
    if per:
        figure, ax = plt.subplots(figsize=(6.5, 0.6 + 0.62 * len(per)), layout="constrained")
        names = [f"{name} ({c['n']})" for name, c in per.items()]
        grouped(ax, names, {label: [c[k] for c in per.values()] for k, label in PER_CATEGORY})
        ax.set_title(f"{metrics['failures']['run']} on {suites[-1]}, by category")
        ax.legend(fontsize=8, loc="lower left")
        paths.append(folder / "categories.png")
        figure.savefig(paths[1], dpi=110)
        plt.close(figure)
    return paths
