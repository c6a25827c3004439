"""predict.py on messages that need no model, and the order of its attempts (the engine is not under test: a stub
gives the raw answers)."""
import argparse
import json
import subprocess
import sys

import pytest

import contract
import predict
from common import ROOT, Problem
from gateway import checks, faults

GOOD = contract.serialize(contract.EXAMPLE_OUTPUT)


@pytest.mark.parametrize("text", ["", "   ", "🙏🏽👍", "\x00\x1b", "...!?", "\u200d"])
def test_nothing_to_act_on_is_out_of_scope_without_a_model(text):
    got = subprocess.run([sys.executable, "predict.py", "--", text.replace("\x00", "\x01")], cwd=ROOT, capture_output=True,
                         text=True)
    assert got.returncode == 0, got.stderr
    obj = contract.parse_strict(got.stdout)
    assert obj["intent"] == "out_of_scope" and contract.validate(obj) == []
    assert got.stdout.count("\n") == 1


def test_ten_thousand_characters_are_refused_in_one_sentence():
    got = subprocess.run([sys.executable, "predict.py", "kya " * 2500], cwd=ROOT, capture_output=True, text=True)
    assert got.returncode == 1 and got.stdout == "" and got.stderr.count("\n") == 1 and "characters" in got.stderr


def test_a_bad_line_does_not_end_a_stream():
    got = subprocess.run([sys.executable, "predict.py"], cwd=ROOT, capture_output=True, text=True,
                         input="🙏\n" + "x" * 9000 + "\n👍\n")
    assert got.returncode == 1 and got.stdout.count("out_of_scope") == 2 and "1 message " in got.stderr


def parser_with(*answers):
    """A Parser whose engine gives these (raw, finish) in turn, and the list of the modes it was asked in."""
    parser, modes, left = predict.Parser(argparse.Namespace()), [], list(answers)

    def ask(text, guarded):
        modes.append(guarded)
        return left.pop(0)

    parser.ask = ask
    return parser, modes


def test_a_valid_free_answer_is_taken():
    parser, modes = parser_with((GOOD, "stop"))
    assert parser.parse(contract.EXAMPLE_INPUT) == contract.EXAMPLE_OUTPUT and modes == [False]


def test_a_broken_free_answer_is_asked_again_guarded():
    parser, modes = parser_with(("Sure! " + GOOD, "stop"), (GOOD, "stop"))
    assert parser.parse(contract.EXAMPLE_INPUT) == contract.EXAMPLE_OUTPUT and modes == [False, True]


def test_two_broken_answers_are_an_error_never_a_half_object():
    parser, _ = parser_with((GOOD[:-3], "length"), ("{}", "stop"))
    with pytest.raises(Problem, match="no valid object"):
        parser.parse("kal 2 baje")


def test_an_answer_that_fails_a_check_is_asked_again_and_the_one_with_fewer_faults_is_taken():
    roman, lost = GOOD.replace("भाई", "bhai"), GOOD.replace("भाई कल", "भाई")
    assert [faults(checks(json.loads(a), contract.EXAMPLE_INPUT, "free", None)) > 0 for a in (GOOD, roman, lost)] == [False, True, True]
    parser, modes = parser_with((roman, "stop"), (GOOD, "stop"))
    assert parser.parse(contract.EXAMPLE_INPUT) == contract.EXAMPLE_OUTPUT and modes == [False, True]
    for second in ((roman.replace("दो", "do"), "stop"), (roman, "stop"), ("{", "length")):
        parser, modes = parser_with((roman, "stop"), second)
        assert parser.parse(contract.EXAMPLE_INPUT) == json.loads(roman) and modes == [False, True]
