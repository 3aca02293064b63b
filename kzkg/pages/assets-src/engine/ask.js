// The SPARQL page of a folder: the editor and the views of the server's page, answered by the store in the page.
import { begin } from "../../assets/sparql.js";
import { edit } from "../editor.js";
import { numbered } from "./citations.js";
import { download } from "./dom.js";
import * as engine from "./engine.js";
import { answerTable, sourceList } from "./answer-page.js";

const settings = JSON.parse(document.getElementById("still").textContent);
const MOST = 1000;
const FILES = { csv: "text/csv", tsv: "text/tab-separated-values", srj: "application/sparql-results+json", srx: "application/sparql-results+xml", ttl: "text/turtle" };

/** Ask the store; what takes longer than the limit is ended with its thread, as is what the reader stops. */
async function limited(doing, wanted, signal, seen = () => {}) {
  const stopped = () => engine.stop(new DOMException(settings.words.stopped, "AbortError"));
  signal?.addEventListener("abort", stopped, { once: true });
  let limit;
  const begun = () => { limit = setTimeout(() => engine.stop(new Error(settings.words.slow)), settings.seconds * 1000); };
  try {
    return await engine.ask(doing, wanted, { seen, begun });
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener("abort", stopped);
  }
}

const bindings = (answer) => answer.rows.map((row) => Object.fromEntries(row.flatMap((term, column) => (term ? [[answer.variables[column], term]] : []))));

begin({
  async ask(text, signal, seen) {
    const answer = await limited("text", { text, wish: { lang: settings.lang, limit: MOST } }, signal, seen);
    if (answer.statements) return { statements: answer.statements.join("\n") };
    if (!answer.rows) return { boolean: answer.boolean };
    const { listed, marks } = numbered(answer.citations);
    return {
      head: { vars: answer.variables }, results: { bindings: bindings(answer) }, total: answer.total,
      called: new Map(Object.entries(answer.labels)),
      table: () => answerTable(answer, marks, listed, settings),
      sources: listed.length ? sourceList(answer, listed, settings) : null,
    };
  },
  async rows(text, signal) {
    return bindings(await limited("bare", { text, dataset: "accepted" }, signal));
  },
  async take(text, form) {
    try {
      download(await limited("file", { text, form }), `answer.${form}`, FILES[form]);
    } catch (error) {
      document.getElementById("result").hidden = false;
      document.getElementById("status").className = "fault";
      document.getElementById("status").textContent = `${settings.words.failed}: ${error.message}`;
    }
  },
  link(text) {
    const at = new URL(location.href);
    at.search = "";
    at.hash = new URLSearchParams({ query: text });
    return at.href;
  },
  given: () => new URLSearchParams(location.hash.slice(1)).get("query") ?? new URLSearchParams(location.search).get("query"),
  editor: async () => ({ edit }),
});
