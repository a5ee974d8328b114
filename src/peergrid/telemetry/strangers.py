"""Who asks from outside does not say under which trace it is told, or whether."""

from typing import Any, override

from opentelemetry.context import Context
from opentelemetry.propagators.textmap import TextMapPropagator


class Strangers(TextMapPropagator):
    """Takes nothing over from headers, and hands nothing on in them."""

    @override
    def extract(self, carrier: Any, context: Context | None = None, getter: Any = None) -> Context:
        return context or Context()

    @override
    def inject(self, carrier: Any, context: Context | None = None, setter: Any = None) -> None:
        """Nobody whom we ask is told."""

    @property
    @override
    def fields(self) -> set[str]:
        return set()
