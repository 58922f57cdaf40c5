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


class DiskFull(SourceError):
    """The answer could not be kept: no room, or the folder cannot be written."""

    reason_de = "Die Zahlen konnten nicht gespeichert werden (kein Speicherplatz oder keine Schreibrechte)."


class NoAccess(SourceError):
    """The provider wants an account, or refuses the one it was given; the message never repeats it."""

    reason_de = "Für diese Quelle sind Zugangsdaten nötig; sie fehlen oder wurden nicht angenommen."


class Moved(SourceError):
    """The interface is no longer where, or no longer what, the contract says."""

    reason_de = "Die Schnittstelle der Quelle wurde verlegt oder geändert."


class Implausible(SourceError):
    """Complete and well-formed, but not to be believed: negative counts, a thousandfold, another unit."""

    reason_de = "Die gelieferten Zahlen sind nicht glaubhaft."


class UnknownPlaces(SourceError):
    """Keys of places that no register knows carry values at the newest date."""

    reason_de = "Die Lieferung enthält unbekannte Gebietsschlüssel. Bitte zuerst das Gemeindeverzeichnis abrufen."


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
