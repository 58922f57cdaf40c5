// A guest who has scrolled down keeps the place: what comes in above must not push away what is being read.
if (!window.zwkFollowing) {
  window.zwkFollowing = true;
  const AT_TOP = 80; // pixels: who is at the top sees what is new there
  let kept = null; // what stands at the upper edge, by the class of its key, and where
  const main = () => document.querySelector('[data-testid="stMain"]');
  const parts = () => [...document.querySelectorAll('[class*="st-key-followed_"] [class*="st-key-card_"]')];
  const nameOf = (part) => [...part.classList].find((name) => name.startsWith("st-key-card_"));
  const isCalm = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning";
  let own = false, changed = 0; // the scrolling that this script did; when the page last changed
  const remember = () => {
    if (own) { own = false; return; }
    if (!isCalm() || performance.now() - changed < 300) return;
    const part = main().scrollTop > AT_TOP && parts().find((one) => one.getBoundingClientRect().bottom > 0);
    kept = part ? { name: nameOf(part), top: part.getBoundingClientRect().top } : null;
  };
  const restore = () => {
    changed = performance.now();
    const part = kept && document.getElementsByClassName(kept.name)[0];
    if (!part) return;
    const before = main().scrollTop, moved = part.getBoundingClientRect().top - kept.top;
    if (Math.abs(moved) > 1) main().scrollTop += moved;
    own = own || main().scrollTop !== before;
  };
  for (const name of ["wheel", "touchmove", "keydown"]) addEventListener(name, () => { kept = null; }, { passive: true });
  addEventListener("scroll", remember, { capture: true, passive: true });
  new MutationObserver(restore).observe(document.body, { childList: true, subtree: true });
  const block = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (block) new ResizeObserver(restore).observe(block);
}
