"""Fixtures that several files share."""
import pytest


@pytest.fixture(scope="module")
def stub():
    """A stand-in engine that answers each request with stub_server.ANSWER."""
    from stub_server import StubServer
    with StubServer() as server:
        yield server


@pytest.fixture(scope="module")
def gateway(stub):
    """The real gateway process before the stand-in engine."""
    from stub_server import Process
    with Process(stub.url) as process:
        yield process
        assert "Traceback" not in process.said(), process.said()[-3000:]
