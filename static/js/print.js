// The button that opens the browser's own print dialog; without this script Ctrl+P does the same.
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
