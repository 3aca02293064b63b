// The engine for whoever programs in the page, or tries it in the browser's console: `await kzkg.ask("incidents")`.
import * as engine from "./engine.js";
import { objects } from "./formats.js";
import { index } from "./search-page.js";

/** Give the functions: a saved query, a query of one's own, the search of names. Rows come as `kzkg run -f json` has them. */
export function calling({ lang }) {
  const rows = (answer) => {
    if (answer.faults) throw new Error(Object.values(answer.faults).join("; "));
    return answer.rows ? objects(answer) : (answer.statements ?? answer.boolean);
  };
  return {
    async ask(name, given = {}, wish = {}) {
      const words = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, [value].flat().map(String)]));
      return rows(await engine.ask("saved", { name, given: words, wish: { lang, limit: 0, ...wish } }, { day: wish.day, words: Object.values(words).flat() }));
    },
    async sparql(text, wish = {}) {
      return rows(await engine.ask("text", { text, wish: { lang, limit: 0, ...wish } }, { day: wish.day }));
    },
    async search(words) {
      const names = await index();
      names.more = await engine.letters([words]);
      return names.search(words).map(({ iri, text, score }) => ({ iri, text, score }));
    },
    stop: () => engine.stop(),
  };
}
