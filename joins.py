"""Hindi words typed without a space between them: bhejdo, aaraha, baadme, kyahai.

    python joins.py bhejdo aaraha baadme

Reads:  what lexicon.py and context.py read
Writes: nothing

The second part is one of a closed list; the first must be a verb stem for what follows verbs, else a Hindi word that
is well known. Words that stand in the lexicon (karna, jaanta) are never split; the caller asks only for unknown ones.
"""
import sys
from functools import lru_cache

import context
import lexicon

# What people glue to a verb stem, and what they glue to any word: Roman spellings by the form they stand for.
AFTER_STEM = {
    "दो": "do doo", "दे": "de dey", "देना": "dena dna", "दीजिए": "dijiye dijie dejiye dijiyega deejiye", "दिया": "diya dia dya",
    "दी": "di dii", "दिए": "diye", "देंगे": "denge dege", "दूँगा": "dunga doonga", "दूँ": "du dun doon", "देगा": "dega",
    "देते": "dete", "दें": "den dein deen", "दोगे": "doge", "दोगी": "dogi", "देगी": "degi", "दूँगी": "dungi doongi", "लो": "lo loo", "ले": "le ley", "लेना": "lena lna", "लिया": "liya lia lya", "ली": "li", "लिए": "liye",
    "लीजिए": "lijiye lijie", "लेंगे": "lenge", "लूँगा": "lunga loonga", "लूँ": "lu lun", "लेते": "lete", "लेता": "leta",
    "गया": "gaya gya gyaa gaia", "गई": "gayi gyi gai gayee gyii", "गए": "gaye gye gae", "रहा": "raha rha rahaa ra",
    "रही": "rahi rhi rahee ri", "रहे": "rahe rhe rahey re", "सकता": "sakta skta", "सकती": "sakti skti",
    "सकते": "sakte skte", "जाओ": "jao jaao", "जाना": "jana jaana", "जाए": "jaye jae jaaye", "जाएगा": "jayega jaega jaayega jyega",
    "जाएगी": "jayegi jaegi jaayegi", "जाएँगे": "jayenge jaenge jaayenge", "जाओगे": "jaoge jaaoge", "जाओगी": "jaogi", "जाऊँगा": "jaunga jaoonga",
    "जाऊँगी": "jaungi", "जाऊँ": "jaun jaoon", "जाने": "jane jaane", "जानी": "jani jaani", "जाएँ": "jayein jaayen jayen", "चुका": "chuka", "चुकी": "chuki", "पाया": "paya", "पा": "paa", "कर": "kar kr", "के": "ke", "डालो": "dalo",
    "रखा": "rakha rkha", "रखी": "rakhi", "जाता": "jata", "जाती": "jati", "जाते": "jate", "पड़ेगा": "padega"}
AFTER_WORD = {
    "है": "hai hay he h", "हैं": "hain", "हूँ": "hu hun hoon hoo", "हो": "ho", "था": "tha", "थी": "thi", "थे": "the", "में": "me mein mai mei",
    "पर": "pe par pr", "को": "ko", "से": "se", "का": "ka", "की": "ki", "के": "ke", "तक": "tak tk", "भी": "bhi", "ही": "hi", "तो": "to toh",
    "नहीं": "nahi nhi", "वाला": "wala vala", "वाले": "wale vale", "वाली": "wali vali", "करो": "karo kro", "कर": "kar kr",
    "करना": "karna krna", "जी": "ji", "बार": "baar", "लिए": "liye"}
STEM_TAILS = {roman: form for form, typed in AFTER_STEM.items() for roman in typed.split()}
WORD_TAILS = {roman: form for form, typed in AFTER_WORD.items() for roman in typed.split()}
SHORT_STEMS = {"a": "आ", "aa": "आ", "ja": "जा", "jaa": "जा", "j": "जा", "ho": "हो", "h": "हो", "le": "ले", "de": "दे", "kr": "कर", "kar": "कर",
               "so": "सो", "rh": "रह", "reh": "रह", "bta": "बता", "dkh": "देख", "dek": "देख", "dikh": "दिख", "mil": "मिल", "dal": "डाल",
               "daal": "डाल", "rakh": "रख", "rkh": "रख", "bhj": "भेज", "bn": "बन", "ban": "बन", "bana": "बना", "chal": "चल"}
JOIN_COST = 2.0          # log cost of leaving out a space
WEAK_LEFT = -11.5        # a first part that fits worse than this is no word
TAIL_SHARE = 0.25        # the second part is near certain once the first is known


@lru_cache(maxsize=50_000)
def joined(token: str) -> tuple[tuple[str, float], ...]:
    """Readings of a lower-case Roman token as two words, ("भेज दो", log score), best first."""
    lex = lexicon.load()
    found: dict[str, float] = {}
    for cut in range(1, len(token) - 1):
        left, tail = token[:cut], token[cut:]
        as_stem, as_word = STEM_TAILS.get(tail), WORD_TAILS.get(tail)
        if not as_stem and not as_word or left[-1] == tail[0]:   # tikka is no ठीक का
            continue
        if as_stem and left in SHORT_STEMS:
            readings = [(SHORT_STEMS[left], -6.0)]
        elif cut < 3:
            continue
        else:
            readings = lex.readings(left, 3)
        for form, score in readings:
            if score < WEAK_LEFT or " " in form or form in lex.loans:
                continue
            stem = form in context.verb_stems()
            second = as_stem if as_stem and stem else as_word if as_word and form in lex.words else None
            if second:
                total = score + TAIL_SHARE * lex.deva_hindi_logp(second) - JOIN_COST
                pair = f"{form} {second}"
                found[pair] = max(found.get(pair, -99.0), total)
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def main() -> None:
    for token in sys.argv[1:]:
        print(token, "  ".join(f"{form} {score:.2f}" for form, score in joined(token)))


if __name__ == "__main__":
    main()
