"""report.md and outputs/eval_details.md from metrics.json: results first, then why to believe them, then what fails.

Used by eval.py and reports.py. Pure functions: no number is computed here that metrics.json does not hold.

Reads:  nothing
Writes: nothing
"""
import difflib
import json

import contract
from report_parts import cell, escape, table

RUNS = ("baseline-free", "baseline-guarded", "tuned-free", "tuned-guarded")   # columns of the first tables, in this order
HEADLINE = [("json_valid", "JSON valid"), ("schema_valid", "schema valid"), ("script_tokens", "script-compliant tokens"),
            ("script_rows", "script-compliant rows"), ("hindi_right", "Hindi tokens right"),
            ("english_kept", "English tokens kept"), ("intent", "intent accuracy"), ("slot_f1", "slot F1 (exact)"),
            ("exact", "whole record exact"), ("hallucinated_slots", "slot values not in the text"),
            ("lossless", "numbers, names, links kept"), ("language_mix", "language_mix"), ("clarify_recall", "a question asked where the gold asks one"),
            ("over_asking", "a question asked where it asks none")]
DETAILS = [("slot_precision", "slot precision"), ("slot_recall", "slot recall"), ("slot_f1_partial", "slot F1 (partial credit)"),
           ("text_exact", "normalized_text exact"), ("cer", "CER of normalized_text"), ("consistent_groups", "spelling groups answered alike"),
           ("refused_harmless", "harmless trigger words refused"),
           ("capped", "cut at the token limit"), ("failed", "no answer")]
SANITY = [("script_rows", "script rows"), ("hindi_right", "Hindi right"), ("english_kept", "English kept"), ("intent", "intent"),
          ("slot_f1", "slot F1"), ("exact", "exact")]
COMPARED = [("schema_valid", "schema valid"), ("script_ok", "script rows"), ("hindi_right", "Hindi right"), ("english_kept", "English kept"),
            ("intent_ok", "intent"), ("slot_f1", "slot F1"), ("exact", "exact")]
MIN_KIND = 4            # messages of a kind that has a row of its own in the report
MAX_SHOWN = 110         # characters of a message or a raw output in the report; the cases page has all of them

WHY = """What is asked is nearly always understood; what is left is slots: two names swapped, a reason with a word too many or too few, a
slot the message does not fill, the value before a correction. In the text a word that both languages know is now and then read as the
other (`hi` as ही), and letters of neither (mathematical bold) are copied wrongly. Guarded decoding keeps every token in its
place, but which Devanagari letters stand for one is the model's, and may be wrong."""
NEXT = """The shipped run has the lowest loss on val of all; it differs from those before it in families, draws, base and rows a step, which were
not told apart. A short round on hard texts alone made it worse; of the arms the draft in the prompt gained most (outputs/ablations.md). Next: messages labelled by people
through the labelling loop, above all for slots that are swapped or cut; a larger base on a GPU; the arms that were not run."""
LIMITS = """Training, test and stress messages were written by the same hands; only the messages of others are free of that, and they
have no gold. Stress cases were read while normalize.py was made; drafts of test, stress and other people's messages were read when its newest rules
and words were written, and a word or two (`savere`, `bai`) came from there, so a gain on them since then is no blind one. The kinds of error on test and
stress, and the kinds of message that others wrote (alarms, timers, weather), were known when further families were written, though none of their messages was used: the
suites are no longer blind, and a new one may well be harder. A test split of 100 cannot tell 95 % from 98 %: read the intervals. Greedy
decoding, one seed, one base model."""

DEFINITIONS = """Script-compliant: Hindi in Devanagari and English in Latin, as the script checker sees it without a gold, of all words and of all answers.
Hindi right, English kept: of the gold's words, those that the answer has in their place; two spellings that differ only in nukta or
chandrabindu are one. Exact: intent, slots, normalized_text and language_mix all as in the gold; where a gold lists alternatives, as in one of
them. Spelling groups: the same message in several spellings, counted as one draw. Bar: the release threshold for tuned-free."""


def signature_parts(run: dict) -> dict[str, str]:
    """What a run's figures depend on, by name, as text."""
    s = run["signature"]
    return {"model": s["model"], "checkpoint": f"`{s['checkpoint'][:12]}`", "prompt": f"{s['prompt']} `{s['prompt_sha256'][:10]}`",
            "decoding": s["decoding"], "commit": str(s["commit"]), "backend": s["backend"],
            "suites": ", ".join(f"{n} `{h[:10]}`" for n, h in s["suite_sha256"].items()), "contract": str(s["contract_version"]),
            "metric": str(s["metric_version"]), "versions": ", ".join(f"{k} {v}" for k, v in s["versions"].items() if v)}


def signature_line(run: dict) -> str:
    return "; ".join(f"{key} {value}" for key, value in signature_parts(run).items())


def signatures(runs: dict[str, dict]) -> list[str]:
    """What all runs share in one line, what sets them apart in a line each."""
    parts = {name: signature_parts(run) for name, run in runs.items()}
    first = next(iter(parts.values()))
    shared = [key for key in first if all(p[key] == first[key] for p in parts.values())]
    said = [f"Signature: {'; '.join(f'{key} {first[key]}' for key in shared)}. A checkpoint is named by the SHA-256 of its base's digest and its "
            "adapter's; a commit's + says that a script differed from it."]
    return said + ([""] if len(parts) > 1 else []) + [f"- {name}: {'; '.join(f'{k} {v}' for k, v in p.items() if k not in shared)}"
                                                      for name, p in parts.items() if len(shared) < len(first)] + [""]


def suites_line(metrics: dict) -> str:
    """Signature of what no model had a part in."""
    parts = signature_parts(metrics["runs"][metrics["failures"]["run"]])
    return f"Signature: without a model; {'; '.join(f'{key} {parts[key]}' for key in ('suites', 'contract', 'metric'))}"


def bound(metrics: dict, suite: str, key: str) -> str:
    """The release threshold of tuned-free for a metric, as the gates have it."""
    for gate in metrics.get("gates", []):
        if (gate["run"], gate["suite"], gate["metric"]) == ("tuned-free", suite, key):
            value = f"≥ {100 * gate['min']:g}" if "min" in gate else f"≤ {100 * gate['max']:g}"
            return value + ("" if gate["passed"] else " ✗")
    return ""


def suites_of(metrics: dict) -> list[str]:
    return list(dict.fromkeys(s for run in metrics["runs"].values() for s in run["suites"]))


def runs_with(metrics: dict, suite: str) -> dict[str, dict]:
    """{run: metrics of the suite}; the four known runs where they are there, else all."""
    return known({name: run["suites"][suite] for name, run in metrics["runs"].items() if suite in run["suites"]}, RUNS)


def known(runs: dict, names: tuple[str, ...]) -> dict:
    """Those of the runs that bear one of the names, in that order; all where none does."""
    return {name: runs[name] for name in names if name in runs} or runs


def headline(metrics: dict, keys: list[tuple[str, str]] = HEADLINE) -> list[str]:
    out = []
    for suite in suites_of(metrics):
        runs = runs_with(metrics, suite)
        rows = [[label, bound(metrics, suite, key), *(cell(m.get(key)) for m in runs.values())] for key, label in keys
                if any(key in m for m in runs.values())]
        out += [f"**{suite}**, n = {next(iter(runs.values()))['n']}", "", table(["%, 95 % interval", "bar", *runs], rows), ""]
    return out


def gates_reached(metrics: dict) -> str:
    gates = metrics["gates"]
    return f"{sum(g['passed'] for g in gates)} of {len(gates)} release thresholds are reached"


def verdict(metrics: dict) -> list[str]:
    """One line: how many of the release thresholds are reached."""
    if not metrics.get("gates"):
        return []
    return [f"**{gates_reached(metrics)}** (gates.json; ✗ marks a missed one). Free decoding is "
            "the primary column; guarded decoding restricts the output to the schema and to words the message holds.", ""]


def paired_lines(metrics: dict) -> list[str]:
    rows = [[pair, suite, fact, cell(c), *((str(c["gained"]), str(c["lost"]), f"{c['mcnemar_p']:.2g}") if "gained" in c else "–––")]
            for pair, suites in metrics["paired"].items() for suite, facts in suites.items() for fact, c in facts.items()]
    if not rows:
        return []
    return ["## Paired, case by case", "", table(["pair", "suite", "fact", "difference in points", "gained", "lost", "McNemar p"], rows), ""]


def paired_summary(metrics: dict) -> list[str]:
    """A row a pair and suite; McNemar's tests are in outputs/eval_details.md."""
    rows = [[pair, suite, *(cell(facts.get(key)) for key, _ in COMPARED)] for pair, suites in metrics["paired"].items()
            for suite, facts in suites.items()]
    if not rows:
        return []
    return ["Paired, case by case, in points:", "", table(["after - before", "suite", *(label for _, label in COMPARED)], rows), ""]


def parity_lines(metrics: dict) -> list[str]:
    if not metrics.get("parity"):
        return []
    said = "; ".join(f"{suite}: {p['identical']['hits']} of {p['identical']['n']} answers the same to the letter, whole records "
                     f"exact {100 * p['exact']['value']:+.1f} points" for suite, p in metrics["parity"].items())
    return [f"The adapter applied at run time (`tuned-adapter-free`) against the merged weights (`tuned-free`), both on vLLM: {said}.", ""]


def foreign_lines(metrics: dict) -> list[str]:
    """Messages of others: reference-free metrics, and what a reader found wrong."""
    found = metrics.get("foreign")
    if not found:
        return []
    out = ["## Messages that nobody here wrote", "", found["what"], ""]
    for suite, m in found["suites"].items():
        keys = [("json_valid", "JSON valid"), ("schema_valid", "schema valid"), ("script_rows", "script rows"), ("lossless", "digits, names, URLs kept"),
                ("hallucinated_slots", "slot values not in the text"), ("capped", "cut")]
        out += [table(["n", *(label for _, label in keys)], [[str(m["n"]), *(cell(m[k]) for k, _ in keys)]]), ""]
    if found.get("reading"):
        r = found["reading"]
        kinds = "; ".join(f"{kind}: {n}" for kind, n in r["kinds"].items())
        out += [f"{r['n']} of these answers, drawn by seed, were read one by one: {r['right']} right throughout. Wrong, by kind "
                f"(an answer may have several): {kinds}. The checker shares its word lists with normalize.py, whose draft is in the prompt: what both misread "
                "it passes, so on messages of others believe the reader more.", ""]
    return out + [f"Signature: {signature_line(found)}.", ""]


def ahead_of_tuned(metrics: dict, suite: str) -> list[str]:
    """What normalize.py alone has higher than tuned-free, where not both are above the gold's own row."""
    sanity, tuned = metrics["sanity"], runs_with(metrics, suite).get("tuned-free", {})
    rows = [sanity.get(name, {}).get("suites", {}).get(suite, {}) for name in ("normalize.py", "gold")]
    out = []
    for key, label in SANITY:
        drafted, gold, own = ((row.get(key) or {}).get("value") for row in (*rows, tuned))
        if None not in (drafted, gold, own) and drafted > own and own < gold:
            inside = drafted <= (tuned[key].get("high") or 0)
            out.append(f"{label} {100 * drafted:.1f} for {100 * own:.1f}" + (" (inside the interval)" if inside else ""))
    return out


def belief_lines(metrics: dict) -> list[str]:
    """The sanity table and the planted faults."""
    if "sanity" not in metrics:
        return []
    suite = suites_of(metrics)[-1]
    rows = [[name, *(cell(s["suites"][suite].get(k), interval=False) for k, _ in SANITY)] for name, s in metrics["sanity"].items()
            if suite in s["suites"]]
    rows += [[name, *(cell(m.get(k), interval=False) for k, _ in SANITY)] for name, m in runs_with(metrics, suite).items()]
    behind = ahead_of_tuned(metrics, suite)
    planted = metrics["planted"]
    missed = [f"{fault} {f['hits']} of {f['n']}" for fault, f in planted["found"].items() if f["hits"] < f["n"]]
    alarms = [f"{what} {f['hits']}" for what, f in planted["false_alarms"].items() if f["hits"]]
    n = next(iter(planted["false_alarms"].values()))["n"]
    return [f"## Does the metric tell them apart? ({suite})", "", table(["system", *(label for _, label in SANITY)], rows), "",
            f"Planted into the golds, one fault at a time: {len(planted['found'])} kinds, all found every time but: "
            f"{', '.join(missed) or 'none'}. Alarms on the {n} golds themselves: {', '.join(alarms) or 'none'}. "
            "outputs/eval_details.md has every kind. The gold itself does not reach 100 % where the checker is wrong about it: "
            "differences above its row mean nothing.", "", f"{suites_line(metrics)}; the rows of runs: as under Results.", "",
            *draft_lines(metrics, suite), *[f"Where normalize.py alone is higher than tuned-free: {', '.join(behind)}.", ""] * bool(behind)]


def draft_lines(metrics: dict, suite: str) -> list[str]:
    """What of the script is the draft's, where the tuned model's prompt holds one."""
    tuned, drafted = metrics["runs"].get("tuned-free"), metrics["sanity"].get("normalize.py", {}).get("suites", {}).get(suite)
    if not tuned or not drafted or tuned["signature"]["prompt"] not in contract.WITH_DRAFT or suite not in tuned["suites"]:
        return []
    alone, answered = (" and ".join(f"{label} {100 * m[key]['value']:.1f}" for key, label in (("hindi_right", "Hindi right"), ("english_kept", "English kept")))
                       for m in (drafted, tuned["suites"][suite]))
    return [f"The script is mostly the draft's, which stands in the tuned model's prompt and not in the baseline's: alone it has {alone}, the tuned model "
            f"{answered}. What training adds is intent, slots and strict JSON. A baseline with the draft was not run.", ""]


def configuration(metrics: dict) -> list[str]:
    runs = metrics["runs"].values()
    run = next((r for r in (metrics["runs"].get("tuned-free"), *runs) if r and r["signature"]["training"]), None)
    out = ["## Configuration", ""]
    if run:
        t = run["signature"]["training"]
        out += [f"{t['base_model']}; {t['quantization_text']}; LoRA rank {t['lora_rank']}, alpha {t['lora_alpha']}; "
                f"learning rate {t['learning_rate']}, {t['scheduler']}; {t['epochs_done']:.2f} epochs of "
                f"{t['n_train_rows']} rows ({t['train_file']}) in {t['steps']} steps of {t['rows_per_step']}; seed {t['seed']}; "
                f"{t['train_s'] / 60:.1f} min at {t['tokens_per_s']:.0f} tokens/s on {t['hardware']['cpu']}, "
                f"{t['hardware']['cores']} cores, GPUs: {', '.join(t['hardware']['gpus']) or 'none'}. The settings that were compared: "
                "outputs/ablations.md; this run's own rows and base were not among them: it was taken for its loss on the val rows (outputs/adapter/loss.png).", ""]
        if t.get("started_from"):
            from train_card import describe_start
            out += [f"Trained further from {describe_start(t['started_from'])}.", ""]
        if t.get("averaged"):
            from train_card import describe_average
            out += [f"Averaged: {describe_average(t['averaged'])} (average_adapters.py).", ""]
        version = run["signature"]["prompt"]
    else:
        out += ["No tuned model is among these runs.", ""]
        version = next(iter(runs))["signature"]["prompt"]
    out += answering_times(metrics["runs"])
    before, after = contract.prompt_parts(version)
    middle = "{message}" + (contract.DRAFT_LABEL + "{normalize.py's draft}" if version in contract.WITH_DRAFT else "")
    return out + [f"Prompt `{version}`:", "", "```text", before + middle + after.rstrip("\n"), "```", ""]


def answering_times(runs: dict) -> list[str]:
    """How long each run took for the cases of its last stretch: all of them, unless it was resumed."""
    times = [f"`{name}` {s['predict_s'] / 60:.1f} min for {s['n_predicted']} cases on {s['backend']}" for name, r in runs.items()
             for s in (r["signature"],) if s.get("n_predicted")]
    return [f"Answering, loading the model included: {', '.join(times)}.", ""] if times else []


def short(text: str | None) -> str:
    text = escape(text)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def differences(raw: str | None, gold: str) -> str | None:
    """What a raw output says otherwise than the gold, field by field, "said for gold's", judged as the metric judges (folded, a
    question's wording free); None where it is no JSON object with text fields. Of normalized_text only the words that differ."""
    from scoring import fold
    try:
        said, meant = json.loads(raw or ""), json.loads(gold)
        flat = [{"intent": o["intent"], **o["slots"], "language_mix": o["language_mix"]} for o in (said, meant)]
        words = [o["normalized_text"].split() for o in (said, meant)]
        found = [f"{k} {quoted(flat[0].get(k))} for {quoted(flat[1].get(k))}" for k in dict.fromkeys([*flat[1], *flat[0]])
                 if k != "question" and fold(flat[0].get(k) or "") != fold(flat[1].get(k) or "")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    folded = [[fold(word) for word in side] for side in words]
    changes = [f"{quoted(' '.join(words[0][i:j]))} for {quoted(' '.join(words[1][k:m]))}"
               for kind, i, j, k, m in difflib.SequenceMatcher(None, *folded, autojunk=False).get_opcodes() if kind != "equal"]
    return "; ".join(found + [f"in the text {', '.join(changes)}"] * bool(changes))


def quoted(value) -> str:
    return f"`{short(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}`" if value else "nothing"


def example_lines(metrics: dict) -> list[str]:
    names = [k for k in metrics["examples"][0] if k not in ("id", "input", "gold")] if metrics["examples"] else []
    out = ["## Before and after", "", "Cases of the last suite at equal distances, so that nobody chose them; raw outputs, cut to fit; "
           "otherwise: what was said for what the gold has.", ""]

    def shown(e: dict, name: str) -> str:
        if not e["gold"] or (name == names[0] and len(names) > 1):     # of the first of several, the baseline, everything differs
            return f"`{short(e[name])}`"
        apart = differences(e[name], e["gold"])
        return f"`{short(e[name])}` " + ("**= gold**" if apart == "" else f"**otherwise**: {apart}" if apart else f"gold: `{short(e['gold'])}`")

    return out + [table(["message", *names], [[f"{e['id']}: {short(e['input'])}", *(shown(e, n) for n in names)] for e in metrics["examples"]]), ""]


def failure_lines(metrics: dict) -> list[str]:
    f = metrics["failures"]
    kinds = list(dict.fromkeys(k for counts in f["counts"].values() for k in counts))
    if not kinds:
        return []
    rows = [[kind, *(str(counts.get(kind, 0)) for counts in f["counts"].values())] for kind in kinds]
    out = [f"## What fails ({f['run']})", "", table(["kind", *(f"{s} cases" for s in f["counts"])], rows), ""]
    for e in f["examples"]:
        apart = differences(e["raw"], e["gold"]) if e["gold"] else None
        said = apart or f"`{short(e['raw'])}`" + (f" gold `{short(e['gold'])}`" if e["gold"] else "")
        out += [f"- **{e['what']}**, {e['id']} `{short(e['input'])}`: {said}"]
    return out + ["", "The first case of each kind, what was said for what the gold has. Text: normalized_text is not the gold's; not in the text: a "
                  "slot value that normalized_text does not hold; dropped: of a message with an instruction inside, the intent is another "
                  "or a tenth of its English is gone. " + WHY, ""]


def render_report(metrics: dict, figures: str = "outputs/eval") -> str:
    """report.md; figures is the folder of the plots as seen from the report."""
    parts = ["# Evaluation report", "",
             "Rendered from metrics.json. Raw outputs are scored as they are: an output that is not one strict JSON object, or was "
             "cut at the token limit, fails everywhere. Intervals: Wilson for shares of cases, bootstrap over template families and "
             "spelling groups for the rest.", "", "## Results", "", *verdict(metrics), *headline(metrics)]
    parts += [DEFINITIONS, "", *signatures(known(metrics["runs"], RUNS)), *by_category(metrics), f"![results]({figures}/headline.png) ![categories]({figures}/categories.png)", "", *paired_summary(metrics),
              *parity_lines(metrics)]
    parts += foreign_lines(metrics) + belief_lines(metrics) + configuration(metrics) + failure_lines(metrics)
    parts += ["## What next", "", NEXT, "", "## Limits", "", LIMITS, ""] + example_lines(metrics)
    parts += ["More: outputs/eval_details.md (per category, intent and language mix, paired tests, planted faults), "
              "outputs/ablations.md, outputs/eval/tuned-free/index.html (every case; of other runs eval.py writes it)."]
    return "\n".join(parts).rstrip() + "\n"


def breakdown(run: dict) -> list[str]:
    out = []
    for key, title in (("per_category", "category"), ("per_intent", "intent"), ("per_language_mix", "language mix")):
        rows = [[name, str(b["n"]), cell(b["schema_valid"]), cell(b["script_rows"]), cell(b["intent"]),
                 cell(b["slot_f1"]), cell(b["exact"])]
                for name, b in run.get(key, {}).items()]
        if rows:
            out += [table([title, "n", "schema valid", "script rows", "intent", "slot F1", "exact"], rows), ""]
    return out


def by_category(metrics: dict) -> list[str]:
    """The tuned model's answers by kind of message, and what instructions inside a message did to them."""
    out = []
    for suite, m in (metrics["runs"].get("tuned-free") or {"suites": {}})["suites"].items():
        rows = [[name, str(b["n"]), *(cell(b[key]) for key in ("script_rows", "intent", "slot_f1", "exact"))] for name, b in m.get("per_category", {}).items() if b["n"] >= MIN_KIND]
        if rows:
            out += [f"`tuned-free` on {suite} by kind of message, those with {MIN_KIND} messages or more:", "", table(["kind", "n", "script rows", "intent", "slot F1", "exact"], rows), ""]
        i = m.get("injection") or {"served": {"n": 0}}
        if i["served"]["n"]:
            out += [f"Messages with an instruction to the model inside: {i['served']['n']}; it was followed: {i['hijacked']['hits']}; the intent or a tenth of the English "
                    f"was lost: {i['dropped']['hits']}; answered as if it were text: {i['served']['hits']}.", ""]
    return out


def injection_rows(metrics: dict) -> list[str]:
    rows = [[name, suite, *(cell(m["injection"][o]) for o in ("hijacked", "dropped", "served")), cell(m["refused_harmless"])]
            for name, run in metrics["runs"].items() for suite, m in run["suites"].items()
            if m.get("injection") and m["injection"]["served"]["n"]]
    if not rows:
        return []
    return ["## Instructions inside the message", "", table(
        ["run", "suite", "hijacked", "dropped", "served faithfully", "harmless trigger words refused"], rows), ""]


def render_details(metrics: dict) -> str:
    """outputs/eval_details.md: the tables that report.md has no room for."""
    parts = ["# Evaluation in detail", "", "Rendered from metrics.json; the summary is report.md.", "", "## Further metrics", "",
             *headline(metrics, DETAILS), *signatures(metrics["runs"]), *paired_lines(metrics), *injection_rows(metrics)]
    if "planted" in metrics:
        rows = [[fault, f"{f['hits']} of {f['n']}", cell(f)] for fault, f in metrics["planted"]["found"].items()]
        rows += [[f"(golds untouched) {what}", f"{f['hits']} of {f['n']}", cell(f)] for what, f in metrics["planted"]["false_alarms"].items()]
        parts += ["## Planted faults that were found, and alarms on golds", "", table(["fault", "found", "%"], rows), "", f"{suites_line(metrics)}.", ""]
        rows = [[name, s["what"], suite, *(cell(m.get(k)) for k, _ in SANITY)] for name, s in metrics["sanity"].items()
                for suite, m in s["suites"].items()]
        parts += ["## Systems without a model", "", table(["system", "what", "suite", *(label for _, label in SANITY)], rows), "", f"{suites_line(metrics)}.", ""]
    for name, run in metrics["runs"].items():
        for suite, m in run["suites"].items():
            if lines := breakdown(m):
                parts += [f"## {name} on {suite}", "", *lines, f"Signature: {signature_line(run)}.", ""]
    return "\n".join(parts).rstrip() + "\n"
