"""Every inflected form of a Hindi verb stem, and the plural and oblique forms of a noun.

    python inflect.py कर जा बता किताब लड़का    # the forms that lexicon.py adds to its word list

Reads:  nothing
Writes: nothing
"""
import sys

from romanize import HALANT, INDEPENDENT, SIGN_OF, nfc

VOWEL_SIGNS = frozenset(SIGN_OF)
# ending of a consonant stem -> share of a verb's uses in chat; the endings of vowel stems are rewritten from these.
_ENDINGS = {
    "": .16, "ना": .07, "ने": .10, "नी": .03, "ता": .07, "ते": .07, "ती": .04, "तीं": .002,
    "ूँ": .02, "े": .04, "ें": .04, "ो": .05, "िए": .02, "िये": .002, "िएगा": .004, "ूँगा": .012, "ूँगी": .008, "ेगा": .02,
    "ेगी": .012, "ेंगे": .015, "ेंगी": .003, "ोगे": .006, "ोगी": .003, "कर": .03, "के": .02, "ियो": .0005,
}
_PERFECT = {"ा": .06, "े": .03, "ी": .04, "ीं": .004}
_IRREGULAR_PERFECT = {
    "कर": "किया किए की कीं", "जा": "गया गए गई गईं", "दे": "दिया दिए दी दीं", "ले": "लिया लिए ली लीं", "हो": "हुआ हुए हुई हुईं",
    "पी": "पिया पिए पी पीं", "जी": "जिया जिए जी जीं", "सी": "सिया सिए सी सीं", "छू": "छुआ छुए छुई छुईं",
}
_POLITE = {"कर": "कीजिए", "दे": "दीजिए", "ले": "लीजिए", "पी": "पीजिए", "हो": "होइए"}
INDEPENDENT_OF = {sign: letter for letter, sign in INDEPENDENT.items()}


def _glide(stem: str, ending: str) -> str:
    """A vowel-initial ending after a stem that ends in a vowel: खा + ूँगा -> खाऊँगा."""
    head = ending[0]
    return stem + INDEPENDENT_OF.get(head, head) + ending[1:]


def _future_of_e(stem: str) -> dict[str, str]:
    """दे and ले lose their vowel: दूँ, दे, दें, दो."""
    base = stem[:-1]
    return {e: base + e for e in _ENDINGS if e and e[0] in "ूेो"}


def verb_forms(stem: str) -> dict[str, float]:
    """Forms of an NFC verb stem with their rough share of its uses."""
    last = stem[-1]
    vowel = last in VOWEL_SIGNS or last in INDEPENDENT
    special = _future_of_e(stem) if last == "े" else {}
    out: dict[str, float] = {}
    for ending, share in _ENDINGS.items():
        if ending in special:
            form = special[ending]
        elif ending[:1] == "ि" and stem in _POLITE:
            form = _POLITE[stem] + ending[2:] if ending in ("िए", "िएगा") else ""
        elif ending[:1] in VOWEL_SIGNS and vowel:
            base = stem[:-1] + "ि" if last == "ी" and ending[0] in "ेो" else stem[:-1] + "ु" if last == "ू" else stem
            if base != stem and ending[0] == "ो" and last == "ी":
                out[base + "य" + ending] = share                # पियो, जियोगे
                continue
            # the nasal over an independent letter without a stroke above is a chandrabindu: जाएँ, जाएँगे
            form = _glide(base, ending.replace("ें", "ेँ"))
        else:
            form = stem + ending
        if form:
            out[form] = max(out.get(form, 0.0), share)
    out.update({f: max(s, out.get(f, 0.0)) for f, s in _perfect(stem, vowel).items()})
    if stem == "हो":
        for form in "हूँ है हैं हो था थे थी थीं होऊँ हों हूँगा हूँगी होंगे होंगी".split():
            out[form] = .05
    return {nfc(f): s for f, s in out.items()}


def _perfect(stem: str, vowel: bool) -> dict[str, float]:
    if stem in _IRREGULAR_PERFECT:
        return dict(zip(_IRREGULAR_PERFECT[stem].split(), _PERFECT.values()))
    if not vowel:
        return {stem + e: s for e, s in _PERFECT.items()}
    endings = ("या", "ए", "ई", "ईं")
    return {stem + e: s for e, s in zip(endings, _PERFECT.values())}


def noun_forms(word: str) -> dict[str, float]:
    """Plural and oblique forms an NFC noun or adjective may have, with their share of its uses."""
    last = word[-1]
    stem = word[:-1]
    if last == "ा":
        return {stem + "े": .2, stem + "ों": .06, word + "ओं": .02, word + "एँ": .02, stem + "ी": .03}
    if last in "ीि":
        return {stem + "ियाँ": .08, stem + "ियों": .1}
    if last in "ूु":
        return {stem + "ुओं": .08, stem + "ुएँ": .01}
    if last in VOWEL_SIGNS or last in INDEPENDENT or last in "ंँः" + HALANT:
        return {}
    return {word + "ों": .1, word + "ें": .04}


def main() -> None:
    for word in map(nfc, sys.argv[1:]):
        print(word, "verb:", " ".join(verb_forms(word)))
        print(word, "noun:", " ".join(noun_forms(word)))


if __name__ == "__main__":
    main()
