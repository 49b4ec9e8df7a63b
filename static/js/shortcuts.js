// Keyboard shortcuts. The dialog #shortcuts is their one list: a link with data-keys="g t" is
// followed when g and t are typed. Nothing happens in a field, with a modifier key, while a
// dialog is open, or once the reader has turned shortcuts off (WCAG 2.1.4).
"use strict";
(() => {
  const dialog = document.getElementById("shortcuts");
  if (!dialog) return;
  const toggle = dialog.querySelector("[data-toggle]");
  const OFF = "shortcuts-off";
  const PAUSE = 1500; // milliseconds between the keys of a pair
  let first = "";
  let timer = 0;

  const stored = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const store = (off) => { try { off ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF); } catch { /* kept for this page alone */ } };
  const typing = (target) => target instanceof Element && Boolean(target.closest("input, select, textarea, [contenteditable]"));
  const open = () => { if (!dialog.open) dialog.showModal(); };

  toggle.checked = !stored();
  toggle.addEventListener("change", () => store(!toggle.checked));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  for (const button of document.querySelectorAll('[data-opens="shortcuts"]')) {
    button.hidden = false;
    button.addEventListener("click", open);
  }

  const follow = (keys) => {
    const link = [...dialog.querySelectorAll("[data-keys]")].find((found) => found.dataset.keys === keys);
    if (link) location.assign(link.href);
    return Boolean(link);
  };

  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || dialog.open || typing(event.target)) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    const before = first;
    first = "";
    clearTimeout(timer);
    if (event.key === "?") {
      open();
    } else if (event.key === "/") {
      document.querySelector(".search input[type=search]").focus();
    } else if (before && follow(`${before} ${event.key.toLowerCase()}`)) {
      // on the way
    } else if (event.key.toLowerCase() === "g") {
      first = "g";
      timer = setTimeout(() => { first = ""; }, PAUSE);
      return;
    } else {
      return;
    }
    event.preventDefault();
  });
})();
