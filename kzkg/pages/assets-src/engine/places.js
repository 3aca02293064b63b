// Where the page of a thing stands in the folder, and the prefixes by which things are written.
import { part } from "./carrier.js";
import { BASE, homeOf, table } from "./terms.js";

let pages = {};

/** Take what every page of the engine has to know; loaded once. */
export async function learnt(seen) {
  const told = await part("told", "json", seen);
  Object.assign(table, { prefixes: Object.fromEntries(told.prefixes), languages: told.languages });
  pages = told.pages;
}

/** Take the paths that do not follow from the IRI of a thing. */
export function learn(irregular) {
  pages = irregular;
}

/** Give the address of the page of a thing of ours, as the pages of the folder are laid out. */
export function pageOf(iri, template) {
  const home = homeOf(iri);
  const local = home.slice(BASE.length);
  const path = pages[home] ?? (local.startsWith("id/") ? `page/${local.slice(3)}` : local.replaceAll("#", "/"));
  return template.replace("~", () => path.split("/").map(encodeURIComponent).join("/"));
}
