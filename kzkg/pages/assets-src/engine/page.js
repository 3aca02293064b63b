// What the pages of the folder can do beyond reading: ask a saved query with values, and search all names.
import { calling } from "./calling.js";
import { begin as query } from "./query-page.js";
import { begin as search } from "./search-page.js";

const found = document.getElementById("still");
if (found) {
  const settings = JSON.parse(found.textContent);
  ({ query, search })[document.documentElement.dataset.kind]?.(settings);
  globalThis.kzkg = calling(settings);
}
