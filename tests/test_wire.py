"""What the OpenAPI document shows as an example is one."""

import pytest

from peergrid import wire

MODELS = [
    model
    for model in vars(wire).values()
    if isinstance(model, type) and issubclass(model, wire.Message) and model is not wire.Message
]
WITH_EXAMPLES = [model for model in MODELS if "examples" in model.model_json_schema()]


@pytest.mark.parametrize("model", WITH_EXAMPLES, ids=lambda model: model.__name__)
def test_an_example_can_be_read_back(model: type[wire.Message]) -> None:
    for example in model.model_json_schema()["examples"]:
        assert model.model_validate(example)


def test_there_are_examples() -> None:
    assert len(WITH_EXAMPLES) >= 9


def test_a_misspelt_key_is_an_error() -> None:
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        wire.Balance.model_validate({"unit": "USD", "amount": 1, "amuont": 2})
