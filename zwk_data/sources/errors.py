"""What can go wrong between a provider and an accepted load, each with a German reason for the data-status page."""


class SourceError(Exception):
    """A provider gave no usable answer; ``reason_de`` says why to the reader, ``str()`` to the log."""

    reason_de = "Die Quelle hat keine verwendbare Antwort gegeben."

    def __init__(self, message: str = "", reason_de: str = "") -> None:
        self.reason_de = reason_de or type(self).reason_de
        super().__init__(message or self.reason_de)


class ParseError(SourceError, ValueError):
    """The bytes do not have the declared layout, or contradict themselves."""

    reason_de = "Die Antwort der Quelle hat nicht den vereinbarten Aufbau oder widerspricht sich selbst."


class ConnectionFailed(SourceError):
    """No connection, or it broke down in every try."""

    reason_de = "Die Quelle war nicht erreichbar oder die Verbindung brach ab."


class DeadlineExceeded(SourceError):
    """The download took longer than its total deadline, however steadily bytes dripped in."""

    reason_de = "Die Übertragung dauerte zu lange und wurde abgebrochen."


class Truncated(SourceError):
    """Fewer bytes than announced, a cut chunk, or a compressed stream without its end."""

    reason_de = "Die Antwort der Quelle kam unvollständig an."


class TooLarge(SourceError):
    """More bytes, packed or unpacked, than the declared cap."""

    reason_de = "Die Antwort der Quelle ist größer als erlaubt."


class ForeignRedirect(SourceError):
    """The provider sent us to another host, or from https to http."""

    reason_de = "Die Quelle verweist auf eine fremde Adresse; der Verweis wurde nicht verfolgt."


class Unavailable(SourceError):
    """429 or 5xx in every try."""

    reason_de = "Die Quelle ist zurzeit überlastet oder gestört."


class ServiceError(SourceError):
    """The provider answered with an error of its own, whatever the HTTP status."""

    reason_de = "Die Quelle hat die Anfrage mit einer Fehlermeldung beantwortet."


class NotData(SourceError):
    """A web page or other text where data were expected, for example during maintenance."""

    reason_de = "Die Quelle hat statt Daten eine Internetseite geliefert (vermutlich Wartungsarbeiten)."


class StillPreparing(SourceError):
    """An asynchronous answer was not ready within the total limit."""

    reason_de = "Die Quelle bereitet die Daten noch auf. Bitte versuchen Sie es später erneut."


class ExtractionTooBig(ServiceError):
    """The provider refuses an extraction of this size."""

    reason_de = "Die Anfrage ist der Quelle zu groß."


class EmptyAnswer(SourceError):
    """A well-formed answer without a single value, for example for region codes that no longer exist."""

    reason_de = "Die Antwort der Quelle enthält keine Werte (möglicherweise geänderte Gebietsschlüssel)."


class Incomplete(SourceError):
    """The content fails a completeness check; the message says which."""

    reason_de = "Die gelieferten Daten sind unvollständig."


class ArchiveDamaged(SourceError):
    """Archived bytes no longer match their checksum."""

    reason_de = "Eine archivierte Datei ist beschädigt."
