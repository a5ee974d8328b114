"""Homes that live in plain Python: the bodies that are the specification, one home at a time."""

from peergrid.simulation.agents import ConsumerAgent, ProducerAgent


class PlainConsumer(ConsumerAgent):
    def step(self) -> None:
        super().step()


class PlainProducer(ProducerAgent):
    def step(self) -> None:
        super().step()
