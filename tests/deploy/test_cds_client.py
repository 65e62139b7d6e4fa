import pytest
from fhir.resources.R4B.condition import Condition

from helpers.core.errors import StageError
from helpers.deploy import cds_client, service


def test_example_request_is_answered_by_the_service_with_a_card(bundle, tmp_path):
    request = cds_client.example_request(["molar tooth sign", " ", "oculomotor apraxia"])
    conditions = [entry["resource"] for entry in request["prefetch"]["conditions"]["entry"]]
    assert [Condition.model_validate(each).code.text for each in conditions] == [
        "molar tooth sign",
        "oculomotor apraxia",
    ]
    with service.start(bundle.folder, request_log=tmp_path / "log.jsonl", threads=1) as running:
        (card,) = cds_client.call(request, address=running.address, key=running.key)
        assert card["indicator"] == "info" and "clinical use" in card["detail"]
        with pytest.raises(StageError, match="HTTP 412"):
            cds_client.call(request | {"prefetch": {}}, address=running.address, key=running.key)
        with pytest.raises(StageError, match="No service answers"):
            cds_client.call(request | {"hook": "order-sign"}, address=running.address, key=running.key)
        with pytest.raises(StageError, match="HTTP 401"):
            cds_client.call(request, address=running.address, key="wrong")
