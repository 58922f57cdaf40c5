(() => {
  const language = "__LANG__";
  document.documentElement.lang = language;
  if (window.zwkShell === language) return;
  window.zwkShell = language;
  const words = {
    "Skip to main content": "Zum Inhalt springen", "Fullscreen": "Vollbild", "Close fullscreen": "Vollbild schließen",
    "Exit fullscreen": "Vollbild schließen", "Choose options": "Bitte wählen", "Choose an option": "Bitte wählen",
    "No results": "Kein Treffer", "Search": "Suchen", "Download as CSV": "Als CSV herunterladen", "Copy to clipboard": "Kopieren",
    "Show/hide columns": "Spalten wählen", "App pages": "Seiten", "Press Enter to apply": "Mit Enter übernehmen",
    "Press Ctrl+Enter to apply": "Mit Strg+Enter übernehmen", "Press ⌘+Enter to apply": "Mit ⌘+Enter übernehmen",
    "Sort ascending": "Aufsteigend sortieren", "Sort descending": "Absteigend sortieren", "Autosize": "Breite anpassen",
    "Pin column": "Spalte anheften", "Unpin column": "Spalte lösen", "Hide column": "Spalte ausblenden", "Format": "Zahlen schreiben",
    "Statistics": "Verteilung", "Add row": "Zeile hinzufügen", "Delete row(s)": "Zeilen entfernen", "Clear selection": "Auswahl aufheben",
    "Page not found": "Seite nicht gefunden",
    "Upload": "Hochladen", "5MB per file • JSON": "JSON, bis 64 kB", "5MB per file • CSV, TXT, XLSX": "bis 5 MB: CSV, TXT, XLSX",
    "The page that you have requested does not seem to exist. Running the app's main page.": "Diese Seite gibt es nicht. Sie sehen die Startseite.",
    "This app has encountered an error. The original error message is redacted to prevent data leaks. Full error details have been recorded in the logs (if you're on Streamlit Cloud, click on 'Manage app' in the lower right of your app).": "Hier ist ein Fehler aufgetreten. Bitte laden Sie die Seite neu; den Grund nennt das Protokoll des Servers.",
    "Main menu": "Menü", "Clear value": "Auswahl löschen", "Close": "Schließen", "Select all": "Alle wählen", "Copied": "Kopiert",
    "Open sidebar": "Menü öffnen", "Close sidebar": "Menü schließen", "Expand sidebar": "Menü öffnen", "Collapse sidebar": "Menü schließen",
  };
  // The first visitor after a start who opens a deep link is told "Page not found" although the page is there: Streamlit
  // looks for pages the old way until the first run has declared them.
  const known = __PAGES__;
  const dismiss = () => {
    for (const dialog of document.querySelectorAll('[role="dialog"]')) {
      const asked = performance.getEntriesByType("navigation")[0]?.name || location.href;  // the start page loses its own path
      const here = new URL(asked).pathname.replace(/\/+$/, "").split("/").pop();
      const said = ["Page not found", words["Page not found"]].some((text) => dialog.textContent.includes(text));
      if (said && known.includes(here)) {
        dialog.querySelector('button[aria-label="Close"], button[aria-label="Schließen"], button')?.click();
      }
    }
  };
  // Signing in ends on the start page: whoever asked for it elsewhere is led back there, in this tab and for ten minutes.
  if (!window.zwkReturn) {
    window.zwkReturn = true;
    const kept = JSON.parse(sessionStorage.getItem("zwkReturn") || "null");
    sessionStorage.removeItem("zwkReturn");
    const here = location.pathname.replace(/\/+$/, "").split("/").pop();
    if (kept && Date.now() - kept.at < 600000 && !known.includes(here) && /^\/[^/\\]/.test(kept.to) && kept.to !== location.pathname + location.search) {
      location.replace(kept.to);
      return;
    }
    document.addEventListener("click", (event) => {
      if (event.target.closest?.(".st-key-sign_in, .st-key-sign_in_here")) {
        sessionStorage.setItem("zwkReturn", JSON.stringify({ to: location.pathname + location.search, at: Date.now() }));
      }
    }, true);
  }
  const begins = Object.keys(words);
  const german = (text) => {
    const start = begins.find((word) => text === word || text.startsWith(word + ":"));
    return start ? words[start] + text.slice(start.length) : null;
  };
  const translate = (root) => {
    dismiss();
    if (window.zwkShell !== "de") return;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const found = german(node.nodeValue.trim());
        if (found) node.nodeValue = found;
      } else if (node.getAttribute) {
        for (const name of ["aria-label", "title", "placeholder"]) {
          const found = node.hasAttribute(name) && german(node.getAttribute(name));
          if (found) node.setAttribute(name, found);
        }
      }
    }
  };
  translate(document.body);
  if (window.zwkObserver) return;
  // What is typed into a long text of a form is handed over after a pause, as Ctrl+Enter does: caret and focus stay.
  let pause;
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement) || !area.closest(".st-key-plan_form, .st-key-round_form")) return;
    clearTimeout(pause);
    pause = setTimeout(() => {
      area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }));
    }, 700);
  });
  // The time left of a meeting is counted here: the server need not be asked for it.
  const left = () => {
    for (const node of document.querySelectorAll("[data-zwk-until]")) {
      const minutes = Math.ceil((Number(node.dataset.zwkUntil) * 1000 - Date.now()) / 60000);
      const said = (minutes >= 0 ? node.dataset.zwkLeft : node.dataset.zwkOver).replace("{minutes}", Math.abs(minutes));
      if (node.textContent !== said) node.textContent = said;
    }
  };
  setInterval(left, 1000);
  // A form that opens in a meeting takes the keys at once, and gives them back: Esc closes it, Alt+Enter holds on to it.
  const focus = (root) => {
    const area = root.matches?.("textarea") ? root : root.querySelector?.("textarea");
    if (area?.closest(".st-key-round_form") && !area.closest(".st-key-round_form").contains(document.activeElement)) area.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest?.(".st-key-round_form") || !event.target.matches("textarea, input")) return;
    const wanted = event.key === "Escape" ? ".st-key-round_shut button" : event.key === "Enter" && event.altKey ? ".st-key-round_hold button" : null;
    if (!wanted || event.target.getAttribute("aria-expanded") === "true") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.blur();  // what was typed is handed over first
    setTimeout(() => document.querySelector(wanted)?.click(), 60);
  }, true);
  window.zwkObserver = new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) {
      translate(node);
      focus(node);
      left();
    }
  });
  window.zwkObserver.observe(document.body, { childList: true, subtree: true });
})();
