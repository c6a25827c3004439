"""What a word's neighbours say about it beyond the pair scores of context.py: rules for single words, each with its reason.

`weigh` changes the scores of states in a lattice, `polite` the forms of a decoded path.

Reads:  what context.py and lexicon.py read
Writes: nothing
"""
import re
from dataclasses import replace

import context
import lexicon
import tokens as tk
from context import State

RULED_OUT = 3.0          # log cost of what cannot stand here, or the gain of what must
AGREEMENT = 1.5          # log score of a subject that agrees with its verb
FIRST_PERSON = re.compile(r"^(hu|hun|hoon|hoo|hu+n?)$|(unga|ungi|oonga|oongi)$|^हू[ँं]$|[ूऊ][ँं](गा|गी)?$")
SUBJECTS = frozenset("main mai mein me".split())                   # what may be मैं
BEFORE_SUBJECT = frozenset("agar jab ki kya kyuki kyunki ke".split())    # words that begin a clause, as far as `me` behind them is मैं
# `he`: words of English that stand beside it, of Hindi that do, and how rare an English verb may be.
AROUND_HE = frozenset("is was did does has had can could will would should may might must if when what where who why how that and or but than as "
                      "said says think until because so before after whom which while where's what's how's who's".split())
AFTER_HE = frozenset("plz pls please na kya aur to toh par pe se me mein ka ki ke ko bhi yaar bhai sir".split())
BEFORE_HE = frozenset("raha rahe rahi rha rhe rhi gaya gayi gye gya hota hoti hote".split())
UNKNOWN_ENGLISH = -16.0  # rarer than this is no English verb
GIVE = frozenset("de do dena dijiye dijie diya di den dein denge dunga dungi du dun".split())      # forms of देना
SHORT_FORMS = frozenset("m s t d re ve ll".split())        # ends of I'm, it's, don't, I'd, you're, I've, I'll
IMPERATIVE_TAIL = frozenset("रहा रही रहे सका सकता सकती सकते सके पाया पाई पाए तो के कर चुका चुकी चुके दिया देना देगा जा".split())


def weigh(found: list[tk.Token], lattice: list[tuple[State, ...]]) -> list[tuple[State, ...]]:
    """The lattice with the scores of some states changed by what stands beside them."""
    out = list(lattice)
    _agree(found, out)
    _no_english(found, out)
    _put(found, out)
    return out


def _agree(found: list[tk.Token], out: list[tuple[State, ...]]) -> None:
    """A verb in the first person (hu, jaunga) speaks for the first `main` or `mai` of its sentence as मैं; for `me` where a clause begins."""
    subject = None
    for i, token in enumerate(found):
        if token.text in context.SENTENCE_ENDS:
            subject = None
        elif subject is None and (token.text.lower() in SUBJECTS - {"me"}
                                  or token.text.lower() == "me" and i and found[i - 1].text.lower() in BEFORE_SUBJECT):
            subject = i
        elif subject is not None and i > subject + 1 and FIRST_PERSON.search(token.text.lower()):
            out[subject] = tuple(replace(s, emit=s.emit + AGREEMENT) if s.form == "मैं" else s for s in out[subject])
            subject = -1        # one bonus a sentence
        if subject == -1:
            return


def _no_english(found: list[tk.Token], out: list[tuple[State, ...]]) -> None:
    """English words where no English has them: `me` behind a capital, a number or Devanagari (Albany me, 5 minute me), `me is`
    (playlist me is gaane ko), `he` behind a Hindi verb (ho raha he)."""
    def hindi(i: int) -> None:
        out[i] = tuple(replace(s, emit=s.emit - RULED_OUT) if s.lang == "en" else s for s in out[i])
    for i in range(1, len(found)):
        before = found[i - 1]
        if found[i].text == "me" and (before.kind in ("num", "deva") or before.kind == "latin" and before.text[0].isupper() and i > 1):
            hindi(i)
        elif found[i].text == "is" and before.text == "me":
            hindi(i - 1)
            hindi(i)
        elif found[i].text == "he" and (before.text in BEFORE_HE or _lone_he(before, found[i + 1] if i + 1 < len(found) else None)):
            hindi(i)


def _lone_he(before: tk.Token, after: tk.Token | None) -> bool:
    """Whether `he` stands where English has a verb behind it or one before it: meeting he plz, id he a@b."""
    if before.text.lower() in AROUND_HE or before.kind not in ("latin", "deva", "num"):
        return False
    if after is None or after.kind not in ("latin", "word") or after.text.lower() in AFTER_HE:
        return True
    return after.text[0].isupper() or lexicon.load().english_logp(after.text) < UNKNOWN_ENGLISH


def _put(found: list[tk.Token], out: list[tuple[State, ...]]) -> None:
    """`dal` before a form of देना is डाल (list me dal do), no दाल and no दल."""
    for i in range(len(found) - 1):
        if found[i].text.lower() == "dal" and found[i + 1].text.lower() in GIVE:
            out[i] = tuple(replace(s, emit=s.emit + RULED_OUT) if s.form == "डाल" else s for s in out[i])


def shortened(found: list[tk.Token], i: int) -> bool:
    """Whether a token is the end of an English short form that stands apart: I ' m, don ' t."""
    return (i > 1 and found[i].text.lower() in SHORT_FORMS and found[i - 1].text in ("'", "’") and found[i - 2].kind == "latin")


def shouted(found: list[tk.Token]) -> set[int]:
    """Places of words in a run of three or more in capitals: there they say nothing about names."""
    out, run = set(), []
    for i, token in enumerate(found):
        run = [*run, i] if token.kind == "latin" and len(token.text) > 1 and token.text.isupper() else []
        if len(run) >= 3:
            out.update(run)
    return out


def polite(found: list[tk.Token], forms: list[str]) -> list[str]:
    """The compound imperative `X de` as `X दो` (bhej de, kr de, karde), where de ends a command and was typed in Latin."""
    out = list(forms)
    for i, (token, form) in enumerate(zip(found, forms)):
        if token.kind != "latin" or not (form == "दे" or form.endswith(" दे")):
            continue
        before = form.split()[-2] if " " in form else forms[i - 1] if i else ""
        after = forms[i + 1] if i + 1 < len(forms) else ""
        if after not in IMPERATIVE_TAIL and before in context.verb_stems():
            out[i] = form[:-1] + "ो"
    return out
