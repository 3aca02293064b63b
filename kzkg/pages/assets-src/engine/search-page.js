// The search page: things by any of their names, in any script and spelling, from an index that the page brings along.
import { part } from "./carrier.js";
import { make, telling } from "./dom.js";
import { letters } from "./engine.js";
import { Names, SIMILAR } from "./names.js";
import { learn, pageOf } from "./places.js";

const MOST = 50;
const LONGEST = 200;

export function begin(settings) {
  const field = document.getElementById("words");
  const form = field.form;
  const find = async (words) => {
    field.value = words;
    const section = form.parentElement.querySelector("section.found") ?? make("section", { class: "found", "aria-labelledby": "found", "aria-live": "polite" });
    form.after(section);
    const status = make("p", { role: "status" });
    section.replaceChildren(make("h2", { id: "found" }, settings.words.running), status);
    try {
      const asked = [...words].slice(0, LONGEST).join("").split(/\s+/).filter(Boolean).join(" ");
      const tell = telling(status, settings.words);
      const names = await index((share) => tell.loading(share));
      names.more = await letters([asked]);
      section.replaceChildren(...listed(names, names.search(asked), asked, settings));
    } catch (error) {
      section.replaceChildren(make("h2", { id: "found" }, settings.words.failed), make("p", { class: "notice fault", role: "alert" }, error.message));
    }
  };
  const words = () => (new URLSearchParams(location.search).get("q") ?? new URLSearchParams(location.hash.slice(1)).get("q") ?? "").trim();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(location.href);
    address.search = new URLSearchParams({ q: field.value });
    try {
      history.pushState(null, "", address);
    } catch {
      location.hash = new URLSearchParams({ q: field.value });
    }
    find(field.value);
  });
  addEventListener("popstate", () => words() && find(words()));
  if (words()) find(words());
}

let known = null;

export async function index(seen = () => {}) {
  known ??= new Names(await part("names", "json", () => seen(0.5)));
  learn(known.told.pages);
  return known;
}

function listed(names, hits, asked, { words, page, lang, languages }) {
  if (!hits.length) return [make("h2", { id: "found" }, `${words.none} “${asked}”`)];
  const items = hits.slice(0, MOST).map((hit) => {
    const called = names.texts[names.called(hit.thing, lang, languages)];
    const kinds = names.told.kinds_of[hit.thing].map((kind) => names.texts[names.called(kind, lang, languages)]).sort().join(", ");
    const item = make("li", {}, make("a", { href: pageOf(hit.iri, page) }, called));
    if (kinds) item.append(" ", make("span", { class: "how" }, kinds));
    if (hit.text !== called) item.append(make("br"), make("span", { class: "note" }, `${words.as} `, make("bdi", { lang: hit.language || undefined }, hit.text)));
    return item;
  });
  return [
    make("h2", { id: "found" }, `${hits.length} ${words.found}`),
    hits[0].how === SIMILAR ? make("p", { class: "notice" }, words.near) : "",
    make("ol", { class: "hits" }, ...items),
    hits.length > MOST ? make("p", { class: "notice" }, words.more) : "",
  ].filter((each) => each !== "");
}
