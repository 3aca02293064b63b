// What scripts add to every page: buttons that copy, names to choose from. All else works without them.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  const said = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}

// An empty field of a form is no value: it would only make the address longer, which is to be sent to others.
for (const form of document.querySelectorAll("form.ask")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
}

// Where there are too many things for a list, those whose names hold what is typed are suggested.
for (const field of document.querySelectorAll("input[data-choices]")) {
  const list = document.createElement("datalist");
  list.id = `${field.id}-choices`;
  field.after(list);
  field.setAttribute("list", list.id);
  let waiting = 0;
  let asking = null;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    asking?.abort();
    const typed = field.value.trim();
    if (typed.length < 2 || [...list.options].some((each) => each.value === field.value)) return;
    waiting = setTimeout(async () => {
      asking = new AbortController();
      const query = field.dataset.choices.replace("?typed", () => JSON.stringify(typed));
      try {
        const answer = await fetch(`${field.dataset.endpoint}?${new URLSearchParams({ query })}`, {
          signal: asking.signal, headers: { Accept: "application/sparql-results+json" },
        });
        if (!answer.ok) return;
        const names = (await answer.json()).results.bindings.map((row) => row.name.value);
        list.replaceChildren(...[...new Set(names)].map((value) => Object.assign(document.createElement("option"), { value })));
      } catch {
        // Left unanswered: whoever types the whole name needs no suggestion.
      }
    }, 250);
  });
}
