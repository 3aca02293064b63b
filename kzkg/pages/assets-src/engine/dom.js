// Makes elements; every text of the data stays text.

export function make(name, told = {}, ...children) {
  const found = document.createElement(name);
  for (const [key, value] of Object.entries(told)) if (value !== undefined && value !== false) found.setAttribute(key, value === true ? "" : value);
  found.append(...children.filter((each) => each !== ""));
  return found;
}

export function outside(address) {
  return /^https?:\/\/[^\s<>"`\u0000-\u0020]+$/.test(address) ? address : "";
}

/** Show in a line what goes on: words, and while something loads how much of it is there. */
export function telling(line, words) {
  return {
    loading(part) {
      line.replaceChildren(`${words.loading} `, make("progress", { value: part, max: 1, "aria-label": words.loading }));
      if (part >= 1) line.textContent = words.running;
    },
    say(text, fault = false) {
      line.className = fault ? "fault" : "";
      line.textContent = text;
    },
  };
}

/** Hand a text to the reader as a file. */
export function download(text, name, media) {
  const address = URL.createObjectURL(new Blob([text], { type: `${media};charset=utf-8` }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
