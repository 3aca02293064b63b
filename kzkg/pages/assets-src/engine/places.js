// Where the page of a thing stands in the folder, and the prefixes by which things are written.
import { part } from "./carrier.js";
import { table } from "./terms.js";

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
  const base = "https://w3id.org/kzkg/";
  let bare = iri.replace(/#sha256$/, "");
  if (bare.startsWith(`${base}graph/`)) bare = bare.replace(/\.ttl$/, "");
  else if (/^(ns|vocab)\/(.*\/)?[0-9][^/]*$/.test(bare.slice(base.length))) bare = bare.slice(0, bare.lastIndexOf("/"));
  else if (bare === `${base}ns#`) bare = `${base}ns`;
  else if (bare.startsWith(`${base}shapes`)) bare = `${base}shapes`;
  const local = bare.slice(base.length);
  const path = pages[bare] ?? (local.startsWith("id/") ? `page/${local.slice(3)}` : local.replaceAll("#", "/"));
  return template.replace("~", () => path.split("/").map(encodeURIComponent).join("/"));
}
