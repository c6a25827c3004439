"""The checker: tokens, languages in context, violations, what was lost, and its command line."""
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from script_rules import check, label, language_mix, tokenize  # noqa: E402

# Letters of both scripts, nukta, joiners, both digit sets, marks and emoji: what messages are made of.
MESSAGE = st.text(st.sampled_from("abehikmnorstuyABKM कखगतनमयरलसहािीुेोंँ़्\u200c\u200d0123456789०१२ .,?!₹@#/:-'’🙏👍🏽\n"),
                  max_size=60)
ANY = st.text(max_size=60)


def words(text):
    return [(t.text, t.kind) for t in tokenize(text)]


@pytest.mark.parametrize("text,expected", [
    ("kal 2baje", ["kal", "2", "baje"]),
    ("4pm 10k 500rs 5min 3AC 2nd", ["4pm", "10k", "500rs", "5min", "3AC", "2nd"]),
    ("₹500 1.25 1,25,000 10:30 12/05/2024 50%", ["₹500", "1.25", "1,25,000", "10:30", "12/05/2024", "50%"]),
    ("98xxx ORD12345", ["98xxx", "ORD12345"]),
    ("haan... wait", ["haan", "...", "wait"]),
    ("rahul@okhdfc a.b@gmail.com https://x.in/a?b=1.", ["rahul@okhdfc", "a.b@gmail.com", "https://x.in/a?b=1", "."]),
    ("amazon.in pe theek hai.in logo", ["amazon.in", "pe", "theek", "hai", ".", "in", "logo"]),
    ("मुझे ज़रूरत क्\u200dया है।", ["मुझे", "ज़रूरत", "क्\u200dया", "है", "।"]),
    ("५०० रुपये don't 👩‍👩‍👧 🇮🇳 👍🏽", ["५००", "रुपये", "don't", "👩‍👩‍👧", "🇮🇳", "👍🏽"]),
])
def test_tokens(text, expected):
    assert [t.text for t in tokenize(text)] == expected


@given(ANY)
@settings(max_examples=300, deadline=None)
def test_tokens_tile_the_text(text):
    """Offsets are code points of the text as given; only white space and invisible characters lie between tokens."""
    at = 0
    for token in tokenize(text):
        assert text[token.start:token.end] == token.text and token.start >= at
        assert not any(c.isalnum() for c in text[at:token.start]), repr(text[at:token.start])
        at = token.end
    assert not any(c.isalnum() for c in text[at:])


@pytest.mark.parametrize("text,expected", [
    ("the main issue is ki OTP time pe nahi aata", "en en en en hi en en hi hi hi"),
    ("main kal bank jaunga", "hi hi en hi"),
    ("call me jab free ho", "en en hi en hi"),
    ("kar do", "hi hi"),
    ("how do i pay", "en en en en"),
    ("kal 2 baje", "hi num hi"),
    ("hmm ok", "other en"),
    ("मैं main road पर हूँ", "hi en en hi hi"),
    ("https://x.com 500", "url num"),
])
def test_language_in_context(text, expected):
    assert [i.lang for i in label(text)] == expected.split()


def violations(text, user_input=None):
    return [(i.text, i.violation) for i in label(text, user_input) if i.violation]


@pytest.mark.parametrize("text,expected", [
    ("भाई कल 2 बजे के बाद meeting को Friday 4pm पर shift कर दो", []),
    ("the main issue is कि OTP time पर नहीं आता", []),
    ("भाई कल 2 baje के बाद meeting को shift कर दो", [("baje", "roman_hindi")]),
    ("OTP time पर nahi आता", [("nahi", "roman_hindi")]),
    ("कल मीटिंग cancel कर दो", [("मीटिंग", "devanagari_english")]),
    ("मेरा ओटीपी नहीं आया", [("ओटीपी", "devanagari_english")]),
    ("पनीर और समोसा मँगा दो", []),
    ("", []), ("123 ??", []),
])
def test_violations(text, expected):
    assert violations(text) == expected
    assert check(text)["compliant"] is (not expected)
    assert check(text)["violations"] == len(expected)


def test_a_text_without_violation_is_stable_under_nfd():
    text = "भाई पाँच हज़ार रुपये की ज़रूरत है"
    assert violations(text) == violations(unicodedata.normalize("NFD", text)) == []


def test_lost_and_invented():
    row = check("कल 3 बजे meeting है", "kal 2 baje Rahul ke saath meeting hai 🙏")
    assert "2" in row["lost"] and "3" in row["invented"] and "🙏" in row["lost"]
    assert "meeting" not in row["lost"] and "meeting" not in row["invented"]
    row = check("मेरा OTP नहीं आया", "मेरा ओटीपी नहीं आया")
    assert row["lost"] == [] and row["invented"] == []


@pytest.mark.parametrize("text,expected", [
    ("कल meeting है", "hinglish"), ("कल आना", "hindi"), ("cancel my order", "english"), ("", "english"),
    ("500 🙏", "english"), ("hmm", "english"), ("कल Rahul Delhi जाएगा", "hindi"), ("कल delhi जाना है", "hindi"),
    ("20 lakh का कर्ज़", "hindi"), ("ATM कहाँ है", "hinglish"),
])
def test_language_mix(text, expected):
    assert language_mix(text) == expected


@given(MESSAGE | ANY)
@settings(max_examples=200, deadline=None)
def test_check_takes_any_string(text):
    row = check(text, text)
    assert row["compliant"] == (row["violations"] == 0)
    for token in row["tokens"]:
        assert text[token["start"]:token["end"]] == token["text"]
        assert token["lang"] in ("hi", "en", "name", "num", "url", "other") and 0.0 <= token["p"] <= 1.0
        assert token["violation"] in (None, "roman_hindi", "devanagari_english")


@given(MESSAGE)
@settings(max_examples=100, deadline=None)
def test_nfc_and_nfd_are_labelled_alike(text):
    one = [i.lang for i in label(unicodedata.normalize("NFC", text))]
    two = [i.lang for i in label(unicodedata.normalize("NFD", text))]
    assert one == two


def test_homographs_reach_their_bar():
    rows = [json.loads(line) for line in (ROOT / "tests" / "homographs.jsonl").read_text().splitlines()]
    assert len(rows) == 200 and len({r["word"] for r in rows}) == 20
    right = 0
    for r in rows:
        assert r["input"][r["start"]:r["end"]].lower() == r["word"]
        item = next(i for i in label(r["input"]) if i.start == r["start"])
        right += (item.lang == "hi") == (r["lang"] == "hi")
    assert right / len(rows) >= 0.92


def test_jsonl_command():
    rows = [{"id": 1, "text": "kal मीटिंग है"}, {"id": "b", "text": "कल 2 बजे", "input": "kal 2 baje"}]
    done = subprocess.run([sys.executable, str(ROOT / "script_rules.py"), "--jsonl"], text=True, capture_output=True,
                          input="".join(json.dumps(r) + "\n" for r in rows), check=True)
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["id"] == 1 and not first["compliant"] and first["violations"] == 2
    assert set(first["tokens"][0]) == {"text", "start", "end", "lang", "p", "violation"}
    assert [t["violation"] for t in first["tokens"]] == ["roman_hindi", "devanagari_english", None]
    assert second["compliant"] and second["lost"] == second["invented"] == []


def test_jsonl_names_the_bad_line():
    done = subprocess.run([sys.executable, str(ROOT / "script_rules.py"), "--jsonl"], text=True, capture_output=True,
                          input='{"id": 1, "text": "ok"}\nnot json\n')
    assert done.returncode != 0 and "line 2" in done.stderr


@pytest.mark.parametrize("text", ["UPI पर Rs. 2,480 भेजो", "Rs 500 भेज दो", "QA वाले को बिठा दो", "RO वाले को phone करना है", "RJ Naved आ रहा होगा"])
def test_capitals_and_currency_amid_devanagari_are_no_roman_hindi(text):
    assert check(text)["violations"] == 0
