"""The page of cases and the service's page in a real headless Chromium: what they do, keyboard, no console error, phone width."""
import contextlib
import json
import shutil

import pytest

import contract
import eval_page
import scoring

CHROMIUM = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run", "--disable-quic"]
LONG = "https://example.in/" + "x" * 300


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Three cases of two suites: right, not JSON and hostile, right JSON with the wrong script."""
    gold = contract.EXAMPLE_OUTPUT
    wrong = contract.serialize({**gold, "normalized_text": gold["normalized_text"].replace("कल", "kal"),
                                "slots": {"new_time": "Friday 4pm"}})
    raws = {"a1": contract.serialize(gold), "b1": f"</script><img src=x onerror=document.title='hijacked'>{LONG}", "b2": wrong}
    cases = [{"id": i, "suite": "test" if i == "a1" else "stress", "input": contract.EXAMPLE_INPUT, "output": gold,
              "meta": {"category": "voice" if i == "b2" else "time"}} for i in raws]
    predictions = [{"id": i, "raw": raw, "finish": "stop"} for i, raw in raws.items()]
    records = {s: [scoring.score_case(c, p) for c, p in zip(cases, predictions) if c["suite"] == s] for s in ("test", "stress")}
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(eval_page.render("run", "run: a model", cases, records, predictions, predictions), encoding="utf-8")
    return path


@contextlib.contextmanager
def at(address: str):
    """(page, console errors, addresses asked for) of a browser that has opened the address."""
    from playwright.sync_api import sync_playwright
    errors, asked = [], []
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("request", lambda r: asked.append(r.url))
        page.goto(address)
        yield page, errors, asked
        browser.close()


@pytest.fixture
def opened(page_file):
    with at(page_file.as_uri()) as found:
        yield found


@pytest.fixture
def service(gateway):
    """The service's page for people, from the real gateway before a stand-in engine."""
    with at(str(gateway.client.base_url)) as found:
        yield found


def test_filters_choose_cases_and_the_console_stays_clean(opened):
    page, errors, asked = opened

    def shown() -> list[str]:
        return [h.split("\n")[0] for h in page.locator("article h2 > span:first-child").all_inner_texts()]
    assert shown() == ["a1", "b1", "b2"] and page.inner_text("#count") == "3 of 3"
    page.select_option("#suite", "stress")
    assert shown() == ["b1", "b2"]
    page.select_option("#category", "voice")
    assert shown() == ["b2"]
    page.select_option("#category", "")
    page.select_option("#failure", "not JSON")
    assert shown() == ["b1"]
    page.select_option("#suite", "")
    page.select_option("#failure", "right")
    assert shown() == ["a1"]
    page.select_option("#failure", "anything")
    page.fill("#search", "ONERROR")
    assert shown() == ["b1"]
    page.fill("#search", "")
    assert page.locator("article .violation").first.inner_text() == "kal"
    assert page.title() == "run – cases" and errors == [] and len(asked) == 1


def test_it_works_by_keyboard(opened):
    page, _, _ = opened
    page.keyboard.press("Tab")
    page.keyboard.type("stress")
    assert page.eval_on_selector("#suite", "e => e === document.activeElement && e.value") == "stress"


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_wider_than_a_phone(opened, width):
    page, _, _ = opened
    page.set_viewport_size({"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("Math.min(...[...document.querySelectorAll('dd')].map(e => parseFloat(getComputedStyle(e).fontSize)))") >= 12


def test_the_services_page_shows_object_colours_and_checks_by_keyboard_alone(service):
    page, errors, asked = service
    assert page.eval_on_selector("#message", "e => e === document.activeElement")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer:not([hidden])")
    assert json.loads(page.inner_text("#output")) == contract.EXAMPLE_OUTPUT
    assert page.inner_text("#text") == contract.EXAMPLE_OUTPUT["normalized_text"]
    assert page.locator("#text .hi").first.inner_text() == "भाई" and "meeting" in page.locator("#text .en").all_inner_texts()
    assert page.locator("#checks .good").count() == 4 and page.locator("#checks .bad").count() == 0
    page.keyboard.press("Tab")
    assert page.eval_on_selector("#send", "e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_selector("#send:not([disabled])")
    assert sum(address.endswith("/parse") for address in asked) == 2 and errors == []


def test_the_services_page_says_what_went_wrong_and_sends_nothing_empty(service):
    page, _, asked = service
    page.fill("#message", "")
    page.click("#send")
    assert not any(address.endswith("/parse") for address in asked)
    page.route("**/parse", lambda route: route.abort())
    page.fill("#message", "kal 2 baje")
    page.click("#send")
    page.wait_for_selector("#error:not(:empty)")
    assert page.inner_text("#error") == "The service cannot be reached." and page.is_enabled("#send")


@pytest.mark.parametrize("width", [320, 390])
def test_the_services_page_is_no_wider_than_a_phone(service, width):
    page, _, _ = service
    page.set_viewport_size({"width": width, "height": 700})
    page.fill("#message", f"ye dekho {LONG}")
    page.click("#send")
    page.wait_for_selector("#answer:not([hidden])")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
