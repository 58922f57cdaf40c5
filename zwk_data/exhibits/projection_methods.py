"""How the projection works and what can be objected to it, in words for the page Methoden (see docs/projection.md)."""

from zwk_data.language import Language


def projection(language: Language) -> list[tuple[str, str]]:
    """Return the steps of the projection: name and plain explanation."""
    text = language.text
    return [
        (text("Wenn-dann-Rechnung"), text(
            "Gerechnet wird, was folgt, wenn Annahmen gelten. Das ist keine Vorhersage: Keine Annahme wird als "
            "wahrscheinlich ausgegeben.")),
        (text("Ein Jahr der Rechnung"), text(
            "Kohorten-Komponenten-Methode in einzelnen Altersjahren (0 bis 99, 100 und älter) für Frauen und "
            "Männer: Alle altern um ein Jahr oder sterben; Frauen von 15 bis 49 Jahren bekommen Kinder (51,3 % "
            "Jungen); am Jahresende ziehen Menschen fort und zu. Anfang + Geburten − Sterbefälle + Zuzüge − "
            "Fortzüge = Ende, für jeden Ort und jedes Jahr.")),
        (text("Ausgangsbevölkerung"), text(
            "Der neueste 31. Dezember, für den alle 400 Kreise nach Alter bekannt sind. Altersgruppen sind in "
            "Altersjahre aufgeteilt (monotone Interpolation PCHIP entlang des Altersaufbaus des Landes; ab 75 "
            "Jahren wie im Kreis selbst zuletzt gezählt, gealtert); die Summe jeder Gruppe bleibt erhalten. Eine "
            "Ausgangsbevölkerung, die älter als drei Jahre ist, trägt einen Hinweis.")),
        (text("Gemeinden"), text(
            "Eine Gemeinde mit eigenen freigegebenen Zahlen nach Alter und Geschlecht beginnt mit diesen, mit den "
            "Raten ihres Kreises. Ohne sie wird der Kreis gerechnet und jede Aussage nennt ihn. Der auf die "
            "Gemeinde umgerechnete Kreis ist eine Näherung und kommt nur auf Wunsch.")),
        (text("Sterblichkeit"), text(
            "Sterbetafel für Deutschland mal einem Faktor des Kreises für 0 bis 64, 65 bis 79 und ab 80 Jahre aus "
            "den Sterbefällen nach Alter (jedes Jahr an der Tafel dieses Jahres gemessen), mal einem weiteren aus "
            "den Sterbefällen der letzten drei Jahre, deren Zahl alle Kreise kennen; beide zum Wert des Landes hin "
            "geglättet (empirischer Bayes-Schätzer, Marshall 1991), damit kleine Kreise nicht nach Zufall "
            "springen. Sie sinkt weiter wie zwischen den Sterbetafeln 2011/13 und 2018/20.")),
        (text("Geburten"), text(
            "Altersmuster der Mütter in Deutschland mal den Geburten je Frau des Kreises in den letzten drei "
            "Jahren, indirekt gemessen und zum Land hin geglättet. Sind die Geburten des Kreises nicht geladen, "
            "gelten die Kinder unter drei Jahren, geteilt durch die Kinder je Geburt der letzten Jahre, in denen "
            "beides bekannt ist.")),
        (text("Wanderung"), text(
            "Wo Zu- und Fortzüge nach Alter geladen sind (die Kreise der vier Partner): ihr Mittel, Zuzüge als "
            "Menschen im Jahr, Fortzüge als Anteil. Sonst der Rest, den Geburten und Sterbefälle von der "
            "Veränderung jedes Jahrgangs lassen, im Mittel der letzten fünf brauchbaren Jahre, zum Land hin "
            "geglättet. Jahre außergewöhnlicher Zuzüge (2015, 2022) und einzelne Jahre eines Kreises, die weit von "
            "seinen anderen liegen, zählen nur ab 65 Jahren; über den Wechsel der Zensusbasis hinweg wird nichts "
            "gemessen.")),
        (text("Niedrig und hoch"), text(
            "Das niedrigste und das höchste Dreijahresmittel, das der Ort seit 2014 selbst gesehen hat, bei "
            "Geburten je Frau und beim Wanderungssaldo; »Niedrig« ohne weiteren Anstieg der Lebenserwartung.")),
        (text("Bereich"), text(
            "1.000 Verläufe wiederholen die Fehler, die dieselbe Rechnung für Kreise ähnlicher Größe gemacht "
            "hätte, bei Geburten, Sterbefällen und Wanderung; das Vorzeichen ist zufällig. Der Bereich hält 80 von "
            "100 von ihnen. Geprüft ist er an Ländern, an denen er nicht bestimmt wurde, für ein bis sechs Jahre, "
            "und an späteren Jahren, was er schlechter besteht; danach wird er nach einem Modell breiter.")),
        *_answers(language),
    ]  # fmt: skip


def _answers(language: Language) -> list[tuple[str, str]]:
    """Return how questions to the projection are answered."""
    text = language.text
    return [
        (text("Gewissheit"), text(
            "Jede künftige Zahl ist genau zerlegt: Menschen, die heute schon hier leben und bleiben; nach dem "
            "Beginn geborene; nach dem Beginn zugezogene. Zu- und Fortzüge gleichen Alters sind gegeneinander "
            "aufgerechnet.")),
        (text("Was nötig wäre"), text(
            "Gesucht wird der Wert eines Hebels, mit dem das Ziel auf einen halben Menschen genau erreicht ist; "
            "eine Rechnung mit diesem Wert prüft ihn. Gibt es keinen, steht da, was an den Grenzen des Hebels "
            "herauskommt.")),
        (text("Sichtbar oder Zufall"), text(
            "Zwei Raten aus Ereignissen (Geburten, Sterbefälle, Umzüge) werden mit dem bedingten Binomialtest "
            "verglichen (Przyborowski und Wilenski 1940, zweiseitig 5 %), Salden über die Summe beider Anzahlen. "
            "Sichtbar heißt: in 80 von 100 Fällen erkannt. Bevölkerungszahlen sind Vollzählungen ohne "
            "Zufallsmodell; sie werden an den Fehlern der Rechnung gemessen.")),
        (text("Beiträge aus dem Plan"), text(
            "Ein Vorhaben mit Spanne, Grund und Quelle ändert die Raten seiner Jahre. Sein Beitrag ist die Rechnung "
            "mit ihm allein weniger der Rechnung ohne; alle Beiträge und die Wechselwirkung ergeben die Summe. "
            "Sind alle Spannen null, ist es die Rechnung ohne.")),
        (text("Unterschied zweier Szenarien"), text(
            "Zerlegt in Ausgangsbevölkerung, Geburten, Sterblichkeit und Wanderung, als Mittel über alle "
            "Reihenfolgen, in denen sie ersetzt werden (Shapley 1953). Die Teile ergeben genau den Unterschied.")),
    ]  # fmt: skip


def objections(language: Language) -> list[tuple[str, str]]:
    """Return what a statistician of a Land would object to: the matter, and why it weighs."""
    text = language.text
    return [
        (text("Geburten, Sterbefälle und Wanderung seit 2022"), text(
            "Mitgeliefert sind sie nur für die Kreise der vier Partner. Sonst stehen Kinder unter drei Jahren für "
            "die Geburten; darunter sind zugezogene (Geflüchtete von 2022). Die Wanderung von 2024 ist dort eine "
            "Restgröße mit den Berichtigungen des Registers.")),
        (text("Ein Jahrzehnt, ein Land"), text(
            "Die Startjahre des Tests überlappen sich und enthalten dieselben Ausschläge (2015/16, 2020/21). "
            "Fehler benachbarter Jahre und Kreise hängen zusammen; ein Schock, den es noch nicht gab, ist nicht "
            "darin. Über sechs Jahre hinaus ist der Bereich ein Modell.")),
        (text("Zwei Zensusbasen"), text(
            "Der Test ruht auf dem Zensus 2011, die Ausgangsbevölkerung auf dem Zensus 2022. Was der Zensus "
            "berichtigt hat, kommt in den Fehlern nicht vor.")),
        (text("Zuzüge als Zahl, Fortzüge als Anteil"), text(
            "So rechnen auch die Länder. In einem schrumpfenden Ort verbessert sich der Saldo damit von selbst. "
            "Ein Modell von Herkunft und Ziel ließe nicht alle Kreise zugleich gewinnen.")),
        (text("Gezählte Wanderung ist ungeprüft"), text(
            "Zu- und Fortzüge nach Alter sind erst ab 2020 geladen. Der Test gilt für die Rechnung mit Restgrößen. "
            "Mit ihnen gewännen die Kreise der vier Partner deutlich weniger. Diese Wahl wiegt schwerer als der "
            "Bereich, und mit ihren Nachbarn sind die vier darin nicht vergleichbar.")),
        (text("Fortschreibung nahe am Besten"), text(
            "Die Jahre, aus denen die Wanderung der vier Partner stammt, gehören zu ihren besten. »Hoch« liegt "
            "deshalb kaum über der Fortschreibung. Auch die Geburten sind das Mittel dreier fallender Jahre.")),
        (text("Umzüge innerhalb des Kreises"), text(
            "Zu- und Fortzüge eines Landkreises enthalten Umzüge zwischen seinen Gemeinden. Der Saldo stimmt, die "
            "Ströme sind zu groß.")),
        (text("Besondere Gruppen"), text(
            "Studierende, Kasernen, Haftanstalten, Heime und Erstaufnahmen altern hier mit allen anderen, statt "
            "von neuen Menschen gleichen Alters ersetzt zu werden.")),
        (text("Ein Muster für das ganze Land"), text(
            "Das Alter der Mütter und der Rückgang der Sterblichkeit sind überall gleich; das Alter bei der Geburt "
            "steigt nicht weiter.")),
        (text("Sterbefälle nach Alter"), text(
            "Der Faktor nach Alter stammt aus 2014 bis 2017; danach sind Sterbefälle der Kreise nach Alter nicht "
            "geladen.")),
        (text("Hochaltrige"), text(
            "Die offene Gruppe ab 75 Jahren ist aufgeteilt, wie der Kreis sie drei Jahre vorher hatte. Die Zahl "
            "der über 80-Jährigen eines Kreises ist schon am Anfang eine Schätzung.")),
        (text("Nicht abgestimmt"), text(
            "Statistische Ämter stimmen Kreise auf ihr Land ab. Hier ergibt die Summe der Kreise keine "
            "Vorausberechnung eines Landes und ist deshalb nicht angeboten.")),
    ]  # fmt: skip
