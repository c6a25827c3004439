"""The draft: standard spellings, context, nothing lost, the same for every way of typing one string."""
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings, strategies as st

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from contract import EXAMPLE_INPUT, EXAMPLE_OUTPUT, clean_input  # noqa: E402
from normalize import candidates, draft  # noqa: E402

MESSAGE = st.lists(st.sampled_from(
    "kal baje bhai kardo krna nhi main is to 2baje 500rs 4pm ₹500 OTP meeting Rahul मीटिंग को ज़रूरत क्\u200dया hai... haan, "
    "ok? 🙏 ५०० a.b@x.com www.x.in/a me do the café बात\u200c -- 10k bhej de kr do\n".split(" ")), max_size=12).map(" ".join)
ANY = st.text(max_size=50)


@pytest.mark.parametrize("text,expected", [
    (EXAMPLE_INPUT, EXAMPLE_OUTPUT["normalized_text"]),
    ("the main issue is ki OTP time pe nahi aata", "the main issue is कि OTP time पर नहीं आता"),
    ("kal 2baje", "कल 2 बजे"),
    ("haan... wait", "हाँ... wait"),
    ("kardo", "कर दो"), ("bhej de", "भेज दो"), ("kr do yr", "कर दो यार"),
    ("meri meeting hai", "मेरी meeting है"),
    ("mujhe 500rs bhej do", "मुझे 500rs भेज दो"),
    ("sawa lakh ka loan chahiye", "सवा लाख का loan चाहिए"),
    ("1.5 lakh ka loan", "1.5 lakh का loan"),
    ("मीटिंग को फ्राइडे", "meeting को Friday"),
    ("ओटीपी नहीं आया", "OTP नहीं आया"),
    ("main ghar pe hu", "मैं घर पर हूँ"),
    ("mai office me hu", "मैं office में हूँ"),
    ("please cancel my order", "please cancel my order"),
    ("bhejdo aaraha baadme", "भेज दो आ रहा बाद में"),
    ("nahiii bhaiiii pleaseee", "नहीं भाई pleaseee"),
    ("meetng cancel krdo", "meetng cancel कर दो"),
    ("ek chai aur do samose", "एक चाय और दो समोसे"),
    ("JALDI KARO YAAR", "जल्दी करो यार"),
    ("Rahul ko Jaipur bhejo", "Rahul को Jaipur भेजो"),
    ("राहुल को", "राहुल को"),
    ("HDFC ka ATM card", "HDFC का ATM card"),
    ("usko bolo ki main late aaunga", "उसको बोलो कि मैं late आऊँगा"),
    ("new York me weather kaisa he", "new York में weather कैसा है"),
    ("मुझे नही चाहिए", "मुझे नहीं चाहिए"),
    ("kya barish horahi he", "क्या बारिश हो रही है"), ("id he karan@okicici", "id है karan@okicici"), ("problem h app me", "problem है app में"),
    ("where is he, I think he is late", "where is he, I think he is late"),
    ("playlist me is gaane ko daalo", "playlist में इस गाने को डालो"), ("is it me or is the app slow", "is it me or is the app slow"),
    ("bolo ki me kal aa raha hu", "बोलो कि मैं कल आ रहा हूँ"),
    ("account me 500 dal do, dal chawal bhi", "account में 500 डाल दो, दाल चावल भी"),
    ("dad ko bolo kitna hot hai", "dad को बोलो कितना hot है"), ("flight kal land karegi, sale par mila tha", "flight कल land करेगी, sale पर मिला था"),
    ("Chris ko bolo ki I ' m late", "Chris को बोलो कि I ' m late"),
    ("5 dino se set kiya hua tha, upar wala", "5 दिनों से set किया हुआ था, ऊपर वाला"),
    ("rahul aur neha ko bhejo, baaki baad me", "rahul और neha को भेजो, बाक़ी बाद में"),
    ("", ""),
])
def test_drafts(text, expected):
    assert draft(text) == expected


def kept(text):
    """Everything that is neither letter, mark nor white space, in order."""
    return regex.sub(r"[\p{L}\p{M}\s\p{C}]", "", text)


@given(MESSAGE | ANY)
@settings(max_examples=300, deadline=None)
def test_digits_and_marks_survive(text):
    assert kept(draft(text)) == kept(clean_input(text))


@given(MESSAGE)
@settings(max_examples=200, deadline=None)
def test_idempotent(text):
    once = draft(text)
    assert draft(once) == once


@given(MESSAGE | ANY)
@settings(max_examples=200, deadline=None)
def test_nfc_and_nfd_give_the_same(text):
    assert draft(unicodedata.normalize("NFC", text)) == draft(unicodedata.normalize("NFD", text))


def test_white_space_inside_stays():
    assert draft("kal  aana\n\nok") == "कल  आना\n\nok"


def test_candidates_are_ranked_and_lead_with_the_draft():
    rows = candidates("kal meeting hai")
    assert [r["text"] for r in rows] == ["kal", "meeting", "hai"]
    assert [r["readings"][0]["text"] for r in rows] == ["कल", "meeting", "है"]
    for r in rows:
        scores = [c["score"] for c in r["readings"]]
        assert scores == sorted(scores, reverse=True)


def test_jsonl_command():
    done = subprocess.run([sys.executable, str(ROOT / "normalize.py"), "--jsonl"], text=True, capture_output=True,
                          input='{"id": 7, "input": "kal 2 baje"}\n', check=True)
    row = json.loads(done.stdout)
    assert row["id"] == 7 and row["normalized_text"] == "कल 2 बजे" and len(row["candidates"]) == 3


def test_text_command():
    done = subprocess.run([sys.executable, str(ROOT / "normalize.py"), "kal 2 baje"], text=True, capture_output=True,
                          check=True)
    assert done.stdout == "कल 2 बजे\n"
