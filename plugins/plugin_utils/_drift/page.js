/* SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
   SPDX-License-Identifier: GPL-3.0-or-later */
"use strict";
(() => {
  // The page can be read without this: it finds, folds, and unfolds for the printer.
  const controls = document.querySelector(".controls");
  const entries = [...document.querySelectorAll("[data-find]")];
  const texts = entries.map((entry) => entry.textContent.toLowerCase());
  const tenants = document.querySelectorAll("details.tenant");
  const said = controls.querySelector("output");
  const names = document.querySelector("details.names");

  const find = (text) => {
    let found = 0;
    entries.forEach((entry, place) => {
      entry.hidden = !texts[place].includes(text);
      found += entry.hidden ? 0 : 1;
    });
    for (const section of document.querySelectorAll("section.state")) {
      section.hidden = !section.querySelector("[data-find]:not([hidden])");
    }
    if (names && text) names.open = true;
    said.textContent = text ? `${found} found` : "";
  };
  controls.addEventListener("input", (event) => find(event.target.value.trim().toLowerCase()));
  controls.addEventListener("submit", (event) => event.preventDefault());
  for (const button of controls.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      for (const tenant of tenants) tenant.open = Boolean(button.dataset.open);
    });
  }
  controls.hidden = entries.length < 4;

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
  });
})();
