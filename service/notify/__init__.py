"""How messages travel: one transport a channel, each a few lines around a foreign service."""

from service.notify.transport import DeliveryError, Receipt, Transport

__all__ = ["DeliveryError", "Receipt", "Transport"]
