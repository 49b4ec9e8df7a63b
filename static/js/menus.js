// What unfolds from the header closes again: with Esc, which returns to where it was opened, and
// the menus also with a click or a step of the keyboard beyond them. Without this script each
// opens and closes by its own summary.
"use strict";
(() => {
  const MENUS = ".menu, .recent";

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const open = document.querySelector(`:is(${MENUS})[open]`) || event.target.closest(".asof__details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  const closeOthers = (event) => {
    for (const menu of document.querySelectorAll(`:is(${MENUS})[open]`)) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  };
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);
})();
