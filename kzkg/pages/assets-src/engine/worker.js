// The engine in its own thread, so that the page stays alive and a query can be ended by ending the thread.
import { ask, askText, found } from "./answer.js";
import { whyEmpty } from "./emptiness.js";
import { Names } from "./names.js";
import { resolve } from "./resolving.js";
import { Graph } from "./store.js";
import { BASE, homeOf, Refused, table } from "./terms.js";

const asking = { graph: null, names: null, queries: new Map(), texts: {}, day: "" };

const doings = {
  begin({ module, told, names, quads }) {
    table.prefixes = Object.fromEntries(told.prefixes);
    table.languages = told.languages;
    asking.texts = told.texts;
    asking.queries = new Map(told.queries.map((query) => [query.name, query]));
    asking.graph = new Graph(module, quads, told);
    asking.names = () => new Names(names);
    return { size: asking.graph.store.size };
  },

  layers({ quads }) {
    asking.graph.add(quads);
    return {};
  },

  /** Ask a saved query with words as a reader types them. */
  saved({ name, given, wish, letters }) {
    const query = found(asking, name);
    begun(wish, letters);
    const { filled, faults } = resolve(asking, query, given, wish.lang);
    if (Object.keys(faults).length) return { faults };
    const answer = ask(asking, query, filled, wish);
    if (answer.rows && !answer.rows.length) answer.empty = whyEmpty(asking, query, filled, wish);
    return told(answer);
  },

  /** Ask a query of the reader's own. */
  text({ text, wish }) {
    begun(wish);
    return told(askText(asking, text, wish));
  },

  /** Ask a query of the reader's own, and write its answer as the W3C's formats have it. */
  file({ text, form }) {
    asking.day = "";
    return asking.graph.file(text, form);
  },

  /** Ask a query of the page, whose answer comes bare. */
  bare({ text, dataset }) {
    asking.day = "";
    return asking.graph.evaluate(text, dataset);
  },
};

function begun(wish, letters = {}) {
  asking.day = wish.day || "";
  if (typeof asking.names === "function") asking.names = asking.names();
  asking.names.more = letters;
}

/** Say which things of the answer have a page. */
function told(answer) {
  const ours = Object.keys(answer.labels ?? {}).filter((iri) => iri.startsWith(BASE));
  return { ...answer, paged: ours.filter((iri) => asking.graph.describes(homeOf(iri))) };
}

addEventListener("message", ({ data: { number, doing, ...wanted } }) => {
  try {
    postMessage({ number, answer: doings[doing](wanted) });
  } catch (error) {
    const refused = error instanceof Refused;
    postMessage({ number, fault: refused ? error.message : String(error?.message ?? error), broken: !refused });
  }
});
